//! What Ollama is asked: the body, the conversation in its words, and histories that other services left behind.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use bytes::Bytes;
use cowork_provider::{
    Effort, ModelRequest, Origin, Parameters, Part, Provider, ProviderConfig, ProviderKind, Remote, Role,
    StopReason, Tool, ToolCall, Turn,
};
use cowork_testkit::{Recorded, Script, ScriptedProvider};
use serde_json::{Value, json};
use support::{KEY, ask, provider_of, question};

const ANSWER: &str =
    "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Yes.\"},\"done\":true}\n";

/// How this request arrives at the server.
async fn asked(request: ModelRequest) -> Recorded {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).send(ANSWER));
    let provider = provider_of(ProviderKind::Ollama, server.base_url());
    assert_eq!(ask(&provider, request).await.ended(), Ok(StopReason::Finished));
    server.request(0).await
}

async fn messages(turns: Vec<Turn>) -> Value {
    asked(ModelRequest { turns, ..ModelRequest::default() }).await.body["messages"].take()
}

fn call(id: &str, name: &str) -> Part {
    Part::Call(ToolCall { id: id.to_owned(), name: name.to_owned(), arguments: "{\"a\":1}".to_owned() })
}

fn result(id: &str, name: &str, content: &str) -> Part {
    Part::Result {
        call_id: id.to_owned(),
        name: name.to_owned(),
        content: content.to_owned(),
        is_error: false,
    }
}

fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

fn turn(role: Role, parts: impl Into<Vec<Part>>) -> Turn {
    Turn { role, parts: parts.into(), origin: None }
}

fn user(text: &str) -> Value {
    json!({"role": "user", "content": text})
}

fn calls(names: &[&str]) -> Value {
    let calls = names.iter().map(|name| json!({"function": {"name": name, "arguments": {"a": 1}}}));
    json!({"role": "assistant", "content": "", "tool_calls": calls.collect::<Vec<_>>()})
}

fn tool(name: &str, content: &str) -> Value {
    json!({"role": "tool", "tool_name": name, "content": content})
}

#[tokio::test]
async fn what_is_asked() {
    let request = asked(question()).await;
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/api/chat"));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let expected = json!({
        "model": "gpt-5",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}],
        "stream": true,
    });
    assert_eq!(request.body, expected);
}

#[tokio::test]
async fn without_a_key_none_is_sent() {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).send(ANSWER));
    let mut config = ProviderConfig::new("local", ProviderKind::Ollama);
    config.base_url = Some(format!("http://{}", server.address()));
    let provider = Remote::new(config).expect("usable");
    assert_eq!(ask(&provider, question()).await.ended(), Ok(StopReason::Finished));
    let request = server.request(0).await;
    assert_eq!((request.path.as_str(), request.header("authorization")), ("/api/chat", None));
    assert_eq!((provider.id(), provider.kind().as_str()), ("local", "ollama"));
    // It has an address of its own.
    Remote::new(ProviderConfig::new("local", ProviderKind::Ollama)).expect("usable");
}

#[tokio::test]
async fn everything_that_can_be_asked_for() {
    let parameters =
        json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    let weather =
        Tool { name: "weather".into(), description: "Tells it.".into(), parameters: parameters.clone() };
    let (image, file) = (Bytes::from_static(b"\x89PNG"), Bytes::from_static(b"%PDF"));
    let request = ModelRequest {
        model: "qwen3:8b".into(),
        turns: vec![
            turn(
                Role::User,
                [
                    text("Look."),
                    Part::Image { mime: "image/png".into(), data: image },
                    Part::File { name: "a.pdf".into(), mime: "application/pdf".into(), data: file },
                    text("And?"),
                ],
            ),
            turn(Role::Assistant, [text("Let me ask."), call("1", "weather"), call("2", "time")]),
            turn(Role::User, [result("2", "time", "noon"), result("1", "weather", "fine"), text("So?")]),
        ],
        tools: vec![weather],
        parameters: Parameters {
            effort: Some(Effort::Medium),
            max_output_tokens: Some(100),
            ..Parameters::default()
        },
        ..ModelRequest::default()
    };
    let mut said = calls(&["weather", "time"]);
    said["content"] = "Let me ask.".into();
    let expected = json!({
        "model": "qwen3:8b",
        "messages": [
            {
                "role": "user",
                "content": "Look.\n\n[The file \"a.pdf\" is attached, but this model can't read it.]\n\nAnd?",
                "images": ["iVBORw=="],
            },
            said,
            tool("weather", "fine"),
            tool("time", "noon"),
            user("So?"),
        ],
        "stream": true,
        "tools": [{
            "type": "function",
            "function": {"name": "weather", "description": "Tells it.", "parameters": parameters},
        }],
        "think": "medium",
        "options": {"num_predict": 100},
    });
    assert_eq!(asked(request).await.body, expected);
}

