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
