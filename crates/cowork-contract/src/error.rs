//! Error codes: of refused requests (problem details, RFC 9457) and of failed answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a request was refused; stable, so that programs can decide by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The body or a parameter is not of the documented form.
    InvalidRequest,
    /// No valid token came with the request.
    Unauthorized,
    /// The start code is wrong, used or too old.
    StartCodeInvalid,
    /// `Origin` or `Sec-Fetch-Site` say that another site sent the request.
    ForeignOrigin,
    /// `Host` is missing, double or not one that was bound.
    HostNotAllowed,
    /// No such thing, or not here.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The same `client_request_id` came with other fields.
    IdempotencyConflict,
    /// The message is being answered right now.
    MessageBusy,
    /// The command does not fit the state of the thing.
    InvalidState,
    /// An answer runs or waits in the session, or a summary is being made.
    SessionBusy,
    /// The conversation has no earlier part to summarise.
    NothingToCompact,
    /// The configuration file or the environment sets it, so it can't be changed here.
    Locked,
    /// Another thing has this id.
    IdTaken,
    /// Another thing of its kind has this name.
    NameTaken,
    /// A hundred turns wait already.
    QueueFull,
    /// The event id lies beyond the log's end.
    UnknownCursor,
    /// The body is larger than allowed.
    PayloadTooLarge,
    /// The body is not JSON, or for an upload not a multipart form.
    UnsupportedMediaType,
    /// One file is larger than allowed.
    AttachmentTooLarge,
    /// The session has no room for more files.
    AttachmentSpaceFull,
    /// More files came with one message than allowed.
    TooManyAttachments,
    /// The file is empty, damaged, or an image that is too large to show.
    AttachmentRefused,
    /// The provider or model is not configured.
    ModelUnavailable,
    /// Too many streams or connections are open.
    TooManyStreams,
    /// The disk is full; nothing was written.
    StorageFull,
    /// The database can't be written; nothing was written.
    StorageReadOnly,
    /// Another program holds the database; nothing was written.
    StorageLocked,
    /// The database failed; nothing was written.
    StorageFailed,
    /// The server is going down.
    ShuttingDown,
    /// A fault of ours.
    Internal,
}

impl ErrorCode {
    /// The HTTP status it travels with.
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidRequest | Self::UnknownCursor => 400,
            Self::Unauthorized | Self::StartCodeInvalid => 401,
            Self::ForeignOrigin => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::IdempotencyConflict
            | Self::MessageBusy
            | Self::InvalidState
            | Self::SessionBusy
            | Self::NothingToCompact
            | Self::Locked
            | Self::IdTaken
            | Self::NameTaken
            | Self::AttachmentSpaceFull => 409,
            Self::PayloadTooLarge | Self::AttachmentTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::HostNotAllowed => 421,
            Self::ModelUnavailable | Self::TooManyAttachments | Self::AttachmentRefused => 422,
            Self::QueueFull | Self::TooManyStreams => 429,
            Self::Internal => 500,
            Self::StorageReadOnly | Self::StorageLocked | Self::StorageFailed | Self::ShuttingDown => 503,
            Self::StorageFull => 507,
        }
    }

    /// A short name for people; the same for every occurrence.
    pub fn title(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The request is not valid",
            Self::Unauthorized => "Sign in first",
            Self::StartCodeInvalid => "This start link is used or too old",
            Self::ForeignOrigin => "Requests from other sites are refused",
            Self::HostNotAllowed => "This address is not served here",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "This can't be done here",
            Self::IdempotencyConflict => "This request id was used for something else",
            Self::MessageBusy => "The message is being answered",
            Self::InvalidState => "This can't be done now",
            Self::SessionBusy => "The session is busy",
            Self::NothingToCompact => "There is nothing to compact",
            Self::Locked => "This is set elsewhere",
            Self::IdTaken => "This id is taken",
            Self::NameTaken => "This name is taken",
            Self::QueueFull => "Too many messages wait",
            Self::UnknownCursor => "The event id is not known",
            Self::PayloadTooLarge => "The request is too large",
            Self::UnsupportedMediaType => "The body is of the wrong type",
            Self::AttachmentTooLarge => "The file is too large",
            Self::AttachmentSpaceFull => "This session has no room for more files",
            Self::TooManyAttachments => "Too many files",
            Self::AttachmentRefused => "This file can't be attached",
            Self::ModelUnavailable => "The model is not available",
            Self::TooManyStreams => "Too many connections",
            Self::StorageFull => "The disk is full",
            Self::StorageReadOnly => "The data folder can't be written",
            Self::StorageLocked => "The database is in use",
            Self::StorageFailed => "The database failed",
            Self::ShuttingDown => "The server is going down",
            Self::Internal => "Something went wrong here",
        }
    }
}

/// A refused request, as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `about:blank#` and the code: the code is the identity, there is no page behind it.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The same for every occurrence of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do about it, for people.
    pub detail: String,
    /// Stable code.
    pub code: ErrorCode,
    /// The field at fault. Absent: none in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Milliseconds after which trying again makes sense. Absent: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The bound that was passed, in the unit `detail` names. Absent: none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// What is in the way. Absent: does not apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflicts: Option<Vec<serde_json::Value>>,
}

impl Problem {
    /// A problem of `code` with its detail.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        let name =
            serde_json::to_value(code).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        Self {
            problem_type: format!("about:blank#{name}"),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            field: None,
            retry_after_ms: None,
            limit: None,
            conflicts: None,
        }
    }
}

/// Why an answer ended with `status: error`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageError {
    /// Stable code: `interrupted`, `model_unavailable`, or the provider's failure (`provider_…`).
    pub code: String,
    /// What happened and what to do about it, for people.
    pub message: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Milliseconds the provider asked to wait. Absent: it did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

/// Codes of [`MessageError`] that do not come from a provider.
pub mod message_error_code {
    /// The server stopped in mid-answer; the text so far is kept and can be continued.
    pub const INTERRUPTED: &str = "interrupted";
    /// The provider or model that was asked for is not configured.
    pub const MODEL_UNAVAILABLE: &str = "model_unavailable";
    /// A fault of ours ended the turn.
    pub const INTERNAL: &str = "internal";
}

/// Codes of attempts that made no call: why a model was passed over.
pub mod passed_over_code {
    /// There is no such provider now.
    pub const PROVIDER_MISSING: &str = "provider_missing";
    /// The provider kept failing and is left alone for a while.
    pub const PROVIDER_RESTING: &str = "provider_resting";
    /// Tools are offered, and the model is known to use none.
    pub const MODEL_NO_TOOLS: &str = "model_no_tools";
    /// There are images, and the model is known to see none.
    pub const MODEL_NO_IMAGES: &str = "model_no_images";
    /// What would be sent is known not to fit the model.
    pub const MODEL_TOO_SMALL: &str = "model_too_small";
}
