//! The file a session is exported to and imported from.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AttachmentId, ChatMessage, ClientRequestId, MessageId, Revision, Session, Timestamp};

/// The version this build writes.
pub const EXPORT_VERSION: u32 = 1;

/// A whole session: all branches, all revisions.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionExport {
    /// Always `cowork.session`.
    pub format: String,
    /// 1 for now.
    pub version: u32,
    /// When it was written.
    pub exported_at: Timestamp,
    /// The session.
    pub session: Session,
    /// Its messages on all branches, sorted by `createdAt`, then `id`.
    pub messages: Vec<ChatMessage>,
    /// Earlier texts of its messages, oldest first.
    #[serde(default)]
    pub revisions: Vec<ExportedRevision>,
    /// The files of its messages, each content once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<ExportedAttachment>,
}

/// `POST /sessions/import`: an exported file as it is, and an id for the command.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportSession {
    /// Makes the command safe to repeat; its scope is the server. Not part of an exported file.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// `cowork.session`.
    pub format: String,
    /// 1 for now.
    pub version: u32,
    /// When it was written.
    pub exported_at: Timestamp,
    /// The session.
    pub session: Session,
    /// Its messages on all branches.
    pub messages: Vec<ChatMessage>,
    /// Earlier texts of its messages. Absent: none.
    #[serde(default)]
    pub revisions: Vec<ExportedRevision>,
    /// The files of its messages. Absent: none; messages keep the names of files that are not here.
    #[serde(default)]
    pub attachments: Vec<ExportedAttachment>,
}

impl From<SessionExport> for ImportSession {
    fn from(export: SessionExport) -> Self {
        let SessionExport { format, version, exported_at, session, messages, revisions, attachments } =
            export;
        Self {
            client_request_id: None,
            format,
            version,
            exported_at,
            session,
            messages,
            revisions,
            attachments,
        }
    }
}

/// An earlier text, with the message it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedRevision {
    /// The message.
    pub message_id: MessageId,
    /// The text it had.
    #[serde(flatten)]
    pub revision: Revision,
}

/// The content of one or more attachments of an exported session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedAttachment {
    /// The attachments that have this content.
    pub ids: Vec<AttachmentId>,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// The bytes in base64. Absent: left out, `omitted` says why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Why `data` is absent, for people. Absent: it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub omitted: Option<String>,
}
