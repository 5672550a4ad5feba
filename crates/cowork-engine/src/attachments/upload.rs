//! One file on its way in: to disk as it comes, looked at when it is whole, then written down.

use bytes::Bytes;
use cowork_contract::{ChatAttachmentRef, ClientRequestId, SessionId};
use cowork_store::{BlobError, Incoming, NewAttachment, StoredText, Transaction, Tx};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinHandle;

use super::{Attachments, look, off_the_threads, text};
use crate::command::Decided;
use crate::{EngineError, ids};

/// Pieces that may wait for the disk.
const PIECES: usize = 4;

/// A file on its way in. Dropped before its end, it leaves nothing.
#[derive(Debug)]
pub struct Upload {
    attachments: Attachments,
    session: SessionId,
    pieces: mpsc::Sender<Bytes>,
    written: JoinHandle<Result<Incoming, BlobError>>,
    size: u64,
    _permit: OwnedSemaphorePermit,
}

impl Attachments {
    /// Makes room for a file of `declared` bytes, as far as the sender says. Refuses what can be known to be too much.
    pub(crate) async fn begin(
        &self,
        session: &SessionId,
        declared: Option<u64>,
    ) -> Result<Upload, EngineError> {
        let limits = self.limits();
        if declared.is_some_and(|declared| declared > limits.file_bytes) {
            return Err(EngineError::AttachmentTooLarge { limit: limits.file_bytes });
        }
        let found = self.reader.session(session).await?.filter(|session| session.deleted_at.is_none());
        found.ok_or(EngineError::NotFound("session"))?;
        if self.reader.attached_bytes(session).await? + declared.unwrap_or(0) > limits.session_bytes {
            return Err(EngineError::AttachmentSpaceFull { limit: limits.session_bytes });
        }
        let permit = self.uploads.clone().acquire_owned().await.map_err(|_| EngineError::ShuttingDown)?;
        let blobs = self.blobs.clone();
        let (pieces, mut waiting) = mpsc::channel::<Bytes>(PIECES);
        let written = tokio::task::spawn_blocking(move || {
            let mut incoming = blobs.incoming()?;
            while let Some(piece) = waiting.blocking_recv() {
                incoming.write(&piece)?;
            }
            Ok(incoming)
        });
        let (attachments, session) = (self.clone(), session.clone());
        Ok(Upload { attachments, session, pieces, written, size: 0, _permit: permit })
    }
}

impl Upload {
    /// Adds a piece; waits while the disk is slow.
    pub async fn write(&mut self, piece: Bytes) -> Result<(), EngineError> {
        let limit = self.attachments.limits.file_bytes;
        self.size += piece.len() as u64;
        if self.size > limit {
            return Err(EngineError::AttachmentTooLarge { limit });
        }
        // A closed channel means that the disk failed; the end says how.
        let _ = self.pieces.send(piece).await;
        Ok(())
    }

    /// Takes the file in under the name its sender gave it.
    pub async fn finish(
        self,
        name: &str,
        request: Option<ClientRequestId>,
    ) -> Result<ChatAttachmentRef, EngineError> {
        let Self { attachments, session, pieces, written, .. } = self;
        drop(pieces);
        let incoming = written.await.map_err(|_| EngineError::ShuttingDown)??;
        let (limits, said) = (attachments.limits, name.to_owned());
        let (incoming, bytes, looked) = off_the_threads(move || {
            let bytes = Bytes::from(incoming.bytes()?);
            let looked = look::look(&bytes, &said, &limits)?;
            Ok::<_, EngineError>((incoming, bytes, looked))
        })
        .await?;
        let reading = text::read(looked.form, bytes, attachments.documents.as_ref()).await?;
        let held = attachments.blobs.hold().await;
        let blobs = attachments.blobs.clone();
        let (new, kept) = off_the_threads(move || {
            let size = incoming.size();
            let hash = blobs.keep(incoming)?;
            let new = NewAttachment {
                id: ids::attachment(),
                session,
                kind: looked.kind,
                name: looked.name,
                mime: looked.mime.to_owned(),
                size,
                sha256: hash.as_str().to_owned(),
                request,
            };
            Ok::<_, EngineError>((new, text::keep(&blobs, reading)?))
        })
        .await?;
        let add = AddAttachment { new, text: kept, session_bytes: limits.session_bytes };
        let added = attachments.writer.transact(add).await?;
        drop(held);
        Ok(added)
    }
}

/// Writes a file down, once for each id of its sender.
struct AddAttachment {
    new: NewAttachment,
    text: StoredText,
    session_bytes: u64,
}

impl Transaction for AddAttachment {
    type Output = ChatAttachmentRef;
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<ChatAttachmentRef> {
        use cowork_store::TxError::Refused;
        let new = self.new;
        crate::command::live_session(tx, &new.session).await?;
        if let Some(request) = &new.request
            && let Some(before) = tx.attachment_by_request(&new.session, request).await?
        {
            let same = before.sha256 == new.sha256 && before.name == new.name;
            return if same { Ok(before) } else { Err(Refused(EngineError::IdempotencyConflict)) };
        }
        if tx.attached_bytes(&new.session).await? + new.size > self.session_bytes {
            return Err(Refused(EngineError::AttachmentSpaceFull { limit: self.session_bytes }));
        }
        tx.put_attachment_text(&new.sha256, &self.text).await?;
        Ok(tx.add_attachment(&new).await?)
    }
}
