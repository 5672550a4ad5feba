//! The answers of `/frame/{ticket}`: documents that can do nothing to the page around them, and their policies.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};

use super::Content;

/// Nothing runs, nothing is loaded, no form is sent; styles that are written in the document hold.
const STILL: &str = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; \
                     form-action 'none'; frame-ancestors 'self'";

/// Whatever still leads somewhere would open a window, which a sandboxed frame can't.
const HTML_HEAD: &str = "<!doctype html><meta charset=\"utf-8\"><base target=\"_blank\">";

/// The drawing program, packed with gzip. `None`: built without the page.
static PROGRAM: Option<&[u8]> = include!(concat!(env!("OUT_DIR"), "/frames.rs"));

/// Whether there is a program that draws diagrams.
pub(crate) fn is_built() -> bool {
    PROGRAM.is_some()
}

/// The document for `content`. `program` is the address of the drawing program, for a document that needs it.
pub(crate) fn document(content: &Content, program: &str) -> Response {
    let (policy, body) = match content {
        Content::Html(text) => (STILL.to_owned(), html(text)),
        Content::Svg(text) => (STILL.to_owned(), svg(text)),
        Content::Drawing | Content::Program => drawing(program),
    };
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(STILL));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, body).into_response()
}

/// The drawing program. Its frame has an origin of its own: the same-origin policy of all else would keep it out.
pub(crate) fn drawing_program() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CONTENT_ENCODING, HeaderValue::from_static("gzip")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    (headers, Body::from(Bytes::from_static(PROGRAM.unwrap_or_default()))).into_response()
}

fn html(text: &[u8]) -> Vec<u8> {
    let mut document = HTML_HEAD.as_bytes().to_vec();
    without_ways_out(text, &mut document);
    document
}

/// Elements that name a document or a host.
const WAYS_OUT: [&[u8]; 7] = [b"link", b"iframe", b"frame", b"fencedframe", b"portal", b"object", b"embed"];

/// Copies `text`, but for what no policy governs in time: Chromium connects to the host of an inner frame before it
/// asks whether the frame may be loaded, and browsers may connect for `<link rel=preconnect>` and for links that are
/// pressed. Under another name an element or attribute means nothing. A target within the document stays.
fn without_ways_out(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        if first == b'<' && WAYS_OUT.iter().any(|name| tail(after, name).is_some()) {
            into.extend_from_slice(b"<x-");
            rest = after;
        } else if let Some(after) = tail(rest, b"href").filter(|after| leads_out(after)) {
            into.extend_from_slice(b"x-href");
            rest = after;
        } else {
            into.push(first);
            rest = after;
        }
    }
}

/// What follows `start`, in whatever case it is written.
fn tail<'t>(text: &'t [u8], start: &[u8]) -> Option<&'t [u8]> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

/// Whether what follows the name `href` gives it a value that is no place in the document.
fn leads_out(after_name: &[u8]) -> bool {
    let Some(value) = after_name.trim_ascii_start().strip_prefix(b"=") else { return false };
    let value = value.trim_ascii_start();
    let bare = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    !bare.starts_with(b"#")
}

/// As the source of an image, where an SVG has neither scripts nor links nor anything to load.
fn svg(text: &[u8]) -> Vec<u8> {
    let mut document = b"<!doctype html><meta charset=\"utf-8\"><style>html,body{height:100%;margin:0}\
        body{display:grid;place-items:center}img{max-width:100%;max-height:100%}</style>\
        <img alt=\"\" src=\"data:image/svg+xml,"
        .to_vec();
    for &byte in text {
        if byte.is_ascii_alphanumeric() || b"-._~ ,:;()=/".contains(&byte) {
            document.push(byte);
        } else {
            document.push(b'%');
            document.extend([byte >> 4, byte & 15].map(|half| b"0123456789ABCDEF"[usize::from(half)]));
        }
    }
    document.extend_from_slice(b"\">");
    document
}

fn drawing(program: &str) -> (String, Vec<u8>) {
    // The address is a secret that nobody has seen yet, which is what a nonce has to be.
    let nonce = program.rsplit('/').next().unwrap_or_default();
    let policy = format!(
        "sandbox allow-scripts; default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    );
    let document = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Diagram</title>\
         <style>html,body{{margin:0;background:transparent}}#drawing{{padding:12px}}\
         #drawing svg{{display:block;height:auto;margin:0 auto}}</style>\
         <div id=\"drawing\"></div><script nonce=\"{nonce}\" src=\"{program}\"></script></html>"
    );
    (policy, document.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_way_leads_out() {
        for (text, expected) in [
            ("<link rel=preconnect>", "<x-link rel=preconnect>"),
            ("a<LiNk/><p>b</p>", "a<x-LiNk/><p>b</p>"),
            ("<<link<link", "<<x-link<x-link"),
            ("<a href=\"//b\">", "<a x-href=\"//b\">"),
            ("<a HREF\n=\t'b'>", "<a x-href\n=\t'b'>"),
            ("<use xlink:href=b>", "<use xlink:x-href=b>"),
            ("<use href=\"#b\"><a href=#c>", "<use href=\"#b\"><a href=#c>"),
            ("an href is an attribute", "an href is an attribute"),
            ("<iframe src=b></iframe><FrameSet>", "<x-iframe src=b></iframe><x-FrameSet>"),
            ("<object data=b><embed src=b>", "<x-object data=b><x-embed src=b>"),
            ("<lin", "<lin"),
            ("hre", "hre"),
            ("", ""),
        ] {
            let mut copy = Vec::new();
            without_ways_out(text.as_bytes(), &mut copy);
            assert_eq!(String::from_utf8(copy).unwrap(), expected);
        }
    }

    #[test]
    fn a_picture_can_not_leave_its_attribute() {
        let document = String::from_utf8(svg("<svg a=\"é'\">&\n</svg>".as_bytes())).unwrap();
        assert!(document.ends_with("svg+xml,%3Csvg a=%22%C3%A9%27%22%3E%26%0A%3C/svg%3E\">"), "{document}");
    }

    #[test]
    fn the_policies_allow_what_is_meant_and_no_more() {
        assert!(STILL.starts_with("sandbox; default-src 'none'; ") && !STILL.contains("script"));
        let (policy, document) = drawing("/frame/0a1b");
        assert!(policy.contains("sandbox allow-scripts; default-src 'none'; script-src 'nonce-0a1b'; "));
        assert!(!policy.contains("connect-src") && !policy.contains("'self';"), "{policy}");
        assert!(String::from_utf8(document).unwrap().contains("<script nonce=\"0a1b\" src=\"/frame/0a1b\">"));
    }
}
