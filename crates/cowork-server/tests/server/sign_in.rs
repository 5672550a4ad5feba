//! Start codes and bearer tokens.

use serde_json::json;

use crate::harness::{TOKEN, TestServer};

async fn exchange(server: &TestServer, code: &str) -> crate::http::Response {
    server.bare("POST", "/api/auth/exchange").json(&json!({ "code": code })).send().await
}

#[tokio::test]
async fn a_start_code_is_good_once() {
    let server = TestServer::start().await;
    let code = server.code();
    assert!(code.len() >= 32, "128 bits or more: {code}");

    let first = exchange(&server, &code).await;
    assert_eq!(first.status, 200);
    let token = first.json()["token"].as_str().unwrap().to_owned();
    assert!(token.len() >= 64, "256 bits: {token}");
    assert_eq!(server.bare("GET", "/api/health").bearer(&token).send().await.status, 200);

    let again = exchange(&server, &code).await.problem(401, "start_code_invalid");
    assert_eq!(again["field"], "code");
    exchange(&server, &"0".repeat(32)).await.problem(401, "start_code_invalid");
    exchange(&server, "").await.problem(401, "start_code_invalid");
}

#[tokio::test]
async fn two_who_come_with_one_code_are_not_both_let_in() {
    let server = TestServer::start().await;
    let code = server.code();
    let (one, two) = tokio::join!(exchange(&server, &code), exchange(&server, &code));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

#[tokio::test]
async fn wrong_codes_wait_and_do_not_lock_out_a_right_one() {
    let server = TestServer::start().await;
    let wrong = "f".repeat(32);
    let mut attempts = tokio::task::JoinSet::new();
    for _ in 0..24 {
        let request = server.bare("POST", "/api/auth/exchange").json(&json!({ "code": wrong }));
        attempts.spawn(async move { request.send().await });
    }
    let code = server.code();
    assert_eq!(exchange(&server, &code).await.status, 200);
    let answers = attempts.join_all().await;
    assert!(answers.iter().any(|answer| answer.status == 401));
    let hurried = answers.iter().find(|answer| answer.status == 429).expect("so many at once are too many");
    let problem = hurried.problem(429, "too_many_streams");
    assert!(problem["retryAfterMs"].as_u64().is_some());
    assert_eq!(hurried.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn a_token_survives_a_restart_and_a_code_does_not() {
    let server = TestServer::start().await;
    let token = exchange(&server, &server.code()).await.json()["token"].as_str().unwrap().to_owned();
    let unused = server.code();
    let server = server.restart().await;
    assert_eq!(server.bare("GET", "/api/health").bearer(&token).send().await.status, 200);
    exchange(&server, &unused).await.problem(401, "start_code_invalid");
}

#[tokio::test]
async fn a_program_with_a_token_gets_a_code() {
    let server = TestServer::start().await;
    let issued = server.post("/api/auth/codes", &json!({})).await;
    assert_eq!(issued["expiresInMs"], 60_000);
    assert_eq!(exchange(&server, issued["code"].as_str().unwrap()).await.status, 200);
    server.bare("POST", "/api/auth/codes").json(&json!({})).send().await.problem(401, "unauthorized");
}

#[tokio::test]
async fn only_a_bearer_token_is_a_credential() {
    let server = TestServer::start().await;
    let health = || server.bare("GET", "/api/health");
    assert_eq!(health().bearer(TOKEN).send().await.status, 200, "the control");
    assert_eq!(health().header("authorization", &format!("bearer {TOKEN}")).send().await.status, 200);
    for wrong in [
        health(),
        health().bearer("wrong"),
        health().bearer(&TOKEN[1..]),
        health().header("authorization", TOKEN),
        health().header("authorization", "Bearer "),
        health().header("authorization", &format!("Basic {TOKEN}")),
        health().header("cookie", &format!("token={TOKEN}")),
        health().bearer(TOKEN).bearer(TOKEN),
        server.bare("GET", &format!("/api/health?token={TOKEN}")),
    ] {
        wrong.send().await.problem(401, "unauthorized");
    }
}

#[tokio::test]
async fn everything_but_signing_in_and_the_probes_needs_a_token() {
    let server = TestServer::start().await;
    for (method, target) in [
        ("GET", "/api/sessions"),
        ("POST", "/api/sessions"),
        ("GET", "/api/events"),
        ("GET", "/api/models"),
        ("GET", "/api/openapi.json"),
        ("GET", "/api/nothing"),
        ("GET", "/api"),
        ("GET", "/metrics"),
        ("OPTIONS", "/api/sessions"),
    ] {
        server.bare(method, target).send().await.problem(401, "unauthorized");
    }
    for target in ["/healthz", "/readyz"] {
        let response = server.bare("GET", target).send().await;
        assert_eq!(
            (response.status, response.text()),
            (200, "ok\n"),
            "{target} says only whether it is well"
        );
    }
}
