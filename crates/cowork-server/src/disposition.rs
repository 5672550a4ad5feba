//! Under which name a browser saves an answer (RFC 6266).

use http::HeaderValue;

/// `kind` with a plain name for old clients and the name itself for the others.
pub(crate) fn disposition(kind: &str, name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
        .collect();
    let exact: String = name
        .chars()
        .map(|c| if c.is_control() || matches!(c, '/' | '\\') { '-' } else { c })
        .collect::<String>()
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    let text = format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{exact}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_safe_for_every_client() {
        assert_eq!(
            disposition("attachment", "Größe: \"../x\".md"),
            "attachment; filename=\"Gr--e---..-x-.md\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%3A%20%22..-x%22.md"
        );
        assert_eq!(disposition("inline", "a.png"), "inline; filename=\"a.png\"; filename*=UTF-8''a.png");
    }
}
