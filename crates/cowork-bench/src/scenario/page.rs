//! The page in a real browser, against the real binary: opening, streaming, typing, scrolling, going to and fro.
//!
//! Elsewhere: how each figure is taken, by a program for Node (`web/bench/page.mjs`). What it shows is made here.

use std::process::Stdio;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use cowork_testkit::{MARKDOWN, TokenText, Tokens};
use serde::{Deserialize, Serialize};
use tokio::process::Command;

use crate::{
    client::TOKEN,
    figures::Figures,
    history,
    rows::ROWS,
    stage::{Ground, Setting, fill},
};

/// Messages of the session that is opened, scrolled and written to.
const LONG: usize = 5_000;
/// Messages of each of the sessions that are gone to and fro between.
const SHORT: usize = 200;
/// How many of these.
const SHORTS: usize = 5;
const TOKENS: u64 = 4_000;
const PER_SECOND: f64 = 200.0;

/// What the program is told, as one JSON argument.
#[derive(Serialize)]
struct Task<'a> {
    url: String,
    token: &'static str,
    long: &'a str,
    short: &'a [String],
    sessions: usize,
}

/// What it answers, as its last line.
#[derive(Deserialize)]
struct Measured {
    /// By the names of the rows without `page.`.
    figures: std::collections::BTreeMap<String, f64>,
}

pub(super) async fn measure(setting: &Setting<'_>) -> anyhow::Result<Figures> {
    let program = setting.programs.page.as_ref().context("--page says which program measures it")?;
    let ground = Ground::new(setting).await?;
    ground.answers(Tokens::new(TOKENS).per_second(PER_SECOND).text(TokenText::Markdown));
    let server = ground.server().await?;
    fill(&server, setting.sizes.stored_sessions).await?;
    let mut client = server.client().await?;
    let mut short = Vec::new();
    for _ in 0..SHORTS {
        short.push(client.import(conversation(SHORT)?).await?);
    }
    let long = client.import(conversation(LONG)?).await?;

    let task = Task {
        url: server.url(),
        token: TOKEN,
        long: &long,
        short: &short,
        sessions: setting.sizes.stored_sessions,
    };
    let ended = Command::new("node")
        .arg(program)
        .arg(serde_json::to_string(&task)?)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .context("node could not be started")?;
    let errors = String::from_utf8_lossy(&ended.stderr);
    ensure!(ended.status.success(), "the program in the browser failed: {errors}");
    errors.lines().for_each(crate::progress);
    let said = String::from_utf8(ended.stdout)?;
    let measured: Measured = serde_json::from_str(said.lines().last().context("it said nothing")?)?;
    named(&measured)
}

/// Under the rows' names; a figure without a row is a slip of the program.
fn named(measured: &Measured) -> anyhow::Result<Figures> {
    let mut figures = Figures::default();
    for (name, value) in &measured.figures {
        let row = ROWS.iter().find(|row| row.id.strip_prefix("page.") == Some(name));
        figures.put(row.with_context(|| format!("no row is called page.{name}"))?.id, *value);
    }
    Ok(figures)
}

/// A conversation of what answers are made of.
fn conversation(messages: usize) -> anyhow::Result<Bytes> {
    let blocks: Vec<&str> = MARKDOWN.split("\n\n").filter(|block| !block.is_empty()).collect();
    history::export_of(messages, |number| {
        (number % 2 == 1).then(|| {
            let part = |offset: usize| blocks[(number / 2 * 3 + offset) % blocks.len()];
            format!("{}\n\n{}\n\nAnswer {number} ends here.", part(0), part(1))
        })
    })
}
