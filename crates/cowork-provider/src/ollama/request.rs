//! Writes the body of `POST {base}/api/chat`.
//!
//! Always true: the sides alternate; each result follows the call it belongs to and each call has one, in the order
//! of the calls, for the wire pairs them by their place.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::thinking::Takes;
use crate::request::{GO_ON, tool_name};
use crate::{ModelRequest, Parameters, Part, ProviderKind, Role, ToolCall, Turn};

/// Stands where a call has no result.
const NO_RESULT: &str = "This call was not carried out.";

/// The body as JSON bytes, and the parameters in it.
pub(super) fn body(
    request: &ModelRequest,
    provider: &str,
    takes: Takes,
) -> serde_json::Result<(Vec<u8>, Parameters)> {
    let mut messages = Messages { provider, list: Vec::with_capacity(request.turns.len() + 2), open: vec![] };
    if let Some(system) = request.system.as_deref().filter(|text| !text.trim().is_empty()) {
        messages.list.push(json!({ "role": "system", "content": system }));
    }
    for turns in request.turns.chunk_by(|one, next| one.role == next.role) {
        match turns[0].role {
            Role::User => messages.person(turns),
            Role::Assistant => turns.iter().for_each(|turn| messages.model(turn)),
        }
    }
    messages.results(&[]);
    if request.partial().is_some_and(|text| !text.trim().is_empty()) {
        messages.person(&[Turn::user(GO_ON)]);
    }
    let mut body = Map::new();
    body.insert("model".to_owned(), request.model.as_str().into());
    body.insert("messages".to_owned(), messages.list.into());
    body.insert("stream".to_owned(), true.into());
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({
                "type": "function",
                "function": { "name": tool.name, "description": tool.description, "parameters": tool.parameters },
            })
        });
        body.insert("tools".to_owned(), tools.collect());
    }
    let wished = request.parameters;
    let parameters = Parameters { effort: wished.effort.filter(|_| takes != Takes::Nothing), ..wished };
    if let Some(effort) = parameters.effort {
        let think = if takes == Takes::Levels { effort.as_str().into() } else { true.into() };
        body.insert("think".to_owned(), think);
    }
    let options: Map<String, Value> = [
        ("num_predict", parameters.max_output_tokens.map(Value::from)),
        ("temperature", parameters.temperature.map(Value::from)),
        ("top_p", parameters.top_p.map(Value::from)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect();
    if !options.is_empty() {
        body.insert("options".to_owned(), options.into());
    }
    Ok((serde_json::to_vec(&body)?, parameters))
}

/// The conversation as it is being written.
struct Messages<'a> {
    provider: &'a str,
    list: Vec<Value>,
    /// Calls that wait for their results.
    open: Vec<Open>,
}

struct Open {
    /// What the result calls it.
    id: String,
    name: String,
    /// What the service calls it, where the call goes back as it came.
    own_id: Option<Value>,
}

