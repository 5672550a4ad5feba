//! The end in mid-answer and the start after it: what any reader saw stays, is marked, and can be continued.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use cowork_contract::{ChatMessage, MessageStatus, SessionActivity};
use cowork_engine::EngineOptions;
use cowork_store::{FollowItem, Scope};
use cowork_testkit::{Gate, ScriptedProvider, TokenText, Tokens, reply};
use serde_json::json;
use support::{Life, PATIENCE, TestCowork, bare, code, says, says_and_hangs};
use tokio::runtime::Runtime;

/// Runs a life of the engine that ends without warning: its tasks are dropped where they stand.
fn cut_short<T>(life: impl AsyncFnOnce() -> T) -> T {
    let runtime = Runtime::new().unwrap();
    let seen = runtime.block_on(life());
    runtime.shutdown_timeout(Duration::from_secs(10));
    seen
}

/// The provider lives on while engines come and go.
fn outside() -> (Runtime, ScriptedProvider) {
    let runtime = Runtime::new().unwrap();
    let provider = runtime.block_on(ScriptedProvider::start());
    (runtime, provider)
}

#[test]
fn an_answer_cut_by_the_end_of_the_process_keeps_what_any_reader_saw() {
    let (runtime, provider) = outside();
    let folder = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let tokens = Tokens::new(200_000).per_second(3_000.0).text(TokenText::Numbered);
        provider.push(reply().tokens(tokens).finish("stop").done());
        let (answer, seen) = cut_short(async || {
            let life = Life::start(folder.path(), provider.base_url(), |_| {}).await;
            let session = life.session().await;
            let mut follow = life.reader.follow(Scope::Session(session.clone()), None).unwrap();
            let sent = life.send(&session, "count").await;
            let mut seen = String::new();
            while seen.len() < 500 * (round + 1) {
                let FollowItem::Events(events) = follow.next().await.unwrap() else { panic!("cut off") };
                for entry in events {
                    let event: cowork_contract::Event = serde_json::from_slice(entry.json()).unwrap();
                    if let cowork_contract::EventBody::MessageDelta(delta) = event.body {
                        seen.push_str(&delta.text);
                    }
                }
            }
            (sent.assistant_message, seen)
        });
        runtime.block_on(async {
            let life = Life::start(folder.path(), provider.base_url(), |_| {}).await;
            let kept = life.message(&answer).await;
            assert_eq!(kept.status, MessageStatus::Error);
            assert_eq!(kept.error.as_ref().unwrap().code, "interrupted");
            assert!(
                kept.content.starts_with(&seen),
                "lost: saw {} bytes, kept {}",
                seen.len(),
                kept.content.len()
            );
            assert_eq!(life.session_now(&answer.session_id).await.activity, SessionActivity::Failed);
            // What was kept is what was streamed, and it goes on from there.
            let events = life.events(&answer.session_id, 0).await;
            assert_eq!(support::streamed(&events, &answer.id), kept.content);
            provider.push(says("the rest"));
            life.engine.continue_message(&answer.session_id, &answer.id, bare()).await.unwrap();
            let whole = life.ended(&answer).await;
            assert_eq!((whole.status, whole.content), (MessageStatus::Done, kept.content + "the rest"));
            assert_eq!(whole.error, None);
            life.end().await;
        });
    }
}

