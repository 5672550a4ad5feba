//! The one log: positions, opening and reopening, cursors that are too new or too old.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{Position, SessionId};
use cowork_store::{FollowItem, Scope};
use support::{
    append, chat, close, create, message, more, next, open, put_session, session, sql, text, until,
};

/// Changes a row of the table that remembers how the log was closed.
async fn set_meta(folder: &std::path::Path, name: &str, value: &str) {
    let mut connection = sql(folder).await;
    let done = sqlx::query("update meta set value = $1 where name = $2").bind(value).bind(name);
    assert_eq!(done.execute(&mut connection).await.unwrap().rows_affected(), 1);
}

/// Writes one event and closes the log without marking it as clean, as the end of the process does.
async fn write_and_die(folder: &std::path::Path) -> Position {
    let opened = open(folder).await;
    let position = append(&opened.writer, put_session(session("s"))).await.id;
    close(opened).await;
    set_meta(folder, "clean", "0").await;
    position
}

#[tokio::test]
async fn positions_grow_by_one_over_all_sessions_and_go_on_after_a_clean_end() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let mut last = 0;
    for name in ["a", "b", "a", "c"] {
        let position = append(&opened.writer, put_session(session(name))).await.id;
        assert_eq!(position, last + 1);
        assert_eq!(opened.reader.head(), position, "announced before the caller hears");
        last = position;
    }
    close(opened).await;
    set_meta(folder.path(), "boot", "another start of the machine").await;
    let opened = open(folder.path()).await;
    assert_eq!(opened.reader.head(), last);
    assert_eq!(append(&opened.writer, put_session(session("a"))).await.id, last + 1);
}

#[tokio::test]
async fn a_process_that_was_killed_leaves_no_gap() {
    let folder = tempfile::tempdir().unwrap();
    let last = write_and_die(folder.path()).await;
    let opened = open(folder.path()).await;
    assert_eq!(append(&opened.writer, put_session(session("s"))).await.id, last + 1);
}

#[tokio::test]
async fn a_machine_that_died_leaves_a_gap_that_stays() {
    let folder = tempfile::tempdir().unwrap();
    let last = write_and_die(folder.path()).await;
    set_meta(folder.path(), "boot", "another start of the machine").await;
    // Opened and closed without an event in between: what was skipped stays skipped.
    close(open(folder.path()).await).await;
    let opened = open(folder.path()).await;
    let scope = || Scope::Session(SessionId::new("s"));
    // A reader that saw events which the machine lost is not told that it is ahead of the log.
    let mut follow = opened.reader.follow(scope(), Some(last + 5_000)).unwrap();
    let position = append(&opened.writer, put_session(session("s"))).await.id;
    assert_eq!(position, last + 1_000_001);
    assert_eq!(more(&mut follow).await[0].id, position);
    assert_eq!(until(&mut opened.reader.follow(scope(), Some(0)).unwrap(), position).await.len(), 2);
}

#[tokio::test]
async fn a_cursor_beyond_the_end_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let head = append(&opened.writer, put_session(session("s"))).await.id;
    for scope in [Scope::Session(SessionId::new("s")), Scope::All { with: None }] {
        let refused = opened.reader.follow(scope.clone(), Some(head + 1)).unwrap_err();
        assert_eq!((refused.cursor, refused.head), (head + 1, head));
        assert!(opened.reader.follow(scope.clone(), Some(-1)).is_err());
        assert!(opened.reader.follow(scope, Some(head)).is_ok());
    }
}

#[tokio::test]
async fn without_a_cursor_it_begins_now() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("s"))).await;
    let mut follow = opened.reader.follow(Scope::Session(SessionId::new("s")), None).unwrap();
    let position = append(&opened.writer, put_session(session("s"))).await.id;
    assert_eq!(more(&mut follow).await.iter().map(|event| event.id).collect::<Vec<_>>(), [position]);
}

#[tokio::test]
async fn a_reader_hears_that_the_log_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let mut session_reader = opened.reader.follow(Scope::Session(SessionId::new("s")), None).unwrap();
    let mut wide_reader = opened.reader.follow(Scope::All { with: None }, None).unwrap();
    let last = append(&opened.writer, put_session(session("s"))).await.id;
    drop(opened.writer);
    opened.task.stop().await;
    for reader in [&mut session_reader, &mut wide_reader] {
        assert_eq!(more(reader).await.last().unwrap().id, last, "what was written comes first");
        assert!(matches!(next(reader).await, FollowItem::Closed));
    }
}

#[tokio::test]
async fn a_cursor_before_a_purge_starts_again_and_a_fresh_snapshot_can_be_followed() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("kept"))).await;
    append(&opened.writer, create(message("kept", "m", None, "hello"))).await;
    append(&opened.writer, create(message("kept", "n", Some("m"), ""))).await;
    let mut gone = session("gone");
    gone.deleted_at = Some(2);
    let old = append(&opened.writer, put_session(gone)).await.id;
    let purged = opened.writer.purge(3).await.unwrap();
    assert_eq!((purged.sessions, purged.messages), (1, 0));
    assert!(opened.reader.session(&SessionId::new("gone")).await.unwrap().is_none());
    assert!(opened.reader.session(&SessionId::new("kept")).await.unwrap().is_some());
    let check = async |reader: &cowork_store::Reader, writer: &cowork_store::Writer, first: bool| {
        let scope = Scope::All { with: Some(SessionId::new("kept")) };
        let mut late = reader.follow(scope.clone(), Some(1)).unwrap();
        assert!(matches!(next(&mut late).await, FollowItem::Reset));
        // The purged events were the newest ones: a snapshot must not point before them, or it never ends.
        let snapshot = chat(reader, "kept").await;
        let list =
            reader.sessions(cowork_store::SessionQuery { limit: 9, ..Default::default() }).await.unwrap();
        let mut fresh = reader.follow(scope.clone(), Some(snapshot.last_event_id)).unwrap();
        let mut listed = reader.follow(scope, Some(list.last_event_id)).unwrap();
        writer.append_text(text("kept", "n", first, "more")).await.unwrap();
        for follow in [&mut fresh, &mut listed] {
            let events = more(follow).await;
            assert!(events[0].id > old, "positions are not used again");
            assert_eq!(events.len(), 1);
        }
    };
    check(&opened.reader, &opened.writer, true).await;
    close(opened).await;
    let opened = open(folder.path()).await;
    check(&opened.reader, &opened.writer, false).await;
}
