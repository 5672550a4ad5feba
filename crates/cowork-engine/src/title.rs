//! A session's first title: the beginning of its first message.

/// Characters a title made from a message has at most.
const LENGTH: usize = 60;

/// The first 60 characters of `text`, cut at a word, on one line and without the marks of Markdown at its start.
pub(crate) fn from_message(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_start_matches(['#', '>', '*', '-', '`', ' ']);
    if line.chars().count() <= LENGTH {
        return line.to_owned();
    }
    let head: String = line.chars().take(LENGTH).collect();
    let next_is_blank = line.chars().nth(LENGTH) == Some(' ');
    match head.rfind(' ') {
        Some(blank) if !next_is_blank && blank > 0 => head[..blank].trim_end().to_owned(),
        _ => head.trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        let sixty = "x".repeat(60);
        let (umlauts, fewer) = ("Ä".repeat(70), "Ä".repeat(60));
        let cases = [
            ("Hello", "Hello"),
            ("  two\n\nlines\t here ", "two lines here"),
            ("# Heading", "Heading"),
            ("", ""),
            (
                "Renewing a lease sometimes fails right after another worker takes it",
                "Renewing a lease sometimes fails right after another worker",
            ),
            (&format!("{sixty} and more"), sixty.as_str()),
            (&format!("{sixty}yyy"), sixty.as_str()),
            (umlauts.as_str(), fewer.as_str()),
        ];
        for (text, title) in cases {
            assert_eq!(from_message(text), title, "{text}");
        }
    }
}
