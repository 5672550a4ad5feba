//! What the figures were taken on, as far as the system tells.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use serde::Serialize;

use crate::process::ticks;

/// The machine and the programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Machine {
    cores: usize,
    /// `null`: not told.
    processor: Option<String>,
    memory_mb: Option<u64>,
    system: Option<String>,
    /// What `cowork --version` prints.
    cowork: Option<String>,
    /// The commit of the working tree. `null`: none is known.
    commit: Option<String>,
    /// Whether the working tree differs from the commit.
    changed: Option<bool>,
}

impl Machine {
    pub(crate) fn look(cowork: &Path) -> Self {
        let commit = output(Command::new("git").args(["rev-parse", "--verify", "-q", "HEAD"]));
        let changed =
            output(Command::new("git").args(["status", "--porcelain"])).map(|text| !text.is_empty());
        Self {
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            processor: line("/proc/cpuinfo", "model name"),
            memory_mb: line("/proc/meminfo", "MemTotal").and_then(|text| {
                let kib: u64 = text.split_whitespace().next()?.parse().ok()?;
                Some(kib * 1024 / 1_000_000)
            }),
            system: fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|text| text.trim().to_owned()),
            cowork: output(Command::new(cowork).arg("--version")),
            changed: commit.as_ref().and(changed),
            commit,
        }
    }

    /// In one line, for people.
    pub(crate) fn told(&self) -> String {
        let unknown = || "unknown".to_owned();
        format!(
            "{}; {} cores of {}; Linux {}",
            self.cowork.clone().unwrap_or_else(unknown),
            self.cores,
            self.processor.clone().unwrap_or_else(unknown),
            self.system.clone().unwrap_or_else(unknown)
        )
    }
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// The value of the first line `name : value`.
fn line(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(value.trim_start_matches([' ', '\t', ':']).trim().to_owned())
}

/// How busy others kept the processors meanwhile; what they take is missing from every figure.
#[derive(Debug)]
pub(crate) struct Others {
    began: Instant,
    /// Seconds of processor time of all, and of us with our ended children.
    all: Option<f64>,
    own: Option<f64>,
}

impl Others {
    pub(crate) fn watch() -> Self {
        Self { began: Instant::now(), all: busy(), own: own() }
    }

    /// Percent of all processors' time that others took. `None`: the system does not tell.
    pub(crate) fn percent(&self) -> Option<f64> {
        let others = (busy()? - self.all?) - (own()? - self.own?);
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let whole = self.began.elapsed().max(Duration::from_millis(1)).as_secs_f64() * cores as f64;
        Some((100.0 * others / whole).max(0.0))
    }
}

fn own() -> Option<f64> {
    ticks("/proc/self/stat").map(|ticks| ticks.own + ticks.children)
}

fn busy() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let fields: Vec<f64> = stat.lines().next()?.split_whitespace().skip(1).flat_map(str::parse).collect();
    // user, nice, system, then idle and iowait, then irq, softirq and what the host took away.
    let busy: f64 = [0, 1, 2, 5, 6, 7].iter().filter_map(|index| fields.get(*index)).sum();
    Some(busy / rustix::param::clock_ticks_per_second() as f64)
}
