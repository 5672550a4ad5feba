//! The thread as it stands: a window of messages with the position to subscribe after.
//!
//! Always true: everything in a snapshot is of one moment; its `lastEventId` is that moment's position. Finished
//! messages are passed on as stored, without being parsed: that is what makes long histories quick.

mod compared;

use cowork_contract::{
    BranchPoint, ChatMessage, MessageId, MessageStatus, Position, Session, SessionId, TextKind,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{AnyConnection, Row};

use crate::transaction::{StoredDelta, parse};
use crate::{ReadError, StorageError};

/// Which messages a window shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// From the first message to the active leaf.
    Active,
    /// All messages in order.
    All,
}

/// A window of a conversation, counted from its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatWindow {
    /// Which messages.
    pub branch: Branch,
    /// Only what comes before this message.
    pub before: Option<MessageId>,
    /// How many at most. `None`: all.
    pub limit: Option<u32>,
}

/// What stands in a snapshot behind the messages.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rest {
    tasks: [(); 0],
    active_leaf_id: Option<MessageId>,
    last_event_id: Position,
    has_more: bool,
    branches: Vec<BranchPoint>,
}

/// Between two bodies in an aggregate; JSON text never holds it unescaped.
const SEPARATOR: &str = "\u{1e}";

const SESSION: &str = "select body, (select max(position) from event), \
    (select value from meta where name = 'floor') from session where id = $1";

const BRANCH_WINDOW: &str = "with recursive branch (id, parent_id, depth) as ( \
      select id, parent_id, 1 from message where id = $1 and session_id = $2 \
      union all \
      select m.id, m.parent_id, b.depth + 1 from branch b join message m on m.id = b.parent_id where b.depth < $3 \
    ) \
    select string_agg(m.body, $4 order by b.depth desc), max(b.depth) \
    from branch b join message m on m.id = b.id";

const ONE_LINE: &str = "select (select count(*) from ( \
      select 1 from message where session_id = $1 group by parent_id having count(*) > 1 limit 1)), \
    (select id from message where session_id = $1 order by created_at desc, id desc limit 1)";

/// From so many messages on, a look whether the session ever forked pays.
const LONG: u32 = 500;

const ALL_WINDOW: &str = "select string_agg(w.body, $5 order by w.created_at, w.id), count(*) from ( \
      select body, created_at, id from message \
      where session_id = $1 and (created_at < $2 or (created_at = $2 and id < $3)) \
      order by created_at desc, id desc limit $4 \
    ) w";

/// Asked as the index of open answers is, so that it is used.
const STREAMING: &str = "select id, body, text_position from message \
    where status in ('pending', 'streaming') and session_id = $1 and status = 'streaming'";

/// Places with more than one child are few, so they are found first.
const BRANCHES: &str = "with fork (parent_id) as ( \
      select parent_id from message where session_id = $1 group by parent_id having count(*) > 1 \
    ) \
    select m.parent_id, string_agg(m.id, ' ' order by m.created_at, m.id) from fork f join message m \
    on m.session_id = $1 and m.parent_id is not distinct from f.parent_id \
    where m.deleted_at = 0 or exists \
      (select 1 from message c where c.session_id = $1 and c.parent_id = m.id) \
    group by m.parent_id having count(*) > 1";

/// Reads a window as JSON. The caller holds a read transaction.
pub(crate) async fn read(
    connection: &mut AnyConnection,
    session_id: &SessionId,
    window: &ChatWindow,
) -> Result<Option<String>, ReadError> {
    let row = sqlx::query(SESSION).bind(session_id.as_str()).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let session: Session = parse(&row, 0)?;
    let newest: Option<Position> = row.try_get(1)?;
    let floor: Option<String> = row.try_get(2)?;
    // Where the newest events were removed for good, the log goes on behind them, not before.
    let last_event_id = newest.max(floor.and_then(|floor| floor.parse().ok()));

    let (bodies, has_more) = match window.branch {
        Branch::Active => active_window(connection, &session, window).await?,
        Branch::All => all_window(connection, session_id, window).await?,
    };
    let shown: Vec<&str> = bodies.split(SEPARATOR).filter(|body| !body.is_empty()).collect();
    let compared = compared::beside(connection, session_id, &shown).await?;
    let streaming = streaming_bodies(connection, session_id).await?;
    let rest = Rest {
        tasks: [],
        active_leaf_id: session.active_leaf_id,
        last_event_id: last_event_id.unwrap_or(0),
        has_more,
        branches: branches(connection, session_id).await?,
    };
    let rest = serde_json::to_string(&rest)?;
    let mut json = String::with_capacity(bodies.len() + rest.len() + 64);
    json.push_str("{\"messages\":[");
    push_all(&mut json, shown.into_iter(), &streaming);
    json.push_str("],");
    if !compared.is_empty() {
        json.push_str("\"compared\":[");
        push_all(&mut json, compared.iter().map(String::as_str), &streaming);
        json.push_str("],");
    }
    json.push_str(&rest[1..]);
    Ok(Some(json))
}

