//! What must hold of whatever reads a body, for any bytes. Asked by the tests of damaged answers and by `fuzz/`.
//!
//! - nothing panics,
//! - every split of the bytes gives the same,
//! - no more is held than the limits allow, however much comes,
//! - an answer ends exactly once,
//! - no failure gives the key back.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cowork_provider::fuzzing::{Cutting, Reading};
use cowork_provider::{Frame, ProviderConfig, ProviderKind};

use super::memory;

/// The largest event and the longest answer: small, so that they are reached.
pub(crate) const MAX: usize = 4_000;
/// What a provider was configured with.
pub(crate) const KEY: &str = "sk-Secret.Key_0123456789";

/// What a call may hold that nobody counted: an id that was made up, and empty arguments.
const MADE_UP: usize = 32;
/// How much longer text may be as JSON, which is what is kept for the origin.
const ESCAPED: usize = 8;
/// Bytes that come where nothing ends them: so many that every limit is reached in the first half of them.
const FLOOD: usize = 512 << 10;
/// What may be kept of the second half, which is a buffer that grows once more.
const KEPT: isize = 2 * MAX as isize;

/// Something that reads a body.
pub(crate) trait Reads: Sized {
    /// What it makes of it.
    type Item: Debug + PartialEq;

    /// Takes in more; the failure is everything that could be printed of it.
    fn feed(&mut self, bytes: &[u8], items: &mut Vec<Self::Item>) -> Result<(), String>;

    /// Whether nothing more is waited for.
    fn is_done(&self) -> bool {
        false
    }

    /// Nothing more comes.
    fn close(self, items: &mut Vec<Self::Item>) -> Result<(), String>;

    /// Joins what only the arrival of bytes has parted.
    fn join(_items: &mut Vec<Self::Item>) {}

    /// What else must hold of all that was read.
    fn check(_items: &[Self::Item], _end: &Result<(), String>) -> Result<(), String> {
        Ok(())
    }
}

/// What comes of a body, and how that ends.
type Whole<T> = (Vec<T>, Result<(), String>);

/// Asks all of it of these bytes; says what is wrong. `seed` decides how they are split.
pub(crate) fn check<R: Reads>(begin: impl Fn() -> R, bytes: &[u8], seed: u64) -> Result<(), String> {
    let asked = AssertUnwindSafe(|| {
        let whole = read(begin(), [bytes]);
        for (way, other) in [
            ("in pieces", read(begin(), pieces(bytes, seed))),
            ("byte by byte", read(begin(), bytes.chunks(1))),
        ] {
            if other != whole {
                return Err(format!("at once: {whole:?}\n{way}: {other:?}"));
            }
        }
        let (items, end) = &whole;
        if end.as_ref().is_err_and(|failure| failure.contains(KEY)) {
            return Err(format!("the key is given back: {end:?}"));
        }
        R::check(items, end)?;
        flood_somewhere(begin(), bytes, seed)
    });
    catch_unwind(asked).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        Err(format!("it panicked: {}", words.or(panic.downcast_ref().copied()).unwrap_or_default()))
    })
}

/// Reads these pieces as an answer arrives: until its end, its failure or the last piece.
fn read<'a, R: Reads>(mut reads: R, pieces: impl IntoIterator<Item = &'a [u8]>) -> Whole<R::Item> {
    let (mut items, mut end) = (Vec::new(), Ok(()));
    for piece in pieces {
        end = reads.feed(piece, &mut items);
        if end.is_err() || reads.is_done() {
            break;
        }
    }
    let end = end.and_then(|()| reads.close(&mut items));
    R::join(&mut items);
    (items, end)
}

/// Now and then a stretch of the bytes comes again and again.
fn flood_somewhere<R: Reads>(reads: R, bytes: &[u8], seed: u64) -> Result<(), String> {
    let mut dice = Dice(!seed);
    let (head, stretch) = bytes.split_at(dice.place(bytes));
    let end = dice.place(stretch);
    let stretch = if end == 0 { stretch } else { &stretch[..end] };
    // Few bytes at a time take too long for so many.
    if stretch.len() < 32 || !dice.roll().is_multiple_of(32) { Ok(()) } else { flood(reads, head, stretch) }
}

