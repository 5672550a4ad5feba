//! `/api/sessions/{id}/chat`: the conversation, and the way to say something in it.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cowork_contract::{ChatSnapshot, Event, MessageAccepted, MessageId, SendMessage, SessionId, SessionTree};
use cowork_store::{Branch, ChatWindow};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use crate::{
    exchange,
    extract::{At, Command, Params},
    problem::{ApiError, Refused},
    state::App,
};

/// Messages of one window at most.
const WINDOW_MAX: u32 = 10_000;

/// Which part of the conversation to read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChatParams {
    /// Absent: `active`.
    #[serde(default)]
    #[param(inline)]
    branch: BranchParam,
    /// Only what comes before this message. Absent: up to the end.
    #[param(value_type = Option<String>)]
    before: Option<MessageId>,
    /// The last so many of them, 1 to 10,000. Absent: all.
    limit: Option<u32>,
}

/// Which branches to read.
#[derive(Deserialize, ToSchema, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BranchParam {
    /// The one that is shown and continued.
    #[default]
    Active,
    /// All of them.
    All,
}

/// The conversation, or a window of it, oldest first.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/chat",
    tag = "chat",
    operation_id = "getChat",
    params(("id" = SessionId, Path, description = "The session"), ChatParams),
    responses((status = 200, description = "Subscribe after its `lastEventId`", body = ChatSnapshot), Refused)
)]
pub(super) async fn snapshot(
    State(app): State<App>,
    At(id): At<SessionId>,
    Params(params): Params<ChatParams>,
) -> Result<Response, ApiError> {
    if params.limit.is_some_and(|limit| !(1..=WINDOW_MAX).contains(&limit)) {
        return Err(ApiError::invalid(format!("limit must be 1 to {WINDOW_MAX}.")).field("limit"));
    }
    let branch = match params.branch {
        BranchParam::Active => Branch::Active,
        BranchParam::All => Branch::All,
    };
    let window = ChatWindow { branch, before: params.before, limit: params.limit };
    let json = app.reader.chat(&id, window).await?.ok_or_else(ApiError::no_session)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// How much of the tree to read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TreeParams {
    /// The newest so many messages, 1 to 10,000. Absent: 10,000.
    limit: Option<u32>,
}

/// All branches at a glance: each message in a few words.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/tree",
    tag = "chat",
    operation_id = "getTree",
    params(("id" = SessionId, Path, description = "The session"), TreeParams),
    responses((status = 200, description = "Oldest first", body = SessionTree), Refused)
)]
pub(super) async fn tree(
    State(app): State<App>,
    At(id): At<SessionId>,
    Params(TreeParams { limit }): Params<TreeParams>,
) -> Answer<SessionTree> {
    let limit = limit.unwrap_or(WINDOW_MAX);
    if !(1..=WINDOW_MAX).contains(&limit) {
        return Err(ApiError::invalid(format!("limit must be 1 to {WINDOW_MAX}.")).field("limit"));
    }
    Ok(Json(app.reader.tree(&id, limit).await?.ok_or_else(ApiError::no_session)?))
}

/// Sends a message. Both rows are on disk when this answers; what follows comes on the session's stream.
///
/// With `Accept: text/event-stream` the events of this exchange come as the answer, which ends with it. Closing it
/// cancels nothing.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/chat",
    tag = "chat",
    operation_id = "sendMessage",
    params(("id" = SessionId, Path, description = "The session")),
    request_body = SendMessage,
    responses(
        (
            status = 202,
            description = "Acknowledged: the message and its answer or answers, `pending`",
            body = MessageAccepted,
            headers(
                ("x-cowork-message-id" = String, description = "The answer's id; of several the first one's, and so below"),
                ("x-cowork-request-id" = String, description = "The `client_request_id`, else the message's id"),
                ("x-cowork-model" = String, description = "The model that is asked"),
                ("x-cowork-provider" = String, description = "The provider that is asked"),
                ("x-cowork-fallback" = bool, description = "Whether another model than the one asked for answers, as far as known")
            )
        ),
        (
            status = 200,
            description = "With `Accept: text/event-stream`: the events of this exchange",
            body = Event,
            content_type = "text/event-stream"
        ),
        Refused
    )
)]
pub(super) async fn send(
    State(app): State<App>,
    At(id): At<SessionId>,
    headers: HeaderMap,
    Command(body): Command<SendMessage>,
) -> Result<Response, ApiError> {
    if !wants_events(&headers) {
        let accepted = app.engine.send(&id, body).await?;
        return Ok((StatusCode::ACCEPTED, describe(&accepted), Json(accepted)).into_response());
    }
    let slot = exchange::reserve(&app)?;
    let before = app.reader.head();
    let accepted = app.engine.send(&id, body).await?;
    let events = slot.follow(&app, id, before, &accepted)?;
    Ok((describe(&accepted), events).into_response())
}

/// Whether the client asks for events rather than for JSON: the one it names first, if both.
fn wants_events(headers: &HeaderMap) -> bool {
    let named = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let first = named.flat_map(|value| value.split(',')).find_map(|range| match range.split(';').next() {
        Some(essence) if essence.trim().eq_ignore_ascii_case("text/event-stream") => Some(true),
        Some(essence) if essence.trim().eq_ignore_ascii_case("application/json") => Some(false),
        _ => None,
    });
    first.unwrap_or(false)
}

fn describe(accepted: &MessageAccepted) -> HeaderMap {
    let answer = &accepted.assistant_message;
    let asked = answer.metadata.routing.as_ref().map(|routing| &routing.asked);
    let model = answer.model_id.as_deref().or(asked.map(|asked| asked.model_id.as_str()));
    let provider = answer.provider_id.as_deref().or(asked.map(|asked| asked.provider_id.as_str()));
    let sent = accepted.user_message.as_ref();
    let request = sent
        .and_then(|message| message.client_request_id.as_deref())
        .or(sent.map(|message| message.id.as_str()))
        .unwrap_or(answer.id.as_str());
    let fallback = if answer.fallback_notice.is_some() { "true" } else { "false" };
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("x-cowork-message-id", Some(answer.id.as_str())),
        ("x-cowork-request-id", Some(request)),
        ("x-cowork-model", model),
        ("x-cowork-provider", provider),
        ("x-cowork-fallback", Some(fallback)),
    ] {
        if let Some(value) = value.and_then(header_text) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers
}

/// `text` as a header's value; what a header can't carry is percent-encoded.
fn header_text(text: &str) -> Option<HeaderValue> {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'%';
    if text.bytes().all(|byte| plain(&byte)) {
        return HeaderValue::from_str(text).ok();
    }
    let encoded: String = text
        .bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    HeaderValue::from_str(&encoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_sent_to_those_who_ask_for_them() {
        for (accept, events) in [
            (None, false),
            (Some("*/*"), false),
            (Some("application/json"), false),
            (Some("text/event-stream"), true),
            (Some("Text/Event-Stream; q=1, */*"), true),
            (Some("application/json, text/event-stream"), false),
            (Some("text/event-stream, application/json"), true),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            }
            assert_eq!(wants_events(&headers), events, "{accept:?}");
        }
    }

    #[test]
    fn header_values_stay_readable() {
        assert_eq!(header_text("gpt-5 mini").unwrap(), "gpt-5 mini");
        assert_eq!(header_text("größe%\n").unwrap(), "gr%C3%B6%C3%9Fe%25%0A");
    }
}
