//! The model services as they are now: configured ones, those that the person added, those that were found on this
//! computer, and the demo.
//!
//! Start at [`Roster`]. Always true: what is configured by file or environment can't be changed here; a change makes a
//! new registry beside the old one, so an answer that runs keeps its provider; a server that was found answers only
//! where it is chosen. Elsewhere: asking them (`cowork-provider`), their lists of models (`models`), the commands that
//! change them (`command::setup`).

mod keys;
mod options;
mod settings;
mod stored;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use cowork_contract::{
    AutoCompact, KeySource, KeyView, ProviderSource, ProviderStatus, ProviderView, ProviderWire, Settings,
};
use cowork_provider::{
    LocalServer, Provider, ProviderConfig, ProviderKind, Registry, ResolveError, discover,
};
use cowork_store::{Reader, Setup, Vault, VaultError};
use tokio_util::sync::CancellationToken;

pub(crate) use keys::{added, key_place, without};
pub use options::{Configured, Origin, OriginKey, Place};
pub(crate) use settings::{Chosen, check_fallback, check_favourites, check_model, check_provider, names};
pub(crate) use stored::{KEY_MAX, PROVIDERS_MAX, Stored, check_key};

use crate::EngineError;

/// What a person does when a service wants a key and has none.
const NO_KEY: &str = "It has no key yet: set one under Providers.";

/// All providers.
#[derive(Debug)]
pub(crate) struct Roster {
    /// From file and environment, and the demo.
    base: Registry,
    configured: Configured,
    /// The file's.
    fallback: Vec<(String, String)>,
    servers: Vec<LocalServer>,
    found: Mutex<Vec<ProviderConfig>>,
    /// The first look for local servers has ended.
    looked: CancellationToken,
    now: RwLock<Arc<Now>>,
    reloading: tokio::sync::Mutex<()>,
}

/// How things stand between two changes.
#[derive(Debug)]
struct Now {
    /// Without the default of the settings.
    plain: Registry,
    registry: Arc<Registry>,
    facts: HashMap<String, Facts>,
    chosen: Chosen,
}

/// What is known of a provider beside its configuration.
#[derive(Debug, Clone)]
struct Facts {
    source: ProviderSource,
    key: Option<KeySource>,
    /// Why a key that is kept can't be used.
    sealed: Option<String>,
    /// What each key that is kept here is removed by, in their order.
    key_ids: Vec<String>,
    /// What the person calls it.
    name: Option<String>,
}

impl Facts {
    fn of(source: ProviderSource, key: Option<KeySource>) -> Self {
        Self { source, key, sealed: None, key_ids: Vec::new(), name: None }
    }
}

impl Roster {
    pub(crate) fn new(
        base: Registry,
        configured: Configured,
        fallback: Vec<(String, String)>,
        servers: Vec<LocalServer>,
    ) -> Self {
        let looked = CancellationToken::new();
        if servers.is_empty() {
            looked.cancel();
        }
        let now = Now {
            plain: base.clone(),
            registry: Arc::new(base.clone()),
            facts: HashMap::new(),
            chosen: Chosen::default(),
        };
        Self {
            base,
            configured,
            fallback,
            servers,
            found: Mutex::default(),
            looked,
            now: RwLock::new(Arc::new(now)),
            reloading: tokio::sync::Mutex::default(),
        }
    }

