//! The chat completions wire of OpenAI, as spoken by OpenAI and by every server compatible with it.
//!
//! What differs between servers is data, in `dialect`; `request` and `messages` write the question and `decode` reads
//! the answer, all without a network.

mod chunk;
mod decode;
mod dialect;
pub(crate) mod list;
mod messages;
pub(crate) mod request;

use futures_util::future::BoxFuture;

use crate::decode::{Decode, Decoder};
use crate::http::Link;
use crate::wire::{Access, Auth, Outgoing, Wire};
use crate::{Failure, FailureKind, Limits, ModelInfo, ModelRequest, ProviderConfig};
use dialect::Dialect;

/// Chat completions, as one server wants them.
#[derive(Debug)]
pub(crate) struct ChatCompletions {
    dialect: Dialect,
}

/// The wire and the way to it for a configured provider.
pub(crate) fn wire(config: &ProviderConfig) -> (ChatCompletions, Access) {
    let dialect = Dialect::of(config.kind);
    let access = Access { base_url: None, auth: Auth::Bearer, headers: &[] };
    (ChatCompletions { dialect }, access)
}

impl Wire for ChatCompletions {
    fn ask(&self, request: &ModelRequest) -> serde_json::Result<Outgoing> {
        let body = request::body(request, &self.dialect)?;
        Ok(Outgoing { path: "chat/completions".to_owned(), body, parameters: request.parameters })
    }

    fn decoder(&self, limits: Limits, request: &ModelRequest) -> Box<dyn Decode> {
        Box::new(Decoder::new(decode::Reader, limits, request))
    }

    fn ask_otherwise(&self, _request: &ModelRequest, refusal: &Failure) -> bool {
        refusal.kind == FailureKind::BadRequest && self.dialect.refused(&refusal.detail)
    }

    fn models<'a>(&'a self, link: &'a Link) -> BoxFuture<'a, Result<Vec<ModelInfo>, Failure>> {
        Box::pin(list::ask(link))
    }
}
