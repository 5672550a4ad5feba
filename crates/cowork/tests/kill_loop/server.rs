//! The real server in a process of its own, to be killed.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// Waiting for longer than this means that something hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) const TOKEN: &str = "the-kill-loop-s-own-token-0123456789";

/// A server on a folder that outlives it.
pub(crate) struct Killable {
    folder: TempDir,
    child: Option<Child>,
}

impl Killable {
    /// A folder, configured to ask the provider there.
    pub(crate) fn new(base_url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configured = format!(
            "[[providers]]\nid = \"scripted\"\nkind = \"openai-compatible\"\nbase_url = \"{base_url}\"\n\
             models = [\"scripted-1\"]\n"
        );
        std::fs::write(folder.path().join("cowork.toml"), configured).unwrap();
        Self { folder, child: None }
    }

    /// Starts it and waits until it listens.
    pub(crate) fn start(&mut self) -> SocketAddr {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cowork"))
            .args(["serve", "--no-open", "--port", "0"])
            .env_clear()
            .env("HOME", self.folder.path())
            .env("COWORK_CONFIG", self.folder.path().join("cowork.toml"))
            .env("COWORK_DATA_DIR", self.folder.path().join("data"))
            .env("COWORK_DISCOVERY", "0")
            .env("COWORK_TOKEN", TOKEN)
            .env("COWORK_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.child = Some(child);
        let address = line.trim().strip_prefix("listening on http://").expect(&line);
        address.parse().unwrap()
    }

    /// Kills it without warning, with SIGKILL.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Killable {
    fn drop(&mut self) {
        self.kill();
    }
}
