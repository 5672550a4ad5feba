//! The engine's door for personas and prompts.

use std::marker::PhantomData;

use cowork_contract::{
    AddPersona, AddPrompt, ClientRequestId, ImportPresets, PRESETS_VERSION, Persona, PersonaFields,
    PersonaList, PresetKind, PresetsExport, PresetsImported, Prompt, PromptFields, PromptList, RestorePreset,
    UpdatePersona, UpdatePrompt,
};

use super::Engine;
use crate::EngineError;
use crate::command::{self, AddPreset, ChangePreset, DeletePreset, ImportAll, OnceQuietly, Quiet};
use crate::presets::Preset;
use crate::{ids, models};

impl Engine {
    /// All personas.
    pub async fn personas(&self) -> Result<PersonaList, EngineError> {
        Ok(PersonaList { items: self.presets::<PersonaFields>().await?, next_cursor: None })
    }

    /// All prompts.
    pub async fn prompts(&self) -> Result<PromptList, EngineError> {
        Ok(PromptList { items: self.presets::<PromptFields>().await?, next_cursor: None })
    }

    /// Adds a persona.
    pub async fn add_persona(&self, body: AddPersona) -> Result<Persona, EngineError> {
        let AddPersona {
            client_request_id,
            name,
            description,
            prompt,
            provider_id,
            model_id,
            temperature,
            top_p,
            max_output_tokens,
            reasoning_effort,
        } = body;
        let fields = PersonaFields {
            name,
            description,
            prompt,
            provider_id,
            model_id,
            temperature,
            top_p,
            max_output_tokens,
            reasoning_effort,
        };
        self.add_preset(client_request_id, fields).await
    }

    /// Adds a prompt.
    pub async fn add_prompt(&self, body: AddPrompt) -> Result<Prompt, EngineError> {
        let AddPrompt { client_request_id, name, title, content } = body;
        self.add_preset(client_request_id, PromptFields { name, title, content }).await
    }

    /// Changes a persona: the next answer of each session that names it is given so.
    pub async fn update_persona(&self, id: &str, mut change: UpdatePersona) -> Result<Persona, EngineError> {
        let request = change.client_request_id.take();
        self.change_preset(ChangePreset::<PersonaFields> { request, id: id.to_owned(), change }).await?;
        self.preset::<PersonaFields>(id).await
    }

    /// Changes a prompt.
    pub async fn update_prompt(&self, id: &str, mut change: UpdatePrompt) -> Result<Prompt, EngineError> {
        let request = change.client_request_id.take();
        self.change_preset(ChangePreset::<PromptFields> { request, id: id.to_owned(), change }).await?;
        self.preset::<PromptFields>(id).await
    }

    /// Deletes a persona; sessions that name it go on without. Can be taken back for 30 days.
    pub async fn delete_persona(
        &self,
        id: &str,
        request: Option<ClientRequestId>,
    ) -> Result<PersonaList, EngineError> {
        let of = PhantomData::<PersonaFields>;
        self.change_preset(DeletePreset { request, id: id.to_owned(), of }).await?;
        self.personas().await
    }

    /// Deletes a prompt. Can be taken back for 30 days.
    pub async fn delete_prompt(
        &self,
        id: &str,
        request: Option<ClientRequestId>,
    ) -> Result<PromptList, EngineError> {
        let of = PhantomData::<PromptFields>;
        self.change_preset(DeletePreset { request, id: id.to_owned(), of }).await?;
        self.prompts().await
    }

    /// Takes the deletion of a persona back.
    pub async fn restore_persona(&self, id: &str, body: RestorePreset) -> Result<Persona, EngineError> {
        self.restore::<PersonaFields>(id, body).await
    }

    /// Takes the deletion of a prompt back.
    pub async fn restore_prompt(&self, id: &str, body: RestorePreset) -> Result<Prompt, EngineError> {
        self.restore::<PromptFields>(id, body).await
    }

    /// All of them as a file.
    pub async fn export_presets(&self) -> Result<PresetsExport, EngineError> {
        Ok(PresetsExport {
            format: "cowork.presets".to_owned(),
            version: PRESETS_VERSION,
            exported_at: models::now(),
            personas: self.personas().await?.items.into_iter().map(|persona| persona.fields).collect(),
            prompts: self.prompts().await?.items.into_iter().map(|prompt| prompt.fields).collect(),
        })
    }

    /// Takes over a file of them.
    pub async fn import_presets(&self, mut file: ImportPresets) -> Result<PresetsImported, EngineError> {
        self.check_open()?;
        let import = ImportAll { request: file.client_request_id.take(), file };
        import.check()?;
        Ok(self.writer.transact(import).await?)
    }

    /// Whom a session's persona asks. `None`: it has none, or the persona names nobody.
    pub(super) async fn asked_by_persona(
        &self,
        id: Option<&str>,
    ) -> Result<(Option<String>, Option<String>), EngineError> {
        let Some(id) = id else { return Ok((None, None)) };
        let Some(stored) = self.reader.preset(PresetKind::Persona, id).await? else {
            return Ok((None, None));
        };
        let persona = PersonaFields::read(&stored)?;
        Ok((persona.provider_id, persona.model_id))
    }

    async fn presets<P: Preset>(&self) -> Result<Vec<P::Whole>, EngineError> {
        let stored = self.reader.presets(P::KIND).await?;
        stored.iter().map(|stored| Ok(P::read(stored)?.whole(stored))).collect()
    }

    async fn preset<P: Preset>(&self, id: &str) -> Result<P::Whole, EngineError> {
        let stored = self.reader.preset(P::KIND, id).await?;
        let stored = stored.ok_or(EngineError::NotFound(P::KIND.as_str()))?;
        Ok(P::read(&stored)?.whole(&stored))
    }

    async fn add_preset<P: Preset>(
        &self,
        request: Option<ClientRequestId>,
        preset: P,
    ) -> Result<P::Whole, EngineError> {
        let id = ids::preset();
        self.change_preset(AddPreset { request: request.clone(), id: id.clone(), preset }).await?;
        let Some(request) = request else { return self.preset::<P>(&id).await };
        // Sent again, it is the one that was made then.
        let stored = self.reader.preset_made_by(P::KIND, &request).await?;
        let stored = stored.ok_or(EngineError::NotFound(P::KIND.as_str()))?;
        Ok(P::read(&stored)?.whole(&stored))
    }

    async fn restore<P: Preset>(&self, id: &str, body: RestorePreset) -> Result<P::Whole, EngineError> {
        let (request, of) = (body.client_request_id, PhantomData::<P>);
        self.change_preset(command::RestorePreset { request, id: id.to_owned(), of }).await?;
        self.preset::<P>(id).await
    }

    async fn change_preset<C: Quiet>(&self, command: C) -> Result<(), EngineError> {
        self.check_open()?;
        Ok(self.writer.transact(OnceQuietly(command)).await?)
    }
}
