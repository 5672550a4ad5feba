//! What of the conversation a model gets: the active branch, as the person sees it.

use std::sync::Arc;

use cowork_contract::{ChatMessage, MessageId, MessageRole};
use cowork_provider::{ModelRequest, Turn};

/// Builds the request for `answer` from the messages that lead to it, oldest first.
///
/// Left out: deleted messages, answers without text, and questions that still wait for their own answer (a message
/// that was sent past them is not about them).
pub(crate) fn request(
    model: String,
    system: Option<String>,
    branch: &[Arc<ChatMessage>],
    answer: &ChatMessage,
) -> ModelRequest {
    let waiting: Vec<MessageId> = branch
        .iter()
        .filter(|message| message.status.is_open() && message.id != answer.id)
        .flat_map(|message| message.parent_id.clone())
        .collect();
    let mut turns: Vec<Turn> = branch
        .iter()
        .filter(|message| {
            message.id != answer.id && message.deleted_at.is_none() && !message.status.is_open()
        })
        .filter(|message| !waiting.contains(&message.id) && !message.content.is_empty())
        .map(|message| match message.role {
            MessageRole::User => Turn::user(message.content.as_str()),
            MessageRole::Assistant => Turn::assistant(message.content.as_str()),
        })
        .collect();
    let continue_partial = !answer.content.is_empty();
    if continue_partial {
        turns.push(Turn::assistant(answer.content.clone()));
    }
    let system = system.filter(|text| !text.trim().is_empty());
    ModelRequest { model, system, turns, continue_partial, ..ModelRequest::default() }
}

#[cfg(test)]
mod tests {
    use cowork_contract::MessageStatus;
    use cowork_provider::Role;

    use super::*;
    use crate::answer::tests::message;

    fn shared(branch: Vec<ChatMessage>) -> Vec<Arc<ChatMessage>> {
        branch.into_iter().map(Arc::new).collect()
    }

    fn said(request: &ModelRequest) -> Vec<(Role, String)> {
        request.turns.iter().map(|turn| (turn.role, turn.text())).collect()
    }

    #[test]
    fn the_branch_is_sent_without_what_is_deleted_or_empty() {
        let mut deleted = message("3", MessageRole::User, "gone", MessageStatus::Done);
        deleted.deleted_at = Some(1);
        let answer = message("6", MessageRole::Assistant, "", MessageStatus::Pending);
        let branch = vec![
            message("1", MessageRole::User, "one", MessageStatus::Done),
            message("2", MessageRole::Assistant, "two", MessageStatus::Canceled),
            deleted,
            message("4", MessageRole::Assistant, "", MessageStatus::Error),
            message("5", MessageRole::User, "five", MessageStatus::Done),
            answer.clone(),
        ];
        let request = request("m".into(), Some(" ".into()), &shared(branch), &answer);
        let expected = [(Role::User, "one"), (Role::Assistant, "two"), (Role::User, "five")];
        assert_eq!(said(&request), expected.map(|(role, text)| (role, text.to_owned())));
        assert_eq!(request.system, None);
        assert!(!request.continue_partial);
    }

    #[test]
    fn a_question_that_still_waits_is_passed_over() {
        let mut waiting = message("4", MessageRole::Assistant, "", MessageStatus::Pending);
        waiting.parent_id = Some(MessageId::new("3"));
        let answer = message("6", MessageRole::Assistant, "", MessageStatus::Pending);
        let branch = vec![
            message("1", MessageRole::User, "one", MessageStatus::Done),
            message("3", MessageRole::User, "waits", MessageStatus::Done),
            waiting,
            message("5", MessageRole::User, "sent now", MessageStatus::Done),
            answer.clone(),
        ];
        let request = request("m".into(), None, &shared(branch), &answer);
        let expected = [(Role::User, "one"), (Role::User, "sent now")];
        assert_eq!(said(&request), expected.map(|(role, text)| (role, text.to_owned())));
    }

    #[test]
    fn an_unfinished_answer_is_gone_on_from() {
        let answer = message("2", MessageRole::Assistant, "half a", MessageStatus::Pending);
        let branch = vec![message("1", MessageRole::User, "one", MessageStatus::Done), answer.clone()];
        let request = request("m".into(), None, &shared(branch), &answer);
        assert_eq!(request.partial().as_deref(), Some("half a"));
    }
}
