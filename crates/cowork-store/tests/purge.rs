//! What is removed: deltas nobody needs any more, and what was deleted for good. What is gone is gone everywhere.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;

use cowork_contract::{ChatMessage, MessageId, MessageStatus, Position, SessionId};
use cowork_store::{FollowItem, Opened, Scope, Transaction, Tx, TxError};
use support::{
    all_values, append, chat, close, complete, create, message, more, next, open, put_session, session, text,
    until, update,
};

/// Deletes a message the way the engine does.
struct Delete(ChatMessage);

impl Transaction for Delete {
    type Output = ();
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<(), TxError<()>> {
        let mut message = self.0;
        tx.put_in_trash(&message).await?;
        message.deleted_at = Some(tx.now());
        message.content.clear();
        message.reasoning = None;
        update(message).run(tx).await.map(|_| ()).map_err(|_| TxError::Refused(()))
    }
}

/// Edits it in place.
struct Edit(ChatMessage, &'static str);

impl Transaction for Edit {
    type Output = ChatMessage;
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<ChatMessage, TxError<()>> {
        let mut message = self.0;
        tx.keep_revision(&message, tx.now()).await?;
        message.content = self.1.to_owned();
        message.revision += 1;
        update(message.clone()).run(tx).await.map_err(|_| TxError::Refused(()))?;
        Ok(message)
    }
}

struct TakeBack(&'static str);

impl Transaction for TakeBack {
    type Output = Option<ChatMessage>;
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<Option<ChatMessage>, TxError<()>> {
        Ok(tx.take_from_trash(&MessageId::new(self.0)).await?)
    }
}

/// An answer in pieces that say `secret`, finished, edited and deleted; another message beside it.
async fn deleted(opened: &Opened) -> ChatMessage {
    append(&opened.writer, put_session(session("s"))).await;
    append(&opened.writer, create(message("s", "q", None, "question"))).await;
    append(&opened.writer, create(message("s", "a", Some("q"), ""))).await;
    for (number, piece) in ["the sec", "ret ", "word secret"].into_iter().enumerate() {
        opened.writer.append_text(text("s", "a", number == 0, piece)).await.unwrap();
    }
    let mut answer = message("s", "a", Some("q"), "");
    answer.content = "the secret word secret".to_owned();
    answer.reasoning = Some("secret thoughts".to_owned());
    answer.status = MessageStatus::Done;
    append(&opened.writer, complete(answer.clone())).await;
    let edited = opened.writer.transact(Edit(answer, "a new secret")).await.unwrap();
    opened.writer.transact(Delete(edited.clone())).await.unwrap();
    edited
}

async fn places_of(folder: &Path, word: &str) -> Vec<String> {
    let values = all_values(folder).await.into_iter();
    let mut places: Vec<_> =
        values.filter(|(_, value)| value.contains(word)).map(|(place, _)| place).collect();
    places.dedup();
    places
}

#[tokio::test]
async fn a_deletion_can_be_taken_back_until_it_is_purged_and_then_nothing_of_it_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let edited = deleted(&opened).await;
    assert_eq!(opened.writer.purge(1).await.unwrap().messages, 0, "its time has not ended");
    let back = opened.writer.transact(TakeBack("a")).await.unwrap().unwrap();
    assert_eq!(back, edited);
    opened.writer.transact(Delete(edited)).await.unwrap();
    assert!(!places_of(folder.path(), "secret").await.is_empty(), "the search finds what is there");

    assert_eq!(opened.writer.purge(i64::MAX).await.unwrap().messages, 1);
    assert_eq!(places_of(folder.path(), "secret").await, Vec::<String>::new());
    assert!(places_of(folder.path(), "question").await.len() >= 2, "the rest is left alone");
    assert_eq!(opened.writer.transact(TakeBack("a")).await.unwrap(), None);
    // Nor is it served from memory to a reader that resumes from the beginning.
    let head = opened.reader.head();
    let mut follow = opened.reader.follow(Scope::Session(SessionId::new("s")), Some(0)).unwrap();
    let events = until(&mut follow, head).await;
    let served = serde_json::to_string(&events).unwrap();
    assert!(!served.contains("sec"), "{served}");
    // The row keeps its place.
    let rows = chat(&opened.reader, "s").await.messages;
    assert_eq!((rows.len(), rows[0].content.as_str(), rows[0].deleted_at.is_some()), (2, "", true));
}

#[tokio::test]
async fn a_purged_session_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    deleted(&opened).await;
    append(&opened.writer, put_session(session("other"))).await;
    let mut gone = session("s");
    gone.title = "secret title".to_owned();
    gone.deleted_at = Some(5);
    append(&opened.writer, put_session(gone)).await;
    assert_eq!(opened.writer.purge(6).await.unwrap().sessions, 1);
    assert_eq!(places_of(folder.path(), "secret").await, Vec::<String>::new());
    let values = all_values(folder.path()).await;
    assert!(values.iter().all(|(_, value)| value != "'s'"), "{values:?}");
    close(opened).await;
    let opened = open(folder.path()).await;
    assert!(opened.reader.session(&SessionId::new("other")).await.unwrap().is_some());
}

