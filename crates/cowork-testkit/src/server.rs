//! The provider: a listener, its scripts, and the record of what it was asked.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::http::Request;
use crate::{End, Recorded, Script, refuse, run};

/// More requests than this are answered, but not recorded.
const MOST_RECORDED: usize = 100_000;

/// A provider that answers from scripts, on a port of its own on this machine. Stops when it is dropped.
///
/// Who answers a request: the first matcher that has a script for it, else the next script of the queue, else the
/// fallback, else status 500. `GET .../models` is answered with a list and not recorded, unless a matcher wants it.
#[derive(Debug)]
pub struct ScriptedProvider {
    address: SocketAddr,
    shared: Arc<Shared>,
    _stop: DropGuard,
}

type Matcher = Box<dyn Fn(&Recorded) -> Option<Script> + Send + Sync>;

/// What the connections share.
pub(crate) struct Shared {
    scripts: Mutex<Scripts>,
    requests: watch::Sender<Vec<Recorded>>,
    connections: AtomicUsize,
    without_bodies: AtomicBool,
}

#[derive(Default)]
struct Scripts {
    matchers: Vec<Matcher>,
    queue: VecDeque<Script>,
    fallback: Option<Script>,
    models: Vec<String>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("requests", &self.requests.borrow().len()).finish_non_exhaustive()
    }
}

impl ScriptedProvider {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When this machine gives no port: a test cannot go on without it.
    pub async fn start() -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Starts one at this address; to come back at the address of one that was dropped.
    ///
    /// # Panics
    /// When the address cannot be had.
    #[expect(clippy::expect_used, reason = "a test cannot go on without its provider")]
    pub async fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port on the loopback interface");
        let address = listener.local_addr().expect("the address of a bound listener");
        let scripts = Scripts { models: vec!["scripted-1".to_owned()], ..Scripts::default() };
        let shared = Arc::new(Shared {
            scripts: Mutex::new(scripts),
            requests: watch::Sender::new(Vec::new()),
            connections: AtomicUsize::new(0),
            without_bodies: AtomicBool::new(false),
        });
        let stop = CancellationToken::new();
        tokio::spawn(accept(listener, Arc::clone(&shared), stop.clone()));
        Self { address, shared, _stop: stop.drop_guard() }
    }

    /// What to configure as base URL.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Adds a script to the queue; each answers one request.
    pub fn push(&self, script: impl Into<Script>) -> &Self {
        self.shared.scripts().queue.push_back(script.into());
        self
    }

    /// Sets the script for all requests that nothing else answers.
    pub fn always(&self, script: impl Into<Script>) -> &Self {
        self.shared.scripts().fallback = Some(script.into());
        self
    }

    /// Adds a matcher: it answers the requests for which it has a script.
    pub fn when(&self, matcher: impl Fn(&Recorded) -> Option<Script> + Send + Sync + 'static) -> &Self {
        self.shared.scripts().matchers.push(Box::new(matcher));
        self
    }

    /// Sets the list of models.
    pub fn models<T: Into<String>>(&self, models: impl IntoIterator<Item = T>) -> &Self {
        self.shared.scripts().models = models.into_iter().map(Into::into).collect();
        self
    }

    /// From now on bodies are neither parsed nor recorded: for measurements, in which that would be time and memory.
    pub fn without_bodies(&self) -> &Self {
        self.shared.without_bodies.store(true, Ordering::Relaxed);
        self
    }

    /// All requests so far, in the order of their arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.requests.borrow().clone()
    }

    /// How many connections were accepted so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Waits for request number `n`, from 0.
    pub async fn request(&self, n: usize) -> Recorded {
        let mut requests = self.shared.requests.subscribe();
        match requests.wait_for(|requests| requests.len() > n).await {
            Ok(requests) => requests[n].clone(),
            // The sender lives as long as this borrow.
            Err(_) => std::future::pending().await,
        }
    }
}

impl Shared {
    /// Records a request and chooses who answers it.
    pub(crate) fn receive(&self, request: Request) -> (Script, watch::Sender<End>) {
        let received_at = Instant::now();
        let (end, ended) = watch::channel(End::Running);
        let parsed = !self.without_bodies.load(Ordering::Relaxed);
        let recorded = Recorded {
            method: request.method,
            path: request.path,
            headers: request.headers,
            body: parsed.then(|| serde_json::from_slice(&request.body).ok()).flatten().unwrap_or(Value::Null),
            received_at,
            end: ended,
        };
        let mut scripts = self.scripts();
        let matched = scripts.matchers.iter().find_map(|matcher| matcher(&recorded));
        let is_list = recorded.method == "GET" && recorded.path.ends_with("/models");
        let script = match matched {
            Some(script) => script,
            None if is_list => return (list(&scripts.models), end),
            None => {
                let next = scripts.queue.pop_front().or_else(|| scripts.fallback.clone());
                next.unwrap_or_else(|| refuse(500, "no_script", "no script is left for this request"))
            }
        };
        drop(scripts);
        self.requests.send_modify(|requests| {
            if requests.len() < MOST_RECORDED {
                requests.push(recorded);
            }
        });
        (script, end)
    }

    fn scripts(&self) -> MutexGuard<'_, Scripts> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn list(models: &[String]) -> Script {
    let entry =
        |id: &String| json!({ "id": id, "object": "model", "created": 1_760_000_000, "owned_by": "testkit" });
    let data = models.iter().map(entry).collect::<Vec<_>>();
    Script::new(200).json(&json!({ "object": "list", "data": data }))
}

/// Accepts connections until `stop`; then all of them are cut.
async fn accept(listener: TcpListener, shared: Arc<Shared>, stop: CancellationToken) {
    let mut connections = JoinSet::new();
    let accepting = async {
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        shared.connections.fetch_add(1, Ordering::Relaxed);
                        let shared = Arc::clone(&shared);
                        // An error here is a client that went away, which the record says already.
                        connections.spawn(async move { run::serve(stream, &shared).await.ok() });
                    }
                    Err(_) => tokio::task::yield_now().await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    };
    stop.run_until_cancelled(accepting).await;
}
