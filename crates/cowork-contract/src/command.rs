//! What clients ask for: the bodies of state-changing requests.
//!
//! Always true: an unknown field is refused; `client_request_id` makes a command safe to send again.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::{AgentMode, AttachmentId, MessageId, ModelParameters, SessionId, SessionMode, WriteMode};

/// Bytes of text one message may have.
pub const CONTENT_MAX: usize = 1_000_000;
/// Characters a title may have.
pub const TITLE_MAX: usize = 200;
/// Models that one message may be put to.
pub const COMPARED_MAX: usize = 4;
/// Characters a `client_request_id` may have.
pub const CLIENT_REQUEST_ID_MAX: usize = 128;

/// The sender's id of a command: the same id with the same fields is done once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(transparent)]
pub struct ClientRequestId(String);

/// Why a text can't be a [`ClientRequestId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("client_request_id must have 1 to {CLIENT_REQUEST_ID_MAX} characters")]
pub struct InvalidClientRequestId;

impl ClientRequestId {
    /// Checks the length.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidClientRequestId> {
        let text = text.into();
        let length = text.chars().count();
        if (1..=CLIENT_REQUEST_ID_MAX).contains(&length) {
            Ok(Self(text))
        } else {
            Err(InvalidClientRequestId)
        }
    }

    /// The id as it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ClientRequestId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Tells a field that is absent (leave as it is) from one that is `null` (clear).
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// `POST /auth/exchange`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExchangeCode {
    /// The code of the start link.
    pub code: String,
}

/// `POST /sessions`. Every field is optional.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSession {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// At most 200 characters. Absent: named by its first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Absent: chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<SessionMode>,
    /// Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// The persona to begin with. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona_id: Option<String>,
    /// How answers are asked for. Absent: as the persona says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<ModelParameters>,
    /// Absent: the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_provider_id: Option<String>,
    /// Absent: the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_model_id: Option<String>,
    /// Absent: not pinned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    /// Absent: in no folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Absent: review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_mode: Option<WriteMode>,
    /// Absent: build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_mode: Option<AgentMode>,
}

/// `PATCH /sessions/{id}`. An absent field stays as it is; `null` clears where that makes sense.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateSession {
    /// Makes the command safe to repeat.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// At most 200 characters; from now on nothing automatic replaces it. Empty: named automatically again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What a plain message means here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<SessionMode>,
    /// `null`: none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub system_prompt: Option<Option<String>>,
    /// The persona that answers from now on. `null`: none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub persona_id: Option<Option<String>>,
    /// How answers are asked for from now on; replaces all of them. `null`: as the persona says.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ModelParameters>)]
    pub parameters: Option<Option<ModelParameters>>,
    /// `null`: the server's default.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub default_provider_id: Option<Option<String>>,
    /// `null`: the server's default.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub default_model_id: Option<Option<String>>,
    /// Listed first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    /// Out of the ordinary list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// `null`: in no folder.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub folder: Option<Option<String>>,
    /// Replaces all tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Any message: the newest leaf below it becomes the active one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_leaf_id: Option<MessageId>,
    /// How changes reach the disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_mode: Option<WriteMode>,
    /// Whether tasks may act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_mode: Option<AgentMode>,
}

/// `POST /sessions/move`: files many sessions in one step. Either `from` or `sessionIds` is given.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveSessions {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// Every session of this folder, archived and deleted ones included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// These sessions, at most 20,000; those that are gone are passed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_ids: Option<Vec<SessionId>>,
    /// The folder they go to. Absent or `null`: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
}

/// `POST /sessions/{id}/fork`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForkSession {
    /// Makes the command safe to repeat.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// The last message to take over. Absent: the active leaf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// `true`: all branches, each to its end, in place of one; `messageId` is left out then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_branches: bool,
    /// Absent: the title of the session it is forked from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// `POST /sessions/{id}/compact`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompactSession {
    /// Makes the command safe to repeat.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// What the summary should heed, at most 4,000 bytes. Absent: nothing in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
}

/// `POST /sessions/{id}/chat`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendMessage {
    /// Makes the command safe to repeat.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// Markdown, at most 1,000,000 bytes; not only blanks, unless files are attached.
    pub content: String,
    /// Uploaded files of this session, in the person's order. Absent: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentId>,
    /// The message to go on from. Absent: the active leaf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<MessageId>,
    /// Absent: the session's, then the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// Absent: the session's, then the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Asks several models the same, in place of `modelId` and `providerId`: 2 to 4, each once. Their answers are
    /// siblings, run side by side, and nobody stands in for one that fails. Absent: one answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<Vec<ModelChoice>>,
    /// Absent: chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<SendMode>,
}

/// A model to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelChoice {
    /// The provider's id.
    pub provider_id: String,
    /// The model's id at that provider.
    pub model_id: String,
}

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SendMode {
    /// An answer.
    Chat,
}

/// `PATCH /sessions/{id}/messages/{mid}`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditMessage {
    /// Makes the command safe to repeat.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// The new text, 1 to 1,000,000 bytes.
    pub content: String,
    /// `true`: the new text becomes a branch of its own and is answered. Absent or `false`: edited in place.
    #[serde(default)]
    pub regenerate: bool,
    /// With `regenerate`: the files that go with the new text, each once. Absent: those of the message that is edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<AttachmentId>>,
    /// With `regenerate`. Absent: the session's, then the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// With `regenerate`. Absent: the session's, then the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
}

/// `POST /sessions/{id}/messages/{mid}/regenerate`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegenerateMessage {
    /// Makes the command safe to repeat.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// Absent: the session's, then the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// Absent: the session's, then the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
}

macro_rules! bare_command {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            /// Makes the command safe to repeat.
            #[serde(
                default,
                rename = "client_request_id",
                alias = "clientRequestId",
                skip_serializing_if = "Option::is_none"
            )]
            pub client_request_id: Option<ClientRequestId>,
        }
    };
}

bare_command!(
    /// `POST /sessions/{id}/messages/{mid}/continue`.
    ContinueMessage
);
bare_command!(
    /// `POST /sessions/{id}/messages/{mid}/cancel`.
    CancelMessage
);
bare_command!(
    /// `POST /sessions/{id}/compact/cancel`: stops the summary that is being made.
    CancelCompaction
);
bare_command!(
    /// `POST /sessions/{id}/messages/{mid}/send-now`: stops the running turn and starts this waiting one.
    SendNow
);
bare_command!(
    /// `POST /sessions/{id}/messages/{mid}/restore`: takes a deletion back.
    RestoreMessage
);
bare_command!(
    /// `POST /sessions/{id}/restore`: takes a deletion back.
    RestoreSession
);
bare_command!(
    /// `POST /providers/{id}/test`.
    TestProvider
);
bare_command!(
    /// `POST /models/refresh`.
    RefreshModels
);
