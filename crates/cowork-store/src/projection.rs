//! The fold of events into the read models. Everything a list or a thread shows is derived here and nowhere else.

use cowork_contract::{ChatMessage, Event, EventBody, Position, Session};

use crate::StorageError;
use crate::labels;
use crate::transaction::{Tx, status_name};

/// Folds one appended event, in the transaction that appended it.
pub(crate) async fn fold(tx: &mut Tx<'_>, event: &Event) -> Result<(), StorageError> {
    match &event.body {
        EventBody::SessionUpdated(state) => put_session(tx, &state.session).await,
        EventBody::MessageCompleted(_) | EventBody::MessageError(_) => {
            if let Some(message) = event.body.message() {
                note_finished(tx, message, event.id).await?;
                put_message(tx, message, event.id).await?;
            }
            Ok(())
        }
        body => match body.message() {
            Some(message) => put_message(tx, message, event.id).await,
            None => Ok(()),
        },
    }
}

async fn put_session(tx: &mut Tx<'_>, session: &Session) -> Result<(), StorageError> {
    sqlx::query(
        "insert into session (id, updated_at, pinned, archived, deleted_at, folder, body) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do update set updated_at = excluded.updated_at, \
         pinned = excluded.pinned, archived = excluded.archived, deleted_at = excluded.deleted_at, \
         folder = excluded.folder, body = excluded.body",
    )
    .bind(session.id.as_str())
    .bind(session.updated_at)
    .bind(i64::from(session.pinned))
    .bind(i64::from(session.archived))
    .bind(session.deleted_at.unwrap_or(0))
    .bind(session.folder.as_deref().unwrap_or_default())
    .bind(serde_json::to_string(session)?)
    .execute(&mut *tx.connection)
    .await?;
    labels::put_tags(tx.connection, session).await
}

async fn put_message(tx: &mut Tx<'_>, message: &ChatMessage, position: Position) -> Result<(), StorageError> {
    sqlx::query(
        "insert into message (id, parent_id, session_id, created_at, status, deleted_at, text_position, body) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) \
         on conflict (id) do update set parent_id = excluded.parent_id, status = excluded.status, \
         deleted_at = excluded.deleted_at, text_position = excluded.text_position, body = excluded.body",
    )
    .bind(message.id.as_str())
    .bind(message.parent_id.as_ref().map(|id| id.as_str()))
    .bind(message.session_id.as_str())
    .bind(message.created_at)
    .bind(status_name(message.status))
    .bind(message.deleted_at.unwrap_or(0))
    .bind(position)
    .bind(serde_json::to_string(message)?)
    .execute(&mut *tx.connection)
    .await?;
    note_uses(tx, message).await
}

/// What a message holds stays in use while the message can come back, so nothing is taken out here: a deleted message
/// holds nothing, and its uses go with the purge.
async fn note_uses(tx: &mut Tx<'_>, message: &ChatMessage) -> Result<(), StorageError> {
    for attachment in &message.attachments {
        sqlx::query(
            "insert into attachment_use (message_id, attachment_id, session_id) values ($1, $2, $3) \
             on conflict (message_id, attachment_id) do nothing",
        )
        .bind(message.id.as_str())
        .bind(attachment.id.as_str())
        .bind(message.session_id.as_str())
        .execute(&mut *tx.connection)
        .await?;
    }
    Ok(())
}

/// A finished answer carries its whole text, so its deltas can go once nobody is likely to be in the middle of them.
/// Runs before the row is changed: the row still says where its deltas begin.
async fn note_finished(
    tx: &mut Tx<'_>,
    message: &ChatMessage,
    position: Position,
) -> Result<(), StorageError> {
    sqlx::query(
        "insert into compaction (message_id, session_id, from_position, until_position, finished_at) \
         select id, session_id, text_position, $1, $2 from message where id = $3 \
         on conflict (message_id) do update set until_position = excluded.until_position, \
         finished_at = excluded.finished_at",
    )
    .bind(position)
    .bind(tx.now)
    .bind(message.id.as_str())
    .execute(&mut *tx.connection)
    .await?;
    Ok(())
}
