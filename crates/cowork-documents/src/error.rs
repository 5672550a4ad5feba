//! Why a document gives no text.

use serde::{Deserialize, Serialize};

/// Why a document gives no text. The texts are for people and hold nothing of the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum ExtractError {
    /// It needs a password.
    #[error("the document is encrypted; save it without a password and attach it again")]
    Encrypted,
    /// It is not what it says it is, or parts are missing.
    #[error("the document is damaged: {what}")]
    Damaged {
        /// What was found wrong.
        what: String,
    },
    /// Reading on could take more than it is worth.
    #[error("the document has more {of} than is read (the limit is {limit})")]
    TooLarge {
        /// What there is too much of.
        of: Limit,
        /// How much is allowed.
        limit: u64,
    },
}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The document's own bytes.
    Bytes,
    /// Files inside it.
    Entries,
    /// Bytes once it is unpacked.
    UnpackedBytes,
    /// Unpacked bytes for one packed byte.
    Ratio,
    /// Elements inside each other.
    Depth,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Entries => "files inside it",
            Self::UnpackedBytes => "bytes once unpacked",
            Self::Ratio => "unpacked bytes for one packed byte",
            Self::Depth => "elements inside each other",
        })
    }
}

impl ExtractError {
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}
