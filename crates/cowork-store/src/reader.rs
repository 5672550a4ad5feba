//! Reading: lists, threads, exports and the log. Cheap to clone; never waits for the writer.

use std::sync::Arc;

use cowork_contract::{
    ChatMessage, EXPORT_VERSION, ExportedRevision, FoundInSession, MessageId, Position, Revision,
    SearchResults, Session, SessionExport, SessionId, SessionLabels, SessionList, SessionTree, Timestamp,
};
use sqlx::{AnyConnection, AnyPool, Row};

use crate::follow::Follow;
use crate::ledger::{self, Entered, LedgerKey, LedgerQuery, LedgerSum, StoredOrigin};
use crate::search::Bell;
use crate::snapshot::{ChatWindow, fold_deltas, undelivered_deltas};
use crate::tail::Tail;
use crate::transaction::parse;
use crate::{
    DataDir, ReadError, Scope, SearchQuery, SessionQuery, UnknownCursor, labels, search, sessions, snapshot,
    tree,
};

/// The key to reading.
#[derive(Debug, Clone)]
pub struct Reader {
    pub(crate) pool: AnyPool,
    tail: Arc<Tail>,
    bell: Arc<Bell>,
    // The lock of the folder lasts as long as anything reads from it.
    dir: Arc<DataDir>,
}

impl Reader {
    pub(crate) fn new(pool: AnyPool, tail: Arc<Tail>, bell: Arc<Bell>, dir: Arc<DataDir>) -> Self {
        Self { pool, tail, bell, dir }
    }

    /// Where it is all kept.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// The newest announced position.
    pub fn head(&self) -> Position {
        self.tail.head()
    }

    /// Follows the log after a position; without one, from now on.
    pub fn follow(&self, scope: Scope, after: Option<Position>) -> Result<Follow, UnknownCursor> {
        Follow::new(self.pool.clone(), Arc::clone(&self.tail), scope, after)
    }

    /// A page of sessions: pinned ones first, then by their last change.
    pub async fn sessions(&self, query: SessionQuery) -> Result<SessionList, ReadError> {
        // Read before the list: what changes in between comes again as an event, which changes nothing.
        let last_event_id = self.head();
        sessions::page(&self.pool, query, last_event_id).await
    }

    /// The folders and tags of the sessions in the list, with how many sessions each holds.
    pub async fn labels(&self) -> Result<SessionLabels, ReadError> {
        labels::all(&self.pool).await
    }

    /// A session, deleted ones included.
    pub async fn session(&self, id: &SessionId) -> Result<Option<Session>, ReadError> {
        session_of(&mut *self.pool.acquire().await?, id).await
    }

    /// A window of a conversation, as the JSON of `ChatSnapshot`. `None`: no such session.
    pub async fn chat(&self, id: &SessionId, window: ChatWindow) -> Result<Option<String>, ReadError> {
        let mut transaction = self.pool.begin().await?;
        let snapshot = snapshot::read(&mut transaction, id, &window).await?;
        transaction.commit().await?;
        Ok(snapshot)
    }

    /// The newest messages of all branches, at most `limit`, each in a few words. `None`: no such session.
    pub async fn tree(&self, id: &SessionId, limit: u32) -> Result<Option<SessionTree>, ReadError> {
        let mut transaction = self.pool.begin().await?;
        let Some(session) = session_of(&mut transaction, id).await? else { return Ok(None) };
        let tree = tree::read(&mut transaction, session, limit).await?;
        transaction.commit().await?;
        Ok(Some(tree))
    }

    /// A message with all its text so far, deleted ones included.
    pub async fn message(
        &self,
        session: &SessionId,
        id: &MessageId,
    ) -> Result<Option<ChatMessage>, ReadError> {
        let mut transaction = self.pool.begin().await?;
        let row = sqlx::query("select body, text_position from message where id = $1 and session_id = $2")
            .bind(id.as_str())
            .bind(session.as_str())
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let mut message: ChatMessage = parse(&row, 0)?;
        if message.status.is_open() {
            let deltas = undelivered_deltas(&mut transaction, session, id, row.try_get(1)?).await?;
            fold_deltas(&mut message, &deltas);
        }
        transaction.commit().await?;
        Ok(Some(message))
    }

    /// The messages from the first to `leaf`; open ones without the text that streams in.
    pub async fn branch(&self, session: &SessionId, leaf: &MessageId) -> Result<Vec<ChatMessage>, ReadError> {
        let mut connection = self.pool.acquire().await?;
        Ok(snapshot::branch(&mut connection, session, leaf).await?)
    }

    /// One page of what holds the words of a search, the best first.
    pub async fn search(&self, query: &SearchQuery) -> Result<SearchResults, ReadError> {
        let incomplete = self.bell.is_behind();
        search::search(&mut *self.pool.acquire().await?, query, incomplete).await
    }

    /// The messages of the active branch that hold a text, in order. `None`: no such session.
    pub async fn find(&self, id: &SessionId, text: &str) -> Result<Option<FoundInSession>, ReadError> {
        let mut transaction = self.pool.begin().await?;
        let found = search::find(&mut transaction, id, text).await?;
        transaction.commit().await?;
        Ok(found)
    }

    /// The answers of a session that are kept as their origin wrote them.
    pub async fn origins(&self, session: &SessionId) -> Result<Vec<StoredOrigin>, ReadError> {
        ledger::origins(&self.pool, session).await
    }

