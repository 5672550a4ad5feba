//! Tells text from other bytes, and writes changed text the way the file had it.

use std::borrow::Cow;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text in an encoding that can be told without guessing.
    Text(Text),
    /// Anything else, as it is.
    Binary(Vec<u8>),
}

/// Text as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Without a byte order mark, with line ends as they are.
    pub text: String,
    /// How the file writes it.
    pub format: TextFormat,
    /// Whether the last line has no end. False for an empty file.
    pub lacks_final_newline: bool,
}

/// How a file writes text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextFormat {
    /// How characters become bytes.
    pub encoding: Encoding,
    /// How lines end.
    pub line_ends: LineEnds,
}

/// How characters become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16, low byte first, with a byte order mark.
    Utf16Le,
    /// UTF-16, high byte first, with a byte order mark.
    Utf16Be,
}

/// How lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineEnds {
    /// There is at most one line, without an end.
    None,
    /// Line feeds.
    Lf,
    /// Carriage return and line feed.
    CrLf,
    /// Both.
    Mixed,
}

impl Encoding {
    const fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => &[],
            Self::Utf8Bom => &[0xef, 0xbb, 0xbf],
            Self::Utf16Le => &[0xff, 0xfe],
            Self::Utf16Be => &[0xfe, 0xff],
        }
    }

    /// By the mark at the beginning. Without one it can only be UTF-8: anything else would be a guess.
    fn of(bytes: &[u8]) -> Self {
        let marked = [Self::Utf8Bom, Self::Utf16Le, Self::Utf16Be];
        marked.into_iter().find(|encoding| bytes.starts_with(encoding.mark())).unwrap_or(Self::Utf8)
    }
}

impl Content {
    /// What `bytes` are. Bytes that no encoding explains to the last one, or with a NUL character in them, are binary.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Self {
        match Text::of(&bytes) {
            Some(text) => Self::Text(text),
            None => Self::Binary(bytes),
        }
    }
}

impl Text {
    fn of(bytes: &[u8]) -> Option<Self> {
        let encoding = Encoding::of(bytes);
        let body = &bytes[encoding.mark().len()..];
        let text = match encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => std::str::from_utf8(body).ok()?.to_owned(),
            Encoding::Utf16Le => from_utf16(body, u16::from_le_bytes)?,
            Encoding::Utf16Be => from_utf16(body, u16::from_be_bytes)?,
        };
        if text.contains('\0') {
            return None;
        }
        let format = TextFormat { encoding, line_ends: LineEnds::of(&text) };
        let lacks_final_newline = !text.is_empty() && !text.ends_with('\n');
        Some(Self { text, format, lacks_final_newline })
    }
}

impl LineEnds {
    fn of(text: &str) -> Self {
        let all = text.matches('\n').count();
        let with_return = text.matches("\r\n").count();
        match (all, with_return) {
            (0, _) => Self::None,
            (_, 0) => Self::Lf,
            (all, with_return) if all == with_return => Self::CrLf,
            _ => Self::Mixed,
        }
    }
}

impl TextFormat {
    /// How new files are written.
    pub const NEW_FILE: Self = Self { encoding: Encoding::Utf8, line_ends: LineEnds::Lf };

    /// `text` as the bytes of a file in this format. In a file whose lines all end in carriage return and line feed, lines
    /// that end in a line feed get the return too; otherwise line ends are written as they are given.
    #[must_use]
    pub fn encode(self, text: &str) -> Vec<u8> {
        let text = match self.line_ends {
            LineEnds::CrLf => with_returns(text),
            LineEnds::None | LineEnds::Lf | LineEnds::Mixed => Cow::Borrowed(text),
        };
        let mut bytes = self.encoding.mark().to_vec();
        match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => bytes.extend_from_slice(text.as_bytes()),
            Encoding::Utf16Le => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Encoding::Utf16Be => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
        }
        bytes
    }
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    let units = pairs.filter_map(|pair| Some(unit(pair.try_into().ok()?)));
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}

fn with_returns(text: &str) -> Cow<'_, str> {
    let mut written = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        match line.strip_suffix('\n') {
            Some(bare) if !bare.ends_with('\r') => {
                written.push_str(bare);
                written.push_str("\r\n");
            }
            _ => written.push_str(line),
        }
    }
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(bytes: &[u8]) -> Option<(String, Encoding, LineEnds, bool)> {
        match Content::of(bytes.to_vec()) {
            Content::Text(Text { text, format, lacks_final_newline }) => {
                Some((text, format.encoding, format.line_ends, lacks_final_newline))
            }
            Content::Binary(_) => None,
        }
    }

    #[test]
    fn text_is_told_with_how_it_is_written() {
        let text = |text: &str, encoding, ends, lacks| Some((text.to_owned(), encoding, ends, lacks));
        for (bytes, expected) in [
            (&b"a\nb\n"[..], text("a\nb\n", Encoding::Utf8, LineEnds::Lf, false)),
            (b"a\r\nb", text("a\r\nb", Encoding::Utf8, LineEnds::CrLf, true)),
            (b"a\r\nb\n", text("a\r\nb\n", Encoding::Utf8, LineEnds::Mixed, false)),
            (b"a\rb", text("a\rb", Encoding::Utf8, LineEnds::None, true)),
            (b"", text("", Encoding::Utf8, LineEnds::None, false)),
            (b"\xef\xbb\xbfa", text("a", Encoding::Utf8Bom, LineEnds::None, true)),
            (b"\xff\xfea\0\n\0", text("a\n", Encoding::Utf16Le, LineEnds::Lf, false)),
            (b"\xfe\xff\0a", text("a", Encoding::Utf16Be, LineEnds::None, true)),
            (b"\xff\xfe\x3d\xd8\x00\xde", text("\u{1f600}", Encoding::Utf16Le, LineEnds::None, true)),
            (b"\x89PNG\r\n\x1a\n", None),
            (b"a\0b", None),
            (b"caf\xe9", None),
            (b"\xff\xfea", None),
            (b"\xff\xfe\x3d\xd8", None),
            (b"\xff\xfe\0\0", None),
        ] {
            assert_eq!(told(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn changed_text_is_written_the_way_the_file_had_it() {
        let crlf = TextFormat { encoding: Encoding::Utf8Bom, line_ends: LineEnds::CrLf };
        assert_eq!(crlf.encode("a\nb\r\nc"), b"\xef\xbb\xbfa\r\nb\r\nc");
        let mixed = TextFormat { encoding: Encoding::Utf8, line_ends: LineEnds::Mixed };
        assert_eq!(mixed.encode("a\nb\r\n"), b"a\nb\r\n");
        assert_eq!(TextFormat::NEW_FILE.encode("a\n"), b"a\n");
    }

    proptest! {
        #[test]
        fn text_that_was_read_is_written_as_it_was(
            mark in prop::sample::select(vec![&b""[..], b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]),
            body in prop::collection::vec(prop::sample::select(b"a\r\n\0\xc3\xa9\xd8\xdc".to_vec()), 0..24),
        ) {
            let bytes = [mark, &body].concat();
            match Content::of(bytes.clone()) {
                Content::Text(text) => prop_assert_eq!(text.format.encode(&text.text), bytes),
                Content::Binary(kept) => prop_assert_eq!(kept, bytes),
            }
        }
    }
}
