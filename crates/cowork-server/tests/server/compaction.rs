//! A summary of the earlier part of a conversation, through the wire.

use cowork_testkit::{Gate, reply};
use serde_json::{Value, json};

use crate::harness::{TestServer, until};

/// A session with two long exchanges with the scripted model.
async fn talked(server: &TestServer) -> String {
    let session = server.session().await;
    let mut stream = server.stream(&format!("/api/sessions/{session}/stream")).await;
    for number in 1..=2 {
        server.provider.push(reply().text(&format!("{number} ").repeat(900)).finish("stop").done());
        let body = json!({ "content": format!("question {number} ").repeat(90) });
        server.post(&format!("/api/sessions/{session}/chat"), &body).await;
        until(&mut stream, "message.completed").await;
    }
    session
}

async fn compacted(server: &TestServer, session: &str) -> (String, Value) {
    let chat = server.get(&format!("/api/sessions/{session}/chat")).await;
    let messages = chat["messages"].as_array().unwrap().clone();
    let message = messages.into_iter().find(|message| message["metadata"].get("compaction").is_some());
    message.map_or_else(Default::default, |message| {
        (message["id"].as_str().unwrap().to_owned(), message["metadata"]["compaction"].clone())
    })
}

#[tokio::test]
async fn a_conversation_is_compacted_and_the_summary_removed() {
    let server = TestServer::start().await;
    let session = talked(&server).await;
    let path = format!("/api/sessions/{session}");
    let gate = Gate::new();
    server.provider.push(reply().wait(&gate).text("Two numbers.").usage(70, 5).finish("stop").done());
    let body = json!({ "client_request_id": "one", "instructions": "Be brief." });
    let begun = server.request("POST", &format!("{path}/compact")).json(&body).send().await;
    assert_eq!(begun.status, 202, "{}", begun.text());
    assert_eq!(begun.json()["session"]["compacting"]["trigger"], "manual");
    let mut stream = server.stream(&format!("{path}/stream?after={}", begun.json()["lastEventId"])).await;
    let again = server.request("POST", &format!("{path}/compact")).json(&body).send().await;
    assert_eq!(again.json()["lastEventId"], begun.json()["lastEventId"]);
    let other = server.request("POST", &format!("{path}/compact")).json(&json!({}));
    other.send().await.problem(409, "session_busy");
    gate.open();
    until(&mut stream, "message.updated").await;
    until(&mut stream, "session.updated").await;
    let (message, made) = compacted(&server, &session).await;
    assert_eq!((&made["summary"], &made["messages"]), (&json!("Two numbers."), &json!(2)));
    let session_now = server.get(&path).await;
    assert!(session_now.get("compacting").is_none() && session_now["activity"] == "idle");

    // On record with the rest.
    let calls = server.get(&format!("/api/telemetry/messages/{message}")).await;
    let purposes: Vec<_> = calls["items"].as_array().unwrap().iter().map(|call| &call["purpose"]).collect();
    assert_eq!(purposes, ["chat", "compact"]);
    let sums = server.get("/api/telemetry/summary?by=session").await;
    assert_eq!(sums["items"][0]["calls"], 3, "{sums}");
    server
        .request("POST", &format!("{path}/compact"))
        .json(&json!({}))
        .send()
        .await
        .problem(409, "nothing_to_compact");

    let removed = server.request("DELETE", &format!("{path}/messages/{message}/compaction")).send().await;
    assert!(removed.status == 200 && removed.json()["metadata"].get("compaction").is_none());
    assert_eq!(compacted(&server, &session).await.0, "");
}

#[tokio::test]
async fn a_summary_that_is_being_made_can_be_stopped() {
    let server = TestServer::start().await;
    let session = talked(&server).await;
    let path = format!("/api/sessions/{session}/compact");
    server.provider.push(reply().text("Tw").wait(&Gate::new()).done());
    server.post(&path, &json!({})).await;
    let stopped = server.request("POST", &format!("{path}/cancel")).json(&json!({})).send().await;
    assert_eq!(stopped.status, 202);
    assert!(stopped.json().get("compacting").is_none(), "{}", stopped.text());
    assert_eq!(compacted(&server, &session).await.0, "");
    let unknown = server.request("POST", &path).json(&json!({ "instruction": "x" })).send().await;
    assert_eq!(unknown.problem(400, "invalid_request")["field"], "instruction");
}
