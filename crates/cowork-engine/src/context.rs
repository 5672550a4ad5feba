//! What of the conversation a model gets: the active branch, as the person sees it.

use std::collections::HashSet;
use std::sync::Arc;

use cowork_contract::{ChatMessage, Compaction, ContextUse, MessageId, MessageRole};
use cowork_provider::{ModelInfo, ModelRequest, Part, Role, Tool, Turn};

use crate::attachments::give::Given;
use crate::compaction::prompt;
use crate::conversation::Spoken;

/// A request, and how many messages the summary at its beginning stands in for. 0: there is no summary.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) request: ModelRequest,
    pub(crate) summarized: u32,
}

/// What of a branch is said to a model, oldest first.
#[derive(Debug)]
pub(crate) struct Said<'b> {
    /// Stands in for everything before the messages.
    pub(crate) summary: Option<&'b Compaction>,
    pub(crate) messages: Vec<&'b Spoken>,
}

/// Chooses what is said for `answer`; without one, of all of the branch.
///
/// Left out: what a summary covers, deleted messages, answers without text, and questions that still wait for their
/// own answer (a message that was sent past them is not about them).
pub(crate) fn said<'b>(branch: &'b [Arc<Spoken>], answer: Option<&MessageId>) -> Said<'b> {
    let is_asked = |message: &ChatMessage| Some(&message.id) == answer;
    let waiting: Vec<&MessageId> = branch
        .iter()
        .map(|spoken| &spoken.message)
        .filter(|message| message.status.is_open() && !is_asked(message))
        .filter_map(|message| message.parent_id.as_ref())
        .collect();
    let covered = branch.iter().rposition(|spoken| summary_of(&spoken.message).is_some());
    let messages = branch.iter().skip(covered.map_or(0, |last| last + 1)).map(AsRef::as_ref);
    let messages = messages.filter(|spoken: &&Spoken| {
        let message = &spoken.message;
        !is_asked(message)
            && message.deleted_at.is_none()
            && !message.status.is_open()
            && !waiting.contains(&&message.id)
            && !is_blank(message)
    });
    let summary = covered.and_then(|last| summary_of(&branch[last].message));
    Said { summary, messages: messages.collect() }
}

fn summary_of(message: &ChatMessage) -> Option<&Compaction> {
    message.metadata.compaction.as_ref().filter(|_| message.deleted_at.is_none())
}

/// Builds the request for `answer` from the messages that lead to it, oldest first.
pub(crate) fn request(
    model: String,
    system: Option<String>,
    branch: &[Arc<Spoken>],
    answer: &ChatMessage,
    given: &Given,
) -> Draft {
    let said = said(branch, Some(&answer.id));
    let summary = said.summary.map(|summary| Turn::user(prompt::as_told(&summary.summary)));
    let messages = said.messages.iter().map(|spoken| match spoken.message.role {
        MessageRole::User => question(&spoken.message, given),
        MessageRole::Assistant => {
            let said = Turn::assistant(spoken.message.content.as_str());
            Turn { origin: spoken.origin.clone(), ..said }
        }
    });
    let mut turns: Vec<Turn> = summary.into_iter().chain(messages).collect();
    let continue_partial = !answer.content.is_empty();
    if continue_partial {
        turns.push(Turn::assistant(answer.content.clone()));
    }
    let system = system.filter(|text| !text.trim().is_empty());
    let request = ModelRequest { model, system, turns, continue_partial, ..ModelRequest::default() };
    Draft { request, summarized: said.summary.map_or(0, |summary| summary.messages.max(1)) }
}

/// The messages that are still in a request after it was fitted.
pub(crate) fn sent<'b>(
    branch: &'b [Arc<Spoken>],
    answer: &ChatMessage,
    Draft { request, summarized }: &Draft,
) -> HashSet<&'b MessageId> {
    let others = usize::from(request.continue_partial) + usize::from(*summarized > 0);
    let messages = said(branch, Some(&answer.id)).messages;
    let last = messages.iter().rev().take(request.turns.len().saturating_sub(others));
    last.map(|spoken| &spoken.message.id).collect()
}

/// A message without anything in it.
fn is_blank(message: &ChatMessage) -> bool {
    message.content.is_empty() && message.attachments.is_empty()
}

