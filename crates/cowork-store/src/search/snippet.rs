//! The piece of a text that shows best why it was found.
//!
//! Always true: it is plain text on one line, of bounded length; hits are in order, do not overlap and lie within it.

use cowork_contract::Snippet;

use super::expression::{Expression, Occurrence};
use super::words::{Word, words};

/// Bytes of a snippet, about; a character more or a word less.
const LENGTH: usize = 220;
/// Bytes before the first hit, about.
const BEFORE: usize = 48;
/// Words that are looked through after the first hit for a better place.
const AFTER: usize = 2_000;

/// The piece of `text` that holds most of what was wanted. `None`: nothing of it is there.
pub(crate) fn snippet(text: &str, expression: &Expression) -> Option<Snippet> {
    let looked = beginning(text, expression);
    let found = expression.occurrences(&looked);
    let from = best(&looked, &found)?;
    let shown = found.get(from..)?;
    let first = looked.get(shown.first()?.first)?.start;
    let start = back(text, first);
    let end = forward(text, start + LENGTH);
    let spans = shown.iter().filter_map(|one| {
        let (from, until) = (looked.get(one.first)?.start, looked.get(one.last)?.end);
        (from < end).then_some((from, until.min(end)))
    });
    Some(line(text, (start, end), spans))
}

/// The words up to the first occurrence of a wanted term, and some more. A long text is not cut to its end.
fn beginning(text: &str, expression: &Expression) -> Vec<Word> {
    let longest = expression.wanted.iter().map(|term| term.words.len()).max().unwrap_or(1);
    let mut looked: Vec<Word> = Vec::new();
    let mut until = usize::MAX;
    for word in words(text) {
        looked.push(word);
        if looked.len() >= until {
            break;
        }
        if until == usize::MAX {
            let tail = &looked[looked.len().saturating_sub(longest)..];
            if !expression.occurrences(tail).is_empty() {
                until = looked.len() + AFTER;
            }
        }
    }
    looked
}

/// The occurrence from which on most different terms, then most occurrences, fit into a snippet.
fn best(words: &[Word], found: &[Occurrence]) -> Option<usize> {
    let room = LENGTH - BEFORE;
    let worth = |from: usize| {
        let start = words[found[from].first].start;
        let inside = found[from..].iter().take_while(|one| words[one.last].end <= start + room);
        let mut terms = 0_u32;
        let mut count = 0_usize;
        for one in inside {
            terms |= 1 << (one.term % 32);
            count += 1;
        }
        (terms.count_ones(), count)
    };
    // The first of the best: `max_by_key` would give the last.
    (0..found.len()).rev().max_by_key(|from| worth(*from))
}

/// A place a little before `from`, after a blank where there is one.
fn back(text: &str, from: usize) -> usize {
    let mut start = from.saturating_sub(BEFORE);
    if start == 0 {
        return 0;
    }
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let before = &text[start..from];
    match before.char_indices().find(|(_, c)| c.is_whitespace()) {
        Some((at, blank)) => start + at + blank.len_utf8(),
        None => start,
    }
}

/// A place at or after `to`, on a character.
fn forward(text: &str, to: usize) -> usize {
    let mut end = to.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    end
}

/// The text between two places on one line, with the spans where they stand in it.
fn line(text: &str, (start, end): (usize, usize), spans: impl Iterator<Item = (usize, usize)>) -> Snippet {
    let mut spans = spans.peekable();
    let mut shown = Line::default();
    let mut hits = Vec::new();
    let mut hit: Option<(u32, usize)> = None;
    if start > 0 {
        shown.push('…');
    }
    for (offset, c) in text[start..end].char_indices() {
        let at = start + offset;
        if let Some((from, _)) = hit.take_if(|(_, until)| at >= *until) {
            hits.push((from, shown.units - from));
        }
        if hit.is_none()
            && let Some((_, until)) = spans.next_if(|(from, _)| at >= *from)
        {
            hit = Some((shown.units, until));
        }
        shown.push(c);
    }
    if let Some((from, _)) = hit {
        hits.push((from, shown.units - from));
    }
    if end < text.len() {
        shown.push('…');
    }
    Snippet { text: shown.text, hits }
}

#[derive(Default)]
struct Line {
    text: String,
    /// UTF-16 code units.
    units: u32,
}

impl Line {
    /// A run of blanks and control characters becomes one blank.
    fn push(&mut self, c: char) {
        let c = if c.is_whitespace() || c.is_control() { ' ' } else { c };
        if c == ' ' && self.text.ends_with(' ') {
            return;
        }
        self.text.push(c);
        self.units += u32::try_from(c.len_utf16()).unwrap_or(1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The snippet with its hits in brackets.
    fn marked(text: &str, search: &str) -> Option<String> {
        let Snippet { text, hits } = snippet(text, &Expression::of(search))?;
        let mut units: Vec<u16> = text.encode_utf16().collect();
        for (start, length) in hits.iter().rev() {
            let (start, end) = (*start as usize, (*start + *length) as usize);
            units.insert(end, u16::try_from(u32::from(']')).unwrap());
            units.insert(start, u16::try_from(u32::from('[')).unwrap());
        }
        Some(String::from_utf16(&units).unwrap())
    }

    #[test]
    fn what_was_found_is_marked() {
        for (text, search, expected) in [
            ("The quick brown fox", "quick fo", "The [quick] brown [fox]"),
            ("one\n\n  two\tthree", "two three ", "one [two] [three]"),
            ("one\ntwo", "\"one two\"", "[one two]"),
            ("👋👋 a naïve café", "cafe ", "👋👋 a naïve [café]"),
            ("全文検索の例", "検索", "全文[検索]の例"),
            ("e\u{301}te\u{301} comes", "ete", "[e\u{301}te\u{301}] comes"),
        ] {
            assert_eq!(marked(text, search).unwrap(), expected);
        }
        assert_eq!(marked("nothing here", "elsewhere"), None);
        assert_eq!(marked("nothing here", "-nothing"), None);
    }

    #[test]
    fn a_snippet_begins_after_a_blank_of_whatever_width() {
        let text = format!("{}\u{3000}beside the needle", "長".repeat(40));
        assert_eq!(marked(&text, "needle").unwrap(), "…beside the [needle]");
    }

    #[test]
    fn the_best_place_of_a_long_text_is_shown() {
        let filler = "filler ".repeat(100);
        let text = format!("{filler} needle {filler} needle and thread {filler}");
        let shown = marked(&text, "needle thread ").unwrap();
        assert!(shown.contains("[needle] and [thread]"), "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.len() < 300, "{shown}");
    }

    proptest! {
        #[test]
        fn hits_lie_within_the_text_in_order(text in "(\\PC|\\s){0,400}", search in "\\PC{0,12}") {
            if let Some(Snippet { text, hits }) = snippet(&text, &Expression::of(&search)) {
                let units = u32::try_from(text.encode_utf16().count()).unwrap();
                let mut before = 0;
                prop_assert!(!hits.is_empty());
                for (start, length) in hits {
                    prop_assert!(before <= start && length > 0 && start + length <= units);
                    before = start + length;
                }
                prop_assert!(!text.contains('\n'));
            }
        }
    }
}
