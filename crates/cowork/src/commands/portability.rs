//! `cowork export` and `cowork import`: sessions as files.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _, stdin},
    path::Path,
};

use anyhow::{Context as _, anyhow};
use cowork_contract::{ImportOutcome, ImportReport, ImportedConversation, LeftOutKind};

use super::with_server;
use crate::{
    cli::{ExportArgs, ExportFormat, ImportArgs},
    client::Client,
    config::Config,
    failure::{Failure, Outcome},
    output,
};

/// Bytes of a file that are read at most: what the server takes.
const IMPORT_MAX: u64 = 256 << 20;

/// Writes a session to a file or to standard output, or all of them to a file.
pub(crate) async fn export(config: &Config, args: ExportArgs) -> Outcome {
    if let Some(path) = &args.all {
        return with_server(config, async |client| Ok(export_all(client, path).await?)).await;
    }
    let session = session_id(args.session.as_deref().unwrap_or_default())?;
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

/// A transfer that breaks off leaves no file: half an export is worse than none.
async fn export_all(client: &Client, path: &Path) -> anyhow::Result<()> {
    let mut response = client.download("/api/export").await?;
    let mut file = new_file(path)?;
    let mut written = async || {
        while let Some(piece) = response.chunk().await.context("the export broke off")? {
            file.write_all(&piece)?;
        }
        Ok(file.sync_all()?)
    };
    let written: anyhow::Result<()> = written().await;
    written
        .inspect_err(|_| drop(fs::remove_file(path)))
        .with_context(|| format!("can't write {}", path.display()))
}

/// Makes sessions from a file: their ids to standard output, what came of each to standard error.
pub(crate) async fn import(config: &Config, args: ImportArgs) -> Outcome {
    let file = read(&args.file)?;
    let report: ImportReport =
        with_server(config, async |client| Ok(client.post_file("/api/import", file).await?)).await?;
    for conversation in &report.conversations {
        output::remark(&output::plain(&told(conversation)));
    }
    let ImportReport { imported, already_here, refused, conversations } = report;
    output::remark(&format!("{imported} imported, {already_here} already here, {refused} refused"));
    let ids = conversations.into_iter().filter_map(|conversation| conversation.session_id);
    output::print(&ids.map(|id| format!("{id}\n")).collect::<String>())
}

fn told(conversation: &ImportedConversation) -> String {
    let title = if conversation.title.is_empty() { "Untitled" } else { &conversation.title };
    let outcome = match conversation.outcome {
        ImportOutcome::Imported => "imported",
        ImportOutcome::AlreadyHere => "already here",
        ImportOutcome::Refused => "refused",
    };
    let reason = conversation.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let left_out: Vec<String> =
        conversation.left_out.iter().map(|left| format!("{} {}", left.count, kind(left.kind))).collect();
    let left_out =
        if left_out.is_empty() { String::new() } else { format!("; left out: {}", left_out.join(", ")) };
    let messages = conversation.messages;
    format!("{title}: {outcome}, {messages} messages{left_out}{reason}")
}

fn kind(kind: LeftOutKind) -> &'static str {
    match kind {
        LeftOutKind::Images => "images",
        LeftOutKind::Files => "files",
        LeftOutKind::ToolCalls => "tool calls and results",
        LeftOutKind::Instructions => "unseen instructions",
        LeftOutKind::Citations => "citation marks",
        LeftOutKind::EmptyMessages => "messages without text",
        LeftOutKind::BrokenLinks => "messages without a place",
        LeftOutKind::UnknownParts => "unknown parts",
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        stdin().lock().take(IMPORT_MAX + 1).read_to_end(&mut bytes)
    } else {
        let file = File::open(path).with_context(|| format!("can't open {}", path.display()))?;
        file.take(IMPORT_MAX + 1).read_to_end(&mut bytes)
    };
    read.with_context(|| format!("can't read {}", path.display()))?;
    if bytes.len() as u64 > IMPORT_MAX {
        return Err(anyhow!("{} is larger than the {IMPORT_MAX} bytes that can be imported", path.display()));
    }
    Ok(bytes)
}

fn new_file(path: &Path) -> anyhow::Result<File> {
    let file = File::options().write(true).create_new(true).open(path);
    file.with_context(|| format!("can't make {}\nIt may be there already.", path.display()))
}

fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = new_file(path)?;
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
