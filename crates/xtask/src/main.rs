//! The project's own commands: run it, test it, generate what is generated, check the arrows.
//!
//! Start at [`Task`]. Always true: a command names the step that failed and how to mend it, and what it leaves
//! outside `target/` is either checked in (`cargo xtask generate`) or ignored by git (`web/dist`, `node_modules`).
//! Elsewhere: what the steps run is said by the crates and by `web/package.json`; nothing here knows Cowork's domain.
#![allow(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod advisories;
mod arrows;
mod bench;
mod chromium;
mod command;
mod error_codes;
mod fingerprint;
mod generate;
mod licences;
mod npm;
mod page;
mod run;
mod suite;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The project's own commands")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the page and the binary, then start it
    Run {
        /// Passed on to `cowork`
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Build the page and the release binary; quick when nothing changed
    Build,
    /// Everything CI checks
    Test {
        /// Leave out the release binary, the browser and the advisories
        #[arg(long)]
        fast: bool,
    },
    /// Measure the release binary beside a bare relay (docs/guides/measuring.md)
    Bench(bench::Options),
    /// Write `contract/openapi.json` and the page's types from the Rust types
    Generate {
        /// Write nothing; fail when the committed files are stale
        #[arg(long)]
        check: bool,
    },
    /// Check who may know whom, between crates and between the page's folders
    Arrows,
    /// Check the licence of every dependency
    Licences,
}

fn main() -> ExitCode {
    match perform(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not by returning it from here: with RUST_BACKTRACE set, a backtrace would bury the last line.
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Run { args } => run::run(&workspace, &args),
        Task::Build => run::build(&workspace).map(drop),
        Task::Test { fast } => suite::run(&workspace, fast),
        Task::Bench(options) => bench::run(&workspace, &options),
        Task::Generate { check: true } => generate::check(&workspace, &generate::Source::Cargo),
        Task::Generate { check: false } => generate::write(&workspace, &generate::Source::Cargo),
        Task::Arrows => arrows::check(&workspace),
        Task::Licences => licences::check(&workspace),
    }
}
