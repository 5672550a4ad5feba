//! The responses wire: every fixture, in every way in which a network can deliver it, and what is kept of an answer.
//! What is asked is in `openai_responses_asked`, what is refused in `openai_responses_refused`.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_provider::FailureKind::*;
use cowork_provider::StopReason::*;
use cowork_provider::{ProviderKind, Turn, Usage};
use cowork_testkit::{Script, ScriptedProvider, Step};
use serde_json::json;
use support::table::{Fixtures, Row};
use support::{Whole, ask, provider_of, question};

const FIXTURES: Fixtures = Fixtures { kind: ProviderKind::OpenAiResponses, folder: "openai-responses" };

/// The two calls that most fixtures with tools hold.
const BOTH: &[(&str, &str, &str)] =
    &[("call_a", "read_file", "{\"path\":\"a.md\"}"), ("call_b", "list_files", "{\"dir\":\".\"}")];
const READ: &[(&str, &str, &str)] = &[("call_a", "read_file", "{\"path\":\"a.md\"}")];
const STEPS: &str = "Let me see.\n\nIt is four.";

fn rows() -> Vec<Row> {
    vec![
        Row::text("text.sse", "Hello, world.", Ok(Finished)),
        Row::text("text-pieces.sse", "Hello, world.", Ok(Finished)),
        Row::text("two-parts.sse", "Hello, world.", Ok(Finished)),
        Row::text("two-messages.sse", "I look.\n\nFour.", Ok(Finished)),
        Row::text("escapes.sse", "She said \"hi\"\n\ttab and \\ slash\u{2028} 🦀 ü", Ok(Finished)),
        Row::text("escaped-unicode.sse", "Grüße, 世界 🦀", Ok(Finished)),
        Row::text("reasoning.sse", "Four.", Ok(Finished)).thinks(STEPS).keeps(),
        Row::text("reasoning-encrypted.sse", "Four.", Ok(Finished)).keeps(),
        Row::text("reasoning-plain.sse", "Four.", Ok(Finished)).thinks("Let me see."),
        Row::text("reasoning-twice.sse", "Four.", Ok(Finished)).thinks("Hm.\n\nAgain.").keeps(),
        Row::text("reasoning-text.sse", "Four.", Ok(Finished)).thinks("Let me see."),
        Row::text("reasoning-only.sse", "", Err(Empty)).thinks("Hm."),
        Row::text("tool-calls.sse", "", Ok(ToolCalls)).thinks("I ask twice.").calls(BOTH).keeps(),
        Row::text("tool-call-after-text.sse", "I look.", Ok(ToolCalls)).calls(READ),
        Row::text("tool-call-without-arguments.sse", "", Ok(ToolCalls)).calls(&[("call_a", "now", "{}")]),
        Row::text("refusal.sse", "I can't help with that.", Ok(Finished)),
        Row::text("only-text-done.sse", "Hello.", Ok(Finished)),
        Row::text("only-parts-done.sse", "Hello.", Ok(Finished)),
        Row::text("only-items-done.sse", "Hello.", Ok(ToolCalls)).thinks("Hm.").calls(READ).keeps(),
        Row::text("only-completed.sse", "Hello.", Ok(Finished)).thinks("Hm.").keeps(),
        Row::text("web-search.sse", "It is 1.90.", Ok(Finished)).keeps(),
        Row::text("mcp-call.sse", "Four.", Ok(Finished)).keeps(),
        Row::text("code-interpreter.sse", "Four.", Ok(Finished)).keeps(),
        Row::text("error-in-mid-stream.sse", "Hello", Err(Server)),
        Row::text("error-object-in-mid-stream.sse", "Hello", Err(ContextLength)),
        Row::text("overloaded-in-mid-stream.sse", "Hello", Err(Overloaded)),
        Row::text("gateway-error-in-mid-stream.sse", "Hello", Err(Overloaded)),
        Row::text("failed.sse", "Hello", Err(RateLimited)),
        Row::text("failed-without-reason.sse", "Hello", Err(Server)),
        Row::text("flagged-prompt.sse", "", Err(ContentFiltered)),
        Row::text("cancelled.sse", "Hello", Err(Truncated)),
        Row::text("error-after-end.sse", "Hello", Ok(Finished)),
        Row::text("no-end.sse", "Hello", Err(Truncated)),
        Row::text("cut-in-event.sse", "Hello", Err(Truncated)),
        Row::text("last-line-open.sse", "Hello", Ok(Finished)),
        Row::text("done-without-completed.sse", "Hello", Ok(Finished)),
        Row::text("after-done.sse", "Hello", Ok(Finished)),
        Row::text("usage-after-end.sse", "Hello", Ok(Finished)),
        Row::text("no-usage.sse", "Hello", Ok(Finished)),
        Row::text("garbage.sse", "Hello", Err(Garbage)),
        Row::text("scalar.sse", "Hello", Err(Garbage)),
        Row::text("length.sse", "Hello", Ok(Length)),
        Row::text("length-in-reasoning.sse", "", Ok(Length)).thinks("Hm."),
        Row::text("length-in-call.sse", "Hello", Ok(Length)).thinks("Hm.").keeps(),
        Row::text("content-filter.sse", "Hello", Ok(ContentFilter)),
        Row::text("content-filter-at-once.sse", "", Err(ContentFiltered)),
        Row::text("other-reason.sse", "Hello", Ok(Other("max_tool_calls".to_owned()))),
        Row::text("empty.sse", "", Err(Empty)),
        Row::text("nothing.sse", "", Err(Empty)),
        Row::text("only-comments.sse", "", Err(Empty)),
        Row::text("comments.sse", "Hello", Ok(Finished)),
        Row::text("no-event-lines.sse", "Hello", Ok(Finished)),
        Row::text("no-space.sse", "Hello", Ok(Finished)),
        Row::text("no-index.sse", "I look.", Ok(ToolCalls)).thinks(STEPS).calls(BOTH).keeps(),
        Row::text("huge-index.sse", "I look.", Ok(ToolCalls)).thinks(STEPS).calls(BOTH).keeps(),
        Row::text("same-index.sse", "I look.", Ok(ToolCalls)).thinks(STEPS).calls(BOTH).keeps(),
        Row::text("changing-ids.sse", "I look.", Ok(ToolCalls)).thinks(STEPS).calls(BOTH).keeps(),
        Row::text("no-index-no-id.sse", "I look.", Ok(ToolCalls)).calls(&[("call_a", "f", "{}")]),
        Row::text("unknown.sse", "Hello", Ok(Finished)).keeps(),
        Row::text("odd-types.sse", "Hello", Ok(Finished)),
        Row::text("arguments-without-call.sse", "Hello", Ok(Finished)),
        Row::text("whole.json", "Hello.", Ok(ToolCalls)).thinks("Hm.").calls(READ).keeps(),
        Row::text("whole-incomplete.json", "Hello", Ok(Length)),
        Row::text("whole-failed.json", "", Err(Server)),
        Row::text("error-with-200.json", "", Err(Quota)),
        Row::text("other.json", "", Err(Garbage)),
        Row::text("broken.json", "", Err(Garbage)),
        Row::text("page.html", "", Err(Garbage)),
    ]
}

