//! Why a call to a model failed, told apart so that the caller can choose what to do.
//!
//! Elsewhere: which signs of a service lead to which kind (`classify`).

use std::time::Duration;

/// A call that failed. What it printed or stored can be shown to people: no key and no address with a secret in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Failure {
    /// What to decide by.
    pub kind: FailureKind,
    /// The HTTP status of the answer; `None` when there was none or the failure came later than it.
    pub status: Option<u16>,
    /// How long the service asks to wait before the next try.
    pub retry_after: Option<Duration>,
    /// For people: the cause and the next step.
    pub detail: String,
    /// The service's own name for this call, to quote in a support request.
    pub request_id: Option<String>,
}

impl Failure {
    /// For a stream that ended without an end: the answer broke off.
    #[must_use]
    pub fn broke_off() -> Self {
        Self::new(FailureKind::Truncated, "The answer broke off. Continue it, or try again.")
    }

    /// For a provider that is not there any more.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(FailureKind::ModelNotFound, detail)
    }

    /// For a question that no model of this size could take.
    #[must_use]
    pub fn too_long(detail: impl Into<String>) -> Self {
        Self::new(FailureKind::ContextLength, detail)
    }

    /// A failure with nothing known but its kind and its words.
    pub(crate) fn new(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self { kind, status: None, retry_after: None, detail: detail.into(), request_id: None }
    }
}

/// The kinds of failure; each is a different decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The key is missing, wrong or withdrawn.
    Auth,
    /// The key is good, but not for this.
    Forbidden,
    /// The service knows no such model.
    ModelNotFound,
    /// Nothing answers at this path: the base URL is probably wrong.
    EndpointNotFound,
    /// Too many requests for now.
    RateLimited,
    /// The account's credit or allowance is used up.
    Quota,
    /// The service has too much to do.
    Overloaded,
    /// The conversation is longer than the model can read.
    ContextLength,
    /// The service does not accept the request.
    BadRequest,
    /// The service's content filter refused before any text.
    ContentFiltered,
    /// The service failed on its side.
    Server,
    /// No connection, or it ended before an answer began.
    Unreachable,
    /// Silence for longer than allowed.
    Timeout,
    /// The answer broke off: its end never came.
    Truncated,
    /// The answer was not in the expected format.
    Garbage,
    /// The answer was larger than the limit.
    TooLarge,
    /// The answer ended without a word.
    Empty,
}

impl FailureKind {
    /// Every kind, for tables and tests.
    pub const ALL: [Self; 17] = [
        Self::Auth,
        Self::Forbidden,
        Self::ModelNotFound,
        Self::EndpointNotFound,
        Self::RateLimited,
        Self::Quota,
        Self::Overloaded,
        Self::ContextLength,
        Self::BadRequest,
        Self::ContentFiltered,
        Self::Server,
        Self::Unreachable,
        Self::Timeout,
        Self::Truncated,
        Self::Garbage,
        Self::TooLarge,
        Self::Empty,
    ];

    /// The stable error code, as stored on messages and sent to clients.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Auth => "provider_auth",
            Self::Forbidden => "provider_forbidden",
            Self::ModelNotFound => "provider_model_not_found",
            Self::EndpointNotFound => "provider_endpoint_not_found",
            Self::RateLimited => "provider_rate_limited",
            Self::Quota => "provider_quota",
            Self::Overloaded => "provider_overloaded",
            Self::ContextLength => "provider_context_length",
            Self::BadRequest => "provider_bad_request",
            Self::ContentFiltered => "provider_content_filtered",
            Self::Server => "provider_server",
            Self::Unreachable => "provider_unreachable",
            Self::Timeout => "provider_timeout",
            Self::Truncated => "provider_truncated",
            Self::Garbage => "provider_garbage",
            Self::TooLarge => "provider_too_large",
            Self::Empty => "provider_empty",
        }
    }

    /// Whether the very same request may succeed when it is sent again.
    #[must_use]
    pub fn retryable(self) -> bool {
        match self {
            Self::RateLimited
            | Self::Overloaded
            | Self::Server
            | Self::Unreachable
            | Self::Timeout
            | Self::Truncated
            | Self::Garbage
            | Self::Empty => true,
            Self::Auth
            | Self::Forbidden
            | Self::ModelNotFound
            | Self::EndpointNotFound
            | Self::Quota
            | Self::ContextLength
            | Self::BadRequest
            | Self::ContentFiltered
            | Self::TooLarge => false,
        }
    }
}
