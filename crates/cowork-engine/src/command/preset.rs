//! Commands that change personas and prompts. They leave no event; who sends one again gets the state as it is.

use std::marker::PhantomData;

use cowork_contract::{
    ClientRequestId, ImportPresets, ImportedPreset, PRESETS_VERSION, PersonaFields, PresetKind,
    PresetsImported, PromptFields,
};
use cowork_store::{PutPreset, Remembered, RequestScope, StoredPreset, Transaction, Tx};

use super::setup::Quiet;
use super::{Decided, refuse, text};
use crate::presets::Preset;
use crate::{EngineError, ids};

pub(crate) struct AddPreset<P> {
    pub(crate) request: Option<ClientRequestId>,
    pub(crate) id: String,
    pub(crate) preset: P,
}

impl<P: Preset> Quiet for AddPreset<P> {
    fn request(&self) -> Option<ClientRequestId> {
        self.request.clone()
    }

    fn text(&self) -> String {
        text("add", P::KIND.as_str(), &self.preset)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<()> {
        let preset = self.preset.tidied();
        check_room::<P>(tx, 1).await?;
        keep(tx, &self.id, &preset, self.request.as_ref()).await
    }
}

pub(crate) struct ChangePreset<P: Preset> {
    pub(crate) request: Option<ClientRequestId>,
    pub(crate) id: String,
    /// Its `client_request_id` is taken out.
    pub(crate) change: P::Change,
}

impl<P: Preset> Quiet for ChangePreset<P> {
    fn request(&self) -> Option<ClientRequestId> {
        self.request.clone()
    }

    fn text(&self) -> String {
        text("change preset", &self.id, &self.change)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<()> {
        let stored = known::<P>(tx, &self.id).await?;
        if stored.deleted_at.is_some() {
            return Err(missing::<P>());
        }
        let mut preset = P::read(&stored).map_err(refuse)?;
        preset.change(self.change);
        keep(tx, &self.id, &preset.tidied(), None).await
    }
}

/// Deletes one; deleting twice is fine.
pub(crate) struct DeletePreset<P> {
    pub(crate) request: Option<ClientRequestId>,
    pub(crate) id: String,
    pub(crate) of: PhantomData<P>,
}

impl<P: Preset> Quiet for DeletePreset<P> {
    fn request(&self) -> Option<ClientRequestId> {
        self.request.clone()
    }

