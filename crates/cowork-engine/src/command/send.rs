//! Sending a message: the question and the answer to come, acknowledged together.

use cowork_contract::{
    Asked, AttachmentId, ChatAttachmentRef, ChatMessage, ClientRequestId, Event, MessageAccepted, MessageId,
    SendMessage, Session, SessionActivity, SessionId,
};
use cowork_store::{RequestScope, Tx};

use super::{
    Command, Decided, accepted, check_queue, create_message, live_session, message_of, put_session, refuse,
    text,
};
use crate::{EngineError, answer, mention, title};

pub(crate) struct Send {
    pub(crate) session: SessionId,
    pub(crate) id: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: SendMessage,
    /// What is quoted of the sessions it mentions, kept as files.
    pub(crate) quotes: Vec<ChatAttachmentRef>,
    /// Files it may have.
    pub(crate) files_most: u32,
    /// What its defaults resolve to; why nobody can be asked matters only if it was not done before.
    pub(crate) asked: Result<Vec<Asked>, EngineError>,
}

impl Command for Send {
    type Answer = MessageAccepted;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("send", "", &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let session = live_session(tx, &self.session).await?;
        let answers = self.body.models.as_ref().map_or(1, Vec::len);
        check_queue(tx, &self.session, answers).await?;
        let parent = match self.body.parent_id {
            Some(parent) => Some(message_of(tx, &self.session, &parent).await?.id),
            None => session.active_leaf_id.clone(),
        };
        let asked = self.asked.map_err(refuse)?;
        let mut attachments = attached(tx, &self.session, &self.body.attachments, self.files_most).await?;
        attachments.extend(self.quotes);
        ask(tx, session, parent, (self.body.content, attachments), asked, self.id.as_ref()).await
    }

    fn answer(events: Vec<Event>) -> Option<MessageAccepted> {
        accepted(events)
    }
}

/// The files that a message names, each once. One that is not of this session is refused by its id.
pub(super) async fn attached(
    tx: &mut Tx<'_>,
    session: &SessionId,
    named: &[AttachmentId],
    most: u32,
) -> Decided<Vec<ChatAttachmentRef>> {
    let mut found: Vec<ChatAttachmentRef> = Vec::with_capacity(named.len().min(most as usize));
    for id in named {
        if found.iter().any(|attachment| attachment.id == *id) {
            continue;
        }
        if found.len() >= most as usize {
            return Err(refuse(EngineError::TooManyAttachments { limit: most }));
        }
        let attachment = tx.attachment(session, id).await?.ok_or_else(|| {
            let detail = format!(
                "There is no attachment {id} in this session. It may have expired, a day after it was uploaded; \
                 attach the file again."
            );
            refuse(EngineError::invalid("attachments", detail))
        })?;
        found.push(attachment);
    }
    Ok(found)
}

/// Appends a question under `parent` and an answer to come for each model that is asked; the branch of the first one
/// becomes the active one.
pub(super) async fn ask(
    tx: &mut Tx<'_>,
    session: Session,
    parent: Option<MessageId>,
    said: (String, Vec<ChatAttachmentRef>),
    asked: Vec<Asked>,
    request: Option<&ClientRequestId>,
) -> Decided<Vec<Event>> {
    let now = tx.next_created_at(&session.id).await?;
    let question = answer::question(&session.id, parent, said, now, request);
    let (session_id, parent) = (session.id.clone(), Some(question.id.clone()));
    let waiting = |asked| answer::waiting(&session_id, parent.clone(), asked, now, request);
    let waiting = answer::side_by_side(asked.into_iter().map(waiting).collect());
    let mut session = session;
    if session.title.is_empty() && !session.title_by_hand {
        let first = question.attachments.first().map_or("", |attachment| attachment.name.as_str());
        let from = if question.content.trim().is_empty() { first } else { question.content.as_str() };
        session.title = title::from_message(&mention::as_words(from));
    }
    session.message_count += 1;
    let mut events = vec![create_message(tx, question).await?];
    events.extend(answers_to_come(tx, session, waiting).await?);
    Ok(events)
}

/// Appends the answers to come and makes the first one the active leaf.
pub(super) async fn answers_to_come(
    tx: &mut Tx<'_>,
    mut session: Session,
    waiting: Vec<ChatMessage>,
) -> Decided<Vec<Event>> {
    session.active_leaf_id = waiting.first().map(|first| first.id.clone());
    session.message_count += waiting.len() as u32;
    if session.compacting.as_ref().is_some_and(|ended| ended.failure.is_some()) {
        session.compacting = None; // it was seen, and the conversation goes on
    }
    session.activity = SessionActivity::Running;
    let mut events = Vec::with_capacity(waiting.len());
    for answer in waiting {
        events.push(create_message(tx, answer).await?);
    }
    put_session(tx, session).await?;
    Ok(events)
}
