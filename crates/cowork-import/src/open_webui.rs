//! Chats exported by Open WebUI: a list of them, each with its messages by id in `chat.history.messages`.
//!
//! Read from Open WebUI's own page (`src/lib/utils/index.ts`, which converts ChatGPT's export to it) and LibreChat's
//! sample of it (`api/server/utils/import/__data__/openwebui-export.json`), 2026-11-24.

use cowork_contract::{ImportFormat, LeftOutKind};
use serde_json::Value;

use crate::{
    Conversation,
    draft::{Draft, Node, Said},
    time,
};

pub(crate) fn read(entry: &str) -> Result<Conversation, String> {
    let value: Value = serde_json::from_str(entry).map_err(|fault| format!("It can't be read: {fault}."))?;
    let chat = value.get("chat").filter(|chat| chat.is_object()).unwrap_or(&value);
    let text = |name: &str| {
        let text = value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.or_else(|| chat.get(name).and_then(Value::as_str)).unwrap_or_default().to_owned()
    };
    let is = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or_default();
    let prompt = chat.pointer("/params/system").or_else(|| chat.get("system")).and_then(Value::as_str);
    let mut draft = Draft {
        source_id: text("id"),
        title: text("title"),
        created_at: time::read(value.get("created_at").or_else(|| chat.get("timestamp"))),
        updated_at: time::read(value.get("updated_at")),
        pinned: is("pinned"),
        archived: is("archived"),
        system_prompt: prompt.filter(|prompt| !prompt.trim().is_empty()).map(str::to_owned),
        leaf: chat.pointer("/history/currentId").and_then(Value::as_str).map(str::to_owned),
        ..Draft::default()
    };
    let Some(messages) = chat.pointer("/history/messages").and_then(Value::as_object) else {
        return Err("It has no messages: `history.messages` is missing.".to_owned());
    };
    for (id, message) in messages {
        let parent = message.get("parentId").and_then(Value::as_str).map(str::to_owned);
        let message = said_in(&mut draft, message);
        draft.nodes.push(Node { id: id.clone(), parent, message });
    }
    draft.nodes.sort_by_key(|node| node.message.as_ref().and_then(|said| said.at));
    draft.finish(ImportFormat::OpenWebui)
}

fn said_in(draft: &mut Draft, message: &Value) -> Option<Said> {
    for file in message.get("files").and_then(Value::as_array).into_iter().flatten() {
        let is_image = file.get("type").and_then(Value::as_str) == Some("image");
        draft.leave_out(if is_image { LeftOutKind::Images } else { LeftOutKind::Files });
    }
    let by_person = match message.get("role").and_then(Value::as_str) {
        Some("user") => true,
        Some("assistant") => false,
        Some("system") => {
            draft.leave_out(LeftOutKind::Instructions);
            return None;
        }
        _ => {
            draft.leave_out(LeftOutKind::UnknownParts);
            return None;
        }
    };
    let mut said = Said { by_person, at: time::read(message.get("timestamp")), ..Said::default() };
    match message.get("output").and_then(Value::as_array).filter(|_| !by_person) {
        Some(output) if output.iter().any(|item| kind(item) == "message") => {
            read_output(draft, &mut said, output)
        }
        _ => {
            let content = message.get("content").and_then(Value::as_str).unwrap_or_default();
            (said.text, said.reasoning) =
                if by_person { (content.to_owned(), None) } else { without_details(draft, content) };
        }
    }
    if said.text.trim().is_empty() {
        draft.leave_out(LeftOutKind::EmptyMessages);
        return None;
    }
    if !by_person {
        said.model = message.get("model").and_then(Value::as_str).map(str::to_owned);
        said.stopped = message.get("done").and_then(Value::as_bool) == Some(false);
    }
    Some(said)
}

fn kind(item: &Value) -> &str {
    item.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// The answer as it came piece by piece, which newer versions keep beside its rendered text.
fn read_output(draft: &mut Draft, said: &mut Said, output: &[Value]) {
    let (mut words, mut reasoning) = (Vec::new(), Vec::new());
    for item in output {
        let parts = item.get("content").and_then(Value::as_array).into_iter().flatten();
        let texts = parts.filter_map(|part| part.get("text").and_then(Value::as_str));
        match kind(item) {
            "message" => words.extend(texts),
            "reasoning" => reasoning.extend(texts),
            "function_call" => draft.leave_out(LeftOutKind::ToolCalls),
            // What a call gave is told with the call.
            "function_call_output" => {}
            _ => draft.leave_out(LeftOutKind::UnknownParts),
        }
    }
    said.text = words.join("\n\n");
    said.reasoning = Some(reasoning.join("\n\n")).filter(|text| !text.is_empty());
}

/// The text without the blocks in which reasoning and calls of tools are rendered into it, and the reasoning.
fn without_details(draft: &mut Draft, text: &str) -> (String, Option<String>) {
    const OPEN: &str = "<details type=\"";
    const CLOSE: &str = "</details>";
    let (mut out, mut reasoning) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((block, behind)) = after.split_once(CLOSE) else { break };
        out.push_str(before);
        if block.starts_with("reasoning") {
            // Quoted line by line, and escaped.
            let quoted = block.split_once("</summary>").map_or("", |(_, quoted)| quoted).trim();
            let lines =
                quoted.lines().map(|line| line.trim_start_matches("&gt;").trim_start_matches('>').trim());
            reasoning.push(lines.collect::<Vec<_>>().join("\n"));
        } else {
            draft.leave_out(LeftOutKind::ToolCalls);
        }
        rest = behind.trim_start_matches('\n');
    }
    out.push_str(rest);
    (out, Some(reasoning.join("\n\n")).filter(|text| !text.is_empty()))
}
