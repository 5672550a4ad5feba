//! The resources, each once through the wire: that routes lead where they should, with the right answers.

use cowork_testkit::{Gate, reply};
use serde_json::json;

use crate::harness::{TestServer, until};

#[tokio::test]
async fn sessions_are_made_listed_changed_deleted_and_restored() {
    let server = TestServer::start().await;
    let create = json!({ "title": "first", "client_request_id": "a" });
    let made = server.request("POST", "/api/sessions").json(&create).send().await;
    assert_eq!(made.status, 201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(server.post("/api/sessions", &create).await["id"], id.as_str(), "once");
    for number in 0..4 {
        server.post("/api/sessions", &json!({ "title": format!("{number}") })).await;
    }
    let mut seen = Vec::new();
    let mut target = "/api/sessions?limit=2".to_owned();
    loop {
        let page = server.get(&target).await;
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        match page["nextCursor"].as_str() {
            Some(next) => target = format!("/api/sessions?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(seen.iter().collect::<std::collections::HashSet<_>>().len(), 5);

    let path = format!("/api/sessions/{id}");
    let pinned =
        server.request("PATCH", &path).json(&json!({ "pinned": true, "folder": "work" })).send().await.json();
    assert_eq!((&pinned["pinned"], &pinned["folder"]), (&json!(true), &json!("work")));
    let cleared = server.request("PATCH", &path).json(&json!({ "folder": null })).send().await.json();
    assert!(cleared.get("folder").is_none(), "null clears: {cleared}");
    assert_eq!(
        server.get("/api/sessions?limit=1").await["items"][0]["id"],
        id.as_str(),
        "pinned ones come first"
    );

    let deleted = server.request("DELETE", &format!("{path}?client_request_id=d")).send().await;
    assert!(deleted.status == 200 && deleted.json()["deletedAt"].is_i64());
    let repeat = server.request("DELETE", &path);
    let in_body = repeat.clone().json(&json!({ "clientRequestId": "d" })).send().await;
    assert_eq!(in_body.status, 200, "the same command again, its id in the body: {}", in_body.text());
    let refused = repeat.clone().json(&json!({ "why": "so" })).send().await;
    assert_eq!(refused.problem(400, "invalid_request")["field"], "why");
    let both = server
        .request("DELETE", &format!("{path}?client_request_id=d"))
        .json(&json!({ "client_request_id": "e" }));
    both.send().await.problem(400, "invalid_request");
    let ids = |page: serde_json::Value| page["items"].to_string();
    assert!(!ids(server.get("/api/sessions").await).contains(&id));
    assert!(ids(server.get("/api/sessions?deleted=true").await).contains(&id));
    server.post(&format!("{path}/restore"), &json!({})).await;
    assert!(server.get(&path).await.get("deletedAt").is_none());
}

#[tokio::test]
async fn sessions_are_filed_one_by_one_and_a_folder_at_a_time() {
    let server = TestServer::start().await;
    let mut ids = Vec::new();
    for (title, folder, tags) in [("a", json!("Work"), json!(["x"])), ("b", json!("Work"), json!([]))] {
        let made = json!({ "title": title, "folder": folder, "tags": tags });
        ids.push(server.post("/api/sessions", &made).await["id"].clone());
    }
    server.post("/api/sessions", &json!({ "title": "c" })).await;
    let titles = async |target: &str| -> Vec<String> {
        let page = server.get(target).await;
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["title"].as_str().unwrap().to_owned())
            .collect()
    };
    let labels = server.get("/api/sessions/labels").await;
    let expected =
        json!({ "folders": [{ "name": "Work", "count": 2 }], "tags": [{ "name": "x", "count": 1 }] });
    assert_eq!(labels, expected);
    assert_eq!(titles("/api/sessions?folder=Work").await, ["b", "a"]);
    assert_eq!(titles("/api/sessions?folder=").await, ["c"]);
    assert_eq!(titles("/api/sessions?tag=x").await, ["a"]);

    let times = server.get("/api/sessions?folder=Work").await["items"][0]["updatedAt"].clone();
    let rename = json!({ "from": "Work", "folder": "Büro & Co", "client_request_id": "r" });
    for _ in 0..2 {
        let moved = server.post("/api/sessions/move", &rename).await;
        let mut sorted = ids.clone();
        sorted.sort_by_key(|id| id.as_str().map(str::to_owned));
        assert_eq!(moved["sessionIds"], json!(sorted), "the same answer each time");
    }
    let renamed = server.get("/api/sessions?folder=B%C3%BCro%20%26%20Co").await;
    assert_eq!(renamed["items"].as_array().unwrap().len(), 2);
    assert_eq!(renamed["items"][0]["updatedAt"], times, "filing moves nothing in time");
    server.post("/api/sessions/move", &json!({ "sessionIds": [ids[0], "gone"] })).await;
    assert_eq!(titles("/api/sessions?folder=").await, ["c", "a"]);

    for (field, refused) in [
        ("sessionIds", json!({ "folder": "x" })),
        ("sessionIds", json!({ "from": "x", "sessionIds": [] })),
        ("from", json!({ "from": " " })),
        ("folder", json!({ "from": "x", "folder": "" })),
        ("sessionIds", json!({ "sessionIds": vec!["x"; 20_001] })),
    ] {
        let answer = server.request("POST", "/api/sessions/move").json(&refused).send().await;
        assert_eq!(answer.problem(400, "invalid_request")["field"], field);
    }
}

#[tokio::test]
async fn messages_are_edited_regenerated_deleted_and_restored() {
    let server = TestServer::start().await;
    let session = server.talked(1).await;
    let chat = server.get(&format!("/api/sessions/{session}/chat")).await;
    let [question, answer] = [0, 1].map(|n| chat["messages"][n]["id"].as_str().unwrap().to_owned());
    let of = |id: &str, verb: &str| format!("/api/sessions/{session}/messages/{id}{verb}");

    let edited =
        server.request("PATCH", &of(&question, "")).json(&json!({ "content": "3 + 3" })).send().await;
    assert_eq!((edited.status, &edited.json()["revision"]), (200, &json!(2)));
    let revisions = server.get(&of(&question, "/revisions")).await;
    assert_eq!(
        (&revisions["items"][0]["content"], &revisions["nextCursor"]),
        (&json!("0 + 1"), &json!(null))
    );

    let mut stream = server.stream(&format!("/api/sessions/{session}/stream")).await;
    let body =
        json!({ "content": "4 + 4", "regenerate": true, "providerId": "demo", "modelId": "cowork-demo" });
    let branched = server.request("PATCH", &of(&question, "")).json(&body).send().await;
    assert_eq!(branched.status, 202);
    assert_eq!(branched.json()["userMessage"]["content"], "4 + 4");
    until(&mut stream, "message.completed").await;
    let body = json!({ "providerId": "demo", "modelId": "cowork-demo" });
    let again = server.request("POST", &of(&answer, "/regenerate")).json(&body).send().await;
    assert_eq!(again.status, 202);
    until(&mut stream, "message.completed").await;
    let all = server.get(&format!("/api/sessions/{session}/chat?branch=all")).await;
    assert_eq!(all["messages"].as_array().unwrap().len(), 5);
    assert_eq!(all["branches"].as_array().unwrap().len(), 2);
    let window = server.get(&format!("/api/sessions/{session}/chat?branch=all&limit=2")).await;
    assert_eq!((window["messages"].as_array().unwrap().len(), &window["hasMore"]), (2, &json!(true)));

    let deleted = server.request("DELETE", &of(&answer, "")).send().await;
    assert_eq!((deleted.status, &deleted.json()["content"]), (200, &json!("")));
    let tree = server.get(&format!("/api/sessions/{session}/tree")).await;
    let [first, second] = [&tree["items"][0], &tree["items"][1]];
    assert_eq!(
        *first,
        json!({
            "id": question, "role": "user", "preview": "3 + 3", "status": "done",
            "createdAt": first["createdAt"],
        })
    );
    assert_eq!(
        *second,
        json!({
            "id": answer, "parentId": question, "role": "assistant", "preview": "", "status": "done",
            "modelId": "cowork-demo", "createdAt": second["createdAt"], "deleted": true,
        })
    );
    assert_eq!((tree["items"].as_array().unwrap().len(), &tree["hasMore"]), (5, &json!(false)));
    assert_eq!(tree["activeLeafId"], all["activeLeafId"]);
    let newest = server.get(&format!("/api/sessions/{session}/tree?limit=2")).await;
    assert_eq!((&newest["items"][1], &newest["hasMore"]), (&tree["items"][4], &json!(true)));
    assert_eq!(newest["items"].as_array().unwrap().len(), 2);
    let restored = server.post(&of(&answer, "/restore"), &json!({})).await;
    assert_ne!(restored["content"], "");
    let forked =
        server.request("POST", &format!("/api/sessions/{session}/fork")).json(&json!({})).send().await;
    assert_eq!(forked.status, 201);
    assert_eq!(forked.json()["forkedFrom"]["sessionId"], session.as_str());
}

#[tokio::test]
async fn answers_are_stopped_continued_and_sent_now() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let (first, second) = (Gate::new(), Gate::new());
    server.provider.push(reply().text("one").wait(&first));
    server.provider.push(reply().text("two").wait(&second));
    server.provider.push(reply().text(" and more").finish("stop").done());
    let chat = format!("/api/sessions/{session}/chat");
    let mut stream = server.stream(&format!("/api/sessions/{session}/stream")).await;
    let one = server.post(&chat, &json!({ "content": "first" })).await["assistantMessage"]["id"].clone();
    let two = server.post(&chat, &json!({ "content": "second" })).await["assistantMessage"]["id"].clone();
    let of = |id: &serde_json::Value, verb: &str| {
        format!("/api/sessions/{session}/messages/{}/{verb}", id.as_str().unwrap())
    };
    first.reached().await;
    until(&mut stream, "message.delta").await;
    let now = server.request("POST", &of(&two, "send-now")).send().await;
    assert_eq!(now.status, 202, "{}", now.text());
    let ended = until(&mut stream, "message.completed").await;
    assert_eq!(ended.last().unwrap().data["messageId"], one);
    assert_eq!(ended.last().unwrap().data["message"]["status"], "canceled");
    second.reached().await;
    until(&mut stream, "message.delta").await;
    let stopped = server.request("POST", &of(&two, "cancel")).json(&json!({})).send().await;
    assert_eq!(stopped.status, 202);
    let ended = until(&mut stream, "message.completed").await;
    assert_eq!(ended.last().unwrap().data["message"]["content"], "two");
    let goes_on = server.request("POST", &of(&two, "continue")).send().await;
    assert_eq!(goes_on.status, 202, "{}", goes_on.text());
    let ended = until(&mut stream, "message.completed").await;
    assert_eq!(ended.last().unwrap().data["message"]["content"], "two and more");
}

#[tokio::test]
async fn operation_is_described_and_measured() {
    let server = TestServer::start().await;
    let session = server.talked(1).await;
    let health = server.get("/api/health").await;
    assert_eq!(
        (&health["status"], &health["storage"], &health["runningTurns"]),
        (&json!("ok"), &json!("ok"), &json!(0))
    );
    assert!(health["lastEventId"].as_i64() > Some(0));
    let storage = server.get("/api/storage").await;
    assert!(
        std::path::Path::new(storage["folder"].as_str().unwrap()).join("cowork.db").exists(),
        "{storage}"
    );
    assert!(storage["databaseBytes"].as_u64() > Some(0), "{storage}");
    assert_eq!(storage["sessions"], server.get("/api/sessions").await["items"].as_array().unwrap().len());
    let models = server.get("/api/models").await;
    assert_eq!(models["defaultProviderId"], "scripted");
    assert!(models["items"].as_array().unwrap().iter().any(|model| model["demo"] == true));

    let openapi = server.get("/api/openapi.json").await;
    assert_eq!(openapi["openapi"], "3.1.0");
    let metrics = server.request("GET", "/metrics").send().await;
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    for line in [
        "# TYPE cowork_turn_ttft_seconds histogram",
        "# TYPE cowork_turn_ttfb_seconds histogram",
        "# TYPE cowork_turn_duration_seconds histogram",
        "# TYPE cowork_open_streams gauge",
        "cowork_turns_total{",
        "cowork_commit_seconds_bucket{le=\"0.00005\"}",
        "# TYPE cowork_commit_events_total counter",
    ] {
        assert!(metrics.text().contains(line), "{line} is not in:\n{}", metrics.text());
    }
    assert!(!metrics.text().contains(&session), "no ids in labels");
}

#[test]
fn every_documented_route_is_complete() {
    let document = serde_json::to_value(cowork_server::openapi()).unwrap();
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations += 1;
            let place = format!("{method} {path}");
            assert!(operation["operationId"].is_string() && operation["summary"].is_string(), "{place}");
            let refused = &operation["responses"]["default"]["content"]["application/problem+json"];
            assert!(refused.is_object() || path == "/healthz" || path == "/readyz", "{place}");
        }
    }
    assert!(operations >= 25, "{operations}");
    let events = &document["paths"]["/api/events"]["get"]["responses"]["200"]["content"]["text/event-stream"]
        ["schema"];
    assert_eq!(events["$ref"], "#/components/schemas/Event");
}
