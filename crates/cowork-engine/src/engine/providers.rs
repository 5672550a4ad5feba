//! The engine's door for model services and settings.

use cowork_contract::{
    AddProvider, ClientRequestId, ModelList, ProviderList, ProviderTest, ProviderView, ServiceList, SetKey,
    Settings, UpdateProvider, UpdateSettings,
};

use super::Engine;
use crate::EngineError;

const NOT_YET: EngineError = EngineError::InvalidState("This version can't do that yet.");

impl Engine {
    /// All providers, the demo last.
    pub async fn providers(&self) -> ProviderList {
        ProviderList { items: Vec::new(), next_cursor: None }
    }

    /// The services that are known by name.
    pub fn services(&self) -> ServiceList {
        ServiceList { items: Vec::new(), next_cursor: None }
    }

    /// Adds a provider.
    pub async fn add_provider(&self, _body: AddProvider) -> Result<ProviderView, EngineError> {
        Err(NOT_YET)
    }

    /// Changes a provider.
    pub async fn update_provider(
        &self,
        _id: &str,
        _body: UpdateProvider,
    ) -> Result<ProviderView, EngineError> {
        Err(NOT_YET)
    }

    /// Removes a provider with its key. Gives those that are left.
    pub async fn delete_provider(
        &self,
        _id: &str,
        _request: Option<ClientRequestId>,
    ) -> Result<ProviderList, EngineError> {
        Err(NOT_YET)
    }

    /// Keeps a provider's key, encrypted.
    pub async fn set_key(&self, _id: &str, _body: SetKey) -> Result<ProviderView, EngineError> {
        Err(NOT_YET)
    }

    /// Forgets a provider's key.
    pub async fn remove_key(
        &self,
        _id: &str,
        _request: Option<ClientRequestId>,
    ) -> Result<ProviderView, EngineError> {
        Err(NOT_YET)
    }

    /// Asks a provider for its models and says what came of it.
    pub async fn test_provider(&self, _id: &str) -> Result<ProviderTest, EngineError> {
        Err(NOT_YET)
    }

    /// What was chosen for the whole installation.
    pub async fn settings(&self) -> Settings {
        Settings {
            default_provider_id: None,
            default_model_id: None,
            fallback: Vec::new(),
            title_by_model: true,
            favourites: Vec::new(),
            locked: Vec::new(),
        }
    }

    /// Changes what was chosen.
    pub async fn update_settings(&self, _body: UpdateSettings) -> Result<Settings, EngineError> {
        Err(NOT_YET)
    }

    /// Looks for local servers, asks every provider for its models again, and gives them all.
    pub async fn refresh_models(&self) -> ModelList {
        self.models().await
    }
}
