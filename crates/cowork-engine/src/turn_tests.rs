use cowork_provider::{FailureKind, Frame, StopReason};

use super::*;

fn text(text: &str) -> Input {
    Input::Frame(Frame::Text(text.to_owned()), 5)
}

fn failure(kind: FailureKind) -> Failure {
    Failure { kind, status: None, retry_after: None, detail: "Because.".to_owned(), request_id: None }
}

fn stop() -> Input {
    Input::Frame(Frame::Stop(StopReason::Finished), 9)
}

/// What a run did, in a form that is easy to read: `store*` is a batch that may find the answer ended.
fn names(effects: &[Effect]) -> Vec<String> {
    effects
        .iter()
        .map(|effect| match effect {
            Effect::HangUp => "hang up".to_owned(),
            Effect::Leave => "leave".to_owned(),
            Effect::Store { first, segments } => {
                let texts: Vec<&str> = segments.iter().map(|segment| segment.text.as_str()).collect();
                format!("store{} {}", if *first { "*" } else { "" }, texts.join("|"))
            }
            Effect::Finish(ending) => {
                let error = ending.error.as_ref().map(|error| format!(" {}", error.code)).unwrap_or_default();
                format!("{:?}{error}: {}", ending.status, ending.content)
            }
        })
        .collect()
}

#[test]
fn every_race_of_an_answer() {
    let reasoning = || Input::Frame(Frame::Reasoning("hm".to_owned()), 4);
    let cases: Vec<(&str, Vec<Input>, Vec<&str>)> = vec![
        ("text, then its end", vec![text("a"), Input::Stored, stop()], vec!["store* a", "Done: a"]),
        (
            "text grows while a batch is in hand",
            vec![text("a"), text("b"), text("c"), Input::Stored, Input::Stored, stop()],
            vec!["store* a", "store bc", "Done: abc"],
        ),
        (
            "the end does not wait for the batch in hand",
            vec![text("a"), text("b"), stop(), Input::Stored],
            vec!["store* a", "store* b", "Done: ab"],
        ),
        (
            "an end after the first batch is known to be committed",
            vec![text("a"), text("b"), Input::Stored, stop()],
            vec!["store* a", "store b", "Done: ab"],
        ),
        (
            "kinds stay apart and in order",
            vec![reasoning(), text("a"), reasoning(), Input::Stored, stop()],
            vec!["store* hm", "store a|hm", "Done: a"],
        ),
        ("an end without text", vec![stop()], vec!["Done: "]),
        (
            "a failure keeps the text",
            vec![text("a"), Input::Stored, Input::Failed(failure(FailureKind::Truncated), 9)],
            vec!["store* a", "Error provider_truncated: a"],
        ),
        ("a stop before any text", vec![Input::Stop(StopCause::Person, 1)], vec!["hang up", "Canceled: "]),
        (
            "a stop keeps what waits for storage",
            vec![text("a"), text("b"), Input::Stop(StopCause::Person, 9)],
            vec!["store* a", "hang up", "store* b", "Canceled: ab"],
        ),
        (
            "going down marks it as interrupted",
            vec![text("a"), Input::Stop(StopCause::Shutdown, 9)],
            vec!["store* a", "hang up", "Error interrupted: a"],
        ),
        (
            "whatever comes late changes nothing",
            vec![
                text("a"),
                Input::Stop(StopCause::Person, 9),
                text("b"),
                stop(),
                Input::Stored,
                Input::Failed(failure(FailureKind::Server), 9),
                Input::Stop(StopCause::Shutdown, 9),
                Input::Overtaken,
            ],
            vec!["store* a", "hang up", "Canceled: a"],
        ),
        (
            "an answer that was dropped meanwhile is left alone",
            vec![text("a"), Input::Overtaken, text("b"), stop()],
            vec!["store* a", "hang up", "leave"],
        ),
    ];
    for (name, inputs, expected) in cases {
        let mut turn = Turn::default();
        let effects: Vec<Effect> = inputs.into_iter().flat_map(|input| turn.step(input)).collect();
        assert_eq!(names(&effects), expected, "{name}");
    }
}

#[test]
fn times_are_those_of_the_first_sign() {
    let mut turn = Turn::default();
    let inputs = [
        Input::Frame(Frame::Headers { request_id: Some("r".to_owned()) }, 10),
        Input::Frame(Frame::FirstByte, 11),
        Input::Frame(Frame::Served { model: "m-1".to_owned() }, 11),
        Input::Frame(Frame::Reasoning("hm".to_owned()), 12),
        Input::Frame(Frame::Text("a".to_owned()), 13),
        Input::Frame(Frame::Stop(StopReason::Length), 14),
    ];
    let effects: Vec<Effect> = inputs.into_iter().flat_map(|input| turn.step(input)).collect();
    let Some(Effect::Finish(ending)) = effects.last() else { panic!("no end") };
    let telemetry = &ending.telemetry;
    assert_eq!((telemetry.connect_ms, telemetry.ttfb_ms, telemetry.ttft_ms), (Some(10), Some(11), Some(12)));
    assert_eq!((telemetry.duration_ms, telemetry.attempts), (14, 1));
    assert_eq!(ending.served.as_deref(), Some("m-1"));
    assert_eq!(ending.request_id.as_deref(), Some("r"));
    assert_eq!(ending.finish_reason.as_deref(), Some("length"));
}

#[test]
fn a_provider_faster_than_storage_is_made_to_wait() {
    let mut turn = Turn::default();
    turn.step(text("a"));
    assert!(turn.wants_more());
    turn.step(text(&"b".repeat(UNSAVED_MAX)));
    assert!(!turn.wants_more());
    turn.step(Input::Stored);
    assert!(turn.wants_more());
}
