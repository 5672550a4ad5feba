//! How a model shall answer, on each wire: its names, its limits, and what comes of a refusal.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use cowork_provider::ProviderKind::{self, Anthropic, Gemini, Ollama, OpenAiCompatible, OpenAiResponses};
use cowork_provider::{Effort, FailureKind, ModelRequest, Parameters};
use cowork_testkit::{Script, ScriptedProvider};
use serde_json::{Value, json};
use support::{Whole, ask, provider_of, question};

const ALL: Parameters = Parameters {
    temperature: Some(1.5),
    top_p: Some(0.9),
    max_output_tokens: Some(4_000),
    effort: Some(Effort::Medium),
};
const NONE: Parameters = Parameters { temperature: None, top_p: None, max_output_tokens: None, effort: None };

/// What is asked, and what came back: nothing of use, for a script that fits all wires can say nothing.
async fn asked(kind: ProviderKind, model: &str, parameters: Parameters, refusal: Script) -> (Value, Whole) {
    let server = ScriptedProvider::start().await;
    server.push(refusal);
    let request = ModelRequest { model: model.to_owned(), parameters, ..question() };
    let whole = ask(&provider_of(kind, server.base_url()), request).await;
    (server.request(0).await.body, whole)
}

#[tokio::test]
async fn each_wire_names_and_bounds_them_in_its_way() {
    let calm = Parameters { effort: None, ..ALL };
    let sure = Parameters { temperature: None, ..calm };
    let anthropic = Parameters { temperature: Some(1.0), top_p: None, ..calm };
    let long = Some(8_192);
    let table = [
        (
            (OpenAiCompatible, "m", ALL),
            json!({ "temperature": 1.5, "top_p": 0.9, "max_tokens": 4_000, "reasoning_effort": "medium" }),
            ALL,
        ),
        (
            (OpenAiResponses, "m", ALL),
            json!({
                "temperature": 1.5, "top_p": 0.9, "max_output_tokens": 4_000,
                "reasoning": { "effort": "medium", "summary": "auto" },
            }),
            ALL,
        ),
        (
            (Gemini, "gemini-2.5-flash", ALL),
            json!({ "generationConfig": {
                "temperature": 1.5, "topP": 0.9, "maxOutputTokens": 4_000,
                "thinkingConfig": { "includeThoughts": true, "thinkingBudget": 2_000 },
            } }),
            ALL,
        ),
        (
            (Gemini, "gemini-2.0-flash", ALL),
            json!({ "generationConfig": { "temperature": 1.5, "topP": 0.9, "maxOutputTokens": 4_000 } }),
            calm,
        ),
        (
            (Ollama, "m", ALL),
            json!({
                "options": { "num_predict": 4_000, "temperature": 1.5, "top_p": 0.9 }, "think": "medium",
            }),
            ALL,
        ),
        // One of the two, not above 1, and none beside thinking.
        (
            (Anthropic, "claude-sonnet-4-5", calm),
            json!({ "max_tokens": 4_000, "temperature": 1.0 }),
            anthropic,
        ),
        ((Anthropic, "claude-sonnet-4-5", sure), json!({ "max_tokens": 4_000, "top_p": 0.9 }), sure),
        (
            (Anthropic, "claude-sonnet-4-5", ALL),
            json!({ "max_tokens": 4_000, "thinking": { "type": "enabled", "budget_tokens": 3_000 } }),
            ALL.without_sampling(),
        ),
        ((Anthropic, "claude-opus-4-7", calm), json!({ "max_tokens": 4_000 }), calm.without_sampling()),
        (
            (Anthropic, "claude-3-5-haiku-latest", ALL),
            json!({ "max_tokens": 4_000, "temperature": 1.0 }),
            anthropic,
        ),
        ((OpenAiCompatible, "m", NONE), json!({}), NONE),
        ((OpenAiResponses, "m", NONE), json!({}), NONE),
        ((Gemini, "gemini-2.5-flash", NONE), json!({}), NONE),
        ((Ollama, "m", NONE), json!({}), NONE),
        // This wire has no "as you like".
        (
            (Anthropic, "claude-sonnet-4-5", NONE),
            json!({ "max_tokens": 8_192 }),
            Parameters { max_output_tokens: long, ..NONE },
        ),
    ];
    let mine = [
        "temperature",
        "top_p",
        "max_tokens",
        "max_output_tokens",
        "reasoning_effort",
        "reasoning",
        "thinking",
        "generationConfig",
        "options",
        "think",
    ];
    for ((kind, model, parameters), expected, sent) in table {
        let (body, whole) = asked(kind, model, parameters, Script::new(200)).await;
        let found: Value = mine
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), body.get(*name)?.clone())))
            .collect::<serde_json::Map<_, _>>()
            .into();
        assert_eq!((found, whole.parameters), (expected, sent), "{kind:?} {model}");
    }
}

#[tokio::test]
async fn a_refusal_says_which_setting_to_change() {
    for (kind, said) in [
        (OpenAiResponses, "Unsupported parameter: 'temperature' is not supported with this model."),
        (OpenAiCompatible, "Unsupported value: 'temperature' does not support 1.5 with this model."),
        (Anthropic, "temperature: range: 0..1"),
        (Gemini, "* GenerateContentRequest.generation_config.temperature: out of range"),
        (Ollama, "invalid option temperature"),
    ] {
        let parameters = Parameters { temperature: Some(1.5), ..NONE };
        let body = json!({ "error": { "message": said, "type": "invalid_request_error" } }).to_string();
        let refusal = Script::new(400).header("content-type", "application/json").send(body);
        let (_, whole) = asked(kind, "m", parameters, refusal).await;
        let failure = whole.failure();
        assert_eq!(failure.kind, FailureKind::BadRequest, "{kind:?}");
        assert!(failure.detail.contains("does not take the temperature"), "{}", failure.detail);
        assert!(failure.detail.contains("session's instructions") && failure.detail.contains(said));
    }
}
