//! The scripted provider does what its script says, byte for byte: seen by a client that knows nothing but TCP.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use cowork_testkit::{End, Gate, Script, ScriptedProvider, Step, TokenText, Tokens, refuse, reply, stamps};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(20);

struct Client(TcpStream);

impl Client {
    async fn connect(server: &ScriptedProvider) -> Self {
        Self(TcpStream::connect(server.address()).await.expect("a connection"))
    }

    async fn ask(&mut self, path: &str, body: &Value) {
        let (method, body) = if body.is_null() { ("GET", String::new()) } else { ("POST", body.to_string()) };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
        self.0.write_all(format!("{head}{body}").as_bytes()).await.expect("sent");
    }

    /// Everything up to and with `end`.
    async fn until(&mut self, end: &str) -> String {
        let mut text = String::new();
        while !text.ends_with(end) {
            let byte =
                tokio::time::timeout(PATIENCE, self.0.read_u8()).await.expect("in time").expect("a byte");
            text.push(char::from(byte));
        }
        text
    }

    /// Everything up to the end of the connection, and whether that end was clean.
    async fn rest(&mut self) -> (String, bool) {
        let mut bytes = Vec::new();
        let clean =
            tokio::time::timeout(PATIENCE, self.0.read_to_end(&mut bytes)).await.expect("in time").is_ok();
        (String::from_utf8(bytes).expect("UTF-8"), clean)
    }
}

/// One answer on a connection of its own.
async fn answer(script: impl Into<Script>) -> (String, bool) {
    let server = ScriptedProvider::start().await;
    server.push(script);
    let mut client = Client::connect(&server).await;
    client.ask("/v1/chat/completions", &json!({})).await;
    client.rest().await
}

const END: &str = "0\r\n\r\n";

#[tokio::test]
async fn the_bytes_are_those_of_the_script() {
    let script = Script::new(201).header("x-a", "b").send("hello\n").send("you").step(Step::CloseClean);
    let expected = "HTTP/1.1 201 Scripted\r\ntransfer-encoding: chunked\r\nx-a: b\r\n\r\n6\r\nhello\n\r\n3\r\nyou\r\n0\r\n\r\n";
    assert_eq!(answer(script).await, (expected.to_owned(), true));
}

#[tokio::test]
async fn cuts_and_resets() {
    let (text, clean) = answer(reply().text("Hello").step(Step::CutInChunk)).await;
    assert!(text.contains("Hello") && !text.ends_with(END) && clean, "{text}");
    let (_, clean) = answer(reply().text("Hello").step(Step::Reset)).await;
    assert!(!clean, "a reset is an error at the other end");
    assert_eq!(answer(reply().before(Step::CloseClean)).await, (String::new(), true));
}

#[tokio::test]
async fn who_answers_first() {
    let server = ScriptedProvider::start().await;
    server.push(refuse(401, "a", "queued")).always(refuse(402, "b", "fallback"));
    server.when(|request| (request.body["model"] == "m").then(|| refuse(403, "c", "matched")));
    let mut client = Client::connect(&server).await;
    let mut status = Vec::new();
    for model in ["x", "m", "x", "x"] {
        client.ask("/v1/chat/completions", &json!({ "model": model })).await;
        status.push(client.until(END).await[9..12].to_owned());
    }
    assert_eq!(status, ["401", "403", "402", "402"], "all on one connection");
    assert_eq!((server.connections(), server.requests().len()), (1, 4));
    client.ask("/v1/models", &Value::Null).await;
    assert!(client.until(END).await.contains("scripted-1"));
    assert_eq!(server.requests().len(), 4, "a question for the list is not recorded");
}

#[tokio::test]
async fn without_a_script_it_says_so() {
    let server = ScriptedProvider::start().await;
    let mut client = Client::connect(&server).await;
    client.ask("/v1/chat/completions", &json!({})).await;
    assert!(client.until(END).await.contains("no script is left"));
}

#[tokio::test]
async fn a_gate_holds_back_what_stands_behind_it() {
    let server = ScriptedProvider::start().await;
    let gate = Gate::new();
    server.push(reply().text("before").wait(&gate).text("behind").finish("stop").done());
    let mut client = Client::connect(&server).await;
    client.ask("/v1/chat/completions", &json!({ "messages": [{ "role": "user", "content": "hi" }] })).await;
    gate.reached().await;
    client.until("before\"").await;
    client.until("\n\n\r\n").await;
    assert!(client.0.try_read(&mut [0]).is_err(), "something came through the gate");
    let request = server.request(0).await;
    assert_eq!(request.end(), End::Running);
    assert_eq!(request.messages(), [("user".to_owned(), "hi".to_owned())]);
    gate.open();
    assert!(client.until(END).await.contains("behind"));
    assert_eq!(request.ended().await, End::Answered);
}

#[tokio::test]
async fn it_notices_who_hangs_up() {
    let server = ScriptedProvider::start().await;
    server.always(reply().text("Hello").step(Step::Stall));
    for n in 0..2 {
        let mut client = Client::connect(&server).await;
        client.ask("/v1/chat/completions", &json!({})).await;
        client.until("Hello").await;
        let request = server.request(n).await;
        drop(client);
        assert!(tokio::time::timeout(PATIENCE, request.hung_up()).await.expect("in time"));
    }
}

#[tokio::test]
async fn dropping_it_cuts_every_connection_and_frees_the_port() {
    let server = ScriptedProvider::start().await;
    server.always(reply().text("Hello").step(Step::Stall));
    let mut client = Client::connect(&server).await;
    client.ask("/v1/chat/completions", &json!({})).await;
    let request = server.request(0).await;
    let address = server.address();
    drop(server);
    client.rest().await;
    assert_eq!(request.ended().await, End::Cut);
    let again = ScriptedProvider::start_at(address).await;
    assert_eq!(again.address(), address);
}

#[tokio::test]
async fn tokens_are_complete_at_any_speed() {
    for tokens in [Tokens::new(5_000), Tokens::new(300).per_second(3_000.0)] {
        let count = tokens.count;
        let (text, _) =
            answer(reply().tokens(tokens.clone().text(TokenText::Numbered)).step(Step::CloseClean)).await;
        let words = text.split("\"content\":\"").skip(1).filter_map(|rest| rest.split(' ').next());
        let numbers = words.map(|word| word.parse::<u64>().expect("a number")).collect::<Vec<_>>();
        assert_eq!(numbers, (0..count).collect::<Vec<_>>());
        let (text, _) = answer(reply().tokens(tokens.text(TokenText::Stamped)).step(Step::CloseClean)).await;
        let words = text
            .split("\"content\":\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect::<String>();
        let stamps = stamps(&words).collect::<Vec<_>>();
        assert!(stamps.iter().map(|stamp| stamp.number).eq(0..count));
        assert!(stamps.is_sorted_by_key(|stamp| stamp.sent_micros));
    }
}
