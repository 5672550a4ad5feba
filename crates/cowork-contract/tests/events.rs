//! A golden file for each event: what is written there is what is stored, streamed and read back.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use cowork_contract::{Event, EventBody};
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/events")
}

fn golden(name: &str) -> Value {
    let path = folder().join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// The name of each variant. A new variant does not compile here until it has a line, and so a file.
fn name_of(body: &EventBody) -> &'static str {
    match body {
        EventBody::MessageCreated(_) => "message.created",
        EventBody::MessageDelta(_) => "message.delta",
        EventBody::MessageUpdated(_) => "message.updated",
        EventBody::MessageCompleted(_) => "message.completed",
        EventBody::MessageError(_) => "message.error",
        EventBody::TaskStatus(_) => "task.status",
        EventBody::TaskPlan(_) => "task.plan",
        EventBody::TaskStep(_) => "task.step",
        EventBody::TaskTool(_) => "task.tool",
        EventBody::TaskArtifact(_) => "task.artifact",
        EventBody::ApprovalRequested(_) => "approval.requested",
        EventBody::ApprovalResolved(_) => "approval.resolved",
        EventBody::TokenUsage(_) => "token.usage",
        EventBody::SessionUpdated(_) => "session.updated",
        EventBody::StreamReset(_) => "stream.reset",
    }
}

/// The frozen names and ours, as the contract lists them.
const NAMES: [&str; 15] = [
    "message.created",
    "message.delta",
    "message.updated",
    "message.completed",
    "message.error",
    "task.status",
    "task.plan",
    "task.step",
    "task.tool",
    "task.artifact",
    "approval.requested",
    "approval.resolved",
    "token.usage",
    "session.updated",
    "stream.reset",
];

#[test]
fn every_event_has_a_golden_file_and_every_file_an_event() {
    let files = std::fs::read_dir(folder()).unwrap();
    let found: BTreeSet<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap().trim_end_matches(".json").to_owned())
        .collect();
    assert_eq!(found, NAMES.map(str::to_owned).into());
}

#[test]
fn a_golden_event_comes_back_as_it_was() {
    for name in NAMES {
        let golden = golden(name);
        let event: Event =
            serde_json::from_value(golden.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(serde_json::to_value(&event).unwrap(), golden, "{name}");
        assert_eq!((event.body.name(), name_of(&event.body)), (name, name));
        assert_eq!(golden["type"], name);
        // Through text too, as it is stored.
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
        assert!(!text.contains('\n'), "one line of a stream");
    }
}

#[test]
fn what_a_newer_version_adds_is_ignored() {
    for name in NAMES {
        let mut newer = golden(name);
        let known: Event = serde_json::from_value(newer.clone()).unwrap();
        newer["addedLater"] = Value::from(1);
        for part in ["session", "plan", "step", "artifact", "approval", "error"] {
            if newer[part].is_object() {
                newer[part]["addedLater"] = Value::from(1);
            }
        }
        assert_eq!(serde_json::from_value::<Event>(newer).unwrap(), known, "{name}");
    }
    // What a message's metadata holds is kept, also where this version does not know it.
    let mut imported = golden("message.error");
    imported["message"]["metadata"]["odd"] = serde_json::json!({ "deep": [1, null] });
    let event: Event = serde_json::from_value(imported.clone()).unwrap();
    assert_eq!(serde_json::to_value(&event).unwrap(), imported);
}

#[test]
fn the_list_s_stream_carries_what_the_list_needs() {
    let wide = ["task.status", "approval.requested", "approval.resolved", "session.updated"];
    for name in NAMES {
        let event: Event = serde_json::from_value(golden(name)).unwrap();
        assert_eq!(event.body.concerns_all(), wide.contains(&name), "{name}");
    }
}
