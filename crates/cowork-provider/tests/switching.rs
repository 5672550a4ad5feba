//! A conversation that goes from one service to another and back: each question is one that the asked service accepts,
//! nothing that only one service understands reaches another, and each gets its own answers back as it wrote them.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod strict;
mod support;

use bytes::Bytes;
use cowork_provider::{
    Effort, ModelRequest, Origin, Parameters, Part, Provider, ProviderConfig, ProviderKind, Remote, Role,
    Tool, ToolCall, Turn,
};
use cowork_testkit::{Script, ScriptedProvider};
use serde_json::{Value, json};
use support::table::Fixtures;
use support::{Whole, ask, config};

/// One wire: a model of it, an answer that asks for tools, and one that says something.
#[derive(Debug, Clone, Copy)]
struct Service {
    kind: ProviderKind,
    folder: &'static str,
    model: &'static str,
    calls: &'static str,
    says: &'static str,
    /// What stands in those answers for this service alone.
    secrets: &'static [&'static str],
}

const SERVICES: [Service; 5] = [
    Service {
        kind: ProviderKind::OpenAiCompatible,
        folder: "openai-chat",
        model: "gpt-5",
        calls: "tool-calls.sse",
        says: "reasoning-content.sse",
        secrets: &["chatcmpl", "reasoning_content"],
    },
    Service {
        kind: ProviderKind::OpenAiResponses,
        folder: "openai-responses",
        model: "gpt-5",
        calls: "tool-calls.sse",
        says: "reasoning-encrypted.sse",
        secrets: &["gAAAA", "\"rs_", "\"msg_", "\"fc_", "summary\":[", "encrypted_content\":"],
    },
    Service {
        kind: ProviderKind::Anthropic,
        folder: "anthropic",
        model: "claude-sonnet-4-5",
        calls: "thinking-then-tool.sse",
        says: "thinking.sse",
        secrets: &["EqQB", "signature\":\"E", "thinking\":\"", "caller", "msg_01"],
    },
    Service {
        kind: ProviderKind::Gemini,
        folder: "gemini",
        model: "gemini-3-flash-preview",
        calls: "tool-calls.sse",
        says: "signature-on-text.sse",
        secrets: &["EpwC", "Il0tao", "CiQ", "thought\":"],
    },
    Service {
        kind: ProviderKind::Ollama,
        folder: "ollama",
        model: "qwen3:8b",
        calls: "thinking-calls.ndjson",
        says: "thinking.ndjson",
        secrets: &["c2VhbGVk", "thinking\":\"", "\"index\":0"],
    },
];

impl Service {
    fn script(self, fixture: &str) -> Script {
        let bytes = Fixtures { kind: self.kind, folder: self.folder }.read(fixture);
        let text = String::from_utf8(bytes).expect("UTF-8");
        // Fixtures have the same ids, answers of one conversation have not.
        let apart = fixture == self.says && self.kind == ProviderKind::OpenAiResponses;
        Script::new(200).send(if apart {
            text.replace("s_1\"", "s_9\"").replace("g_1\"", "g_9\"")
        } else {
            text
        })
    }

    /// Asks the service under this id, which answers with a fixture; what it was sent and what it said.
    async fn ask(self, id: &str, turns: &[Turn], fixture: &str) -> (Value, Turn, Whole) {
        let server = ScriptedProvider::start().await;
        server.push(self.script(fixture));
        let config = ProviderConfig { id: id.to_owned(), kind: self.kind, ..config(server.base_url()) };
        let provider = Remote::new(config).expect("a usable configuration");
        let request = ModelRequest {
            model: self.model.to_owned(),
            system: Some("Be brief.".to_owned()),
            turns: turns.to_vec(),
            tools: ["f", "weather", "read_file", "g"].map(tool).to_vec(),
            parameters: Parameters { effort: Some(Effort::Medium), ..Parameters::default() },
            ..ModelRequest::default()
        };
        let whole = ask(&provider, request).await;
        whole.ended().unwrap_or_else(|kind| panic!("{id}: {fixture} ends with {kind:?}: {:?}", whole.end));
        let origin = whole.origin.clone();
        let origin = origin.map(|value| Origin { provider: id.to_owned(), wire: provider.wire(), value });
        let words = (!whole.text.is_empty()).then(|| Part::Text(whole.text.clone()));
        let parts = words.into_iter().chain(whole.calls.iter().cloned().map(Part::Call)).collect();
        let body = server.request(0).await.body;
        (body, Turn { role: Role::Assistant, parts, origin }, whole)
    }