async fn of(name: &str) -> Whole {
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
async fn usage_is_what_the_service_says() {
    let full = Usage {
        input_tokens: 13,
        output_tokens: 4,
        cached_input_tokens: Some(8),
        reasoning_tokens: Some(2),
        total_tokens: 17,
    };
    let table = [
        ("text.sse", Some(full)),
        ("usage-after-end.sse", Some(full)),
        ("length.sse", Some(full)),
        ("empty.sse", Some(full)),
        ("content-filter-at-once.sse", Some(full)),
        ("whole.json", Some(full)),
        ("no-usage.sse", None),
        ("no-end.sse", None),
        ("failed.sse", None),
    ];
    for (name, usage) in table {
        assert_eq!(of(name).await.usage, usage, "{name}");
    }
    let bare = Usage { cached_input_tokens: None, reasoning_tokens: None, ..full };
    let blocks = [
        (json!({"input_tokens": 13, "output_tokens": 4}), Some(bare)),
        (json!({"input_tokens": 13.0, "total_tokens": 17}), Some(bare)),
        (json!({"output_tokens": 4, "total_tokens": 17}), Some(bare)),
        (json!({"input_tokens": 13}), None),
        (json!({"input_tokens": null, "output_tokens": "4"}), None),
        (json!([]), None),
    ];
    for (block, usage) in blocks {
        let body = json!({
            "status": "completed",
            "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}],
            "usage": block,
        });
        assert_eq!(FIXTURES.answer([body.to_string().as_bytes()]).await.usage, usage, "{block}");
    }
}

#[tokio::test]
async fn an_answer_opens_with_what_the_engine_measures() {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).header("x-request-id", "req_7").send(FIXTURES.read("text.sse")));
    let whole = ask(&provider_of(FIXTURES.kind, server.base_url()), question()).await;
    assert_eq!(whole.opening, ["headers", "first byte"]);
    assert_eq!(whole.request_id.as_deref(), Some("req_7"));
    assert_eq!(whole.served.as_deref(), Some("gpt-5-2025-08-07"));
    assert_eq!(of("whole.json").await.served.as_deref(), Some("gpt-5-2025-08-07"));
}

