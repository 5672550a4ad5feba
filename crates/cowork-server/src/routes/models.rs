//! `/api/models`: whom one can ask.

use axum::{Json, extract::State};
use cowork_contract::{ModelList, RefreshModels};

use super::Answer;
use crate::{extract::Command, problem::Refused, state::App};

/// The models of all configured providers.
#[utoipa::path(
    get,
    path = "/api/models",
    tag = "models",
    operation_id = "listModels",
    responses((status = 200, description = "What can be asked, and what could not be reached", body = ModelList), Refused)
)]
pub(super) async fn list(State(app): State<App>) -> Answer<ModelList> {
    Ok(Json(app.engine.models().await))
}

/// Looks for model servers on this computer, and asks every provider for its models again.
#[utoipa::path(
    post,
    path = "/api/models/refresh",
    tag = "models",
    operation_id = "refreshModels",
    request_body = RefreshModels,
    responses((status = 200, description = "What can be asked now", body = ModelList), Refused)
)]
pub(super) async fn refresh(State(app): State<App>, Command(_): Command<RefreshModels>) -> Answer<ModelList> {
    Ok(Json(app.engine.refresh_models().await))
}
