//! Anthropic's messages wire, written: the question as it arrives, and odd histories that must not be refused.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use bytes::Bytes;
use cowork_provider::StopReason::*;
use cowork_provider::{
    Effort, ModelRequest, Origin, Parameters, Part, ProviderConfig, ProviderKind, Remote, Role, Tool,
    ToolCall, Turn,
};
use cowork_testkit::{Script, ScriptedProvider};
use serde_json::{Value, json};
use support::{ask, provider_of, question, that_thinks};

const KIND: ProviderKind = ProviderKind::Anthropic;

fn answer() -> Script {
    let events = [
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Yes."}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
        json!({"type": "message_stop"}),
    ];
    events.iter().fold(Script::new(200), |script, event| script.send(format!("data: {event}\n\n")))
}

/// The body that arrives.
async fn sent(request: ModelRequest) -> Value {
    let server = ScriptedProvider::start().await;
    server.push(answer());
    assert_eq!(ask(&provider_of(KIND, server.base_url()), request).await.ended(), Ok(Finished));
    server.request(0).await.body.clone()
}

/// The messages that arrive for these turns, without marks for the cache.
async fn messages(turns: Vec<Turn>) -> Value {
    bare(sent(ModelRequest { turns, ..question() }).await["messages"].take())
}

fn bare(mut messages: Value) -> Value {
    for message in messages.as_array_mut().expect("a list") {
        for block in message["content"].as_array_mut().expect("blocks") {
            block.as_object_mut().expect("a block").remove("cache_control");
        }
    }
    messages
}

fn user(content: Value) -> Value {
    json!({"role": "user", "content": content})
}

fn model(content: Value) -> Value {
    json!({"role": "assistant", "content": content})
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn turn(role: Role, parts: Vec<Part>) -> Turn {
    Turn { role, parts, origin: None }
}

fn call(id: &str, name: &str, arguments: &str) -> Part {
    Part::Call(ToolCall { id: id.to_owned(), name: name.to_owned(), arguments: arguments.to_owned() })
}

fn result(call_id: &str, content: &str, is_error: bool) -> Part {
    Part::Result { call_id: call_id.to_owned(), name: "f".to_owned(), content: content.to_owned(), is_error }
}

fn used(id: &str, name: &str, input: Value) -> Value {
    json!({"type": "tool_use", "id": id, "name": name, "input": input})
}

fn came(id: &str, content: &str) -> Value {
    json!({"type": "tool_result", "tool_use_id": id, "content": content})
}

fn failed(id: &str, content: &str) -> Value {
    json!({"type": "tool_result", "tool_use_id": id, "content": content, "is_error": true})
}

#[tokio::test]
async fn what_is_asked() {
    let server = ScriptedProvider::start().await;
    server.push(answer());
    ask(&provider_of(KIND, server.base_url()), question()).await;
    let request = server.request(0).await;
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/messages"));
    assert_eq!(request.header("x-api-key"), Some(support::KEY));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("anthropic-version"), Some("2023-06-01"));
    let kept = json!({"type": "ephemeral"});
    let expected = json!({
        "model": "gpt-5",
        "max_tokens": 8192,
        "stream": true,
        "system": [{"type": "text", "text": "Be brief.", "cache_control": kept}],
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Hello?", "cache_control": kept}]},
        ],
    });
    assert_eq!(request.body, expected);
    assert!(Remote::new(ProviderConfig::new("own", KIND)).is_ok(), "it has an address of its own");
}

