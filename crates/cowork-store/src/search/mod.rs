//! Searching: over everything that was said, and within one conversation.
//!
//! Start at [`search`]. What a word is (`words`), what was asked (`expression`), the index of words in the database's own
//! kind (`fts`), what goes into it (`index`) and when (`worker`), what comes first (`ranking`), what is shown of it
//! (`snippet`). Always true: what is given is as stored at that moment, since every hit is looked up and looked through
//! again; the index alone decides nothing but what to look at.

mod expression;
mod find;
mod fts;
mod index;
mod ranking;
mod snippet;
mod words;
mod worker;

use std::collections::HashMap;
use std::sync::Arc;

use cowork_contract::{
    AttachmentId, ChatMessage, MessageId, MessageRole, Position, SearchItem, SearchKind, SearchResults,
    Session, SessionId, Timestamp,
};
use sqlx::{AnyConnection, AnyPool, Row};
use tokio_util::sync::CancellationToken;

pub(crate) use find::find;
pub(crate) use index::{Purged, purge};
pub(crate) use worker::Bell;

use crate::blobs::Blobs;
use crate::open::meta;
use crate::reader::session_of;
use crate::transaction::parse;
use crate::writer::{Background, Writer};
use crate::{OpenError, ReadError, StorageError};
use expression::Expression;
use ranking::{Candidate, Place};

/// What to look for, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// The search as it was typed.
    pub text: String,
    /// Only in this session.
    pub session: Option<SessionId>,
    /// Only what this side said.
    pub role: Option<MessageRole>,
    /// Only this kind.
    pub kind: Option<SearchKind>,
    /// Only what is not older.
    pub from: Option<Timestamp>,
    /// Only what is older.
    pub to: Option<Timestamp>,
    /// Archived sessions too.
    pub archived: bool,
    /// How many at most.
    pub limit: u32,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Makes the index if there is none.
pub(crate) async fn prepare(connection: &mut AnyConnection) -> Result<(), OpenError> {
    Ok(fts::create(connection).await?)
}

