//! Following the log from a position: everything after it, once, in order, then live.
//!
//! Always true: nothing is queued for a reader; what it has not asked for stays in the log. Whoever does not ask
//! for a while goes on where it was.

use std::sync::Arc;

use cowork_contract::{Position, SessionId};
use sqlx::{AnyPool, Row};
use tokio::sync::watch;

use crate::ReadError;
use crate::tail::{LogEntry, Tail};

/// Events given at once at most.
const PAGE: usize = 256;
/// Bytes of events after which a page from the database ends; the event that reaches it is its last.
const PAGE_BYTES: usize = 1 << 20;

/// What a reader follows.
#[derive(Debug, Clone)]
pub enum Scope {
    /// One session.
    Session(SessionId),
    /// What the session list needs of all sessions, and everything of one.
    All {
        /// The session of which everything is wanted.
        with: Option<SessionId>,
    },
}

/// A position that the log has not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "The log has no event {cursor} yet; its newest is {head}. Fetch the snapshot again and go on from there."
)]
pub struct UnknownCursor {
    /// What was asked for.
    pub cursor: Position,
    /// The newest position.
    pub head: Position,
}

/// What comes next for a reader.
#[derive(Debug)]
pub enum FollowItem {
    /// Events in order, at least one.
    Events(Vec<Arc<LogEntry>>),
    /// Events after the cursor were removed for good: the snapshot has to be fetched again. Nothing follows.
    Reset,
    /// The log is being closed. Nothing follows.
    Closed,
}

/// A reader's place in the log.
#[derive(Debug)]
pub struct Follow {
    pool: AnyPool,
    tail: Arc<Tail>,
    session: Option<Box<str>>,
    wide: bool,
    cursor: Position,
    session_news: Option<watch::Receiver<Position>>,
    wide_news: Option<watch::Receiver<Position>>,
}

impl Follow {
    pub(crate) fn new(
        pool: AnyPool,
        tail: Arc<Tail>,
        scope: Scope,
        after: Option<Position>,
    ) -> Result<Self, UnknownCursor> {
        let (session, wide) = match scope {
            Scope::Session(session) => (Some(session), false),
            Scope::All { with } => (with, true),
        };
        let session: Option<Box<str>> = session.map(|session| session.as_str().into());
        // Subscribed before the head is read: what is committed in between is announced.
        let session_news = session.as_deref().map(|session| tail.watch_session(session));
        let wide_news = wide.then(|| tail.watch_wide());
        let head = tail.head();
        let cursor = after.unwrap_or(head);
        if !tail.knows(cursor) {
            return Err(UnknownCursor { cursor, head });
        }
        Ok(Self { pool, tail, session, wide, cursor, session_news, wide_news })
    }

    /// Where the reader is: everything up to here was given or did not concern it.
    pub fn cursor(&self) -> Position {
        self.cursor
    }

    /// Waits for something to give, then gives what is there, at most 256 events and about a megabyte. May be dropped
    /// while it waits.
    pub async fn next(&mut self) -> Result<FollowItem, ReadError> {
        loop {
            if self.cursor < self.tail.floor() {
                return Ok(FollowItem::Reset);
            }
            // Marked as seen before looking: what comes while we look wakes us again.
            for news in [&mut self.session_news, &mut self.wide_news].into_iter().flatten() {
                news.borrow_and_update();
            }
            let events = self.page().await?;
            if !events.is_empty() {
                return Ok(FollowItem::Events(events));
            }
            if self.cursor >= self.tail.head() && (self.tail.is_closed() || !self.changed().await) {
                return Ok(FollowItem::Closed);
            }
        }
    }

    /// The next events, from memory if it reaches back far enough. Moves the cursor past what does not concern us.
    async fn page(&mut self) -> Result<Vec<Arc<LogEntry>>, ReadError> {
        let (session, wide) = (self.session.as_deref(), self.wide);
        let wanted = |entry: &LogEntry| (wide && entry.wide) || session == Some(&*entry.session_id);
        if let Some((events, covered)) = self.tail.after(self.cursor, PAGE, wanted) {
            self.cursor = self.cursor.max(covered);
            return Ok(events);
        }
        let head = self.tail.head();
        let rows = sqlx::query(if self.wide { WIDE_PAGE } else { SESSION_PAGE })
            .bind(self.cursor)
            .bind(session.unwrap_or(""))
            .bind(PAGE as i64)
            .bind(PAGE_BYTES as i64)
            .fetch_all(&self.pool)
            .await?;
        let events = rows.iter().map(entry_of).collect::<Result<Vec<_>, _>>()?;
        let last = events.last().map(|entry| entry.position);
        let bytes: usize = events.iter().map(|entry| entry.json().len()).sum();
        let is_whole = events.len() < PAGE && bytes < PAGE_BYTES;
        self.cursor = if is_whole { last.unwrap_or(0).max(head) } else { last.unwrap_or(head) };
        Ok(events)
    }

    /// Waits until one of the announcements changes. `false`: the log is closed.
    async fn changed(&mut self) -> bool {
        match (&mut self.session_news, &mut self.wide_news) {
            (Some(session), Some(wide)) => tokio::select! {
                changed = session.changed() => changed.is_ok(),
                changed = wide.changed() => changed.is_ok(),
            },
            (Some(news), None) | (None, Some(news)) => news.changed().await.is_ok(),
            (None, None) => false,
        }
    }
}

/// The next page of what `$concerns` takes. How much there is is counted before any body is read.
macro_rules! page {
    ($concerns:literal) => {
        concat!(
            "select position, session_id, message_id, kind, wide, body from event where position > $1 and ",
            $concerns,
            " and position <= (select max(position) from ( \
                select position, sum(size) over (order by position) - size as before from ( \
                  select position, octet_length(body) as size from event where position > $1 and ",
            $concerns,
            " order by position limit $3) as page) as sized where before < $4) order by position"
        )
    };
}

const SESSION_PAGE: &str = page!("session_id = $2");
const WIDE_PAGE: &str = page!("(wide = 1 or session_id = $2)");

fn entry_of(row: &sqlx::any::AnyRow) -> Result<Arc<LogEntry>, ReadError> {
    let session: String = row.try_get(1)?;
    let message: Option<String> = row.try_get(2)?;
    let kind: String = row.try_get(3)?;
    let body: String = row.try_get(5)?;
    let wide = row.try_get::<i64, _>(4)? == 1;
    Ok(Arc::new(LogEntry::new(row.try_get(0)?, &session, message.as_deref(), kind_name(&kind), wide, &body)))
}

/// The stored name as one of the names this build knows; a newer one is passed on as a plain message.
fn kind_name(stored: &str) -> &'static str {
    const NAMES: [&str; 14] = [
        "message.created",
        "message.delta",
        "message.updated",
        "message.completed",
        "message.error",
        "task.status",
        "task.plan",
        "task.step",
        "task.tool",
        "task.artifact",
        "approval.requested",
        "approval.resolved",
        "token.usage",
        "session.updated",
    ];
    NAMES.into_iter().find(|name| *name == stored).unwrap_or("message")
}
