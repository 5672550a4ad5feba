//! What comes back, the same from every service.

use serde_json::Value;

use crate::Parameters;

/// One step of an answer, in the order in which it happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// The service accepted the request.
    Headers {
        /// The service's own name for this call, to quote in a support request.
        request_id: Option<String>,
        /// The parameters as they were sent: without what the model is known not to take.
        parameters: Parameters,
    },
    /// The first byte of the answer's body is here, whatever it says.
    FirstByte,
    /// The model that really answers, as the service reports it. Comes at most once.
    Served {
        /// The model's id in the service's words; may be longer than the one asked for.
        model: String,
    },
    /// More text of the answer; append it. Never empty.
    Text(String),
    /// More of the model's thinking aloud; append it. Never empty.
    Reasoning(String),
    /// The model asks for a tool, its arguments whole. Comes after all text, in the model's order.
    Call(ToolCall),
    /// The answer in the form that only its origin understands: signatures, encrypted reasoning, the service's own
    /// tools. To be kept with the answer and sent back to that origin alone ([`Turn::origin`](crate::Turn::origin)).
    /// Comes at most once, near the end; an answer that holds nothing of the kind has none.
    Origin(Value),
    /// What the call used. Comes at most once, right before the end; a service that reports none sends none.
    Usage(Usage),
    /// The answer is whole. Always the last frame.
    Stop(StopReason),
}

/// A tool that a model asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// The service's name for this call, which its result has to carry. Made up where the service gives none.
    pub id: String,
    /// The tool.
    pub name: String,
    /// A JSON object as text, as the model wrote it: it may be broken. `{}` where it wrote nothing.
    pub arguments: String,
}

/// What one call used, as the service reported it.
///
/// Source: the usage block of the service's stream. A service that sends none leaves the call without a `Usage`;
/// a zero is never made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the conversation that was sent, those read from or written to a cache included.
    pub input_tokens: u64,
    /// Tokens of the answer, with its reasoning.
    pub output_tokens: u64,
    /// Of `input_tokens`, those that the service had cached. `None`: not reported.
    pub cached_input_tokens: Option<u64>,
    /// Of `output_tokens`, those spent on reasoning. `None`: not reported.
    pub reasoning_tokens: Option<u64>,
    /// As reported; else the sum of input and output.
    pub total_tokens: u64,
}

/// Why a whole answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// The model had said what it wanted to say.
    Finished,
    /// It waits for the results of the tools it asked for.
    ToolCalls,
    /// The answer reached the longest length allowed; it can be continued.
    Length,
    /// The service's content filter ended it after some text.
    ContentFilter,
    /// Another reason, in the service's word.
    Other(String),
}
