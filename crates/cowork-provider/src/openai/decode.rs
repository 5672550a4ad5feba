//! Reads an answer: bytes in, frames out, without a network.
//!
//! Always true: the text of the frames does not depend on how the bytes were split; what is held is bounded by the
//! limits; an answer counts as whole only when the server gave a reason for its end or the mark `[DONE]`.

use std::collections::VecDeque;

use serde_json::Value;

use super::chunk::{self, Chunk, Delta, Loose, Text};
use crate::classify::Said;
use crate::sse::{EventTooLarge, Framer};
use crate::{FailureKind, Frame, Limits, StopReason, Usage};

/// Why reading stopped.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The server reported a failure.
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

/// Reads one answer.
#[derive(Debug)]
pub(super) struct Decoder {
    mode: Mode,
    answer: Answer,
    limits: Limits,
}

/// What the body is. The content type is not asked: too many servers and proxies get it wrong.
#[derive(Debug)]
enum Mode {
    /// Nothing but blanks so far.
    Unknown,
    Events(Framer),
    /// A JSON document: an error, or the answer of a server that does not stream.
    Document(Vec<u8>),
}

/// What is known of the answer so far.
#[derive(Debug)]
struct Answer {
    /// An answer that goes on from a partial one may have nothing to add.
    may_be_empty: bool,
    room: usize,
    served: bool,
    has_text: bool,
    seen: bool,
    stop: Option<StopReason>,
    usage: Option<Usage>,
    done: bool,
}

impl Decoder {
    pub(super) fn new(limits: Limits, may_be_empty: bool) -> Self {
        let answer = Answer {
            may_be_empty,
            room: limits.answer_bytes,
            served: false,
            has_text: false,
            seen: false,
            stop: None,
            usage: None,
            done: false,
        };
        Self { mode: Mode::Unknown, answer, limits }
    }

    /// Takes in more of the body. Frames that came before trouble are in `out`.
    pub(super) fn feed(&mut self, bytes: &[u8], out: &mut VecDeque<Frame>) -> Result<(), Trouble> {
        let mut bytes = bytes;
        if matches!(self.mode, Mode::Unknown) {
            // A byte order mark may stand first. What is skipped is skipped however it arrives.
            let blank = |b: &u8| b.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(b);
            let Some(begin) = bytes.iter().position(|b| !blank(b)) else { return Ok(()) };
            bytes = &bytes[begin..];
            self.mode = match bytes[0] {
                b'{' | b'[' => Mode::Document(Vec::new()),
                b'<' => return Err(Trouble::Garbage("a web page came instead of an answer")),
                _ => Mode::Events(Framer::new(self.limits.event_bytes)),
            };
        }
        match &mut self.mode {
            Mode::Unknown => Ok(()),
            Mode::Events(framer) => framer.push(bytes, |data| self.answer.event(data, out)),
            Mode::Document(body) if body.len() + bytes.len() > self.limits.answer_bytes => {
                Err(Trouble::Kind(FailureKind::TooLarge))
            }
            Mode::Document(body) => {
                body.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// The server said that nothing more comes.
    pub(super) fn is_done(&self) -> bool {
        self.answer.done
    }

    /// The answer is whole; only its usage may still come.
    pub(super) fn has_stop(&self) -> bool {
        self.answer.stop.is_some()
    }

    /// The usage, where it was reported; for an answer that fails.
    pub(super) fn usage(&self) -> Option<Usage> {
        self.answer.usage
    }

    /// The body has ended cleanly, or nothing more is waited for: puts the last frames into `out`.
    pub(super) fn close(&mut self, out: &mut VecDeque<Frame>) -> Result<(), Trouble> {
        match std::mem::replace(&mut self.mode, Mode::Unknown) {
            Mode::Unknown => {}
            Mode::Events(framer) => {
                if let Some(data) = framer.finish() {
                    match self.answer.event(&data, out) {
                        // An event that was cut short: the end rule below says what that means.
                        Ok(()) | Err(Trouble::Garbage(_)) => {}
                        Err(trouble) => return Err(trouble),
                    }
                }
            }
            Mode::Document(body) => self.answer.document(&body, out)?,
        }
        self.answer.close(out)
    }
}

impl Answer {
    fn event(&mut self, data: &[u8], out: &mut VecDeque<Frame>) -> Result<(), Trouble> {
        let data = data.trim_ascii();
        if self.done || data.is_empty() {
            return Ok(());
        }
        self.seen = true;
        if data == b"[DONE]" {
            self.done = true;
            return Ok(());
        }
        match serde_json::from_slice::<Chunk<'_>>(data) {
            Ok(chunk) if chunk.error.is_none() && !chunk.choices.is_empty() => self.usual(chunk, out),
            _ => self.unusual(data, out),
        }
    }

    fn usual(&mut self, chunk: Chunk<'_>, out: &mut VecDeque<Frame>) -> Result<(), Trouble> {
        if let Some(Text(model)) = &chunk.model {
            self.serve(model, out);
        }
        let choice = chunk.choices.into_iter().find(|choice| choice.index.unwrap_or(0) == 0);
        let usage = chunk.usage.or(choice.as_ref().and_then(|choice| choice.usage));
        if let Some(raw) = usage {
            let block = serde_json::from_str::<Value>(raw.get()).unwrap_or_default();
            self.usage = chunk::usage(&block).or(self.usage);
        }
        let Some(choice) = choice else { return Ok(()) };
        if let Some(Delta { content, refusal, reasoning_content, reasoning }) = choice.delta {
            let filled = |text: &Text<'_>| !text.0.is_empty();
            // Some servers send the same thought in both fields.
            if let Some(Text(text)) = reasoning_content.filter(filled).or(reasoning) {
                self.reasoning(&text, out)?;
            }
            for Text(text) in [content, refusal].into_iter().flatten() {
                self.text(&text, out)?;
            }
        }
        choice.finish_reason.map_or(Ok(()), |Text(reason)| self.finish(&reason))
    }

    /// Any event that the typed reading does not fit.
    fn unusual(&mut self, data: &[u8], out: &mut VecDeque<Frame>) -> Result<(), Trouble> {
        let text = String::from_utf8_lossy(data);
        match serde_json::from_str::<Value>(&text) {
            // The answer is whole already; what follows cannot spoil it.
            Err(_) if self.stop.is_some() => Ok(()),
            Ok(value) if self.stop.is_some() && Said::read(&value).is_some() => Ok(()),
            Ok(value) if value.is_object() || value.is_array() => self.value(&value, "delta", out),
            Ok(_) | Err(_) => {
                Err(Trouble::Garbage("an event of the answer is not JSON of the expected kind"))
            }
        }
    }

    /// The whole body is one JSON document.
    fn document(&mut self, body: &[u8], out: &mut VecDeque<Frame>) -> Result<(), Trouble> {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}');
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Err(Trouble::Garbage("the answer is neither a stream of events nor a JSON document"));
        };
        self.value(&value, "message", out)?;
        if Loose(&value).choice().is_none() {
            return Err(Trouble::Garbage("the answer is a JSON document without an answer in it"));
        }
        self.stop.get_or_insert(StopReason::Finished);
        Ok(())
    }