/// Adds bodies as the items of an array, that of a streaming message with its text so far.
fn push_all<'a>(json: &mut String, bodies: impl Iterator<Item = &'a str>, streaming: &'a [(String, String)]) {
    for (index, body) in bodies.enumerate() {
        if index > 0 {
            json.push(',');
        }
        let fresh = streaming.iter().find(|(prefix, _)| body.starts_with(prefix.as_str()));
        json.push_str(fresh.map_or(body, |(_, folded)| folded));
    }
}

async fn active_window(
    connection: &mut AnyConnection,
    session: &Session,
    window: &ChatWindow,
) -> Result<(String, bool), ReadError> {
    let leaf = match &window.before {
        None => session.active_leaf_id.clone(),
        Some(before) => parent_of(connection, &session.id, before).await?,
    };
    let Some(leaf) = leaf else { return Ok((String::new(), false)) };
    let is_long = window.limit.is_none_or(|limit| limit >= LONG);
    if is_long && window.before.is_none() && is_one_line_to(connection, &session.id, &leaf).await? {
        return all_window(connection, &session.id, window).await;
    }
    // A body knows its parent, so the oldest tells whether there is more.
    let limit = window.limit.map_or(i64::MAX - 1, i64::from);
    let row = sqlx::query(BRANCH_WINDOW)
        .bind(leaf.as_str())
        .bind(session.id.as_str())
        .bind(limit)
        .bind(SEPARATOR)
        .fetch_one(&mut *connection)
        .await?;
    let bodies: String = row.try_get::<Option<String>, _>(0)?.unwrap_or_default();
    let oldest = bodies.split(SEPARATOR).next().filter(|body| !body.is_empty());
    let has_more = match oldest {
        Some(body) => serde_json::from_str::<Parent>(body)?.parent_id.is_some(),
        None => false,
    };
    Ok((bodies, has_more))
}

