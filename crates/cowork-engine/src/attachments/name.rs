//! Names of files, as they may be shown, saved and told to a model.

/// Bytes of a name, so that it fits every file system with room for a number behind it.
const BYTES: usize = 200;
/// Bytes of an ending that is kept when a name is cut.
const ENDING: usize = 12;

/// The name without folders, without what hides or turns text, and not longer than a name may be. `otherwise`: where
/// nothing is left.
pub(super) fn clean(name: &str, otherwise: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last
        .chars()
        .filter(|c| !is_hidden(*c))
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '-' } else { c })
        .collect();
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_end_matches('.').trim();
    if words.is_empty() {
        return otherwise.to_owned();
    }
    cut(words)
}

/// The ending of a name, without its dot, in small letters. Empty: it has none.
pub(super) fn ending(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((before, ending)) if !before.is_empty() => ending.to_lowercase(),
        _ => String::new(),
    }
}

fn cut(name: &str) -> String {
    if name.len() <= BYTES {
        return name.to_owned();
    }
    let ending = name.rfind('.').map(|dot| &name[dot..]).filter(|ending| ending.len() <= ENDING);
    let ending = ending.unwrap_or_default();
    let mut end = BYTES - ending.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", name[..end].trim_end())
}

/// Controls, marks of direction, and characters of no width; joiners stay, which scripts and emoji need.
fn is_hidden(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names() {
        let table = [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\a b.txt", "a b.txt"),
            (".env", ".env"),
            ("..", "file"),
            ("  a \u{0} \n b.md ", "a b.md"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a<b>\"c\".txt", "a-b--c-.txt"),
            ("größe.csv", "größe.csv"),
            ("family 👨\u{200d}👩\u{200d}👧.png", "family 👨\u{200d}👩\u{200d}👧.png"),
            ("", "file"),
            ("folder/", "file"),
        ];
        for (given, expected) in table {
            assert_eq!(clean(given, "file"), expected, "{given:?}");
        }
        let long = format!("{}.jpeg", "ä".repeat(400));
        let short = clean(&long, "file");
        assert!(short.len() <= BYTES && short.ends_with("ä.jpeg"), "{short}");
    }

    proptest! {
        #[test]
        fn a_name_is_safe_whatever_was_sent(given in "\\PC{0,300}|(?s).{0,300}") {
            let name = clean(&given, "file");
            prop_assert!(!name.is_empty() && name.len() <= BYTES);
            prop_assert!(!name.contains(['/', '\\', '"', '<', '>']));
            prop_assert!(name != "." && name != "..");
            prop_assert!(!name.chars().any(is_hidden) && !name.contains('\n'));
            prop_assert_eq!(&clean(&name, "file"), &name, "once is enough");
        }
    }
}
