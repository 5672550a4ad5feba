#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::VecDeque;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::decode::{Decode, Decoder};
use crate::{FailureKind, Frame, Limits, ModelRequest};

/// Every fixture of this wire.
static FIXTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/provider/anthropic");
    let files = std::fs::read_dir(folder).expect("the fixtures").map(|file| file.expect("a file").path());
    files.map(|path| std::fs::read(path).expect("a fixture")).collect()
});

/// Frames and end of the bytes in these pieces, with neighbouring text joined.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Frame>, Result<(), Trouble>) {
    let limits = Limits { event_bytes: 4_000, answer_bytes: 6_000, ..Limits::default() };
    let (mut decoder, mut frames) =
        (Decoder::new(Reader::default(), limits, &ModelRequest::default()), VecDeque::new());
    let mut outcome = Ok(());
    for piece in pieces {
        let mut out = VecDeque::new(); // one for each piece, as when each is handed out at once
        outcome = decoder.feed(piece, &mut out);
        frames.extend(out);
        if outcome.is_err() || decoder.is_done() {
            break;
        }
    }
    let outcome = outcome.and_then(|()| decoder.close(&mut frames));
    let joined = frames.into_iter().fold(Vec::new(), |mut joined, frame| {
        match (joined.last_mut(), frame) {
            (Some(Frame::Text(last)), Frame::Text(more)) => last.push_str(&more),
            (Some(Frame::Reasoning(last)), Frame::Reasoning(more)) => last.push_str(&more),
            (_, frame) => joined.push(frame),
        }
        joined
    });
    (joined, outcome)
}

/// A fixture, now and then with a damaged byte, or bytes that never were one.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let fixture = || any::<prop::sample::Index>().prop_map(|at| at.get(&FIXTURES).clone());
    let damaged = (fixture(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut bytes, at, byte)| {
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    });
    prop_oneof![3 => fixture(), 3 => damaged, 1 => proptest::collection::vec(any::<u8>(), 0..200)]
}

proptest! {
    #[test]
    fn no_split_changes_the_answer(
        bytes in body(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let whole = read([&bytes[..]]);
        prop_assert_eq!(&read(bytes.chunks(1)), &whole);
        let mut cuts = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect::<Vec<_>>();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        prop_assert_eq!(&read(cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]])), &whole);
    }
}

#[test]
fn the_usual_event_is_read_without_copying() {
    let event = br#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a b"}}"#;
    let usual = serde_json::from_slice::<Usual<'_>>(event).expect("the typed reading fits");
    assert!(matches!(usual.piece(), Some(Piece::Text("a b"))));
    assert!(matches!(usual.delta.text, Cow::Borrowed("a b")));
}

#[test]
fn what_is_kept_is_bounded_whatever_it_is_made_of() {
    let begun = r#"{"type":"content_block_start","content_block":{"type":"redacted_thinking","data":"x"}}"#;
    let empty = r#"{"type":"content_block_start","content_block":{"type":"text","text":""}}"#;
    let bare = r#"{"type":"content_block_start","content_block":7}"#;
    let cited = r#"{"type":"content_block_delta","delta":{"type":"citations_delta","citation":{}}}"#;
    let input =
        r#"{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"xxxxxxxxx"}}"#;
    let signed = r#"{"type":"content_block_delta","delta":{"type":"signature_delta","signature":"xxxxxxx"}}"#;
    let tool = r#"{"type":"content_block_start","content_block":{"type":"tool_use","id":"a","name":"f"}}"#;
    let thinks = r#"{"type":"content_block_start","content_block":{"type":"thinking","thinking":""}}"#;
    for (first, event) in [
        (begun, begun),
        (empty, empty),
        (bare, bare),
        (tool, tool),
        (empty, cited),
        (begun, input),
        (tool, input),
        (thinks, signed),
    ] {
        let body = format!("data: {first}\n\n{}", format!("data: {event}\n\n").repeat(2_000));
        assert_eq!(read([body.as_bytes()]).1, Err(Trouble::Kind(FailureKind::TooLarge)), "{event}");
    }
}
