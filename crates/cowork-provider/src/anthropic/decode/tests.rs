#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use super::*;
use crate::FailureKind;
use crate::decode::tests::read;

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
        assert_eq!(
            read(Reader::default(), 6_000, [body.as_bytes()]).1,
            Err(Trouble::Kind(FailureKind::TooLarge)),
            "{event}"
        );
    }
}
