//! A message whose answer is the stream of its exchange.

use cowork_testkit::{Gate, reply};
use serde_json::json;

use crate::harness::TestServer;

#[tokio::test]
async fn the_exchange_comes_from_its_creation_to_its_end_and_nothing_else() {
    let server = TestServer::start().await;
    let session = server.talked(1).await;
    server.provider.push(reply().text("Hello").text(" you").finish("stop").usage(3, 2).done());
    let mut stream = server
        .request("POST", &format!("/api/sessions/{session}/chat"))
        .header("accept", "text/event-stream")
        .json(&json!({ "content": "hello", "client_request_id": "r1", "providerId": "scripted", "modelId": "model" }))
        .open()
        .await;
    assert_eq!(stream.status, 200);
    assert_eq!(stream.header("content-type"), Some("text/event-stream; charset=utf-8"));
    assert_eq!(stream.header("x-cowork-request-id"), Some("r1"));
    assert_eq!(stream.header("x-cowork-model"), Some("model"));
    assert_eq!(stream.header("x-cowork-provider"), Some("scripted"));
    assert_eq!(stream.header("x-cowork-fallback"), Some("false"));
    let answer_id = stream.header("x-cowork-message-id").unwrap().to_owned();
    let mut events = Vec::new();
    while let Some(event) = stream.event().await {
        events.push(event);
    }
    assert_eq!(events[0].name(), "message.created");
    assert_eq!(events[0].data["message"]["role"], "user");
    assert_eq!(events[0].data["clientRequestId"], "r1");
    assert_eq!(events[1].name(), "message.created");
    assert_eq!(events[1].data["message"]["id"], answer_id.as_str());
    assert_eq!(events[1].data["message"]["status"], "pending");
    let text: String = events.iter().filter_map(|event| event.data["text"].as_str()).collect();
    assert_eq!(text, "Hello you");
    let last = events.last().unwrap();
    assert_eq!((last.name(), &last.data["message"]["content"]), ("message.completed", &json!("Hello you")));
    assert!(events.iter().all(|event| !event.name().starts_with("session.")));

    // The same request again: the same exchange, and no second call.
    let again = server
        .request("POST", &format!("/api/sessions/{session}/chat"))
        .header("accept", "text/event-stream")
        .json(&json!({ "content": "hello", "client_request_id": "r1", "providerId": "scripted", "modelId": "model" }));
    let mut again = again.open().await;
    let mut repeated = Vec::new();
    while let Some(event) = again.event().await {
        repeated.push(event);
    }
    assert_eq!(repeated.first(), events.first());
    assert_eq!(repeated.last(), events.last());
    assert_eq!(server.provider.requests().len(), 1);
}

#[tokio::test]
async fn a_failed_answer_ends_the_exchange() {
    let server = TestServer::start().await;
    let session = server.session().await;
    server.provider.push(cowork_testkit::refuse(401, "invalid_api_key", "no"));
    let stream = server
        .request("POST", &format!("/api/sessions/{session}/chat"))
        .header("accept", "text/event-stream")
        .json(&json!({ "content": "hello" }));
    let mut stream = stream.open().await;
    let mut last = None;
    while let Some(event) = stream.event().await {
        last = Some(event);
    }
    let last = last.unwrap();
    assert_eq!(last.name(), "message.error");
    assert_eq!(last.data["message"]["status"], "error");
}

#[tokio::test]
async fn closing_the_exchange_cancels_nothing() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let gate = Gate::new();
    server.provider.push(reply().text("one").wait(&gate).text(" two").finish("stop").done());
    let stream = server
        .request("POST", &format!("/api/sessions/{session}/chat"))
        .header("accept", "text/event-stream")
        .json(&json!({ "content": "hello" }));
    let mut stream = stream.open().await;
    let mut watcher = server.stream(&format!("/api/sessions/{session}/stream?after=0")).await;
    while stream.event().await.is_some_and(|event| event.name() != "message.delta") {}
    drop(stream);
    gate.reached().await;
    gate.open();
    let events = crate::harness::until(&mut watcher, "message.completed").await;
    assert_eq!(events.last().unwrap().data["message"]["content"], "one two");
}

#[tokio::test]
async fn json_is_the_answer_unless_events_are_asked_for() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let accepted = server
        .request("POST", &format!("/api/sessions/{session}/chat"))
        .header("accept", "application/json")
        .json(&json!({ "content": "1 + 1", "clientRequestId": "camel" }))
        .send()
        .await;
    assert_eq!(accepted.status, 202);
    let body = accepted.json();
    assert_eq!(body["userMessage"]["status"], "done");
    assert_eq!(body["userMessage"]["clientRequestId"], "camel");
    assert_eq!(body["assistantMessage"]["status"], "pending");
    assert_eq!(accepted.header("x-cowork-message-id"), body["assistantMessage"]["id"].as_str());
    assert!(body["lastEventId"].as_i64().is_some());
}

#[tokio::test]
async fn an_exchange_with_several_models_ends_with_the_last_of_their_answers() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let gate = Gate::new();
    // Which of the two gets which is theirs to settle.
    server.provider.push(reply().text("early").finish("stop").done());
    server.provider.push(reply().text("la").wait(&gate).text("te").finish("stop").done());
    let models = json!([
        { "providerId": "scripted", "modelId": "one" },
        { "providerId": "scripted", "modelId": "two" }
    ]);
    let stream = server
        .request("POST", &format!("/api/sessions/{session}/chat"))
        .header("accept", "text/event-stream")
        .json(&json!({ "content": "hello", "models": models }));
    let mut stream = stream.open().await;
    assert_eq!(stream.header("x-cowork-model"), Some("one"));
    let mut ended = Vec::new();
    while let Some(event) = stream.event().await {
        if event.name() == "message.completed" {
            ended.push(event.data["message"]["content"].as_str().unwrap().to_owned());
            gate.open();
        }
    }
    assert_eq!(ended, ["early", "late"]);
}

#[tokio::test]
async fn models_to_compare_are_checked_and_all_acknowledged() {
    let server = TestServer::start().await;
    let session = server.session().await;
    let chat = format!("/api/sessions/{session}/chat");
    let choice = |model: &str| json!({ "providerId": "scripted", "modelId": model });
    for models in [json!([]), json!([choice("one")]), json!([choice("one"), choice("one")])] {
        let body = json!({ "content": "hello", "models": models });
        let refused = server.request("POST", &chat).json(&body).send().await;
        assert_eq!(refused.problem(400, "invalid_request")["field"], "models");
    }
    let unknown =
        json!({ "content": "hello", "models": [choice("one"), { "providerId": "scripted", "model": "x" }] });
    server.request("POST", &chat).json(&unknown).send().await.problem(400, "invalid_request");
    let body = json!({ "content": "hello", "models": [choice("one"), choice("two"), choice("three")] });
    let accepted = server.request("POST", &chat).json(&body).send().await;
    assert_eq!(accepted.status, 202);
    let accepted = accepted.json();
    let answers = accepted["assistantMessages"].as_array().unwrap();
    assert_eq!(answers[0], accepted["assistantMessage"]);
    let asked: Vec<_> = answers
        .iter()
        .map(|answer| answer["metadata"]["routing"]["asked"]["modelId"].as_str().unwrap())
        .collect();
    assert_eq!(asked, ["one", "two", "three"]);
}
