//! The generated half of the contract: the OpenAPI document and the page's types.
//!
//! One way only: Rust types -> `contract/openapi.json` -> `web/src/api/schema.d.ts`. Both files are checked in, so
//! a clone builds without generating, and a check keeps them true (docs/decisions/0003-contract-generation.md).

use std::{fs, path::PathBuf};

use anyhow::{Context as _, bail};

use crate::{
    command::Run,
    fingerprint::{Fingerprint, Stamp, files_beneath},
    npm,
    workspace::Workspace,
};

const DOCUMENT: &str = "contract/openapi.json";
const TYPES: &str = "web/src/api/schema.d.ts";
const TOOLS: &str = "web/tools/openapi";

/// Who prints the OpenAPI document.
#[derive(Debug)]
pub(crate) enum Source {
    /// Build the `cowork` binary (development profile) and ask it.
    Cargo,
    /// Ask this binary, which the caller has just built.
    Binary(PathBuf),
}

/// Writes both files where they differ from what is there.
pub(crate) fn write(workspace: &Workspace, source: &Source) -> anyhow::Result<()> {
    for file in generate(workspace, source)? {
        let path = workspace.root().join(file.path);
        if fs::read_to_string(&path).is_ok_and(|committed| committed == file.content) {
            println!("{} is fresh", file.path);
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, file.content).with_context(|| format!("writing {}", path.display()))?;
        println!("{} written", file.path);
    }
    inputs(workspace).and_then(|inputs| stamp(workspace).write(inputs.as_str()))
}

/// Fails when a committed file is not what would be generated now.
pub(crate) fn check(workspace: &Workspace, source: &Source) -> anyhow::Result<()> {
    for file in generate(workspace, source)? {
        let committed = fs::read_to_string(workspace.root().join(file.path)).unwrap_or_default();
        if let Some(line) = first_difference(&committed, &file.content) {
            bail!("{} is stale from line {line} on; run `cargo xtask generate` and commit it", file.path);
        }
    }
    println!("{DOCUMENT} and {TYPES} are fresh");
    Ok(())
}

/// Writes both files when the Rust code they come from changed since they were last written or first seen.
///
/// A fresh clone is taken as it is: CI does not let a stale file in.
pub(crate) fn write_if_changed(workspace: &Workspace) -> anyhow::Result<()> {
    let inputs = inputs(workspace)?;
    let stamp = stamp(workspace);
    let committed = [DOCUMENT, TYPES].iter().all(|path| workspace.root().join(path).exists());
    match stamp.read() {
        Some(stored) if stored == inputs.as_str() && committed => Ok(()),
        None if committed => stamp.write(inputs.as_str()),
        _ => write(workspace, &Source::Cargo),
    }
}

struct Generated {
    path: &'static str,
    content: String,
}

fn generate(workspace: &Workspace, source: &Source) -> anyhow::Result<[Generated; 2]> {
    let printer = match source {
        Source::Cargo => workspace.cargo(&["run", "--quiet", "-p", "cowork", "--", "openapi"]),
        Source::Binary(path) => {
            Run::new(path).labelled("cowork").arg("openapi").current_dir(workspace.root())
        }
    };
    let document = printer.read()?;
    serde_json::from_str::<serde_json::Value>(&document).context("`cowork openapi` did not print JSON")?;
    let document = format!("{}\n", document.trim_end());
    let types = types_of(workspace, &document)?;
    Ok([Generated { path: DOCUMENT, content: document }, Generated { path: TYPES, content: types }])
}

/// The TypeScript for the document, from openapi-typescript in its own folder: it needs a TypeScript of its own.
fn types_of(workspace: &Workspace, document: &str) -> anyhow::Result<String> {
    let tools = workspace.root().join(TOOLS);
    npm::install(&tools)?;
    let scratch = workspace.scratch();
    fs::create_dir_all(&scratch)?;
    let input = scratch.join("openapi.json");
    let output = scratch.join("schema.d.ts");
    fs::write(&input, document)?;
    Run::new("node")
        .arg(tools.join("node_modules/openapi-typescript/bin/cli.js"))
        .arg(&input)
        .arg("--output")
        .arg(&output)
        .args(["--root-types", "--root-types-no-schema-prefix"])
        .current_dir(&tools)
        .read()?;
    fs::read_to_string(&output).with_context(|| format!("openapi-typescript wrote no {}", output.display()))
}

/// What the document depends on: the contract, the routes, and the versions of what describes them.
fn inputs(workspace: &Workspace) -> anyhow::Result<Fingerprint> {
    let root = workspace.root();
    let mut files = vec![root.join("Cargo.lock"), root.join(TOOLS).join("package-lock.json")];
    for folder in ["crates/cowork-contract/src", "crates/cowork-server/src"] {
        files.extend(files_beneath(&root.join(folder), &[])?);
    }
    Fingerprint::of_files(root, &files)
}

fn stamp(workspace: &Workspace) -> Stamp {
    Stamp::at(workspace.scratch().join("generated"))
}

/// The first line, counted from 1, where the two texts differ; `None` when they are the same.
fn first_difference(committed: &str, generated: &str) -> Option<usize> {
    if committed == generated {
        return None;
    }
    let same = committed.lines().zip(generated.lines()).take_while(|(old, new)| old == new).count();
    Some(same + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_file_is_told_by_its_first_stale_line() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some(2));
        assert_eq!(first_difference("", "a\n"), Some(1));
        assert_eq!(first_difference("a", "a\n"), Some(2));
    }
}
