//! The worker of one session: gives its waiting turns, one after the other, until none is left.
//!
//! Always true: the answers of one comparison run together and the next turn starts when all of them have ended; a
//! fault in one answer holds up no other.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cowork_contract::{COMPARED_MAX, ChatMessage, MessageStatus, SessionId};
use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Running, Shared};
use crate::driver::{self, Together};
use crate::turn::StopCause;
use crate::{answer, command};

/// How long to wait before reading again from a database that failed.
const READ_AGAIN: Duration = Duration::from_millis(500);

/// Gives the waiting answers of one session until none is left.
pub(super) async fn work(shared: Arc<Shared>, session: SessionId) {
    while !shared.stop.is_cancelled() {
        let waiting = match shared.resources.reader.open_answers(&session, command::QUEUE_MAX + 1).await {
            Ok(waiting) => waiting,
            Err(error) => {
                tracing::warn!(%error, "the queue of a session could not be read");
                let _ = shared.stop.run_until_cancelled(tokio::time::sleep(READ_AGAIN)).await;
                continue;
            }
        };
        match claim(&shared, &session, waiting) {
            Next::Turn(answers) => {
                let (together, named) = (Together::default(), AtomicBool::new(false));
                join_all(answers.into_iter().map(|claimed| give(&shared, claimed, &together, &named))).await;
            }
            Next::LookAgain => {}
            Next::Nothing => return,
        }
    }
}

/// An answer that is shown as running.
struct Claimed {
    message: ChatMessage,
    stop: watch::Receiver<Option<StopCause>>,
    ended: CancellationToken,
}

/// Gives one answer to its end. The first of its turn that is complete names the session.
async fn give(shared: &Shared, claimed: Claimed, together: &Together, named: &AtomicBool) {
    let Claimed { message, stop, ended } = claimed;
    let given = driver::answer(&shared.resources, message.clone(), stop.clone(), together);
    match AssertUnwindSafe(given).catch_unwind().await {
        Ok(Some(given)) if given.status == MessageStatus::Done => {
            if !named.swap(true, Ordering::Relaxed) {
                shared.name_session(given);
            }
        }
        Ok(_) => {}
        Err(_) => driver::give_up(&shared.resources, message.clone(), stop).await,
    }
    if let Some(lane) = shared.lanes().get_mut(&message.session_id) {
        lane.running.retain(|running| running.message != message.id);
    }
    ended.cancel();
}

enum Next {
    /// One answer, or those of one comparison.
    Turn(Vec<Claimed>),
    LookAgain,
    Nothing,
}

/// Chooses the next turn and shows its answers as running; without one, frees the lane in the same moment.
fn claim(shared: &Shared, session: &SessionId, waiting: Vec<ChatMessage>) -> Next {
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
    let preferred = lane.first.take();
    let preferred = preferred.and_then(|id| waiting.iter().position(|message| message.id == id));
    let Some(chosen) = waiting.get(preferred.unwrap_or(0)).cloned() else {
        if wanted {
            return Next::LookAgain;
        }
        lanes.remove(session);
        return Next::Nothing;
    };
    let group = answer::group(&chosen);
    let belongs =
        |other: &ChatMessage| other.id == chosen.id || (group.is_some() && answer::group(other) == group);
    let turn: Vec<_> = waiting.into_iter().filter(belongs).take(COMPARED_MAX).map(begin).collect();
    let (running, claimed) = turn.into_iter().unzip();
    lane.running = running;
    Next::Turn(claimed)
}

fn begin(message: ChatMessage) -> (Running, Claimed) {
    let (stop, stopped) = watch::channel(None);
    let ended = CancellationToken::new();
    let running = Running {
        message: message.id.clone(),
        parent: message.parent_id.clone(),
        group: answer::group(&message).map(str::to_owned),
        stop,
        ended: ended.clone(),
    };
    (running, Claimed { message, stop: stopped, ended })
}
