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

/// Writes a remark that is not the command's result.
pub(crate) fn remark(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Foreign text that a terminal does not obey.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
