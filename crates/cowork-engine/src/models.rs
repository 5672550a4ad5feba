//! The models that can be asked, which one is meant when none is named, and how each provider fared when it was last
//! asked for its list.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cowork_contract::{Asked, ModelEntry, ModelList, ProviderStatus, ProviderTest, Timestamp};
use cowork_provider::{Failure, ModelInfo, Provider, Registry, ResolveError, look_up};
use futures_util::future::join_all;

use crate::EngineError;
use crate::providers::Roster;
use crate::supervisor::Supervisor;

/// How long a provider's own list is taken to hold. An older one is given too, and asked for again meanwhile.
const FRESH: Duration = Duration::from_secs(10 * 60);
/// How long a provider may take to tell its models.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a person waits for a test.
const TEST_PATIENCE: Duration = Duration::from_secs(10);

/// The providers with what they last told.
#[derive(Debug, Clone)]
pub(crate) struct Models {
    roster: Arc<Roster>,
    known: Arc<Mutex<HashMap<String, Known>>>,
}

/// What one provider last told.
#[derive(Debug)]
struct Known {
    /// Who told it: one that was set up anew has told nothing yet.
    provider: Arc<dyn Provider>,
    /// The last good list, and since when it holds.
    list: Option<(Instant, Vec<ModelInfo>)>,
    /// It is being asked again.
    asking: bool,
    status: Option<ProviderStatus>,
}

impl Models {
    pub(crate) fn new(roster: Arc<Roster>) -> Self {
        Self { roster, known: Arc::default() }
    }

    pub(crate) fn providers(&self) -> Vec<String> {
        self.roster.registry().iter().map(|provider| provider.id().to_owned()).collect()
    }

    /// Who is asked, given what the message names and, after it, what the session names.
    pub(crate) async fn resolve(
        &self,
        message: (Option<&str>, Option<&str>),
        session: (Option<&str>, Option<&str>),
    ) -> Result<Asked, EngineError> {
        let (provider, model) = if message == (None, None) { session } else { message };
        let mut registry = self.roster.registry();
        let named = provider.or_else(|| Some(model?.split_once('/')?.0));
        let is_missing = match named {
            Some(id) => registry.get(id).is_none(),
            None => self.roster.misses_default(),
        };
        if is_missing {
            // It may be one that runs on this computer and is just being found.
            self.roster.looked().await;
            registry = self.roster.registry();
        }
        let provider_id = match registry.resolve(provider, model) {
            Ok((provider, model_id)) => return Ok(Asked { provider_id: provider.id().to_owned(), model_id }),
            Err(ResolveError::NoModel { provider }) => provider,
            Err(error) => return Err(EngineError::ModelUnavailable(error.to_string())),
        };
        // Only the provider itself knows its models.
        let provider =
            registry.get(&provider_id).ok_or_else(|| EngineError::ModelUnavailable(provider_id.clone()))?;
        let models = match self.remembered(&provider) {
            Some((_, models)) => models,
            None => self.ask(&provider).await.map_err(EngineError::ModelUnavailable)?,
        };
        match models.into_iter().next() {
            Some(model) => Ok(Asked { provider_id, model_id: model.id }),
            None => Err(EngineError::ModelUnavailable(format!(
                "{provider_id} offers no model. Load or configure one there, or name one among its models."
            ))),
        }
    }

    /// All models of all providers that tell. Lists that are no longer fresh are asked for again in the background.
    pub(crate) async fn list(&self, supervisor: &Supervisor) -> ModelList {
        self.roster.looked().await;
        let registry = self.roster.registry();
        let list = async |provider: &Arc<dyn Provider>| match self.remembered(provider) {
            Some((at, models)) => {
                if at.elapsed() >= FRESH {
                    self.ask_in_background(provider, supervisor);
                }
                Ok(models)
            }
            None => self.ask(provider).await,
        };
        let lists = join_all(registry.iter().map(list)).await;
        self.collect(&registry, lists).await
    }

    /// The same, asked anew. A provider that fails keeps its last good list.
    pub(crate) async fn refresh(&self) -> ModelList {
        let registry = self.roster.registry();
        let list = async |provider: &Arc<dyn Provider>| {
            let asked = self.ask(provider).await;
            asked.or_else(|reason| self.remembered(provider).map(|(_, models)| models).ok_or(reason))
        };
        let lists = join_all(registry.iter().map(list)).await;
        self.collect(&registry, lists).await
    }

