//! `/api/personas`, `/api/prompts` and `/api/presets`: what a person keeps to use again, and the file it travels in.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cowork_contract::{
    AddPersona, AddPrompt, ImportPresets, Persona, PersonaList, PresetsExport, PresetsImported, Prompt,
    PromptList, RestorePreset, UpdatePersona, UpdatePrompt,
};
use http::{HeaderValue, StatusCode, header};

use super::{Answer, DeleteBody, DeleteParams};
use crate::{
    extract::{At, Command, Import, Params},
    problem::{ApiError, Refused},
    state::App,
};

/// All personas, by name.
#[utoipa::path(
    get,
    path = "/api/personas",
    tag = "presets",
    operation_id = "listPersonas",
    responses((status = 200, description = "All of them", body = PersonaList), Refused)
)]
pub(super) async fn list_personas(State(app): State<App>) -> Answer<PersonaList> {
    Ok(Json(app.engine.personas().await?))
}

/// Adds a persona.
#[utoipa::path(
    post,
    path = "/api/personas",
    tag = "presets",
    operation_id = "addPersona",
    request_body = AddPersona,
    responses((status = 201, description = "The persona", body = Persona), Refused)
)]
pub(super) async fn add_persona(
    State(app): State<App>,
    Command(body): Command<AddPersona>,
) -> Result<(StatusCode, Json<Persona>), ApiError> {
    Ok((StatusCode::CREATED, Json(app.engine.add_persona(body).await?)))
}

/// Changes a persona.
#[utoipa::path(
    patch,
    path = "/api/personas/{id}",
    tag = "presets",
    operation_id = "updatePersona",
    params(("id" = String, Path, description = "The persona")),
    request_body = UpdatePersona,
    responses((status = 200, description = "The persona as it is now", body = Persona), Refused)
)]
pub(super) async fn update_persona(
    State(app): State<App>,
    At(id): At<String>,
    Command(body): Command<UpdatePersona>,
) -> Answer<Persona> {
    Ok(Json(app.engine.update_persona(&id, body).await?))
}

/// Deletes a persona. Can be taken back for 30 days.
#[utoipa::path(
    delete,
    path = "/api/personas/{id}",
    tag = "presets",
    operation_id = "deletePersona",
    params(("id" = String, Path, description = "The persona"), DeleteParams),
    responses((status = 200, description = "Those that are left", body = PersonaList), Refused)
)]
pub(super) async fn delete_persona(
    State(app): State<App>,
    At(id): At<String>,
    Params(params): Params<DeleteParams>,
    Command(body): Command<DeleteBody>,
) -> Answer<PersonaList> {
    Ok(Json(app.engine.delete_persona(&id, params.request_id(body)?).await?))
}

/// Takes the deletion of a persona back.
#[utoipa::path(
    post,
    path = "/api/personas/{id}/restore",
    tag = "presets",
    operation_id = "restorePersona",
    params(("id" = String, Path, description = "The persona")),
    request_body = RestorePreset,
    responses((status = 200, description = "The persona", body = Persona), Refused)
)]
pub(super) async fn restore_persona(
    State(app): State<App>,
    At(id): At<String>,
    Command(body): Command<RestorePreset>,
) -> Answer<Persona> {
    Ok(Json(app.engine.restore_persona(&id, body).await?))
}

/// All prompts, by name.
#[utoipa::path(
    get,
    path = "/api/prompts",
    tag = "presets",
    operation_id = "listPrompts",
    responses((status = 200, description = "All of them", body = PromptList), Refused)
)]
pub(super) async fn list_prompts(State(app): State<App>) -> Answer<PromptList> {
    Ok(Json(app.engine.prompts().await?))
}

/// Adds a prompt.
#[utoipa::path(
    post,
    path = "/api/prompts",
    tag = "presets",
    operation_id = "addPrompt",
    request_body = AddPrompt,
    responses((status = 201, description = "The prompt", body = Prompt), Refused)
)]
pub(super) async fn add_prompt(
    State(app): State<App>,
    Command(body): Command<AddPrompt>,
) -> Result<(StatusCode, Json<Prompt>), ApiError> {
    Ok((StatusCode::CREATED, Json(app.engine.add_prompt(body).await?)))
}

/// Changes a prompt.
#[utoipa::path(
    patch,
    path = "/api/prompts/{id}",
    tag = "presets",
    operation_id = "updatePrompt",
    params(("id" = String, Path, description = "The prompt")),
    request_body = UpdatePrompt,
    responses((status = 200, description = "The prompt as it is now", body = Prompt), Refused)
)]
pub(super) async fn update_prompt(
    State(app): State<App>,
    At(id): At<String>,
    Command(body): Command<UpdatePrompt>,
) -> Answer<Prompt> {
    Ok(Json(app.engine.update_prompt(&id, body).await?))
}

/// Deletes a prompt. Can be taken back for 30 days.
#[utoipa::path(
    delete,
    path = "/api/prompts/{id}",
    tag = "presets",
    operation_id = "deletePrompt",
    params(("id" = String, Path, description = "The prompt"), DeleteParams),
    responses((status = 200, description = "Those that are left", body = PromptList), Refused)
)]
pub(super) async fn delete_prompt(
    State(app): State<App>,
    At(id): At<String>,
    Params(params): Params<DeleteParams>,
    Command(body): Command<DeleteBody>,
) -> Answer<PromptList> {
    Ok(Json(app.engine.delete_prompt(&id, params.request_id(body)?).await?))
}

/// Takes the deletion of a prompt back.
#[utoipa::path(
    post,
    path = "/api/prompts/{id}/restore",
    tag = "presets",
    operation_id = "restorePrompt",
    params(("id" = String, Path, description = "The prompt")),
    request_body = RestorePreset,
    responses((status = 200, description = "The prompt", body = Prompt), Refused)
)]
pub(super) async fn restore_prompt(
    State(app): State<App>,
    At(id): At<String>,
    Command(body): Command<RestorePreset>,
) -> Answer<Prompt> {
    Ok(Json(app.engine.restore_prompt(&id, body).await?))
}

/// All personas and prompts as a file.
#[utoipa::path(
    get,
    path = "/api/presets/export",
    tag = "presets",
    operation_id = "exportPresets",
    responses((status = 200, description = "The file, as an attachment", body = PresetsExport), Refused)
)]
pub(super) async fn export(State(app): State<App>) -> Result<Response, ApiError> {
    let file = "attachment; filename=\"cowork-presets.json\"";
    let headers = [(header::CONTENT_DISPOSITION, HeaderValue::from_static(file))];
    Ok((headers, Json(app.engine.export_presets().await?)).into_response())
}

/// Takes over a file of personas and prompts: all of it, or nothing. What is here already is left as it is; another one
/// of the same name comes in under a name of its own. Refused where nothing would be added.
#[utoipa::path(
    post,
    path = "/api/presets/import",
    tag = "presets",
    operation_id = "importPresets",
    request_body = ImportPresets,
    responses((status = 201, description = "What came of each", body = PresetsImported), Refused)
)]
pub(super) async fn import(
    State(app): State<App>,
    Import(body): Import<ImportPresets>,
) -> Result<(StatusCode, Json<PresetsImported>), ApiError> {
    Ok((StatusCode::CREATED, Json(app.engine.import_presets(body).await?)))
}
