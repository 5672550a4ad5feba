//! The browser for the end-to-end tests: Debian's chromium, not one that Playwright downloads.

use std::{env, path::PathBuf};

use anyhow::bail;

use crate::command::Run;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// The browser's path: `CHROMIUM` if set, else the first on the PATH; installed with apt-get when there is none and
/// we may do that.
pub(crate) fn find_or_install() -> anyhow::Result<PathBuf> {
    if let Some(path) = find() {
        return Ok(path);
    }
    let may_install = Run::new("id").arg("-u").try_read().is_some_and(|id| id.trim() == "0");
    if !may_install || !Run::new("apt-get").arg("--version").succeeds() {
        bail!(
            "the browser tests need Chromium; install it (Debian: `sudo apt-get install chromium`) or set CHROMIUM to its path"
        );
    }
    println!("no Chromium here; installing Debian's");
    Run::new("apt-get").args(["update", "--quiet"]).run()?;
    Run::new("apt-get")
        .args(["install", "--quiet", "--yes", "--no-install-recommends", "chromium"])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()?;
    match find() {
        Some(path) => Ok(path),
        None => bail!("apt-get installed chromium, but it is not on the PATH; set CHROMIUM to its path"),
    }
}

fn find() -> Option<PathBuf> {
    if let Some(set) = env::var_os("CHROMIUM") {
        return Some(set.into());
    }
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    NAMES.iter().flat_map(|name| folders.iter().map(move |dir| dir.join(name))).find(|path| path.is_file())
}
