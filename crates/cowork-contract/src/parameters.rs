//! How a model is asked to answer, apart from what it is told.
//!
//! Always true: what is absent is left to the model and its service. Elsewhere: what a service takes of it
//! (`cowork-provider`), whose wish counts (`cowork-engine`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How much a model thinks before it answers, where it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReasoningEffort {
    /// Hardly.
    Low,
    /// Somewhat.
    Medium,
    /// A lot.
    High,
}

/// How a model shall answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelParameters {
    /// How freely it chooses its words: 0 to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The share of the likeliest words that it chooses among: 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// The most tokens of an answer: 1 to 1,000,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u64>,
    /// How much it thinks first. A model that is known not to reason is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<ReasoningEffort>,
}

impl ModelParameters {
    /// Whether everything is left to the model.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These, and what they leave open as the others say.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            temperature: self.temperature.or(others.temperature),
            top_p: self.top_p.or(others.top_p),
            max_output_tokens: self.max_output_tokens.or(others.max_output_tokens),
            reasoning_effort: self.reasoning_effort.or(others.reasoning_effort),
        }
    }
}

/// One of them, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ParameterName {
    /// `temperature`.
    Temperature,
    /// `topP`.
    TopP,
    /// `maxOutputTokens`.
    MaxOutputTokens,
    /// `reasoningEffort`.
    ReasoningEffort,
}

/// With which parameters an answer was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParametersUsed {
    /// As they were sent; what is absent was left to the model.
    pub sent: ModelParameters,
    /// Set by the session or its persona and not sent, for the model is known not to take them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<ParameterName>,
}
