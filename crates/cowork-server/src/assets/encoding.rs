//! Which form of a file a client can read (RFC 9110, section 12.5.3).

use http::{HeaderMap, header};

use super::File;

/// How the bytes of a file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Not at all.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
}

impl Encoding {
    /// The word in `Content-Encoding`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }
}

/// The form that the client likes best, among those there are; Brotli where it likes two alike.
pub(super) fn choose(asked: &HeaderMap, file: &'static File) -> (Encoding, &'static [u8]) {
    let packed = [(Encoding::Brotli, file.br), (Encoding::Gzip, file.gz)];
    let mut best = (Encoding::Identity, file.plain);
    let mut best_weight = 0;
    for (encoding, bytes) in packed {
        let weight = weight(asked, encoding.name());
        if let Some(bytes) = bytes
            && weight > best_weight
        {
            best = (encoding, bytes);
            best_weight = weight;
        }
    }
    best
}

/// How much the client likes `name`, in thousandths; 0: not at all. `*` stands for what it does not name.
fn weight(asked: &HeaderMap, name: &str) -> u16 {
    let mut star = 0;
    for list in asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()) {
        for item in list.split(',') {
            let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
            let weight = quality(parameters);
            match coding.trim() {
                coding if coding.eq_ignore_ascii_case(name) => return weight,
                "*" => star = weight,
                _ => {}
            }
        }
    }
    star
}

fn quality(parameters: &str) -> u16 {
    let given = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    let Some(value) = given else { return 1000 };
    let Ok(value) = value.parse::<f32>() else { return 0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000 by then")]
    let thousandths = (value.clamp(0.0, 1.0) * 1000.0) as u16;
    thousandths
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    static BOTH: File = File { path: "a", plain: b"plain", br: Some(b"br"), gz: Some(b"gz"), hash: "" };
    static NEITHER: File = File { path: "a", plain: b"plain", br: None, gz: None, hash: "" };

    #[test]
    fn the_client_decides() {
        for (accept, expected) in [
            ("", Encoding::Identity),
            ("br", Encoding::Brotli),
            ("gzip, deflate, br", Encoding::Brotli),
            ("gzip", Encoding::Gzip),
            ("br;q=0, gzip", Encoding::Gzip),
            ("br; q=0.2, gzip; q=0.8", Encoding::Gzip),
            ("br;q=0, gzip;q=0", Encoding::Identity),
            ("*", Encoding::Brotli),
            ("*;q=0", Encoding::Identity),
            ("br;q=0, *", Encoding::Gzip),
            ("br;q=nonsense", Encoding::Identity),
            ("identity", Encoding::Identity),
        ] {
            let mut asked = HeaderMap::new();
            asked.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
            assert_eq!(choose(&asked, &BOTH).0, expected, "{accept}");
            assert_eq!(choose(&asked, &NEITHER).0, Encoding::Identity);
        }
        assert_eq!(choose(&HeaderMap::new(), &BOTH), (Encoding::Identity, b"plain".as_slice()));
    }
}
