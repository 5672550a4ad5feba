//! Model services behind one trait: a request in, normalised [`Frame`]s out.
//!
//! Start at [`Provider`], then [`Registry`]. A module per service: [`openai`] speaks the chat completions wire of
//! OpenAI and of every server compatible with it, [`demo`] is the model that is built in.
//! Always true: an answer ends with exactly one [`Frame::Stop`] or one [`Failure`]; dropping it closes the
//! provider's connection; memory is bounded by [`Limits`]; a key is never part of a value that can be printed.
//! Elsewhere: retries, fallback, what of the conversation is sent and what is stored (`cowork-engine`).

mod classify;
mod config;
pub mod demo;
mod failure;
mod frame;
mod http;
pub mod openai;
mod registry;
mod request;
mod sse;
mod tls;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

pub use config::{ConfigError, Limits, ProviderConfig, ProviderKind, Timeouts};
pub use failure::{Failure, FailureKind};
pub use frame::{Frame, StopReason, Usage};
pub use registry::{Registry, ResolveError};
pub use request::{ModelRequest, Role, Turn};
pub use tls::install_tls;

/// One configured model service.
pub trait Provider: Send + Sync + std::fmt::Debug {
    /// The id it has in the configuration: shown as the badge, stored as `providerId`.
    fn id(&self) -> &str;

    /// Which wire it speaks.
    fn kind(&self) -> ProviderKind;

    /// Asks for one answer. Nothing is sent before the stream is first polled.
    ///
    /// The stream ends after exactly one `Ok(Frame::Stop)` or one `Err`. Dropping it closes the provider's
    /// connection at once. Frames follow what the network delivered: neighbouring pieces of text that arrived
    /// together come as one frame.
    fn stream(&self, request: ModelRequest) -> BoxStream<'static, Result<Frame, Failure>>;

    /// The models it offers: the configured list, or else what the service itself names.
    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Failure>>;
}

/// One model that a provider offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// What a request names it by.
    pub id: String,
    /// A name for people. `None`: the service gives none, show the id.
    pub label: Option<String>,
    /// How many tokens fit into one conversation. `None`: the service does not say.
    pub context_window: Option<u64>,
    /// Whether this is the built-in demo, which must be labelled as one wherever it appears.
    pub demo: bool,
}