    fn value(&mut self, value: &Value, part: &str, out: &mut VecDeque<Frame>) -> Result<(), Trouble> {
        if let Some(said) = Said::read(value) {
            return Err(Trouble::Said(said));
        }
        let loose = Loose(value);
        if let Some(model) = loose.model() {
            self.serve(model, out);
        }
        self.usage = loose.usage().or(self.usage);
        let Some(choice) = loose.choice() else { return Ok(()) };
        if let Some(delta) = choice.get(part) {
            let field = |name: &str| delta.get(name).map(chunk::words).filter(|text| !text.is_empty());
            if let Some(text) = field("reasoning_content").or_else(|| field("reasoning")) {
                self.reasoning(&text, out)?;
            }
            self.reasoning(&delta.get("content").map(chunk::thinking).unwrap_or_default(), out)?;
            for text in [field("content"), field("refusal")].into_iter().flatten() {
                self.text(&text, out)?;
            }
        }
        choice.get("finish_reason").and_then(Value::as_str).map_or(Ok(()), |reason| self.finish(reason))
    }

    fn serve(&mut self, model: &str, out: &mut VecDeque<Frame>) {
        if !self.served && !model.is_empty() {
            self.served = true;
            out.push_back(Frame::Served { model: model.to_owned() });
        }
    }

    fn text(&mut self, text: &str, out: &mut VecDeque<Frame>) -> Result<(), Trouble> {
        self.count(text)?;
        self.has_text |= !text.is_empty();
        match out.back_mut() {
            _ if text.is_empty() => {}
            Some(Frame::Text(last)) => last.push_str(text),
            _ => out.push_back(Frame::Text(text.to_owned())),
        }
        Ok(())
    }

    fn reasoning(&mut self, text: &str, out: &mut VecDeque<Frame>) -> Result<(), Trouble> {
        self.count(text)?;
        match out.back_mut() {
            _ if text.is_empty() => {}
            Some(Frame::Reasoning(last)) => last.push_str(text),
            _ => out.push_back(Frame::Reasoning(text.to_owned())),
        }
        Ok(())
    }

    fn count(&mut self, text: &str) -> Result<(), Trouble> {
        self.room = self.room.checked_sub(text.len()).ok_or(Trouble::Kind(FailureKind::TooLarge))?;
        Ok(())
    }

