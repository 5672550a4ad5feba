//! `cowork doctor`: what is wrong, and how to mend it.
//!
//! Looks at everything it can reach, whatever it finds, and changes nothing but what every start does.

use std::{net::TcpListener, path::Path, time::Duration};

use cowork_contract::{Health, ProviderList, ProviderSource, ProviderTest, Settings};
use cowork_provider::ProviderKind;
use cowork_store::{OpenError, OpenOptions, ReadError, SessionQuery, StorageError, StorageFault};

use serde_json::json;

use super::{escaped, providers::source_word, with_server};
use crate::{
    client::Client,
    config::{Config, Environment, Flags},
    failure::{Failure, Outcome},
    output,
};

/// How long a provider may take to name its models.
const PROVIDER: Duration = Duration::from_secs(8);

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Well,
    Note,
    Wrong,
}

/// What was looked at so far.
#[derive(Default)]
struct Findings {
    wrong: usize,
}

impl Findings {
    fn tell(&mut self, grade: Grade, part: &str, text: &str) -> Outcome {
        let word = match grade {
            Grade::Well => "ok   ",
            Grade::Note => "note ",
            Grade::Wrong => "WRONG",
        };
        self.wrong += usize::from(grade == Grade::Wrong);
        let mut lines = text.lines();
        let mut out = format!("{word}  {part}: {}\n", lines.next().unwrap_or_default());
        for line in lines {
            out.push_str(&format!("       {line}\n"));
        }
        output::print(&out)
    }
}

/// Looks at the configuration, the data folder, the server, the port and the providers.
pub(crate) async fn doctor(flags: &Flags, environment: &Environment) -> Outcome {
    let mut findings = Findings::default();
    let config = match Config::load(flags, environment) {
        Ok(config) => config,
        Err(fault) => {
            findings.tell(Grade::Wrong, "configuration", &fault.to_string())?;
            return Err(Failure::Failed(anyhow::anyhow!("mend the configuration first, then look again")));
        }
    };
    let file =
        config.file.as_ref().map_or("no file, all defaults".to_owned(), |path| path.display().to_string());
    findings.tell(Grade::Well, "configuration", &file)?;
    for notice in &config.notices {
        findings.tell(Grade::Note, "configuration", notice)?;
    }
    data_folder(&mut findings, &config.data_dir.value)?;
    let is_readable = match Client::running(&config).await? {
        Some((client, file)) => {
            findings.tell(
                Grade::Well,
                "server",
                &format!("process {} answers at {}", file.pid, file.address),
            )?;
            server_health(&mut findings, &client).await?;
            true
        }
        None => {
            findings.tell(Grade::Well, "server", "none runs")?;
            let wrong = findings.wrong;
            database(&mut findings, &config.data_dir.value).await?;
            // What is not there yet is not made for a look.
            let is_readable = findings.wrong == wrong && config.data_dir.value.join("cowork.db").exists();
            port(&mut findings, &config)?;
            is_readable
        }
    };
    providers(&mut findings, &config, is_readable).await?;
    match findings.wrong {
        0 => output::print("All is well.\n"),
        1 => Err(Failure::Failed(anyhow::anyhow!("1 thing is wrong, see above"))),
        count => Err(Failure::Failed(anyhow::anyhow!("{count} things are wrong, see above"))),
    }
}

fn data_folder(findings: &mut Findings, path: &Path) -> Outcome {
    let shown = path.display();
    match path.metadata() {
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
            findings.tell(Grade::Well, "data folder", &format!("{shown} will be made"))
        }
        Err(fault) => {
            findings.tell(Grade::Wrong, "data folder", &format!("{shown}: {fault}\nCheck its permissions."))
        }
        Ok(found) if !found.is_dir() => {
            let text = format!("{shown} is no folder\nMove it away, or choose another with --data-dir.");
            findings.tell(Grade::Wrong, "data folder", &text)
        }
        Ok(found) => {
            #[cfg(unix)]
            if std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o077 != 0 {
                let text =
                    format!("{shown} can be read by others\nThe next start closes it; or: chmod 700 {shown}");
                return findings.tell(Grade::Note, "data folder", &text);
            }
            findings.tell(Grade::Well, "data folder", &shown.to_string())
        }
    }
}

async fn server_health(findings: &mut Findings, client: &Client) -> Outcome {
    let health: Health = client.get("/api/health").await?;
    match health.storage_detail {
        Some(detail) => findings.tell(Grade::Wrong, "database", &detail),
        None => findings.tell(
            Grade::Well,
            "database",
            &format!("the server writes; the log is at {}", health.last_event_id),
        ),
    }
}

