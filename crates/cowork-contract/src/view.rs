//! What clients read: snapshots, lists and the answers to commands.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApprovalMetadata, ArtifactMeta, ChatMessage, MessageId, MessageRole, MessageStatus, Position, Session,
    SessionId, Task, TaskTool, Timestamp,
};

/// One page of sessions, newest first, pinned ones before all others.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionList {
    /// The sessions of this page.
    pub items: Vec<Session>,
    /// Asks for the next page. `null`: this is the last one.
    pub next_cursor: Option<String>,
    /// Where a stream of all sessions goes on without a gap.
    pub last_event_id: Position,
}

/// `GET /sessions/labels`: what sessions are filed under, archived and deleted ones not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionLabels {
    /// The folders, by name. A folder is there as long as it holds a session.
    pub folders: Vec<Label>,
    /// The tags, by name.
    pub tags: Vec<Label>,
}

/// A folder or a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    /// What it is called.
    pub name: String,
    /// Sessions that it holds.
    pub count: u32,
}

/// The answer to `POST /sessions/move`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionsMoved {
    /// The sessions that were elsewhere before; moving these back undoes it.
    pub session_ids: Vec<SessionId>,
}

/// `GET /sessions/{id}/chat`: a window of the conversation, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatSnapshot {
    /// The messages of the window, oldest first; a streaming one with its text so far.
    pub messages: Vec<ChatMessage>,
    /// The other answers of the comparisons that have an answer in the window. Absent: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<ChatMessage>,
    /// The tasks of the window.
    pub tasks: Vec<TaskView>,
    /// The last message of the active branch. `null`: no message yet.
    pub active_leaf_id: Option<MessageId>,
    /// Subscribing after it yields no gap and no duplicate.
    pub last_event_id: Position,
    /// Whether there is more before the window.
    pub has_more: bool,
    /// Where the conversation branches: every parent with more than one child.
    pub branches: Vec<BranchPoint>,
}

/// A place where a conversation branches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BranchPoint {
    /// The message the branches follow. `null`: they are the first of the session.
    pub parent_id: Option<MessageId>,
    /// Its children, oldest first.
    pub message_ids: Vec<MessageId>,
}

/// A task with all that its message shows.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskView {
    /// The task.
    pub task: Task,
    /// Its tool calls in order.
    pub calls: Vec<TaskTool>,
    /// Its approvals in order.
    pub approvals: Vec<ApprovalMetadata>,
    /// What it made.
    pub artifacts: Vec<ArtifactMeta>,
}

/// The acknowledgement of a message: both rows exist and are on disk.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageAccepted {
    /// The person's message. Absent: the command made none (regenerate).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_message: Option<ChatMessage>,
    /// The answer, `pending`; of several the first.
    pub assistant_message: ChatMessage,
    /// All answers, where several models were asked. Absent: the one above is the only one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assistant_messages: Vec<ChatMessage>,
    /// Subscribing after it yields what follows.
    pub last_event_id: Position,
}

/// The acknowledgement of a compaction: its summary comes with a `message.updated` of the message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompactionStarted {
    /// The session, with `compacting`.
    pub session: Session,
    /// Subscribing after it yields what follows.
    pub last_event_id: Position,
}

/// An earlier text of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// 1, 2, ...
    pub revision: u32,
    /// The text it had.
    pub content: String,
    /// When the next revision replaced it.
    pub replaced_at: Timestamp,
}

/// The earlier texts of a message, oldest first, the last 50 at most; the present one stands in the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevisionList {
    /// The revisions.
    pub items: Vec<Revision>,
    /// Asks for the next page. Always `null`: no more are kept.
    pub next_cursor: Option<String>,
}

/// Characters of a message that a tree shows.
pub const PREVIEW_MAX: usize = 80;

/// `GET /sessions/{id}/tree`: all branches of a session at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionTree {
    /// The newest messages, oldest first. Those whose parent is not among them are where it begins.
    pub items: Vec<TreeMessage>,
    /// The last message of the active branch. `null`: no message yet.
    pub active_leaf_id: Option<MessageId>,
    /// Whether there are older ones that `limit` left out.
    pub has_more: bool,
}

