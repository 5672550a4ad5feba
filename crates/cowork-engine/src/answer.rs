//! New messages, and the rows of an answer from its beginning to its end.

use cowork_contract::{
    Asked, ChatAttachmentRef, ChatMessage, ClientRequestId, Comparison, MessageId, MessageMetadata,
    MessageRole, MessageStatus, Routing, SessionId, Timestamp,
};

use crate::ids;

/// A person's message.
pub(crate) fn question(
    session: &SessionId,
    parent: Option<MessageId>,
    (content, attachments): (String, Vec<ChatAttachmentRef>),
    created_at: Timestamp,
    request: Option<&ClientRequestId>,
) -> ChatMessage {
    ChatMessage {
        id: ids::message(),
        session_id: session.clone(),
        role: MessageRole::User,
        content,
        created_at,
        status: MessageStatus::Done,
        model_id: None,
        provider_id: None,
        fallback_notice: None,
        parent_id: parent,
        attachments,
        task_id: None,
        metadata: MessageMetadata::default(),
        updated_at: created_at,
        revision: 1,
        reasoning: None,
        error: None,
        usage: None,
        telemetry: None,
        client_request_id: request.map(|id| id.as_str().to_owned()),
        deleted_at: None,
    }
}

/// The answer to come, with what is asked.
pub(crate) fn waiting(
    session: &SessionId,
    parent: Option<MessageId>,
    asked: Asked,
    created_at: Timestamp,
    request: Option<&ClientRequestId>,
) -> ChatMessage {
    let mut answer = question(session, parent, (String::new(), Vec::new()), created_at, request);
    answer.role = MessageRole::Assistant;
    answer.status = MessageStatus::Pending;
    answer.metadata.routing = Some(Routing { asked, attempts: Vec::new(), next: None });
    answer
}

/// These answers as ones that belong together. One alone is no comparison.
pub(crate) fn side_by_side(mut answers: Vec<ChatMessage>) -> Vec<ChatMessage> {
    let of = answers.len() as u32;
    let Some(group) = answers.first().filter(|_| of > 1).map(|first| first.id.to_string()) else {
        return answers;
    };
    for (index, answer) in (0..).zip(&mut answers) {
        answer.metadata.comparison = Some(Comparison { group: group.clone(), index, of });
    }
    answers
}

/// The comparison that an answer is part of.
pub(crate) fn group(answer: &ChatMessage) -> Option<&str> {
    answer.metadata.comparison.as_ref().map(|comparison| comparison.group.as_str())
}

/// What an answer asks for.
pub(crate) fn asked(answer: &ChatMessage) -> Option<&Asked> {
    answer.metadata.routing.as_ref().map(|routing| &routing.asked)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn message(id: &str, role: MessageRole, content: &str, status: MessageStatus) -> ChatMessage {
        let mut message = question(&SessionId::new("s"), None, (content.to_owned(), Vec::new()), 1, None);
        message.id = MessageId::new(id);
        message.role = role;
        message.status = status;
        message
    }
}
