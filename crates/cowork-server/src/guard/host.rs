//! The names a server answers to.

use std::{fmt, net::SocketAddr};

use axum::extract::Request;
use http::header;

/// The values of `Host` that are right for one bound address.
#[derive(Debug, Clone)]
pub(crate) struct Hosts(Vec<String>);

impl Hosts {
    /// The names of `bound`; `localhost` is one for the two addresses it stands for everywhere.
    pub(crate) fn of(bound: SocketAddr) -> Self {
        let mut hosts = vec![bound.to_string()];
        let is_localhost = match bound {
            SocketAddr::V4(v4) => v4.ip().octets() == [127, 0, 0, 1],
            SocketAddr::V6(v6) => v6.ip().is_loopback(),
        };
        if is_localhost {
            hosts.push(format!("localhost:{}", bound.port()));
        }
        // Clients leave out the port that http has anyway.
        if bound.port() == 80 {
            let bare: Vec<_> =
                hosts.iter().filter_map(|host| host.strip_suffix(":80")).map(str::to_owned).collect();
            hosts.extend(bare);
        }
        Self(hosts)
    }

    /// The request's `Host`, if there is exactly one, it is ours, and the request line names no other.
    pub(crate) fn check<'r>(&self, request: &'r Request) -> Option<&'r str> {
        let mut all = request.headers().get_all(header::HOST).iter();
        let (only, None) = (all.next()?, all.next()) else { return None };
        let host = only.to_str().ok()?;
        let same_target =
            request.uri().authority().is_none_or(|named| named.as_str().eq_ignore_ascii_case(host));
        (same_target && self.0.iter().any(|ours| ours.eq_ignore_ascii_case(host))).then_some(host)
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(bound: &str, hosts: &[&str], target: &str) -> bool {
        let mut request = Request::builder().uri(target);
        for host in hosts {
            request = request.header("host", *host);
        }
        let request = request.body(axum::body::Body::empty()).unwrap();
        Hosts::of(bound.parse().unwrap()).check(&request).is_some()
    }

    #[test]
    fn exactly_one_host_that_was_bound() {
        for (bound, host, right) in [
            ("127.0.0.1:7317", "127.0.0.1:7317", true),
            ("127.0.0.1:7317", "localhost:7317", true),
            ("127.0.0.1:7317", "LocalHost:7317", true),
            ("127.0.0.1:7317", "127.0.0.1", false),
            ("127.0.0.1:7317", "127.0.0.1:7318", false),
            ("127.0.0.1:7317", "[::1]:7317", false),
            ("127.0.0.1:7317", "evil.example:7317", false),
            ("127.0.0.1:7317", "127.0.0.1:7317.evil.example", false),
            ("127.0.0.1:7317", "", false),
            ("127.0.0.2:7317", "127.0.0.2:7317", true),
            ("127.0.0.2:7317", "localhost:7317", false),
            ("[::1]:7317", "[::1]:7317", true),
            ("[::1]:7317", "localhost:7317", true),
            ("127.0.0.1:80", "127.0.0.1", true),
            ("127.0.0.1:80", "localhost", true),
        ] {
            assert_eq!(answers(bound, &[host], "/"), right, "{host:?} at {bound}");
        }
        assert!(!answers("127.0.0.1:7317", &[], "/"), "none");
        assert!(!answers("127.0.0.1:7317", &["127.0.0.1:7317", "127.0.0.1:7317"], "/"), "two");
        assert!(
            !answers("127.0.0.1:7317", &["127.0.0.1:7317"], "http://evil.example/"),
            "another in the request line"
        );
        assert!(answers("127.0.0.1:7317", &["127.0.0.1:7317"], "http://127.0.0.1:7317/"));
    }
}
