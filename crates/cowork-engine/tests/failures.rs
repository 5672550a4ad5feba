//! A provider that fails: a named error on the message, the text so far kept, and the session goes on.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use cowork_contract::{ChatMessage, MessageStatus, SessionActivity};
use cowork_provider::ProviderConfig;
use cowork_testkit::{Script, ScriptedProvider, Step, refuse, reply};
use support::{TestCowork, code, says, streamed};

/// Asks a provider with this script; checks what holds for every failure.
async fn failed(
    change: fn(&mut ProviderConfig),
    script: impl Into<Script>,
    name: &str,
    text: &str,
) -> ChatMessage {
    let cowork = TestCowork::with(change).await;
    cowork.provider.push(script);
    let session = cowork.session().await;
    let answer = cowork.ask(&session, "hi").await;
    assert_eq!(answer.status, MessageStatus::Error, "{answer:?}");
    assert_eq!(answer.content, text);
    let error = answer.error.as_ref().unwrap();
    assert_eq!(error.code, name, "{error:?}");
    assert!(!error.message.is_empty());
    let attempt = &answer.metadata.routing.as_ref().unwrap().attempts[0];
    assert_eq!(attempt.code.as_deref(), Some(name));
    // The end says the same as the stream, and the session goes on.
    let events = cowork.events(&session, 0).await;
    assert_eq!(streamed(&events, &answer.id), text);
    let failure = events.iter().find_map(|event| match &event.body {
        cowork_contract::EventBody::MessageError(failed) => Some(failed.clone()),
        _ => None,
    });
    let failure = failure.unwrap();
    assert_eq!((&failure.message, Some(&failure.error)), (&answer, answer.error.as_ref()));
    assert_eq!(cowork.session_now(&session).await.activity, SessionActivity::Failed);
    cowork.provider.push(says("well again"));
    assert_eq!(cowork.ask(&session, "again").await.content, "well again");
    answer
}

fn usual(_: &mut ProviderConfig) {}

fn hasty(config: &mut ProviderConfig) {
    config.timeouts.first_byte = Duration::from_millis(300);
    config.timeouts.idle = Duration::from_millis(300);
}

fn narrow(config: &mut ProviderConfig) {
    config.limits.event_bytes = 4 << 10;
    config.limits.answer_bytes = 16 << 10;
}

#[tokio::test]
async fn silence_before_and_within_the_answer() {
    failed(hasty, reply().before(Step::Stall), "provider_timeout", "").await;
    failed(hasty, reply().text("half").step(Step::Stall), "provider_timeout", "half").await;
}

#[tokio::test]
async fn a_cut_connection() {
    failed(usual, reply().text("half").step(Step::CutInChunk), "provider_truncated", "half").await;
    failed(usual, reply().text("half").step(Step::Reset), "provider_truncated", "half").await;
}

#[tokio::test]
async fn an_answer_without_an_end() {
    failed(usual, reply().text("half").step(Step::CloseClean), "provider_truncated", "half").await;
}

#[tokio::test]
async fn garbage() {
    failed(usual, reply().text("half").send("data: {nonsense\n\n"), "provider_garbage", "half").await;
    let page = Script::new(200).header("content-type", "text/html").send("<html><h1>Sign in</h1></html>");
    failed(usual, page, "provider_garbage", "").await;
}

#[tokio::test]
async fn too_much() {
    let line = format!("data: {}", "x".repeat(64 << 10));
    failed(narrow, reply().text("half").send(line), "provider_too_large", "half").await;
    let answer = reply().text("half").tokens(cowork_testkit::Tokens::new(100_000)).finish("stop").done();
    let cowork = TestCowork::with(narrow).await;
    cowork.provider.push(answer);
    let session = cowork.session().await;
    let answer = cowork.ask(&session, "hi").await;
    assert_eq!(answer.error.unwrap().code, "provider_too_large");
    assert!(answer.content.starts_with("halfword ") && answer.content.len() <= 20 << 10);
}

#[tokio::test]
async fn refusals() {
    let limited = refuse(429, "rate_limited", "slow down").header("retry-after", "7");
    let answer = failed(usual, limited, "provider_rate_limited", "").await;
    let error = answer.error.unwrap();
    assert_eq!((error.retryable, error.retry_after_ms), (true, Some(7_000)));
    let answer = failed(usual, refuse(401, "invalid_api_key", "no"), "provider_auth", "").await;
    assert!(!answer.error.unwrap().retryable);
    failed(usual, reply().text("half").error("overloaded", "too busy"), "provider_overloaded", "half").await;
    failed(usual, reply().finish("stop").done(), "provider_empty", "").await;
}

#[tokio::test]
async fn nobody_there() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let address = cowork.provider.address();
    let TestCowork { life, provider, folder, .. } = cowork;
    drop(provider);
    let sent = life.send(&session, "hi").await;
    let answer = life.ended(&sent.assistant_message).await;
    assert_eq!(answer.error.unwrap().code, "provider_unreachable");
    let back = ScriptedProvider::start_at(address).await;
    back.push(says("back"));
    assert_eq!(life.ask(&session, "hi").await.content, "back");
    drop(folder);
}

#[tokio::test]
async fn what_is_odd_but_well_is_no_failure() {
    let bytes = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"na\u{ef}ve \u{1f600}\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let mut whole = b"\xef\xbb\xbf".to_vec();
    whole.extend_from_slice(bytes.as_bytes());
    let mut script = reply();
    for byte in whole {
        script = script.send(vec![byte]);
    }
    let cowork = TestCowork::start().await;
    cowork.provider.push(script);
    let session = cowork.session().await;
    let answer = cowork.ask(&session, "hi").await;
    assert_eq!((answer.status, answer.content.as_str()), (MessageStatus::Done, "na\u{ef}ve \u{1f600}"));
}

#[tokio::test]
async fn a_model_that_can_not_be_found_is_refused_before_anything_is_written() {
    let cowork = TestCowork::with(|config| config.models.clear()).await;
    let none: [&str; 0] = [];
    cowork.provider.models(none);
    let session = cowork.session().await;
    let head = cowork.reader.head();
    assert_eq!(
        code(cowork.try_send(&session, serde_json::json!({ "content": "x" })).await),
        "model_unavailable"
    );
    assert_eq!(cowork.reader.head(), head);
}
