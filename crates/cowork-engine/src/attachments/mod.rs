//! Files that people attach: taken in, looked at, kept, and handed to models.
//!
//! Start at [`Attachments::begin`] and at [`give::material`]. Always true: what a file is, its bytes say and never its
//! sender; bytes go to disk as they come, and what is not finished leaves nothing; a blob is held until the row that
//! names it is committed. Elsewhere: rows and blobs (`cowork-store`), which message holds what (`command::send`).

pub(crate) mod give;
mod look;
mod name;
mod picture;
pub(crate) mod portable;
mod sniff;
mod text;
mod upload;

use std::sync::Arc;

use bytes::Bytes;
use cowork_contract::{AttachmentId, AttachmentLimits, AttachmentText, ChatAttachmentRef, TextState};
use cowork_documents::TextExtractor;
use cowork_store::{BlobError, BlobHash, Blobs, Reader, Writer};
use tokio::sync::Semaphore;

use crate::EngineError;

pub(crate) use portable::Adopted;
pub use upload::Upload;

/// Files that may come in at once, each with a thread that writes it; others wait.
const AT_ONCE: usize = 16;

/// The keeper of attached files. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Attachments {
    writer: Writer,
    reader: Reader,
    blobs: Blobs,
    limits: AttachmentLimits,
    documents: Option<TextExtractor>,
    uploads: Arc<Semaphore>,
}

/// A file as it is sent to the person.
#[derive(Debug, Clone)]
pub struct AttachedFile {
    /// What it is.
    pub reference: ChatAttachmentRef,
    /// Its bytes.
    pub bytes: Bytes,
}

impl Attachments {
    pub(crate) fn new(
        writer: Writer,
        reader: Reader,
        blobs: Blobs,
        (limits, documents): (AttachmentLimits, Option<TextExtractor>),
    ) -> Self {
        Self { writer, reader, blobs, limits, documents, uploads: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    pub(crate) fn limits(&self) -> AttachmentLimits {
        self.limits
    }

    /// A file with its bytes, checked.
    pub(crate) async fn file(&self, id: &AttachmentId) -> Result<AttachedFile, EngineError> {
        let found = self.reader.attachment(id).await?.ok_or(EngineError::NotFound("attachment"))?;
        let bytes = self.bytes(&found.reference.sha256).await?;
        Ok(AttachedFile { reference: found.reference, bytes })
    }

    /// What was read of a file as text, at most `most` characters of it.
    pub(crate) async fn text(&self, id: &AttachmentId, most: usize) -> Result<AttachmentText, EngineError> {
        let found = self.reader.attachment(id).await?.ok_or(EngineError::NotFound("attachment"))?;
        let Some(kept) = self.reader.attachment_text(&found.reference.sha256).await? else {
            return Ok(AttachmentText {
                state: TextState::None,
                text: None,
                cut: false,
                pages: None,
                detail: None,
            });
        };
        let text = match &kept.blob {
            Some(blob) => Some(String::from_utf8_lossy(&self.bytes(blob).await?).into_owned()),
            None => None,
        };
        let end = text.as_deref().and_then(|text| text.char_indices().nth(most)).map(|(end, _)| end);
        Ok(AttachmentText {
            state: kept.state,
            text: text.map(|text| text[..end.unwrap_or(text.len())].to_owned()),
            cut: end.is_some(),
            pages: kept.pages,
            detail: kept.detail,
        })
    }

    /// Removes the blobs that nothing names any more.
    pub(crate) async fn sweep(&self) -> Result<u32, EngineError> {
        let reader = self.reader.clone();
        self.blobs.sweep(async move { Ok(reader.blobs_in_use().await?) }).await
    }

    /// The bytes of a blob, read off the async threads.
    pub(super) async fn bytes(&self, sha256: &str) -> Result<Bytes, EngineError> {
        let Some(hash) = BlobHash::parse(sha256) else {
            return Err(BlobError::Missing(sha256.to_owned()).into());
        };
        let blobs = self.blobs.clone();
        off_the_threads(move || blobs.get(&hash)).await.map(Bytes::from)
    }
}

/// Runs what blocks on the disk.
pub(super) async fn off_the_threads<T: Send + 'static, E: Into<EngineError> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, EngineError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(EngineError::ShuttingDown),
    }
}
