//! Previews in isolated frames: what waits to be shown, and under which policies it is.
//!
//! Always true: a ticket is good once and for a minute; few wait at a time, in memory only; a frame's document has an
//! origin of its own, loads nothing and can be framed by our own page alone. Nothing of a message runs: HTML and SVG
//! are shown without scripts, and a diagram's source is data for a program of ours.
//! Elsewhere: who may ask for a frame (`guard`), what the page says to a drawing frame (`web/frames`).

mod document;

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use subtle::ConstantTimeEq as _;
use tokio::time::Instant;

use crate::auth::{self, Hash};
use crate::problem::ApiError;

pub(crate) use document::{document, drawing_program, is_built};

/// How long a ticket is good for.
pub(crate) const GOOD_FOR: Duration = Duration::from_secs(60);

/// How many may wait at once, each with at most a megabyte; the oldest is given up for a new one.
const WAITING_MAX: usize = 16;

/// What a ticket stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// A document of somebody else's.
    Html(Bytes),
    /// A picture of somebody else's.
    Svg(Bytes),
    /// Our own document that draws diagrams.
    Drawing,
    /// The program which that document loads.
    Program,
}

/// The frames that wait to be shown.
#[derive(Default)]
pub(crate) struct Frames(Mutex<VecDeque<(Hash, Instant, Content)>>);

impl Frames {
    /// A ticket for `content`.
    pub(crate) fn add(&self, content: Content) -> Result<String, ApiError> {
        let ticket = auth::secret::<16>()?;
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() == WAITING_MAX {
            waiting.pop_front();
        }
        waiting.push_back((auth::hash(ticket.as_bytes()), Instant::now() + GOOD_FOR, content));
        Ok(ticket)
    }

    /// What `ticket` stands for; it no longer does.
    pub(crate) fn take(&self, ticket: &str) -> Option<Content> {
        let (asked, now) = (auth::hash(ticket.as_bytes()), Instant::now());
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|(_, until, _)| *until > now);
        let place = waiting.iter().position(|(known, ..)| bool::from(known.ct_eq(&asked)))?;
        waiting.remove(place).map(|(.., content)| content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &'static str) -> Content {
        Content::Html(Bytes::from_static(text.as_bytes()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_ticket_is_good_once_and_for_a_minute() {
        let frames = Frames::default();
        let (first, second) = (frames.add(html("a")).unwrap(), frames.add(html("b")).unwrap());
        assert_eq!(frames.take("none"), None, "never given out");
        assert_eq!(frames.take(&first), Some(html("a")));
        assert_eq!(frames.take(&first), None, "used");
        tokio::time::advance(GOOD_FOR - Duration::from_millis(1)).await;
        let third = frames.add(html("c")).unwrap();
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(frames.take(&second), None, "too old");
        assert_eq!(frames.take(&third), Some(html("c")), "the younger one still is good");
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_gives_way() {
        let frames = Frames::default();
        let tickets: Vec<_> = (0..=WAITING_MAX).map(|_| frames.add(html("x")).unwrap()).collect();
        assert_eq!(frames.take(&tickets[0]), None);
        assert!(tickets[1..].iter().all(|ticket| frames.take(ticket).is_some()));
    }
}
