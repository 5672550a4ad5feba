//! The client that measures: the few calls of the contract that the rows need, on connections that are kept open.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use cowork_testkit::micros_now;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde::Deserialize;

use crate::{
    http::Connection,
    sse::{Event, Kind, Parser},
};

/// No step of a measurement takes longer unless something is stuck.
const STUCK: Duration = Duration::from_secs(60);

/// The bearer secret that every measured server is started with.
pub(crate) const TOKEN: &str = "a-token-for-the-measurements-only";
const AUTHORIZATION: &str = "Bearer a-token-for-the-measurements-only";

/// One connection for commands and reads.
#[derive(Debug)]
pub(crate) struct Client {
    address: SocketAddr,
    connection: Connection,
}

#[derive(Deserialize)]
struct Made {
    id: String,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self { address, connection: Connection::open(address).await? })
    }

    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Bytes> {
        within(self.connection.fetch("GET", path, &[("authorization", AUTHORIZATION)], Bytes::new())).await
    }

    async fn post(&mut self, path: &str, body: impl Into<Bytes>) -> anyhow::Result<Bytes> {
        let headers = [("authorization", AUTHORIZATION), ("content-type", "application/json")];
        within(self.connection.fetch("POST", path, &headers, body)).await
    }

    /// Makes a session and gives its id.
    pub(crate) async fn create(&mut self) -> anyhow::Result<String> {
        let body = self.post("/api/sessions", "{}").await?;
        Ok(serde_json::from_slice::<Made>(&body)?.id)
    }

    /// Makes a session from an export and gives its id.
    pub(crate) async fn import(&mut self, export: Bytes) -> anyhow::Result<String> {
        let body = self.post("/api/sessions/import", export).await?;
        Ok(serde_json::from_slice::<Made>(&body)?.id)
    }

    /// Sends a message; returns once it is acknowledged, with how long that took.
    pub(crate) async fn say(&mut self, session: &str, number: usize) -> anyhow::Result<Duration> {
        let body = format!(
            "{{\"content\":\"Question {number}: what is measured here?\",\"client_request_id\":\"bench-{number}\"}}"
        );
        let path = format!("/api/sessions/{session}/chat");
        let start = Instant::now();
        self.post(&path, body).await?;
        Ok(start.elapsed())
    }

    /// The conversation, as JSON; the whole of it or its last `limit` messages.
    pub(crate) async fn chat(&mut self, session: &str, limit: Option<u32>) -> anyhow::Result<Bytes> {
        let limit = limit.map(|limit| format!("?limit={limit}")).unwrap_or_default();
        self.get(&format!("/api/sessions/{session}/chat{limit}")).await
    }

    /// Opens the session's stream; what happens from now on is on it.
    pub(crate) async fn follow(&self, session: &str) -> anyhow::Result<Feed> {
        let connection = Connection::open(self.address).await?;
        within(Feed::open(connection, session)).await
    }

    /// The same on a connection that takes little while nobody reads.
    pub(crate) async fn follow_narrow(&self, session: &str) -> anyhow::Result<Feed> {
        let connection = Connection::open_narrow(self.address, 4096).await?;
        within(Feed::open(connection, session)).await
    }
}

/// An open event stream on a connection of its own.
#[derive(Debug)]
pub(crate) struct Feed {
    body: Incoming,
    parser: Parser,
    /// When the last bytes came, in microseconds since the Unix epoch.
    received: u64,
    _connection: Connection,
}

impl Feed {
    async fn open(mut connection: Connection, session: &str) -> anyhow::Result<Self> {
        let path = format!("/api/sessions/{session}/stream");
        let headers = [("authorization", AUTHORIZATION), ("accept", "text/event-stream")];
        let response = connection.send("GET", &path, &headers, Bytes::new()).await?;
        if !response.status().is_success() {
            bail!("GET {path} answered {}", response.status());
        }
        Ok(Self {
            body: response.into_body(),
            parser: Parser::default(),
            received: 0,
            _connection: connection,
        })
    }

    /// The next event. `None`: the stream has ended.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Option<Event>> {
        loop {
            if let Some(event) = self.parser.next() {
                return Ok(Some(event));
            }
            let Some(frame) = self.body.frame().await.transpose()? else { return Ok(None) };
            self.received = micros_now();
            if let Some(bytes) = frame.data_ref() {
                self.parser.push(bytes);
            }
        }
    }

    /// Gives each delta's text with the time of its receipt (microseconds since the Unix epoch) to `see`, until the
    /// answer is complete.
    pub(crate) async fn until_complete(&mut self, mut see: impl FnMut(&str, u64)) -> anyhow::Result<()> {
        let run = async {
            while let Some(event) = self.next().await? {
                match event.kind {
                    Kind::Delta => see(event.text(), self.received),
                    Kind::Completed => return Ok(()),
                    Kind::Failed => bail!("the answer failed: {}", event.raw()),
                    Kind::Other => {}
                }
            }
            bail!("the stream ended before the answer was complete")
        };
        within(run).await
    }
}

/// Fails instead of hanging.
pub(crate) async fn within<T>(step: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::time::timeout(STUCK, step).await.context("nothing came for a minute")?
}
