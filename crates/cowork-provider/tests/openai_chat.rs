//! The chat completions wire: every fixture, in every way in which a network can deliver it.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_provider::FailureKind::*;
use cowork_provider::StopReason::*;
use cowork_provider::{Provider, ProviderKind, Usage};
use cowork_testkit::{Script, ScriptedProvider};
use support::table::{Fixtures, Row};
use support::{ask, provider, question};

const FIXTURES: Fixtures = Fixtures { kind: ProviderKind::OpenAiCompatible, folder: "openai-chat" };

fn rows() -> Vec<Row> {
    vec![
        Row::text("text.sse", "Hello, world.", Ok(Finished)),
        Row::text("escapes.sse", "She said \"hi\"\n\ttab and \\ slash\u{2028} 🦀 ü", Ok(Finished)),
        Row::text("utf8.sse", "Grüße, 世界 🦀🦀 é", Ok(Finished)),
        Row::text("reasoning-content.sse", "Four.", Ok(Finished)).thinks("Let me see."),
        Row::text("reasoning.sse", "Four.", Ok(Finished)).thinks("Let me see."),
        Row::text("reasoning-twice.sse", "Four.", Ok(Finished)).thinks("Let me see."),
        Row::text("reasoning-parts.sse", "Four.", Ok(Finished)).thinks("Let me see."),
        Row::text("refusal.sse", "I can't help with that.", Ok(Finished)),
        Row::text("no-index.sse", "ab", Ok(Finished)),
        Row::text("other-choices.sse", "kept too", Ok(Finished)),
        Row::text("tool-calls.sse", "Text.", Ok(ToolCalls)).calls(&[("call_1", "f", "{\"a\":1}")]),
        Row::text("usage-before-finish.sse", "Hello", Ok(Finished)),
        Row::text("usage-in-choice.sse", "Hello", Ok(Finished)),
        Row::text("usage-everywhere.sse", "Hello", Ok(Finished)),
        Row::text("usage-null.sse", "Hello", Ok(Finished)),
        Row::text("error-in-mid-stream.sse", "Hello", Err(Server)),
        Row::text("overloaded-in-mid-stream.sse", "Hello", Err(Overloaded)),
        Row::text("error-text-in-mid-stream.sse", "Hello", Err(RateLimited)),
        Row::text("error-after-finish.sse", "Hello", Ok(Finished)),
        Row::text("finish-error.sse", "Hello", Err(Server)),
        Row::text("no-end.sse", "Hello wor", Err(Truncated)),
        Row::text("cut-in-event.sse", "Hello", Err(Truncated)),
        Row::text("no-done.sse", "Hello", Ok(Finished)),
        Row::text("done-without-finish.sse", "Hello", Ok(Finished)),
        Row::text("last-line-open.sse", "Hello", Ok(Finished)),
        Row::text("finish-line-open.sse", "Hello", Ok(Finished)),
        Row::text("garbage.sse", "Hello", Err(Garbage)),
        Row::text("scalar.sse", "Hello", Err(Garbage)),
        Row::text("bom.sse", "Hello", Ok(Finished)),
        Row::text("comments.sse", "Hello", Ok(Finished)),
        Row::text("no-space.sse", "Hello", Ok(Finished)),
        Row::text("data-lines.sse", "Hello", Ok(Finished)),
        Row::text("length.sse", "Hello", Ok(Length)),
        Row::text("length-without-text.sse", "", Ok(Length)).thinks("Hm."),
        Row::text("content-filter.sse", "Hello", Ok(ContentFilter)),
        Row::text("content-filter-at-once.sse", "", Err(ContentFiltered)),
        Row::text("other-reason.sse", "Hello", Ok(Other("insufficient_system_resource".to_owned()))),
        Row::text("empty.sse", "", Err(Empty)),
        Row::text("reasoning-only.sse", "", Err(Empty)).thinks("Hm."),
        Row::text("nothing.sse", "", Err(Empty)),
        Row::text("only-comments.sse", "", Err(Empty)),
        Row::text("message-too.sse", "Hello", Ok(Finished)),
        Row::text("after-done.sse", "Hello", Ok(Finished)),
        Row::text("error-with-200.json", "", Err(Quota)),
        Row::text("error-in-list-with-200.json", "", Err(ContextLength)),
        Row::text("whole.json", "Hello.", Ok(Finished)).thinks("Hm."),
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
async fn usage_is_reported_once_wherever_the_server_puts_it() {
    let full = Usage {
        input_tokens: 13,
        output_tokens: 4,
        cached_input_tokens: Some(8),
        reasoning_tokens: Some(2),
        total_tokens: 17,
    };
    let table = [
        ("text.sse", Some(full)),
        ("usage-before-finish.sse", Some(full)),
        ("usage-in-choice.sse", Some(full)),
        ("usage-everywhere.sse", Some(Usage { reasoning_tokens: None, ..full })),
        ("no-done.sse", Some(full)),
        ("empty.sse", Some(full)),
        ("usage-null.sse", None),
        ("no-end.sse", None),
        ("whole.json", Some(Usage { reasoning_tokens: None, cached_input_tokens: None, ..full })),
    ];
    for (name, usage) in table {
        assert_eq!(FIXTURES.answer([&FIXTURES.read(name)[..]]).await.usage, usage, "{name}");
    }
}

#[tokio::test]
async fn an_answer_opens_with_what_the_engine_measures() {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).header("x-request-id", "req_7").send(FIXTURES.read("text.sse")));
    let whole = ask(&provider(server.base_url()), question()).await;
    assert_eq!(whole.opening, ["headers", "first byte"]);
    assert_eq!(whole.request_id.as_deref(), Some("req_7"));
    assert_eq!(whole.served.as_deref(), Some("gpt-5-2025-08-07"));
}

#[tokio::test]
async fn what_is_asked() {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).send(FIXTURES.read("text.sse")));
    let provider = provider(server.base_url());
    ask(&provider, question()).await;
    let request = server.request(0).await;
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {}", support::KEY).as_str()));
    let expected = serde_json::json!({
        "model": "gpt-5",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}],
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    assert_eq!(request.body, expected);
    assert_eq!((provider.id(), provider.kind().as_str()), ("scripted", "openai-compatible"));
}

#[tokio::test]
async fn a_continued_answer_may_have_nothing_to_add() {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).send(FIXTURES.read("empty.sse")));
    let mut request = question();
    request.turns.push(cowork_provider::Turn::assistant("Hello"));
    request.continue_partial = true;
    let whole = ask(&provider(server.base_url()), request).await;
    assert_eq!(whole.ended(), Ok(Finished));
}
