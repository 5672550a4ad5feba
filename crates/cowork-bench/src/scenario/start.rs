//! Cold starts: from the start of the process to the first answered request, with a warm page cache.

use crate::{
    figures::{Figures, Samples},
    process::Side,
    stage::{Ground, Setting, fill},
};

pub(super) async fn measure(setting: &Setting<'_>) -> anyhow::Result<Figures> {
    let mut figures = Figures::default();
    let mut empty = Samples::default();
    for _ in 0..setting.sizes.starts {
        let ground = Ground::new(setting).await?;
        let server = ground.server().await?;
        empty.push(server.first_answer.as_secs_f64() * 1e3);
        server.stop().await?;
    }
    figures.put("start.empty", empty.median());
    if setting.side == Side::Floor {
        return Ok(figures); // keeps nothing to start with
    }

    let ground = Ground::new(setting).await?;
    let server = ground.server().await?;
    fill(&server, setting.sizes.stored_sessions).await?;
    server.stop().await?;
    let mut stored = Samples::default();
    for _ in 0..setting.sizes.starts {
        let server = ground.server().await?;
        stored.push(server.first_answer.as_secs_f64() * 1e3);
        server.stop().await?;
    }
    figures.put("start.stored", stored.median());
    Ok(figures)
}
