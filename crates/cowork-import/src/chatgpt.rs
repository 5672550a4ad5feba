//! `conversations.json` of ChatGPT's data export: a tree of nodes in `mapping`, `current_node` the one shown last.
//!
//! The service documents no schema. Read from public readers of real exports and their samples, 2026-11-24: LibreChat
//! (`api/server/utils/import/importers.js` and `__data__/chatgpt-modern-export.json` beside it) and the notes of
//! `mitkury/chatgpt-export-parser` (`docs/chatgpt-data-export-format.md`).
//! Always true: a kind of content that is not known here is counted, never guessed at.

use cowork_contract::{ImportFormat, LeftOutKind};
use serde_json::{Map, Value};

use crate::{
    Conversation,
    draft::{Draft, Node, Said},
    time,
};

/// Marks around a citation's key, from a range of Unicode that means nothing by itself.
const CITATION: (char, char) = ('\u{e200}', '\u{e201}');

pub(crate) fn read(entry: &str) -> Result<Conversation, String> {
    let value: Value = serde_json::from_str(entry).map_err(|fault| format!("It can't be read: {fault}."))?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let is = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or_default();
    let id = Some(text("conversation_id")).filter(|id| !id.is_empty()).unwrap_or_else(|| text("id"));
    let mut draft = Draft {
        source_id: id.to_owned(),
        title: text("title").to_owned(),
        created_at: time::read(value.get("create_time")),
        updated_at: time::read(value.get("update_time")),
        pinned: is("is_starred"),
        archived: is("is_archived"),
        leaf: Some(text("current_node").to_owned()),
        ..Draft::default()
    };
    let default_model = value.get("default_model_slug").and_then(Value::as_str);
    let Some(mapping) = value.get("mapping").and_then(Value::as_object) else {
        return Err("It has no messages: `mapping` is missing.".to_owned());
    };
    for (id, node) in mapping {
        let parent = node.get("parent").and_then(Value::as_str);
        let said = node.get("message").filter(|message| message.is_object());
        let mut said = said.and_then(|message| said_in(&mut draft, message, default_model));
        if let Some(said) = said.as_mut().filter(|said| !said.by_person) {
            said.reasoning = reasoning_above(mapping, parent);
        }
        draft.nodes.push(Node { id: id.clone(), parent: parent.map(str::to_owned), message: said });
    }
    // Regenerated answers and edits in the order in which they were made.
    let time_of = |node: &Node| node.message.as_ref().and_then(|said| said.at);
    draft.nodes.sort_by_key(time_of);
    draft.finish(ImportFormat::Chatgpt)
}

fn said_in(draft: &mut Draft, message: &Value, default_model: Option<&str>) -> Option<Said> {
    let text = |path: &str| message.pointer(path).and_then(Value::as_str);
    let role = text("/author/role").unwrap_or_default();
    let kind = text("/content/content_type").unwrap_or_default();
    let hidden =
        message.pointer("/metadata/is_visually_hidden_from_conversation") == Some(&Value::Bool(true));
    match (role, kind) {
        ("system", _) | (_, "user_editable_context" | "model_editable_context") => {
            // Most of them are empty and stand at the root.
            if !content(message).is_empty() || kind != "text" {
                draft.leave_out(LeftOutKind::Instructions);
            }
            return None;
        }
        ("tool", _) => {
            note_pictures(draft, message);
            draft.leave_out(LeftOutKind::ToolCalls);
            return None;
        }
        (_, "thoughts" | "reasoning_recap") => return None,
        ("user" | "assistant", _) => {}
        _ => {
            draft.leave_out(LeftOutKind::UnknownParts);
            return None;
        }
    }
    if hidden {
        draft.leave_out(LeftOutKind::Instructions);
        return None;
    }
    if text("/recipient").is_some_and(|recipient| recipient != "all") {
        draft.leave_out(LeftOutKind::ToolCalls);
        return None;
    }
    let words = words_of(draft, message, kind);
    if words.trim().is_empty() {
        // What it had instead is counted already, or it had nothing.
        draft.leave_out(LeftOutKind::EmptyMessages);
        return None;
    }
    let by_person = role == "user";
    let model = text("/metadata/model_slug").or(default_model).map(str::to_owned);
    Some(Said {
        by_person,
        text: words,
        reasoning: None,
        model: model.filter(|_| !by_person),
        at: time::read(message.get("create_time")),
        stopped: text("/status") == Some("in_progress")
            || text("/metadata/finish_details/type") == Some("interrupted"),
    })
}

