//! The text of documents: PDF, Word, Excel, PowerPoint and HTML in, Markdown-like text out.
//!
//! Start at [`TextExtractor::text_of`], which reads a document in a child process, and [`kind_of`], which says from the
//! bytes what a document is. [`extract`] is what the child does, as a pure function; [`child`] is the child's side.
//! Always true: nothing but the child calls [`extract`] on bytes that somebody sent. The child starts with no
//! environment and can open nothing; what it says is bounded, and a failure of any kind is a value. Text has at most
//! [`MAX_TEXT`] bytes and no control characters but line feeds and tabs.
//! Elsewhere: where files come from, and what is done with their text (decision 0010).

mod archive;
pub mod child;
mod draft;
mod error;
mod extractor;
mod frame;
mod html;
mod kind;
mod office;
mod pdf;
mod table;
mod xml;

use serde::{Deserialize, Serialize};

pub use draft::MAX_TEXT;
pub use error::{ExtractError, Limit};
pub use extractor::{Source, TextExtractor, TextFailure};
pub use kind::{DocumentKind, kind_of};

/// What can be read of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentText {
    /// Headings as `#`, lists as `-` or `1.`, tables as Markdown, sheets as values between tabs. A page, sheet or slide
    /// begins with a heading that has its number or name. Empty when there is no text, as in a scan.
    pub text: String,
    /// What the document has of its natural parts, read or not. `None`: a kind without parts (Word, HTML).
    pub parts: Option<Parts>,
    /// Whether there is more than `text` holds, because a limit was met.
    pub cut: bool,
}

/// How many parts a document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of", content = "count")]
pub enum Parts {
    /// Of a PDF.
    Pages(u32),
    /// Of a workbook.
    Sheets(u32),
    /// Of a presentation.
    Slides(u32),
}

/// The text of `bytes`, which are of kind `kind`.
///
/// Pure, but neither its time nor its memory is bounded by itself, and a library may panic: on foreign bytes this
/// belongs in a child ([`TextExtractor`]).
///
/// # Errors
///
/// The document is encrypted or damaged, or unpacks to more than is read.
pub fn extract(kind: DocumentKind, bytes: &[u8]) -> Result<DocumentText, ExtractError> {
    match kind {
        DocumentKind::Pdf => pdf::extract(bytes),
        DocumentKind::Docx => office::word::extract(bytes),
        DocumentKind::Xlsx => office::excel::extract(bytes),
        DocumentKind::Pptx => office::powerpoint::extract(bytes),
        DocumentKind::Html => html::extract(bytes),
        DocumentKind::EncryptedOffice => Err(ExtractError::Encrypted),
    }
}