    fn accepts(self, body: &Value, own: bool, when: &str) {
        if let Err(broken) = strict::check(self.kind, body, own) {
            panic!("{when}: {broken}\n--\n{:#}", Value::from(conversation(body)));
        }
    }
}

fn tool(name: &str) -> Tool {
    let parameters = json!({"type": "object", "properties": {"city": {"type": "string"}}});
    Tool { name: name.to_owned(), description: "Looks.".to_owned(), parameters }
}

/// A question with an image and a document.
fn question() -> Turn {
    let image = Part::Image { mime: "image/png".to_owned(), data: Bytes::from_static(b"\x89PNG\r\n\x1a\n") };
    let file = Part::File {
        name: "a.pdf".to_owned(),
        mime: "application/pdf".to_owned(),
        data: Bytes::from_static(b"%PDF-1.7 document"),
    };
    turn(Role::User, [Part::Text("Look at these.".to_owned()), image, file])
}

fn turn(role: Role, parts: impl Into<Vec<Part>>) -> Turn {
    Turn { role, parts: parts.into(), origin: None }
}

/// What came of all calls of a turn.
fn results(turn: &Turn) -> Turn {
    let result = |part: &Part| match part {
        Part::Call(call) => Some(result(&call.id, &call.name)),
        _ => None,
    };
    self::turn(Role::User, turn.parts.iter().filter_map(result).collect::<Vec<_>>())
}

fn result(id: &str, name: &str) -> Part {
    let (call_id, name) = (id.to_owned(), name.to_owned());
    Part::Result { call_id, name, content: "It rains.".to_owned(), is_error: false }
}

fn call(id: &str, name: &str, arguments: &str) -> Part {
    Part::Call(ToolCall { id: id.to_owned(), name: name.to_owned(), arguments: arguments.to_owned() })
}

/// The conversation in a body, without the marks that move along with its end.
fn conversation(body: &Value) -> Vec<Value> {
    let list = ["messages", "input", "contents"].iter().find_map(|name| body[name].as_array());
    let mut list = list.expect("a conversation").clone();
    for block in list.iter_mut().filter_map(|message| message.get_mut("content")?.as_array_mut()).flatten() {
        if let Some(fields) = block.as_object_mut() {
            fields.remove("cache_control");
        }
    }
    list
}

/// The service's own form of a turn, piece by piece as it is sent.
fn own(turn: &Turn) -> Vec<String> {
    match turn.origin.as_ref().map(|origin| &origin.value) {
        None => vec![],
        Some(Value::Array(pieces)) => pieces.iter().map(Value::to_string).collect(),
        Some(value) => value["parts"]
            .as_array()
            .map_or(vec![value.to_string()], |parts| parts.iter().map(Value::to_string).collect()),
    }
}

async fn switch(first: Service, second: Service) {
    let pair = format!("{} to {}", first.folder, second.folder);
    let mut turns = vec![question()];
    let (asked, answer, calling) = first.ask("first", &turns, first.calls).await;
    first.accepts(&asked, false, &pair);
    assert!(!calling.calls.is_empty(), "{pair}");
    turns.extend([answer.clone(), results(&answer)]);
    let (asked, said, saying) = first.ask("first", &turns, first.says).await;
    first.accepts(&asked, true, &format!("{pair}, with results"));
    assert!(!saying.reasoning.is_empty() || said.origin.is_some(), "{pair}");
    turns.extend([said.clone(), Turn::user("And now?")]);
    let (before, ..) = first.ask("first", &turns, first.says).await;
    first.accepts(&before, true, &format!("{pair}, before"));

    // To the other service, which asks for tools as well.
    let (there, called, _) = second.ask("second", &turns, second.calls).await;
    second.accepts(&there, false, &format!("{pair}, there"));
    let sent = there.to_string();
    for secret in first.secrets {
        assert!(!sent.contains(secret), "{pair}: {secret:?} in {there:#}");
    }
    for thought in [&calling.reasoning, &saying.reasoning].into_iter().filter(|text| !text.is_empty()) {
        assert!(!sent.contains(thought.as_str()), "{pair}: {thought:?} in {there:#}");
    }
    assert!(sent.contains("It rains.") && sent.contains("And now?"), "{pair}: {there:#}");
    turns.extend([called.clone(), results(&called)]);
    let (there, ..) = second.ask("second", &turns, second.says).await;
    second.accepts(&there, true, &format!("{pair}, there with results"));
    turns.extend([Turn::assistant("So it is."), Turn::user("Thanks. And here?")]);

    // And back.
    let (back, ..) = first.ask("first", &turns, first.says).await;
    first.accepts(&back, true, &format!("{pair}, back"));
    let (before, after) = (conversation(&before), conversation(&back));
    assert_eq!(after[..before.len()], before[..], "{pair}");
    for piece in own(&answer).iter().chain(&own(&said)) {
        assert!(back.to_string().contains(piece), "{pair}: {piece} is not in {back:#}");
    }
    if first.kind != second.kind {
        for secret in second.secrets.iter().filter(|secret| !first.secrets.contains(secret)) {
            assert!(!back.to_string().contains(secret), "{pair}: {secret:?} in {back:#}");
        }
    }
}

