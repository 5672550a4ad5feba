//! `cowork providers`: which model services there are, added, tested, removed, and given a key.
//!
//! Always true: a key comes from standard input, never from the command line, which others on the machine can read.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Read as _, stdin};

use anyhow::{Context as _, anyhow};
use cowork_contract::{
    AddProvider, KeySource, KeyText, ProviderList, ProviderSource, ProviderTest, ProviderView, ProviderWire,
    SetKey,
};
use reqwest::Method;
use serde_json::json;

use super::{escaped, with_server};
use crate::{
    cli::{AddProviderArgs, KeyArgs, ProvidersArgs, ProvidersCommand},
    config::Config,
    failure::{Failure, Outcome},
    output,
};

/// Bytes that are read of a key; the server takes fewer.
const KEY_MAX: u64 = 64 << 10;

/// Runs one of the subcommands; without one, lists.
pub(crate) async fn providers(config: &Config, args: ProvidersArgs) -> Outcome {
    match args.command.unwrap_or(ProvidersCommand::List { json: false }) {
        ProvidersCommand::List { json } => list(config, json).await,
        ProvidersCommand::Add(args) => add(config, args).await,
        ProvidersCommand::Test { id } => test(config, &id).await,
        ProvidersCommand::Remove { id } => {
            let path = path(&id, "");
            let _: ProviderList = with_server(config, async |client| {
                Ok(client.send(Method::DELETE, &path, &json!({})).await?)
            })
            .await?;
            Ok(())
        }
        ProvidersCommand::Key(args) => key(config, args).await,
    }
}

fn path(id: &str, below: &str) -> String {
    format!("/api/providers/{}{below}", escaped(id))
}

async fn list(config: &Config, json: bool) -> Outcome {
    let list: ProviderList =
        with_server(config, async |client| Ok(client.get("/api/providers").await?)).await?;
    let mut out = String::new();
    for provider in &list.items {
        let line = if json {
            output::json(&serde_json::to_string(provider).unwrap_or_default()).into_owned()
        } else {
            line(provider)
        };
        let _ = writeln!(out, "{line}");
    }
    output::print(&out)
}

/// Where a provider is set up.
pub(super) fn source_word(source: ProviderSource) -> &'static str {
    match source {
        ProviderSource::Environment => "environment",
        ProviderSource::File => "file",
        ProviderSource::App => "app",
        ProviderSource::Found => "found here",
        ProviderSource::Builtin => "built in",
    }
}

fn line(provider: &ProviderView) -> String {
    let source = source_word(provider.source);
    let key = match (provider.key.present, provider.key.source, &provider.key.hint) {
        (false, Some(_), _) => "key can't be opened: set it again".to_owned(),
        (false, None, _) => "no key".to_owned(),
        (true, source, hint) => {
            let from = match source {
                Some(KeySource::Environment) => " of the environment",
                Some(KeySource::File) => " of the file",
                Some(KeySource::App) | None => "",
            };
            hint.as_ref().map_or_else(|| format!("key{from}"), |hint| format!("key{from} …{hint}"))
        }
    };
    let place = provider.base_url.as_deref().unwrap_or("-");
    output::plain(&format!("{}  {}  {place}  {source}, {key}", provider.id, word(provider.kind)))
}

fn word(kind: ProviderWire) -> String {
    serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

async fn add(config: &Config, args: AddProviderArgs) -> Outcome {
    let kind = match &args.kind {
        Some(word) => {
            let kind = serde_json::from_value(json!(word));
            Some(kind.map_err(|_| Failure::Usage(anyhow!("there is no kind {word:?}")))?)
        }
        None => None,
    };
    let body = AddProvider {
        client_request_id: None,
        id: args.id,
        kind,
        service: args.service,
        base_url: args.base_url,
        models: (!args.models.is_empty()).then_some(args.models),
        key: if args.key_stdin { Some(read_key()?) } else { None },
    };
    let added: ProviderView =
        with_server(config, async |client| Ok(client.post("/api/providers", &body).await?)).await?;
    output::print(&format!("{}\n", line(&added)))
}

async fn test(config: &Config, id: &str) -> Outcome {
    let path = path(id, "/test");
    let test: ProviderTest =
        with_server(config, async |client| Ok(client.post(&path, &json!({})).await?)).await?;
    let detail = output::plain(&test.detail);
    if !test.ok {
        return Err(Failure::Failed(anyhow!("{detail}")));
    }
    let took = test.latency_ms.map(|took| format!(" ({took} ms)")).unwrap_or_default();
    output::print(&format!("{detail}{took}\n"))
}

async fn key(config: &Config, args: KeyArgs) -> Outcome {
    let path = path(&args.id, "/key");
    let body = if args.remove {
        None
    } else {
        Some(SetKey { client_request_id: None, key: read_key()?, add: args.add })
    };
    let provider: ProviderView = with_server(config, async |client| {
        Ok(match &body {
            Some(body) => client.send(Method::PUT, &path, body).await?,
            None => client.send(Method::DELETE, &path, &json!({})).await?,
        })
    })
    .await?;
    output::print(&format!("{}\n", line(&provider)))
}

/// The key, from standard input.
fn read_key() -> Result<KeyText, Failure> {
    if stdin().is_terminal() {
        output::remark("Paste the key, then press Enter and Ctrl-D. It is shown as you type.");
    }
    let mut text = String::new();
    let read = stdin().lock().take(KEY_MAX + 1).read_to_string(&mut text);
    read.context("can't read the key from standard input")?;
    if text.len() as u64 > KEY_MAX {
        return Err(Failure::Usage(anyhow!("what standard input gives is too long for a key")));
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::Usage(anyhow!(
            "standard input gives no key\nFor example: printenv WORK_KEY | cowork providers key work --stdin"
        )));
    }
    Ok(KeyText::new(text))
}
