//! `/api/models`: whom one can ask.

use axum::{Json, extract::State};
use cowork_contract::ModelList;

use super::Answer;
use crate::{problem::Refused, state::App};

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
