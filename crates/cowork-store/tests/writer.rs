//! The one writer: neighbours in a batch, text and commands in their order, and a database that another program holds.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use cowork_contract::{MessageStatus, SessionId};
use cowork_store::{
    RequestScope, Scope, SessionQuery, StorageFault, TransactError, Transaction, Tx, TxError,
};
use futures_util::future::join_all;
use metrics_exporter_prometheus::PrometheusBuilder;
use sqlx::{Connection, Executor};
use support::{
    append, chat, close, complete, create, message, more, open, put_session, session, sql, text, until,
};

/// Appends an event, then thinks better of it.
struct Refuse(String);

impl Transaction for Refuse {
    type Output = ();
    type Refusal = String;

    async fn run(self, tx: &mut Tx<'_>) -> Result<(), TxError<String>> {
        put_session(session(&self.0)).run(tx).await?;
        Err(TxError::Refused(self.0))
    }
}

/// Appends an event, then breaks a rule of the schema.
struct Break(String);

impl Transaction for Break {
    type Output = ();
    type Refusal = String;

    async fn run(self, tx: &mut Tx<'_>) -> Result<(), TxError<String>> {
        put_session(session(&self.0)).run(tx).await?;
        let kept = message("s", &self.0, None, "text");
        tx.put_in_trash(&kept).await?;
        tx.put_in_trash(&kept).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_fails_leaves_no_trace_and_its_neighbours_alone() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let mut follow = opened.reader.follow(Scope::All { with: None }, Some(0)).unwrap();
    let start = Arc::new(tokio::sync::Barrier::new(90));
    let tasks: Vec<_> = (0..90)
        .map(|number| {
            let (writer, start) = (opened.writer.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                for round in 0..5 {
                    let name = format!("{number}-{round}");
                    match number % 3 {
                        0 => assert_eq!(
                            writer.transact(put_session(session(&name))).await.unwrap().session_id.as_str(),
                            name
                        ),
                        1 => match writer.transact(Refuse(name.clone())).await {
                            Err(TransactError::Refused(refusal)) => assert_eq!(refusal, name),
                            other => panic!("not refused: {other:?}"),
                        },
                        _ => match writer.transact(Break(name)).await {
                            Err(TransactError::Storage(error)) => {
                                assert_eq!(error.fault, StorageFault::Constraint);
                            }
                            other => panic!("not broken: {other:?}"),
                        },
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let head = opened.reader.head();
    let mut told: Vec<String> =
        until(&mut follow, head).await.iter().map(|event| event.session_id.as_str().to_owned()).collect();
    told.sort();
    let mut wanted: Vec<String> =
        (0..90).step_by(3).flat_map(|number| (0..5).map(move |round| format!("{number}-{round}"))).collect();
    wanted.sort();
    assert_eq!(told, wanted);
    let query = SessionQuery { limit: 1_000, ..Default::default() };
    assert_eq!(opened.reader.sessions(query).await.unwrap().items.len(), 150);
    let values = support::all_values(folder.path()).await;
    assert!(values.iter().all(|(place, _)| !place.starts_with("trash.")), "a broken command left something");
    assert!(opened.writer.trouble().is_none(), "a fault of one command is not trouble of storage");
}

#[tokio::test]
async fn the_first_text_makes_an_answer_stream_unless_it_was_ended() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("s"))).await;
    append(&opened.writer, create(message("s", "m", None, ""))).await;
    // The second batch may be on its way before the first is known to be committed.
    let (one, two) = tokio::join!(
        opened.writer.append_text(text("s", "m", true, "one ")),
        opened.writer.append_text(text("s", "m", true, "two")),
    );
    one.and(two).unwrap();
    let now = chat(&opened.reader, "s").await.messages.remove(0);
    assert_eq!((now.status, now.content.as_str()), (MessageStatus::Streaming, "one two"));

    let mut canceled = message("s", "n", None, "");
    append(&opened.writer, create(canceled.clone())).await;
    canceled.status = MessageStatus::Canceled;
    append(&opened.writer, complete(canceled)).await;
    let head = opened.reader.head();
    let overtaken = opened.writer.append_text(text("s", "n", true, "late")).await;
    assert!(
        matches!(&overtaken, Err(TransactError::Storage(error)) if error.fault == StorageFault::Constraint)
    );
    assert_eq!(opened.reader.head(), head);
    // Among others in one batch, too: they are written, it is not.
    let (one, two, three) = tokio::join!(
        opened.writer.append_text(text("s", "m", false, ", three")),
        opened.writer.append_text(text("s", "n", true, "late")),
        opened.writer.append_text(text("s", "m", false, ", four")),
    );
    assert!(one.is_ok() && two.is_err() && three.is_ok());
    let now = chat(&opened.reader, "s").await.messages;
    assert_eq!((now[0].content.as_str(), now[1].content.as_str()), ("one two, three, four", ""));
}

#[tokio::test]
async fn text_and_commands_keep_the_order_in_which_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("s"))).await;
    append(&opened.writer, create(message("s", "m", None, ""))).await;
    let start = opened.reader.head();
    // All are in the queue before the first is committed: one batch, of texts with commands among them.
    let mut texts = Vec::new();
    let mut changes = Vec::new();
    let mut all: Vec<std::pin::Pin<Box<dyn Future<Output = ()>>>> = Vec::new();
    for number in 0..100 {
        let writer = &opened.writer;
        if number % 7 == 6 {
            changes.push(number);
            all.push(Box::pin(async move { drop(append(writer, put_session(session("s"))).await) }));
        } else {
            texts.push(number);
            let piece = text("s", "m", number == 0, &number.to_string());
            all.push(Box::pin(async move { writer.append_text(piece).await.unwrap() }));
        }
    }
    join_all(all).await;
    let mut follow = opened.reader.follow(Scope::Session(SessionId::new("s")), Some(start)).unwrap();
    let events = until(&mut follow, opened.reader.head()).await;
    let places: Vec<i64> = events.iter().map(|event| event.id - start - 1).collect();
    assert_eq!(places, (0..100).collect::<Vec<_>>());
    for number in texts {
        let cowork_contract::EventBody::MessageDelta(delta) = &events[number].body else {
            panic!("{number}: {:?}", events[number])
        };
        assert_eq!(delta.text, number.to_string());
    }
    assert!(changes.into_iter().all(|number| events[number].body.name() == "session.updated"));
}

