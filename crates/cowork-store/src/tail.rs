//! The newest committed events in memory, and the announcement that there are more.
//!
//! Always true: an event is here only after its commit; the tail is bounded and may be empty: it saves a read of the
//! database and is never the only place of anything. An announcement is a position, so losing one costs delay only.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bytes::Bytes;
use cowork_contract::Position;
use tokio::sync::watch;

/// Events kept at most.
const MAX_EVENTS: usize = 8_192;
/// Bytes of frames kept at most.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// One committed event, ready to be sent.
#[derive(Debug)]
pub struct LogEntry {
    /// Its position in the log.
    pub position: Position,
    /// The session it belongs to.
    pub session_id: Box<str>,
    /// The message it is about.
    pub message_id: Option<Box<str>>,
    /// The event's name.
    pub kind: &'static str,
    /// Whether the stream of all sessions carries it.
    pub wide: bool,
    frame: Bytes,
    json: std::ops::Range<usize>,
}

impl LogEntry {
    pub(crate) fn new(
        position: Position,
        session_id: &str,
        message_id: Option<&str>,
        kind: &'static str,
        wide: bool,
        body: &str,
    ) -> Self {
        // JSON has no raw line break, so the body is one `data:` line.
        let frame = format!("id: {position}\nevent: {kind}\ndata: {body}\n\n");
        let end = frame.len() - 2;
        Self {
            position,
            session_id: session_id.into(),
            message_id: message_id.map(Into::into),
            kind,
            wide,
            json: end - body.len()..end,
            frame: frame.into(),
        }
    }

    /// The frame of a Server-Sent Events stream, made once and shared by all readers.
    pub fn sse(&self) -> &Bytes {
        &self.frame
    }

    /// The event as JSON text.
    pub(crate) fn json_text(&self) -> &str {
        // It was made from text; were it not, an empty text would be refused by whoever reads it.
        std::str::from_utf8(self.json()).unwrap_or_default()
    }

    /// The event as JSON.
    pub fn json(&self) -> &[u8] {
        &self.frame[self.json.clone()]
    }
}

/// The shared tail of the log.
#[derive(Debug)]
pub(crate) struct Tail {
    recent: RwLock<Recent>,
    head: watch::Sender<Position>,
    wide: watch::Sender<Position>,
    sessions: Mutex<HashMap<Box<str>, watch::Sender<Position>>>,
    /// The newest position that may be committed, announced or not.
    reserved: AtomicI64,
    /// The newest position that a purge removed for good.
    floor: AtomicI64,
    /// Nothing is written any more.
    closed: AtomicBool,
}

#[derive(Debug, Default)]
struct Recent {
    entries: VecDeque<Arc<LogEntry>>,
    bytes: usize,
    /// Everything after this position that was committed is in `entries`.
    complete_after: Position,
}

impl Tail {
    /// An empty tail of a log whose newest position is `head`.
    pub(crate) fn new(head: Position, floor: Position) -> Self {
        Self {
            recent: RwLock::new(Recent { complete_after: head, ..Recent::default() }),
            head: watch::Sender::new(head),
            wide: watch::Sender::new(head),
            sessions: Mutex::default(),
            reserved: AtomicI64::new(head),
            floor: AtomicI64::new(floor),
            closed: AtomicBool::new(false),
        }
    }

    /// The newest announced position.
    pub(crate) fn head(&self) -> Position {
        *self.head.borrow()
    }

    /// Whether a reader can have seen `cursor`: a snapshot may be a moment ahead of the announcement.
    pub(crate) fn knows(&self, cursor: Position) -> bool {
        (0..=self.reserved.load(Ordering::Acquire)).contains(&cursor)
    }

    /// Says that positions up to `position` are about to be committed.
    pub(crate) fn reserve(&self, position: Position) {
        self.reserved.store(position, Ordering::Release);
    }

    /// The newest position that a purge removed: a cursor before it may have missed something.
    pub(crate) fn floor(&self) -> Position {
        self.floor.load(Ordering::Acquire)
    }

    /// Says that events up to `position` may be gone.
    pub(crate) fn raise_floor(&self, position: Position) {
        self.floor.fetch_max(position, Ordering::AcqRel);
    }

    /// Drops what is in memory: something of it was removed for good. Readers go on from the database.
    pub(crate) fn forget(&self) {
        self.recent.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether nothing is written any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Says that nothing is written any more, and wakes everybody who waits.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.wide.send_modify(|_| {});
        for sender in self.watched().values() {
            sender.send_modify(|_| {});
        }
    }

