//! Ollama's API: every fixture, in every way in which a network can deliver it; refusals; the list of models.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_provider::FailureKind::{self, *};
use cowork_provider::StopReason::*;
use cowork_provider::{
    Effort, ModelInfo, ModelRequest, Provider, ProviderConfig, ProviderKind, Remote, Usage,
};
use cowork_testkit::{Recorded, Script, ScriptedProvider, Step};
use serde_json::{Value, json};
use support::table::{Fixtures, Row};
use support::{ask, provider_of, question, that_thinks};

const FIXTURES: Fixtures = Fixtures { kind: ProviderKind::Ollama, folder: "ollama" };

fn rows() -> Vec<Row> {
    const WEATHER: &str = "{\"city\":\"Bonn\"}";
    vec![
        Row::text("text.ndjson", "Hello, world.", Ok(Finished)),
        Row::text("utf8.ndjson", "Grüße, 世界 🦀\u{2028} \"q\" \\ \t🦀", Ok(Finished)),
        Row::text("thinking.ndjson", "Four.", Ok(Finished)).thinks("Let me see.").keeps(),
        Row::text("calls.ndjson", "Text.", Ok(ToolCalls)).calls(&[
            ("call_0", "weather", WEATHER),
            ("call_1", "time", "{\"zone\":\"CET\",\"short\":true}"),
        ]),
        Row::text("calls-apart.ndjson", "", Ok(ToolCalls))
            .calls(&[("call_9k2m", "weather", WEATHER), ("call_x81c", "weather", "{\"city\":\"Kiel\"}")]),
        Row::text("calls-in-last-line.ndjson", "", Ok(ToolCalls)).calls(&[("call_0", "time", "{}")]),
        Row::text("calls-odd-index.ndjson", "", Ok(ToolCalls)).calls(&[
            ("call_0", "a", "{}"),
            ("call_1", "b", "{}"),
            ("call_2", "c", "{}"),
            ("call_3", "d", "{}"),
            ("call_4", "e", "{}"),
        ]),
        Row::text("calls-as-text.ndjson", "", Ok(ToolCalls)).calls(&[("call_1", "weather", WEATHER)]),
        Row::text("calls-unknown.ndjson", "", Ok(ToolCalls)).calls(&[("call_0", "time", "{}")]),
        Row::text("thinking-calls.ndjson", "", Ok(ToolCalls))
            .thinks("I need the weather.")
            .calls(&[("call_9k2m", "weather", WEATHER)])
            .keeps(),
        Row::text("sealed-call.ndjson", "", Ok(ToolCalls))
            .calls(&[("call_9k2m", "weather", WEATHER)])
            .keeps(),
        Row::text("error-in-mid-stream.ndjson", "Hello", Err(Server)),
        Row::text("overloaded-in-mid-stream.ndjson", "Hello", Err(Overloaded)),
        Row::text("too-long-in-mid-stream.ndjson", "Hello", Err(ContextLength)),
        Row::text("error-after-finish.ndjson", "Hello", Ok(Finished)),
        Row::text("no-end.ndjson", "Hello wor", Err(Truncated)),
        Row::text("cut-in-line.ndjson", "Hello", Err(Truncated)),
        Row::text("last-line-open.ndjson", "Hello", Ok(Finished)),
        Row::text("garbage.ndjson", "Hello", Err(Garbage)),
        Row::text("scalar.ndjson", "Hello", Err(Garbage)),
        Row::text("length.ndjson", "Hello", Ok(Length)),
        Row::text("length-in-thinking.ndjson", "", Ok(Length)).thinks("Hm.").keeps(),
        Row::text("content-filter.ndjson", "Hello", Ok(ContentFilter)),
        Row::text("content-filter-at-once.ndjson", "", Err(ContentFiltered)),
        Row::text("other-reason.ndjson", "Hello", Ok(Other("repetition".to_owned()))),
        Row::text("no-reason.ndjson", "Hello", Ok(Finished)),
        Row::text("usage-after-finish.ndjson", "Hello", Ok(Finished)),
        Row::text("usage-missing.ndjson", "Hello", Ok(Finished)),
        Row::text("usage-floats.ndjson", "Hello", Ok(Finished)),
        Row::text("after-done.ndjson", "Hello", Ok(Finished)),
        Row::text("blank-lines.ndjson", "Hello", Ok(Finished)),
        Row::text("unknown.ndjson", "Hello", Ok(Finished)),
        Row::text("empty.ndjson", "", Err(Empty)),
        Row::text("thinking-only.ndjson", "", Err(Empty)).thinks("Hm."),
        Row::text("load.ndjson", "", Err(Empty)),
        Row::text("unload.ndjson", "", Err(Empty)),
        Row::text("nothing.ndjson", "", Err(Empty)),
        Row::text("error-with-200.json", "", Err(Server)),
        Row::text("quota-with-200.json", "", Err(Quota)),
        Row::text("whole.json", "Hello.", Ok(Finished)).thinks("Hm.").keeps(),
        Row::text("other.json", "", Err(Truncated)),
        Row::text("broken.json", "", Err(Truncated)),
        Row::text("page.html", "", Err(Garbage)),
    ]
}

