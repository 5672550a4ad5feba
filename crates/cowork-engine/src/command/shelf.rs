//! Many sessions filed at once: a folder renamed, dissolved, and both taken back.

use cowork_contract::{ClientRequestId, Event, EventBody, MoveSessions, SessionId, SessionsMoved};
use cowork_store::{RequestScope, Tx};

use super::session::check_labels;
use super::{Command, Decided, file_session, refuse, text};
use crate::EngineError;

/// Sessions that one step may move: nothing else is written meanwhile.
const MOVED_MAX: usize = 20_000;

pub(crate) struct Move {
    pub(crate) id: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: MoveSessions,
}

impl Move {
    /// Refuses what can be refused without looking at the state.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        check_labels(self.body.folder.as_deref(), None)?;
        let MoveSessions { from, session_ids, .. } = &self.body;
        if from.is_some() == session_ids.is_some() {
            let detail = "Name either a folder in \"from\" or sessions in \"sessionIds\".".to_owned();
            return Err(EngineError::invalid("sessionIds", detail));
        }
        if from.as_deref().is_some_and(|from| from.trim().is_empty()) {
            return Err(EngineError::invalid("from", "Name the folder whose sessions are moved.".to_owned()));
        }
        match session_ids.as_ref().map(Vec::len) {
            Some(count) if count > MOVED_MAX => Err(EngineError::invalid(
                "sessionIds",
                format!("These are {count} sessions; at most {MOVED_MAX} are moved in one step."),
            )),
            _ => Ok(()),
        }
    }
}

impl Command for Move {
    type Answer = SessionsMoved;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::server(), self.id.clone())
    }

    fn text(&self) -> String {
        text("move", "", &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let MoveSessions { from, session_ids, folder, .. } = self.body;
        let ids = match from {
            Some(from) => tx.sessions_in_folder(&from).await?,
            None => session_ids.unwrap_or_default(),
        };
        if ids.len() > MOVED_MAX {
            return Err(refuse(EngineError::InvalidState(
                "This folder has over 20,000 sessions, too many for one step. Move some of them on their own first.",
            )));
        }
        let mut events = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(mut session) = tx.session(&id).await? else { continue };
            if session.folder == folder {
                continue;
            }
            session.folder.clone_from(&folder);
            events.push(file_session(tx, session).await?);
        }
        Ok(events)
    }

    fn answer(events: Vec<Event>) -> Option<SessionsMoved> {
        let moved = |event: &Event| matches!(event.body, EventBody::SessionUpdated(_));
        let session_ids: Vec<SessionId> =
            events.into_iter().filter(moved).map(|event| event.session_id).collect();
        Some(SessionsMoved { session_ids })
    }
}
