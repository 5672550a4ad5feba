//! Model services as a person sets them up: what is configured, whether a key is there (never the key), what was
//! chosen as default, and the commands that change it.
//!
//! Always true: a key travels one way, from the person to the server; no answer holds one.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::command::present;
use crate::{AttachmentLimits, ClientRequestId, Timestamp};

/// The wire that a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderWire {
    /// OpenAI itself.
    #[serde(rename = "openai")]
    OpenAi,
    /// Any server that offers OpenAI's responses.
    #[serde(rename = "openai-responses")]
    OpenAiResponses,
    /// Anthropic's messages.
    Anthropic,
    /// Google's Gemini.
    Gemini,
    /// Ollama's own API.
    Ollama,
    /// Any server that offers OpenAI's chat completions.
    #[serde(rename = "openai-compatible")]
    OpenAiCompatible,
    /// The built-in demo; it can't be added.
    Demo,
}

/// Where a provider came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProviderSource {
    /// A variable of the environment.
    Environment,
    /// The configuration file.
    File,
    /// The person added it in the app.
    App,
    /// It runs on this computer and was found. Nothing is sent to it before somebody chooses it.
    Found,
    /// It is part of Cowork.
    Builtin,
}

/// Where a key came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeySource {
    /// A variable of the environment.
    Environment,
    /// A variable that the configuration file names.
    File,
    /// Set in the app, and kept encrypted.
    App,
}

/// What can be told of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyView {
    /// Whether there is one that can be used.
    pub present: bool,
    /// Where it came from. Absent: there is none. With `present: false`: one is stored but can't be opened, so it has
    /// to be set again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<KeySource>,
    /// Its last four characters. Absent: there is none, or it has fewer than 12.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The variable that holds it, or the variables. Absent: it was set in the app, or there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Each key by itself, in the order in which they are sent. Absent: there is none that can be used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<KeyItem>,
}

/// One of the keys of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyItem {
    /// What it is removed by. Absent: it was not set in the app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its last four characters. Absent: it has fewer than 12.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// How the service met it.
    pub state: KeyItemState,
}

/// How a service met a key since the provider was set up or Cowork started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyItemState {
    /// It is the first to be sent.
    InUse,
    /// It is sent when the service refuses those before it.
    Spare,
    /// The service did not accept it.
    Refused,
    /// The service has had enough of it for now.
    Limited,
}

/// How a provider fared when it was last asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderStatus {
    /// Whether it answered as it should.
    pub ok: bool,
    /// What it said, or what is wrong and what to do about it; for people.
    pub detail: String,
    /// When that was.
    pub checked_at: Timestamp,
    /// Milliseconds until it had answered. `null`: it did not.
    pub latency_ms: Option<u64>,
    /// How many models it named. `null`: it named none.
    pub model_count: Option<u64>,
}

/// A provider as it is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderView {
    /// The badge on each answer, and the first half of `provider/model`.
    pub id: String,
    /// What a person calls it where providers are listed. Absent: its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The wire it speaks.
    pub kind: ProviderWire,
    /// Where it is. Absent: the kind's own address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The models to offer, the first one is its default. Empty: asked from the service.
    pub models: Vec<String>,
    /// Where it came from.
    pub source: ProviderSource,
    /// The name of the file or of the variable that sets it. Absent: neither does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Whether it can't be changed here, because its place is the file, the environment or Cowork itself.
    pub locked: bool,
    /// What can be told of its key.
    pub key: KeyView,
    /// How it fared when it was last asked. Absent: it was not asked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ProviderStatus>,
}

/// `GET /providers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderList {
    /// All of them, the demo last.
    pub items: Vec<ProviderView>,
    /// Asks for the next page. Always `null`.
    pub next_cursor: Option<String>,
}

/// A service that is known by name, so that nobody has to know its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServicePreset {
    /// What `service` names it by; also a good id for a provider.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// The wire it speaks.
    pub kind: ProviderWire,
    /// Where it is, unless it is set up elsewhere.
    pub base_url: String,
    /// Where a person gets a key. Absent: it has none to give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_url: Option<String>,
    /// Whether it wants a key.
    pub needs_key: bool,
}

