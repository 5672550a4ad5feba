//! A message of a conversation and what is known of the model call behind it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AttachmentId, GivenAttachment, MessageError, MessageId, ParametersUsed, PersonaUsed, SessionId, TaskId,
    Timestamp,
};

/// One message. The answer to a message is its child; answers of one parent are branches of each other.
///
/// Sorted by `createdAt`, then `id`; within a session `createdAt` never decreases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    /// Opaque id.
    pub id: MessageId,
    /// The session it belongs to.
    pub session_id: SessionId,
    /// Who speaks.
    pub role: MessageRole,
    /// Markdown. While `status` is `streaming` this is the text so far.
    pub content: String,
    /// When it was written or, for an answer, asked for.
    pub created_at: Timestamp,
    /// Where it stands.
    pub status: MessageStatus,
    /// The model that really answered. Absent: a person's message, or nothing answered yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// The provider that really answered. Absent: a person's message, or nothing answered yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// A sentence for people, when another model than the one asked for answered. Absent: no fallback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback_notice: Option<String>,
    /// The message before it on its branch. Absent: the first of the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<MessageId>,
    /// Files sent along, in the person's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<ChatAttachmentRef>,
    /// The task this message narrates. Absent: plain chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// Everything else that is recorded with it.
    #[serde(default, skip_serializing_if = "MessageMetadata::is_empty")]
    pub metadata: MessageMetadata,
    /// When it last changed as a whole; streamed text does not move it.
    pub updated_at: Timestamp,
    /// 1 when written, one more with each edit in place.
    pub revision: u32,
    /// The model's reasoning, as far as its provider shows it. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// Why it ended, when `status` is `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<MessageError>,
    /// What the call consumed, as the provider reported it. Absent: not reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<MessageUsage>,
    /// How long the call took. Absent: no call was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telemetry: Option<MessageTelemetry>,
    /// The sender's id of the command that made it. Absent: the command carried none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_request_id: Option<String>,
    /// When it was deleted: the row stays, empty, so that its children keep their place. Absent: not deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MessageRole {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MessageStatus {
    /// Acknowledged; no text yet.
    Pending,
    /// Text is coming in.
    Streaming,
    /// Complete.
    Done,
    /// Ended by a failure; the text so far is kept.
    Error,
    /// Stopped by the person; the text so far is kept.
    Canceled,
}

impl MessageStatus {
    /// Whether the turn behind the message is still to run or running.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Streaming)
    }
}

/// A file sent along with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatAttachmentRef {
    /// Opaque id.
    pub id: AttachmentId,
    /// Whether models that see images get it as one.
    pub kind: AttachmentKind,
    /// The name it was sent with.
    pub name: String,
    /// Bytes.
    pub size_bytes: u64,
    /// Sniffed from the content, never the sender's word.
    pub mime_type: String,
    /// Where its bytes are fetched.
    pub storage_uri: String,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
}

/// What an attachment is to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AttachmentKind {
    /// An image that models can see.
    Image,
    /// Anything else.
    File,
}

/// What else is recorded with a message. Unknown keys are kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageMetadata {
    /// What was asked of which model, and what came of each attempt. Absent: a person's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
    /// Why the model stopped, as its provider names it (`stop`, `length`, ...). Absent: not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// What of the conversation the model got. Absent: a person's message, or no call was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<ContextUse>,
    /// The persona whose instructions the model got. Absent: none, or no call was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona: Option<PersonaUsed>,
    /// With which parameters the model was asked. Absent: none were set, or no call was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<ParametersUsed>,
    /// Beside which other answers this one was asked for. Absent: it was asked for alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// A summary that stands in for this message and everything before it when a model is asked. The messages
    /// themselves stay as they are. Of several on a branch the last one counts. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compaction: Option<Compaction>,
    /// Keys of other versions and of imported sessions.
    #[serde(flatten)]
    pub other: BTreeMap<String, serde_json::Value>,
}

impl MessageMetadata {
    /// Whether nothing at all is recorded.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// One message was put to several models at once; this is one of their answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Opaque; the answers that carry the same one belong together.
    pub group: String,
    /// Its place in the order that was asked for, from 0.
    pub index: u32,
    /// How many models were asked.
    pub of: u32,
}

