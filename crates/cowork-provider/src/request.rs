//! What a model is asked: the conversation, as far as the engine wants it sent.

use bytes::Bytes;
use serde_json::Value;

use crate::{Parameters, ProviderKind, ToolCall};

/// Sent after an unfinished answer. Said in words, for only some services go on from a last turn of the assistant,
/// and others refuse a conversation that ends with one.
pub(crate) const GO_ON: &str = "Your last answer was cut off. Go on from exactly where it ends, in the same format, \
                     without repeating anything and without a remark about it.";

/// Characters of a tool's name.
const NAME: usize = 64;

/// The name of a tool as every service takes it: a model may have asked for one that nobody offered, by a name that
/// cannot be sent.
pub(crate) fn tool_name(name: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
    let name: String = name.chars().take(NAME).map(fits).collect();
    if name.is_empty() { "unnamed".to_owned() } else { name }
}

/// One question to a model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ModelRequest {
    /// The model's id at this provider.
    pub model: String,
    /// Instructions that stand above the conversation.
    pub system: Option<String>,
    /// The conversation, oldest first.
    pub turns: Vec<Turn>,
    /// The last turn is the assistant's own unfinished text: go on from where it ends, repeat nothing.
    pub continue_partial: bool,
    /// The tools it may ask for. Empty: none.
    pub tools: Vec<Tool>,
    /// How it shall answer.
    pub parameters: Parameters,
}

impl ModelRequest {
    /// The unfinished text to go on from, where this request asks for that.
    #[must_use]
    pub fn partial(&self) -> Option<String> {
        match self.turns.last() {
            Some(turn) if self.continue_partial && turn.role == Role::Assistant => Some(turn.text()),
            _ => None,
        }
    }
}

/// What one side said.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Who said it.
    pub role: Role,
    /// What it consists of, in order. Results of tools stand in turns of the person, before anything else there.
    pub parts: Vec<Part>,
    /// The same in the form of the service it came from. Sent in place of `parts` to that service, and to no other.
    pub origin: Option<Origin>,
}

impl Turn {
    /// Words of the person.
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, parts: vec![Part::Text(text.into())], origin: None }
    }

    /// Words of the model.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, parts: vec![Part::Text(text.into())], origin: None }
    }

    /// All its text.
    #[must_use]
    pub fn text(&self) -> String {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    /// Its form at the service it came from, if that is this one.
    pub(crate) fn native(&self, provider: &str, wire: ProviderKind) -> Option<&Value> {
        let origin = self.origin.as_ref()?;
        (origin.provider == provider && origin.wire == wire).then_some(&origin.value)
    }
}

/// An answer as its service wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The provider's id in the configuration.
    pub provider: String,
    /// The wire it came by.
    pub wire: ProviderKind,
    /// What [`Frame::Origin`](crate::Frame::Origin) carried.
    pub value: Value,
}

/// A piece of a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Words, in Markdown.
    Text(String),
    /// An image; sent only to models that can see.
    Image {
        /// `image/png` and the like.
        mime: String,
        /// Its bytes.
        data: Bytes,
    },
    /// A document in a format that the service reads itself.
    File {
        /// The name it has for the person.
        name: String,
        /// `application/pdf` and the like.
        mime: String,
        /// Its bytes.
        data: Bytes,
    },
    /// The model asked for a tool.
    Call(ToolCall),
    /// What came of that.
    Result {
        /// [`ToolCall::id`].
        call_id: String,
        /// [`ToolCall::name`].
        name: String,
        /// What the tool said.
        content: String,
        /// It did not work.
        is_error: bool,
    },
}

/// A tool that is offered to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// What calls name it by: letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// For the model: what it does and when to use it.
    pub description: String,
    /// JSON Schema of its arguments, an object.
    pub parameters: Value,
}

/// How much a model thinks before it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effort {
    /// Hardly.
    Low,
    /// Somewhat.
    Medium,
    /// A lot.
    High,
}

impl Effort {
    /// The word that stands for it on most wires.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The sides of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}
