//! What a file says as text: read once for each content, kept as a blob, given to models and shown as its preview.
//!
//! Here is the one place where a reader of documents is called ([`read`]), and the one where a text passes on its way
//! into storage ([`keep`]), for an index to take it: source kind `attachment`, by the content's hash.

use bytes::Bytes;
use cowork_contract::TextState;
use cowork_documents::{DocumentText, Parts, TextExtractor, TextFailure, kind_of};
use cowork_store::{Blobs, StoredText};

use super::off_the_threads;
use super::sniff::Form;
use crate::EngineError;

/// Bytes of text that are kept of one file.
const TEXT_BYTES: usize = 256 << 20;

/// What came of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// It says this.
    Text {
        /// The whole text.
        text: String,
        /// The document's pages, where it has some.
        pages: Option<u32>,
    },
    /// The format holds no text that can be read here.
    None,
    /// It should hold text, but does not give it up.
    Failed(String),
}

/// Reads a file, while its sender waits. Documents are read by `documents`, in a process of
/// its own; without it they are not read. A page of HTML is text that models read as it is.
pub(super) async fn read(
    form: Form,
    bytes: Bytes,
    documents: Option<&TextExtractor>,
) -> Result<Reading, EngineError> {
    match (form, documents) {
        (Form::Text, _) => off_the_threads(move || Ok::<_, EngineError>(plain(&bytes))).await,
        (Form::Document, Some(documents)) => Ok(document(bytes, documents).await),
        (Form::Image | Form::OtherImage(_) | Form::Document | Form::Other, _) => Ok(Reading::None),
    }
}

async fn document(bytes: Bytes, documents: &TextExtractor) -> Reading {
    let Some(kind) = kind_of(&bytes) else { return Reading::None };
    match documents.text_of(kind, bytes).await {
        Ok(DocumentText { text, .. }) if text.trim().is_empty() => {
            Reading::Failed("It holds no text that can be read, as when its pages are scanned.".to_owned())
        }
        Ok(DocumentText { mut text, parts, cut }) => {
            if cut {
                text.push_str("\n\n[The document goes on; this is as much of it as is read.]\n");
            }
            let pages = match parts {
                Some(Parts::Pages(pages)) => Some(pages),
                _ => None,
            };
            Reading::Text { text, pages }
        }
        Err(failure) => {
            if !matches!(failure, TextFailure::Refused(_)) {
                tracing::warn!(%failure, kind = kind.as_str(), "a document could not be read");
            }
            Reading::Failed(sentence(&failure.to_string()))
        }
    }
}

/// A reason as a sentence of its own.
fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

fn plain(bytes: &[u8]) -> Reading {
    match decode(bytes) {
        Some(text) if text.len() <= TEXT_BYTES => Reading::Text { text, pages: None },
        Some(text) => {
            Reading::Failed(format!("It has {} bytes of text; at most {TEXT_BYTES} can be read.", text.len()))
        }
        None => Reading::Failed("Its encoding is none that can be read. Save it as UTF-8.".to_owned()),
    }
}

/// Puts a text where it is kept, and gives the row to be committed with it. Blocks on the disk; hold the blobs.
pub(super) fn keep(blobs: &Blobs, reading: Reading) -> Result<StoredText, EngineError> {
    let none = StoredText { state: TextState::None, blob: None, chars: None, pages: None, detail: None };
    Ok(match reading {
        Reading::Text { text, pages } => StoredText {
            state: TextState::Ready,
            blob: Some(blobs.put(text.as_bytes())?.as_str().to_owned()),
            chars: Some(text.chars().count() as u64),
            pages,
            detail: None,
        },
        Reading::None => none,
        Reading::Failed(detail) => StoredText { state: TextState::Failed, detail: Some(detail), ..none },
    })
}

/// The text of UTF-8, of UTF-16 with its mark, or else of Windows-1252, in which every byte means something.
fn decode(bytes: &[u8]) -> Option<String> {
    let wide = |rest: &[u8], pair: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).map(|unit| pair([unit[0], unit[1]]));
        String::from_utf16(&units.collect::<Vec<_>>()).ok()
    };
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return wide(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return wide(rest, u16::from_be_bytes);
    }
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(plain) {
        Ok(text) => Some(text.to_owned()),
        Err(_) if super::sniff::is_text(bytes) => Some(plain.iter().map(|byte| western(*byte)).collect()),
        Err(_) => None,
    }
}

/// A byte of Windows-1252.
fn western(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let table: [(&[u8], Option<&str>); 6] = [
            ("grün 🎉".as_bytes(), Some("grün 🎉")),
            (b"\xef\xbb\xbfa", Some("a")),
            (b"\xff\xfeh\0\xfc\0", Some("hü")),
            (b"\xfe\xff\0h\0\xfc", Some("hü")),
            (b"the price is 5 \x80 and gr\xfcn", Some("the price is 5 € and grün")),
            (b"\xff\xfe\x00\xd8", None),
        ];
        for (bytes, expected) in table {
            assert_eq!(decode(bytes).as_deref(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn plain_text_is_its_own_text_and_takes_no_second_place() {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let opened = cowork_store::open(cowork_store::OpenOptions::new(folder.path())).await.unwrap();
            let hash = opened.blobs.put(b"hello").unwrap();
            let reading = read(Form::Text, Bytes::from_static(b"hello"), None).await.unwrap();
            let kept = keep(&opened.blobs, reading).unwrap();
            assert_eq!((kept.state, kept.chars), (TextState::Ready, Some(5)));
            assert_eq!(kept.blob.as_deref(), Some(hash.as_str()));
            opened.task.stop().await;
        });
    }
}
