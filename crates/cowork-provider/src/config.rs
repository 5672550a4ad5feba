//! How a provider is set up. Reading it from files and the environment is the binary's work.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// A key with fewer characters shows none of them.
const HINTED: usize = 12;
/// Characters of a key that are shown.
const HINT: usize = 4;

/// The wires that are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProviderKind {
    /// Any server that offers OpenAI's chat completions.
    #[serde(rename = "openai-compatible")]
    OpenAiCompatible,
    /// OpenAI itself: its responses wire, or chat completions where another base URL is configured.
    #[serde(rename = "openai")]
    OpenAi,
    /// Any server that offers OpenAI's responses.
    #[serde(rename = "openai-responses")]
    OpenAiResponses,
    /// Anthropic's messages.
    #[serde(rename = "anthropic")]
    Anthropic,
    /// Google's Gemini.
    #[serde(rename = "gemini")]
    Gemini,
    /// Ollama's own API.
    #[serde(rename = "ollama")]
    Ollama,
    /// The built-in demo model.
    #[serde(rename = "demo")]
    Demo,
}

impl ProviderKind {
    /// The word that stands for it in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenAiCompatible => "openai-compatible",
            Self::OpenAi => "openai",
            Self::OpenAiResponses => "openai-responses",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
            Self::Demo => "demo",
        }
    }
}

/// One provider as configured. Its `Debug` form hides what is or may be secret.
#[derive(Clone)]
pub struct ProviderConfig {
    /// Shown as the badge, stored as `providerId`. Holds no slash, which separates it from the model.
    pub id: String,
    /// Which wire it speaks.
    pub kind: ProviderKind,
    /// Where it is, up to and with the version: `http://127.0.0.1:8080/v1`. `None`: the kind's own address.
    pub base_url: Option<String>,
    /// Sent as a bearer token. `None`: the server wants none.
    pub api_key: Option<SecretString>,
    /// More keys of the same service: where it refuses one, the next is used.
    pub api_keys: Vec<SecretString>,
    /// What a person does when the service refuses the key: a sentence that fits where the key is set. `None`: not known.
    pub key_remedy: Option<String>,
    /// Whether it answers only where it is named, and is never the one that answers when nobody chooses.
    pub by_choice_only: bool,
    /// The models to offer, the first one is its default. Empty: asked from the server.
    pub models: Vec<String>,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// How much to take in.
    pub limits: Limits,
}

impl ProviderConfig {
    /// A provider with default timeouts and limits, no key and no list of models.
    pub fn new(id: impl Into<String>, kind: ProviderKind) -> Self {
        Self {
            id: id.into(),
            kind,
            base_url: None,
            api_key: None,
            api_keys: Vec::new(),
            key_remedy: None,
            by_choice_only: false,
            models: Vec::new(),
            timeouts: Timeouts::default(),
            limits: Limits::default(),
        }
    }

    /// All its keys in their order. A text of several lines is several keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let texts = self.api_key.iter().chain(&self.api_keys);
        texts.flat_map(|text| text.expose_secret().lines()).map(str::trim).filter(|key| !key.is_empty())
    }

    /// Whether there is a key.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.keys().next().is_some()
    }

    /// The last characters of its first key, by which a person tells one from another. `None`: there is none, or it is too
    /// short to show any of it.
    #[must_use]
    pub fn key_hint(&self) -> Option<String> {
        hint(self.keys().next()?)
    }

    /// Whether `other` says the same, keys included.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.id == other.id
            && self.kind == other.kind
            && self.base_url == other.base_url
            && self.models == other.models
            && self.timeouts == other.timeouts
            && self.limits == other.limits
            && self.by_choice_only == other.by_choice_only
            && self.key_remedy == other.key_remedy
            && self.keys().eq(other.keys())
    }
}

/// The last characters of a key.
pub(crate) fn hint(key: &str) -> Option<String> {
    let key: Vec<char> = key.chars().collect();
    (key.len() >= HINTED).then(|| key.iter().skip(key.len() - HINT).collect())
}

impl fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderConfig")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("has_base_url", &self.base_url.is_some())
            .field("has_api_key", &self.has_key())
            .field("by_choice_only", &self.by_choice_only)
            .field("models", &self.models)
            .field("timeouts", &self.timeouts)
            .field("limits", &self.limits)
            .finish()
    }
}

/// How long to wait for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands, with TLS.
    pub connect: Duration,
    /// From the request until the first byte of the answer's body; connecting counts.
    pub first_byte: Duration,
    /// Between two arrivals of bytes within the answer.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(120),
            idle: Duration::from_secs(120),
        }
    }
}

/// How much of an answer is taken in, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One event of the stream.
    pub event_bytes: usize,
    /// All text and reasoning of one answer.
    pub answer_bytes: usize,
    /// What is read of an answer that reports an error; the rest is left.
    pub error_bytes: usize,
    /// A list of models.
    pub list_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { event_bytes: 1 << 20, answer_bytes: 32 << 20, error_bytes: 64 << 10, list_bytes: 8 << 20 }
    }
}

/// A configuration that cannot work. Each names the provider, the field and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The id is empty or holds a character that ids must not have.
    #[error("provider id {id:?} is not usable: give it 1 to 64 letters, digits, dots, dashes or underscores")]
    Id {
        /// The id as configured.
        id: String,
    },
    /// Two providers have the same id.
    #[error("provider {id:?} is configured twice: rename or remove one of them")]
    Twice {
        /// The id that stands twice.
        id: String,
    },
    /// The id belongs to the built-in demo.
    #[error("provider id \"demo\" belongs to the built-in demo model: choose another id")]
    Reserved,
    /// The kind has no address of its own and none is configured.
    #[error("provider {id:?} has no base_url: set it, for example to \"http://127.0.0.1:8080/v1\"")]
    NoBaseUrl {
        /// The provider.
        id: String,
    },
    /// The address cannot be used. The address itself is left out, for it may hold a secret.
    #[error("provider {id:?} has a base_url that can't be used: {why}")]
    BaseUrl {
        /// The provider.
        id: String,
        /// What is wrong with it, and the remedy.
        why: &'static str,
    },
    /// The key cannot be sent in a header.
    #[error("provider {id:?} has an API key with characters that can't be sent: copy the key again")]
    Key {
        /// The provider.
        id: String,
    },
    /// The default does not name a provider and a model.
    #[error("the default model {text:?} can't be used: write it as \"provider/model\"")]
    Default {
        /// The default as configured.
        text: String,
    },
}
