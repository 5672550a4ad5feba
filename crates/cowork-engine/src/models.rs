//! The models that can be asked, and which one is meant when none is named.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cowork_contract::{Asked, ModelEntry, ModelList};
use cowork_provider::{ModelInfo, Provider, Registry, ResolveError};
use futures_util::future::join_all;

use crate::EngineError;

/// How long a provider's own list is taken to hold.
const FRESH: Duration = Duration::from_secs(60);
/// How long a provider may take to tell its models.
const PATIENCE: Duration = Duration::from_secs(5);

/// The configured providers with what they last told.
#[derive(Debug)]
pub(crate) struct Models {
    registry: Arc<Registry>,
    known: Mutex<HashMap<String, (Instant, Vec<ModelInfo>)>>,
}

impl Models {
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry, known: Mutex::default() }
    }

    pub(crate) fn providers(&self) -> Vec<String> {
        self.registry.iter().map(|provider| provider.id().to_owned()).collect()
    }

    /// Who is asked, given what the message names and, after it, what the session names.
    pub(crate) async fn resolve(
        &self,
        message: (Option<&str>, Option<&str>),
        session: (Option<&str>, Option<&str>),
    ) -> Result<Asked, EngineError> {
        let (provider, model) = if message == (None, None) { session } else { message };
        let provider_id = match self.registry.resolve(provider, model) {
            Ok((provider, model_id)) => return Ok(Asked { provider_id: provider.id().to_owned(), model_id }),
            Err(ResolveError::NoModel { provider }) => provider,
            Err(error) => return Err(EngineError::ModelUnavailable(error.to_string())),
        };
        // Only the provider itself knows its models.
        let provider = self
            .registry
            .get(&provider_id)
            .ok_or_else(|| EngineError::ModelUnavailable(provider_id.clone()))?;
        let models = self.ask(&provider).await.map_err(EngineError::ModelUnavailable)?;
        match models.into_iter().next() {
            Some(model) => Ok(Asked { provider_id, model_id: model.id }),
            None => Err(EngineError::ModelUnavailable(format!(
                "{provider_id} offers no model. Load or configure one there, or name one with `models` in cowork.toml."
            ))),
        }
    }

    /// All models of all providers that tell.
    pub(crate) async fn list(&self) -> ModelList {
        let providers: Vec<Arc<dyn Provider>> = self.registry.iter().map(Arc::clone).collect();
        let lists = join_all(providers.iter().map(|provider| self.ask(provider))).await;
        let (mut items, mut unavailable) = (Vec::new(), Vec::new());
        for (provider, list) in providers.iter().zip(lists) {
            match list {
                Ok(models) => items.extend(models.into_iter().map(|model| ModelEntry {
                    provider_id: provider.id().to_owned(),
                    label: model.label.unwrap_or_else(|| model.id.clone()),
                    model_id: model.id,
                    demo: model.demo,
                    context_window: model.context_window,
                    output_limit: model.output_limit,
                    images: model.images,
                    tools: model.tools,
                    reasoning: model.reasoning,
                    input_price_usd: model.price.map(|price| dollars(price.input)),
                    output_price_usd: model.price.map(|price| dollars(price.output)),
                    cached_input_price_usd: model.price.and_then(|price| price.cached_input).map(dollars),
                    price_as_of: None,
                    favourite: false,
                })),
                Err(reason) => unavailable.push(reason),
            }
        }
        let default = self.resolve((None, None), (None, None)).await.ok();
        let (default_provider_id, default_model_id) =
            default.map(|asked| (asked.provider_id, asked.model_id)).unwrap_or_default();
        ModelList { items, next_cursor: None, default_provider_id, default_model_id, unavailable }
    }

    async fn ask(&self, provider: &Arc<dyn Provider>) -> Result<Vec<ModelInfo>, String> {
        let id = provider.id();
        if let Some(models) = self.remembered(id) {
            return Ok(models);
        }
        match tokio::time::timeout(PATIENCE, provider.models()).await {
            Ok(Ok(models)) => {
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(id.to_owned(), (Instant::now(), models.clone()));
                Ok(models)
            }
            Ok(Err(failure)) => Err(format!("{id}: {failure}")),
            Err(_) => Err(format!(
                "{id} did not say which models it has within {} s. Is it running?",
                PATIENCE.as_secs()
            )),
        }
    }

    fn remembered(&self, id: &str) -> Option<Vec<ModelInfo>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).filter(|(at, _)| at.elapsed() < FRESH).map(|(_, models)| models.clone())
    }
}

/// Micro-dollars as dollars.
fn dollars(micro: u64) -> f64 {
    micro as f64 / 1e6
}