/// The text of a message's parts, those without text counted.
fn words_of(draft: &mut Draft, message: &Value, kind: &str) -> String {
    let text = |name: &str| message.pointer(name).and_then(Value::as_str);
    match kind {
        "text" | "multimodal_text" => {
            let parts = content(message);
            let parts: Vec<String> = parts.iter().filter_map(|part| part_text(draft, part)).collect();
            parts.join("\n\n")
        }
        "code" => fenced(
            text("/content/language").filter(|language| *language != "unknown").unwrap_or_default(),
            text("/content/text").unwrap_or_default(),
        ),
        "execution_output" => fenced("", text("/content/text").unwrap_or_default()),
        _ => {
            draft.leave_out(LeftOutKind::UnknownParts);
            text("/content/text").or_else(|| text("/content/result")).unwrap_or_default().to_owned()
        }
    }
}

/// The parts of a message that are not empty.
fn content(message: &Value) -> Vec<&Value> {
    let parts = message.pointer("/content/parts").and_then(Value::as_array);
    parts.into_iter().flatten().filter(|part| part.as_str() != Some("") && !part.is_null()).collect()
}

fn part_text(draft: &mut Draft, part: &Value) -> Option<String> {
    if let Some(text) = part.as_str() {
        return Some(without_citations(draft, text));
    }
    let kind = part.get("content_type").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "audio_transcription" => return part.get("text").and_then(Value::as_str).map(str::to_owned),
        "image_asset_pointer" => draft.leave_out(LeftOutKind::Images),
        "audio_asset_pointer"
        | "video_container_asset_pointer"
        | "real_time_user_audio_video_asset_pointer" => {
            draft.leave_out(LeftOutKind::Files);
        }
        _ => draft.leave_out(LeftOutKind::UnknownParts),
    }
    None
}

/// What a tool painted is a picture that the person saw.
fn note_pictures(draft: &mut Draft, message: &Value) {
    for part in content(message) {
        if part.get("content_type").and_then(Value::as_str) == Some("image_asset_pointer") {
            draft.leave_out(LeftOutKind::Images);
        }
    }
}

/// The text without the marks that stand for sources; what they lead to is not in the text.
fn without_citations(draft: &mut Draft, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(CITATION.0) {
        out.push_str(before);
        draft.leave_out(LeftOutKind::Citations);
        // One that does not end is a mark alone.
        rest = after.split_once(CITATION.1).map_or(after, |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// The thoughts in the nodes above an answer, up to what was said before it; calls of tools may stand between.
fn reasoning_above(mapping: &Map<String, Value>, parent: Option<&str>) -> Option<String> {
    let (mut thoughts, mut at) = (Vec::new(), parent);
    for _ in 0..mapping.len() {
        let Some(node) = at.and_then(|id| mapping.get(id)) else { break };
        let text = |path: &str| node.pointer(path).and_then(Value::as_str);
        match text("/message/content/content_type") {
            Some("thoughts") => {
                let steps = node.pointer("/message/content/thoughts").and_then(Value::as_array);
                for step in steps.into_iter().flatten().rev() {
                    let of =
                        |name: &str| step.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
                    thoughts.extend(of("content").or_else(|| of("summary")));
                }
            }
            Some("reasoning_recap") => {}
            _ if text("/message/author/role") == Some("tool") => {}
            _ if text("/message/recipient").is_some_and(|recipient| recipient != "all") => {}
            _ => break,
        }
        at = node.get("parent").and_then(Value::as_str);
    }
    thoughts.reverse();
    Some(thoughts.join("\n\n")).filter(|text| !text.is_empty())
}

/// A code block whose fence is longer than any in the text.
fn fenced(language: &str, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let language: String =
        language.chars().filter(|c| c.is_ascii_alphanumeric() || "+-#".contains(*c)).collect();
    format!("{fence}{language}\n{text}\n{fence}")
}
