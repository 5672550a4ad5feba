//! What handlers take from a request, each refusing with a problem that names the field.
//!
//! Always true: a body is JSON, within its size, its depth and its time before it is given a type; a field or
//! parameter that is not known is refused by name.

use std::{borrow::Cow, time::Duration};

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::request::Parts,
};
use bytes::{Bytes, BytesMut};
use cowork_contract::ErrorCode;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;

use crate::{problem::ApiError, state::App};

/// How deep arrays and objects of a body may nest.
const DEPTH_MAX: usize = 64;

/// How long the rest of a refused body is read, so that its sender gets to see the refusal.
const DRAIN_FOR: Duration = Duration::from_secs(2);

/// The JSON body of a command. No body at all stands for `{}`.
pub(crate) struct Command<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Command<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        read_json(request, app.limits.body_bytes, app.limits.body_time).await.map(Self)
    }
}

/// The JSON body of an import, which may be larger than a command.
pub(crate) struct Import<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Import<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        read_json(request, app.limits.import_bytes, app.limits.body_time).await.map(Self)
    }
}

/// The bytes of a file, of whatever kind.
pub(crate) struct File(pub(crate) Bytes);

impl FromRequest<App> for File {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let body = collect(request.into_body(), app.limits.file_bytes);
        match tokio::time::timeout(app.limits.body_time, body).await {
            Ok(collected) => collected.map(Self),
            Err(_) => Err(late()),
        }
    }
}

/// The query's parameters.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, app).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(rejected) => {
                let text = rejected.body_text();
                let fault = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
                Err(named(fault, format!("A query parameter is not right: {fault}.")))
            }
        }
    }
}

/// The ids in the path.
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for At<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match Path::<T>::from_request_parts(parts, app).await {
            Ok(Path(ids)) => Ok(Self(ids)),
            Err(_) => Err(ApiError::invalid("The path holds an id that is not text.")),
        }
    }
}

async fn read_json<T: DeserializeOwned>(
    request: Request,
    limit: usize,
    time: Duration,
) -> Result<T, ApiError> {
    let (parts, body) = request.into_parts();
    let declared = is_json(&parts.headers);
    let bytes = match tokio::time::timeout(time, collect(body, limit)).await {
        Ok(collected) => collected?,
        Err(_) => return Err(late()),
    };
    if bytes.is_empty() && !parts.headers.contains_key(header::CONTENT_TYPE) {
        return parse(b"{}");
    }
    if !declared {
        return Err(ApiError::new(
            ErrorCode::UnsupportedMediaType,
            "Send the body as JSON, with `Content-Type: application/json`.",
        ));
    }
    if !depth_within(&bytes, DEPTH_MAX) {
        return Err(ApiError::invalid(format!("The body nests deeper than {DEPTH_MAX} levels.")));
    }
    parse(&bytes)
}

fn late() -> ApiError {
    ApiError::invalid("The body did not arrive in time; send it again.")
}

async fn collect(mut body: axum::body::Body, limit: usize) -> Result<Bytes, ApiError> {
    let mut collected = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::invalid("The body broke off."))?;
        let Ok(data) = frame.into_data() else { continue };
        if collected.len() + data.len() > limit {
            drain(body).await;
            return Err(ApiError::new(
                ErrorCode::PayloadTooLarge,
                format!("The body is larger than the {limit} bytes that are allowed here."),
            ));
        }
        collected.extend_from_slice(&data);
    }
    Ok(collected.freeze())
}

/// Reads on for a moment: a sender that is still writing sees a broken connection, not the refusal, if we stop.
pub(crate) async fn drain(mut body: axum::body::Body) {
    let rest = async { while matches!(body.frame().await, Some(Ok(_))) {} };
    let _ = tokio::time::timeout(DRAIN_FOR, rest).await;
}

fn is_json(headers: &HeaderMap) -> bool {
    let essence = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(|value| value.split(';').next().unwrap_or_default().trim());
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|fault| {
        let text = without_value(&fault.to_string());
        if fault.is_data() {
            named(&text, format!("The body is not of the documented form: {text}."))
        } else {
            ApiError::invalid(format!("The body is not valid JSON: {text}."))
        }
    })
}

/// The parser's words without the text it was given, which may be a key in the wrong place.
fn without_value(fault: &str) -> String {
    let quoted = fault.split_once("string \"").and_then(|(before, rest)| {
        let (_, after) = rest.rsplit_once("\", expected")?;
        Some(format!("{before}string, expected{after}"))
    });
    quoted.unwrap_or_else(|| fault.to_owned())
}

/// A refusal that names the field, where serde's words do.
fn named(fault: &str, detail: String) -> ApiError {
    let refusal = ApiError::invalid(detail);
    match field_of(fault) {
        Some(field) => refusal.field(field.into_owned()),
        None => refusal,
    }
}

/// The field that serde's words are about: "unknown field `x`, …", "missing field `x`", "x: invalid digit …".
fn field_of(fault: &str) -> Option<Cow<'_, str>> {
    if let Some((_, rest)) = fault.split_once("field `") {
        return rest.split_once('`').map(|(name, _)| name.into());
    }
    if fault.contains("client_request_id") {
        return Some("client_request_id".into());
    }
    let (name, _) = fault.split_once(": ")?;
    (!name.is_empty() && !name.contains(' ')).then_some(name.into())
}

/// Whether arrays and objects nest at most `limit` deep, told without building anything.
fn depth_within(json: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for &byte in json {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return false;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_structure_and_not_text() {
        assert!(depth_within(br#"{"a":[1,{"b":2}]}"#, 3));
        assert!(!depth_within(br#"{"a":[1,{"b":2}]}"#, 2));
        assert!(depth_within(br#"{"a":"[[[[[[ \" {{{{"}"#, 1));
        assert!(depth_within(br#"[[],[],[],[]]"#, 2), "neighbours do not add up");
        assert!(depth_within(br#"]]]]["#, 1), "what is not JSON is the parser's to refuse");
    }

    #[test]
    fn the_field_at_fault_is_read_from_the_parser() {
        assert_eq!(field_of("unknown field `colour`, expected one of `a`, `b`").as_deref(), Some("colour"));
        assert_eq!(field_of("missing field `content` at line 1 column 2").as_deref(), Some("content"));
        assert_eq!(field_of("limit: invalid digit found in string").as_deref(), Some("limit"));
        assert_eq!(field_of("invalid type: string \"a\", expected u32").as_deref(), None);
    }
}
