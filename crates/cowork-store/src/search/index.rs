//! What is put into the index and taken out of it, each in one transaction of the writer.
//!
//! Always true: what is put in is what the read models hold in that very transaction, so text that was edited, deleted
//! or purged meanwhile never comes back. Elsewhere: when this happens (`worker`), the index itself (`fts`).

use cowork_contract::{
    AttachmentId, ChatMessage, MessageId, MessageRole, Position, SearchKind, Session, SessionId, Timestamp,
};
use sqlx::Row;

use super::words::folded;
use super::{fts, kind_name, role_name};
use crate::StorageError;
use crate::open::{meta, put_meta};
use crate::transaction::{Transaction, Tx, TxError, parse};

/// In `meta`: events up to this position are in the index.
pub(crate) const INDEXED: &str = "search";
/// In `meta`: whether something was purged that the index has not been written anew without.
const SCRUB: &str = "search_scrub";
const DUE: &str = "due";
const UNDER_WAY: &str = "under way";
const DONE: &str = "done";

/// Bytes of one text that are searched; what stands behind them in a larger file is not found.
const SEARCHED_MAX: usize = 2 * 1024 * 1024;

/// The text of a file, to be found by its words.
pub(crate) struct AttachmentText {
    pub(crate) attachment: AttachmentId,
    pub(crate) session: SessionId,
    /// The message it was sent with; it is found as long as that is not deleted.
    pub(crate) message: MessageId,
    /// Who sent it.
    pub(crate) role: MessageRole,
    pub(crate) created_at: Timestamp,
    /// Its text, as it was read from the file. Only the first [`SEARCHED_MAX`] bytes are searched.
    pub(crate) text: String,
}

/// A message as it was when its words were cut.
pub(crate) struct Cut {
    pub(crate) id: MessageId,
    /// The position of its state: another one by now means that another cut follows.
    pub(crate) version: Position,
    pub(crate) message: ChatMessage,
    pub(crate) words: String,
}

/// What a pass over the log found changed.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) messages: Vec<Cut>,
    /// Messages without a text to be found.
    pub(crate) empty: Vec<MessageId>,
    pub(crate) sessions: Vec<SessionId>,
    /// Up to where the log is in the index with it. `None`: more of the same pass follows.
    pub(crate) position: Option<Position>,
}

impl Transaction for Batch {
    type Output = ();
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<(), TxError<()>> {
        for cut in &self.messages {
            put_message(tx, cut).await?;
        }
        for message in &self.empty {
            remove(tx, SearchKind::Message, message.as_str()).await?;
        }
        for session in &self.sessions {
            put_title(tx, session).await?;
        }
        if let Some(position) = self.position {
            put_meta(tx.connection, INDEXED, &position.to_string()).await?;
        }
        Ok(())
    }
}

async fn put_message(tx: &mut Tx<'_>, cut: &Cut) -> Result<(), StorageError> {
    let row = sqlx::query("select text_position, deleted_at from message where id = $1")
        .bind(cut.id.as_str())
        .fetch_optional(&mut *tx.connection)
        .await?;
    let Some(row) = row else { return Ok(()) };
    if row.try_get::<Position, _>(0)? != cut.version || row.try_get::<Timestamp, _>(1)? != 0 {
        return Ok(());
    }
    let message = &cut.message;
    let entry = Entry {
        kind: SearchKind::Message,
        reference: cut.id.as_str(),
        session: &message.session_id,
        message: Some(&cut.id),
        role: Some(message.role),
        created_at: message.created_at,
        body: None,
    };
    put(tx, &entry, &cut.words).await
}

async fn put_title(tx: &mut Tx<'_>, id: &SessionId) -> Result<(), StorageError> {
    let row = sqlx::query("select body from session where id = $1")
        .bind(id.as_str())
        .fetch_optional(&mut *tx.connection)
        .await?;
    let Some(row) = row else { return Ok(()) };
    let session: Session = parse(&row, 0)?;
    let entry = Entry {
        kind: SearchKind::Title,
        reference: id.as_str(),
        session: id,
        message: None,
        role: None,
        created_at: session.created_at,
        body: Some(&session.title),
    };
    put(tx, &entry, &folded(&session.title)).await
}

/// Puts the text of a file into the index, in place of an earlier one of the same file.
pub(crate) struct PutAttachment {
    entry: AttachmentText,
    words: String,
}

impl PutAttachment {
    pub(crate) fn new(mut entry: AttachmentText) -> Self {
        let mut end = entry.text.len().min(SEARCHED_MAX);
        while !entry.text.is_char_boundary(end) {
            end -= 1;
        }
        entry.text.truncate(end);
        let words = folded(&entry.text);
        Self { entry, words }
    }
}

