//! Who runs what: one worker for each session that has answers to give, and the way to stop each of them.
//!
//! Always true: a session has at most one worker and one running turn: an answer, or the answers of one comparison;
//! waiting turns start in order, whatever the one before ended as; none starts while its session is held; nothing here
//! outlives [`Supervisor::stop`]. Elsewhere: the worker itself (`worker`).

mod worker;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cowork_contract::{ChatMessage, MessageId, SessionId, passed_over_code};
use cowork_provider::demo::Demo;
use cowork_store::{Reader, Writer};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use worker::work;

use crate::attachments::Attachments;
use crate::capability::Needs;
use crate::conversation::Conversations;
use crate::models::Models;
use crate::naming;
use crate::providers::Roster;
use crate::resting::Resting;
use crate::routing::{Candidate, Retry};
use crate::turn::StopCause;

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
    /// The model that was asked, then those that may stand in for it, for a request with these needs. `alone`: nobody
    /// may.
    pub(crate) fn candidates(&self, asked: (&str, &str), needs: Needs, alone: bool) -> Vec<Candidate> {
        let fallback = self.registry.fallback();
        let others = fallback.iter().map(|(provider, model)| (provider.as_str(), model.as_str()));
        let others = others.filter(|other| *other != asked);
        let now = Instant::now();
        // The demo is asked by those who chose it; nothing stands in for it.
        let is_demo = asked.0 == Demo::ID;
        std::iter::once(asked)
            .chain(others.filter(|_| !is_demo && !alone))
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
    /// The turn that runs: its answers that have not ended. Empty: none runs.
    running: Vec<Running>,
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
    /// The comparison it is part of.
    pub(crate) group: Option<String>,
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
        if !lane.running.is_empty() || lane.held.is_some() {
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

    /// The running answers of a session, several only of one comparison.
    pub(crate) fn running(&self, session: &SessionId) -> Vec<Running> {
        self.shared.lanes().get(session).map(|lane| lane.running.clone()).unwrap_or_default()
    }

    /// Has a waiting answer started before older ones.
    pub(crate) fn prefer(&self, session: &SessionId, message: &MessageId) {
        if let Some(lane) = self.shared.lanes().get_mut(session) {
            lane.first = Some(message.clone());
        }
    }

    /// How many answers run.
    pub(crate) fn running_count(&self) -> u32 {
        let running: usize = self.shared.lanes().values().map(|lane| lane.running.len()).sum();
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
            for running in &lane.running {
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
    fn name_session(&self, ended: ChatMessage) {
        if self.resources.registry.titles_by_model() {
            self.tasks.spawn(naming::name(self.resources.clone(), ended, self.stop.clone()));
        }
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<SessionId, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
