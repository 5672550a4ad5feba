//! Reads an answer: bytes in, frames out, without a network. What all wires have in common.
//!
//! A wire implements [`Read`] for its events; [`Decoder`] cuts the body into them and [`Tally`] keeps count.
//! Always true: the text of the frames does not depend on how the bytes were split; what is held is bounded by the
//! limits; an answer counts as whole only when the service gave a reason for its end or the mark of it.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use serde_json::Value;

use crate::classify::Said;
use crate::lines::Lines;
use crate::sse::{EventTooLarge, Framer};
use crate::{FailureKind, Frame, Limits, ModelRequest, StopReason, ToolCall, Usage};

/// Frames that are ready to be handed out.
pub(crate) type Out = VecDeque<Frame>;

/// Tools that one answer may ask for.
const MOST_CALLS: usize = 128;
/// Characters of a name that a service gave.
const NAME: usize = 200;

/// Why reading stopped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The service reported a failure.
    Said(Said),
    /// The answer itself is at fault.
    Kind(FailureKind),
    /// It is not an answer; why.
    Garbage(&'static str),
}

impl From<EventTooLarge> for Trouble {
    fn from(_: EventTooLarge) -> Self {
        Self::Kind(FailureKind::TooLarge)
    }
}

/// One answer being read.
pub(crate) trait Decode: Send {
    /// Takes in more of the body. Frames that came before trouble are in `out`.
    fn feed(&mut self, bytes: &[u8], out: &mut Out) -> Result<(), Trouble>;
    /// The service said that nothing more comes.
    fn is_done(&self) -> bool;
    /// The answer is whole; only its usage may still come.
    fn has_stop(&self) -> bool;
    /// The usage, where it was reported; for an answer that fails.
    fn usage(&self) -> Option<Usage>;
    /// The body has ended cleanly, or nothing more is waited for: puts the last frames into `out`.
    fn close(&mut self, out: &mut Out) -> Result<(), Trouble>;
}

/// What is a wire's own about reading.
pub(crate) trait Read: Send + fmt::Debug {
    /// Whether each line is a JSON document, rather than the body a stream of server-sent events.
    const LINES: bool = false;

    /// Takes in the data of one event, never blank.
    fn event(&mut self, data: &[u8], tally: &mut Tally, out: &mut Out) -> Result<(), Trouble>;

    /// Takes in a body that is one JSON document: an error, or the answer of a service that does not stream.
    fn document(&mut self, value: &Value, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble>;

    /// The answer in the form that only its origin understands. `None`: it holds nothing of the kind.
    fn origin(&mut self) -> Option<Value> {
        None
    }
}

/// Cuts a body into what a wire reads.
#[derive(Debug)]
pub(crate) struct Decoder<R> {
    mode: Mode,
    reader: R,
    tally: Tally,
    limits: Limits,
}

/// What the body is. The content type is not asked: too many servers and proxies get it wrong.
#[derive(Debug)]
enum Mode {
    /// Nothing but blanks so far.
    Unknown,
    Events(Framer),
    Lines(Lines),
    /// A JSON document: an error, or the answer of a server that does not stream.
    Document(Vec<u8>),
}

impl<R: Read> Decoder<R> {
    pub(crate) fn new(reader: R, limits: Limits, request: &ModelRequest) -> Self {
        let may_be_empty = request.partial().is_some();
        Self { mode: Mode::Unknown, reader, tally: Tally::new(limits, may_be_empty), limits }
    }
}

impl<R: Read> Decode for Decoder<R> {
    fn feed(&mut self, bytes: &[u8], out: &mut Out) -> Result<(), Trouble> {
        let mut bytes = bytes;
        if matches!(self.mode, Mode::Unknown) {
            // A byte order mark may stand first. What is skipped is skipped however it arrives.
            let blank = |b: &u8| b.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(b);
            let Some(begin) = bytes.iter().position(|b| !blank(b)) else { return Ok(()) };
            bytes = &bytes[begin..];
            self.mode = match bytes[0] {
                b'<' => return Err(Trouble::Garbage("a web page came instead of an answer")),
                _ if R::LINES => Mode::Lines(Lines::new(self.limits.event_bytes)),
                b'{' | b'[' => Mode::Document(Vec::new()),
                _ => Mode::Events(Framer::new(self.limits.event_bytes)),
            };
        }
        let Self { mode, reader, tally, limits } = self;
        let event = |data: &[u8]| one_event(reader, tally, data, out);
        let taken = match mode {
            Mode::Unknown => Ok(()),
            Mode::Events(framer) => framer.push(bytes, event),
            Mode::Lines(lines) => lines.push(bytes, event),
            Mode::Document(body) if body.len() + bytes.len() > limits.answer_bytes => {
                Err(Trouble::Kind(FailureKind::TooLarge))
            }
            Mode::Document(body) => {
                body.extend_from_slice(bytes);
                Ok(())
            }
        };
        // What follows the end is not read, however large it is.
        if self.tally.done { Ok(()) } else { taken }
    }

