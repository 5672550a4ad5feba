//! What a document is, by its bytes alone.

use std::{fmt, str::FromStr};

use memchr::memmem;

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// Portable Document Format.
    Pdf,
    /// A Word document, with macros or without.
    Docx,
    /// An Excel workbook, with macros or without.
    Xlsx,
    /// A PowerPoint presentation, with macros or without.
    Pptx,
    /// A web page.
    Html,
    /// A document of Office under a password. Which one can't be seen; it gives no text.
    EncryptedOffice,
}

impl DocumentKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Pdf, Self::Docx, Self::Xlsx, Self::Pptx, Self::Html, Self::EncryptedOffice];

    /// Its name on the command line and in logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Html => "html",
            Self::EncryptedOffice => "encrypted-office",
        }
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is none of [`DocumentKind::as_str`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such kind of document; kinds are pdf, docx, xlsx, pptx, html and encrypted-office")]
pub struct UnknownKind;

impl FromStr for DocumentKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownKind)
    }
}

/// What `bytes` are, or `None` for what can't be read here. Looks at content alone; a name proves nothing.
///
/// Takes one pass over the bytes, allocates nothing and trusts no offset, so it may run outside the child.
#[must_use]
pub fn kind_of(bytes: &[u8]) -> Option<DocumentKind> {
    if bytes.starts_with(b"PK\x03\x04") {
        return office(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        // A compound file with this stream is a sealed package; the others are the formats of before 2007.
        return memmem::find(bytes, &SEALED_PACKAGE).map(|_| DocumentKind::EncryptedOffice);
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    if memmem::find(head, b"%PDF-").is_some() {
        return Some(DocumentKind::Pdf);
    }
    is_html(head).then_some(DocumentKind::Html)
}

/// Where the mark of a PDF must be, and where a page must have begun.
const HEAD: usize = 1024;

/// "EncryptedPackage" as the names in a compound file are written.
const SEALED_PACKAGE: [u8; 32] = *b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

/// By the folder of the last file that the archive's directory names in one. Documents inside the document come with
/// directories of their own, which all stand before the outermost.
fn office(bytes: &[u8]) -> Option<DocumentKind> {
    let (mut kind, mut has_types) = (None, false);
    for at in memmem::find_iter(bytes, b"PK\x01\x02") {
        let Some(entry) = bytes.get(at..).filter(|entry| entry.len() > 46) else { break };
        let length = usize::from(u16::from_le_bytes([entry[28], entry[29]]));
        let Some(name) = entry.get(46..46 + length) else { continue };
        has_types |= name == b"[Content_Types].xml";
        let folders = [
            (&b"word/"[..], DocumentKind::Docx),
            (b"xl/", DocumentKind::Xlsx),
            (b"ppt/", DocumentKind::Pptx),
        ];
        if let Some((_, found)) = folders.into_iter().find(|(folder, _)| name.starts_with(folder)) {
            kind = Some(found);
        }
    }
    kind.filter(|_| has_types)
}

/// Only what begins like a whole page: Markdown often begins with a tag or two.
fn is_html(head: &[u8]) -> bool {
    let text = crate::html::decode(head);
    let mut rest = text.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?xml") => "?>",
            _ => break,
        };
        let Some((_, after)) = rest.split_once(end) else { return false };
        rest = after.trim_start();
    }
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| {
        rest.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag))
            && rest[tag.len()..].starts_with(|c: char| c == '>' || c.is_whitespace())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        let utf16 = |text: &str| -> Vec<u8> {
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        };
        let sealed = [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[0; 600], &SEALED_PACKAGE].concat();
        let rows: [(&[u8], Option<DocumentKind>); 17] = [
            (b"", None),
            (b"%PDF-1.7\n", Some(DocumentKind::Pdf)),
            (b"\r\njunk before %PDF-1.4", Some(DocumentKind::Pdf)),
            (b"<!DOCTYPE html><p>x", Some(DocumentKind::Html)),
            (b"\xEF\xBB\xBF \n<!-- saved --> <HTML lang=en>", Some(DocumentKind::Html)),
            (b"<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\">", Some(DocumentKind::Html)),
            (&utf16("<html>"), Some(DocumentKind::Html)),
            (b"<html", None),
            (b"<htmlx>", None),
            (b"<p align=\"center\">A readme</p>", None),
            (b"<!-- never closed <html>", None),
            (b"# <html>", None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", None),
            (b"PK\x03\x04 word/ xl/ ppt/", None),
            (b"PK\x03\x04PK\x01\x02", None),
            (&sealed, Some(DocumentKind::EncryptedOffice)),
            (&sealed[..600], None),
        ];
        for (bytes, kind) in rows {
            assert_eq!(kind_of(bytes), kind, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn names_go_both_ways() {
        for kind in DocumentKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("exe".parse::<DocumentKind>(), Err(UnknownKind));
    }
}
