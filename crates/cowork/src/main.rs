//! The binary: commands, configuration, wiring, shutdown.
//!
//! Start at [`run`]. Commands that need data ask the server that runs on the data folder, or run one of their own
//! for as long as they take; either way they use the same contract as everybody else.
//! Elsewhere: everything that decides or stores anything.

mod cli;
mod client;
mod commands;
mod config;
mod failure;
mod instance;
mod logs;
mod output;
mod random;
mod server_file;
mod signals;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use cli::{Cli, Command, ConfigCommand};
use config::{Config, Environment, Flags};
use failure::Outcome;

/// Threads that serve; more of them only cost memory, since the work is waiting.
const WORKERS_MAX: usize = 4;

/// What a server says of itself.
const SERVER_LOG: &str = "info";
/// What a command says beside its result.
const COMMAND_LOG: &str = "warn";

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Before anything else opens a file or starts a thread.
    if let Some(Command::ExtractText { kind }) = cli.command {
        return cowork_documents::child::run(kind);
    }
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli) -> Outcome {
    cowork_provider::install_tls();
    let (serve, join) = match &cli.command {
        Some(Command::Serve(args)) => (Some(args), false),
        None => (Some(&cli.serve), true),
        Some(Command::Completions { shell }) => return commands::completions(*shell),
        Some(Command::Openapi) => return commands::openapi(),
        Some(_) => (None, false),
    };
    let flags = Flags {
        host: serve.and_then(|args| args.host.clone()).or(cli.serve.host.clone()),
        port: serve.and_then(|args| args.port).or(cli.serve.port),
        data_dir: cli.global.data_dir.clone(),
        config: cli.global.config.clone(),
    };
    if let Some(Command::Text(args)) = &cli.command {
        return runtime()?.block_on(commands::text(&args.file));
    }
    if matches!(cli.command, Some(Command::Doctor)) {
        return runtime()?.block_on(commands::doctor(&flags, &Environment::of_process()));
    }
    let config = Config::load(&flags, &Environment::of_process())?;
    if let Some(Command::Config(ConfigCommand::Show)) = &cli.command {
        config.registry()?;
        return output::print(&config.show());
    }
    logs::start(&config, if serve.is_some() { SERVER_LOG } else { COMMAND_LOG })?;
    if let Some(args) = serve {
        let no_open = args.no_open || cli.serve.no_open;
        return runtime()?.block_on(commands::serve(&config, no_open, join));
    }
    runtime()?.block_on(async {
        match cli.command {
            Some(Command::Chat(args)) => commands::chat(&config, args).await,
            Some(Command::Sessions(args)) => commands::sessions(&config, args).await,
            Some(Command::Search(args)) => commands::search(&config, args).await,
            Some(Command::Models(args)) => commands::models(&config, args).await,
            Some(Command::Providers(args)) => commands::providers(&config, args).await,
            Some(Command::Export(args)) => commands::export(&config, args).await,
            Some(Command::Import(args)) => commands::import(&config, args).await,
            _ => Ok(()),
        }
    })
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(WORKERS_MAX);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .context("can't start the threads that serve")
}
