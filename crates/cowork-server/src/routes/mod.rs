//! The resources of the contract, one file each. A handler translates and nothing else.

mod attachments;
mod auth;
mod chat;
mod compaction;
mod frames;
mod health;
mod messages;
mod models;
mod portability;
mod presets;
mod providers;
mod search;
mod sessions;
mod streams;
mod telemetry;

use axum::Json;
use cowork_contract::ClientRequestId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{problem::ApiError, state::App};

/// Every documented route.
pub(crate) fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(auth::exchange))
        .routes(routes!(auth::issue_code))
        .routes(routes!(sessions::list, sessions::create))
        .routes(routes!(sessions::labels))
        .routes(routes!(sessions::move_all))
        .routes(routes!(portability::import))
        .routes(routes!(portability::import_file))
        .routes(routes!(portability::export_all))
        .routes(routes!(sessions::get, sessions::update, sessions::delete))
        .routes(routes!(sessions::restore))
        .routes(routes!(sessions::fork))
        .routes(routes!(portability::export))
        .routes(routes!(search::search))
        .routes(routes!(search::find))
        .routes(routes!(chat::snapshot, chat::send))
        .routes(routes!(chat::tree))
        .routes(routes!(compaction::begin))
        .routes(routes!(compaction::cancel))
        .routes(routes!(compaction::remove))
        .routes(routes!(attachments::upload))
        .routes(routes!(attachments::download, attachments::discard))
        .routes(routes!(attachments::text))
        .routes(routes!(streams::session))
        .routes(routes!(streams::all))
        .routes(routes!(messages::edit, messages::delete))
        .routes(routes!(messages::restore))
        .routes(routes!(messages::revisions))
        .routes(routes!(messages::regenerate))
        .routes(routes!(messages::continue_answer))
        .routes(routes!(messages::cancel))
        .routes(routes!(messages::send_now))
        .routes(routes!(models::list))
        .routes(routes!(models::refresh))
        .routes(routes!(providers::list, providers::add))
        .routes(routes!(providers::services))
        .routes(routes!(providers::update, providers::delete))
        .routes(routes!(providers::set_key, providers::remove_key))
        .routes(routes!(providers::remove_one_key))
        .routes(routes!(providers::test))
        .routes(routes!(providers::settings, providers::update_settings))
        .routes(routes!(presets::list_personas, presets::add_persona))
        .routes(routes!(presets::update_persona, presets::delete_persona))
        .routes(routes!(presets::restore_persona))
        .routes(routes!(presets::list_prompts, presets::add_prompt))
        .routes(routes!(presets::update_prompt, presets::delete_prompt))
        .routes(routes!(presets::restore_prompt))
        .routes(routes!(presets::export))
        .routes(routes!(presets::import))
        .routes(routes!(frames::create))
        .routes(routes!(frames::show))
        .routes(routes!(telemetry::summary))
        .routes(routes!(telemetry::message))
        .routes(routes!(health::detail))
        .routes(routes!(health::storage))
        .routes(routes!(health::openapi))
        .routes(routes!(health::metrics))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
}

/// The request id of a deletion, which needs no body.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteParams {
    /// Makes the command safe to repeat: at most 128 characters.
    #[serde(default, alias = "clientRequestId")]
    client_request_id: Option<String>,
}

/// The same for clients that send one as with every other command.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteBody {
    #[serde(default, alias = "clientRequestId")]
    client_request_id: Option<ClientRequestId>,
}

impl DeleteParams {
    fn request_id(self, body: DeleteBody) -> Result<Option<ClientRequestId>, ApiError> {
        let refused = |fault: String| ApiError::invalid(fault).field("client_request_id");
        let of_query = self.client_request_id.map(ClientRequestId::new).transpose();
        match (of_query.map_err(|fault| refused(format!("{fault}.")))?, body.client_request_id) {
            (Some(one), Some(other)) if one != other => {
                Err(refused("The query and the body name different request ids.".to_owned()))
            }
            (of_query, of_body) => Ok(of_query.or(of_body)),
        }
    }
}

/// What a handler answers with: JSON, or a problem.
type Answer<T> = Result<Json<T>, ApiError>;
