//! `/api/providers` and `/api/settings`: whom one can ask, with which key, and what is meant when nobody is named.

use axum::{Json, extract::State};
use cowork_contract::{
    AddProvider, ProviderList, ProviderTest, ProviderView, ServiceList, SetKey, Settings, TestProvider,
    UpdateProvider, UpdateSettings,
};
use http::StatusCode;

use super::{Answer, DeleteBody, DeleteParams};
use crate::{
    extract::{At, Command, Params},
    problem::{ApiError, Refused},
    state::App,
};

/// All providers: of the file, the environment, the app, those that were found on this computer, and the demo.
#[utoipa::path(
    get,
    path = "/api/providers",
    tag = "providers",
    operation_id = "listProviders",
    responses((status = 200, description = "All of them; never a key", body = ProviderList), Refused)
)]
pub(super) async fn list(State(app): State<App>) -> Answer<ProviderList> {
    Ok(Json(app.engine.providers().await))
}

/// Services that are known by name.
#[utoipa::path(
    get,
    path = "/api/providers/services",
    tag = "providers",
    operation_id = "listServices",
    responses((status = 200, description = "All of them", body = ServiceList), Refused)
)]
pub(super) async fn services(State(app): State<App>) -> Answer<ServiceList> {
    Ok(Json(app.engine.services()))
}

/// Adds a provider; nothing is sent to it yet.
#[utoipa::path(
    post,
    path = "/api/providers",
    tag = "providers",
    operation_id = "addProvider",
    request_body = AddProvider,
    responses((status = 201, description = "The provider", body = ProviderView), Refused)
)]
pub(super) async fn add(
    State(app): State<App>,
    Command(body): Command<AddProvider>,
) -> Result<(StatusCode, Json<ProviderView>), ApiError> {
    Ok((StatusCode::CREATED, Json(app.engine.add_provider(body).await?)))
}

/// Changes a provider that is not locked. One that was found on this computer becomes one of the app.
#[utoipa::path(
    patch,
    path = "/api/providers/{id}",
    tag = "providers",
    operation_id = "updateProvider",
    params(("id" = String, Path, description = "The provider")),
    request_body = UpdateProvider,
    responses((status = 200, description = "The provider as it is now", body = ProviderView), Refused)
)]
pub(super) async fn update(
    State(app): State<App>,
    At(id): At<String>,
    Command(body): Command<UpdateProvider>,
) -> Answer<ProviderView> {
    Ok(Json(app.engine.update_provider(&id, body).await?))
}

/// Removes a provider of the app, and its key. Answers that it is giving go on.
#[utoipa::path(
    delete,
    path = "/api/providers/{id}",
    tag = "providers",
    operation_id = "deleteProvider",
    params(("id" = String, Path, description = "The provider"), DeleteParams),
    responses((status = 200, description = "The providers that are left", body = ProviderList), Refused)
)]
pub(super) async fn delete(
    State(app): State<App>,
    At(id): At<String>,
    Params(params): Params<DeleteParams>,
    Command(body): Command<DeleteBody>,
) -> Answer<ProviderList> {
    Ok(Json(app.engine.delete_provider(&id, params.request_id(body)?).await?))
}

/// Sets a provider's key. It is kept encrypted and never given back.
#[utoipa::path(
    put,
    path = "/api/providers/{id}/key",
    tag = "providers",
    operation_id = "setProviderKey",
    params(("id" = String, Path, description = "The provider")),
    request_body = SetKey,
    responses((status = 200, description = "The provider as it is now", body = ProviderView), Refused)
)]
pub(super) async fn set_key(
    State(app): State<App>,
    At(id): At<String>,
    Command(body): Command<SetKey>,
) -> Answer<ProviderView> {
    Ok(Json(app.engine.set_key(&id, body).await?))
}

/// Forgets the key that was set in the app.
#[utoipa::path(
    delete,
    path = "/api/providers/{id}/key",
    tag = "providers",
    operation_id = "removeProviderKey",
    params(("id" = String, Path, description = "The provider"), DeleteParams),
    responses((status = 200, description = "The provider as it is now", body = ProviderView), Refused)
)]
pub(super) async fn remove_key(
    State(app): State<App>,
    At(id): At<String>,
    Params(params): Params<DeleteParams>,
    Command(body): Command<DeleteBody>,
) -> Answer<ProviderView> {
    Ok(Json(app.engine.remove_key(&id, None, params.request_id(body)?).await?))
}

/// Forgets one of the keys that were set in the app; the others stay.
#[utoipa::path(
    delete,
    path = "/api/providers/{id}/keys/{key}",
    tag = "providers",
    operation_id = "removeOneProviderKey",
    params(
        ("id" = String, Path, description = "The provider"),
        ("key" = String, Path, description = "The key's id, as the provider's `key.items` tell it"),
        DeleteParams
    ),
    responses((status = 200, description = "The provider as it is now", body = ProviderView), Refused)
)]
pub(super) async fn remove_one_key(
    State(app): State<App>,
    At((id, key)): At<(String, String)>,
    Params(params): Params<DeleteParams>,
    Command(body): Command<DeleteBody>,
) -> Answer<ProviderView> {
    Ok(Json(app.engine.remove_key(&id, Some(key), params.request_id(body)?).await?))
}

/// Asks a provider for its models and says what came of it. No message is sent.
#[utoipa::path(
    post,
    path = "/api/providers/{id}/test",
    tag = "providers",
    operation_id = "testProvider",
    params(("id" = String, Path, description = "The provider")),
    request_body = TestProvider,
    responses((status = 200, description = "What came of it, good or bad", body = ProviderTest), Refused)
)]
pub(super) async fn test(
    State(app): State<App>,
    At(id): At<String>,
    Command(_): Command<TestProvider>,
) -> Answer<ProviderTest> {
    Ok(Json(app.engine.test_provider(&id).await?))
}

/// What was chosen for the whole installation.
#[utoipa::path(
    get,
    path = "/api/settings",
    tag = "settings",
    operation_id = "getSettings",
    responses((status = 200, description = "All of it, and what the file locks", body = Settings), Refused)
)]
pub(super) async fn settings(State(app): State<App>) -> Answer<Settings> {
    Ok(Json(app.engine.settings()))
}

/// Changes what was chosen.
#[utoipa::path(
    patch,
    path = "/api/settings",
    tag = "settings",
    operation_id = "updateSettings",
    request_body = UpdateSettings,
    responses((status = 200, description = "All of it as it is now", body = Settings), Refused)
)]
pub(super) async fn update_settings(
    State(app): State<App>,
    Command(body): Command<UpdateSettings>,
) -> Answer<Settings> {
    Ok(Json(app.engine.update_settings(body).await?))
}