    /// The calls that were made for an answer, in order; also where the answer is gone.
    pub async fn calls(&self, message: &MessageId) -> Result<Vec<Entered>, ReadError> {
        ledger::calls(&self.pool, message).await
    }

    /// All calls, summed up by a key.
    pub async fn ledger(&self, key: LedgerKey, query: &LedgerQuery) -> Result<Vec<LedgerSum>, ReadError> {
        ledger::sums(&self.pool, key, query).await
    }

    /// The oldest answers of a session that wait or run, at most `limit`.
    pub async fn open_answers(&self, session: &SessionId, limit: u32) -> Result<Vec<ChatMessage>, ReadError> {
        let rows = sqlx::query(
            "select body from message where status in ('pending', 'streaming') and session_id = $1 \
             order by created_at, id limit $2",
        )
        .bind(session.as_str())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.iter().map(|row| parse(row, 0)).collect::<Result<_, _>>()?)
    }

    /// The earlier texts of a message, oldest first. `None`: no such message.
    pub async fn revisions(
        &self,
        session: &SessionId,
        id: &MessageId,
    ) -> Result<Option<Vec<Revision>>, ReadError> {
        if self.message(session, id).await?.is_none() {
            return Ok(None);
        }
        let kept = revisions_of(&mut *self.pool.acquire().await?, session, Some(id)).await?;
        Ok(Some(kept.into_iter().map(|kept| kept.revision).collect()))
    }

    /// A whole session, all branches and revisions, as it is at one moment; the bytes of its files are the caller's to
    /// add. `None`: no such session.
    pub async fn export(&self, id: &SessionId) -> Result<Option<SessionExport>, ReadError> {
        let window = ChatWindow { branch: snapshot::Branch::All, before: None, limit: None };
        let mut transaction = self.pool.begin().await?;
        let Some(session) = session_of(&mut transaction, id).await? else { return Ok(None) };
        let Some(snapshot) = snapshot::read(&mut transaction, id, &window).await? else { return Ok(None) };
        let revisions = revisions_of(&mut transaction, id, None).await?;
        transaction.commit().await?;
        let snapshot: cowork_contract::ChatSnapshot = serde_json::from_str(&snapshot)?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Ok(Some(SessionExport {
            format: "cowork.session".to_owned(),
            version: EXPORT_VERSION,
            exported_at: Timestamp::try_from(now.as_millis()).unwrap_or(Timestamp::MAX),
            session,
            messages: snapshot.messages,
            revisions,
            attachments: Vec::new(),
        }))
    }

    /// Every session that is not deleted, oldest first: what an export of everything holds.
    pub async fn session_ids(&self) -> Result<Vec<SessionId>, ReadError> {
        let rows = sqlx::query("select id from session where deleted_at = 0 order by id")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(SessionId::new(row.try_get::<String, _>(0)?))).collect()
    }

    /// SHA-256 of every bearer token that was handed out.
    pub async fn tokens(&self) -> Result<Vec<[u8; 32]>, ReadError> {
        let rows = sqlx::query("select hash from token").fetch_all(&self.pool).await?;
        let mut hashes = Vec::with_capacity(rows.len());
        for row in rows {
            hashes.extend(unhex(&row.try_get::<String, _>(0)?));
        }
        Ok(hashes)
    }

    /// Reads through the whole database and gives the first fault in its structure. `None`: there is none; whether
    /// indexes fit their tables is not looked at, which would take far longer.
    pub async fn damage(&self) -> Result<Option<String>, ReadError> {
        let row = sqlx::query("pragma quick_check(1)").fetch_one(&self.pool).await?;
        let found: String = row.try_get(0)?;
        // A heading may stand before it.
        let fault = found.lines().find(|line| !line.starts_with("***")).unwrap_or(&found);
        Ok((fault != "ok").then(|| fault.to_owned()))
    }

    /// Closes the connections for reading; reads under way end first.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

pub(crate) async fn session_of(
    connection: &mut AnyConnection,
    id: &SessionId,
) -> Result<Option<Session>, ReadError> {
    let row = sqlx::query("select body from session where id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| parse(&row, 0)).transpose()?)
}

const REVISIONS_OF_SESSION: &str = "select r.message_id, r.revision, r.content, r.replaced_at from revision r \
     join message m on m.id = r.message_id \
     where r.session_id = $1 and m.deleted_at = 0 order by r.message_id, r.revision";

const REVISIONS_OF_MESSAGE: &str = "select r.message_id, r.revision, r.content, r.replaced_at from revision r \
     join message m on m.id = r.message_id \
     where r.session_id = $1 and r.message_id = $2 and m.deleted_at = 0 order by r.revision";

/// The earlier texts of a session's messages, or of one of them; of deleted messages none.
async fn revisions_of(
    connection: &mut AnyConnection,
    session: &SessionId,
    message: Option<&MessageId>,
) -> Result<Vec<ExportedRevision>, ReadError> {
    let query = match message {
        None => sqlx::query(REVISIONS_OF_SESSION).bind(session.as_str()),
        Some(id) => sqlx::query(REVISIONS_OF_MESSAGE).bind(session.as_str()).bind(id.as_str()),
    };
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(ExportedRevision {
                message_id: MessageId::new(row.try_get::<String, _>(0)?),
                revision: Revision {
                    revision: u32::try_from(row.try_get::<i64, _>(1)?).unwrap_or(u32::MAX),
                    content: row.try_get(2)?,
                    replaced_at: row.try_get(3)?,
                },
            })
        })
        .collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}
