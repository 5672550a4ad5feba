//! Commands that change model services and settings. They belong to no session, so they leave no event; who sends one
//! again gets the state as it is.

use std::future::Future;
use std::sync::Arc;

use cowork_contract::{ClientRequestId, ProviderSource, UpdateProvider, UpdateSettings};
use cowork_provider::ProviderConfig;
use cowork_store::{Remembered, RequestScope, StorageError, Transaction, Tx, Vault, VaultError};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Decided, refuse, text};
use crate::EngineError;
use crate::providers::{
    KEY_MAX, PROVIDERS_MAX, Roster, Stored, added, check_fallback, check_favourites, check_model,
    check_provider, key_place, names, without,
};

/// A command that appends no event.
pub(crate) trait Quiet: Send + 'static {
    /// The client's id; its scope is the server.
    fn request(&self) -> Option<ClientRequestId>;

    /// What it says, its id left out: the same text is the same command. Holds no secret.
    fn text(&self) -> String;

    /// Decides and writes.
    fn decide(self, tx: &mut Tx<'_>) -> impl Future<Output = Decided<()>> + Send;
}

/// Runs a [`Quiet`] command once, however often it is sent.
pub(crate) struct OnceQuietly<C>(pub(crate) C);

impl<C: Quiet> Transaction for OnceQuietly<C> {
    type Output = ();
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<()> {
        let (scope, id, text) = (RequestScope::server(), self.0.request(), self.0.text());
        match tx.recall(&scope, id.as_ref(), &text).await? {
            Remembered::New => {}
            Remembered::Done(_) => return Ok(()),
            Remembered::Different => return Err(refuse(EngineError::IdempotencyConflict)),
        }
        self.0.decide(tx).await?;
        Ok(tx.remember(&scope, id.as_ref(), &text, &[]).await?)
    }
}

/// A key on its way into storage.
pub(crate) struct SealedKey {
    /// For storage.
    pub(crate) sealed: String,
    /// To tell whether a command that comes again brings the same one.
    pub(crate) fingerprint: String,
}

pub(crate) struct AddProvider {
    pub(crate) request: Option<ClientRequestId>,
    pub(crate) id: String,
    pub(crate) stored: Stored,
    pub(crate) key: Option<SealedKey>,
    /// Whether file, environment or Cowork itself have a provider of this id.
    pub(crate) is_configured: bool,
}

impl Quiet for AddProvider {
    fn request(&self) -> Option<ClientRequestId> {
        self.request.clone()
    }

    fn text(&self) -> String {
        text("add provider", &self.id, &(&self.stored, self.key.as_ref().map(|key| &key.fingerprint)))
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<()> {
        if self.is_configured || tx.provider(&self.id).await?.is_some() {
            return Err(refuse(EngineError::IdTaken(self.id)));
        }
        if tx.provider_count().await? >= PROVIDERS_MAX {
            let detail = format!("{PROVIDERS_MAX} providers are added already. Remove one first.");
            return Err(refuse(EngineError::invalid("id", detail)));
        }
        tx.put_provider(&self.id, &self.stored.body().map_err(refuse)?).await?;
        match self.key {
            Some(key) => tx.put_secret(&key_place(&self.id), &key.sealed).await?,
            // What an earlier provider of this id left behind is not this one's.
            None => drop(tx.delete_secret(&key_place(&self.id)).await?),
        }
        Ok(())
    }
}

pub(crate) struct ChangeProvider {
    pub(crate) id: String,
    pub(crate) request: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: UpdateProvider,
    pub(crate) roster: Arc<Roster>,
}

impl Quiet for ChangeProvider {
    fn request(&self) -> Option<ClientRequestId> {
        self.request.clone()
    }

