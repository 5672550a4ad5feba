//! SPDX licence expressions: `A OR (B AND C WITH D)`, and the older `A/B` of some crates.

use std::fmt;

/// A licence expression.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// One licence, with ` WITH exception` if it has one.
    Term(String),
    All(Vec<Expression>),
    Any(Vec<Expression>),
}

impl Expression {
    /// Whether the expression can be met with terms that `allowed` accepts.
    pub(super) fn holds(&self, allowed: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::Term(term) => allowed(term),
            Self::All(parts) => parts.iter().all(|part| part.holds(allowed)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(allowed)),
        }
    }
}

/// Where an expression breaks the grammar.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ParseError {
    Unexpected(String),
    Ended,
    /// Deeper than [`DEEPEST`] parentheses.
    TooDeep,
}

impl fmt::Display for ParseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unexpected(word) => write!(out, "unexpected `{word}`"),
            Self::Ended => out.write_str("it ends too early"),
            Self::TooDeep => out.write_str("too many parentheses"),
        }
    }
}

const DEEPEST: usize = 16;

/// Reads an expression; `AND` binds closer than `OR`.
pub(super) fn parse(text: &str) -> Result<Expression, ParseError> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = Words { words: spaced.split_whitespace().collect(), next: 0 };
    let expression = any(&mut words, 0)?;
    match words.peek() {
        None => Ok(expression),
        Some(word) => Err(ParseError::Unexpected(word.to_owned())),
    }
}

struct Words<'text> {
    words: Vec<&'text str>,
    next: usize,
}

impl<'text> Words<'text> {
    fn peek(&self) -> Option<&'text str> {
        self.words.get(self.next).copied()
    }

    fn take(&mut self) -> Result<&'text str, ParseError> {
        let word = self.peek().ok_or(ParseError::Ended)?;
        self.next += 1;
        Ok(word)
    }

    fn take_if(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        self.next += usize::from(found);
        found
    }
}

fn any(words: &mut Words<'_>, depth: usize) -> Result<Expression, ParseError> {
    let mut parts = vec![all(words, depth)?];
    while words.take_if("OR") {
        parts.push(all(words, depth)?);
    }
    Ok(one_or(parts, Expression::Any))
}

fn all(words: &mut Words<'_>, depth: usize) -> Result<Expression, ParseError> {
    let mut parts = vec![term(words, depth)?];
    while words.take_if("AND") {
        parts.push(term(words, depth)?);
    }
    Ok(one_or(parts, Expression::All))
}

fn term(words: &mut Words<'_>, depth: usize) -> Result<Expression, ParseError> {
    if depth > DEEPEST {
        return Err(ParseError::TooDeep);
    }
    if words.take_if("(") {
        let inner = any(words, depth + 1)?;
        return match words.take()? {
            ")" => Ok(inner),
            other => Err(ParseError::Unexpected(other.to_owned())),
        };
    }
    let licence = name(words)?;
    if words.take_if("WITH") {
        return Ok(Expression::Term(format!("{licence} WITH {}", name(words)?)));
    }
    Ok(Expression::Term(licence.to_owned()))
}

fn name<'text>(words: &mut Words<'text>) -> Result<&'text str, ParseError> {
    match words.take()? {
        word @ ("(" | ")" | "AND" | "OR" | "WITH") => Err(ParseError::Unexpected(word.to_owned())),
        word => Ok(word),
    }
}

fn one_or(mut parts: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            many(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, allowed: &[&str]) -> bool {
        parse(text).unwrap().holds(&|term| allowed.contains(&term))
    }

    #[test]
    fn or_needs_one_side_and_needs_both() {
        assert!(holds("MIT OR GPL-3.0-only", &["MIT"]));
        assert!(!holds("MIT AND GPL-3.0-only", &["MIT"]));
        assert!(holds("MIT/Apache-2.0", &["Apache-2.0"]));
    }

    #[test]
    fn and_binds_closer_than_or() {
        assert!(holds("A OR B AND C", &["A"]));
        assert!(!holds("A OR B AND C", &["B"]));
        assert!(!holds("(A OR B) AND C", &["A"]));
        assert!(holds("(A OR B) AND C", &["B", "C"]));
    }

    #[test]
    fn an_exception_is_part_of_its_licence() {
        let text = "Apache-2.0 WITH LLVM-exception OR MIT";
        assert!(holds(text, &["Apache-2.0 WITH LLVM-exception"]));
        assert!(!holds(text, &["Apache-2.0"]));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        assert_eq!(parse(""), Err(ParseError::Ended));
        assert_eq!(parse("(MIT"), Err(ParseError::Ended));
        assert_eq!(parse("MIT)"), Err(ParseError::Unexpected(")".to_owned())));
        assert_eq!(parse("MIT Apache-2.0"), Err(ParseError::Unexpected("Apache-2.0".to_owned())));
        assert_eq!(parse("OR MIT"), Err(ParseError::Unexpected("OR".to_owned())));
        assert_eq!(parse(&"(".repeat(1000)), Err(ParseError::TooDeep));
    }
}
