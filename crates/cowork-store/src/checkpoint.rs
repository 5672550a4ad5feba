//! Moving what the write-ahead log holds into the database, beside the writer instead of within its commits.
//!
//! Always true: this is about time alone. What it does not get to, the writer does by itself once the log is long.

use std::sync::Arc;

use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Commits after which a look at the log pays; each writes a few pages of 4 KiB.
pub(crate) const COMMITS: u32 = 128;

/// Pages at which the writer itself empties the log. Higher than what comes together between two looks, so that there
/// is little left to do then, and the log starts anew.
pub(crate) const WRITER_PAGES: u32 = 4_000;

/// Empties the log as far as it can without waiting for anybody, each time it is woken, until `stop`.
pub(crate) async fn run(mut connection: AnyConnection, grown: Arc<Notify>, stop: CancellationToken) {
    while stop.run_until_cancelled(grown.notified()).await.is_some() {
        if let Err(error) = connection.execute("pragma wal_checkpoint(passive)").await {
            tracing::debug!(%error, "the write-ahead log could not be moved into the database");
        }
    }
    if let Err(error) = connection.close().await {
        tracing::debug!(%error, "a connection could not be closed");
    }
}
