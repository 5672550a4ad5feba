//! The one writer: commits what came while its last commit ran, then announces.
//!
//! Always true: commands and text are committed in the order in which they came; callers hear only after the commit;
//! a batch that holds a command is synced to disk, text alone need not be; a command that is refused or breaks a
//! rule of the schema does not touch its neighbours; a database that fails refuses the whole batch and is tried
//! again with the next.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use cowork_contract::{Event, EventBody, MessageDelta, MessageId, Position, SessionId, TextKind, Timestamp};
use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::checkpoint;
use crate::compaction::{Compact, Purge, Purged};
use crate::search::Bell;
use crate::tail::{LogEntry, Tail};
use crate::transaction::{Transaction, Tx, TxError};
use crate::{StorageError, StorageFault, Vault};

/// Commands that may wait for the writer; more make their callers wait.
const QUEUE: usize = 1_024;
/// Commands of one commit at most.
const BATCH: usize = 512;

/// Streamed text to be appended to one answer.
#[derive(Debug)]
pub struct Delta {
    /// The session.
    pub session: SessionId,
    /// The answer.
    pub message: MessageId,
    /// Whether no text of this run of the answer is known to be committed yet: it is refused if the answer was ended
    /// meanwhile.
    pub first: bool,
    /// The text, in order.
    pub segments: Vec<Segment>,
}

/// A run of text of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// To which text.
    pub kind: TextKind,
    /// What to append.
    pub text: String,
}

/// Why a transaction was not committed.
#[derive(Debug, thiserror::Error)]
pub enum TransactError<R> {
    /// The state does not allow it.
    #[error("refused")]
    Refused(R),
    /// The database failed; nothing was written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The writer has stopped; nothing was written.
    #[error("storage has been closed")]
    Closed,
}

/// A handle to the writer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    trouble: Arc<Mutex<Option<StorageError>>>,
    tail: Arc<Tail>,
    vault: Arc<Vault>,
    bell: Arc<Bell>,
}

impl Writer {
    /// Runs a command and waits until it is committed, synced to disk and announced.
    pub async fn transact<T: Transaction>(&self, transaction: T) -> Outcome<T> {
        self.run(transaction, Job::Command).await
    }

    /// The same for what can be made anew from the log, which is not worth waiting for the disk.
    pub(crate) async fn upkeep<T: Transaction>(&self, transaction: T) -> Outcome<T> {
        self.run(transaction, Job::Upkeep).await
    }

    async fn run<T: Transaction>(&self, transaction: T, job: fn(Box<dyn Command>) -> Job) -> Outcome<T> {
        let (reply, answer) = oneshot::channel();
        let pending = PendingTransaction { state: State::Ready(transaction), reply: Some(reply) };
        self.jobs.send(job(Box::new(pending))).await.map_err(|_| TransactError::Closed)?;
        answer.await.map_err(|_| TransactError::Closed)?
    }

    /// Appends streamed text and waits until it is committed and announced. It survives the end of the process; of
    /// the machine only once a later command is committed. [`StorageFault::Constraint`]: the answer was ended before
    /// its first text.
    pub async fn append_text(&self, delta: Delta) -> Result<(), TransactError<()>> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(Job::Text(delta, reply)).await.map_err(|_| TransactError::Closed)?;
        Ok(answer.await.map_err(|_| TransactError::Closed)??)
    }

    /// Removes the deltas of answers that finished before `finished_before`, at most `limit` answers. Gives how many
    /// there were.
    pub async fn compact(&self, finished_before: Timestamp, limit: u32) -> Result<u32, TransactError<()>> {
        self.transact(Compact { finished_before, limit }).await
    }

    /// Removes for good what was deleted before `deleted_before`: texts from log, revisions and trash, whole
    /// sessions, and the memory of commands of that age.
    pub async fn purge(&self, deleted_before: Timestamp) -> Result<Purged, TransactError<()>> {
        let purged = self.transact(Purge { deleted_before }).await?;
        if let Some(floor) = purged.floor {
            self.tail.raise_floor(floor);
        }
        if purged.messages + purged.sessions > 0 {
            self.tail.forget();
            self.bell.ring();
        }
        Ok(purged)
    }

    /// What seals and opens secrets: only who may write may open one.
    pub fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// The trouble of the last write that somebody waited for, or of upkeep since. `None`: it went through.
    pub fn trouble(&self) -> Option<StorageError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Ends the writer: what was handed in is written first.
