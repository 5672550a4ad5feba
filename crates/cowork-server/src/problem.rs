//! Refusals: every error leaves the server as `application/problem+json`.
//!
//! Always true: a problem says what happened and what to do about it; nothing internal (paths, SQL, keys) is in it.
//! Elsewhere: codes, titles and statuses (`cowork-contract`), what a command refuses (`cowork-engine`).

use axum::response::{IntoResponse, Response};
use cowork_contract::{ErrorCode, Problem};
use cowork_engine::EngineError;
use cowork_store::ReadError;
use http::{HeaderValue, StatusCode, header};

/// The media type of every refusal (RFC 9457).
pub(crate) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A refused request.
#[derive(Debug)]
pub(crate) struct ApiError(Box<Problem>);

/// What the OpenAPI document says of every refusal.
#[derive(utoipa::IntoResponses)]
#[response(
    status = "default",
    description = "Refused; `code` says why",
    content_type = "application/problem+json"
)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct Refused(Problem);

impl ApiError {
    /// A refusal with `code` and what to do about it.
    pub(crate) fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem::new(code, detail)))
    }

    /// The body or a parameter is not of the documented form.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, detail)
    }

    /// The session does not exist, or no longer.
    pub(crate) fn no_session() -> Self {
        Self::new(ErrorCode::NotFound, "There is no such session; it may have been deleted.")
    }

    /// The message does not exist in this session.
    pub(crate) fn no_message() -> Self {
        Self::new(ErrorCode::NotFound, "There is no such message in this session.")
    }

    /// Names the field at fault.
    pub(crate) fn field(mut self, name: impl Into<String>) -> Self {
        self.0.field = Some(name.into());
        self
    }

    /// Names the bound that was passed.
    pub(crate) fn limit(mut self, limit: u64) -> Self {
        self.0.limit = Some(limit);
        self
    }

    /// Says after how many milliseconds trying again makes sense.
    pub(crate) fn retry_after_ms(mut self, milliseconds: u64) -> Self {
        self.0.retry_after_ms = Some(milliseconds);
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = *self.0;
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        if let Some(milliseconds) = problem.retry_after_ms {
            let seconds = milliseconds.div_ceil(1000).max(1);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        Self(Box::new(error.problem()))
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        if let ReadError::Storage(fault) = &error {
            tracing::error!(cause = %fault.cause, "reading the database failed");
        }
        EngineError::from(error).into()
    }
}
