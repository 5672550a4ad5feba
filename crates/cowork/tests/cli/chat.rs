//! `cowork chat`: with a server and without, for people and for programs.

use cowork_testkit::{ScriptedProvider, refuse, reply};
use serde_json::Value;

use crate::harness::Home;

fn session_of(out: &str) -> String {
    let first: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    first["sessionId"].as_str().unwrap().to_owned()
}

#[test]
fn the_demo_answers_without_a_server_and_with_one() {
    let home = Home::new();
    let alone = home.run(&["chat", "2", "+", "2"]).done();
    assert!(alone.contains('4') && alone.ends_with('\n'), "{alone}");
    let from_input = home.run_with(&["chat", "-"], "3 + 3\n").done();
    assert!(from_input.contains('6'), "{from_input}");
    assert_eq!(home.run(&["sessions"]).done().lines().count(), 2);
    let _server = home.serve();
    assert!(home.run(&["chat", "4 + 4"]).done().contains('8'));
    assert_eq!(home.run(&["sessions"]).done().lines().count(), 3);
}

#[test]
fn events_come_as_json_lines_and_a_session_goes_on() {
    let home = Home::new();
    let out = home.run(&["chat", "--json", "2 + 2"]).done();
    let events: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events[0]["type"], "message.created");
    assert_eq!(events.last().unwrap()["type"], "message.completed");
    assert_eq!(events.last().unwrap()["message"]["providerId"], "demo");
    let session = session_of(&out);
    home.run(&["chat", "-s", &session, "3 + 3"]).done();
    let listed = home.run(&["sessions", "--json"]).done();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((listed["id"].as_str(), listed["messageCount"].as_u64()), (Some(session.as_str()), Some(4)));
}

#[test]
fn json_lines_hold_nothing_that_a_terminal_obeys() {
    let home = Home::new();
    let said = "2 + 2 \u{9b}31mred\u{9d}0;title\u{9c}\u{85}\u{7f}";
    let out = home.run(&["chat", "--json", said]).done();
    let listed = home.run(&["sessions", "--json"]).done();
    for text in [&out, &listed] {
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
    let first: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!(first["message"]["content"], said, "its meaning is the same");
    home.run(&["providers", "add", "work", "--kind", "openai", "--model", "a\u{9b}2J"]).done();
    let listed = home.run(&["providers", "list", "--json"]).done();
    assert!(listed.contains("\\u009b2J") && !listed.contains('\u{9b}'), "{listed:?}");
}

#[test]
fn what_was_said_is_found_again() {
    let home = Home::new();
    let session = session_of(&home.run(&["chat", "--json", "Tell me of the Zanzibar archipelago"]).done());
    let listed = home.run(&["search", "zanzi"]).done();
    assert!(listed.contains(&session) && listed.contains("Zanzibar archipelago"), "{listed}");
    let json = home.run(&["search", "--json", "zanzibar", "archipelago"]).done();
    let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((first["kind"].as_str(), first["sessionId"].as_str()), (Some("title"), Some(&*session)));
    assert_eq!(home.run(&["search", "--", "zanzibar", "-archipelago"]).done(), "");
    assert_eq!(home.run(&["search", "\"NEAR(:*"]).done(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_along_with_the_message() {
    let provider = ScriptedProvider::start().await;
    provider.push(reply().text("Seven.").finish("stop").done());
    let home = Home::new().with("OPENAI_BASE_URL", &provider.base_url()).with("OPENAI_API_KEY", "sk-right");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sales \"now\".csv");
    std::fs::write(&file, "year,sum\n2024,7\n").unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(home.run(&["chat", "-m", "openai/m", "--attach", file, "How many?"]).done(), "Seven.\n");
    let asked = provider.requests()[0].body.to_string();
    assert!(asked.contains("2024,7") && asked.contains("How many?"), "{asked}");

    let nothing = home.run(&["chat", "-m", "openai/m", "--attach", "/nowhere/a.txt", "hello"]);
    assert!(nothing.failed(1).0.contains("/nowhere/a.txt"), "{nothing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_told_in_plain_words() {
    let provider = ScriptedProvider::start().await;
    provider.push(refuse(401, "invalid_api_key", "Incorrect API key"));
    provider.push(reply().text("It works.").finish("stop").done());
    let home = Home::new().with("OPENAI_BASE_URL", &provider.base_url()).with("OPENAI_API_KEY", "sk-wrong");
    let ran = home.run(&["chat", "-m", "openai/m", "hello"]);
    let (first, _) = ran.failed(1);
    assert!(first.starts_with("cowork: "), "{first}");
    assert!(ran.err.contains("provider_"), "{}", ran.err);
    assert!(!ran.err.contains("sk-wrong"));
    assert_eq!(home.run(&["chat", "-m", "openai/m", "hello"]).done(), "It works.\n", "the control");
    assert_eq!(provider.requests().len(), 2);

    let nowhere = home.run(&["chat", "-s", "00000000-0000-7000-8000-000000000000", "hello"]);
    assert!(nowhere.failed(1).0.contains("session"), "{nowhere:?}");
}