    fn is_done(&self) -> bool {
        self.tally.done
    }

    fn has_stop(&self) -> bool {
        self.tally.stop.is_some()
    }

    fn usage(&self) -> Option<Usage> {
        self.tally.usage
    }

    fn close(&mut self, out: &mut Out) -> Result<(), Trouble> {
        let rest = match std::mem::replace(&mut self.mode, Mode::Unknown) {
            Mode::Unknown => None,
            Mode::Events(framer) => framer.finish(),
            Mode::Lines(lines) => lines.finish(),
            Mode::Document(body) => {
                self.document(&body, out)?;
                None
            }
        };
        if let Some(data) = rest {
            match one_event(&mut self.reader, &mut self.tally, &data, out) {
                // An event that was cut short: the end rule below says what that means.
                Ok(()) | Err(Trouble::Garbage(_)) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        self.tally.close(self.reader.origin(), out)
    }
}

fn one_event<R: Read>(reader: &mut R, tally: &mut Tally, data: &[u8], out: &mut Out) -> Result<(), Trouble> {
    let data = data.trim_ascii();
    if tally.done || data.is_empty() {
        return Ok(());
    }
    tally.seen = true;
    reader.event(data, tally, out)
}

impl<R: Read> Decoder<R> {
    fn document(&mut self, body: &[u8], out: &mut Out) -> Result<(), Trouble> {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}');
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Err(Trouble::Garbage("the answer is neither a stream of events nor a JSON document"));
        };
        if let Some(said) = Said::read(&value) {
            return Err(Trouble::Said(said));
        }
        self.tally.seen = true;
        self.reader.document(&value, &mut self.tally, out)
    }
}

/// What is known of the answer so far. Every text and count of an answer goes through here.
#[derive(Debug)]
pub(crate) struct Tally {
    /// An answer that goes on from a partial one may have nothing to add.
    may_be_empty: bool,
    /// Bytes that may still come.
    room: usize,
    served: bool,
    has_text: bool,
    seen: bool,
    calls: BTreeMap<u64, PartialCall>,
    pub(crate) stop: Option<StopReason>,
    pub(crate) usage: Option<Usage>,
    /// The service marked the end.
    pub(crate) done: bool,
}

#[derive(Debug, Default)]
struct PartialCall {
    id: String,
    name: String,
    arguments: String,
}

impl Tally {
    fn new(limits: Limits, may_be_empty: bool) -> Self {
        Self {
            may_be_empty,
            room: limits.answer_bytes,
            served: false,
            has_text: false,
            seen: false,
            calls: BTreeMap::new(),
            stop: None,
            usage: None,
            done: false,
        }
    }

    /// The model that answers; only the first word on it counts.
    pub(crate) fn serve(&mut self, model: &str, out: &mut Out) {
        if !self.served && !model.is_empty() {
            self.served = true;
            out.push_back(Frame::Served { model: model.chars().take(NAME).collect() });
        }
    }

    pub(crate) fn text(&mut self, text: &str, out: &mut Out) -> Result<(), Trouble> {
        self.count(text.len())?;
        self.has_text |= !text.is_empty();
        match out.back_mut() {
            _ if text.is_empty() => {}
            Some(Frame::Text(last)) => last.push_str(text),
            _ => out.push_back(Frame::Text(text.to_owned())),
        }
        Ok(())
    }

