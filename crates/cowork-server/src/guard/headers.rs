//! The security headers of every answer.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The one content security policy; `{}` is where a page's nonce goes.
macro_rules! policy {
    ($nonce:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'",
            $nonce,
            "; style-src 'self'",
            $nonce,
            "; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; ",
            "manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ",
            "object-src 'none'; require-trusted-types-for 'script'"
        )
    };
}

/// Nothing of the machine is asked for, so nothing of it is allowed.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()";

/// The policy for a document whose inline parts carry `nonce`, which must be plain letters and digits.
pub(crate) fn nonced_policy(nonce: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&policy!(" 'nonce-{}'").replace("{}", nonce)).ok()
}

/// The policy for everything without inline parts; a worker runs under the one its script came with.
pub(crate) fn plain_policy() -> HeaderValue {
    HeaderValue::from_static(policy!(""))
}

/// Adds what every answer carries; a policy that is there already stays.
///
/// Without the last one, Chromium looks up the hosts of a page's links before anybody follows them, which would tell
/// their name servers what an answer says.
pub(super) fn secure(headers: &mut HeaderMap) {
    let resources = HeaderName::from_static("cross-origin-resource-policy");
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(plain_policy);
    headers.entry(resources).or_insert(HeaderValue::from_static("same-origin"));
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (HeaderName::from_static("x-dns-prefetch-control"), "off"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_the_one_that_was_agreed() {
        assert_eq!(
            nonced_policy("abc").unwrap(),
            "default-src 'none'; script-src 'self' 'nonce-abc'; style-src 'self' 'nonce-abc'; img-src 'self' data: \
             blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; \
             require-trusted-types-for 'script'"
        );
        assert!(!plain_policy().to_str().unwrap().contains("nonce"));
    }
}
