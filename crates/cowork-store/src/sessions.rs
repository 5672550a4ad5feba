//! Pages of the list of sessions: which of them, in what order.

use cowork_contract::{Position, Session, SessionList, Timestamp};
use sqlx::{AnyPool, AssertSqlSafe};

use crate::ReadError;
use crate::transaction::parse;

/// Which sessions to list.
#[derive(Debug, Clone, Default)]
pub struct SessionQuery {
    /// How many at most.
    pub limit: u32,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// Archived ones instead of the others.
    pub archived: bool,
    /// Deleted ones that can be restored, archived or not, instead of the others; those deleted last come first.
    pub deleted: bool,
    /// Only those in this folder; empty: those in none. `None`: wherever they are.
    pub folder: Option<String>,
    /// Only those with this tag. `None`: with whatever tags.
    pub tag: Option<String>,
}

/// One page, as of `last_event_id` or later.
pub(crate) async fn page(
    pool: &AnyPool,
    query: SessionQuery,
    last_event_id: Position,
) -> Result<SessionList, ReadError> {
    let (pinned, updated_at, id) = match &query.cursor {
        None => (2, Timestamp::MAX, String::new()),
        Some(cursor) => parse_cursor(cursor).ok_or(ReadError::BadCursor)?,
    };
    let rows = sqlx::query(AssertSqlSafe(statement(&query)))
        .bind(pinned)
        .bind(updated_at)
        .bind(id)
        .bind(i64::from(query.limit) + 1)
        .bind(query.folder.unwrap_or_default())
        .bind(query.tag.unwrap_or_default())
        .fetch_all(pool)
        .await?;
    let mut items = rows.iter().map(|row| parse(row, 0)).collect::<Result<Vec<Session>, _>>()?;
    let more = items.len() > query.limit as usize;
    items.truncate(query.limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| match last.deleted_at {
        Some(deleted_at) => format!("0.{deleted_at}.{}", last.id),
        None => format!("{}.{}.{}", u8::from(last.pinned), last.updated_at, last.id),
    });
    Ok(SessionList { items, next_cursor, last_event_id })
}

/// Put together from fixed parts: each shape is walked along an index, which one statement for all would not be.
/// Folder and tag are named whether they are asked for or not, for they are bound either way.
fn statement(query: &SessionQuery) -> String {
    let shelf = match (query.deleted, query.archived) {
        (true, _) => "deleted_at > 0",
        (false, true) => "archived = 1 and deleted_at = 0",
        (false, false) => "archived = 0 and deleted_at = 0",
    };
    // A number alone would be taken for a column's place there.
    let (pinned, order, time) = match query.deleted {
        true => ("0", "", "deleted_at"),
        false => ("pinned", "pinned desc, ", "updated_at"),
    };
    let folder = if query.folder.is_some() { "folder = $5" } else { "$5 = ''" };
    let tag = if query.tag.is_some() {
        "exists (select 1 from session_tag where session_id = session.id and tag = $6)"
    } else {
        "$6 = ''"
    };
    format!(
        "select body from session where {shelf} and {folder} and {tag} and ({pinned} < $1 or ({pinned} = $1 \
         and ({time} < $2 or ({time} = $2 and id < $3)))) \
         order by {order}{time} desc, id desc limit $4"
    )
}

fn parse_cursor(cursor: &str) -> Option<(i64, Timestamp, String)> {
    let mut parts = cursor.splitn(3, '.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.to_owned()))
}
