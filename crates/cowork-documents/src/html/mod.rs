//! HTML: what a reader of the page would see, as far as the page itself says so.
//!
//! Left out are scripts, styles and what an attribute hides. Style sheets are not applied.

mod render;
mod tree;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::{DocumentText, error::ExtractError};

pub(crate) fn extract(bytes: &[u8]) -> Result<DocumentText, ExtractError> {
    let tree = tree::parse(&decode(bytes));
    Ok(render::render(&tree).finish(None))
}

/// Where the page itself may name its encoding.
const HEAD: usize = 1024;

/// The text of a page: by its mark, by what it says, and else UTF-8, or what old pages are in when it is none.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    let encoding = named(&bytes[..bytes.len().min(HEAD)])
        .unwrap_or_else(|| if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 });
    encoding.decode_without_bom_handling(bytes).0
}

fn named(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.to_ascii_lowercase();
    let at = memchr::memmem::find(&head, b"charset=")? + "charset=".len();
    let label = head[at..].trim_ascii_start();
    let label = label.strip_prefix(b"\"").or_else(|| label.strip_prefix(b"'")).unwrap_or(label);
    let end = label.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:.+".contains(byte)));
    let encoding = Encoding::for_label(&label[..end.unwrap_or(label.len())])?;
    // What could be read that far is no UTF-16.
    Some(encoding.output_encoding())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        extract(html.as_bytes()).unwrap().text
    }

    #[test]
    fn encodings() {
        assert_eq!(decode(b"\xEF\xBB\xBF\xC3\xA4"), "ä");
        assert_eq!(decode(b"\xFF\xFEa\0"), "a");
        assert_eq!(decode(b"\xC3\xA4"), "ä");
        assert_eq!(decode(b"\xE4"), "ä");
        assert_eq!(decode(b"<meta charset='koi8-r'>\xC1"), "<meta charset='koi8-r'>а");
        assert_eq!(decode(b"<meta charset=utf-16>\xC3\xA4"), "<meta charset=utf-16>ä");
        assert_eq!(
            decode(b"<meta content='text/html; CHARSET=Shift_JIS'>\x82\xa0"),
            "<meta content='text/html; CHARSET=Shift_JIS'>あ"
        );
    }

    #[test]
    fn structure_becomes_markdown() {
        assert_eq!(
            text(
                "<title>T</title><h2> Big <b>news</b></h2><p>One\n two<br>three<p>four</p><ul><li><p>a</p><li>b\
                 <ol start=3><li>c<li>d</ol></ul><pre>x  y\n z</pre><img alt='a cat'>end"
            ),
            "# T\n\n## Big news\n\nOne two\nthree\n\nfour\n\n- a\n- b\n  3. c\n  4. d\n\n```\nx  y\n z\n```\n\n\
             [image: a cat] end"
        );
    }

    #[test]
    fn tables_hold_values_and_layouts_dissolve() {
        assert_eq!(
            text("<table><tr><th>a<th>b<tr><td><p>1</p><p>|</p><td>2</table>"),
            "| a | b |\n| --- | --- |\n| 1 \\| | 2 |"
        );
        assert_eq!(
            text("<table><tr><td>menu<td><table><tr><td>x<td>y<tr><td>1<td>2</table></table>"),
            "menu\n\n| x | y |\n| --- | --- |\n| 1 | 2 |"
        );
    }

    #[test]
    fn what_is_not_shown_is_left_out() {
        for hidden in [
            "<script>bad</script>",
            "<style>bad</style>",
            "<template>bad</template>",
            "<noscript>bad</noscript>",
            "<!-- bad -->",
            "<p hidden>bad<b>bad</b></p>",
            "<div style='color:red; DISPLAY : none'>bad<div>bad</div></div>",
            "<span style='visibility:hidden'>bad</span>",
            "<span style='opacity:0'>bad</span>",
            "<span style='font-size:0px;'>bad</span>",
            "<svg><text>bad</text></svg>",
            "<textarea hidden>bad</textarea>",
            "<iframe>bad</iframe>",
            "<dialog>bad</dialog>",
        ] {
            assert_eq!(text(&format!("<body>good{hidden}<p>too")), "good\n\ntoo", "{hidden}");
        }
        let shown =
            text("<span style='opacity:0.9'>a</span><dialog open>b</dialog><p style='font-size:0.8em'>c");
        assert_eq!(shown, "a\n\nb\n\nc");
    }
}
