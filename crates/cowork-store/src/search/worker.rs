//! Keeps the index at the log's end: reads what was appended, cuts the words, hands them to the writer.
//!
//! Always true: no command waits for it; it knows how far it came, goes on from there after a restart, and so fills the
//! index of a folder that had none; streamed text is looked at once, when its message is finished. Owner: `WriterTask`,
//! which stops it before the writer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cowork_contract::{AttachmentId, ChatMessage, MessageId, Position, SessionId};
use sqlx::{AnyPool, Row};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::index::{AttachmentText, Batch, Cut, PutAttachment, RemoveAttachment, Tidy};
use super::words::folded;
use crate::StorageError;
use crate::blobs::{BlobHash, Blobs};
use crate::transaction::parse;
use crate::writer::{TransactError, Writer};

/// Events of one pass.
const PASS: i64 = 2_000;
/// Messages of one transaction of the writer, so that nobody waits long behind it.
const AT_ONCE: usize = 24;
/// After something was written, so that the answer to a message that was just sent goes first, and what comes together
/// is done together.
const LINGER: Duration = Duration::from_millis(100);
/// After a failure.
const AGAIN: Duration = Duration::from_secs(5);

/// Tells the worker that there is something to do, and everybody whether it is done.
#[derive(Debug)]
pub(crate) struct Bell {
    wake: Notify,
    rung: AtomicU64,
    /// How often it had been rung when the worker last found nothing more to do.
    answered: AtomicU64,
}

impl Bell {
    /// As it is at the start: nobody knows whether the index has come to the log's end.
    pub(crate) fn new() -> Self {
        Self { wake: Notify::new(), rung: AtomicU64::new(1), answered: AtomicU64::new(0) }
    }

    /// Something to be found was committed, or purged.
    pub(crate) fn ring(&self) {
        self.rung.fetch_add(1, Ordering::SeqCst);
        self.wake.notify_one();
    }

    /// Whether the index may lack a part of the log.
    pub(crate) fn is_behind(&self) -> bool {
        self.rung.load(Ordering::SeqCst) != self.answered.load(Ordering::SeqCst)
    }
}

pub(crate) struct Worker {
    pub(crate) pool: AnyPool,
    pub(crate) writer: Writer,
    pub(crate) blobs: Blobs,
    pub(crate) bell: Arc<Bell>,
    pub(crate) position: Position,
}

