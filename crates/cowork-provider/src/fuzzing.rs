//! A door to what reads answers, without a network: for the tests of damaged answers, for fuzzing and for measuring.
//!
//! No part of what this crate offers: it may change at any time. Elsewhere: what must hold of what comes out
//! (`tests/mutation/properties.rs`).

use std::collections::VecDeque;
use std::sync::Arc;

use crate::decode::{Decode, Out};
use crate::lines::Lines;
use crate::remote::Service;
use crate::sse::{EventTooLarge, Framer};
use crate::{ConfigError, Failure, Frame, ModelRequest, ProviderConfig, ProviderKind, Remote};

/// One kind for each wire.
pub const WIRES: [ProviderKind; 5] = [
    ProviderKind::OpenAiCompatible,
    ProviderKind::OpenAiResponses,
    ProviderKind::Anthropic,
    ProviderKind::Gemini,
    ProviderKind::Ollama,
];

/// One answer being read.
pub struct Reading {
    service: Arc<Service>,
    decoder: Box<dyn Decode>,
    out: Out,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("service", &self.service).finish_non_exhaustive()
    }
}

impl Reading {
    /// An answer of the provider that is configured like this.
    pub fn new(config: ProviderConfig) -> Result<Self, ConfigError> {
        let limits = config.limits;
        let service = Remote::new(config)?.service;
        let decoder = service.wire.decoder(limits, &ModelRequest::default());
        Ok(Self { service, decoder, out: VecDeque::new() })
    }

    /// Takes in more of it.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.decoder.feed(bytes, &mut self.out).map_err(|trouble| self.service.failure(&trouble))
    }

    /// Whether the service said that nothing more comes.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.decoder.is_done()
    }

    /// Nothing more comes.
    pub fn close(&mut self) -> Result<(), Failure> {
        self.decoder.close(&mut self.out).map_err(|trouble| self.service.failure(&trouble))
    }

    /// The frames since the last time.
    pub fn frames(&mut self) -> impl Iterator<Item = Frame> {
        self.out.drain(..)
    }
}

/// A body being cut into the data of its events.
#[derive(Debug)]
pub struct Cutting(Framing);

#[derive(Debug)]
enum Framing {
    Events(Framer),
    Lines(Lines),
}

/// An event was larger than the limit.
#[derive(Debug)]
pub struct TooLarge;

impl From<EventTooLarge> for TooLarge {
    fn from(_: EventTooLarge) -> Self {
        Self
    }
}

impl Cutting {
    /// Server-sent events of up to this many bytes.
    #[must_use]
    pub fn events(most: usize) -> Self {
        Self(Framing::Events(Framer::new(most)))
    }

    /// Lines of up to this many bytes.
    #[must_use]
    pub fn lines(most: usize) -> Self {
        Self(Framing::Lines(Lines::new(most)))
    }

    /// Takes in more of it.
    pub fn feed(&mut self, bytes: &[u8], mut on_event: impl FnMut(&[u8])) -> Result<(), TooLarge> {
        let on_event = |data: &[u8]| {
            on_event(data);
            Ok(())
        };
        match &mut self.0 {
            Framing::Events(framer) => framer.push(bytes, on_event),
            Framing::Lines(lines) => lines.push(bytes, on_event),
        }
    }

    /// What the end of the body left without its own end.
    #[must_use]
    pub fn finish(self) -> Option<Vec<u8>> {
        match self.0 {
            Framing::Events(framer) => framer.finish(),
            Framing::Lines(lines) => lines.finish(),
        }
    }
}
