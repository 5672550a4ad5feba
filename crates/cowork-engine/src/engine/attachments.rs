//! The commands and reads around attached files.

use cowork_contract::{AttachmentId, AttachmentText, SessionExport, SessionId};
use cowork_store::{Transaction, Tx};

use super::Engine;
use crate::EngineError;
use crate::attachments::{AttachedFile, Upload};
use crate::command::Decided;

impl Engine {
    /// Begins to take a file in; `declared` is how many bytes its sender says will come.
    pub async fn begin_upload(
        &self,
        session: &SessionId,
        declared: Option<u64>,
    ) -> Result<Upload, EngineError> {
        self.check_open()?;
        self.attachments.begin(session, declared).await
    }

    /// Throws a file away that was not sent; its bytes go with the next sweep. One that is gone already is fine.
    pub async fn discard_attachment(&self, id: &AttachmentId) -> Result<(), EngineError> {
        self.check_open()?;
        Ok(self.writer.transact(Discard { id: id.clone() }).await?)
    }

    /// A file with its bytes.
    pub async fn attachment(&self, id: &AttachmentId) -> Result<AttachedFile, EngineError> {
        self.attachments.file(id).await
    }

    /// What was read of a file as text, at most `most` characters of it.
    pub async fn attachment_text(
        &self,
        id: &AttachmentId,
        most: usize,
    ) -> Result<AttachmentText, EngineError> {
        self.attachments.text(id, most).await
    }

    /// A whole session with the bytes of its files. `None`: no such session.
    pub async fn export_session(&self, session: &SessionId) -> Result<Option<SessionExport>, EngineError> {
        let Some(mut export) = self.reader.export(session).await? else { return Ok(None) };
        self.attachments.add_to(&mut export).await?;
        Ok(Some(export))
    }
}

struct Discard {
    id: AttachmentId,
}

impl Transaction for Discard {
    type Output = ();
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<()> {
        if !tx.discard_attachment(&self.id).await? && tx.attachment_exists(&self.id).await? {
            let sent = "This file was sent with a message. It goes when that message is deleted for good.";
            return Err(cowork_store::TxError::Refused(EngineError::InvalidState(sent)));
        }
        Ok(())
    }
}