#[tokio::test]
async fn a_database_that_another_program_holds_refuses_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("s"))).await;
    append(&opened.writer, create(message("s", "m", None, ""))).await;
    let head = opened.reader.head();
    let mut other = sql(folder.path()).await;
    other.execute("begin exclusive").await.unwrap();
    let (command, streamed) = tokio::join!(
        opened.writer.transact(put_session(session("t"))),
        opened.writer.append_text(text("s", "m", true, "x")),
    );
    for error in [command.map(|_| ()).unwrap_err().to_string(), streamed.unwrap_err().to_string()] {
        assert!(error.contains("Another program holds the database"), "{error}");
    }
    assert_eq!(opened.writer.trouble().unwrap().fault, StorageFault::Locked);
    assert_eq!(opened.reader.head(), head, "nothing is announced");
    assert_eq!(chat(&opened.reader, "s").await.messages[0].content, "", "reading goes on");
    other.execute("rollback").await.unwrap();
    other.close().await.unwrap();

    opened.writer.append_text(text("s", "m", true, "x")).await.unwrap();
    let position = append(&opened.writer, put_session(session("t"))).await.id;
    assert_eq!(position, head + 2, "what was refused took no position");
    assert!(opened.writer.trouble().is_none());
    let mut follow =
        opened.reader.follow(Scope::All { with: Some(SessionId::new("s")) }, Some(head)).unwrap();
    assert_eq!(until(&mut follow, position).await.len(), 2);
}

/// The writer runs on the test's thread, so the test's own recorder hears of it.
#[tokio::test]
async fn commits_are_timed_and_counted_and_failures_by_their_fault() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _hearing = metrics::set_default_local_recorder(&recorder);
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("s"))).await;
    append(&opened.writer, create(message("s", "m", None, ""))).await;
    let mut other = sql(folder.path()).await;
    other.execute("begin exclusive").await.unwrap();
    opened.writer.transact(put_session(session("t"))).await.unwrap_err();
    other.execute("rollback").await.unwrap();
    opened.writer.append_text(text("s", "m", true, "x")).await.unwrap();
    let metrics = recorder.handle().render();
    for line in [
        "cowork_commit_seconds_count 3",
        "cowork_commit_events_total 3",
        "cowork_commit_failures_total{fault=\"locked\"} 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not in:\n{metrics}");
    }
}

/// Does something once for its id.
struct Once(&'static str);

impl Transaction for Once {
    type Output = bool;
    type Refusal = String;

    async fn run(self, tx: &mut Tx<'_>) -> Result<bool, TxError<String>> {
        let id = cowork_contract::ClientRequestId::new("id").ok();
        match tx.recall(&RequestScope::server(), id.as_ref(), self.0).await? {
            cowork_store::Remembered::New => {
                let event = put_session(session(self.0)).run(tx).await?;
                tx.remember(&RequestScope::server(), id.as_ref(), self.0, &[event.id]).await?;
                Ok(true)
            }
            cowork_store::Remembered::Done(events) => {
                assert_eq!(events[0].session_id.as_str(), self.0);
                Ok(false)
            }
            cowork_store::Remembered::Different => Err(TxError::Refused("different".to_owned())),
        }
    }
}

#[tokio::test]
async fn a_remembered_command_is_known_to_its_neighbours_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let done = join_all((0..10).map(|_| opened.writer.transact(Once("a")))).await;
    assert_eq!(done.into_iter().filter(|done| matches!(done, Ok(true))).count(), 1);
    close(opened).await;
    let opened = open(folder.path()).await;
    assert!(!opened.writer.transact(Once("a")).await.unwrap());
    assert!(matches!(opened.writer.transact(Once("b")).await, Err(TransactError::Refused(_))));
    let mut follow = opened.reader.follow(Scope::All { with: None }, Some(0)).unwrap();
    assert_eq!(more(&mut follow).await.len(), 1);
}

#[tokio::test]
async fn a_writer_that_has_stopped_says_so_after_writing_what_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let writer = opened.writer.clone();
    let handed_in: Vec<_> = (0..50)
        .map(|number| {
            let writer = writer.clone();
            tokio::spawn(
                async move { writer.transact(put_session(session(&number.to_string()))).await.is_ok() },
            )
        })
        .collect();
    tokio::task::yield_now().await;
    opened.task.stop().await;
    let mut taken = 0;
    for task in handed_in {
        taken += usize::from(task.await.unwrap());
    }
    assert!(matches!(writer.transact(put_session(session("late"))).await, Err(TransactError::Closed)));
    let query = SessionQuery { limit: 100, ..Default::default() };
    assert_eq!(opened.reader.sessions(query).await.unwrap().items.len(), taken);
}
