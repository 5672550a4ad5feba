//! A door to what reads answers, without a network: for fuzzing, for tests with damaged answers and for measuring.
//!
//! Behind the feature `fuzzing`, and no part of what this crate offers: it may change at any time. Each check says
//! what is wrong, and is fast enough to be asked thousands of times.

use std::collections::VecDeque;

use crate::decode::{Decode, Out};
use crate::lines::Lines;
use crate::sse::{EventTooLarge, Framer};
use crate::{Frame, Limits, ModelRequest, ProviderConfig, ProviderKind, remote};

/// One kind for each wire.
pub const WIRES: [ProviderKind; 5] = [
    ProviderKind::OpenAiCompatible,
    ProviderKind::OpenAiResponses,
    ProviderKind::Anthropic,
    ProviderKind::Gemini,
    ProviderKind::Ollama,
];

/// The largest event and the longest answer of the checks: small, so that they are reached.
const MAX: usize = 4_000;
/// What a call may hold that nobody counted: an id that was made up, and empty arguments.
const MADE_UP: usize = 32;
/// How much longer text may be as JSON, which is what is kept for the origin.
const ESCAPED: usize = 8;

/// One answer being read.
pub struct Reading {
    decoder: Box<dyn Decode>,
    out: Out,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("out", &self.out).finish_non_exhaustive()
    }
}

impl Reading {
    /// An answer on the wire of this kind.
    #[must_use]
    pub fn new(kind: ProviderKind, limits: Limits) -> Self {
        let (_, wire, _) = remote::speak(&ProviderConfig::new("fuzzed", kind));
        Self { decoder: wire.decoder(limits, &ModelRequest::default()), out: VecDeque::new() }
    }

    /// Takes in more of it; the trouble in words.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.decoder.feed(bytes, &mut self.out).map_err(|trouble| format!("{trouble:?}"))
    }

    /// Whether the service said that nothing more comes.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.decoder.is_done()
    }

    /// Nothing more comes.
    pub fn close(&mut self) -> Result<(), String> {
        self.decoder.close(&mut self.out).map_err(|trouble| format!("{trouble:?}"))
    }

    /// The frames since the last time.
    pub fn frames(&mut self) -> impl Iterator<Item = Frame> {
        self.out.drain(..)
    }
}

/// Frames with neighbouring text joined, and the end.
type Whole = (Vec<Frame>, Result<(), String>);

/// Reads these pieces as an answer arrives: until its end, its trouble or the last piece.
fn read<'a>(kind: ProviderKind, pieces: impl IntoIterator<Item = &'a [u8]>) -> Whole {
    // The responses wire takes several times as much for an event.
    let limits = Limits { event_bytes: MAX, answer_bytes: MAX, ..Limits::default() };
    let mut reading = Reading::new(kind, limits);
    let (mut frames, mut outcome) = (Vec::new(), Ok(()));
    for piece in pieces {
        outcome = reading.feed(piece);
        join(&mut frames, reading.frames());
        if outcome.is_err() || reading.is_done() {
            break;
        }
    }
    let outcome = outcome.and_then(|()| reading.close());
    join(&mut frames, reading.frames());
    (frames, outcome)
}

fn join(frames: &mut Vec<Frame>, more: impl Iterator<Item = Frame>) {
    for frame in more {
        match (frames.last_mut(), frame) {
            (Some(Frame::Text(last)), Frame::Text(more)) => last.push_str(&more),
            (Some(Frame::Reasoning(last)), Frame::Reasoning(more)) => last.push_str(&more),
            (_, frame) => frames.push(frame),
        }
    }
}

/// What must hold of any bytes on this wire: one end at most and last, no more text than the limit, and the same
/// however the bytes are split. `seed` splits them.
pub fn check_answer(kind: ProviderKind, bytes: &[u8], seed: u64) -> Result<(), String> {
    let whole = read(kind, [bytes]);
    check_frames(&whole)?;
    for (way, other) in
        [("in pieces", read(kind, pieces(bytes, seed))), ("by bytes", read(kind, bytes.chunks(1)))]
    {
        if other != whole {
            return Err(format!("at once: {whole:?}\n{way}: {other:?}"));
        }
    }
    Ok(())
}

