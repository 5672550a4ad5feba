//! The page's files. What is embedded depends on the build, so these tests read the page to learn its files.

use std::collections::HashSet;

use crate::harness::TestServer;

fn nonce_of(policy: &str) -> &str {
    let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
    rest.split_once('\'').unwrap().0
}

#[tokio::test]
async fn the_shell_has_a_nonce_of_its_own_each_time() {
    let server = TestServer::start().await;
    let mut nonces = HashSet::new();
    for target in ["/", "/index.html"] {
        let page = server.bare("GET", target).send().await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!((page.header("etag"), page.header("content-encoding")), (None, None));
        let policy = page.header("content-security-policy").unwrap();
        let nonce = nonce_of(policy).to_owned();
        assert!(nonce.len() >= 32);
        assert!(
            policy.contains(&format!("script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'"))
        );
        assert!(
            policy.contains("require-trusted-types-for 'script'")
                && policy.contains("frame-ancestors 'none'")
        );
        assert!(page.text().contains(&nonce) && !page.text().contains("__CSP_NONCE__"));
        assert!(nonces.insert(nonce), "never the same twice");
    }
}

#[tokio::test]
async fn whoever_goes_to_a_path_of_the_page_gets_the_shell() {
    let server = TestServer::start().await;
    let path = "/sessions/01a2-b3";
    for request in [
        server.bare("GET", path).header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document"),
        server.bare("GET", path).header("accept", "text/html,application/xhtml+xml"),
    ] {
        let page = request.send().await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    }
    server.bare("GET", path).send().await.problem(404, "not_found");
    let html = |target: &str| server.request("GET", target).header("accept", "text/html");
    html("/assets/none.js").send().await.problem(404, "not_found");
    html("/api/none").send().await.problem(404, "not_found");
}

#[tokio::test]
async fn hashed_files_are_kept_for_good_and_sent_as_the_client_likes() {
    let server = TestServer::start().await;
    let page = server.bare("GET", "/").send().await;
    let Some((_, rest)) = page.text().split_once("src=\"/assets/") else {
        // Built without the page: the placeholder has no files.
        assert!(page.text().contains("not built in"));
        return;
    };
    let path = format!("/assets/{}", rest.split_once('"').unwrap().0);
    let with = |accept: &str| server.bare("GET", &path).header("accept-encoding", accept);

    let plain = server.bare("GET", &path).send().await;
    assert_eq!(plain.status, 200);
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(plain.header("vary"), Some("accept-encoding"));
    assert_eq!(plain.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(plain.header("content-encoding"), None);
    assert!(!plain.header("content-security-policy").unwrap().contains("nonce"));
    let mut tags = HashSet::from([plain.header("etag").unwrap().to_owned()]);

    for encoding in ["br", "gzip"] {
        let packed = with(encoding).send().await;
        if packed.header("content-encoding").is_none() {
            continue; // built without compressed siblings
        }
        assert_eq!(packed.header("content-encoding"), Some(encoding));
        assert!(packed.body.len() < plain.body.len());
        let tag = packed.header("etag").unwrap().to_owned();
        let known = with(encoding).header("if-none-match", &tag).send().await;
        assert_eq!((known.status, known.body.len()), (304, 0));
        assert_eq!(
            with("identity").header("if-none-match", &tag).send().await.status,
            200,
            "another form, another tag"
        );
        assert!(tags.insert(tag));
        let refused = with(&format!("{encoding};q=0")).send().await;
        assert_eq!(refused.header("content-encoding"), None);
    }
    for hidden in ["br", "gz"] {
        server.bare("GET", &format!("{path}.{hidden}")).send().await.problem(404, "not_found");
    }
    let head = server.bare("HEAD", &path).send().await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(plain.body.len().to_string().as_str()));
    let foreign = server
        .bare("GET", &path)
        .header("sec-fetch-site", "cross-site")
        .header("origin", "http://evil.example");
    assert_eq!(foreign.send().await.status, 200, "it holds no data; its own policy keeps it from being read");
}

#[tokio::test]
async fn the_page_can_be_installed() {
    let server = TestServer::start().await;
    if server.bare("GET", "/").send().await.text().contains("not built in") {
        return;
    }
    let manifest = server.bare("GET", "/manifest.webmanifest").send().await;
    assert_eq!((manifest.status, manifest.header("content-type")), (200, Some("application/manifest+json")));
    let manifest = manifest.json();
    assert_eq!((&manifest["start_url"], &manifest["display"]), (&"/".into(), &"standalone".into()));
    let icons = manifest["icons"].as_array().expect("icons");
    for purpose in ["any", "maskable"] {
        assert!(
            icons.iter().any(|icon| icon["purpose"] == purpose && icon["sizes"] == "512x512"),
            "{purpose}"
        );
    }
    for icon in icons {
        let file = server.bare("GET", icon["src"].as_str().unwrap()).send().await;
        assert_eq!((file.status, file.header("content-type")), (200, icon["type"].as_str()), "{icon}");
        assert!(file.body.len() < 1_000_000, "{icon}");
    }
}
