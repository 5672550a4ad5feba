//! The properties and the damage are able to find what they are for: a small reader passes, and with each of its flaws
//! it does not.

use cowork_provider::{Frame, StopReason};

use super::apart;
use super::damage::damaged;
use super::properties::{Dice, KEY, MAX, Reads, check, check_frames, flood, join};

/// What can be wrong with a reader.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Flaw {
    /// A number that came is an index.
    HugeIndex,
    /// Text is cut at a byte.
    CutsCharacters,
    /// A line may be as long as it likes.
    EndlessLine,
    /// What is of no use is kept.
    Hoards,
    /// Text is not counted.
    EndlessText,
    /// What arrives together comes in another order.
    OrderOfArrival,
    /// A line that arrives in two pieces is two.
    ForgetsPieces,
    /// A failure is handed on as it came.
    GivesKeyBack,
    EndsTwice,
    NeverEnds,
    GoesOnAfterTheEnd,
    SaysNothing,
}

/// Reads lines: `=` and text, `#` and the number of one of ten things, `!` and a failure, `.` for the end.
struct Small {
    flaw: Option<Flaw>,
    line: Vec<u8>,
    hoard: Vec<Vec<u8>>,
    room: usize,
    ended: bool,
}

impl Small {
    fn new(flaw: Option<Flaw>) -> Self {
        Self { flaw, line: Vec::new(), hoard: Vec::new(), room: MAX, ended: false }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn line(&mut self, line: &[u8], frames: &mut Vec<Frame>) -> Result<(), String> {
        const THINGS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let text = String::from_utf8_lossy(line);
        let (kind, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
        match kind {
            "=" if self.has(Flaw::CutsCharacters) && rest.len() > 1 => {
                frames.push(Frame::Text(rest[..rest.len() / 2].to_owned()))
            }
            "=" if self.has(Flaw::EndlessText) && !rest.is_empty() => {
                frames.push(Frame::Text(rest.to_owned()))
            }
            "=" if rest.is_empty() && !self.has(Flaw::SaysNothing) => {}
            "=" => {
                self.room = self.room.checked_sub(rest.len()).ok_or("too much")?;
                frames.push(Frame::Text(rest.to_owned()));
            }
            "#" => {
                let index = rest.parse::<usize>().map_err(|_| "no number")?;
                let thing = if self.has(Flaw::HugeIndex) { Some(&THINGS[index]) } else { THINGS.get(index) };
                let thing = thing.ok_or("no such thing")?;
                self.room = self.room.checked_sub(thing.len()).ok_or("too much")?;
                frames.push(Frame::Reasoning((*thing).to_owned()));
            }
            "!" if self.has(Flaw::GivesKeyBack) => return Err(rest.to_owned()),
            "!" => return Err(rest.replace(KEY, "[key]")),
            "." => self.ended = true,
            _ if self.has(Flaw::Hoards) => self.hoard.push(line.to_vec()),
            _ => {}
        }
        Ok(())
    }
}

impl Reads for Small {
    type Item = Frame;

    fn feed(&mut self, bytes: &[u8], frames: &mut Vec<Frame>) -> Result<(), String> {
        let before = frames.len();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.ended {
                break;
            }
            if self.line.len() + piece.len() > MAX && !self.has(Flaw::EndlessLine) {
                return Err("too large".to_owned());
            }
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.has(Flaw::ForgetsPieces) {
                let line = std::mem::take(&mut self.line);
                if !self.ended {
                    self.line(line.trim_ascii(), frames)?;
                }
            }
        }
        if self.has(Flaw::OrderOfArrival) {
            frames[before..].sort_by_key(|frame| matches!(frame, Frame::Text(_)));
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.ended
    }

    fn close(mut self, frames: &mut Vec<Frame>) -> Result<(), String> {
        let rest = std::mem::take(&mut self.line);
        if !self.ended {
            self.line(rest.trim_ascii(), frames)?;
        }
        if !self.ended {
            return Err("cut off".to_owned());
        }
        let stop = || Frame::Stop(StopReason::Finished);
        match self.flaw {
            Some(Flaw::NeverEnds) => {}
            Some(Flaw::EndsTwice) => frames.extend([stop(), stop()]),
            Some(Flaw::GoesOnAfterTheEnd) => frames.extend([stop(), Frame::Text("more".to_owned())]),
            _ => frames.push(stop()),
        }
        Ok(())
    }

    fn join(frames: &mut Vec<Frame>) {
        join(frames);
    }

    fn check(frames: &[Frame], end: &Result<(), String>) -> Result<(), String> {
        check_frames(frames, end)
    }
}

/// What is wrong with a reader of that flaw, as far as damaged bodies show it.
fn found(flaw: Option<Flaw>) -> Option<String> {
    let bodies = [
        "=Grüße, 世界\n#3\n=and more words than one\n.\n",
        "#1\n#2\n: nothing that anybody reads\n\n=a\n#7\n.\nafter the end\n",
        "=Hello\n! the server failed to answer this request\n",
        ": one\n: two of them, and longer than most\n=ü\n",
    ];
    let long = format!("={0}\n={0}\n.\n", "b".repeat(MAX * 3 / 4));
    let corpus =
        bodies.iter().copied().chain([&*long]).map(|body| body.as_bytes().to_vec()).collect::<Vec<_>>();
    let damaged = (0..2_000).find_map(|seed| {
        let bytes = damaged(&corpus, &mut Dice(seed));
        check(|| Small::new(flaw), &bytes, seed).err()
    });
    let flooded = || {
        let mut lines = corpus.iter().flat_map(|body| apart(body));
        lines.find_map(|(head, line)| flood(Small::new(flaw), head, line).err())
    };
    damaged.or_else(flooded)
}

#[test]
fn a_reader_without_a_flaw_passes() {
    assert_eq!(found(None), None);
}

#[test]
fn every_flaw_is_found_for_what_it_is() {
    let table = [
        (Flaw::HugeIndex, "it panicked: index out of bounds"),
        (Flaw::CutsCharacters, "it panicked: end byte index"),
        (Flaw::EndlessLine, "more bytes are held"),
        (Flaw::Hoards, "more bytes are held"),
        (Flaw::EndlessText, "of text"),
        (Flaw::OrderOfArrival, "byte by byte"),
        (Flaw::ForgetsPieces, "in pieces"),
        (Flaw::GivesKeyBack, "the key is given back"),
        (Flaw::EndsTwice, "2 stops"),
        (Flaw::NeverEnds, "0 stops"),
        (Flaw::GoesOnAfterTheEnd, "comes after the stop"),
        (Flaw::SaysNothing, "an empty frame"),
    ];
    for (flaw, sign) in table {
        let wrong = found(Some(flaw)).unwrap_or_default();
        assert!(wrong.contains(sign), "{flaw:?}: {wrong}");
    }
}
