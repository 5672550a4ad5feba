//! Google's Gemini API: contents made of parts, streamed as one whole response after another.
//!
//! `request` writes the question (`schema` the parameters of its tools), `decode` reads the answer, both without a
//! network; `list` asks for the models. Always true: the key travels in a header, never in the address.

mod chunk;
mod decode;
mod list;
mod request;
mod schema;

use futures_util::future::BoxFuture;

use crate::decode::{Decode, Decoder};
use crate::http::Link;
use crate::wire::{Access, Auth, Outgoing, Wire};
use crate::{Failure, Limits, ModelInfo, ModelRequest, ProviderConfig, ProviderKind};

/// The Gemini API, for one configured provider.
#[derive(Debug)]
pub(crate) struct Gemini {
    /// The provider whose own answers are sent back as it wrote them.
    id: String,
    kind: ProviderKind,
}

/// The wire and the way to it for a configured provider.
pub(crate) fn wire(config: &ProviderConfig) -> (Gemini, Access) {
    let access = Access {
        base_url: Some("https://generativelanguage.googleapis.com/v1beta"),
        auth: Auth::Header("x-goog-api-key"),
        headers: &[],
    };
    (Gemini { id: config.id.clone(), kind: config.kind }, access)
}

impl Wire for Gemini {
    fn ask(&self, request: &ModelRequest) -> serde_json::Result<Outgoing> {
        let (body, parameters) = request::body(request, |turn| turn.native(&self.id, self.kind))?;
        Ok(Outgoing { path: request::path(&request.model), body, parameters })
    }

    fn decoder(&self, limits: Limits, request: &ModelRequest) -> Box<dyn Decode> {
        Box::new(Decoder::new(decode::Reader::default(), limits, request))
    }

    fn models<'a>(&'a self, link: &'a Link) -> BoxFuture<'a, Result<Vec<ModelInfo>, Failure>> {
        Box::pin(list::ask(link))
    }
}
