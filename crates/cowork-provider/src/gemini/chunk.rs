//! The shape of one event, in two readings: a typed one that borrows from the input for the usual event, and a
//! lenient one over any JSON for the rest.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::Usage;

/// The usual event: text and thoughts. Anything that does not fit it exactly is read by [`Loose`].
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Chunk<'a> {
    #[serde(borrow)]
    pub(super) candidates: Vec<Candidate<'a>>,
    #[serde(borrow, default)]
    pub(super) usage_metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) model_version: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) response_id: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) prompt_feedback: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) error: Option<&'a RawValue>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Candidate<'a> {
    #[serde(default)]
    pub(super) index: u64,
    #[serde(borrow, default)]
    pub(super) content: Content<'a>,
    #[serde(borrow, default)]
    pub(super) finish_reason: Cow<'a, str>,
}

#[derive(Default, serde::Deserialize)]
pub(super) struct Content<'a> {
    #[serde(borrow, default)]
    pub(super) parts: Vec<Words<'a>>,
}

/// A part that is words and nothing else.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words<'a> {
    #[serde(borrow)]
    pub(super) text: Cow<'a, str>,
    #[serde(default)]
    pub(super) thought: bool,
}

/// Reads what it can from any JSON.
pub(super) struct Loose<'a>(pub(super) &'a Value);

impl<'a> Loose<'a> {
    pub(super) fn word(&self, name: &str) -> &'a str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The candidate that is followed: the first with index 0 or without an index.
    pub(super) fn candidate(&self) -> Option<&'a Value> {
        let index = |candidate: &Value| candidate.get("index").and_then(Value::as_u64).unwrap_or(0);
        self.0.get("candidates")?.as_array()?.iter().find(|candidate| index(candidate) == 0)
    }

    /// Why the question was not answered at all.
    pub(super) fn blocked(&self) -> Option<&'a str> {
        let reason = self.0.get("promptFeedback")?.get("blockReason")?.as_str()?;
        (!reason.is_empty() && reason != "BLOCK_REASON_UNSPECIFIED").then_some(reason)
    }

    pub(super) fn usage(&self) -> Option<Usage> {
        self.0.get("usageMetadata").and_then(usage)
    }
}

/// The usage block. A count of zero is left out by the service: what is missing is taken from the total, where there
/// is one.
pub(super) fn usage(block: &Value) -> Option<Usage> {
    let count = |value: &Value| {
        // Some gateways write counts as floats; the cast saturates.
        value.as_u64().or_else(|| value.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64))
    };
    let field = |name: &str| block.get(name).and_then(count);
    // Results of the service's own tools are read by the model like the rest.
    let used = field("toolUsePromptTokenCount").unwrap_or(0);
    let input = field("promptTokenCount").map(|sent| sent.saturating_add(used));
    let (thoughts, total) = (field("thoughtsTokenCount"), field("totalTokenCount"));
    let output = field("candidatesTokenCount").map(|said| said.saturating_add(thoughts.unwrap_or(0)));
    let (input, output) = match (input, output) {
        (Some(input), Some(output)) => (input, output),
        (Some(input), None) => (input, total.map(|total| total.saturating_sub(input)).or(thoughts)?),
        (None, Some(output)) => (total?.saturating_sub(output), output),
        (None, None) => return None,
    };
    Some(Usage {
        input_tokens: input,
        output_tokens: output,
        cached_input_tokens: field("cachedContentTokenCount"),
        reasoning_tokens: thoughts,
        total_tokens: total.unwrap_or_else(|| input.saturating_add(output)),
    })
}
