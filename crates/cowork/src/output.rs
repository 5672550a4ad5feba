//! Standard output, where a reader that has gone away is no failure.

use std::io::{self, ErrorKind, Write as _};

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

/// Writes a remark that is not the command's result.
pub(crate) fn remark(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Foreign text that a terminal does not obey.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
