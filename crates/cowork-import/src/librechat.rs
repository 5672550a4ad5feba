//! A conversation exported by LibreChat as JSON: messages in a list with parent ids, or in a tree of `children`.
//!
//! Read from LibreChat's importer and its samples, 2026-11-24: `api/server/utils/import/importers.js`,
//! `__data__/librechat-tree.json` and `__data__/librechat-opts-nonr-branches.json` beside it.
//! Always true: a tree is walked level by level without recursion, and within a budget, since each level holds all
//! that is below it.

use cowork_contract::{ImportFormat, LeftOutKind};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    Conversation,
    draft::{Draft, Node, Said},
    time,
};

/// The parent of a message that has none.
const NO_PARENT: &str = "00000000-0000-0000-0000-000000000000";
/// Bytes that walking a tree may read, over all levels.
const WALK_MAX: usize = 1 << 30;

#[derive(Deserialize)]
struct Exported<'a> {
    #[serde(rename = "conversationId")]
    conversation_id: Value,
    #[serde(default)]
    title: Value,
    #[serde(default)]
    options: Value,
    #[serde(borrow, default)]
    messages: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "messagesTree")]
    tree: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Branch<'a> {
    #[serde(borrow, default)]
    children: Option<&'a RawValue>,
}

pub(crate) fn read(entry: &str) -> Result<Conversation, String> {
    let faulty = |fault: serde_json::Error| format!("It can't be read: {fault}.");
    let exported: Exported<'_> = serde_json::from_str(entry).map_err(faulty)?;
    let prompt = exported.options.get("promptPrefix").or_else(|| exported.options.get("system"));
    let prompt = prompt.and_then(Value::as_str).filter(|prompt| !prompt.trim().is_empty());
    let mut draft = Draft {
        source_id: exported.conversation_id.as_str().unwrap_or_default().to_owned(),
        title: exported.title.as_str().unwrap_or_default().to_owned(),
        system_prompt: prompt.map(str::to_owned),
        ..Draft::default()
    };
    let Some(messages) = exported.tree.or(exported.messages) else {
        return Err("It has no messages.".to_owned());
    };
    walk(&mut draft, messages)?;
    let times = || draft.nodes.iter().filter_map(|node| node.message.as_ref()?.at);
    let (first, last) = (times().min(), times().max());
    (draft.created_at, draft.updated_at) = (first, last);
    draft.finish(ImportFormat::Librechat)
}

/// Every message, before those that hang below it.
fn walk(draft: &mut Draft, messages: &RawValue) -> Result<(), String> {
    let mut left = WALK_MAX;
    let mut open: Vec<(&RawValue, Option<String>)> = vec![(messages, None)];
    while let Some((list, above)) = open.pop() {
        // Each list is read once whole and once item by item.
        left = left
            .checked_sub(list.get().len().saturating_mul(2))
            .ok_or("Its messages nest too deep for their size.")?;
        let list: Vec<&RawValue> =
            serde_json::from_str(list.get()).map_err(|_| "Its messages are no list.")?;
        for item in list {
            let branch: Option<Branch<'_>> = serde_json::from_str(item.get()).ok();
            let children = branch.and_then(|branch| branch.children);
            let whole = without_children(item.get(), children);
            let Ok(message) = serde_json::from_str::<Value>(&whole) else {
                draft.leave_out(LeftOutKind::UnknownParts);
                continue;
            };
            let id = message.get("messageId").and_then(Value::as_str).unwrap_or_default().to_owned();
            let told = message.get("parentMessageId").and_then(Value::as_str);
            let told = told.filter(|parent| *parent != NO_PARENT).map(str::to_owned);
            let said = said_in(draft, &message);
            draft.nodes.push(Node { id: id.clone(), parent: above.clone().or(told), message: said });
            if let Some(children) = children {
                open.push((children, Some(id)));
            }
        }
    }
    Ok(())
}

/// A message alone, whatever hangs below it: what is left nests as deep as one message.
fn without_children(item: &str, children: Option<&RawValue>) -> String {
    let Some(children) = children.map(RawValue::get) else { return item.to_owned() };
    // The value is a slice of the item's own text.
    let start = (children.as_ptr() as usize).saturating_sub(item.as_ptr() as usize);
    match (item.get(..start), item.get(start + children.len()..)) {
        (Some(before), Some(after)) => format!("{before}null{after}"),
        _ => item.to_owned(),
    }
}

fn said_in(draft: &mut Draft, message: &Value) -> Option<Said> {
    let text = |name: &str| message.get(name).and_then(Value::as_str).unwrap_or_default();
    let is = |name: &str| message.get(name).and_then(Value::as_bool).unwrap_or_default();
    for name in ["files", "attachments"] {
        for file in message.get(name).and_then(Value::as_array).into_iter().flatten() {
            let kind = file.get("type").and_then(Value::as_str).unwrap_or_default();
            draft.leave_out(if kind.starts_with("image/") {
                LeftOutKind::Images
            } else {
                LeftOutKind::Files
            });
        }
    }
    let (mut words, mut reasoning) = (Vec::new(), Vec::new());
    for part in message.get("content").and_then(Value::as_array).into_iter().flatten() {
        let of = |name: &str| {
            let held = part.get(name)?;
            held.as_str().or_else(|| held.get("value")?.as_str()).filter(|text| !text.trim().is_empty())
        };
        match part.get("type").and_then(Value::as_str).unwrap_or_default() {
            "text" => words.extend(of("text")),
            "think" => reasoning.extend(of("think")),
            "error" => words.extend(of("error")),
            "tool_call" => draft.leave_out(LeftOutKind::ToolCalls),
            "image_file" | "image_url" => draft.leave_out(LeftOutKind::Images),
            _ => draft.leave_out(LeftOutKind::UnknownParts),
        }
    }
    let words = if text("text").trim().is_empty() { words.join("\n\n") } else { text("text").to_owned() };
    if words.trim().is_empty() {
        draft.leave_out(LeftOutKind::EmptyMessages);
        return None;
    }
    let by_person = is("isCreatedByUser");
    let model = [text("model"), text("sender")].into_iter().find(|name| !name.is_empty());
    Some(Said {
        by_person,
        text: words,
        reasoning: Some(reasoning.join("\n\n")).filter(|text| !text.is_empty()),
        model: model.filter(|_| !by_person).map(str::to_owned),
        at: time::read(message.get("createdAt")),
        stopped: is("unfinished"),
    })
}
