//! The language of searches: words that must all occur, `"phrases"`, `-word` for what must not, and the last word taken
//! as the beginning of one while it is typed.
//!
//! Always true: any input is an expression; one without anything to look for finds nothing. Nothing of the input
//! reaches the database but letters and digits.

use super::words::{Word, takes_endings, words};

/// Terms of a search at most; further ones are not looked at.
const TERMS: usize = 32;

/// Letters from which on a beginning is a search; a single one begins too much.
const BEGINNING: usize = 2;

/// A search, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Expression {
    /// All of them must occur.
    pub(crate) wanted: Vec<Term>,
    /// None of them may.
    pub(crate) unwanted: Vec<Term>,
}

/// Words that follow one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// At least one, folded.
    pub(crate) words: Vec<String>,
    /// Whether the last of them may go on.
    pub(crate) open: bool,
}

impl Expression {
    /// Takes a search apart.
    pub(crate) fn of(input: &str) -> Self {
        let mut expression = Self::default();
        let mut rest = input.trim_start();
        while !rest.is_empty() && expression.wanted.len() + expression.unwanted.len() < TERMS {
            let (unwanted, after) = match rest.strip_prefix('-') {
                Some(after) => (true, after),
                None => (false, rest),
            };
            let (text, quoted, after) = piece(after);
            let typed = !quoted && !unwanted && after.is_empty();
            if let Some(term) = Term::of(text, typed) {
                if unwanted { &mut expression.unwanted } else { &mut expression.wanted }.push(term);
            }
            rest = after.trim_start();
        }
        expression
    }

    /// Whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Where the wanted terms stand among the words of a text, in order, none overlapping another.
    pub(crate) fn occurrences(&self, text: &[Word]) -> Vec<Occurrence> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let here = self.wanted.iter().enumerate();
            match here.filter_map(|(term, wanted)| Some((wanted.at(text, at)?, term))).max() {
                Some((last, term)) => {
                    found.push(Occurrence { first: at, last, term });
                    at = last + 1;
                }
                None => at += 1,
            }
        }
        found
    }
}

/// Where a wanted term stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Occurrence {
    /// Its first word.
    pub(crate) first: usize,
    /// Its last word.
    pub(crate) last: usize,
    /// Which of the wanted terms.
    pub(crate) term: usize,
}

impl Term {
    fn of(text: &str, typed: bool) -> Option<Self> {
        let words: Vec<String> = words(text).map(|word| word.folded).collect();
        let last = words.last()?;
        let open = takes_endings(last) || (typed && last.chars().nth(BEGINNING - 1).is_some());
        Some(Self { words, open })
    }

    /// The last word of its occurrence that begins with word `start`.
    fn at(&self, text: &[Word], start: usize) -> Option<usize> {
        let end = start + self.words.len();
        let there = text.get(start..end)?;
        let fits = |(index, (wanted, word)): (usize, (&String, &Word))| {
            *wanted == word.folded
                || (self.open && index + 1 == self.words.len() && word.folded.starts_with(wanted.as_str()))
        };
        self.words.iter().zip(there).enumerate().all(fits).then_some(end - 1)
    }
}

/// The next phrase or word, whether it is a phrase, and what comes after it. A phrase that does not end goes on to the
/// end of the input.
fn piece(input: &str) -> (&str, bool, &str) {
    if let Some(phrase) = input.strip_prefix('"') {
        return match phrase.split_once('"') {
            Some((phrase, after)) => (phrase, true, after),
            None => (phrase, true, ""),
        };
    }
    let end = input.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(input.len());
    let (word, after) = input.split_at(end);
    (word, false, after)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Terms as text: words joined by `+`, `*` for an open one, `-` before an unwanted one.
    fn shown(input: &str) -> String {
        let Expression { wanted, unwanted } = Expression::of(input);
        let term = |term: &Term| format!("{}{}", term.words.join("+"), if term.open { "*" } else { "" });
        let unwanted = unwanted.iter().map(|one| format!("-{}", term(one)));
        wanted.iter().map(term).chain(unwanted).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn searches_are_taken_apart() {
        for (input, expected) in [
            ("", ""),
            ("  ", ""),
            ("fox", "fox*"),
            ("fox ", "fox"),
            ("quick fo", "quick fo*"),
            ("quick f", "quick f"),
            ("\"quick fox\"", "quick+fox"),
            ("\"quick fo", "quick+fo"),
            ("a\"b c\"d", "a b+c d"),
            ("fox -hen", "fox -hen"),
            ("fox -\"red hen\" cub", "fox cub* -red+hen"),
            ("-hen", "-hen"),
            ("- hen", "hen*"),
            ("--hen", "-hen"),
            ("frame.tsx", "frame+tsx*"),
            ("well-known ", "well+known"),
            ("検索", "検+索"),
            ("検索 v2", "検+索 v2*"),
            ("AND OR NOT NEAR(", "and or not near*"),
            ("title:x* ^y", "title+x y"),
            ("학교 ", "학교*"),
            ("👋 \"\" - *", ""),
        ] {
            let expected: String = unicode_normalization::UnicodeNormalization::nfkd(expected).collect();
            assert_eq!(shown(input), expected, "{input}");
        }
    }

    #[test]
    fn occurrences_are_the_longest_and_do_not_overlap() {
        let text: Vec<Word> = words("The quick brown fox; quick foxes. Brown!").collect();
        let of = |input| -> Vec<(usize, usize)> {
            Expression::of(input).occurrences(&text).iter().map(|found| (found.first, found.last)).collect()
        };
        assert_eq!(of("quick fox"), [(1, 1), (3, 3), (4, 4), (5, 5)]);
        assert_eq!(of("\"quick brown\" quick "), [(1, 2), (4, 4)]);
        assert_eq!(of("fox "), [(3, 3)]);
        assert_eq!(of("-fox"), []);
    }

    proptest! {
        #[test]
        fn any_input_is_an_expression_of_bounded_size(input in ".{0,300}") {
            let Expression { wanted, unwanted } = Expression::of(&input);
            prop_assert!(wanted.len() + unwanted.len() <= TERMS);
            for term in wanted.iter().chain(&unwanted) {
                prop_assert!(!term.words.is_empty());
            }
        }

        #[test]
        fn a_text_holds_itself(text in "[\\w é日本.,'-]{1,60}") {
            let all: Vec<Word> = words(&text).collect();
            let phrase = Expression::of(&format!("\"{text}\""));
            prop_assert_eq!(phrase.occurrences(&all).is_empty(), all.is_empty());
        }
    }
}
