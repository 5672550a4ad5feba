//! Cuts a byte stream into the data of server-sent events.
//!
//! Always true: the events do not depend on how the bytes were split; no input panics; no event larger than the
//! limit is held. Lines end with LF, CR or CRLF; a leading byte order mark is skipped.
//! Elsewhere: what the data means. Names and ids of events are not kept, no wire here needs them.

use memchr::memchr2;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Holds what is left of an event between two arrivals of bytes.
#[derive(Debug)]
pub(crate) struct Framer {
    /// The beginning of a line whose end has not come.
    line: Vec<u8>,
    /// Data lines of an event whose end has not come, joined by LF.
    data: Vec<u8>,
    has_data: bool,
    /// The last byte was a CR; an LF right after it belongs to the same line end.
    after_cr: bool,
    /// No line was seen yet.
    first: bool,
    max: usize,
}

/// An event was larger than the limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct EventTooLarge;

impl Framer {
    /// Takes in events of up to `max` bytes.
    pub(crate) fn new(max: usize) -> Self {
        Self { line: Vec::new(), data: Vec::new(), has_data: false, after_cr: false, first: true, max }
    }

    /// Hands the data of each event that is whole now to `on_event`, until one of the two fails.
    pub(crate) fn push<E: From<EventTooLarge>>(
        &mut self,
        bytes: &[u8],
        mut on_event: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = bytes;
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        // A lone data line stays a slice of the input until the event ends: the usual event is never copied.
        let mut held: Option<&[u8]> = None;
        while let Some(end) = memchr2(b'\n', b'\r', rest) {
            let (head, tail) = (&rest[..end], &rest[end + 1..]);
            rest = if rest[end] == b'\n' {
                tail
            } else if tail.is_empty() {
                self.after_cr = true;
                tail
            } else {
                tail.strip_prefix(b"\n").unwrap_or(tail)
            };
            if self.size() + held.map_or(0, <[u8]>::len) + head.len() > self.max {
                return Err(EventTooLarge.into());
            }
            if self.line.is_empty() {
                match (content(self.without_mark(head)), held.take()) {
                    (Line::End, Some(data)) if !self.has_data => on_event(data)?,
                    (Line::End, _) if self.has_data => self.dispatch(&mut on_event)?,
                    (Line::Data(data), None) if !self.has_data => held = Some(data),
                    (Line::Data(data), before) => {
                        before.into_iter().for_each(|before| self.join(before));
                        self.join(data);
                    }
                    (Line::End | Line::Other, before) => held = before,
                }
            } else {
                held.take().into_iter().for_each(|before| self.join(before));
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(head);
                self.whole_line(&line, &mut on_event)?;
                line.clear();
                self.line = line; // keeps the buffer
            }
        }
        held.into_iter().for_each(|data| self.join(data));
        if self.size() + rest.len() > self.max {
            return Err(EventTooLarge.into());
        }
        self.line.extend_from_slice(rest);
        Ok(())
    }

    /// The data of an event that the end of the stream left without its empty line, if there is any.
    ///
    /// The format says to drop it; but some servers end with a last event cut short of its line ends only.
    pub(crate) fn finish(mut self) -> Option<Vec<u8>> {
        let line = std::mem::take(&mut self.line);
        if let Line::Data(data) = content(self.without_mark(&line)) {
            self.join(data);
        }
        self.has_data.then_some(self.data)
    }

    fn size(&self) -> usize {
        self.line.len() + self.data.len()
    }

    fn without_mark<'a>(&mut self, line: &'a [u8]) -> &'a [u8] {
        if std::mem::take(&mut self.first) {
            line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)
        } else {
            line
        }
    }

    fn whole_line<E>(
        &mut self,
        line: &[u8],
        on_event: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        match content(self.without_mark(line)) {
            Line::End => self.dispatch(on_event),
            Line::Data(data) => {
                self.join(data);
                Ok(())
            }
            Line::Other => Ok(()),
        }
    }

    fn join(&mut self, data: &[u8]) {
        if self.has_data {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(data);
        self.has_data = true;
    }

    fn dispatch<E>(&mut self, on_event: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        if std::mem::take(&mut self.has_data) {
            let result = on_event(&self.data);
            self.data.clear();
            return result;
        }
        Ok(())
    }
}

enum Line<'a> {
    /// The empty line that ends an event.
    End,
    Data(&'a [u8]),
    /// A comment or a field that is not used.
    Other,
}