fn check_frames((frames, outcome): &Whole) -> Result<(), String> {
    let count = |is: fn(&Frame) -> bool| frames.iter().filter(|frame| is(frame)).count();
    let stops = count(|frame| matches!(frame, Frame::Stop(_)));
    if stops != usize::from(outcome.is_ok()) {
        return Err(format!("{stops} stops and {outcome:?}"));
    }
    if outcome.is_ok() && !matches!(frames.last(), Some(Frame::Stop(_))) {
        return Err(format!("something comes after the stop: {:?}", frames.last()));
    }
    for (what, number) in [
        ("served", count(|frame| matches!(frame, Frame::Served { .. }))),
        ("origin", count(|frame| matches!(frame, Frame::Origin(_)))),
        ("usage", count(|frame| matches!(frame, Frame::Usage(_)))),
    ] {
        if number > 1 {
            return Err(format!("{what} comes {number} times"));
        }
    }
    let (mut text, mut kept) = (0, 0);
    for frame in frames {
        match frame {
            Frame::Text(more) | Frame::Reasoning(more) if more.is_empty() => {
                return Err("an empty frame".to_owned());
            }
            Frame::Text(more) | Frame::Reasoning(more) => text += more.len(),
            Frame::Call(call) => {
                text += (call.id.len() + call.name.len() + call.arguments.len()).saturating_sub(MADE_UP);
            }
            Frame::Origin(value) => kept += value.to_string().len(),
            _ => {}
        }
    }
    if text > MAX || kept > MAX * ESCAPED {
        return Err(format!("{text} bytes of text and {kept} of origin, where {MAX} are allowed"));
    }
    Ok(())
}

/// What must hold of any bytes for the framer of server-sent events: no event above the limit, and the same events
/// however the bytes are split.
pub fn check_events(bytes: &[u8], seed: u64) -> Result<(), String> {
    check_framing(bytes, seed, |pieces| {
        let (mut framer, mut events) = (Framer::new(MAX), Vec::new());
        for piece in pieces {
            framer.push(piece, |data| {
                events.push(data.to_vec());
                Ok::<_, EventTooLarge>(())
            })?;
        }
        events.extend(framer.finish());
        Ok(events)
    })
}

/// The same for the framer of lines.
pub fn check_lines(bytes: &[u8], seed: u64) -> Result<(), String> {
    check_framing(bytes, seed, |pieces| {
        let (mut lines, mut events) = (Lines::new(MAX), Vec::new());
        for piece in pieces {
            lines.push(piece, |data| {
                events.push(data.to_vec());
                Ok::<_, EventTooLarge>(())
            })?;
        }
        events.extend(lines.finish());
        Ok(events)
    })
}

fn check_framing(
    bytes: &[u8],
    seed: u64,
    frame: impl Fn(&[&[u8]]) -> Result<Vec<Vec<u8>>, EventTooLarge>,
) -> Result<(), String> {
    let whole = frame(&[bytes]);
    if whole.iter().flatten().any(|event| event.len() > MAX) {
        return Err("an event is above the limit".to_owned());
    }
    for pieces in [pieces(bytes, seed), bytes.chunks(1).collect()] {
        let other = frame(&pieces);
        if other != whole {
            return Err(format!("at once: {whole:?}\nin {} pieces: {other:?}", pieces.len()));
        }
    }
    Ok(())
}

/// The bytes in pieces of all sizes, some of them empty, as this seed wills.
#[must_use]
pub fn pieces(bytes: &[u8], seed: u64) -> Vec<&[u8]> {
    let (mut dice, mut pieces, mut rest) = (Dice(seed), Vec::new(), bytes);
    while !rest.is_empty() {
        let most = [1, 3, 20, 300, rest.len()][dice.below(5)];
        let (piece, tail) = rest.split_at(dice.below(most + 1).min(rest.len()));
        pieces.push(piece);
        rest = tail;
    }
    pieces
}

/// Numbers that look random and are the same for the same seed.
#[derive(Debug, Clone)]
pub struct Dice(
    /// Where it stands.
    pub u64,
);

impl Dice {
    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one; zero below zero.
    pub fn below(&mut self, most: usize) -> usize {
        let most = u64::try_from(most).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.roll() % most).unwrap_or(0)
    }
}
