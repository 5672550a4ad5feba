//! What differs between the servers that speak this wire.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::ProviderKind;

/// How one server wants to be asked.
#[derive(Debug)]
pub(super) struct Dialect {
    /// Neighbouring turns of one side are sent as one: many chat templates refuse sides that do not alternate.
    pub(super) joins_turns: bool,
    /// The field that limits the answer's length.
    pub(super) max_tokens: &'static str,
    /// It has said that it does not know `stream_options`.
    refused_usage: AtomicBool,
}

impl Dialect {
    pub(super) fn of(kind: ProviderKind) -> Self {
        let official = kind == ProviderKind::OpenAi;
        Self {
            joins_turns: !official,
            max_tokens: if official { "max_completion_tokens" } else { "max_tokens" },
            refused_usage: AtomicBool::new(false),
        }
    }

    /// Whether to ask for the usage at the end of the stream.
    pub(super) fn asks_usage(&self) -> bool {
        !self.refused_usage.load(Ordering::Relaxed)
    }

    /// Notes a refusal of the request. Answers whether asking again, without the usage, is worth it.
    pub(super) fn refused(&self, detail: &str) -> bool {
        let about_usage = ["stream_options", "include_usage"].iter().any(|word| detail.contains(word));
        about_usage && !self.refused_usage.swap(true, Ordering::Relaxed)
    }
}
