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
