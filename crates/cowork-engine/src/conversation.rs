//! Conversations in memory, as the model gets them: what a long history would otherwise cost to read for each answer.
//!
//! Always true: a line is a path from a session's first message down, and each message on it is as it stands in
//! storage, or the line is gone; memory is bounded. Losing a line costs one read, never an answer.
//! Elsewhere: what of it is sent (`context`), what changes a message (`engine`, which has lines forgotten).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cowork_contract::{ChatMessage, MessageId, ModelParameters, Persona, SessionId};
use cowork_provider::Origin;
use serde_json::Value;

/// Text and reasoning kept over all sessions, in bytes; the session used longest ago goes first.
const MOST_BYTES: usize = 8 << 20;
/// What a message takes beside its text, roughly.
const MESSAGE_BYTES: usize = 1 << 10;

/// The conversation that leads to an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conversation {
    /// The session's own instructions.
    pub(crate) system: Option<String>,
    /// The persona that the session names.
    pub(crate) persona_id: Option<String>,
    /// How the session's answers are asked for, apart from what its persona says.
    pub(crate) parameters: ModelParameters,
    /// It as it is now; not kept, for it changes without the session.
    pub(crate) persona: Option<Arc<Persona>>,
    /// From the first message to the one that is answered.
    pub(crate) messages: Vec<Arc<Spoken>>,
}

impl Conversation {
    /// What it is apart from its messages, as it is kept.
    fn beside(&self) -> Self {
        Self {
            system: self.system.clone(),
            persona_id: self.persona_id.clone(),
            parameters: self.parameters,
            persona: None,
            messages: Vec::new(),
        }
    }

    /// How the answer is asked for: as the session says, and where it says nothing, as the persona does.
    pub(crate) fn wish(&self) -> ModelParameters {
        let persona = self.persona.as_ref().map(|persona| persona.fields.parameters());
        self.parameters.or(persona.unwrap_or_default())
    }

    /// What the model is told before anything is said: the persona's instructions, then the session's own.
    pub(crate) fn instructions(&self) -> Option<String> {
        let persona = self.persona.as_ref().map(|persona| persona.fields.prompt.as_str());
        let parts =
            [persona, self.system.as_deref()].into_iter().flatten().filter(|text| !text.trim().is_empty());
        let parts: Vec<_> = parts.collect();
        (!parts.is_empty()).then(|| parts.join("\n\n"))
    }
}

/// A message, and an answer's form at the service it came from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spoken {
    pub(crate) message: ChatMessage,
    pub(crate) origin: Option<Origin>,
}

/// The lines of the sessions that were busy last.
#[derive(Debug, Default)]
pub(crate) struct Conversations {
    lines: Mutex<Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    by_session: HashMap<SessionId, Line>,
    bytes: usize,
    clock: u64,
    /// Goes up with each message that changed: what was read before that may be old.
    changes: u64,
}

#[derive(Debug)]
struct Line {
    conversation: Conversation,
    bytes: usize,
    used: u64,
}

/// A moment, to tell whether something changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(u64);

impl Conversations {
    /// Now, before something is read from storage that is to be kept.
    pub(crate) fn moment(&self) -> Moment {
        Moment(self.lines().changes)
    }

    /// The conversation down to `last`. `None`: it is not known.
    pub(crate) fn down_to(&self, session: &SessionId, last: &MessageId) -> Option<Conversation> {
        let mut lines = self.lines();
        lines.clock += 1;
        let clock = lines.clock;
        let line = lines.by_session.get_mut(session)?;
        let end = line.conversation.messages.iter().rposition(|spoken| spoken.message.id == *last)? + 1;
        line.used = clock;
        let messages = line.conversation.messages[..end].to_vec();
        Some(Conversation { messages, ..line.conversation.beside() })
    }

    /// Keeps what was read from storage at `since`, unless something changed meanwhile or may still change by itself.
    pub(crate) fn keep(&self, session: &SessionId, since: Moment, conversation: &Conversation) {
        if conversation.messages.iter().any(|spoken| spoken.message.status.is_open()) {
            return;
        }
        let mut lines = self.lines();
        if since != Moment(lines.changes) {
            return;
        }
        lines.remove(session);
        lines.clock += 1;
        let bytes = conversation.messages.iter().map(|spoken| size(spoken)).sum();
        let used = lines.clock;
        lines.bytes += bytes;
        let kept = Conversation { messages: conversation.messages.clone(), ..conversation.beside() };
        lines.by_session.insert(session.clone(), Line { conversation: kept, bytes, used });
        lines.make_room();
    }

