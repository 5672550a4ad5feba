//! A question to the person before something is done.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{ApprovalId, SessionId, TaskId, Timestamp};

/// A question to the person before something is done, and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalMetadata {
    /// Opaque id.
    pub approval_id: ApprovalId,
    /// The tool that asks.
    pub tool_name: String,
    /// The call's arguments, as they will run.
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    pub args: Map<String, Value>,
    /// What makes it worth asking.
    pub risk_tags: Vec<RiskTag>,
    /// Why it asks, in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The task that asks. Absent: a chat turn asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// The session that asks.
    pub session_id: SessionId,
    /// Where it stands.
    pub status: ApprovalStatus,
    /// How far the answer reaches.
    pub scope: ApprovalScope,
    /// What will happen: a diff, paths or a host, as plain text. Absent: it can't be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    /// Hash of all that was shown; an answer must carry it.
    pub shown_hash: String,
    /// The rule that asks.
    pub rule_id: String,
    /// When it was asked.
    pub requested_at: Timestamp,
    /// When it was answered. Absent: not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// What the person wrote with the answer. Absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What makes a call worth asking about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RiskTag {
    /// Something is removed.
    Delete,
    /// Something is replaced.
    Overwrite,
    /// Something leaves the machine.
    Network,
    /// A connector acts.
    Connector,
    /// Several calls at once.
    Batch,
    /// A program runs.
    Execute,
}

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ApprovalStatus {
    /// Waits for the person.
    Pending,
    /// Allowed, not begun.
    Approved,
    /// Allowed and under way.
    Executing,
    /// Allowed and done.
    Done,
    /// Allowed and failed.
    Failed,
    /// Allowed; the outcome is not known.
    Unknown,
    /// Refused by the person.
    Rejected,
    /// Its time ran out unanswered.
    Expired,
    /// What asked has ended.
    Canceled,
}

/// How far an approval reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ApprovalScope {
    /// This call.
    Once,
    /// Calls like it, for the rest of the task.
    Task,
}