async fn database(findings: &mut Findings, data_dir: &Path) -> Outcome {
    if !data_dir.join("cowork.db").exists() {
        return findings.tell(Grade::Well, "database", "will be made");
    }
    let damaged = |fault: &str| {
        format!(
            "{fault}\nCopy the folder {} to a safe place before anything else.\nThen put back an earlier copy of it, if \
             you have one, or save what can still be read with `cowork export`.",
            data_dir.display()
        )
    };
    let failed = |error: &StorageError| match error.fault {
        StorageFault::Failed => damaged(&error.cause),
        _ => error.to_string(),
    };
    let opened = match cowork_store::open(OpenOptions::new(data_dir)).await {
        Ok(opened) => opened,
        Err(fault @ OpenError::Locked { .. }) => {
            let text = format!("{fault}\nIt does not answer: if it hangs, end that process.");
            return findings.tell(Grade::Wrong, "data folder", &text);
        }
        Err(OpenError::Storage(fault)) => return findings.tell(Grade::Wrong, "database", &failed(&fault)),
        Err(fault) => return findings.tell(Grade::Wrong, "database", &fault.to_string()),
    };
    let read = opened.reader.sessions(SessionQuery { limit: 1, ..SessionQuery::default() }).await;
    let looked = match read {
        Ok(_) => opened.reader.damage().await,
        Err(fault) => Err(fault),
    };
    let head = opened.reader.head();
    opened.reader.close().await;
    drop(opened.writer);
    opened.task.stop().await;
    match looked {
        Ok(None) => {
            let text = format!("can be read and is whole; the log is at {head}");
            findings.tell(Grade::Well, "database", &text)
        }
        Ok(Some(fault)) => findings.tell(Grade::Wrong, "database", &damaged(&fault)),
        Err(ReadError::Storage(fault)) => findings.tell(Grade::Wrong, "database", &failed(&fault)),
        Err(fault) => findings.tell(Grade::Wrong, "database", &fault.to_string()),
    }
}

fn port(findings: &mut Findings, config: &Config) -> Outcome {
    let (host, port) = (config.host.value.as_str(), config.port.value);
    match TcpListener::bind((host, port)) {
        Ok(_) if port == 0 => findings.tell(Grade::Well, "port", "any free one"),
        Ok(_) => findings.tell(Grade::Well, "port", &format!("{port} is free")),
        Err(fault) => {
            let text = format!(
                "{host} port {port}: {fault}\nChoose another with --port or COWORK_PORT; 0 picks a free one."
            );
            findings.tell(Grade::Wrong, "port", &text)
        }
    }
}

/// Providers of file and environment, and those that were added in the app as far as the data can be read.
async fn providers(findings: &mut Findings, config: &Config, readable: bool) -> Outcome {
    if let Err(fault) = config.registry() {
        return findings.tell(Grade::Wrong, "providers", &fault.to_string());
    }
    let listed = match readable {
        true => with_server(config, async |client| listed(client).await).await,
        false => configured(config).await,
    };
    let (real, notices) = match listed {
        Ok(listed) => listed,
        Err(Failure::Failed(error) | Failure::Usage(error)) => {
            return findings.tell(Grade::Wrong, "providers", &format!("can't be listed: {error:#}"));
        }
        Err(Failure::Interrupted) => return Err(Failure::Interrupted),
    };
    for (id, source, test) in &real {
        let part = format!("provider {}", output::plain(id));
        let detail = output::plain(&test.detail);
        match test.ok {
            true => findings.tell(Grade::Well, &part, &format!("{detail} ({source})"))?,
            false => findings.tell(Grade::Wrong, &part, &format!("{detail} ({source})"))?,
        }
    }
    for notice in notices {
        findings.tell(Grade::Note, "routing", &output::plain(&notice))?;
    }
    if real.is_empty() {
        let text = "none is set up, so only the demo answers\nSet a key such as OPENAI_API_KEY or ANTHROPIC_API_KEY, or \
                    OLLAMA_HOST, write [[providers]] into cowork.toml, or add one: cowork providers add --help";
        findings.tell(Grade::Note, "providers", text)?;
    }
    Ok(())
}

/// Id, where it is set up, and how it fares.
type Tested = (String, &'static str, ProviderTest);

/// All that a server knows, each asked by it; and what is chosen and has no effect.
async fn listed(client: &Client) -> Result<(Vec<Tested>, Vec<String>), Failure> {
    let list: ProviderList = client.get("/api/providers").await?;
    let real = list.items.into_iter().filter(|provider| provider.source != ProviderSource::Builtin);
    let tests = real.map(|provider| async move {
        let path = format!("/api/providers/{}/test", escaped(&provider.id));
        let test: ProviderTest = client.post(&path, &json!({})).await?;
        Ok::<_, Failure>((provider.id, source_word(provider.source), test))
    });
    let tests = futures_util::future::try_join_all(tests).await?;
    let settings: Settings = client.get("/api/settings").await?;
    Ok((tests, settings.notices))
}

/// Those of file and environment alone, asked by ourselves.
async fn configured(config: &Config) -> Result<(Vec<Tested>, Vec<String>), Failure> {
    let registry = config.registry().map_err(|fault| Failure::Usage(fault.into()))?;
    let mut tested = Vec::new();
    for provider in registry.iter().filter(|provider| provider.kind() != ProviderKind::Demo) {
        let (ok, detail) = match tokio::time::timeout(PROVIDER, provider.models()).await {
            Ok(Ok(models)) => (true, format!("{} models", models.len())),
            Ok(Err(failure)) => (false, failure.to_string()),
            Err(_) => (false, "does not answer. Check its address and your network.".to_owned()),
        };
        let test = ProviderTest { ok, detail, latency_ms: None, model_count: None };
        tested.push((provider.id().to_owned(), "configured", test));
    }
    Ok((tested, Vec::new()))
}
