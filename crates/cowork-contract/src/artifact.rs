//! Something a task made that can be looked at, applied and taken back.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ArtifactId, SessionId, TaskId, Timestamp};

/// One artifact in its newest version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactMeta {
    /// Stable over all versions.
    pub id: ArtifactId,
    /// The task that made it.
    pub task_id: TaskId,
    /// What it is.
    #[serde(rename = "type")]
    pub artifact_type: ArtifactType,
    /// A short name.
    pub title: String,
    /// 1, 2, ...
    pub version: u32,
    /// Where it stands.
    pub status: ArtifactStatus,
    /// The file or folder it is about. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_path: Option<String>,
    /// When its first version was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was last applied. Absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<Timestamp>,
    /// When it was last taken back. Absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverted_at: Option<Timestamp>,
    /// The session it was made in.
    pub session_id: SessionId,
    /// Bytes of the body.
    pub size_bytes: u64,
    /// Media type of the body.
    pub mime_type: String,
}

/// What an artifact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ArtifactType {
    /// Changes to a granted folder.
    Diff,
    /// A plan to carry out.
    Plan,
    /// A text.
    Markdown,
    /// A file of any kind.
    File,
}

/// Where an artifact stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ArtifactStatus {
    /// Being made.
    Pending,
    /// To be looked at.
    Ready,
    /// On disk.
    Applied,
    /// Could not be made or applied.
    Failed,
    /// Taken back.
    Reverted,
}
