//! A model that fails before its first word: asked again, or another one in its place, and all of it on record.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use cowork_contract::{ChatMessage, EventBody, MessageStatus};
use cowork_engine::{EngineOptions, Retry};
use cowork_provider::{ProviderConfig, ProviderKind};
use cowork_testkit::{ScriptedProvider, Step, refuse, reply};
use serde_json::json;
use support::{Life, bare, says};
use tempfile::TempDir;

struct Two {
    life: Life,
    first: ScriptedProvider,
    second: ScriptedProvider,
    _folder: TempDir,
}

/// Two providers, of which the second stands in for the first.
async fn two(retry: Retry) -> Two {
    let (first, second) = (ScriptedProvider::start().await, ScriptedProvider::start().await);
    let config = |id: &str, server: &ScriptedProvider| {
        let mut config = ProviderConfig::new(id, ProviderKind::OpenAiCompatible);
        config.base_url = Some(server.base_url());
        config.models = vec![format!("{id}-1")];
        config
    };
    let configs = vec![config("first", &first), config("second", &second)];
    let fallback = vec![("second".to_owned(), "second-1".to_owned())];
    let options = EngineOptions { housekeeping: false, retry, fallback, ..EngineOptions::default() };
    let folder = tempfile::tempdir().unwrap();
    let life = Life::with_providers(folder.path(), configs, options).await;
    Two { life, first, second, _folder: folder }
}

const QUICK: Retry =
    Retry { most: 2, first_pause: Duration::from_millis(1), longest_pause: Duration::from_secs(30) };

fn tried(message: &ChatMessage) -> Vec<(&str, Option<&str>)> {
    let attempts = &message.metadata.routing.as_ref().unwrap().attempts;
    attempts.iter().map(|attempt| (attempt.model_id.as_str(), attempt.code.as_deref())).collect()
}

#[tokio::test]
async fn what_passes_is_asked_again_until_it_answers() {
    let two = two(QUICK).await;
    two.first.push(refuse(503, "overloaded", "busy"));
    two.first.push(refuse(500, "server_error", "oops"));
    two.first.push(says("well again"));
    let session = two.life.session().await;
    let answer = two.life.ask(&session, "hi").await;
    assert_eq!((answer.status, answer.content.as_str()), (MessageStatus::Done, "well again"));
    assert_eq!(
        tried(&answer),
        [("first-1", Some("provider_overloaded")), ("first-1", Some("provider_server")), ("first-1", None)]
    );
    assert_eq!((answer.fallback_notice, answer.telemetry.unwrap().attempts), (None, 3));
    assert!(two.second.requests().is_empty());
}

#[tokio::test]
async fn another_model_answers_in_its_place_and_says_so() {
    let two = two(QUICK).await;
    two.first.always(refuse(401, "invalid_api_key", "no"));
    two.second.push(says("from the other house"));
    let session = two.life.session().await;
    let answer = two.life.ask(&session, "hi").await;
    assert_eq!((answer.status, answer.content.as_str()), (MessageStatus::Done, "from the other house"));
    assert_eq!(tried(&answer), [("first-1", Some("provider_auth")), ("second-1", None)]);
    assert_eq!(answer.provider_id.as_deref(), Some("second"));
    assert_eq!(answer.metadata.routing.as_ref().unwrap().asked.provider_id, "first");
    assert_eq!(
        answer.fallback_notice.as_deref(),
        Some(
            "first-1 of first did not answer (its key was not accepted). second-1 of second answered instead."
        )
    );
    // The conversation that is sent is the same.
    let (asked, stood_in) = (two.first.request(0).await, two.second.request(0).await);
    assert_eq!(asked.body["messages"], stood_in.body["messages"]);
    assert_eq!(stood_in.body["model"], "second-1");
}

#[tokio::test]
async fn once_a_word_was_seen_nobody_else_is_asked() {
    let two = two(QUICK).await;
    two.first.push(reply().text("half").step(Step::Reset));
    let session = two.life.session().await;
    let answer = two.life.ask(&session, "hi").await;
    assert_eq!((answer.status, answer.content.as_str()), (MessageStatus::Error, "half"));
    assert_eq!(tried(&answer), [("first-1", Some("provider_truncated"))]);
    assert!(two.second.requests().is_empty());
    // It can be continued, and what was tried stays on record.
    two.first.push(says(" and whole"));
    two.life.engine.continue_message(&session, &answer.id, bare()).await.unwrap();
    let whole = two.life.until(&answer, |now| now.status == MessageStatus::Done).await;
    assert_eq!(whole.content, "half and whole");
    assert_eq!(tried(&whole), [("first-1", Some("provider_truncated")), ("first-1", None)]);
}

#[tokio::test]
async fn a_wait_is_shown_with_its_end_and_can_be_stopped() {
    let two = two(QUICK).await;
    two.first.push(refuse(429, "rate_limit_exceeded", "slow down").header("retry-after", "20"));
    let session = two.life.session().await;
    let sent = two.life.send(&session, "hi").await;
    let next =
        |message: &ChatMessage| message.metadata.routing.as_ref().and_then(|routing| routing.next.clone());
    let waiting = two.life.until(&sent.assistant_message, |now| next(now).is_some()).await;
    assert_eq!((waiting.status, tried(&waiting).len()), (MessageStatus::Pending, 1));
    let wait = next(&waiting).unwrap().at - waiting.updated_at;
    assert!((19_000..=23_000).contains(&wait), "{wait}");
    let stopped = two.life.engine.cancel(&session, &sent.assistant_message.id, bare()).await.unwrap();
    assert_eq!((stopped.status, next(&stopped)), (MessageStatus::Canceled, None));
    assert_eq!(two.first.requests().len(), 1);
    let events = two.life.events(&session, 0).await;
    let updates = events.iter().filter(|event| matches!(event.body, EventBody::MessageUpdated(_)));
    assert_eq!(updates.count(), 1, "what was tried is an event, so that everybody sees it");
}

