//! All providers of this installation, and which of them a request goes to.

use std::sync::Arc;
use std::time::Duration;

use crate::demo::Demo;
use crate::{ConfigError, Failure, Provider, ProviderConfig, ProviderKind, Remote};

/// The configured providers in their order, and the built-in demo at the end.
#[derive(Debug, Clone)]
pub struct Registry {
    entries: Vec<Entry>,
    default: Option<Chosen>,
}

/// Who answers when nobody chooses.
#[derive(Debug, Clone)]
struct Chosen {
    id: String,
    /// `None`: its first one.
    model: Option<String>,
}

#[derive(Debug, Clone)]
struct Entry {
    provider: Arc<dyn Provider>,
    /// What it was set up from.
    config: ProviderConfig,
    /// Known without asking it. The first one answers when nobody chooses.
    models: Vec<String>,
}

impl Entry {
    fn new(config: ProviderConfig) -> Result<Self, ConfigError> {
        let mut models = config.models.clone();
        let provider: Arc<dyn Provider> = match config.kind {
            ProviderKind::Demo => return Ok(Self::demo(Demo { id: config.id, ..Demo::default() })),
            _ => Arc::new(Remote::new(config.clone())?),
        };
        if models.is_empty() && provider.kind() == ProviderKind::OpenAi {
            models.push(Remote::USUAL_MODEL.to_owned());
        }
        Ok(Self { provider, config, models })
    }

    fn demo(demo: Demo) -> Self {
        let config = ProviderConfig::new(demo.id.clone(), ProviderKind::Demo);
        Self { provider: Arc::new(demo), config, models: vec![Demo::MODEL.to_owned()] }
    }

    fn with(&self, model: Option<&str>) -> Result<(Arc<dyn Provider>, String), ResolveError> {
        match model {
            Some(model) => Ok((Arc::clone(&self.provider), model.to_owned())),
            None => Err(ResolveError::NoModel { provider: self.provider.id().to_owned() }),
        }
    }
}

/// Why no provider or model could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// No provider has this id.
    #[error("there is no provider {id:?}: choose another model, or add the provider")]
    UnknownProvider {
        /// The id that was asked for.
        id: String,
    },
    /// The provider has no list of models in the configuration, so none can be taken without asking it.
    #[error(
        "no model is chosen for provider {provider:?}: choose one, or set `models` of the provider or \
         `routing.default` in cowork.toml"
    )]
    NoModel {
        /// The provider whose models can be asked for with [`Provider::models`].
        provider: String,
    },
    /// The provider was asked for its models and failed, or has none.
    #[error("no model is chosen for provider {provider:?}, and its list could not be had: {failure}")]
    NoList {
        /// The provider that was asked.
        provider: String,
        /// Why there is no list.
        failure: Failure,
    },
}

impl Registry {
    /// Sets up every provider. `default` is `"provider/model"`, split at the first slash; while its provider is not there,
    /// the first one answers in its place.
    pub fn new(configs: Vec<ProviderConfig>, default: Option<&str>) -> Result<Self, ConfigError> {
        let mut registry = Self { entries: Vec::new(), default: None }.rebuilt(configs)?;
        if let Some(text) = default {
            // It may name one that is added or found later.
            let parts = text.split_once('/').filter(|(id, model)| !id.is_empty() && !model.trim().is_empty());
            let (id, model) = parts.ok_or_else(|| ConfigError::Default { text: text.to_owned() })?;
            registry.default = Some(Chosen { id: id.to_owned(), model: Some(model.to_owned()) });
        }
        Ok(registry)
    }

    /// The same for other configurations. Providers whose configuration did not change stay as they are, with their
    /// connections; so do the demo and the default.
    pub fn rebuilt(&self, configs: Vec<ProviderConfig>) -> Result<Self, ConfigError> {
        let mut registry =
            Self { entries: Vec::with_capacity(configs.len() + 1), default: self.default.clone() };
        for config in configs {
            check_id(&config.id)?;
            let is_demo = config.kind == ProviderKind::Demo;
            match (config.id == Demo::ID, is_demo) {
                (true, false) => return Err(ConfigError::Reserved),
                (true, true) => continue, // added below
                (false, _) if registry.get(&config.id).is_some() => {
                    return Err(ConfigError::Twice { id: config.id });
                }
                (false, _) => {
                    let same = self.entry(&config.id).filter(|entry| entry.config.is_same(&config));
                    registry
                        .entries
                        .push(same.map_or_else(|| Entry::new(config), |entry| Ok(entry.clone()))?);
                }
            }
        }
        let demo = self.entry(Demo::ID).cloned();
        registry.entries.push(demo.unwrap_or_else(|| Entry::demo(Demo::default())));
        Ok(registry)
    }

