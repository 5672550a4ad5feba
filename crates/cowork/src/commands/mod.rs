//! What each command does, one file each.

mod chat;
mod doctor;
mod models;
mod portability;
mod providers;
mod search;
mod serve;
mod sessions;
mod text;

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{
    cli::Cli,
    failure::{Failure, Outcome},
    output,
};

pub(crate) use chat::chat;
pub(crate) use doctor::doctor;
pub(crate) use models::models;
pub(crate) use portability::{export, import};
pub(crate) use providers::providers;
pub(crate) use search::search;
pub(crate) use serve::serve;
pub(crate) use sessions::sessions;
pub(crate) use text::text;

/// `cowork completions SHELL`.
pub(crate) fn completions(shell: Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "cowork", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}

/// `cowork openapi`.
pub(crate) fn openapi() -> Outcome {
    let document =
        cowork_server::openapi().to_pretty_json().context("the OpenAPI document can't be written")?;
    output::print(&format!("{document}\n"))
}

/// Runs `work` against a server and ends a server of our own cleanly, however `work` ended.
async fn with_server<T, W>(config: &crate::config::Config, work: W) -> Result<T, Failure>
where
    W: AsyncFnOnce(&crate::client::Client) -> Result<T, Failure>,
{
    let connection = crate::client::Connection::open(config).await?;
    let result = work(&connection.client).await;
    connection.close().await;
    result
}

/// `text` as part of a path or query.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