#[test]
fn waiting_turns_go_on_after_a_cut() {
    let (runtime, provider) = outside();
    let folder = tempfile::tempdir().unwrap();
    provider.push(says_and_hangs("half"));
    let (running, waiting): (ChatMessage, Vec<ChatMessage>) = cut_short(async || {
        let life = Life::start(folder.path(), provider.base_url(), |_| {}).await;
        let session = life.session().await;
        let running = life.send(&session, "one").await.assistant_message;
        let two = life.send(&session, "two").await.assistant_message;
        let three = life.send(&session, "three").await.assistant_message;
        life.says(&running, "half").await;
        (running, vec![two, three])
    });
    let gate = Gate::new();
    provider.push(reply().wait(&gate).text("two's").finish("stop").done());
    provider.push(says("three's"));
    runtime.block_on(async {
        let life = Life::start(folder.path(), provider.base_url(), |_| {}).await;
        assert_eq!(life.message(&running).await.status, MessageStatus::Error);
        // Nothing claims to be streaming before its turn runs.
        for answer in &waiting {
            assert_eq!(life.message(answer).await.status, MessageStatus::Pending);
        }
        assert_eq!(life.session_now(&running.session_id).await.activity, SessionActivity::Running);
        gate.open();
        assert_eq!(life.ended(&waiting[0]).await.content, "two's");
        assert_eq!(life.ended(&waiting[1]).await.content, "three's");
        life.end().await;
    });
    let said = |n: usize| -> Vec<String> {
        provider.requests()[n].messages().into_iter().map(|(_, text)| text).collect()
    };
    assert_eq!(said(1), ["one", "half", "two"]);
    assert_eq!(said(2), ["one", "half", "two", "two's", "three"]);
}

#[test]
fn a_turn_cut_before_its_first_word_runs_again() {
    let (runtime, provider) = outside();
    let folder = tempfile::tempdir().unwrap();
    provider.push(says_and_hangs(""));
    let answer = cut_short(async || {
        let life = Life::start(folder.path(), provider.base_url(), |_| {}).await;
        let session = life.session().await;
        let answer = life.send(&session, "one").await.assistant_message;
        provider.request(0).await;
        answer
    });
    provider.push(says("whole"));
    runtime.block_on(async {
        let life = Life::start(folder.path(), provider.base_url(), |_| {}).await;
        assert_eq!(life.ended(&answer).await.content, "whole");
        life.end().await;
    });
}

#[tokio::test]
async fn a_clean_end_in_mid_answer_keeps_the_text_and_the_queue() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says_and_hangs("half"));
    let running = cowork.send(&session, "one").await.assistant_message;
    let waiting = cowork.send(&session, "two").await.assistant_message;
    cowork.says(&running, "half").await;
    let head = cowork.reader.head();
    cowork.provider.push(says("two's"));
    cowork.provider.push(says(" and whole"));
    let asked = cowork.provider.request(0).await;
    let cowork = cowork.restart().await;
    assert!(tokio::time::timeout(PATIENCE, asked.hung_up()).await.unwrap());
    let kept = cowork.message(&running).await;
    assert_eq!((kept.status, kept.content.as_str()), (MessageStatus::Error, "half"));
    assert_eq!(kept.error.unwrap().code, "interrupted");
    assert!(kept.telemetry.is_some(), "the call was made, so its times are known");
    assert_eq!(cowork.ended(&waiting).await.content, "two's");
    // Positions go on where they were, without the gap that a crash leaves.
    let events = cowork.events(&session, head).await;
    assert!(events.iter().all(|event| event.id < head + 100), "{head}: {events:?}");
    let refused = cowork.engine.continue_message(&session, &running.id, bare()).await;
    assert_eq!(code(refused), "invalid_state", "the conversation has gone on");
    cowork.engine.delete_message(&session, waiting.parent_id.as_ref().unwrap(), None).await.unwrap();
    cowork.engine.continue_message(&session, &running.id, bare()).await.unwrap();
    assert_eq!(cowork.ended(&running).await.content, "half and whole");
}

