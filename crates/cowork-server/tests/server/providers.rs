//! Providers, keys and settings through the wire: routes, codes, fields, and no key in any answer.

use cowork_testkit::{Script, refuse};
use serde_json::{Value, json};

use crate::harness::TestServer;

const KEY: &str = "sk-Secret.Key_0123456789";

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_provider_goes_through_all_its_routes_and_no_answer_holds_the_key() {
    let server = TestServer::start().await;
    server.provider.when(|request| {
        let known = request.header("authorization") == Some(&*format!("Bearer {KEY}"));
        (request.path == "/v1/models").then(|| match known {
            true => Script::new(200).json(&json!({ "data": [{ "id": "one" }] })),
            false => refuse(401, "invalid_api_key", &format!("wrong, it is {KEY}")),
        })
    });
    let mut answers = Vec::new();
    let services = server.get("/api/providers/services").await;
    assert!(ids(&services).contains(&"groq") && services["nextCursor"].is_null());
    let groq = services["items"].as_array().unwrap().iter().find(|service| service["id"] == "groq").unwrap();
    assert_eq!((&groq["needsKey"], &groq["kind"]), (&json!(true), &json!("openai-compatible")));
    assert_eq!(ids(&server.get("/api/providers").await), ["scripted", "demo"]);

    let add = json!({
        "id": "work", "kind": "openai-compatible", "baseUrl": server.provider.base_url(), "client_request_id": "1",
    });
    let made = server.request("POST", "/api/providers").json(&add).send().await;
    assert_eq!(made.status, 201);
    assert_eq!(made.json()["key"], json!({ "present": false }));
    assert_eq!(made.json()["models"], json!([]));
    let test = server.post("/api/providers/work/test", &json!({})).await;
    assert_eq!(
        (&test["ok"], &test["latencyMs"], &test["modelCount"]),
        (&json!(false), &json!(null), &json!(null))
    );
    answers.push(test);
    let set = json!({ "key": KEY });
    let set = server.request("PUT", "/api/providers/work/key").json(&set).send().await;
    let mut key = set.json()["key"].take();
    let items = key["items"].take();
    assert_eq!(
        (set.status, key),
        (200, json!({ "present": true, "source": "app", "hint": "6789", "items": null }))
    );
    assert_eq!((&items[0]["hint"], &items[0]["state"]), (&json!("6789"), &json!("in-use")));
    answers.push(set.json());
    let test = server.post("/api/providers/work/test", &json!({})).await;
    assert_eq!((&test["ok"], &test["modelCount"]), (&json!(true), &json!(1)));
    let patch = json!({ "models": ["a", "b"] });
    let changed = server.request("PATCH", "/api/providers/work").json(&patch).send().await;
    assert_eq!(changed.json()["models"], json!(["a", "b"]));
    let favourites = json!({ "favourites": ["work/b"] });
    let settings = server.request("PATCH", "/api/settings").json(&favourites).send().await.json();
    assert_eq!((&settings["favourites"], &settings["locked"]), (&json!(["work/b"]), &json!([])));
    for target in ["/api/providers", "/api/models", "/api/settings", "/api/health", "/metrics"] {
        let answer = server.request("GET", target).send().await;
        assert_eq!(answer.status, 200, "{target}");
        answers.push(json!(answer.text()));
    }
    let models = server.post("/api/models/refresh", &json!({})).await;
    let of_work = |model: &&Value| model["providerId"] == "work";
    let marks: Vec<_> =
        models["items"].as_array().unwrap().iter().filter(of_work).map(|model| &model["favourite"]).collect();
    assert_eq!(marks, [&json!(false), &json!(true)]);
    answers.push(models);
    let more = json!({ "key": "another-key-0000", "add": true });
    let both = server.request("PUT", "/api/providers/work/key").json(&more).send().await.json();
    let id = both["key"]["items"][1]["id"].as_str().unwrap().to_owned();
    let one = server.request("DELETE", &format!("/api/providers/work/keys/{id}")).send().await;
    let hints = |view: &Value| {
        let items = view["key"]["items"].as_array().unwrap();
        items.iter().map(|item| item["hint"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((hints(&both), hints(&one.json())), (vec![json!("6789"), json!("0000")], vec![json!("6789")]));
    answers.push(both);
    let removed = server.request("DELETE", "/api/providers/work/key").send().await;
    assert_eq!(removed.json()["key"], json!({ "present": false }));
    let left = server.request("DELETE", "/api/providers/work?client_request_id=9").send().await;
    assert_eq!(ids(&left.json()), ["scripted", "demo"]);
    let again = server.request("DELETE", "/api/providers/work").json(&json!({ "client_request_id": "9" }));
    assert_eq!(again.send().await.status, 200, "the same command again");
    let said = format!("{answers:?}");
    assert!(said.contains("6789") && !said.contains("Secret"), "{said}");
}

#[tokio::test]
async fn refusals_name_the_field_and_never_the_key() {
    let server = TestServer::start().await;
    for (method, target, body, status, code, field) in [
        (
            "POST",
            "/api/providers",
            json!({ "id": "x", "kind": "openai", "kye": KEY }),
            400,
            "invalid_request",
            json!("kye"),
        ),
        ("POST", "/api/providers", json!({ "kind": "openai" }), 400, "invalid_request", json!("id")),
        (
            "POST",
            "/api/providers",
            json!({ "id": "x", "kind": "openai", "models": KEY }),
            400,
            "invalid_request",
            json!(null),
        ),
        (
            "POST",
            "/api/providers",
            json!({ "id": "x y", "kind": "openai", "key": KEY }),
            400,
            "invalid_request",
            json!("id"),
        ),
        (
            "POST",
            "/api/providers",
            json!({ "id": "scripted", "kind": "openai", "key": KEY }),
            409,
            "id_taken",
            json!("id"),
        ),
        ("PATCH", "/api/providers/scripted", json!({ "models": [] }), 409, "locked", json!(null)),
        ("DELETE", "/api/providers/scripted", json!({}), 409, "locked", json!(null)),
        ("DELETE", "/api/providers/demo", json!({}), 409, "locked", json!(null)),
        ("PUT", "/api/providers/nobody/key", json!({ "key": KEY }), 404, "not_found", json!(null)),
        ("PUT", "/api/providers/scripted/key", json!({}), 400, "invalid_request", json!("key")),
        ("PUT", "/api/providers/scripted/key", json!({ "key": [KEY] }), 400, "invalid_request", json!(null)),
        ("PUT", "/api/providers/scripted/key", json!(KEY), 400, "invalid_request", json!(null)),
        (
            "PUT",
            "/api/providers/scripted/key",
            json!({ "key": format!("{KEY}\u{1}") }),
            400,
            "invalid_request",
            json!("key"),
        ),
        ("POST", "/api/providers/nobody/test", json!({}), 404, "not_found", json!(null)),
        ("PATCH", "/api/settings", json!({ "colour": 1 }), 400, "invalid_request", json!("colour")),
        (
            "PATCH",
            "/api/settings",
            json!({ "fallback": ["demo/x"] }),
            400,
            "invalid_request",
            json!("fallback"),
        ),
        ("PUT", "/api/settings", json!({}), 405, "method_not_allowed", json!(null)),
        ("GET", "/api/providers/scripted/key", json!({}), 405, "method_not_allowed", json!(null)),
    ] {
        let refused = server.request(method, target).json(&body).send().await;
        let problem = refused.problem(status, code);
        assert_eq!(problem.get("field").cloned().unwrap_or_default(), field, "{method} {target}: {problem}");
        assert!(!problem.to_string().contains("Secret"), "{problem}");
    }
}

#[tokio::test]
async fn nobody_without_a_token_gets_in() {
    let server = TestServer::start().await;
    for (method, target) in [
        ("GET", "/api/providers"),
        ("POST", "/api/providers"),
        ("PUT", "/api/providers/scripted/key"),
        ("GET", "/api/settings"),
    ] {
        let refused = server.request(method, target).header("authorization", "Bearer wrong").send().await;
        assert_eq!(refused.status, 401, "{method} {target}: {}", refused.text());
    }
}