    async fn collect(&self, registry: &Registry, lists: Vec<Result<Vec<ModelInfo>, String>>) -> ModelList {
        let (mut items, mut unavailable) = (Vec::new(), Vec::new());
        for (provider, list) in registry.iter().zip(lists) {
            match list {
                Ok(models) => items.extend(models.into_iter().map(|model| self.entry(provider.id(), model))),
                Err(reason) => unavailable.push(reason),
            }
        }
        let default = self.resolve((None, None), (None, None)).await.ok();
        let (default_provider_id, default_model_id) =
            default.map(|asked| (asked.provider_id, asked.model_id)).unwrap_or_default();
        ModelList { items, next_cursor: None, default_provider_id, default_model_id, unavailable }
    }

    fn entry(&self, provider: &str, model: ModelInfo) -> ModelEntry {
        // The day is that of the catalogue, so it says nothing of a price that the service itself named.
        let config = self.roster.config(provider);
        let entry = config.and_then(|config| look_up(config.kind, config.base_url.as_deref(), &model.id));
        let entry = entry.filter(|entry| model.price.is_some() && entry.price() == model.price);
        ModelEntry {
            provider_id: provider.to_owned(),
            label: model.label.unwrap_or_else(|| model.id.clone()),
            favourite: self.roster.is_favourite(provider, &model.id),
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
            price_as_of: entry.map(|entry| entry.read.clone()),
        }
    }

    /// What is known of a model without asking anybody.
    pub(crate) fn known(&self, provider: &str, model: &str) -> Option<ModelInfo> {
        let provider = self.roster.registry().get(provider)?;
        let listed = self.remembered(&provider).map(|(_, models)| models).unwrap_or_default();
        let told = listed.into_iter().find(|info| info.id == model);
        Some(told.unwrap_or_else(|| provider.describe(model)))
    }

    /// How a provider fared when it was last asked.
    pub(crate) fn status(&self, id: &str) -> Option<ProviderStatus> {
        let provider = self.roster.registry().get(id)?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).filter(|known| Arc::ptr_eq(&known.provider, &provider))?.status.clone()
    }

    /// Asks a provider itself, whatever models are configured for it.
    pub(crate) async fn test(&self, id: &str) -> Result<ProviderTest, EngineError> {
        let missing = || EngineError::NotFound("provider");
        let provider = self.roster.registry().get(id).ok_or_else(missing)?;
        let config = self.roster.config(id).ok_or_else(missing)?;
        if let Some(detail) = self.roster.sealed(id) {
            return Ok(ProviderTest { ok: false, detail, latency_ms: None, model_count: None });
        }
        let begun = Instant::now();
        let listed = told(id, TEST_PATIENCE, provider.own_models()).await;
        let status = status(begun, &listed);
        let test = ProviderTest {
            ok: status.ok,
            detail: status.detail.clone(),
            latency_ms: status.latency_ms,
            model_count: status.model_count,
        };
        self.learn(&provider, status, listed.ok().filter(|_| config.models.is_empty()));
        Ok(test)
    }

    async fn ask(&self, provider: &Arc<dyn Provider>) -> Result<Vec<ModelInfo>, String> {
        let id = provider.id();
        if let Some(detail) = self.roster.sealed(id) {
            return Err(format!("{id}: {detail}"));
        }
        let begun = Instant::now();
        let listed = told(id, PATIENCE, provider.models()).await;
        // What is configured is no sign of life.
        let is_configured = self.roster.config(id).is_some_and(|config| !config.models.is_empty());
        if !is_configured {
            self.learn(provider, status(begun, &listed), listed.as_ref().ok().cloned());
        }
        listed.map_err(|reason| format!("{id}: {reason}"))
    }

    fn ask_in_background(&self, provider: &Arc<dyn Provider>, supervisor: &Supervisor) {
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            match known.get_mut(provider.id()) {
                Some(known) if !known.asking => known.asking = true,
                _ => return,
            }
        }
        let (models, provider) = (self.clone(), Arc::clone(provider));
        supervisor.spawn(|_, stop| async move {
            let asked = stop.run_until_cancelled(models.ask(&provider)).await;
            if let Some(Err(reason)) = asked {
                tracing::debug!(reason, "a list of models could not be had again; the last one stays");
            }
        });
    }

    /// Takes up what a provider told. Without a list, the last good one stays.
    fn learn(&self, provider: &Arc<dyn Provider>, status: ProviderStatus, list: Option<Vec<ModelInfo>>) {
        let registry = self.roster.registry();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|id, known| registry.get(id).is_some_and(|now| Arc::ptr_eq(&now, &known.provider)));
        let id = provider.id();
        if registry.get(id).is_none_or(|now| !Arc::ptr_eq(&now, provider)) {
            return; // it was set up anew meanwhile
        }
        let known = known.entry(id.to_owned()).or_insert_with(|| Known {
            provider: Arc::clone(provider),
            list: None,
            asking: false,
            status: None,
        });
        known.asking = false;
        known.status = Some(status);
        match (list, &mut known.list) {
            (Some(models), list) => *list = Some((Instant::now(), models)),
            // It fails now, so it is not asked again at every look.
            (None, Some((at, _))) => *at = Instant::now(),
            (None, None) => {}
        }
    }

    fn remembered(&self, provider: &Arc<dyn Provider>) -> Option<(Instant, Vec<ModelInfo>)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(provider.id()).filter(|known| Arc::ptr_eq(&known.provider, provider))?.list.clone()
    }
}