/// A person's words, after the files they are about.
fn question(message: &ChatMessage, given: &Given) -> Turn {
    let mut parts = given.parts(&message.id).to_vec();
    if !message.content.is_empty() {
        parts.push(Part::Text(message.content.clone()));
    }
    Turn { role: Role::User, parts, origin: None }
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

    /// The same where answers are not to get longer than this.
    pub(crate) fn answering(self, most: Option<u64>) -> Self {
        Self { output: most.or(self.output), ..self }
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

/// Leaves out the oldest turns until the rest fits, and says what is sent. The last turn always stays, and a summary
/// stays longer than what came after it.
pub(crate) fn fit(draft: &mut Draft, room: Room) -> ContextUse {
    let request = &mut draft.request;
    let system = request.system.as_deref().map_or(0, tokens);
    let sizes: Vec<u64> = request.turns.iter().map(turn_tokens).collect();
    let mut total = system + sizes.iter().sum::<u64>();
    let mut begin = usize::from(draft.summarized > 0);
    let mut summary = sizes.first().copied().filter(|_| begin > 0).unwrap_or(0);
    let mut left_out = 0;
    if let Some(most) = room.most() {
        let mut first = begin;
        while total > most && first + 1 < sizes.len() {
            total -= sizes[first];
            first += 1;
        }
        // A conversation begins with the person: an answer whose question is gone says nothing.
        while first > begin && first + 1 < sizes.len() && request.turns[first].role == Role::Assistant {
            total -= sizes[first];
            first += 1;
        }
        left_out = u32::try_from(first - begin).unwrap_or(u32::MAX);
        if total > most && begin > 0 && sizes.len() > 1 {
            // Not even the summary fits beside the last turn.
            total -= summary;
            left_out = left_out.saturating_add(draft.summarized);
            (begin, summary, draft.summarized) = (0, 0, 0);
        }
        request.turns.drain(begin..first);
    }
    ContextUse {
        window: room.window,
        estimated_tokens: total,
        system_tokens: system,
        question_tokens: sizes.last().copied().unwrap_or(0),
        summary_tokens: summary,
        summarized: draft.summarized,
        left_out,
        attachments: Vec::new(),
        compaction_failure: None,
    }
}

/// About how many tokens a message takes with its files, as this model is given them.
pub(crate) fn message_tokens(message: &ChatMessage, given: &Given) -> u64 {
    FRAME + tokens(&message.content) + given.parts(&message.id).iter().map(part_tokens).sum::<u64>()
}

/// The frame around each turn.
const FRAME: u64 = 4;

fn turn_tokens(turn: &Turn) -> u64 {
    FRAME + turn.parts.iter().map(part_tokens).sum::<u64>()
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
pub(crate) fn tokens(text: &str) -> u64 {
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

    use super::*;
    use crate::answer::tests::message;

    fn shared(branch: Vec<ChatMessage>) -> Vec<Arc<Spoken>> {
        branch.into_iter().map(|message| Arc::new(message.into())).collect()
    }

    fn said(draft: &Draft) -> Vec<(Role, String)> {
        draft.request.turns.iter().map(|turn| (turn.role, turn.text())).collect()
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
        let request = request("m".into(), Some(" ".into()), &shared(branch), &answer, &Given::default());
        let expected = [(Role::User, "one"), (Role::Assistant, "two"), (Role::User, "five")];
        assert_eq!(said(&request), expected.map(|(role, text)| (role, text.to_owned())));
        assert_eq!(request.request.system, None);
        assert!(!request.request.continue_partial);
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
        let request = request("m".into(), None, &shared(branch), &answer, &Given::default());
        let expected = [(Role::User, "one"), (Role::User, "sent now")];
        assert_eq!(said(&request), expected.map(|(role, text)| (role, text.to_owned())));
    }

    #[test]
    fn an_unfinished_answer_is_gone_on_from() {
        let answer = message("2", MessageRole::Assistant, "half a", MessageStatus::Pending);
        let branch = vec![message("1", MessageRole::User, "one", MessageStatus::Done), answer.clone()];
        let request = request("m".into(), None, &shared(branch), &answer, &Given::default());
        assert_eq!(request.request.partial().as_deref(), Some("half a"));
    }

    fn long(turns: usize) -> Draft {
        let turn = |number: usize| match number % 2 {
            0 => Turn::user("x".repeat(384)),
            _ => Turn::assistant("x".repeat(384)),
        };
        let system = Some("y".repeat(400));
        let turns = (0..turns).map(turn).collect();
        Draft { request: ModelRequest { system, turns, ..ModelRequest::default() }, summarized: 0 }
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
            let mut draft = long(9);
            let used = fit(&mut draft, Room { window, output: Some(300) });
            assert_eq!((draft.request.turns.len(), used.estimated_tokens), (turns, estimated), "{window:?}");
            assert_eq!((used.left_out, used.system_tokens, used.question_tokens), (left_out, 100, 100));
            assert_eq!(draft.request.turns[0].role, Role::User);
        }
    }

    #[test]
    fn a_summary_stands_in_for_what_it_covers() {
        let mut covered = message("2", MessageRole::Assistant, "old answer", MessageStatus::Done);
        covered.metadata.compaction = Some(summary("They spoke of it.", 2));
        let mut earlier = message("0", MessageRole::Assistant, "older", MessageStatus::Done);
        earlier.metadata.compaction = Some(summary("not this one", 1));
        let answer = message("6", MessageRole::Assistant, "", MessageStatus::Pending);
        let branch = vec![
            earlier,
            message("1", MessageRole::User, "old", MessageStatus::Done),
            covered,
            message("5", MessageRole::User, "new", MessageStatus::Done),
            answer.clone(),
        ];
        let draft = request("m".into(), None, &shared(branch), &answer, &Given::default());
        let said = said(&draft);
        assert_eq!((said.len(), draft.summarized), (2, 2));
        assert!(said[0].1.contains("They spoke of it.") && said[0].0 == Role::User);
        assert_eq!(said[1], (Role::User, "new".to_owned()));
    }

    #[test]
    fn a_summary_is_left_out_last() {
        // 100 tokens of instructions, 100 for each turn, of which the first is the summary.
        let table = [
            (None, 9, 100, 0),
            (Some(1_000), 6, 100, 3), // 750: instructions, summary and four turns, but none begins with an answer
            (Some(440), 2, 100, 7),
            (Some(300), 1, 0, 11), // the summary of four messages is gone, too
        ];
        for (window, turns, summary, left_out) in table {
            let mut draft = Draft { summarized: 4, ..long(9) };
            let used = fit(&mut draft, Room { window, output: Some(300) });
            assert_eq!(
                (draft.request.turns.len(), used.summary_tokens, used.left_out),
                (turns, summary, left_out),
                "{window:?}"
            );
            assert_eq!(used.summarized, if summary > 0 { 4 } else { 0 });
        }
    }

    fn summary(text: &str, messages: u32) -> Compaction {
        Compaction {
            summary: text.to_owned(),
            messages,
            unread: 0,
            tokens_before: 10,
            tokens_after: 5,
            provider_id: "p".to_owned(),
            model_id: "m".to_owned(),
            created_at: 1,
            trigger: cowork_contract::CompactionTrigger::Manual,
        }
    }
}
