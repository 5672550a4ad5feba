//! npm in the two folders that have a lock file: the page and the type generator's tools.

use std::path::Path;

use anyhow::Context as _;

use crate::{
    command::Run,
    fingerprint::{Fingerprint, Stamp},
};

/// Installs exactly what the lock file names, unless that is what is installed already.
///
/// The stamp lies inside `node_modules`, so it goes when the folder goes.
pub(crate) fn install(dir: &Path) -> anyhow::Result<()> {
    let lock = Fingerprint::of_files(dir, &[dir.join("package.json"), dir.join("package-lock.json")])
        .with_context(|| {
            format!("{} needs a package-lock.json; run `npm install` there once", dir.display())
        })?;
    let stamp = Stamp::at(dir.join("node_modules/.cowork-lock"));
    if stamp.is(lock.as_str()) {
        return Ok(());
    }
    npm(dir, &["ci", "--no-audit", "--no-fund"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").run()?;
    stamp.write(lock.as_str())
}

/// A script of the folder's `package.json`.
pub(crate) fn script(dir: &Path, name: &str) -> Run {
    npm(dir, &["run", "--silent", name])
}

/// Any npm command in `dir`.
pub(crate) fn npm(dir: &Path, args: &[&str]) -> Run {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    Run::new(npm).labelled("npm").args(args).current_dir(dir).env("npm_config_update_notifier", "false")
}
