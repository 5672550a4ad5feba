//! From the provider's stream to the session's events.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use anyhow::bail;
use bytes::{Buf as _, BytesMut};
use http_body_util::BodyExt as _;
use memchr::memmem;
use serde::Deserialize;

use crate::{
    floor::session::{Asked, Session},
    http::Connection,
};

/// The provider, with the connections to it that are free.
pub(super) struct Provider {
    address: SocketAddr,
    free: Mutex<Vec<Connection>>,
}

impl Provider {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { address, free: Mutex::default() }
    }

    async fn connection(&self) -> anyhow::Result<Connection> {
        loop {
            let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
            match free {
                Some(connection) if connection.is_usable() => return Ok(connection),
                Some(_) => {}
                None => return Connection::open(self.address).await,
            }
        }
    }

    fn give_back(&self, connection: Connection) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

#[derive(Deserialize)]
struct Chunk {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Delta,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}

/// Asks the provider and passes its answer on.
pub(super) async fn answer(provider: &Provider, session: &Session, asked: &Asked) -> anyhow::Result<()> {
    let mut connection = provider.connection().await?;
    let headers = [("content-type", "application/json"), ("accept", "text/event-stream")];
    let response =
        connection.send("POST", "/v1/chat/completions", &headers, session.request("scripted-1")).await?;
    if !response.status().is_success() {
        bail!("the provider answered {}", response.status());
    }
    let mut body = response.into_body();
    let mut buffer = BytesMut::new();
    let mut content = String::new();
    let mut texts = Vec::new();
    while let Some(frame) = body.frame().await.transpose()? {
        if let Some(bytes) = frame.data_ref() {
            buffer.extend_from_slice(bytes);
        }
        while let Some(end) = memmem::find(&buffer, b"\n\n") {
            if let Some(text) = text_of(&buffer[..end])? {
                content.push_str(&text);
                texts.push(text);
            }
            buffer.advance(end + 2);
        }
        if !texts.is_empty() {
            session.deltas(asked, &texts);
            texts.clear();
        }
    }
    session.complete(asked, &content);
    provider.give_back(connection);
    Ok(())
}

fn text_of(event: &[u8]) -> anyhow::Result<Option<String>> {
    let Some(data) = event.strip_prefix(b"data: ") else { return Ok(None) };
    if data == b"[DONE]" {
        return Ok(None);
    }
    let chunk: Chunk = serde_json::from_slice(data)?;
    Ok(chunk
        .choices
        .into_iter()
        .next()
        .and_then(|choice| choice.delta.content)
        .filter(|text| !text.is_empty()))
}
