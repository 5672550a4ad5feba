//! Chat completions: those of OpenAI, with the alternating sides that chat templates insist on.

use std::collections::HashSet;

use serde_json::Value;

use super::{Checked, data_url, list, name, object_text, only, rule, words};

/// The longest id of a call.
const ID: usize = 40;

pub(super) fn check(body: &Value) -> Checked {
    only(
        body,
        &["model", "messages", "stream", "stream_options", "tools", "reasoning_effort", "max_tokens"],
    )?;
    words(body, "model")?;
    for tool in body["tools"].as_array().into_iter().flatten() {
        only(tool, &["type", "function"])?;
        only(&tool["function"], &["name", "description", "parameters"])?;
        name(&tool["function"])?;
    }
    let (mut ids, mut open, mut side) = (HashSet::new(), HashSet::new(), "");
    for (at, message) in list(body, "messages")?.iter().enumerate() {
        let role = words(message, "role")?;
        rule!(role == "tool" || open.is_empty(), "message {at}: calls without a result before it: {open:?}");
        match role {
            "system" => {
                only(message, &["role", "content"])?;
                rule!(at == 0, "message {at}: instructions in the midst");
                words(message, "content")?;
            }
            "user" => {
                only(message, &["role", "content"])?;
                user(message)?;
            }
            "assistant" => {
                only(message, &["role", "content", "tool_calls"])?;
                if message.get("tool_calls").is_none() {
                    words(message, "content")?;
                } else {
                    rule!(message["content"].is_null() || words(message, "content").is_ok(), "{message}");
                    for call in list(message, "tool_calls")? {
                        only(call, &["id", "type", "function"])?;
                        only(&call["function"], &["name", "arguments"])?;
                        rule!(call["type"] == "function", "{call}");
                        name(&call["function"])?;
                        object_text(&call["function"], "arguments")?;
                        let id = words(call, "id")?;
                        rule!(id.len() <= ID && id.chars().all(|c| c.is_ascii_graphic()), "the id {id:?}");
                        rule!(ids.insert(id), "the id {id:?} twice");
                        open.insert(id);
                    }
                }
            }
            "tool" => {
                only(message, &["role", "tool_call_id", "content"])?;
                let id = words(message, "tool_call_id")?;
                rule!(open.remove(id), "message {at}: a result without a call right before: {id:?}");
                rule!(message["content"].is_string(), "{message}");
            }
            other => return Err(format!("message {at}: the role {other:?}")),
        }
        if matches!(role, "user" | "assistant") {
            // After results either side may speak.
            rule!(role != side, "message {at}: {role:?} twice in a row");
            rule!(!["", "system"].contains(&side) || role == "user", "the model begins");
        }
        side = role;
    }
    rule!(open.is_empty(), "calls without a result at the end: {open:?}");
    rule!(side != "assistant", "the model has the last word");
    Ok(())
}

fn user(message: &Value) -> Checked {
    if message["content"].is_string() {
        return words(message, "content").map(|_| ());
    }
    for part in list(message, "content")? {
        match words(part, "type")? {
            "text" => {
                only(part, &["type", "text"])?;
                words(part, "text")?;
            }
            "image_url" => {
                only(part, &["type", "image_url"])?;
                only(&part["image_url"], &["url", "detail"])?;
                data_url(&part["image_url"], "url", "image/")?;
            }
            "file" => {
                only(part, &["type", "file"])?;
                only(&part["file"], &["filename", "file_data"])?;
                words(&part["file"], "filename")?;
                data_url(&part["file"], "file_data", "application/pdf")?;
            }
            other => return Err(format!("the part {other:?}")),
        }
    }
    Ok(())
}
