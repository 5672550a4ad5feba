//! The responses wire: what is asked, whatever the history.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use bytes::Bytes;
use cowork_provider::StopReason::Finished;
use cowork_provider::{
    Effort, ModelRequest, Origin, Parameters, Part, Provider, ProviderConfig, ProviderKind, Remote, Role,
    Tool, ToolCall, Turn,
};
use cowork_testkit::{Recorded, Script, ScriptedProvider};
use serde_json::{Value, json};
use support::{ask, config, provider_of, question};

const KIND: ProviderKind = ProviderKind::OpenAiResponses;

/// A short answer.
fn hello() -> Script {
    let body = json!({
        "object": "response", "status": "completed", "model": "gpt-5",
        "output": [{"type": "message", "id": "msg_1", "content": [{"type": "output_text", "text": "Hello"}]}],
    });
    Script::new(200).json(&body)
}

/// What is sent for a request.
async fn sent(request: ModelRequest) -> Recorded {
    let server = ScriptedProvider::start().await;
    server.push(hello());
    assert_eq!(ask(&provider_of(KIND, server.base_url()), request).await.ended(), Ok(Finished));
    server.request(0).await
}

/// The items that a conversation is sent as.
async fn items(turns: Vec<Turn>) -> Value {
    sent(ModelRequest { turns, ..question() }).await.body["input"].clone()
}

fn user(text: &str) -> Value {
    json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
}

fn assistant(text: &str) -> Value {
    json!({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]})
}

fn called(id: &str, name: &str) -> Value {
    json!({"type": "function_call", "call_id": id, "name": name, "arguments": "{}"})
}

fn output(id: &str, text: &str) -> Value {
    json!({"type": "function_call_output", "call_id": id, "output": text})
}

fn call(id: &str, name: &str) -> Part {
    Part::Call(ToolCall { id: id.to_owned(), name: name.to_owned(), arguments: "{}".to_owned() })
}

fn result(id: &str, content: &str) -> Part {
    Part::Result {
        call_id: id.to_owned(),
        name: "f".to_owned(),
        content: content.to_owned(),
        is_error: false,
    }
}

fn turn(role: Role, parts: impl Into<Vec<Part>>) -> Turn {
    Turn { role, parts: parts.into(), origin: None }
}

#[tokio::test]
async fn what_is_asked() {
    let request = sent(question()).await;
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/responses"));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {}", support::KEY).as_str()));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let expected = json!({
        "model": "gpt-5",
        "instructions": "Be brief.",
        "input": [user("Hello?")],
        "stream": true,
        "store": false,
        "include": ["reasoning.encrypted_content"],
    });
    assert_eq!(request.body, expected);
}

#[tokio::test]
async fn everything_that_a_request_can_hold_is_written() {
    let parameters = json!({"type": "object", "properties": {"path": {"type": "string"}}});
    let request = ModelRequest {
        model: "gpt-5".to_owned(),
        system: Some(" ".to_owned()),
        turns: vec![
            turn(
                Role::User,
                [
                    Part::Text("Look.".to_owned()),
                    Part::Image { mime: "image/png".to_owned(), data: Bytes::from_static(b"\x89PNG") },
                    Part::File {
                        name: "a.pdf".to_owned(),
                        mime: "application/pdf".to_owned(),
                        data: Bytes::from_static(b"%PDF"),
                    },
                ],
            ),
            turn(
                Role::Assistant,
                [Part::Text("I ".to_owned()), Part::Text("look.".to_owned()), call("a", "f"), call("b", "f")],
            ),
            turn(Role::User, [result("b", "two"), result("a", ""), Part::Text("And?".to_owned())]),
        ],
        continue_partial: false,
        tools: vec![Tool { name: "f".to_owned(), description: "Reads.".to_owned(), parameters }],
        parameters: Parameters {
            effort: Some(Effort::High),
            max_output_tokens: Some(500),
            ..Parameters::default()
        },
    };
    let expected = json!({
        "model": "gpt-5",
        "input": [
            {"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": "Look."},
                {"type": "input_image", "image_url": "data:image/png;base64,iVBORw==", "detail": "auto"},
                {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERg=="},
            ]},
            assistant("I look."),
            called("a", "f"),
            called("b", "f"),
            output("b", "two"),
            output("a", ""),
            user("And?"),
        ],
        "stream": true,
        "store": false,
        "include": ["reasoning.encrypted_content"],
        "tools": [{
            "type": "function",
            "name": "f",
            "description": "Reads.",
            "parameters": {"type": "object", "properties": {"path": {"type": "string"}}},
            "strict": false,
        }],
        "reasoning": {"effort": "high", "summary": "auto"},
        "max_output_tokens": 500,
    });
    assert_eq!(sent(request).await.body, expected);
}

