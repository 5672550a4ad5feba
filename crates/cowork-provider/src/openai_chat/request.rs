//! Writes the body of `POST {base}/chat/completions`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::dialect::Dialect;
use crate::request::GO_ON;
use crate::{ModelRequest, Part, Role, Turn};

/// The body as JSON bytes.
pub(super) fn body(request: &ModelRequest, dialect: &Dialect) -> serde_json::Result<Vec<u8>> {
    let mut messages: Vec<Value> = Vec::with_capacity(request.turns.len() + 2);
    if let Some(system) = request.system.as_deref().filter(|text| !text.trim().is_empty()) {
        messages.push(json!({ "role": "system", "content": system }));
    }
    let go_on = request.partial().is_some().then(|| Turn::user(GO_ON));
    for turn in request.turns.iter().chain(&go_on) {
        match turn.role {
            Role::User => person(turn, dialect, &mut messages),
            Role::Assistant => model(turn, dialect, &mut messages),
        }
    }
    let mut body = Map::new();
    body.insert("model".to_owned(), request.model.as_str().into());
    body.insert("messages".to_owned(), messages.into());
    body.insert("stream".to_owned(), true.into());
    if dialect.asks_usage() {
        body.insert("stream_options".to_owned(), json!({ "include_usage": true }));
    }
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({
                "type": "function",
                "function": { "name": tool.name, "description": tool.description, "parameters": tool.parameters },
            })
        });
        body.insert("tools".to_owned(), tools.collect());
    }
    if let Some(effort) = request.effort {
        body.insert("reasoning_effort".to_owned(), effort.as_str().into());
    }
    if let Some(most) = request.max_output_tokens {
        body.insert(dialect.max_tokens.to_owned(), most.into());
    }
    serde_json::to_vec(&body)
}

/// A turn of the person: results of tools are messages of their own, the rest is one.
fn person(turn: &Turn, dialect: &Dialect, messages: &mut Vec<Value>) {
    let mut content = Vec::new();
    for part in &turn.parts {
        match part {
            Part::Text(text) => content.push(json!({ "type": "text", "text": text })),
            Part::Image { mime, data } => {
                content.push(json!({ "type": "image_url", "image_url": { "url": data_url(mime, data) } }));
            }
            Part::File { name, mime, data } => content.push(json!({
                "type": "file",
                "file": { "filename": name, "file_data": data_url(mime, data) },
            })),
            Part::Result { call_id, content, .. } => {
                messages.push(json!({ "role": "tool", "tool_call_id": call_id, "content": content }));
            }
            Part::Call(_) => {}
        }
    }
    if !content.is_empty() {
        say("user", plain(content), dialect, messages);
    }
}

/// A turn of the model: its words, and the tools it asked for.
fn model(turn: &Turn, dialect: &Dialect, messages: &mut Vec<Value>) {
    let calls: Vec<Value> = turn
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Call(call) => Some(json!({
                "id": call.id,
                "type": "function",
                "function": { "name": call.name, "arguments": call.arguments },
            })),
            _ => None,
        })
        .collect();
    let text = turn.text();
    if calls.is_empty() {
        return say("assistant", text.into(), dialect, messages);
    }
    let content = if text.is_empty() { Value::Null } else { text.into() };
    messages.push(json!({ "role": "assistant", "content": content, "tool_calls": calls }));
}

/// Adds a message, or adds to the last one where the server wants the sides to alternate.
fn say(role: &str, content: Value, dialect: &Dialect, messages: &mut Vec<Value>) {
    if dialect.joins_turns
        && let Some(last) = messages.last_mut()
        && last["role"] == role
        && last.get("tool_calls").is_none()
    {
        last["content"] = match (last["content"].take(), content) {
            (Value::String(before), Value::String(more)) => format!("{before}\n\n{more}").into(),
            (before, more) => parts(before).into_iter().chain(parts(more)).collect(),
        };
        return;
    }
    messages.push(json!({ "role": role, "content": content }));
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

/// Bytes within a URL.
pub(crate) fn data_url(mime: &str, data: &[u8]) -> String {
    format!("data:{mime};base64,{}", STANDARD.encode(data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProviderKind;

    fn sent(kind: ProviderKind, turns: Vec<Turn>, continue_partial: bool) -> Value {
        let request = ModelRequest {
            model: "m".into(),
            system: Some(" ".into()),
            turns,
            continue_partial,
            ..ModelRequest::default()
        };
        serde_json::from_slice(&body(&request, &Dialect::of(kind)).expect("body")).expect("JSON")
    }

    #[test]
    fn an_unfinished_answer_is_followed_by_the_wish_to_go_on() {
        let turns = vec![Turn::user("Count."), Turn::assistant("1, 2")];
        let body = sent(ProviderKind::OpenAi, turns, true);
        assert_eq!(body["messages"][1], json!({"role": "assistant", "content": "1, 2"}));
        assert_eq!(body["messages"][2], json!({"role": "user", "content": GO_ON}));
    }

    #[test]
    fn sides_alternate_for_servers_that_may_insist_on_it() {
        let turns = vec![Turn::user("a"), Turn::user("b"), Turn::assistant("c")];
        let joined = sent(ProviderKind::OpenAiCompatible, turns.clone(), false);
        assert_eq!(joined["messages"].as_array().map(Vec::len), Some(2));
        assert_eq!(joined["messages"][0]["content"], "a\n\nb");
        let apart = sent(ProviderKind::OpenAi, turns, false);
        assert_eq!(apart["messages"].as_array().map(Vec::len), Some(3));
    }
}