#[tokio::test]
async fn every_service_goes_on_with_what_every_other_said() {
    for first in SERVICES {
        for second in SERVICES {
            switch(first, second).await;
        }
    }
}

/// What services, gateways and interruptions make of a history.
fn odd_histories() -> Vec<(&'static str, Vec<Turn>)> {
    let long = "chatcmpl-tool-0123456789abcdef0123456789abcdef-and-more-of-it-than-anybody-takes";
    let answers = |parts: &[Part]| turn(Role::User, parts.to_vec());
    let asks = |parts: &[Part]| turn(Role::Assistant, parts.to_vec());
    let (begin, end) = (Turn::user("Begin."), Turn::user("Go on."));
    let twice = || [asks(&[call("call_0", "f", "{}")]), answers(&[result("call_0", "f")])];
    vec![
        ("ids that begin anew", [vec![begin.clone()], twice().to_vec(), twice().to_vec()].concat()),
        (
            "an id twice in one turn",
            vec![
                begin.clone(),
                asks(&[call("a", "f", "{}"), call("a", "g", "{}")]),
                answers(&[result("a", "f"), result("a", "g")]),
            ],
        ),
        (
            "foreign letters and lengths",
            vec![
                begin.clone(),
                asks(&[call("functions.f:0", "f", "{}"), call(long, "g", "{}"), call("", "f", "{}")]),
                answers(&[result("", "f"), result(long, "g"), result("functions.f:0", "f")]),
            ],
        ),
        (
            "no result, and words instead",
            vec![begin.clone(), asks(&[Part::Text("I look.".into()), call("a", "f", "{}")]), end.clone()],
        ),
        (
            "one result of two",
            vec![
                begin.clone(),
                asks(&[call("a", "f", "{}"), call("b", "g", "{}")]),
                answers(&[result("b", "g"), Part::Text("And?".into())]),
            ],
        ),
        (
            "a result of nothing",
            vec![begin.clone(), Turn::assistant("Yes."), answers(&[result("x", "f")]), end.clone()],
        ),
        (
            "names and arguments of the model's own",
            vec![
                begin.clone(),
                asks(&[call("a", "fs.read file", "{\"a\":"), call("b", "", ""), call("c", "f", "[1]")]),
                answers(&[result("a", "fs.read file"), result("b", ""), result("c", "f")]),
            ],
        ),
        (
            "nothing said",
            vec![
                begin.clone(),
                Turn::assistant(""),
                end.clone(),
                Turn::assistant(" \n"),
                Turn::user(""),
                end.clone(),
            ],
        ),
        ("the model first", vec![Turn::assistant("Hello."), end.clone()]),
        (
            "one side twice",
            vec![begin.clone(), end.clone(), Turn::assistant("a"), Turn::assistant("b"), end.clone()],
        ),
        (
            "calls in two turns, results after both",
            vec![
                begin,
                asks(&[call("a", "f", "{}")]),
                asks(&[call("b", "g", "{}")]),
                answers(&[result("a", "f"), result("b", "g")]),
            ],
        ),
    ]
}

#[tokio::test]
async fn every_service_accepts_every_odd_history() {
    let mut refused = Vec::new();
    for service in SERVICES {
        for (what, turns) in odd_histories() {
            let (body, ..) = service.ask("odd", &turns, service.says).await;
            if let Err(broken) = strict::check(service.kind, &body, false) {
                refused.push(format!("{}, {what}: {broken}", service.folder));
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
