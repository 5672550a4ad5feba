//! The measured servers as processes: started, asked what they cost, ended.
//!
//! Always true: a server is gone when its handle is dropped. Figures come from `/proc`; elsewhere than on Linux they
//! are absent.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::client::{Client, TOKEN};

/// A server says where it listens within this time, or something is wrong.
const START: Duration = Duration::from_secs(30);
/// A server ends within this time once it is asked to.
const END: Duration = Duration::from_secs(15);

/// Which of the two is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The bare relay.
    Floor,
    /// Cowork.
    Ours,
}

impl Side {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Ours => "ours",
        }
    }
}

/// What a server is started from.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    pub(crate) cowork: PathBuf,
    /// This program, which also holds the bare relay.
    pub(crate) bench: PathBuf,
    /// The program that measures the page in a browser, for Node. `None`: the page can't be measured.
    pub(crate) page: Option<PathBuf>,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pid: u32,
    address: SocketAddr,
    /// From the start of the process to its first answer.
    pub(crate) first_answer: Duration,
    // Kept open, so that the server can go on writing to it.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Server {
    /// Starts a server on `folder`, whose model is the provider at `provider`, and waits for its first answer.
    pub(crate) async fn start(
        programs: &Programs,
        side: Side,
        folder: &Path,
        provider: SocketAddr,
    ) -> anyhow::Result<Self> {
        let mut command = match side {
            Side::Floor => floor(programs, provider),
            Side::Ours => ours(programs, folder, provider)?,
        };
        let errors = folder.join("stderr.txt");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&errors)?).kill_on_drop(true);
        let begun = Instant::now();
        let mut child = command.spawn().with_context(|| format!("{command:?} could not be started"))?;
        let pid = child.id().context("the server ended at once")?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut output = BufReader::new(output).lines();
        let listening = tokio::time::timeout(START, listening(&mut output)).await;
        let Ok(Ok(address)) = listening else {
            bail!(
                "{} did not start to listen: {}",
                side.name(),
                fs::read_to_string(&errors).unwrap_or_default()
            );
        };
        Client::connect(address).await?.get("/api/sessions?limit=1").await?;
        Ok(Self { child, pid, address, first_answer: begun.elapsed(), _output: output })
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A connection to it.
    pub(crate) async fn client(&self) -> anyhow::Result<Client> {
        Client::connect(self.address).await
    }

    /// Processor time so far, in seconds, to 10 ms.
    pub(crate) fn cpu_seconds(&self) -> Option<f64> {
        Some(ticks(&format!("/proc/{}/stat", self.pid))?.own)
    }

    /// Memory now, in MB of 1,000,000 bytes.
    pub(crate) fn memory(&self) -> Option<f64> {
        status_mb(self.pid, "VmRSS:")
    }

    /// The most memory it has had, in MB of 1,000,000 bytes.
    pub(crate) fn peak_memory(&self) -> Option<f64> {
        status_mb(self.pid, "VmHWM:")
    }

    /// Ends it as the system's service manager would.
    pub(crate) async fn stop(mut self) -> anyhow::Result<ExitStatus> {
        let pid = i32::try_from(self.pid).ok().and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(pid.context("no such process")?, rustix::process::Signal::TERM)?;
        Ok(tokio::time::timeout(END, self.child.wait()).await.context("the server did not end")??)
    }

    /// Ends it as a power cut of the process: SIGKILL.
    pub(crate) async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}

fn floor(programs: &Programs, provider: SocketAddr) -> Command {
    let mut command = Command::new(&programs.bench);
    command.arg("floor").arg(provider.to_string());
    command
}

fn ours(programs: &Programs, folder: &Path, provider: SocketAddr) -> anyhow::Result<Command> {
    let config = folder.join("cowork.toml");
    fs::write(
        &config,
        format!(
            "[[providers]]\nid = \"bench\"\nkind = \"openai-compatible\"\nbase_url = \"http://{provider}/v1\"\n\
             models = [\"scripted-1\"]\n\n[routing]\ndefault = \"bench/scripted-1\"\n"
        ),
    )?;
    let mut command = Command::new(&programs.cowork);
    command.args(["serve", "--no-open", "--port", "0", "--host", "127.0.0.1", "--data-dir"]);
    command.arg(folder.join("data")).arg("--config").arg(config);
    // Nothing of the person's own settings, keys or proxies.
    command.env_clear().env("HOME", folder).env("PATH", "/usr/bin:/bin").env("COWORK_TOKEN", TOKEN);
    command.env("COWORK_DISCOVERY", "0");
    Ok(command)
}

async fn listening(output: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<SocketAddr> {
    while let Some(line) = output.next_line().await? {
        if let Some((_, address)) = line.split_once("listening on http://") {
            let address = address.split_whitespace().next().unwrap_or_default();
            return address.parse().with_context(|| format!("no address in {line:?}"));
        }
    }
    bail!("it ended without listening")
}

/// Processor time of a process and of its ended children, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticks {
    pub(crate) own: f64,
    pub(crate) children: f64,
}

/// Reads a `/proc/PID/stat`.
pub(crate) fn ticks(path: &str) -> Option<Ticks> {
    let stat = fs::read_to_string(path).ok()?;
    // The name before may hold anything, brackets too.
    let after_name = stat.rsplit_once(')')?.1;
    let field = |number: usize| after_name.split_whitespace().nth(number)?.parse::<f64>().ok();
    let per_second = rustix::param::clock_ticks_per_second() as f64;
    Some(Ticks {
        own: (field(11)? + field(12)?) / per_second,
        children: (field(13)? + field(14)?) / per_second,
    })
}

fn status_mb(pid: u32, name: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}
