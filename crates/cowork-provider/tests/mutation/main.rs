//! Every fixture of every wire, damaged in tens of thousands of ways, and everything of `properties` asked of each.
//!
//! The damage is the same in each run. `COWORK_MUTATION_SEED` begins elsewhere, `COWORK_MUTATION_COUNT` says how many.
//! How many there are for each wire makes each test take about five seconds on an idle machine of two cores.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod control;
mod damage;
mod memory;
mod properties;

use std::collections::BTreeSet;
use std::path::Path;

use cowork_provider::ProviderKind;
use cowork_provider::fuzzing::Cutting;
use damage::damaged;
use properties::{Answer, Dice, MAX, Reads, check, flood};

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

/// Every event or line of a body, with what stands before it.
fn apart(body: &[u8]) -> Vec<(&[u8], &[u8])> {
    let end: &[u8] = if body.windows(2).any(|two| two == b"\n\n") { b"\n\n" } else { b"\n" };
    let ends = (0..=body.len()).filter(|at| body[..*at].ends_with(end)).collect::<Vec<_>>();
    let begins = std::iter::once(&0).chain(&ends);
    begins.zip(&ends).map(|(begin, end)| (&body[..*begin], &body[*begin..*end])).collect()
}

/// The fixtures as they are, each kind of event without end, then fixtures with damage.
fn every<R: Reads>(folder: &str, count: u64, begin: impl Fn() -> R) {
    let (corpus, mut known) = (corpus(folder), BTreeSet::new());
    for (number, bytes) in corpus.iter().enumerate() {
        check(&begin, bytes, SEED).unwrap_or_else(|wrong| panic!("{folder}, {number}: {wrong}"));
        for (head, event) in apart(bytes) {
            if known.insert(event.to_vec()) {
                flood(begin(), head, event).unwrap_or_else(|wrong| panic!("{folder}, {number}: {wrong}"));
            }
        }
    }
    let first = number("COWORK_MUTATION_SEED", SEED);
    for seed in first..first + number("COWORK_MUTATION_COUNT", count) {
        let bytes = damaged(&corpus, &mut Dice(seed));
        if let Err(wrong) = check(&begin, &bytes, seed) {
            panic!(
                "{folder}: COWORK_MUTATION_SEED={seed} COWORK_MUTATION_COUNT=1: {wrong}\n--\n{}",
                bytes.escape_ascii()
            );
        }
    }
}

#[test]
fn openai_chat() {
    every("openai-chat", 8_000, || Answer::of(ProviderKind::OpenAiCompatible));
}

#[test]
fn openai_responses() {
    every("openai-responses", 1_200, || Answer::of(ProviderKind::OpenAiResponses));
}

#[test]
fn anthropic() {
    every("anthropic", 3_200, || Answer::of(ProviderKind::Anthropic));
}

#[test]
fn gemini() {
    every("gemini", 6_400, || Answer::of(ProviderKind::Gemini));
}

#[test]
fn ollama() {
    every("ollama", 13_000, || Answer::of(ProviderKind::Ollama));
}

#[test]
fn events() {
    for folder in ["anthropic", "gemini", "openai-chat", "openai-responses"] {
        every(folder, 450, || Cutting::events(MAX));
    }
}

#[test]
fn lines() {
    every("ollama", 11_000, || Cutting::lines(MAX));
}
