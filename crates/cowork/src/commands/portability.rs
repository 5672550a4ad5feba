//! `cowork export` and `cowork import`: a session as a file.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _, stdin},
    path::Path,
};

use anyhow::{Context as _, anyhow};
use cowork_contract::Session;

use super::with_server;
use crate::{
    cli::{ExportArgs, ExportFormat, ImportArgs},
    config::Config,
    failure::{Failure, Outcome},
    output,
};

/// Bytes of an export that are read at most: what the server takes.
const IMPORT_MAX: u64 = 64 << 20;

/// Writes a session to a file or to standard output.
pub(crate) async fn export(config: &Config, args: ExportArgs) -> Outcome {
    let session = session_id(&args.session)?;
    let format = match args.format {
        ExportFormat::Markdown => "markdown",
        ExportFormat::Json => "json",
    };
    let text = with_server(config, async |client| {
        Ok(client.text(&format!("/api/sessions/{session}/export?format={format}")).await?)
    })
    .await?;
    match &args.output {
        None => output::print(&output::shown(&text)),
        Some(path) => Ok(write_new(path, &text)?),
    }
}

/// Makes a session from a file.
pub(crate) async fn import(config: &Config, args: ImportArgs) -> Outcome {
    let text = read(&args.file)?;
    let session: Session =
        with_server(config, async |client| Ok(client.post_text("/api/sessions/import", text).await?)).await?;
    output::print(&format!("{}\n", session.id))
}

fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        stdin().lock().take(IMPORT_MAX + 1).read_to_string(&mut text)
    } else {
        let file = File::open(path).with_context(|| format!("can't open {}", path.display()))?;
        file.take(IMPORT_MAX + 1).read_to_string(&mut text)
    };
    read.with_context(|| format!("can't read {}", path.display()))?;
    if text.len() as u64 > IMPORT_MAX {
        return Err(anyhow!("{} is larger than the {IMPORT_MAX} bytes that can be imported", path.display()));
    }
    Ok(text)
}

fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let file = File::options().write(true).create_new(true).open(path);
    let mut file =
        file.with_context(|| format!("can't make {}\nIt may be there already.", path.display()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|fault| {
        // Half an export is worse than none.
        let _ = fs::remove_file(path);
        anyhow!("can't write {}: {fault}", path.display())
    })
}

/// A session's id as part of a path.
pub(super) fn session_id(text: &str) -> Result<&str, Failure> {
    if !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    {
        return Ok(text);
    }
    Err(Failure::Usage(anyhow!("{text:?} is no session id\n`cowork sessions` lists them.")))
}
