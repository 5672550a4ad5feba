//! A session: one conversation with its settings and its active branch.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{CompactionTrigger, MessageId, ModelParameters, Position, SessionId, Timestamp};

/// One conversation as the session list and the thread's header show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Opaque id.
    pub id: SessionId,
    /// At most 200 characters; empty until the first message names it or a person does.
    pub title: String,
    /// When the session was made.
    pub created_at: Timestamp,
    /// When something in it last changed. Where it is kept (pinned, archived, folder, tags, deleted) does not count.
    pub updated_at: Timestamp,
    /// What a plain message means here.
    pub mode: SessionMode,
    /// Sent before every conversation of this session. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// The persona that was chosen. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona_id: Option<String>,
    /// How answers are asked for here; what it leaves open is the persona's to say. Absent: nothing is set.
    #[serde(default, skip_serializing_if = "ModelParameters::is_empty")]
    pub parameters: ModelParameters,
    /// The model asked when a message names none. Absent: the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_model_id: Option<String>,
    /// The provider asked when a message names none. Absent: the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_provider_id: Option<String>,
    /// Listed first.
    pub pinned: bool,
    /// Out of the ordinary list, kept whole.
    pub archived: bool,
    /// The folder it is filed in. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Free labels, in the person's order.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The last message of the branch that is shown and continued. Absent: no message yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_leaf_id: Option<MessageId>,
    /// Messages on all branches, deleted ones not counted.
    pub message_count: u32,
    /// The newest event that changed this session or one of its messages as a whole; streamed text does not move it.
    pub last_event_id: Position,
    /// How changes to granted folders reach the disk.
    pub write_mode: WriteMode,
    /// Whether tasks may act or only plan.
    pub agent_mode: AgentMode,
    /// What its newest turn is doing, for the dot in the session list.
    pub activity: SessionActivity,
    /// Whether the title was set by a person, so that nothing automatic replaces it.
    #[serde(default)]
    pub title_by_hand: bool,
    /// The session and message this one was forked from. Absent: not a fork.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<ForkOrigin>,
    /// The summary that is being made of its earlier messages, or why the last one was not made. Absent: neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compacting: Option<Compacting>,
    /// When it was deleted; it can be restored until it is purged. Absent: not deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

/// A summary on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Compacting {
    /// The last message that it covers.
    pub message_id: MessageId,
    /// Who wanted it.
    pub trigger: CompactionTrigger,
    /// When it began.
    pub started_at: Timestamp,
    /// Why it was not made, for people; it stays until the next one begins or a message is sent. Absent: it is being
    /// made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// Where a fork came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForkOrigin {
    /// The session that was forked.
    pub session_id: SessionId,
    /// The last message that was taken over.
    pub message_id: MessageId,
}

/// What a plain message means in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SessionMode {
    /// A conversation.
    #[default]
    Chat,
    /// Work on granted folders.
    Task,
}

/// How changes to granted folders reach the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WriteMode {
    /// Staged, then accepted by the person.
    #[default]
    Review,
    /// Asked one by one.
    Ask,
}

/// Whether tasks may act or only plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AgentMode {
    /// Reads only, delivers a plan.
    Plan,
    /// Acts within the grants.
    #[default]
    Build,
}

/// What the newest turn of a session is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SessionActivity {
    /// Nothing runs; the last turn ended well or was stopped by the person.
    #[default]
    Idle,
    /// A turn runs or waits to run.
    Running,
    /// The last turn ended with an error.
    Failed,
}
