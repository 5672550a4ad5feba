//! The server's life: ready, found by others, stopped, killed, started again.

use std::{fs, io::Read as _, net::TcpListener};

use cowork_testkit::{Gate, ScriptedProvider, reply};
use rustix::process::Signal;
use serde_json::json;

use crate::harness::{Home, Process, Server};

#[test]
fn the_link_signs_in_once_and_others_find_the_server() {
    let home = Home::new();
    let server = home.serve();
    assert_eq!(server.link.split("/#").next().unwrap(), format!("http://{}", server.address));
    let (status, token) = server.sign_in(Server::code_of(&server.link));
    assert_eq!(status, 200);
    assert_eq!(server.request("GET", "/api/health", &token, "").0, 200);
    assert_eq!(server.sign_in(Server::code_of(&server.link)).0, 401);

    let file = home.data_dir().join("server.json");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let found: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(
        (found["pid"].as_u64(), found["address"].as_str()),
        (Some(server.pid().into()), Some(server.address.to_string().as_str()))
    );

    let again = home.run(&[]).done();
    let (running, link) = again.split_once('\n').unwrap();
    assert_eq!(running, format!("running at http://{}", server.address));
    let link = link.trim().strip_prefix("sign in at ").unwrap();
    assert_eq!(server.sign_in(Server::code_of(link)).0, 200);
    assert!(home.run(&["doctor"]).done().contains(&format!("process {} answers", server.pid())));

    let second = home.run(&["serve", "--port", "0"]);
    let (first, rest) = second.failed(1);
    assert!(first.contains("Another Cowork") && first.contains(&server.pid().to_string()), "{first}");
    assert!(rest.contains("--data-dir"), "{rest}");

    let (status, logs) = server.end(Signal::TERM);
    assert_eq!(status.code(), Some(0), "{logs}");
    assert!(!file.exists());
    assert_eq!(home.serve().sign_in("").0, 401, "the folder is free again");
}

#[test]
fn an_interrupt_ends_it_cleanly_too() {
    let home = Home::new();
    let (status, logs) = home.serve().end(Signal::INT);
    assert_eq!(status.code(), Some(0));
    for line in logs.lines().filter(|line| line.starts_with('{')) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["level"].is_string() && line["message"].is_string(), "{line}");
    }
    assert!(logs.contains("\"message\":\"stopped\""), "{logs}");
}

#[test]
fn what_a_killed_server_leaves_behind_is_in_nobody_s_way() {
    let home = Home::new();
    let (status, _) = home.serve().end(Signal::KILL);
    assert_eq!(status.code(), None);
    assert!(home.data_dir().join("server.json").exists());
    home.run(&["sessions"]).done();
    let server = home.serve();
    assert!(home.run(&[]).done().contains(&server.address.to_string()));
}

