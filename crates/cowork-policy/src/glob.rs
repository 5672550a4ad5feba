//! Patterns for paths: `*` and `?` within a name, `**` over folders, `[a-z]`, `[!a-z]`, `{one,other}`, `\` before a
//! character that means itself.
//!
//! Always true: a character is a whole Unicode character, so `?` and classes mean what a person sees; matching takes time
//! in proportion to pattern times path; what is not understood is refused. Elsewhere: which pattern is asked about which
//! path (`condition`).

use crate::names::fold;

/// Choices that one pattern's braces may make together.
const CHOICES_MAX: usize = 64;

/// A pattern, ready to match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob {
    /// It is about whole paths on this computer.
    whole: bool,
    choices: Vec<Vec<Part>>,
}

/// Why a text is no pattern, and what mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GlobFault {
    pub(crate) problem: &'static str,
    pub(crate) remedy: &'static str,
}

/// What stands between two slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// `**`: any folders, or none.
    Folders,
    Name(Vec<Token>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Character(char),
    Any,
    Star,
    Class(Class),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Class {
    negated: bool,
    ranges: Vec<(char, char)>,
    folded: bool,
}

/// A token, or what braces and slashes are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sign {
    Token(Token),
    Slash,
    Open,
    Close,
    Comma,
}

impl Glob {
    pub(crate) fn parse(text: &str) -> Result<Self, GlobFault> {
        let whole = is_whole(text);
        let mut signs = signs(text.strip_prefix('/').unwrap_or(text))?.into_iter();
        let at_any_depth = !whole && !text.contains('/');
        let choices = choices(&mut signs, false)?
            .iter()
            .map(|signs| parts(signs, at_any_depth))
            .collect::<Result<_, _>>()?;
        Ok(Self { whole, choices })
    }

    /// Whether it is about whole paths on this computer.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    /// The pattern for folded paths: it matches what looks like a match.
    pub(crate) fn folded(&self) -> Self {
        let part = |part: &Part| match part {
            Part::Folders => Part::Folders,
            Part::Name(tokens) => Part::Name(folded(tokens)),
        };
        let choices = self.choices.iter().map(|parts| parts.iter().map(part).collect()).collect();
        Self { whole: self.whole, choices }
    }

    pub(crate) fn matches(&self, path: &str) -> bool {
        let path = path.strip_prefix('/').unwrap_or(path);
        let names: Vec<Vec<char>> = match path.is_empty() {
            true => Vec::new(),
            false => path.split('/').map(|name| name.chars().collect()).collect(),
        };
        self.choices.iter().any(|parts| {
            wild(
                parts,
                &names,
                |part| *part == Part::Folders,
                |part, name| match part {
                    Part::Folders => false,
                    Part::Name(tokens) => wild(tokens, name, |token| *token == Token::Star, Token::means),
                },
            )
        })
    }
}

impl Token {
    fn means(&self, character: &char) -> bool {
        match self {
            Self::Character(own) => own == character,
            Self::Any => true,
            Self::Star => false,
            Self::Class(class) => class.means(*character),
        }
    }
}

impl Class {
    /// Folded, a character stands for its upper case too.
    fn means(&self, character: char) -> bool {
        let within =
            |character| self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&character));
        let listed = within(character) || (self.folded && character.to_uppercase().any(within));
        listed != self.negated
    }
}