fn content(line: &[u8]) -> Line<'_> {
    if line.is_empty() {
        return Line::End;
    }
    match line.strip_prefix(b"data") {
        Some([]) => Line::Data(&[]),
        Some([b':', b' ', value @ ..] | [b':', value @ ..]) => Line::Data(value),
        _ => Line::Other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAX: usize = 64;

    /// Events, and whether one was too large, of the bytes in these pieces.
    fn events<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Vec<u8>>, bool) {
        let mut framer = Framer::new(MAX);
        let mut events = Vec::new();
        for piece in pieces {
            let taken = framer.push(piece, |data| {
                events.push(data.to_vec());
                Ok::<_, EventTooLarge>(())
            });
            if taken.is_err() {
                return (events, true);
            }
        }
        events.extend(framer.finish());
        (events, false)
    }

    /// The format in its plainest reading: the whole text at once, line by line.
    fn plainly(bytes: &[u8]) -> Vec<Vec<u8>> {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let mut text = Vec::new();
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' if at > 0 && bytes[at - 1] == b'\r' => {}
                b'\r' => text.push(b'\n'),
                other => text.push(*other),
            }
        }
        let mut events = Vec::new();
        let mut data: Option<Vec<u8>> = None;
        for line in text.split(|b| *b == b'\n') {
            if line.is_empty() {
                events.extend(data.take());
            } else if let Some(rest) = line.strip_prefix(b"data")
                && (rest.is_empty() || rest[0] == b':')
            {
                let value = rest.strip_prefix(b": ").or_else(|| rest.strip_prefix(b":")).unwrap_or(rest);
                match &mut data {
                    Some(data) => data.extend([b"\n", value].concat()),
                    None => data = Some(value.to_vec()),
                }
            }
        }
        events.extend(data);
        events
    }

    /// Bytes in which everything that means something is frequent.
    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            4 => Just(b"data: ".to_vec()),
            2 => Just(b"data:".to_vec()),
            1 => Just(b"data".to_vec()),
            1 => Just(b"event: x".to_vec()),
            1 => Just(b":".to_vec()),
            1 => Just(BYTE_ORDER_MARK.to_vec()),
            4 => Just(b"\n".to_vec()),
            4 => Just(b"\r\n".to_vec()),
            3 => Just(b"\r".to_vec()),
            4 => Just(b"\n\n".to_vec()),
            3 => proptest::collection::vec(any::<u8>(), 0..8),
            1 => proptest::collection::vec(Just(b'x'), 0..80),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_split_changes_the_events(
            bytes in stream(),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let whole = events([&bytes[..]]);
            prop_assert_eq!(&events(bytes.chunks(1)), &whole);
            let mut cuts = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect::<Vec<_>>();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            prop_assert_eq!(&events(cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]])), &whole);
        }

        #[test]
        fn events_are_those_of_the_plainest_reading(bytes in stream()) {
            let (events, too_large) = events([&bytes[..]]);
            let plain = plainly(&bytes);
            if too_large {
                prop_assert!(plain.starts_with(&events));
                let longest = bytes.split(|b| b"\r\n".contains(b)).map(<[u8]>::len).max().unwrap_or(0);
                let largest = plain.iter().map(Vec::len).max().unwrap_or(0);
                prop_assert!(longest.max(largest + b"data: ".len()) > MAX || bytes.len() > MAX);
            } else {
                prop_assert_eq!(events, plain);
            }
        }

        #[test]
        fn nothing_larger_than_the_limit_is_held(bytes in stream()) {
            let mut framer = Framer::new(MAX);
            for piece in bytes.chunks(3) {
                if framer.push(piece, |_| Ok::<_, EventTooLarge>(())).is_err() {
                    break;
                }
                prop_assert!(framer.size() <= MAX + 1);
            }
        }
    }

    #[test]
    fn a_byte_order_mark_is_skipped_once_and_only_in_front() {
        let bytes = b"\xef\xbb\xbfdata: a\n\n\xef\xbb\xbfdata: b\n\n";
        for cut in 0..bytes.len() {
            assert_eq!(events([&bytes[..cut], &bytes[cut..]]), (vec![b"a".to_vec()], false), "{cut}");
        }
    }

    #[test]
    fn the_limit_holds_for_lines_and_for_events_of_many_lines() {
        let line = format!("data: {}\n\n", "x".repeat(MAX));
        assert_eq!(events([line.as_bytes()]), (vec![], true));
        let lines = format!("data: ok\n\n{}", "data: 0123456789\n".repeat(9));
        assert_eq!(events([lines.as_bytes()]), (vec![b"ok".to_vec()], true));
        let many = "data: 0123456789\n\n".repeat(100);
        assert_eq!(events([many.as_bytes()]).0.len(), 100);
    }
}
