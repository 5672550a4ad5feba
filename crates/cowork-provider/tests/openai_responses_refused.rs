//! The responses wire: refusals are told apart, and what a model or an account can't do is left out from then on.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_provider::FailureKind::*;
use cowork_provider::StopReason::Finished;
use cowork_provider::{Effort, FailureKind, ModelRequest, Origin, ProviderKind, Turn};
use cowork_testkit::{Script, ScriptedProvider};
use serde_json::{Value, json};
use support::{ask, provider_of, question, that_thinks};

const KIND: ProviderKind = ProviderKind::OpenAiResponses;

/// A short answer.
fn hello() -> Script {
    let body = json!({
        "object": "response", "status": "completed", "model": "gpt-5",
        "output": [{"type": "message", "id": "msg_1", "content": [{"type": "output_text", "text": "Hello"}]}],
    });
    Script::new(200).json(&body)
}

/// A refusal as this service words it.
fn refused(status: u16, kind: &str, code: Value, param: Value, message: &str) -> Script {
    let error = json!({ "message": message, "type": kind, "param": param, "code": code });
    Script::new(status).header("x-request-id", "req_9").json(&json!({ "error": error }))
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let invalid = "invalid_request_error";
    let table: Vec<(Script, FailureKind)> = vec![
        (
            refused(
                401,
                invalid,
                json!("invalid_api_key"),
                Value::Null,
                "Incorrect API key provided: sk-Se**89.",
            ),
            Auth,
        ),
        (
            refused(
                401,
                invalid,
                Value::Null,
                Value::Null,
                "You didn't provide an API key. You need to provide one.",
            ),
            Auth,
        ),
        (
            refused(
                403,
                "request_forbidden",
                json!("unsupported_country_region_territory"),
                Value::Null,
                "Country, region, or territory not supported",
            ),
            Forbidden,
        ),
        (
            refused(
                400,
                invalid,
                json!("model_not_found"),
                json!("model"),
                "The requested model 'gpt-9' does not exist.",
            ),
            ModelNotFound,
        ),
        (
            refused(
                429,
                "tokens",
                json!("rate_limit_exceeded"),
                Value::Null,
                "Rate limit reached for gpt-5 in organization org-1 on tokens per min (TPM).",
            )
            .header("retry-after", "7"),
            RateLimited,
        ),
        (
            refused(
                429,
                "insufficient_quota",
                json!("insufficient_quota"),
                Value::Null,
                "You exceeded your current quota, please check your plan and billing details.",
            ),
            Quota,
        ),
        (
            refused(
                503,
                "service_unavailable_error",
                json!("server_is_overloaded"),
                Value::Null,
                "Our servers are currently overloaded. Please try again later.",
            ),
            Overloaded,
        ),
        (refused(503, "server_error", json!("slow_down"), Value::Null, "Slow down."), Overloaded),
        (
            refused(
                500,
                "server_error",
                Value::Null,
                Value::Null,
                "The server had an error while processing your request.",
            ),
            Server,
        ),
        (
            refused(
                400,
                invalid,
                json!("context_length_exceeded"),
                json!("input"),
                "Your input exceeds the context window of this model. Please adjust your input and try again.",
            ),
            ContextLength,
        ),
        (
            refused(
                400,
                invalid,
                json!("invalid_prompt"),
                Value::Null,
                "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
            ),
            ContentFiltered,
        ),
        (
            refused(
                400,
                invalid,
                json!("unsupported_parameter"),
                json!("temperature"),
                "Unsupported parameter: 'temperature' is not supported with this model.",
            ),
            BadRequest,
        ),
        (
            refused(400, invalid, json!("invalid_image_format"), Value::Null, "The image is broken."),
            BadRequest,
        ),
        (Script::new(404).send("404 page not found"), EndpointNotFound),
    ];
    for (script, kind) in table {
        let about = format!("{script:?}");
        let server = ScriptedProvider::start().await;
        server.push(script);
        let whole = ask(&provider_of(KIND, server.base_url()), question()).await;
        assert_eq!(whole.ended(), Err(kind), "{about}");
        assert_eq!(server.requests().len(), 1, "asked again in vain: {about}");
        let wait = whole.failure().retry_after.map(|wait| wait.as_secs());
        assert_eq!(wait, (kind == RateLimited).then_some(7), "{about}");
    }
}

