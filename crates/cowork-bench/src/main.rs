//! Measures the release binary of Cowork beside a bare relay without persistence, in the same run.
//!
//! Start at [`run`]; what is measured is in [`scenario`], what should be reached in [`rows`]. Always true: both sides
//! are processes of their own, started anew for each measurement, asked by the same client and answered by the same
//! provider, by turns. Elsewhere: building the binary (`cargo xtask bench`), how to read the table
//! (docs/guides/measuring.md).
#![allow(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod client;
mod figures;
mod floor;
mod history;
mod http;
mod lag;
mod machine;
mod process;
mod report;
mod rows;
mod run;
mod scenario;
mod sizes;
mod sse;
mod stage;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::{run::Order, sizes::Sizes};

#[derive(Parser)]
#[command(name = "cargo xtask bench", about = "Measures Cowork beside a bare relay")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, print the table
    #[command(name = "run")]
    Run {
        /// The `cowork` binary to measure
        #[arg(long)]
        server: PathBuf,
        /// The program that measures the page in a browser
        #[arg(long, value_name = "FILE")]
        page: Option<PathBuf>,
        /// Less of everything: under a minute, and less steady
        #[arg(long)]
        quick: bool,
        /// Only this; may be given several times
        #[arg(long, value_name = "NAME")]
        only: Vec<String>,
        /// Write all figures there
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// How many rounds over all
        #[arg(long, value_name = "N")]
        rounds: Option<usize>,
    },
    /// Be the bare relay for the provider at this address
    #[command(hide = true)]
    Floor { provider: SocketAddr },
}

fn main() -> ExitCode {
    match perform(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(command: Command) -> anyhow::Result<()> {
    allow_many_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command {
        Command::Floor { provider } => runtime.block_on(floor::serve(provider)),
        Command::Run { server, page, quick, only, json, rounds } => {
            let mut sizes = if quick { Sizes::quick() } else { Sizes::full() };
            sizes.rounds = rounds.unwrap_or(sizes.rounds).max(1);
            runtime.block_on(run::run(&Order { cowork: server, page, sizes, only, json }))
        }
    }
}

/// A thousand subscribers are more files than is allowed by default; where it can't be raised, that row says so.
fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

/// The result, on standard output.
fn print(text: &str) {
    println!("{text}");
}

/// What is going on, on standard error.
fn progress(text: &str) {
    eprintln!("{text}");
}
