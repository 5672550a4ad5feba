//! `/api/frames` and `/frame/{ticket}`: previews that can do nothing.

use axum::{Json, extract::State, response::Response};
use bytes::Bytes;
use cowork_contract::{CreateFrame, ErrorCode, FRAME_CONTENT_MAX, FrameKind, FrameTicket};

use super::Answer;
use crate::{
    extract::{At, Command},
    frames::{self, Content},
    problem::{ApiError, Refused},
    state::App,
};

/// A ticket for a frame that shows `content`, or that draws diagrams.
#[utoipa::path(
    post,
    path = "/api/frames",
    tag = "frames",
    operation_id = "createFrame",
    request_body = CreateFrame,
    responses((status = 200, description = "The ticket; good once and for a minute", body = FrameTicket), Refused)
)]
pub(super) async fn create(
    State(app): State<App>,
    Command(body): Command<CreateFrame>,
) -> Answer<FrameTicket> {
    let ticket = app.frames.add(content(body)?)?;
    let expires_in_ms = u64::try_from(frames::GOOD_FOR.as_millis()).unwrap_or(u64::MAX);
    Ok(Json(FrameTicket { url: address(&ticket), ticket, expires_in_ms }))
}

/// What a ticket shows, once, under a policy of its own. Needs no token.
#[utoipa::path(
    get,
    path = "/frame/{ticket}",
    tag = "frames",
    operation_id = "showFrame",
    security(()),
    params(("ticket" = String, Path, description = "From `POST /api/frames`")),
    responses((status = 200, description = "The document", body = String, content_type = "text/html"), Refused)
)]
pub(super) async fn show(State(app): State<App>, At(ticket): At<String>) -> Result<Response, ApiError> {
    let content = app.frames.take(&ticket).ok_or_else(|| {
        let detail = "This preview was shown already, or is older than a minute. Open it again.";
        ApiError::new(ErrorCode::NotFound, detail)
    })?;
    match content {
        Content::Program => Ok(frames::drawing_program()),
        Content::Drawing => {
            let program = address(&app.frames.add(Content::Program)?);
            Ok(frames::document(&content, &program))
        }
        Content::Html(_) | Content::Svg(_) => Ok(frames::document(&content, "")),
    }
}

fn address(ticket: &str) -> String {
    format!("/frame/{ticket}")
}

fn content(body: CreateFrame) -> Result<Content, ApiError> {
    let refused = |detail: &str| Err(ApiError::invalid(detail).field("content"));
    match (body.kind, body.content) {
        (FrameKind::Mermaid, Some(_)) => {
            refused("The source of a diagram is handed to its frame by message: leave `content` out.")
        }
        (FrameKind::Mermaid, None) if !frames::is_built() => Err(ApiError::new(
            ErrorCode::NotFound,
            "This server was built without the program that draws diagrams.",
        )),
        (FrameKind::Mermaid, None) => Ok(Content::Drawing),
        (_, None) => refused("Send what is to be shown as `content`."),
        (_, Some(content)) if content.len() > FRAME_CONTENT_MAX => Err(ApiError::new(
            ErrorCode::PayloadTooLarge,
            format!("A preview may have {FRAME_CONTENT_MAX} bytes; this has {}.", content.len()),
        )
        .field("content")),
        (FrameKind::Html, Some(content)) => Ok(Content::Html(Bytes::from(content))),
        (FrameKind::Svg, Some(content)) => Ok(Content::Svg(Bytes::from(content))),
    }
}
