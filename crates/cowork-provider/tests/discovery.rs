//! Local servers are found by what they say, and nothing else is taken for one.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use cowork_provider::{LocalServer, ProviderKind, discover};
use cowork_testkit::{Script, ScriptedProvider, Step};
use serde_json::{Value, json};

/// What is found when a server answers like this at the port of each kind.
async fn found(script: Script) -> Vec<String> {
    let server = ScriptedProvider::start().await;
    server.when(move |_| Some(script.clone()));
    let servers = LocalServer::USUAL.map(|usual| usual.at(server.address().port()));
    let found = discover(&servers).await;
    for request in server.requests() {
        assert_eq!(request.method, "GET");
        assert_eq!(request.body, Value::Null, "nothing is sent");
        assert!(["/api/version", "/v1/models"].contains(&request.path.as_str()), "{}", request.path);
        assert_eq!(request.header("authorization"), None);
    }
    assert!(found.iter().all(|config| config.by_choice_only && !config.has_key()));
    found.into_iter().map(|config| format!("{} {}", config.id, config.kind.as_str())).collect()
}

fn list(owner: &str) -> Script {
    let models = json!([{ "id": "m", "object": "model", "owned_by": owner }]);
    Script::new(200).json(&json!({ "object": "list", "data": models }))
}

#[tokio::test]
async fn each_is_known_by_its_answer() {
    assert_eq!(found(Script::new(200).json(&json!({ "version": "0.12.6" }))).await, ["ollama ollama"]);
    let compatible = |id: &str| format!("{id} openai-compatible");
    assert_eq!(found(list("organization_owner")).await, [compatible("lmstudio")]);
    assert_eq!(found(list("llamacpp")).await, [compatible("lmstudio"), compatible("llamacpp")]);
    assert_eq!(found(list("vllm")).await, [compatible("lmstudio"), compatible("vllm")]);
}

#[tokio::test]
async fn another_program_on_the_port_is_not_taken() {
    for script in [
        Script::new(200).send("<html>Jenkins</html>"),
        Script::new(200).json(&json!([])),
        Script::new(200).json(&json!({ "data": [{ "id": 7 }], "object": "list" })),
        Script::new(200).json(&json!({ "models": [] })),
        Script::new(200).json(&json!({ "version": 3 })),
        Script::new(401).json(&json!({ "version": "1" })),
        Script::new(302).header("location", "http://127.0.0.1:9/v1/models"),
        Script::new(200).send("x".repeat(3 << 20)),
    ] {
        let about = format!("{script:?}").chars().take(200).collect::<String>();
        assert_eq!(found(script).await, Vec::<String>::new(), "{about}");
    }
}

#[tokio::test]
async fn a_silent_one_holds_nobody_up() {
    let begun = Instant::now();
    assert_eq!(found(Script::new(200).step(Step::Stall)).await, Vec::<String>::new());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn the_address_is_ready_to_be_used() {
    let server = ScriptedProvider::start().await;
    server.when(|request| {
        let ollama = request.path == "/api/version";
        Some(if ollama { Script::new(200).json(&json!({ "version": "1" })) } else { list("vllm") })
    });
    let port = server.address().port();
    let found = discover(&LocalServer::USUAL.map(|usual| usual.at(port))).await;
    let at = |id: &str| found.iter().find(|config| config.id == id).unwrap().base_url.clone().unwrap();
    assert_eq!(at("ollama"), format!("http://127.0.0.1:{port}"));
    assert_eq!(at("vllm"), format!("http://127.0.0.1:{port}/v1"));
    assert_eq!(found[0].kind, ProviderKind::Ollama);
}
