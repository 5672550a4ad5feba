//! Where the program's own words go: standard error, as text for people and as JSON for machines.
//!
//! Always true: no key and no message text is logged at `info` and above.

use std::io::{IsTerminal as _, stderr};

use anyhow::anyhow;
use tracing_subscriber::EnvFilter;

use crate::{config::Config, failure::Failure};

/// Logs from now on: what `COWORK_LOG` says, else `usual`.
pub(crate) fn start(config: &Config, usual: &str) -> Result<(), Failure> {
    let filter = match &config.log {
        Some(log) => EnvFilter::try_new(&log.value).map_err(|fault| {
            Failure::Usage(anyhow!(
                "{}: {:?} is no log filter: {fault}\nWrite it as level or target=level, for example info,cowork_engine=debug.",
                log.source,
                log.value
            ))
        })?,
        None => EnvFilter::new(usual),
    };
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    if stderr().is_terminal() {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        logs.with_ansi(!plain).with_target(false).init();
    } else {
        logs.json().flatten_event(true).init();
    }
    Ok(())
}
