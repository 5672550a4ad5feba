//! A provider behind a network, whatever its wire.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use crate::catalog::look_up;
use crate::http::Link;
use crate::wire::Wire;
use crate::{
    ConfigError, Failure, Frame, ModelInfo, ModelRequest, Provider, ProviderConfig, ProviderKind, anthropic,
    gemini, ollama, openai_chat, stream,
};

/// A model service that is asked over HTTP.
#[derive(Debug)]
pub struct Remote {
    id: String,
    kind: ProviderKind,
    base_url: Option<String>,
    models: Vec<String>,
    pub(crate) service: Arc<Service>,
}

/// What a running answer needs of its provider.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) link: Link,
    pub(crate) wire: Box<dyn Wire>,
}

impl Remote {
    /// What OpenAI itself answers with when neither the configuration nor a person chooses.
    pub const USUAL_MODEL: &str = "gpt-5";

    /// Sets up the provider; nothing is sent yet.
    pub fn new(config: ProviderConfig) -> Result<Self, ConfigError> {
        let (wire, access): (Box<dyn Wire>, _) = match config.kind {
            ProviderKind::Ollama => {
                let (wire, access) = ollama::wire(&config);
                (Box::new(wire), access)
            }
            ProviderKind::Gemini => {
                let (wire, access) = gemini::wire(&config);
                (Box::new(wire), access)
            }
            ProviderKind::Anthropic => {
                let (wire, access) = anthropic::wire(&config);
                (Box::new(wire), access)
            }
            // The demo is no service; a configuration that gets here with it is told so by its missing address.
            _ => {
                let (wire, access) = openai_chat::wire(&config);
                (Box::new(wire), access)
            }
        };
        let link = Link::new(&config, access)?;
        let service = Arc::new(Service { link, wire });
        let (base_url, models) = (config.base_url, config.models);
        Ok(Self { id: config.id, kind: config.kind, base_url, models, service })
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

    fn stream(&self, request: ModelRequest) -> BoxStream<'static, Result<Frame, Failure>> {
        stream::answer(Arc::clone(&self.service), request)
    }

    fn describe(&self, model: &str) -> ModelInfo {
        self.complete(ModelInfo::named(model))
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Failure>> {
        Box::pin(async {
            let listed = if self.models.is_empty() {
                self.service.wire.models(&self.service.link).await?
            } else {
                self.models.iter().map(ModelInfo::named).collect()
            };
            Ok(listed.into_iter().map(|info| self.complete(info)).collect())
        })
    }
}
