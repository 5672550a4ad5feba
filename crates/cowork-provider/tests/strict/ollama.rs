//! Ollama's own API, which pairs calls and results by their place.

use std::collections::VecDeque;

use serde_json::Value;

use super::{Checked, base64, list, name, object, only, rule, words};

pub(super) fn check(body: &Value, own: bool) -> Checked {
    only(body, &["model", "messages", "stream", "tools", "think", "options"])?;
    for tool in body["tools"].as_array().into_iter().flatten() {
        only(tool, &["type", "function"])?;
        only(&tool["function"], &["name", "description", "parameters"])?;
        name(&tool["function"])?;
    }
    let (mut open, mut side) = (VecDeque::<&Value>::new(), "");
    for (at, message) in list(body, "messages")?.iter().enumerate() {
        let role = words(message, "role")?;
        rule!(role == "tool" || open.is_empty(), "message {at}: calls without a result before it");
        rule!(role == "tool" || role != side, "message {at}: {role:?} twice in a row");
        rule!(message["content"].is_string(), "message {at} has no content");
        match role {
            "system" => {
                only(message, &["role", "content"])?;
                rule!(at == 0, "message {at}: instructions in the midst");
            }
            "user" => {
                only(message, &["role", "content", "images"])?;
                let images = message["images"].as_array();
                rule!(images.is_some() || words(message, "content").is_ok(), "message {at} is blank");
                for image in images.into_iter().flatten() {
                    base64(image.as_str().unwrap_or_default())?;
                }
            }
            "assistant" => {
                only(
                    message,
                    if own {
                        &["role", "content", "tool_calls", "thinking"]
                    } else {
                        &["role", "content", "tool_calls"]
                    },
                )?;
                rule!(message.get("tool_calls").is_some() || words(message, "content").is_ok(), "{message}");
                for call in message["tool_calls"].as_array().into_iter().flatten() {
                    only(
                        call,
                        if own { &["id", "type", "function", "thought_signature"] } else { &["function"] },
                    )?;
                    only(&call["function"], &["index", "name", "arguments"])?;
                    name(&call["function"])?;
                    object(&call["function"]["arguments"])?;
                    open.push_back(call);
                }
            }
            "tool" => {
                only(message, &["role", "content", "tool_name", "tool_call_id"])?;
                let Some(call) = open.pop_front() else {
                    return Err(format!("message {at}: a result without a call"));
                };
                rule!(message["tool_name"] == call["function"]["name"], "{message} of {call}");
                rule!(message.get("tool_call_id") == call.get("id"), "{message} of {call}");
            }
            other => return Err(format!("message {at}: the role {other:?}")),
        }
        side = role;
    }
    rule!(open.is_empty(), "calls without a result at the end");
    Ok(())
}
