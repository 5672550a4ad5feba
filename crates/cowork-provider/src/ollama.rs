//! Ollama's own API: `api/chat`, which streams a JSON document on each line, `api/tags` and `api/show`.
//!
//! `request` writes the question, `decode` reads the answer, both without a network; `list` asks for the models;
//! `thinking` remembers which model takes what wish to think.

mod decode;
mod list;
mod request;
mod thinking;

use futures_util::future::BoxFuture;

use crate::decode::{Decode, Decoder};
use crate::http::Link;
use crate::wire::{Access, Auth, Outgoing, Wire};
use crate::{Failure, Limits, ModelInfo, ModelRequest, ProviderConfig};
use thinking::Thinking;

/// Ollama's API at one provider.
#[derive(Debug)]
pub(crate) struct Ollama {
    /// The provider's id: only its own answers go back to it as they came.
    provider: String,
    thinking: Thinking,
}

/// The wire and the way to it for a configured provider.
pub(crate) fn wire(config: &ProviderConfig) -> (Ollama, Access) {
    let access = Access { base_url: Some("http://127.0.0.1:11434"), auth: Auth::Bearer, headers: &[] };
    (Ollama { provider: config.id.clone(), thinking: Thinking::default() }, access)
}

impl Wire for Ollama {
    fn ask(&self, request: &ModelRequest) -> serde_json::Result<Outgoing> {
        let (body, parameters) = request::body(request, &self.provider, self.thinking.of(&request.model))?;
        Ok(Outgoing { path: "api/chat".to_owned(), body, parameters })
    }

    fn decoder(&self, limits: Limits, request: &ModelRequest) -> Box<dyn Decode> {
        Box::new(Decoder::new(decode::Reader::default(), limits, request))
    }

    fn ask_otherwise(&self, request: &ModelRequest, refusal: &Failure) -> bool {
        // The status and not the kind: the words of one of these refusals read like a model that is not there.
        request.parameters.effort.is_some()
            && refusal.status == Some(400)
            && self.thinking.refused(&request.model, &refusal.detail)
    }

    fn models<'a>(&'a self, link: &'a Link) -> BoxFuture<'a, Result<Vec<ModelInfo>, Failure>> {
        Box::pin(list::ask(link))
    }
}
