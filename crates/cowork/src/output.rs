//! Standard output, where a reader that has gone away is no failure.

use std::{
    borrow::Cow,
    io::{self, ErrorKind, IsTerminal as _, Write as _},
};

use anyhow::Context as _;

use crate::failure::Failure;

/// Writes `text` and sees that it gets out.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // `cowork sessions | head` is done when head is.
        Err(fault) if fault.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        written => Ok(written.context("can't write to standard output")?),
    }
}

/// Foreign text for standard output: a terminal must not obey it; a file or a pipe gets it as it is.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    let is_obeyed = |c: char| c.is_control() && c != '\n' && c != '\t';
    if io::stdout().is_terminal() && text.contains(is_obeyed) {
        text.replace(is_obeyed, "\u{fffd}").into()
    } else {
        text.into()
    }
}

/// JSON for standard output: controls that a terminal obeys stand in it as escapes, which mean the same to a reader.
/// (JSON itself escapes only those below U+0020.)
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    let is_obeyed = |c: char| c.is_control() && c != '\n';
    if !text.contains(is_obeyed) {
        return text.into();
    }
    let escape = |out: &mut String, c: char| match is_obeyed(c) {
        true => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        false => out.push(c),
    };
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| escape(&mut out, c));
    out.into()
}

/// Writes a remark that is not the command's result.
pub(crate) fn remark(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Foreign text that a terminal does not obey.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_meaning_and_drives_no_terminal() {
        let control = "a\u{9b}31m\u{80}\u{9f}\u{7f}\u{1b}ä\u{a0}\n";
        let text = serde_json::to_string(control).unwrap();
        let safe = json(&text);
        assert!(!safe.contains(char::is_control), "{safe:?}");
        assert!(safe.contains("\\u009b31m\\u0080\\u009f\\u007f\\u001bä\u{a0}\\n"), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), control);
        assert!(matches!(json("{\"a\":\"ä\"}\n"), Cow::Borrowed(_)), "usually nothing is copied");
    }
}
