//! The shape of one event: a typed reading that borrows from the input for the usual event, and what can be read of
//! any JSON for the rest.

use serde::Deserialize;
use serde_json::Value;

use crate::Usage;
use crate::text::Text;

/// The usual event: a piece of something.
#[derive(Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow, default)]
    pub(super) item_id: Option<Text<'a>>,
    #[serde(default)]
    pub(super) output_index: Option<u64>,
    #[serde(default)]
    pub(super) content_index: Option<u64>,
    #[serde(default)]
    pub(super) summary_index: Option<u64>,
    #[serde(borrow)]
    pub(super) delta: Text<'a>,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Words of the answer.
    Text,
    /// Words of a refusal, which are the answer too.
    Refusal,
    /// A summary of the reasoning.
    Summary,
    /// The reasoning itself, from models that show it.
    Thought,
}

impl Kind {
    /// Of the texts that the event `response.{name}.delta` or `.done` is about.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "output_text" => Some(Self::Text),
            "refusal" => Some(Self::Refusal),
            "reasoning_summary_text" => Some(Self::Summary),
            "reasoning_text" => Some(Self::Thought),
            _ => None,
        }
    }

    /// Of a part of an item, with its text.
    pub(super) fn of_part(part: &Value) -> Option<(Self, &str)> {
        let kind = match text(part, "type") {
            "output_text" | "text" => Self::Text,
            "refusal" => return Some((Self::Refusal, text(part, "refusal"))),
            "summary_text" => Self::Summary,
            "reasoning_text" => Self::Thought,
            _ => return None,
        };
        Some((kind, text(part, "text")))
    }

    pub(super) fn is_reasoning(self) -> bool {
        matches!(self, Self::Summary | Self::Thought)
    }
}

/// A field that is a string; empty where it is anything else.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A field that is a list; empty where it is anything else.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The name by which a call's result is found.
pub(super) fn call_id(item: &Value) -> &str {
    let id = text(item, "call_id");
    if id.is_empty() { text(item, "id") } else { id }
}

/// A call's arguments; some servers send the object itself.
pub(super) fn arguments(holder: &Value) -> String {
    match holder.get("arguments") {
        Some(Value::String(text)) => text.clone(),
        Some(object @ Value::Object(_)) => object.to_string(),
        _ => String::new(),
    }
}

/// The usage of a response. Counts that are missing on one side are taken from the total, where there is one.
pub(super) fn usage(response: &Value) -> Option<Usage> {
    let block = response.get("usage")?;
    let count = |value: &Value| {
        // Some servers write counts as floats; the cast saturates.
        value.as_u64().or_else(|| value.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64))
    };
    let field = |name: &str| block.get(name).and_then(count);
    let detail = |group: &str, name: &str| block.get(group)?.get(name).and_then(count);
    let total = field("total_tokens");
    let (input, output) = match (field("input_tokens"), field("output_tokens")) {
        (Some(input), Some(output)) => (input, output),
        (Some(input), None) => (input, total?.saturating_sub(input)),
        (None, Some(output)) => (total?.saturating_sub(output), output),
        (None, None) => return None,
    };
    Some(Usage {
        input_tokens: input,
        output_tokens: output,
        cached_input_tokens: detail("input_tokens_details", "cached_tokens"),
        reasoning_tokens: detail("output_tokens_details", "reasoning_tokens"),
        total_tokens: total.unwrap_or_else(|| input.saturating_add(output)),
    })
}