#[tokio::test]
async fn effort_becomes_a_budget_or_a_wish() {
    let with = |model: &str, effort, most| ModelRequest {
        model: model.to_owned(),
        parameters: Parameters { effort: Some(effort), max_output_tokens: most, ..Parameters::default() },
        ..question()
    };
    let budget = |tokens: u64| json!({"type": "enabled", "budget_tokens": tokens});
    let wish = json!({"type": "adaptive", "display": "summarized"});
    let table = [
        (with("claude-sonnet-4-5", Effort::Low, None), 10_240, budget(2_048), Value::Null),
        (with("claude-sonnet-4-5", Effort::Medium, None), 16_384, budget(8_192), Value::Null),
        (with("claude-sonnet-4-5", Effort::High, None), 32_000, budget(24_000), Value::Null),
        (with("claude-sonnet-4-5", Effort::High, Some(64_000)), 64_000, budget(24_576), Value::Null),
        (with("claude-sonnet-4-5", Effort::High, Some(8_000)), 8_000, budget(6_000), Value::Null),
        (with("claude-sonnet-4-5", Effort::High, Some(1_200)), 1_200, Value::Null, Value::Null),
        (with("claude-opus-4-7", Effort::High, None), 32_000, wish.clone(), json!({"effort": "high"})),
        (with("claude-opus-5", Effort::Low, Some(900)), 900, wish, json!({"effort": "low"})),
        (with("claude-3-haiku-20240307", Effort::High, None), 4_096, Value::Null, Value::Null),
    ];
    for (request, most, thinking, output) in table {
        let about = format!(
            "{} {:?} {:?}",
            request.model, request.parameters.effort, request.parameters.max_output_tokens
        );
        let body = sent(request).await;
        assert_eq!(body["max_tokens"], most, "{about}");
        assert_eq!((&body["thinking"], &body["output_config"]), (&thinking, &output), "{about}");
    }
}

#[tokio::test]
async fn a_model_that_wants_no_budget_is_asked_without_it() {
    let server = ScriptedProvider::start().await;
    server.when(|request| {
        let message = "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" \
                       and \"output_config.effort\" to control thinking behavior.";
        Some(if request.body["thinking"]["type"] == "adaptive" {
            answer()
        } else {
            let error = json!({"type": "invalid_request_error", "message": message});
            Script::new(400).json(&json!({"type": "error", "error": error}))
        })
    });
    let provider = provider_of(KIND, server.base_url());
    for _ in 0..2 {
        let request = ModelRequest { parameters: that_thinks(Effort::Medium), ..question() };
        assert_eq!(ask(&provider, request).await.ended(), Ok(Finished));
    }
    assert_eq!(server.requests().len(), 3, "refused once, then remembered");
}

#[tokio::test]
async fn tools_and_the_marks_for_the_cache() {
    let tool = |name: &str, about: &str, parameters| Tool {
        name: name.into(),
        description: about.into(),
        parameters,
    };
    let kept = json!({"type": "ephemeral"});
    let mut request = question();
    request.system = Some(" \n".to_owned());
    request.tools =
        vec![tool("f", "Does it.", json!({"type": "object", "properties": {}})), tool("g", "", json!(7))];
    request.turns =
        vec![Turn::user("1"), Turn::assistant("a"), Turn::user("2"), Turn::assistant("b"), Turn::user("3")];
    let body = sent(request).await;
    assert_eq!(body.get("system"), None);
    assert_eq!(
        body["tools"],
        json!([
            {"name": "f", "description": "Does it.", "input_schema": {"type": "object", "properties": {}}},
            {"name": "g", "input_schema": {"type": "object"}, "cache_control": kept},
        ])
    );
    let marks = body["messages"].as_array().unwrap().iter().map(|message| {
        let content = message["content"].as_array().unwrap();
        content.iter().filter(|block| block["cache_control"] == kept).count()
    });
    assert_eq!(marks.collect::<Vec<_>>(), [0, 0, 1, 0, 1]);
}

#[tokio::test]
async fn images_and_files_are_sent_or_named() {
    let data = |data: &'static str| Bytes::from(data);
    let image = |mime: &str, text| Part::Image { mime: mime.into(), data: data(text) };
    let file =
        |name: &str, mime: &str, text| Part::File { name: name.into(), mime: mime.into(), data: data(text) };
    let parts = vec![
        Part::Text("Look.".to_owned()),
        image("image/png", "abc"),
        image("IMAGE/JPG", "abc"),
        image("image/tiff", "abc"),
        file("a.pdf", "application/pdf", "abc"),
        file(" ", "text/markdown; charset=utf-8", "# ü"),
        file("b.zip", "application/zip", "abc"),
        file("c.txt", "text/plain", " "),
    ];
    let base64 = |mime: &str| json!({"type": "base64", "media_type": mime, "data": "YWJj"});
    let expected = json!([user(json!([
        text("Look."),
        {"type": "image", "source": base64("image/png")},
        {"type": "image", "source": base64("image/jpeg")},
        text("[An image (image/tiff) that can't be shown to this model.]"),
        {"type": "document", "source": base64("application/pdf"), "title": "a.pdf"},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "# ü"}},
        text("[The file \"b.zip\" (application/zip) can't be read by this model.]"),
        text("[The file \"c.txt\" (text/plain) can't be read by this model.]"),
    ]))]);
    assert_eq!(messages(vec![turn(Role::User, parts)]).await, expected);
}