/// `GET /providers/services`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceList {
    /// All of them.
    pub items: Vec<ServicePreset>,
    /// Asks for the next page. Always `null`.
    pub next_cursor: Option<String>,
}

/// A key on its way to the server. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct KeyText(String);

impl KeyText {
    /// Takes a text as a key.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(..)")
    }
}

/// `POST /providers`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddProvider {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// 1 to 64 letters, digits, dots, dashes or underscores; not taken yet.
    pub id: String,
    /// The wire it speaks. Absent: that of the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ProviderWire>,
    /// One of `GET /providers/services`, which brings its address with it. Absent: none of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Where it is, up to and with the version. Absent: the service's address, else the kind's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The models to offer. Absent: asked from the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<Vec<String>>,
    /// Its key; several lines are several keys. Absent: it needs none, or gets it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyText>,
}

/// `PATCH /providers/{id}`. An absent field stays as it is; `null` clears.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateProvider {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// What to call it where providers are listed, at most 60 characters; its id stays. `null`: its id.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Option<String>>,
    /// `null`: the service's address, else the kind's own. The key does not go with it to another address: it is
    /// forgotten.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub base_url: Option<Option<String>>,
    /// `null`: asked from the service.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub models: Option<Option<Vec<String>>>,
}

/// `PUT /providers/{id}/key`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetKey {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// The key; several lines are several keys, the next one is used when the service refuses one.
    pub key: KeyText,
    /// Whether the keys that are kept stay, before the new ones. Absent: they are replaced.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub add: bool,
}

/// `POST /providers/{id}/test`: what came of asking it for its models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderTest {
    /// Whether it answered as it should.
    pub ok: bool,
    /// What it said, or what is wrong and what to do about it; for people.
    pub detail: String,
    /// Milliseconds until it had answered. `null`: it did not.
    pub latency_ms: Option<u64>,
    /// How many models it named. `null`: it named none.
    pub model_count: Option<u64>,
}

/// `GET /settings`: what was chosen for the whole installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Asked when neither message nor session names one. `null`: the first provider that can answer.
    pub default_provider_id: Option<String>,
    /// Asked of that provider. `null`: its first model.
    pub default_model_id: Option<String>,
    /// Who is asked, in this order, when the one that was chosen fails: `provider/model`, split at the first slash.
    pub fallback: Vec<String>,
    /// Whether a model names new sessions.
    pub title_by_model: bool,
    /// Whether a conversation that no longer fits its model is summarised by itself.
    pub compact: AutoCompact,
    /// The models to show first: `provider/model`, split at the first slash.
    pub favourites: Vec<String>,
    /// The fields that the configuration file sets, which can't be changed here.
    pub locked: Vec<String>,
    /// How much may be attached; the configuration file alone sets it.
    pub attachments: AttachmentLimits,
    /// What is chosen and has no effect now, each with what to do about it; for people. Absent: nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

/// What happens to a conversation that no longer fits its model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AutoCompact {
    /// Its older part is summarised by an extra call.
    #[default]
    Auto,
    /// Its oldest messages are left out.
    Off,
}

/// `PATCH /settings`. An absent field stays as it is; `null` brings the default back.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateSettings {
    /// Makes the command safe to repeat; its scope is the server.
    #[serde(
        default,
        rename = "client_request_id",
        alias = "clientRequestId",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_request_id: Option<ClientRequestId>,
    /// `null`: the first provider that can answer.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub default_provider_id: Option<Option<String>>,
    /// `null`: the first model of the default provider.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub default_model_id: Option<Option<String>>,
    /// `null`: none. The demo is refused.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub fallback: Option<Option<Vec<String>>>,
    /// `null`: it does not.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<bool>)]
    pub title_by_model: Option<Option<bool>>,
    /// `null`: `auto`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<AutoCompact>)]
    pub compact: Option<Option<AutoCompact>>,
    /// `null`: none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub favourites: Option<Option<Vec<String>>>,
}