impl Messages<'_> {
    /// Turns of the person in a row: results of tools are messages of their own, the rest is one.
    fn person(&mut self, turns: &[Turn]) {
        let parts = || turns.iter().flat_map(|turn| &turn.parts);
        self.results(&parts().collect::<Vec<_>>());
        let (mut words, mut images) = (Vec::new(), Vec::new());
        for part in parts() {
            match part {
                Part::Text(text) => words.push(text.clone()),
                Part::Image { data, .. } => images.push(STANDARD.encode(data).into()),
                // The wire knows no documents.
                Part::File { name, .. } => {
                    words.push(format!("[The file \"{name}\" is attached, but this model can't read it.]"));
                }
                Part::Result { .. } | Part::Call(_) => {}
            }
        }
        words.retain(|text| !text.trim().is_empty());
        self.say(words.join("\n\n"), images);
    }

    /// Writes the results of the open calls. One that belongs to no call is told in words.
    fn results(&mut self, parts: &[&Part]) {
        let results = parts.iter().filter_map(|part| match part {
            Part::Result { call_id, name, content, .. } => Some((call_id, name, content.as_str())),
            _ => None,
        });
        let mut left = results.collect::<Vec<_>>();
        for Open { id, name, own_id } in std::mem::take(&mut self.open) {
            let found = left.iter().position(|(call_id, ..)| **call_id == id).map(|at| left.remove(at).2);
            let content = found.unwrap_or(NO_RESULT);
            let mut message = json!({ "role": "tool", "content": content, "tool_name": name });
            if let Some(own_id) = own_id {
                message["tool_call_id"] = own_id;
            }
            self.list.push(message);
        }
        for (_, name, content) in left {
            self.say(format!("The result of \"{name}\":\n\n{content}"), Vec::new());
        }
    }

    /// Words and images of the person, in one message with those right before.
    fn say(&mut self, text: String, images: Vec<Value>) {
        if text.is_empty() && images.is_empty() {
            return;
        }
        match self.list.last_mut() {
            Some(last) if last["role"] == "user" => join(last, &text),
            _ => self.list.push(json!({ "role": "user", "content": text })),
        }
        if let (Some(last), false) = (self.list.last_mut(), images.is_empty()) {
            let before = last["images"].as_array_mut().map(std::mem::take);
            last["images"] = before.into_iter().flatten().chain(images).collect();
        }
    }

    /// A turn of the model: as it came, where it came from here, or else its words and the tools it asked for.
    fn model(&mut self, turn: &Turn) {
        self.results(&[]);
        let calls = turn.parts.iter().filter_map(|part| match part {
            Part::Call(call) => Some(call),
            _ => None,
        });
        let calls = calls.collect::<Vec<_>>();
        let native = turn.native(self.provider, ProviderKind::Ollama);
        let message = match native.filter(|message| fits(message, calls.len())) {
            Some(message) => message.clone(),
            None => {
                let text = turn.text();
                if text.trim().is_empty() && calls.is_empty() {
                    return;
                }
                let mut message = json!({ "role": "assistant", "content": text });
                if !calls.is_empty() {
                    message["tool_calls"] = calls.iter().map(|call| neutral(call)).collect();
                }
                message
            }
        };
        self.open.extend(calls.iter().enumerate().map(|(at, call)| Open {
            id: call.id.clone(),
            name: message["tool_calls"][at]["function"]["name"].as_str().unwrap_or(&call.name).to_owned(),
            own_id: message["tool_calls"][at].get("id").filter(|id| id.is_string()).cloned(),
        }));
        // Calls before this one have their results by now: what is last and the model's is words.
        match (self.list.last_mut(), message["content"].as_str()) {
            (Some(last), Some(text)) if last["role"] == "assistant" && message.get("thinking").is_none() => {
                join(last, text);
                if let Some(calls) = message.get("tool_calls") {
                    last["tool_calls"] = calls.clone();
                }
            }
            _ => self.list.push(message),
        }
    }
}

/// Adds a paragraph to a message.
fn join(message: &mut Value, text: &str) {
    message["content"] = match message["content"].as_str() {
        Some(before) if !before.is_empty() && !text.is_empty() => format!("{before}\n\n{text}").into(),
        Some(before) if text.is_empty() => before.into(),
        _ => text.into(),
    };
}

/// Whether a kept message can stand for a turn with this many calls.
fn fits(message: &Value, calls: usize) -> bool {
    let kept = message.get("tool_calls").and_then(Value::as_array).map_or(0, Vec::len);
    message["role"] == "assistant" && kept == calls
}

/// A call in the words of the wire, which takes nothing but an object for its arguments.
fn neutral(call: &ToolCall) -> Value {
    let arguments = match serde_json::from_str::<Value>(&call.arguments) {
        Ok(arguments) if arguments.is_object() => arguments,
        _ if call.arguments.trim().is_empty() => json!({}),
        _ => json!({ "unreadable": call.arguments }),
    };
    json!({ "function": { "name": tool_name(&call.name), "arguments": arguments } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(turns: Vec<Turn>, continue_partial: bool) -> Value {
        let request = ModelRequest { turns, continue_partial, ..ModelRequest::default() };
        let body = body(&request, "p", Takes::Levels).expect("a body");
        serde_json::from_slice::<Value>(&body.0).expect("JSON")["messages"].take()
    }

    #[test]
    fn an_unfinished_answer_is_followed_by_the_wish_to_go_on() {
        let (asked, said) = (json!({"role": "user", "content": "Count."}), Turn::assistant("1, 2"));
        let go_on = json!({"role": "user", "content": GO_ON});
        let told = json!({"role": "assistant", "content": "1, 2"});
        assert_eq!(messages(vec![Turn::user("Count."), said], true), json!([asked, told, go_on]));
        // Nothing was said yet: the question stands for itself.
        assert_eq!(messages(vec![Turn::user("Count."), Turn::assistant("")], true), json!([asked]));
    }

    #[test]
    fn arguments_are_always_an_object() {
        let table = [
            ("{\"a\":1}", json!({"a": 1})),
            ("", json!({})),
            ("[1]", json!({"unreadable": "[1]"})),
            ("{\"a\":", json!({"unreadable": "{\"a\":"})),
        ];
        for (arguments, expected) in table {
            let call = ToolCall { id: "1".into(), name: "f".into(), arguments: arguments.into() };
            assert_eq!(neutral(&call)["function"]["arguments"], expected, "{arguments}");
        }
    }
}
