//! The model that is built in: no network, no key, and no intelligence.
//!
//! Start at [`Demo`]. It says in its own words that it is a demo, shows what Cowork can do, and answers a handful of
//! words deterministically, which tests and measurements use. `answers` decides what it says; the texts are data
//! in `demo/texts`. Always true: the same conversation gets the same answer.

mod answers;
mod sums;

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::time::Instant;

use crate::{Failure, Frame, ModelInfo, ModelRequest, Parameters, Provider, ProviderKind, StopReason, Usage};
use answers::{Answer, End};

/// About the speed at which a quick person reads along.
const WORDS_PER_SECOND: u64 = 60;

/// The demo model.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Its provider id; [`Demo::ID`] unless configured otherwise.
    pub id: String,
    /// Between two words. Zero gives the whole answer at once.
    pub pause: Duration,
}

impl Default for Demo {
    fn default() -> Self {
        Self { id: Self::ID.to_owned(), pause: Duration::from_micros(1_000_000 / WORDS_PER_SECOND) }
    }
}

impl Demo {
    /// The provider id of the one that is always there.
    pub const ID: &str = "demo";
    /// The id of its only model.
    pub const MODEL: &str = "cowork-demo";
    /// How people see it.
    pub const LABEL: &str = "Cowork demo (not a real model)";
}

impl Provider for Demo {
    fn id(&self) -> &str {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Demo
    }

    fn stream(&self, request: ModelRequest) -> BoxStream<'static, Result<Frame, Failure>> {
        let answer = answers::answer(&request);
        let pause = self.pause * answer.slowness;
        let opening = [
            Frame::Headers { request_id: None, parameters: Parameters::default() },
            Frame::FirstByte,
            Frame::Served { model: Self::MODEL.to_owned() },
        ];
        let words = stream::unfold(Paced::new(pause, words(&answer)), Paced::next);
        stream::iter(opening).chain(words).map(Ok).chain(stream::iter(closing(&request, answer))).boxed()
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Failure>> {
        let label = Some(Self::LABEL.to_owned());
        let only = ModelInfo { label, demo: true, ..ModelInfo::named(Self::MODEL) };
        Box::pin(std::future::ready(Ok(vec![only])))
    }
}

/// The reasoning and the text, word by word.
fn words(answer: &Answer) -> impl Iterator<Item = Frame> + Send + use<> {
    let reasoning = split(&answer.reasoning).into_iter().map(Frame::Reasoning);
    reasoning.chain(split(&answer.text).into_iter().map(Frame::Text))
}

/// Words, each with the blanks behind it.
fn split(mut text: &str) -> Vec<String> {
    let mut words = Vec::new();
    while !text.is_empty() {
        let word = text.find(char::is_whitespace).unwrap_or(text.len());
        let blanks = text[word..].find(|c: char| !c.is_whitespace()).unwrap_or(text.len() - word);
        let (head, tail) = text.split_at(word + blanks);
        words.push(head.to_owned());
        text = tail;
    }
    words
}

fn closing(request: &ModelRequest, answer: Answer) -> Vec<Result<Frame, Failure>> {
    let reasoning = tokens(&answer.reasoning);
    let output = tokens(&answer.text) + reasoning;
    let input = request
        .turns
        .iter()
        .map(crate::Turn::text)
        .chain(request.system.clone())
        .map(|text| tokens(&text))
        .sum();
    let usage = Usage {
        input_tokens: input,
        output_tokens: output,
        cached_input_tokens: None,
        reasoning_tokens: Some(reasoning),
        total_tokens: input + output,
    };
    let end = match answer.end {
        End::Stop => Ok(Frame::Stop(StopReason::Finished)),
        End::Fail(failure) => Err(failure),
    };
    vec![Ok(Frame::Usage(usage)), end]
}

/// Four characters a token: a rough count, so that there is something to show.
fn tokens(text: &str) -> u64 {
    text.chars().count().div_ceil(4) as u64
}

/// Frames at a steady pace; one that is late does not delay those after it.
struct Paced<I> {
    frames: I,
    pause: Duration,
    due: Option<Instant>,
}

impl<I: Iterator<Item = Frame>> Paced<I> {
    fn new(pause: Duration, frames: I) -> Self {
        Self { frames, pause, due: None }
    }

    async fn next(mut self) -> Option<(Frame, Self)> {
        let frame = self.frames.next()?;
        if !self.pause.is_zero() {
            let due = *self.due.get_or_insert_with(Instant::now);
            tokio::time::sleep_until(due).await;
            self.due = Some(due + self.pause);
        }
        Some((frame, self))
    }
}
