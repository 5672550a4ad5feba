//! What came of an import: which conversations, as which sessions, and what of them did not come over.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::SessionId;

/// The answer to `POST /import`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Conversations that became sessions now.
    pub imported: u32,
    /// Conversations that an earlier import, or this data folder itself, holds already.
    pub already_here: u32,
    /// Conversations that did not come over.
    pub refused: u32,
    /// Each conversation, in the file's order.
    pub conversations: Vec<ImportedConversation>,
}

/// What came of one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedConversation {
    /// Whose format it has. Absent: it was not recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<ImportFormat>,
    /// Its title; empty where it has none.
    pub title: String,
    /// What came of it.
    pub outcome: ImportOutcome,
    /// The session it is. Absent: it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// Messages that came over, on all branches.
    pub messages: u32,
    /// What of it did not come over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// Why it was refused, for people. Absent: it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Whose format a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImportFormat {
    /// Our own, one session or many.
    Cowork,
    /// The `conversations.json` of ChatGPT's data export.
    Chatgpt,
    /// A conversation exported by LibreChat as JSON.
    Librechat,
    /// Chats exported by Open WebUI.
    OpenWebui,
}

/// What came of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImportOutcome {
    /// It is a session now.
    Imported,
    /// The same conversation with the same messages was here; nothing was done.
    AlreadyHere,
    /// It could not be taken over.
    Refused,
}

/// How much of one kind did not come over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// What.
    pub kind: LeftOutKind,
    /// How many.
    pub count: u32,
}

/// What an import can't take over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOutKind {
    /// Pictures: exports name them, but their bytes are elsewhere.
    Images,
    /// Other files, sound and video, for the same reason.
    Files,
    /// Calls of tools and what the tools gave.
    ToolCalls,
    /// Instructions of the service or the person that the other program sent along unseen.
    Instructions,
    /// Marks in a text that lead to sources which are not in it.
    Citations,
    /// Messages without any text.
    EmptyMessages,
    /// Messages that follow each other in a ring, or whose id another one has.
    BrokenLinks,
    /// Parts of a kind that is not known here.
    UnknownParts,
}
