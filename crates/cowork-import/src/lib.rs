//! Conversations in files, of our own and of other programs, turned into sessions that the engine can take over.
//!
//! Start at [`read`]: bytes in, one [`Found`] after the other out. What a file is, is seen from what it holds.
//! Always true: no input panics or goes without an answer; what does not come over is counted by kind; a file that is
//! cut or holds no conversation at all is an error that says what was seen. Memory holds the file and one conversation.
//! Elsewhere: taking a session in (`cowork-engine`), the report (`cowork-contract`).

mod archive;
mod chatgpt;
mod draft;
mod librechat;
mod open_webui;
mod own;
mod sniff;
mod time;

use std::ops::ControlFlow;

use cowork_contract::{ImportFormat, LeftOut, SessionExport};

pub use own::{SESSION_DEPTH_MAX, fingerprint_of};

/// Bounds on what one file may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the conversations in a zip, unpacked.
    pub unpacked_bytes: u64,
    /// Conversations of one file.
    pub conversations: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unpacked_bytes: 512 << 20, conversations: 20_000 }
    }
}

/// One entry of a file.
#[derive(Debug)]
pub enum Found {
    /// A conversation.
    Conversation(Box<Conversation>),
    /// Something that is none, or that can't be read as one.
    Refused(Refused),
}

/// A conversation, ready to be taken over.
#[derive(Debug)]
pub struct Conversation {
    /// Whose format it had.
    pub format: ImportFormat,
    /// The session it becomes.
    pub export: SessionExport,
    /// The same for the same conversation with the same messages, whenever and from whichever file it is read.
    pub fingerprint: [u8; 32],
    /// What did not come over.
    pub left_out: Vec<LeftOut>,
}

/// An entry that is not taken over.
#[derive(Debug)]
pub struct Refused {
    /// Whose format it has, as far as that can be seen.
    pub format: Option<ImportFormat>,
    /// Its title, as far as it has one.
    pub title: String,
    /// Why, for people.
    pub reason: String,
}

/// Why nothing at all can be read from a file.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No byte is in it.
    #[error("The file is empty. {KNOWN}")]
    Empty,
    /// It is not JSON to its end.
    #[error(
        "The file is not whole or is not JSON: {fault}. Nothing was imported. Export or download it again. {KNOWN}"
    )]
    NotJson {
        /// Where and what, in the parser's words.
        fault: String,
    },
    /// The zip can't be unpacked.
    #[error("The zip can't be unpacked: {fault}. Nothing was imported. Export or download it again.")]
    Zip {
        /// What is wrong with it.
        fault: String,
    },
    /// The zip holds no file of conversations.
    #[error("The zip holds no conversations.json, but {seen}. {KNOWN}")]
    NothingInZip {
        /// Names that it holds.
        seen: String,
    },
    /// Unpacked it is too large.
    #[error(
        "Unpacked, the conversations in the zip are larger than the {limit} bytes that can be read at once."
    )]
    TooLarge {
        /// Bytes.
        limit: u64,
    },
    /// It holds too many conversations.
    #[error("The file holds more than {limit} conversations, the most that are read at once. Split it.")]
    TooMany {
        /// Conversations.
        limit: usize,
    },
    /// It is JSON, but no conversation of a known format is in it.
    #[error("No conversation was found in the file: {seen}. {KNOWN}")]
    Nothing {
        /// What was seen instead.
        seen: String,
    },
}

/// What can be read, as the errors say it.
const KNOWN: &str = "What can be imported: sessions exported by Cowork as JSON, the conversations.json of ChatGPT's \
                     data export or its zip, conversations exported by LibreChat as JSON, and chats exported by \
                     Open WebUI.";

/// Gives `each` what the file holds, in its order, until it breaks off. Nothing is given of a file that is not whole.
pub fn read(
    bytes: &[u8],
    limits: &Limits,
    mut each: impl FnMut(Found) -> ControlFlow<()>,
) -> Result<(), ImportError> {
    let unpacked = if archive::is_zip(bytes) { archive::conversations(bytes, limits)? } else { Vec::new() };
    let files: Vec<&[u8]> =
        if unpacked.is_empty() { vec![bytes] } else { unpacked.iter().map(Vec::as_slice).collect() };
    let mut entries = Vec::new();
    for file in files {
        entries.extend(sniff::entries(file)?);
        if entries.len() > limits.conversations {
            return Err(ImportError::TooMany { limit: limits.conversations });
        }
    }
    if !entries.iter().any(|entry| sniff::format_of(entry).is_some()) {
        let seen =
            entries.first().map_or_else(|| "it is an empty list".to_owned(), |entry| sniff::seen(entry));
        return Err(ImportError::Nothing { seen });
    }
    for entry in entries {
        if each(convert(entry)).is_break() {
            break;
        }
    }
    Ok(())
}

fn convert(entry: &str) -> Found {
    let Some(format) = sniff::format_of(entry) else {
        let reason = format!("This is no conversation of a known format: {}.", sniff::seen(entry));
        return Found::Refused(Refused { format: None, title: sniff::title(entry), reason });
    };
    let read = match format {
        ImportFormat::Cowork => own::read(entry),
        ImportFormat::Chatgpt => chatgpt::read(entry),
        ImportFormat::Librechat => librechat::read(entry),
        ImportFormat::OpenWebui => open_webui::read(entry),
    };
    match read {
        Ok(conversation) => Found::Conversation(Box::new(conversation)),
        Err(reason) => Found::Refused(Refused { format: Some(format), title: sniff::title(entry), reason }),
    }
}
