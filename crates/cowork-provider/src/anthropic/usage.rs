//! What an answer used. The wire reports it in pieces that are cumulative: the largest number of each is the last word.

use serde_json::Value;

use crate::Usage;

/// The counts so far; `None`: never reported.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Counts {
    fresh: Option<u64>,
    written: Option<u64>,
    read: Option<u64>,
    output: Option<u64>,
    thinking: Option<u64>,
}

impl Counts {
    /// Takes in one more usage block, and says what is known by now.
    pub(super) fn take_in(&mut self, block: &Value) -> Option<Usage> {
        let count = |value: &Value| {
            // Some gateways write counts as floats; the cast saturates.
            value.as_u64().or_else(|| value.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64))
        };
        let field = |name: &str| block.get(name).and_then(count);
        self.fresh = self.fresh.max(field("input_tokens"));
        self.written = self.written.max(field("cache_creation_input_tokens"));
        self.read = self.read.max(field("cache_read_input_tokens"));
        self.output = self.output.max(field("output_tokens"));
        let details = block.get("output_tokens_details");
        let thinking = details.and_then(|details| details.get("thinking_tokens")).and_then(count);
        self.thinking = self.thinking.max(thinking);
        self.usage()
    }

    fn usage(&self) -> Option<Usage> {
        let cached = self.written.unwrap_or(0).saturating_add(self.read.unwrap_or(0));
        let (input, output) = (self.fresh?.saturating_add(cached), self.output?);
        Some(Usage {
            input_tokens: input,
            output_tokens: output,
            cached_input_tokens: self.read,
            reasoning_tokens: self.thinking,
            total_tokens: input.saturating_add(output),
        })
    }
}
