//! Searching over the wire: words to hits, and what is refused.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::TestServer;

/// Waiting for longer than this means that something hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// The answer once everything is searched.
async fn searched(server: &TestServer, target: &str) -> Value {
    let whole = async {
        loop {
            let results = server.get(target).await;
            if results["incomplete"] == json!(false) {
                return results;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, whole).await.expect("everything is searched")
}

#[tokio::test]
async fn what_was_said_is_found_with_where_it_stands() {
    let server = TestServer::start().await;
    let session = server.talked(2).await;
    let results =
        searched(&server, &format!("/api/search?q=%221+%2B+1%22&session={session}&role=user")).await;
    let item = &results["items"][0];
    assert_eq!((&item["kind"], &item["sessionId"]), (&json!("message"), &json!(session)), "{results}");
    assert_eq!((&item["snippet"]["text"], &item["onActiveBranch"]), (&json!("1 + 1"), &json!(true)));
    assert_eq!(item["snippet"]["hits"], json!([[0, 5]]));
    assert_eq!(results["nextCursor"], json!(null));
    let titles = searched(&server, "/api/search?q=0&kind=title").await;
    assert_eq!(titles["items"][0]["sessionTitle"], "0 + 1", "{titles}");

    let found = server.get(&format!("/api/sessions/{session}/find?q=%2B%201")).await;
    assert!(found["items"].as_array().is_some_and(|items| items.len() >= 2), "{found}");
    assert_eq!(found["items"][0]["count"], 1);
}

#[tokio::test]
async fn any_words_are_taken_and_wrong_parameters_are_named() {
    let server = TestServer::start().await;
    for q in ["%22", "-", "NEAR(", "words%3Ax*", "%00", "a%20AND%20%20OR", "%F0%9F%91%8B"] {
        assert_eq!(searched(&server, &format!("/api/search?q={q}")).await["items"], json!([]), "{q}");
    }
    let long = "x".repeat(401);
    for (target, field) in [
        ("/api/search", "q"),
        ("/api/search?q=x&limit=51", "limit"),
        ("/api/search?q=x&role=nobody", "role"),
        ("/api/search?q=x&order=new", "order"),
        (&format!("/api/search?q={long}"), "q"),
        (&format!("/api/sessions/s/find?q={long}"), "q"),
    ] {
        let refused = server.request("GET", target).send().await;
        assert_eq!(refused.problem(400, "invalid_request")["field"], field, "{target}");
    }
    server.request("GET", "/api/search?q=x&cursor=y").send().await.problem(400, "invalid_request");
    server.request("GET", "/api/sessions/none/find?q=x").send().await.problem(404, "not_found");
}
