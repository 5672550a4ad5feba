//! Attached files: in as a multipart form, out as bytes that no browser runs.
//!
//! Always true: a file goes to disk as it comes and is never whole in memory on its way in; what breaks off leaves
//! nothing; what goes out says what its bytes are, not what anybody claimed. Elsewhere: limits, types and names
//! (`cowork-engine`).

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use cowork_contract::{
    AttachmentId, AttachmentKind, AttachmentText, ChatAttachmentRef, ClientRequestId, ErrorCode, SessionId,
};
use cowork_engine::Upload;
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use crate::{
    disposition::disposition,
    extract::{At, Params, drain},
    problem::{ApiError, Refused},
    state::App,
};

/// Bytes of a form beside its file.
const FORM: u64 = 16 << 10;
/// Characters of a file's text that are sent where nobody asks for a number.
const TEXT: usize = 200_000;
/// And where somebody does.
const TEXT_MOST: usize = 2_000_000;

/// The form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct UploadForm {
    /// Makes the command safe to repeat: the same id, name and bytes are one attachment.
    client_request_id: Option<String>,
    /// One file with its name. Its type is told from its bytes.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Uploads one file of a session, for a message that is still to be sent.
///
/// One that no message holds is removed a day after it came.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/attachments",
    tag = "attachments",
    operation_id = "uploadAttachment",
    params(("id" = SessionId, Path, description = "The session")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "It is on disk", body = ChatAttachmentRef), Refused)
)]
pub(super) async fn upload(
    State(app): State<App>,
    At(id): At<SessionId>,
    request: Request,
) -> Result<(StatusCode, Json<ChatAttachmentRef>), ApiError> {
    let (parts, body) = request.into_parts();
    let declared = declared(&parts.headers);
    let begun = match boundary(&parts.headers) {
        Ok(boundary) => app
            .engine
            .begin_upload(&id, declared.map(|length| length.saturating_sub(FORM)))
            .await
            .map(|upload| (boundary, upload))
            .map_err(ApiError::from),
        Err(refusal) => Err(refusal),
    };
    let (boundary, upload) = match begun {
        Ok(begun) => begun,
        Err(refusal) => {
            // Who waits for a go-ahead has sent nothing, and reads the refusal in its place.
            if !parts.headers.contains_key(header::EXPECT) {
                drain(body).await;
            }
            return Err(refusal);
        }
    };
    let most = app.engine.settings().attachments.file_bytes + 2 * FORM;
    let limit = SizeLimit::new().whole_stream(most).for_field("client_request_id", 1024);
    let mut body = body.into_data_stream();
    let idle = app.limits.upload_idle;
    let form = Multipart::with_constraints(
        futures_util::stream::poll_fn(|context| body.poll_next_unpin(context)),
        boundary,
        Constraints::new().size_limit(limit),
    );
    let taken = take_in(form, upload, idle).await;
    match taken {
        Ok(attachment) => Ok((StatusCode::CREATED, Json(attachment))),
        Err(refusal) => {
            drain(Body::from_stream(body)).await;
            Err(refusal)
        }
    }
}

/// Reads the form and takes its file in.
async fn take_in(
    mut form: Multipart<'_>,
    upload: Upload,
    idle: std::time::Duration,
) -> Result<ChatAttachmentRef, ApiError> {
    let (mut upload, mut file, mut request) = (Some(upload), None, None);
    while let Some(field) = in_time(idle, form.next_field()).await? {
        match field.name() {
            Some("client_request_id" | "clientRequestId") => {
                let text = in_time(idle, field.text()).await?;
                let id = ClientRequestId::new(text)
                    .map_err(|fault| ApiError::invalid(format!("{fault}.")).field("client_request_id"))?;
                request = Some(id);
            }
            Some("file") => {
                let Some(whole) = upload.take() else {
                    return Err(
                        ApiError::invalid("A form takes one file; send each on its own.").field("file")
                    );
                };
                let name = field.file_name().unwrap_or_default().to_owned();
                file = Some((name, write(field, whole, idle).await?));
            }
            other => {
                let name = other.unwrap_or_default().chars().take(64).collect::<String>();
                return Err(ApiError::invalid(format!("The form has no field {name:?}.")).field(name));
            }
        }
    }
    let Some((name, upload)) = file else {
        return Err(ApiError::invalid("The form has no `file`; send one with its name.").field("file"));
    };
    Ok(upload.finish(&name, request).await?)
}

