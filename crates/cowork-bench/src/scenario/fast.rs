//! One stream of a provider that sends as fast as it is read.

use std::time::Instant;

use anyhow::ensure;
use cowork_testkit::Tokens;

use crate::{
    figures::Figures,
    stage::{Ground, Setting},
};

pub(super) async fn measure(setting: &Setting<'_>) -> anyhow::Result<Figures> {
    let tokens = setting.sizes.fast_tokens;
    let ground = Ground::new(setting).await?;
    let server = ground.server().await?;
    let mut client = server.client().await?;
    let session = client.create().await?;
    let mut feed = client.follow(&session).await?;

    ground.answers(Tokens::new(1_000));
    tokio::try_join!(client.say(&session, 0), feed.until_complete(|_, _| {}))?;

    ground.answers(Tokens::new(tokens));
    let cpu = server.cpu_seconds();
    let start = Instant::now();
    let mut bytes = 0;
    tokio::try_join!(client.say(&session, 1), feed.until_complete(|text, _| bytes += text.len()))?;
    let took = start.elapsed().as_secs_f64();
    ensure!(bytes as u64 == tokens * 5, "{bytes} bytes came of {tokens} tokens of 5");

    let mut figures = Figures::default();
    figures.put("fast.rate", tokens as f64 / took);
    let spent = server.cpu_seconds().zip(cpu).map(|(after, before)| after - before);
    figures.put_some("fast.cpu", spent.map(|spent| spent / (tokens as f64 / 1e3)));
    Ok(figures)
}