#[tokio::test]
async fn an_answer_goes_back_as_it_came_to_its_own_provider_alone() {
    let kept = json!({
        "role": "assistant", "content": "Hm.", "thinking": "Let me see.",
        "tool_calls": [{"id": "call_9", "function": {"index": 0, "name": "weather", "arguments": {"b": 2}}}],
    });
    let history = |provider: &str, wire, value: &Value, id: &str| {
        let origin = Origin { provider: provider.to_owned(), wire, value: value.clone() };
        let said = Turn { origin: Some(origin), ..turn(Role::Assistant, [text("Hm."), call(id, "weather")]) };
        vec![Turn::user("?"), said, turn(Role::User, [result(id, "weather", "fine")])]
    };
    let mut returned = tool("weather", "fine");
    returned["tool_call_id"] = "call_9".into();
    let own = messages(history("scripted", ProviderKind::Ollama, &kept, "call_9")).await;
    assert_eq!(own, json!([user("?"), kept, returned]));

    let mut told = calls(&["weather"]);
    told["content"] = "Hm.".into();
    let plain = json!([user("?"), told, tool("weather", "fine")]);
    let table = [
        ("other", ProviderKind::Ollama, kept.clone()),
        ("scripted", ProviderKind::Anthropic, kept.clone()),
        // Not an answer of this wire, or not this one.
        ("scripted", ProviderKind::Ollama, json!([{"type": "thinking"}])),
        ("scripted", ProviderKind::Ollama, json!({"role": "assistant", "content": "Hm."})),
        ("scripted", ProviderKind::Ollama, json!({"role": "user", "content": "", "tool_calls": [{}]})),
    ];
    for (provider, wire, value) in table {
        assert_eq!(messages(history(provider, wire, &value, "call_9")).await, plain, "{provider} {value}");
    }
}

#[tokio::test]
async fn histories_that_other_services_left_behind() {
    let image =
        |data: &'static [u8]| Part::Image { mime: "image/png".into(), data: Bytes::from_static(data) };
    let orphan = "The result of \"f\":\n\nfine";
    let none = "This call was not carried out.";
    let says = |text: &str| json!({"role": "assistant", "content": text});
    let table = [
        ("nothing", vec![], json!([])),
        ("the model begins", vec![Turn::assistant("Hello.")], json!([says("Hello.")])),
        (
            "one side twice",
            vec![Turn::user("a"), Turn::user("b"), Turn::assistant("c"), Turn::assistant("d")],
            json!([user("a\n\nb"), says("c\n\nd")]),
        ),
        (
            "empty words",
            vec![
                Turn::user(" "),
                Turn::user("a"),
                Turn::assistant("\n"),
                turn(Role::User, []),
                Turn::user("b"),
            ],
            json!([user("a\n\nb")]),
        ),
        (
            "images about an empty answer",
            vec![
                turn(Role::User, [image(b"a")]),
                Turn::assistant(""),
                turn(Role::User, [image(b"b"), text("?")]),
            ],
            json!([{"role": "user", "content": "?", "images": ["YQ==", "Yg=="]}]),
        ),
        (
            "a result without a call",
            vec![turn(Role::User, [result("1", "f", "fine"), text("So?")])],
            json!([user(&format!("{orphan}\n\nSo?"))]),
        ),
        (
            "a result of another call",
            vec![turn(Role::Assistant, [call("1", "f")]), turn(Role::User, [result("2", "f", "fine")])],
            json!([calls(&["f"]), tool("f", none), user(orphan)]),
        ),
        (
            "a call without a result",
            vec![turn(Role::Assistant, [call("1", "f"), call("2", "g")]), Turn::user("Well?")],
            json!([calls(&["f", "g"]), tool("f", none), tool("g", none), user("Well?")]),
        ),
        (
            "a call at the end",
            vec![turn(Role::Assistant, [call("1", "f")])],
            json!([calls(&["f"]), tool("f", none)]),
        ),
        (
            "a call and the model goes on",
            vec![turn(Role::Assistant, [call("1", "f")]), Turn::assistant("Well.")],
            json!([calls(&["f"]), tool("f", none), says("Well.")]),
        ),
        (
            "results in two turns",
            vec![
                turn(Role::Assistant, [call("1", "f"), call("2", "f")]),
                turn(Role::User, [result("1", "f", "a")]),
                turn(Role::User, [text("Now."), result("2", "f", "b")]),
            ],
            json!([calls(&["f", "f"]), tool("f", "a"), tool("f", "b"), user("Now.")]),
        ),
        (
            "made-up ids that return",
            vec![
                turn(Role::Assistant, [call("call_0", "f")]),
                turn(Role::User, [result("call_0", "f", "a")]),
                turn(Role::Assistant, [call("call_0", "g")]),
                turn(Role::User, [result("call_0", "g", "b")]),
            ],
            json!([calls(&["f"]), tool("f", "a"), calls(&["g"]), tool("g", "b")]),
        ),
        ("a call of the person", vec![turn(Role::User, [call("1", "f"), text("a")])], json!([user("a")])),
    ];
    for (what, turns, expected) in table {
        assert_eq!(messages(turns).await, expected, "{what}");
    }
}
