//! The event: what the log stores and what every stream carries, as one type.
//!
//! Always true: an event's `id` is its position in the one log; applying an event twice changes nothing; a reader
//! ignores types it does not know. Elsewhere: order, durability and resume (`cowork-store`).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    ApprovalMetadata, ArtifactMeta, ChatMessage, MessageError, MessageId, Plan, PlanStep, Position, RiskTag,
    Session, SessionId, TaskId, TaskStatus, Timestamp,
};

/// One committed event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Position in the log; the `id:` of the stream.
    pub id: Position,
    /// The session it belongs to.
    pub session_id: SessionId,
    /// When it was written.
    pub timestamp: Timestamp,
    /// The message it is about. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// The task it is about. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type")]
pub enum EventBody {
    /// A message came to be.
    #[serde(rename = "message.created")]
    MessageCreated(MessageCreated),
    /// Text was added; the first one means streaming.
    #[serde(rename = "message.delta")]
    MessageDelta(MessageDelta),
    /// A message changed as a whole: edited, deleted, restored, or streaming again.
    #[serde(rename = "message.updated")]
    MessageUpdated(MessageState),
    /// An answer ended well or was stopped by the person; supersedes all its deltas.
    #[serde(rename = "message.completed")]
    MessageCompleted(MessageState),
    /// An answer ended by a failure; supersedes all its deltas.
    #[serde(rename = "message.error")]
    MessageError(MessageFailed),
    /// A task changed its status.
    #[serde(rename = "task.status")]
    TaskStatus(TaskStatusChanged),
    /// A task has a new plan.
    #[serde(rename = "task.plan")]
    TaskPlan(TaskPlanned),
    /// A step of the plan changed.
    #[serde(rename = "task.step")]
    TaskStep(TaskStepped),
    /// A tool call changed its phase.
    #[serde(rename = "task.tool")]
    TaskTool(TaskTool),
    /// An artifact came to be or changed.
    #[serde(rename = "task.artifact")]
    TaskArtifact(ArtifactChanged),
    /// The person is asked.
    #[serde(rename = "approval.requested")]
    ApprovalRequested(ApprovalChanged),
    /// The person answered, or the question lapsed.
    #[serde(rename = "approval.resolved")]
    ApprovalResolved(ApprovalChanged),
    /// A call's consumption became known.
    #[serde(rename = "token.usage")]
    TokenUsage(TokenUsage),
    /// A session came to be or changed.
    #[serde(rename = "session.updated")]
    SessionUpdated(SessionState),
    /// The cursor is older than what the log still holds. Never stored.
    #[serde(rename = "stream.reset")]
    StreamReset(StreamReset),
}

impl EventBody {
    /// The event's name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MessageCreated(_) => "message.created",
            Self::MessageDelta(_) => "message.delta",
            Self::MessageUpdated(_) => "message.updated",
            Self::MessageCompleted(_) => "message.completed",
            Self::MessageError(_) => "message.error",
            Self::TaskStatus(_) => "task.status",
            Self::TaskPlan(_) => "task.plan",
            Self::TaskStep(_) => "task.step",
            Self::TaskTool(_) => "task.tool",
            Self::TaskArtifact(_) => "task.artifact",
            Self::ApprovalRequested(_) => "approval.requested",
            Self::ApprovalResolved(_) => "approval.resolved",
            Self::TokenUsage(_) => "token.usage",
            Self::SessionUpdated(_) => "session.updated",
            Self::StreamReset(_) => "stream.reset",
        }
    }

    /// Whether the session list needs it, so that the stream of all sessions carries it.
    pub fn concerns_all(&self) -> bool {
        matches!(
            self,
            Self::SessionUpdated(_)
                | Self::ApprovalRequested(_)
                | Self::ApprovalResolved(_)
                | Self::TaskStatus(_)
        )
    }

    /// The message it carries whole.
    pub fn message(&self) -> Option<&ChatMessage> {
        match self {
            Self::MessageCreated(created) => Some(&created.message),
            Self::MessageUpdated(state) | Self::MessageCompleted(state) => Some(&state.message),
            Self::MessageError(failed) => Some(&failed.message),
            _ => None,
        }
    }
}

