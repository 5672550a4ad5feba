//! Random commands through the real engine: what a client folds from the events is what the snapshot says, and what
//! always holds of a session holds.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::HashMap;

use cowork_contract::{ChatMessage, MessageId, MessageRole, SessionActivity, SessionId};
use cowork_engine::EngineError;
use cowork_store::Branch;
use cowork_testkit::{Step, refuse, reply};
use proptest::prelude::*;
use serde_json::json;
use support::fold::Client;
use support::{TestCowork, bare, command};

/// One command; numbers choose the message it is about.
#[derive(Debug, Clone)]
enum Op {
    Send,
    SendFrom(usize),
    Edit(usize),
    EditAndAnswer(usize),
    Regenerate(usize),
    Continue(usize),
    Cancel(usize),
    SendNow(usize),
    Delete(usize),
    Restore(usize),
    Activate(usize),
    Rename,
    DeleteSession,
    RestoreSession,
    /// Waits until nothing runs.
    Rest,
    Restart,
    Compact,
}

fn op() -> impl Strategy<Value = Op> {
    let which = 0..1_000_usize;
    prop_oneof![
        6 => Just(Op::Send),
        1 => which.clone().prop_map(Op::SendFrom),
        2 => which.clone().prop_map(Op::Edit),
        2 => which.clone().prop_map(Op::EditAndAnswer),
        2 => which.clone().prop_map(Op::Regenerate),
        3 => which.clone().prop_map(Op::Continue),
        3 => which.clone().prop_map(Op::Cancel),
        2 => which.clone().prop_map(Op::SendNow),
        3 => which.clone().prop_map(Op::Delete),
        2 => which.clone().prop_map(Op::Restore),
        1 => which.prop_map(Op::Activate),
        1 => Just(Op::Rename),
        1 => Just(Op::DeleteSession),
        2 => Just(Op::RestoreSession),
        3 => Just(Op::Rest),
        1 => Just(Op::Restart),
        1 => Just(Op::Compact),
    ]
}

/// Answers of all kinds, by turns.
fn script_for(cowork: &TestCowork) {
    let count = std::sync::atomic::AtomicUsize::new(0);
    cowork.provider.when(move |_| {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let whole = reply().reasoning("hm").text(&format!("{number}: ")).text("text");
        Some(match number % 5 {
            0 | 1 => whole.finish("stop").usage(3, 4).done().into(),
            2 => whole
                .step(Step::Pause(std::time::Duration::from_millis(30)))
                .text(" more")
                .finish("stop")
                .done()
                .into(),
            3 => whole.step(Step::Reset).into(),
            _ => refuse(503, "busy", "later"),
        })
    });
}

/// What a refusal may be here; anything else is a fault of ours.
fn refused_well(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::NotFound(_)
            | EngineError::InvalidState(_)
            | EngineError::MessageBusy
            | EngineError::QueueFull { .. }
    )
}

async fn act(cowork: &TestCowork, session: &SessionId, op: &Op) -> Result<(), EngineError> {
    let all = cowork.chat(session, Branch::All).await.messages;
    let pick = |which: usize| -> MessageId {
        all.get(which % all.len().max(1)).map_or_else(|| MessageId::new("none"), |message| message.id.clone())
    };
    let engine = &cowork.engine;
    match op {
        Op::Send => drop(cowork.try_send(session, json!({ "content": "question" })).await?),
        Op::SendFrom(n) => {
            drop(cowork.try_send(session, json!({ "content": "aside", "parentId": pick(*n) })).await?)
        }
        Op::Edit(n) => drop(cowork.edit(session, &pick(*n), "edited").await?),
        Op::EditAndAnswer(n) => {
            let body = command(json!({ "content": "other question", "regenerate": true }));
            drop(engine.edit(session, &pick(*n), body).await?);
        }
        Op::Regenerate(n) => drop(engine.regenerate(session, &pick(*n), bare()).await?),
        Op::Continue(n) => drop(engine.continue_message(session, &pick(*n), bare()).await?),
        Op::Cancel(n) => drop(engine.cancel(session, &pick(*n), bare()).await?),
        Op::SendNow(n) => drop(engine.send_now(session, &pick(*n), bare()).await?),
        Op::Delete(n) => drop(engine.delete_message(session, &pick(*n), None).await?),
        Op::Restore(n) => drop(engine.restore_message(session, &pick(*n), bare()).await?),
        Op::Activate(n) => {
            let body = command(json!({ "activeLeafId": pick(*n) }));
            drop(engine.update_session(session, body).await?);
        }
        Op::Rename => drop(engine.update_session(session, command(json!({ "title": "Named" }))).await?),
        Op::DeleteSession => drop(engine.delete_session(session, None).await?),
        Op::RestoreSession => drop(engine.restore_session(session, bare()).await?),
        Op::Compact => drop(cowork.writer.compact(i64::MAX, 3).await),
        Op::Rest => rest(cowork, session).await,
        Op::Restart => {}
    }
    Ok(())
}