#[test]
fn a_taken_port_is_told_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let home = Home::new();
    let ran = home.run(&["serve", "--port", &port]);
    let (first, rest) = ran.failed(1);
    assert_eq!(first, format!("cowork: port {port} is taken by another program"));
    assert!(rest.contains("--port 0"), "{rest}");
    assert!(!home.data_dir().join("server.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_mid_answer_keeps_the_text_and_tells_why() {
    let provider = ScriptedProvider::start().await;
    let gate = Gate::new();
    provider.push(reply().text("so far").wait(&gate));
    let home = Home::new()
        .with("OPENAI_BASE_URL", &provider.base_url())
        .with("OPENAI_API_KEY", "sk-a-key-nobody-may-see")
        .with("COWORK_TOKEN", "a-token-nobody-may-see");
    let server = home.serve();
    let token = "a-token-nobody-may-see";
    let (_, session) = server.request("POST", "/api/sessions", token, "{}");
    let chat = format!("/api/sessions/{}/chat", session["id"].as_str().unwrap());
    let body = json!({ "content": "words nobody may see", "modelId": "m" }).to_string();
    let (status, _) = server.request("POST", &chat, token, &body);
    assert_eq!(status, 202);
    gate.reached().await;
    let said = || server.request("GET", &chat, token, "").1["messages"][1]["content"].clone();
    while said() != "so far" {
        tokio::task::yield_now().await;
    }
    let mut stream = server.open("GET", &chat.replace("/chat", "/stream?after=0"), token, "");
    stream.peek(&mut [0]).unwrap(); // it has begun
    let begun = std::time::Instant::now();
    let (status, logs) = server.end(Signal::TERM);
    assert_eq!(status.code(), Some(0));
    assert!(begun.elapsed().as_secs() < 6, "supervisors are promised five seconds");
    let mut events = String::new();
    stream.read_to_string(&mut events).unwrap();
    assert!(
        events.contains("event: message.error") && events.contains("interrupted"),
        "watchers see it end: {events}"
    );
    for secret in ["sk-a-key", "a-token", "words nobody", "so far"] {
        assert!(!logs.contains(secret), "{secret} is in {logs}");
    }

    let server = home.serve();
    let (_, snapshot) = server.request("GET", &chat, token, "");
    let answer = &snapshot["messages"][1];
    assert_eq!((&answer["content"], &answer["status"]), (&json!("so far"), &json!("error")));
    assert_eq!(answer["error"]["code"], "interrupted");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_that_ask_nothing_leave_waiting_messages_to_the_next_server() {
    let provider = ScriptedProvider::start().await;
    let gate = Gate::new();
    provider.push(reply().text("half").wait(&gate));
    provider.always(reply().text("whole").finish("stop").done());
    let token = "a-token-for-programs-only";
    let home = Home::new().with("OPENAI_BASE_URL", &provider.base_url()).with("COWORK_TOKEN", token);
    let server = home.serve();
    let (_, session) = server.request("POST", "/api/sessions", token, "{}");
    let session = session["id"].as_str().unwrap();
    let chat = format!("/api/sessions/{session}/chat");
    for content in ["one", "two"] {
        let body = json!({ "content": content, "modelId": "m" }).to_string();
        assert_eq!(server.request("POST", &chat, token, &body).0, 202);
    }
    gate.reached().await;
    server.end(Signal::TERM);

    assert!(home.run(&["sessions"]).done().contains(session));
    let export = home.run(&["export", "--format", "json", session]).done();
    let export: serde_json::Value = serde_json::from_str(&export).unwrap();
    assert_eq!(export["messages"][3]["status"], "pending");
    assert_eq!(provider.requests().len(), 1);

    let server = home.serve();
    let answer = || server.request("GET", &chat, token, "").1["messages"][3].clone();
    while ["pending", "streaming"].contains(&answer()["status"].as_str().unwrap()) {
        tokio::task::yield_now().await;
    }
    assert_eq!((&answer()["status"], &answer()["content"]), (&json!("done"), &json!("whole")));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_interrupts_a_chat_stops_its_answer() {
    let provider = ScriptedProvider::start().await;
    let gate = Gate::new();
    provider.push(reply().text("one").wait(&gate));
    let home = Home::new().with("OPENAI_BASE_URL", &provider.base_url());
    let _server = home.serve();
    let mut chat = Process::spawn(home.command(&["chat", "--json", "-m", "openai/m", "count"]));
    let mut lines = chat.lines();
    let session = loop {
        let event: serde_json::Value = serde_json::from_str(&lines.next().expect("more events")).unwrap();
        if event["type"] == "message.delta" {
            break event["sessionId"].as_str().unwrap().to_owned();
        }
    };
    chat.signal(Signal::INT);
    assert_eq!(chat.wait().code(), Some(130));
    let export = home.run(&["export", "--format", "json", &session]).done();
    let export: serde_json::Value = serde_json::from_str(&export).unwrap();
    assert_eq!(export["messages"][1]["status"], "canceled");
    assert_eq!(export["messages"][1]["content"], "one");
}
