//! Event streams over the wire: resume, cursors, heartbeats, limits.

use std::time::Duration;

use serde_json::json;

use crate::harness::{TestServer, until};

#[tokio::test]
async fn a_stream_greets_names_its_events_and_can_be_read_by_browsers() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let mut stream = server.stream(&format!("/api/sessions/{session}/stream?after=0")).await;
    assert_eq!(stream.header("content-type"), Some("text/event-stream; charset=utf-8"));
    assert_eq!(stream.header("cache-control"), Some("no-store"));
    assert_eq!(stream.header("x-accel-buffering"), Some("no"));
    assert_eq!(stream.frame().await.unwrap().retry, Some(1000));
    let created = stream.frame().await.unwrap();
    assert_eq!(created.name(), "session.updated");
    assert_eq!(created.data["type"], "session.updated");
    assert_eq!(created.data["id"].as_i64(), created.id);
    assert_eq!(created.data["sessionId"], session.as_str());
    assert!(created.data["timestamp"].as_i64().is_some_and(|time| time > 1_700_000_000_000));
}

#[tokio::test]
async fn a_reader_that_is_cut_after_any_event_sees_every_event_once() {
    let server = TestServer::start().await;
    let session = server.talked(2).await;
    let target = format!("/api/sessions/{session}/stream");
    let mut whole = server.stream(&format!("{target}?after=0")).await;
    let head = server.get("/api/health").await["lastEventId"].as_i64().unwrap();
    let mut all = Vec::new();
    while all.last().is_none_or(|last: &crate::http::Frame| last.id < Some(head)) {
        all.push(whole.event().await.unwrap());
    }
    assert!(all.len() > 10, "{}", all.len());
    assert!(all.is_sorted_by(|a, b| a.id < b.id));
    for (seen, cut) in all.iter().enumerate().take(all.len() - 1) {
        let mut resumed = server
            .request("GET", &format!("{target}?after=0"))
            .header("last-event-id", &cut.id.unwrap().to_string())
            .open()
            .await;
        for expected in &all[seen + 1..] {
            assert_eq!(&resumed.event().await.unwrap(), expected, "after {:?}", cut.id);
        }
    }
}

#[tokio::test]
async fn a_snapshot_and_a_stream_after_it_leave_no_gap() {
    let server = TestServer::start().await;
    let session = server.talked(1).await;
    let snapshot = server.get(&format!("/api/sessions/{session}/chat")).await;
    let after = snapshot["lastEventId"].as_i64().unwrap();
    assert_eq!(snapshot["messages"].as_array().unwrap().len(), 2);
    let mut stream = server.stream(&format!("/api/sessions/{session}/stream?after={after}")).await;
    server
        .post(&format!("/api/sessions/{session}/chat"), &json!({ "content": "2 + 2", "providerId": "demo" }))
        .await;
    let events = until(&mut stream, "message.completed").await;
    assert_eq!(events.iter().filter(|event| event.name() == "message.created").count(), 2);
    assert!(events.iter().all(|event| event.id > Some(after)));
}

#[tokio::test]
async fn cursors_are_known_or_refused() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let head = server.get("/api/health").await["lastEventId"].as_i64().unwrap();
    for target in [
        format!("/api/sessions/{session}/stream"),
        "/api/events".to_owned(),
        format!("/api/events?session={session}"),
    ] {
        let join = if target.contains('?') { '&' } else { '?' };
        server.stream(&format!("{target}{join}after={head}")).await;
        let beyond = format!("{target}{join}after={}", head + 1000);
        server.request("GET", &beyond).send().await.problem(400, "unknown_cursor");
        // The header counts before the parameter, either way.
        let request = server.request("GET", &beyond).header("last-event-id", "0");
        assert_eq!(request.open().await.status, 200);
        let request = server
            .request("GET", &format!("{target}{join}after=0"))
            .header("last-event-id", "9007199254740991");
        request.send().await.problem(400, "unknown_cursor");
        for bad in ["-1", "x", "1.5"] {
            let refused = server.request("GET", &format!("{target}{join}after={bad}")).send().await;
            assert_eq!(refused.problem(400, "invalid_request")["field"], "after");
            let refused = server.request("GET", &target).header("last-event-id", bad).send().await;
            assert_eq!(refused.problem(400, "invalid_request")["field"], "Last-Event-ID");
        }
    }
}

#[tokio::test]
async fn the_stream_of_all_sessions_carries_what_the_list_needs_and_one_session_whole() {
    let server = TestServer::start().await;
    let (mine, other) = (server.session().await, server.session().await);
    let mut list = server.stream("/api/events").await;
    let mut page = server.stream(&format!("/api/events?session={mine}")).await;
    for session in [&other, &mine] {
        server
            .post(
                &format!("/api/sessions/{session}/chat"),
                &json!({ "content": "1 + 1", "providerId": "demo" }),
            )
            .await;
    }
    let page = until(&mut page, "message.completed").await;
    assert!(page.iter().any(|event| event.data["sessionId"] == other.as_str()));
    assert!(
        page.iter()
            .filter(|event| event.data["sessionId"] == other.as_str())
            .all(|event| event.name() == "session.updated")
    );
    assert!(
        page.iter().any(|event| event.name() == "message.delta" && event.data["sessionId"] == mine.as_str())
    );
    let first = list.event().await.unwrap();
    assert_eq!((first.name(), &first.data["sessionId"]), ("session.updated", &json!(other)));
}

#[tokio::test]
async fn a_heartbeat_can_be_seen_and_is_no_event() {
    let server = TestServer::with(|options| options.heartbeat = Duration::from_millis(20)).await;
    let mut stream = server.stream("/api/events").await;
    assert_eq!(stream.frame().await.unwrap().retry, Some(1000));
    for _ in 0..3 {
        let frame = stream.frame().await.unwrap();
        assert_eq!((frame.name(), frame.id), ("heartbeat", None));
    }
}

#[tokio::test]
async fn streams_are_limited_and_free_again_when_closed() {
    let server = TestServer::with(|options| options.limits.streams = 2).await;
    let one = server.stream("/api/events").await;
    let _two = server.stream("/api/events").await;
    assert_eq!(server.get("/api/health").await["openStreams"], 2);
    let refused = server.request("GET", "/api/events").send().await;
    assert!(refused.problem(429, "too_many_streams")["retryAfterMs"].is_u64());
    assert!(refused.header("retry-after").is_some());
    let session = server.session().await;
    let exchange = server
        .request("POST", &format!("/api/sessions/{session}/chat"))
        .header("accept", "text/event-stream");
    exchange.json(&json!({ "content": "1 + 1" })).send().await.problem(429, "too_many_streams");
    let chat = server.get(&format!("/api/sessions/{session}/chat")).await;
    assert_eq!(chat["messages"], json!([]), "what was refused was not sent");
    drop(one);
    tokio::time::timeout(crate::http::PATIENCE, async {
        while server.get("/api/health").await["openStreams"] != 1 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("a closed stream frees its place");
    server.stream("/api/events").await;
}
