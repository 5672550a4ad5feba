//! The page, embedded at build time (`build.rs`), and the answer to every path that is no resource.
//!
//! Always true: the shell carries a fresh nonce, so it is never stored; a file under `assets/` has its hash in its
//! name, so it is stored for good; a compressed sibling has no address of its own; only someone who goes to a path
//! gets the shell for it, a program or a script gets 404.

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use cowork_contract::ErrorCode;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

use crate::{auth, guard, problem::ApiError};

mod encoding;

use encoding::Encoding;

/// One file of the page.
struct File {
    /// Without a leading slash.
    path: &'static str,
    plain: &'static [u8],
    br: Option<&'static [u8]>,
    gz: Option<&'static [u8]>,
    /// Of the plain bytes.
    hash: &'static str,
}

/// Sorted by path.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Where the shell wants its nonce.
const NONCE_MARK: &str = "__CSP_NONCE__";

/// Answers what no route takes.
pub(crate) async fn fallback(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return no_such(request.uri()).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refusal = not_allowed(&request).into_response();
        refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refusal;
    }
    let name = path.trim_start_matches('/');
    if name.is_empty() || name == "index.html" {
        return shell();
    }
    match find(name) {
        Some(file) => serve(file, request.headers()),
        None if !name.starts_with("assets/") && wants_page(request.headers()) => shell(),
        None => no_such(request.uri()).into_response(),
    }
}

/// The refusal of a method that a path does not have.
pub(crate) fn not_allowed(request: &Request) -> ApiError {
    let detail = format!("{} can't be used on {}.", request.method(), request.uri().path());
    ApiError::new(ErrorCode::MethodNotAllowed, detail)
}

fn no_such(uri: &Uri) -> ApiError {
    ApiError::new(ErrorCode::NotFound, format!("There is nothing at {}.", uri.path()))
}

fn find(name: &str) -> Option<&'static File> {
    FILES.binary_search_by(|file| file.path.cmp(name)).ok().and_then(|index| FILES.get(index))
}

/// Whether a browser goes to the path, as far as its headers tell.
fn wants_page(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html")),
    }
}

/// The page's document with a fresh nonce.
fn shell() -> Response {
    let Some(document) = find("index.html").and_then(|file| std::str::from_utf8(file.plain).ok()) else {
        return ApiError::new(ErrorCode::Internal, "The page is not built in.").into_response();
    };
    let nonce = match auth::secret::<16>() {
        Ok(nonce) => nonce,
        Err(refusal) => return refusal.into_response(),
    };
    let policy = guard::nonced_policy(&nonce).unwrap_or_else(guard::plain_policy);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, document.replace(NONCE_MARK, &nonce)).into_response()
}

fn serve(file: &'static File, asked: &HeaderMap) -> Response {
    let (encoding, bytes) = encoding::choose(asked, file);
    let tag = match encoding {
        Encoding::Identity => format!("\"{}\"", file.hash),
        other => format!("\"{}-{}\"", file.hash, other.name()),
    };
    let caching =
        if file.path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if names_tag(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(Bytes::from_static(bytes)).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(file.path)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if encoding != Encoding::Identity {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    response
}

/// Whether `If-None-Match` names `tag`; compared weakly, as the header wants it.
fn names_tag(asked: &HeaderMap, tag: &str) -> bool {
    asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|list| {
        list.split(',').map(str::trim).any(|named| named == "*" || named.trim_start_matches("W/") == tag)
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_holds_the_shell() {
        assert!(FILES.is_sorted_by(|a, b| a.path < b.path));
        assert!(find("index.html").is_some());
        assert!(!FILES.iter().any(|file| file.path.ends_with(".br") || file.path.ends_with(".gz")));
    }

    #[test]
    fn a_tag_is_found_in_a_list() {
        let mut asked = HeaderMap::new();
        assert!(!names_tag(&asked, "\"a\""));
        asked.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"b\", W/\"a\""));
        assert!(names_tag(&asked, "\"a\""));
        assert!(!names_tag(&asked, "\"a-br\""));
    }
}
