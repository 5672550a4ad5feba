//! Finding within one conversation: which messages of the active branch hold a text, letter by letter.
//!
//! Always true: the whole branch is looked through as it stands, streamed text included; the index has no part in it, so
//! the middle of a word is found too.

use cowork_contract::{
    ChatMessage, FoundInSession, FoundMessage, MessageId, MessageStatus, SessionId, Timestamp,
};
use serde::Deserialize;
use sqlx::{AnyConnection, Row};

use super::words::compared;
use crate::reader::session_of;
use crate::snapshot::{branch, fold_deltas, undelivered_deltas};
use crate::transaction::parse;
use crate::{ReadError, StorageError};

/// What is read of a message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    id: MessageId,
    content: String,
    status: MessageStatus,
    #[serde(default)]
    deleted_at: Option<Timestamp>,
}

/// The messages of the active branch that hold a text, in order. The caller holds a read transaction.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    id: &SessionId,
    text: &str,
) -> Result<Option<FoundInSession>, ReadError> {
    let Some(session) = session_of(connection, id).await? else { return Ok(None) };
    let mut found = FoundInSession { items: Vec::new(), next_cursor: None };
    let wanted = compared(text);
    let Some(leaf) = session.active_leaf_id.filter(|_| !wanted.trim().is_empty()) else {
        return Ok(Some(found));
    };
    let said: Vec<Said> = branch(connection, id, &leaf).await?;
    for message in said.into_iter().filter(|message| message.deleted_at.is_none()) {
        let content = match message.status {
            status if status.is_open() => so_far(connection, id, &message.id).await?,
            _ => message.content,
        };
        let count = compared(&content).matches(&wanted).count();
        if let Ok(count @ 1..) = u32::try_from(count) {
            found.items.push(FoundMessage { message_id: message.id, count });
        }
    }
    Ok(Some(found))
}

/// The text of an answer that is being written.
async fn so_far(
    connection: &mut AnyConnection,
    session: &SessionId,
    id: &MessageId,
) -> Result<String, StorageError> {
    let row = sqlx::query("select body, text_position from message where id = $1")
        .bind(id.as_str())
        .fetch_one(&mut *connection)
        .await?;
    let mut message: ChatMessage = parse(&row, 0)?;
    let deltas = undelivered_deltas(connection, session, id, row.try_get(1)?).await?;
    fold_deltas(&mut message, &deltas);
    Ok(message.content)
}
