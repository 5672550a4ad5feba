//! What searching gives: hits with snippets, over all sessions or within one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AttachmentId, MessageId, MessageRole, SessionId, Timestamp};

/// Characters of a search at most.
pub const SEARCH_MAX: usize = 400;

/// `GET /search`: one page of hits, the best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchResults {
    /// The hits of this page.
    pub items: Vec<SearchItem>,
    /// Asks for the next page. `null`: this is the last one.
    pub next_cursor: Option<String>,
    /// Whether a part of what is stored is not searched yet: what was written a moment ago, or all that an older version
    /// wrote, just after an update. Ask again in a while.
    pub incomplete: bool,
}

/// Something in which the words were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchItem {
    /// What it is.
    pub kind: SearchKind,
    /// Where it is.
    pub session_id: SessionId,
    /// The title of that session; empty until it has one.
    pub session_title: String,
    /// Whether that session is archived.
    pub archived: bool,
    /// The message. Absent: a title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// The file. Absent: no attachment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<AttachmentId>,
    /// Who wrote the message, or sent the file. Absent: a title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<MessageRole>,
    /// When the message was written; of a title, when its session was made.
    pub created_at: Timestamp,
    /// A piece of the text with what was found in it.
    pub snippet: Snippet,
    /// Whether the message is on the branch that its session shows. `false`: make it so with `activeLeafId`.
    pub on_active_branch: bool,
}

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SearchKind {
    /// The title of a session.
    Title,
    /// A message of the person or of a model, on whatever branch.
    Message,
    /// The text of a file.
    Attachment,
}

/// A piece of a text on one line, around what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Snippet {
    /// Plain text; `…` stands where more was left out.
    pub text: String,
    /// What was found, as `[start, length]` in UTF-16 code units of `text`, as JavaScript counts: in order, none
    /// overlaps another.
    pub hits: Vec<(u32, u32)>,
}

/// `GET /sessions/{id}/find`: which messages of the active branch hold a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundInSession {
    /// In the order of the conversation.
    pub items: Vec<FoundMessage>,
    /// Asks for the next page. Always `null`: all of the branch is looked through.
    pub next_cursor: Option<String>,
}

/// A message that holds the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundMessage {
    /// The message.
    pub message_id: MessageId,
    /// How often it stands there.
    pub count: u32,
}
