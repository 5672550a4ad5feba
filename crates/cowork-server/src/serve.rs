//! A server from its options to its end.

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use axum::{Router, extract::Request, middleware};
use cowork_contract::StartCode;
use cowork_engine::Engine;
use cowork_store::{ReadError, Reader};
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    assets,
    auth::Auth,
    frames::Frames,
    guard::{self, Hosts},
    listen, metrics,
    options::ServerOptions,
    routes,
    state::{App, Shared},
};

/// Why a server can't start. Each says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another address than this machine's own was asked for.
    #[error(
        "{host} is not a loopback address, and Cowork listens on no other: whoever reaches it could act for you\n\
         To use it from another machine, forward the port there: ssh -L 7317:127.0.0.1:7317 THIS-MACHINE"
    )]
    NotLoopback {
        /// What was asked for.
        host: String,
    },
    /// Another program has the port.
    #[error("port {} is taken by another program\nChoose another with --port, or let one be picked with --port 0", address.port())]
    InUse {
        /// Where it was to listen.
        address: SocketAddr,
    },
    /// The address can't be used.
    #[error("can't listen on {address}")]
    Bind {
        /// Where it was to listen.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The stored tokens can't be read.
    #[error("can't read the stored tokens")]
    Tokens(#[from] ReadError),
    /// The metrics can't be set up.
    #[error("can't set up the metrics: {0}")]
    Metrics(String),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers, which sign-in needs")]
    Random,
}

/// A server that listens.
pub struct Running {
    address: SocketAddr,
    app: App,
    task: JoinHandle<()>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Running {
    /// Where it listens, with the port that was picked.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A fresh start code, good once and for a minute.
    pub fn start_code(&self) -> Result<StartCode, ServeError> {
        self.app.auth.issue_code().map_err(|_| ServeError::Random)
    }

    /// Returns once the server has ended and no connection is left, at most the grace after it was told to stop.
    pub async fn finished(self) {
        if let Err(fault) = self.task.await {
            tracing::error!(error = %fault, "the server ended by a fault");
        }
    }
}

/// Starts to listen, and serves until `stop` fires. Connections are accepted when this returns.
pub async fn serve(
    options: ServerOptions,
    engine: Engine,
    reader: Reader,
    stop: CancellationToken,
) -> Result<Running, ServeError> {
    let wanted = SocketAddr::new(loopback(&options.host)?, options.port);
    let metrics = metrics::install().map_err(|fault| ServeError::Metrics(fault.to_string()))?;
    let tokens = reader.tokens().await?;
    let bound = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => ServeError::InUse { address: wanted },
        _ => ServeError::Bind { address: wanted, source },
    };
    let listener = listen::bind(wanted).map_err(bound)?;
    let address = listener.local_addr().map_err(bound)?;
    let app = App::new(Shared {
        engine,
        reader,
        auth: Auth::new(tokens, options.fixed_token.into_iter().chain(options.command_token)),
        frames: Frames::default(),
        hosts: Hosts::of(address),
        streams: Arc::new(Semaphore::new(options.limits.streams)),
        limits: options.limits,
        heartbeat: options.heartbeat,
        closing: stop,
        started: Instant::now(),
        metrics,
    });
    let task = tokio::spawn(listen::run(listener, router(&app), app.clone()));
    Ok(Running { address, app, task })
}

/// Everything behind the gate.
fn router(app: &App) -> Router {
    let (documented, _) = routes::documented().split_for_parts();
    documented
        .fallback(assets::fallback)
        .method_not_allowed_fallback(|request: Request| async move { assets::not_allowed(&request) })
        .layer(middleware::from_fn_with_state(app.clone(), guard::gate))
        .with_state(app.clone())
}

/// The loopback address that `host` names.
fn loopback(host: &str) -> Result<IpAddr, ServeError> {
    if host.eq_ignore_ascii_case("localhost") {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(address) if address.is_loopback() => Ok(address),
        _ => Err(ServeError::NotLoopback { host: host.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_can_be_bound() {
        for host in ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LOCALHOST"] {
            assert!(loopback(host).is_ok(), "{host}");
        }
        for host in
            ["0.0.0.0", "::", "192.168.1.2", "example.org", "", "127.0.0.1.example.org", "::ffff:127.0.0.1"]
        {
            let refused = loopback(host).unwrap_err();
            assert!(refused.to_string().contains("ssh -L"), "{host}: {refused}");
        }
    }
}
