//! `cargo xtask build` and `cargo xtask run`: the page, then the release binary with the page in it.

use std::path::PathBuf;

use crate::{command::Run, page, workspace::Workspace};

/// Builds both and gives the path of the binary.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    page::build(workspace)?;
    binary(workspace)
}

/// Builds the binary around the page that lies in `web/dist`.
pub(crate) fn binary(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    workspace.cargo(&["build", "--release", "--locked", "-p", "cowork"]).run()?;
    Ok(workspace.binary("release"))
}

/// Builds both and becomes `cowork` with the given arguments.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> anyhow::Result<()> {
    let binary = build(workspace)?;
    Run::new(binary).labelled("cowork").args(args).replace_this_process()
}
