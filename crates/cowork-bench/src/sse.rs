//! Server-sent events, taken apart by hand: the client must not be what is measured.
//!
//! Always true: an event is given once, in order, however its bytes were cut. Only what Cowork sends is understood:
//! one `event:` and one `data:` line, ended by line feeds.

use bytes::{Bytes, BytesMut};
use memchr::memmem;

/// What an event is, as far as measuring goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Delta,
    Completed,
    Failed,
    Other,
}

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: Kind,
    block: Bytes,
}

impl Event {
    /// The text of a delta as it stands in the JSON; the token source sends nothing that JSON escapes.
    pub(crate) fn text(&self) -> &str {
        const KEY: &[u8] = b"\"text\":\"";
        let text = memmem::find(&self.block, KEY).and_then(|at| {
            let rest = self.block.get(at + KEY.len()..)?;
            rest.get(..memchr::memchr(b'"', rest)?)
        });
        text.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// The whole event, for messages to people.
    pub(crate) fn raw(&self) -> String {
        String::from_utf8_lossy(&self.block).into_owned()
    }
}

/// Cuts bytes into events.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    buffer: BytesMut,
    /// Up to here there is no end of an event.
    searched: usize,
}

impl Parser {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole event; comments and `retry:` are passed over.
    pub(crate) fn next(&mut self) -> Option<Event> {
        loop {
            let Some(found) = memmem::find(&self.buffer[self.searched..], b"\n\n") else {
                self.searched = self.buffer.len().saturating_sub(1);
                return None;
            };
            let block = self.buffer.split_to(self.searched + found + 2).freeze();
            self.searched = 0;
            if let Some(kind) = kind(&block) {
                return Some(Event { kind, block });
            }
        }
    }
}

/// `None`: not an event.
fn kind(block: &[u8]) -> Option<Kind> {
    const NAME: &[u8] = b"event: ";
    let at = memmem::find(block, NAME)?;
    let rest = block.get(at + NAME.len()..)?;
    Some(match rest.get(..memchr::memchr(b'\n', rest)?)? {
        b"message.delta" => Kind::Delta,
        b"message.completed" => Kind::Completed,
        b"message.error" | b"stream.reset" => Kind::Failed,
        _ => Kind::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "retry: 1000\n\nid: 1\nevent: message.created\ndata: {}\n\n: a comment\n\n\
        id: 2\nevent: message.delta\ndata: {\"id\":2,\"text\":\"0:17 1:18 \",\"kind\":\"text\"}\n\n\
        id: 3\nevent: message.completed\ndata: {}\n\n";

    #[test]
    fn however_the_bytes_are_cut_the_events_are_the_same() {
        for size in 1..STREAM.len() {
            let mut parser = Parser::default();
            let mut events = Vec::new();
            for piece in STREAM.as_bytes().chunks(size) {
                parser.push(piece);
                events.extend(std::iter::from_fn(|| parser.next()));
            }
            let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
            assert_eq!(kinds, [Kind::Other, Kind::Delta, Kind::Completed], "pieces of {size}");
            assert_eq!(events[1].text(), "0:17 1:18 ");
        }
    }

    #[test]
    fn an_event_without_text_has_none() {
        let mut parser = Parser::default();
        parser.push(b"event: message.error\ndata: {}\n\n");
        let event = parser.next().unwrap();
        assert_eq!((event.kind, event.text()), (Kind::Failed, ""));
    }
}
