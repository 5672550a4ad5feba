//! Anthropic's messages.

use std::collections::HashSet;

use serde_json::Value;

use super::{Checked, base64, list, name, object, only, plain, rule, words};

/// Places up to which the service may be asked to keep what it read.
const KEPT: usize = 4;

pub(super) fn check(body: &Value, own: bool) -> Checked {
    let fields = ["model", "max_tokens", "stream", "thinking", "output_config", "tool_choice", "system"];
    only(body, &[&fields[..], &["tools", "messages"]].concat())?;
    rule!(body["max_tokens"].as_u64().is_some_and(|most| most > 0), "no length");
    rule!(body.to_string().matches("\"cache_control\"").count() <= KEPT, "too much to keep");
    for tool in body["tools"].as_array().into_iter().flatten() {
        only(tool, &["name", "description", "input_schema", "cache_control"])?;
        name(tool)?;
        rule!(tool["input_schema"]["type"] == "object", "{tool}");
    }
    let messages = list(body, "messages")?;
    let (mut ids, mut open) = (HashSet::new(), Vec::new());
    for (at, message) in messages.iter().enumerate() {
        only(message, &["role", "content"])?;
        let role = if at % 2 == 0 { "user" } else { "assistant" };
        rule!(message["role"] == role, "message {at}: {}", message["role"]);
        let content = list(message, "content")?;
        let (first, results) = (at == 0, content.iter().take_while(|block| block["type"] == "tool_result"));
        let results = results.filter_map(|block| block["tool_use_id"].as_str()).collect::<HashSet<_>>();
        rule!(first || role == "assistant" || results == open.drain(..).collect(), "message {at}: {message}");
        for (place, block) in content.iter().enumerate() {
            match (role, words(block, "type")?) {
                (_, "text") => {
                    only(block, &["type", "text", "cache_control"])?;
                    words(block, "text")?;
                }
                ("user", "tool_result") => {
                    only(block, &["type", "tool_use_id", "content", "is_error", "cache_control"])?;
                    rule!(place < results.len(), "message {at}: a result after something else, or twice");
                }
                ("user", "image") => {
                    only(block, &["type", "source", "cache_control"])?;
                    source(&block["source"], &["image/png", "image/jpeg", "image/gif", "image/webp"])?;
                }
                ("user", "document") => {
                    only(block, &["type", "source", "title", "cache_control"])?;
                    source(&block["source"], &["application/pdf"])?;
                }
                ("assistant", "tool_use") => {
                    only(
                        block,
                        if own {
                            &["type", "id", "name", "input", "caller"]
                        } else {
                            &["type", "id", "name", "input"]
                        },
                    )?;
                    name(block)?;
                    object(&block["input"])?;
                    let id = words(block, "id")?;
                    rule!(id.chars().all(plain), "the id {id:?}");
                    rule!(ids.insert(id), "the id {id:?} twice");
                    open.push(id);
                }
                ("assistant", "thinking") if own => {
                    only(block, &["type", "thinking", "signature"])?;
                    words(block, "signature")?;
                    rule!(place + 1 < content.len(), "message {at} ends by thinking");
                }
                (role, other) => return Err(format!("message {at}: {other:?} of {role:?}")),
            }
        }
    }
    rule!(open.is_empty() && messages.len() % 2 == 1, "the model has the last word");
    rule!(ids.is_empty() || !list(body, "tools")?.is_empty(), "calls in a history without tools");
    if let ([.., model, results], "enabled") =
        (&messages[..], body["thinking"]["type"].as_str().unwrap_or(""))
    {
        let awaited = results["content"][0]["type"] == "tool_result";
        let thought = model["content"][0]["type"] == "thinking";
        rule!(!awaited || thought, "thinking is wanted in a turn that began without");
    }
    Ok(())
}

fn source(source: &Value, mimes: &[&str]) -> Checked {
    only(source, &["type", "media_type", "data"])?;
    rule!(source["type"] == "base64" && mimes.contains(&words(source, "media_type")?), "{source}");
    base64(words(source, "data")?)
}
