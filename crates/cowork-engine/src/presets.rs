//! What personas and prompts must be like, and how they are read from storage. Pure.
//!
//! Elsewhere: what changes them (`command::preset`), what a persona does to a question (`conversation`).

use cowork_contract::{
    PERSONAS_MAX, PROMPTS_MAX, Persona, PersonaFields, PresetKind, Prompt, PromptFields, UpdatePersona,
    UpdatePrompt,
};
use cowork_store::StoredPreset;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{EngineError, parameters};

/// Characters of a persona's name, of what is said about it, and of ids of providers and models.
const NAME_MAX: usize = 60;
const DESCRIPTION_MAX: usize = 300;
const ID_MAX: usize = 200;
/// Bytes of a persona's instructions: as many as a session's own.
const PERSONA_PROMPT_MAX: usize = 100_000;
/// Characters of a prompt's name and title, and bytes of its text.
const SLUG_MAX: usize = 40;
const TITLE_MAX: usize = 100;
const CONTENT_MAX: usize = 50_000;

/// What both kinds have in common.
pub(crate) trait Preset:
    Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync + 'static
{
    const KIND: PresetKind;
    /// How many are kept at most.
    const MOST: usize;
    /// The fields of a change.
    type Change: Serialize + Send + Sync + 'static;
    /// It with its id and its times.
    type Whole;

    fn name(&self) -> &str;
    /// The same under another name.
    fn renamed(self, name: String) -> Self;
    /// The name it takes when its own is taken for the nth time.
    fn another_name(&self, nth: usize) -> String;
    /// What its name comes to where names are compared.
    fn handle(&self) -> String;
    /// Without blanks at the ends of its name and without empty fields.
    fn tidied(self) -> Self;
    /// Refuses what can't be kept.
    fn check(&self) -> Result<(), EngineError>;
    fn change(&mut self, change: Self::Change);
    fn whole(self, stored: &StoredPreset) -> Self::Whole;

    fn read(stored: &StoredPreset) -> Result<Self, EngineError> {
        serde_json::from_str(&stored.body).map_err(|error| EngineError::Storage(error.into()))
    }

    fn body(&self) -> Result<String, EngineError> {
        serde_json::to_string(self).map_err(|error| EngineError::Storage(error.into()))
    }
}

impl Preset for PersonaFields {
    const KIND: PresetKind = PresetKind::Persona;
    const MOST: usize = PERSONAS_MAX;
    type Change = UpdatePersona;
    type Whole = Persona;

    fn name(&self) -> &str {
        &self.name
    }

    fn renamed(self, name: String) -> Self {
        Self { name, ..self }
    }

    fn another_name(&self, nth: usize) -> String {
        let ending = format!(" ({nth})");
        let room = NAME_MAX.saturating_sub(ending.chars().count());
        format!("{}{ending}", self.name.chars().take(room).collect::<String>().trim_end())
    }

    fn handle(&self) -> String {
        self.name.to_lowercase()
    }

    fn tidied(self) -> Self {
        Self {
            name: self.name.trim().to_owned(),
            description: filled(self.description),
            provider_id: filled(self.provider_id),
            model_id: filled(self.model_id),
            ..self
        }
    }

    fn check(&self) -> Result<(), EngineError> {
        let length = self.name.chars().count();
        if length == 0 || length > NAME_MAX || self.name.chars().any(char::is_control) {
            let detail = format!("A persona's name has 1 to {NAME_MAX} characters on one line.");
            return Err(EngineError::invalid("name", detail));
        }
        if self.description.as_ref().is_some_and(|text| text.chars().count() > DESCRIPTION_MAX) {
            let detail = format!("A description has at most {DESCRIPTION_MAX} characters.");
            return Err(EngineError::invalid("description", detail));
        }
        check_text("prompt", "A persona's instructions", &self.prompt, PERSONA_PROMPT_MAX)?;
        check_model(self)?;
        parameters::check(&self.parameters())
    }

    fn change(&mut self, change: UpdatePersona) {
        set(&mut self.name, change.name);
        set(&mut self.description, change.description);
        set(&mut self.prompt, change.prompt);
        set(&mut self.provider_id, change.provider_id);
        set(&mut self.model_id, change.model_id);
        set(&mut self.temperature, change.temperature);
        set(&mut self.top_p, change.top_p);
        set(&mut self.max_output_tokens, change.max_output_tokens);
        set(&mut self.reasoning_effort, change.reasoning_effort);
    }

    fn whole(self, stored: &StoredPreset) -> Persona {
        Persona {
            id: stored.id.clone(),
            fields: self,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }
}

fn check_model(persona: &PersonaFields) -> Result<(), EngineError> {
    let too_long = |id: &String| id.chars().count() > ID_MAX;
    if persona.provider_id.as_ref().is_some_and(|id| id.contains('/') || too_long(id)) {
        return Err(EngineError::invalid("providerId", "This is no provider's id."));
    }
    if persona.model_id.as_ref().is_some_and(too_long) {
        return Err(EngineError::invalid("modelId", format!("A model's id has 1 to {ID_MAX} characters.")));
    }
    if persona.model_id.is_some() && persona.provider_id.is_none() {
        return Err(EngineError::invalid("modelId", "Name the provider of this model too, with providerId."));
    }
    Ok(())
}

impl Preset for PromptFields {
    const KIND: PresetKind = PresetKind::Prompt;
    const MOST: usize = PROMPTS_MAX;
    type Change = UpdatePrompt;
    type Whole = Prompt;

    fn name(&self) -> &str {
        &self.name
    }

    fn renamed(self, name: String) -> Self {
        Self { name, ..self }
    }

    fn another_name(&self, nth: usize) -> String {
        let ending = format!("-{nth}");
        let begin: String = self.name.chars().take(SLUG_MAX.saturating_sub(ending.len())).collect();
        format!("{begin}{ending}")
    }

    fn handle(&self) -> String {
        self.name.clone()
    }

    fn tidied(self) -> Self {
        Self { name: self.name.trim().to_owned(), title: filled(self.title), ..self }
    }

    fn check(&self) -> Result<(), EngineError> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || self.name.len() > SLUG_MAX || !self.name.chars().all(fits) {
            let detail = format!(
                "A prompt's name has 1 to {SLUG_MAX} small letters a-z, digits and dashes, for example weekly-report."
            );
            return Err(EngineError::invalid("name", detail));
        }
        if self.title.as_ref().is_some_and(|title| title.chars().count() > TITLE_MAX) {
            return Err(EngineError::invalid(
                "title",
                format!("A title has at most {TITLE_MAX} characters."),
            ));
        }
        check_text("content", "A prompt's text", &self.content, CONTENT_MAX)
    }

    fn change(&mut self, change: UpdatePrompt) {
        set(&mut self.name, change.name);
        set(&mut self.title, change.title);
        set(&mut self.content, change.content);
    }

    fn whole(self, stored: &StoredPreset) -> Prompt {
        Prompt {
            id: stored.id.clone(),
            fields: self,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }
}

fn check_text(field: &'static str, what: &str, text: &str, most: usize) -> Result<(), EngineError> {
    if text.trim().is_empty() {
        return Err(EngineError::invalid(field, format!("{what} can't be empty. Write something first.")));
    }
    if text.len() > most {
        let detail = format!("{what} has at most {most} bytes; these are {}.", text.len());
        return Err(EngineError::invalid(field, detail));
    }
    Ok(())
}

/// A field that says something.
fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
