//! The check of the arrows: who may know whom (ARCHITECTURE.md, "Direction").
//!
//! Always true: what is not allowed by a table here is a fault, also for a crate or folder the tables don't name.
//! Elsewhere: the tables for crates are in [`crates`], those for the page's folders in [`web`].

mod crates;
mod imports;
mod web;

use std::{fmt, path::PathBuf};

use anyhow::bail;

use crate::workspace::Workspace;

/// An arrow that points the wrong way.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    file: PathBuf,
    /// Counted from 1.
    line: usize,
    what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file.display(), self.line, self.what)
    }
}

/// Checks the workspace's crates and the page's imports; lists every fault with its place.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let packages = crates::packages(&workspace.members()?)?;
    let mut faults = crates::faults(&packages);
    let source = workspace.web().join("src");
    let files = web::sources(&source)?;
    faults.extend(web::faults(&source, &files));
    faults.sort();

    if faults.is_empty() {
        println!("all arrows point down: {} crates, {} files of the page", packages.len(), files.len());
        return Ok(());
    }
    for fault in &mut faults {
        if let Ok(relative) = fault.file.strip_prefix(workspace.root()) {
            fault.file = relative.to_owned();
        }
        println!("{fault}");
    }
    bail!("{} wrong arrows; ARCHITECTURE.md (\"Direction\") says who may know whom", faults.len());
}
