//! What a client makes of events: the reference that the server's own read models are held against.

use std::collections::BTreeMap;

use cowork_contract::{
    ChatMessage, ChatSnapshot, Event, EventBody, MessageId, MessageStatus, Position, Session, SessionId,
    TextKind,
};

/// One session as a client shows it. Written from the contract, not from the server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Client {
    session_id: SessionId,
    pub(crate) session: Option<Session>,
    pub(crate) messages: BTreeMap<MessageId, ChatMessage>,
    pub(crate) last_event_id: Position,
}

impl Client {
    /// A client that knows nothing yet.
    pub(crate) fn new(session_id: &SessionId) -> Self {
        Self { session_id: session_id.clone(), session: None, messages: BTreeMap::new(), last_event_id: 0 }
    }

    /// A client that has just fetched a snapshot of all branches.
    pub(crate) fn at(session: Session, snapshot: ChatSnapshot) -> Self {
        let messages = snapshot.messages.into_iter().map(|message| (message.id.clone(), message)).collect();
        Self {
            session_id: session.id.clone(),
            session: Some(session),
            messages,
            last_event_id: snapshot.last_event_id,
        }
    }

    /// Takes an event in. One it has seen already changes nothing.
    pub(crate) fn apply(&mut self, event: &Event) {
        if event.id <= self.last_event_id || event.session_id != self.session_id {
            return;
        }
        self.last_event_id = event.id;
        if let Some(message) = event.body.message() {
            self.messages.insert(message.id.clone(), message.clone());
        }
        match &event.body {
            EventBody::MessageDelta(delta) => {
                let Some(message) = event.message_id.as_ref().and_then(|id| self.messages.get_mut(id)) else {
                    return;
                };
                message.status = MessageStatus::Streaming;
                match delta.kind {
                    TextKind::Text => message.content.push_str(&delta.text),
                    TextKind::Reasoning => message.reasoning.get_or_insert_default().push_str(&delta.text),
                }
            }
            EventBody::SessionUpdated(state) => self.session = Some(state.session.clone()),
            _ => {}
        }
    }

    /// The messages in the order of the contract.
    pub(crate) fn in_order(&self) -> Vec<ChatMessage> {
        let mut messages: Vec<ChatMessage> = self.messages.values().cloned().collect();
        messages.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        messages
    }
}