/// Up to where the log is in the index.
pub(crate) async fn indexed(connection: &mut AnyConnection) -> Result<Position, StorageError> {
    Ok(meta(connection, index::INDEXED).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// What starts the upkeep of the index, given the writer.
pub(crate) fn worker(
    pool: AnyPool,
    position: Position,
    bell: Arc<Bell>,
    blobs: Blobs,
) -> impl FnOnce(Writer) -> Background {
    move |writer| {
        let stop = CancellationToken::new();
        let worker = worker::Worker { pool, writer, blobs, bell, position };
        Background { task: tokio::spawn(worker.run(stop.clone())), stop }
    }
}

/// One page of what holds the words of a search, the best first.
pub(crate) async fn search(
    connection: &mut AnyConnection,
    query: &SearchQuery,
    incomplete: bool,
) -> Result<SearchResults, ReadError> {
    let expression = Expression::of(&query.text);
    let after =
        query.cursor.as_deref().map(|cursor| Place::parse(cursor).ok_or(ReadError::BadCursor)).transpose()?;
    let mut page = SearchResults { items: Vec::new(), next_cursor: None, incomplete };
    if expression.is_empty() {
        return Ok(page);
    }
    let now = after.as_ref().map_or_else(ranking::now, |place| place.now);
    let ranked = ranking::ranked(connection, query, &expression, now).await?;
    let mut sessions = Sessions::default();
    let mut last = None;
    for candidate in ranked.iter().filter(|one| after.as_ref().is_none_or(|place| place.is_before(one))) {
        if page.items.len() == query.limit as usize {
            page.next_cursor = last.map(|last| Place::of(last, now).to_string());
            break;
        }
        if let Some(item) = item(connection, candidate, &expression, &mut sessions).await? {
            page.items.push(item);
            last = Some(candidate);
        }
    }
    Ok(page)
}

/// A candidate as it stands now. `None`: it is gone, or does not hold the words any more.
async fn item(
    connection: &mut AnyConnection,
    candidate: &Candidate,
    expression: &Expression,
    sessions: &mut Sessions,
) -> Result<Option<SearchItem>, ReadError> {
    let Some(session) = sessions.session(connection, &candidate.session).await? else { return Ok(None) };
    let text = match candidate.kind {
        SearchKind::Title => Some(session.title.clone()),
        SearchKind::Message => {
            let row = sqlx::query("select body from message where id = $1 and deleted_at = 0")
                .bind(candidate.reference.as_str())
                .fetch_optional(&mut *connection)
                .await?;
            row.map(|row| parse::<ChatMessage>(&row, 0)).transpose()?.map(|message| message.content)
        }
        SearchKind::Attachment => {
            let row = sqlx::query("select body from search_entry where id = $1")
                .bind(candidate.id)
                .fetch_optional(&mut *connection)
                .await?;
            row.map(|row| row.try_get::<Option<String>, _>(0)).transpose()?.flatten()
        }
    };
    let Some(snippet) = text.and_then(|text| snippet::snippet(&text, expression)) else { return Ok(None) };
    let (title, archived) = (session.title.clone(), session.archived);
    let on_active_branch = match &candidate.message {
        Some(message) => sessions.shows(connection, &candidate.session, message).await?,
        None => true,
    };
    Ok(Some(SearchItem {
        kind: candidate.kind,
        session_id: candidate.session.clone(),
        session_title: title,
        archived,
        message_id: candidate.message.clone(),
        attachment_id: (candidate.kind == SearchKind::Attachment)
            .then(|| AttachmentId::new(candidate.reference.as_str())),
        role: candidate.role,
        created_at: candidate.created_at,
        snippet,
        on_active_branch,
    }))
}

/// The sessions of a page, each read once.
#[derive(Default)]
struct Sessions(HashMap<SessionId, (Session, Option<Shown>)>);

/// What a session shows.
enum Shown {
    /// It never branched.
    All,
    /// The ids of its active branch, with a blank between them.
    Branch(String),
}

impl Sessions {
    async fn session(
        &mut self,
        connection: &mut AnyConnection,
        id: &SessionId,
    ) -> Result<Option<&Session>, ReadError> {
        if !self.0.contains_key(id) {
            let Some(session) = session_of(connection, id).await? else { return Ok(None) };
            self.0.insert(id.clone(), (session, None));
        }
        Ok(self.0.get(id).map(|(session, _)| session).filter(|session| session.deleted_at.is_none()))
    }

    /// Whether a message is on the branch that its session shows.
    async fn shows(
        &mut self,
        connection: &mut AnyConnection,
        id: &SessionId,
        message: &MessageId,
    ) -> Result<bool, ReadError> {
        let Some((session, shown)) = self.0.get_mut(id) else { return Ok(false) };
        if session.active_leaf_id.as_ref() == Some(message) {
            return Ok(true);
        }
        let shown = match shown {
            Some(shown) => shown,
            None => shown.insert(shown_by(connection, session).await?),
        };
        Ok(match shown {
            Shown::All => true,
            Shown::Branch(ids) => ids.split(' ').any(|id| id == message.as_str()),
        })
    }
}

async fn shown_by(connection: &mut AnyConnection, session: &Session) -> Result<Shown, StorageError> {
    let row = sqlx::query(
        "select parent_id from message where session_id = $1 group by parent_id having count(*) > 1 limit 1",
    )
    .bind(session.id.as_str())
    .fetch_optional(&mut *connection)
    .await?;
    if row.is_none() {
        return Ok(Shown::All);
    }
    let row = sqlx::query(
        "with recursive branch (id, parent_id) as ( \
           select id, parent_id from message where id = $1 and session_id = $2 \
           union all \
           select m.id, m.parent_id from branch b join message m on m.id = b.parent_id \
         ) \
         select string_agg(id, ' ') from branch",
    )
    .bind(session.active_leaf_id.as_ref().map(MessageId::as_str))
    .bind(session.id.as_str())
    .fetch_one(connection)
    .await?;
    Ok(Shown::Branch(row.try_get::<Option<String>, _>(0)?.unwrap_or_default()))
}

/// A kind as it is stored.
fn kind_name(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::Title => "title",
        SearchKind::Message => "message",
        SearchKind::Attachment => "attachment",
    }
}

/// A role as it is stored.
fn role_name(role: MessageRole) -> &'static str {
    match role {
        MessageRole::User => "user",
        MessageRole::Assistant => "assistant",
    }
}
