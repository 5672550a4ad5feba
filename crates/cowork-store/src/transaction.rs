//! One command's view of the database: read the present state, then append.
//!
//! Always true: what [`Tx`] reads is the state with all earlier commands applied; a command that fails leaves no
//! trace; ids, positions and times it hands out are in log order.

use std::future::Future;
use std::sync::Arc;

use cowork_contract::{
    ChatMessage, Event, EventBody, MessageId, MessageStatus, Position, Session, SessionId, TextKind,
    Timestamp,
};
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::snapshot::{fold_deltas, undelivered_deltas};
use crate::tail::LogEntry;
use crate::{StorageError, projection};

/// Rows of one insert of events, largest first.
const ROWS: [usize; 3] = [64, 8, 1];

/// Earlier texts that are kept of a message; the next edit drops the oldest one.
const REVISIONS_KEPT: i64 = 50;

/// Something to be decided and written in one go.
pub trait Transaction: Send + 'static {
    /// What the caller gets once it is committed.
    type Output: Send + 'static;
    /// Why the state does not allow it.
    type Refusal: Send + 'static;

    /// Reads, decides, appends. Run once; nothing outside the database may be touched.
    fn run(
        self,
        tx: &mut Tx<'_>,
    ) -> impl Future<Output = Result<Self::Output, TxError<Self::Refusal>>> + Send;
}

/// Why a transaction was not committed.
#[derive(Debug)]
pub enum TxError<R> {
    /// The state does not allow it.
    Refused(R),
    /// The database failed.
    Storage(StorageError),
}

impl<R> From<StorageError> for TxError<R> {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl<R> From<sqlx::Error> for TxError<R> {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// The database within one transaction.
pub struct Tx<'c> {
    pub(crate) connection: &'c mut AnyConnection,
    pub(crate) next: &'c mut Position,
    /// The events of this batch, in order.
    pub(crate) written: &'c mut Vec<Arc<LogEntry>>,
    /// How many of them have been inserted; the others follow before anything reads the log, or the batch ends.
    pub(crate) inserted: &'c mut usize,
    pub(crate) now: Timestamp,
}

type Stored<T> = Result<T, StorageError>;

impl Tx<'_> {
    /// When this transaction runs.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The newest position handed out.
    pub fn position(&self) -> Position {
        *self.next - 1
    }

    /// Appends an event and folds it into the read models. Gives it as it stands in the log.
    pub async fn append(
        &mut self,
        session: &SessionId,
        message: Option<&MessageId>,
        mut body: EventBody,
    ) -> Stored<Event> {
        let position = *self.next;
        if let EventBody::SessionUpdated(state) = &mut body {
            state.session.last_event_id = position;
        }
        let event = Event {
            id: position,
            session_id: session.clone(),
            timestamp: self.now,
            message_id: message.cloned(),
            task_id: None,
            body,
        };
        let json = serde_json::to_string(&event)?;
        projection::fold(self, &event).await?;
        *self.next = position + 1;
        self.written.push(Arc::new(LogEntry::new(
            position,
            session.as_str(),
            message.map(MessageId::as_str),
            event.body.name(),
            event.body.concerns_all(),
            &json,
        )));
        Ok(event)
    }

    /// Inserts the events that wait for it, many rows a statement.
    pub(crate) async fn insert_events(&mut self) -> Stored<()> {
        let mut rest = &self.written[*self.inserted..];
        for (index, rows) in ROWS.into_iter().enumerate() {
            while rest.len() >= rows {
                let (now, later) = rest.split_at(rows);
                let mut query = sqlx::query(AssertSqlSafe(Arc::clone(&insert_statements()[index])));
                for entry in now {
                    query = query
                        .bind(entry.position)
                        .bind(&*entry.session_id)
                        .bind(entry.message_id.as_deref())
                        .bind(entry.kind)
                        .bind(i64::from(entry.wide))
                        .bind(entry.json_text());
                }
                query.execute(&mut *self.connection).await?;
                rest = later;
            }
        }
        *self.inserted = self.written.len();
        Ok(())
    }

