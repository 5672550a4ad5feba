//! Commands that were done, by the sender's id: so that doing them again gives the first answer and nothing else.
//!
//! What is kept is where in the log the answer stands, not the answer: the log is the only copy.

use cowork_contract::{ClientRequestId, Event, Position};
use sha2::{Digest, Sha256};
use sqlx::Row;

use crate::StorageError;
use crate::blobs::hex;
use crate::transaction::{Tx, parse};

/// Within what an id is unique: a session, or the server for what makes sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestScope(String);

impl RequestScope {
    /// The whole server.
    pub fn server() -> Self {
        Self("server".to_owned())
    }

    /// One session.
    pub fn session(id: &cowork_contract::SessionId) -> Self {
        Self(id.as_str().to_owned())
    }
}

/// What is known of a command's id.
#[derive(Debug)]
pub enum Remembered {
    /// It was not used yet.
    New,
    /// This very command was done; these are the events of its answer that are still held, in order.
    Done(Vec<Event>),
    /// It was used for something else.
    Different,
}

/// A hash of what a command says, its id left out.
fn fingerprint(command: &str) -> String {
    hex(&Sha256::digest(command.as_bytes()))
}

impl Tx<'_> {
    /// Looks a command up. `command` is its kind, target and fields as text.
    pub async fn recall(
        &mut self,
        scope: &RequestScope,
        id: Option<&ClientRequestId>,
        command: &str,
    ) -> Result<Remembered, StorageError> {
        let Some(id) = id else { return Ok(Remembered::New) };
        let row = sqlx::query("select fingerprint, positions from request where scope = $1 and id = $2")
            .bind(scope.0.as_str())
            .bind(id.as_str())
            .fetch_optional(&mut *self.connection)
            .await?;
        let Some(row) = row else { return Ok(Remembered::New) };
        if row.try_get::<String, _>(0)? != fingerprint(command) {
            return Ok(Remembered::Different);
        }
        let positions: Vec<Position> = parse(&row, 1)?;
        self.insert_events().await?;
        let mut events = Vec::with_capacity(positions.len());
        for position in positions {
            let row = sqlx::query("select body from event where position = $1")
                .bind(position)
                .fetch_optional(&mut *self.connection)
                .await?;
            if let Some(row) = row {
                events.push(parse(&row, 0)?);
            }
        }
        Ok(Remembered::Done(events))
    }

    /// Remembers a command that was done, with where its answer stands.
    pub async fn remember(
        &mut self,
        scope: &RequestScope,
        id: Option<&ClientRequestId>,
        command: &str,
        answer: &[Position],
    ) -> Result<(), StorageError> {
        let Some(id) = id else { return Ok(()) };
        sqlx::query(
            "insert into request (scope, id, fingerprint, positions, created_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(scope.0.as_str())
        .bind(id.as_str())
        .bind(fingerprint(command))
        .bind(serde_json::to_string(answer)?)
        .bind(self.now)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }
}
