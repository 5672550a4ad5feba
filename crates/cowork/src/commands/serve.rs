//! `cowork` and `cowork serve`: the server, and the link to sign in with.

use std::{
    env,
    io::{IsTerminal as _, stdout},
    process::{Command, Stdio},
    time::Duration,
};

use cowork_contract::StartCode;
use cowork_store::OpenError;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use tracing::{info, warn};

use crate::{
    client::Client,
    config::Config,
    failure::{Failure, Outcome},
    instance::{Instance, Visibility},
    output,
    signals::Signals,
};

/// Files and connections that may be open at once: the server's own limits, with room to spare.
const OPEN_FILES: u64 = 8192;

/// How long a server that is just starting may take until it answers.
const STARTING: Duration = Duration::from_secs(3);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Serves until told to stop. With `join`, a server that runs already is used in its place.
pub(crate) async fn serve(config: &Config, no_open: bool, join: bool) -> Outcome {
    let mut signals = Signals::catch()?;
    if join && let Some((client, _)) = Client::running(config).await? {
        return use_running(&client, no_open).await;
    }
    allow_many_files();
    for notice in &config.notices {
        warn!("{notice}");
    }
    let instance = match Instance::start(config, Visibility::Announced).await {
        Ok(instance) => instance,
        Err(failure) if join && is_locked(&failure) => return use_starting(config, failure, no_open).await,
        Err(failure) => return Err(failure),
    };
    let link = format!("http://{}/#code={}", instance.address(), instance.start_code()?);
    info!(address = %instance.address(), data_dir = %config.data_dir.value.display(), "ready");
    output::print(&format!("listening on http://{}\nsign in at {link}\n", instance.address()))?;
    output::remark("The link works once, within 60 seconds. For a new one, run `cowork` again.");
    if !no_open {
        open_browser(&link);
    }

    signals.any().await;
    tokio::select! {
        () = instance.stop() => Ok(()),
        () = signals.interrupt() => {
            // Who asks twice does not want to wait. What is committed stays; the next start marks the rest.
            std::process::exit(130);
        }
    }
}

/// Prints a link to the server that runs.
async fn use_running(client: &Client, no_open: bool) -> Outcome {
    let code: StartCode = client.post("/api/auth/codes", &json!({})).await?;
    let link = format!("http://{}/#code={}", client.address(), code.code);
    output::print(&format!("running at http://{}\nsign in at {link}\n", client.address()))?;
    if !no_open {
        open_browser(&link);
    }
    Ok(())
}

/// Another server holds the data folder: it may be about to answer.
async fn use_starting(config: &Config, failure: Failure, no_open: bool) -> Outcome {
    let looked = tokio::time::timeout(STARTING, async {
        loop {
            if let Ok(Some((client, _))) = Client::running(config).await {
                return client;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    });
    match looked.await {
        Ok(client) => use_running(&client, no_open).await,
        Err(_) => Err(failure),
    }
}

fn is_locked(failure: &Failure) -> bool {
    match failure {
        Failure::Failed(error) => matches!(error.downcast_ref(), Some(OpenError::Locked { .. })),
        _ => false,
    }
}

/// Raises the soft limit on open files, which is often too low for a thousand streams.
fn allow_many_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(OPEN_FILES, |maximum| maximum.min(OPEN_FILES));
    if current.is_some_and(|current| current < wanted)
        && let Err(fault) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum })
    {
        warn!(error = %fault, "the limit on open files can't be raised; few streams will fit");
    }
}

/// Opens `link` in the person's browser, where there is a desktop and a person.
fn open_browser(link: &str) {
    let desktop = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
    if !desktop || !stdout().is_terminal() {
        return;
    }
    // For a moment other users of the machine can see the link; it is good once and the page takes it at once.
    let opened = Command::new("xdg-open")
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match opened {
        Ok(mut child) => {
            // Nobody waits for the browser; a thread takes its exit status so that no zombie stays.
            std::thread::spawn(move || child.wait());
        }
        Err(fault) => info!(error = %fault, "no browser could be opened; use the link"),
    }
}
