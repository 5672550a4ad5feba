//! Cuts a byte stream into lines, each a JSON document of its own.
//!
//! Always true: the lines do not depend on how the bytes were split; no line larger than the limit is held.

use memchr::memchr;

use crate::sse::EventTooLarge;

/// Holds what is left of a line between two arrivals of bytes.
#[derive(Debug)]
pub(crate) struct Lines {
    line: Vec<u8>,
    max: usize,
}

impl Lines {
    /// Takes in lines of up to `max` bytes.
    pub(crate) fn new(max: usize) -> Self {
        Self { line: Vec::new(), max }
    }

    /// Hands each line that is whole now to `on_line`, without its end, until one of the two fails.
    pub(crate) fn push<E: From<EventTooLarge>>(
        &mut self,
        bytes: &[u8],
        mut on_line: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = bytes;
        while let Some(end) = memchr(b'\n', rest) {
            let (head, tail) = (&rest[..end], &rest[end + 1..]);
            rest = tail;
            if self.line.len() + head.len() > self.max {
                return Err(EventTooLarge.into());
            }
            if self.line.is_empty() {
                on_line(head)?;
            } else {
                self.line.extend_from_slice(head);
                let mut line = std::mem::take(&mut self.line);
                on_line(&line)?;
                line.clear();
                self.line = line; // keeps the buffer
            }
        }
        if self.line.len() + rest.len() > self.max {
            return Err(EventTooLarge.into());
        }
        self.line.extend_from_slice(rest);
        Ok(())
    }

    /// A last line that has no end.
    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        (!self.line.is_empty()).then_some(self.line)
    }
}
