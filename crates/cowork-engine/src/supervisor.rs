//! Who runs what: one worker for each session that has answers to give, and the way to stop each of them.
//!
//! Always true: a session has at most one worker and one running answer; waiting answers start in order, whatever
//! the one before ended as; none starts while its session is held; nothing here outlives [`Supervisor::stop`].

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cowork_contract::{ChatMessage, MessageId, SessionId, passed_over_code};
use cowork_provider::demo::Demo;
use cowork_store::{Reader, Writer};
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::attachments::Attachments;
use crate::capability::Needs;
use crate::conversation::Conversations;
use crate::driver;
use crate::models::Models;
use crate::naming;
use crate::providers::Roster;
use crate::resting::Resting;
use crate::routing::{Candidate, Retry};
use crate::turn::StopCause;

/// How long to wait before reading again from a database that failed.
const READ_AGAIN: Duration = Duration::from_millis(500);

/// What a driver needs.
#[derive(Debug, Clone)]
pub(crate) struct Resources {
    pub(crate) writer: Writer,
    pub(crate) reader: Reader,
    pub(crate) registry: Arc<Roster>,
    pub(crate) conversations: Arc<Conversations>,
    pub(crate) models: Arc<Models>,
    pub(crate) attachments: Attachments,
    pub(crate) resting: Arc<Resting>,
    pub(crate) retry: Retry,
}

impl Resources {
    /// The model that was asked, then those that may stand in for it, for a request with these needs.
    pub(crate) fn candidates(&self, asked: (&str, &str), needs: Needs) -> Vec<Candidate> {
        let fallback = self.registry.fallback();
        let others = fallback.iter().map(|(provider, model)| (provider.as_str(), model.as_str()));
        let others = others.filter(|other| *other != asked);
        let now = Instant::now();
        // The demo is asked by those who chose it; nothing stands in for it.
        let is_demo = asked.0 == Demo::ID;
        std::iter::once(asked)
            .chain(others.filter(|_| !is_demo))
            .map(|(provider, model)| {
                // What was asked is made to fit where it is too long.
                let needs = if (provider, model) == asked { needs.without_size() } else { needs };
                self.candidate((provider, model), needs, now)
            })
            .collect()
    }

    fn candidate(&self, (provider, model): (&str, &str), needs: Needs, now: Instant) -> Candidate {
        let info = self.models.known(provider, model).unwrap_or_default();
        let unfit = match self.registry.get(provider) {
            None => {
                Some((passed_over_code::PROVIDER_MISSING, format!("There is no provider {provider:?} now.")))
            }
            Some(known) => needs.lacking(&info).or_else(|| {
                self.resting.reason(&known, now).map(|reason| (passed_over_code::PROVIDER_RESTING, reason))
            }),
        };
        Candidate {
            provider_id: provider.to_owned(),
            model_id: model.to_owned(),
            unfit,
            window: info.context_window,
        }
    }
}

/// The owner of all background work of the engine.
#[derive(Debug, Clone)]
pub(crate) struct Supervisor {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    resources: Resources,
    lanes: Mutex<HashMap<SessionId, Lane>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// A session with a worker, or one that is held.
#[derive(Debug, Default)]
struct Lane {
    /// A task looks for answers to give.
    has_worker: bool,
    /// Other work on the conversation; answers wait until it has ended.
    held: Option<Holding>,
    running: Option<Running>,
    /// Something was added since the worker last looked.
    wanted: bool,
    /// The waiting answer to start next, before older ones.
    first: Option<MessageId>,
}

/// A running answer.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    pub(crate) message: MessageId,
    pub(crate) parent: Option<MessageId>,
    stop: watch::Sender<Option<StopCause>>,
    ended: CancellationToken,
}

impl Running {
    /// Ends it and waits until its end is written.
    pub(crate) async fn end(&self) {
        self.stop.send_replace(Some(StopCause::Person));
        self.ended.cancelled().await;
    }
}

/// Work that answers wait for.
#[derive(Debug, Clone)]
pub(crate) struct Holding {
    stop: CancellationToken,
    ended: CancellationToken,
}

impl Holding {
    /// Ends it and waits until its end is written.
    pub(crate) async fn end(&self) {
        self.stop.cancel();
        self.ended.cancelled().await;
    }
}

/// Keeps answers of a session from starting, until it is dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    supervisor: Supervisor,
    session: SessionId,
    /// Tells that the work shall end.
    pub(crate) stop: CancellationToken,
    ended: CancellationToken,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.supervisor.release(&self.session);
        self.ended.cancel();
    }
}

impl Supervisor {
    pub(crate) fn new(resources: Resources) -> Self {
        Self {
            shared: Arc::new(Shared {
                resources,
                lanes: Mutex::default(),
                tasks: TaskTracker::new(),
                stop: CancellationToken::new(),
            }),
        }
    }

    /// Whether it takes no more work.
    pub(crate) fn is_stopping(&self) -> bool {
        self.shared.stop.is_cancelled()
    }

    /// Sees to it that the waiting answers of a session are given.
    pub(crate) fn kick(&self, session: &SessionId) {
        if self.is_stopping() {
            return;
        }
        let mut lanes = self.shared.lanes();
        if let Some(lane) = lanes.get_mut(session) {
            lane.wanted = true;
            return;
        }
        lanes.insert(session.clone(), Lane { has_worker: true, ..Lane::default() });
        self.shared.tasks.spawn(work(Arc::clone(&self.shared), session.clone()));
    }