    /// A session, deleted ones included.
    pub async fn session(&mut self, id: &SessionId) -> Stored<Option<Session>> {
        let row = sqlx::query("select body from session where id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *self.connection)
            .await?;
        row.map(|row| parse(&row, 0)).transpose()
    }

    /// A message with all its text so far, deleted ones included.
    pub async fn message(&mut self, session: &SessionId, id: &MessageId) -> Stored<Option<ChatMessage>> {
        let row = sqlx::query("select body, text_position from message where id = $1 and session_id = $2")
            .bind(id.as_str())
            .bind(session.as_str())
            .fetch_optional(&mut *self.connection)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let mut message: ChatMessage = parse(&row, 0)?;
        if message.status.is_open() {
            self.insert_events().await?;
            let deltas = undelivered_deltas(&mut *self.connection, session, id, row.try_get(1)?).await?;
            fold_deltas(&mut message, &deltas);
        }
        Ok(Some(message))
    }

    /// The event that says how a message stands; streamed text comes after it. `None`: no such message.
    pub async fn state_of_message(&mut self, session: &SessionId, id: &MessageId) -> Stored<Option<Event>> {
        self.insert_events().await?;
        let row = sqlx::query(
            "select e.body from message m join event e on e.position = m.text_position \
             where m.id = $1 and m.session_id = $2",
        )
        .bind(id.as_str())
        .bind(session.as_str())
        .fetch_optional(&mut *self.connection)
        .await?;
        row.map(|row| parse(&row, 0)).transpose()
    }

    /// The event that says how a session stands. `None`: no such session.
    pub async fn state_of_session(&mut self, id: &SessionId) -> Stored<Option<Event>> {
        let Some(session) = self.session(id).await? else { return Ok(None) };
        self.insert_events().await?;
        let row = sqlx::query("select body from event where position = $1")
            .bind(session.last_event_id)
            .fetch_optional(&mut *self.connection)
            .await?;
        row.map(|row| parse(&row, 0)).transpose()
    }

    /// Answers that wait or run, oldest first; of one session or of all.
    pub async fn open_messages(&mut self, session: Option<&SessionId>) -> Stored<Vec<ChatMessage>> {
        let rows = match session {
            Some(session) => {
                sqlx::query(
                    "select session_id, id from message where status in ('pending', 'streaming') \
                     and session_id = $1 order by created_at, id",
                )
                .bind(session.as_str())
                .fetch_all(&mut *self.connection)
                .await?
            }
            None => {
                sqlx::query(
                    "select session_id, id from message where status in ('pending', 'streaming') \
                     order by created_at, id",
                )
                .fetch_all(&mut *self.connection)
                .await?
            }
        };
        let mut open = Vec::with_capacity(rows.len());
        for row in rows {
            let session = SessionId::new(row.try_get::<String, _>(0)?);
            let id = MessageId::new(row.try_get::<String, _>(1)?);
            open.extend(self.message(&session, &id).await?);
        }
        Ok(open)
    }

    /// How many answers of a session wait or run.
    pub async fn open_count(&mut self, session: &SessionId) -> Stored<u32> {
        let row = sqlx::query(
            "select count(*) from message where status in ('pending', 'streaming') and session_id = $1",
        )
        .bind(session.as_str())
        .fetch_one(&mut *self.connection)
        .await?;
        Ok(u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or(u32::MAX))
    }

    /// The children of a message, oldest first, deleted ones included.
    pub async fn children(&mut self, session: &SessionId, parent: &MessageId) -> Stored<Vec<MessageId>> {
        let rows = sqlx::query(
            "select id from message where session_id = $1 and parent_id = $2 order by created_at, id",
        )
        .bind(session.as_str())
        .bind(parent.as_str())
        .fetch_all(&mut *self.connection)
        .await?;
        rows.iter().map(|row| Ok(MessageId::new(row.try_get::<String, _>(0)?))).collect()
    }

    /// The first message of a session. `None`: it has none.
    pub async fn first_message(&mut self, session: &SessionId) -> Stored<Option<ChatMessage>> {
        let row =
            sqlx::query("select body from message where session_id = $1 order by created_at, id limit 1")
                .bind(session.as_str())
                .fetch_optional(&mut *self.connection)
                .await?;
        row.map(|row| parse(&row, 0)).transpose()
    }

    /// The newest message at or below `root`; it has no children. Deleted ones are passed over.
    pub async fn newest_leaf(&mut self, session: &SessionId, root: &MessageId) -> Stored<Option<MessageId>> {
        let row = sqlx::query(
            "with recursive below (id) as ( \
               select id from message where id = $1 and session_id = $2 \
               union all \
               select m.id from below b join message m on m.session_id = $2 and m.parent_id = b.id \
             ) \
             select m.id from below b join message m on m.id = b.id where m.deleted_at = 0 or m.id = $1 \
             order by m.created_at desc, m.id desc limit 1",
        )
        .bind(root.as_str())
        .bind(session.as_str())
        .fetch_optional(&mut *self.connection)
        .await?;
        Ok(row.map(|row| row.try_get::<String, _>(0)).transpose()?.map(MessageId::new))
    }

    /// The newest message of a session. Deleted ones are passed over.
    pub async fn newest_message(&mut self, session: &SessionId) -> Stored<Option<MessageId>> {
        let row = sqlx::query(
            "select id from message where session_id = $1 and deleted_at = 0 \
             order by created_at desc, id desc limit 1",
        )
        .bind(session.as_str())
        .fetch_optional(&mut *self.connection)
        .await?;
        Ok(row.map(|row| row.try_get::<String, _>(0)).transpose()?.map(MessageId::new))
    }

    /// The messages from the first to `leaf`, with their text so far.
    pub async fn branch(&mut self, session: &SessionId, leaf: &MessageId) -> Stored<Vec<ChatMessage>> {
        let mut messages: Vec<ChatMessage> = crate::snapshot::branch(self.connection, session, leaf).await?;
        for message in &mut messages {
            if message.status.is_open() {
                *message = self.message(session, &message.id).await?.unwrap_or_else(|| message.clone());
            }
        }
        Ok(messages)
    }

    /// The messages on all branches with their text so far, each after the one it follows; deleted ones included.
    pub async fn messages(&mut self, session: &SessionId) -> Stored<Vec<ChatMessage>> {
        let rows = sqlx::query("select body from message where session_id = $1 order by created_at, id")
            .bind(session.as_str())
            .fetch_all(&mut *self.connection)
            .await?;
        let mut messages = rows.iter().map(|row| parse(row, 0)).collect::<Stored<Vec<ChatMessage>>>()?;
        for message in &mut messages {
            if message.status.is_open() {
                *message = self.message(session, &message.id).await?.unwrap_or_else(|| message.clone());
            }
        }
        Ok(messages)
    }

    /// Whether a session has more than `limit` messages, deleted ones counted.
    pub async fn has_more_messages(&mut self, session: &SessionId, limit: usize) -> Stored<bool> {
        let row = sqlx::query("select count(*) from message where session_id = $1")
            .bind(session.as_str())
            .fetch_one(&mut *self.connection)
            .await?;
        Ok(usize::try_from(row.try_get::<i64, _>(0)?).is_ok_and(|count| count > limit))
    }

    /// The messages at or below `root`, on all branches, that carry a summary of what is above them.
    pub async fn compacted_below(
        &mut self,
        session: &SessionId,
        root: &MessageId,
    ) -> Stored<Vec<ChatMessage>> {
        let rows = sqlx::query(
            "with recursive below (id) as ( \
               select id from message where id = $1 and session_id = $2 \
               union all \
               select m.id from below b join message m on m.session_id = $2 and m.parent_id = b.id \
             ) \
             select m.body from below b join message m on m.id = b.id where m.body like '%\"compaction\":%'",
        )
        .bind(root.as_str())
        .bind(session.as_str())
        .fetch_all(&mut *self.connection)
        .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let message: ChatMessage = parse(row, 0)?;
            // The text of a message may hold the same letters.
            if message.metadata.compaction.is_some() {
                found.push(message);
            }
        }
        Ok(found)
    }

