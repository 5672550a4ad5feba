//! Sessions as files: one out as Markdown or JSON, all out as lines of JSON; in as JSON, or from a file of another
//! program.

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cowork_contract::{ImportReport, ImportSession, Session, SessionExport, SessionId};
use cowork_engine::{Engine, EngineError};
use futures_util::{StreamExt as _, TryStreamExt as _, future, stream};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    disposition::disposition,
    extract::{At, File, Import, Params},
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

/// Makes sessions of the conversations in a file: of Cowork, ChatGPT, LibreChat or Open WebUI. Which one it is, is seen
/// from what it holds. Each conversation is taken over whole or not at all, and one that is here already is not doubled,
/// so the same file can be sent again. A file of which nothing can be taken over is refused.
#[utoipa::path(
    post,
    path = "/api/import",
    tag = "portability",
    operation_id = "importFile",
    request_body(
        content = Vec<u8>,
        content_type = "application/octet-stream",
        description = "The file as it is"
    ),
    responses((status = 200, description = "What came of each conversation", body = ImportReport), Refused)
)]
pub(super) async fn import_file(
    State(app): State<App>,
    File(file): File,
) -> Result<Json<ImportReport>, ApiError> {
    Ok(Json(app.engine.import_file(file).await?))
}

/// Every session that is not deleted, archived ones included, each as one line of JSON that `importSession` takes.
#[utoipa::path(
    get,
    path = "/api/export",
    tag = "portability",
    operation_id = "exportAll",
    responses(
        (
            status = 200,
            description = "A `SessionExport` in each line, as an attachment",
            content((String = "application/jsonl"))
        ),
        Refused
    )
)]
pub(super) async fn export_all(State(app): State<App>) -> Result<Response, ApiError> {
    let ids = app.reader.session_ids().await?;
    let lines = stream::iter(ids).then(move |id| line(app.engine.clone(), id)).try_filter_map(future::ok);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"cowork-sessions.jsonl\""),
        ),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// A session as a line. `None`: it was purged meanwhile. A failure breaks the transfer off: half a file must not look
/// like a whole one.
async fn line(engine: Engine, id: SessionId) -> Result<Option<Vec<u8>>, EngineError> {
    let export = engine.export_session(&id).await.inspect_err(|fault| {
        tracing::error!(session = %id, %fault, "an export of all sessions broke off");
    })?;
    let Some(export) = export else { return Ok(None) };
    let mut line = serde_json::to_vec(&export).unwrap_or_default();
    line.push(b'\n');
    Ok(Some(line))
}

fn file_name(title: &str, ending: &str) -> String {
    let title = if title.trim().is_empty() { "session" } else { title.trim() };
    format!("{title}.{ending}")
}