#[tokio::test]
async fn a_start_that_is_over_soon_leaves_the_queue_to_the_next_one() {
    let cowork = TestCowork::start().await;
    let (session, other) = (cowork.session().await, cowork.session().await);
    cowork.provider.push(says_and_hangs("half"));
    let running = cowork.send(&session, "one").await.assistant_message;
    let waiting = cowork.send(&session, "two").await.assistant_message;
    cowork.says(&running, "half").await;
    let TestCowork { life, provider, folder, .. } = cowork;
    life.end().await;

    provider.always(says("ok"));
    let options = EngineOptions { housekeeping: false, resume: false, ..EngineOptions::default() };
    let life = Life::start_with(folder.path(), provider.base_url(), |_| {}, options).await;
    assert_eq!(life.message(&running).await.status, MessageStatus::Error, "what was cut is marked");
    // What it is told to do it does, and nothing else.
    assert_eq!(life.ask(&other, "hello").await.content, "ok");
    assert_eq!(life.message(&waiting).await.status, MessageStatus::Pending);
    assert_eq!(provider.requests().len(), 2);
    life.end().await;

    let life = Life::start(folder.path(), provider.base_url(), |_| {}).await;
    assert_eq!(life.ended(&waiting).await.content, "ok");
    life.end().await;
}

/// On one thread: what runs is known until the first wait of the stop.
#[tokio::test]
async fn a_stop_while_the_queue_is_read_chooses_no_more() {
    let provider = ScriptedProvider::start().await;
    provider.always(says_and_hangs(""));
    let folder = tempfile::tempdir().unwrap();
    let life = Life::start(folder.path(), provider.base_url(), |_| {}).await;
    let mut answers = Vec::new();
    for _ in 0..40 {
        let session = life.session().await;
        life.send(&session, "one").await;
        // Nobody waits for this one: the one before it hangs.
        answers.push(life.send(&session, "two").await.assistant_message);
    }
    life.end().await;

    let life = Life::start(folder.path(), provider.base_url(), |_| {}).await;
    tokio::task::yield_now().await; // each session's worker asks for its queue
    let chosen = life.engine.status().running_turns;
    life.engine.shutdown(PATIENCE).await;
    let mut ended = 0;
    for answer in &answers {
        ended += u32::from(!life.message(answer).await.status.is_open());
    }
    assert!(ended <= chosen, "{ended} were ended, {chosen} were chosen before the stop");
    life.end().await;
}

#[tokio::test]
async fn after_the_end_no_command_is_taken() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.engine.shutdown(PATIENCE).await;
    let head = cowork.reader.head();
    let answer = cowork_contract::MessageId::new("any");
    let engine = &cowork.engine;
    let refused = [
        code(cowork.try_send(&session, json!({ "content": "x" })).await),
        code(engine.create_session(bare()).await),
        code(engine.update_session(&session, bare()).await),
        code(engine.delete_session(&session, None).await),
        code(engine.restore_session(&session, bare()).await),
        code(engine.fork_session(&session, bare()).await),
        code(engine.cancel(&session, &answer, bare()).await),
        code(engine.send_now(&session, &answer, bare()).await),
        code(engine.continue_message(&session, &answer, bare()).await),
        code(engine.regenerate(&session, &answer, bare()).await),
        code(engine.delete_message(&session, &answer, None).await),
        code(engine.restore_message(&session, &answer, bare()).await),
        code(cowork.edit(&session, &answer, "x").await),
    ];
    assert!(refused.iter().all(|code| code == "shutting_down"), "{refused:?}");
    assert_eq!(cowork.reader.head(), head);
}

#[tokio::test]
async fn an_answer_whose_provider_is_gone_after_the_start_says_so() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (_running, _gate) = cowork.begin(&session, "a", "b").await;
    let waiting = cowork.send(&session, "two").await.assistant_message;
    let TestCowork { life, provider, folder, .. } = cowork;
    life.end().await;
    let life =
        Life::start(folder.path(), provider.base_url(), |config| config.id = "renamed".to_owned()).await;
    let ended = life.ended(&waiting).await;
    assert_eq!(
        (ended.status, ended.error.unwrap().code.as_str()),
        (MessageStatus::Error, "model_unavailable")
    );
    assert_eq!(ended.telemetry, None, "no call was made");
    life.end().await;
}