/// A message in a tree, in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TreeMessage {
    /// Its id.
    pub id: MessageId,
    /// The message before it. Absent: the first of the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<MessageId>,
    /// Who speaks.
    pub role: MessageRole,
    /// The first 80 characters of its text, on one line. Empty: it has none, or it is still coming in.
    pub preview: String,
    /// When it was written or asked for.
    pub created_at: Timestamp,
    /// Where it stands.
    pub status: MessageStatus,
    /// The model that answered. Absent: a person's message, or nothing answered yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// Whether it was deleted and only its place is left. Absent: it was not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// The models that can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelList {
    /// Of all providers that answered, in the configuration's order.
    pub items: Vec<ModelEntry>,
    /// Asks for the next page. Always `null`.
    pub next_cursor: Option<String>,
    /// The provider asked when neither message nor session names one.
    pub default_provider_id: String,
    /// The model asked when neither message nor session names one.
    pub default_model_id: String,
    /// Providers whose list could not be had, with the reason in plain words.
    pub unavailable: Vec<String>,
}

/// One model of one provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelEntry {
    /// The provider's id in the configuration.
    pub provider_id: String,
    /// The model's id at that provider.
    pub model_id: String,
    /// A name for people.
    pub label: String,
    /// Whether it is the built-in demo, which no real model stands behind.
    pub demo: bool,
    /// Tokens it can hold. `null`: not known.
    pub context_window: Option<u64>,
    /// Tokens of one answer at most. `null`: not known.
    pub output_limit: Option<u64>,
    /// Whether it sees images. `null`: not known.
    pub images: Option<bool>,
    /// Whether it can ask for tools. `null`: not known.
    pub tools: Option<bool>,
    /// Whether it thinks before it answers. `null`: not known.
    pub reasoning: Option<bool>,
    /// US dollars per million tokens that are sent. `null`: not known; 0 is free.
    pub input_price_usd: Option<f64>,
    /// US dollars per million tokens of answers. `null`: not known; 0 is free.
    pub output_price_usd: Option<f64>,
    /// US dollars per million tokens that the service had cached. `null`: not known.
    pub cached_input_price_usd: Option<f64>,
    /// The day of the prices, as `2025-11-30`. Absent: not known, or the service itself named them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_as_of: Option<String>,
    /// Whether the person marked it as a favourite.
    pub favourite: bool,
}

/// `POST /auth/exchange`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExchangedToken {
    /// Goes into `Authorization: Bearer`.
    pub token: String,
}

/// `POST /auth/codes`: a fresh start code for a program that holds a token.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartCode {
    /// Good once.
    pub code: String,
    /// Milliseconds it is good for.
    pub expires_in_ms: u64,
}

/// `GET /health`: how the server fares.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// The worst of the parts.
    pub status: HealthStatus,
    /// This build.
    pub version: String,
    /// Milliseconds since the start.
    pub uptime_ms: u64,
    /// Whether the last write went through; the reason if not.
    pub storage: HealthStatus,
    /// Why storage is not well. Absent: it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_detail: Option<String>,
    /// The newest position of the log.
    pub last_event_id: Position,
    /// Turns that run now.
    pub running_turns: u32,
    /// Event streams that are open.
    pub open_streams: u32,
    /// The providers that are configured.
    pub providers: Vec<String>,
}

/// `GET /storage`: where everything is kept and how much room it takes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StorageView {
    /// The data folder on the server's computer.
    pub folder: String,
    /// Bytes of the database.
    pub database_bytes: u64,
    /// Bytes of large files, kept beside the database.
    pub blob_bytes: u64,
    /// Sessions, archived ones included, deleted ones not.
    pub sessions: u64,
}

/// How a part fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    /// As it should be.
    Ok,
    /// Works, with something to mend.
    Degraded,
}