#[tokio::test]
async fn a_provider_that_keeps_failing_is_left_alone_for_a_while() {
    let two = two(Retry::NEVER).await;
    two.first.always(refuse(500, "server_error", "oops"));
    two.second.always(says("here"));
    let session = two.life.session().await;
    for _ in 0..3 {
        two.life.ask(&session, "hi").await;
    }
    assert_eq!(two.first.requests().len(), 3);
    let answer = two.life.ask(&session, "hi").await;
    assert_eq!(two.first.requests().len(), 3, "it is not even called");
    assert_eq!(tried(&answer), [("first-1", Some("provider_resting")), ("second-1", None)]);
    assert!(answer.fallback_notice.unwrap().contains("left alone"));
    // Who asks for nobody else's answer gets its own, good or bad.
    let body = json!({ "content": "hi", "providerId": "demo", "modelId": "cowork-demo" });
    let demo = two.life.try_send(&session, body).await.unwrap();
    assert_eq!(two.life.ended(&demo.assistant_message).await.fallback_notice, None);
}

#[tokio::test]
async fn the_one_that_is_asked_next_is_named() {
    let two = two(Retry::NEVER).await;
    let gate = cowork_testkit::Gate::new();
    two.first.push(refuse(401, "invalid_api_key", "no"));
    two.second.push(reply().wait(&gate).text("here").finish("stop").done());
    let session = two.life.session().await;
    let sent = two.life.send(&session, "hi").await;
    let next =
        |message: &ChatMessage| message.metadata.routing.as_ref().and_then(|routing| routing.next.clone());
    let trying = two.life.until(&sent.assistant_message, |now| next(now).is_some()).await;
    let named = next(&trying).unwrap();
    assert_eq!((&*named.provider_id, &*named.model_id), ("second", "second-1"));
    gate.open();
    let answer = two.life.ended(&sent.assistant_message).await;
    assert_eq!((answer.content.as_str(), next(&answer)), ("here", None));
}

/// A service that tells how much its one model reads.
fn tells(server: &ScriptedProvider, model: &'static str, window: u64) {
    server.when(move |request| {
        let list = json!({ "data": [{ "id": model, "context_length": window }] });
        (request.path == "/v1/models").then(|| cowork_testkit::Script::new(200).json(&list))
    });
}

#[tokio::test]
async fn one_that_cannot_take_the_conversation_is_passed_over_on_record() {
    let servers =
        [ScriptedProvider::start().await, ScriptedProvider::start().await, ScriptedProvider::start().await];
    let [large, small, other] = &servers;
    tells(large, "large", 100_000);
    tells(small, "small", 100);
    tells(other, "other", 100_000);
    let config = |id: &str, server: &ScriptedProvider| {
        let mut config = ProviderConfig::new(id, ProviderKind::OpenAiCompatible);
        config.base_url = Some(server.base_url());
        config
    };
    let configs = vec![config("large", large), config("small", small), config("other", other)];
    let entry = |id: &str| (id.to_owned(), id.to_owned());
    let options = |fallback| EngineOptions {
        housekeeping: false,
        retry: Retry::NEVER,
        fallback,
        ..EngineOptions::default()
    };
    let ask = async |life: &Life, text: &str| {
        life.engine.models().await; // so that the windows are known
        let session = life.session().await;
        let body = json!({ "content": text, "providerId": "large", "modelId": "large" });
        let sent = life.try_send(&session, body).await.unwrap();
        (life.ended(&sent.assistant_message).await, life.events(&session, 0).await)
    };
    let long = "word ".repeat(200);
    large.always(refuse(401, "invalid_api_key", "no"));
    small.always(says("in brief"));
    other.always(reply().text("at length").finish("stop").usage(250, 2).done());
    let folder = tempfile::tempdir().unwrap();
    let chain = vec![entry("gone"), entry("small"), entry("other")];
    let life = Life::with_providers(folder.path(), configs.clone(), options(chain)).await;
    let (answer, events) = ask(&life, &long).await;
    assert_eq!(answer.content, "at length");
    assert_eq!(
        tried(&answer),
        [
            ("large", Some("provider_auth")),
            ("gone", Some("provider_missing")),
            ("small", Some("model_too_small")),
            ("other", None)
        ]
    );
    let skipped = &answer.metadata.routing.as_ref().unwrap().attempts[2];
    let reason = skipped.reason.as_deref().unwrap();
    assert!(reason.contains("about 25") && reason.contains("it can take 75"), "{reason}");
    assert_eq!(skipped.duration_ms, None, "it was not called");
    assert!(small.requests().iter().all(|request| request.method == "GET"));
    let windows = events.iter().filter_map(|event| match &event.body {
        EventBody::TokenUsage(usage) => Some(usage.context_window),
        _ => None,
    });
    assert_eq!(windows.collect::<Vec<_>>(), [Some(100_000)]);
    let (short, _) = ask(&life, "hi").await;
    assert_eq!(short.content, "in brief", "what fits is asked of it");
    life.end().await;

    // Where nobody is left, the answer says who was passed over.
    let folder = tempfile::tempdir().unwrap();
    let life = Life::with_providers(folder.path(), configs, options(vec![entry("small")])).await;
    let (answer, _) = ask(&life, &long).await;
    assert_eq!(answer.status, MessageStatus::Error);
    assert_eq!(tried(&answer), [("large", Some("provider_auth")), ("small", Some("model_too_small"))]);
    life.end().await;
}
