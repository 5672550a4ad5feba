//! One message's fate: dropped, started before others, deleted, restored, continued.

use cowork_contract::{
    ChatMessage, ClientRequestId, Event, MessageId, MessageRole, MessageStatus, Session, SessionActivity,
    SessionId,
};
use cowork_store::{RequestScope, StorageError, Tx};

use super::compact::remove_summaries_of;
use super::{
    Command, Decided, activity_after, cancel_answer, check_queue, live_message, live_session, message_in,
    message_of, put_session, refuse, text, update_message,
};
use crate::EngineError;

/// Cancels an answer that waits; one that has ended stays as it is. One that is being written is refused as busy: its
/// driver has to end it first.
#[derive(Clone)]
pub(crate) struct Cancel {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) id: Option<ClientRequestId>,
}

impl Command for Cancel {
    type Answer = ChatMessage;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("cancel", self.message.as_str(), &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let mut session = live_session(tx, &self.session).await?;
        let message = message_of(tx, &self.session, &self.message).await?;
        match message.status {
            MessageStatus::Streaming => return Err(refuse(EngineError::MessageBusy)),
            MessageStatus::Pending => {}
            _ => return Ok(tx.state_of_message(&self.session, &self.message).await?.into_iter().collect()),
        }
        let canceled = cancel_answer(tx, message).await?;
        session.activity = activity_after(tx, &self.session, MessageStatus::Canceled).await?;
        put_session(tx, session).await?;
        Ok(vec![canceled])
    }

    fn answer(events: Vec<Event>) -> Option<ChatMessage> {
        message_in(events)
    }
}

/// Sees that an answer waits, so that it can be started before the others. What follows is the supervisor's: nothing
/// of it is kept.
pub(crate) struct SendNow {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) id: Option<ClientRequestId>,
}

impl Command for SendNow {
    type Answer = ChatMessage;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("send now", self.message.as_str(), &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        if message_of(tx, &self.session, &self.message).await?.status != MessageStatus::Pending {
            return Err(refuse(EngineError::InvalidState("Only an answer that waits can be started now.")));
        }
        Ok(tx.state_of_message(&self.session, &self.message).await?.into_iter().collect())
    }

    fn answer(events: Vec<Event>) -> Option<ChatMessage> {
        message_in(events)
    }
}

/// Deletes a message; an answer that waits for it is dropped with it.
pub(crate) struct Delete {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) id: Option<ClientRequestId>,
}

impl Command for Delete {
    type Answer = ChatMessage;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("delete", self.message.as_str(), &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let mut session = live_session(tx, &self.session).await?;
        let mut message = message_of(tx, &self.session, &self.message).await?;
        if message.deleted_at.is_some() {
            // Deleting twice is fine, and says when it was deleted.
            return Ok(vec![update_message(tx, message).await?]);
        }
        if message.status.is_open() {
            return Err(refuse(EngineError::MessageBusy));
        }
        if message.role == MessageRole::User {
            for child in tx.children(&self.session, &message.id).await? {
                let answer = message_of(tx, &self.session, &child).await?;
                if answer.status == MessageStatus::Pending && answer.deleted_at.is_none() {
                    drop_waiting(tx, &mut session, answer).await?;
                }
            }
        }
        // None of them may go on telling what is gone, nor come back with it.
        remove_summaries_of(tx, &self.session, &message.id).await?;
        message.metadata.compaction = None;
        let deleted = delete(tx, &mut session, message).await?;
        if let Some(leaf) = &session.active_leaf_id {
            let leaf = message_of(tx, &self.session, leaf).await?;
            if leaf.deleted_at.is_some() {
                session.active_leaf_id = leaf_near(tx, &self.session, leaf.parent_id).await?;
            }
        }
        session.activity = match session.activity {
            SessionActivity::Running => activity_after(tx, &self.session, MessageStatus::Done).await?,
            ended => ended,
        };
        put_session(tx, session).await?;
        Ok(vec![deleted])
    }

    fn answer(events: Vec<Event>) -> Option<ChatMessage> {
        message_in(events)
    }
}

async fn drop_waiting(
    tx: &mut Tx<'_>,
    session: &mut Session,
    answer: ChatMessage,
) -> Result<(), StorageError> {
    let event = cancel_answer(tx, answer).await?;
    if let Some(canceled) = event.body.message() {
        delete(tx, session, canceled.clone()).await?;
    }
    Ok(())
}

/// Empties a message's row, keeping what it was for the time of undo.
async fn delete(
    tx: &mut Tx<'_>,
    session: &mut Session,
    mut message: ChatMessage,
) -> Result<Event, StorageError> {
    tx.put_in_trash(&message).await?;
    message.deleted_at = Some(tx.now());
    message.content.clear();
    message.reasoning = None;
    message.attachments.clear();
    session.message_count = session.message_count.saturating_sub(1);
    update_message(tx, message).await
}

