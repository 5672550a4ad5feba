//! What is done now and then: compaction of finished answers, and the end of the time for undo.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cowork_contract::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::supervisor::Resources;

/// How long the deltas of a finished answer stay, for readers that are in the middle of them.
const KEEP_DELTAS: Duration = Duration::from_secs(120);
/// How long a deletion can be taken back.
pub(crate) const UNDO: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long a file that was uploaded waits to be sent.
const UNSENT: Duration = Duration::from_secs(24 * 60 * 60);
/// Answers compacted in one commit, so that nobody waits long behind it.
const AT_ONCE: u32 = 16;
const COMPACT_EVERY: Duration = Duration::from_secs(60);
const PURGE_EVERY: u32 = 60;

/// Runs until `stop`; a commit in hand is finished first.
pub(crate) async fn run(resources: Resources, stop: CancellationToken) {
    let mut round = 0_u32;
    loop {
        if round.is_multiple_of(PURGE_EVERY) {
            match resources.writer.purge(before(UNDO)).await {
                Ok(purged) if purged.messages + purged.sessions > 0 => {
                    tracing::info!(
                        messages = purged.messages,
                        sessions = purged.sessions,
                        "removed for good what was deleted over 30 days ago"
                    );
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "what was deleted could not be removed yet"),
            }
        }
        if round.is_multiple_of(PURGE_EVERY) {
            clear_attachments(&resources).await;
        }
        while let Ok(AT_ONCE..) = resources.writer.compact(before(KEEP_DELTAS), AT_ONCE).await {
            if stop.is_cancelled() {
                return;
            }
        }
        round = round.wrapping_add(1);
        if stop.run_until_cancelled(tokio::time::sleep(COMPACT_EVERY)).await.is_none() {
            return;
        }
    }
}

/// Removes the files that were not sent in time, and then the bytes that nothing names any more.
async fn clear_attachments(resources: &Resources) {
    match resources.writer.expire_attachments(before(UNSENT)).await {
        Ok(expired) if expired > 0 => {
            tracing::info!(expired, "removed files that were not sent within a day")
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "files that were not sent could not be removed yet"),
    }
    match resources.attachments.sweep().await {
        Ok(swept) if swept > 0 => {
            tracing::info!(swept, "removed the bytes of files that nothing holds any more")
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "bytes of files that nothing holds could not be removed yet"),
    }
}

fn before(age: Duration) -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::try_from(now.saturating_sub(age).as_millis()).unwrap_or(0)
}
