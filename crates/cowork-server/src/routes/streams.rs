//! The two event streams: one session's, and what the session list needs of all of them.

use axum::{extract::State, response::Response};
use cowork_contract::{Event, Position, SessionId};
use cowork_store::Scope;
use http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    extract::{At, Params},
    problem::{ApiError, Refused},
    state::App,
    stream,
};

/// Where a session's stream begins.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionStreamParams {
    /// Everything after this event; the header `Last-Event-ID` counts before it. Absent: from now on.
    #[param(value_type = Option<i64>)]
    after: Option<String>,
}

/// Where the stream of all sessions begins, and what more it carries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AllStreamParams {
    /// Everything after this event; the header `Last-Event-ID` counts before it. Absent: from now on.
    #[param(value_type = Option<i64>)]
    after: Option<String>,
    /// Everything of this session too, so that a page needs one connection.
    #[param(value_type = Option<String>)]
    session: Option<SessionId>,
}

/// Everything that happens in one session.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/stream",
    tag = "events",
    operation_id = "streamSession",
    params(
        ("id" = SessionId, Path, description = "The session"),
        SessionStreamParams,
        ("Last-Event-ID" = Option<Position>, Header, description = "Everything after this event")
    ),
    responses(
        (status = 200, description = "Server-sent events", content_type = "text/event-stream", body = Event),
        Refused
    )
)]
pub(super) async fn session(
    State(app): State<App>,
    At(id): At<SessionId>,
    Params(params): Params<SessionStreamParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let after = stream::cursor(&headers, params.after.as_deref())?;
    exists(&app, &id).await?;
    stream::open(&app, Scope::Session(id.clone()), Some(id), after)
}

/// What the session list needs of all sessions and, with `session`, everything of that one.
#[utoipa::path(
    get,
    path = "/api/events",
    tag = "events",
    operation_id = "streamAll",
    params(
        AllStreamParams,
        ("Last-Event-ID" = Option<Position>, Header, description = "Everything after this event")
    ),
    responses(
        (status = 200, description = "Server-sent events", content_type = "text/event-stream", body = Event),
        Refused
    )
)]
pub(super) async fn all(
    State(app): State<App>,
    Params(params): Params<AllStreamParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let after = stream::cursor(&headers, params.after.as_deref())?;
    if let Some(id) = &params.session {
        exists(&app, id).await?;
    }
    stream::open(&app, Scope::All { with: params.session.clone() }, params.session, after)
}

async fn exists(app: &App, id: &SessionId) -> Result<(), ApiError> {
    app.reader.session(id).await?.map(|_| ()).ok_or_else(ApiError::no_session)
}
