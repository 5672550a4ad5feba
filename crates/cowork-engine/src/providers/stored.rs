//! A provider that was added in the app: how it is kept, and what is refused.

use cowork_contract::{KeyText, ProviderWire, UpdateProvider};
use cowork_provider::{ConfigError, ProviderConfig, ProviderKind, Registry, Service};
use serde::{Deserialize, Serialize};

use super::{kind, wire};
use crate::EngineError;

/// Providers that may be added.
pub(crate) const PROVIDERS_MAX: u32 = 100;
/// Models that may be listed for one, and characters of each.
const MODELS_MAX: usize = 500;
const MODEL_MAX: usize = 200;
/// Bytes of a key, or of several.
pub(crate) const KEY_MAX: usize = 16 << 10;
/// Characters of what a person calls it.
const CALLED_MAX: usize = 60;
/// Bytes of an address.
const URL_MAX: usize = 2_000;

/// A provider as it is kept. Holds no key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stored {
    /// What the person calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    kind: ProviderWire,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base_url: Option<String>,
    #[serde(default)]
    models: Vec<String>,
}

impl Stored {
    /// Whether it is at the same address as another one.
    pub(crate) fn is_where(&self, other: &Self) -> bool {
        self.address() == other.address()
    }

    /// What the fields of a request come to.
    pub(crate) fn new(
        kind: Option<ProviderWire>,
        service: Option<String>,
        base_url: Option<String>,
        models: Option<Vec<String>>,
    ) -> Result<Self, EngineError> {
        let named = match &service {
            None => None,
            Some(id) => Some(Service::named(id).ok_or_else(|| {
                EngineError::invalid(
                    "service",
                    format!("There is no service {id:?}. GET /api/providers/services lists them."),
                )
            })?),
        };
        let own = named.map(|service| wire(service.kind));
        let kind = match (kind, own) {
            (Some(ProviderWire::Demo), _) => {
                return Err(EngineError::invalid(
                    "kind",
                    "The demo is built in and can't be added. Choose another kind.",
                ));
            }
            (Some(kind), Some(own)) if kind != own => {
                let detail = format!(
                    "This service speaks {:?}. Leave kind out, or leave service out.",
                    super::kind(own).as_str()
                );
                return Err(EngineError::invalid("kind", detail));
            }
            (Some(kind), _) | (None, Some(kind)) => kind,
            (None, None) => {
                return Err(EngineError::invalid("kind", "Name the kind of the provider, or its service."));
            }
        };
        Ok(Self { name: None, kind, service, base_url, models: models.unwrap_or_default() })
    }

    /// What a provider that was found comes to when it is kept.
    pub(crate) fn of_found(config: &ProviderConfig) -> Self {
        let (kind, base_url) = (wire(config.kind), config.base_url.clone());
        Self { name: None, kind, service: None, base_url, models: Vec::new() }
    }

    /// Reads what is stored.
    pub(crate) fn read(body: &str) -> Result<Self, EngineError> {
        serde_json::from_str(body).map_err(|error| EngineError::Storage(error.into()))
    }

    /// As it is stored.
    pub(crate) fn body(&self) -> Result<String, EngineError> {
        serde_json::to_string(self).map_err(|error| EngineError::Storage(error.into()))
    }

    pub(crate) fn service(&self) -> Option<&'static Service> {
        self.service.as_deref().and_then(Service::named)
    }

    /// Changes what is given; `None` within clears.
    pub(crate) fn change(&mut self, change: UpdateProvider) {
        if let Some(name) = change.name {
            self.name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        }
        if let Some(base_url) = change.base_url {
            self.base_url = base_url;
        }
        if let Some(models) = change.models {
            self.models = models.unwrap_or_default();
        }
    }

    /// What the person calls it.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where it is. `None`: the kind knows.
    fn address(&self) -> Option<&str> {
        self.base_url.as_deref().or_else(|| self.service().map(|service| service.base_url))
    }

    /// What it is set up from, without a key.
    pub(crate) fn config(&self, id: &str) -> ProviderConfig {
        let mut config = ProviderConfig::new(id, kind(self.kind));
        config.base_url = self.address().map(str::to_owned);
        config.models.clone_from(&self.models);
        config
    }

    /// Refuses what can't work, with the field at fault.
    pub(crate) fn check(&self, id: &str) -> Result<(), EngineError> {
        if self.name.as_ref().is_some_and(|name| name.chars().count() > CALLED_MAX) {
            return Err(EngineError::invalid("name", format!("A name has at most {CALLED_MAX} characters.")));
        }
        if self.base_url.as_ref().is_some_and(|url| url.len() > URL_MAX) {
            return Err(EngineError::invalid("baseUrl", format!("An address has at most {URL_MAX} bytes.")));
        }
        let length =
            |model: &String| (1..=MODEL_MAX).contains(&model.chars().count()) && !model.trim().is_empty();
        if self.models.len() > MODELS_MAX || !self.models.iter().all(length) {
            let detail =
                format!("At most {MODELS_MAX} models of 1 to {MODEL_MAX} characters each are taken.");
            return Err(EngineError::invalid("models", detail));
        }
        check(&self.config(id))
    }
}

/// Refuses a configuration that can't work, with the field at fault.
pub(super) fn check(config: &ProviderConfig) -> Result<(), EngineError> {
    let Err(error) = Registry::new(vec![config.clone()], None) else { return Ok(()) };
    let field = match &error {
        ConfigError::NoBaseUrl { .. } | ConfigError::BaseUrl { .. } => "baseUrl",
        ConfigError::Key { .. } => "key",
        _ => "id",
    };
    // The words are those for the file, where the field has another name.
    let detail =
        error.to_string().replace("base_url", "baseUrl").replace(": use api_key_env", ": set it as the key");
    Err(EngineError::invalid(field, capitalised(&detail)))
}

/// Refuses a key that can't be sent.
pub(crate) fn check_key(id: &str, key: &KeyText) -> Result<(), EngineError> {
    let text = key.expose();
    if text.trim().is_empty() {
        return Err(EngineError::invalid(
            "key",
            "The key is empty. To forget the one that is kept, delete it.",
        ));
    }
    if text.len() > KEY_MAX {
        return Err(EngineError::invalid("key", format!("A key has at most {KEY_MAX} bytes.")));
    }
    let mut config = ProviderConfig::new(id, ProviderKind::OpenAiCompatible);
    config.base_url = Some("http://127.0.0.1".to_owned());
    config.api_key = Some(text.into());
    check(&config)
}

/// Whether it is a service that answers nobody without a key.
pub(super) fn wants_key(config: &ProviderConfig, service: Option<&Service>) -> bool {
    let of_kind = match config.kind {
        ProviderKind::OpenAi
        | ProviderKind::OpenAiResponses
        | ProviderKind::Anthropic
        | ProviderKind::Gemini => config.base_url.is_none(),
        ProviderKind::OpenAiCompatible | ProviderKind::Ollama | ProviderKind::Demo => false,
    };
    of_kind || service.is_some_and(|service| service.key_variable.is_some())
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