/// A refusal of the request as it stands.
fn unfit(message: &str) -> Script {
    let error = json!({ "message": message, "type": "invalid_request_error", "param": null, "code": null });
    Script::new(400).json(&json!({ "error": error }))
}

fn with_effort(model: &str) -> ModelRequest {
    ModelRequest { model: model.to_owned(), parameters: that_thinks(Effort::Low), ..question() }
}

#[tokio::test]
async fn a_model_without_reasoning_is_asked_without_it_from_then_on() {
    let server = ScriptedProvider::start().await;
    server.when(|request| {
        let plain = request.body["model"] == "gpt-4o";
        Some(if plain && request.body.get("include").is_some() {
            unfit("Encrypted content is not supported with this model.")
        } else if plain && request.body.get("reasoning").is_some() {
            unfit("Unsupported parameter: 'reasoning.effort' is not supported with this model.")
        } else {
            hello()
        })
    });
    let provider = provider_of(KIND, server.base_url());
    for model in ["gpt-4o", "gpt-4o", "gpt-5"] {
        assert_eq!(ask(&provider, with_effort(model)).await.ended(), Ok(Finished), "{model}");
    }
    let asked = server
        .requests()
        .into_iter()
        .map(|request| (request.body.get("include").is_some(), request.body.get("reasoning").is_some()));
    let expected = [(true, true), (false, true), (false, false), (false, false), (true, true)];
    assert_eq!(asked.collect::<Vec<_>>(), expected, "refused twice, remembered for this model alone");
}

#[tokio::test]
async fn an_account_without_summaries_still_reasons() {
    let server = ScriptedProvider::start().await;
    server.when(|request| {
        Some(match request.body["reasoning"].get("summary") {
            Some(_) => unfit("Your organization must be verified to generate reasoning summaries."),
            None => hello(),
        })
    });
    let provider = provider_of(KIND, server.base_url());
    for _ in 0..2 {
        assert_eq!(ask(&provider, with_effort("gpt-5")).await.ended(), Ok(Finished));
    }
    assert_eq!(server.requests().len(), 3);
    assert_eq!(server.request(1).await.body["reasoning"], json!({"effort": "low"}));
}

#[tokio::test]
async fn an_effort_that_a_model_does_not_know_is_left_out() {
    let server = ScriptedProvider::start().await;
    server.when(|request| {
        Some(match request.body.get("reasoning") {
            Some(_) => unfit("Unsupported value: 'low' is not supported with the 'gpt-5-pro' model."),
            None => hello(),
        })
    });
    let provider = provider_of(KIND, server.base_url());
    assert_eq!(ask(&provider, with_effort("gpt-5-pro")).await.ended(), Ok(Finished));
}

#[tokio::test]
async fn answers_that_a_service_does_not_take_back_are_sent_in_neutral_form() {
    let server = ScriptedProvider::start().await;
    server.when(|request| {
        let native = request.body["input"].to_string().contains("encrypted_content");
        Some(if native { unfit("The encrypted content gAAA could not be verified.") } else { hello() })
    });
    let provider = provider_of(KIND, server.base_url());
    let origin = Origin {
        provider: "scripted".to_owned(),
        wire: KIND,
        value: json!([{"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAA", "summary": []}]),
    };
    let mut turns = vec![Turn::assistant("neutral"), Turn::user("And?")];
    turns[0].origin = Some(origin);
    for _ in 0..2 {
        let request = ModelRequest { turns: turns.clone(), ..question() };
        assert_eq!(ask(&provider, request).await.ended(), Ok(Finished));
    }
    assert_eq!(server.requests().len(), 3, "refused once, then remembered");
    let last = server.request(2).await.body;
    assert_eq!(last["input"][0]["content"][0]["text"], "neutral");
    assert!(last.get("include").is_some(), "new answers may be taken back");
}

#[tokio::test]
async fn a_service_that_refuses_whatever_is_left_out_is_not_asked_forever() {
    let server = ScriptedProvider::start().await;
    server.always(unfit("No 'include', no reasoning summary."));
    let whole = ask(&provider_of(KIND, server.base_url()), with_effort("gpt-5")).await;
    assert_eq!(whole.ended(), Err(BadRequest));
    assert_eq!(server.requests().len(), 4);
}
