//! Measures how fast answers are read: `cargo run --release -p cowork-provider --example stream_rate [STREAMS [THREADS]]`.
//!
//! The tokens come from another process, each in an HTTP chunk of its own, so the CPU time shown is the reader's.
#![allow(clippy::print_stdout, reason = "a measurement prints")]

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use cowork_provider::{Failure, Frame, ModelRequest, Provider, ProviderConfig, ProviderKind, Remote, Turn};
use cowork_testkit::{ScriptedProvider, Tokens, reply};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

const TOKENS: u64 = 1_000_000;
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let threads = std::env::args().nth(2).map_or(Ok(1), |number| number.parse::<usize>())?;
    let mut builder = match threads {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    builder.worker_threads(threads).enable_all().build()?.block_on(run(std::env::args().nth(1)))
}

async fn run(argument: Option<String>) -> Outcome<()> {
    if argument.as_deref() == Some("serve") {
        let server = ScriptedProvider::start().await;
        server.always(reply().tokens(Tokens::new(TOKENS)).finish("stop").usage(1, TOKENS).done());
        println!("{}", server.base_url());
        return std::future::pending().await;
    }
    let streams = argument.map_or(Ok(1), |number| number.parse::<u64>())?;
    let mut server = Command::new(std::env::current_exe()?).arg("serve").stdout(Stdio::piped()).spawn()?;
    let measured = measure(&mut server, streams).await;
    server.kill()?;
    server.wait()?;
    measured
}

async fn measure(server: &mut std::process::Child, streams: u64) -> Outcome<()> {
    let mut address = String::new();
    BufReader::new(server.stdout.take().ok_or("no output")?).read_line(&mut address)?;
    let mut config = ProviderConfig::new("scripted", ProviderKind::OpenAiCompatible);
    config.base_url = Some(address.trim().to_owned());
    let provider = Remote::new(config)?;
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let reads = (0..streams).map(|_| tokio::spawn(read(provider.stream(question()))));
    let mut frames = 0;
    for read in reads.collect::<Vec<_>>() {
        frames += read.await??;
    }
    let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let tokens = (streams * TOKENS) as f64;
    println!("{streams} stream(s), {tokens} tokens in {frames} frames of text");
    println!("{:.0} tokens/s of wall time, {:.0} tokens per CPU second", tokens / wall, tokens / cpu);
    Ok(())
}

fn question() -> ModelRequest {
    ModelRequest {
        model: "scripted-1".into(),
        system: None,
        turns: vec![Turn::user("go")],
        continue_partial: false,
        ..ModelRequest::default()
    }
}

/// Reads one answer and says how many frames its text came in.
async fn read(mut stream: BoxStream<'static, Result<Frame, Failure>>) -> Outcome<u64> {
    let (mut frames, mut bytes) = (0, 0);
    while let Some(frame) = stream.next().await {
        if let Frame::Text(text) = frame? {
            frames += 1;
            bytes += text.len() as u64;
        }
    }
    assert_eq!(bytes, TOKENS * 5, "no token is lost");
    Ok(frames)
}

/// User and system time of this process so far; zero where `/proc` is missing.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect::<Vec<_>>();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
