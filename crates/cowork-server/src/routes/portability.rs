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
    let export = app.reader.export(&id).await?.ok_or_else(ApiError::no_session)?;
    let (content_type, ending) = match params.format {
        Format::Markdown => ("text/markdown; charset=utf-8", "md"),
        Format::Json => ("application/json", "json"),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_DISPOSITION, disposition(&export.session.title, ending)),
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

/// `attachment` with a plain name for old clients and the title itself for the others (RFC 6266).
fn disposition(title: &str, ending: &str) -> HeaderValue {
    let title = if title.trim().is_empty() { "session" } else { title.trim() };
    let plain: String = title
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
        .collect();
    let exact: String = title
        .chars()
        .map(|c| if c.is_control() || matches!(c, '/' | '\\') { '-' } else { c })
        .collect::<String>()
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    let text = format!("attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{exact}.{ending}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_safe_file_name() {
        assert_eq!(
            disposition("Größe: \"../x\"\r\n", "md"),
            "attachment; filename=\"Gr--e---..-x-.md\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%3A%20%22..-x%22.md"
        );
        assert_eq!(
            disposition(" ", "json"),
            "attachment; filename=\"session.json\"; filename*=UTF-8''session.json"
        );
    }
}
