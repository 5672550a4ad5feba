//! The engine's door for model services and settings.

use std::sync::Arc;

use cowork_contract::{
    AddProvider, ClientRequestId, KeyText, ModelList, ProviderList, ProviderTest, ProviderView, ServiceList,
    ServicePreset, SetKey, Settings, UpdateProvider, UpdateSettings,
};
use cowork_provider::SERVICES;
use secrecy::SecretString;

use super::Engine;
use crate::EngineError;
use crate::command::{self, MoreKeys, OnceQuietly, Quiet, SealedKey};
use crate::providers::{Stored, check_key, key_place, wire};

impl Engine {
    /// All providers, the demo last.
    pub async fn providers(&self) -> ProviderList {
        self.roster.looked().await;
        ProviderList { items: self.roster.views(|id| self.models.status(id)), next_cursor: None }
    }

    /// The services that are known by name.
    pub fn services(&self) -> ServiceList {
        let preset = |service: &cowork_provider::Service| ServicePreset {
            id: service.id.to_owned(),
            name: service.name.to_owned(),
            kind: wire(service.kind),
            base_url: service.base_url.to_owned(),
            key_url: service.key_url.map(str::to_owned),
            needs_key: service.key_variable.is_some(),
        };
        ServiceList { items: SERVICES.iter().map(preset).collect(), next_cursor: None }
    }

    /// Adds a provider; nothing is sent to it.
    pub async fn add_provider(&self, body: AddProvider) -> Result<ProviderView, EngineError> {
        let id = body.id;
        let stored = Stored::new(body.kind, body.service, body.base_url, body.models)?;
        stored.check(&id)?;
        let key = body.key.map(|key| self.seal(&id, &key)).transpose()?;
        let is_configured = self.roster.is_configured(&id);
        let add = command::AddProvider {
            request: body.client_request_id,
            id: id.clone(),
            stored,
            key,
            is_configured,
        };
        self.change(add).await?;
        self.provider(&id)
    }

    /// Changes a provider that is not set elsewhere. One that was found becomes one of the app.
    pub async fn update_provider(
        &self,
        id: &str,
        mut body: UpdateProvider,
    ) -> Result<ProviderView, EngineError> {
        let request = body.client_request_id.take();
        let roster = Arc::clone(&self.roster);
        self.change(command::ChangeProvider { id: id.to_owned(), request, body, roster }).await?;
        self.provider(id)
    }

    /// Removes a provider with its key and what was chosen of it; answers that it is giving go on. Gives those that are
    /// left.
    pub async fn delete_provider(
        &self,
        id: &str,
        request: Option<ClientRequestId>,
    ) -> Result<ProviderList, EngineError> {
        let roster = Arc::clone(&self.roster);
        self.change(command::RemoveProvider { id: id.to_owned(), request, roster }).await?;
        Ok(self.providers().await)
    }

    /// Keeps a provider's key, sealed. Who failed with the one before is asked again at once.
    pub async fn set_key(&self, id: &str, body: SetKey) -> Result<ProviderView, EngineError> {
        if self.roster.source(id).is_none() {
            return Err(EngineError::NotFound("provider"));
        }
        self.roster.check_key_unlocked(id)?;
        let key = self.seal(id, &body.key)?;
        let (request, roster) = (body.client_request_id, Arc::clone(&self.roster));
        let more = body.add.then(|| MoreKeys {
            keys: SecretString::from(body.key.expose()),
            vault: Arc::clone(self.writer.vault()),
        });
        self.change(command::KeepKey { id: id.to_owned(), request, key, more, roster }).await?;
        // The same key once more is a sign, too, that the person has seen to it.
        self.resting.forget(id);
        self.provider(id)
    }

    /// Forgets one of the keys that were set here, or all of them.
    pub async fn remove_key(
        &self,
        id: &str,
        one: Option<String>,
        request: Option<ClientRequestId>,
    ) -> Result<ProviderView, EngineError> {
        let (roster, vault) = (Arc::clone(&self.roster), Arc::clone(self.writer.vault()));
        self.change(command::ForgetKey { id: id.to_owned(), one, request, roster, vault }).await?;
        self.provider(id)
    }

    /// Asks a provider for its models and says what came of it.
    pub async fn test_provider(&self, id: &str) -> Result<ProviderTest, EngineError> {
        self.models.test(id).await
    }

    /// What was chosen for the whole installation, with what the file sets in its place.
    pub fn settings(&self) -> Settings {
        Settings { attachments: self.attachments.limits(), ..self.roster.settings() }
    }

    /// Changes what was chosen.
    pub async fn update_settings(&self, mut body: UpdateSettings) -> Result<Settings, EngineError> {
        let request = body.client_request_id.take();
        let roster = Arc::clone(&self.roster);
        self.change(command::ChangeSettings { request, body, roster }).await?;
        Ok(self.settings())
    }

    /// Looks for local servers, asks every provider for its models again, and gives them all.
    pub async fn refresh_models(&self) -> ModelList {
        if let Err(error) = self.roster.look(&self.reader, self.writer.vault()).await {
            tracing::warn!(%error, "what was found could not be taken up");
        }
        self.models.refresh().await
    }

    fn provider(&self, id: &str) -> Result<ProviderView, EngineError> {
        let views = self.roster.views(|id| self.models.status(id));
        views.into_iter().find(|view| view.id == id).ok_or(EngineError::NotFound("provider"))
    }

    fn seal(&self, id: &str, key: &KeyText) -> Result<SealedKey, EngineError> {
        check_key(id, key)?;
        let secret = SecretString::from(key.expose());
        let vault = self.writer.vault();
        Ok(SealedKey {
            sealed: vault.seal(&key_place(id), &secret)?,
            fingerprint: vault.fingerprint(&secret)?,
        })
    }

    /// Runs a command and takes up what it changed. Seen through when the caller goes away in between.
    async fn change<C: Quiet>(&self, command: C) -> Result<(), EngineError> {
        self.check_open()?;
        let engine = self.clone();
        let done = self.supervisor.see_through(async move {
            engine.writer.transact(OnceQuietly(command)).await?;
            engine.roster.reload(&engine.reader, engine.writer.vault()).await
        });
        done.await.unwrap_or(Err(EngineError::ShuttingDown))
    }
}
