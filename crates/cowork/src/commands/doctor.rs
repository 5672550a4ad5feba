//! `cowork doctor`: what is wrong, and how to mend it.
//!
//! Looks at everything it can reach, whatever it finds, and changes nothing but what every start does.

use std::{net::TcpListener, path::Path, time::Duration};

use cowork_contract::Health;
use cowork_provider::ProviderKind;
use cowork_store::{OpenError, OpenOptions, ReadError, SessionQuery, StorageError, StorageFault};

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
    match Client::running(&config).await? {
        Some((client, file)) => {
            findings.tell(
                Grade::Well,
                "server",
                &format!("process {} answers at {}", file.pid, file.address),
            )?;
            server_health(&mut findings, &client).await?;
        }
        None => {
            findings.tell(Grade::Well, "server", "none runs")?;
            database(&mut findings, &config.data_dir.value).await?;
            port(&mut findings, &config)?;
        }
    }
    providers(&mut findings, &config).await?;
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

async fn providers(findings: &mut Findings, config: &Config) -> Outcome {
    let registry = match config.registry() {
        Ok(registry) => registry,
        Err(fault) => return findings.tell(Grade::Wrong, "providers", &fault.to_string()),
    };
    let mut real = 0;
    for provider in registry.iter().filter(|provider| provider.kind() != ProviderKind::Demo) {
        real += 1;
        let part = format!("provider {}", provider.id());
        match tokio::time::timeout(PROVIDER, provider.models()).await {
            Ok(Ok(models)) => findings.tell(Grade::Well, &part, &format!("{} models", models.len()))?,
            Ok(Err(failure)) => findings.tell(Grade::Wrong, &part, &failure.to_string())?,
            Err(_) => {
                findings.tell(Grade::Wrong, &part, "does not answer\nCheck its address and your network.")?
            }
        }
    }
    if real == 0 {
        let text = "none is configured, so only the demo answers, unless one was added in the app\nSet a key such as \
                    OPENAI_API_KEY or ANTHROPIC_API_KEY, or OLLAMA_HOST, write [[providers]] into cowork.toml, or add \
                    one: cowork providers add --help";
        findings.tell(Grade::Note, "providers", text)?;
    }
    Ok(())
}