/// Whether a session never forked and ends with `leaf`: then its messages in order are the branch, and reading them in
/// order is quicker than walking from each to its parent.
async fn is_one_line_to(
    connection: &mut AnyConnection,
    session: &SessionId,
    leaf: &MessageId,
) -> Result<bool, ReadError> {
    let row = sqlx::query(ONE_LINE).bind(session.as_str()).fetch_one(connection).await?;
    let newest: Option<String> = row.try_get(1)?;
    Ok(row.try_get::<i64, _>(0)? == 0 && newest.as_deref() == Some(leaf.as_str()))
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parent {
    parent_id: Option<serde::de::IgnoredAny>,
}

async fn all_window(
    connection: &mut AnyConnection,
    session: &SessionId,
    window: &ChatWindow,
) -> Result<(String, bool), ReadError> {
    let (created_at, id) = match &window.before {
        None => (i64::MAX, String::new()),
        Some(before) => {
            let row = sqlx::query("select created_at from message where id = $1 and session_id = $2")
                .bind(before.as_str())
                .bind(session.as_str())
                .fetch_optional(&mut *connection)
                .await?;
            let Some(row) = row else { return Ok((String::new(), false)) };
            (row.try_get(0)?, before.as_str().to_owned())
        }
    };
    let limit = window.limit.map_or(i64::MAX, |limit| i64::from(limit) + 1);
    let row = sqlx::query(ALL_WINDOW)
        .bind(session.as_str())
        .bind(created_at)
        .bind(id)
        .bind(limit)
        .bind(SEPARATOR)
        .fetch_one(&mut *connection)
        .await?;
    let bodies: String = row.try_get::<Option<String>, _>(0)?.unwrap_or_default();
    let has_more = row.try_get::<i64, _>(1)? == limit;
    if !has_more {
        return Ok((bodies, false));
    }
    let kept = bodies.split_once(SEPARATOR).map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    Ok((kept, true))
}

async fn parent_of(
    connection: &mut AnyConnection,
    session: &SessionId,
    id: &MessageId,
) -> Result<Option<MessageId>, ReadError> {
    let row = sqlx::query("select parent_id from message where id = $1 and session_id = $2")
        .bind(id.as_str())
        .bind(session.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    let parent: Option<String> = row.map(|row| row.try_get(0)).transpose()?.flatten();
    Ok(parent.map(MessageId::new))
}

/// The streaming answers of a session with their text so far, by how their stored bodies begin.
async fn streaming_bodies(
    connection: &mut AnyConnection,
    session: &SessionId,
) -> Result<Vec<(String, String)>, ReadError> {
    let rows = sqlx::query(STREAMING).bind(session.as_str()).fetch_all(&mut *connection).await?;
    let mut bodies = Vec::with_capacity(rows.len());
    for row in rows {
        let id = MessageId::new(row.try_get::<String, _>(0)?);
        let mut message: ChatMessage = parse(&row, 1)?;
        let deltas = undelivered_deltas(connection, session, &id, row.try_get(2)?).await?;
        fold_deltas(&mut message, &deltas);
        // `id` is the first field of a message.
        bodies.push((format!("{{\"id\":{}", serde_json::to_string(&id)?), serde_json::to_string(&message)?));
    }
    Ok(bodies)
}

async fn branches(
    connection: &mut AnyConnection,
    session: &SessionId,
) -> Result<Vec<BranchPoint>, ReadError> {
    let rows = sqlx::query(BRANCHES).bind(session.as_str()).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let parent: Option<String> = row.try_get(0)?;
            let children: String = row.try_get(1)?;
            Ok(BranchPoint {
                parent_id: parent.map(MessageId::new),
                message_ids: children.split(' ').map(MessageId::new).collect(),
            })
        })
        .collect()
}

const BRANCH: &str = "with recursive branch (id, parent_id, depth) as ( \
      select id, parent_id, 1 from message where id = $1 and session_id = $2 \
      union all \
      select m.id, m.parent_id, b.depth + 1 from branch b join message m on m.id = b.parent_id \
    ) \
    select string_agg(m.body, $3 order by b.depth desc) from branch b join message m on m.id = b.id";

/// The messages from the first to `leaf`, or what of them is asked for; open ones as they were stored, without streamed
/// text.
pub(crate) async fn branch<T: DeserializeOwned>(
    connection: &mut AnyConnection,
    session: &SessionId,
    leaf: &MessageId,
) -> Result<Vec<T>, StorageError> {
    let row = sqlx::query(BRANCH)
        .bind(leaf.as_str())
        .bind(session.as_str())
        .bind(SEPARATOR)
        .fetch_one(&mut *connection)
        .await?;
    let bodies: String = row.try_get::<Option<String>, _>(0)?.unwrap_or_default();
    let parsed = bodies.split(SEPARATOR).filter(|body| !body.is_empty()).map(serde_json::from_str);
    Ok(parsed.collect::<Result<_, _>>()?)
}

/// The text that was streamed after the message's whole text was last set.
pub(crate) async fn undelivered_deltas(
    connection: &mut AnyConnection,
    session: &SessionId,
    message: &MessageId,
    after: Position,
) -> Result<Vec<StoredDelta>, StorageError> {
    let rows = sqlx::query(
        "select body from event where session_id = $1 and position > $2 and message_id = $3 \
         and kind = 'message.delta' order by position",
    )
    .bind(session.as_str())
    .bind(after)
    .bind(message.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| parse(row, 0)).collect()
}

/// Adds streamed text to a message that is still open.
pub(crate) fn fold_deltas(message: &mut ChatMessage, deltas: &[StoredDelta]) {
    if !deltas.is_empty() {
        message.status = MessageStatus::Streaming;
    }
    for delta in deltas {
        match delta.kind {
            TextKind::Text => message.content.push_str(&delta.text),
            TextKind::Reasoning => message.reasoning.get_or_insert_default().push_str(&delta.text),
        }
    }
}
