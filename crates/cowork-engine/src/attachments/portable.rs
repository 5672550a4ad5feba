//! Files in exported sessions: their bytes on the way out, and taken in again.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cowork_contract::{
    AttachmentId, ChatAttachmentRef, ChatMessage, ExportedAttachment, SessionExport, SessionId,
};
use cowork_store::{BlobHash, Held, NewAttachment, StorageError, StoredText, Tx};

use super::{Attachments, look, off_the_threads, text};
use crate::{EngineError, ids};

/// Bytes of files that an exported session carries, so that it can be imported again.
const EXPORTED: u64 = 40 << 20;

/// The files of an import: their blobs are there, and held until this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Adopted {
    by_id: HashMap<AttachmentId, (NewAttachment, StoredText)>,
    _held: Option<Held>,
}

impl Attachments {
    /// Adds the bytes of its files to an exported session, as many as go into one file that can be imported.
    pub(crate) async fn add_to(&self, export: &mut SessionExport) -> Result<(), EngineError> {
        let mut contents: Vec<(ExportedAttachment, u64)> = Vec::new();
        let mut places = HashMap::new();
        for attachment in export.messages.iter().flat_map(|message| &message.attachments) {
            let place = *places.entry(attachment.sha256.clone()).or_insert_with(|| {
                let content = ExportedAttachment {
                    ids: Vec::new(),
                    sha256: attachment.sha256.clone(),
                    data: None,
                    omitted: None,
                };
                contents.push((content, attachment.size_bytes));
                contents.len() - 1
            });
            contents[place].0.ids.push(attachment.id.clone());
        }
        let mut left = EXPORTED;
        for (content, size) in &mut contents {
            if *size > left {
                content.omitted = Some(format!(
                    "The files of an export take at most {} MB together, so that it can be imported again.",
                    EXPORTED >> 20
                ));
                continue;
            }
            match self.bytes(&content.sha256).await {
                Ok(bytes) => {
                    left -= *size;
                    content.data = Some(STANDARD.encode(bytes));
                }
                Err(EngineError::Blob(error)) => {
                    content.omitted = Some(format!("It can't be read: {error}."))
                }
                Err(error) => return Err(error),
            }
        }
        export.attachments = contents.into_iter().map(|(content, _)| content).collect();
        Ok(())
    }

    /// Takes the files of an import in. Each is looked at as if it were uploaded; what it says of itself counts for
    /// nothing but its name.
    pub(crate) async fn adopt(
        &self,
        files: Vec<ExportedAttachment>,
        messages: &[ChatMessage],
    ) -> Result<Adopted, EngineError> {
        if files.is_empty() {
            return Ok(Adopted::default());
        }
        let names: HashMap<AttachmentId, String> = messages
            .iter()
            .flat_map(|message| &message.attachments)
            .map(|attachment| (attachment.id.clone(), attachment.name.clone()))
            .collect();
        let held = self.blobs.hold().await;
        let mut by_id = HashMap::new();
        for file in files {
            let Some(data) = file.data else { continue };
            let (sha256, limit) = (file.sha256, self.limits.file_bytes);
            let bytes = off_the_threads(move || decoded(&data, &sha256, limit)).await?;
            for id in file.ids {
                let Some(name) = names.get(&id) else { continue };
                by_id.insert(id, self.adopted(name, bytes.clone()).await?);
            }
        }
        Ok(Adopted { by_id, _held: Some(held) })
    }

    /// One of them, by the name that it has in a message. Hold the blobs.
    async fn adopted(&self, name: &str, bytes: Bytes) -> Result<(NewAttachment, StoredText), EngineError> {
        let looked = look::look(&bytes, name, &self.limits)?;
        let reading = text::read(looked.form, bytes.clone(), self.documents.as_ref()).await?;
        let blobs = self.blobs.clone();
        off_the_threads(move || {
            let new = NewAttachment {
                id: ids::attachment(),
                session: SessionId::new(""), // known once the import is decided
                kind: looked.kind,
                name: looked.name,
                mime: looked.mime.to_owned(),
                size: bytes.len() as u64,
                sha256: blobs.put(&bytes)?.as_str().to_owned(),
                request: None,
            };
            Ok::<_, EngineError>((new, text::keep(&blobs, reading)?))
        })
        .await
    }
}

/// The bytes of an exported file, checked.
fn decoded(data: &str, sha256: &str, limit: u64) -> Result<Bytes, EngineError> {
    let faulty = |what: &str| EngineError::invalid("attachments", format!("The file {sha256} {what}."));
    let bytes = STANDARD.decode(data).map_err(|_| faulty("is not valid base64"))?;
    if BlobHash::of(&bytes).as_str() != sha256 {
        return Err(faulty("has other bytes than its hash says"));
    }
    if bytes.len() as u64 > limit {
        return Err(EngineError::AttachmentTooLarge { limit });
    }
    Ok(bytes.into())
}

impl Adopted {
    /// Writes the files of a message down as files of `session`, and names them in it. One that did not come along
    /// keeps its name there, under an id that leads to nothing.
    pub(crate) async fn settle(
        &self,
        tx: &mut Tx<'_>,
        session: &SessionId,
        attachments: &mut [ChatAttachmentRef],
    ) -> Result<(), StorageError> {
        for attachment in attachments {
            match self.by_id.get(&attachment.id) {
                Some((new, kept)) => {
                    // The same file may stand in several messages.
                    let new =
                        NewAttachment { session: session.clone(), id: ids::attachment(), ..new.clone() };
                    tx.put_attachment_text(&new.sha256, kept).await?;
                    *attachment = tx.add_attachment(&new).await?;
                }
                None => lead_nowhere(attachment),
            }
        }
        Ok(())
    }
}

/// A file that is not there keeps its name, under an id that nothing else will have.
fn lead_nowhere(attachment: &mut ChatAttachmentRef) {
    attachment.id = ids::attachment();
    attachment.storage_uri = format!("/api/attachments/{}", attachment.id);
}

/// Gives a message that is copied into another session files of its own; the bytes are shared. One that is not there
/// keeps its name.
pub(crate) async fn copy(
    tx: &mut Tx<'_>,
    (from, session): (&SessionId, &SessionId),
    attachments: &mut [ChatAttachmentRef],
) -> Result<(), StorageError> {
    for attachment in attachments {
        if tx.attachment(from, &attachment.id).await?.is_none() {
            lead_nowhere(attachment);
            continue;
        }
        let new = NewAttachment {
            id: ids::attachment(),
            session: session.clone(),
            kind: attachment.kind,
            name: attachment.name.clone(),
            mime: attachment.mime_type.clone(),
            size: attachment.size_bytes,
            sha256: attachment.sha256.clone(),
            request: None,
        };
        *attachment = tx.add_attachment(&new).await?;
    }
    Ok(())
}
