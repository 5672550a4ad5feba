//! Whether a request comes from our own page or from a program, and not from another site's page.

use http::HeaderMap;

/// Whether `Origin` and `Sec-Fetch-Site`, where present, say that the request is the page's own.
///
/// A program sends neither. A browser always sends the second, which no page can forge.
pub(super) fn is_own(headers: &HeaderMap, host: &str) -> bool {
    let origin = headers.get_all("origin").iter().all(|origin| {
        let origin = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
        origin.is_some_and(|origin| origin == host)
    });
    let site = headers.get_all("sec-fetch-site").iter().all(|site| site == "same-origin" || site == "none");
    origin && site
}

/// Whether someone goes to the page, as opposed to a page of another site fetching or framing it.
pub(super) fn is_navigation(headers: &HeaderMap) -> bool {
    let only = |name, allowed: &str| headers.get_all(name).iter().all(|value| value == allowed);
    only("sec-fetch-mode", "navigate") && only("sec-fetch-dest", "document")
}

/// Whether a document loads a script. An isolated frame has an origin of its own, so that its script comes from
/// another site, as far as the browser is concerned.
pub(super) fn is_script(headers: &HeaderMap) -> bool {
    let mut all = headers.get_all("sec-fetch-dest").iter();
    matches!((all.next(), all.next()), (Some(only), None) if only == "script")
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn only_our_own_origin_is_ours() {
        for (pairs, own) in [
            (&[][..], true),
            (&[("origin", "http://127.0.0.1:7317")], true),
            (&[("origin", "https://127.0.0.1:7317")], false),
            (&[("origin", "http://localhost:7317")], false),
            (&[("origin", "http://127.0.0.1:7317.evil.example")], false),
            (&[("origin", "http://127.0.0.1:3000")], false),
            (&[("origin", "null")], false),
            (&[("origin", "")], false),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "")], false),
            (&[("origin", "http://127.0.0.1:7317"), ("sec-fetch-site", "cross-site")], false),
            (&[("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")], false),
        ] {
            assert_eq!(is_own(&headers(pairs), "127.0.0.1:7317"), own, "{pairs:?}");
        }
    }

    #[test]
    fn a_frame_or_a_fetch_is_no_navigation() {
        assert!(is_navigation(&headers(&[])));
        assert!(is_navigation(&headers(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")])));
        assert!(!is_navigation(&headers(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")])));
        assert!(!is_navigation(&headers(&[("sec-fetch-mode", "no-cors")])));
    }

    #[test]
    fn only_a_script_is_a_script() {
        assert!(is_script(&headers(&[("sec-fetch-dest", "script"), ("sec-fetch-site", "cross-site")])));
        for other in [&[][..], &[("sec-fetch-dest", "iframe")], &[("sec-fetch-dest", "document")]] {
            assert!(!is_script(&headers(other)), "{other:?}");
        }
    }
}
