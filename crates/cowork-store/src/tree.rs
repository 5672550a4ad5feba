//! All branches of a session at a glance: each message in a few words, without its text.
//!
//! Always true: what is read is of one moment, and memory holds one body at a time, however long the messages are.
//! Elsewhere: the messages themselves (`snapshot`).

use cowork_contract::{
    MessageId, MessageRole, MessageStatus, PREVIEW_MAX, Session, SessionTree, Timestamp, TreeMessage,
};
use futures_util::TryStreamExt as _;
use serde::Deserialize;
use sqlx::AnyConnection;

use crate::ReadError;
use crate::transaction::parse;

const NEWEST: &str =
    "select body from message where session_id = $1 order by created_at desc, id desc limit $2";

/// What of a stored message the tree shows.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    id: MessageId,
    parent_id: Option<MessageId>,
    role: MessageRole,
    content: String,
    created_at: Timestamp,
    status: MessageStatus,
    model_id: Option<String>,
    deleted_at: Option<Timestamp>,
}

/// Reads the newest messages. The caller holds a read transaction.
pub(crate) async fn read(
    connection: &mut AnyConnection,
    session: Session,
    limit: u32,
) -> Result<SessionTree, ReadError> {
    let mut rows = sqlx::query(NEWEST).bind(session.id.as_str()).bind(i64::from(limit) + 1).fetch(connection);
    let mut items = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let told: Told = parse(&row, 0)?;
        items.push(TreeMessage {
            id: told.id,
            parent_id: told.parent_id,
            role: told.role,
            preview: preview(&told.content),
            created_at: told.created_at,
            status: told.status,
            model_id: told.model_id,
            deleted: told.deleted_at.is_some(),
        });
    }
    let has_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    items.reverse();
    Ok(SessionTree { items, active_leaf_id: session.active_leaf_id, has_more })
}

/// The first words of a text on one line, without the marks of Markdown that stand around them.
fn preview(text: &str) -> String {
    let mut line = String::new();
    let is_mark = |word: &&str| word.starts_with("```") || word.chars().all(|c| "#>|-*:=".contains(c));
    let words =
        text.split_whitespace().filter(|word| !is_mark(word)).map(|word| word.trim_matches(['*', '`']));
    for word in words.filter(|word| !word.is_empty()) {
        if line.chars().count() >= PREVIEW_MAX {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(PREVIEW_MAX));
    }
    line.chars().take(PREVIEW_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_line_of_at_most_eighty_characters() {
        let cases = [
            ("", ""),
            ("  two\n\n\twords ", "two words"),
            ("# A **bold** title\n\n```ts\nlet a = `b`\n```", "A bold title let a b"),
            ("> | a | b |\n| - | - |\n* an item, __all__ of it", "a b an item, __all__ of it"),
            (&"ä".repeat(100), &*"ä".repeat(80)),
            (&"four ".repeat(30), &*"four ".repeat(16)),
        ];
        for (text, line) in cases {
            assert_eq!(preview(text), line);
        }
    }
}
