//! Reading without a network: what is held, and what it costs.

use super::*;
use crate::decode::{Decode, Decoder};
use crate::{Frame, Limits, ModelRequest};

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
    let mut out = Out::new();
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
        events.map(|bytes| decoder.feed(&bytes, &mut Out::new())).find(Result::is_err)
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