    fn now(&self) -> Arc<Now> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// All that can be asked at this moment.
    pub(crate) fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.now().registry)
    }

    /// Chooses who answers, as [`Registry::resolve`] does.
    pub(crate) fn resolve(
        &self,
        provider_id: Option<&str>,
        model_id: Option<&str>,
    ) -> Result<(Arc<dyn Provider>, String), ResolveError> {
        self.registry().resolve(provider_id, model_id)
    }

    /// The provider with this id.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<dyn Provider>> {
        self.registry().get(id)
    }

    /// Who is asked, in this order, when the one that was chosen fails: the file's list, else the settings'.
    pub(crate) fn fallback(&self) -> Vec<(String, String)> {
        if self.is_fallback_locked() {
            return self.fallback.clone();
        }
        let now = self.now();
        let fallback = now.chosen.fallback.iter().filter_map(|text| text.split_once('/'));
        fallback.map(|(provider, model)| (provider.to_owned(), model.to_owned())).collect()
    }

    /// Whether sessions are named by a call of their own.
    pub(crate) fn titles_by_model(&self) -> bool {
        self.now().chosen.title_by_model
    }

    /// Whether a conversation that no longer fits is summarised by itself: as the file says, else the settings.
    pub(crate) fn compacts_by_itself(&self) -> bool {
        self.configured.compact.unwrap_or(self.now().chosen.compact) == AutoCompact::Auto
    }

    /// Waits until the first look for local servers has ended, which takes less than a second.
    pub(crate) async fn looked(&self) {
        self.looked.cancelled().await;
    }

    /// Looks for local servers, and takes those that are there.
    pub(crate) async fn look(&self, reader: &Reader, vault: &Vault) -> Result<(), EngineError> {
        if self.servers.is_empty() {
            return Ok(());
        }
        // Also where this is broken off, so that nobody waits for it in vain.
        let _looked = self.looked.clone().drop_guard();
        let found = discover(&self.servers).await;
        for config in &found {
            tracing::debug!(id = config.id, "a model server runs on this computer");
        }
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
        self.reload(reader, vault).await
    }

    /// Takes up what is stored now.
    pub(crate) async fn reload(&self, reader: &Reader, vault: &Vault) -> Result<(), EngineError> {
        // One after the other, so that the newest state is the one that stays.
        let _one = self.reloading.lock().await;
        let setup = reader.setup().await?;
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let next = self.assemble(&self.now().plain, &setup, found, vault);
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(())
    }

    fn assemble(&self, before: &Registry, setup: &Setup, found: Vec<ProviderConfig>, vault: &Vault) -> Now {
        let secret = |id: &str| setup.secrets.iter().find(|(place, _)| *place == key_place(id));
        let key_of = |config: &mut ProviderConfig, facts: &mut Facts| {
            let Some((place, sealed)) = secret(&config.id) else { return };
            facts.key = Some(KeySource::App);
            config.key_remedy = Some("Set its key again under Providers.".to_owned());
            match vault.open(place, sealed) {
                Ok(key) => {
                    facts.key_ids = keys::ids(&key, vault);
                    config.api_key = Some(key);
                }
                Err(error) => facts.sealed = Some(does_not_open(&config.id, &error)),
            }
        };
        let mut configs: Vec<ProviderConfig> = Vec::new();
        let mut facts = HashMap::new();
        for config in self.base.configs() {
            let mut config = config.clone();
            let key = config.has_key().then(|| self.configured.key_source_of(&config.id));
            let mut known = Facts::of(self.configured.source_of(&config.id), key);
            config.key_remedy = Some(match key {
                Some(_) => self.configured.key_remedy(&config.id),
                None => NO_KEY.to_owned(),
            });
            // A key that belongs to a provider of the app is not for another one that took its id.
            let is_of_app = setup.providers.iter().any(|stored| stored.id == config.id);
            if !config.has_key() && !is_of_app && config.kind != ProviderKind::Demo {
                key_of(&mut config, &mut known);
            }
            config.by_choice_only |= !config.has_key() && stored::wants_key(&config, None);
            facts.insert(config.id.clone(), known);
            configs.push(config);
        }
        for row in &setup.providers {
            if facts.contains_key(&row.id) {
                continue;
            }
            let read = Stored::read(&row.body).and_then(|stored| {
                let mut config = stored.config(&row.id);
                let mut known = Facts::of(ProviderSource::App, None);
                known.name = stored.name().map(str::to_owned);
                config.key_remedy = Some(NO_KEY.to_owned());
                key_of(&mut config, &mut known);
                config.by_choice_only = !config.has_key() && stored::wants_key(&config, stored.service());
                stored::check(&config).map(|()| (config, known))
            });
            match read {
                Ok((config, known)) => {
                    facts.insert(row.id.clone(), known);
                    configs.push(config);
                }
                Err(error) => tracing::warn!(id = row.id, %error, "a stored provider can't be used"),
            }
        }
        for config in found {
            let address = config.base_url.as_deref().map(plain_address);
            let is_there = |other: &ProviderConfig| {
                other.id == config.id || other.base_url.as_deref().map(plain_address) == address
            };
            if !configs.iter().any(is_there) {
                facts.insert(config.id.clone(), Facts::of(ProviderSource::Found, None));
                configs.push(config);
            }
        }
        let chosen = Chosen::read(&setup.settings);
        let plain = before.rebuilt(configs).unwrap_or_else(|error| {
            // Each was checked by itself above.
            tracing::error!(%error, "the providers could not be set up together");
            self.base.clone()
        });
        let registry = match &chosen.default_provider_id {
            Some(id) => plain.clone().with_default_if_none(id, chosen.default_model_id.as_deref()),
            None => plain.clone(),
        };
        Now { plain, registry: Arc::new(registry), facts, chosen }
    }

    /// Where a provider's key, if it has one, keeps it from being used.
    pub(crate) fn sealed(&self, id: &str) -> Option<String> {
        self.now().facts.get(id)?.sealed.clone()
    }

    /// What a provider is set up from.
    pub(crate) fn config(&self, id: &str) -> Option<ProviderConfig> {
        let now = self.now();
        let config = now.registry.configs().find(|config| config.id == id).cloned();
        config.or_else(|| now.registry.get(id).map(|demo| ProviderConfig::new(demo.id(), demo.kind())))
    }

    /// Where a provider came from. `None`: there is none with this id.
    pub(crate) fn source(&self, id: &str) -> Option<ProviderSource> {
        let now = self.now();
        let provider = now.registry.get(id)?;
        let known = now.facts.get(id).map(|facts| facts.source);
        Some(known.unwrap_or_else(|| match provider.kind() {
            ProviderKind::Demo if id == cowork_provider::demo::Demo::ID => ProviderSource::Builtin,
            _ => self.configured.source_of(id),
        }))
    }

    /// The refusal to change a provider that is set elsewhere.
    pub(crate) fn check_unlocked(&self, id: &str) -> Result<(), EngineError> {
        match self.source(id) {
            None => Err(EngineError::NotFound("provider")),
            Some(ProviderSource::App | ProviderSource::Found) => Ok(()),
            Some(ProviderSource::Builtin) => {
                Err(EngineError::locked(None, "The demo is part of Cowork and stays as it is."))
            }
            Some(ProviderSource::File | ProviderSource::Environment) => {
                let place = self.configured.place_of(id);
                let detail =
                    format!("Provider {id:?} is set in {place}. Change it there, then restart Cowork.");
                Err(EngineError::locked(None, detail))
            }
        }
    }

    /// The refusal to set a key that is set elsewhere.
    pub(crate) fn check_key_unlocked(&self, id: &str) -> Result<(), EngineError> {
        if self.source(id) == Some(ProviderSource::Builtin) {
            return self.check_unlocked(id);
        }
        let now = self.now();
        match now.facts.get(id).and_then(|facts| facts.key) {
            Some(KeySource::File | KeySource::Environment) => {
                let place = self.configured.key_place_of(id);
                let detail = format!(
                    "The key of provider {id:?} is set in {place}. Change it there, then restart Cowork."
                );
                Err(EngineError::locked(Some("key"), detail))
            }
            _ => Ok(()),
        }
    }

    /// Whether the file or the environment has a provider of this id, or Cowork itself has.
    pub(crate) fn is_configured(&self, id: &str) -> bool {
        self.base.get(id).is_some()
    }

    /// All providers as they are shown, the demo last.
    pub(crate) fn views(&self, status: impl Fn(&str) -> Option<ProviderStatus>) -> Vec<ProviderView> {
        let now = self.now();
        let configs: HashMap<_, _> =
            now.registry.configs().map(|config| (config.id.as_str(), config)).collect();
        let view = |provider: &Arc<dyn Provider>| {
            let id = provider.id();
            let source = self.source(id).unwrap_or(ProviderSource::Builtin);
            let config = configs.get(id);
            let facts = now.facts.get(id);
            let sealed = facts.and_then(|facts| facts.sealed.clone());
            let unusable = |detail| ProviderStatus {
                ok: false,
                detail,
                checked_at: crate::models::now(),
                latency_ms: None,
                model_count: None,
            };
            ProviderView {
                id: id.to_owned(),
                name: facts.and_then(|facts| facts.name.clone()),
                kind: wire(provider.kind()),
                base_url: config.and_then(|config| config.base_url.as_deref()).map(shown_address),
                models: config.map(|config| config.models.clone()).unwrap_or_default(),
                source,
                place: matches!(source, ProviderSource::File | ProviderSource::Environment)
                    .then(|| self.configured.place_of(id).to_owned()),
                locked: !matches!(source, ProviderSource::App | ProviderSource::Found),
                key: KeyView {
                    present: config.is_some_and(|config| config.has_key()),
                    source: facts.and_then(|facts| facts.key),
                    hint: config.and_then(|config| config.key_hint()),
                    place: facts
                        .filter(|facts| matches!(facts.key, Some(KeySource::File | KeySource::Environment)))
                        .map(|_| self.configured.key_place_of(id).to_owned()),
                    items: keys::items(provider.keys(), facts.map_or(&[], |facts| &facts.key_ids)),
                },
                status: sealed.map(unusable).or_else(|| status(id)),
            }
        };
        now.registry.iter().map(view).collect()
    }

    fn is_fallback_locked(&self) -> bool {
        self.configured.fallback || !self.fallback.is_empty()
    }

    /// What was chosen, with what the file sets in its place.
    pub(crate) fn settings(&self) -> Settings {
        let now = self.now();
        let mut settings = now.chosen.settings();
        if let Some((provider, model)) = self.base.default_model() {
            settings.default_provider_id = Some(provider.to_owned());
            settings.default_model_id = Some(model.to_owned());
            settings.locked.extend([names::DEFAULT_PROVIDER.to_owned(), names::DEFAULT_MODEL.to_owned()]);
        }
        if self.is_fallback_locked() {
            settings.fallback =
                self.fallback.iter().map(|(provider, model)| format!("{provider}/{model}")).collect();
            settings.locked.push(names::FALLBACK.to_owned());
        }
        settings.notices = self.notices();
        if let Some(compact) = self.configured.compact {
            settings.compact = compact;
            settings.locked.push(names::COMPACT.to_owned());
        }
        settings
    }

    /// Whether the default names a provider that is not there now.
    pub(crate) fn misses_default(&self) -> bool {
        self.missing_default().is_some()
    }

    /// The default whose provider is not there now, and where it is set.
    fn missing_default(&self) -> Option<(String, Option<&str>)> {
        let now = self.now();
        let (provider, text, place) = match self.base.default_model() {
            Some((provider, model)) => {
                (provider.to_owned(), format!("{provider}/{model}"), Some(self.configured.file()))
            }
            None => {
                let provider = now.chosen.default_provider_id.clone()?;
                let model = now.chosen.default_model_id.as_ref();
                let text = model.map_or_else(|| provider.clone(), |model| format!("{provider}/{model}"));
                (provider, text, None)
            }
        };
        now.registry.get(&provider).is_none().then_some((text, place))
    }

    /// Tells the log what is chosen and has no effect.
    pub(crate) fn warn(&self) {
        for notice in self.notices() {
            tracing::warn!("{notice}");
        }
    }

    /// What is chosen and has no effect now, for people.
    pub(crate) fn notices(&self) -> Vec<String> {
        let set_in = |place: Option<&str>| place.map_or(String::new(), |place| format!(" of {place}"));
        let provider = |text: &str| text.split('/').next().unwrap_or_default().to_owned();
        let default = self.missing_default().map(|(text, place)| {
            format!(
                "The default model{} is {text:?}, but there is no provider {:?} now. Until there is one, the first \
                 provider that can answer is asked. Add it, start it, or choose another default.",
                set_in(place),
                provider(&text)
            )
        });
        let place = self.is_fallback_locked().then(|| self.configured.file());
        let registry = self.registry();
        let others = self.fallback().into_iter().filter(|(provider, _)| registry.get(provider).is_none());
        let others = others.map(|(provider, model)| {
            format!(
                "The fallback{} names \"{provider}/{model}\", but there is no provider {provider:?} now, so it is passed \
                 over. Add it, start it, or take it out.",
                set_in(place)
            )
        });
        default.into_iter().chain(others).collect()
    }

    /// The refusal to change a setting that the file sets.
    pub(crate) fn setting_locked(&self, field: &'static str) -> EngineError {
        let detail =
            format!("{field} is set in {}. Change it there, then restart Cowork.", self.configured.file());
        EngineError::locked(Some(field), detail)
    }

    /// Whether the person marked a model.
    pub(crate) fn is_favourite(&self, provider: &str, model: &str) -> bool {
        let now = self.now();
        let is_it = |text: &String| text.split_once('/') == Some((provider, model));
        now.chosen.favourites.iter().any(is_it)
    }
}