/// What a provider names in time, or what is wrong in words.
async fn told(
    id: &str,
    patience: Duration,
    models: impl Future<Output = Result<Vec<ModelInfo>, Failure>>,
) -> Result<Vec<ModelInfo>, String> {
    match tokio::time::timeout(patience, models).await {
        Ok(listed) => listed.map_err(|failure| failure.to_string()),
        Err(_) => Err(format!(
            "{id} did not say which models it has within {} s. Is it running?",
            patience.as_secs()
        )),
    }
}

fn status(begun: Instant, listed: &Result<Vec<ModelInfo>, String>) -> ProviderStatus {
    let count = |models: &Vec<ModelInfo>| u64::try_from(models.len()).unwrap_or(u64::MAX);
    let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let detail = match listed {
        Ok(models) if models.len() == 1 => "It answers, and names 1 model.".to_owned(),
        Ok(models) => format!("It answers, and names {} models.", models.len()),
        Err(reason) => reason.clone(),
    };
    ProviderStatus {
        ok: listed.is_ok(),
        detail,
        checked_at: now(),
        latency_ms: listed.is_ok().then_some(took),
        model_count: listed.as_ref().ok().map(count),
    }
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::try_from(since.as_millis()).unwrap_or(Timestamp::MAX)
}

/// Micro-dollars as dollars.
fn dollars(micro: u64) -> f64 {
    micro as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use cowork_provider::{ProviderConfig, ProviderKind};
    use cowork_store::OpenOptions;
    use cowork_testkit::ScriptedProvider;

    use super::*;
    use crate::attachments::Attachments;
    use crate::conversation::Conversations;
    use crate::routing::Retry;
    use crate::supervisor::Resources;

    #[tokio::test]
    async fn an_old_list_is_given_at_once_and_asked_for_again_meanwhile() {
        let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
        let mut config = ProviderConfig::new("work", ProviderKind::OpenAiCompatible);
        config.base_url = Some(server.base_url());
        let registry = Registry::new(vec![config], None).unwrap();
        let roster = Arc::new(Roster::new(registry, crate::Configured::default(), Vec::new(), Vec::new()));
        let models = Models::new(Arc::clone(&roster));
        let opened = cowork_store::open(OpenOptions::new(folder.path())).await.unwrap();
        let (writer, reader) = (opened.writer.clone(), opened.reader.clone());
        let limits = cowork_contract::AttachmentLimits::default();
        let supervisor = Supervisor::new(Resources {
            writer: writer.clone(),
            reader: reader.clone(),
            attachments: Attachments::new(writer, reader, opened.blobs.clone(), (limits, None)),
            registry: roster,
            conversations: Arc::new(Conversations::default()),
            models: Arc::new(models.clone()),
            resting: Arc::default(),
            retry: Retry::default(),
        });
        let first = async || models.list(&supervisor).await.items[0].model_id.clone();
        let age = |by: Duration| {
            let mut known = models.known.lock().unwrap();
            let (at, _) = known.get_mut("work").unwrap().list.as_mut().unwrap();
            *at = at.checked_sub(by).unwrap();
        };
        server.models(["first"]);
        assert_eq!(first().await, "first");
        server.models(["second"]);
        age(FRESH - Duration::from_secs(60));
        assert_eq!(first().await, "first", "still fresh");
        age(Duration::from_secs(61));
        assert_eq!(first().await, "first", "at once");
        while first().await != "second" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(server);
        age(FRESH);
        assert_eq!(first().await, "second");
        while models.status("work").unwrap().ok {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(first().await, "second", "a failure keeps the last good list");
        supervisor.stop(Duration::from_secs(5)).await;
        opened.task.stop().await;
    }
}