impl Transaction for PutAttachment {
    type Output = ();
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<(), TxError<()>> {
        let AttachmentText { attachment, session, message, role, created_at, text } = self.entry;
        // A message that was purged while its file was read takes the file's words with it.
        if tx.message(&session, &message).await?.is_none() {
            return Ok(());
        }
        let entry = Entry {
            kind: SearchKind::Attachment,
            reference: attachment.as_str(),
            session: &session,
            message: Some(&message),
            role: Some(role),
            created_at,
            body: Some(&text),
        };
        Ok(put(tx, &entry, &self.words).await?)
    }
}

/// Takes the text of a file out of the index, for good.
pub(crate) struct RemoveAttachment(pub(crate) AttachmentId);

impl Transaction for RemoveAttachment {
    type Output = ();
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<(), TxError<()>> {
        if remove(tx, SearchKind::Attachment, self.0.as_str()).await? {
            put_meta(tx.connection, SCRUB, DUE).await?;
        }
        Ok(())
    }
}

/// What the index knows of a text.
struct Entry<'e> {
    kind: SearchKind,
    reference: &'e str,
    session: &'e SessionId,
    message: Option<&'e MessageId>,
    role: Option<MessageRole>,
    created_at: Timestamp,
    body: Option<&'e str>,
}

async fn put(tx: &mut Tx<'_>, entry: &Entry<'_>, words: &str) -> Result<(), StorageError> {
    if words.is_empty() {
        remove(tx, entry.kind, entry.reference).await?;
        return Ok(());
    }
    let row = sqlx::query(
        "insert into search_entry (id, kind, ref, session_id, message_id, role, created_at, body) \
         select coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 from search_entry where 1 = 1 \
         on conflict (kind, ref) do update set message_id = excluded.message_id, body = excluded.body \
         returning id",
    )
    .bind(kind_name(entry.kind))
    .bind(entry.reference)
    .bind(entry.session.as_str())
    .bind(entry.message.map(MessageId::as_str))
    .bind(entry.role.map(role_name))
    .bind(entry.created_at)
    .bind(entry.body)
    .fetch_one(&mut *tx.connection)
    .await?;
    let place = fts::place(entry.kind, entry.session, entry.role);
    fts::put(tx.connection, row.try_get(0)?, words, &place).await
}

/// Takes an entry out. `false`: there was none.
async fn remove(tx: &mut Tx<'_>, kind: SearchKind, reference: &str) -> Result<bool, StorageError> {
    let row = sqlx::query("delete from search_entry where kind = $1 and ref = $2 returning id")
        .bind(kind_name(kind))
        .bind(reference)
        .fetch_optional(&mut *tx.connection)
        .await?;
    let Some(row) = row else { return Ok(false) };
    fts::remove(tx.connection, row.try_get(0)?).await?;
    Ok(true)
}

/// What is purged: a message with its files, or a session with all that it holds.
pub(crate) enum Purged<'p> {
    Message(&'p str),
    Session(&'p str),
}

/// Takes out what is purged, and sees to it that the index is written anew without it.
pub(crate) async fn purge(tx: &mut Tx<'_>, purged: Purged<'_>) -> Result<(), StorageError> {
    let (statement, id) = match purged {
        Purged::Message(id) => ("delete from search_entry where message_id = $1 returning id", id),
        Purged::Session(id) => ("delete from search_entry where session_id = $1 returning id", id),
    };
    let rows = sqlx::query(statement).bind(id).fetch_all(&mut *tx.connection).await?;
    for row in &rows {
        fts::remove(tx.connection, row.try_get(0)?).await?;
    }
    // Even without an entry: words of a deleted message left the index before, but not yet the file.
    put_meta(tx.connection, SCRUB, DUE).await
}

/// A step of keeping the index in few parts and, after a purge, of writing it anew. Gives whether there is more to do.
pub(crate) struct Tidy;

impl Transaction for Tidy {
    type Output = bool;
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<bool, TxError<()>> {
        let scrub = meta(tx.connection, SCRUB).await?;
        let begins = scrub.as_deref() == Some(DUE);
        let more = fts::merge(tx.connection, begins).await? || begins;
        if begins {
            put_meta(tx.connection, SCRUB, UNDER_WAY).await?;
        } else if !more && scrub.as_deref() == Some(UNDER_WAY) {
            put_meta(tx.connection, SCRUB, DONE).await?;
        }
        Ok(more)
    }
}
