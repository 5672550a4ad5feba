//! Every fixture of every wire, damaged in thousands of ways: nothing panics, each answer has one end, no more is held
//! than allowed, and no split of the bytes changes what is read.
//!
//! The damage is the same in each run. `COWORK_MUTATION_SEED` begins elsewhere, `COWORK_MUTATION_COUNT` says how many.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use cowork_provider::ProviderKind;
use cowork_provider::fuzzing::{Dice, check_answer, check_events, check_lines};

/// Where the seeds of one run begin.
const SEED: u64 = 0x5eed_0000;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().expect("a number"))
}

/// The fixtures of one wire, in the order of their names.
fn corpus(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/provider").join(folder);
    let files = std::fs::read_dir(folder).expect("the fixtures").map(|file| file.expect("a file").path());
    let mut paths = files.collect::<Vec<_>>();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a fixture")).collect()
}

/// A fixture with up to four kinds of damage.
fn damaged(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(4) {
        damage(&mut bytes, corpus, dice);
    }
    bytes.truncate(64 << 10);
    bytes
}

fn damage(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], dice: &mut Dice) {
    const MEANING: &[&[u8]] = &[
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"data: ",
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b"\\",
        b",",
        b"null",
        b"-1",
        b"1e999",
        b"18446744073709551616",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\\ud800",
        b"\0",
    ];
    let at = dice.below(bytes.len() + 1);
    let end = at + dice.below(bytes.len() - at + 1);
    match dice.below(8) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        1 => drop(bytes.splice(at..at, [dice.below(256) as u8])),
        2 => drop(bytes.splice(at..at, MEANING[dice.below(MEANING.len())].iter().copied())),
        3 => drop(bytes.drain(at..end.min(at + 1 + dice.below(40)))),
        4 => {
            // The rest of another answer, from any place of it.
            let other = &corpus[dice.below(corpus.len())];
            bytes.truncate(at);
            bytes.extend_from_slice(&other[dice.below(other.len() + 1)..]);
        }
        5 => {
            let again = bytes[at..end].to_vec();
            bytes.splice(at..at, again);
        }
        6 => bytes.truncate(at),
        // Lines in another order.
        _ => {
            let mut lines = bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
            if !lines.is_empty() {
                let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
                lines.swap(one, other);
            }
            *bytes = lines.concat();
        }
    }
}

fn every(folder: &str, count: u64, check: impl Fn(&[u8], u64) -> Result<(), String>) {
    let corpus = corpus(folder);
    let first = number("COWORK_MUTATION_SEED", SEED);
    for seed in first..first + number("COWORK_MUTATION_COUNT", count) {
        let bytes = damaged(&corpus, &mut Dice(seed));
        let checked = catch_unwind(AssertUnwindSafe(|| check(&bytes, seed)));
        let wrong = match checked {
            Ok(Ok(())) => continue,
            Ok(Err(wrong)) => wrong,
            Err(_) => "it panicked, see above".to_owned(),
        };
        panic!(
            "{folder}: COWORK_MUTATION_SEED={seed} COWORK_MUTATION_COUNT=1: {wrong}\n--\n{}",
            bytes.escape_ascii()
        );
    }
}

fn wire(kind: ProviderKind, folder: &str, count: u64) {
    let unharmed = corpus(folder);
    for (number, bytes) in unharmed.iter().enumerate() {
        check_answer(kind, bytes, SEED).unwrap_or_else(|wrong| panic!("{folder}, {number}: {wrong}"));
    }
    every(folder, count, |bytes, seed| check_answer(kind, bytes, seed));
}

#[test]
fn openai_chat() {
    wire(ProviderKind::OpenAiCompatible, "openai-chat", 3_000);
}

#[test]
fn openai_responses() {
    wire(ProviderKind::OpenAiResponses, "openai-responses", 2_000);
}

#[test]
fn anthropic() {
    wire(ProviderKind::Anthropic, "anthropic", 2_000);
}

#[test]
fn gemini() {
    wire(ProviderKind::Gemini, "gemini", 3_000);
}

#[test]
fn ollama() {
    wire(ProviderKind::Ollama, "ollama", 3_000);
}

#[test]
fn events_and_lines() {
    every("openai-responses", 800, check_events);
    every("anthropic", 800, check_events);
    every("ollama", 800, check_lines);
}
