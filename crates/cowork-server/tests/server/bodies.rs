//! What a body may be.

use serde_json::json;

use crate::harness::TestServer;

fn nested(levels: usize) -> String {
    format!("{{\"title\":\"t\",\"tags\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1))
}

#[tokio::test]
async fn a_body_within_the_limit_is_taken_and_a_larger_one_refused() {
    let server = TestServer::with(|options| options.limits.body_bytes = 1000).await;
    let create = |bytes: usize| {
        let body = json!({ "systemPrompt": "" }).to_string();
        let filled = body.replace("\"\"", &format!("\"{}\"", "a".repeat(bytes - body.len())));
        assert_eq!(filled.len(), bytes);
        server.request("POST", "/api/sessions").header("content-type", "application/json").body(filled)
    };
    assert_eq!(create(1000).send().await.status, 201, "the control");
    let refused = create(1001).send().await.problem(413, "payload_too_large");
    assert!(refused["detail"].as_str().unwrap().contains("1000"));
    // The rest is read, more than buffers hold: the sender sees the refusal and not a broken connection.
    create(24 << 20).send().await.problem(413, "payload_too_large");
}

#[tokio::test]
async fn the_real_limit_is_two_mebibytes() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let send = |bytes: usize| {
        let body = json!({ "content": "a".repeat(bytes) });
        server.request("POST", &format!("/api/sessions/{session}/chat")).json(&body)
    };
    // Small enough for the body, too large for a message: the next check says so.
    send((2 << 20) - 100).send().await.problem(400, "invalid_request");
    send(2 << 20).send().await.problem(413, "payload_too_large");
}

#[tokio::test]
async fn a_body_is_refused_for_its_depth_before_it_is_looked_at() {
    let server = TestServer::start().await;
    let create = |levels| {
        server
            .request("POST", "/api/sessions")
            .header("content-type", "application/json")
            .body(nested(levels))
    };
    let within = create(64).send().await.problem(400, "invalid_request");
    assert!(
        !within["detail"].as_str().unwrap().contains("deeper"),
        "the control fails for its types: {within}"
    );
    for levels in [65, 1000, 100_000] {
        let beyond = create(levels).send().await.problem(400, "invalid_request");
        assert!(beyond["detail"].as_str().unwrap().contains("deeper than 64"), "{beyond}");
    }
}

#[tokio::test]
async fn an_unknown_field_is_refused_by_name() {
    let server = TestServer::start().await;
    let session = server.session().await;
    for (method, target, good, bad, name) in [
        (
            "POST",
            "/api/sessions".to_owned(),
            json!({ "title": "t" }),
            json!({ "title": "t", "colour": 1 }),
            "colour",
        ),
        (
            "PATCH",
            format!("/api/sessions/{session}"),
            json!({ "pinned": true }),
            json!({ "pined": true }),
            "pined",
        ),
        (
            "POST",
            format!("/api/sessions/{session}/chat"),
            json!({ "content": "1 + 1" }),
            json!({ "content": "1 + 1", "temperature": 1 }),
            "temperature",
        ),
    ] {
        let control = server.request(method, &target).json(&good).send().await;
        assert!(control.status < 300, "{target}: {}", control.text());
        let refused = server.request(method, &target).json(&bad).send().await.problem(400, "invalid_request");
        assert_eq!(refused["field"], name);
        assert!(refused["detail"].as_str().unwrap().contains(name));
    }
    let refused = server.request("GET", "/api/sessions?limit=1&colour=red").send().await;
    assert_eq!(refused.problem(400, "invalid_request")["field"], "colour");
}

#[tokio::test]
async fn faults_name_their_field() {
    let server = TestServer::start().await;
    let chat = format!("/api/sessions/{}/chat", server.session().await);
    for (body, field) in [
        ("{}", Some("content")),
        ("{\"content\":\"a\",\"content\":\"b\"}", Some("content")),
        ("{\"content\":\" \"}", Some("content")),
        ("{\"content\":\"a\",\"client_request_id\":\"\"}", Some("client_request_id")),
        (
            "{\"content\":\"a\",\"client_request_id\":\"1\",\"clientRequestId\":\"2\"}",
            Some("client_request_id"),
        ),
        ("{\"content\":", None),
        ("[]", None),
        ("\"\u{1}\"", None),
    ] {
        let request = server.request("POST", &chat).header("content-type", "application/json").body(body);
        let problem = request.send().await.problem(400, "invalid_request");
        assert_eq!(problem.get("field").and_then(|field| field.as_str()), field, "{body}: {problem}");
    }
    for (target, field) in [
        ("/api/sessions?limit=0", "limit"),
        ("/api/sessions?limit=201", "limit"),
        ("/api/sessions?limit=many", "limit"),
        ("/api/sessions?cursor=%00nonsense", "cursor"),
    ] {
        let problem = server.request("GET", target).send().await.problem(400, "invalid_request");
        assert_eq!(problem["field"], field, "{target}: {problem}");
    }
}

#[tokio::test]
async fn only_json_is_a_body() {
    let server = TestServer::start().await;
    let create = |kind: &str| server.request("POST", "/api/sessions").header("content-type", kind).body("{}");
    for right in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        assert_eq!(create(right).send().await.status, 201, "{right}");
    }
    for wrong in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "",
    ] {
        create(wrong).send().await.problem(415, "unsupported_media_type");
    }
    server.request("POST", "/api/sessions").body("{}").send().await.problem(415, "unsupported_media_type");
    assert_eq!(server.request("POST", "/api/sessions").send().await.status, 201, "no body stands for {{}}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server =
        TestServer::with(|options| options.limits.body_time = std::time::Duration::from_millis(50)).await;
    let promised = server.request("POST", "/api/sessions").header("content-type", "application/json");
    let answer = promised.header("content-length", "10").body("{").send().await;
    assert!(answer.problem(400, "invalid_request")["detail"].as_str().unwrap().contains("in time"));
}