#[tokio::test]
async fn an_unfinished_answer_is_followed_by_the_wish_to_go_on() {
    let turns = vec![Turn::user("Count."), Turn::assistant("1, 2")];
    let request = ModelRequest { turns, continue_partial: true, ..question() };
    let input = sent(request).await.body["input"].clone();
    assert_eq!(input[1], assistant("1, 2"));
    assert_eq!((input[2]["role"].as_str(), input.as_array().map(Vec::len)), (Some("user"), Some(3)));
    let words = input[2]["content"][0]["text"].as_str().expect("words");
    assert!(words.contains("Go on"), "{words}");
}

#[tokio::test]
async fn odd_histories_are_written_as_the_service_takes_them() {
    let none = "There is no result: the call was interrupted.";
    let long = "x".repeat(65);
    let table = [
        // It begins with the model, sides repeat, texts are empty.
        (
            vec![
                Turn::assistant("a"),
                Turn::assistant(""),
                Turn::assistant("b"),
                Turn::user("c"),
                Turn::user(""),
                turn(Role::User, []),
                Turn::user("d"),
            ],
            vec![assistant("a"), assistant("b"), user("c"), user("d")],
        ),
        // A result without a call, before its call, or given twice.
        (
            vec![
                turn(Role::User, [result("lost", "x"), result("a", "early"), Part::Text("c".to_owned())]),
                turn(Role::Assistant, [call("a", "f")]),
                turn(Role::User, [result("a", "once"), result("a", "twice")]),
            ],
            vec![user("c"), called("a", "f"), output("a", "once")],
        ),
        // A call without a result, in the middle and at the end.
        (
            vec![
                turn(Role::Assistant, [call("a", "f"), call("b", "f"), Part::Text("so".to_owned())]),
                turn(Role::User, [result("b", "two")]),
                turn(Role::Assistant, [call("c", "f")]),
            ],
            vec![
                called("a", "f"),
                output("a", none),
                called("b", "f"),
                assistant("so"),
                output("b", "two"),
                called("c", "f"),
                output("c", none),
            ],
        ),
        // Ids that services without any made up, ids and names that can't be sent.
        (
            vec![
                turn(Role::Assistant, [call("call_0", "f"), call("call_0", "f")]),
                turn(Role::User, [result("call_0", "1"), result("call_0", "2")]),
                turn(Role::Assistant, [call("", ""), call(&long, "api.näme")]),
                turn(Role::User, [result("", "3"), result(&long, "4")]),
            ],
            vec![
                called("call_0", "f"),
                called("call_1", "f"),
                output("call_0", "1"),
                output("call_1", "2"),
                called("call_2", "unnamed"),
                called("call_3", "api_n_me"),
                output("call_2", "3"),
                output("call_3", "4"),
            ],
        ),
        // Parts on the side to which they don't belong.
        (
            vec![
                turn(Role::Assistant, [result("a", "x"), Part::Text("a".to_owned())]),
                turn(Role::User, [call("a", "f"), Part::Text("b".to_owned())]),
            ],
            vec![assistant("a"), user("b")],
        ),
    ];
    for (turns, expected) in table {
        assert_eq!(items(turns).await, Value::from(expected));
    }
}

/// An answer with encrypted reasoning and a call.
fn native() -> Value {
    json!([
        {"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAA", "summary": []},
        {"type": "function_call", "id": "fc_1", "call_id": "a", "name": "f", "arguments": "{}"},
    ])
}

fn history(provider: &str, wire: ProviderKind, value: Value) -> Vec<Turn> {
    let origin = Some(Origin { provider: provider.to_owned(), wire, value });
    let parts = vec![Part::Text("neutral".to_owned()), call("a", "f")];
    vec![
        Turn::user("Hello?"),
        Turn { role: Role::Assistant, parts, origin },
        turn(Role::User, [result("a", "done")]),
    ]
}

