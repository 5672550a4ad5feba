//! A command that comes again: done once, with the first answer, whatever happened in between.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use cowork_contract::{ChatMessage, MessageId, SessionId};
use cowork_engine::{Edited, Engine, EngineError};
use cowork_store::Branch;
use serde_json::{Value, json};
use support::{Life, TestCowork, code, command, says, says_and_hangs};

/// Sends a command of this kind with these fields and the id `again`; gives its answer as it travels.
async fn run(
    engine: &Engine,
    kind: &str,
    session: &SessionId,
    message: &MessageId,
    fields: Value,
) -> Result<Value, EngineError> {
    let mut body = json!({ "client_request_id": "again" });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let json = |value: &dyn erased::Json| value.json();
    Ok(match kind {
        "create" => json(&engine.create_session(command(body)).await?),
        "import" => json(&engine.import_session(command(body)).await?),
        "update" => json(&engine.update_session(session, command(body)).await?),
        "fork" => json(&engine.fork_session(session, command(body)).await?),
        "restore session" => json(&engine.restore_session(session, command(body)).await?),
        "send" => json(&engine.send(session, command(body)).await?),
        "edit" => match engine.edit(session, message, command(body)).await? {
            Edited::InPlace(message) => json(&message),
            Edited::Answered(accepted) => json(&accepted),
        },
        "regenerate" => json(&engine.regenerate(session, message, command(body)).await?),
        "continue" => json(&engine.continue_message(session, message, command(body)).await?),
        "restore" => json(&engine.restore_message(session, message, command(body)).await?),
        "cancel" => json(&engine.cancel(session, message, command(body)).await?),
        "send now" => json(&engine.send_now(session, message, command(body)).await?),
        "delete session" => {
            let id = cowork_contract::ClientRequestId::new("again").unwrap();
            json(&engine.delete_session(session, Some(id)).await?)
        }
        "delete" => {
            let id = cowork_contract::ClientRequestId::new("again").unwrap();
            json(&engine.delete_message(session, message, Some(id)).await?)
        }
        other => panic!("no such command: {other}"),
    })
}

/// Any answer as JSON.
mod erased {
    pub(crate) trait Json {
        fn json(&self) -> serde_json::Value;
    }

    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> serde_json::Value {
            serde_json::to_value(self).unwrap()
        }
    }
}

/// A session with a stopped answer at its end.
async fn prepared(cowork: &TestCowork) -> (SessionId, ChatMessage, ChatMessage) {
    let session = cowork.session().await;
    cowork.provider.push(cowork_testkit::reply().text("half").step(cowork_testkit::Step::Reset));
    let sent = cowork.send(&session, "one").await;
    let answer = cowork.ended(&sent.assistant_message).await;
    cowork.provider.always(says("ok"));
    (session, sent.user_message.unwrap(), answer)
}

/// Each command that carries an id: its name, whether it is about the question or the answer, its fields, and other
/// fields.
fn commands() -> Vec<(&'static str, bool, Value, Option<Value>)> {
    vec![
        ("create", true, json!({ "title": "a" }), Some(json!({ "title": "b" }))),
        ("import", true, export("a"), Some(export("b"))),
        ("update", true, json!({ "title": "a" }), Some(json!({ "title": "b" }))),
        ("fork", true, json!({}), Some(json!({ "title": "b" }))),
        ("restore session", true, json!({}), None),
        ("send", true, json!({ "content": "a" }), Some(json!({ "content": "b" }))),
        ("edit", true, json!({ "content": "a" }), Some(json!({ "content": "a", "regenerate": true }))),
        ("edit", true, json!({ "content": "a", "regenerate": true }), Some(json!({ "content": "a" }))),
        ("regenerate", false, json!({}), Some(json!({ "modelId": "other" }))),
        ("continue", false, json!({}), None),
        ("delete", false, json!({}), None),
        ("restore", false, json!({}), None),
        ("cancel", false, json!({}), None),
        ("delete session", true, json!({}), None),
    ]
}

/// An exported file with one message.
fn export(title: &str) -> Value {
    json!({
        "format": "cowork.session", "version": 1, "exportedAt": 2,
        "session": {
            "id": "s", "title": title, "createdAt": 1, "updatedAt": 1, "mode": "chat", "pinned": false,
            "archived": false, "messageCount": 1, "lastEventId": 3, "writeMode": "review", "agentMode": "build",
            "activity": "idle",
        },
        "messages": [{
            "id": "m", "sessionId": "s", "role": "user", "content": "x", "createdAt": 1, "status": "done",
            "updatedAt": 1, "revision": 1,
        }],
    })
}