    pub(crate) fn reasoning(&mut self, text: &str, out: &mut Out) -> Result<(), Trouble> {
        self.count(text.len())?;
        match out.back_mut() {
            _ if text.is_empty() => {}
            Some(Frame::Reasoning(last)) => last.push_str(text),
            _ => out.push_back(Frame::Reasoning(text.to_owned())),
        }
        Ok(())
    }

    /// Takes bytes that are kept into account.
    pub(crate) fn count(&mut self, bytes: usize) -> Result<(), Trouble> {
        self.room = self.room.checked_sub(bytes).ok_or(Trouble::Kind(FailureKind::TooLarge))?;
        Ok(())
    }

    /// More of the call with this index: `id` and `name` come whole, `arguments` in pieces to be appended.
    pub(crate) fn call(&mut self, index: u64, id: &str, name: &str, arguments: &str) -> Result<(), Trouble> {
        self.count(id.len() + name.len() + arguments.len() + size_of::<PartialCall>())?;
        if !self.calls.contains_key(&index) && self.calls.len() == MOST_CALLS {
            return Err(Trouble::Kind(FailureKind::TooLarge));
        }
        let call = self.calls.entry(index).or_default();
        if call.id.is_empty() {
            id.clone_into(&mut call.id);
        }
        if call.name.is_empty() {
            name.clone_into(&mut call.name);
        }
        call.arguments.push_str(arguments);
        Ok(())
    }

    /// The index of the call with this id, or else of the last one; for services that number none. `None`: no call yet,
    /// or an id that none has.
    pub(crate) fn call_index(&self, id: &str) -> Option<u64> {
        match self.calls.iter().find(|(_, call)| !id.is_empty() && call.id == id) {
            Some((index, _)) => Some(*index),
            None if id.is_empty() => self.calls.keys().next_back().copied(),
            None => None,
        }
    }

    /// An index that no call has yet, after all others.
    pub(crate) fn next_call(&self) -> u64 {
        self.calls.keys().next_back().map_or(0, |last| last.saturating_add(1))
    }

    fn close(&mut self, origin: Option<Value>, out: &mut Out) -> Result<(), Trouble> {
        let calls = std::mem::take(&mut self.calls);
        let stop = match self.stop.take() {
            // Some services say that they are done although they wait for tools.
            Some(StopReason::Finished) if !calls.is_empty() => Some(StopReason::ToolCalls),
            None if self.done && !calls.is_empty() => Some(StopReason::ToolCalls),
            None if self.done => Some(StopReason::Finished),
            other => other,
        };
        let trouble = match &stop {
            None if self.seen => Some(FailureKind::Truncated),
            None => Some(FailureKind::Empty),
            Some(StopReason::ContentFilter) if !self.has_text => Some(FailureKind::ContentFiltered),
            Some(StopReason::Finished | StopReason::Other(_))
                if !self.has_text && calls.is_empty() && !self.may_be_empty =>
            {
                Some(FailureKind::Empty)
            }
            Some(StopReason::ToolCalls) if calls.is_empty() && !self.has_text => Some(FailureKind::Empty),
            Some(_) => None,
        };
        if trouble.is_none() && matches!(stop, Some(StopReason::ToolCalls)) {
            for (number, (_, call)) in calls.into_iter().enumerate() {
                out.push_back(Frame::Call(call.whole(number)));
            }
        }
        if trouble.is_none() {
            out.extend(origin.map(Frame::Origin));
        }
        out.extend(self.usage.take().map(Frame::Usage));
        match (trouble, stop) {
            (None, Some(stop)) => out.push_back(Frame::Stop(stop)),
            (trouble, _) => return Err(Trouble::Kind(trouble.unwrap_or(FailureKind::Truncated))),
        }
        Ok(())
    }
}

impl PartialCall {
    fn whole(self, number: usize) -> ToolCall {
        let blank = self.arguments.trim().is_empty();
        ToolCall {
            id: if self.id.is_empty() { format!("call_{number}") } else { self.id },
            name: self.name,
            arguments: if blank { "{}".to_owned() } else { self.arguments },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
