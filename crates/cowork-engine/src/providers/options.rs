//! What the engine is told of the configuration, so that it can say where something is set.

use std::collections::HashMap;

use cowork_contract::{AutoCompact, KeySource, ProviderSource};

/// Where a part of the configuration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the configuration file.
    File,
    /// In a variable of the environment.
    Environment,
}

/// Where a provider came from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Which of both.
    pub place: Place,
    /// Its name for people: the file's, or the variable's.
    pub name: String,
    /// Where its key came from. `None`: it has none.
    pub key: Option<OriginKey>,
}

/// Where a provider's key came from.
#[derive(Debug, Clone)]
pub struct OriginKey {
    /// Which of both: a variable that the file names counts as the file's.
    pub place: Place,
    /// The variable's name.
    pub variable: String,
}

/// Where the configured things came from.
#[derive(Debug, Clone, Default)]
pub struct Configured {
    /// The configuration file's name. `None`: there is none.
    pub file: Option<String>,
    /// By the provider's id. One that is not here counts as the file's.
    pub providers: HashMap<String, Origin>,
    /// Whether the file sets the fallback, be it to nothing.
    pub fallback: bool,
    /// What the file says of conversations that no longer fit. `None`: nothing, so the settings say.
    pub compact: Option<AutoCompact>,
}

impl Configured {
    pub(super) fn file(&self) -> &str {
        self.file.as_deref().unwrap_or("cowork.toml")
    }

    pub(super) fn source_of(&self, id: &str) -> ProviderSource {
        match self.providers.get(id).map(|origin| origin.place) {
            Some(Place::Environment) => ProviderSource::Environment,
            Some(Place::File) | None => ProviderSource::File,
        }
    }

    pub(super) fn key_source_of(&self, id: &str) -> KeySource {
        match self.key_of(id).map(|key| key.place) {
            Some(Place::Environment) => KeySource::Environment,
            Some(Place::File) | None => KeySource::File,
        }
    }

    /// What a person does when the service refuses the key that the configuration gives.
    pub(super) fn key_remedy(&self, id: &str) -> String {
        match self.key_of(id) {
            Some(OriginKey { place: Place::Environment, variable }) => {
                format!("Check the key in {variable}, then restart Cowork.")
            }
            Some(OriginKey { place: Place::File, variable }) => {
                format!("Check the key in {variable}, which {} names, then restart Cowork.", self.file())
            }
            None => format!("Check its key in {}, then restart Cowork.", self.place_of(id)),
        }
    }

    pub(super) fn place_of(&self, id: &str) -> &str {
        self.providers.get(id).map_or(self.file(), |origin| origin.name.as_str())
    }

    pub(super) fn key_place_of(&self, id: &str) -> &str {
        self.key_of(id).map_or(self.file(), |key| key.variable.as_str())
    }

    fn key_of(&self, id: &str) -> Option<&OriginKey> {
        self.providers.get(id)?.key.as_ref()
    }
}
