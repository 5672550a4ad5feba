//! The parent: starts a child for each document, waits for what it says, and ends it.
//!
//! Always true: at most [`PARALLEL`] children run; each is the leader of a process group that is killed when its time is
//! up or nobody waits any more; what a child may say is bounded; nothing of a document is logged.

use std::{
    fs::File,
    io,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, ChildStdin, Command},
    sync::Semaphore,
    time::timeout,
};

use crate::{
    DocumentKind, DocumentText, ExtractError,
    frame::{Frame, MAX_FRAME},
};

/// How many documents are read at once; the others wait for their turn.
const PARALLEL: usize = 2;
/// What a document may take once it has its turn.
const TIME: Duration = Duration::from_secs(20);
/// Of standard error, what is kept for the log.
const MAX_REMARKS: u64 = 4096;

/// Why there is no text. Of the document's own faults, only [`Self::Refused`] says what they are.
#[derive(Debug, thiserror::Error)]
pub enum TextFailure {
    /// The child read it and says why there is none.
    #[error(transparent)]
    Refused(#[from] ExtractError),
    /// It took too long.
    #[error("reading the document took more than {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// It took too much memory.
    #[error("reading the document takes more memory than it may have")]
    OutOfMemory,
    /// The child ended without an answer.
    #[error("reading the document failed ({0})")]
    Crashed(ExitStatus),
    /// The child said what it should not, or too much.
    #[error("reading the document gave no answer that makes sense")]
    Garbled,
    /// There is no child, or the way to it is broken.
    #[error("the program that reads documents can't be run")]
    NotRun(#[source] io::Error),
}

/// Where a document comes from.
#[derive(Debug)]
pub enum Source {
    /// Its bytes.
    Bytes(Bytes),
    /// A file, from where it stands; the child reads it by itself.
    File(File),
}

impl From<Bytes> for Source {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<File> for Source {
    fn from(file: File) -> Self {
        Self::File(file)
    }
}

/// Reads documents in children. Clones share the limit on how many run.
#[derive(Debug, Clone)]
pub struct TextExtractor {
    binary: PathBuf,
    time: Duration,
    turns: Arc<Semaphore>,
}

impl TextExtractor {
    /// `binary` is this program: called with `extract-text KIND`, it must call [`crate::child::run`].
    #[must_use]
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        Self { binary: binary.into(), time: TIME, turns: Arc::new(Semaphore::new(PARALLEL)) }
    }

    /// With the program that runs now, also when its file has been replaced since.
    ///
    /// # Errors
    ///
    /// The system does not say where it is.
    pub fn of_this_program() -> io::Result<Self> {
        if cfg!(target_os = "linux") {
            Ok(Self::new("/proc/self/exe"))
        } else {
            std::env::current_exe().map(Self::new)
        }
    }

    /// Gives each document this long.
    #[must_use]
    pub fn with_time(self, time: Duration) -> Self {
        Self { time, ..self }
    }

    /// The text of a document of which [`crate::kind_of`] says what it is.
    ///
    /// Waits while two others are read. Dropping the future kills the child. Call it on a thread of the runtime that
    /// lives on: Linux ends a child with the thread that has started it.
    ///
    /// # Errors
    ///
    /// There is no text. Whatever the reason, the document can be kept and sent without.
    pub async fn text_of(
        &self,
        kind: DocumentKind,
        source: impl Into<Source>,
    ) -> Result<DocumentText, TextFailure> {
        let closed = || TextFailure::NotRun(io::Error::other("no more documents are read"));
        let _turn = self.turns.acquire().await.map_err(|_| closed())?;
        let (mut group, input) = self.start(kind, source.into()).map_err(TextFailure::NotRun)?;
        match timeout(self.time, group.answer(input)).await {
            Ok(answer) => answer,
            Err(_) => {
                group.end().await;
                Err(TextFailure::TimedOut(self.time))
            }
        }
    }

    fn start(&self, kind: DocumentKind, source: Source) -> io::Result<(Group, Bytes)> {
        let mut command = Command::new(&self.binary);
        command.args(["extract-text", kind.as_str()]).env_clear().kill_on_drop(true);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        command.process_group(0).current_dir("/");
        let input = match source {
            Source::Bytes(bytes) => {
                command.stdin(Stdio::piped());
                bytes
            }
            Source::File(file) => {
                command.stdin(file);
                Bytes::new()
            }
        };
        Ok((Group(command.spawn()?), input))
    }
}

/// A child and whatever it started.
struct Group(Child);

impl Group {
    /// Feeds the child, and gives what came of it.
    async fn answer(&mut self, input: Bytes) -> Result<DocumentText, TextFailure> {
        let (stdin, stdout, stderr) = (self.0.stdin.take(), self.0.stdout.take(), self.0.stderr.take());
        let (_, said, remarks) =
            tokio::join!(feed(stdin, input), read(stdout, MAX_FRAME as u64 + 1), read(stderr, MAX_REMARKS));
        let (said, remarks) = said.and_then(|said| Ok((said, remarks?))).map_err(TextFailure::NotRun)?;
        if said.len() > MAX_FRAME {
            self.end().await;
            return Err(TextFailure::Garbled);
        }
        let status = self.0.wait().await.map_err(TextFailure::NotRun)?;
        if !status.success() {
            return Err(judge(status, &remarks));
        }
        let frame: Frame = serde_json::from_slice(&said).map_err(|_| TextFailure::Garbled)?;
        Ok(Result::from(frame)?)
    }

    /// Kills it, and waits until it is gone.
    async fn end(&mut self) {
        self.kill();
        let _ = self.0.wait().await;
    }

    fn kill(&mut self) {
        // An id is there as long as nobody has waited for the child, so it names no other group.
        #[cfg(unix)]
        if let Some(group) = self.0.id().and_then(|id| rustix::process::Pid::from_raw(id.try_into().ok()?)) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.0.start_kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Gives the child its input; one that does not take it has its reasons, and its status says them.
async fn feed(stdin: Option<ChildStdin>, input: Bytes) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(&input).await;
    }
}

/// Up to `limit` bytes; then the pipe is closed, which ends whoever writes on.
async fn read(pipe: Option<impl AsyncRead + Unpin>, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(limit).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

/// What an end without success means. The remarks are the child's own; its panics say no more than their place.
fn judge(status: ExitStatus, remarks: &[u8]) -> TextFailure {
    let remarks = String::from_utf8_lossy(remarks);
    tracing::warn!(%status, remarks = remarks.trim(), "the child that reads a document failed");
    if remarks.contains("memory allocation of") {
        TextFailure::OutOfMemory
    } else {
        TextFailure::Crashed(status)
    }
}
