//! `/api/sessions`: conversations as a whole.

use axum::{Json, extract::State};
use cowork_contract::{
    CreateSession, ForkSession, MoveSessions, RestoreSession, Session, SessionId, SessionLabels, SessionList,
    SessionsMoved, UpdateSession,
};
use cowork_store::SessionQuery;
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Answer, DeleteBody, DeleteParams};
use crate::{
    extract::{At, Command, Params},
    problem::{ApiError, Refused},
    state::App,
};

/// Sessions of one page, unless the request asks for fewer.
const PAGE: u32 = 50;
/// Sessions of one page at most.
const PAGE_MAX: u32 = 200;

/// Which sessions to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// 1 to 200; absent: 50.
    limit: Option<u32>,
    /// `nextCursor` of the page before; absent: the first page.
    cursor: Option<String>,
    /// `true`: the archived ones in place of the others.
    #[serde(default)]
    archived: bool,
    /// `true`: the deleted ones that can still be restored, archived or not, in place of the others.
    #[serde(default)]
    deleted: bool,
    /// Only those in this folder; empty: those in none. Absent: wherever they are.
    folder: Option<String>,
    /// Only those with this tag. Absent: with whatever tags.
    tag: Option<String>,
}

/// Lists sessions: pinned ones first, then by their last change; deleted ones by when they were deleted.
#[utoipa::path(
    get,
    path = "/api/sessions",
    tag = "sessions",
    operation_id = "listSessions",
    params(ListParams),
    responses((status = 200, description = "One page", body = SessionList), Refused)
)]
pub(super) async fn list(State(app): State<App>, Params(params): Params<ListParams>) -> Answer<SessionList> {
    let limit = params.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::invalid(format!("limit must be 1 to {PAGE_MAX}.")).field("limit"));
    }
    let ListParams { cursor, archived, deleted, folder, tag, .. } = params;
    let query = SessionQuery { limit, cursor, archived, deleted, folder, tag };
    Ok(Json(app.reader.sessions(query).await?))
}

/// The folders and tags of the sessions in the list, by name, with how many sessions each holds.
#[utoipa::path(
    get,
    path = "/api/sessions/labels",
    tag = "sessions",
    operation_id = "listSessionLabels",
    responses((status = 200, description = "Folders and tags", body = SessionLabels), Refused)
)]
pub(super) async fn labels(State(app): State<App>) -> Answer<SessionLabels> {
    Ok(Json(app.reader.labels().await?))
}

/// Files many sessions in one step: all of a folder, which renames or dissolves it, or those that are named.
#[utoipa::path(
    post,
    path = "/api/sessions/move",
    tag = "sessions",
    operation_id = "moveSessions",
    request_body = MoveSessions,
    responses((status = 200, description = "What was moved", body = SessionsMoved), Refused)
)]
pub(super) async fn move_all(
    State(app): State<App>,
    Command(body): Command<MoveSessions>,
) -> Answer<SessionsMoved> {
    Ok(Json(app.engine.move_sessions(body).await?))
}

/// Makes a session.
#[utoipa::path(
    post,
    path = "/api/sessions",
    tag = "sessions",
    operation_id = "createSession",
    request_body = CreateSession,
    responses((status = 201, description = "The session", body = Session), Refused)
)]
pub(super) async fn create(
    State(app): State<App>,
    Command(body): Command<CreateSession>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    Ok((StatusCode::CREATED, Json(app.engine.create_session(body).await?)))
}

/// One session; a deleted one too, as long as it can be restored.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}",
    tag = "sessions",
    operation_id = "getSession",
    params(("id" = SessionId, Path, description = "The session")),
    responses((status = 200, description = "The session", body = Session), Refused)
)]
pub(super) async fn get(State(app): State<App>, At(id): At<SessionId>) -> Answer<Session> {
    app.reader.session(&id).await?.map(Json).ok_or_else(ApiError::no_session)
}

/// Renames, pins, archives, files or sets up a session; `activeLeafId` goes to another branch.
#[utoipa::path(
    patch,
    path = "/api/sessions/{id}",
    tag = "sessions",
    operation_id = "updateSession",
    params(("id" = SessionId, Path, description = "The session")),
    request_body = UpdateSession,
    responses((status = 200, description = "The session as it is now", body = Session), Refused)
)]
pub(super) async fn update(
    State(app): State<App>,
    At(id): At<SessionId>,
    Command(body): Command<UpdateSession>,
) -> Answer<Session> {
    Ok(Json(app.engine.update_session(&id, body).await?))
}

/// Deletes a session; it can be restored until it is purged.
#[utoipa::path(
    delete,
    path = "/api/sessions/{id}",
    tag = "sessions",
    operation_id = "deleteSession",
    params(("id" = SessionId, Path, description = "The session"), DeleteParams),
    responses((status = 200, description = "The session, with `deletedAt`", body = Session), Refused)
)]
pub(super) async fn delete(
    State(app): State<App>,
    At(id): At<SessionId>,
    Params(params): Params<DeleteParams>,
    Command(body): Command<DeleteBody>,
) -> Answer<Session> {
    Ok(Json(app.engine.delete_session(&id, params.request_id(body)?).await?))
}

/// Takes a deletion back.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/restore",
    tag = "sessions",
    operation_id = "restoreSession",
    params(("id" = SessionId, Path, description = "The session")),
    request_body = RestoreSession,
    responses((status = 200, description = "The session as it is now", body = Session), Refused)
)]
pub(super) async fn restore(
    State(app): State<App>,
    At(id): At<SessionId>,
    Command(body): Command<RestoreSession>,
) -> Answer<Session> {
    Ok(Json(app.engine.restore_session(&id, body).await?))
}

/// Makes a session of its own from one branch up to a message.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/fork",
    tag = "sessions",
    operation_id = "forkSession",
    params(("id" = SessionId, Path, description = "The session to fork")),
    request_body = ForkSession,
    responses((status = 201, description = "The new session", body = Session), Refused)
)]
pub(super) async fn fork(
    State(app): State<App>,
    At(id): At<SessionId>,
    Command(body): Command<ForkSession>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    Ok((StatusCode::CREATED, Json(app.engine.fork_session(&id, body).await?)))
}
