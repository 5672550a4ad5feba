//! What comes back, the same from every service.

/// One step of an answer, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// The service accepted the request.
    Headers {
        /// The service's own name for this call, to quote in a support request.
        request_id: Option<String>,
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
    /// What the call used. Comes at most once, right before the end; a service that reports none sends none.
    Usage(Usage),
    /// The answer is whole. Always the last frame.
    Stop(StopReason),
}

/// What one call used, as the service reported it.
///
/// Source: the usage block of the service's stream. A service that sends none leaves the call without a `Usage`;
/// a zero is never made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the conversation that was sent.
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
    /// The answer reached the longest length allowed; it can be continued.
    Length,
    /// The service's content filter ended it after some text.
    ContentFilter,
    /// Another reason, in the service's word.
    Other(String),
}
