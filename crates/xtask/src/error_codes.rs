//! The check that `docs/errors/README.md` lists every error code that there is, and no other.

use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, bail};

use crate::workspace::Workspace;

const PAGE: &str = "docs/errors/README.md";
/// Where codes are written as string literals of snake_case words. `ErrorCode` writes them as variants instead.
const LITERALS: [(&str, &str); 3] = [
    ("crates/cowork-contract/src/error.rs", "pub mod message_error_code"),
    ("crates/cowork-contract/src/error.rs", "pub mod passed_over_code"),
    ("crates/cowork-provider/src/failure.rs", "fn code(self)"),
];
const VARIANTS: (&str, &str) = ("crates/cowork-contract/src/error.rs", "pub enum ErrorCode");

/// Compares the page with the code.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let read = |path: &str| {
        fs::read_to_string(workspace.root().join(path)).with_context(|| format!("reading {path}"))
    };
    let mut defined = BTreeSet::new();
    let block = |(path, start): (&str, &str)| -> anyhow::Result<String> {
        let text = read(path)?;
        block_after(&text, start).map(str::to_owned).with_context(|| format!("{path} has no `{start}`"))
    };
    for place in LITERALS {
        defined.extend(literals(&block(place)?));
    }
    defined.extend(variants(&block(VARIANTS)?));

    let listed = listed(&read(PAGE)?);
    let joined = |codes: Vec<&String>| codes.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let missing = joined(defined.difference(&listed).collect());
    let unknown = joined(listed.difference(&defined).collect());
    if !missing.is_empty() {
        bail!("{PAGE} misses {missing}; add a row with cause and remedy");
    }
    if !unknown.is_empty() {
        bail!("{PAGE} lists {unknown}, which no code sends any more; remove the rows");
    }
    println!("{PAGE} lists all {} error codes", defined.len());
    Ok(())
}

/// The text between the braces that follow `start`.
fn block_after<'text>(text: &'text str, start: &str) -> Option<&'text str> {
    let after = &text[text.find(start)?..];
    let open = after.find('{')?;
    let mut depth = 0_usize;
    for (at, char) in after[open..].char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(&after[open + 1..open + at]),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// String literals outside comments.
fn literals(block: &str) -> BTreeSet<String> {
    let code = block.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split('"').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// Names of variants without fields, as serde's `snake_case` writes them.
fn variants(block: &str) -> BTreeSet<String> {
    let names = block.lines().filter_map(|line| line.trim().strip_suffix(','));
    names.filter(|name| name.chars().all(char::is_alphanumeric)).map(snake_case).collect()
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for char in name.chars() {
        if char.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
    }
    snake
}

/// The codes in the first column of the page's tables.
fn listed(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(code, _)| code.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    #[test]
    fn codes_are_read_from_variants_and_literals() {
        let source = "/// Doc.\npub enum ErrorCode {\n    /// Yes, \"quoted\".\n    NotFound,\n    Internal,\n}\nOther,\n\
                      pub mod codes {\n    /// \"no\"\n    pub const A: &str = \"a_code\";\n}\n";
        assert_eq!(
            variants(block_after(source, "pub enum ErrorCode").unwrap()),
            set(&["not_found", "internal"])
        );
        assert_eq!(literals(block_after(source, "pub mod codes").unwrap()), set(&["a_code"]));
        assert_eq!(block_after(source, "pub enum Missing"), None);
    }

    #[test]
    fn nested_braces_belong_to_the_block() {
        let source = "fn code(self) { match self { A => \"a\" } }\nfn other() { \"b\" }";
        assert_eq!(literals(block_after(source, "fn code(self)").unwrap()), set(&["a"]));
    }

    #[test]
    fn the_page_lists_codes_in_its_first_column() {
        let page = "| code | cause |\n| --- | --- |\n| `not_found` | 404 `x` |\ntext `no`\n";
        assert_eq!(listed(page), set(&["not_found"]));
    }
}
