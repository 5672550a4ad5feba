//! Personas and prompts through the wire: routes, codes and fields.

use serde_json::{Value, json};

use crate::harness::TestServer;

#[tokio::test]
async fn personas_and_prompts_go_through_all_their_routes() {
    let server = TestServer::start().await;
    for (path, mut body, change) in [
        ("personas", json!({ "name": "Editor", "prompt": "You edit." }), json!({ "prompt": "You shorten." })),
        ("prompts", json!({ "name": "report", "content": "On {{week}}." }), json!({ "title": "Weekly" })),
    ] {
        let all = format!("/api/{path}");
        body["client_request_id"] = json!(path);
        let made = server.request("POST", &all).json(&body).send().await;
        assert_eq!(made.status, 201, "{}", made.text());
        let id = made.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(server.post(&all, &body).await["id"], json!(id), "sent again");
        let one = format!("/api/{path}/{id}");
        let changed = server.request("PATCH", &one).json(&change).send().await;
        assert_eq!(changed.status, 200, "{}", changed.text());
        let list = server.get(&all).await;
        assert_eq!((&list["items"][0], &list["nextCursor"]), (&changed.json(), &Value::Null));
        let left = server.request("DELETE", &format!("{one}?client_request_id=d{path}")).send().await;
        assert_eq!(left.json()["items"], json!([]));
        let back = server.post(&format!("{one}/restore"), &json!({})).await;
        assert_eq!(back["id"], json!(id));
        body["client_request_id"] = json!(null);
        let taken = server.request("POST", &all).json(&body).send().await;
        assert_eq!(taken.problem(409, "name_taken")["field"], "name");
        let unknown = server.request("POST", &all).json(&json!({ "nmae": "x" })).send().await;
        assert_eq!(unknown.problem(400, "invalid_request")["field"], "nmae");
        server
            .request("PATCH", &format!("{all}/nobody"))
            .json(&json!({}))
            .send()
            .await
            .problem(404, "not_found");
    }
}

#[tokio::test]
async fn parameters_are_set_replaced_and_cleared_and_refused_by_their_field() {
    let server = TestServer::start().await;
    let made =
        server.post("/api/sessions", &json!({ "parameters": { "temperature": 0.5, "topP": 1 } })).await;
    assert_eq!(made["parameters"], json!({ "temperature": 0.5, "topP": 1.0 }));
    let one = format!("/api/sessions/{}", made["id"].as_str().unwrap());
    let change = async |body: Value| server.request("PATCH", &one).json(&body).send().await;
    let set = json!({ "parameters": { "reasoningEffort": "high" } });
    assert_eq!(change(set.clone()).await.json()["parameters"], set["parameters"], "all are replaced");
    for (field, parameters) in [
        ("temperature", json!({ "temperature": 2.5 })),
        ("topP", json!({ "topP": -1 })),
        ("maxOutputTokens", json!({ "maxOutputTokens": 0 })),
        ("top_p", json!({ "top_p": 1 })),
    ] {
        let refused = change(json!({ "parameters": parameters })).await;
        assert_eq!(refused.problem(400, "invalid_request")["field"], field);
    }
    assert_eq!(change(json!({ "title": "Kept" })).await.json()["parameters"], set["parameters"]);
    assert_eq!(change(json!({ "parameters": null })).await.json().get("parameters"), None);
}

#[tokio::test]
async fn the_library_is_a_file_that_comes_in_elsewhere() {
    let (from, to) = (TestServer::start().await, TestServer::start().await);
    from.post("/api/personas", &json!({ "name": "Editor", "prompt": "You edit." })).await;
    let file = from.request("GET", "/api/presets/export").send().await;
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"cowork-presets.json\""));
    let report = to.request("POST", "/api/presets/import").json(&file.json()).send().await;
    assert_eq!((report.status, &report.json()["added"][0]["name"]), (201, &json!("Editor")));
    to.request("POST", "/api/presets/import").json(&file.json()).send().await.problem(409, "invalid_state");
}
