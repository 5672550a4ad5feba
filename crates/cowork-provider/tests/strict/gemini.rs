//! Google's Gemini, of the generation that wants calls signed.

use serde_json::Value;

use super::{Checked, base64, list, name, object, only, rule, words};

/// What stands for the signature of calls that others made.
const UNSIGNED: &str = "skip_thought_signature_validator";

pub(super) fn check(body: &Value, own: bool) -> Checked {
    only(body, &["systemInstruction", "contents", "tools", "generationConfig"])?;
    for tool in body["tools"].as_array().into_iter().flatten() {
        only(tool, &["functionDeclarations"])?;
        for function in list(tool, "functionDeclarations")? {
            only(function, &["name", "description", "parameters"])?;
            name(function)?;
        }
    }
    let contents = list(body, "contents")?;
    rule!(contents[0]["role"] == "user", "the model begins");
    rule!(contents.last().is_some_and(|last| last["role"] == "user"), "the model has the last word");
    let mut open: Vec<&Value> = Vec::new();
    for (at, content) in contents.iter().enumerate() {
        only(content, &["role", "parts"])?;
        let role = words(content, "role")?;
        let parts = list(content, "parts")?;
        let after_results = at > 0 && contents[at - 1]["parts"][0].get("functionResponse").is_some();
        rule!(at == 0 || role != contents[at - 1]["role"] || after_results, "content {at}: {role:?} again");
        let results = parts.iter().filter_map(|part| part.get("functionResponse")).collect::<Vec<_>>();
        rule!(results.len() == open.len(), "content {at}: {} results of {} calls", results.len(), open.len());
        for (result, call) in results.iter().zip(open.drain(..)) {
            only(result, &["name", "response", "id"])?;
            object(&result["response"])?;
            rule!(result["name"] == call["name"], "content {at}: {result} of {call}");
            rule!(result.get("id") == call.get("id"), "content {at}: {result} of {call}");
        }
        rule!(results.is_empty() || results.len() == parts.len(), "content {at}: results beside other parts");
        for part in parts {
            one(part, role, own)?;
            open.extend(part.get("functionCall"));
        }
        if let Some(first) = parts.iter().find(|part| part.get("functionCall").is_some()) {
            words(first, "thoughtSignature")?;
        }
    }
    rule!(open.is_empty(), "calls without a result at the end");
    Ok(())
}

fn one(part: &Value, role: &str, own: bool) -> Checked {
    only(part, &["text", "inlineData", "functionCall", "functionResponse", "thoughtSignature"])?;
    let kinds = part.as_object().into_iter().flat_map(|part| part.keys());
    rule!(kinds.filter(|kind| *kind != "thoughtSignature").count() == 1, "{part}");
    if let Some(signature) = part.get("thoughtSignature") {
        rule!(role == "model" && (own || signature == UNSIGNED), "{part}");
    }
    if part.get("text").is_some() {
        // A signature may come with nothing else.
        rule!(part.get("thoughtSignature").is_some() || words(part, "text").is_ok(), "{part}");
    }
    if let Some(data) = part.get("inlineData") {
        rule!(role == "user", "{part}");
        only(data, &["mimeType", "data"])?;
        rule!(["image/png", "application/pdf"].contains(&words(data, "mimeType")?), "{data}");
        base64(words(data, "data")?)?;
    }
    if let Some(call) = part.get("functionCall") {
        rule!(role == "model" && (own || call.get("id").is_none()), "{part}");
        only(call, &["name", "args", "id"])?;
        name(call)?;
        object(&call["args"])?;
    }
    rule!(role == "user" || part.get("functionResponse").is_none(), "{part}");
    Ok(())
}