impl Worker {
    /// Runs until `stop`; a transaction in hand is finished first.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        loop {
            let wait = match self.catch_up(&stop).await {
                Ok(()) => None,
                Err(Stopped::Closed) => return,
                Err(Stopped::Storage(error)) => {
                    tracing::warn!(%error, cause = error.cause, "the search index could not be kept up to date");
                    Some(AGAIN)
                }
            };
            let rest = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => {
                        self.bell.wake.notified().await;
                        tokio::time::sleep(LINGER).await;
                    }
                }
            };
            if stop.run_until_cancelled(rest).await.is_none() {
                return;
            }
        }
    }

    async fn catch_up(&mut self, stop: &CancellationToken) -> Result<(), Stopped> {
        while !stop.is_cancelled() {
            let rung = self.bell.rung.load(Ordering::SeqCst);
            let Some(changes) = self.changes().await? else {
                self.bell.answered.store(rung, Ordering::SeqCst);
                break;
            };
            self.index(changes, stop).await?;
            self.tidy(stop).await?;
        }
        self.tidy(stop).await
    }

    async fn tidy(&self, stop: &CancellationToken) -> Result<(), Stopped> {
        while !stop.is_cancelled() && self.writer.upkeep(Tidy).await? {}
        Ok(())
    }

    /// What was changed after the position. `None`: nothing came.
    async fn changes(&self) -> Result<Option<Changes>, Stopped> {
        let rows = sqlx::query(
            "select position, session_id, message_id, kind from event where position > $1 order by position limit $2",
        )
        .bind(self.position)
        .bind(PASS)
        .fetch_all(&self.pool)
        .await?;
        let Some(last) = rows.last() else { return Ok(None) };
        let mut changes = Changes { until: last.try_get(0)?, ..Changes::default() };
        for row in &rows {
            let kind: String = row.try_get(3)?;
            match kind.as_str() {
                "session.updated" => {
                    changes.sessions.insert(row.try_get(1)?);
                }
                "message.created" | "message.updated" | "message.completed" | "message.error" => {
                    changes.messages.extend(row.try_get::<Option<String>, _>(2)?);
                }
                _ => {}
            }
        }
        Ok(Some(changes))
    }

    async fn index(&mut self, changes: Changes, stop: &CancellationToken) -> Result<(), Stopped> {
        let mut batch = Batch::default();
        for id in changes.sessions {
            if self.title_changed(&id).await? {
                batch.sessions.push(SessionId::new(id));
            }
        }
        for id in changes.messages {
            let id = MessageId::new(id);
            self.files(&id).await?;
            self.cut(id, &mut batch).await?;
            if batch.messages.len() + batch.empty.len() + batch.sessions.len() >= AT_ONCE {
                self.writer.upkeep(std::mem::take(&mut batch)).await?;
                if stop.is_cancelled() {
                    return Ok(());
                }
            }
        }
        let nothing = batch.messages.is_empty() && batch.empty.is_empty() && batch.sessions.is_empty();
        // A pass without anything to find is repeated after a restart; that is cheaper than to write it down.
        if !nothing || changes.until >= self.position + PASS {
            batch.position = Some(changes.until);
            self.writer.upkeep(batch).await?;
        }
        self.position = changes.until;
        Ok(())
    }

    /// Whether a session has another title than the one in the index: most changes of a session leave it alone.
    async fn title_changed(&self, id: &str) -> Result<bool, Stopped> {
        let row = sqlx::query(
            "select s.body, e.body from session s left join search_entry e on e.kind = 'title' and e.ref = s.id \
             where s.id = $1",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(false) };
        let session: Titled = parse(&row, 0)?;
        Ok(session.title != row.try_get::<Option<String>, _>(1)?.unwrap_or_default())
    }

    /// Files of a message that changed: each is found with the newest message that holds it and is not deleted.
    async fn files(&self, message: &MessageId) -> Result<(), Stopped> {
        let rows = sqlx::query(
            "select u.attachment_id, a.session_id, t.blob, e.ref, e.message_id from attachment_use u \
             join attachment a on a.id = u.attachment_id \
             left join attachment_text t on t.sha256 = a.sha256 and t.state = 'ready' \
             left join search_entry e on e.kind = 'attachment' and e.ref = u.attachment_id \
             where u.message_id = $1",
        )
        .bind(message.as_str())
        .fetch_all(&self.pool)
        .await?;
        for row in &rows {
            let file = AttachmentId::new(row.try_get::<String, _>(0)?);
            let holder = self.holder(&file).await?;
            let (indexed, with) =
                (row.try_get::<Option<String>, _>(3)?, row.try_get::<Option<String>, _>(4)?);
            match (holder, row.try_get::<Option<String>, _>(2)?) {
                (Some(holder), Some(blob)) if with.as_deref() != Some(holder.id.as_str()) => {
                    let Some(text) = self.text(&blob).await else { continue };
                    let entry = AttachmentText {
                        attachment: file,
                        session: SessionId::new(row.try_get::<String, _>(1)?),
                        role: holder.role,
                        created_at: holder.created_at,
                        message: holder.id,
                        text,
                    };
                    self.writer.upkeep(PutAttachment::new(entry)).await?;
                }
                (None, _) if indexed.is_some() => self.writer.upkeep(RemoveAttachment(file)).await?,
                _ => {}
            }
        }
        Ok(())
    }

    async fn holder(&self, file: &AttachmentId) -> Result<Option<ChatMessage>, Stopped> {
        let row = sqlx::query(
            "select m.body from attachment_use u join message m on m.id = u.message_id \
             where u.attachment_id = $1 and m.deleted_at = 0 order by m.created_at desc, m.id desc limit 1",
        )
        .bind(file.as_str())
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| parse(&row, 0)).transpose()?)
    }

    /// What a file says. `None`: its blob can't be read, which a look at the file itself tells.
    async fn text(&self, blob: &str) -> Option<String> {
        let (blobs, hash) = (self.blobs.clone(), BlobHash::parse(blob)?);
        let bytes = tokio::task::spawn_blocking(move || blobs.get(&hash)).await.ok()?;
        match bytes {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => {
                tracing::warn!(%error, "a file can't be searched");
                None
            }
        }
    }

    async fn cut(&self, id: MessageId, batch: &mut Batch) -> Result<(), Stopped> {
        let row = sqlx::query("select body, text_position from message where id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(()) };
        let message: ChatMessage = parse(&row, 0)?;
        // What is still being written comes again when it is finished.
        if message.status.is_open() {
            return Ok(());
        }
        let words = folded(&message.content);
        if message.deleted_at.is_some() || words.is_empty() {
            batch.empty.push(id);
        } else {
            batch.messages.push(Cut { id, version: row.try_get(1)?, message, words });
        }
        Ok(())
    }
}

/// What a pass over the log found.
#[derive(Default)]
struct Changes {
    sessions: BTreeSet<String>,
    messages: BTreeSet<String>,
    until: Position,
}

#[derive(serde::Deserialize)]
struct Titled {
    title: String,
}

/// Why it went no further.
enum Stopped {
    /// The writer has ended.
    Closed,
    /// The database failed.
    Storage(StorageError),
}

impl From<sqlx::Error> for Stopped {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl From<StorageError> for Stopped {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<TransactError<()>> for Stopped {
    fn from(error: TransactError<()>) -> Self {
        match error {
            TransactError::Storage(error) => Self::Storage(error),
            TransactError::Refused(()) | TransactError::Closed => Self::Closed,
        }
    }
}
