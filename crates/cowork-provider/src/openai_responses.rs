//! The responses wire of OpenAI, as spoken by OpenAI and by servers that offer the same.
//!
//! Nothing is stored at the service: each question carries the whole conversation, with the model's reasoning as the
//! service encrypted it. `request` and `input` write the question, `refused` remembers what to leave out of it,
//! `decode` and `slot` read the answer and `origin` keeps of it what only the service understands; all without a
//! network. The list of models is that of `openai_chat`.

mod decode;
mod event;
mod input;
mod origin;
mod refused;
mod request;
mod slot;

use futures_util::future::BoxFuture;

use crate::decode::{Decode, Decoder};
use crate::http::Link;
use crate::openai_chat::list;
use crate::wire::{Access, Auth, Outgoing, Wire};
use crate::{Failure, Limits, ModelInfo, ModelRequest, ProviderConfig, ProviderKind};
use refused::Refused;

/// The last events of an answer repeat all of it, and the first ones the question's instructions and tools: they may
/// be this many times as large as the usual limit.
const WHOLE_ANSWER: usize = 8;

/// What an answer's own form is marked with, whichever of the kinds that speak this wire is configured.
const KIND: ProviderKind = ProviderKind::OpenAiResponses;

/// Responses, as one service wants them.
#[derive(Debug)]
pub(crate) struct Responses {
    /// The provider's id.
    provider: String,
    refused: Refused,
}

/// The wire and the way to it for a configured provider.
pub(crate) fn wire(config: &ProviderConfig) -> (Responses, Access) {
    let access = Access { base_url: Some("https://api.openai.com/v1"), auth: Auth::Bearer, headers: &[] };
    (Responses { provider: config.id.clone(), refused: Refused::default() }, access)
}

impl Wire for Responses {
    fn ask(&self, request: &ModelRequest) -> serde_json::Result<Outgoing> {
        let (body, parameters) = request::body(request, &self.provider, &self.refused)?;
        Ok(Outgoing { path: "responses".to_owned(), body, parameters })
    }

    fn decoder(&self, limits: Limits, request: &ModelRequest) -> Box<dyn Decode> {
        let limits = Limits { event_bytes: limits.event_bytes.saturating_mul(WHOLE_ANSWER), ..limits };
        Box::new(Decoder::new(decode::Reader::default(), limits, request))
    }

    fn ask_otherwise(&self, request: &ModelRequest, refusal: &Failure) -> bool {
        self.refused.note(request, &self.provider, refusal)
    }

    fn models<'a>(&'a self, link: &'a Link) -> BoxFuture<'a, Result<Vec<ModelInfo>, Failure>> {
        Box::pin(list::ask(link))
    }
}
