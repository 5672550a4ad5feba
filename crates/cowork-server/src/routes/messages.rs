//! `/api/sessions/{id}/messages`: the life of one message after it was sent.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use cowork_contract::{
    CancelMessage, ChatMessage, ContinueMessage, EditMessage, MessageAccepted, MessageId, RegenerateMessage,
    RestoreMessage, RevisionList, SendNow, SessionId,
};
use cowork_engine::Edited;
use http::StatusCode;

use super::{Answer, DeleteBody, DeleteParams};
use crate::{
    extract::{At, Command, Params},
    problem::{ApiError, Refused},
    state::App,
};

/// Edits a message in place, or with `regenerate: true` into a branch of its own that is answered.
#[utoipa::path(
    patch,
    path = "/api/sessions/{id}/messages/{mid}",
    tag = "messages",
    operation_id = "editMessage",
    params(("id" = SessionId, Path, description = "The session"), ("mid" = MessageId, Path, description = "The message")),
    request_body = EditMessage,
    responses(
        (status = 200, description = "Edited in place: the message as it is now", body = ChatMessage),
        (status = 202, description = "With `regenerate`: the new message and its answer", body = MessageAccepted),
        Refused
    )
)]
pub(super) async fn edit(
    State(app): State<App>,
    At((id, mid)): At<(SessionId, MessageId)>,
    Command(body): Command<EditMessage>,
) -> Result<Response, ApiError> {
    Ok(match app.engine.edit(&id, &mid, body).await? {
        Edited::InPlace(message) => Json(message).into_response(),
        Edited::Answered(accepted) => (StatusCode::ACCEPTED, Json(accepted)).into_response(),
    })
}

/// Deletes a message; its row stays, empty, and its children keep their place.
#[utoipa::path(
    delete,
    path = "/api/sessions/{id}/messages/{mid}",
    tag = "messages",
    operation_id = "deleteMessage",
    params(
        ("id" = SessionId, Path, description = "The session"),
        ("mid" = MessageId, Path, description = "The message"),
        DeleteParams
    ),
    responses((status = 200, description = "The message, with `deletedAt`", body = ChatMessage), Refused)
)]
pub(super) async fn delete(
    State(app): State<App>,
    At((id, mid)): At<(SessionId, MessageId)>,
    Params(params): Params<DeleteParams>,
    Command(body): Command<DeleteBody>,
) -> Answer<ChatMessage> {
    Ok(Json(app.engine.delete_message(&id, &mid, params.request_id(body)?).await?))
}

/// Takes a deletion back.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/messages/{mid}/restore",
    tag = "messages",
    operation_id = "restoreMessage",
    params(("id" = SessionId, Path, description = "The session"), ("mid" = MessageId, Path, description = "The message")),
    request_body = RestoreMessage,
    responses((status = 200, description = "The message as it is now", body = ChatMessage), Refused)
)]
pub(super) async fn restore(
    State(app): State<App>,
    At((id, mid)): At<(SessionId, MessageId)>,
    Command(body): Command<RestoreMessage>,
) -> Answer<ChatMessage> {
    Ok(Json(app.engine.restore_message(&id, &mid, body).await?))
}

/// The earlier texts of a message.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/messages/{mid}/revisions",
    tag = "messages",
    operation_id = "listRevisions",
    params(("id" = SessionId, Path, description = "The session"), ("mid" = MessageId, Path, description = "The message")),
    responses((status = 200, description = "Oldest first", body = RevisionList), Refused)
)]
pub(super) async fn revisions(
    State(app): State<App>,
    At((id, mid)): At<(SessionId, MessageId)>,
) -> Answer<RevisionList> {
    let items = app.reader.revisions(&id, &mid).await?.ok_or_else(ApiError::no_message)?;
    Ok(Json(RevisionList { items, next_cursor: None }))
}

/// Answers again, beside the answer that is there.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/messages/{mid}/regenerate",
    tag = "messages",
    operation_id = "regenerateMessage",
    params(("id" = SessionId, Path, description = "The session"), ("mid" = MessageId, Path, description = "The message")),
    request_body = RegenerateMessage,
    responses((status = 202, description = "The new answer, `pending`", body = MessageAccepted), Refused)
)]
pub(super) async fn regenerate(
    State(app): State<App>,
    At((id, mid)): At<(SessionId, MessageId)>,
    Command(body): Command<RegenerateMessage>,
) -> Result<(StatusCode, Json<MessageAccepted>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.engine.regenerate(&id, &mid, body).await?)))
}

/// Goes on with an answer that was cut off; its text so far stays.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/messages/{mid}/continue",
    tag = "messages",
    operation_id = "continueMessage",
    params(("id" = SessionId, Path, description = "The session"), ("mid" = MessageId, Path, description = "The message")),
    request_body = ContinueMessage,
    responses((status = 202, description = "The answer, open again", body = ChatMessage), Refused)
)]
pub(super) async fn continue_answer(
    State(app): State<App>,
    At((id, mid)): At<(SessionId, MessageId)>,
    Command(body): Command<ContinueMessage>,
) -> Result<(StatusCode, Json<ChatMessage>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.engine.continue_message(&id, &mid, body).await?)))
}

/// Stops an answer; its text so far stays.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/messages/{mid}/cancel",
    tag = "messages",
    operation_id = "cancelMessage",
    params(("id" = SessionId, Path, description = "The session"), ("mid" = MessageId, Path, description = "The message")),
    request_body = CancelMessage,
    responses((status = 202, description = "The answer as it is now", body = ChatMessage), Refused)
)]
pub(super) async fn cancel(
    State(app): State<App>,
    At((id, mid)): At<(SessionId, MessageId)>,
    Command(body): Command<CancelMessage>,
) -> Result<(StatusCode, Json<ChatMessage>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.engine.cancel(&id, &mid, body).await?)))
}

/// Stops the running turn and starts this waiting one.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/messages/{mid}/send-now",
    tag = "messages",
    operation_id = "sendNow",
    params(("id" = SessionId, Path, description = "The session"), ("mid" = MessageId, Path, description = "The message")),
    request_body = SendNow,
    responses((status = 202, description = "The message as it is now", body = ChatMessage), Refused)
)]
pub(super) async fn send_now(
    State(app): State<App>,
    At((id, mid)): At<(SessionId, MessageId)>,
    Command(body): Command<SendNow>,
) -> Result<(StatusCode, Json<ChatMessage>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.engine.send_now(&id, &mid, body).await?)))
}
