//! Anthropic's messages wire, read: every fixture in every way in which a network can deliver it, refusals, lists.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use cowork_provider::FailureKind::{self, *};
use cowork_provider::StopReason::*;
use cowork_provider::{ModelInfo, Provider, ProviderKind, Usage};
use cowork_testkit::{Script, ScriptedProvider};
use serde_json::{Value, json};
use support::table::{Fixtures, Row};
use support::{ask, provider_of, question};

const KIND: ProviderKind = ProviderKind::Anthropic;
const FIXTURES: Fixtures = Fixtures { kind: KIND, folder: "anthropic" };
/// A call of the fixtures.
const WEATHER: (&str, &str, &str) = ("toolu_01", "weather", "{\"city\":\"Paris\"}");

fn rows() -> Vec<Row> {
    let hello = |name, end| Row::text(name, "Hello", end);
    vec![
        Row::text("text.sse", "Hello, world.", Ok(Finished)),
        hello("no-event-lines.sse", Ok(Finished)),
        hello("wrong-event-lines.sse", Ok(Finished)),
        Row::text("escapes.sse", "She said \"hi\"\n\ttab and \\ slash\u{2028} 🦀 ü", Ok(Finished)),
        Row::text("utf8.sse", "Grüße, 世界 🦀🦀 é", Ok(Finished)),
        Row::text("two-texts.sse", "One. Two.", Ok(Finished)),
        Row::text("tool-calls.sse", "Text.", Ok(ToolCalls)).calls(&[
            ("toolu_01", "weather", "{\"city\": \"Paris\"}"),
            ("toolu_02", "time", "{\"zone\": \"CET\"}"),
        ]),
        Row::text("tool-calls-interleaved.sse", "", Ok(ToolCalls)).calls(&[
            ("toolu_01", "weather", "{\"city\":\"\\u00fc\"}"),
            ("toolu_02", "time", "{\"zone\":1}"),
        ]),
        Row::text("tool-input-at-once.sse", "", Ok(ToolCalls)).calls(&[WEATHER]),
        Row::text("tool-without-arguments.sse", "", Ok(ToolCalls)).calls(&[("toolu_01", "now", "{}")]),
        Row::text("tool-finished.sse", "", Ok(ToolCalls)).calls(&[("toolu_01", "now", "{}")]),
        Row::text("tool-without-id.sse", "Text.", Ok(ToolCalls)).calls(&[("call_1", "now", "{}")]),
        Row::text("thinking.sse", "Four.", Ok(Finished)).thinks("Let me see.").keeps(),
        Row::text("thinking-unseen.sse", "Four.", Ok(Finished)).keeps(),
        Row::text("thinking-then-tool.sse", "", Ok(ToolCalls)).thinks("Hm.").calls(&[WEATHER]).keeps(),
        Row::text("thinking-broken-tool.sse", "", Ok(ToolCalls))
            .thinks("Hm.")
            .calls(&[("toolu_01", "weather", "{\"city\":")])
            .keeps(),
        Row::text("thinking-only.sse", "", Err(Empty)).thinks("Hm."),
        Row::text("redacted-thinking.sse", "Four.", Ok(Finished)).thinks("Hm.").keeps(),
        Row::text("server-tool.sse", "I look. It rains.", Ok(Finished)).keeps(),
        Row::text("pause-turn.sse", "I look. ", Ok(Other("pause_turn".to_owned()))).keeps(),
        hello("error-in-mid-stream.sse", Err(Server)),
        hello("overloaded-in-mid-stream.sse", Err(Overloaded)),
        hello("filtered-in-mid-stream.sse", Err(ContentFiltered)),
        hello("error-without-words.sse", Err(Server)),
        hello("error-after-finish.sse", Ok(Finished)),
        Row::text("no-end.sse", "Hello wor", Err(Truncated)),
        hello("cut-in-event.sse", Err(Truncated)),
        hello("no-stop.sse", Ok(Finished)),
        hello("last-line-open.sse", Ok(Finished)),
        hello("stop-without-reason.sse", Ok(Finished)),
        hello("garbage.sse", Err(Garbage)),
        hello("scalar.sse", Err(Garbage)),
        hello("length.sse", Ok(Length)),
        Row::text("length-in-thinking.sse", "", Ok(Length)).thinks("Hm."),
        hello("length-in-call.sse", Ok(Length)).thinks("Hm.").keeps(),
        hello("context-window.sse", Ok(Length)),
        hello("stop-sequence.sse", Ok(Finished)),
        hello("refusal.sse", Ok(ContentFilter)),
        Row::text("refusal-at-once.sse", "", Err(ContentFiltered)),
        hello("other-reason.sse", Ok(Other("something_new".to_owned()))),
        Row::text("no-index.sse", "Text.", Ok(ToolCalls))
            .thinks("Hm.")
            .calls(&[("toolu_01", "f", "{\"a\":1}")])
            .keeps(),
        Row::text("huge-index.sse", "Text.", Ok(ToolCalls))
            .calls(&[("toolu_01", "f", "{\"a\":1}"), ("toolu_02", "g", "{}")]),
        Row::text("same-index.sse", "Text.", Ok(ToolCalls))
            .calls(&[("toolu_01", "f", "{\"a\":1}"), ("toolu_02", "g", "{\"b\":2}")]),
        hello("no-block-start.sse", Ok(Finished)).thinks("Hm."),
        hello("odd-types.sse", Ok(Finished)),
        hello("unknown.sse", Ok(Finished)),
        hello("unknown-whole.sse", Ok(Finished)).keeps(),
        hello("usage-after-finish.sse", Ok(Finished)),
        hello("usage-zero-at-first.sse", Ok(Finished)),
        hello("usage-zero-at-last.sse", Ok(Finished)),
        hello("usage-output-only.sse", Ok(Finished)),
        Row::text("empty.sse", "", Err(Empty)),
        Row::text("blank-text.sse", "", Err(Empty)),
        Row::text("nothing.sse", "", Err(Empty)),
        Row::text("only-comments.sse", "", Err(Empty)),
        hello("comments.sse", Ok(Finished)),
        hello("data-lines.sse", Ok(Finished)),
        hello("after-stop.sse", Ok(Finished)),
        Row::text("error-with-200.json", "", Err(Quota)),
        Row::text("whole.json", "Hello.", Ok(ToolCalls)).thinks("Hm.").calls(&[WEATHER]).keeps(),
        Row::text("other.json", "", Err(Garbage)),
        Row::text("broken.json", "", Err(Garbage)),
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
async fn usage_counts_what_was_cached_as_sent() {
    let full = Usage {
        input_tokens: 13,
        output_tokens: 4,
        cached_input_tokens: Some(8),
        reasoning_tokens: None,
        total_tokens: 17,
    };
    let bare = Usage { cached_input_tokens: None, ..full };
    let begun = Usage { output_tokens: 1, total_tokens: 14, ..full };
    let table = [
        ("text.sse", Some(full)),
        ("thinking.sse", Some(Usage { reasoning_tokens: Some(2), ..full })),
        ("usage-after-finish.sse", Some(full)),
        ("usage-zero-at-first.sse", Some(bare)),
        ("usage-zero-at-last.sse", Some(full)),
        ("usage-output-only.sse", None),
        ("odd-types.sse", None),
        ("server-tool.sse", Some(Usage { input_tokens: 40, total_tokens: 44, ..full })),
        ("no-end.sse", Some(begun)),
        ("error-in-mid-stream.sse", Some(begun)),
        ("refusal-at-once.sse", Some(full)),
        ("whole.json", Some(full)),
        ("nothing.sse", None),
    ];
    for (name, usage) in table {
        assert_eq!(FIXTURES.answer([&FIXTURES.read(name)[..]]).await.usage, usage, "{name}");
    }
}

#[tokio::test]
async fn what_only_the_origin_understands_is_kept_whole() {
    let thinking = json!({"type": "thinking", "thinking": "Hm.", "signature": "EqQBCkYIBxgCKkBm"});
    let text = |text: &str| json!({"type": "text", "text": text});
    let call =
        |input: Value| json!({"type": "tool_use", "id": "toolu_01", "name": "weather", "input": input});
    let search = json!({
        "type": "server_tool_use", "id": "srvtoolu_01", "name": "web_search", "input": {"query": "rain"},
    });
    let mut direct = call(json!({"city": "Paris"}));
    direct["caller"] = json!({"type": "direct"});
    let table = [
        (
            "redacted-thinking.sse",
            json!([thinking, {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3p"}, text("Four.")]),
        ),
        (
            "thinking-unseen.sse",
            json!([{"type": "thinking", "thinking": "", "signature": "EqQBCkYIBxgCKkBm"}, text("Four.")]),
        ),
        ("thinking-then-tool.sse", json!([thinking, direct])),
        ("thinking-broken-tool.sse", json!([thinking, call(json!({"INVALID_JSON": "{\"city\":"}))])),
        ("length-in-call.sse", json!([thinking, text("Hello")])),
        ("whole.json", json!([thinking, text("Hello."), call(json!({"city": "Paris"}))])),
        ("unknown-whole.sse", json!([{"type": "telepathy", "waves": [1]}, text("Hello")])),
        ("pause-turn.sse", json!([text("I look. "), search])),
        (
            "server-tool.sse",
            json!([text("I look. "), search, {
                "type": "web_search_tool_result",
                "tool_use_id": "srvtoolu_01",
                "content": [{
                    "type": "web_search_result",
                    "title": "A",
                    "url": "https://example.org/a",
                    "encrypted_content": "EqgfCioIARgB",
                    "page_age": null,
                }],
            }, {
                "type": "text",
                "text": "It rains.",
                "citations": [{
                    "type": "web_search_result_location",
                    "url": "https://example.org/a",
                    "title": "A",
                    "encrypted_index": "Eo8BCioI",
                    "cited_text": "It rains.",
                }],
            }]),
        ),
    ];
    for (name, origin) in table {
        assert_eq!(FIXTURES.answer([&FIXTURES.read(name)[..]]).await.origin, Some(origin), "{name}");
    }
}

#[tokio::test]
async fn an_answer_opens_with_what_the_engine_measures() {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).header("request-id", "req_7").send(FIXTURES.read("text.sse")));
    let whole = ask(&provider_of(KIND, server.base_url()), question()).await;
    assert_eq!(whole.opening, ["headers", "first byte"]);
    assert_eq!(whole.request_id.as_deref(), Some("req_7"));
    assert_eq!(whole.served.as_deref(), Some("claude-sonnet-4-5-20250929"));
}

fn refuse(status: u16, kind: &str, message: &str) -> Script {
    let body = json!({
        "type": "error",
        "error": {"type": kind, "message": message},
        "request_id": "req_011",
    });
    Script::new(status).header("request-id", "req_011").json(&body)
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let invalid = "invalid_request_error";
    let table: Vec<(u16, &str, &str, FailureKind)> = vec![
        (401, "authentication_error", "invalid x-api-key", Auth),
        (403, "permission_error", "Your API key does not have permission to use the resource.", Forbidden),
        (403, "forbidden", "Request not allowed", Forbidden),
        (404, "not_found_error", "model: claude-opus-9", ModelNotFound),
        (404, "not_found_error", "Not found", EndpointNotFound),
        (400, invalid, "model: Field required", BadRequest),
        (400, invalid, "\"thinking.type.enabled\" is not supported for this model.", BadRequest),
        (413, "request_too_large", "Request exceeds the maximum size", ContextLength),
        (
            429,
            "rate_limit_error",
            "This request would exceed your organization's rate limit of 30,000 input tokens per minute",
            RateLimited,
        ),
        (500, "api_error", "Internal server error", Server),
        (504, "timeout_error", "The request timed out", Timeout),
        (529, "overloaded_error", "Overloaded", Overloaded),
        (503, "api_error", "Service Unavailable", Overloaded),
        (400, invalid, "prompt is too long: 210000 tokens > 200000 maximum", ContextLength),
        (
            400,
            invalid,
            "input length and `max_tokens` exceed context limit: 198000 + 8192 > 200000, decrease input length \
             or `max_tokens` and try again",
            ContextLength,
        ),
        (
            400,
            invalid,
            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to \
             upgrade or purchase credits.",
            Quota,
        ),
        (402, "billing_error", "There is an issue with your billing", Quota),
        (400, invalid, "You have reached your specified API usage limits.", Quota),
        (400, invalid, "Output blocked by content filtering policy", ContentFiltered),
        (
            400,
            invalid,
            "max_tokens: 900000 > 64000, which is the maximum allowed number of output tokens for \
             claude-sonnet-4-5-20250929",
            BadRequest,
        ),
    ];
    for (status, kind, message, expected) in table {
        let server = ScriptedProvider::start().await;
        server.push(refuse(status, kind, message).header("retry-after", "7"));
        let whole = ask(&provider_of(KIND, server.base_url()), question()).await;
        let failure = whole.failure();
        assert_eq!(failure.kind, expected, "{message}: {failure}");
        assert_eq!((failure.status, failure.request_id.as_deref()), (Some(status), Some("req_011")));
        assert_eq!(failure.retry_after, Some(Duration::from_secs(7)));
    }
}

#[tokio::test]
async fn models_come_in_pages() {
    let server = ScriptedProvider::start().await;
    server.when(|request| {
        assert_eq!(request.header("x-api-key"), Some(support::KEY));
        assert_eq!(request.header("anthropic-version"), Some("2023-06-01"));
        let page = match request.path.as_str() {
            "/v1/models?limit=1000" => json!({
                "data": [{
                    "type": "model",
                    "id": "claude-opus-4-6",
                    "display_name": "Claude Opus 4.6",
                    "created_at": "2026-02-04T00:00:00Z",
                    "max_input_tokens": 200_000,
                    "max_tokens": 128_000,
                    "capabilities": {
                        "image_input": {"supported": true},
                        "thinking": {"supported": true, "types": {"adaptive": {"supported": true}}},
                    },
                }, {"no": "id"}],
                "has_more": true,
                "first_id": "claude-opus-4-6",
                "last_id": "claude/ü&1",
            }),
            "/v1/models?limit=1000&after_id=claude%2F%C3%BC%261" => json!({
                "data": [{"type": "model", "id": "claude-3-haiku-20240307", "display_name": "Claude Haiku 3",
                          "max_input_tokens": null, "max_tokens": 0, "capabilities": null}],
                "has_more": false,
                "first_id": "claude-3-haiku-20240307",
                "last_id": "claude-3-haiku-20240307",
            }),
            other => panic!("{other} was asked for"),
        };
        Some(Script::new(200).json(&page))
    });
    let first = ModelInfo {
        label: Some("Claude Opus 4.6".to_owned()),
        context_window: Some(200_000),
        output_limit: Some(128_000),
        images: Some(true),
        reasoning: Some(true),
        ..ModelInfo::named("claude-opus-4-6")
    };
    let second =
        ModelInfo { label: Some("Claude Haiku 3".to_owned()), ..ModelInfo::named("claude-3-haiku-20240307") };
    let listed = provider_of(KIND, server.base_url()).models().await.expect("a list");
    assert_eq!(listed, [first, second]);
}

#[tokio::test]
async fn lists_that_never_end_are_left_and_no_lists_are_refused() {
    let turns = std::sync::atomic::AtomicUsize::new(0);
    let server = ScriptedProvider::start().await;
    server.when(move |_| {
        let id = turns.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string();
        Some(Script::new(200).json(&json!({"data": [{"id": id}], "has_more": true, "last_id": id})))
    });
    let listed = provider_of(KIND, server.base_url()).models().await.expect("a list");
    assert_eq!((listed.len(), server.requests().len()), (10, 10));

    let table = [
        (Script::new(200).json(&json!({"data": [{"id": "a"}], "has_more": true, "last_id": null})), Ok(1)),
        (Script::new(200).json(&json!({"data": [], "has_more": false})), Ok(0)),
        (Script::new(200).json(&json!({"data": 7})), Err(Garbage)),
        (Script::new(200).send("<html></html>"), Err(Garbage)),
        (refuse(401, "authentication_error", "invalid x-api-key"), Err(Auth)),
    ];
    for (script, expected) in table {
        let server = ScriptedProvider::start().await;
        server.push(script);
        let got = provider_of(KIND, server.base_url()).models().await;
        assert_eq!(got.map(|models| models.len()).map_err(|failure| failure.kind), expected);
    }
}