/// Matches a text against a pattern in which some elements stand for any run of the text. Going back to the last of them
/// is enough, so the time is the product of both lengths.
fn wild<P, T>(
    pattern: &[P],
    text: &[T],
    is_run: impl Fn(&P) -> bool,
    means: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut at, mut read, mut retry) = (0, 0, None);
    while let Some(element) = text.get(read) {
        match (pattern.get(at), retry) {
            (Some(run), _) if is_run(run) => {
                retry = Some((at + 1, read + 1));
                at += 1;
            }
            (Some(one), _) if means(one, element) => {
                at += 1;
                read += 1;
            }
            (_, Some((after, next))) => {
                retry = Some((after, next + 1));
                (at, read) = (after, next);
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(at).all(is_run)
}

/// Whether a pattern is about whole paths on this computer: it begins with a slash or a drive.
fn is_whole(pattern: &str) -> bool {
    pattern.starts_with('/') || pattern.get(1..3) == Some(":/")
}

fn fault<T>(problem: &'static str, remedy: &'static str) -> Result<T, GlobFault> {
    Err(GlobFault { problem, remedy })
}

fn signs(text: &str) -> Result<Vec<Sign>, GlobFault> {
    let mut signs = Vec::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        signs.push(match character {
            _ if character.is_control() => {
                return fault("The pattern has a control character.", "Remove it.");
            }
            '*' => Sign::Token(Token::Star),
            '?' => Sign::Token(Token::Any),
            '[' => Sign::Token(Token::Class(class(&mut rest)?)),
            '/' => Sign::Slash,
            '{' => Sign::Open,
            '}' => Sign::Close,
            ',' => Sign::Comma,
            '\\' => match rest.next() {
                Some(itself) if itself != '/' => Sign::Token(Token::Character(itself)),
                _ => {
                    return fault(
                        "A backslash stands before nothing that could mean itself.",
                        "Remove it; folders are parted by `/`.",
                    );
                }
            },
            itself => Sign::Token(Token::Character(itself)),
        });
    }
    Ok(signs)
}

/// What stands between brackets; a `]` at the beginning means itself.
fn class(rest: &mut std::str::Chars<'_>) -> Result<Class, GlobFault> {
    let negated = rest.as_str().starts_with(['!', '^']);
    if negated {
        rest.next();
    }
    let mut ranges: Vec<(char, char)> = Vec::new();
    loop {
        let Some(first) = rest.next().filter(|character| *character != '/') else {
            return fault(
                "This is no pattern: a bracket is not closed.",
                "Close it, or write `\\[` for the bracket itself.",
            );
        };
        if first == ']' && !ranges.is_empty() {
            return Ok(Class { negated, ranges, folded: false });
        }
        let mut ahead = rest.clone();
        let last = match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last)) if last != ']' && last != '/' => {
                *rest = ahead;
                last
            }
            _ => first,
        };
        if first > last {
            return fault(
                "This is no pattern: a range in brackets runs backwards.",
                "Write the lower end first, as in `[a-z]`.",
            );
        }
        ranges.push((first, last));
    }
}

/// The patterns without braces that one with braces stands for.
fn choices(signs: &mut std::vec::IntoIter<Sign>, within: bool) -> Result<Vec<Vec<Sign>>, GlobFault> {
    let mut done: Vec<Vec<Sign>> = Vec::new();
    let mut open: Vec<Vec<Sign>> = vec![Vec::new()];
    loop {
        match signs.next() {
            Some(Sign::Open) => {
                let inner = choices(signs, true)?;
                let joined =
                    |before: &Vec<Sign>, after: &Vec<Sign>| before.iter().chain(after).cloned().collect();
                open = open
                    .iter()
                    .flat_map(|before| inner.iter().map(move |after| joined(before, after)))
                    .collect();
            }
            Some(Sign::Comma) if within => done.append(&mut std::mem::replace(&mut open, vec![Vec::new()])),
            Some(Sign::Close) if within => {
                done.append(&mut open);
                return Ok(done);
            }
            Some(Sign::Close) => {
                return fault(
                    "This is no pattern: a brace closes that was not opened.",
                    "Open it, or write `\\}` for the brace itself.",
                );
            }
            Some(sign) => {
                let sign = if sign == Sign::Comma { Sign::Token(Token::Character(',')) } else { sign };
                open.iter_mut().for_each(|choice| choice.push(sign.clone()));
            }
            None if within => {
                return fault(
                    "This is no pattern: a brace is not closed.",
                    "Close it, or write `\\{` for the brace itself.",
                );
            }
            None => return Ok(open),
        }
        if open.len() + done.len() > CHOICES_MAX {
            return fault(
                "The braces make too many choices.",
                "Use fewer, or make a pattern of each; at most 64.",
            );
        }
    }
}

fn parts(signs: &[Sign], at_any_depth: bool) -> Result<Vec<Part>, GlobFault> {
    let mut parts = Vec::new();
    if at_any_depth {
        parts.push(Part::Folders);
    }
    let names: Vec<&[Sign]> = signs.split(|sign| *sign == Sign::Slash).collect();
    for (index, name) in names.iter().enumerate() {
        let tokens: Vec<Token> = name
            .iter()
            .filter_map(|sign| match sign {
                Sign::Token(token) => Some(token.clone()),
                Sign::Slash | Sign::Open | Sign::Close | Sign::Comma => None,
            })
            .collect();
        let dots = !tokens.is_empty()
            && tokens.len() < 3
            && tokens.iter().all(|token| *token == Token::Character('.'));
        if tokens.is_empty() && index + 1 == names.len() && index > 0 {
            return fault(
                "The pattern ends with a slash, so it matches no file.",
                "Write `folder/**` for what is in a folder.",
            );
        } else if tokens.is_empty() || dots {
            return fault("No path has a name that is empty, `.` or `..`.", "Write the path without it.");
        } else if tokens == [Token::Star, Token::Star] {
            parts.push(Part::Folders);
        } else if tokens.windows(2).any(|pair| pair == [Token::Star, Token::Star]) {
            return fault(
                "`**` stands beside other characters of a name.",
                "Write `*` within a name, or `**` between slashes.",
            );
        } else {
            parts.push(Part::Name(tokens));
        }
    }
    // `folder/**` means what is in the folder, and not the folder.
    if parts.last() == Some(&Part::Folders) && parts.iter().any(|part| *part != Part::Folders) {
        parts.push(Part::Name(vec![Token::Star]));
    }
    Ok(parts)
}