/// Payload of `message.created`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageCreated {
    /// The message as it was made.
    pub message: ChatMessage,
    /// The sender's id of the command. Absent: it carried none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_request_id: Option<String>,
}

/// Payload of `message.delta`: appended in id order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageDelta {
    /// What to append.
    pub text: String,
    /// To which text.
    pub kind: TextKind,
}

/// Which text of a message a delta belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TextKind {
    /// `content`.
    Text,
    /// `reasoning`.
    Reasoning,
}

/// Payload of `message.updated` and `message.completed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageState {
    /// The message as it is now.
    pub message: ChatMessage,
}

/// Payload of `message.error`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageFailed {
    /// The message as it is now, its text so far kept.
    pub message: ChatMessage,
    /// Why.
    pub error: MessageError,
}

/// Payload of `task.status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskStatusChanged {
    /// Now.
    pub status: TaskStatus,
    /// Before. Absent: it was just handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<TaskStatus>,
    /// Milliseconds since it was handed over, pauses not counted.
    pub elapsed_ms: u64,
    /// Why. Absent: it speaks for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Payload of `task.plan`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskPlanned {
    /// The plan as it is now.
    pub plan: Plan,
}

/// Payload of `task.step`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskStepped {
    /// The step as it is now.
    pub step: PlanStep,
    /// Length of the message's `content` when the step began, in Unicode code points.
    pub text_offset: u64,
}

/// Payload of `task.tool`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskTool {
    /// Opaque id of the call.
    pub call_id: String,
    /// The tool's name.
    pub tool_name: String,
    /// The call's arguments.
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    pub args: Map<String, Value>,
    /// Where the call stands.
    pub phase: ToolPhase,
    /// What the policy said: `allow`, `allow_with_confirm` or `deny`. Absent: not judged yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// The rule that decided. Absent: not judged yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<String>,
    /// The call's risks.
    #[serde(default)]
    pub risk_tags: Vec<RiskTag>,
    /// What came of it, cut to what a page shows. Absent: nothing yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Milliseconds it ran. Absent: it has not ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// Length of the message's `content` when the call began, in Unicode code points.
    pub text_offset: u64,
}

/// Where a tool call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToolPhase {
    /// The model asked for it.
    Requested,
    /// The person is asked.
    AwaitingApproval,
    /// Under way.
    Running,
    /// Ended well.
    Completed,
    /// Ended by a failure.
    Failed,
    /// Refused by rule or by the person.
    Denied,
    /// Stopped by the person.
    Canceled,
    /// The outcome is not known.
    Unknown,
}

/// Payload of `task.artifact`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactChanged {
    /// The artifact as it is now.
    pub artifact: ArtifactMeta,
}

/// Payload of `approval.requested` and `approval.resolved`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalChanged {
    /// The approval as it is now.
    pub approval: ApprovalMetadata,
}

/// Payload of `token.usage`; the message it is about stands in the event's `messageId`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenUsage {
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// The provider's own total.
    pub total_tokens: u64,
    /// US dollars. `null`: no price is known for this model.
    pub cost_usd: Option<f64>,
    /// The model that answered.
    pub model_id: String,
    /// The provider that answered.
    pub provider_id: String,
    /// Tokens the model can hold. `null`: not known.
    pub context_window: Option<u64>,
}

/// Payload of `session.updated`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionState {
    /// The session as it is now.
    pub session: Session,
}

/// Payload of `stream.reset`: fetch the snapshot again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StreamReset {
    /// Why the stream can't go on from the cursor.
    pub reason: ResetReason,
}

/// Why a stream can't go on from its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResetReason {
    /// Events after the cursor were removed for good.
    CursorTooOld,
}