    /// Keeps answers of a session from starting. `None`: one runs, or it is held already.
    pub(crate) fn hold(&self, session: &SessionId) -> Option<Hold> {
        let (stop, ended) = (self.shared.stop.child_token(), CancellationToken::new());
        let mut lanes = self.shared.lanes();
        let lane = lanes.entry(session.clone()).or_default();
        if lane.running.is_some() || lane.held.is_some() {
            return None;
        }
        lane.held = Some(Holding { stop: stop.clone(), ended: ended.clone() });
        Some(Hold { supervisor: self.clone(), session: session.clone(), stop, ended })
    }

    /// What holds a session.
    pub(crate) fn holding(&self, session: &SessionId) -> Option<Holding> {
        self.shared.lanes().get(session)?.held.clone()
    }

    fn release(&self, session: &SessionId) {
        let mut lanes = self.shared.lanes();
        let Some(lane) = lanes.get_mut(session) else { return };
        lane.held = None;
        if lane.has_worker {
            return; // it looks again by itself
        }
        if !lane.wanted || self.is_stopping() {
            lanes.remove(session);
            return;
        }
        lane.has_worker = true;
        self.shared.tasks.spawn(work(Arc::clone(&self.shared), session.clone()));
    }

    /// The running answer of a session.
    pub(crate) fn running(&self, session: &SessionId) -> Option<Running> {
        self.shared.lanes().get(session)?.running.clone()
    }

    /// Has a waiting answer started before older ones.
    pub(crate) fn prefer(&self, session: &SessionId, message: &MessageId) {
        if let Some(lane) = self.shared.lanes().get_mut(session) {
            lane.first = Some(message.clone());
        }
    }

    /// How many answers run.
    pub(crate) fn running_count(&self) -> u32 {
        let running = self.shared.lanes().values().filter(|lane| lane.running.is_some()).count();
        u32::try_from(running).unwrap_or(u32::MAX)
    }

    /// Runs other work of the engine, ended by its token.
    pub(crate) fn spawn<F>(&self, work: impl FnOnce(Resources, CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.shared.tasks.spawn(work(self.shared.resources.clone(), self.shared.stop.clone()));
    }

    /// Runs work to its end, whatever becomes of the caller who waits for it.
    pub(crate) fn see_through<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.shared.tasks.spawn(work)
    }

    /// Ends everything: running answers are marked as interrupted, waiting ones stay for the next start. Waits at
    /// most `grace`.
    pub(crate) async fn stop(&self, grace: Duration) {
        self.shared.stop.cancel();
        for lane in self.shared.lanes().values() {
            if let Some(running) = &lane.running {
                running.stop.send_replace(Some(StopCause::Shutdown));
            }
        }
        self.shared.tasks.close();
        if tokio::time::timeout(grace, self.shared.tasks.wait()).await.is_err() {
            tracing::warn!(
                "some answers could not be ended in time; the next start marks them as interrupted"
            );
        }
    }
}

impl Shared {
    /// Has a session named after its first answer; the next answer does not wait for it.
    fn name_session(&self, ended: Option<ChatMessage>) {
        if let Some(ended) = ended.filter(|_| self.resources.registry.titles_by_model()) {
            self.tasks.spawn(naming::name(self.resources.clone(), ended, self.stop.clone()));
        }
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<SessionId, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives the waiting answers of one session, one after the other, until none is left.
async fn work(shared: Arc<Shared>, session: SessionId) {
    while !shared.stop.is_cancelled() {
        let waiting =
            match shared.resources.reader.open_answers(&session, crate::command::QUEUE_MAX + 1).await {
                Ok(waiting) => waiting,
                Err(error) => {
                    tracing::warn!(%error, "the queue of a session could not be read");
                    let _ = shared.stop.run_until_cancelled(tokio::time::sleep(READ_AGAIN)).await;
                    continue;
                }
            };
        match claim(&shared, &session, waiting) {
            Next::Answer(message, stop, ended) => {
                let given = driver::answer(&shared.resources, (*message).clone(), stop.clone());
                // A fault in one answer must not hold up the others.
                match AssertUnwindSafe(given).catch_unwind().await {
                    Ok(ended) => shared.name_session(ended),
                    Err(_) => driver::give_up(&shared.resources, *message, stop).await,
                }
                if let Some(lane) = shared.lanes().get_mut(&session) {
                    lane.running = None;
                }
                ended.cancel();
            }
            Next::LookAgain => {}
            Next::Nothing => return,
        }
    }
}

enum Next {
    Answer(Box<ChatMessage>, watch::Receiver<Option<StopCause>>, CancellationToken),
    LookAgain,
    Nothing,
}

/// Chooses the next answer and shows it as running; without one, frees the lane in the same moment.
fn claim(shared: &Shared, session: &SessionId, mut waiting: Vec<ChatMessage>) -> Next {
    let mut lanes = shared.lanes();
    // `stop` ends what runs under the same lock: what is chosen after it would never hear of it.
    if shared.stop.is_cancelled() {
        return Next::Nothing;
    }
    let Some(lane) = lanes.get_mut(session) else { return Next::Nothing };
    if lane.held.is_some() {
        // What is to be done is done once it is released.
        lane.wanted = lane.wanted || !waiting.is_empty();
        lane.has_worker = false;
        return Next::Nothing;
    }
    let wanted = std::mem::take(&mut lane.wanted);
    if waiting.is_empty() {
        if wanted {
            return Next::LookAgain;
        }
        lanes.remove(session);
        return Next::Nothing;
    }
    let preferred = lane.first.take();
    let index = preferred.and_then(|id| waiting.iter().position(|message| message.id == id)).unwrap_or(0);
    let message = waiting.swap_remove(index);
    let (stop, stopped) = watch::channel(None);
    let ended = CancellationToken::new();
    lane.running = Some(Running {
        message: message.id.clone(),
        parent: message.parent_id.clone(),
        stop,
        ended: ended.clone(),
    });
    Next::Answer(Box::new(message), stopped, ended)
}