#[tokio::test]
async fn only_readers_that_may_have_missed_something_start_again() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("kept"))).await;
    let before = append(&opened.writer, create(message("kept", "m", None, "hello"))).await.id;
    let mut gone = session("gone");
    gone.deleted_at = Some(2);
    let removed = append(&opened.writer, put_session(gone)).await.id;
    // This one hears of its own session only, and so stays far behind the head.
    let mut follow = opened.reader.follow(Scope::Session(SessionId::new("kept")), None).unwrap();
    for _ in 0..5 {
        append(&opened.writer, put_session(session("busy"))).await;
    }
    assert_eq!(opened.writer.purge(3).await.unwrap().sessions, 1);
    let news = append(&opened.writer, create(message("kept", "n", Some("m"), "more"))).await;
    assert_eq!(more(&mut follow).await, [news]);

    for (after, starts_again) in [(before, true), (removed, false)] {
        assert_eq!(is_reset(&opened, "kept", after).await, starts_again, "after {after}");
    }
}

#[tokio::test]
async fn a_purge_of_something_older_does_not_bring_the_mark_down() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let deleted = |name: &str, at| {
        let mut gone = session(name);
        gone.deleted_at = Some(at);
        put_session(gone)
    };
    append(&opened.writer, deleted("older", 9)).await;
    let kept = append(&opened.writer, put_session(session("kept"))).await.id;
    append(&opened.writer, deleted("newer", 2)).await;
    append(&opened.writer, put_session(session("kept"))).await;
    for before in [3, 10] {
        assert_eq!(opened.writer.purge(before).await.unwrap().sessions, 1);
    }
    assert!(is_reset(&opened, "kept", kept).await);
    close(opened).await;
    assert!(is_reset(&open(folder.path()).await, "kept", kept).await);
}

/// Whether a reader of a session that has read up to `after` has to start again.
async fn is_reset(opened: &Opened, session: &str, after: Position) -> bool {
    let scope = Scope::Session(SessionId::new(session));
    let mut follow = opened.reader.follow(scope, Some(after)).unwrap();
    matches!(next(&mut follow).await, FollowItem::Reset)
}