#[tokio::test]
async fn calls_and_results_stand_where_the_service_wants_them() {
    let turns = vec![
        Turn::user("Go."),
        turn(
            Role::Assistant,
            vec![
                Part::Text("I do.".into()),
                call("a", "f", "{\"x\":1}"),
                call("b", "f", ""),
                call("c", "f", "no"),
            ],
        ),
        // In another order, after words, one of them failed without any, one is missing, one belongs to no call.
        turn(
            Role::User,
            vec![
                Part::Text("Well?".into()),
                result("z", "?", false),
                result("c", "", true),
                result("a", "1", false),
            ],
        ),
    ];
    let expected = json!([
        user(json!([text("Go.")])),
        model(json!([
            text("I do."),
            used("a", "f", json!({"x": 1})),
            used("b", "f", json!({})),
            used("c", "f", json!({"INVALID_JSON": "no"})),
        ])),
        user(json!([
            came("a", "1"),
            failed("b", "This call was not carried out."),
            failed("c", "It failed without a word."),
            text("Well?")
        ])),
    ]);
    assert_eq!(messages(turns).await, expected);
}

#[tokio::test]
async fn odd_histories_are_made_acceptable() {
    let (u, a) = (|words: &str| Turn::user(words), |words: &str| Turn::assistant(words));
    let (mine, its) = (|words| user(json!([text(words)])), |words| model(json!([text(words)])));
    let beginning = || mine("[The beginning of this conversation is not shown.]");
    let missing = |id| failed(id, "This call was not carried out.");
    let orphan = || turn(Role::User, vec![result("x", "1", false)]);
    let table: Vec<(&str, Vec<Turn>, Value)> = vec![
        ("nothing", vec![], json!([beginning()])),
        ("only blanks", vec![u(" \n")], json!([beginning()])),
        (
            "one side in a row, blanks between",
            vec![u("a"), a(""), u("b"), a("c"), a("d"), u("e")],
            json!([user(json!([text("a"), text("b")])), model(json!([text("c"), text("d")])), mine("e")]),
        ),
        (
            "the model first and last",
            vec![a("a"), u("b"), a("c")],
            json!([beginning(), its("a"), mine("b"), its("c"), mine("Go on.")]),
        ),
        (
            "a result without a call between two answers",
            vec![u("a"), a("b"), orphan(), a("c"), u("d")],
            json!([mine("a"), model(json!([text("b"), text("c")])), mine("d")]),
        ),
        ("a result first", vec![orphan(), u("a")], json!([mine("a")])),
        (
            "calls without results, in the middle and at the end; ids that begin anew; letters that are not allowed",
            vec![
                u("a"),
                turn(Role::Assistant, vec![call("f:0", "do it", "[1]")]),
                u("b"),
                turn(Role::Assistant, vec![call("f:0", "", ""), call("", "g", "{}")]),
            ],
            json!([
                mine("a"),
                model(json!([used("f_0", "do_it", json!({"INVALID_JSON": "[1]"}))])),
                user(json!([missing("f_0"), text("b")])),
                model(json!([used("f_0_2", "unknown", json!({})), used("call", "g", json!({}))])),
                user(json!([missing("f_0_2"), missing("call"), text("Go on.")])),
            ]),
        ),
        (
            "parts on the wrong side",
            vec![
                turn(Role::User, vec![Part::Text("a".into()), call("x", "f", "{}")]),
                turn(Role::Assistant, vec![result("x", "1", false), Part::Text("b".into())]),
                u("c"),
            ],
            json!([mine("a"), its("b"), mine("c")]),
        ),
    ];
    for (about, turns, expected) in table {
        assert_eq!(messages(turns).await, expected, "{about}");
    }
}

