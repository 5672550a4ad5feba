use cowork_provider::{FailureKind, Frame, StopReason};

use super::*;
use crate::routing::{Candidate, Retry};

fn headers(request_id: Option<&str>) -> Frame {
    Frame::Headers { request_id: request_id.map(str::to_owned), parameters: Parameters::default() }
}

fn text(text: &str) -> Input {
    Input::Frame(Frame::Text(text.to_owned()), 5)
}

fn failure(kind: FailureKind) -> Failure {
    Failure { kind, status: None, retry_after: None, detail: "Because.".to_owned(), request_id: None }
}

fn stop() -> Input {
    Input::Frame(Frame::Stop(StopReason::Finished), 9)
}

/// A run whose one call is under way.
fn turn() -> Turn {
    let mut turn = Turn::new(Route::new(vec![candidate("a")], Retry::NEVER));
    assert_eq!(names(&turn.step(Input::Begin)), ["call"]);
    turn
}

fn candidate(model: &str) -> Candidate {
    Candidate { provider_id: "p".to_owned(), model_id: model.to_owned(), unfit: None, window: None }
}

/// What a run did, in a form that is easy to read: `store*` is a batch that may find the answer ended.
fn names(effects: &[Effect]) -> Vec<String> {
    effects
        .iter()
        .map(|effect| match effect {
            Effect::HangUp => "hang up".to_owned(),
            Effect::Call => "call".to_owned(),
            Effect::Note(wait) => format!("note {}", wait.as_millis()),
            Effect::Pause(wait) => format!("pause {}", wait.as_millis()),
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
            vec![text("a"), Input::Stored, Input::Failed(failure(FailureKind::Truncated), 9, 0.5)],
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
                Input::Failed(failure(FailureKind::Server), 9, 0.5),
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
        let mut turn = turn();
        let effects: Vec<Effect> = inputs.into_iter().flat_map(|input| turn.step(input)).collect();
        assert_eq!(names(&effects), expected, "{name}");
    }
}

#[test]
fn times_are_those_of_the_first_sign() {
    let mut turn = turn();
    let inputs = [
        Input::Frame(headers(Some("r")), 10),
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
    let mut turn = turn();
    turn.step(text("a"));
    assert!(turn.wants_more());
    turn.step(text(&"b".repeat(UNSAVED_MAX)));
    assert!(!turn.wants_more());
    turn.step(Input::Stored);
    assert!(turn.wants_more());
}

#[test]
fn before_any_text_a_failure_is_met_by_the_route_and_after_it_ends_the_answer() {
    let retry = Retry { most: 1, ..Retry::default() };
    let start = || Turn::new(Route::new(vec![candidate("a"), candidate("b")], retry));
    let fail = |at| Input::Failed(failure(FailureKind::Server), at, 0.5);
    let cases: Vec<(&str, Vec<Input>, Vec<&str>)> = vec![
        (
            "once more, then the next one, which answers",
            vec![Input::Begin, fail(10), Input::Paused(510), fail(520), text("hi"), Input::Stored, stop()],
            vec![
                "call",
                "hang up",
                "note 500",
                "pause 500",
                "call",
                "hang up",
                "note 0",
                "call",
                "store* hi",
                "Done: hi",
            ],
        ),
        (
            "text was seen: it is kept and nobody else is asked",
            vec![Input::Begin, text("hi"), Input::Stored, fail(20)],
            vec!["call", "store* hi", "Error provider_server: hi"],
        ),
        (
            "a stop during the pause",
            vec![Input::Begin, fail(10), Input::Stop(StopCause::Person, 100)],
            vec!["call", "hang up", "note 500", "pause 500", "hang up", "Canceled: "],
        ),
        (
            "nobody is left",
            vec![Input::Begin, fail(1), Input::Paused(2), fail(3), fail(4), Input::Paused(5), fail(6)],
            vec![
                "call",
                "hang up",
                "note 500",
                "pause 500",
                "call",
                "hang up",
                "note 0",
                "call",
                "hang up",
                "note 500",
                "pause 500",
                "call",
                "Error provider_server: ",
            ],
        ),
    ];
    for (name, inputs, expected) in cases {
        let mut turn = start();
        let effects: Vec<Effect> = inputs.into_iter().flat_map(|input| turn.step(input)).collect();
        assert_eq!(names(&effects), expected, "{name}");
    }
}

#[test]
fn every_call_is_on_record_with_its_own_times() {
    let mut turn = Turn::new(Route::new(vec![candidate("a"), candidate("b")], Retry::NEVER));
    let inputs = [
        Input::Begin,
        Input::Frame(headers(None), 40),
        Input::Failed(failure(FailureKind::Server), 100, 0.5),
        Input::Frame(headers(None), 150),
        Input::Frame(Frame::FirstByte, 160),
        text("hi"),
        stop(),
    ];
    let effects: Vec<Effect> = inputs.into_iter().flat_map(|input| turn.step(input)).collect();
    let Some(Effect::Finish(ending)) = effects.last() else { panic!("no end") };
    let [first, second] = ending.calls.as_slice() else { panic!("{:?}", ending.calls) };
    assert_eq!((first.model_id.as_str(), first.connect_ms, first.total_ms), ("a", Some(40), 100));
    assert_eq!(first.code.as_deref(), Some("provider_server"));
    assert_eq!((second.model_id.as_str(), second.connect_ms, second.ttfb_ms), ("b", Some(50), Some(60)));
    assert_eq!(second.code, None);
    // What the person waited counts from the first call.
    assert_eq!((ending.telemetry.connect_ms, ending.telemetry.attempts), (Some(150), 2));
    let tried: Vec<_> = ending.attempts.iter().map(|attempt| attempt.code.as_deref()).collect();
    assert_eq!(tried, [Some("provider_server"), None]);
    assert!(ending.fallback_notice.as_ref().unwrap().contains("b of p answered instead"));
}