/// What of the conversation was sent for an answer. Tokens are estimated before the call; what the provider counted
/// stands in `usage`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextUse {
    /// Tokens that the model can hold. Absent: not known, so everything was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u64>,
    /// Tokens of everything that was sent.
    pub estimated_tokens: u64,
    /// Of them, those of the system prompt.
    pub system_tokens: u64,
    /// Of them, those of the last message.
    pub question_tokens: u64,
    /// Of them, those of the summary of earlier messages.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub summary_tokens: u64,
    /// Messages that the summary stands in for.
    #[serde(default, skip_serializing_if = "is_none_of_them")]
    pub summarized: u32,
    /// Messages at the start of the conversation that did not fit and were left out; those of the summary do not count.
    pub left_out: u32,
    /// How each file of the conversation was given, oldest first. Absent: none was there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<GivenAttachment>,
    /// Why no summary could be made of what was left out, for people. Absent: none was tried, or it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compaction_failure: Option<String>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

fn is_none_of_them(count: &u32) -> bool {
    *count == 0
}

/// A summary made by a model, in place of the messages up to the one it stands at. Tokens are estimated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Compaction {
    /// The summary, as Markdown.
    pub summary: String,
    /// Messages it stands in for, those of an earlier summary included.
    pub messages: u32,
    /// Of them, the oldest ones that were too many to be read and so are not in it.
    #[serde(default, skip_serializing_if = "is_none_of_them")]
    pub unread: u32,
    /// Tokens of what was sent in their place until then: the messages, or an earlier summary and those after it.
    pub tokens_before: u64,
    /// Tokens of the summary.
    pub tokens_after: u64,
    /// Who wrote it.
    pub provider_id: String,
    /// With which model.
    pub model_id: String,
    /// When.
    pub created_at: Timestamp,
    /// Why.
    pub trigger: CompactionTrigger,
}

/// Why a conversation is compacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CompactionTrigger {
    /// The person asked for it.
    Manual,
    /// The conversation did not fit the model any more.
    Automatic,
}

/// The route of one answer: asked, tried, answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Routing {
    /// What the person or the defaults asked for.
    pub asked: Asked,
    /// Each call that was made and each model that was passed over, in order.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    /// The call after one that failed: waited for, or under way once its time has come. Absent: the first call is under
    /// way, or the answer has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextAttempt>,
}

/// A provider and a model that were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The provider's id in the configuration.
    pub provider_id: String,
    /// The model's id at that provider.
    pub model_id: String,
}

/// One call to a provider, or one that was not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// The provider that was called.
    pub provider_id: String,
    /// The model that was asked for in the call.
    pub model_id: String,
    /// The code of its failure, or of why it was passed over. Absent: it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in plain words. Absent: it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The provider's own id of the request. Absent: none was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Milliseconds of the call. Absent: it was passed over, or an older version did not note it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

/// The call that follows one that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NextAttempt {
    /// The provider that will be called.
    pub provider_id: String,
    /// The model that will be asked for.
    pub model_id: String,
    /// When it is called.
    pub at: Timestamp,
}

/// What one answer consumed, as its provider reported it. A figure that was not reported is absent, never zero.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageUsage {
    /// Tokens of the prompt, cached ones included.
    pub input_tokens: u64,
    /// Tokens of the answer, reasoning included.
    pub output_tokens: u64,
    /// Of the input, tokens read from the provider's cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_input_tokens: Option<u64>,
    /// Of the output, tokens of reasoning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_tokens: Option<u64>,
    /// The provider's own total.
    pub total_tokens: u64,
    /// US dollars. `null`: no price is known for this model.
    pub cost_usd: Option<f64>,
}

/// How long one answer took, in milliseconds from the start of the call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageTelemetry {
    /// To the provider's response headers. Absent: none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<u64>,
    /// To the first byte of the body. Absent: none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttfb_ms: Option<u64>,
    /// To the first text or reasoning. Absent: none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttft_ms: Option<u64>,
    /// To the end, however it ended.
    pub duration_ms: u64,
    /// Calls made for this answer.
    pub attempts: u32,
}
