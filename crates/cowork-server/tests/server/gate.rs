//! Who may talk to the server at all: `Host`, `Origin`, `Sec-Fetch-Site`.

use crate::harness::TestServer;

#[tokio::test]
async fn every_request_names_exactly_one_host_that_was_bound() {
    let server = TestServer::start().await;
    let port = server.address.port();
    for target in ["/api/health", "/", "/healthz", "/assets/none.js"] {
        let request = server.request("GET", target);
        let right = request.send().await;
        assert_ne!(right.status, 421, "the control: {target}");
        let localhost = request.clone().without("host").header("host", &format!("localhost:{port}"));
        assert_ne!(localhost.send().await.status, 421, "{target}");
        for wrong in [
            request.clone().without("host"),
            request.clone().without("host").header("host", "127.0.0.1"),
            request.clone().without("host").header("host", &format!("127.0.0.1:{}", port ^ 1)),
            request.clone().without("host").header("host", &format!("evil.example:{port}")),
            request.clone().without("host").header("host", &format!("[::1]:{port}")),
            request.clone().header("host", "evil.example"),
            request.clone().header("host", &server.address.to_string()),
        ] {
            let refused = wrong.send().await;
            let problem = refused.problem(421, "host_not_allowed");
            assert!(problem["detail"].as_str().unwrap().contains(&server.address.to_string()));
        }
    }
}

#[tokio::test]
async fn a_request_line_with_another_host_is_refused() {
    let server = TestServer::start().await;
    let own = format!("http://{}/api/health", server.address);
    assert_eq!(server.request("GET", &own).send().await.status, 200, "the control");
    server.request("GET", "http://evil.example/api/health").send().await.problem(421, "host_not_allowed");
}

#[tokio::test]
async fn another_site_is_refused() {
    let server = TestServer::start().await;
    let own = format!("http://{}", server.address);
    for method in ["GET", "POST"] {
        let request = server.request(method, "/api/sessions");
        for (name, right) in
            [("origin", own.as_str()), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none")]
        {
            let answer = request.clone().header(name, right).send().await;
            assert!(answer.status < 300, "the control: {name}: {right}");
        }
        for (name, wrong) in [
            ("origin", "http://evil.example"),
            ("origin", "http://127.0.0.1:3000"),
            ("origin", &own.replace("http", "https")),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let refused = request.clone().header(name, wrong).send().await;
            refused.problem(403, "foreign_origin");
            assert_eq!(refused.header("access-control-allow-origin"), None);
        }
    }
    let exchange = server.bare("POST", "/api/auth/exchange").header("origin", "http://evil.example");
    exchange.json(&serde_json::json!({ "code": server.code() })).send().await.problem(403, "foreign_origin");
}

#[tokio::test]
async fn a_link_from_another_site_may_lead_to_the_page_and_nothing_more() {
    let server = TestServer::start().await;
    let foreign = |target: &str, mode: &str, dest: &str| {
        server
            .bare("GET", target)
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", mode)
            .header("sec-fetch-dest", dest)
            .header("accept", "text/html")
    };
    for target in ["/", "/sessions/1"] {
        assert_eq!(foreign(target, "navigate", "document").send().await.status, 200, "{target}");
        foreign(target, "navigate", "iframe").send().await.problem(403, "foreign_origin");
        foreign(target, "no-cors", "script").send().await.problem(403, "foreign_origin");
    }
    foreign("/healthz", "navigate", "document").send().await.problem(403, "foreign_origin");
    foreign("/api/health", "navigate", "document").send().await.problem(403, "foreign_origin");
}

#[tokio::test]
async fn no_answer_carries_a_cors_header_and_all_carry_the_others() {
    let server = TestServer::start().await;
    let own = format!("http://{}", server.address);
    for request in [
        server.request("GET", "/api/health").header("origin", &own),
        server
            .request("OPTIONS", "/api/sessions")
            .header("origin", &own)
            .header("access-control-request-method", "POST"),
        server.bare("GET", "/"),
        server.bare("GET", "/api/health"),
        server.bare("GET", "/").without("host"),
    ] {
        let answer = request.send().await;
        assert!(
            !answer.headers.iter().any(|(name, _)| name.starts_with("access-control-")),
            "{:?}",
            answer.headers
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        assert!(answer.header("permissions-policy").is_some());
        assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'; "));
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let server = TestServer::start().await;
    let with = |bytes: usize| server.request("GET", "/api/health").header("x-filler", &"a".repeat(bytes));
    assert_eq!(with(1000).send().await.status, 200, "the control");
    assert_eq!(with(64 << 10).send().await.status, 431);
    let many = (0..100)
        .fold(server.request("GET", "/api/health"), |request, n| request.header(&format!("x-{n}"), "a"));
    assert_eq!(many.send().await.status, 431);
}
