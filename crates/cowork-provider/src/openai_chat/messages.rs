//! Writes the conversation as messages.
//!
//! Always true, whatever the history: right behind calls stands one result for each, under an id that stands once;
//! arguments are an object; nothing is blank. Where the server may insist on it, the sides alternate and the person
//! begins.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::dialect::Dialect;
use super::request::data_url;
use crate::request::{GO_ON, tool_name};
use crate::{ModelRequest, Part, Role, ToolCall, Turn};

/// The result of a call that has none.
const NO_RESULT: &str = "There is no result: the call was interrupted.";
/// Stands where the person would have spoken first.
const BEGINNING: &str = "[The beginning of this conversation is not shown.]";
/// Characters of an id that OpenAI takes.
const ID: usize = 40;

/// The messages of a request, with the wish to go on where it asks for that.
pub(super) fn messages(request: &ModelRequest, dialect: &Dialect) -> Vec<Value> {
    let mut messages = Messages {
        joins: dialect.joins_turns,
        list: Vec::with_capacity(request.turns.len() + 2),
        used: HashSet::new(),
        open: Vec::new(),
        results: HashMap::new(),
    };
    if let Some(system) = request.system.as_deref().filter(|text| !text.trim().is_empty()) {
        messages.list.push(json!({ "role": "system", "content": system }));
    }
    let go_on = request.partial().is_some().then(|| Turn::user(GO_ON));
    for turn in request.turns.iter().chain(&go_on) {
        match turn.role {
            Role::User => messages.person(turn),
            Role::Assistant => messages.model(turn),
        }
    }
    messages.finish()
}

struct Messages {
    /// Neighbouring turns of one side are sent as one.
    joins: bool,
    /// Without the results.
    list: Vec<Value>,
    /// Ids of calls that are taken.
    used: HashSet<String>,
    /// Calls without a result so far: the id in the history, and the one that is sent.
    open: Vec<(String, String)>,
    /// By the ids that are sent.
    results: HashMap<String, String>,
}

impl Messages {
    /// A turn of the person. A result without a call is left out: as words of the person it would have their weight.
    fn person(&mut self, turn: &Turn) {
        let mut content = Vec::new();
        for part in &turn.parts {
            match part {
                Part::Text(text) if text.trim().is_empty() => {}
                Part::Text(text) => content.push(json!({ "type": "text", "text": text })),
                Part::Image { mime, data } => {
                    content
                        .push(json!({ "type": "image_url", "image_url": { "url": data_url(mime, data) } }));
                }
                Part::File { name, mime, data } => content.push(json!({
                    "type": "file",
                    "file": { "filename": name, "file_data": data_url(mime, data) },
                })),
                Part::Result { call_id, content, .. } => {
                    if let Some(at) = self.open.iter().position(|(id, _)| id == call_id) {
                        let (_, sent) = self.open.remove(at);
                        self.results.insert(sent, content.clone());
                    }
                }
                Part::Call(_) => {}
            }
        }
        if !content.is_empty() {
            self.say("user", plain(content));
        }
    }

    /// A turn of the model: its words, and the tools it asked for.
    fn model(&mut self, turn: &Turn) {
        let calls = turn.parts.iter().filter_map(|part| match part {
            Part::Call(call) => Some(self.call(call)),
            _ => None,
        });
        let (calls, text) = (calls.collect::<Vec<_>>(), turn.text());
        let is_blank = text.trim().is_empty();
        if !is_blank {
            self.say("assistant", text.into());
        }
        if calls.is_empty() {
            return;
        }
        match self.list.last_mut() {
            Some(last) if !is_blank => last["tool_calls"] = calls.into(),
            Some(last) if self.joins && last["role"] == "assistant" && last.get("tool_calls").is_none() => {
                last["tool_calls"] = calls.into();
            }
            _ => self.list.push(json!({ "role": "assistant", "content": null, "tool_calls": calls })),
        }
    }

    fn call(&mut self, call: &ToolCall) -> Value {
        let id = self.begin(&call.id);
        // Many servers read them before they answer, and refuse a whole conversation for broken ones.
        let arguments = match serde_json::from_str::<Map<String, Value>>(&call.arguments) {
            Ok(_) => call.arguments.clone(),
            Err(_) => json!({ "INVALID_JSON": call.arguments }).to_string(),
        };
        json!({
            "id": id,
            "type": "function",
            "function": { "name": tool_name(&call.name), "arguments": arguments },
        })
    }

    /// The id that a call is sent with: its own, unless it cannot be sent or stands already, as ids do that were made
    /// up for services without any.
    fn begin(&mut self, id: &str) -> String {
        let mut sent = id.to_owned();
        let mut number = self.used.len();
        let fits = |id: &str| !id.is_empty() && id.len() <= ID && id.chars().all(|c| c.is_ascii_graphic());
        while !fits(&sent) || self.used.contains(&sent) {
            sent = format!("call_{number}");
            number += 1;
        }
        self.used.insert(sent.clone());
        self.open.push((id.to_owned(), sent.clone()));
        sent
    }

    /// Adds a message, or adds to the last one where the server wants the sides to alternate.
    fn say(&mut self, role: &str, content: Value) {
        if self.joins
            && let Some(last) = self.list.last_mut()
            && last["role"] == role
            && last.get("tool_calls").is_none()
        {
            last["content"] = match (last["content"].take(), content) {
                (Value::String(before), Value::String(more)) => format!("{before}\n\n{more}").into(),
                (before, more) => parts(before).into_iter().chain(parts(more)).collect(),
            };
            return;
        }
        self.list.push(json!({ "role": role, "content": content }));
    }

    /// Puts the results behind their calls.
    fn finish(self) -> Vec<Value> {
        let Self { joins, list, mut results, .. } = self;
        let mut whole = Vec::with_capacity(list.len() + results.len() + 1);
        for message in list {
            if joins && message["role"] == "assistant" && whole.iter().all(is_system) {
                whole.push(json!({ "role": "user", "content": BEGINNING }));
            }
            let calls = message["tool_calls"].as_array().into_iter().flatten();
            let ids = calls.filter_map(|call| call["id"].as_str().map(str::to_owned)).collect::<Vec<_>>();
            whole.push(message);
            for id in ids {
                let content = results.remove(&id).unwrap_or_else(|| NO_RESULT.to_owned());
                whole.push(json!({ "role": "tool", "tool_call_id": id, "content": content }));
            }
        }
        whole
    }
}

fn is_system(message: &Value) -> bool {
    message["role"] == "system"
}

/// Text alone is sent as a string, which every server understands.
fn plain(mut content: Vec<Value>) -> Value {
    let texts_only = content.iter().all(|part| part["type"] == "text");
    if !texts_only {
        return content.into();
    }
    if let [only] = content.as_mut_slice() {
        return only["text"].take();
    }
    let texts = content.iter().filter_map(|part| part["text"].as_str());
    texts.collect::<Vec<_>>().join("\n\n").into()
}

fn parts(content: Value) -> Vec<Value> {
    match content {
        Value::Array(parts) => parts,
        Value::String(text) => vec![json!({ "type": "text", "text": text })],
        _ => Vec::new(),
    }
}
