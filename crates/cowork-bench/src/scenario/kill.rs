//! SIGKILL in mid-stream: of the text a client saw, how much is there after a restart?

use std::time::Duration;

use anyhow::{Context as _, bail};
use cowork_testkit::{TokenText, Tokens};
use serde::Deserialize;

use crate::{
    client::Feed,
    figures::{Figures, Samples},
    sse::Kind,
    stage::{Ground, Setting, paced},
};

/// How much of the text the client waits for before it kills the server, in bytes: somewhere in the middle.
const PACED_BYTES: [usize; 2] = [700, 1_900];
const FAST_BYTES: [usize; 2] = [40_000, 300_000];

pub(super) async fn measure(setting: &Setting<'_>) -> anyhow::Result<Figures> {
    let mut kept = Samples::default();
    let mut ended = Samples::default();
    let mut restarted = Samples::default();
    let fast = Tokens::new(1_000_000).text(TokenText::Numbered);
    let paced = PACED_BYTES.map(|bytes| (paced(1_000, 100.0), bytes));
    for (tokens, bytes) in paced.into_iter().chain(FAST_BYTES.map(|bytes| (fast.clone(), bytes))) {
        let outcome = kill(setting, tokens, bytes).await?;
        kept.push(outcome.kept);
        ended.push(outcome.ended);
        restarted.push(outcome.restarted);
    }
    let mut figures = Figures::default();
    figures.put("kill.kept", kept.min());
    figures.put("kill.ended", ended.min());
    figures.put("kill.restart", restarted.median());
    Ok(figures)
}

struct Outcome {
    /// Percent of the text that the client saw.
    kept: f64,
    /// 100, if the answer does not claim to be running.
    ended: f64,
    /// Milliseconds to the first answer of the server that was started again.
    restarted: f64,
}

#[derive(Deserialize)]
struct Chat {
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    content: String,
    status: String,
}

async fn kill(setting: &Setting<'_>, tokens: Tokens, bytes: usize) -> anyhow::Result<Outcome> {
    let ground = Ground::new(setting).await?;
    ground.answers(tokens);
    let server = ground.server().await?;
    let mut client = server.client().await?;
    let session = client.create().await?;
    let mut feed = client.follow(&session).await?;
    client.say(&session, 0).await?;
    let mut seen = String::new();
    read(&mut feed, &mut seen, bytes).await?;
    if seen.len() < bytes {
        bail!("the answer ended after {} bytes", seen.len());
    }
    server.kill().await?;
    // What was sent before the end still comes, and was seen as well.
    let _ = tokio::time::timeout(Duration::from_secs(5), read(&mut feed, &mut seen, usize::MAX)).await;

    let server = ground.server().await?;
    let chat = server.client().await?.chat(&session, None).await?;
    let chat: Chat = serde_json::from_slice(&chat)?;
    let answer = chat.messages.into_iter().find(|message| message.role == "assistant");
    let answer = answer.context("the answer is not there after the restart")?;
    let same = answer.content.bytes().zip(seen.bytes()).take_while(|(kept, seen)| kept == seen).count();
    let runs = matches!(answer.status.as_str(), "pending" | "streaming");
    Ok(Outcome {
        kept: 100.0 * same as f64 / seen.len() as f64,
        ended: if runs { 0.0 } else { 100.0 },
        restarted: server.first_answer.as_secs_f64() * 1e3,
    })
}

async fn read(feed: &mut Feed, seen: &mut String, bytes: usize) -> anyhow::Result<()> {
    while seen.len() < bytes {
        let Some(event) = feed.next().await? else { break };
        if event.kind == Kind::Delta {
            seen.push_str(event.text());
        }
    }
    Ok(())
}
