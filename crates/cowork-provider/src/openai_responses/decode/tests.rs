//! Reading without a network: fixtures split and damaged in every way, and what is held.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::decode::{Decode, Decoder};
use crate::{Frame, Limits, ModelRequest};

/// Every fixture of this wire.
static FIXTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/provider/openai-responses");
    let files = std::fs::read_dir(folder).expect("the fixtures").map(|file| file.expect("a file").path());
    files.map(|path| std::fs::read(path).expect("a fixture")).collect()
});

/// Frames and end of the bytes in these pieces, with neighbouring text joined.
fn read<'a>(limits: Limits, pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Frame>, Result<(), Trouble>) {
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
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_split_changes_the_answer(
        bytes in body(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
        answer_bytes in prop_oneof![Just(2_000_usize), Just(100_000)],
    ) {
        let limits = Limits { event_bytes: 8_000, answer_bytes, ..Limits::default() };
        let whole = read(limits, [&bytes[..]]);
        prop_assert_eq!(&read(limits, bytes.chunks(1)), &whole);
        let mut cuts = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect::<Vec<_>>();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        prop_assert_eq!(&read(limits, cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]])), &whole);
    }
}

#[test]
fn the_usual_event_is_read_without_copying() {
    let event = br#"{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"a","logprobs":[],"obfuscation":"xyz"}"#;
    let delta = serde_json::from_slice::<Delta<'_>>(event).expect("the typed reading fits");
    for text in [&delta.kind, &delta.delta] {
        assert!(matches!(text.0, std::borrow::Cow::Borrowed(_)));
    }
}

#[test]
fn pieces_that_arrive_together_come_as_one_frame() {
    let event =
        |text: &str| format!("data: {{\"type\":\"response.output_text.delta\",\"delta\":\"{text}\"}}\n\n");
    let mut out = VecDeque::new();
    let mut decoder = Decoder::new(Reader::default(), Limits::default(), &ModelRequest::default());
    decoder.feed((event("a") + &event("b")).as_bytes(), &mut out).expect("two events");
    assert_eq!(out, [Frame::Text("ab".to_owned())]);
}

#[test]
fn what_is_held_is_bounded() {
    let limits = Limits { event_bytes: 1 << 20, answer_bytes: 300_000, ..Limits::default() };
    let flood = |event: &dyn Fn(u64) -> String| {
        let events = (0..100_000).map(|n| format!("data: {}\n\n", event(n)).into_bytes());
        let mut decoder = Decoder::new(Reader::default(), limits, &ModelRequest::default());
        events.map(|bytes| decoder.feed(&bytes, &mut VecDeque::new())).find(Result::is_err)
    };
    let too_large = Some(Err(Trouble::Kind(FailureKind::TooLarge)));
    let added = |n: u64| format!(r#"{{"type":"response.output_item.added","output_index":{n},"item":{{}}}}"#);
    assert_eq!(flood(&added), too_large);
    let parts = |n: u64| {
        format!(r#"{{"type":"response.reasoning_summary_text.delta","summary_index":{n},"delta":"a"}}"#)
    };
    assert_eq!(flood(&parts), too_large);
    let items = |n: u64| {
        format!(
            r#"{{"type":"response.output_item.done","output_index":{n},"item":{{"type":"web_search_call"}}}}"#
        )
    };
    assert_eq!(flood(&items), too_large);
}