    /// The same with another default, unless one was configured. One that is not there is passed over.
    #[must_use]
    pub fn with_default_if_none(mut self, id: &str, model: Option<&str>) -> Self {
        if self.default.is_none() && self.get(id).is_some() {
            self.default = Some(Chosen { id: id.to_owned(), model: model.map(str::to_owned) });
        }
        self
    }

    /// What each provider was set up from, the demo left out.
    pub fn configs(&self) -> impl Iterator<Item = &ProviderConfig> {
        self.entries.iter().map(|entry| &entry.config).filter(|config| config.id != Demo::ID)
    }

    /// The same with another pause between two words of the demo; zero for tests and measurements.
    #[must_use]
    pub fn with_demo_pace(mut self, pause: Duration) -> Self {
        self.entries.retain(|entry| entry.provider.id() != Demo::ID);
        self.entries.push(Entry::demo(Demo { pause, ..Demo::default() }));
        self
    }

    /// The provider with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<dyn Provider>> {
        self.entry(id).map(|entry| Arc::clone(&entry.provider))
    }

    /// All providers, the demo last.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.entries.iter().map(|entry| &entry.provider)
    }

    /// The configured default: provider and model, whether or not the provider is there.
    #[must_use]
    pub fn default_model(&self) -> Option<(&str, &str)> {
        let default = self.default.as_ref()?;
        Some((default.id.as_str(), default.model.as_deref()?))
    }

    /// Chooses who answers.
    ///
    /// With a provider, the model is the one asked for, else the default or the first configured one of that
    /// provider. With a model alone, `provider/model` is understood if such a provider exists; else it is the
    /// provider that lists the model, else the default one. With neither, it is the default, else the first
    /// configured provider that does not wait to be chosen, and the demo only where there is none.
    pub fn resolve(
        &self,
        provider_id: Option<&str>,
        model_id: Option<&str>,
    ) -> Result<(Arc<dyn Provider>, String), ResolveError> {
        if let (None, Some(model)) = (provider_id, model_id) {
            return self.by_model(model);
        }
        let entry = match provider_id {
            Some(id) => self.entry(id).ok_or_else(|| ResolveError::UnknownProvider { id: id.to_owned() })?,
            None => self.first_choice()?,
        };
        entry.with(model_id.or_else(|| self.model_of(entry)))
    }

    /// Like [`resolve`](Self::resolve); where only the provider knows its models, asks it and takes the first.
    pub async fn resolve_asking(
        &self,
        provider_id: Option<&str>,
        model_id: Option<&str>,
    ) -> Result<(Arc<dyn Provider>, String), ResolveError> {
        let id = match self.resolve(provider_id, model_id) {
            Err(ResolveError::NoModel { provider }) => provider,
            other => return other,
        };
        let provider = self.get(&id).ok_or_else(|| ResolveError::UnknownProvider { id: id.clone() })?;
        let models = provider
            .models()
            .await
            .map_err(|failure| ResolveError::NoList { provider: id.clone(), failure })?;
        match models.into_iter().next() {
            Some(model) => Ok((provider, model.id)),
            None => Err(ResolveError::NoModel { provider: id }),
        }
    }

    fn by_model(&self, model: &str) -> Result<(Arc<dyn Provider>, String), ResolveError> {
        if let Some((id, rest)) = model.split_once('/')
            && let Some(entry) = self.entry(id).filter(|_| !rest.is_empty())
        {
            return entry.with(Some(rest));
        }
        let lists = |entry: &&Entry| {
            !entry.config.by_choice_only && entry.models.iter().any(|listed| listed == model)
        };
        match self.entries.iter().find(lists) {
            Some(entry) => entry.with(Some(model)),
            None => self.first_choice()?.with(Some(model)),
        }
    }

    fn first_choice(&self) -> Result<&Entry, ResolveError> {
        let default = self.default.as_ref().and_then(|default| self.entry(&default.id));
        // Without a default there is still the demo, which is always last.
        default
            .or_else(|| self.entries.iter().find(|entry| !entry.config.by_choice_only))
            .ok_or_else(|| ResolveError::UnknownProvider { id: Demo::ID.into() })
    }

    fn model_of<'a>(&'a self, entry: &'a Entry) -> Option<&'a str> {
        let default = self.default.as_ref().filter(|default| default.id == entry.provider.id());
        default.and_then(|default| default.model.as_deref()).or(entry.models.first().map(String::as_str))
    }

    fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.provider.id() == id)
    }
}

fn check_id(id: &str) -> Result<(), ConfigError> {
    let usable = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if (1..=64).contains(&id.len()) && id.bytes().all(usable) {
        return Ok(());
    }
    Err(ConfigError::Id { id: id.to_owned() })
}
