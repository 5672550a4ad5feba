//! The messages wire of Anthropic.
//!
//! `request` writes the question and `decode` reads the answer, both without a network; `usage` counts, `list` asks for
//! the models, `model` knows what the names of models tell.
//! Always true: what is sent is a conversation that the service accepts, whoever led it so far; the kind of an event is
//! what its JSON says, never what the line before it says.

mod decode;
mod list;
mod model;
mod request;
mod usage;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

use crate::decode::{Decode, Decoder};
use crate::http::Link;
use crate::wire::{Access, Auth, Outgoing, Wire};
use crate::{Failure, Limits, ModelInfo, ModelRequest, ProviderConfig};

/// Models that are remembered; more are none of an honest configuration, and cost one refusal each time.
const MOST_MODELS: usize = 256;

/// Messages, as one configured provider takes them.
#[derive(Debug)]
pub(crate) struct Messages {
    /// The provider's id in the configuration.
    id: String,
    /// Models that have refused a budget for thinking.
    adaptive: Mutex<HashSet<String>>,
}

/// The wire and the way to it for a configured provider.
pub(crate) fn wire(config: &ProviderConfig) -> (Messages, Access) {
    let access = Access {
        base_url: Some("https://api.anthropic.com/v1"),
        auth: Auth::Header("x-api-key"),
        headers: &[("anthropic-version", "2023-06-01")],
    };
    (Messages { id: config.id.clone(), adaptive: Mutex::default() }, access)
}

impl Wire for Messages {
    fn ask(&self, request: &ModelRequest) -> serde_json::Result<Outgoing> {
        let adapts = self.adaptive.lock().unwrap_or_else(PoisonError::into_inner).contains(&request.model);
        let (body, parameters) = request::body(request, &self.id, adapts)?;
        Ok(Outgoing { path: "messages".to_owned(), body, parameters })
    }

    fn decoder(&self, limits: Limits, request: &ModelRequest) -> Box<dyn Decode> {
        Box::new(Decoder::new(decode::Reader::default(), limits, request))
    }

    fn ask_otherwise(&self, request: &ModelRequest, refusal: &Failure) -> bool {
        // Its own words alone: a refusal of anything else is no reason to ask again.
        let says = |words: &str| refusal.detail.contains(words);
        if refusal.status != Some(400) || !says("thinking.type.enabled") || !says("adaptive") {
            return false;
        }
        let mut adaptive = self.adaptive.lock().unwrap_or_else(PoisonError::into_inner);
        if adaptive.len() >= MOST_MODELS {
            adaptive.clear();
        }
        adaptive.insert(request.model.clone());
        request.parameters.effort.is_some_and(|effort| model::is_either(&request.model, effort))
    }

    fn models<'a>(&'a self, link: &'a Link) -> BoxFuture<'a, Result<Vec<ModelInfo>, Failure>> {
        Box::pin(list::ask(link))
    }
}

/// The arguments of a call as the object that this wire insists on; broken ones stay readable within it.
fn input(arguments: &str) -> Value {
    if arguments.trim().is_empty() {
        return Value::Object(Map::new());
    }
    match serde_json::from_str::<Value>(arguments) {
        Ok(object @ Value::Object(_)) => object,
        _ => json!({ "INVALID_JSON": arguments }),
    }
}
