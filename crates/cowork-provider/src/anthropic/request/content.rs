//! Writes single blocks of the person's content. What the wire does not take is named in words, so that one
//! attachment never makes a whole conversation unsendable.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Characters of a document's name.
const NAME: usize = 200;

pub(super) fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

pub(super) fn image(mime: &str, data: &[u8]) -> Value {
    let mime = match essence(mime).as_str() {
        "image/jpg" => "image/jpeg".to_owned(),
        other => other.to_owned(),
    };
    if data.is_empty() || !["image/jpeg", "image/png", "image/gif", "image/webp"].contains(&mime.as_str()) {
        return text(&format!("[An image ({mime}) that can't be shown to this model.]"));
    }
    json!({ "type": "image", "source": base64(&mime, data) })
}

pub(super) fn file(name: &str, mime: &str, data: &[u8]) -> Value {
    let mime = essence(mime);
    let name = name.trim().chars().take(NAME).collect::<String>();
    let is_text =
        mime.starts_with("text/") || ["application/json", "application/xml"].contains(&mime.as_str());
    let source = if mime == "application/pdf" && !data.is_empty() {
        base64(&mime, data)
    } else if is_text && !data.trim_ascii().is_empty() {
        json!({ "type": "text", "media_type": "text/plain", "data": String::from_utf8_lossy(data) })
    } else {
        return text(&format!("[The file {name:?} ({mime}) can't be read by this model.]"));
    };
    let mut document = json!({ "type": "document", "source": source });
    if !name.is_empty() {
        document["title"] = name.into();
    }
    document
}

pub(super) fn result(id: &str, content: &str, is_error: bool) -> Value {
    let mut result = json!({ "type": "tool_result", "tool_use_id": id });
    if !content.trim().is_empty() {
        result["content"] = content.into();
    } else if is_error {
        result["content"] = "It failed without a word.".into(); // an error must not be empty
    }
    if is_error {
        result["is_error"] = true.into();
    }
    result
}

fn base64(mime: &str, data: &[u8]) -> Value {
    json!({ "type": "base64", "media_type": mime, "data": STANDARD.encode(data) })
}

/// A media type without its parameters.
fn essence(mime: &str) -> String {
    mime.split(';').next().unwrap_or_default().trim().to_lowercase()
}
