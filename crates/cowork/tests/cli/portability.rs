//! `cowork export` and `cowork import`.

use cowork_testkit::{ScriptedProvider, reply};
use serde_json::Value;

use crate::harness::Home;

#[test]
fn a_session_moves_to_another_folder() {
    let home = Home::new();
    home.run(&["chat", "2 + 2"]).done();
    let listed = home.run(&["sessions"]).done();
    let session = listed.split(' ').next().unwrap();
    let markdown = home.run(&["export", session]).done();
    assert!(markdown.starts_with("# 2 + 2\n") && markdown.contains("## demo/cowork-demo · "), "{markdown}");

    let file = home.path().join("session.json");
    let file = file.to_str().unwrap();
    assert_eq!(home.run(&["export", session, "--format", "json", "-o", file]).done(), "");
    let kept = home.run(&["export", session, "--format", "json", "-o", file]);
    assert!(kept.failed(1).0.contains(file), "an existing file is not replaced");

    let other = Home::new();
    let imported = other.run(&["import", file]).done();
    let id = imported.trim();
    let export = |home: &Home, id: &str| -> Value {
        serde_json::from_str(&home.run(&["export", id, "--format", "json"]).done()).unwrap()
    };
    let (before, after) = (export(&home, session), export(&other, id));
    assert_eq!(before["messages"].as_array().unwrap().len(), 2);
    for number in 0..2 {
        for field in ["content", "role", "status", "createdAt"] {
            assert_eq!(before["messages"][number][field], after["messages"][number][field]);
        }
    }
    let text = std::fs::read_to_string(file).unwrap();
    let again = other.run_with(&["import", "-"], &text);
    assert!(again.err.contains("0 imported, 1 already here, 0 refused"), "{again:?}");
    assert_eq!(again.done().trim(), id);
    assert_eq!(other.run(&["sessions"]).done().lines().count(), 1);
}

#[test]
fn all_sessions_go_out_in_one_file_and_come_in_again() {
    let home = Home::new();
    home.run(&["chat", "2 + 2"]).done();
    home.run(&["chat", "3 + 3"]).done();
    let file = home.path().join("all.jsonl");
    let file = file.to_str().unwrap();
    home.run(&["export", "--all", file]).done();
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 2);
    let kept = home.run(&["export", "--all", file]);
    assert!(kept.failed(1).0.contains(file), "an existing file is not replaced");
    let other = Home::new();
    let ran = other.run(&["import", file]);
    assert!(ran.err.contains("2 + 2: imported, 2 messages") && ran.err.contains("2 imported"), "{ran:?}");
    assert_eq!(ran.done().lines().count(), 2);
    assert_eq!(other.run(&["sessions"]).done().lines().count(), 2);
}

#[test]
fn a_conversation_of_another_program_comes_in() {
    let home = Home::new();
    let file = serde_json::json!([{
        "title": "From elsewhere", "conversation_id": "c", "current_node": "a",
        "mapping": {
            "q": { "parent": null, "message": { "author": { "role": "user" }, "recipient": "all",
                "content": { "content_type": "multimodal_text", "parts": [{ "content_type": "image_asset_pointer" }, "Hello"] } } },
            "a": { "parent": "q", "message": { "author": { "role": "assistant" }, "recipient": "all",
                "content": { "content_type": "text", "parts": ["Hi"] } } },
        },
    }])
    .to_string();
    let ran = home.run_with(&["import", "-"], &file);
    assert!(ran.err.contains("From elsewhere: imported, 2 messages; left out: 1 images"), "{ran:?}");
    let id = ran.done();
    assert!(home.run(&["export", id.trim()]).done().contains("Hi\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_does_not_obey_what_a_model_wrote_and_a_file_gets_it_as_it_is() {
    let said = "before \u{1b}]0;a title\u{7} \u{9b}31m after\n\ttabbed";
    let provider = ScriptedProvider::start().await;
    provider.push(reply().text(said).finish("stop").done());
    let home = Home::new().with("OPENAI_BASE_URL", &provider.base_url());
    home.run(&["chat", "-m", "openai/m", "hello"]).done();
    let listed = home.run(&["sessions"]).done();
    let session = listed.split(' ').next().unwrap();
    let shown = home.run_on_a_terminal(&["export", session]);
    assert!(shown.contains("before \u{fffd}]0;a title\u{fffd} \u{fffd}31m after\r\n"), "{shown:?}");
    assert!(shown.contains("tabbed"), "{shown:?}");
    assert!(home.run(&["export", session]).done().contains(said), "a pipe");
    let file = home.path().join("session.md");
    home.run(&["export", session, "-o", file.to_str().unwrap()]).done();
    assert!(std::fs::read_to_string(file).unwrap().contains(said), "a file");
}

#[test]
fn what_is_no_session_is_refused() {
    let home = Home::new();
    let ran = home.run_with(&["import", "-"], "{}");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let ran = home.run(&["export", "00000000-0000-7000-8000-000000000000"]);
    assert!(ran.failed(1).0.contains("no such session"), "{ran:?}");
    assert_eq!(home.run(&["sessions"]).done(), "");
}