#[tokio::test]
async fn an_answer_goes_back_in_its_own_form_to_where_it_came_from_alone() {
    let mut own = vec![user("Hello?")];
    own.extend(native().as_array().expect("items").clone());
    own.push(output("a", "done"));
    let neutral = [user("Hello?"), assistant("neutral"), called("a", "f"), output("a", "done")];
    let table = [
        (history("scripted", KIND, native()), &own[..]),
        (history("other", KIND, native()), &neutral),
        (history("scripted", ProviderKind::Anthropic, native()), &neutral),
        (history("scripted", ProviderKind::OpenAi, native()), &neutral),
        (history("scripted", KIND, json!({"content": []})), &neutral),
        (history("scripted", KIND, json!([])), &neutral),
        (history("scripted", KIND, json!([7])), &neutral),
    ];
    for (turns, expected) in table {
        assert_eq!(items(turns).await, Value::from(expected));
    }
}

#[tokio::test]
async fn calls_in_their_own_form_have_results_and_ids_of_their_own_too() {
    let turn = || history("scripted", KIND, native()).remove(1);
    let input = items(vec![turn(), turn()]).await;
    let ids = input.as_array().expect("items").iter().filter_map(|item| item["call_id"].as_str());
    assert_eq!(ids.collect::<Vec<_>>(), ["a", "a", "call_1", "call_1"]);
}

#[tokio::test]
async fn what_a_service_gave_is_taken_back() {
    let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/provider/openai-responses/tool-calls.sse");
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).send(std::fs::read(fixture).expect("a fixture"))).push(hello());
    let provider = provider_of(KIND, server.base_url());
    let whole = ask(&provider, question()).await;
    let value = whole.origin.expect("something is kept");
    let origin =
        Some(Origin { provider: provider.id().to_owned(), wire: provider.wire(), value: value.clone() });
    let parts = whole.calls.into_iter().map(Part::Call).collect();
    let mut request = question();
    request.turns.push(Turn { role: Role::Assistant, parts, origin });
    request.turns.push(turn(Role::User, [result("call_a", "1"), result("call_b", "2")]));
    ask(&provider, request).await;
    let mut expected = vec![user("Hello?")];
    expected.extend(value.as_array().expect("items").clone());
    expected.extend([output("call_a", "1"), output("call_b", "2")]);
    assert_eq!(server.request(1).await.body["input"], Value::from(expected));
}

#[test]
fn openai_itself_speaks_this_wire() {
    let remote = |kind, base_url: Option<&str>| {
        let mut config = ProviderConfig::new("p", kind);
        config.base_url = base_url.map(str::to_owned);
        Remote::new(config).expect("usable")
    };
    let place = Some("http://127.0.0.1:9/v1");
    for (kind, base_url, wire) in [
        (ProviderKind::OpenAi, None, KIND),
        (ProviderKind::OpenAi, place, ProviderKind::OpenAi),
        (KIND, None, KIND),
        (KIND, place, KIND),
        (ProviderKind::OpenAiCompatible, place, ProviderKind::OpenAiCompatible),
    ] {
        let remote = remote(kind, base_url);
        assert_eq!((remote.kind(), remote.wire()), (kind, wire), "{base_url:?}");
        let shown = format!("{remote:?}");
        assert_eq!(shown.contains("Responses {"), wire == KIND, "{shown}");
        assert_eq!(shown.contains("api.openai.com"), base_url.is_none(), "{shown}");
    }
}

#[tokio::test]
async fn openai_at_another_address_is_asked_by_its_older_wire() {
    let server = ScriptedProvider::start().await;
    let mut config = config(server.base_url());
    config.kind = ProviderKind::OpenAi;
    ask(&Remote::new(config).expect("usable"), question()).await;
    assert_eq!(server.request(0).await.path, "/v1/chat/completions");
}

#[tokio::test]
async fn models_are_listed() {
    let server = ScriptedProvider::start().await;
    server.models(["gpt-5", "gpt-5-mini"]);
    let models = provider_of(KIND, server.base_url()).models().await.expect("a list");
    assert_eq!(models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>(), ["gpt-5", "gpt-5-mini"]);
    assert!(models.iter().all(|model| model.context_window.is_none() && model.tools.is_none()));
}
