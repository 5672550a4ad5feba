//! A session as a file: out as Markdown or JSON, in as JSON.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cowork_contract::{ImportSession, Session, SessionExport, SessionId};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    disposition::disposition,
    extract::{At, Import, Params},
    markdown,
    problem::{ApiError, Refused},
    state::App,
};

/// How to write the file.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportParams {
    /// Absent: `markdown`.
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// The form of an exported file.
#[derive(Deserialize, ToSchema, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// The active branch, for people.
    #[default]
    Markdown,
    /// All branches and revisions; can be imported again.
    Json,
}

/// One session as a file.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/export",
    tag = "portability",
    operation_id = "exportSession",
    params(("id" = SessionId, Path, description = "The session"), ExportParams),
    responses(
        (
            status = 200,
            description = "The file, as an attachment",
            content(
                (SessionExport = "application/json"),
                (String = "text/markdown")
            )
        ),
        Refused
    )
)]
pub(super) async fn export(
    State(app): State<App>,
    At(id): At<SessionId>,
    Params(params): Params<ExportParams>,
) -> Result<Response, ApiError> {
    let export = match params.format {
        // For people the names of files are enough.
        Format::Markdown => app.reader.export(&id).await?,
        Format::Json => app.engine.export_session(&id).await?,
    };
    let export = export.ok_or_else(ApiError::no_session)?;
    let (content_type, ending) = match params.format {
        Format::Markdown => ("text/markdown; charset=utf-8", "md"),
        Format::Json => ("application/json", "json"),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_DISPOSITION, disposition("attachment", &file_name(&export.session.title, ending))),
    ];
    Ok(match params.format {
        Format::Markdown => (headers, markdown::render(&export)).into_response(),
        Format::Json => (headers, Json(export)).into_response(),
    })
}

/// Makes a session from an exported file; ids that are taken already are given anew.
#[utoipa::path(
    post,
    path = "/api/sessions/import",
    tag = "portability",
    operation_id = "importSession",
    request_body = ImportSession,
    responses((status = 201, description = "The session it became", body = Session), Refused)
)]
pub(super) async fn import(
    State(app): State<App>,
    Import(body): Import<ImportSession>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    Ok((StatusCode::CREATED, Json(app.engine.import_session(body).await?)))
}

fn file_name(title: &str, ending: &str) -> String {
    let title = if title.trim().is_empty() { "session" } else { title.trim() };
    format!("{title}.{ending}")
}
