//! Commands as words, and what can be told of them by looking.
//!
//! Always true: words are told apart from shell text once, here, and doubt makes it shell text. What is said here can
//! only raise a risk. Elsewhere: what a command can reach (the sandbox).

use crate::{
    names::fold,
    runners::{program_name, runs_others},
};

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A program and its arguments, started without a shell. Never empty.
    Words(Vec<String>),
    /// Text that a shell takes apart.
    Shell(String),
}

impl Command {
    /// What a person or a model typed: words when it is nothing but words and plain quotes.
    pub fn parse(text: &str) -> Self {
        words(text).map_or_else(|| Self::Shell(text.to_owned()), Self::of_words)
    }

    /// A program and its arguments. Without a program it is shell text, which no rule knows.
    pub fn of_words(words: Vec<String>) -> Self {
        match words.first() {
            Some(program) if !program.is_empty() && !words.iter().any(|word| word.contains('\0')) => {
                Self::Words(words)
            }
            _ => Self::Shell(words.join(" ")),
        }
    }

    /// The words, when it has some.
    pub fn words(&self) -> Option<&[String]> {
        match self {
            Self::Words(words) => Some(words),
            Self::Shell(_) => None,
        }
    }

    /// Whether it begins with these words, exactly.
    pub(crate) fn begins_with(&self, prefix: &[String]) -> bool {
        self.words().is_some_and(|words| words.starts_with(prefix))
    }

    /// Whether it begins with these words for one who wants to stop it: the program by its last name, in any case.
    pub(crate) fn resembles(&self, prefix: &[String]) -> bool {
        let (Some([program, arguments @ ..]), [wanted, rest @ ..]) = (self.words(), prefix) else {
            return false;
        };
        let same =
            program == wanted || (!wanted.contains(['/', '\\']) && program_name(program) == fold(wanted));
        same && arguments.starts_with(rest)
    }

    /// Why what it does can't be seen in its words. None: they are all there is.
    pub(crate) fn cannot_inspect(&self) -> Option<String> {
        match self {
            Self::Shell(_) => Some("it is text for a shell".to_owned()),
            Self::Words(words) => {
                let (program, arguments) = words.split_first()?;
                let name = program_name(program);
                runs_others(&name, arguments).then(|| format!("`{name}` can run other programs"))
            }
        }
    }

    /// As it is shown: words in quotes where they need them.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Shell(text) => text.clone(),
            Self::Words(words) => words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "),
        }
    }
}

fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "-_./:=@+,%".contains(character);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// The words of a text without any shell syntax; none when there is some, or when there are no words.
fn words(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            ' ' | '\t' => found.extend(word.take()),
            '\'' | '"' => word.get_or_insert_default().push_str(&quote(&mut rest, character)?),
            '~' | '#' | '!' | '=' if word.is_none() => return None,
            _ if SYNTAX.contains(character) || character.is_control() => return None,
            _ => word.get_or_insert_default().push(character),
        }
    }
    found.extend(word);
    let program: &String = found.first()?;
    let assigns = program.contains('=');
    (!assigns && !KEYWORDS.contains(&program.as_str())).then_some(found)
}

/// What stands up to the closing quote; none when it does not close or when the shell would change it.
fn quote(rest: &mut std::str::Chars<'_>, mark: char) -> Option<String> {
    let mut inside = String::new();
    loop {
        match rest.next()? {
            end if end == mark => return Some(inside),
            '$' | '`' | '\\' | '!' if mark == '"' => return None,
            character if character.is_control() => return None,
            character => inside.push(character),
        }
    }
}

/// Characters that a shell gives a meaning, outside of quotes.
const SYNTAX: &str = "|&;<>()$`\\*?[]{}^";

/// Words that a shell takes for itself at the beginning.
const KEYWORDS: [&str; 21] = [
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "select",
    "function", "time", "coproc", "in", "alias", "eval", "exec", "source",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn plain_words_are_words() {
        for (text, words) in [
            ("git status", &["git", "status"][..]),
            ("  cargo\ttest ", &["cargo", "test"]),
            ("grep 'a b' \"c d\"", &["grep", "a b", "c d"]),
            ("echo a'b c'd", &["echo", "ab cd"]),
            ("git log --format='%h $x'", &["git", "log", "--format=%h $x"]),
            ("touch ''", &["touch", ""]),
            ("echo a~b a#b", &["echo", "a~b", "a#b"]),
        ] {
            assert_eq!(Command::parse(text), Command::Words(list(words)), "{text}");
        }
    }

    #[test]
    fn anything_with_shell_syntax_is_a_shell_command() {
        for text in [
            "",
            " ",
            "a; b",
            "a | b",
            "a && b",
            "a & ",
            "a > b",
            "a < b",
            "$(a)",
            "`a`",
            "echo $HOME",
            "echo \"$HOME\"",
            "ls *.rs",
            "ls ?",
            "ls [ab]",
            "a {b,c}",
            "(a)",
            "a\nb",
            "a\rb",
            "A=1 b",
            "ls ~/x",
            "a #b",
            "a \\b",
            "a 'b",
            "if a",
            "exec a",
            "a\0b",
            "!1",
            "echo \"a\\b\"",
            "eval a",
            "=a",
        ] {
            assert_eq!(Command::parse(text), Command::Shell(text.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn a_prefix_is_compared_word_by_word() {
        let command = Command::parse("git status --short");
        assert!(command.begins_with(&list(&["git", "status"])));
        assert!(!command.begins_with(&list(&["git", "stat"])));
        assert!(!command.begins_with(&list(&["git", "status", "--short", "x"])));
        assert!(!Command::parse("/tmp/git status").begins_with(&list(&["git"])));
        assert!(!Command::parse("git status; rm x").begins_with(&list(&["git"])));
    }

    #[test]
    fn who_denies_a_program_denies_it_under_its_other_spellings() {
        for text in ["rm -r x", "/bin/rm -r x", "RM -r x", "rm.exe -r x", "./rm -r"] {
            assert!(Command::parse(text).resembles(&list(&["rm"])), "{text}");
        }
        assert!(!Command::parse("rmdir x").resembles(&list(&["rm"])));
        assert!(!Command::parse("rm x").resembles(&list(&["rm", "-r"])));
        assert!(!Command::parse("rm x").resembles(&list(&["/bin/rm"])));
    }

    #[test]
    fn programs_that_run_others_cannot_be_inspected() {
        for text in [
            "find . -name x",
            "xargs rm",
            "env rm",
            "bash -c ls",
            "python3.12 a.py",
            "/usr/bin/sudo ls",
            "tar xf a.tar",
            "git -c core.pager=x log",
            "git --exec-path=/tmp log",
            "git --upload-pa=x fetch",
            "rg --pre=x y",
            "ssh a",
            "sort --compress-prog=x",
            "fd x -x rm",
            "git bisect run x",
            "sed s/a/b/e f",
            "a | b",
            "make --eval=x",
        ] {
            assert!(Command::parse(text).cannot_inspect().is_some(), "{text}");
        }
        for text in
            ["git status", "ls -la", "cargo test", "rg x", "sort a", "make all", "findx", "git log -- c"]
        {
            assert_eq!(Command::parse(text).cannot_inspect(), None, "{text}");
        }
    }

    #[test]
    fn a_label_can_be_read_back() {
        for text in ["git status", "grep 'a b' c", "echo ''"] {
            assert_eq!(Command::parse(&Command::parse(text).label()), Command::parse(text));
        }
        assert_eq!(Command::of_words(list(&["a", "it's"])).label(), r"a 'it'\''s'");
    }
}
