//! Saying it differently: edits in place, edits as a new branch, and other answers to the same question.

use cowork_contract::{
    Asked, ChatAttachmentRef, ChatMessage, ClientRequestId, EditMessage, Event, MessageAccepted, MessageId,
    MessageRole, RegenerateMessage, SessionId,
};
use cowork_store::{RequestScope, Tx};

use super::compact::remove_summaries_of;
use super::send::{answers_to_come, ask, attached};
use super::{
    Command, Decided, accepted, check_queue, live_message, live_session, message_in, put_session, refuse,
    text, update_message,
};
use crate::{EngineError, answer};

pub(crate) struct EditInPlace {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) id: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: EditMessage,
    /// What is quoted of the sessions that are mentioned newly, kept as files.
    pub(crate) quotes: Vec<ChatAttachmentRef>,
}

impl Command for EditInPlace {
    type Answer = ChatMessage;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("edit", self.message.as_str(), &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let session = live_session(tx, &self.session).await?;
        let mut message = live_message(tx, &self.session, &self.message).await?;
        if message.status.is_open() {
            return Err(refuse(EngineError::MessageBusy));
        }
        tx.keep_revision(&message, tx.now()).await?;
        tx.keep_origin((&self.session, &message.id), None).await?;
        remove_summaries_of(tx, &self.session, &message.id).await?;
        message.metadata.compaction = None;
        message.content = self.body.content;
        message.attachments.extend(self.quotes);
        message.revision += 1;
        let updated = update_message(tx, message).await?;
        put_session(tx, session).await?;
        Ok(vec![updated])
    }

    fn answer(events: Vec<Event>) -> Option<ChatMessage> {
        message_in(events)
    }
}

pub(crate) struct EditAndAnswer {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) id: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: EditMessage,
    /// Files that the message may carry.
    pub(crate) files_most: u32,
    /// What is quoted of the sessions that are mentioned newly, kept as files.
    pub(crate) quotes: Vec<ChatAttachmentRef>,
    /// What its defaults resolve to; why nobody can be asked matters only if it was not done before.
    pub(crate) asked: Result<Asked, EngineError>,
}

impl Command for EditAndAnswer {
    type Answer = MessageAccepted;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("edit", self.message.as_str(), &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let session = live_session(tx, &self.session).await?;
        check_queue(tx, &self.session, 1).await?;
        let message = live_message(tx, &self.session, &self.message).await?;
        if message.role != MessageRole::User {
            return Err(refuse(EngineError::InvalidState(
                "Only your own messages can be edited into a new branch. Edit the answer in place, or regenerate it.",
            )));
        }
        let asked = vec![self.asked.map_err(refuse)?];
        let mut files = match &self.body.attachments {
            Some(named) => attached(tx, &self.session, named, self.files_most).await?,
            None => message.attachments,
        };
        files.extend(self.quotes);
        ask(tx, session, message.parent_id, (self.body.content, files), asked, self.id.as_ref()).await
    }

    fn answer(events: Vec<Event>) -> Option<MessageAccepted> {
        accepted(events)
    }
}

pub(crate) struct Regenerate {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) id: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: RegenerateMessage,
    /// What its defaults resolve to; why nobody can be asked matters only if it was not done before.
    pub(crate) asked: Result<Asked, EngineError>,
}

impl Command for Regenerate {
    type Answer = MessageAccepted;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("regenerate", self.message.as_str(), &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let session = live_session(tx, &self.session).await?;
        check_queue(tx, &self.session, 1).await?;
        let message = live_message(tx, &self.session, &self.message).await?;
        let asked = self.asked.map_err(refuse)?;
        // An answer gets a sibling; a question without an answer gets its first one.
        let parent = match message.role {
            MessageRole::Assistant => message.parent_id.clone(),
            MessageRole::User => Some(message.id.clone()),
        };
        let now = tx.next_created_at(&self.session).await?;
        // The same model by its name again: another try in its place of a comparison.
        let place = message.metadata.comparison.clone();
        let place = place.filter(|_| self.body.model_id.is_some() && answer::asked(&message) == Some(&asked));
        let mut waiting = answer::waiting(&self.session, parent, asked, now, self.id.as_ref());
        waiting.metadata.comparison = place;
        answers_to_come(tx, session, vec![waiting]).await
    }

    fn answer(events: Vec<Event>) -> Option<MessageAccepted> {
        accepted(events)
    }
}