    fn finish(&mut self, reason: &str) -> Result<(), Trouble> {
        self.stop = Some(match reason {
            "" => return Ok(()),
            "error" => return Err(Trouble::Kind(FailureKind::Server)),
            "stop" | "eos" | "eos_token" | "end_turn" | "stop_sequence" => StopReason::Finished,
            "length" | "max_tokens" | "max_output_tokens" => StopReason::Length,
            "content_filter" | "safety" | "sensitive" => StopReason::ContentFilter,
            other => StopReason::Other(other.chars().take(100).collect()),
        });
        Ok(())
    }

    fn close(&mut self, out: &mut VecDeque<Frame>) -> Result<(), Trouble> {
        out.extend(self.usage.take().map(Frame::Usage));
        let stop = match self.stop.take() {
            Some(stop) => stop,
            None if self.done => StopReason::Finished,
            None if self.seen => return Err(Trouble::Kind(FailureKind::Truncated)),
            None => return Err(Trouble::Kind(FailureKind::Empty)),
        };
        match stop {
            StopReason::ContentFilter if !self.has_text => Err(Trouble::Kind(FailureKind::ContentFiltered)),
            StopReason::Finished | StopReason::Other(_) if !self.has_text && !self.may_be_empty => {
                Err(Trouble::Kind(FailureKind::Empty))
            }
            stop => {
                out.push_back(Frame::Stop(stop));
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    /// Every fixture of this wire.
    static FIXTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/provider/openai-chat");
        let files = std::fs::read_dir(folder).expect("the fixtures").map(|file| file.expect("a file").path());
        files.map(|path| std::fs::read(path).expect("a fixture")).collect()
    });

    /// Frames and end of the bytes in these pieces, with neighbouring text joined.
    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Frame>, Result<(), Trouble>) {
        let limits = Limits { event_bytes: 4_000, answer_bytes: 4_000, ..Limits::default() };
        let (mut decoder, mut frames) = (Decoder::new(limits, false), VecDeque::new());
        let mut outcome = Ok(());
        for piece in pieces {
            let mut out = VecDeque::new(); // one for each piece, as when each is handed out at once
            outcome = decoder.feed(piece, &mut out);
            frames.extend(out);
            if outcome.is_err() || decoder.is_done() {
                break;
            }
        }
        let outcome = outcome.and_then(|()| decoder.close(&mut frames));
        let joined = frames.into_iter().fold(Vec::new(), |mut joined, frame| {
            match (joined.last_mut(), frame) {
                (Some(Frame::Text(last)), Frame::Text(more)) => last.push_str(&more),
                (Some(Frame::Reasoning(last)), Frame::Reasoning(more)) => last.push_str(&more),
                (_, frame) => joined.push(frame),
            }
            joined
        });
        (joined, outcome)
    }

    /// A fixture, now and then with a damaged byte, or bytes that never were one.
    fn body() -> impl Strategy<Value = Vec<u8>> {
        let fixture = || any::<prop::sample::Index>().prop_map(|at| at.get(&FIXTURES).clone());
        let damaged =
            (fixture(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut bytes, at, byte)| {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
                bytes
            });
        prop_oneof![3 => fixture(), 3 => damaged, 1 => proptest::collection::vec(any::<u8>(), 0..200)]
    }

    proptest! {
        #[test]
        fn no_split_changes_the_answer(
            bytes in body(),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let whole = read([&bytes[..]]);
            prop_assert_eq!(&read(bytes.chunks(1)), &whole);
            let mut cuts = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect::<Vec<_>>();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            prop_assert_eq!(&read(cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]])), &whole);
        }
    }

    #[test]
    fn what_stands_before_the_first_event_is_skipped_however_it_arrives() {
        let bytes = b"\xef \n\xef\xbb\xbfdata: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
        for cut in 0..bytes.len() {
            assert_eq!(read([&bytes[..cut], &bytes[cut..]]).0, [Frame::Text("a".to_owned())], "{cut}");
        }
    }

    #[test]
    fn the_usual_event_is_read_without_the_lenient_reading() {
        let event =
            br#"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a \"b\" c"}}],"usage":null}"#;
        let chunk = serde_json::from_slice::<Chunk<'_>>(event).expect("the typed reading fits");
        let delta = chunk.choices[0].delta.as_ref().expect("a delta");
        assert_eq!(delta.content.as_ref().map(|text| &*text.0), Some("a \"b\" c"));
        let borrowed = chunk.model.expect("a model").0;
        assert!(matches!(borrowed, std::borrow::Cow::Borrowed("m")));
    }

    #[test]
    fn pieces_that_arrive_together_come_as_one_frame() {
        let event =
            |text: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n");
        let mut out = VecDeque::new();
        let mut decoder = Decoder::new(Limits::default(), false);
        decoder.feed((event("a") + &event("b")).as_bytes(), &mut out).expect("two events");
        assert_eq!(out, [Frame::Text("ab".to_owned())]);
    }
}
