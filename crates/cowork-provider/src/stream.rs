//! One answer on its way over HTTP: asks, reads, ends. The same for every wire.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::time::Instant;

use crate::decode::{Decode, Trouble};
use crate::http::{Lost, Reply};
use crate::remote::Service;
use crate::wire::Outgoing;
use crate::{Failure, FailureKind, Frame, ModelRequest};

/// How long a whole answer waits for its usage when the server leaves the connection open.
const USAGE_WAIT: Duration = Duration::from_secs(2);
/// How long the end of the body is waited for once its last event is here. A body read to its end leaves a
/// connection that can be used again, which spares the next answer a handshake.
const END_WAIT: Duration = Duration::from_millis(10);
/// Arrivals taken in at once when they are there already; bounds the time between two polls.
const AT_ONCE: usize = 256;

/// Times that a refused question is written differently.
const MOST_REWRITES: usize = 3;

/// Frames of one answer; nothing is sent before the first poll.
pub(crate) fn answer(
    service: Arc<Service>,
    request: ModelRequest,
) -> BoxStream<'static, Result<Frame, Failure>> {
    let answer = Answer { service, phase: Phase::Ask(request), ready: VecDeque::new(), failed: None };
    stream::unfold(answer, |mut answer| async { answer.next().await.map(|item| (item, answer)) })
        .fuse()
        .boxed()
}

struct Answer {
    service: Arc<Service>,
    phase: Phase,
    /// Frames that were decoded and not yet handed out.
    ready: VecDeque<Frame>,
    /// Comes after them.
    failed: Option<Failure>,
}

enum Phase {
    Ask(ModelRequest),
    Read(Box<Reading>),
    Over,
}

struct Reading {
    reply: Reply,
    decoder: Box<dyn Decode>,
    deadline: Instant,
    begun: bool,
}

impl Answer {
    async fn next(&mut self) -> Option<Result<Frame, Failure>> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                return Some(Ok(frame));
            }
            if let Some(failure) = self.failed.take() {
                return Some(Err(failure));
            }
            let done = match std::mem::replace(&mut self.phase, Phase::Over) {
                Phase::Ask(request) => self.ask(&request).await,
                Phase::Read(reading) => self.read(reading).await,
                Phase::Over => return None,
            };
            self.failed = done.err();
        }
    }

    async fn ask(&mut self, request: &ModelRequest) -> Result<(), Failure> {
        let Service { link, wire } = &*self.service;
        let deadline = Instant::now() + link.timeouts().first_byte;
        let mut rewrites = 0;
        let (reply, parameters) = loop {
            let Outgoing { path, body, parameters } =
                wire.ask(request).map_err(|_| link.failure(FailureKind::BadRequest))?;
            match link.post(&path, body, deadline).await {
                Ok(reply) => break (reply, parameters),
                Err(failure) if rewrites < MOST_REWRITES && wire.ask_otherwise(request, &failure) => {
                    rewrites += 1
                }
                Err(failure) => return Err(link.explained(&parameters, failure)),
            }
        };
        let request_id = reply.request_id.clone();
        self.ready.push_back(Frame::Headers { request_id, parameters });
        let decoder = wire.decoder(link.limits(), request);
        self.phase = Phase::Read(Box::new(Reading { reply, decoder, deadline, begun: false }));
        Ok(())
    }

    /// Reads what is there; if that was not the end, the phase is `Read` again.
    async fn read(&mut self, mut reading: Box<Reading>) -> Result<(), Failure> {
        let mut arrived = reading.reply.bytes(reading.deadline).await;
        let mut left = AT_ONCE;
        loop {
            match arrived {
                Ok(Some(bytes)) => self.take_in(&mut reading, &bytes)?,
                Ok(None) => return self.close(*reading),
                // The answer is whole: a connection that dies or sleeps afterwards takes nothing from it.
                Err(_) if reading.decoder.has_stop() => return self.close(*reading),
                Err(lost) => return Err(self.lost(&reading, lost)),
            }
            if reading.decoder.is_done() {
                let _ = reading.reply.bytes(Instant::now() + END_WAIT).await;
                return self.close(*reading);
            }
            left -= 1;
            if left == 0 {
                break; // before taking more, which would be lost
            }
            match reading.reply.bytes_now() {
                Some(next) => arrived = next,
                None => break,
            }
        }
        if reading.begun {
            let idle = self.service.link.timeouts().idle;
            let wait = if reading.decoder.has_stop() { idle.min(USAGE_WAIT) } else { idle };
            reading.deadline = Instant::now() + wait;
        }
        self.phase = Phase::Read(reading);
        Ok(())
    }

    fn take_in(&mut self, reading: &mut Reading, bytes: &[u8]) -> Result<(), Failure> {
        if !reading.begun && !bytes.is_empty() {
            reading.begun = true;
            self.ready.push_back(Frame::FirstByte);
        }
        reading.decoder.feed(bytes, &mut self.ready).map_err(|trouble| {
            self.ready.extend(reading.decoder.usage().map(Frame::Usage));
            self.failure(reading, &trouble)
        })
    }

    fn close(&mut self, mut reading: Reading) -> Result<(), Failure> {
        let decoder = &mut reading.decoder;
        decoder.close(&mut self.ready).map_err(|trouble| self.failure(&reading, &trouble))
    }

    fn lost(&mut self, reading: &Reading, lost: Lost) -> Failure {
        self.ready.extend(reading.decoder.usage().map(Frame::Usage));
        self.named(reading, self.service.link.lost(lost))
    }

    fn failure(&self, reading: &Reading, trouble: &Trouble) -> Failure {
        self.named(reading, self.service.failure(trouble))
    }

    fn named(&self, reading: &Reading, failure: Failure) -> Failure {
        Failure { request_id: reading.reply.request_id.clone(), ..failure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::Remote;
    use crate::{ProviderConfig, ProviderKind, StopReason};

    #[tokio::test]
    async fn nothing_is_lost_when_more_is_there_than_is_taken_in_at_once() {
        let event = |n: usize| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{n} \"}}}}]}}\n\n");
        let count = 3 * AT_ONCE + 1;
        let end =
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".to_owned();
        let chunks = (0..count).map(event).chain([end]).map(Ok::<_, std::io::Error>);
        let body = reqwest::Body::wrap_stream(stream::iter(chunks.collect::<Vec<_>>()));
        let mut config = ProviderConfig::new("p", ProviderKind::OpenAiCompatible);
        config.base_url = Some("http://127.0.0.1:9/v1".to_owned());
        let service = Remote::new(config).expect("usable").service;
        let reading = Reading {
            reply: Reply::of(http::Response::new(body)),
            decoder: service.wire.decoder(service.link.limits(), &ModelRequest::default()),
            deadline: Instant::now() + Duration::from_secs(20),
            begun: false,
        };
        let phase = Phase::Read(Box::new(reading));
        let mut answer = Answer { service, phase, ready: VecDeque::new(), failed: None };
        let (mut text, mut last) = (String::new(), None);
        while let Some(item) = answer.next().await {
            match item.expect("no failure") {
                Frame::Text(more) => text.push_str(&more),
                other => last = Some(other),
            }
        }
        assert_eq!(text, (0..count).map(|n| format!("{n} ")).collect::<String>());
        assert_eq!(last, Some(Frame::Stop(StopReason::Finished)));
    }
}