#[tokio::test]
async fn a_connection_that_stays_open_after_the_end_is_not_waited_for() {
    for name in ["text.sse", "length.sse", "no-usage.sse"] {
        let server = ScriptedProvider::start().await;
        server.push(Script::new(200).send(FIXTURES.read(name)).step(Step::Stall));
        let whole = ask(&provider_of(FIXTURES.kind, server.base_url()), question()).await;
        assert!(whole.ended().is_ok(), "{name}");
    }
}

#[tokio::test]
async fn a_continued_answer_may_have_nothing_to_add() {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).send(FIXTURES.read("empty.sse")));
    let mut request = question();
    request.turns.push(Turn::assistant("Hello"));
    request.continue_partial = true;
    let whole = ask(&provider_of(FIXTURES.kind, server.base_url()), request).await;
    assert_eq!(whole.ended(), Ok(Finished));
}

/// Types of the items that are kept.
async fn kept(name: &str) -> Vec<String> {
    let origin = of(name).await.origin.expect("something is kept");
    let items = origin.as_array().expect("items");
    items.iter().map(|item| item["type"].as_str().expect("a type").to_owned()).collect()
}

#[tokio::test]
async fn what_only_the_service_understands_is_kept_in_its_order() {
    let call = |id: &str, call_id: &str, name: &str, arguments: &str| {
        json!({
            "id": id, "type": "function_call", "status": "completed",
            "arguments": arguments, "call_id": call_id, "name": name,
        })
    };
    let summary = json!([{"type": "summary_text", "text": "I ask twice."}]);
    let expected = json!([
        {"id": "rs_1", "type": "reasoning", "encrypted_content": "gAAAAABpEncrypted1==", "summary": summary},
        call("fc_1", "call_a", "read_file", "{\"path\":\"a.md\"}"),
        call("fc_2", "call_b", "list_files", "{\"dir\":\".\"}"),
    ]);
    assert_eq!(of("tool-calls.sse").await.origin, Some(expected));

    assert_eq!(kept("reasoning-twice.sse").await, ["reasoning", "reasoning", "message"]);
    assert_eq!(kept("web-search.sse").await, ["web_search_call", "message"]);
    assert_eq!(kept("whole.json").await, ["reasoning", "message", "function_call"]);
    assert_eq!(kept("only-completed.sse").await, ["reasoning", "message"]);
    // The call was cut off, so it is none; the reasoning still has what it led to.
    assert_eq!(kept("length-in-call.sse").await, ["reasoning", "message"]);
    // An empty field is not accepted back everywhere.
    let mcp = of("mcp-call.sse").await.origin.expect("something is kept");
    assert_eq!(mcp[0].get("error"), None);
    assert_eq!(mcp[0]["output"], "4");
}

#[tokio::test]
async fn an_item_without_what_it_takes_to_be_sent_back_keeps_nothing() {
    let tool = r#"{"type":"web_search_call","id":"ws_1","status":"completed"}"#;
    let events = |items: &[&str]| {
        let mut body = String::new();
        for item in items {
            body += &format!("data: {{\"type\":\"response.output_item.done\",\"item\":{item}}}\n\n");
        }
        let text = r#"{"type":"response.output_text.delta","item_id":"msg_1","delta":"Hello"}"#;
        body + &format!("data: {text}\n\ndata: {{\"type\":\"response.completed\",\"response\":{{}}}}\n\n")
    };
    // The message of which the text is never came whole.
    let whole = FIXTURES.answer([events(&[tool]).as_bytes()]).await;
    assert_eq!((whole.text.as_str(), whole.origin), ("Hello", None));
    // A call that nothing names.
    let message = r#"{"type":"message","id":"msg_1","content":[]}"#;
    let call = r#"{"type":"function_call","name":"f","arguments":"{}"}"#;
    let whole = FIXTURES.answer([events(&[tool, call, message]).as_bytes()]).await;
    assert_eq!((whole.calls[0].id.as_str(), whole.origin), ("call_0", None));
    let named = r#"{"type":"function_call","id":"fc_1","name":"f","arguments":{"a":1}}"#;
    let whole = FIXTURES.answer([events(&[tool, named, message]).as_bytes()]).await;
    assert_eq!((whole.calls[0].id.as_str(), whole.calls[0].arguments.as_str()), ("fc_1", "{\"a\":1}"));
    assert_eq!(whole.origin.expect("something is kept")[1]["call_id"], "fc_1");
}