#[tokio::test]
async fn every_fixture_in_every_way() {
    FIXTURES.every_way(&rows()).await;
}

#[test]
fn the_table_is_complete() {
    FIXTURES.complete(&rows());
}

#[tokio::test]
async fn usage_is_what_the_server_counted_or_nothing() {
    let full = Usage {
        input_tokens: 13,
        output_tokens: 4,
        cached_input_tokens: None,
        reasoning_tokens: None,
        total_tokens: 17,
    };
    let table = [
        ("text.ndjson", Some(full)),
        ("usage-after-finish.ndjson", Some(full)),
        ("usage-floats.ndjson", Some(full)),
        ("empty.ndjson", Some(full)),
        ("whole.json", Some(full)),
        ("usage-missing.ndjson", None),
        ("load.ndjson", None),
        ("no-end.ndjson", None),
    ];
    for (name, usage) in table {
        let whole = FIXTURES.answer([&FIXTURES.read(name)[..]]).await;
        assert_eq!(whole.usage, usage, "{name}");
    }
    let whole = FIXTURES.answer([&FIXTURES.read("text.ndjson")[..]]).await;
    assert_eq!((whole.served.as_deref(), whole.opening), (Some("qwen3:8b"), vec!["headers", "first byte"]));
}

#[tokio::test]
async fn what_goes_back_to_the_server_is_kept_as_it_came() {
    let call = |more: Value| {
        let mut call = json!({
            "id": "call_9k2m",
            "function": { "index": 0, "name": "weather", "arguments": { "city": "Bonn" } },
        });
        if !more.is_null() {
            call["thought_signature"] = more;
        }
        call
    };
    let table = [
        ("thinking.ndjson", json!({"role": "assistant", "content": "Four.", "thinking": "Let me see."})),
        (
            "thinking-calls.ndjson",
            json!({
                "role": "assistant", "content": "", "thinking": "I need the weather.",
                "tool_calls": [call(Value::Null)],
            }),
        ),
        (
            "sealed-call.ndjson",
            json!({"role": "assistant", "content": "", "tool_calls": [call("c2VhbGVk".into())]}),
        ),
    ];
    for (name, origin) in table {
        assert_eq!(FIXTURES.answer([&FIXTURES.read(name)[..]]).await.origin, Some(origin), "{name}");
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let error = |status, message: &str| Script::new(status).json(&json!({ "error": message }));
    let table: Vec<(Script, FailureKind)> = vec![
        (error(401, "unauthorized"), Auth),
        (
            Script::new(401).json(&json!({"error": "unauthorized", "signin_url": "https://ollama.com/c"})),
            Auth,
        ),
        (error(403, "this model requires a subscription, upgrade for access"), Forbidden),
        (error(404, "model 'x' not found"), ModelNotFound),
        (error(404, "model \"x\" not found, try pulling it first"), ModelNotFound),
        (Script::new(404).send("404 page not found"), EndpointNotFound),
        (error(400, "\"x\" does not support chat"), BadRequest),
        (error(400, "registry.ollama.ai/library/x:latest does not support tools"), BadRequest),
        (error(400, "the input length exceeds the context length"), ContextLength),
        (error(429, "you (x) have reached your weekly usage limit, upgrade for higher limits"), Quota),
        (error(429, "you've reached your hourly usage limit, please wait or upgrade to continue"), Quota),
        (error(429, "too many requests").header("retry-after", "7"), RateLimited),
        (error(500, "llama runner process has terminated: exit status 2"), Server),
        (error(500, "model requires more system memory (9.1 GiB) than is available (4.2 GiB)"), Server),
        (error(503, "server busy, please try again.  maximum pending requests exceeded"), Overloaded),
        (error(502, "upstream error"), Server),
    ];
    for (script, kind) in table {
        let about = format!("{script:?}");
        let server = ScriptedProvider::start().await;
        server.push(script);
        let whole = ask(&provider_of(ProviderKind::Ollama, server.base_url()), question()).await;
        let failure = whole.failure();
        assert_eq!(failure.kind, kind, "{about}: {failure}");
        let wait = failure.retry_after.map(|wait| wait.as_secs());
        assert_eq!(wait, (kind == RateLimited).then_some(7), "{about}");
        assert_eq!(server.requests().len(), 1, "{about}");
    }
}

#[tokio::test]
async fn a_model_that_takes_less_thinking_is_asked_for_less_and_that_is_remembered() {
    let server = ScriptedProvider::start().await;
    let answer = Script::new(200).send(FIXTURES.read("text.ndjson"));
    server.when(move |request| {
        let (think, model) = (&request.body["think"], request.body["model"].as_str()?);
        let refusal = match (model, think) {
            ("plain", think) if !think.is_null() => "\"plain\" does not support thinking",
            ("switch", Value::String(_)) => "think value \"high\" is not supported for this model",
            _ => return Some(answer.clone()),
        };
        Some(Script::new(400).json(&json!({ "error": refusal })))
    });
    let provider = provider_of(ProviderKind::Ollama, server.base_url());
    let asked = |model: &str| ModelRequest {
        model: model.to_owned(),
        parameters: that_thinks(Effort::High),
        ..question()
    };
    for model in ["plain", "plain", "switch", "switch", "levels", "levels"] {
        assert_eq!(ask(&provider, asked(model)).await.ended(), Ok(Finished), "{model}");
    }
    let asked = server.requests();
    let thought = |model: &str| {
        let of_model = asked.iter().filter(|request| request.body["model"] == model);
        of_model.map(|request| request.body.get("think").cloned()).collect::<Vec<_>>()
    };
    assert_eq!(thought("plain"), [Some(json!("high")), None, None]);
    assert_eq!(thought("switch"), [Some(json!("high")), Some(json!(true)), Some(json!(true))]);
    assert_eq!(thought("levels"), [Some(json!("high")), Some(json!("high"))]);
}

#[tokio::test]
async fn a_server_that_refuses_whatever_is_asked_is_not_asked_for_ever() {
    let server = ScriptedProvider::start().await;
    server.always(Script::new(400).json(&json!({ "error": "\"x\" does not support thinking" })));
    let provider = provider_of(ProviderKind::Ollama, server.base_url());
    let request = ModelRequest { parameters: that_thinks(Effort::Low), ..question() };
    assert_eq!(ask(&provider, request).await.ended(), Err(BadRequest));
    assert_eq!(server.requests().len(), 4);
}

/// A server with these models, each with what it tells about itself.
async fn with_models(
    models: &[&str],
    show: impl Fn(&str) -> Script + Send + Sync + 'static,
) -> ScriptedProvider {
    let server = ScriptedProvider::start().await;
    let entry = |name: &&str| {
        json!({
            "name": name, "model": name, "modified_at": "2025-10-01T10:00:00.123+02:00", "size": 5_225_388_164_u64,
            "digest": "500a1f067a9f", "details": { "parent_model": "", "format": "gguf", "family": "qwen3" },
        })
    };
    let list = json!({ "models": models.iter().map(entry).collect::<Vec<_>>() });
    server.when(move |request: &Recorded| match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/v1/api/tags") => Some(Script::new(200).json(&list)),
        ("POST", "/v1/api/show") => Some(show(request.body["model"].as_str()?)),
        _ => None,
    });
    server
}

