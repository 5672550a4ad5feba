//! What a file is, told from its bytes. A name's ending only tells kinds of text apart, and only of what is text.

use super::name;

/// Bytes of the head that are looked at.
pub(super) const HEAD: usize = 1 << 20;
/// Bytes of the tail that are looked at: where an archive lists what it holds.
pub(super) const TAIL: usize = 64 << 10;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// An image of a format that models see.
    Image,
    /// An image of another format, with its name for people.
    OtherImage(&'static str),
    /// Text in some encoding.
    Text,
    /// A document with text in it: PDF, Office and the like.
    Document,
    /// Anything else.
    Other,
}

/// What `head` and `tail` of a file called `name` show.
pub(super) fn sniff(head: &[u8], tail: &[u8], name: &str) -> (Form, &'static str) {
    if let Some(found) = by_signature(head) {
        return found;
    }
    if head.starts_with(b"PK\x03\x04") {
        return archive(head, tail);
    }
    if is_text(head) {
        return (Form::Text, text_mime(&name::ending(name)));
    }
    (Form::Other, "application/octet-stream")
}

fn by_signature(head: &[u8]) -> Option<(Form, &'static str)> {
    let at = |offset: usize, mark: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(mark));
    let riff = |kind: &[u8]| at(0, b"RIFF") && at(8, kind);
    Some(match () {
        () if at(0, b"\x89PNG\r\n\x1a\n") => (Form::Image, "image/png"),
        () if at(0, b"\xff\xd8\xff") => (Form::Image, "image/jpeg"),
        () if at(0, b"GIF87a") || at(0, b"GIF89a") => (Form::Image, "image/gif"),
        () if riff(b"WEBP") => (Form::Image, "image/webp"),
        () if at(0, b"BM") && at(6, b"\0\0\0\0") => (Form::OtherImage("BMP"), "image/bmp"),
        () if at(0, b"II*\0") || at(0, b"MM\0*") => (Form::OtherImage("TIFF"), "image/tiff"),
        () if at(0, b"\0\0\x01\0") => (Form::OtherImage("icon"), "image/x-icon"),
        () if at(4, b"ftypheic") || at(4, b"ftypheix") || at(4, b"ftypmif1") => {
            (Form::OtherImage("HEIC"), "image/heic")
        }
        () if at(4, b"ftypavif") => (Form::OtherImage("AVIF"), "image/avif"),
        () if at(0, b"\xff\x0a") || at(0, b"\0\0\0\x0cJXL ") => (Form::OtherImage("JPEG XL"), "image/jxl"),
        () if at(0, b"8BPS") => (Form::OtherImage("Photoshop"), "image/vnd.adobe.photoshop"),
        // Some writers put a few bytes before the mark, and readers take that.
        () if head[..head.len().min(1024)].windows(5).any(|window| window == b"%PDF-") => {
            (Form::Document, "application/pdf")
        }
        () if at(0, b"{\\rtf") => (Form::Document, "application/rtf"),
        () if at(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => (Form::Document, "application/x-ole-storage"),
        () if at(0, b"\x1f\x8b") => (Form::Other, "application/gzip"),
        () if at(0, b"7z\xbc\xaf\x27\x1c") => (Form::Other, "application/x-7z-compressed"),
        () if at(0, b"Rar!\x1a\x07") => (Form::Other, "application/vnd.rar"),
        () if at(0, b"BZh") => (Form::Other, "application/x-bzip2"),
        () if at(0, b"\xfd7zXZ\0") => (Form::Other, "application/x-xz"),
        () if at(0, b"\x28\xb5\x2f\xfd") => (Form::Other, "application/zstd"),
        () if at(257, b"ustar") => (Form::Other, "application/x-tar"),
        () if at(0, b"ID3") || at(0, b"\xff\xfb") => (Form::Other, "audio/mpeg"),
        () if riff(b"WAVE") => (Form::Other, "audio/wav"),
        () if at(0, b"OggS") => (Form::Other, "audio/ogg"),
        () if at(0, b"fLaC") => (Form::Other, "audio/flac"),
        () if at(4, b"ftyp") => (Form::Other, "video/mp4"),
        () if at(0, b"\x1aE\xdf\xa3") => (Form::Other, "video/webm"),
        () if at(0, b"SQLite format 3\0") => (Form::Other, "application/vnd.sqlite3"),
        () if at(0, b"\x7fELF") => (Form::Other, "application/x-executable"),
        () if at(0, b"MZ") && head.contains(&0) => {
            (Form::Other, "application/vnd.microsoft.portable-executable")
        }
        () => return None,
    })
}

/// Office documents and books are archives; what they hold tells them apart.
fn archive(head: &[u8], tail: &[u8]) -> (Form, &'static str) {
    let holds =
        |name: &[u8]| [head, tail].iter().any(|part| part.windows(name.len()).any(|window| window == name));
    // The first entry of these is called `mimetype` and is stored as it is, from byte 38 on.
    let declared = head.get(30..).filter(|rest| rest.starts_with(b"mimetype")).map(|rest| &rest[8..]);
    for mime in [
        "application/epub+zip",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
    ] {
        if declared.is_some_and(|declared| declared.starts_with(mime.as_bytes())) {
            return (Form::Document, mime);
        }
    }
    for (part, mime) in [
        (
            &b"word/document.xml"[..],
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
        (
            b"ppt/presentation.xml",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
    ] {
        if holds(part) {
            return (Form::Document, mime);
        }
    }
    (Form::Other, "application/zip")
}

/// Whether it is text: UTF-8, UTF-16 with its mark, or an older encoding of mostly plain letters.
pub(super) fn is_text(head: &[u8]) -> bool {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return head.len().is_multiple_of(2);
    }
    let controls = head.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127));
    if controls {
        return false;
    }
    match std::str::from_utf8(head) {
        Ok(_) => true,
        // The head may end in the middle of a character.
        Err(fault) if fault.error_len().is_none() && fault.valid_up_to() + 4 > head.len() => true,
        Err(_) => head.iter().filter(|byte| byte.is_ascii()).count() * 100 >= head.len() * 70,
    }
}

