//! The wire of the Gemini API: every fixture in every way in which a network can deliver it, refusals, and models.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use cowork_provider::FailureKind::*;
use cowork_provider::StopReason::*;
use cowork_provider::{ModelInfo, Provider, ProviderKind, Usage};
use cowork_testkit::{Script, ScriptedProvider};
use serde_json::{Value, json};
use support::table::{Fixtures, Row};
use support::{Whole, ask, provider_of, question};

const FIXTURES: Fixtures = Fixtures { kind: ProviderKind::Gemini, folder: "gemini" };

fn rows() -> Vec<Row> {
    vec![
        Row::text("text.sse", "Hello, world.", Ok(Finished)),
        Row::text("escapes.sse", "She said \"hi\"\n\ttab and \\ slash\u{2028} 🦀 ü", Ok(Finished)),
        Row::text("utf8.sse", "Grüße, 世界 🦀🦀 é", Ok(Finished)),
        Row::text("thoughts.sse", "Four.", Ok(Finished)).thinks("Let me see."),
        Row::text("signature-on-text.sse", "Four.", Ok(Finished)).thinks("Let me see.").keeps(),
        Row::text("signature-alone.sse", "Four.", Ok(Finished)).keeps(),
        Row::text("signed-thought.sse", "Four.", Ok(Finished)).thinks("Let me see.").keeps(),
        Row::text("tool-calls.sse", "I look.", Ok(ToolCalls)).keeps().calls(&[
            ("f1x9", "weather", r#"{"city":"Paris","days":2}"#),
            ("f1y2", "weather", r#"{"city":"Rome \"IT\""}"#),
        ]),
        Row::text("tool-calls-apart.sse", "", Ok(ToolCalls)).calls(&[
            ("call_Il0taoSYJ5Cez7IP_0", "weather", r#"{"city":"Paris"}"#),
            ("call_Il0taoSYJ5Cez7IP_1", "time", "{}"),
            ("call_Il0taoSYJ5Cez7IP_2", "weather", r#"{"city":"Rome"}"#),
        ]),
        Row::text("tool-call-bare.sse", "", Ok(ToolCalls)).calls(&[("call_Il0taoSYJ5Cez7IP_0", "now", "{}")]),
        Row::text("tool-call-without-id.sse", "", Ok(ToolCalls)).calls(&[("call_0", "now", "{}")]),
        Row::text("tool-call-without-name.sse", "Hello", Ok(Finished)),
        Row::text("tool-args-as-text.sse", "", Ok(ToolCalls)).calls(&[(
            "call_Il0taoSYJ5Cez7IP_0",
            "now",
            r#"{"zone":"UTC"}"#,
        )]),
        Row::text("code.sse", "I compute.\nFour.", Ok(Finished)).keeps(),
        Row::text("image.sse", "A dot:", Ok(Finished)).keeps(),
        Row::text("unknown.sse", "Hello", Ok(Finished)).keeps(),
        Row::text("nulls.sse", "Hello", Ok(Finished)),
        Row::text("no-index.sse", "ab", Ok(Finished)),
        Row::text("other-candidates.sse", "kept too", Ok(Finished)),
        Row::text("huge-index.sse", "abc", Ok(Finished)),
        Row::text("usage-after-finish.sse", "Hello", Ok(Finished)),
        Row::text("text-after-finish.sse", "Hello", Ok(Finished)),
        Row::text("length.sse", "Hello", Ok(Length)),
        Row::text("length-without-text.sse", "", Ok(Length)).thinks("Hm."),
        Row::text("safety.sse", "Hello", Ok(ContentFilter)),
        Row::text("recitation.sse", "", Err(ContentFiltered)),
        Row::text("language.sse", "", Err(ContentFiltered)),
        Row::text("blocklist.sse", "", Err(ContentFiltered)),
        Row::text("prohibited-content.sse", "", Err(ContentFiltered)),
        Row::text("spii.sse", "", Err(ContentFiltered)),
        Row::text("blocked.sse", "", Err(ContentFiltered)),
        Row::text("blocked.json", "", Err(ContentFiltered)),
        Row::text("not-blocked.sse", "Hello", Ok(Finished)),
        Row::text("malformed-call.sse", "", Err(Empty)),
        Row::text("other-reason.sse", "Hello", Ok(Other("OTHER".to_owned()))),
        Row::text("unspecified-reason.sse", "Hello", Ok(Finished)),
        Row::text("error-in-mid-stream.sse", "Hello", Err(Server)),
        Row::text("overloaded-in-mid-stream.sse", "Hello", Err(Overloaded)),
        Row::text("limit-in-mid-stream.sse", "Hello", Err(RateLimited)),
        Row::text("error-after-finish.sse", "Hello", Ok(Finished)),
        Row::text("no-end.sse", "Hello wor", Err(Truncated)),
        Row::text("cut-in-event.sse", "Hello", Err(Truncated)),
        Row::text("last-line-open.sse", "Hello", Ok(Finished)),
        Row::text("garbage.sse", "Hello", Err(Garbage)),
        Row::text("scalar.sse", "Hello", Err(Garbage)),
        Row::text("done-mark.sse", "Hello", Ok(Finished)),
        Row::text("done-mark-without-finish.sse", "Hello", Err(Truncated)),
        Row::text("empty.sse", "", Err(Empty)),
        Row::text("thoughts-only.sse", "", Err(Empty)).thinks("Hm."),
        Row::text("nothing.sse", "", Err(Empty)),
        Row::text("only-comments.sse", "", Err(Empty)),
        Row::text("comments.sse", "Hello", Ok(Finished)),
        Row::text("no-space.sse", "Hello", Ok(Finished)),
        Row::text("data-lines.sse", "Hello", Ok(Finished)),
        Row::text("error-with-200.json", "", Err(Overloaded)),
        Row::text("error-in-list-with-200.json", "", Err(ContextLength)),
        Row::text("whole.json", "Hello.", Ok(Finished)).thinks("Hm.").keeps(),
        Row::text("list.json", "Hello, world.", Ok(Finished)),
        Row::text("list-without-end.json", "Hello", Err(Truncated)),
        Row::text("other.json", "", Err(Garbage)),
        Row::text("broken.json", "", Err(Garbage)),
        Row::text("page.html", "", Err(Garbage)),
    ]
}

async fn answered(name: &str) -> Whole {
    FIXTURES.answer([&FIXTURES.read(name)[..]]).await
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
async fn usage_is_reported_once_and_no_zero_is_made_up() {
    let full = Usage {
        input_tokens: 13,
        output_tokens: 6,
        cached_input_tokens: Some(8),
        reasoning_tokens: Some(2),
        total_tokens: 19,
    };
    let plain = Usage {
        output_tokens: 4,
        cached_input_tokens: None,
        reasoning_tokens: None,
        total_tokens: 17,
        ..full
    };
    let nothing_said = Usage { output_tokens: 0, total_tokens: 13, ..plain };
    let table = [
        ("text.sse", Some(full)),
        ("usage-after-finish.sse", Some(full)),
        ("tool-calls.sse", Some(full)),
        ("whole.json", Some(full)),
        ("no-index.sse", Some(plain)),
        ("blocked.sse", Some(nothing_said)),
        ("no-end.sse", Some(nothing_said)),
        (
            "length-without-text.sse",
            Some(Usage { output_tokens: 100, reasoning_tokens: Some(100), total_tokens: 113, ..plain }),
        ),
        ("code.sse", Some(Usage { input_tokens: 22, total_tokens: 26, ..plain })),
        ("nulls.sse", None),
        ("tool-call-without-id.sse", None),
    ];
    for (name, usage) in table {
        assert_eq!(answered(name).await.usage, usage, "{name}");
    }
}

#[tokio::test]
async fn the_served_model_is_the_one_that_answers() {
    assert_eq!(answered("text.sse").await.served.as_deref(), Some("gemini-2.5-flash"));
    assert_eq!(answered("nulls.sse").await.served, None);
}

#[tokio::test]
async fn what_only_gemini_understands_is_kept_as_it_wrote_it() {
    let parts = |name: &'static str| async move {
        let origin = answered(name).await.origin.expect("something for the origin");
        assert_eq!(origin["role"], "model");
        origin["parts"].clone()
    };
    let signature = "EjQKMgEMOdbHO0Gd+c9Mxk==";
    assert_eq!(
        parts("signature-on-text.sse").await,
        json!([{"text": "Four."}, {"text": "", "thoughtSignature": signature}]),
        "text is joined, but not with what is signed; thoughts are not sent back"
    );
    assert_eq!(
        parts("signature-alone.sse").await,
        json!([{"thoughtSignature": signature}, {"text": "Four."}])
    );
    let signed = json!({"text": "Let me see.", "thought": true, "thoughtSignature": "EjQKMg=="});
    assert_eq!(parts("signed-thought.sse").await, json!([signed, {"text": "Four."}]));
    assert_eq!(
        parts("tool-calls.sse").await,
        json!([
            {"text": "I look."},
            {"functionCall": {"name": "weather", "args": {"city": "Paris", "days": 2}, "id": "f1x9"},
             "thoughtSignature": "EpwCCpkC"},
            {"functionCall": {"name": "weather", "args": {"city": "Rome \"IT\""}, "id": "f1y2"}},
        ])
    );
    assert_eq!(
        parts("code.sse").await,
        json!([
            {"text": "I compute.\n"},
            {"executableCode": {"language": "PYTHON", "code": "print(2+2)\n"}},
            {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "4\n"}},
            {"text": "Four."},
        ])
    );
}

/// A refusal as the service writes it.
fn refusal(code: u16, status: &str, message: &str, details: &Value) -> Script {
    let error = json!({ "code": code, "message": message, "status": status, "details": details });
    Script::new(code).json(&json!({ "error": error }))
}

fn reason(reason: &str) -> Value {
    json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com",
            "metadata": {"service": "generativelanguage.googleapis.com"}}])
}

