//! The shape of one event, in two readings: a typed one that borrows from the input for the usual event, and a
//! lenient one over any JSON for the rest.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::Usage;
use crate::text::Text;

/// The usual event. Anything that does not fit it exactly is read by [`Loose`].
#[derive(serde::Deserialize)]
pub(super) struct Chunk<'a> {
    #[serde(borrow, default)]
    pub(super) model: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) choices: Vec<Choice<'a>>,
    #[serde(borrow, default)]
    pub(super) usage: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) error: Option<&'a RawValue>,
}

#[derive(serde::Deserialize)]
pub(super) struct Choice<'a> {
    #[serde(default)]
    pub(super) index: Option<u64>,
    #[serde(borrow, default)]
    pub(super) delta: Option<Delta<'a>>,
    #[serde(borrow, default)]
    pub(super) finish_reason: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) usage: Option<&'a RawValue>,
}

#[derive(serde::Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(borrow, default)]
    pub(super) content: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) refusal: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) reasoning_content: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) reasoning: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) tool_calls: Option<&'a RawValue>,
}

/// Reads what it can from any JSON.
pub(super) struct Loose<'a>(pub(super) &'a Value);

impl<'a> Loose<'a> {
    pub(super) fn model(&self) -> Option<&'a str> {
        self.0.get("model")?.as_str()
    }

    /// The choice that is followed: the first with index 0 or without an index.
    pub(super) fn choice(&self) -> Option<&'a Value> {
        let index = |choice: &Value| choice.get("index").and_then(Value::as_u64).unwrap_or(0);
        self.0.get("choices")?.as_array()?.iter().find(|choice| index(choice) == 0)
    }

    pub(super) fn usage(&self) -> Option<Usage> {
        let inner = || self.choice().and_then(|choice| choice.get("usage")).and_then(usage);
        self.0.get("usage").and_then(usage).or_else(inner)
    }
}

/// What a field of a delta says: a string, or a list of parts that hold strings.
pub(super) fn words(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(parts) => {
            Cow::Owned(parts.iter().filter(|part| !is_thinking(part)).map(part_words).collect())
        }
        _ => Cow::Borrowed(""),
    }
}

/// The thinking among the parts of a `content` list.
pub(super) fn thinking(value: &Value) -> String {
    let parts = value.as_array().into_iter().flatten();
    parts.filter(|part| is_thinking(part)).map(part_words).collect()
}

fn is_thinking(part: &Value) -> bool {
    part.get("type").and_then(Value::as_str) == Some("thinking")
}

/// Parts nest by one level at most: a thinking part may hold a list of text parts.
fn part_words(part: &Value) -> String {
    let text = |part: &Value| part.get("text").and_then(Value::as_str).map(str::to_owned);
    match part.get("thinking").or_else(|| part.get("text")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(inner)) => inner.iter().filter_map(text).collect(),
        _ => String::new(),
    }
}

/// The usage block. Counts that are missing on one side are taken from the total, where there is one.
pub(super) fn usage(block: &Value) -> Option<Usage> {
    let count = |value: &Value| {
        // Some servers write counts as floats; the cast saturates.
        value.as_u64().or_else(|| value.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64))
    };
    let field = |name: &str| block.get(name).and_then(count);
    let detail = |group: &str, name: &str| block.get(group)?.get(name).and_then(count);
    let total = field("total_tokens");
    let (input, output) = match (field("prompt_tokens"), field("completion_tokens")) {
        (Some(input), Some(output)) => (input, output),
        (Some(input), None) => (input, total?.saturating_sub(input)),
        (None, Some(output)) => (total?.saturating_sub(output), output),
        (None, None) => return None,
    };
    Some(Usage {
        input_tokens: input,
        output_tokens: output,
        cached_input_tokens: detail("prompt_tokens_details", "cached_tokens")
            .or_else(|| field("prompt_cache_hit_tokens")),
        reasoning_tokens: detail("completion_tokens_details", "reasoning_tokens"),
        total_tokens: total.unwrap_or_else(|| input.saturating_add(output)),
    })
}
