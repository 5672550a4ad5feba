//! Many subscribers of one session: do all get everything, how late, and what does it take?

use std::time::Instant;

use anyhow::ensure;
use cowork_testkit::{TokenText, Tokens};
use tokio::task::JoinSet;

use crate::{
    client::{Client, Feed},
    figures::{Figures, Samples},
    lag::Seen,
    stage::{Ground, Setting, paced},
};

const PER_SECOND: f64 = 100.0;

/// The names under which the figures of so many subscribers are put.
pub(super) struct Names {
    pub(super) subscribers: usize,
    pub(super) held: &'static str,
    pub(super) p95: &'static str,
    pub(super) peak: &'static str,
}

pub(super) const TWO_HUNDRED: Names =
    Names { subscribers: 200, held: "crowd200.held", p95: "crowd200.p95", peak: "crowd200.memory" };
pub(super) const THOUSAND: Names =
    Names { subscribers: 1_000, held: "crowd1000.held", p95: "crowd1000.p95", peak: "crowd1000.memory" };

pub(super) async fn measure(setting: &Setting<'_>, names: &Names) -> anyhow::Result<Figures> {
    let tokens = setting.sizes.crowd_tokens;
    let ground = Ground::new(setting).await?;
    ground.answers(paced(tokens, PER_SECOND));
    let server = ground.server().await?;
    let mut client = server.client().await?;
    let session = client.create().await?;

    let mut readers = JoinSet::new();
    for _ in 0..names.subscribers {
        let mut feed = client.follow(&session).await?;
        readers.spawn(async move { Seen::read(&mut feed).await });
    }
    client.say(&session, 0).await?;
    let mut lags = Samples::default();
    let mut held = 0;
    while let Some(seen) = readers.join_next().await {
        // A reader that was dropped or missed something is counted, not an error of the measurement.
        if let Ok(seen) = seen? {
            held += usize::from(seen.lags.len() as u64 == tokens);
            lags.append(seen.lags);
        }
    }
    let mut figures = Figures::default();
    figures.put(names.held, 100.0 * held as f64 / names.subscribers as f64);
    figures.put(names.p95, lags.percentile(0.95));
    figures.put_some(names.peak, server.peak_memory());
    Ok(figures)
}

const READERS: usize = 5;

/// The same stream past readers that read, without and with one beside them that does not.
pub(super) async fn stalled(setting: &Setting<'_>) -> anyhow::Result<Figures> {
    let tokens = setting.sizes.stalled_tokens;
    let ground = Ground::new(setting).await?;
    ground.answers(Tokens::new(tokens).text(TokenText::Stamped));
    let server = ground.server().await?;
    let mut client = server.client().await?;
    let (mut without, mut with) = (Samples::default(), Samples::default());
    for _ in 0..3 {
        without.push(past_readers(&mut client, tokens, false).await?);
        with.push(past_readers(&mut client, tokens, true).await?);
    }
    let mut figures = Figures::default();
    figures.put("stalled.ratio", with.min() / without.min());
    figures.put_some("stalled.memory", server.peak_memory());
    Ok(figures)
}

/// Seconds until the last reader has everything.
async fn past_readers(client: &mut Client, tokens: u64, stalled: bool) -> anyhow::Result<f64> {
    let session = client.create().await?;
    let _stalled: Option<Feed> = if stalled { Some(client.follow_narrow(&session).await?) } else { None };
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        let mut feed = client.follow(&session).await?;
        readers.spawn(async move { Seen::read(&mut feed).await });
    }
    let start = Instant::now();
    client.say(&session, 0).await?;
    while let Some(seen) = readers.join_next().await {
        let seen = seen??;
        ensure!(seen.lags.len() as u64 == tokens, "{} of {tokens} tokens came", seen.lags.len());
    }
    Ok(start.elapsed().as_secs_f64())
}
