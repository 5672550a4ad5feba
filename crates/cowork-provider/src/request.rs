//! What a model is asked: the conversation, as far as the engine wants it sent.

/// One question to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRequest {
    /// The model's id at this provider.
    pub model: String,
    /// Instructions that stand above the conversation.
    pub system: Option<String>,
    /// The conversation, oldest first.
    pub turns: Vec<Turn>,
    /// The last turn is the assistant's own unfinished text: go on from where it ends, repeat nothing.
    pub continue_partial: bool,
}

impl ModelRequest {
    /// The unfinished text to go on from, where this request asks for that.
    #[must_use]
    pub fn partial(&self) -> Option<&str> {
        match self.turns.last() {
            Some(Turn { role: Role::Assistant, text }) if self.continue_partial => Some(text),
            _ => None,
        }
    }
}

/// What one side said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who said it.
    pub role: Role,
    /// The words, in Markdown.
    pub text: String,
}

impl Turn {
    /// A turn of the person.
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, text: text.into() }
    }

    /// A turn of the model.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, text: text.into() }
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