    fn text(&self) -> String {
        text("delete preset", &self.id, &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<()> {
        known::<P>(tx, &self.id).await?;
        Ok(tx.delete_preset(P::KIND, &self.id).await?)
    }
}

/// Takes a deletion back.
pub(crate) struct RestorePreset<P> {
    pub(crate) request: Option<ClientRequestId>,
    pub(crate) id: String,
    pub(crate) of: PhantomData<P>,
}

impl<P: Preset> Quiet for RestorePreset<P> {
    fn request(&self) -> Option<ClientRequestId> {
        self.request.clone()
    }

    fn text(&self) -> String {
        text("restore preset", &self.id, &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<()> {
        let stored = known::<P>(tx, &self.id).await?;
        if stored.deleted_at.is_none() {
            return Ok(());
        }
        check_room::<P>(tx, 1).await?;
        keep(tx, &self.id, &P::read(&stored).map_err(refuse)?, None).await
    }
}

/// Takes over a file of personas and prompts: all of it, or nothing.
pub(crate) struct ImportAll {
    pub(crate) request: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) file: ImportPresets,
}

impl ImportAll {
    /// Refuses what can be refused without looking at the state: nothing of a faulty file is taken over.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        let file = &self.file;
        if file.format != "cowork.presets" || file.version != PRESETS_VERSION {
            let detail = format!(
                "This is format {:?}, version {}; this Cowork reads \"cowork.presets\", version {PRESETS_VERSION}.",
                file.format.chars().take(80).collect::<String>(),
                file.version
            );
            return Err(EngineError::invalid("version", detail));
        }
        if file.personas.is_empty() && file.prompts.is_empty() {
            return Err(EngineError::invalid("personas", "There is no persona and no prompt in this file."));
        }
        check_each("personas", &file.personas)?;
        check_each("prompts", &file.prompts)
    }
}

fn check_each<P: Preset>(field: &'static str, list: &[P]) -> Result<(), EngineError> {
    if list.len() > P::MOST {
        let detail = format!("The file has {} {field}; at most {} are kept.", list.len(), P::MOST);
        return Err(EngineError::invalid(field, detail));
    }
    for (index, preset) in list.iter().enumerate() {
        preset.clone().tidied().check().map_err(|error| {
            let which = format!("Number {} of the {field} can't be taken: {error}", index + 1);
            EngineError::invalid(field, which)
        })?;
    }
    Ok(())
}

impl Transaction for ImportAll {
    type Output = PresetsImported;
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<PresetsImported> {
        let scope = RequestScope::server();
        let said = text("import presets", "", &self.file);
        let is_new = match tx.recall(&scope, self.request.as_ref(), &said).await? {
            Remembered::New => true,
            Remembered::Done(_) => false,
            Remembered::Different => return Err(refuse(EngineError::IdempotencyConflict)),
        };
        let mut report = PresetsImported::default();
        let request = self.request.as_ref();
        take_over::<PersonaFields>(tx, self.file.personas, request, &mut report).await?;
        take_over::<PromptFields>(tx, self.file.prompts, request, &mut report).await?;
        if is_new {
            if report.added.is_empty() && report.renamed.is_empty() {
                return Err(refuse(EngineError::InvalidState(
                    "Everything in this file is here already. Nothing was changed.",
                )));
            }
            tx.remember(&scope, request, &said, &[]).await?;
        }
        Ok(report)
    }
}

/// Adds what is not there yet. What this very command added before counts as added, so that it can be sent again.
async fn take_over<P: Preset>(
    tx: &mut Tx<'_>,
    list: Vec<P>,
    request: Option<&ClientRequestId>,
    report: &mut PresetsImported,
) -> Decided<()> {
    let mut here = Vec::new();
    for stored in tx.presets(P::KIND).await? {
        here.push((P::read(&stored).map_err(refuse)?, stored.request));
    }
    for preset in list {
        let preset = preset.tidied();
        let name = preset.name().to_owned();
        if let Some((same, made_by)) = here.iter().find(|(other, _)| is_same(&preset, other)) {
            let entry = entry(P::KIND, name, same.name());
            match (made_by, request) {
                (Some(by), Some(request)) if by == request.as_str() && entry.name == entry.now => {
                    report.added.push(entry);
                }
                (Some(by), Some(request)) if by == request.as_str() => report.renamed.push(entry),
                _ => report.skipped.push(entry),
            }
            continue;
        }
        check_room::<P>(tx, 1).await?;
        let preset = free_name(preset, &here);
        keep(tx, &ids::preset(), &preset, request).await?;
        let entry = entry(P::KIND, name, preset.name());
        if entry.name == entry.now {
            report.added.push(entry);
        } else {
            report.renamed.push(entry);
        }
        // The writer alone knows whose it is: twice in one file is once here.
        here.push((preset, None));
    }
    Ok(())
}

fn entry(kind: PresetKind, name: String, now: &str) -> ImportedPreset {
    ImportedPreset { kind, name, now: now.to_owned() }
}

/// Whether one is the other, under its name or one that it was given for want of it.
fn is_same<P: Preset>(preset: &P, other: &P) -> bool {
    if preset.clone().renamed(other.name().to_owned()) != *other {
        return false;
    }
    preset.handle() == other.handle() || (2..=P::MOST + 1).any(|nth| preset.another_name(nth) == other.name())
}

/// It under the first of its names that nobody has.
fn free_name<P: Preset>(preset: P, here: &[(P, Option<String>)]) -> P {
    let is_taken = |named: &P| here.iter().any(|(other, _)| other.handle() == named.handle());
    if !is_taken(&preset) {
        return preset;
    }
    let others = (2..=P::MOST + 2).map(|nth| preset.clone().renamed(preset.another_name(nth)));
    others.into_iter().find(|named| !is_taken(named)).unwrap_or(preset)
}

async fn known<P: Preset>(tx: &mut Tx<'_>, id: &str) -> Decided<StoredPreset> {
    tx.preset(P::KIND, id).await?.ok_or_else(missing::<P>)
}

fn missing<P: Preset>() -> cowork_store::TxError<EngineError> {
    refuse(EngineError::NotFound(P::KIND.as_str()))
}

async fn check_room<P: Preset>(tx: &mut Tx<'_>, more: usize) -> Decided<()> {
    if tx.preset_count(P::KIND).await? + more <= P::MOST {
        return Ok(());
    }
    let detail = format!("{} {}s are kept already. Delete one first.", P::MOST, P::KIND.as_str());
    Err(refuse(EngineError::invalid("name", detail)))
}

/// Writes one down, if it can be kept and its name is free.
async fn keep<P: Preset>(
    tx: &mut Tx<'_>,
    id: &str,
    preset: &P,
    request: Option<&ClientRequestId>,
) -> Decided<()> {
    preset.check().map_err(refuse)?;
    let handle = preset.handle();
    if tx.preset_called(P::KIND, &handle).await?.is_some_and(|other| other != id) {
        let taken = EngineError::NameTaken { kind: P::KIND.as_str(), name: preset.name().to_owned() };
        return Err(refuse(taken));
    }
    let body = preset.body().map_err(refuse)?;
    Ok(tx.put_preset(PutPreset { kind: P::KIND, id, handle: &handle, body: &body, request }).await?)
}
