//! Server-sent events: a reader of the log, as the body of an answer.
//!
//! Always true: nothing is queued for a reader, who gets what the log holds when it has room for more; a frame is
//! made once and shared by all readers; closing a stream cancels nothing. A reader that takes no bytes is dropped by
//! the connection's write deadline (`listen`) and comes back by its last id.
//! Elsewhere: order, gaps and duplicates (`cowork-store`).

use std::sync::Arc;

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use bytes::{Bytes, BytesMut};
use cowork_contract::{
    ErrorCode, Event, EventBody, Position, ResetReason, SessionId, StreamReset, Timestamp,
};
use cowork_store::{Follow, FollowItem, LogEntry, ReadError, Scope};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, Interval, MissedTickBehavior},
};
use tokio_util::sync::CancellationToken;

use crate::{exchange::Exchange, problem::ApiError, state::App};

/// How long a client waits before it comes back, in milliseconds; said once at the start.
const RETRY: &[u8] = b"retry: 1000\n\n";
const HEARTBEAT: &[u8] = b"event: heartbeat\ndata: {}\n\n";

/// The event after which the client wants to go on. The header counts before the parameter.
pub(crate) fn cursor(headers: &HeaderMap, after: Option<&str>) -> Result<Option<Position>, ApiError> {
    let (text, field) = match headers.get("last-event-id") {
        Some(value) => (value.to_str().unwrap_or("?"), "Last-Event-ID"),
        None => (after.unwrap_or_default(), "after"),
    };
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse() {
        Ok(position) if position >= 0 && text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Some(position)),
        _ => Err(ApiError::invalid("An event id is a whole number, as it came on the stream.").field(field)),
    }
}

/// One of the streams that may be open at once; free again when dropped.
pub(crate) fn slot(app: &App) -> Result<OwnedSemaphorePermit, ApiError> {
    Arc::clone(&app.streams).try_acquire_owned().map_err(|_| {
        ApiError::new(
            ErrorCode::TooManyStreams,
            "Too many event streams are open; close some tabs or programs.",
        )
        .retry_after_ms(5000)
    })
}

/// Opens a stream of `scope` after `after`. `session` is the one a reset is about, if it is about one.
pub(crate) fn open(
    app: &App,
    scope: Scope,
    session: Option<SessionId>,
    after: Option<Position>,
) -> Result<Response, ApiError> {
    let slot = slot(app)?;
    let follow = follow(app, scope, after)?;
    Ok(Feed::new(app, slot, follow, session, None).into_response())
}

/// A reader of the log from `after` on.
pub(crate) fn follow(app: &App, scope: Scope, after: Option<Position>) -> Result<Follow, ApiError> {
    app.reader.follow(scope, after).map_err(|_| {
        ApiError::new(
            ErrorCode::UnknownCursor,
            "The event id lies beyond the end of the log; fetch the snapshot again and go on from its lastEventId.",
        )
    })
}

/// One open stream.
pub(crate) struct Feed {
    follow: Follow,
    /// Ends with this exchange, and carries nothing else. `None`: goes on.
    exchange: Option<Exchange>,
    session: Option<SessionId>,
    heartbeat: Interval,
    closing: CancellationToken,
    app: App,
    greeted: bool,
    ended: bool,
    _slot: OwnedSemaphorePermit,
}

impl Feed {
    /// Carries what `follow` gives; all of it, or what belongs to `exchange`.
    pub(crate) fn new(
        app: &App,
        slot: OwnedSemaphorePermit,
        follow: Follow,
        session: Option<SessionId>,
        exchange: Option<Exchange>,
    ) -> Self {
        let mut heartbeat = tokio::time::interval_at(Instant::now() + app.heartbeat, app.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            follow,
            exchange,
            session,
            heartbeat,
            closing: app.closing.clone(),
            app: app.clone(),
            greeted: false,
            ended: false,
            _slot: slot,
        }
    }

    /// The stream as an answer.
    pub(crate) fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
        ];
        let chunks = futures_util::stream::unfold(self, |mut feed| async move {
            let chunk = feed.next().await?;
            Some((Ok::<_, ReadError>(chunk), feed))
        });
        (headers, Body::from_stream(chunks)).into_response()
    }

    /// The next bytes to send; waits until there are some. `None`: the stream has ended.
    async fn next(&mut self) -> Option<Bytes> {
        if !self.greeted {
            self.greeted = true;
            return Some(Bytes::from_static(RETRY));
        }
        while !self.ended {
            // What is committed goes out before the end does.
            let item = tokio::select! {
                biased;
                item = self.follow.next() => item,
                _ = self.heartbeat.tick() => return Some(Bytes::from_static(HEARTBEAT)),
                () = self.closing.cancelled() => return None,
            };
            match item {
                Ok(FollowItem::Events(entries)) => {
                    let chunk = self.frames(&entries);
                    if !chunk.is_empty() {
                        return Some(chunk);
                    }
                }
                Ok(FollowItem::Reset) => {
                    self.ended = true;
                    return Some(self.reset());
                }
                Ok(FollowItem::Closed) => return None,
                Err(fault) => {
                    // The client sees the stream end and comes back by its last id.
                    tracing::error!(error = %fault, "reading the log failed; the stream ends");
                    return None;
                }
            }
        }
        None
    }

    /// The frames of `entries` as one chunk, so that what was committed together is sent together.
    fn frames(&mut self, entries: &[Arc<LogEntry>]) -> Bytes {
        match (&mut self.exchange, entries) {
            (None, [only]) => only.sse().clone(),
            (None, _) => {
                let mut chunk = BytesMut::with_capacity(entries.iter().map(|entry| entry.sse().len()).sum());
                entries.iter().for_each(|entry| chunk.extend_from_slice(entry.sse()));
                chunk.freeze()
            }
            (Some(exchange), _) => {
                let mut chunk = BytesMut::new();
                for entry in entries {
                    if !exchange.carries(entry) {
                        continue;
                    }
                    chunk.extend_from_slice(entry.sse());
                    if exchange.ends_with(entry) {
                        self.ended = true;
                        break;
                    }
                }
                chunk.freeze()
            }
        }
    }

    /// Tells the client to fetch the snapshot again. Not an event of the log, so it has no `id:` line.
    fn reset(&self) -> Bytes {
        let event = Event {
            id: self.app.reader.head(),
            session_id: self.session.clone().unwrap_or_else(|| SessionId::new("")),
            timestamp: now(),
            message_id: None,
            task_id: None,
            body: EventBody::StreamReset(StreamReset { reason: ResetReason::CursorTooOld }),
        };
        let json = serde_json::to_string(&event).unwrap_or_default();
        Bytes::from(format!("event: {}\ndata: {json}\n\n", event.body.name()))
    }
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::try_from(since.as_millis()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_counts_before_the_parameter() {
        let given = |header: Option<&'static str>, after| {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert("last-event-id", HeaderValue::from_static(header));
            }
            cursor(&headers, after).map_err(|_| ())
        };
        assert_eq!(given(None, None), Ok(None));
        assert_eq!(given(None, Some("7")), Ok(Some(7)));
        assert_eq!(given(Some("8"), Some("7")), Ok(Some(8)));
        assert_eq!(given(Some(""), Some("7")), Ok(None), "an empty header is no id");
        for bad in ["-1", "+1", "1.5", "seven", " 7", "99999999999999999999"] {
            assert_eq!(given(None, Some(bad)), Err(()), "{bad}");
        }
        assert_eq!(given(Some("x"), Some("7")), Err(()));
    }
}
