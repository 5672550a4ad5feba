//! What calls to models took: summed up, and each one of an answer.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{SessionId, Timestamp};

/// `GET /telemetry/summary`: all calls of the time asked for, summed up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsageSummary {
    /// One sum for each model, session or day, most calls first.
    pub items: Vec<UsageSum>,
    /// All of them together; its key is empty.
    pub total: UsageSum,
    /// Asks for the next page. Always `null`.
    pub next_cursor: Option<String>,
}

/// The sum of calls that have something in common. Calls of deleted sessions count.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsageSum {
    /// `provider/model`, the session's id, or the day in UTC as `YYYY-MM-DD`.
    pub key: String,
    /// Calls that were made.
    pub calls: u64,
    /// Of them, those that failed.
    pub failures: u64,
    /// Of them, those after the first one for their answer.
    pub retries: u64,
    /// Of them, those to another model than the one that was asked for.
    pub fallbacks: u64,
    /// Tokens sent, as far as providers reported them.
    pub input_tokens: u64,
    /// Tokens of answers, as far as reported.
    pub output_tokens: u64,
    /// Of the tokens sent, those read from a cache, as far as reported.
    pub cached_input_tokens: u64,
    /// Of the tokens of answers, those of reasoning, as far as reported.
    pub reasoning_tokens: u64,
    /// US dollars of the calls whose price is known.
    pub cost_usd: f64,
    /// Calls that used tokens and whose price is not known: what they cost comes on top.
    pub unpriced_calls: u64,
    /// Median of the milliseconds to the first text. `null`: no call had any.
    pub ttft_p50_ms: Option<u64>,
    /// 95th percentile of the same.
    pub ttft_p95_ms: Option<u64>,
}

/// `GET /telemetry/messages/{mid}`: the calls made for an answer, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallList {
    /// The calls.
    pub items: Vec<CallRecord>,
    /// Asks for the next page. Always `null`.
    pub next_cursor: Option<String>,
}

/// One call to a model, as the ledger holds it. What a provider did not report is `null`, never zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    /// When it ended.
    pub at: Timestamp,
    /// For which session.
    pub session_id: SessionId,
    /// `chat`, `title` or `compact`.
    pub purpose: String,
    /// The provider that was asked for.
    pub asked_provider_id: String,
    /// The model that was asked for.
    pub asked_model_id: String,
    /// The provider that was called.
    pub provider_id: String,
    /// The model that was called.
    pub model_id: String,
    /// The model that answered, in the provider's words.
    pub served_model_id: Option<String>,
    /// 1: the first call for this answer.
    pub attempt: u32,
    /// The code of its failure. `null`: it answered, or was stopped.
    pub code: Option<String>,
    /// Milliseconds to the response's headers.
    pub connect_ms: Option<u64>,
    /// Milliseconds to the first byte.
    pub ttfb_ms: Option<u64>,
    /// Milliseconds to the first text or reasoning.
    pub ttft_ms: Option<u64>,
    /// Milliseconds to the end.
    pub total_ms: u64,
    /// Tokens sent.
    pub input_tokens: Option<u64>,
    /// Tokens of the answer.
    pub output_tokens: Option<u64>,
    /// Of the tokens sent, those read from a cache.
    pub cached_input_tokens: Option<u64>,
    /// Of the tokens of the answer, those of reasoning.
    pub reasoning_tokens: Option<u64>,
    /// US dollars. `null`: no price is known.
    pub cost_usd: Option<f64>,
}