fn folded(tokens: &[Token]) -> Vec<Token> {
    let mut folded = Vec::new();
    let mut run = String::new();
    for token in tokens {
        if let Token::Character(character) = token {
            run.push(*character);
            continue;
        }
        folded.extend(fold(&std::mem::take(&mut run)).chars().map(Token::Character));
        folded.push(match token {
            Token::Class(class) => Token::Class(Class { folded: true, ..class.clone() }),
            other => other.clone(),
        });
    }
    folded.extend(fold(&run).chars().map(Token::Character));
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Glob::parse(pattern).unwrap_or_else(|fault| panic!("{pattern}: {}", fault.problem)).matches(path)
    }

    #[test]
    fn patterns_mean_what_they_say() {
        for (pattern, path) in [
            ("*.rs", "a/b.rs"),
            ("a", "x/y/a"),
            ("**", ""),
            ("**", "a/b"),
            ("docs/**", "docs/a"),
            ("docs/**", "docs/a/b"),
            ("**/a", "a"),
            ("a/**/b", "a/b"),
            ("a/**/b", "a/x/y/b"),
            ("a/*/c", "a/b/c"),
            ("a?c", "a\u{e9}c"),
            ("[\u{e0}-\u{ff}].md", "\u{e9}.md"),
            ("[!a].md", "\u{e9}.md"),
            ("[]].md", "].md"),
            ("[a-].md", "-.md"),
            ("*.{png,jp{,e}g}", "x.jpeg"),
            ("{a,b/c}/d", "b/c/d"),
            ("a{,.bak}", "a"),
            ("\\*", "*"),
            ("a,b", "a,b"),
            ("/etc/**", "/etc/a/b"),
            ("/**", "/a"),
            ("C:/a/*", "C:/a/b"),
            ("*a*b*", "xaxbx"),
            ("***/a".trim_start_matches('*'), "/a"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("*.rs", "a.rsx"),
            ("docs/**", "docs"),
            ("docs/**", "a/docs/b"),
            ("a/*/c", "a/b/b/c"),
            ("a?c", "ac"),
            ("a?c", "a/c"),
            ("[!a].md", "a.md"),
            ("[!a]b", "/b"),
            ("*", ""),
            ("a/b", "x/a/b"),
            ("/etc/*", "/etc/a/b"),
            ("*.{png,jpg}", "x.gif"),
            ("\\*", "a"),
            ("A", "a"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for pattern in [
            "",
            "a/",
            "/",
            "a//b",
            "./a",
            "a/../b",
            "a**",
            "**.rs",
            "***",
            "[",
            "[]",
            "[a",
            "[z-a]",
            "[a/b]",
            "{",
            "{a",
            "}",
            "a\\",
            "a\\/b",
            "a\nb",
            "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
            "{.,a}/b",
            "{,a}",
        ] {
            assert!(Glob::parse(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn a_folded_pattern_takes_what_looks_alike() {
        let alike = |pattern: &str, path: &str| Glob::parse(pattern).unwrap().folded().matches(&fold(path));
        for (pattern, path) in [
            ("\u{c4}RGER/**", "\u{e4}rger/x"),
            ("a\u{308}rger/*", "\u{c4}rger/x"),
            ("[A-C]x", "bx"),
            ("[!a]x", "bx"),
            ("secret", "\u{ff33}ecret"),
            ("plan.txt", "pl\u{200b}an.txt"),
            ("\u{fb01}le", "FILE"),
        ] {
            assert!(alike(pattern, path), "{pattern} {path}");
        }
        assert!(!alike("[!ab]x", "ax"));
        assert!(!alike("secret", "secrets"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_pattern_or_a_fault(pattern in "[ab*?/{},\\[\\]!.\\\\\u{e9}-]{0,12}", path in "[ab/\u{e9}]{0,12}") {
            if let Ok(glob) = Glob::parse(&pattern) {
                let exact = glob.matches(&path);
                prop_assert!(!exact || glob.folded().matches(&path), "folding loses {} {}", pattern, path);
            }
        }

        #[test]
        fn a_path_without_signs_matches_itself(path in "[a-z.]{3,8}(/[a-z.]{3,8}){0,3}") {
            prop_assert!(matches(&path, &path));
        }
    }
}
