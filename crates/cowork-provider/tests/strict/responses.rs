//! OpenAI's responses, with nothing stored.

use std::collections::HashSet;

use serde_json::Value;

use super::{Checked, data_url, list, name, only, plain, rule, words};

pub(super) fn check(body: &Value, own: bool) -> Checked {
    let fields = ["model", "instructions", "input", "stream", "store", "include", "tools", "reasoning"];
    only(body, &[&fields[..], &["max_output_tokens"]].concat())?;
    rule!(body["store"] == false, "something would be stored");
    for tool in body["tools"].as_array().into_iter().flatten() {
        only(tool, &["type", "name", "description", "parameters", "strict"])?;
        name(tool)?;
    }
    let (mut ids, mut open, mut items) = (HashSet::new(), HashSet::new(), HashSet::new());
    let input = list(body, "input")?;
    for (at, item) in input.iter().enumerate() {
        let kind = words(item, "type")?;
        if let Some(id) = item.get("id") {
            rule!(own, "item {at} has the id of another service: {item}");
            rule!(items.insert(id), "item {at}: the id {id} twice");
        }
        rule!(item.get("status").is_none() || own, "item {at}: {item}");
        match kind {
            "message" => {
                only(item, &["type", "role", "content", "id", "status"])?;
                message(item)?;
                rule!(item["role"] == "assistant" || open.is_empty(), "item {at}: no result of {open:?}");
            }
            "function_call" => {
                only(item, &["type", "call_id", "name", "arguments", "id", "status"])?;
                name(item)?;
                rule!(item["arguments"].is_string(), "{item}");
                let id = words(item, "call_id")?;
                rule!(id.len() <= 64 && id.chars().all(plain), "the id {id:?}");
                rule!(ids.insert(id), "the id {id:?} twice");
                open.insert(id);
            }
            "function_call_output" => {
                only(item, &["type", "call_id", "output"])?;
                rule!(item["output"].is_string(), "{item}");
                let id = words(item, "call_id")?;
                rule!(open.remove(id), "item {at}: a result without a call before: {id:?}");
            }
            "reasoning" => {
                rule!(own, "item {at}: reasoning of another service");
                only(item, &["type", "id", "summary", "content", "encrypted_content"])?;
                words(item, "encrypted_content")?;
                rule!(item["summary"].is_array(), "{item}");
                let next = input.get(at + 1).map_or("", |next| next["type"].as_str().unwrap_or_default());
                rule!(["message", "function_call", "reasoning"].contains(&next), "item {at} led to nothing");
            }
            other => return Err(format!("item {at}: {other:?}")),
        }
    }
    rule!(open.is_empty(), "calls without a result at the end: {open:?}");
    Ok(())
}

fn message(item: &Value) -> Checked {
    let role = words(item, "role")?;
    for part in list(item, "content")? {
        match (role, words(part, "type")?) {
            ("user", "input_text") => {
                only(part, &["type", "text"])?;
                words(part, "text")?;
            }
            ("user", "input_image") => {
                only(part, &["type", "image_url", "detail"])?;
                data_url(part, "image_url", "image/")?;
            }
            ("user", "input_file") => {
                only(part, &["type", "filename", "file_data"])?;
                words(part, "filename")?;
                data_url(part, "file_data", "application/pdf")?;
            }
            ("assistant", "output_text") => {
                only(part, &["type", "text", "annotations", "logprobs"])?;
                words(part, "text")?;
            }
            (role, other) => return Err(format!("the part {other:?} of {role:?}")),
        }
    }
    Ok(())
}