/// Without end, the same comes again and again: from some time on nothing more may be kept of it.
pub(crate) fn flood<R: Reads>(mut reads: R, head: &[u8], stretch: &[u8]) -> Result<(), String> {
    let (times, mut items) = (FLOOD / stretch.len().max(1), Vec::new());
    let arrivals = std::iter::once(head).chain(std::iter::repeat_n(stretch, times));
    let mut half = 0;
    for (number, bytes) in arrivals.enumerate() {
        let taken = reads.feed(bytes, &mut items);
        items = Vec::new();
        if taken.is_err() || reads.is_done() {
            return Ok(());
        }
        if number == times / 2 {
            half = memory::held();
        }
    }
    let more = memory::held() - half;
    if more > KEPT {
        return Err(format!("{more} more bytes are held after the same again: {}", stretch.escape_ascii()));
    }
    Ok(())
}

/// An answer on one of the wires.
pub(crate) struct Answer(Reading);

impl Answer {
    pub(crate) fn of(kind: ProviderKind) -> Self {
        let mut config = ProviderConfig::new("damaged", kind);
        config.base_url = Some("http://127.0.0.1:9/v1".to_owned());
        config.api_key = Some(KEY.into());
        (config.limits.event_bytes, config.limits.answer_bytes) = (MAX, MAX);
        Self(Reading::new(config).expect("a usable configuration"))
    }
}

impl Reads for Answer {
    type Item = Frame;

    fn feed(&mut self, bytes: &[u8], items: &mut Vec<Frame>) -> Result<(), String> {
        let taken = self.0.feed(bytes);
        items.extend(self.0.frames());
        taken.map_err(|failure| format!("{failure} {failure:?}"))
    }

    fn is_done(&self) -> bool {
        self.0.is_done()
    }

    fn close(mut self, items: &mut Vec<Frame>) -> Result<(), String> {
        let closed = self.0.close();
        items.extend(self.0.frames());
        closed.map_err(|failure| format!("{failure} {failure:?}"))
    }

    fn join(items: &mut Vec<Frame>) {
        join(items);
    }

    fn check(items: &[Frame], end: &Result<(), String>) -> Result<(), String> {
        check_frames(items, end)
    }
}

/// Neighbouring text becomes one frame.
pub(crate) fn join(frames: &mut Vec<Frame>) {
    for frame in std::mem::take(frames) {
        match (frames.last_mut(), frame) {
            (Some(Frame::Text(last)), Frame::Text(more)) if !more.is_empty() => last.push_str(&more),
            (Some(Frame::Reasoning(last)), Frame::Reasoning(more)) if !more.is_empty() => {
                last.push_str(&more)
            }
            (_, frame) => frames.push(frame),
        }
    }
}

/// One end and that one last, nothing twice that comes once, nothing empty, no more text than the limit.
pub(crate) fn check_frames(frames: &[Frame], end: &Result<(), String>) -> Result<(), String> {
    let count = |is: fn(&Frame) -> bool| frames.iter().filter(|frame| is(frame)).count();
    let stops = count(|frame| matches!(frame, Frame::Stop(_)));
    if stops != usize::from(end.is_ok()) {
        return Err(format!("{stops} stops and {end:?}"));
    }
    if end.is_ok() && !matches!(frames.last(), Some(Frame::Stop(_))) {
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

impl Reads for Cutting {
    type Item = Vec<u8>;

    fn feed(&mut self, bytes: &[u8], items: &mut Vec<Vec<u8>>) -> Result<(), String> {
        Cutting::feed(self, bytes, |event| items.push(event.to_vec())).map_err(|error| format!("{error:?}"))
    }

    fn close(self, items: &mut Vec<Vec<u8>>) -> Result<(), String> {
        items.extend(self.finish());
        Ok(())
    }

    fn check(items: &[Vec<u8>], _end: &Result<(), String>) -> Result<(), String> {
        match items.iter().map(Vec::len).find(|len| *len > MAX) {
            Some(len) => Err(format!("an event of {len} bytes where {MAX} are allowed")),
            None => Ok(()),
        }
    }
}

/// The bytes in pieces of all sizes, some of them empty, as this seed wills.
fn pieces(bytes: &[u8], seed: u64) -> Vec<&[u8]> {
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
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// The next number.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one; zero below zero.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        (self.roll() % most.max(1) as u64) as usize
    }

    /// A place in the bytes, more often than not one at which a line begins.
    fn place(&mut self, bytes: &[u8]) -> usize {
        let any = self.below(bytes.len() + 1);
        if self.below(4) == 0 {
            return any;
        }
        bytes[any..].iter().position(|byte| *byte == b'\n').map_or(any, |end| any + end + 1)
    }
}
