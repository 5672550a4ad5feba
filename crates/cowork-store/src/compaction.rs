//! Taking out of the log what nobody needs: deltas of finished answers, and what was deleted for good.
//!
//! Always true: a reader that resumes across removed deltas still ends in the right state, since the answer's last
//! event carries its whole text; a reader that resumes across a removed session is told to start again.

use cowork_contract::{ChatMessage, Event, EventBody, Position, SessionId, Timestamp};
use sqlx::Row;

use crate::open::{FLOOR, HEAD, floor, put_meta};
use crate::transaction::{Transaction, Tx, TxError, parse};
use crate::{StorageError, search};

pub(crate) struct Compact {
    pub(crate) finished_before: Timestamp,
    pub(crate) limit: u32,
}

impl Transaction for Compact {
    type Output = u32;
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<u32, TxError<()>> {
        tx.insert_events().await?;
        let rows = sqlx::query(
            "select message_id, session_id, from_position, until_position from compaction where finished_at < $1 \
             order by finished_at limit $2",
        )
        .bind(self.finished_before)
        .bind(i64::from(self.limit))
        .fetch_all(&mut *tx.connection)
        .await?;
        for row in &rows {
            let message: String = row.try_get(0)?;
            sqlx::query(
                "delete from event where session_id = $1 and position > $2 and position < $3 and message_id = $4 \
                 and kind = 'message.delta'",
            )
            .bind(row.try_get::<String, _>(1)?)
            .bind(row.try_get::<Position, _>(2)?)
            .bind(row.try_get::<Position, _>(3)?)
            .bind(message.as_str())
            .execute(&mut *tx.connection)
            .await?;
            sqlx::query("delete from compaction where message_id = $1")
                .bind(message)
                .execute(&mut *tx.connection)
                .await?;
        }
        Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }
}

/// What a purge removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purged {
    /// Messages whose text is gone.
    pub messages: u32,
    /// Sessions that are gone.
    pub sessions: u32,
    /// Cursors before it must start again. `None`: no session was removed.
    pub(crate) floor: Option<Position>,
}

pub(crate) struct Purge {
    pub(crate) deleted_before: Timestamp,
}

impl Transaction for Purge {
    type Output = Purged;
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<Purged, TxError<()>> {
        tx.insert_events().await?;
        let messages = purge_messages(tx, self.deleted_before).await?;
        let (sessions, newest) = purge_sessions(tx, self.deleted_before).await?;
        for statement in
            ["delete from request where created_at < $1", "delete from preset where deleted_at < $1"]
        {
            sqlx::query(statement).bind(self.deleted_before).execute(&mut *tx.connection).await?;
        }
        if let Some(newest) = newest {
            let floor = floor(tx.connection).await?.max(newest);
            put_meta(tx.connection, FLOOR, &floor.to_string()).await?;
            put_meta(tx.connection, HEAD, &tx.position().to_string()).await?;
        }
        Ok(Purged { messages, sessions, floor: newest })
    }
}

