//! A client that does not read is dropped, and nobody else notices.

use std::time::Duration;

use cowork_testkit::{Gate, reply};
use serde_json::json;

use crate::harness::{TestServer, until};

/// Pieces of 64 KiB: more than the kernel holds for a connection that is not read.
const PIECES: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_takes_no_bytes_is_dropped_and_comes_back_by_its_id() {
    let server = TestServer::with(|options| options.limits.write_time = Duration::from_secs(2)).await;
    let session = server.session().await;
    let target = format!("/api/sessions/{session}/stream");
    let stalled = server.stream(&format!("{target}?after=0")).await;
    let mut reader = server.stream(&format!("{target}?after=0")).await;
    assert_eq!(server.get("/api/health").await["openStreams"], 2);

    // In pieces that are events of their own.
    let gate = Gate::new();
    let piece = "a".repeat(64 << 10);
    let long = (0..PIECES).fold(reply(), |answer, _| answer.text(&piece)).finish("stop").done();
    server.provider.push(long.wait(&gate));
    server.post(&format!("/api/sessions/{session}/chat"), &json!({ "content": "a long one" })).await;

    let mut text = 0;
    while text < PIECES * piece.len() {
        let event = reader.event().await.expect("the one who reads is not dropped");
        text += event.data["text"].as_str().map_or(0, str::len);
    }
    tokio::time::timeout(crate::http::PATIENCE, async {
        while server.get("/api/health").await["openStreams"] != 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("the one who does not is");
    gate.open();
    until(&mut reader, "message.completed").await;

    // What it had not read is gone with the connection; its last id brings it back.
    let mut stalled = stalled;
    let mut last = 0;
    while let Some(event) = stalled.event().await {
        last = event.id.unwrap();
    }
    let mut resumed = server.stream(&format!("{target}?after={last}")).await;
    let rest = until(&mut resumed, "message.completed").await;
    assert!(rest.iter().all(|event| event.id > Some(last)));
    let answer = &rest.last().unwrap().data["message"];
    assert_eq!(answer["content"].as_str().unwrap().len(), PIECES * piece.len());
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let server = TestServer::with(|options| options.limits.header_time = Duration::from_millis(50)).await;
    let mut slow = tokio::net::TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: ").await.unwrap();
    let mut answer = Vec::new();
    let closed = tokio::time::timeout(crate::http::PATIENCE, slow.read_to_end(&mut answer)).await;
    assert!(closed.is_ok(), "the connection is closed");
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
    assert_eq!(server.bare("GET", "/healthz").send().await.status, 200, "the control");
}
