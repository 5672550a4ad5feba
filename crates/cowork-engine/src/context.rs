//! What of the conversation a model gets: the active branch, as the person sees it.

use std::sync::Arc;

use cowork_contract::{ChatMessage, ContextUse, MessageId, MessageRole};
use cowork_provider::{ModelInfo, ModelRequest, Part, Tool, Turn};

use crate::conversation::Spoken;

/// Builds the request for `answer` from the messages that lead to it, oldest first.
///
/// Left out: deleted messages, answers without text, and questions that still wait for their own answer (a message
/// that was sent past them is not about them).
pub(crate) fn request(
    model: String,
    system: Option<String>,
    branch: &[Arc<Spoken>],
    answer: &ChatMessage,
) -> ModelRequest {
    let waiting: Vec<MessageId> = branch
        .iter()
        .map(|spoken| &spoken.message)
        .filter(|message| message.status.is_open() && message.id != answer.id)
        .flat_map(|message| message.parent_id.clone())
        .collect();
    let mut turns: Vec<Turn> = branch
        .iter()
        .filter(|spoken| {
            let message = &spoken.message;
            message.id != answer.id && message.deleted_at.is_none() && !message.status.is_open()
        })
        .filter(|spoken| !waiting.contains(&spoken.message.id) && !spoken.message.content.is_empty())
        .map(|spoken| match spoken.message.role {
            MessageRole::User => Turn::user(spoken.message.content.as_str()),
            MessageRole::Assistant => {
                let said = Turn::assistant(spoken.message.content.as_str());
                Turn { origin: spoken.origin.clone(), ..said }
            }
        })
        .collect();
    let continue_partial = !answer.content.is_empty();
    if continue_partial {
        turns.push(Turn::assistant(answer.content.clone()));
    }
    let system = system.filter(|text| !text.trim().is_empty());
    ModelRequest { model, system, turns, continue_partial, ..ModelRequest::default() }
}

/// What a model can take.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Room {
    /// Tokens of conversation and answer together. `None`: not known, so nothing is left out.
    pub(crate) window: Option<u64>,
    /// The most tokens it answers with. `None`: not known.
    pub(crate) output: Option<u64>,
}

impl Room {
    /// That of a model, as far as it is known.
    pub(crate) fn of(model: &ModelInfo) -> Self {
        Self { window: model.context_window, output: model.output_limit }
    }

    /// The most tokens of conversation, so that there is room for an answer. `None`: not known.
    pub(crate) fn most(self) -> Option<u64> {
        let window = self.window?;
        Some(window - self.output.unwrap_or(ANSWER).min(window / ANSWER_PART))
    }
}

/// About how many tokens a request has.
pub(crate) fn request_tokens(request: &ModelRequest) -> u64 {
    let system = request.system.as_deref().map_or(0, tokens);
    let tool =
        |tool: &Tool| tokens(&tool.name) + tokens(&tool.description) + tokens(&tool.parameters.to_string());
    system + request.tools.iter().map(tool).sum::<u64>() + request.turns.iter().map(turn_tokens).sum::<u64>()
}

/// Of a window, at most this part is kept free for the answer.
const ANSWER_PART: u64 = 4;
/// Kept free for the answer of a model whose limit is not known.
const ANSWER: u64 = 4_096;

/// Leaves out the oldest turns until the rest fits, and says what is sent. The last turn always stays.
pub(crate) fn fit(request: &mut ModelRequest, room: Room) -> ContextUse {
    let system = request.system.as_deref().map_or(0, tokens);
    let sizes: Vec<u64> = request.turns.iter().map(turn_tokens).collect();
    let mut total = system + sizes.iter().sum::<u64>();
    let mut left_out = 0;
    if let Some(most) = room.most() {
        while total > most && left_out + 1 < sizes.len() {
            total -= sizes[left_out];
            left_out += 1;
        }
        // A conversation begins with the person: an answer whose question is gone says nothing.
        while left_out > 0
            && left_out + 1 < sizes.len()
            && request.turns[left_out].role == cowork_provider::Role::Assistant
        {
            total -= sizes[left_out];
            left_out += 1;
        }
        request.turns.drain(..left_out);
    }
    ContextUse {
        window: room.window,
        estimated_tokens: total,
        system_tokens: system,
        question_tokens: sizes.last().copied().unwrap_or(0),
        left_out: u32::try_from(left_out).unwrap_or(u32::MAX),
    }
}

fn turn_tokens(turn: &Turn) -> u64 {
    // A few for the frame around each turn.
    4 + turn.parts.iter().map(part_tokens).sum::<u64>()
}

fn part_tokens(part: &Part) -> u64 {
    match part {
        Part::Text(text) => tokens(text),
        // About what the large services count for one of usual size.
        Part::Image { .. } => 1_500,
        // A page has some 3 KB in the formats that services read, and takes some 500 tokens.
        Part::File { data, .. } => data.len() as u64 / 6,
        Part::Call(call) => tokens(&call.name) + tokens(&call.arguments),
        Part::Result { content, .. } => tokens(content),
    }
}

/// About how many tokens a text has: a little more than most tokenisers make of English, of code and of other scripts.
fn tokens(text: &str) -> u64 {
    if text.is_ascii() {
        return (text.len() as u64).div_ceil(4); // the usual case, at the speed of memory
    }
    let ascii = text.bytes().filter(u8::is_ascii).count() as u64;
    let other = text.chars().filter(|letter| !letter.is_ascii()).count() as u64;
    ascii.div_ceil(4) + other
}

#[cfg(test)]
mod tests {
    use cowork_contract::MessageStatus;
    use cowork_provider::Role;

    use super::*;
    use crate::answer::tests::message;

    fn shared(branch: Vec<ChatMessage>) -> Vec<Arc<Spoken>> {
        branch.into_iter().map(|message| Arc::new(message.into())).collect()
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

    fn long(turns: usize) -> ModelRequest {
        let turn = |number: usize| match number % 2 {
            0 => Turn::user("x".repeat(384)),
            _ => Turn::assistant("x".repeat(384)),
        };
        let system = Some("y".repeat(400));
        ModelRequest { system, turns: (0..turns).map(turn).collect(), ..ModelRequest::default() }
    }

    #[test]
    fn the_oldest_are_left_out_until_the_rest_fits() {
        // 100 tokens of instructions, 100 for each turn.
        let table = [
            (None, 9, 1_000, 0),
            (Some(2_000), 9, 1_000, 0),
            (Some(1_000), 5, 600, 4),
            (Some(900), 5, 600, 4),
            (Some(300), 1, 200, 8),
            (Some(10), 1, 200, 8), // the question itself is sent whatever it takes
        ];
        for (window, turns, estimated, left_out) in table {
            let mut request = long(9);
            let used = fit(&mut request, Room { window, output: Some(300) });
            assert_eq!((request.turns.len(), used.estimated_tokens), (turns, estimated), "{window:?}");
            assert_eq!((used.left_out, used.system_tokens, used.question_tokens), (left_out, 100, 100));
            assert_eq!(request.turns[0].role, Role::User);
        }
    }
}