    /// Takes in what was just committed and wakes those who wait for it.
    pub(crate) fn publish(&self, entries: Vec<Arc<LogEntry>>) {
        let Some(head) = entries.last().map(|entry| entry.position) else { return };
        let any_wide = entries.iter().any(|entry| entry.wide);
        let mut touched: Vec<Arc<LogEntry>> = Vec::new();
        for entry in &entries {
            if !touched.iter().any(|seen| seen.session_id == entry.session_id) {
                touched.push(Arc::clone(entry));
            }
        }
        self.recent.write().unwrap_or_else(PoisonError::into_inner).extend(entries);
        self.head.send_replace(head);
        if any_wide {
            self.wide.send_replace(head);
        }
        let mut sessions = self.watched();
        for entry in touched {
            if let Some(sender) = sessions.get(&entry.session_id) {
                if sender.receiver_count() == 0 {
                    sessions.remove(&entry.session_id);
                } else {
                    sender.send_replace(head);
                }
            }
        }
    }

    /// Hears of every event that the stream of all sessions carries.
    pub(crate) fn watch_wide(&self) -> watch::Receiver<Position> {
        self.wide.subscribe()
    }

    /// Hears of every event of one session.
    pub(crate) fn watch_session(&self, session: &str) -> watch::Receiver<Position> {
        self.watched().entry(session.into()).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// Up to `limit` events after `cursor` that `wanted` takes, with the position up to which that is all there is.
    /// `None`: the tail does not reach back to `cursor`.
    pub(crate) fn after(
        &self,
        cursor: Position,
        limit: usize,
        wanted: impl Fn(&LogEntry) -> bool,
    ) -> Option<(Vec<Arc<LogEntry>>, Position)> {
        let recent = self.recent.read().unwrap_or_else(PoisonError::into_inner);
        if cursor < recent.complete_after {
            return None;
        }
        let start = recent.entries.partition_point(|entry| entry.position <= cursor);
        let mut found = Vec::new();
        let mut covered = cursor;
        for entry in recent.entries.range(start..) {
            if found.len() == limit {
                break;
            }
            covered = entry.position;
            if wanted(entry) {
                found.push(Arc::clone(entry));
            }
        }
        Some((found, covered))
    }

    fn watched(&self) -> MutexGuard<'_, HashMap<Box<str>, watch::Sender<Position>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recent {
    fn clear(&mut self) {
        self.complete_after = self.entries.back().map_or(self.complete_after, |newest| newest.position);
        self.entries.clear();
        self.bytes = 0;
    }

    fn extend(&mut self, entries: Vec<Arc<LogEntry>>) {
        for entry in entries {
            self.bytes += entry.frame.len();
            self.entries.push_back(entry);
        }
        while self.entries.len() > MAX_EVENTS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.frame.len();
            self.complete_after = oldest.position;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(position: Position, session: &str) -> Arc<LogEntry> {
        Arc::new(LogEntry::new(position, session, None, "message.delta", false, r#"{"id":1}"#))
    }

    #[test]
    fn a_frame_is_one_event_and_holds_the_json() {
        let entry = entry(7, "a");
        assert_eq!(entry.sse().as_ref(), b"id: 7\nevent: message.delta\ndata: {\"id\":1}\n\n");
        assert_eq!(entry.json(), br#"{"id":1}"#);
    }

    #[test]
    fn what_was_dropped_is_not_claimed_to_be_complete() {
        let tail = Tail::new(10, 0);
        assert!(tail.after(9, 1, |_| true).is_none(), "events before the start are not here");
        for position in 11..(11 + MAX_EVENTS as Position + 5) {
            tail.publish(vec![entry(position, "a")]);
        }
        assert!(tail.after(14, 1, |_| true).is_none());
        let (found, covered) = tail.after(15, 2, |_| true).unwrap();
        assert_eq!(found.iter().map(|e| e.position).collect::<Vec<_>>(), [16, 17]);
        assert_eq!(covered, 17);
    }

    #[test]
    fn passing_over_others_moves_the_cursor() {
        let tail = Tail::new(0, 0);
        tail.publish(vec![entry(1, "a"), entry(2, "b"), entry(3, "b")]);
        let (found, covered) = tail.after(0, 10, |e| &*e.session_id == "a").unwrap();
        assert_eq!((found.len(), covered), (1, 3));
    }

    #[test]
    fn only_the_watchers_of_a_session_wake() {
        let tail = Tail::new(0, 0);
        let (mut a, mut b) = (tail.watch_session("a"), tail.watch_session("b"));
        a.borrow_and_update();
        b.borrow_and_update();
        tail.publish(vec![entry(1, "a")]);
        assert!(a.has_changed().unwrap());
        assert!(!b.has_changed().unwrap());
    }
}
