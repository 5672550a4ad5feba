//! Uploaded files: what is known of each, which messages hold it, what was read of it as text.
//!
//! Always true: an attachment belongs to one session; who uploaded it twice has two of them and one blob; one that no
//! message holds goes a day after it came. Elsewhere: the bytes (`blobs`), the uses (`projection`, from the events).

use std::collections::HashSet;

use cowork_contract::{
    AttachmentId, AttachmentKind, ChatAttachmentRef, ClientRequestId, SessionId, TextState, Timestamp,
};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::transaction::{Transaction, TxError};
use crate::{ReadError, Reader, StorageError, Tx, Writer};

/// A file to be written down. Its blob must be there, and held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// Its id.
    pub id: AttachmentId,
    /// The session it belongs to.
    pub session: SessionId,
    /// What it is.
    pub kind: AttachmentKind,
    /// What it is called.
    pub name: String,
    /// What its bytes are.
    pub mime: String,
    /// How many there are.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: String,
    /// The sender's id of the upload.
    pub request: Option<ClientRequestId>,
}

/// A file as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAttachment {
    /// The session it belongs to.
    pub session: SessionId,
    /// What messages hold of it.
    pub reference: ChatAttachmentRef,
}

/// What was read of a content as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredText {
    /// Whether there is a text.
    pub state: TextState,
    /// The blob that holds it.
    pub blob: Option<String>,
    /// Its characters.
    pub chars: Option<u64>,
    /// The document's pages.
    pub pages: Option<u32>,
    /// Why it could not be read.
    pub detail: Option<String>,
}

const ROW: &str = "select id, session_id, sha256, name, mime, kind, size from attachment";

impl Tx<'_> {
    /// Writes a file down.
    pub async fn add_attachment(&mut self, new: &NewAttachment) -> Result<ChatAttachmentRef, StorageError> {
        sqlx::query(
            "insert into attachment (id, session_id, sha256, name, mime, kind, size, created_at, request_id) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new.id.as_str())
        .bind(new.session.as_str())
        .bind(new.sha256.as_str())
        .bind(new.name.as_str())
        .bind(new.mime.as_str())
        .bind(kind_name(new.kind))
        .bind(i64::try_from(new.size).unwrap_or(i64::MAX))
        .bind(self.now)
        .bind(new.request.as_ref().map(|request| request.as_str().to_owned()))
        .execute(&mut *self.connection)
        .await?;
        Ok(ChatAttachmentRef {
            id: new.id.clone(),
            kind: new.kind,
            name: new.name.clone(),
            size_bytes: new.size,
            mime_type: new.mime.clone(),
            storage_uri: storage_uri(&new.id),
            sha256: new.sha256.clone(),
        })
    }

    /// A file of a session.
    pub async fn attachment(
        &mut self,
        session: &SessionId,
        id: &AttachmentId,
    ) -> Result<Option<ChatAttachmentRef>, StorageError> {
        let found = find(&mut *self.connection, id).await?;
        Ok(found.filter(|found| found.session == *session).map(|found| found.reference))
    }

    /// Whether there is such a file, in whatever session.
    pub async fn attachment_exists(&mut self, id: &AttachmentId) -> Result<bool, StorageError> {
        Ok(find(&mut *self.connection, id).await?.is_some())
    }

    /// What an upload with this id became.
    pub async fn attachment_by_request(
        &mut self,
        session: &SessionId,
        request: &ClientRequestId,
    ) -> Result<Option<ChatAttachmentRef>, StorageError> {
        let sql = sqlx::AssertSqlSafe(format!("{ROW} where session_id = $1 and request_id = $2"));
        let row = sqlx::query(sql)
            .bind(session.as_str())
            .bind(request.as_str())
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(row.map(|row| read(&row)).transpose()?.map(|found| found.reference))
    }

    /// Bytes of all files of a session.
    pub async fn attached_bytes(&mut self, session: &SessionId) -> Result<u64, StorageError> {
        sum(&mut *self.connection, session).await
    }

    /// Removes a file that no message holds. `false`: one does.
    pub async fn discard_attachment(&mut self, id: &AttachmentId) -> Result<bool, StorageError> {
        let done = sqlx::query(
            "delete from attachment where id = $1 \
             and not exists (select 1 from attachment_use u where u.attachment_id = attachment.id)",
        )
        .bind(id.as_str())
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Keeps what was read of a content. A text that is there stays: the same bytes say the same.
    pub async fn put_attachment_text(&mut self, sha256: &str, text: &StoredText) -> Result<(), StorageError> {
        sqlx::query(
            "insert into attachment_text (sha256, state, blob, chars, pages, detail) \
             values ($1, $2, $3, $4, $5, $6) on conflict (sha256) do update set state = excluded.state, \
             blob = excluded.blob, chars = excluded.chars, pages = excluded.pages, detail = excluded.detail \
             where attachment_text.state <> 'ready'",
        )
        .bind(sha256)
        .bind(state_name(text.state))
        .bind(text.blob.as_deref())
        .bind(text.chars.map(|chars| i64::try_from(chars).unwrap_or(i64::MAX)))
        .bind(text.pages.map(i64::from))
        .bind(text.detail.as_deref())
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }
}

struct Expire {
    created_before: Timestamp,
}

impl Transaction for Expire {
    type Output = u32;
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<u32, TxError<()>> {
        let gone = sqlx::query(
            "delete from attachment where created_at < $1 \
             and not exists (select 1 from attachment_use u where u.attachment_id = attachment.id)",
        )
        .bind(self.created_before)
        .execute(&mut *tx.connection)
        .await?;
        sqlx::query(
            "delete from attachment_text where not exists \
             (select 1 from attachment a where a.sha256 = attachment_text.sha256)",
        )
        .execute(&mut *tx.connection)
        .await?;
        Ok(u32::try_from(gone.rows_affected()).unwrap_or(u32::MAX))
    }
}

impl Writer {
    /// Removes the files that came before `created_before` and that no message holds, and gives how many.
    pub async fn expire_attachments(
        &self,
        created_before: Timestamp,
    ) -> Result<u32, crate::TransactError<()>> {
        self.transact(Expire { created_before }).await
    }
}

impl Reader {
    /// A file. `None`: there is none, or no longer.
    pub async fn attachment(&self, id: &AttachmentId) -> Result<Option<StoredAttachment>, ReadError> {
        Ok(find(&mut *self.pool.acquire().await?, id).await?)
    }

    /// Bytes of all files of a session.
    pub async fn attached_bytes(&self, session: &SessionId) -> Result<u64, ReadError> {
        Ok(sum(&mut *self.pool.acquire().await?, session).await?)
    }

    /// What was read of a content as text. `None`: nobody looked yet.
    pub async fn attachment_text(&self, sha256: &str) -> Result<Option<StoredText>, ReadError> {
        let row =
            sqlx::query("select state, blob, chars, pages, detail from attachment_text where sha256 = $1")
                .bind(sha256)
                .fetch_optional(&self.pool)
                .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StoredText {
            state: state_of(&row.try_get::<String, _>(0)?),
            blob: row.try_get(1)?,
            chars: row.try_get::<Option<i64>, _>(2)?.and_then(|chars| u64::try_from(chars).ok()),
            pages: row.try_get::<Option<i64>, _>(3)?.and_then(|pages| u32::try_from(pages).ok()),
            detail: row.try_get(4)?,
        }))
    }

    /// The hash of every blob that some row names. Whoever keeps blobs for something new adds its table here, or they
    /// are swept.
    pub async fn blobs_in_use(&self) -> Result<HashSet<String>, ReadError> {
        let rows = sqlx::query(
            "select sha256 from attachment union select blob from attachment_text where blob is not null",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, sqlx::Error>>()?)
    }
}

