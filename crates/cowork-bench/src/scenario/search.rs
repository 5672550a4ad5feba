//! Searching a hundred thousand messages, as people type: rare and common words, phrases, beginnings.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::{
    client::Client,
    figures::{Figures, Samples},
    history,
    stage::{Ground, Setting},
};

/// Messages of one session.
const SESSION: usize = 5_000;
/// Words of the language.
const VOCABULARY: usize = 20_000;
/// Until all of it must be searched.
const INDEXED: Duration = Duration::from_secs(300);

pub(super) async fn measure(setting: &Setting<'_>) -> anyhow::Result<Figures> {
    let ground = Ground::new(setting).await?;
    let server = ground.server().await?;
    let mut client = server.client().await?;
    let (mut chance, words) = (Chance(42), words());
    let mut sessions = Vec::new();
    let began = Instant::now();
    for _ in 0..setting.sizes.searched_messages.div_ceil(SESSION) {
        let export = history::export_of(SESSION, |_| Some(text(&mut chance, &words)))?;
        sessions.push(client.import(export).await?);
    }
    all_searched(&mut client, &words[0]).await?;
    let indexed = began.elapsed().as_secs_f64();

    let (mut times, mut found) = (Samples::default(), 0);
    for number in 0..setting.sizes.searches {
        let target = format!("/api/search?q={}", asked(number, &mut chance, &words, &sessions));
        let start = Instant::now();
        let answer = client.get(&target).await?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
        found += usize::from(!items(&answer)?.is_empty());
    }
    ensure!(
        found * 2 > setting.sizes.searches,
        "{found} of {} searches found anything",
        setting.sizes.searches
    );
    let mut figures = Figures::default();
    figures.put("search.p50", times.median());
    figures.put("search.p95", times.percentile(0.95));
    figures.put("search.indexed", indexed);
    Ok(figures)
}

async fn all_searched(client: &mut Client, word: &str) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let answer: Value =
            serde_json::from_slice(&client.get(&format!("/api/search?q={word}&limit=1")).await?)?;
        if answer["incomplete"] == Value::Bool(false) {
            return Ok(());
        }
        if began.elapsed() > INDEXED {
            bail!("not everything is searched after {} s", INDEXED.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn items(answer: &[u8]) -> anyhow::Result<Vec<Value>> {
    let answer: Value = serde_json::from_slice(answer)?;
    Ok(answer["items"].as_array().context("an answer without hits")?.clone())
}

/// One kind of search after the other; each with words as they come in texts.
fn asked(number: usize, chance: &mut Chance, words: &[String], sessions: &[String]) -> String {
    let mut word = || words[chance.rank()].clone();
    match number % 8 {
        0 => word(),
        1 => format!("{}%20", word()),
        2 => format!("{}%20{}", word(), word()),
        3 => format!("%22{}%20{}%22", words[number % 7], words[number % 11]),
        4 => word().chars().take(2).collect(),
        5 => word().chars().take(4).collect(),
        6 => format!("{}%20-{}", word(), words[number % 50]),
        _ => format!("{}&session={}", word(), sessions[number % sessions.len()]),
    }
}

fn text(chance: &mut Chance, words: &[String]) -> String {
    let length = 10 + chance.below(140);
    let mut text = String::with_capacity(length * 8);
    for _ in 0..length {
        text.push_str(&words[chance.rank()]);
        text.push(' ');
    }
    text
}

fn words() -> Vec<String> {
    const SYLLABLES: [&str; 18] = [
        "ta", "re", "ko", "mi", "la", "no", "sur", "ven", "tic", "al", "pro", "gen", "ex", "im", "der", "st",
        "ou", "qua",
    ];
    let mut chance = Chance(7);
    let word = |rank: usize| {
        let syllables = 1 + chance.below(4) + usize::from(rank > 200);
        (0..syllables).map(|_| SYLLABLES[chance.below(SYLLABLES.len())]).collect()
    };
    (0..VOCABULARY).map(word).collect()
}

/// The same numbers in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or(0)
    }

    /// A word's rank, the common ones as often as in a language.
    fn rank(&mut self) -> usize {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((VOCABULARY as f64).powf(share) as usize - 1).min(VOCABULARY - 1)
    }
}
