//! Every refusal is a problem with a stable code.

use serde_json::json;

use crate::harness::TestServer;

#[tokio::test]
async fn refusals_outside_the_resources_are_problems_too() {
    let server = TestServer::start().await;
    let nowhere = "00000000-0000-7000-8000-000000000000";
    let session = server.session().await;
    for (method, target, status, code) in [
        ("GET", "/api/nothing".to_owned(), 404, "not_found"),
        ("GET", "/api/".to_owned(), 404, "not_found"),
        ("GET", format!("/api/sessions/{nowhere}"), 404, "not_found"),
        ("GET", format!("/api/sessions/{nowhere}/chat"), 404, "not_found"),
        ("GET", format!("/api/sessions/{nowhere}/tree"), 404, "not_found"),
        ("GET", format!("/api/sessions/{session}/tree?limit=10001"), 400, "invalid_request"),
        ("GET", format!("/api/sessions/{nowhere}/stream"), 404, "not_found"),
        ("GET", format!("/api/sessions/{nowhere}/export"), 404, "not_found"),
        ("GET", format!("/api/events?session={nowhere}"), 404, "not_found"),
        ("GET", format!("/api/sessions/{session}/messages/{nowhere}/revisions"), 404, "not_found"),
        ("DELETE", format!("/api/sessions/{session}/messages/{nowhere}"), 404, "not_found"),
        ("POST", format!("/api/sessions/{nowhere}/fork"), 404, "not_found"),
        ("GET", "/api/sessions/%ff".to_owned(), 400, "invalid_request"),
        ("PUT", "/api/sessions".to_owned(), 405, "method_not_allowed"),
        ("DELETE", "/api/models".to_owned(), 405, "method_not_allowed"),
        ("POST", "/healthz".to_owned(), 405, "method_not_allowed"),
        ("POST", "/".to_owned(), 405, "method_not_allowed"),
        ("GET", format!("/api/sessions/{session}/export?format=pdf"), 400, "invalid_request"),
        ("GET", format!("/api/sessions/{session}/chat?limit=0"), 400, "invalid_request"),
        ("GET", format!("/api/sessions/{session}/chat?branch=some"), 400, "invalid_request"),
    ] {
        let refused = server.request(method, &target).send().await;
        refused.problem(status, code);
        assert_eq!(refused.header("allow").is_some(), status == 405, "{method} {target}");
        if target.starts_with("/api") {
            assert_eq!(refused.header("cache-control"), Some("no-store"));
        }
    }
}

#[tokio::test]
async fn the_engine_s_refusals_travel_as_they_are() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let chat = format!("/api/sessions/{session}/chat");
    let send = |content: &str, id: &str| {
        server
            .request("POST", &chat)
            .json(&json!({ "content": content, "client_request_id": id, "providerId": "demo" }))
    };
    let first = send("1 + 1", "one").send().await;
    assert_eq!(first.status, 202);
    let again = send("1 + 1", "one").send().await;
    assert_eq!(
        (again.status, again.json()["userMessage"]["id"].clone()),
        (202, first.json()["userMessage"]["id"].clone())
    );
    send("2 + 2", "one").send().await.problem(409, "idempotency_conflict");
    let mention = format!("[@Plans](cowork:session/{session}-gone)");
    let refused = send(&mention, "two").send().await.problem(400, "invalid_request");
    assert_eq!(refused["field"], "content");
    assert!(refused["detail"].as_str().unwrap().contains("no conversation “Plans”"), "{refused}");
    let nobody = json!({ "content": "1 + 1", "providerId": "nobody" });
    let answer = server.request("POST", &chat).json(&nobody).send().await;
    assert!(
        answer.status == 422 || answer.status == 202,
        "refused at once or as the answer's error: {}",
        answer.text()
    );
}

#[tokio::test]
async fn a_server_that_goes_down_ends_its_streams_and_finishes() {
    let server = TestServer::start().await;
    let mut stream = server.stream("/api/events").await;
    assert!(stream.frame().await.is_some());
    server.close();
    assert!(stream.frame().await.is_none(), "the stream ends");
    server.stop().await;
}
