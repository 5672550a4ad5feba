//! `cargo xtask bench`: the release binary and the program that measures it, both built as they are used.
//!
//! Elsewhere: what is measured and how (`cowork-bench`).

use std::path::PathBuf;

use clap::Args;

use crate::{chromium, command::Run, npm, run, workspace::Workspace};

/// What to measure; all but `server` is passed on to `cowork-bench`.
#[derive(Args)]
pub(crate) struct Options {
    /// Less of everything: under a minute, and less steady
    #[arg(long)]
    quick: bool,
    /// Only this (start, exchange, fast, streams20, ...); may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Write all figures there
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// How many rounds over all
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// Measure this `cowork` binary instead of building one
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
}

impl Options {
    fn measures(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

/// Builds what is missing, then measures.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let server = match &options.server {
        Some(server) => server.clone(),
        None => run::build(workspace)?,
    };
    workspace.cargo(&["build", "--release", "--locked", "-p", "cowork-bench"]).run()?;
    let bench =
        workspace.binary("release").with_file_name(format!("cowork-bench{}", std::env::consts::EXE_SUFFIX));
    let mut measure = Run::new(bench).labelled("cowork-bench").arg("run").arg("--server").arg(server);
    if options.measures("page") {
        npm::install(&workspace.web())?;
        measure = measure.arg("--page").arg(workspace.web().join("bench/page.mjs"));
        measure = measure.env("CHROMIUM", chromium::find_or_install()?);
    }
    if options.quick {
        measure = measure.arg("--quick");
    }
    for name in &options.only {
        measure = measure.arg("--only").arg(name);
    }
    if let Some(json) = &options.json {
        measure = measure.arg("--json").arg(json);
    }
    if let Some(rounds) = options.rounds {
        measure = measure.arg("--rounds").arg(rounds.to_string());
    }
    measure.run()
}
