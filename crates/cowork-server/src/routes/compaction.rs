//! `/api/sessions/{id}/compact`: the earlier part of a conversation as a summary.

use axum::{Json, extract::State};
use cowork_contract::{
    CancelCompaction, ChatMessage, CompactSession, CompactionStarted, MessageId, Session, SessionId,
};
use http::StatusCode;

use super::{Answer, DeleteBody, DeleteParams};
use crate::{
    extract::{At, Command, Params},
    problem::{ApiError, Refused},
    state::App,
};

/// Has the session's model summarise the earlier part of the active branch; from then on the summary is sent in its
/// place. Messages that are sent meanwhile wait.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/compact",
    tag = "compaction",
    operation_id = "compactSession",
    params(("id" = SessionId, Path, description = "The session")),
    request_body = CompactSession,
    responses(
        (status = 202, description = "The summary is being made; it comes on the stream", body = CompactionStarted),
        Refused
    )
)]
pub(super) async fn begin(
    State(app): State<App>,
    At(id): At<SessionId>,
    Command(body): Command<CompactSession>,
) -> Result<(StatusCode, Json<CompactionStarted>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.engine.compact(&id, body).await?)))
}

/// Stops the summary that is being made; nothing of it is kept.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/compact/cancel",
    tag = "compaction",
    operation_id = "cancelCompaction",
    params(("id" = SessionId, Path, description = "The session")),
    request_body = CancelCompaction,
    responses((status = 202, description = "The session as it is now", body = Session), Refused)
)]
pub(super) async fn cancel(
    State(app): State<App>,
    At(id): At<SessionId>,
    Command(body): Command<CancelCompaction>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.engine.cancel_compaction(&id, body).await?)))
}

/// Removes the summary at a message: the messages it covers are sent again.
#[utoipa::path(
    delete,
    path = "/api/sessions/{id}/messages/{mid}/compaction",
    tag = "compaction",
    operation_id = "removeCompaction",
    params(
        ("id" = SessionId, Path, description = "The session"),
        ("mid" = MessageId, Path, description = "The message"),
        DeleteParams
    ),
    responses((status = 200, description = "The message, without the summary", body = ChatMessage), Refused)
)]
pub(super) async fn remove(
    State(app): State<App>,
    At((id, mid)): At<(SessionId, MessageId)>,
    Params(params): Params<DeleteParams>,
    Command(body): Command<DeleteBody>,
) -> Answer<ChatMessage> {
    Ok(Json(app.engine.remove_compaction(&id, &mid, params.request_id(body)?).await?))
}