#[tokio::test]
async fn a_history_with_calls_needs_tools() {
    let mut request = question();
    request.parameters.effort = Some(Effort::Low);
    request.turns.push(turn(Role::Assistant, vec![call("a", "f", "{}"), call("b", "f", "{}")]));
    request.turns.push(turn(Role::User, vec![result("a", "1", false), result("b", "2", false)]));
    let body = sent(request.clone()).await;
    let stand_in =
        json!({"name": "f", "description": "No longer available.", "input_schema": {"type": "object"}});
    assert_eq!((&body["tools"], &body["tool_choice"]), (&json!([stand_in]), &json!({"type": "none"})));
    assert_eq!(
        body.get("thinking"),
        None,
        "a turn that began without thinking can't be gone on with by thinking"
    );
    request.turns.extend([Turn::assistant("Three."), Turn::user("And?")]);
    assert_eq!(sent(request).await["thinking"]["budget_tokens"], 2_048);
}

#[tokio::test]
async fn an_unfinished_answer_is_followed_by_the_wish_to_go_on() {
    let mut request = question();
    request.turns.push(Turn::assistant("1, 2 "));
    request.continue_partial = true;
    let messages = bare(sent(request).await["messages"].take());
    assert_eq!(messages[1], model(json!([text("1, 2 ")])));
    let wish = messages[2].to_string();
    assert!(wish.contains("user") && wish.contains("Your last answer was cut off."), "{wish}");
}

#[tokio::test]
async fn its_own_form_goes_back_to_its_own_service_only() {
    let thinking = json!({"type": "thinking", "thinking": "Hm.", "signature": "s"});
    let own = json!([thinking, text("Native."), used("toolu_01", "f", json!({}))]);
    let history = |provider: &str, wire, value: &Value| {
        let origin = Origin { provider: provider.to_owned(), wire, value: value.clone() };
        let parts = vec![Part::Text("Neutral.".to_owned()), call("toolu_01", "f", "{}")];
        vec![
            Turn::user("a"),
            Turn { role: Role::Assistant, parts, origin: Some(origin) },
            turn(Role::User, vec![result("toolu_01", "1", false)]),
        ]
    };
    let neutral = json!([text("Neutral."), used("toolu_01", "f", json!({}))]);
    let table = [
        ("scripted", KIND, &own, &own),
        ("another", KIND, &own, &neutral),
        ("scripted", ProviderKind::Gemini, &own, &neutral),
        ("scripted", KIND, &json!({"not": "a list"}), &neutral),
        ("scripted", KIND, &json!([7, {"type": null}]), &neutral),
    ];
    for (provider, wire, value, expected) in table {
        let sent = messages(history(provider, wire, value)).await;
        assert_eq!(sent[1], model(expected.clone()), "{provider} {wire:?} {value}");
        assert_eq!(sent[2], user(json!([came("toolu_01", "1")])));
    }
    // The same id in two answers is no reason for a refusal.
    let twice = messages([history("scripted", KIND, &own), history("scripted", KIND, &own)].concat()).await;
    assert_eq!(twice[3]["content"][2]["id"], "toolu_01_2");
    assert_eq!(twice[4]["content"][0]["tool_use_id"], "toolu_01_2");
    // A turn that it began by thinking is gone on with by thinking.
    let request = ModelRequest { parameters: that_thinks(Effort::Low), ..question() };
    let body = sent(ModelRequest { turns: history("scripted", KIND, &own), ..request }).await;
    assert_eq!(body["thinking"]["type"], "enabled");
}

#[tokio::test]
async fn a_turn_that_the_service_paused_is_gone_on_with_or_closed() {
    let search = json!({"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}});
    let found = json!({"type": "web_search_tool_result", "tool_use_id": "s1", "content": []});
    let paused = |value: Value| Turn {
        origin: Some(Origin { provider: "scripted".to_owned(), wire: KIND, value }),
        ..Turn::assistant("I look.")
    };
    let open = json!([text("I look."), search]);
    let whole = json!([text("I look."), search, found]);
    let go_on = messages(vec![Turn::user("a"), paused(open.clone())]).await;
    assert_eq!((go_on.as_array().unwrap().len(), &go_on[1]), (2, &model(open.clone())));
    let closed = messages(vec![Turn::user("a"), paused(open), Turn::user("b")]).await;
    assert_eq!(closed[1], model(json!([text("I look.")])));
    let kept = messages(vec![Turn::user("a"), paused(whole.clone()), Turn::user("b")]).await;
    assert_eq!(kept[1], model(whole));
}
