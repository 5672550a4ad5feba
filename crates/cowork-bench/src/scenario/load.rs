//! Reading a long conversation: the whole of it, and its last page.

use std::time::Instant;

use crate::{
    client::Client,
    figures::{Figures, Samples},
    history,
    stage::{Ground, Setting},
};

/// What the page asks for first.
const PAGE: u32 = 50;

pub(super) async fn measure(setting: &Setting<'_>) -> anyhow::Result<Figures> {
    let ground = Ground::new(setting).await?;
    let server = ground.server().await?;
    let mut client = server.client().await?;
    let thousand = client.import(history::export(1_000)?).await?;
    let five_thousand = client.import(history::export(5_000)?).await?;
    let loads = setting.sizes.loads;

    let mut figures = Figures::default();
    figures.put("load.1000", read(&mut client, &thousand, None, loads).await?);
    figures.put("load.5000", read(&mut client, &five_thousand, None, loads).await?);
    figures.put("load.page", read(&mut client, &five_thousand, Some(PAGE), loads).await?);
    Ok(figures)
}

/// The median in milliseconds.
async fn read(client: &mut Client, session: &str, limit: Option<u32>, loads: usize) -> anyhow::Result<f64> {
    client.chat(session, limit).await?;
    let mut times = Samples::default();
    for _ in 0..loads {
        let start = Instant::now();
        client.chat(session, limit).await?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times.median())
}
