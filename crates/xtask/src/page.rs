//! The page: from `web/` to `web/dist`, which the server crate embeds.
//!
//! Always true: after [`build`], `web/dist` is what the present sources give, with its compressed siblings; nothing
//! is built when neither the sources nor the result changed since the last build.

use crate::{
    command::Run,
    fingerprint::{Fingerprint, Stamp},
    generate, npm,
    workspace::Workspace,
};

/// What lies in `web/` and has no part in the built page.
const NOT_INPUTS: [&str; 9] = [
    "node_modules",
    "dist",
    "e2e",
    "bench",
    "tools",
    "test-results",
    "playwright-report",
    "coverage",
    ".vite",
];

/// Brings `node_modules`, the generated types and `web/dist` up to date.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    let web = workspace.web();
    npm::install(&web)?;
    generate::write_if_changed(workspace)?;

    let inputs = Fingerprint::of_folder(&web, &NOT_INPUTS)?;
    let stamp = Stamp::at(web.join("node_modules/.cowork-page"));
    if stamp.is(&state(workspace, &inputs)?) && web.join("dist/index.html").exists() {
        println!("the page is up to date");
        return Ok(());
    }
    npm::script(&web, "build").run()?;
    Run::new("node").arg(web.join("scripts/compress.mjs")).current_dir(&web).run()?;
    stamp.write(&state(workspace, &inputs)?)
}

/// Inputs and result together: a `dist` that someone else wrote or emptied is not taken for ours.
fn state(workspace: &Workspace, inputs: &Fingerprint) -> anyhow::Result<String> {
    let result = Fingerprint::of_folder(&workspace.web().join("dist"), &[])?;
    Ok(format!("{} {}", inputs.as_str(), result.as_str()))
}
