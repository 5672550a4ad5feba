//! The other answers of a comparison, for a window that shows one of them.

use cowork_contract::{ChatMessage, SessionId};
use sqlx::{AnyConnection, Row};

use crate::ReadError;

/// How the mark of a comparison is stored; within a text the quotation marks would be escaped.
const MARK: &str = "\"comparison\":{\"group\":";

const CHILDREN: &str = "select body from message where session_id = $1 and parent_id = $2 and deleted_at = 0 \
    order by created_at, id";

/// The bodies of the answers that are compared with one of `shown` and are not among them, in their order.
pub(super) async fn beside(
    connection: &mut AnyConnection,
    session: &SessionId,
    shown: &[&str],
) -> Result<Vec<String>, ReadError> {
    let mut beside: Vec<(ChatMessage, String)> = Vec::new();
    for body in shown.iter().filter(|body| body.contains(MARK)) {
        let one: ChatMessage = serde_json::from_str(body)?;
        let (Some(group), Some(parent)) = (group(&one), &one.parent_id) else { continue };
        let rows = sqlx::query(CHILDREN)
            .bind(session.as_str())
            .bind(parent.as_str())
            .fetch_all(&mut *connection)
            .await?;
        for row in rows {
            let body: String = row.try_get(0)?;
            let other: ChatMessage = serde_json::from_str(&body)?;
            let known = other.id == one.id || beside.iter().any(|(known, _)| known.id == other.id);
            if self::group(&other) == Some(group) && !known {
                beside.push((other, body));
            }
        }
    }
    // A window of all branches shows them itself.
    beside.retain(|(other, _)| {
        let begins = format!("{{\"id\":\"{}\"", other.id);
        !shown.iter().any(|body| body.starts_with(&begins))
    });
    Ok(beside.into_iter().map(|(_, body)| body).collect())
}

fn group(message: &ChatMessage) -> Option<&str> {
    message.metadata.comparison.as_ref().map(|comparison| comparison.group.as_str())
}