#[tokio::test]
async fn compaction_takes_deltas_of_finished_answers_and_of_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("s"))).await;
    for name in ["done", "open", "again"] {
        append(&opened.writer, create(message("s", name, None, ""))).await;
        for number in 0..3 {
            opened.writer.append_text(text("s", name, number == 0, name)).await.unwrap();
        }
    }
    let ended = |name: &str, content: &str| {
        let mut answer = message("s", name, None, "");
        (answer.content, answer.status) = (content.to_owned(), MessageStatus::Done);
        answer
    };
    append(&opened.writer, complete(ended("done", "donedonedone"))).await;
    append(&opened.writer, complete(ended("again", "againagainagain"))).await;
    // This one goes on: what it says from now on is needed.
    let mut going_on = ended("again", "againagainagain");
    going_on.status = MessageStatus::Pending;
    append(&opened.writer, update(going_on)).await;
    opened.writer.append_text(text("s", "again", true, " and on")).await.unwrap();
    let before = chat(&opened.reader, "s").await;
    assert_eq!(before.messages[0].content, "againagainagain and on");

    assert_eq!(opened.writer.compact(1, 9).await.unwrap(), 0, "too young");
    assert_eq!(opened.writer.compact(i64::MAX, 1).await.unwrap(), 1, "one at a time");
    assert_eq!(opened.writer.compact(i64::MAX, 9).await.unwrap(), 1);
    assert_eq!(opened.writer.compact(i64::MAX, 9).await.unwrap(), 0);
    assert_eq!(chat(&opened.reader, "s").await.messages, before.messages);
    let mut connection = support::sql(folder.path()).await;
    let left = "select message_id from event where kind = 'message.delta' order by position";
    let rows = sqlx::query(left).fetch_all(&mut connection).await.unwrap();
    let left: Vec<String> = rows.iter().map(|row| sqlx::Row::try_get(row, 0).unwrap()).collect();
    assert_eq!(left, ["open", "open", "open", "again"]);
    // Finished a second time, the rest goes too.
    append(&opened.writer, complete(ended("again", "againagainagain and on"))).await;
    assert_eq!(opened.writer.compact(i64::MAX, 9).await.unwrap(), 1);
    let count = "select count(*) from event where kind = 'message.delta' and message_id = 'again'";
    let row = sqlx::query(count).fetch_one(&mut connection).await.unwrap();
    assert_eq!(sqlx::Row::try_get::<i64, _>(&row, 0).unwrap(), 0);
}

#[tokio::test]
async fn a_summary_of_what_is_purged_goes_with_it_and_a_later_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let compacted = |summary: &str, created_at: i64| {
        let mut message = message("s", "last", Some("q"), "the end");
        message.metadata.compaction = serde_json::from_value(serde_json::json!({
            "summary": summary, "messages": 2, "tokensBefore": 9, "tokensAfter": 3, "providerId": "p",
            "modelId": "m", "createdAt": created_at, "trigger": "manual",
        }))
        .unwrap();
        message
    };
    append(&opened.writer, put_session(session("s"))).await;
    let question = message("s", "q", None, "a plain word");
    append(&opened.writer, create(question.clone())).await;
    append(&opened.writer, create(message("s", "last", Some("q"), "the end"))).await;
    append(&opened.writer, create(message("s", "beside", None, "says \"compaction\": nothing"))).await;
    append(&opened.writer, update(compacted("tells the secret", 1))).await;
    let below = opened.writer.transact(Below("q")).await.unwrap();
    assert_eq!(below, ["last"]);
    assert_eq!(opened.writer.transact(Below("beside")).await.unwrap(), [""; 0]);
    append(&opened.writer, update(message("s", "last", Some("q"), "the end"))).await;
    opened.writer.transact(Delete(question)).await.unwrap();
    append(&opened.writer, update(compacted("tells the rest", i64::MAX))).await;

    assert!(!places_of(folder.path(), "secret").await.is_empty());
    assert_eq!(opened.writer.purge(i64::MAX).await.unwrap().messages, 1);
    assert_eq!(places_of(folder.path(), "secret").await, Vec::<String>::new());
    assert!(places_of(folder.path(), "tells the rest").await.len() >= 2);
}

/// The messages with a summary at or below this one.
struct Below(&'static str);

impl Transaction for Below {
    type Output = Vec<String>;
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<Vec<String>, TxError<()>> {
        let found = tx.compacted_below(&SessionId::new("s"), &MessageId::new(self.0)).await?;
        Ok(found.into_iter().map(|message| message.id.to_string()).collect())
    }
}