fn does_not_open(id: &str, error: &VaultError) -> String {
    tracing::warn!(id, %error, "a stored key can't be opened");
    format!("The stored key can't be opened: {error}. Set the key again.")
}

/// The address for people: without what may be a secret.
fn shown_address(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    url.get(..end).unwrap_or_default().to_owned()
}

/// An address in one form, to tell whether two are the same server.
fn plain_address(url: &str) -> String {
    let url = url.trim().trim_end_matches('/').trim_end_matches("/v1").to_ascii_lowercase();
    url.replace("://localhost", "://127.0.0.1")
}

/// A kind as the contract names it.
pub(crate) fn wire(kind: ProviderKind) -> ProviderWire {
    match kind {
        ProviderKind::OpenAiCompatible => ProviderWire::OpenAiCompatible,
        ProviderKind::OpenAi => ProviderWire::OpenAi,
        ProviderKind::OpenAiResponses => ProviderWire::OpenAiResponses,
        ProviderKind::Anthropic => ProviderWire::Anthropic,
        ProviderKind::Gemini => ProviderWire::Gemini,
        ProviderKind::Ollama => ProviderWire::Ollama,
        ProviderKind::Demo => ProviderWire::Demo,
    }
}

/// The kind that the contract names so.
pub(crate) fn kind(wire: ProviderWire) -> ProviderKind {
    match wire {
        ProviderWire::OpenAiCompatible => ProviderKind::OpenAiCompatible,
        ProviderWire::OpenAi => ProviderKind::OpenAi,
        ProviderWire::OpenAiResponses => ProviderKind::OpenAiResponses,
        ProviderWire::Anthropic => ProviderKind::Anthropic,
        ProviderWire::Gemini => ProviderKind::Gemini,
        ProviderWire::Ollama => ProviderKind::Ollama,
        ProviderWire::Demo => ProviderKind::Demo,
    }
}