/// Waits until nothing runs, then tells everything there is of a session, and how many sessions there are.
async fn everything(life: &Life, session: &SessionId) -> (Vec<ChatMessage>, usize) {
    for message in life.chat(session, Branch::All).await.messages {
        life.ended(&message).await;
    }
    let query = cowork_store::SessionQuery { limit: 100, ..Default::default() };
    let sessions = life.reader.sessions(query).await.unwrap().items.len();
    (life.chat(session, Branch::All).await.messages, sessions)
}

#[tokio::test]
async fn twice_in_a_row_and_after_a_restart() {
    for (kind, of_question, fields, others) in commands() {
        let mut cowork = TestCowork::start().await;
        let (session, question, answer) = prepared(&cowork).await;
        let message = if of_question { question.id } else { answer.id };
        let first = run(&cowork.engine, kind, &session, &message, fields.clone()).await.unwrap();
        let (state, calls) = (everything(&cowork, &session).await, cowork.provider.requests().len());
        let head = cowork.reader.head();
        for round in 0..2 {
            let again = run(&cowork.engine, kind, &session, &message, fields.clone()).await.unwrap();
            assert_eq!(again, first, "{kind}, round {round}");
            if let Some(others) = &others {
                let refused = run(&cowork.engine, kind, &session, &message, others.clone()).await;
                assert_eq!(code(refused), "idempotency_conflict", "{kind}");
            }
            assert_eq!(cowork.reader.head(), head, "{kind} wrote something, round {round}");
            assert_eq!(everything(&cowork, &session).await, state, "{kind}");
            assert_eq!(cowork.provider.requests().len(), calls, "{kind}");
            cowork = cowork.restart().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_times_at_once() {
    for (kind, of_question, fields, _) in commands() {
        let cowork = TestCowork::start().await;
        let (session, question, answer) = prepared(&cowork).await;
        let message = if of_question { question.id } else { answer.id };
        let before = everything(&cowork, &session).await;
        let calls = cowork.provider.requests().len();
        let barrier = Arc::new(tokio::sync::Barrier::new(20));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (engine, session, message) = (cowork.engine.clone(), session.clone(), message.clone());
                let (fields, barrier) = (fields.clone(), Arc::clone(&barrier));
                tokio::spawn(async move {
                    barrier.wait().await;
                    run(&engine, kind, &session, &message, fields).await.unwrap()
                })
            })
            .collect();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{kind}: {answers:?}");
        let after = everything(&cowork, &session).await;
        let (asks, makes) = match (kind, fields.get("regenerate")) {
            ("send", _) | ("edit", Some(_)) => (1, 2),
            ("regenerate", _) => (1, 1),
            ("continue", _) => (1, 0),
            _ => (0, 0),
        };
        assert_eq!(after.0.len() - before.0.len(), makes, "{kind}");
        assert_eq!(cowork.provider.requests().len() - calls, asks, "{kind}");
    }
}

#[tokio::test]
async fn an_id_is_of_its_session() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let (one, two) = (cowork.session().await, cowork.session().await);
    let body = json!({ "content": "x", "client_request_id": "same" });
    let first = cowork.try_send(&one, body.clone()).await.unwrap();
    let second = cowork.try_send(&two, body.clone()).await.unwrap();
    assert_ne!(first.assistant_message.id, second.assistant_message.id);
    let made = json!({ "client_request_id": "same" });
    let third = cowork.engine.create_session(command(made)).await.unwrap();
    assert!(third.id != one && third.id != two);
    // A refused command leaves its id free.
    let refused = json!({ "content": "x", "parentId": "nothing", "client_request_id": "fresh" });
    assert_eq!(code(cowork.try_send(&one, refused).await), "not_found");
    cowork.try_send(&one, json!({ "content": "y", "client_request_id": "fresh" })).await.unwrap();
}

/// The page sends again because it never heard; meanwhile the provider it asked is gone.
#[tokio::test]
async fn the_first_answer_does_not_depend_on_the_provider() {
    let cowork = TestCowork::start().await;
    cowork.provider.push(says("ok"));
    let session = cowork.session().await;
    let body = json!({ "content": "x", "providerId": "scripted", "client_request_id": "again" });
    let first = cowork.try_send(&session, body.clone()).await.unwrap();
    cowork.ended(&first.assistant_message).await;
    let TestCowork { life, provider, folder, .. } = cowork;
    life.end().await;
    let life =
        Life::start(folder.path(), provider.base_url(), |config| config.id = "renamed".to_owned()).await;
    let again = life.try_send(&session, body).await.unwrap();
    assert_eq!(again.assistant_message, first.assistant_message);
    life.end().await;
}

