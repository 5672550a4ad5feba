//! One message after the other: how soon each is acknowledged, and what is added to its first token's time.
//!
//! The provider waits a little before its first token, so that the acknowledgement and the first token don't race.
//! That time is not counted: what is added is the way from the call to the provider's receipt, and the way from the
//! token's stamp to the client.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use cowork_testkit::{Step, TokenText, Tokens, reply, stamps};

use crate::{
    client::{Client, within},
    figures::{Figures, Samples},
    history,
    stage::{Ground, Setting, whole},
};

const THINKS: Duration = Duration::from_millis(15);
const WARM_UP: usize = 5;

#[derive(Default)]
struct Times {
    /// All in milliseconds.
    acknowledged: Samples,
    to_provider: Samples,
    from_provider: Samples,
    added: Samples,
}

pub(super) async fn measure(setting: &Setting<'_>) -> anyhow::Result<Figures> {
    let ground = Ground::new(setting).await?;
    let begun = reply().step(Step::Pause(THINKS));
    ground.provider.always(whole(begun, Tokens::new(8).text(TokenText::Stamped)));
    let server = ground.server().await?;
    let mut client = server.client().await?;

    let session = client.create().await?;
    let empty = run(&ground, &mut client, &session, setting.sizes.exchanges).await?;
    let session = client.import(history::export(5_000)?).await?;
    let long = run(&ground, &mut client, &session, setting.sizes.exchanges).await?;

    let mut figures = Figures::default();
    figures.put("ack.p50", empty.acknowledged.median());
    figures.put("ack.p95", empty.acknowledged.percentile(0.95));
    figures.put("ttft.p50", empty.added.median());
    figures.put("ttft.p95", empty.added.percentile(0.95));
    figures.put("ttft.to_provider", empty.to_provider.median());
    figures.put("ttft.from_provider", empty.from_provider.median());
    figures.put("ack5000.p50", long.acknowledged.median());
    figures.put("ack5000.p95", long.acknowledged.percentile(0.95));
    figures.put("ack5000.ratio", long.acknowledged.median() / empty.acknowledged.median());
    figures.put("ttft5000.p50", long.added.median());
    figures.put("ttft5000.p95", long.added.percentile(0.95));
    figures.put("ttft5000.to_provider", long.to_provider.median());
    Ok(figures)
}

async fn run(ground: &Ground<'_>, client: &mut Client, session: &str, count: usize) -> anyhow::Result<Times> {
    let mut feed = client.follow(session).await?;
    let mut times = Times::default();
    for number in 0..count + WARM_UP {
        let request = ground.provider.requests().len();
        let start = Instant::now();
        let mut first = None;
        let answer = feed.until_complete(|text, received| {
            let sent = stamps(text).next().map(|stamp| stamp.sent_micros);
            first = first.or(sent.map(|sent| received.saturating_sub(sent)));
        });
        // Both at once: nothing that comes may wait for us.
        let (acknowledged, _) =
            within(async { tokio::try_join!(client.say(session, number), answer) }).await?;
        let received = ground.provider.request(request).await.received_at.into_std();
        if number < WARM_UP {
            continue;
        }
        let to_provider = received.saturating_duration_since(start).as_secs_f64() * 1e3;
        let from_provider = first.context("the answer had no token")? as f64 / 1e3;
        times.acknowledged.push(acknowledged.as_secs_f64() * 1e3);
        times.to_provider.push(to_provider);
        times.from_provider.push(from_provider);
        times.added.push(to_provider + from_provider);
    }
    Ok(times)
}