#[tokio::test]
async fn models_tell_what_they_can() {
    let server = with_models(
        &["qwen3:8b", "gemma3:4b", "small", "old", "gone", "odd", "nomic-embed-text"],
        |model| {
            let told = match model {
                "qwen3:8b" => json!({
                    "modelfile": "FROM qwen3", "parameters": "stop \"<|im_end|>\"\ntemperature 0.6",
                    "capabilities": ["completion", "tools", "thinking"],
                    "model_info": { "general.architecture": "qwen3", "qwen3.context_length": 40_960 },
                }),
                "gemma3:4b" => json!({
                    "capabilities": ["completion", "vision"],
                    "model_info": {
                        "general.architecture": "gemma3", "a.context_length": 7, "gemma3.context_length": 131_072,
                    },
                }),
                "small" => json!({
                    "parameters": "temperature 1\nnum_ctx                        8192",
                    "capabilities": ["completion"], "model_info": { "llama.context_length": 131_072 },
                }),
                "old" => json!({ "modelfile": "FROM llama2", "model_info": { "llama.context_length": 0 } }),
                "odd" => json!(["what"]),
                "nomic-embed-text" => json!({ "capabilities": ["embedding"], "model_info": {} }),
                _ => return Script::new(404).json(&json!({ "error": "model 'gone' not found" })),
            };
            Script::new(200).json(&told)
        },
    );
    let server = server.await;
    let listed = provider_of(ProviderKind::Ollama, server.base_url()).models().await.expect("a list");
    let told = |id: &str, window: Option<u64>, images: bool, tools: bool, reasoning: bool| ModelInfo {
        context_window: window,
        images: Some(images),
        tools: Some(tools),
        reasoning: Some(reasoning),
        ..ModelInfo::named(id)
    };
    let expected = [
        told("qwen3:8b", Some(40_960), false, true, true),
        told("gemma3:4b", Some(131_072), true, false, false),
        told("small", Some(8_192), false, false, false),
        ModelInfo::named("old"),
        ModelInfo::named("gone"),
        ModelInfo::named("odd"),
    ];
    assert_eq!(listed, expected);
    assert!(server.requests().iter().all(|request| request.header("authorization").is_some()));
}

