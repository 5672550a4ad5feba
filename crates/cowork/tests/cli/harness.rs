//! Runs the real binary with an environment of its own.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read, Write as _},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use rustix::{
    fs::{Mode, OFlags, open},
    process::{Pid, Signal, kill_process},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};
use serde_json::Value;
use tempfile::TempDir;

/// Nothing here takes this long unless something is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// A home folder, and the variables that commands run with.
pub(crate) struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    pub(crate) fn new() -> Self {
        // What runs on the machine that tests is no part of the test.
        let variables = vec![("COWORK_DISCOVERY".to_owned(), "0".to_owned())];
        Self { folder: tempfile::tempdir().unwrap(), variables }
    }

    /// Sets a variable for all commands.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes the configuration file.
    pub(crate) fn configure(self, toml: &str) -> Self {
        let folder = self.folder.path().join(".config/cowork");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("cowork.toml"), toml).unwrap();
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join(".local/share/cowork")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cowork"));
        command.args(arguments).env_clear().env("HOME", self.folder.path()).current_dir(self.folder.path());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Process::spawn(self.command(arguments)).finish()
    }

    /// Runs a command with something on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        let mut process = Process::spawn(command);
        // A command that is wrong ends without reading.
        let _ = process.0.stdin.take().unwrap().write_all(input.as_bytes());
        process.finish()
    }

    /// Runs a command that writes to a terminal, and gives what the terminal gets.
    pub(crate) fn run_on_a_terminal(&self, arguments: &[&str]) -> String {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let path = ptsname(&ours, Vec::new()).unwrap();
        let theirs = open(path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let mut command = self.command(arguments);
        command.stdout(theirs);
        let mut process = Process::spawn(command);
        let (mut ours, mut got, mut part) = (File::from(ours), Vec::new(), [0; 4096]);
        // Once nobody has it open any more, reading fails.
        while let Ok(count @ 1..) = ours.read(&mut part) {
            got.extend_from_slice(&part[..count]);
        }
        assert_eq!(process.wait().code(), Some(0));
        String::from_utf8(got).unwrap()
    }

    /// Starts a server and waits until it is ready.
    pub(crate) fn serve(&self) -> Server {
        Server::start(self.command(&["serve", "--port", "0"]))
    }
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Checks that it went well, and gives its output.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// Checks that it failed with this code, and gives the first line of its words and the others.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32) -> (&str, &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.out, "", "errors go to standard error");
        self.err.split_once('\n').expect("a line")
    }
}

/// A process that is killed when the test is done with it.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn spawn(mut command: Command) -> Self {
        Self(command.spawn().unwrap())
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).unwrap();
    }

    pub(crate) fn lines(&mut self) -> impl Iterator<Item = String> + use<> {
        BufReader::new(self.0.stdout.take().unwrap()).lines().map(Result::unwrap)
    }

    /// Collects standard error while the process runs.
    fn errors(&mut self) -> JoinHandle<String> {
        collect(self.0.stderr.take().unwrap())
    }

    /// Waits for its end, and gives all it wrote.
    fn finish(mut self) -> Ran {
        let (out, err) = (collect(self.0.stdout.take().unwrap()), self.errors());
        let code = self.wait().code();
        Ran { code, out: out.join().unwrap(), err: err.join().unwrap() }
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "the process does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).unwrap();
        text
    })
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that is ready.
pub(crate) struct Server {
    process: Process,
    errors: Option<JoinHandle<String>>,
    pub(crate) address: SocketAddr,
    pub(crate) link: String,
}

impl Server {
    pub(crate) fn start(command: Command) -> Self {
        let mut process = Process::spawn(command);
        let errors = process.errors();
        let mut lines = process.lines();
        let mut value = |prefix: &str| {
            let line = lines.next().unwrap_or_else(|| panic!("the server ended before it said {prefix:?}"));
            line.strip_prefix(prefix).unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        let address = value("listening on http://").parse().unwrap();
        let link = value("sign in at ");
        Self { process, errors: Some(errors), address, link }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Ends it, and gives its exit status and what it logged.
    pub(crate) fn end(mut self, signal: Signal) -> (ExitStatus, String) {
        self.process.signal(signal);
        let status = self.process.wait();
        (status, self.errors.take().unwrap().join().unwrap())
    }

    /// The start code of a link.
    pub(crate) fn code_of(link: &str) -> &str {
        link.split_once("/#code=").unwrap().1
    }

    /// Sends a request; its answer comes on the connection.
    pub(crate) fn open(&self, method: &str, target: &str, token: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    /// One request; gives the status and the body.
    pub(crate) fn request(&self, method: &str, target: &str, token: &str, body: &str) -> (u16, Value) {
        let mut answer = String::new();
        self.open(method, target, token, body).read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// Signs in with a start code.
    pub(crate) fn sign_in(&self, code: &str) -> (u16, String) {
        let body = serde_json::json!({ "code": code }).to_string();
        let (status, answer) = self.request("POST", "/api/auth/exchange", "", &body);
        (status, answer["token"].as_str().unwrap_or_default().to_owned())
    }
}