    /// Adds a committed message to the line that ends with its parent.
    pub(crate) fn extend(&self, spoken: Spoken) {
        let mut lines = self.lines();
        lines.clock += 1;
        let (clock, added) = (lines.clock, size(&spoken));
        let Some(line) = lines.by_session.get_mut(&spoken.message.session_id) else { return };
        let ends_with = line.conversation.messages.last().map(|last| &last.message.id);
        if ends_with.is_none() || ends_with != spoken.message.parent_id.as_ref() {
            return;
        }
        line.bytes += added;
        line.used = clock;
        line.conversation.messages.push(Arc::new(spoken));
        lines.bytes += added;
        lines.make_room();
    }

    /// Forgets a session: a message or its instructions changed.
    pub(crate) fn forget(&self, session: &SessionId) {
        let mut lines = self.lines();
        lines.changes += 1;
        lines.remove(session);
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    fn remove(&mut self, session: &SessionId) {
        if let Some(line) = self.by_session.remove(session) {
            self.bytes -= line.bytes;
        }
    }

    fn make_room(&mut self) {
        while self.bytes > MOST_BYTES {
            let oldest = self.by_session.iter().min_by_key(|(_, line)| line.used);
            let Some(session) = oldest.map(|(session, _)| session.clone()) else { return };
            self.remove(&session);
        }
    }
}

impl From<ChatMessage> for Spoken {
    fn from(message: ChatMessage) -> Self {
        Self { message, origin: None }
    }
}

fn size(Spoken { message, origin }: &Spoken) -> usize {
    let origin = origin.as_ref().map_or(0, |origin| weight(&origin.value));
    MESSAGE_BYTES + message.content.len() + message.reasoning.as_ref().map_or(0, String::len) + origin
}

/// What JSON takes in memory, roughly. An origin nests a few levels deep.
fn weight(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(weight).sum(),
            Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + weight(value)).sum(),
            _ => 0,
        }
}

#[cfg(test)]
mod tests {
    use cowork_contract::{MessageRole, MessageStatus};

    use super::*;

    fn message(id: &str, parent: Option<&str>, text: &str) -> ChatMessage {
        let mut message = crate::answer::tests::message(id, MessageRole::User, text, MessageStatus::Done);
        message.parent_id = parent.map(MessageId::new);
        message
    }

    fn kept(lines: &Conversations, session: &str, messages: Vec<ChatMessage>) {
        let messages = messages.into_iter().map(|message| Arc::new(Spoken::from(message))).collect();
        lines.keep(
            &SessionId::new(session),
            lines.moment(),
            &Conversation { messages, ..Conversation::default() },
        );
    }

    fn ids(lines: &Conversations, session: &str, last: &str) -> Option<Vec<String>> {
        let found = lines.down_to(&SessionId::new(session), &MessageId::new(last))?;
        Some(found.messages.iter().map(|spoken| spoken.message.id.to_string()).collect())
    }

    #[test]
    fn a_line_grows_at_its_end_and_gives_every_part_down_from_its_start() {
        let lines = Conversations::default();
        kept(&lines, "s", vec![message("1", None, "a")]);
        lines.extend(message("2", Some("1"), "b").into());
        lines.extend(message("other", Some("1"), "a branch").into());
        lines.extend(message("3", Some("2"), "c").into());
        assert_eq!(ids(&lines, "s", "3").unwrap(), ["1", "2", "3"]);
        assert_eq!(ids(&lines, "s", "1").unwrap(), ["1"]);
        assert_eq!(ids(&lines, "s", "other"), None);
        assert_eq!(ids(&lines, "t", "1"), None);
    }

    #[test]
    fn what_changed_is_not_kept_and_what_was_read_before_a_change_neither() {
        let lines = Conversations::default();
        let before = lines.moment();
        kept(&lines, "s", vec![message("1", None, "a")]);
        lines.forget(&SessionId::new("s"));
        assert_eq!(ids(&lines, "s", "1"), None);
        let old = Conversation {
            messages: vec![Arc::new(message("1", None, "a").into())],
            ..Conversation::default()
        };
        lines.keep(&SessionId::new("s"), before, &old);
        assert_eq!(ids(&lines, "s", "1"), None);
        let mut open = message("1", None, "a");
        open.status = MessageStatus::Streaming;
        kept(&lines, "s", vec![open]);
        assert_eq!(ids(&lines, "s", "1"), None, "an open message changes by itself");
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes_first() {
        let lines = Conversations::default();
        let large = "x".repeat(MOST_BYTES / 3);
        for session in ["a", "b"] {
            kept(&lines, session, vec![message("1", None, &large)]);
        }
        assert!(ids(&lines, "a", "1").is_some());
        kept(&lines, "c", vec![message("1", None, &large)]);
        assert!(ids(&lines, "a", "1").is_some() && ids(&lines, "b", "1").is_none());
        let mut more = message("2", Some("1"), &large);
        more.session_id = SessionId::new("c");
        lines.extend(more.into());
        assert!(lines.lines().bytes <= MOST_BYTES);
    }
}