async fn find(
    connection: &mut AnyConnection,
    id: &AttachmentId,
) -> Result<Option<StoredAttachment>, StorageError> {
    let sql = sqlx::AssertSqlSafe(format!("{ROW} where id = $1"));
    let row = sqlx::query(sql).bind(id.as_str()).fetch_optional(connection).await?;
    row.map(|row| read(&row)).transpose()
}

async fn sum(connection: &mut AnyConnection, session: &SessionId) -> Result<u64, StorageError> {
    let row =
        sqlx::query("select cast(coalesce(sum(size), 0) as bigint) from attachment where session_id = $1")
            .bind(session.as_str())
            .fetch_one(connection)
            .await?;
    Ok(u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0))
}

fn read(row: &AnyRow) -> Result<StoredAttachment, StorageError> {
    let id = AttachmentId::new(row.try_get::<String, _>(0)?);
    let kind: String = row.try_get(5)?;
    Ok(StoredAttachment {
        session: SessionId::new(row.try_get::<String, _>(1)?),
        reference: ChatAttachmentRef {
            kind: if kind == kind_name(AttachmentKind::Image) {
                AttachmentKind::Image
            } else {
                AttachmentKind::File
            },
            name: row.try_get(3)?,
            size_bytes: u64::try_from(row.try_get::<i64, _>(6)?).unwrap_or(0),
            mime_type: row.try_get(4)?,
            storage_uri: storage_uri(&id),
            sha256: row.try_get(2)?,
            id,
        },
    })
}

fn storage_uri(id: &AttachmentId) -> String {
    format!("/api/attachments/{id}")
}

fn kind_name(kind: AttachmentKind) -> &'static str {
    match kind {
        AttachmentKind::Image => "image",
        AttachmentKind::File => "file",
    }
}

fn state_name(state: TextState) -> &'static str {
    match state {
        TextState::Pending => "pending",
        TextState::None => "none",
        TextState::Ready => "ready",
        TextState::Failed => "failed",
    }
}

fn state_of(name: &str) -> TextState {
    match name {
        "pending" => TextState::Pending,
        "ready" => TextState::Ready,
        "failed" => TextState::Failed,
        _ => TextState::None,
    }
}
