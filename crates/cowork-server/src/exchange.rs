//! One exchange as a stream: a message, its answer, and nothing after the answer's end.

use axum::response::Response;
use cowork_contract::{Event, EventBody, MessageAccepted, Position, SessionId};
use cowork_store::{LogEntry, Scope};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    problem::ApiError,
    state::App,
    stream::{self, Feed},
};

/// How many events before an acknowledgement's position its two messages were created at most: they are written in
/// one commit, beside what the session list needs to know.
const CREATION_SPAN: Position = 16;

/// Takes one of the streams that may be open, before the message is sent: a refusal then changes nothing.
pub(crate) fn reserve(app: &App) -> Result<Reserved, ApiError> {
    stream::slot(app).map(Reserved)
}

/// A stream that is taken and not yet open.
pub(crate) struct Reserved(OwnedSemaphorePermit);

impl Reserved {
    /// Follows the exchange of `accepted`, which was sent when the log ended at `before`.
    pub(crate) fn follow(
        self,
        app: &App,
        session: SessionId,
        before: Position,
        accepted: &MessageAccepted,
    ) -> Result<Response, ApiError> {
        // An acknowledgement that was given before (the same request id again) does not lie after `before`.
        let fresh = accepted.last_event_id > before;
        let after = if fresh { before } else { (accepted.last_event_id - CREATION_SPAN).max(0) };
        let follow = stream::follow(app, Scope::Session(session.clone()), Some(after))?;
        Ok(Feed::new(app, self.0, follow, Some(session), Some(Exchange::of(accepted))).into_response())
    }
}

/// Which events belong to an exchange.
pub(crate) struct Exchange {
    message: Option<String>,
    answer: String,
}

impl Exchange {
    fn of(accepted: &MessageAccepted) -> Self {
        Self {
            message: accepted.user_message.as_ref().map(|message| message.id.as_str().to_owned()),
            answer: accepted.assistant_message.id.as_str().to_owned(),
        }
    }

    /// Whether `entry` is about one of the two messages.
    pub(crate) fn carries(&self, entry: &LogEntry) -> bool {
        let about = entry.message_id.as_deref();
        about.is_some() && (about == Some(self.answer.as_str()) || about == self.message.as_deref())
    }

    /// Whether `entry` is the answer's end: it is complete, stopped, failed or deleted.
    pub(crate) fn ends_with(&self, entry: &LogEntry) -> bool {
        if entry.message_id.as_deref() != Some(self.answer.as_str()) {
            return false;
        }
        match entry.kind {
            "message.completed" | "message.error" => true,
            "message.updated" => {
                match serde_json::from_slice::<Event>(entry.json()).map(|event| event.body) {
                    Ok(EventBody::MessageUpdated(state)) => state.message.deleted_at.is_some(),
                    _ => false,
                }
            }
            _ => false,
        }
    }
}