/// The leaf to show in place of a deleted one that followed `parent`: the newest message below the nearest one above
/// it that is not deleted, or else of the whole session. `None`: nothing is left.
async fn leaf_near(
    tx: &mut Tx<'_>,
    session: &SessionId,
    mut parent: Option<MessageId>,
) -> Result<Option<MessageId>, StorageError> {
    while let Some(id) = parent {
        match tx.message(session, &id).await? {
            Some(message) if message.deleted_at.is_some() => parent = message.parent_id,
            _ => return tx.newest_leaf(session, &id).await,
        }
    }
    tx.newest_message(session).await
}

/// Takes a deletion back.
pub(crate) struct Restore {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) id: Option<ClientRequestId>,
}

impl Command for Restore {
    type Answer = ChatMessage;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("restore", self.message.as_str(), &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let mut session = live_session(tx, &self.session).await?;
        let message = message_of(tx, &self.session, &self.message).await?;
        let Some(deleted_at) = message.deleted_at else {
            return Ok(vec![update_message(tx, message).await?]);
        };
        let restored = restore(tx, &mut session, &message).await?;
        // One that was made meanwhile does not tell of it.
        remove_summaries_of(tx, &self.session, &message.id).await?;
        // What was dropped with it comes back with it.
        for child in tx.children(&self.session, &message.id).await? {
            let answer = message_of(tx, &self.session, &child).await?;
            if answer.deleted_at == Some(deleted_at) {
                restore(tx, &mut session, &answer).await?;
            }
        }
        put_session(tx, session).await?;
        Ok(vec![restored])
    }

    fn answer(events: Vec<Event>) -> Option<ChatMessage> {
        message_in(events)
    }
}

async fn restore(tx: &mut Tx<'_>, session: &mut Session, message: &ChatMessage) -> Decided<Event> {
    let Some(mut kept) = tx.take_from_trash(&message.id).await? else {
        return Err(refuse(EngineError::InvalidState(
            "The time to take this deletion back has ended: the text is gone for good.",
        )));
    };
    kept.updated_at = message.updated_at;
    session.message_count += 1;
    let is_left = is_where_deletion_left(tx, session, message).await?;
    let id = kept.id.clone();
    let restored = update_message(tx, kept).await?;
    if is_left {
        session.active_leaf_id = tx.newest_leaf(&session.id, &id).await?;
    }
    Ok(restored)
}

/// Whether the active leaf is the one that took the place of this deleted message, and nobody has gone on from it.
async fn is_where_deletion_left(tx: &mut Tx<'_>, session: &Session, deleted: &ChatMessage) -> Decided<bool> {
    let near = leaf_near(tx, &session.id, deleted.parent_id.clone()).await?;
    if near != session.active_leaf_id {
        return Ok(false);
    }
    let Some(leaf) = near else { return Ok(true) };
    let leaf = message_of(tx, &session.id, &leaf).await?;
    Ok(deleted.deleted_at.is_some_and(|deleted_at| leaf.created_at <= deleted_at))
}

/// Lets an answer that ended go on where it stopped.
pub(crate) struct Continue {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) id: Option<ClientRequestId>,
}

impl Command for Continue {
    type Answer = ChatMessage;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("continue", self.message.as_str(), &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let mut session = live_session(tx, &self.session).await?;
        check_queue(tx, &self.session, 1).await?;
        let mut message = live_message(tx, &self.session, &self.message).await?;
        if message.role != MessageRole::Assistant {
            return Err(refuse(EngineError::InvalidState("Only an answer can be continued.")));
        }
        if message.status.is_open() {
            return Err(refuse(EngineError::MessageBusy));
        }
        for child in tx.children(&self.session, &message.id).await? {
            if message_of(tx, &self.session, &child).await?.deleted_at.is_none() {
                return Err(refuse(EngineError::InvalidState(
                    "The conversation has gone on after this answer. Regenerate it instead: that makes a branch.",
                )));
            }
        }
        remove_summaries_of(tx, &self.session, &message.id).await?;
        message.metadata.compaction = None;
        message.status = MessageStatus::Pending;
        message.error = None;
        session.activity = SessionActivity::Running;
        session.active_leaf_id = Some(message.id.clone());
        let updated = update_message(tx, message).await?;
        put_session(tx, session).await?;
        Ok(vec![updated])
    }

    fn answer(events: Vec<Event>) -> Option<ChatMessage> {
        message_in(events)
    }
}