#[tokio::test]
async fn no_more_models_are_asked_than_people_wait_for() {
    let names = (0..200).map(|number| format!("m{number}")).collect::<Vec<_>>();
    let names = names.iter().map(String::as_str).collect::<Vec<_>>();
    let server =
        with_models(&names, |_| Script::new(200).json(&json!({ "capabilities": ["completion"] }))).await;
    let listed = provider_of(ProviderKind::Ollama, server.base_url()).models().await.expect("a list");
    assert_eq!((listed.len(), listed[63].tools, listed[64].tools), (200, Some(false), None));
    assert_eq!(server.requests().iter().filter(|request| request.path == "/v1/api/show").count(), 64);
}

#[tokio::test]
async fn a_model_that_does_not_answer_is_listed_all_the_same() {
    let server = with_models(&["mute", "quick"], |model| {
        let script = Script::new(200).json(&json!({ "capabilities": ["completion", "tools"] }));
        if model == "mute" { script.before(Step::Stall) } else { script }
    });
    let server = server.await;
    let mut config = ProviderConfig::new("local", ProviderKind::Ollama);
    config.base_url = Some(server.base_url());
    config.timeouts.first_byte = std::time::Duration::from_millis(200);
    let listed = Remote::new(config).expect("usable").models().await.expect("a list");
    let tools = listed.iter().map(|model| (model.id.as_str(), model.tools)).collect::<Vec<_>>();
    assert_eq!(tools, [("mute", None), ("quick", Some(true))]);
}

#[tokio::test]
async fn what_is_no_list_is_refused() {
    let table = [
        (Script::new(200).json(&json!({ "models": [] })), Ok(0)),
        (Script::new(200).json(&json!({ "models": [{ "name": "only-named" }, { "no": "name" }, 7] })), Ok(1)),
        (Script::new(200).json(&json!({ "models": null })), Err(Garbage)),
        (Script::new(200).send("Ollama is running"), Err(Garbage)),
        (Script::new(401).json(&json!({ "error": "unauthorized" })), Err(Auth)),
    ];
    for (script, expected) in table {
        let server = ScriptedProvider::start().await;
        server.when(move |request| request.path.ends_with("/api/tags").then(|| script.clone()));
        let listed = provider_of(ProviderKind::Ollama, server.base_url()).models().await;
        assert_eq!(listed.map(|models| models.len()).map_err(|failure| failure.kind), expected);
    }
}