/// The kind of text an ending stands for.
fn text_mime(ending: &str) -> &'static str {
    match ending {
        "md" | "markdown" | "mdx" => "text/markdown",
        "csv" => "text/csv",
        "tsv" | "tab" => "text/tab-separated-values",
        "json" | "geojson" | "ipynb" => "application/json",
        "jsonl" | "ndjson" => "application/x-ndjson",
        "xml" | "xsd" | "xsl" => "application/xml",
        "svg" => "image/svg+xml",
        "html" | "htm" | "xhtml" => "text/html",
        "css" | "scss" | "less" => "text/css",
        "js" | "mjs" | "cjs" | "jsx" => "text/javascript",
        "yaml" | "yml" => "application/yaml",
        "toml" => "application/toml",
        "eml" => "message/rfc822",
        "ics" => "text/calendar",
        "vcf" => "text/vcard",
        "rs" | "py" | "ts" | "tsx" | "go" | "java" | "kt" | "c" | "h" | "cc" | "cpp" | "hpp" | "cs"
        | "rb" | "php" | "swift" | "scala" | "sh" | "bash" | "zsh" | "ps1" | "sql" | "lua" | "r" | "pl"
        | "dart" | "vue" | "svelte" | "tex" | "diff" | "patch" | "proto" | "graphql" | "gradle" | "ini"
        | "cfg" | "conf" | "properties" | "tf" => "text/x-source",
        _ => "text/plain",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip_with(name: &str) -> Vec<u8> {
        [&b"PK\x03\x04"[..], &[0; 26], b"[Content_Types].xml", &[7; 300], name.as_bytes()].concat()
    }

    #[test]
    fn the_bytes_say_what_a_file_is() {
        let odt =
            [&b"PK\x03\x04"[..], &[0; 26], b"mimetypeapplication/vnd.oasis.opendocument.textPK"].concat();
        let (word, sheet) = (zip_with("word/document.xml"), zip_with("xl/workbook.xml"));
        let umlauts = "grün ".repeat(20);
        let latin: Vec<u8> = umlauts.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let table: [(&[u8], &str, Form, &str); 24] = [
            (b"\x89PNG\r\n\x1a\n....", "a.txt", Form::Image, "image/png"),
            (b"\xff\xd8\xff\xe0....", "a.png", Form::Image, "image/jpeg"),
            (b"GIF89a..........", "x", Form::Image, "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "x", Form::Image, "image/webp"),
            (b"RIFF\0\0\0\0WAVEfmt ", "x.webp", Form::Other, "audio/wav"),
            (b"\0\0\0\x18ftypheic\0\0", "photo.jpg", Form::OtherImage("HEIC"), "image/heic"),
            (b"II*\0....", "scan.png", Form::OtherImage("TIFF"), "image/tiff"),
            (b"%PDF-1.7\n%\xe2\xe3", "a.md", Form::Document, "application/pdf"),
            (b"\n\n%PDF-1.4\n", "a", Form::Document, "application/pdf"),
            (
                &word,
                "a.png",
                Form::Document,
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (
                &sheet,
                "a",
                Form::Document,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            (&odt, "a", Form::Document, "application/vnd.oasis.opendocument.text"),
            (b"PK\x03\x04 nothing known", "a.docx", Form::Other, "application/zip"),
            (b"MZ\x90\0\x03\0", "setup.png", Form::Other, "application/vnd.microsoft.portable-executable"),
            (b"<script>alert(1)</script>", "cat.png", Form::Text, "text/plain"),
            (b"<svg onload=alert(1)>", "cat.svg", Form::Text, "image/svg+xml"),
            (b"a,b\n1,2\n", "Data.CSV", Form::Text, "text/csv"),
            (b"# Hi\n", "README.md", Form::Text, "text/markdown"),
            (b"fn main() {}", "main.rs", Form::Text, "text/x-source"),
            (b"hello", "exe.exe", Form::Text, "text/plain"),
            (b"\xff\xfeh\0i\0", "notes.txt", Form::Text, "text/plain"),
            (&latin, "alt.csv", Form::Text, "text/csv"),
            (b"\0\x01\x02\x03", "notes.txt", Form::Other, "application/octet-stream"),
            (b"\xe9\xe9\xe9\xe9\xe9", "notes.txt", Form::Other, "application/octet-stream"),
        ];
        for (head, name, form, mime) in table {
            assert_eq!(sniff(head, head, name), (form, mime), "{name}: {:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn a_character_cut_by_the_heads_end_is_still_text() {
        let whole = "ü".repeat(30);
        assert!(is_text(&whole.as_bytes()[..whole.len() - 1]));
    }
}
