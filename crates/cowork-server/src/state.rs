//! What all handlers share.

use std::{ops::Deref, sync::Arc, time::Instant};

use cowork_engine::Engine;
use cowork_store::Reader;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::{auth::Auth, frames::Frames, guard::Hosts, options::Limits};

/// The state of one server; cloning it is cheap.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

/// See [`App`].
pub(crate) struct Shared {
    /// Takes commands.
    pub(crate) engine: Engine,
    /// Answers questions.
    pub(crate) reader: Reader,
    /// Whom to let in.
    pub(crate) auth: Auth,
    /// The previews that wait to be shown.
    pub(crate) frames: Frames,
    /// The names this server answers to.
    pub(crate) hosts: Hosts,
    /// What clients may cost.
    pub(crate) limits: Limits,
    /// Between two heartbeats of a stream.
    pub(crate) heartbeat: std::time::Duration,
    /// One permit for each event stream that may still be opened.
    pub(crate) streams: Arc<Semaphore>,
    /// Fires when the server goes down: streams end.
    pub(crate) closing: CancellationToken,
    /// When it began.
    pub(crate) started: Instant,
    /// Renders the metrics.
    pub(crate) metrics: PrometheusHandle,
}

impl App {
    /// Puts `shared` behind one pointer.
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// Event streams that are open.
    pub(crate) fn open_streams(&self) -> u32 {
        let open = self.limits.streams.saturating_sub(self.streams.available_permits());
        u32::try_from(open).unwrap_or(u32::MAX)
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