#[derive(Debug)]
pub struct WriterTask {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
    written: CancellationToken,
    checkpoints: tokio::task::JoinHandle<()>,
    index: Background,
}

/// A task beside the writer and what ends it.
#[derive(Debug)]
pub(crate) struct Background {
    pub(crate) stop: CancellationToken,
    pub(crate) task: tokio::task::JoinHandle<()>,
}

impl WriterTask {
    /// Takes no more commands, commits those that wait, marks the log as cleanly closed.
    pub async fn stop(self) {
        self.index.stop.cancel();
        if self.index.task.await.is_err() {
            tracing::error!("the upkeep of the search index ended by a panic");
        }
        self.stop.cancel();
        if self.task.await.is_err() {
            tracing::error!("the writer ended by a panic");
        }
        self.written.cancel();
        if self.checkpoints.await.is_err() {
            tracing::error!("the emptying of the write-ahead log ended by a panic");
        }
    }
}

/// Starts the writer on its own connection, what empties its log on another, and the upkeep of the search index, which
/// `bell` tells of what was written.
pub(crate) fn start(
    connection: AnyConnection,
    beside: AnyConnection,
    tail: Arc<Tail>,
    vault: Vault,
    next: Position,
    bell: Arc<Bell>,
    index: impl FnOnce(Writer) -> Background,
) -> (Writer, WriterTask) {
    let (sender, jobs) = mpsc::channel(QUEUE);
    let trouble = Arc::new(Mutex::new(None));
    let stop = CancellationToken::new();
    let (grown, written) = (Arc::new(Notify::new()), CancellationToken::new());
    let checkpoints = tokio::spawn(checkpoint::run(beside, Arc::clone(&grown), written.clone()));
    let run = Run {
        connection,
        tail: Arc::clone(&tail),
        next,
        trouble: Arc::clone(&trouble),
        synced: None,
        cramped: false,
        commits: 0,
        grown,
        bell: Arc::clone(&bell),
        _closing: Closing(Arc::clone(&tail)),
    };
    let task = tokio::spawn(run.run(jobs, stop.clone()));
    let vault = Arc::new(vault);
    let writer = Writer { jobs: sender, trouble, tail, vault, bell };
    let index = index(writer.clone());
    (writer, WriterTask { stop, task, written, checkpoints, index })
}

enum Job {
    Command(Box<dyn Command>),
    /// A command that nobody waits for the disk for.
    Upkeep(Box<dyn Command>),
    Text(Delta, oneshot::Sender<Result<(), StorageError>>),
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Command(_) => "Command",
            Self::Upkeep(_) => "Upkeep",
            Self::Text(..) => "Text",
        })
    }
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A [`Transaction`] whose types only its caller knows.
trait Command: Send {
    /// Runs it, keeping the result. `Ok(false)`: it refused itself.
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> Boxed<'a, Result<bool, StorageError>>;
    /// Tells the caller. `Err`: the batch was not committed.
    fn reply(self: Box<Self>, committed: Result<(), StorageError>);
}

struct PendingTransaction<T: Transaction> {
    state: State<T>,
    reply: Option<oneshot::Sender<Outcome<T>>>,
}

/// What came of a [`Transaction`].
pub type Outcome<T> = Result<<T as Transaction>::Output, TransactError<<T as Transaction>::Refusal>>;

enum State<T: Transaction> {
    Ready(T),
    Running,
    Ran(Result<T::Output, T::Refusal>),
}

impl<T: Transaction> Command for PendingTransaction<T> {
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> Boxed<'a, Result<bool, StorageError>> {
        Box::pin(async move {
            let State::Ready(transaction) = std::mem::replace(&mut self.state, State::Running) else {
                return Err(StorageError::new(StorageFault::Failed, "a transaction ran twice"));
            };
            let result = match transaction.run(tx).await {
                Ok(output) => Ok(output),
                Err(TxError::Refused(refusal)) => Err(refusal),
                Err(TxError::Storage(error)) => return Err(error),
            };
            let done = result.is_ok();
            self.state = State::Ran(result);
            Ok(done)
        })
    }

    fn reply(mut self: Box<Self>, committed: Result<(), StorageError>) {
        let Some(reply) = self.reply.take() else { return };
        let result = match (self.state, committed) {
            (State::Ran(Err(refusal)), _) => Err(TransactError::Refused(refusal)),
            (State::Ran(Ok(output)), Ok(())) => Ok(output),
            (_, Err(error)) => Err(TransactError::Storage(error)),
            (_, Ok(())) => Err(TransactError::Closed),
        };
        // A caller that has gone away gave up waiting, not its command.
        let _ = reply.send(result);
    }
}

