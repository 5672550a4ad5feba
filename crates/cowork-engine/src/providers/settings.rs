//! What was chosen for the whole installation, as it is kept: one value for each name.

use cowork_contract::{AttachmentLimits, AutoCompact, Settings};
use serde::de::DeserializeOwned;

use super::Roster;
use crate::EngineError;

/// Models that may be asked one after the other.
const FALLBACK_MAX: usize = 20;
/// Models that may be marked.
const FAVOURITES_MAX: usize = 200;
/// Characters of `provider/model`.
const NAME_MAX: usize = 300;

/// The names of the settings, on the wire and in storage.
pub(crate) mod names {
    pub(crate) const DEFAULT_PROVIDER: &str = "defaultProviderId";
    pub(crate) const DEFAULT_MODEL: &str = "defaultModelId";
    pub(crate) const FALLBACK: &str = "fallback";
    pub(crate) const TITLE_BY_MODEL: &str = "titleByModel";
    pub(crate) const COMPACT: &str = "compact";
    pub(crate) const FAVOURITES: &str = "favourites";
}

/// What was chosen in the app.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) default_provider_id: Option<String>,
    pub(crate) default_model_id: Option<String>,
    pub(crate) fallback: Vec<String>,
    pub(crate) title_by_model: bool,
    pub(crate) compact: AutoCompact,
    pub(crate) favourites: Vec<String>,
}

impl Chosen {
    /// What is stored; a value that can't be read counts as not chosen.
    pub(super) fn read(stored: &[(String, String)]) -> Self {
        fn value<T: DeserializeOwned>(stored: &[(String, String)], name: &str) -> Option<T> {
            let (_, json) = stored.iter().find(|(stored, _)| stored == name)?;
            serde_json::from_str(json)
                .inspect_err(|error| tracing::warn!(name, %error, "a setting can't be read"))
                .ok()
        }
        Self {
            default_provider_id: value(stored, names::DEFAULT_PROVIDER),
            default_model_id: value(stored, names::DEFAULT_MODEL),
            fallback: value(stored, names::FALLBACK).unwrap_or_default(),
            title_by_model: value(stored, names::TITLE_BY_MODEL).unwrap_or(false),
            compact: value(stored, names::COMPACT).unwrap_or_default(),
            favourites: value(stored, names::FAVOURITES).unwrap_or_default(),
        }
    }

    pub(super) fn settings(&self) -> Settings {
        Settings {
            default_provider_id: self.default_provider_id.clone(),
            default_model_id: self.default_model_id.clone(),
            fallback: self.fallback.clone(),
            title_by_model: self.title_by_model,
            compact: self.compact,
            favourites: self.favourites.clone(),
            locked: Vec::new(),
            notices: Vec::new(),
            attachments: AttachmentLimits::default(),
        }
    }
}

/// Refuses a provider's id that can't be one. One that is not there now may be added or found later.
pub(crate) fn check_provider(id: &str) -> Result<(), EngineError> {
    if id.is_empty() || id.contains('/') || id.chars().count() > NAME_MAX {
        let detail = format!("{:?} is no provider's id.", id.chars().take(80).collect::<String>());
        return Err(EngineError::invalid(names::DEFAULT_PROVIDER, detail));
    }
    Ok(())
}

/// Refuses a model's id that can't be one.
pub(crate) fn check_model(model: &str) -> Result<(), EngineError> {
    if model.trim().is_empty() || model.chars().count() > NAME_MAX {
        let detail = format!("A model's id has 1 to {NAME_MAX} characters.");
        return Err(EngineError::invalid(names::DEFAULT_MODEL, detail));
    }
    Ok(())
}

/// Refuses a list of models that can't be asked in turn.
pub(crate) fn check_fallback(list: &[String], roster: &Roster) -> Result<(), EngineError> {
    let refused = |detail: String| Err(EngineError::invalid(names::FALLBACK, detail));
    if list.len() > FALLBACK_MAX {
        return refused(format!("At most {FALLBACK_MAX} models can be asked in turn."));
    }
    for (index, text) in list.iter().enumerate() {
        let Some((provider, _)) = parts(text) else { return refused(not_a_model(text)) };
        // One that is not there now may be added or found later; the notices say so.
        if roster.config(provider).is_some_and(|config| config.kind == cowork_provider::ProviderKind::Demo) {
            return refused("The demo never stands in for another model. Leave it out.".to_owned());
        }
        if list.iter().take(index).any(|earlier| earlier == text) {
            return refused(format!("{text:?} is there twice. Leave one out."));
        }
    }
    Ok(())
}

/// Refuses marks that are no models.
pub(crate) fn check_favourites(list: &[String]) -> Result<(), EngineError> {
    let refused = |detail: String| Err(EngineError::invalid(names::FAVOURITES, detail));
    if list.len() > FAVOURITES_MAX {
        return refused(format!("At most {FAVOURITES_MAX} models can be marked."));
    }
    match list.iter().find(|text| parts(text).is_none()) {
        Some(text) => refused(not_a_model(text)),
        None => Ok(()),
    }
}

fn parts(text: &str) -> Option<(&str, &str)> {
    let (provider, model) = text.split_once('/')?;
    let is_fine = !provider.is_empty() && !model.trim().is_empty() && text.chars().count() <= NAME_MAX;
    is_fine.then_some((provider, model))
}

fn not_a_model(text: &str) -> String {
    let shown: String = text.chars().take(80).collect();
    format!("{shown:?} names no model. Write it as provider/model.")
}
