//! Previews: who may ask for one, and that it can be shown once and can do nothing.

use serde_json::{Value, json};

use crate::{harness::TestServer, http::Response};

async fn frame(server: &TestServer, body: &Value) -> String {
    server.post("/api/frames", body).await["url"].as_str().unwrap().to_owned()
}

/// What every frame's document must carry.
fn isolated<'r>(shown: &'r Response, sandbox: &str) -> &'r str {
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert_eq!(shown.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(shown.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(shown.header("x-dns-prefetch-control"), Some("off"));
    assert_eq!(shown.header("cross-origin-opener-policy"), Some("same-origin"));
    assert_eq!(shown.header("cross-origin-resource-policy"), Some("same-origin"));
    let policy = shown.header("content-security-policy").unwrap();
    assert!(policy.starts_with(&format!("{sandbox}; default-src 'none'; ")), "{policy}");
    for part in ["form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'"] {
        assert!(policy.contains(part), "{policy}");
    }
    policy
}

#[tokio::test]
async fn a_document_is_shown_once_and_still() {
    let server = TestServer::start().await;
    let made =
        server.post("/api/frames", &json!({ "kind": "html", "content": "<b>é</b><LINK rel=x>" })).await;
    assert_eq!(made["expiresInMs"], 60_000);
    let url = made["url"].as_str().unwrap();
    assert_eq!(url, format!("/frame/{}", made["ticket"].as_str().unwrap()));
    let shown = server.bare("GET", url).send().await;
    let policy = isolated(&shown, "sandbox");
    assert!(!policy.contains("script"), "{policy}");
    assert!(shown.text().ends_with("<base target=\"_blank\"><b>é</b><x-LINK rel=x>"), "{}", shown.text());
    server.bare("GET", url).send().await.problem(404, "not_found");
    server.bare("GET", "/frame/none").header("accept", "text/html").send().await.problem(404, "not_found");
}

#[tokio::test]
async fn a_picture_is_shown_as_an_image() {
    let server = TestServer::start().await;
    let url = frame(&server, &json!({ "kind": "svg", "content": "<svg onload=\"x\"></svg>" })).await;
    let shown = server.bare("GET", &url).send().await;
    isolated(&shown, "sandbox");
    assert!(shown.text().contains("src=\"data:image/svg+xml,%3Csvg onload=%22x%22%3E"), "{}", shown.text());
}

#[tokio::test]
async fn a_diagram_is_drawn_by_our_own_program_alone() {
    let server = TestServer::start().await;
    let answer = server.request("POST", "/api/frames").json(&json!({ "kind": "mermaid" })).send().await;
    if answer.status == 404 {
        answer.problem(404, "not_found"); // built without the page
        return;
    }
    let url = answer.json()["url"].as_str().unwrap().to_owned();
    let shown = server.bare("GET", &url).header("sec-fetch-dest", "iframe").send().await;
    let policy = isolated(&shown, "sandbox allow-scripts").to_owned();
    let (_, rest) = shown.text().split_once("src=\"").unwrap();
    let address = rest.split_once('"').unwrap().0;
    assert!(policy.contains(&format!("script-src 'nonce-{}';", address.rsplit('/').next().unwrap())));
    let program = server
        .bare("GET", address)
        .header("sec-fetch-dest", "script")
        .header("sec-fetch-site", "cross-site")
        .send()
        .await;
    assert_eq!((program.status, program.header("content-encoding")), (200, Some("gzip")));
    assert_eq!(program.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(program.header("cross-origin-resource-policy"), Some("cross-origin"));
    server.bare("GET", address).send().await.problem(404, "not_found");
}

#[tokio::test]
async fn only_our_page_asks_and_frames() {
    let server = TestServer::start().await;
    let body = json!({ "kind": "html", "content": "x" });
    server.bare("POST", "/api/frames").json(&body).send().await.problem(401, "unauthorized");
    let url = frame(&server, &body).await;
    let foreign = server.bare("GET", &url).header("sec-fetch-site", "cross-site");
    foreign.header("sec-fetch-dest", "iframe").send().await.problem(403, "foreign_origin");
    assert_eq!(server.bare("GET", &url).send().await.status, 200, "a refused request uses nothing up");
}

#[tokio::test]
async fn what_can_not_be_shown_is_refused_by_name() {
    let server = TestServer::start().await;
    for (body, status, code) in [
        (json!({ "kind": "html" }), 400, "invalid_request"),
        (json!({ "kind": "svg" }), 400, "invalid_request"),
        (json!({ "kind": "mermaid", "content": "graph" }), 400, "invalid_request"),
        (json!({ "kind": "html", "content": "x".repeat(1_000_001) }), 413, "payload_too_large"),
    ] {
        let answer = server.request("POST", "/api/frames").json(&body).send().await;
        assert_eq!(answer.problem(status, code)["field"], "content");
    }
    for body in
        [json!({ "kind": "pdf", "content": "x" }), json!({ "kind": "html", "content": "x", "script": 1 })]
    {
        server.request("POST", "/api/frames").json(&body).send().await.problem(400, "invalid_request");
    }
    server.post("/api/frames", &json!({ "kind": "html", "content": "x".repeat(1_000_000) })).await;
}