struct Run {
    connection: AnyConnection,
    tail: Arc<Tail>,
    next: Position,
    trouble: Arc<Mutex<Option<StorageError>>>,
    /// Whether commits are synced to disk now. `None`: not known.
    synced: Option<bool>,
    /// The disk was full, and the write-ahead log has not been emptied since.
    cramped: bool,
    /// Since the write-ahead log was last looked at.
    commits: u32,
    grown: Arc<Notify>,
    bell: Arc<Bell>,
    _closing: Closing,
}

/// Tells readers that nothing more comes, however the writer ends.
struct Closing(Arc<Tail>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Run {
    async fn run(mut self, mut jobs: mpsc::Receiver<Job>, stop: CancellationToken) {
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled(), if !jobs.is_closed() => jobs.close(),
                received = jobs.recv_many(&mut batch, BATCH) => {
                    if received == 0 {
                        break;
                    }
                    self.commit(std::mem::take(&mut batch)).await;
                }
            }
        }
        if let Err(error) = self.close().await {
            tracing::warn!(%error, cause = error.cause, "the log could not be closed cleanly");
        }
    }

    /// Commits a batch and tells everyone concerned.
    async fn commit(&mut self, mut batch: Vec<Job>) {
        let started = std::time::Instant::now();
        // Nobody waits for the others, so they say nothing of how quick it is.
        let is_awaited = batch.iter().any(|job| !matches!(job, Job::Upkeep(_)));
        let before = self.next;
        let mut written = Vec::new();
        let result = self.write(&mut batch, &mut written).await;
        let (committed, failures) = match result {
            Ok(failures) => (Ok(()), failures),
            Err(error) => {
                tracing::warn!(cause = error.cause, "nothing could be written: {error}");
                self.roll_back(error.fault).await;
                self.next = before;
                (Err(error), Vec::new())
            }
        };
        // A full disk may still have room for the little that upkeep writes: that does not mean that all is well.
        if is_awaited || committed.is_err() {
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = committed.as_ref().err().cloned();
        }
        match &committed {
            Ok(()) => {
                let took = started.elapsed();
                if is_awaited {
                    metrics::histogram!("cowork_commit_seconds").record(took);
                    metrics::counter!("cowork_commit_events_total").increment(written.len() as u64);
                }
                tracing::trace!(events = written.len(), micros = took.as_micros() as u64, "committed");
                if written.iter().any(|entry| entry.kind != DELTA) {
                    self.bell.ring();
                }
                self.tail.publish(written);
                self.commits += 1;
                if self.commits >= checkpoint::COMMITS {
                    self.commits = 0;
                    self.grown.notify_one();
                }
            }
            Err(error) if is_awaited => {
                metrics::counter!("cowork_commit_failures_total", "fault" => error.fault.name()).increment(1);
            }
            Err(_) => {}
        }
        let mut failures = failures.into_iter().peekable();
        for (index, job) in batch.into_iter().enumerate() {
            let own = failures.next_if(|(failed, _)| *failed == index).map(|(_, error)| error);
            let outcome = own.map_or_else(|| committed.clone(), Err);
            match job {
                Job::Command(command) | Job::Upkeep(command) => command.reply(outcome),
                Job::Text(_, reply) => {
                    let _ = reply.send(outcome);
                }
            }
        }
    }

    /// Makes the connection fit for the next batch.
    async fn roll_back(&mut self, fault: StorageFault) {
        if let Err(error) = self.connection.execute("rollback").await {
            tracing::debug!(%error, "nothing to roll back");
        }
        self.synced = None;
        self.cramped |= fault == StorageFault::Full;
    }

    /// Moves what the write-ahead log holds into the database, where there was no room for more.
    ///
    /// By itself that happens only after a commit that made the log long. On a disk with less room than that no commit
    /// comes to it: the log would hold the very room it lacks, and take what is freed as well. So from then on it is kept
    /// short.
    async fn make_room(&mut self) {
        let statements = "pragma wal_autocheckpoint = 100; pragma wal_checkpoint(truncate);";
        match self.connection.execute(statements).await {
            Ok(_) => self.cramped = false,
            Err(error) => tracing::debug!(%error, "the write-ahead log could not be emptied"),
        }
    }

    /// Writes a batch in one database transaction. Gives the jobs that failed on their own.
    async fn write(
        &mut self,
        batch: &mut [Job],
        written: &mut Vec<Arc<LogEntry>>,
    ) -> Result<Vec<(usize, StorageError)>, StorageError> {
        let alone = batch.len() == 1;
        let synced = batch.iter().any(|job| matches!(job, Job::Command(_)));
        if self.cramped {
            self.make_room().await;
        }
        self.set_synced(synced).await?;
        self.connection.execute("begin immediate").await?;
        let mut failures = Vec::new();
        let now = now();
        let mut inserted = 0;
        for (index, job) in batch.iter_mut().enumerate() {
            let mut tx = Tx {
                connection: &mut self.connection,
                next: &mut self.next,
                written: &mut *written,
                inserted: &mut inserted,
                now,
            };
            match job {
                Job::Text(delta, _) => {
                    if !append_text(&mut tx, delta).await? {
                        failures.push((index, no_longer_open()));
                    }
                }
                Job::Command(command) | Job::Upkeep(command) => {
                    let kept = (tx.written.len(), *tx.inserted);
                    if !alone {
                        tx.connection.execute("savepoint command").await?;
                    }
                    let undo = match command.run(&mut tx).await {
                        Ok(true) => false,
                        Ok(false) => true,
                        Err(error) if error.fault == StorageFault::Constraint => {
                            tracing::error!(cause = error.cause, "a command broke a rule of the schema");
                            failures.push((index, error));
                            true
                        }
                        Err(error) => return Err(error),
                    };
                    if undo {
                        // What came before it and was inserted meanwhile is inserted again.
                        tx.written.truncate(kept.0);
                        *tx.inserted = kept.1;
                        let statement = if alone { "rollback" } else { "rollback to command" };
                        tx.connection.execute(statement).await?;
                    }
                    if !alone {
                        tx.connection.execute("release command").await?;
                    } else if undo {
                        return Ok(failures);
                    }
                }
            }
        }
        let mut tx = Tx {
            connection: &mut self.connection,
            next: &mut self.next,
            written,
            inserted: &mut inserted,
            now,
        };
        tx.insert_events().await?;
        self.tail.reserve(self.next - 1);
        self.connection.execute("commit").await?;
        Ok(failures)
    }

    /// Chooses whether the next commit is synced to disk before it returns.
    async fn set_synced(&mut self, synced: bool) -> Result<(), StorageError> {
        if self.synced != Some(synced) {
            let pragma = if synced { "pragma synchronous = full" } else { "pragma synchronous = normal" };
            self.connection.execute(pragma).await?;
            self.synced = Some(synced);
        }
        Ok(())
    }

    async fn close(mut self) -> Result<(), StorageError> {
        self.set_synced(true).await?;
        crate::open::put_meta(&mut self.connection, crate::open::CLEAN, "1").await?;
        self.connection.close().await?;
        Ok(())
    }
}

const DELTA: &str = "message.delta";

/// Appends text. `false`: its answer was ended before it began.
async fn append_text(tx: &mut Tx<'_>, delta: &Delta) -> Result<bool, StorageError> {
    if delta.first && !tx.mark_streaming(&delta.message).await? {
        return Ok(false);
    }
    for segment in &delta.segments {
        let position = *tx.next;
        let event = Event {
            id: position,
            session_id: delta.session.clone(),
            timestamp: tx.now,
            message_id: Some(delta.message.clone()),
            task_id: None,
            body: EventBody::MessageDelta(MessageDelta { text: segment.text.clone(), kind: segment.kind }),
        };
        let json = serde_json::to_string(&event)?;
        let (session, message) = (delta.session.as_str(), delta.message.as_str());
        tx.written.push(Arc::new(LogEntry::new(position, session, Some(message), DELTA, false, &json)));
        *tx.next = position + 1;
    }
    Ok(true)
}

fn no_longer_open() -> StorageError {
    StorageError::new(StorageFault::Constraint, "the answer was ended before its first text")
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::try_from(since.as_millis()).unwrap_or(Timestamp::MAX)
}
