//! What comes first: how well a text matches, how lately it was written, and a title before a message.
//!
//! Always true: of what matches, the newest [`LOOKED_AT`] are weighed, and the titles beside them; so a search for a word
//! that is everywhere costs no more than another one. The order of a search goes on over its pages as it began.

use std::collections::HashSet;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use cowork_contract::{MessageId, MessageRole, SearchKind, SessionId, Timestamp};
use sqlx::{AnyConnection, Row};

use super::expression::Expression;
use super::{SearchQuery, fts};
use crate::{StorageError, StorageFault};

/// Entries that are weighed.
const LOOKED_AT: i64 = 400;
/// Titles that are weighed in any case.
const TITLES: i64 = 100;

/// By how much a title weighs more than a message.
const TITLE_WEIGHT: f64 = 4.0;
/// Days in which being new comes to weigh half as much.
const HALF_LIFE_DAYS: f64 = 30.0;

/// Something that matches, by the index.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) id: i64,
    pub(super) kind: SearchKind,
    /// The session, message or attachment.
    pub(super) reference: String,
    pub(super) session: SessionId,
    pub(super) message: Option<MessageId>,
    pub(super) role: Option<MessageRole>,
    pub(super) created_at: Timestamp,
    score: f64,
}

/// What matches, the best first.
pub(super) async fn ranked(
    connection: &mut AnyConnection,
    query: &SearchQuery,
    expression: &Expression,
    now: Timestamp,
) -> Result<Vec<Candidate>, StorageError> {
    let mut places: Vec<String> = Vec::new();
    places.extend(query.session.as_ref().map(fts::of_session));
    places.extend(query.role.map(fts::of_role));
    places.extend(query.kind.map(fts::of_kind));
    let mut found = matches(connection, query, &fts::matching(expression, &places), now, LOOKED_AT).await?;
    // Fewer than were asked for are all there are; nobody says a title.
    if found.len() as i64 == LOOKED_AT && query.kind.is_none() && query.role.is_none() {
        let known: HashSet<i64> = found.iter().map(|one| one.id).collect();
        places.push(fts::of_kind(SearchKind::Title));
        let titles = matches(connection, query, &fts::matching(expression, &places), now, TITLES).await?;
        found.extend(titles.into_iter().filter(|one| !known.contains(&one.id)));
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.id.cmp(&a.id)));
    Ok(found)
}

async fn matches(
    connection: &mut AnyConnection,
    query: &SearchQuery,
    matching: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Candidate>, StorageError> {
    let row = sqlx::query(fts::MATCHES)
        .bind(matching)
        .bind(i64::from(query.archived))
        .bind(query.from.unwrap_or(Timestamp::MIN))
        .bind(query.to.unwrap_or(Timestamp::MAX))
        .bind(query.session.as_ref().map_or("", |session| session.as_str()))
        .bind(limit)
        .fetch_one(connection)
        .await?;
    let entries: String = row.try_get::<Option<String>, _>(0)?.unwrap_or_default();
    let entries = entries.split(fts::ENTRY).filter(|entry| !entry.is_empty());
    let unreadable = || StorageError::new(StorageFault::Failed, "an entry of the search index can't be read");
    entries.map(|entry| candidate(entry, now).ok_or_else(unreadable)).collect()
}

/// An entry as the index gives it.
fn candidate(entry: &str, now: Timestamp) -> Option<Candidate> {
    let mut fields = entry.split(fts::FIELD);
    let mut field = || fields.next();
    let id = field()?.parse().ok()?;
    let kind = match field()? {
        "title" => SearchKind::Title,
        "attachment" => SearchKind::Attachment,
        _ => SearchKind::Message,
    };
    let reference = field()?.to_owned();
    let session = SessionId::new(field()?);
    let message = field().filter(|id| !id.is_empty()).map(MessageId::new);
    let role = match field()? {
        "" => None,
        "user" => Some(MessageRole::User),
        _ => Some(MessageRole::Assistant),
    };
    let created_at: Timestamp = field()?.parse().ok()?;
    let relevance: f64 = field()?.parse().ok()?;
    // A title is as new as its session.
    let updated_at: Timestamp = field()?.parse().ok()?;
    let at = if kind == SearchKind::Title { updated_at } else { created_at };
    let score = score(kind, relevance, now.saturating_sub(at));
    Some(Candidate { id, kind, reference, session, message, role, created_at, score })
}

/// How much something is worth: `relevance` as the index gives it, from 0; `age` in milliseconds.
fn score(kind: SearchKind, relevance: f64, age: Timestamp) -> f64 {
    let days = age.max(0) as f64 / 86_400_000.0;
    let new = 0.5 + 0.5 * 0.5_f64.powf(days / HALF_LIFE_DAYS);
    let weight = if kind == SearchKind::Title { TITLE_WEIGHT } else { 1.0 };
    weight * new * (1.0 + relevance.max(0.0))
}

/// Where a page ended. Age is counted from when the first page was asked for, so that the order holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) now: Timestamp,
    score: f64,
    id: i64,
}

impl Place {
    pub(super) fn of(candidate: &Candidate, now: Timestamp) -> Self {
        Self { now, score: candidate.score, id: candidate.id }
    }

    /// Whether a candidate comes after it.
    pub(super) fn is_before(&self, candidate: &Candidate) -> bool {
        let order = self.score.total_cmp(&candidate.score).then(self.id.cmp(&candidate.id));
        order == std::cmp::Ordering::Greater
    }

    /// Reads a cursor. `None`: it is none of ours.
    pub(super) fn parse(cursor: &str) -> Option<Self> {
        let mut parts = cursor.split('.');
        let now = parts.next()?.parse().ok()?;
        let score = f64::from_bits(u64::from_str_radix(parts.next()?, 16).ok()?);
        let id = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(Self { now, score, id })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:x}.{}", self.now, self.score.to_bits(), self.id)
    }
}

pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::try_from(since.as_millis()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Timestamp = 86_400_000;

    #[test]
    fn titles_weigh_more_and_what_is_new_weighs_more() {
        let message = |relevance, days| score(SearchKind::Message, relevance, days * DAY);
        assert!(score(SearchKind::Title, 1.0, 0) > message(3.0, 0));
        assert!(message(1.0, 0) > message(1.0, 60));
        assert!(message(5.0, 3_000) > message(1.0, 0), "age alone buries nothing");
        assert!(message(1.0, -5) <= message(1.0, 0), "a clock that went back gives no weight");
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let place = Place { now: 17, score: 1.5e-7, id: 42 };
        assert_eq!(Place::parse(&place.to_string()), Some(place));
        for wrong in ["", "1", "1.2", "a.b.c", "1.2.3.4", "1.2.x"] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
    }
}