async fn rest(cowork: &TestCowork, session: &SessionId) {
    for message in cowork.chat(session, Branch::All).await.messages {
        cowork.ended(&message).await;
    }
}

async fn play(ops: Vec<Op>) {
    let mut cowork = TestCowork::start().await;
    script_for(&cowork);
    let session = cowork.session().await;
    let mut live = Client::new(&session);
    for op in &ops {
        if matches!(op, Op::Restart) {
            cowork = cowork.restart().await;
        } else if let Err(error) = act(&cowork, &session, op).await {
            assert!(refused_well(&error), "{op:?}: {error:?}");
        }
        // A client that is there all the time, and after each command is as far as the log.
        for event in cowork.events(&session, live.last_event_id).await {
            live.apply(&event);
        }
        holds_always(&live);
    }
    rest(&cowork, &session).await;
    for event in cowork.events(&session, live.last_event_id).await {
        live.apply(&event);
    }
    holds_always(&live);
    let snapshot = cowork.chat(&session, Branch::All).await;
    assert_eq!(live.in_order(), snapshot.messages, "the client that was there all the time");
    assert_eq!(live.session, Some(cowork.session_now(&session).await));
    let now = live.session.clone().unwrap();
    assert_ne!(now.activity, SessionActivity::Running, "nothing runs");
    assert_eq!(now.active_leaf_id, snapshot.active_leaf_id);
    let mut late = Client::new(&session);
    for event in cowork.events(&session, 0).await {
        late.apply(&event);
    }
    assert_eq!(late.in_order(), snapshot.messages, "the client that came late");
    if now.deleted_at.is_none() {
        the_model_gets_what_is_shown(&cowork, &session).await;
    }
    // Nothing is left running behind it, once the last worker has looked around.
    let idle = async {
        while cowork.engine.status().running_turns > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(support::PATIENCE, idle).await.expect("nothing is left running");
}

/// What the engine has in memory of a conversation is what storage has.
async fn the_model_gets_what_is_shown(cowork: &TestCowork, session: &SessionId) {
    let asked = cowork.provider.requests().len();
    let sent = cowork.send(session, "the last one").await;
    cowork.ended(&sent.assistant_message).await;
    let mut shown: Vec<(&str, String)> = Vec::new();
    for message in cowork.chat(session, Branch::Active).await.messages {
        if message.id == sent.assistant_message.id || message.content.is_empty() {
            continue;
        }
        let role = if message.role == MessageRole::User { "user" } else { "assistant" };
        match shown.last_mut() {
            Some((last, text)) if *last == role => *text = format!("{text}\n\n{}", message.content),
            _ => shown.push((role, message.content)),
        }
    }
    let request = cowork.provider.request(asked).await;
    let mut got: Vec<(&str, String)> = request.body["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|turn| (turn["role"].as_str().unwrap(), turn["content"].as_str().unwrap().to_owned()))
        .collect();
    // The wire puts a word before a conversation whose beginning is gone.
    if shown.first().is_some_and(|(role, _)| *role == "assistant") {
        assert_eq!(got.remove(0).0, "user");
    }
    assert_eq!(got, shown, "what the model gets");
}

/// What is true of a session at any moment.
fn holds_always(client: &Client) {
    let Some(session) = &client.session else { return };
    let messages: HashMap<&MessageId, &ChatMessage> = client.messages.iter().collect();
    let live = messages.values().filter(|message| message.deleted_at.is_none()).count();
    assert_eq!(session.message_count as usize, live, "messageCount");
    for message in messages.values() {
        if let Some(parent) = &message.parent_id {
            let parent = messages[parent];
            assert!(
                (parent.created_at, &parent.id) < (message.created_at, &message.id),
                "younger than its parent"
            );
        }
        if message.deleted_at.is_some() {
            assert_eq!((message.content.as_str(), message.reasoning.as_deref()), ("", None));
            assert!(!message.status.is_open(), "a deleted answer runs");
        }
        if message.role == MessageRole::User {
            assert!(!message.status.is_open());
        }
        assert_eq!(message.error.is_some(), message.status == cowork_contract::MessageStatus::Error);
    }
    let open = messages.values().filter(|message| message.status.is_open()).count();
    let streaming = messages
        .values()
        .filter(|message| message.status == cowork_contract::MessageStatus::Streaming)
        .count();
    assert!(streaming <= 1, "{streaming} run at once");
    if session.deleted_at.is_some() {
        assert_eq!(open, 0, "a deleted session has answers to give");
    }
    if let Some(leaf) = &session.active_leaf_id {
        assert!(messages.contains_key(leaf), "the active leaf is not of the session");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_time: 60_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_client_folds_is_what_the_snapshot_says(ops in prop::collection::vec(op(), 1..30)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(play(ops));
    }
}
