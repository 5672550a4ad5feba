//! What a TypeScript file imports, and on which line.
//!
//! A small reader, not a parser: it knows comments, strings and templates, and takes the string after `from`,
//! `import`, `import(`, `require(` and `URL(` for an import. Text in JSX can confuse strings; since a plain string
//! ends with its line, such a confusion ends there too.

/// The string of an import, as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) specifier: String,
    /// Counted from 1.
    pub(super) line: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

/// All imports of the source text, in order.
pub(super) fn imports(source: &str) -> Vec<Import> {
    let tokens = tokens(source);
    let mut found = Vec::new();
    for (index, (token, line)) in tokens.iter().enumerate() {
        let Token::Text(specifier) = token else { continue };
        let before = |steps: usize| index.checked_sub(steps).map(|at| &tokens[at].0);
        let is_import = match before(1) {
            Some(Token::Word(word)) => matches!(word.as_str(), "from" | "import"),
            Some(Token::Sign('(')) => {
                matches!(before(2), Some(Token::Word(word)) if matches!(word.as_str(), "import" | "require" | "URL"))
            }
            _ => false,
        };
        if is_import {
            found.push(Import { specifier: specifier.clone(), line: *line });
        }
    }
    found
}

fn tokens(source: &str) -> Vec<(Token, usize)> {
    let mut tokens = Vec::new();
    let mut rest = source.chars().peekable();
    let mut line = 1;
    while let Some(char) = rest.next() {
        match char {
            '\n' => line += 1,
            '/' if rest.peek() == Some(&'/') => while rest.next_if(|next| *next != '\n').is_some() {},
            '/' if rest.peek() == Some(&'*') => {
                rest.next();
                let mut last = ' ';
                for next in rest.by_ref() {
                    line += usize::from(next == '\n');
                    if last == '*' && next == '/' {
                        break;
                    }
                    last = next;
                }
            }
            '"' | '\'' | '`' => {
                let start = line;
                let mut text = String::new();
                while let Some(next) = rest.next_if(|next| char == '`' || *next != '\n') {
                    line += usize::from(next == '\n');
                    match next {
                        '\\' => {
                            line += usize::from(rest.peek() == Some(&'\n'));
                            text.extend(rest.next());
                        }
                        end if end == char => break,
                        other => text.push(other),
                    }
                }
                tokens.push((Token::Text(text), start));
            }
            letter if letter.is_alphanumeric() || letter == '_' || letter == '$' => {
                let mut word = String::from(letter);
                while let Some(next) =
                    rest.next_if(|next| next.is_alphanumeric() || matches!(next, '_' | '$'))
                {
                    word.push(next);
                }
                tokens.push((Token::Word(word), line));
            }
            space if space.is_whitespace() => {}
            sign => tokens.push((Token::Sign(sign), line)),
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<(String, usize)> {
        imports(source).into_iter().map(|import| (import.specifier, import.line)).collect()
    }

    #[test]
    fn every_way_to_import_is_found_with_its_line() {
        let source = "import a from './a'\nimport {\n  b,\n} from \"./b\"\nimport './c.css'\nimport type { D } from './d'\n\
                      export * from './e'\nconst f = await import('./f')\nnew Worker(new URL('./g.ts', import.meta.url))\n\
                      const h = lazy(() => import(`./h`))\n";
        let expected = [
            ("./a", 1),
            ("./b", 4),
            ("./c.css", 5),
            ("./d", 6),
            ("./e", 7),
            ("./f", 8),
            ("./g.ts", 9),
            ("./h", 10),
        ];
        assert_eq!(found(source), expected.map(|(specifier, line)| (specifier.to_owned(), line)));
    }

    #[test]
    fn comments_and_other_strings_are_no_imports() {
        let source = "// import a from './a'\n/* import b\nfrom './b' */\nconst c = \"it's from './c'\"\nfetch('./d')\n\
                      const e = `from './e'\nimport './f'`\nimport g from './g'\n";
        assert_eq!(found(source), [("./g".to_owned(), 8)]);
    }

    #[test]
    fn an_apostrophe_in_jsx_text_hides_nothing_after_its_line() {
        let source = "const a = <p>don't</p>\nimport b from './b'\n";
        assert_eq!(found(source), [("./b".to_owned(), 2)]);
    }

    #[test]
    fn an_escaped_line_end_in_a_string_keeps_the_count() {
        assert_eq!(found("const a = 'one\\\ntwo'\nimport b from './b'\n"), [("./b".to_owned(), 3)]);
    }
}
