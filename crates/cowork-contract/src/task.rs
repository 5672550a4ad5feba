//! A task: work handed over in one message, with its plan and its summary.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{MessageId, RiskTag, SessionId, TaskId, Timestamp};

/// Work handed over in one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Opaque id.
    pub task_id: TaskId,
    /// The session it runs in.
    pub session_id: SessionId,
    /// The assistant message that narrates it.
    pub message_id: MessageId,
    /// A short name.
    pub title: String,
    /// What was asked, in the person's words.
    pub prompt: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// Its plan. Absent: not planned yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// When it was handed over.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Waits for its turn.
    Queued,
    /// The plan is being made.
    Planning,
    /// The plan waits for the person.
    Ready,
    /// Work goes on.
    Running,
    /// An approval or an answer is awaited.
    AwaitingConfirmation,
    /// Halted by the person or a limit.
    Paused,
    /// Ended well.
    Completed,
    /// Ended by a failure.
    Failed,
    /// Ended by the person.
    Cancelled,
}

/// What a task intends to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Opaque id.
    pub plan_id: String,
    /// The outcome it aims at.
    pub goal: String,
    /// What will be done, in order.
    pub steps: Vec<PlanStep>,
    /// Which step waits for which.
    #[serde(default)]
    pub dependencies: Vec<PlanDependency>,
    /// The risks its steps carry.
    #[serde(default)]
    pub risk_tags: Vec<RiskTag>,
    /// How many actions it expects. Absent: not estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_actions: Option<u32>,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanStep {
    /// Opaque id, unique in the plan.
    pub step_id: String,
    /// A short name.
    pub title: String,
    /// What will be done.
    pub description: String,
    /// Whether the person is asked before it begins.
    pub requires_confirmation: bool,
    /// Where it stands.
    pub status: StepStatus,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Not begun.
    Pending,
    /// Going on.
    Running,
    /// Ended well.
    Completed,
    /// Ended by a failure.
    Failed,
    /// Left out.
    Skipped,
}

/// One step waits for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanDependency {
    /// The step that waits.
    pub step_id: String,
    /// The step it waits for.
    pub depends_on: String,
}

/// What came of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskSummary {
    /// What was delivered, in plain words.
    pub outputs: Vec<String>,
    /// Which files changed how.
    pub file_changes: Vec<FileChange>,
    /// What was done, in order.
    pub action_log: Vec<String>,
    /// What is left to do.
    pub followups: Vec<String>,
}

/// One changed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileChange {
    /// Relative to its granted folder.
    pub path: String,
    /// What happened to it.
    pub change: FileChangeKind,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileChangeKind {
    /// Made.
    Create,
    /// Contents changed.
    Update,
    /// Removed.
    Delete,
    /// New name in the same folder.
    Rename,
    /// New place.
    Move,
}
