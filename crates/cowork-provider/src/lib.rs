//! Model services behind one trait: a request in, normalised [`Frame`]s out.
//!
//! Start at [`Provider`], then [`Registry`]. [`Remote`] is every service behind a network; a module per wire says how
//! it is asked and read (`openai_chat` for OpenAI's chat completions and every server compatible with them,
//! `openai_responses`, `anthropic`, `gemini` and `ollama` for the services' own), with what all of them share in
//! `decode` and `stream`. [`look_up`] says what is known of well-known models where a service is silent; [`demo`] is
//! the model that is built in.
//! Always true: an answer ends with exactly one [`Frame::Stop`] or one [`Failure`]; dropping it closes the
//! provider's connection; memory is bounded by [`Limits`]; a key is never part of a value that can be printed.
//! Elsewhere: retries, fallback, what of the conversation is sent and what is stored (`cowork-engine`).

mod anthropic;
mod catalog;
mod classify;
mod config;
mod decode;
pub mod demo;
mod discovery;
mod failure;
mod frame;
#[doc(hidden)]
pub mod fuzzing;
mod gemini;
mod http;
mod lines;
mod ollama;
mod openai_chat;
mod openai_responses;
mod parameters;
mod registry;
mod remote;
mod request;
mod services;
mod sse;
mod stream;
mod text;
mod tls;
mod wire;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

pub use catalog::{Entry, cost_micro_usd, look_up};
pub use config::{ConfigError, Limits, ProviderConfig, ProviderKind, Timeouts};
pub use discovery::{LocalServer, discover};
pub use failure::{Failure, FailureKind};
pub use frame::{Frame, StopReason, ToolCall, Usage};
pub use parameters::Parameters;
pub use registry::{Registry, ResolveError};
pub use remote::Remote;
pub use request::{Effort, ModelRequest, Origin, Part, Role, Tool, Turn};
pub use services::{SERVICES, Service};
pub use tls::install_tls;

/// One configured model service.
pub trait Provider: Send + Sync + std::fmt::Debug {
    /// The id it has in the configuration: shown as the badge, stored as `providerId`.
    fn id(&self) -> &str;

    /// The kind that it is configured as.
    fn kind(&self) -> ProviderKind;

    /// The kind whose wire it speaks, which is what [`Origin::wire`] says of its answers: OpenAI itself speaks that of
    /// [`ProviderKind::OpenAiResponses`].
    fn wire(&self) -> ProviderKind {
        self.kind()
    }

    /// Asks for one answer. Nothing is sent before the stream is first polled.
    ///
    /// The stream ends after exactly one `Ok(Frame::Stop)` or one `Err`. Dropping it closes the provider's
    /// connection at once. Frames follow what the network delivered: neighbouring pieces of text that arrived
    /// together come as one frame.
    fn stream(&self, request: ModelRequest) -> BoxStream<'static, Result<Frame, Failure>>;

    /// What is known of a model without asking anybody.
    fn describe(&self, model: &str) -> ModelInfo {
        ModelInfo::named(model)
    }

    /// Its keys in their order, and how the service met each of them last.
    fn keys(&self) -> Vec<KeyUse> {
        Vec::new()
    }

    /// The models it offers: the configured list, or else what the service itself names.
    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Failure>>;

    /// What the service itself names, whatever is configured.
    fn own_models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Failure>> {
        self.models()
    }
}

/// One of a provider's keys, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// Its last characters. `None`: it is too short to show any of it.
    pub hint: Option<String>,
    /// How the service met it.
    pub state: KeyState,
}

/// How a service met a key since the provider was set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It is the first to be sent.
    InUse,
    /// It is sent when the service refuses those before it.
    Spare,
    /// The service did not accept it.
    Refused,
    /// The service has had enough of it for now.
    Limited,
}

/// One model that a provider offers. What the service does not tell is `None`, never a guess.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ModelInfo {
    /// What a request names it by.
    pub id: String,
    /// A name for people. `None`: the service gives none, show the id.
    pub label: Option<String>,
    /// How many tokens fit into one conversation.
    pub context_window: Option<u64>,
    /// The most tokens it answers with.
    pub output_limit: Option<u64>,
    /// Whether it sees images.
    pub images: Option<bool>,
    /// Whether it can ask for tools.
    pub tools: Option<bool>,
    /// Whether it thinks before it answers.
    pub reasoning: Option<bool>,
    /// What it costs, in micro-dollars per million tokens.
    pub price: Option<Price>,
    /// Whether this is the built-in demo, which must be labelled as one wherever it appears.
    pub demo: bool,
}

impl ModelInfo {
    /// A model of which only the id is known.
    #[must_use]
    pub fn named(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

/// What a model costs, in micro-dollars per million tokens (so 3 US dollars per million are 3,000,000).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Of the conversation that is sent.
    pub input: u64,
    /// Of the answer.
    pub output: u64,
    /// Of what the service had cached. `None`: not known, counted like other input.
    pub cached_input: Option<u64>,
}
