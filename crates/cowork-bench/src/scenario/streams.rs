//! Many streams at once, each at 100 tokens/s in a session of its own.

use std::sync::Arc;

use anyhow::ensure;
use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    figures::{Figures, Samples},
    lag::Seen,
    process::ticks,
    stage::{Ground, Setting, paced},
};

const PER_SECOND: f64 = 100.0;

/// The names under which the figures of so many streams are put.
pub(super) struct Names {
    pub(super) streams: usize,
    pub(super) idle: Option<&'static str>,
    pub(super) p50: &'static str,
    pub(super) p95: &'static str,
    pub(super) p99: &'static str,
    pub(super) wall: &'static str,
    pub(super) cpu: &'static str,
    pub(super) peak: &'static str,
    pub(super) client_cpu: &'static str,
}

pub(super) const TWENTY: Names = Names {
    streams: 20,
    idle: Some("memory.idle"),
    p50: "streams20.p50",
    p95: "streams20.p95",
    p99: "streams20.p99",
    wall: "streams20.wall",
    cpu: "streams20.cpu",
    peak: "memory.streams20",
    client_cpu: "streams20.client_cpu",
};

pub(super) const TWO_HUNDRED: Names = Names {
    streams: 200,
    idle: None,
    p50: "streams200.p50",
    p95: "streams200.p95",
    p99: "streams200.p99",
    wall: "streams200.wall",
    cpu: "streams200.cpu",
    peak: "memory.streams200",
    client_cpu: "streams200.client_cpu",
};

pub(super) async fn measure(setting: &Setting<'_>, names: &Names) -> anyhow::Result<Figures> {
    let mut figures = Figures::default();
    let tokens = setting.sizes.stream_tokens;
    let ground = Ground::new(setting).await?;
    ground.answers(paced(tokens, PER_SECOND));
    let server = ground.server().await?;
    if let Some(idle) = names.idle {
        figures.put_some(idle, server.memory());
    }

    let ready = Arc::new(Barrier::new(names.streams + 1));
    let mut streams = JoinSet::new();
    for _ in 0..names.streams {
        let mut client = server.client().await?;
        let session = client.create().await?;
        let mut feed = client.follow(&session).await?;
        let ready = Arc::clone(&ready);
        streams.spawn(async move {
            ready.wait().await;
            tokio::try_join!(client.say(&session, 0), Seen::read(&mut feed)).map(|(_, seen)| seen)
        });
    }
    let (cpu, client_cpu) = (server.cpu_seconds(), ticks("/proc/self/stat"));
    ready.wait().await;
    let mut lags = Samples::default();
    let mut slowest = 0.0_f64;
    while let Some(seen) = streams.join_next().await {
        let seen = seen??;
        ensure!(seen.lags.len() as u64 == tokens, "{} of {tokens} tokens came", seen.lags.len());
        slowest = slowest.max(seen.seconds());
        lags.append(seen.lags);
    }

    let thousands = lags.len() as f64 / 1e3;
    figures.put(names.p50, lags.median());
    figures.put(names.p95, lags.percentile(0.95));
    figures.put(names.p99, lags.percentile(0.99));
    figures.put(names.wall, slowest / ((tokens - 1) as f64 / PER_SECOND));
    let spent = server.cpu_seconds().zip(cpu).map(|(after, before)| (after - before) / thousands);
    figures.put_some(names.cpu, spent);
    let own =
        ticks("/proc/self/stat").zip(client_cpu).map(|(after, before)| (after.own - before.own) / thousands);
    figures.put_some(names.client_cpu, own);
    figures.put_some(names.peak, server.peak_memory());
    Ok(figures)
}
