//! Lists the built page for embedding, as a table in `OUT_DIR/page.rs`, and what isolated frames run beside it.
//!
//! Builds nothing itself: `cargo xtask run` does. Without `web/dist` a small page that says so is embedded, so that
//! plain `cargo check` needs no node; a release build without it fails unless `COWORK_ALLOW_PLACEHOLDER=1`.

use std::{
    collections::BTreeMap,
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
};

const PLACEHOLDER: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Cowork</title>
<style nonce=\"__CSP_NONCE__\">body { font: 16px/1.5 system-ui; max-width: 40em; margin: 4em auto; padding: 0 1em }</style>
<h1>The page is not built in</h1>
<p>This server was built without its page. Build and start both with <code>cargo xtask run</code>.</p>
</html>
";

/// What is in this folder has no address of its own.
const FRAMES: &str = "frames/";

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    let dist = manifest.join("../../web/dist");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-env-changed=COWORK_ALLOW_PLACEHOLDER");

    let mut files = BTreeMap::new();
    if dist.join("index.html").is_file() {
        collect(&dist, &dist, &mut files)?;
    } else {
        let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
        let allowed = env::var("COWORK_ALLOW_PLACEHOLDER").is_ok_and(|value| value == "1");
        if release && !allowed {
            println!(
                "cargo::error=web/dist is missing: build the page with `cargo xtask run` (or `cargo xtask page`), or \
                 set COWORK_ALLOW_PLACEHOLDER=1 to build a server without it"
            );
            return Ok(());
        }
        let page = out.join("index.html");
        fs::write(&page, PLACEHOLDER)?;
        files.insert("index.html".to_owned(), page);
    }
    fs::write(out.join("frames.rs"), drawing(&files))?;
    files.retain(|path, _| !path.starts_with(FRAMES));
    fs::write(out.join("page.rs"), table(&files)?)
}

/// The program that draws diagrams. It is large, rarely wanted and read by browsers only: one packed form will do.
fn drawing(files: &BTreeMap<String, PathBuf>) -> String {
    match files.get("frames/mermaid.js.gz") {
        Some(file) => format!("Some(include_bytes!({file:?}))"),
        None => "None".to_owned(),
    }
}

/// All files beneath `folder` by their path in `root`, with `/` between the parts.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            files.insert(parts.join("/"), path.canonicalize()?);
        }
    }
    Ok(())
}

/// A sorted slice of `File`s; compressed siblings are part of their file and have no path of their own.
fn table(files: &BTreeMap<String, PathBuf>) -> io::Result<String> {
    let mut table = String::from("&[\n");
    for (path, file) in files {
        if [".br", ".gz", ".map"].iter().any(|ending| path.ends_with(ending)) {
            continue;
        }
        let sibling = |ending: &str| match files.get(&format!("{path}{ending}")) {
            Some(file) => format!("Some(include_bytes!({file:?}))"),
            None => "None".to_owned(),
        };
        let mut hasher = DefaultHasher::new();
        fs::read(file)?.hash(&mut hasher);
        table.push_str(&format!(
            "    File {{ path: {path:?}, plain: include_bytes!({file:?}), br: {}, gz: {}, hash: \"{:016x}\" }},\n",
            sibling(".br"),
            sibling(".gz"),
            hasher.finish(),
        ));
    }
    table.push(']');
    Ok(table)
}