async fn purge_messages(tx: &mut Tx<'_>, before: Timestamp) -> Result<u32, StorageError> {
    let rows =
        sqlx::query("delete from trash where deleted_at < $1 returning message_id, session_id, deleted_at")
            .bind(before)
            .fetch_all(&mut *tx.connection)
            .await?;
    for row in &rows {
        let (message, session): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        forget_summaries(tx, (&session, &message), row.try_get(2)?).await?;
        let events =
            sqlx::query("select position, body from event where session_id = $1 and message_id = $2")
                .bind(session.as_str())
                .bind(message.as_str())
                .fetch_all(&mut *tx.connection)
                .await?;
        for event in &events {
            redact(tx, event.try_get(0)?, parse(event, 1)?).await?;
        }
        for statement in [
            "delete from revision where message_id = $1",
            "delete from compaction where message_id = $1",
            "delete from origin where message_id = $1",
            "delete from attachment_use where message_id = $1",
        ] {
            sqlx::query(statement).bind(message.as_str()).execute(&mut *tx.connection).await?;
        }
        search::purge(tx, search::Purged::Message(&message)).await?;
    }
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

/// Takes the text out of an event; deltas, being nothing but text, go altogether.
async fn redact(tx: &mut Tx<'_>, position: Position, mut event: Event) -> Result<(), StorageError> {
    if let EventBody::MessageDelta(_) = &event.body {
        sqlx::query("delete from event where position = $1")
            .bind(position)
            .execute(&mut *tx.connection)
            .await?;
        return Ok(());
    }
    let Some(message) = message_in(&mut event.body) else { return Ok(()) };
    message.content.clear();
    message.reasoning = None;
    message.attachments.clear();
    message.metadata.compaction = None;
    rewrite(tx, position, &event).await
}

/// Takes out of the log the summaries that were made with a message before it was deleted: those at messages below it.
async fn forget_summaries(
    tx: &mut Tx<'_>,
    (session, message): (&str, &str),
    deleted_at: Timestamp,
) -> Result<(), StorageError> {
    let events = sqlx::query(
        "with recursive below (id) as ( \
           select id from message where id = $1 and session_id = $2 \
           union all \
           select m.id from below b join message m on m.session_id = $2 and m.parent_id = b.id \
         ) \
         select e.position, e.body from below b join event e on e.session_id = $2 and e.message_id = b.id \
         where e.body like '%\"compaction\":%'",
    )
    .bind(message)
    .bind(session)
    .fetch_all(&mut *tx.connection)
    .await?;
    for row in &events {
        let mut event: Event = parse(row, 1)?;
        let Some(told) = message_in(&mut event.body) else { continue };
        let is_of_it = |made_at| made_at <= deleted_at;
        if told.metadata.compaction.as_ref().is_some_and(|made| is_of_it(made.created_at)) {
            told.metadata.compaction = None;
            rewrite(tx, row.try_get(0)?, &event).await?;
        }
    }
    Ok(())
}

fn message_in(body: &mut EventBody) -> Option<&mut ChatMessage> {
    match body {
        EventBody::MessageCreated(created) => Some(&mut created.message),
        EventBody::MessageUpdated(state) | EventBody::MessageCompleted(state) => Some(&mut state.message),
        EventBody::MessageError(failed) => Some(&mut failed.message),
        _ => None,
    }
}

async fn rewrite(tx: &mut Tx<'_>, position: Position, event: &Event) -> Result<(), StorageError> {
    sqlx::query("update event set body = $1 where position = $2")
        .bind(serde_json::to_string(event)?)
        .bind(position)
        .execute(&mut *tx.connection)
        .await?;
    Ok(())
}

/// Removes sessions. Gives how many, and the newest position that is gone with them.
async fn purge_sessions(tx: &mut Tx<'_>, before: Timestamp) -> Result<(u32, Option<Position>), StorageError> {
    let rows = sqlx::query("delete from session where deleted_at > 0 and deleted_at < $1 returning id")
        .bind(before)
        .fetch_all(&mut *tx.connection)
        .await?;
    let mut newest = None;
    for row in &rows {
        let session = SessionId::new(row.try_get::<String, _>(0)?);
        let last = sqlx::query("select max(position) from event where session_id = $1")
            .bind(session.as_str())
            .fetch_one(&mut *tx.connection)
            .await?;
        newest = newest.max(last.try_get(0)?);
        for statement in [
            "delete from event where session_id = $1",
            "delete from message where session_id = $1",
            "delete from revision where session_id = $1",
            "delete from trash where session_id = $1",
            "delete from compaction where session_id = $1",
            "delete from origin where session_id = $1",
            "delete from attachment_use where session_id = $1",
            "delete from attachment where session_id = $1",
            "delete from session_tag where session_id = $1",
            "delete from request where scope = $1",
        ] {
            sqlx::query(statement).bind(session.as_str()).execute(&mut *tx.connection).await?;
        }
        search::purge(tx, search::Purged::Session(session.as_str())).await?;
    }
    Ok((u32::try_from(rows.len()).unwrap_or(u32::MAX), newest))
}
