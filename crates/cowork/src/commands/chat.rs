//! `cowork chat`: one message and its answer, streamed to the terminal.

use std::{
    io::{IsTerminal as _, Read as _, stdin, stdout},
    path::PathBuf,
};

use anyhow::{Context as _, anyhow};
use cowork_contract::{
    AttachmentId, CONTENT_MAX, ChatAttachmentRef, ChatMessage, CreateSession, Event, EventBody, MessageRole,
    MessageStatus, SendMessage, Session, TextKind,
};
use futures_util::StreamExt as _;
use serde_json::json;

use super::{portability::session_id, with_server};
use crate::{
    cli::ChatArgs,
    client::Client,
    config::Config,
    failure::{Failure, Outcome},
    output,
    signals::Signals,
};

/// Bytes of one event at most: a message twice over, escaped.
const EVENT_MAX: usize = 32 << 20;

/// Sends the message and prints the answer as it comes. Ctrl-C stops the answer too.
pub(crate) async fn chat(config: &Config, args: ChatArgs) -> Outcome {
    let mut signals = Signals::catch()?;
    let content = content(&args.text)?;
    let given = args.session.as_deref().map(session_id).transpose()?;
    with_server(config, async |client| {
        let session = match given {
            Some(id) => id.to_owned(),
            None => {
                let session: Session = client.post("/api/sessions", &CreateSession::default()).await?;
                if !args.json && stdout().is_terminal() {
                    output::remark(&format!("session {}", session.id));
                }
                session.id.to_string()
            }
        };
        let message = SendMessage {
            client_request_id: None,
            content: content.clone(),
            attachments: attach(client, &session, &args.attach).await?,
            parent_id: None,
            model_id: args.model.clone(),
            provider_id: None,
            models: None,
            mode: None,
        };
        let mut printer = Printer { json: args.json, answer: None, written: 0, ended: None };
        let path = format!("/api/sessions/{session}/chat");
        let ended = tokio::select! {
            ended = follow(client, &path, &message, &mut printer) => ended,
            () = signals.any() => {
                stop(client, &session, &printer).await;
                Err(Failure::Interrupted)
            }
        };
        printer.finish_line()?;
        ended
    })
    .await
}

/// Uploads the files, one after the other, for the message that names them.
async fn attach(client: &Client, session: &str, files: &[PathBuf]) -> anyhow::Result<Vec<AttachmentId>> {
    let mut ids = Vec::with_capacity(files.len());
    for path in files {
        let bytes = std::fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let target = format!("/api/sessions/{session}/attachments");
        let attached: ChatAttachmentRef = client.upload(&target, &name, &bytes).await?;
        ids.push(attached.id);
    }
    Ok(ids)
}

fn content(words: &[String]) -> Result<String, Failure> {
    let content = match words {
        [only] if only == "-" => {
            let mut text = String::new();
            let limit = CONTENT_MAX as u64 + 1;
            stdin().lock().take(limit).read_to_string(&mut text).context("can't read standard input")?;
            text
        }
        words => words.join(" "),
    };
    if content.trim().is_empty() {
        return Err(Failure::Usage(anyhow!(
            "there is nothing to say\nGive a text, or - and a text on standard input."
        )));
    }
    Ok(content)
}

/// Sends `message` and prints its exchange to the end.
async fn follow(client: &Client, path: &str, message: &SendMessage, printer: &mut Printer) -> Outcome {
    let response = client.events(path, message).await?;
    let mut chunks = response.bytes_stream();
    let mut frames = Frames::default();
    while let Some(chunk) = chunks.next().await {
        frames.push(&chunk.context("the connection to the server broke")?)?;
        while let Some(data) = frames.pop() {
            if let Ok(event) = serde_json::from_str::<Event>(&data) {
                printer.show(&event, &data)?;
            }
        }
    }
    match &printer.ended {
        Some(answer) if answer.status == MessageStatus::Done => Ok(()),
        Some(answer) => Err(failed(answer)),
        None => Err(anyhow!(
            "the server ended the stream before the answer was complete\nThe session has what came so far."
        )
        .into()),
    }
}

