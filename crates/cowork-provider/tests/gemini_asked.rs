//! What the Gemini API is asked: the whole request, and histories of every origin in the form that it accepts.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use bytes::Bytes;
use cowork_provider::{
    Effort, ModelRequest, Origin, Parameters, Part, ProviderKind, Role, Tool, ToolCall, Turn,
};
use cowork_testkit::{Recorded, Script, ScriptedProvider};
use serde_json::{Value, json};
use support::{ask, provider_of};

const TEXT: &str =
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"finishReason\":\"STOP\"}]}\n\n";

async fn asked(request: ModelRequest) -> Recorded {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).send(TEXT));
    let whole = ask(&provider_of(ProviderKind::Gemini, server.base_url()), request).await;
    assert_eq!(whole.text, "Hi");
    server.request(0).await
}

fn model(name: &str, turns: Vec<Turn>) -> ModelRequest {
    ModelRequest { model: name.to_owned(), turns, ..ModelRequest::default() }
}

/// The contents of a request to a model that wants no signatures.
async fn contents(turns: Vec<Turn>) -> Value {
    asked(model("gemini-2.5-flash", turns)).await.body["contents"].clone()
}

fn turn(role: Role, parts: Vec<Part>) -> Turn {
    Turn { role, parts, origin: None }
}

fn call(id: &str, name: &str, arguments: &str) -> Part {
    Part::Call(ToolCall { id: id.to_owned(), name: name.to_owned(), arguments: arguments.to_owned() })
}

fn result(id: &str, content: &str, is_error: bool) -> Part {
    let (call_id, name) = (id.to_owned(), "ignored".to_owned());
    Part::Result { call_id, name, content: content.to_owned(), is_error }
}

fn user(parts: Value) -> Value {
    json!({ "role": "user", "parts": parts })
}

fn says(text: &str) -> Value {
    json!({ "text": text })
}

#[tokio::test]
async fn what_is_asked() {
    let request = asked(ModelRequest {
        model: "gemini-2.5-pro".to_owned(),
        system: Some("Be brief.".to_owned()),
        turns: vec![Turn::user("Hello?")],
        tools: vec![
            Tool {
                name: "weather".to_owned(),
                description: "Says it.".to_owned(),
                parameters: json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
                    "additionalProperties": false, "required": ["city"],
                    "properties": {"city": {"type": "string", "description": "Where."}}}),
            },
            Tool { name: "now".to_owned(), description: "The time.".to_owned(), parameters: json!({"type": "object"}) },
        ],
        parameters: Parameters { effort: Some(Effort::Medium), max_output_tokens: Some(20_000), ..Parameters::default() },
        ..ModelRequest::default()
    })
    .await;
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/v1/models/gemini-2.5-pro:streamGenerateContent?alt=sse")
    );
    assert_eq!(request.header("x-goog-api-key"), Some(support::KEY));
    assert_eq!(request.header("authorization"), None);
    let expected = json!({
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [{"role": "user", "parts": [{"text": "Hello?"}]}],
        "tools": [{"functionDeclarations": [
            {"name": "weather", "description": "Says it.", "parameters": {"type": "object", "required": ["city"],
                "properties": {"city": {"type": "string", "description": "Where."}}}},
            {"name": "now", "description": "The time."},
        ]}],
        "generationConfig": {
            "maxOutputTokens": 20_000,
            "thinkingConfig": {"includeThoughts": true, "thinkingBudget": 8_192},
        },
    });
    assert_eq!(request.body, expected);
    let plain = asked(model("gemini-2.5-pro", vec![Turn::user("Hello?")])).await.body;
    assert_eq!(plain, json!({"contents": [user(json!([says("Hello?")]))]}));
}

#[tokio::test]
async fn models_are_named_with_and_without_their_folder() {
    let table = [
        ("gemini-2.5-pro", "/v1/models/gemini-2.5-pro:"),
        ("models/gemini-2.5-pro", "/v1/models/gemini-2.5-pro:"),
        ("tunedModels/mine-1", "/v1/tunedModels/mine-1:"),
        ("a b?key=x#y", "/v1/models/a%20b%253Fkey=x%23y:"),
    ];
    for (name, path) in table {
        let request = asked(model(name, vec![Turn::user("a")])).await;
        assert_eq!(request.path, format!("{path}streamGenerateContent?alt=sse"), "{name}");
    }
}

#[tokio::test]
async fn effort_is_said_in_the_words_of_the_model() {
    let table = [
        ("gemini-2.5-flash", Effort::Low, None, json!({"includeThoughts": true, "thinkingBudget": 1_024})),
        (
            "models/gemini-2.5-pro",
            Effort::High,
            None,
            json!({"includeThoughts": true, "thinkingBudget": 24_576}),
        ),
        (
            "gemini-2.5-pro",
            Effort::High,
            Some(4_000),
            json!({"includeThoughts": true, "thinkingBudget": 2_000}),
        ),
        (
            "gemini-3-flash-preview",
            Effort::Low,
            None,
            json!({"includeThoughts": true, "thinkingLevel": "low"}),
        ),
        (
            "gemini-flash-latest",
            Effort::High,
            None,
            json!({"includeThoughts": true, "thinkingLevel": "high"}),
        ),
        ("gemini-2.0-flash", Effort::High, None, Value::Null),
        ("gemma-3-27b-it", Effort::High, None, Value::Null),
    ];
    for (name, effort, max_output_tokens, expected) in table {
        let request = ModelRequest {
            parameters: Parameters { effort: Some(effort), max_output_tokens, ..Parameters::default() },
            ..model(name, vec![Turn::user("a")])
        };
        assert_eq!(asked(request).await.body["generationConfig"]["thinkingConfig"], expected, "{name}");
    }
}