async fn write(
    mut field: Field<'_>,
    mut upload: Upload,
    idle: std::time::Duration,
) -> Result<Upload, ApiError> {
    while let Some(piece) = in_time(idle, field.chunk()).await? {
        upload.write(piece).await?;
    }
    Ok(upload)
}

async fn in_time<T>(
    idle: std::time::Duration,
    reading: impl Future<Output = Result<T, multer::Error>>,
) -> Result<T, ApiError> {
    match tokio::time::timeout(idle, reading).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(multer::Error::StreamSizeExceeded { limit })) => Err(ApiError::new(
            ErrorCode::AttachmentTooLarge,
            format!("The form is larger than the {limit} bytes that one with a file may have."),
        )
        .limit(limit)),
        Ok(Err(multer::Error::StreamReadFailed(_) | multer::Error::IncompleteStream)) => {
            Err(ApiError::invalid("The upload broke off; nothing of it was kept. Send it again."))
        }
        Ok(Err(fault)) => Err(ApiError::invalid(format!("The form can't be read: {fault}."))),
        Err(_) => Err(ApiError::invalid("The upload stood still for too long; send it again.")),
    }
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn boundary(headers: &HeaderMap) -> Result<String, ApiError> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    multer::parse_boundary(value).map_err(|_| {
        ApiError::new(
            ErrorCode::UnsupportedMediaType,
            "Send the file as a form, with `Content-Type: multipart/form-data` and a boundary.",
        )
    })
}

/// The bytes of an attached file. Images come as what they are; everything else as a file to be saved.
#[utoipa::path(
    get,
    path = "/api/attachments/{id}",
    tag = "attachments",
    operation_id = "getAttachment",
    params(("id" = AttachmentId, Path, description = "The attachment")),
    responses(
        (status = 200, description = "Its bytes", body = String, content_type = "application/octet-stream"),
        Refused
    )
)]
pub(super) async fn download(State(app): State<App>, At(id): At<AttachmentId>) -> Result<Response, ApiError> {
    let file = app.engine.attachment(&id).await?;
    let reference = file.reference;
    let is_image = reference.kind == AttachmentKind::Image;
    let shown = HeaderValue::from_str(&reference.mime_type).ok().filter(|_| is_image);
    let headers = [
        (header::CONTENT_TYPE, shown.unwrap_or(HeaderValue::from_static("application/octet-stream"))),
        (
            header::CONTENT_DISPOSITION,
            disposition(if is_image { "inline" } else { "attachment" }, &reference.name),
        ),
        // Opened by itself it can do nothing, whatever it is.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    Ok((headers, file.bytes).into_response())
}

/// How much of a text to send.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TextParams {
    /// Characters, 1 to 2,000,000. Absent: 200,000.
    limit: Option<usize>,
}

/// What was read of an attached file as text: its preview, and what models get that can't read the file itself.
#[utoipa::path(
    get,
    path = "/api/attachments/{id}/text",
    tag = "attachments",
    operation_id = "getAttachmentText",
    params(("id" = AttachmentId, Path, description = "The attachment"), TextParams),
    responses((status = 200, description = "The text, as far as there is one", body = AttachmentText), Refused)
)]
pub(super) async fn text(
    State(app): State<App>,
    At(id): At<AttachmentId>,
    Params(params): Params<TextParams>,
) -> Answer<AttachmentText> {
    let limit = params.limit.unwrap_or(TEXT);
    if !(1..=TEXT_MOST).contains(&limit) {
        return Err(ApiError::invalid(format!("limit must be 1 to {TEXT_MOST}.")).field("limit"));
    }
    Ok(Json(app.engine.attachment_text(&id, limit).await?))
}

/// Throws an upload away that no message holds. One that is gone already is fine.
#[utoipa::path(
    delete,
    path = "/api/attachments/{id}",
    tag = "attachments",
    operation_id = "discardAttachment",
    params(("id" = AttachmentId, Path, description = "The attachment")),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn discard(
    State(app): State<App>,
    At(id): At<AttachmentId>,
) -> Result<StatusCode, ApiError> {
    app.engine.discard_attachment(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