fn failed(answer: &ChatMessage) -> Failure {
    match &answer.error {
        Some(error) => anyhow!("{} ({})", error.message, error.code).into(),
        None => anyhow!("the answer was stopped").into(),
    }
}

/// The person has had enough: the answer ends, its text so far stays.
async fn stop(client: &Client, session: &str, printer: &Printer) {
    if let Some(answer) = &printer.answer {
        let path = format!("/api/sessions/{session}/messages/{answer}/cancel");
        // Whether or not it could still be stopped, we go.
        let _ = client.post::<ChatMessage>(&path, &json!({})).await;
    }
}

/// What is printed of an exchange.
struct Printer {
    json: bool,
    answer: Option<String>,
    /// Bytes of the answer that were printed.
    written: usize,
    ended: Option<ChatMessage>,
}

impl Printer {
    fn show(&mut self, event: &Event, data: &str) -> Outcome {
        match &event.body {
            EventBody::MessageCreated(created) if created.message.role == MessageRole::Assistant => {
                self.answer = Some(created.message.id.to_string());
            }
            EventBody::MessageDelta(delta) if delta.kind == TextKind::Text && !self.json => {
                self.written += delta.text.len();
                output::print(&output::shown(&delta.text))?;
            }
            EventBody::MessageCompleted(state) => self.end(&state.message)?,
            EventBody::MessageError(state) => self.end(&state.message)?,
            _ => {}
        }
        if self.json { output::print(&format!("{}\n", output::json(data))) } else { Ok(()) }
    }

    fn end(&mut self, answer: &ChatMessage) -> Outcome {
        if !self.json {
            // Deltas that were compacted before we came are in the whole text only.
            if let Some(rest) = answer.content.get(self.written..) {
                self.written = answer.content.len();
                output::print(&output::shown(rest))?;
            }
            if let Some(notice) = &answer.fallback_notice {
                output::remark(&format!("\n{notice}"));
            }
        }
        self.ended = Some(answer.clone());
        Ok(())
    }

    fn finish_line(&self) -> Outcome {
        if !self.json && self.written > 0 { output::print("\n") } else { Ok(()) }
    }
}

/// The data of server-sent events, as our own server writes them: one `data:` line each, lines ended by LF.
#[derive(Default)]
struct Frames {
    buffer: Vec<u8>,
    /// Up to here there is no end of a frame.
    searched: usize,
}

impl Frames {
    fn push(&mut self, chunk: &[u8]) -> Result<(), Failure> {
        if self.buffer.len() + chunk.len() > EVENT_MAX {
            return Err(anyhow!("the server sent an event that is too large").into());
        }
        self.buffer.extend_from_slice(chunk);
        Ok(())
    }

    fn pop(&mut self) -> Option<String> {
        loop {
            let rest = self.buffer.get(self.searched..).unwrap_or_default();
            let Some(at) = rest.windows(2).position(|pair| pair == b"\n\n") else {
                self.searched = self.buffer.len().saturating_sub(1);
                return None;
            };
            let frame: Vec<u8> = self.buffer.drain(..self.searched + at + 2).collect();
            self.searched = 0;
            let frame = String::from_utf8_lossy(&frame);
            if let Some(data) = frame.lines().find_map(|line| line.strip_prefix("data: ")) {
                return Some(data.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_however_they_are_cut() {
        let stream =
            "retry: 1000\n\nid: 1\nevent: a\ndata: {\"ä\":1}\n\nevent: heartbeat\ndata: {}\n\nid: 2\ndata: x";
        for size in 1..stream.len() {
            let mut frames = Frames::default();
            let mut found = Vec::new();
            for chunk in stream.as_bytes().chunks(size) {
                frames.push(chunk).unwrap();
                found.extend(std::iter::from_fn(|| frames.pop()));
            }
            assert_eq!(found, ["{\"ä\":1}", "{}"], "in pieces of {size}");
        }
    }
}
