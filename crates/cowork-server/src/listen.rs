//! Connections: accepted within a limit, served within deadlines, ended within a grace.
//!
//! Always true: a client that is slow to send a head or to take bytes loses its connection and costs nobody else
//! anything; when [`run`] returns, no connection is left.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::MissedTickBehavior,
};
use tokio_io_timeout::TimeoutStream;

use crate::state::App;

/// What the kernel holds for a client that does not read, in bytes (Linux doubles it): enough to keep a fast reader
/// busy, little enough that a thousand stalled ones do no harm.
const SEND_BUFFER: u32 = 256 << 10;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// How long to pause when the system can't accept, most likely for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How often recorded histograms are folded into their buckets, so that they take no memory meanwhile.
const UPKEEP: Duration = Duration::from_secs(5);

/// Listens at `address`.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restart must not wait for the connections of the last run to time out.
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves `router` until the app closes; then connections have the grace to end what they are doing.
pub(crate) async fn run(listener: TcpListener, router: Router, app: App) {
    let http = protocol(&app);
    let seats = Arc::new(Semaphore::new(app.limits.connections));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut upkeep = tokio::time::interval(UPKEEP);
    upkeep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let (stream, seat) = tokio::select! {
            () = app.closing.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            _ = upkeep.tick() => {
                app.metrics.run_upkeep();
                continue;
            }
            accepted = accept(&listener, &seats) => accepted,
        };
        // Tokens are small and must not wait for each other.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(app.limits.write_time));
        let service = TowerToHyperService::new(router.clone());
        let connection = graceful.watch(http.serve_connection(TokioIo::new(Box::pin(stream)), service));
        connections.spawn(async move {
            if let Err(fault) = connection.await {
                tracing::debug!(error = %fault, "a connection ended early");
            }
            drop(seat);
        });
    }
    drop(listener);
    if tokio::time::timeout(app.limits.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!(left = connections.len(), "connections did not end in time and are cut");
    }
    connections.shutdown().await;
}

fn protocol(app: &App) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(app.limits.header_time)
        .max_headers(app.limits.header_count)
        .max_buf_size(app.limits.header_bytes);
    http
}

/// The next connection, once there is a seat for it.
async fn accept(listener: &TcpListener, seats: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    loop {
        let Ok(seat) = Arc::clone(seats).acquire_owned().await else {
            // The seats are never closed.
            std::future::pending::<()>().await;
            continue;
        };
        match listener.accept().await {
            Ok((stream, _)) => return (stream, seat),
            Err(fault) => {
                tracing::warn!(error = %fault, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
