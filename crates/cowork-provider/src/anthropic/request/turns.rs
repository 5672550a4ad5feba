//! Writes the conversation as this wire takes it, whoever led it so far.
//!
//! Always true of what comes out: the sides alternate, the person begins and ends; every call has a result, in the next
//! message and before anything else there, and every result has a call; ids are unique and of the letters allowed;
//! nothing is blank; only this provider's own thinking is sent.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::super::input;
use super::content;
use crate::request::GO_ON;
use crate::{ModelRequest, Part, ProviderKind, Role, Turn};

/// Stands where the person would have spoken first or last.
const BEGINNING: &str = "[The beginning of this conversation is not shown.]";
const ANOTHER: &str = "Go on.";
/// The result of a call that has none.
const NO_RESULT: &str = "This call was not carried out.";
/// Characters of a tool's name.
const NAME: usize = 64;

/// The messages of a request.
pub(super) fn messages(request: &ModelRequest, provider: &str) -> Vec<Value> {
    let mut history = History { provider, messages: Vec::new(), open: Vec::new(), ids: HashSet::new() };
    let partial = request.partial().is_some();
    let turns = request.turns.iter().filter(|turn| says_something(turn)).collect::<Vec<_>>();
    let sides = turns.chunk_by(|one, next| one.role == next.role).collect::<Vec<_>>();
    for (number, side) in sides.iter().enumerate() {
        match side[0].role {
            Role::User => history.person(side),
            Role::Assistant => history.model(side, number + 1 == sides.len() && !partial),
        }
    }
    if history.wants_the_person() {
        history.person(&[&Turn::user(if partial { GO_ON } else { ANOTHER })]);
    }
    if history.messages.first().is_none_or(|message| message["role"] != "user") {
        history.messages.insert(0, json!({ "role": "user", "content": [content::text(BEGINNING)] }));
    }
    history.messages
}

/// Whether there is anything to write: what is blank is refused.
fn says_something(turn: &Turn) -> bool {
    turn.origin.is_some()
        || turn.parts.iter().any(|part| match part {
            Part::Text(text) => !text.trim().is_empty(),
            Part::Image { .. } | Part::File { .. } | Part::Result { .. } => turn.role == Role::User,
            Part::Call(_) => turn.role == Role::Assistant,
        })
}

struct History<'a> {
    provider: &'a str,
    messages: Vec<Value>,
    /// Calls of the last message, which want a result in the next one.
    open: Vec<Open>,
    /// Every id of a call so far.
    ids: HashSet<String>,
}

struct Open {
    /// As results name it.
    id: String,
    /// As it was written.
    written: String,
}

impl History<'_> {
    /// What the person said in a row, results first.
    fn person(&mut self, turns: &[&Turn]) {
        let parts = || turns.iter().flat_map(|turn| &turn.parts);
        // A result without a call, or a second one for the same call, is left out.
        let mut content = Vec::new();
        for open in std::mem::take(&mut self.open) {
            let result = parts().find_map(|part| match part {
                Part::Result { call_id, content, is_error, .. } if *call_id == open.id => {
                    Some((content.as_str(), *is_error))
                }
                _ => None,
            });
            let (words, is_error) = result.unwrap_or((NO_RESULT, true));
            content.push(content::result(&open.written, words, is_error));
        }
        content.extend(parts().filter_map(|part| match part {
            Part::Text(text) if !text.trim().is_empty() => Some(content::text(text)),
            Part::Image { mime, data } => Some(content::image(mime, data)),
            Part::File { name, mime, data } => Some(content::file(name, mime, data)),
            Part::Text(_) | Part::Call(_) | Part::Result { .. } => None,
        }));
        self.say("user", content);
    }

    /// What the model said in a row. `is_last`: nothing follows.
    fn model(&mut self, turns: &[&Turn], is_last: bool) {
        let mut said = Vec::new();
        for turn in turns {
            match turn.native(self.provider, ProviderKind::Anthropic).and_then(|value| own(value, is_last)) {
                Some(mut blocks) => {
                    for block in blocks.iter_mut().filter(|block| block["type"] == "tool_use") {
                        let id = block["id"].as_str().unwrap_or_default().to_owned();
                        // Its own ids stay as they are, if it does not begin anew with each answer.
                        let written = if self.ids.insert(id.clone()) { id.clone() } else { self.new_id(&id) };
                        block["id"] = written.as_str().into();
                        self.open.push(Open { id, written });
                    }
                    said.extend(blocks);
                }
                None => said.extend(turn.parts.iter().filter_map(|part| self.neutral(part))),
            }
        }
        self.say("assistant", said);
    }

    fn neutral(&mut self, part: &Part) -> Option<Value> {
        match part {
            Part::Text(text) if !text.trim().is_empty() => Some(content::text(text)),
            Part::Call(call) => {
                let written = self.new_id(&call.id);
                self.open.push(Open { id: call.id.clone(), written: written.clone() });
                let name = allowed(&call.name, NAME);
                let name = if name.is_empty() { "unknown".to_owned() } else { name };
                Some(json!({
                    "type": "tool_use",
                    "id": written,
                    "name": name,
                    "input": input(&call.arguments),
                }))
            }
            _ => None,
        }
    }

    /// An id that no call has yet: other services have other letters in theirs, or begin anew with each answer.
    fn new_id(&mut self, id: &str) -> String {
        let id = allowed(id, usize::MAX);
        let id = if id.is_empty() { "call".to_owned() } else { id };
        let mut unique = id.clone();
        let mut number = 1_u64;
        while !self.ids.insert(unique.clone()) {
            number += 1;
            unique = format!("{id}_{number}");
        }
        unique
    }

    /// Whether the person has to have the last word and has it not.
    fn wants_the_person(&self) -> bool {
        let Some(last) = self.messages.last().filter(|last| last["role"] == "assistant") else {
            return false;
        };
        // A turn that the service itself paused is sent back as it is.
        let paused = last["content"].as_array().and_then(|content| content.last()).is_some_and(is_own_call);
        !paused || !self.open.is_empty()
    }

    fn say(&mut self, role: &str, mut content: Vec<Value>) {
        if content.is_empty() {
            return;
        }
        match self.messages.last_mut() {
            Some(last) if last["role"] == role => {
                if let Some(before) = last["content"].as_array_mut() {
                    before.append(&mut content);
                }
            }
            _ => self.messages.push(json!({ "role": role, "content": content })),
        }
    }
}

/// The blocks of an answer in the service's own form. Its own tools' calls without a result are refused, except where
/// the service shall go on with them.
fn own(value: &Value, is_last: bool) -> Option<Vec<Value>> {
    let blocks = value.as_array()?;
    let is_answered = |id: &Value| blocks.iter().any(|block| block.get("tool_use_id") == Some(id));
    let kept = blocks.iter().filter(|block| block["type"].is_string());
    let kept = kept.filter(|block| is_last || !is_own_call(block) || is_answered(&block["id"]));
    let kept = kept.cloned().collect::<Vec<_>>();
    (!kept.is_empty()).then_some(kept)
}

/// Whether it is a call of a tool that the service runs.
fn is_own_call(block: &Value) -> bool {
    block["type"].as_str().is_some_and(|kind| kind.ends_with("_tool_use"))
}

fn allowed(text: &str, most: usize) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || "_-".contains(c) { c } else { '_' };
    text.chars().take(most).map(letter).collect()
}