/// A late duplicate must not stop what runs by now.
#[tokio::test]
async fn a_late_duplicate_stops_nothing() {
    let cowork = TestCowork::start().await;
    let (session, _, answer) = prepared(&cowork).await;
    let first = run(&cowork.engine, "regenerate", &session, &answer.id, json!({})).await.unwrap();
    everything(&cowork, &session).await;
    cowork.provider.push(says_and_hangs(" and"));
    cowork.engine.continue_message(&session, &answer.id, support::bare()).await.unwrap();
    cowork.says(&answer, "half and").await;
    let again = run(&cowork.engine, "regenerate", &session, &answer.id, json!({})).await.unwrap();
    assert_eq!(again, first);
    assert!(cowork.message(&answer).await.status.is_open(), "it was stopped by a duplicate");
    cowork.engine.cancel(&session, &answer.id, support::bare()).await.unwrap();
}

/// The person has the answer go on; only then the second copy of their stop arrives.
#[tokio::test]
async fn a_late_duplicate_of_a_stop_stops_nothing() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says_and_hangs("half"));
    let answer = cowork.send(&session, "one").await.assistant_message;
    cowork.says(&answer, "half").await;
    let first = run(&cowork.engine, "cancel", &session, &answer.id, json!({})).await.unwrap();
    assert_eq!((&first["status"], &first["content"]), (&json!("canceled"), &json!("half")));
    cowork.provider.push(says_and_hangs(" and"));
    cowork.engine.continue_message(&session, &answer.id, support::bare()).await.unwrap();
    cowork.says(&answer, "half and").await;
    let again = run(&cowork.engine, "cancel", &session, &answer.id, json!({})).await.unwrap();
    assert_eq!(again, first);
    assert!(cowork.message(&answer).await.status.is_open(), "it was stopped by a duplicate");
    cowork.engine.cancel(&session, &answer.id, support::bare()).await.unwrap();
}

#[tokio::test]
async fn a_late_duplicate_of_a_deletion_leaves_what_was_restored() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let answer = MessageId::new("none");
    let first = run(&cowork.engine, "delete session", &session, &answer, json!({})).await.unwrap();
    cowork.engine.restore_session(&session, support::bare()).await.unwrap();
    cowork.provider.push(says_and_hangs("half"));
    let answer = cowork.send(&session, "one").await.assistant_message;
    cowork.says(&answer, "half").await;
    let again = run(&cowork.engine, "delete session", &session, &answer.id, json!({})).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(cowork.session_now(&session).await.deleted_at, None);
    assert!(cowork.message(&answer).await.status.is_open(), "it was stopped by a duplicate");
    cowork.engine.cancel(&session, &answer.id, support::bare()).await.unwrap();
}

#[tokio::test]
async fn a_late_duplicate_of_send_now_does_not_push_in_again() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says_and_hangs("one's"));
    let one = cowork.send(&session, "one").await.assistant_message;
    cowork.says(&one, "one's").await;
    let two = cowork.send(&session, "two").await.assistant_message;
    let three = cowork.send(&session, "three").await.assistant_message;
    cowork.provider.push(says("three's"));
    cowork.provider.push(says_and_hangs("two's"));
    let first = run(&cowork.engine, "send now", &session, &three.id, json!({})).await.unwrap();
    assert_eq!(cowork.ended(&three).await.content, "three's");
    cowork.says(&two, "two's").await;
    let again = run(&cowork.engine, "send now", &session, &three.id, json!({})).await.unwrap();
    assert_eq!(again, first);
    assert!(cowork.message(&two).await.status.is_open(), "it was stopped by a duplicate");
    cowork.engine.cancel(&session, &two.id, support::bare()).await.unwrap();
}

#[tokio::test]
async fn an_id_that_was_used_for_something_else_stops_and_deletes_nothing() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let body = json!({ "title": "x", "client_request_id": "again" });
    cowork.engine.update_session(&session, command(body)).await.unwrap();
    let (running, gate) = cowork.begin(&session, "a", "b").await;
    let waiting = cowork.send(&session, "two").await.assistant_message;
    for (kind, message) in [
        ("cancel", &running.assistant_message),
        ("cancel", &waiting),
        ("send now", &waiting),
        ("delete session", &waiting),
    ] {
        let refused = run(&cowork.engine, kind, &session, &message.id, json!({})).await;
        assert_eq!(code(refused), "idempotency_conflict", "{kind}");
    }
    assert_eq!(cowork.session_now(&session).await.deleted_at, None);
    cowork.provider.push(says("ok"));
    gate.open();
    assert_eq!(cowork.ended(&running.assistant_message).await.content, "ab");
    assert_eq!(cowork.ended(&waiting).await.content, "ok");
}