fn limits(ids: &[&str], delay: &str) -> Value {
    let violations = ids.iter().map(|id| {
        json!({"quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
               "quotaId": id, "quotaDimensions": {"location": "global", "model": "gemini-2.5-pro"}})
    });
    json!([
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": violations.collect::<Vec<_>>()},
        {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"description": "Learn more", "url": "https://x"}]},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
    ])
}

const EXCEEDED: &str = "You exceeded your current quota, please check your plan and billing details. For more \
                        information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.";
const MINUTE: &str = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier";
const DAY: &str = "GenerateRequestsPerDayPerProjectPerModel-FreeTier";

#[tokio::test]
async fn refusals_are_told_apart() {
    let none = json!([]);
    let bad = |message| refusal(400, "INVALID_ARGUMENT", message, &json!([]));
    let spent = |message| refusal(429, "RESOURCE_EXHAUSTED", message, &json!([]));
    let denied = |message| refusal(403, "PERMISSION_DENIED", message, &json!([]));
    let in_list =
        json!([{"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}]);
    let nothing =
        format!("{EXCEEDED}\n* Quota exceeded for metric: requests, limit: 0, model: gemini-2.5-pro");
    let table = [
        (
            refusal(
                400,
                "INVALID_ARGUMENT",
                "API key not valid. Please pass a valid API key.",
                &reason("API_KEY_INVALID"),
            ),
            Auth,
        ),
        (refusal(400, "INVALID_ARGUMENT", "API Key not found.", &reason("API_KEY_INVALID")), Auth),
        (bad("API key expired. Please renew the API key."), Auth),
        (refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", &none), Auth),
        (denied("Method doesn't allow unregistered callers (callers without established identity)."), Auth),
        (denied("Your API key was reported as leaked. Please use another API key."), Auth),
        (
            refusal(
                403,
                "PERMISSION_DENIED",
                "Generative Language API has not been used",
                &reason("SERVICE_DISABLED"),
            ),
            Forbidden,
        ),
        (
            refusal(400, "FAILED_PRECONDITION", "User location is not supported for the API use.", &none),
            Forbidden,
        ),
        (
            refusal(
                404,
                "NOT_FOUND",
                "models/gemini-9 is not found for API version v1beta, or is not supported for generateContent.",
                &none,
            ),
            ModelNotFound,
        ),
        (bad("* GenerateContentRequest.model: unexpected model name format\n"), ModelNotFound),
        (Script::new(404).send("<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>"), EndpointNotFound),
        (refusal(429, "RESOURCE_EXHAUSTED", EXCEEDED, &limits(&[MINUTE], "37s")), RateLimited),
        (refusal(429, "RESOURCE_EXHAUSTED", EXCEEDED, &limits(&[DAY], "37s")), Quota),
        (refusal(429, "RESOURCE_EXHAUSTED", EXCEEDED, &limits(&[MINUTE, DAY], "37s")), Quota),
        (refusal(429, "RESOURCE_EXHAUSTED", &nothing, &limits(&[MINUTE], "37s")), Quota),
        (spent(EXCEEDED), Quota),
        (spent("Your prepayment credits are depleted. Please go to AI Studio."), Quota),
        (spent("Your project has exceeded its monthly spending cap."), Quota),
        (spent("Resource has been exhausted (e.g. check quota)."), RateLimited),
        (
            refusal(
                429,
                "RESOURCE_EXHAUSTED",
                "Quota exceeded for quota metric",
                &reason("RATE_LIMIT_EXCEEDED"),
            ),
            RateLimited,
        ),
        (refusal(503, "UNAVAILABLE", "The model is overloaded. Please try again later.", &none), Overloaded),
        (Script::new(503).json(&in_list), Overloaded),
        (refusal(500, "INTERNAL", "An internal error has occurred.", &none), Server),
        (
            refusal(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.", &none),
            Timeout,
        ),
        (
            bad("The input token count (1200345) exceeds the maximum number of tokens allowed (1048576)."),
            ContextLength,
        ),
        (bad("Function call is missing a thought_signature in functionCall parts."), BadRequest),
    ];
    for (script, kind) in table {
        let about = format!("{script:?}");
        let server = ScriptedProvider::start().await;
        server.push(script);
        let whole = ask(&provider_of(ProviderKind::Gemini, server.base_url()), question()).await;
        assert_eq!(whole.failure().kind, kind, "{about}: {}", whole.failure());
        assert!(!whole.failure().to_string().contains(support::KEY));
    }
}

#[tokio::test]
async fn the_wait_is_read_from_the_body_unless_a_header_says_it() {
    let limited = |delay: &str| refusal(429, "RESOURCE_EXHAUSTED", EXCEEDED, &limits(&[MINUTE], delay));
    let ms = Duration::from_millis;
    let table = [
        (limited("37s"), Some(ms(37_000))),
        (limited("0.25s"), Some(ms(250))),
        (limited("1e300s"), None),
        (limited("-3s"), None),
        (limited("99999999s"), Some(ms(86_400_000))),
        (limited("soon"), None),
        (limited("37s").header("retry-after", "5"), Some(ms(5_000))),
    ];
    for (script, wait) in table {
        let about = format!("{script:?}");
        let server = ScriptedProvider::start().await;
        server.push(script);
        let whole = ask(&provider_of(ProviderKind::Gemini, server.base_url()), question()).await;
        assert_eq!((whole.ended(), whole.failure().retry_after), (Err(RateLimited), wait), "{about}");
    }
}

async fn listed(
    answer: impl Fn(&str) -> Value + Send + Sync + 'static,
) -> (Result<Vec<ModelInfo>, cowork_provider::FailureKind>, Vec<String>) {
    let server = ScriptedProvider::start().await;
    server.when(move |request| Some(Script::new(200).json(&answer(&request.path))));
    let models = provider_of(ProviderKind::Gemini, server.base_url()).models().await;
    let paths = server.requests().iter().map(|request| request.path.clone()).collect();
    assert!(server.requests().iter().all(|request| request.header("x-goog-api-key") == Some(support::KEY)));
    (models.map_err(|failure| failure.kind), paths)
}

#[tokio::test]
async fn models_are_listed_page_by_page_with_what_is_told_of_them() {
    let (models, paths) = listed(|path| {
        if path.ends_with("pageToken=a%2B%2F%3D%26b") {
            return json!({"models": [{"name": "models/some-other-model", "supportedGenerationMethods": ["generateContent"]},
                {"name": "tunedModels/mine-1", "displayName": "Mine"}, {"noName": 1}]});
        }
        json!({"nextPageToken": "a+/=&b", "models": [
            {"name": "models/gemini-2.5-pro", "version": "2.5", "displayName": "Gemini 2.5 Pro", "description": "d",
             "inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536, "thinking": true, "temperature": 1,
             "supportedGenerationMethods": ["generateContent", "countTokens"]},
            {"name": "models/gemini-embedding-001", "supportedGenerationMethods": ["embedContent"]},
        ]})
    })
    .await;
    let expected = [
        ModelInfo {
            label: Some("Gemini 2.5 Pro".to_owned()),
            context_window: Some(1_048_576),
            output_limit: Some(65_536),
            reasoning: Some(true),
            ..ModelInfo::named("gemini-2.5-pro")
        },
        ModelInfo::named("some-other-model"),
        ModelInfo { label: Some("Mine".to_owned()), ..ModelInfo::named("tunedModels/mine-1") },
    ];
    assert_eq!(models.as_deref(), Ok(&expected[..]));
    assert_eq!(paths, ["/v1/models?pageSize=1000", "/v1/models?pageSize=1000&pageToken=a%2B%2F%3D%26b"]);
}

#[tokio::test]
async fn odd_lists_of_models_end() {
    let (models, paths) =
        listed(|_| json!({"models": [{"name": "models/a"}], "nextPageToken": "again"})).await;
    assert_eq!((models.map(|models| models.len()), paths.len()), (Ok(20), 20));
    assert_eq!(listed(|_| json!({})).await.0, Ok(Vec::new()));
    assert_eq!(listed(|_| json!({"data": []})).await.0, Err(Garbage));
    assert_eq!(listed(|_| json!([7])).await.0, Err(Garbage));
}
