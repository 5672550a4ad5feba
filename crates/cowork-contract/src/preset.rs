//! Personas and prompts: instructions and texts that a person keeps to use again, and the file they travel in.
//!
//! Always true: they belong to the installation, not to a session's history; a session names a persona, and what the
//! persona says now is what the next answer gets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::command::present;
use crate::{ClientRequestId, ModelParameters, ReasoningEffort, Timestamp};

/// Personas one installation keeps at most.
pub const PERSONAS_MAX: usize = 200;
/// Prompts one installation keeps at most.
pub const PROMPTS_MAX: usize = 500;
/// The version of the file that this build writes.
pub const PRESETS_VERSION: u32 = 1;

/// What a persona consists of; its names are unique, whatever their case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonaFields {
    /// 1 to 60 characters on one line.
    pub name: String,
    /// For people, at most 300 characters. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What the model is told before the session's own system prompt, at most 100,000 bytes.
    pub prompt: String,
    /// Whom it asks where neither message nor session names anybody. Absent: the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The model of that provider. Absent: that of the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// How freely the model chooses its words: 0 to 2. Absent: as the model does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The share of the likeliest words that it chooses among: 0 to 1. Absent: as the model does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// The most tokens of an answer. Absent: as many as the service allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u64>,
    /// Absent: as the service likes. A model that is known not to reason is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<ReasoningEffort>,
}

impl PersonaFields {
    /// How it shall answer.
    pub fn parameters(&self) -> ModelParameters {
        ModelParameters {
            temperature: self.temperature,
            top_p: self.top_p,
            max_output_tokens: self.max_output_tokens,
            reasoning_effort: self.reasoning_effort,
        }
    }
}

/// A persona.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Persona {
    /// Opaque id.
    pub id: String,
    /// What it consists of.
    #[serde(flatten)]
    pub fields: PersonaFields,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a prompt consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromptFields {
    /// What it is called by while writing: 1 to 40 of `a-z`, `0-9` and `-`, unique.
    pub name: String,
    /// For people, at most 100 characters. Absent: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text, at most 50,000 bytes. `{{name}}` is a variable, to be filled in when the prompt is used.
    pub content: String,
}

/// A text that is used again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Prompt {
    /// Opaque id.
    pub id: String,
    /// What it consists of.
    #[serde(flatten)]
    pub fields: PromptFields,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// `GET /personas`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonaList {
    /// All of them, by name.
    pub items: Vec<Persona>,
    /// Asks for the next page. Always `null`.
    pub next_cursor: Option<String>,
}

/// `GET /prompts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromptList {
    /// All of them, by name.
    pub items: Vec<Prompt>,
    /// Asks for the next page. Always `null`.
    pub next_cursor: Option<String>,
}

/// `POST /personas`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddPersona {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// 1 to 60 characters on one line; not taken yet.
    pub name: String,
    /// At most 300 characters. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// At most 100,000 bytes.
    pub prompt: String,
    /// Absent: the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Needs `providerId`. Absent: the provider's first model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// How freely the model chooses its words: 0 to 2. Absent: as the model does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The share of the likeliest words that it chooses among: 0 to 1. Absent: as the model does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// 1 to 1,000,000. Absent: as many as the service allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u64>,
    /// Absent: as the service likes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<ReasoningEffort>,
}

/// `PATCH /personas/{id}`. An absent field stays as it is; `null` clears.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdatePersona {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// 1 to 60 characters on one line; not taken yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `null`: none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub description: Option<Option<String>>,
    /// At most 100,000 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// `null`: the server's default.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub provider_id: Option<Option<String>>,
    /// `null`: the provider's first model.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub model_id: Option<Option<String>>,
    /// 0 to 2. `null`: as the model does.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub temperature: Option<Option<f64>>,
    /// 0 to 1. `null`: as the model does.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub top_p: Option<Option<f64>>,
    /// `null`: as many as the service allows.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    pub max_output_tokens: Option<Option<u64>>,
    /// `null`: as the service likes.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReasoningEffort>)]
    pub reasoning_effort: Option<Option<ReasoningEffort>>,
}

/// `POST /prompts`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddPrompt {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// 1 to 40 of `a-z`, `0-9` and `-`; not taken yet.
    pub name: String,
    /// At most 100 characters. Absent: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// At most 50,000 bytes.
    pub content: String,
}

/// `PATCH /prompts/{id}`. An absent field stays as it is; `null` clears.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdatePrompt {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// 1 to 40 of `a-z`, `0-9` and `-`; not taken yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `null`: its name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub title: Option<Option<String>>,
    /// At most 50,000 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// `POST /personas/{id}/restore` and `POST /prompts/{id}/restore`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestorePreset {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
}

/// `GET /presets/export`: all personas and prompts as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresetsExport {
    /// Always `cowork.presets`.
    pub format: String,
    /// 1 for now.
    pub version: u32,
    /// When it was written.
    pub exported_at: Timestamp,
    /// All personas, by name.
    pub personas: Vec<PersonaFields>,
    /// All prompts, by name.
    pub prompts: Vec<PromptFields>,
}

/// `POST /presets/import`: an exported file as it is, and an id for the command.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportPresets {
    /// Makes the command safe to repeat; its scope is the server. Not part of an exported file.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// `cowork.presets`.
    pub format: String,
    /// 1 for now.
    pub version: u32,
    /// When it was written. Absent: not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exported_at: Option<Timestamp>,
    /// Absent: none.
    #[serde(default)]
    pub personas: Vec<PersonaFields>,
    /// Absent: none.
    #[serde(default)]
    pub prompts: Vec<PromptFields>,
}

/// What came of an import, in the order of the file. At least one was added or renamed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresetsImported {
    /// Added under their own name.
    pub added: Vec<ImportedPreset>,
    /// Added under another name, for theirs was taken by another one.
    pub renamed: Vec<ImportedPreset>,
    /// Left out: the very same is there already.
    pub skipped: Vec<ImportedPreset>,
}

/// One entry of an imported file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedPreset {
    /// Which of the two it is.
    pub kind: PresetKind,
    /// Its name in the file.
    pub name: String,
    /// Its name here.
    pub now: String,
}

/// What can be kept to be used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PresetKind {
    /// Instructions with a model and parameters.
    Persona,
    /// A text with variables.
    Prompt,
}

impl PresetKind {
    /// The word that stands for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Persona => "persona",
            Self::Prompt => "prompt",
        }
    }
}

/// The persona that an answer was given with, as it was called then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonaUsed {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}
