//! What a file holds: its entries, and whose format each has, told from the keys of its outermost object.

use std::collections::BTreeMap;

use cowork_contract::ImportFormat;
use serde_json::{Deserializer, value::RawValue};

use crate::ImportError;

/// Keys that an error lists.
const KEYS_SHOWN: usize = 8;
/// Bytes of a text that an error shows.
const TEXT_SHOWN: usize = 40;

type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// Every value that stands on its own in the file: one, several lines of them, or a list of them.
pub(crate) fn entries(file: &[u8]) -> Result<Vec<&str>, ImportError> {
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    if file.iter().all(u8::is_ascii_whitespace) {
        return Err(ImportError::Empty);
    }
    let broken = |fault: serde_json::Error| ImportError::NotJson { fault: fault.to_string() };
    let mut entries = Vec::new();
    for value in Deserializer::from_slice(file).into_iter::<&RawValue>() {
        let value = value.map_err(broken)?.get();
        if value.starts_with('[') {
            let list: Vec<&RawValue> = serde_json::from_str(value).map_err(broken)?;
            entries.extend(list.into_iter().map(RawValue::get));
        } else {
            entries.push(value);
        }
    }
    Ok(entries)
}

/// `None`: it is no conversation of a known format.
pub(crate) fn format_of(entry: &str) -> Option<ImportFormat> {
    let fields = fields(entry)?;
    let is_object = |name: &str| fields.get(name).is_some_and(|value| value.get().starts_with('{'));
    let is_list = |name: &str| fields.get(name).is_some_and(|value| value.get().starts_with('['));
    if text(&fields, "format").is_some_and(|format| format.starts_with("cowork.")) {
        return Some(ImportFormat::Cowork);
    }
    if is_object("mapping") {
        return Some(ImportFormat::Chatgpt);
    }
    if fields.contains_key("conversationId") && (is_list("messages") || is_list("messagesTree")) {
        return Some(ImportFormat::Librechat);
    }
    let chat = fields.get("chat").and_then(|chat| self::fields(chat.get()));
    let history = chat.as_ref().unwrap_or(&fields).get("history").and_then(|value| self::fields(value.get()));
    history.is_some_and(|history| history.contains_key("messages")).then_some(ImportFormat::OpenWebui)
}

/// What stands there, for an error.
pub(crate) fn seen(entry: &str) -> String {
    match fields(entry) {
        Some(fields) if fields.is_empty() => "it holds an empty object".to_owned(),
        Some(fields) => {
            let keys: Vec<String> = fields.keys().take(KEYS_SHOWN).map(|key| shortened(key)).collect();
            format!("it holds an object with {}", keys.join(", "))
        }
        None => format!("it holds {}", shortened(entry)),
    }
}

/// The entry's title, empty if it has none.
pub(crate) fn title(entry: &str) -> String {
    let title = fields(entry).and_then(|fields| text(&fields, "title")).unwrap_or_default();
    crate::draft::title(&title)
}

fn fields(entry: &str) -> Option<Fields<'_>> {
    serde_json::from_str(entry).ok()
}

fn text(fields: &Fields<'_>, name: &str) -> Option<String> {
    serde_json::from_str(fields.get(name)?.get()).ok()
}

fn shortened(text: &str) -> String {
    let short: String = text.chars().take(TEXT_SHOWN).filter(|c| !c.is_control()).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
