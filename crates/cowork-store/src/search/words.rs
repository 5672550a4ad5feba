//! Texts as the words that searching compares: without case, accents and forms of width.
//!
//! Always true: a text and a search are cut by the same rules, so that what looks alike is found; a word consists of
//! letters, digits and marks alone; its place in the original text is known to the byte. Scripts that put no blanks
//! between words give a word per character; a search for several of them is one for a phrase.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Characters of a word at most; the rest of a longer one is not looked at. Such words are encoded data.
const LONGEST: usize = 64;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// What is compared.
    pub(crate) folded: String,
    /// Where it begins in the text, in bytes.
    pub(crate) start: usize,
    /// Where it ends in the text, in bytes.
    pub(crate) end: usize,
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Words<'_> {
    Words { text, at: 0 }
}

/// Gives one word after the other.
#[derive(Debug, Clone)]
pub(crate) struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        let mut word: Option<Word> = None;
        let mut length = 0;
        let mut alone = false;
        for (offset, c) in self.text.get(self.at..)?.char_indices() {
            let start = self.at + offset;
            let end = start + c.len_utf8();
            match (part_of(c), &mut word) {
                (Part::Mark, Some(word)) => {
                    fold_into(&mut word.folded, c, &mut length);
                    word.end = end;
                }
                (Part::Joiner, Some(_)) | (Part::Mark | Part::Joiner | Part::Between, None) => {}
                (Part::Letter, Some(word)) if !alone => {
                    fold_into(&mut word.folded, c, &mut length);
                    word.end = end;
                }
                (part @ (Part::Letter | Part::Alone), None) => {
                    let mut folded = String::new();
                    fold_into(&mut folded, c, &mut length);
                    alone = part == Part::Alone;
                    if !folded.is_empty() {
                        word = Some(Word { folded, start, end });
                    }
                }
                (Part::Letter | Part::Alone | Part::Between, Some(_)) => {
                    self.at = start;
                    return word;
                }
            }
        }
        self.at = self.text.len();
        word
    }
}

/// The folded words of a text with a blank between them.
pub(crate) fn folded(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for word in words(text) {
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(&word.folded);
    }
    all
}

/// Whether words are written so that their endings vary without a blank before them, as Korean particles do: such a
/// word is always taken as the beginning of one.
pub(crate) fn takes_endings(folded: &str) -> bool {
    folded.chars().any(|c| matches!(c, '\u{1100}'..='\u{11ff}'))
}

/// A text in the form that is compared, with all that stands between the words; a run of blanks is one.
pub(crate) fn compared(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for c in text.chars().filter(|c| part_of(*c) != Part::Joiner) {
        if c.is_ascii() && !c.is_ascii_whitespace() {
            all.push(c.to_ascii_lowercase());
        } else if !c.is_whitespace() {
            all.extend(compared_char(c));
        } else if !all.ends_with(' ') {
            all.push(' ');
        }
    }
    all
}

/// What a character is compared as: several characters, one, or, for an accent, none.
fn compared_char(c: char) -> impl Iterator<Item = char> {
    let parts = std::iter::once(c).nfkd().flat_map(char::to_lowercase).nfkd();
    // Accents over Latin, Greek and Cyrillic letters go; other marks make another letter.
    parts.filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).map(|c| if c == 'ς' { 'σ' } else { c })
}

/// Appends a character of a word.
fn fold_into(folded: &mut String, c: char, length: &mut usize) {
    let mut push = |c: char| {
        if *length < LONGEST {
            folded.push(c);
            *length += 1;
        }
    };
    if c.is_ascii() {
        return push(c.to_ascii_lowercase());
    }
    // Some characters stand for several with a blank or a stroke in between.
    compared_char(c).filter(|c| c.is_alphanumeric() || is_combining_mark(*c)).for_each(push);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Continues a word or begins one.
    Letter,
    /// Is a word.
    Alone,
    /// Belongs to the character before it.
    Mark,
    /// Can't be seen and ends nothing.
    Joiner,
    /// Ends a word.
    Between,
}

fn part_of(c: char) -> Part {
    match c {
        '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' => Part::Joiner,
        '\u{ff9e}' | '\u{ff9f}' => Part::Mark,
        c if c.is_ascii_alphanumeric() => Part::Letter,
        c if c.is_ascii() => Part::Between,
        c if is_combining_mark(c) => Part::Mark,
        c if !c.is_alphanumeric() => Part::Between,
        c if is_of_script_without_blanks(c) => Part::Alone,
        _ => Part::Letter,
    }
}

/// Chinese, Japanese, Thai, Lao, Burmese, Khmer, Tibetan, Yi and their kin.
fn is_of_script_without_blanks(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{0f00}'..='\u{0fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{1950}'..='\u{19df}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{312f}'
        | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{a000}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}'
        | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_cut_and_folded() {
        for (text, expected) in [
            ("Hello, World!", "hello world"),
            ("", ""),
            (" - ", ""),
            ("Éclair crème ÅNGSTRÖM", "eclair creme angstrom"),
            ("e\u{301}t", "et"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("Ёлка ёлка", "елка елка"),
            ("src/app/frame.tsx foo_bar", "src app frame tsx foo bar"),
            ("don’t", "don t"),
            ("日本語 text", "日 本 語 text"),
            ("v2を使う", "v2 を 使 う"),
            ("ﾊﾝｶｸ ＦＵＬＬ", "ハ ン カ ク full"),
            ("ｶﾞ", "カ\u{3099}"),
            ("ガ", "カ\u{3099}"),
            ("soft\u{ad}hyphen", "softhyphen"),
            ("½ ﬁsh", "12 fish"),
            ("ﷺ", "صلىاللهعليهوسلم"),
            ("ไทย", "ไ ท ย"),
            ("İstanbul", "istanbul"),
            ("नमस्ते दुनिया", "नमस्ते दुनिया"),
            ("👋 wave👋", "wave"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
        assert!(takes_endings(&folded("학교")));
        assert_eq!(folded(&"x".repeat(90)).len(), LONGEST);
    }

    proptest! {
        #[test]
        fn places_are_within_the_text_in_order_and_words_hold_nothing_that_divides(text in ".{0,80}") {
            let mut before = 0;
            for word in words(&text) {
                prop_assert!(before <= word.start && word.start < word.end && word.end <= text.len());
                prop_assert!(text.get(word.start..word.end).is_some());
                prop_assert!(word.folded.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric()));
                prop_assert!(!word.folded.is_empty());
                before = word.end;
            }
        }

        #[test]
        fn folding_twice_changes_nothing(text in "[a-zA-Z0-9 éÉüñçßÅøŁ_.-]{0,60}") {
            prop_assert_eq!(folded(&folded(&text)), folded(&text));
        }
    }
}
