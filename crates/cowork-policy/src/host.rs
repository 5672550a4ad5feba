//! Hosts: one spelling for each, patterns over whole labels, and the addresses that are nobody's business.
//!
//! Always true: a host that can be spelled in two ways is refused or has become one. Elsewhere: resolving and dialling
//! (the proxy, which judges what a name resolved to with [`is_private`] again).

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// The port of a pattern or a described call that names none.
pub const DEFAULT_PORT: u16 = 443;

/// A host in its one spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// A name in lower case and in ASCII, without a dot at its end.
    Name(String),
    /// An address.
    Address(IpAddr),
}

/// Why a text is no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the name or the address of a host")]
pub struct NotAHost {
    text: String,
}

impl Host {
    /// Reads a host as it stands in an address, without a port. Numbers in any base become the address they mean.
    pub fn parse(text: &str) -> Result<Self, NotAHost> {
        let refused = || NotAHost { text: text.chars().take(100).collect() };
        let odd = |character: char| {
            character.is_control() || character.is_whitespace() || "%@/\\?#\"<>^`{|}".contains(character)
        };
        if text.is_empty() || text.len() > 255 || text.contains(odd) {
            return Err(refused());
        }
        match url::Host::parse(text.strip_suffix('.').unwrap_or(text)).map_err(|_| refused())? {
            url::Host::Ipv4(address) => Ok(Self::Address(address.into())),
            url::Host::Ipv6(address) => Ok(Self::Address(address.into())),
            url::Host::Domain(name) if name.split('.').any(str::is_empty) || name.contains('*') => {
                Err(refused())
            }
            url::Host::Domain(name) => Ok(Self::Name(name)),
        }
    }

    /// Whether it is on this computer or its network, as far as its spelling tells.
    pub fn is_private(&self) -> bool {
        match self {
            Self::Address(address) => is_private(*address),
            Self::Name(name) => {
                !name.contains('.')
                    || PRIVATE_ENDINGS.iter().any(|ending| {
                        name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                    })
            }
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Address(address) => write!(f, "{address}"),
        }
    }
}

/// Ends of names that never lead to the public network.
const PRIVATE_ENDINGS: [&str; 7] =
    ["localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain"];

/// Whether an address is anything but a public one.
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || matches!(
            (a, b, c),
            (0 | 224..=255, ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18 | 19, _)
        )
}

/// Only the addresses given out for the public network pass; ways to write or to reach an IPv4 address don't.
fn is_private_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let public = (0x2000..=0x3fff).contains(&first);
    let special = (first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        || first == 0x2002
        || (first == 0x3fff && second < 0x1000);
    !public || special
}

/// A line of a list of hosts: `example.com`, `*.example.com`, `example.com:8443`, `192.0.2.1`, `[2001:db8::1]:443`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPattern {
    host: Host,
    /// It means the names below the host, and not the host.
    below: bool,
    port: u16,
}

impl HostPattern {
    /// Reads a line. Without a port it means 443.
    pub fn parse(text: &str) -> Result<Self, NotAHost> {
        let (host, port) =
            split_port(text).ok_or_else(|| NotAHost { text: text.chars().take(100).collect() })?;
        let (below, host) = host.strip_prefix("*.").map_or((false, host), |rest| (true, rest));
        let host = Host::parse(host)?;
        if below && matches!(host, Host::Address(_)) {
            return Err(NotAHost { text: text.to_owned() });
        }
        Ok(Self { host, below, port })
    }

    /// Whether the host is meant, by whole labels.
    pub fn matches(&self, host: &Host, port: u16) -> bool {
        self.port == port
            && match (&self.host, host) {
                (Host::Name(pattern), Host::Name(name)) if self.below => name
                    .strip_suffix(pattern.as_str())
                    .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
                (pattern, host) => !self.below && pattern == host,
            }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}:{}", if self.below { "*." } else { "" }, self.host, self.port)
    }
}

fn split_port(text: &str) -> Option<(&str, u16)> {
    match text.rsplit_once(':') {
        Some((host, _)) if host.starts_with('[') && !host.ends_with(']') => Some((text, DEFAULT_PORT)),
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            port.parse().ok().filter(|port| *port != 0).map(|port| (host, port))
        }
        Some(_) => None,
        None => Some((text, DEFAULT_PORT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_has_one_spelling() {
        for (text, host) in [
            ("Example.COM", "example.com"),
            ("example.com.", "example.com"),
            ("ex\u{ff41}mple.com", "example.com"),
            ("b\u{fc}cher.example", "xn--bcher-kva.example"),
            ("0x7f.1", "127.0.0.1"),
            ("2130706433", "127.0.0.1"),
            ("017700000001", "127.0.0.1"),
            ("[::1]", "[::1]"),
            ("[::ffff:10.0.0.1]", "[::ffff:10.0.0.1]"),
        ] {
            assert_eq!(Host::parse(text).map(|host| host.to_string()).as_deref(), Ok(host), "{text}");
        }
        for text in [
            "",
            ".",
            "a..b",
            "a b",
            "user@a.com",
            "a.com/x",
            "a%2ecom",
            "a.com\n",
            "*.a.com",
            "a.com:80",
            "\u{ad}",
        ] {
            assert!(Host::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_public_is_private() {
        for text in [
            "localhost",
            "a.localhost",
            "router",
            "metadata.google.internal",
            "printer.local",
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "[::1]",
            "[::]",
            "[fe80::1]",
            "[fd00::1]",
            "[::ffff:8.8.8.8]",
            "[64:ff9b::808:808]",
            "[2002:7f00:1::]",
            "[2001:0:1::]",
            "[2001:db8::1]",
            "0x7f.1",
            "home.arpa",
        ] {
            assert!(Host::parse(text).unwrap().is_private(), "{text}");
        }
        for text in [
            "example.com",
            "8.8.8.8",
            "1.1.1.1",
            "[2606:4700::1111]",
            "172.32.0.1",
            "local.example.com",
            "mylocal.com",
        ] {
            assert!(!Host::parse(text).unwrap().is_private(), "{text}");
        }
    }

    #[test]
    fn patterns_match_whole_labels_and_the_port() {
        let matches = |pattern, host, port| {
            HostPattern::parse(pattern).unwrap().matches(&Host::parse(host).unwrap(), port)
        };
        assert!(matches("example.com", "EXAMPLE.com", 443));
        assert!(!matches("example.com", "example.com", 80));
        assert!(matches("example.com:80", "example.com", 80));
        assert!(!matches("example.com", "a.example.com", 443));
        assert!(!matches("example.com", "badexample.com", 443));
        assert!(matches("*.example.com", "a.b.example.com", 443));
        assert!(!matches("*.example.com", "example.com", 443));
        assert!(!matches("*.example.com", "badexample.com", 443));
        assert!(matches("[2606:4700::1]:8443", "[2606:4700:0::1]", 8443));
        assert!(matches("[2606:4700::1]", "[2606:4700::1]", 443));
        for pattern in
            ["*", "*.1.1.1.1", "a.com:0", "a.com:99999", "a.com:", "https://a.com", "a.*.com", ":443"]
        {
            assert!(HostPattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