    /// The sessions of which a summary is being made, or could not be made.
    pub async fn compacting_sessions(&mut self) -> Stored<Vec<Session>> {
        let rows = sqlx::query("select body from session where body like '%\"compacting\":%'")
            .fetch_all(&mut *self.connection)
            .await?;
        let sessions = rows.iter().map(|row| parse(row, 0)).collect::<Stored<Vec<Session>>>()?;
        Ok(sessions.into_iter().filter(|session| session.compacting.is_some()).collect())
    }

    /// Whether more than `limit` messages lead from the first to `leaf`. Reads none of them.
    pub async fn branch_is_longer(
        &mut self,
        session: &SessionId,
        leaf: &MessageId,
        limit: usize,
    ) -> Stored<bool> {
        let row = sqlx::query(
            "with recursive branch (id, parent_id, depth) as ( \
               select id, parent_id, 1 from message where id = $1 and session_id = $2 \
               union all \
               select m.id, m.parent_id, b.depth + 1 from branch b join message m on m.id = b.parent_id \
               where b.depth <= $3 \
             ) \
             select count(*) from branch",
        )
        .bind(leaf.as_str())
        .bind(session.as_str())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_one(&mut *self.connection)
        .await?;
        Ok(usize::try_from(row.try_get::<i64, _>(0)?).is_ok_and(|count| count > limit))
    }

