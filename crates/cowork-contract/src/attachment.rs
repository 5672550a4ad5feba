//! Files that are sent along: their bounds, their text, and how a model was given them.
//!
//! Elsewhere: the reference that a message holds (`message`), the bytes (`GET /attachments/{id}`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::AttachmentId;

/// How much may be attached. Fixed while the server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentLimits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Files of one message.
    pub files_per_message: u32,
    /// Bytes of all files of one session, uploads that were not sent yet included.
    pub session_bytes: u64,
    /// Pixels of one image, width times height.
    pub image_pixels: u64,
}

impl Default for AttachmentLimits {
    fn default() -> Self {
        Self {
            file_bytes: 25 << 20,
            files_per_message: 20,
            session_bytes: 200 << 20,
            image_pixels: 100_000_000,
        }
    }
}

/// What could be read of a file as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TextState {
    /// It is being read.
    Pending,
    /// Its format holds no text that Cowork can read.
    None,
    /// It was read.
    Ready,
    /// It should hold text, but could not be read.
    Failed,
}

/// `GET /attachments/{id}/text`: the text that models without eyes for the format get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentText {
    /// Whether there is a text.
    pub state: TextState,
    /// The beginning of the text, at most as much as was asked for. Absent: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// There is more than `text`.
    #[serde(default)]
    pub cut: bool,
    /// Pages of the document. Absent: it has none, or they were not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Why it could not be read, for people. Absent: it could, or there was nothing to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// How the model of an answer was given one file of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GivenAttachment {
    /// The file.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// In which form.
    pub given: GivenAs,
}

/// The form in which a model got a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GivenAs {
    /// As an image.
    Image,
    /// As the file it is, in a format that the service reads itself.
    File,
    /// As its whole text.
    Text,
    /// As the beginning of its text.
    Cut,
    /// Not at all: the model was told its name and that it could not be read.
    None,
}
