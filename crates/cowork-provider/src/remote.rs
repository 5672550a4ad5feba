//! A provider behind a network, whatever its wire.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use crate::catalog::{Entry, look_up};
use crate::decode::Trouble;
use crate::http::Link;
use crate::wire::{Access, Wire};
use crate::{
    ConfigError, Failure, Frame, KeyUse, ModelInfo, ModelRequest, Provider, ProviderConfig, ProviderKind,
    anthropic, gemini, ollama, openai_chat, openai_responses, stream,
};

/// A model service that is asked over HTTP.
pub struct Remote {
    id: String,
    kind: ProviderKind,
    /// The kind whose wire it speaks.
    spoken: ProviderKind,
    /// As configured, so it may hold a secret.
    base_url: Option<String>,
    models: Vec<String>,
    pub(crate) service: Arc<Service>,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("models", &self.models)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// What a running answer needs of its provider.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) link: Link,
    pub(crate) wire: Box<dyn Wire>,
}

impl Service {
    /// Why an answer could not be read, in words for people.
    pub(crate) fn failure(&self, trouble: &Trouble) -> Failure {
        match trouble {
            Trouble::Said(said) => self.link.said(None, said),
            Trouble::Kind(kind) => self.link.failure(*kind),
            Trouble::Garbage(why) => self.link.garbage(why),
        }
    }
}

/// The wire of a configured provider and the way to it, with the kind that the wire is known by.
pub(crate) fn speak(config: &ProviderConfig) -> (ProviderKind, Box<dyn Wire>, Access) {
    let responses = match config.kind {
        ProviderKind::OpenAiResponses => true,
        // Servers that stand in for OpenAI know its older wire.
        ProviderKind::OpenAi => config.base_url.is_none(),
        _ => false,
    };
    let spoken = if responses { ProviderKind::OpenAiResponses } else { config.kind };
    let (wire, access): (Box<dyn Wire>, _) = match spoken {
        ProviderKind::OpenAiResponses => {
            let (wire, access) = openai_responses::wire(config);
            (Box::new(wire), access)
        }
        ProviderKind::Ollama => {
            let (wire, access) = ollama::wire(config);
            (Box::new(wire), access)
        }
        ProviderKind::Gemini => {
            let (wire, access) = gemini::wire(config);
            (Box::new(wire), access)
        }
        ProviderKind::Anthropic => {
            let (wire, access) = anthropic::wire(config);
            (Box::new(wire), access)
        }
        // The demo is no service; a configuration that gets here with it is told so by its missing address.
        _ => {
            let (wire, access) = openai_chat::wire(config);
            (Box::new(wire), access)
        }
    };
    (spoken, wire, access)
}

impl Remote {
    /// What OpenAI itself answers with when neither the configuration nor a person chooses.
    pub const USUAL_MODEL: &str = "gpt-5";

    /// Sets up the provider; nothing is sent yet.
    pub fn new(config: ProviderConfig) -> Result<Self, ConfigError> {
        let (spoken, wire, access) = speak(&config);
        let link = Link::new(&config, access)?;
        let service = Arc::new(Service { link, wire });
        let (base_url, models) = (config.base_url, config.models);
        Ok(Self { id: config.id, kind: config.kind, spoken, base_url, models, service })
    }

    /// The request without what its model is known to refuse.
    fn without_refused(&self, mut request: ModelRequest) -> ModelRequest {
        let known = look_up(self.kind, self.base_url.as_deref(), &request.model);
        if known.is_some_and(Entry::refuses_sampling) {
            request.parameters = request.parameters.without_sampling();
        }
        request
    }

    /// Adds what is known of a model to what its service told.
    fn complete(&self, info: ModelInfo) -> ModelInfo {
        match look_up(self.kind, self.base_url.as_deref(), &info.id) {
            Some(entry) => info.complete_from(entry),
            None => info,
        }
    }
}

impl Provider for Remote {
    fn id(&self) -> &str {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        self.kind
    }

    fn wire(&self) -> ProviderKind {
        self.spoken
    }

    fn stream(&self, request: ModelRequest) -> BoxStream<'static, Result<Frame, Failure>> {
        stream::answer(Arc::clone(&self.service), self.without_refused(request))
    }

    fn describe(&self, model: &str) -> ModelInfo {
        self.complete(ModelInfo::named(model))
    }

    fn keys(&self) -> Vec<KeyUse> {
        self.service.link.keys()
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Failure>> {
        if self.models.is_empty() {
            return self.own_models();
        }
        let configured = self.models.iter().map(|model| self.describe(model)).collect();
        Box::pin(std::future::ready(Ok(configured)))
    }

    fn own_models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Failure>> {
        Box::pin(async {
            let listed = self.service.wire.models(&self.service.link).await?;
            Ok(listed.into_iter().map(|info| self.complete(info)).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Parameters;

    #[test]
    fn a_model_that_is_known_to_refuse_a_temperature_is_not_sent_one() {
        let parameters = Parameters { temperature: Some(0.5), top_p: Some(0.5), ..Parameters::default() };
        for (kind, address, model, sent) in [
            (ProviderKind::OpenAi, None, "gpt-5", false),
            (ProviderKind::OpenAiResponses, None, "o3-2025-04-16", false),
            (ProviderKind::OpenAi, None, "gpt-4o", true),
            (ProviderKind::OpenAi, None, "made-up", true),
            (ProviderKind::OpenAiCompatible, Some("https://openrouter.ai/api/v1"), "openai/gpt-5", false),
            (ProviderKind::OpenAiCompatible, Some("https://api.deepseek.com/v1"), "deepseek-flash", true),
            (ProviderKind::Gemini, None, "gemini-2.5-pro", true),
        ] {
            let mut config = ProviderConfig::new("p", kind);
            config.base_url = address.map(str::to_owned);
            let request = ModelRequest { model: model.to_owned(), parameters, ..ModelRequest::default() };
            let request = Remote::new(config).expect("usable").without_refused(request);
            assert_eq!(request.parameters.temperature.is_some(), sent, "{model}");
            assert_eq!(request.parameters.top_p.is_some(), sent, "{model}");
        }
    }
}
