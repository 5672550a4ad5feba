//! What the tests of the store share: an open folder, small commands to write with, and a look at the bare tables.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::Duration;

use cowork_contract::{
    ChatMessage, ChatSnapshot, Event, EventBody, MessageCreated, MessageId, MessageState, Position, Session,
    SessionId, SessionState, TextKind,
};
use cowork_store::{
    Branch, ChatWindow, Delta, Follow, FollowItem, OpenOptions, Opened, Reader, Segment, Transaction, Tx,
    TxError, Writer,
};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};

/// Waiting for longer than this means that something hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Opens a folder, with little patience for others.
pub(crate) async fn open(folder: &Path) -> Opened {
    cowork_store::open(options(folder)).await.unwrap()
}

pub(crate) fn options(folder: &Path) -> OpenOptions {
    OpenOptions { busy_timeout: Duration::from_millis(200), ..OpenOptions::new(folder) }
}

/// Closes it cleanly.
pub(crate) async fn close(opened: Opened) {
    opened.task.stop().await;
    opened.reader.close().await;
}

/// A session with this id.
pub(crate) fn session(id: &str) -> Session {
    serde_json::from_value(serde_json::json!({
        "id": id, "title": "", "createdAt": 1, "updatedAt": 1, "mode": "chat", "pinned": false,
        "archived": false, "messageCount": 0, "lastEventId": 0, "writeMode": "review", "agentMode": "build",
        "activity": "idle",
    }))
    .unwrap()
}

/// A message of a session; an answer that waits when it has no content.
pub(crate) fn message(session: &str, id: &str, parent: Option<&str>, content: &str) -> ChatMessage {
    let (role, status) = if content.is_empty() { ("assistant", "pending") } else { ("user", "done") };
    let mut message: ChatMessage = serde_json::from_value(serde_json::json!({
        "id": id, "sessionId": session, "role": role, "content": content, "createdAt": 1, "status": status,
        "updatedAt": 1, "revision": 1,
    }))
    .unwrap();
    message.parent_id = parent.map(MessageId::new);
    message
}

pub(crate) fn put_session(session: Session) -> Append {
    let id = session.id.clone();
    Append { session: id, message: None, body: EventBody::SessionUpdated(SessionState { session }) }
}

pub(crate) fn create(message: ChatMessage) -> Append {
    about(message, |message| EventBody::MessageCreated(MessageCreated { message, client_request_id: None }))
}

pub(crate) fn update(message: ChatMessage) -> Append {
    about(message, |message| EventBody::MessageUpdated(MessageState { message }))
}

pub(crate) fn complete(message: ChatMessage) -> Append {
    about(message, |message| EventBody::MessageCompleted(MessageState { message }))
}

fn about(message: ChatMessage, body: impl Fn(ChatMessage) -> EventBody) -> Append {
    let (session, id) = (message.session_id.clone(), message.id.clone());
    Append { session, message: Some(id), body: body(message) }
}

/// Appends one event.
#[derive(Clone)]
pub(crate) struct Append {
    pub(crate) session: SessionId,
    pub(crate) message: Option<MessageId>,
    pub(crate) body: EventBody,
}

impl Transaction for Append {
    type Output = Event;
    type Refusal = String;

    async fn run(self, tx: &mut Tx<'_>) -> Result<Event, TxError<String>> {
        Ok(tx.append(&self.session, self.message.as_ref(), self.body).await?)
    }
}

/// Streamed text of one kind.
pub(crate) fn text(session: &str, message: &str, first: bool, text: &str) -> Delta {
    let segments = vec![Segment { kind: TextKind::Text, text: text.to_owned() }];
    Delta { session: SessionId::new(session), message: MessageId::new(message), first, segments }
}

/// Writes one event that must be taken.
pub(crate) async fn append(writer: &Writer, event: Append) -> Event {
    writer.transact(event).await.unwrap()
}

/// What comes next, within reason.
pub(crate) async fn next(follow: &mut Follow) -> FollowItem {
    tokio::time::timeout(PATIENCE, follow.next()).await.expect("something to read").unwrap()
}

/// The next events.
pub(crate) async fn more(follow: &mut Follow) -> Vec<Event> {
    match next(follow).await {
        FollowItem::Events(entries) => {
            entries.iter().map(|entry| serde_json::from_slice(entry.json()).unwrap()).collect()
        }
        other => panic!("no events but {other:?}"),
    }
}

/// Events until this position is reached.
pub(crate) async fn until(follow: &mut Follow, last: Position) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    while events.last().is_none_or(|event| event.id < last) {
        events.extend(more(follow).await);
    }
    events
}

/// A snapshot of all branches.
pub(crate) async fn chat(reader: &Reader, session: &str) -> ChatSnapshot {
    let window = ChatWindow { branch: Branch::All, before: None, limit: None };
    let json = reader.chat(&SessionId::new(session), window).await.unwrap().unwrap();
    serde_json::from_str(&json).unwrap()
}

/// A second connection, as another program has it.
pub(crate) async fn sql(folder: &Path) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(&format!("sqlite://{}/cowork.db", folder.display())).await.unwrap()
}

/// Every value of every column of every table, as SQL writes it.
pub(crate) async fn all_values(folder: &Path) -> Vec<(String, String)> {
    let mut connection = sql(folder).await;
    let names =
        |rows: Vec<AnyRow>| -> Vec<String> { rows.iter().map(|row| row.try_get(0).unwrap()).collect() };
    let query = "select name from sqlite_master where type = 'table'";
    let tables = names(sqlx::query(query).fetch_all(&mut connection).await.unwrap());
    let mut values = Vec::new();
    for table in tables {
        let query = format!("select name from pragma_table_info('{table}')");
        let columns = names(sqlx::query(AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap());
        for column in columns {
            let query = format!("select quote(\"{column}\") from \"{table}\"");
            let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap();
            values.extend(names(rows).into_iter().map(|value| (format!("{table}.{column}"), value)));
        }
    }
    connection.close().await.unwrap();
    values
}
