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
    other.run_with(&["import", "-"], &text).done();
    assert_eq!(other.run(&["sessions"]).done().lines().count(), 2);
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