    /// Whether any message has this id, in whatever session.
    pub async fn message_exists(&mut self, id: &MessageId) -> Stored<bool> {
        let row = sqlx::query("select 1 from message where id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(row.is_some())
    }

    /// A time for a new message of `session`: now, or just after the newest one if the clock went back.
    pub async fn next_created_at(&mut self, session: &SessionId) -> Stored<Timestamp> {
        let row = sqlx::query(
            "select created_at from message where session_id = $1 order by created_at desc limit 1",
        )
        .bind(session.as_str())
        .fetch_optional(&mut *self.connection)
        .await?;
        let newest: Option<Timestamp> = row.map(|row| row.try_get(0)).transpose()?;
        Ok(newest.map_or(self.now, |newest| self.now.max(newest + 1)))
    }

    /// Keeps the text that an edit replaces; of one message the last [`REVISIONS_KEPT`] at most.
    pub async fn keep_revision(&mut self, message: &ChatMessage, replaced_at: Timestamp) -> Stored<()> {
        sqlx::query(
            "insert into revision (message_id, revision, session_id, content, replaced_at) \
             values ($1, $2, $3, $4, $5)",
        )
        .bind(message.id.as_str())
        .bind(i64::from(message.revision))
        .bind(message.session_id.as_str())
        .bind(message.content.as_str())
        .bind(replaced_at)
        .execute(&mut *self.connection)
        .await?;
        sqlx::query("delete from revision where message_id = $1 and revision <= $2")
            .bind(message.id.as_str())
            .bind(i64::from(message.revision) - REVISIONS_KEPT)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// Keeps a message as it was before its deletion.
    pub async fn put_in_trash(&mut self, message: &ChatMessage) -> Stored<()> {
        sqlx::query("insert into trash (message_id, session_id, deleted_at, body) values ($1, $2, $3, $4)")
            .bind(message.id.as_str())
            .bind(message.session_id.as_str())
            .bind(self.now)
            .bind(serde_json::to_string(message)?)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// Takes a message out of the trash as it was. `None`: the time for undo has ended.
    pub async fn take_from_trash(&mut self, id: &MessageId) -> Stored<Option<ChatMessage>> {
        let row = sqlx::query("delete from trash where message_id = $1 returning body")
            .bind(id.as_str())
            .fetch_optional(&mut *self.connection)
            .await?;
        row.map(|row| parse(&row, 0)).transpose()
    }

    /// Remembers that the bearer of a token with this hash is let in.
    pub async fn remember_token(&mut self, hash: [u8; 32], label: &str) -> Stored<()> {
        sqlx::query(
            "insert into token (hash, label, created_at) values ($1, $2, $3) on conflict (hash) do nothing",
        )
        .bind(crate::blobs::hex(&hash))
        .bind(label)
        .bind(self.now)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Turns an answer from waiting to streaming, where it is not already. `false`: it has ended.
    pub(crate) async fn mark_streaming(&mut self, message: &MessageId) -> Stored<bool> {
        let done = sqlx::query(
            "update message set status = $1 where id = $2 and status in ('pending', 'streaming')",
        )
        .bind(status_name(MessageStatus::Streaming))
        .bind(message.as_str())
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

/// The inserts for each of [`ROWS`], made once so that their prepared forms are found again.
fn insert_statements() -> &'static [Arc<str>; 3] {
    static STATEMENTS: std::sync::LazyLock<[Arc<str>; 3]> = std::sync::LazyLock::new(|| {
        ROWS.map(|rows| {
            let values: Vec<String> = (0..rows)
                .map(|row| {
                    let places: Vec<String> = (row * 6 + 1..=row * 6 + 6).map(|n| format!("${n}")).collect();
                    format!("({})", places.join(", "))
                })
                .collect();
            format!(
                "insert into event (position, session_id, message_id, kind, wide, body) values {}",
                values.join(", ")
            )
            .into()
        })
    });
    &STATEMENTS
}

/// A status as it is stored.
pub(crate) fn status_name(status: MessageStatus) -> &'static str {
    match status {
        MessageStatus::Pending => "pending",
        MessageStatus::Streaming => "streaming",
        MessageStatus::Done => "done",
        MessageStatus::Error => "error",
        MessageStatus::Canceled => "canceled",
    }
}

/// One piece of streamed text as it stands in the log.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct StoredDelta {
    pub(crate) text: String,
    pub(crate) kind: TextKind,
}

/// Reads a column of JSON.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(row: &sqlx::any::AnyRow, column: usize) -> Stored<T> {
    let text: String = row.try_get(column)?;
    Ok(serde_json::from_str(&text)?)
}