    fn text(&self) -> String {
        text("change provider", &self.id, &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<()> {
        self.roster.check_unlocked(&self.id).map_err(refuse)?;
        let mut stored = kept(tx, &self.id, self.roster.config(&self.id).as_ref()).await?;
        let before = stored.clone();
        stored.change(self.body);
        stored.check(&self.id).map_err(refuse)?;
        if !stored.is_where(&before) {
            // A key was given to the server that it was set for, and to no other.
            tx.delete_secret(&key_place(&self.id)).await?;
        }
        Ok(tx.put_provider(&self.id, &stored.body().map_err(refuse)?).await?)
    }
}

/// A provider as it is kept; one that was found, as it would be.
async fn kept(tx: &mut Tx<'_>, id: &str, found: Option<&ProviderConfig>) -> Decided<Stored> {
    match (tx.provider(id).await?, found) {
        (Some(body), _) => Stored::read(&body).map_err(refuse),
        (None, Some(found)) => Ok(Stored::of_found(found)),
        (None, None) => Err(refuse(EngineError::NotFound("provider"))),
    }
}

pub(crate) struct RemoveProvider {
    pub(crate) id: String,
    pub(crate) request: Option<ClientRequestId>,
    pub(crate) roster: Arc<Roster>,
}

impl Quiet for RemoveProvider {
    fn request(&self) -> Option<ClientRequestId> {
        self.request.clone()
    }

    fn text(&self) -> String {
        text("remove provider", &self.id, &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<()> {
        self.roster.check_unlocked(&self.id).map_err(refuse)?;
        if !tx.delete_provider(&self.id).await? {
            let is_found = self.roster.source(&self.id) == Some(ProviderSource::Found);
            return Err(refuse(if is_found {
                EngineError::InvalidState(
                    "This server runs on this computer and was found there; it goes when it ends. To have none looked \
                     for, set local = false under [discovery] in cowork.toml.",
                )
            } else {
                EngineError::NotFound("provider")
            }));
        }
        tx.delete_secret(&key_place(&self.id)).await?;
        // What was chosen of it would name nobody.
        if value::<String>(tx, names::DEFAULT_PROVIDER).await?.as_ref() == Some(&self.id) {
            tx.put_setting(names::DEFAULT_PROVIDER, None).await?;
            tx.put_setting(names::DEFAULT_MODEL, None).await?;
        }
        for name in [names::FALLBACK, names::FAVOURITES] {
            let Some(mut list) = value::<Vec<String>>(tx, name).await? else { continue };
            list.retain(|text| text.split_once('/').is_none_or(|(provider, _)| provider != self.id));
            put(tx, name, Some(&list)).await?;
        }
        Ok(())
    }
}

pub(crate) struct KeepKey {
    pub(crate) id: String,
    pub(crate) request: Option<ClientRequestId>,
    pub(crate) key: SealedKey,
    /// The keys that are kept stay, and these come behind them.
    pub(crate) more: Option<MoreKeys>,
    pub(crate) roster: Arc<Roster>,
}

/// Keys in the open, on their way to those that are kept.
pub(crate) struct MoreKeys {
    pub(crate) keys: SecretString,
    pub(crate) vault: Arc<Vault>,
}

impl MoreKeys {
    /// All of them, sealed. `None`: none is kept.
    async fn joined(&self, tx: &mut Tx<'_>, place: &str) -> Decided<Option<String>> {
        let Some(sealed) = tx.secret(place).await? else { return Ok(None) };
        let sealing = || {
            let all = added(&self.vault.open(place, &sealed)?, &self.keys);
            Ok(if all.expose_secret().len() > KEY_MAX { None } else { Some(self.vault.seal(place, &all)?) })
        };
        let joined: Result<Option<String>, VaultError> = sealing();
        match joined.map_err(|error| refuse(EngineError::from(error)))? {
            Some(joined) => Ok(Some(joined)),
            None => {
                let detail = format!("All keys together have at most {KEY_MAX} bytes. Remove some first.");
                Err(refuse(EngineError::invalid("key", detail)))
            }
        }
    }
}

impl Quiet for KeepKey {
    fn request(&self) -> Option<ClientRequestId> {
        self.request.clone()
    }

    fn text(&self) -> String {
        let what = if self.more.is_some() { "add key" } else { "keep key" };
        text(what, &self.id, &self.key.fingerprint)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<()> {
        if self.roster.is_configured(&self.id) {
            self.roster.check_key_unlocked(&self.id).map_err(refuse)?;
            // One of the app that it hides would take the key for its own.
            tx.delete_provider(&self.id).await?;
        } else {
            // The address that the key is for is kept with it.
            let stored = kept(tx, &self.id, self.roster.config(&self.id).as_ref()).await?;
            tx.put_provider(&self.id, &stored.body().map_err(refuse)?).await?;
        }
        let place = key_place(&self.id);
        let joined = match &self.more {
            Some(more) => more.joined(tx, &place).await?,
            None => None,
        };
        Ok(tx.put_secret(&place, joined.as_ref().unwrap_or(&self.key.sealed)).await?)
    }
}

pub(crate) struct ForgetKey {
    pub(crate) id: String,
    /// One of several. `None`: all of them.
    pub(crate) one: Option<String>,
    pub(crate) request: Option<ClientRequestId>,
    pub(crate) roster: Arc<Roster>,
    pub(crate) vault: Arc<Vault>,
}

impl Quiet for ForgetKey {
    fn request(&self) -> Option<ClientRequestId> {
        self.request.clone()
    }

    fn text(&self) -> String {
        text("forget key", &self.id, &self.one)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<()> {
        if self.roster.source(&self.id).is_none() && tx.provider(&self.id).await?.is_none() {
            return Err(refuse(EngineError::NotFound("provider")));
        }
        self.roster.check_key_unlocked(&self.id).map_err(refuse)?;
        let place = key_place(&self.id);
        if let Some(one) = &self.one
            && let Some(sealed) = tx.secret(&place).await?
        {
            let keys = self.vault.open(&place, &sealed).map_err(|error| refuse(error.into()))?;
            let left = without(&keys, one, &self.vault).map_err(|error| refuse(error.into()))?;
            let Some(left) = left else { return Ok(()) };
            if !left.expose_secret().is_empty() {
                let sealed = self.vault.seal(&place, &left).map_err(|error| refuse(error.into()))?;
                return Ok(tx.put_secret(&place, &sealed).await?);
            }
        }
        tx.delete_secret(&place).await?; // forgetting twice is fine
        Ok(())
    }
}

pub(crate) struct ChangeSettings {
    pub(crate) request: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: UpdateSettings,
    pub(crate) roster: Arc<Roster>,
}

impl Quiet for ChangeSettings {
    fn request(&self) -> Option<ClientRequestId> {
        self.request.clone()
    }

    fn text(&self) -> String {
        text("change settings", "", &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<()> {
        self.check().map_err(refuse)?;
        let body = self.body;
        let (mut provider, mut model) =
            (value(tx, names::DEFAULT_PROVIDER).await?, value(tx, names::DEFAULT_MODEL).await?);
        if let Some(chosen) = body.default_provider_id {
            if chosen != provider && body.default_model_id.is_none() {
                model = None; // it was a model of the one before
            }
            provider = chosen;
        }
        if let Some(chosen) = body.default_model_id {
            model = chosen;
        }
        if let (None, Some(_)) = (&provider, &model) {
            let detail = "Choose the provider of this model too, with defaultProviderId.";
            return Err(refuse(EngineError::invalid(names::DEFAULT_MODEL, detail)));
        }
        put::<String>(tx, names::DEFAULT_PROVIDER, provider.as_ref()).await?;
        put::<String>(tx, names::DEFAULT_MODEL, model.as_ref()).await?;
        if let Some(fallback) = body.fallback {
            put(tx, names::FALLBACK, fallback.as_ref()).await?;
        }
        if let Some(title_by_model) = body.title_by_model {
            put(tx, names::TITLE_BY_MODEL, title_by_model.as_ref()).await?;
        }
        if let Some(compact) = body.compact {
            put(tx, names::COMPACT, compact.as_ref()).await?;
        }
        if let Some(favourites) = body.favourites {
            put(tx, names::FAVOURITES, favourites.as_ref()).await?;
        }
        Ok(())
    }
}

impl ChangeSettings {
    fn check(&self) -> Result<(), EngineError> {
        let body = &self.body;
        let locked = self.roster.settings().locked;
        for (name, is_given) in [
            (names::DEFAULT_PROVIDER, body.default_provider_id.is_some()),
            (names::DEFAULT_MODEL, body.default_model_id.is_some()),
            (names::FALLBACK, body.fallback.is_some()),
            (names::COMPACT, body.compact.is_some()),
        ] {
            if is_given && locked.iter().any(|locked| locked == name) {
                return Err(self.roster.setting_locked(name));
            }
        }
        if let Some(Some(provider)) = &body.default_provider_id {
            check_provider(provider)?;
        }
        if let Some(Some(model)) = &body.default_model_id {
            check_model(model)?;
        }
        if let Some(Some(fallback)) = &body.fallback {
            check_fallback(fallback, &self.roster)?;
        }
        if let Some(Some(favourites)) = &body.favourites {
            check_favourites(favourites)?;
        }
        Ok(())
    }
}

/// A setting's value. `None`: nobody chose, or it can't be read.
async fn value<T: DeserializeOwned>(tx: &mut Tx<'_>, name: &str) -> Decided<Option<T>> {
    Ok(tx.setting(name).await?.and_then(|json| serde_json::from_str(&json).ok()))
}

async fn put<T: Serialize + Sync>(tx: &mut Tx<'_>, name: &str, value: Option<&T>) -> Decided<()> {
    let json = value.map(serde_json::to_string).transpose().map_err(StorageError::from)?;
    Ok(tx.put_setting(name, json.as_deref()).await?)
}