#[tokio::test]
async fn a_model_without_a_place_for_instructions_gets_them_in_the_conversation() {
    let system = Some("Be brief.".to_owned());
    let body = asked(ModelRequest { system, ..model("gemma-3-27b-it", vec![Turn::user("a")]) }).await.body;
    assert_eq!(body, json!({"contents": [user(json!([says("Be brief."), says("a")]))]}));
}

#[tokio::test]
async fn images_files_calls_and_results() {
    let image = Part::Image { mime: "image/png".to_owned(), data: Bytes::from_static(b"\x89PNG") };
    let file = Part::File {
        name: "a.pdf".to_owned(),
        mime: "application/pdf".to_owned(),
        data: Bytes::from_static(b"%PDF"),
    };
    let got = contents(vec![
        turn(Role::User, vec![image, file, Part::Text("Compare.".to_owned())]),
        turn(
            Role::Assistant,
            vec![Part::Text("I look.".to_owned()), call("c1", "f", r#"{"a":1}"#), call("c2", "g", "{broken")],
        ),
        turn(
            Role::User,
            vec![result("c2", "no", true), result("c1", "yes", false), Part::Text("Well?".to_owned())],
        ),
    ]);
    let expected = json!([
        user(json!([
            {"inlineData": {"mimeType": "image/png", "data": "iVBORw=="}},
            {"text": "File: a.pdf"},
            {"inlineData": {"mimeType": "application/pdf", "data": "JVBERg=="}},
            {"text": "Compare."},
        ])),
        {"role": "model", "parts": [
            {"text": "I look."},
            {"functionCall": {"name": "f", "args": {"a": 1}}},
            {"functionCall": {"name": "g", "args": {"arguments": "{broken"}}},
        ]},
        user(json!([
            {"functionResponse": {"name": "f", "response": {"output": "yes"}}},
            {"functionResponse": {"name": "g", "response": {"error": "no"}}},
        ])),
        user(json!([{"text": "Well?"}])),
    ]);
    // The results stand alone, as right behind their calls nothing else is expected.
    let joined = got.await;
    assert_eq!(joined, expected);
}

/// An answer that the scripted provider gave, in both forms.
fn own(provider: &str, wire: ProviderKind) -> Turn {
    let value = json!({"role": "model", "parts": [
        {"functionCall": {"name": "f", "args": {}, "id": "f1"}, "thoughtSignature": "sig"},
        {"functionCall": {"name": "g", "args": {}}},
    ]});
    Turn {
        origin: Some(Origin { provider: provider.to_owned(), wire, value }),
        ..turn(Role::Assistant, vec![call("f1", "f", "{}"), call("call_r_1", "g", "{}")])
    }
}

#[tokio::test]
async fn an_answer_goes_back_as_it_came_to_its_own_provider_only() {
    let results = || turn(Role::User, vec![result("f1", "one", false), result("call_r_1", "two", false)]);
    let mine = contents(vec![Turn::user("a"), own("scripted", ProviderKind::Gemini), results()]).await;
    let expected = json!([
        user(json!([says("a")])),
        {"role": "model", "parts": [
            {"functionCall": {"name": "f", "args": {}, "id": "f1"}, "thoughtSignature": "sig"},
            {"functionCall": {"name": "g", "args": {}}},
        ]},
        user(json!([
            {"functionResponse": {"id": "f1", "name": "f", "response": {"output": "one"}}},
            {"functionResponse": {"name": "g", "response": {"output": "two"}}},
        ])),
    ]);
    assert_eq!(mine, expected);
    for other in [own("another", ProviderKind::Gemini), own("scripted", ProviderKind::Anthropic)] {
        let got = contents(vec![Turn::user("a"), other, results()]).await;
        assert_eq!(got[1]["parts"][0], json!({"functionCall": {"name": "f", "args": {}}}));
        assert!(!got.to_string().contains("thoughtSignature"));
        assert_eq!(got[2]["parts"][1]["functionResponse"]["response"], json!({"output": "two"}));
    }
    for value in [json!(null), json!({"parts": []}), json!({"parts": [7]}), json!([])] {
        let mut odd = own("scripted", ProviderKind::Gemini);
        odd.origin.as_mut().expect("an origin").value = value;
        let got = contents(vec![Turn::user("a"), odd, results()]).await;
        assert_eq!(got[1]["parts"].as_array().map(Vec::len), Some(2), "what is no content is not sent");
    }
}

#[tokio::test]
async fn calls_of_others_are_marked_for_models_that_ask_for_signatures() {
    let history = || {
        let calls = turn(Role::Assistant, vec![call("a", "f", "{}"), call("b", "f", "{}")]);
        let results = turn(Role::User, vec![result("a", "1", false), result("b", "2", false)]);
        vec![Turn::user("x"), calls, results, own("scripted", ProviderKind::Gemini)]
    };
    for (name, marked) in [("gemini-3-pro-preview", true), ("gemini-2.5-pro", false)] {
        let got = asked(model(name, history())).await.body["contents"].clone();
        let signature =
            |content: usize, part: usize| got[content]["parts"][part].get("thoughtSignature").cloned();
        assert_eq!(signature(1, 0), marked.then(|| json!("skip_thought_signature_validator")), "{name}");
        assert_eq!(signature(1, 1), None);
        assert_eq!(signature(3, 0), Some(json!("sig")), "its own stays");
    }
}

#[tokio::test]
async fn odd_histories_are_made_acceptable() {
    let no_result = json!({"error": "There is no result: this call was not carried out."});
    let answer =
        |name: &str, response: Value| json!({"functionResponse": {"name": name, "response": response}});
    let calls = |names: &[&str]| {
        let parts = names.iter().map(|name| json!({"functionCall": {"name": name, "args": {}}}));
        json!({"role": "model", "parts": parts.collect::<Vec<_>>()})
    };
    let says_model = |texts: &[&str]| json!({"role": "model", "parts": texts.iter().map(|text| says(text)).collect::<Vec<_>>()});
    let beginning = || user(json!([says("(What was said before is not shown.)")]));
    let next = || user(json!([says("Go on.")]));
    let calling = |id: &str, name: &str| turn(Role::Assistant, vec![call(id, name, "{}")]);
    let results = |ids: &[&str]| turn(Role::User, ids.iter().map(|id| result(id, id, false)).collect());
    let table = [
        ("nothing at all", vec![], json!([next()])),
        (
            "the model begins",
            vec![Turn::assistant("a"), Turn::user("b")],
            json!([beginning(), says_model(&["a"]), user(json!([says("b")]))]),
        ),
        (
            "the model ends",
            vec![Turn::user("a"), Turn::assistant("b")],
            json!([user(json!([says("a")])), says_model(&["b"]), next()]),
        ),
        (
            "two in a row",
            vec![
                Turn::user("a"),
                Turn::user("b"),
                Turn::assistant("c"),
                Turn::assistant("d"),
                Turn::user("e"),
            ],
            json!([user(json!([says("a"), says("b")])), says_model(&["c", "d"]), user(json!([says("e")]))]),
        ),
        (
            "nothing said",
            vec![Turn::user("a"), Turn::assistant(" "), Turn::user(""), Turn::user("b")],
            json!([user(json!([says("a"), says("b")]))]),
        ),
        (
            "a result without a call",
            vec![Turn::user("a"), results(&["x"]), Turn::assistant("b"), results(&["y"]), Turn::user("c")],
            json!([user(json!([says("a")])), says_model(&["b"]), user(json!([says("c")]))]),
        ),
        (
            "calls without results",
            vec![Turn::user("a"), calling("x", "f"), Turn::user("b")],
            json!([
                user(json!([says("a")])),
                calls(&["f"]),
                user(json!([answer("f", no_result.clone())])),
                user(json!([says("b")]))
            ]),
        ),
        (
            "calls at the end",
            vec![Turn::user("a"), calling("x", "f")],
            json!([user(json!([says("a")])), calls(&["f"]), user(json!([answer("f", no_result.clone())]))]),
        ),
        (
            "results of two turns",
            vec![calling("x", "f"), calling("y", "g"), results(&["y"]), results(&["x"])],
            json!([
                beginning(),
                calls(&["f", "g"]),
                user(json!([answer("f", json!({"output": "x"})), answer("g", json!({"output": "y"}))]))
            ]),
        ),
        (
            "ids used twice",
            vec![Turn::user("a"), calling("x", "f"), results(&["x"]), calling("x", "g"), results(&["x"])],
            json!([
                user(json!([says("a")])),
                calls(&["f"]),
                user(json!([answer("f", json!({"output": "x"}))])),
                calls(&["g"]),
                user(json!([answer("g", json!({"output": "x"}))]))
            ]),
        ),
    ];
    for (name, turns, expected) in table {
        assert_eq!(contents(turns).await, expected, "{name}");
    }
}

#[tokio::test]
async fn an_unfinished_answer_is_followed_by_the_wish_to_go_on() {
    let turns = vec![Turn::user("Count."), Turn::assistant("1, 2")];
    let request = ModelRequest { continue_partial: true, ..model("gemini-2.5-flash", turns) };
    let contents = asked(request).await.body["contents"].clone();
    assert_eq!(contents[1], json!({"role": "model", "parts": [says("1, 2")]}));
    let wish = contents[2]["parts"][0]["text"].as_str().expect("a text");
    assert!(wish.starts_with("Your last answer was cut off."), "{wish}");
    assert_eq!(contents.as_array().map(Vec::len), Some(3));
}
