//! Sessions as files.

use serde_json::json;

use crate::harness::TestServer;

#[tokio::test]
async fn a_session_goes_out_and_comes_in_again() {
    let server = TestServer::start().await;
    let session = server.talked(2).await;
    let rename = json!({ "title": "Größe 1" });
    assert_eq!(
        server.request("PATCH", &format!("/api/sessions/{session}")).json(&rename).send().await.status,
        200
    );

    let file = server.request("GET", &format!("/api/sessions/{session}/export?format=json")).send().await;
    assert_eq!(file.header("content-type"), Some("application/json"));
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"Gr--e-1.json\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.json")
    );
    let export = file.json();
    assert_eq!(
        (export["format"].as_str(), export["messages"].as_array().unwrap().len()),
        (Some("cowork.session"), 4)
    );

    let imported = server.post("/api/sessions/import", &export).await;
    assert_ne!(imported["id"], session.as_str(), "its id is taken");
    let id = imported["id"].as_str().unwrap();
    let again = server.get(&format!("/api/sessions/{id}/export?format=json")).await;
    let contents = |export: &serde_json::Value| -> Vec<String> {
        export["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["content"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(contents(&again), contents(&export));

    let markdown =
        server.request("GET", &format!("/api/sessions/{session}/export?format=markdown")).send().await;
    assert_eq!(markdown.header("content-type"), Some("text/markdown; charset=utf-8"));
    let text = markdown.text();
    assert!(text.starts_with("# Größe 1\n"), "{text}");
    assert!(text.contains("\n## You · 20") && text.contains("\n## demo/cowork-demo · 20"), "{text}");
}

#[tokio::test]
async fn what_is_no_export_is_refused() {
    let server = TestServer::start().await;
    let before = server.get("/api/sessions").await["items"].as_array().unwrap().len();
    for body in [json!({}), json!({ "format": "other", "version": 1 }), json!({ "messages": [] })] {
        let refused = server.request("POST", "/api/sessions/import").json(&body).send().await;
        refused.problem(400, "invalid_request");
    }
    assert_eq!(server.get("/api/sessions").await["items"].as_array().unwrap().len(), before);
}

#[tokio::test]
async fn an_import_is_a_command_like_the_others() {
    let server = TestServer::start().await;
    let session = server.talked(1).await;
    let mut file = server.get(&format!("/api/sessions/{session}/export?format=json")).await;
    let import = async |file: &serde_json::Value| {
        server.request("POST", "/api/sessions/import").json(file).send().await
    };
    file["conntent"] = json!("x");
    let refused = import(&file).await.problem(400, "invalid_request");
    assert_eq!(refused["field"], "conntent");
    file.as_object_mut().unwrap().remove("conntent");

    file["client_request_id"] = json!("once");
    let first = import(&file).await.json();
    let again = file.as_object_mut().unwrap().remove("client_request_id").unwrap();
    file["clientRequestId"] = again;
    assert_eq!(import(&file).await.json(), first, "a retry makes no second session");
    file["session"]["title"] = json!("another");
    import(&file).await.problem(409, "idempotency_conflict");
    assert_eq!(server.get("/api/sessions").await["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_import_may_be_larger_than_a_command() {
    let server = TestServer::with(|options| {
        options.limits.body_bytes = 1000;
        options.limits.import_bytes = 100_000;
    })
    .await;
    let session = server.talked(3).await;
    let export = server.get(&format!("/api/sessions/{session}/export?format=json")).await;
    assert!(export.to_string().len() > 1000);
    server.post("/api/sessions/import", &export).await;
    let large = json!({ "filler": "a".repeat(100_000) });
    server
        .request("POST", "/api/sessions/import")
        .json(&large)
        .send()
        .await
        .problem(413, "payload_too_large");
}

async fn import_file(server: &TestServer, file: &[u8]) -> crate::http::Response {
    server
        .request("POST", "/api/import")
        .header("content-type", "application/octet-stream")
        .body(file)
        .send()
        .await
}

#[tokio::test]
async fn a_chatgpt_file_becomes_sessions_once_and_again_after_they_are_deleted() {
    let file = include_bytes!("../../../cowork-import/tests/files/chatgpt.json");
    let server = TestServer::start().await;
    let report = import_file(&server, file).await.json();
    assert_eq!((&report["imported"], &report["refused"]), (&json!(1), &json!(1)), "{report}");
    let made = &report["conversations"][0];
    assert_eq!((&made["outcome"], &made["format"]), (&json!("imported"), &json!("chatgpt")));
    let id = made["sessionId"].as_str().unwrap().to_owned();
    let export = server.get(&format!("/api/sessions/{id}/export?format=json")).await;
    assert_eq!(export["messages"].as_array().unwrap().len(), 3);
    assert_eq!(
        export["messages"][1]["parentId"], export["messages"][2]["parentId"],
        "two answers of one question"
    );
    assert_eq!(export["session"]["updatedAt"], 1_756_000_400_500_i64, "its own time, not that of the import");

    let again = import_file(&server, file).await.json();
    assert_eq!((&again["imported"], &again["alreadyHere"]), (&json!(0), &json!(1)), "{again}");
    assert_eq!(again["conversations"][0]["sessionId"], id.as_str());

    server.request("DELETE", &format!("/api/sessions/{id}")).send().await;
    let anew = import_file(&server, file).await.json();
    assert_eq!(anew["imported"], 1, "a deleted one is not here: {anew}");
    assert_ne!(anew["conversations"][0]["sessionId"], id.as_str());
    assert_eq!(import_file(&server, file).await.json()["alreadyHere"], 1);
}

#[tokio::test]
async fn a_file_of_nothing_is_refused_in_words_and_changes_nothing() {
    let server = TestServer::with(|options| options.limits.file_bytes = 1000).await;
    for (file, words) in [
        (&b"[]"[..], "an empty list"),
        (b"", "empty"),
        (b"not json", "not JSON"),
        (br#"[{"mapping":{}}]"#, "no message"),
        (br#"{"a":1}"#, "ChatGPT"),
    ] {
        let refused = import_file(&server, file).await.problem(400, "invalid_request");
        assert!(refused["detail"].as_str().unwrap().contains(words), "{refused}");
        assert_eq!(refused["field"], "file");
    }
    import_file(&server, &[b' '; 1001]).await.problem(413, "payload_too_large");
    assert_eq!(server.get("/api/sessions").await["items"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn everything_goes_out_as_lines_and_is_known_again() {
    let server = TestServer::start().await;
    let (first, second) = (server.talked(1).await, server.talked(2).await);
    server
        .request("PATCH", &format!("/api/sessions/{first}"))
        .json(&json!({ "archived": true }))
        .send()
        .await;
    let gone = server.talked(1).await;
    server.request("DELETE", &format!("/api/sessions/{gone}")).send().await;
    let out = server.request("GET", "/api/export").send().await;
    assert_eq!(out.header("content-type"), Some("application/jsonl"));
    let text = out.text();
    let ids: Vec<String> = text
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["session"]["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(ids, [first, second]);
    let here = import_file(&server, text.as_bytes()).await.json();
    assert_eq!((&here["imported"], &here["alreadyHere"]), (&json!(0), &json!(2)));
    let other = TestServer::start().await;
    let moved = import_file(&other, text.as_bytes()).await.json();
    assert_eq!(moved["imported"], 2, "{moved}");
    assert_eq!(other.request("GET", "/api/export").send().await.text().lines().count(), 2);
}
