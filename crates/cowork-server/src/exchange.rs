//! One exchange as a stream: a message, its answer or answers, and nothing after the end of the last one.

use axum::response::Response;
use cowork_contract::{Event, EventBody, MessageAccepted, Position, SessionId};
use cowork_store::{LogEntry, Scope};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    problem::ApiError,
    state::App,
    stream::{self, Feed},
};

/// How many events before an acknowledgement's position its messages were created at most: they are written in
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
    answers: Vec<String>,
    /// Those that have not ended.
    open: Vec<String>,
}

impl Exchange {
    fn of(accepted: &MessageAccepted) -> Self {
        let first = std::slice::from_ref(&accepted.assistant_message);
        let answers = match accepted.assistant_messages.as_slice() {
            [] => first,
            all => all,
        };
        let answers: Vec<_> = answers.iter().map(|answer| answer.id.as_str().to_owned()).collect();
        Self {
            message: accepted.user_message.as_ref().map(|message| message.id.as_str().to_owned()),
            open: answers.clone(),
            answers,
        }
    }

    /// Whether `entry` is about one of its messages.
    pub(crate) fn carries(&self, entry: &LogEntry) -> bool {
        let Some(about) = entry.message_id.as_deref() else { return false };
        self.message.as_deref() == Some(about) || self.answers.iter().any(|answer| answer == about)
    }

    /// Notes `entry`, and tells whether it is the end of the last open answer.
    pub(crate) fn ends_with(&mut self, entry: &LogEntry) -> bool {
        if is_end(entry) {
            self.open.retain(|answer| Some(answer.as_str()) != entry.message_id.as_deref());
        }
        self.open.is_empty()
    }
}

/// Whether `entry` is an answer's end: it is complete, stopped, failed or deleted.
fn is_end(entry: &LogEntry) -> bool {
    match entry.kind {
        "message.completed" | "message.error" => true,
        "message.updated" => match serde_json::from_slice::<Event>(entry.json()).map(|event| event.body) {
            Ok(EventBody::MessageUpdated(state)) => state.message.deleted_at.is_some(),
            _ => false,
        },
        _ => false,
    }
}
