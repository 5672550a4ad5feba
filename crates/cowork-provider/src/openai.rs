//! The chat completions wire of OpenAI, as spoken by OpenAI and by every server compatible with it.
//!
//! Start at [`OpenAi`]. What differs between servers is data, in `dialect`; `request` writes the question and
//! `decode` reads the answer, both without a network. Elsewhere: sending and its failures (`http`).

mod chunk;
mod decode;
mod dialect;
mod list;
mod request;
mod stream;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use crate::http::Link;
use crate::{ConfigError, Failure, Frame, ModelInfo, ModelRequest, Provider, ProviderConfig, ProviderKind};
use dialect::Dialect;

/// A server that offers chat completions.
#[derive(Debug)]
pub struct OpenAi {
    id: String,
    kind: ProviderKind,
    models: Vec<String>,
    service: Arc<Service>,
}

/// What a running answer needs of its provider.
#[derive(Debug)]
struct Service {
    link: Link,
    dialect: Dialect,
}

impl OpenAi {
    /// What OpenAI itself answers with when neither the configuration nor a person chooses.
    pub const USUAL_MODEL: &str = "gpt-5";

    /// Sets up the provider; nothing is sent yet.
    pub fn new(config: ProviderConfig) -> Result<Self, ConfigError> {
        let dialect = Dialect::of(config.kind);
        let link = Link::new(&config, dialect.base_url)?;
        let service = Arc::new(Service { link, dialect });
        Ok(Self { id: config.id, kind: config.kind, models: config.models, service })
    }
}

impl Provider for OpenAi {
    fn id(&self) -> &str {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        self.kind
    }

    fn stream(&self, request: ModelRequest) -> BoxStream<'static, Result<Frame, Failure>> {
        stream::answer(Arc::clone(&self.service), request)
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Failure>> {
        Box::pin(async {
            if self.models.is_empty() {
                return list::ask(&self.service.link).await;
            }
            let listed =
                |id: &String| ModelInfo { id: id.clone(), label: None, context_window: None, demo: false };
            Ok(self.models.iter().map(listed).collect())
        })
    }
}
