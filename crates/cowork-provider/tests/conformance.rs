//! Every fixture of the wire, in every way in which a network can deliver it.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::PathBuf;

use cowork_provider::FailureKind::*;
use cowork_provider::StopReason::*;
use cowork_provider::{FailureKind, Provider, StopReason, Usage};
use cowork_testkit::{Script, ScriptedProvider};
use support::{Whole, ask, provider, question};

type Row = (&'static str, &'static str, &'static str, Result<StopReason, FailureKind>);

/// Fixture, reasoning, text, end.
fn table() -> Vec<Row> {
    vec![
        ("text.sse", "", "Hello, world.", Ok(Finished)),
        ("escapes.sse", "", "She said \"hi\"\n\ttab and \\ slash\u{2028} 🦀 ü", Ok(Finished)),
        ("utf8.sse", "", "Grüße, 世界 🦀🦀 é", Ok(Finished)),
        ("reasoning-content.sse", "Let me see.", "Four.", Ok(Finished)),
        ("reasoning.sse", "Let me see.", "Four.", Ok(Finished)),
        ("reasoning-twice.sse", "Let me see.", "Four.", Ok(Finished)),
        ("reasoning-parts.sse", "Let me see.", "Four.", Ok(Finished)),
        ("refusal.sse", "", "I can't help with that.", Ok(Finished)),
        ("no-index.sse", "", "ab", Ok(Finished)),
        ("other-choices.sse", "", "kept too", Ok(Finished)),
        ("tool-calls.sse", "", "Text.", Ok(Other("tool_calls".to_owned()))),
        ("usage-before-finish.sse", "", "Hello", Ok(Finished)),
        ("usage-in-choice.sse", "", "Hello", Ok(Finished)),
        ("usage-everywhere.sse", "", "Hello", Ok(Finished)),
        ("usage-null.sse", "", "Hello", Ok(Finished)),
        ("error-in-mid-stream.sse", "", "Hello", Err(Server)),
        ("overloaded-in-mid-stream.sse", "", "Hello", Err(Overloaded)),
        ("error-text-in-mid-stream.sse", "", "Hello", Err(RateLimited)),
        ("error-after-finish.sse", "", "Hello", Ok(Finished)),
        ("finish-error.sse", "", "Hello", Err(Server)),
        ("no-end.sse", "", "Hello wor", Err(Truncated)),
        ("cut-in-event.sse", "", "Hello", Err(Truncated)),
        ("no-done.sse", "", "Hello", Ok(Finished)),
        ("done-without-finish.sse", "", "Hello", Ok(Finished)),
        ("last-line-open.sse", "", "Hello", Ok(Finished)),
        ("finish-line-open.sse", "", "Hello", Ok(Finished)),
        ("garbage.sse", "", "Hello", Err(Garbage)),
        ("scalar.sse", "", "Hello", Err(Garbage)),
        ("bom.sse", "", "Hello", Ok(Finished)),
        ("comments.sse", "", "Hello", Ok(Finished)),
        ("no-space.sse", "", "Hello", Ok(Finished)),
        ("data-lines.sse", "", "Hello", Ok(Finished)),
        ("length.sse", "", "Hello", Ok(Length)),
        ("length-without-text.sse", "Hm.", "", Ok(Length)),
        ("content-filter.sse", "", "Hello", Ok(ContentFilter)),
        ("content-filter-at-once.sse", "", "", Err(ContentFiltered)),
        ("other-reason.sse", "", "Hello", Ok(Other("insufficient_system_resource".to_owned()))),
        ("empty.sse", "", "", Err(Empty)),
        ("reasoning-only.sse", "Hm.", "", Err(Empty)),
        ("nothing.sse", "", "", Err(Empty)),
        ("only-comments.sse", "", "", Err(Empty)),
        ("message-too.sse", "", "Hello", Ok(Finished)),
        ("after-done.sse", "", "Hello", Ok(Finished)),
        ("error-with-200.json", "", "", Err(Quota)),
        ("error-in-list-with-200.json", "", "", Err(ContextLength)),
        ("whole.json", "Hm.", "Hello.", Ok(Finished)),
        ("other.json", "", "", Err(Garbage)),
        ("broken.json", "", "", Err(Garbage)),
        ("page.html", "", "", Err(Garbage)),
    ]
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/provider/openai-chat")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fixture sent in these pieces, each a chunk and a write of its own.
async fn answer<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Whole {
    let server = ScriptedProvider::start().await;
    let filled = pieces.into_iter().filter(|piece| !piece.is_empty());
    server.push(filled.fold(Script::new(200), |script, piece| script.send(piece.to_vec())));
    ask(&provider(server.base_url()), question()).await
}

fn check(name: &str, way: &str, got: &Whole, row: &Row) {
    let (_, reasoning, text, end) = row;
    assert_eq!(got.text, *text, "{name}, {way}");
    assert_eq!(got.reasoning, *reasoning, "{name}, {way}");
    assert_eq!(&got.ended(), end, "{name}, {way}: {:?}", got.end);
}

#[tokio::test]
async fn every_fixture_in_one_piece() {
    for row in table() {
        check(row.0, "whole", &answer([&fixture(row.0)[..]]).await, &row);
    }
}

#[tokio::test]
async fn every_fixture_one_byte_at_a_time() {
    for row in table() {
        check(row.0, "bytes", &answer(fixture(row.0).chunks(1)).await, &row);
    }
}

#[tokio::test]
async fn every_stream_with_other_line_ends() {
    for row in table().into_iter().filter(|row| row.0.ends_with(".sse")) {
        let lf = fixture(row.0);
        let with = |end: &[u8]| lf.split(|b| *b == b'\n').collect::<Vec<_>>().join(end);
        check(row.0, "CR", &answer([&with(b"\r")[..]]).await, &row);
        let crlf = with(b"\r\n");
        check(row.0, "CRLF", &answer([&crlf[..]]).await, &row);
        // Each CR ends a piece and each LF begins one.
        check(row.0, "CR, LF apart", &answer(crlf.split_inclusive(|b| *b == b'\r')).await, &row);
        check(row.0, "bytes of CRLF", &answer(crlf.chunks(1)).await, &row);
    }
}

#[test]
fn the_table_is_complete() {
    let mut listed = table().iter().map(|row| row.0.to_owned()).collect::<Vec<_>>();
    let files = std::fs::read_dir(folder()).expect("the fixtures");
    let mut there =
        files.map(|file| file.expect("a file").file_name().into_string().expect("UTF-8")).collect::<Vec<_>>();
    listed.sort();
    there.sort();
    assert_eq!(listed, there);
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
        assert_eq!(answer([&fixture(name)[..]]).await.usage, usage, "{name}");
    }
}

#[tokio::test]
async fn an_answer_opens_with_what_the_engine_measures() {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).header("x-request-id", "req_7").send(fixture("text.sse")));
    let whole = ask(&provider(server.base_url()), question()).await;
    assert_eq!(whole.opening, ["headers", "first byte"]);
    assert_eq!(whole.request_id.as_deref(), Some("req_7"));
    assert_eq!(whole.served.as_deref(), Some("gpt-5-2025-08-07"));
}

#[tokio::test]
async fn what_is_asked() {
    let server = ScriptedProvider::start().await;
    server.push(Script::new(200).send(fixture("text.sse")));
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
    server.push(Script::new(200).send(fixture("empty.sse")));
    let mut request = question();
    request.turns.push(cowork_provider::Turn::assistant("Hello"));
    request.continue_partial = true;
    let whole = ask(&provider(server.base_url()), request).await;
    assert_eq!(whole.ended(), Ok(Finished));
}
