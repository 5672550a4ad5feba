//! Writes the conversation as input items.
//!
//! Always true, whatever the history: each call has one result and each result its call, under an id that stands
//! once; no text is blank; an answer goes back in its own form only to where it came from.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::refused::Refused;
use crate::openai_chat::request::data_url;
use crate::request::{GO_ON, tool_name};
use crate::{ModelRequest, Part, Role, ToolCall, Turn};

/// The result of a call that has none: the service refuses a call without one.
const NO_RESULT: &str = "There is no result: the call was interrupted.";
/// Characters of an id that the service takes.
const ID: usize = 64;

/// The conversation, with the wish to go on where the request asks for that.
pub(super) fn items(request: &ModelRequest, provider: &str, refused: &Refused) -> Vec<Value> {
    let mut input = Input::default();
    let go_on = request.partial().is_some().then(|| Turn::user(GO_ON));
    for turn in request.turns.iter().chain(&go_on) {
        match turn.role {
            Role::User => input.person(turn),
            Role::Assistant => match refused.native(turn, &request.model, provider) {
                Some(items) => input.native(items),
                None => input.model(turn),
            },
        }
    }
    input.finish()
}

#[derive(Default)]
struct Input {
    items: Vec<Value>,
    /// Ids of calls that are taken.
    used: HashSet<String>,
    /// Calls without a result so far: the id in the history, and the one that is sent.
    open: Vec<(String, String)>,
}

impl Input {
    /// A turn of the person: results of tools are items of their own, the rest is one message.
    fn person(&mut self, turn: &Turn) {
        let mut content = Vec::new();
        for part in &turn.parts {
            match part {
                Part::Text(text) if text.trim().is_empty() => {}
                Part::Text(text) => content.push(json!({ "type": "input_text", "text": text })),
                Part::Image { mime, data } => content.push(json!({
                    "type": "input_image",
                    "image_url": data_url(mime, data),
                    "detail": "auto",
                })),
                Part::File { name, mime, data } => content.push(json!({
                    "type": "input_file",
                    "filename": name,
                    "file_data": data_url(mime, data),
                })),
                Part::Result { call_id, content, .. } => self.result(call_id, content),
                Part::Call(_) => {}
            }
        }
        if !content.is_empty() {
            self.items.push(json!({ "type": "message", "role": "user", "content": content }));
        }
    }

    /// A turn of the model: its words, and the tools it asked for.
    fn model(&mut self, turn: &Turn) {
        let mut words = String::new();
        for part in &turn.parts {
            match part {
                Part::Text(text) => words.push_str(text),
                Part::Call(call) => {
                    self.say(std::mem::take(&mut words));
                    self.call(call);
                }
                Part::Image { .. } | Part::File { .. } | Part::Result { .. } => {}
            }
        }
        self.say(words);
    }

    fn say(&mut self, text: String) {
        if !text.trim().is_empty() {
            let content = json!([{ "type": "output_text", "text": text }]);
            self.items.push(json!({ "type": "message", "role": "assistant", "content": content }));
        }
    }

    fn call(&mut self, call: &ToolCall) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        // Other services have other letters in theirs.
        let id = self.begin(&call.id, call.id.chars().all(plain));
        self.items.push(json!({
            "type": "function_call",
            "call_id": id,
            "name": tool_name(&call.name),
            "arguments": call.arguments,
        }));
    }

    /// The answer as the service wrote it.
    fn native(&mut self, items: &[Value]) {
        for item in items {
            let mut item = item.clone();
            if item["type"] == "function_call" {
                let id = self.begin(item["call_id"].as_str().unwrap_or_default(), true);
                item["call_id"] = id.into();
            }
            self.items.push(item);
        }
    }

    /// The id that a call is sent with: its own, unless it cannot be sent or stands already, as ids do that were made
    /// up for services without any.
    fn begin(&mut self, id: &str, fits: bool) -> String {
        let mut sent = if fits { id.to_owned() } else { String::new() };
        let mut number = self.used.len();
        while sent.is_empty() || sent.chars().count() > ID || self.used.contains(&sent) {
            sent = format!("call_{number}");
            number += 1;
        }
        self.used.insert(sent.clone());
        self.open.push((id.to_owned(), sent.clone()));
        sent
    }

    /// A result without a call is left out: as words of the person it would have their weight.
    fn result(&mut self, call_id: &str, content: &str) {
        if let Some(at) = self.open.iter().position(|(id, _)| id == call_id) {
            let (_, sent) = self.open.remove(at);
            self.items.push(output(&sent, content));
        }
    }

    fn finish(self) -> Vec<Value> {
        let open: HashSet<String> = self.open.into_iter().map(|(_, sent)| sent).collect();
        let filled = self.items.into_iter().flat_map(|item| {
            let id =
                item["call_id"].as_str().filter(|id| item["type"] == "function_call" && open.contains(*id));
            let missing = id.map(|id| output(id, NO_RESULT));
            [Some(item), missing].into_iter().flatten()
        });
        filled.collect()
    }
}

fn output(call_id: &str, content: &str) -> Value {
    json!({ "type": "function_call_output", "call_id": call_id, "output": content })
}
