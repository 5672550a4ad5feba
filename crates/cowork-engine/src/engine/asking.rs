//! Who is asked, given what a command names and what stands for it where it names nobody.

use cowork_contract::{Asked, COMPARED_MAX, ModelChoice, SessionId};

use super::Engine;
use crate::EngineError;

impl Engine {
    /// Who is asked, given what the command names.
    pub(super) async fn asked(
        &self,
        session: &SessionId,
        provider: Option<&str>,
        model: Option<&str>,
    ) -> Result<Asked, EngineError> {
        let defaults = match (provider, model) {
            (None, None) => self.reader.session(session).await?.ok_or(EngineError::NotFound("session"))?,
            _ => return self.models.resolve((provider, model), (None, None)).await,
        };
        let session = match (defaults.default_provider_id, defaults.default_model_id) {
            (None, None) => self.asked_by_persona(defaults.persona_id.as_deref()).await?,
            named => named,
        };
        self.models.resolve((None, None), (session.0.as_deref(), session.1.as_deref())).await
    }

    /// Those who are asked side by side. One that can't be asked is refused by its name, before anybody is.
    pub(super) async fn compared(
        &self,
        models: &[ModelChoice],
        alone: (Option<&String>, Option<&String>),
    ) -> Result<Vec<Asked>, EngineError> {
        check_compared(models, alone)?;
        let mut asked: Vec<Asked> = Vec::with_capacity(models.len());
        for ModelChoice { provider_id, model_id } in models {
            let named = (Some(provider_id.as_str()), Some(model_id.as_str()));
            let resolved = self.models.resolve(named, (None, None)).await.map_err(|error| match error {
                EngineError::ModelUnavailable(why) => EngineError::ModelUnavailable(format!(
                    "{model_id} of {provider_id} can't be asked, so nobody was. {why}"
                )),
                other => other,
            })?;
            asked.push(resolved);
        }
        Ok(asked)
    }
}

/// Whether these can be asked side by side, as far as it can be told without knowing them.
fn check_compared(
    models: &[ModelChoice],
    alone: (Option<&String>, Option<&String>),
) -> Result<(), EngineError> {
    let refuse = |detail: String| Err(EngineError::invalid("models", detail));
    if alone != (None, None) {
        return refuse("Name either models or modelId and providerId, not both.".to_owned());
    }
    if !(2..=COMPARED_MAX).contains(&models.len()) {
        let found = models.len();
        return refuse(format!("Name 2 to {COMPARED_MAX} models to compare; there are {found}."));
    }
    for (index, choice) in models.iter().enumerate() {
        if choice.provider_id.is_empty() || choice.model_id.is_empty() {
            return refuse("Each of the models needs its providerId and its modelId.".to_owned());
        }
        if models[..index].contains(choice) {
            let ModelChoice { provider_id, model_id } = choice;
            return refuse(format!("{model_id} of {provider_id} is named twice. Name each model once."));
        }
    }
    Ok(())
}
