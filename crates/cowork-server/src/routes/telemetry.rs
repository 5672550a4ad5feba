//! `/api/telemetry`: what calls to models took.

use axum::{Json, extract::State};
use cowork_contract::{CallList, CallRecord, MessageId, SessionId, Timestamp, UsageSum, UsageSummary};
use cowork_store::{Entered, LedgerKey, LedgerQuery, LedgerSum};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use crate::{
    extract::{At, Params},
    problem::Refused,
    state::App,
};

/// Which calls to sum up, and by what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SummaryParams {
    /// Absent: `model`.
    #[serde(default)]
    #[param(inline)]
    by: ByParam,
    /// From this time on, in milliseconds since the epoch.
    since: Option<Timestamp>,
    /// Before this time.
    until: Option<Timestamp>,
    /// Of this session only.
    #[param(value_type = Option<String>)]
    session: Option<SessionId>,
}

/// What calls that are summed up have in common.
#[derive(Deserialize, ToSchema, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ByParam {
    /// Provider and model.
    #[default]
    Model,
    /// The session.
    Session,
    /// The day in UTC.
    Day,
}

/// All calls to models, summed up; those for deleted sessions count.
#[utoipa::path(
    get,
    path = "/api/telemetry/summary",
    tag = "telemetry",
    operation_id = "getUsageSummary",
    params(SummaryParams),
    responses((status = 200, description = "The sums and their total", body = UsageSummary), Refused)
)]
pub(super) async fn summary(
    State(app): State<App>,
    Params(params): Params<SummaryParams>,
) -> Answer<UsageSummary> {
    let key = match params.by {
        ByParam::Model => LedgerKey::Model,
        ByParam::Session => LedgerKey::Session,
        ByParam::Day => LedgerKey::Day,
    };
    let query = LedgerQuery { since: params.since, until: params.until, session: params.session };
    let sums = app.reader.ledger(key, &query).await?;
    let total = view(total(&sums), key);
    let items = sums.into_iter().map(|sum| view(sum, key)).collect();
    Ok(Json(UsageSummary { items, total, next_cursor: None }))
}

/// The calls that were made for an answer.
#[utoipa::path(
    get,
    path = "/api/telemetry/messages/{mid}",
    tag = "telemetry",
    operation_id = "getMessageCalls",
    params(("mid" = MessageId, Path, description = "The answer")),
    responses((status = 200, description = "In order; empty where none was made", body = CallList), Refused)
)]
pub(super) async fn message(State(app): State<App>, At(id): At<MessageId>) -> Answer<CallList> {
    let items = app.reader.calls(&id).await?.into_iter().map(record).collect();
    Ok(Json(CallList { items, next_cursor: None }))
}

fn total(sums: &[LedgerSum]) -> LedgerSum {
    let mut total = LedgerSum::default();
    for sum in sums {
        total.calls += sum.calls;
        total.failures += sum.failures;
        total.repeats += sum.repeats;
        total.fallbacks += sum.fallbacks;
        total.input_tokens += sum.input_tokens;
        total.output_tokens += sum.output_tokens;
        total.cached_tokens += sum.cached_tokens;
        total.reasoning_tokens += sum.reasoning_tokens;
        total.cost_micro_usd += sum.cost_micro_usd;
        total.unpriced += sum.unpriced;
        total.ttft_ms.extend(&sum.ttft_ms);
    }
    total.ttft_ms.sort_unstable();
    total
}

fn view(sum: LedgerSum, key: LedgerKey) -> UsageSum {
    let named = match key {
        LedgerKey::Day => sum.key.parse().ok().and_then(day),
        LedgerKey::Model | LedgerKey::Session => None,
    };
    UsageSum {
        ttft_p50_ms: percentile(&sum.ttft_ms, 50),
        ttft_p95_ms: percentile(&sum.ttft_ms, 95),
        key: named.unwrap_or(sum.key),
        calls: sum.calls,
        failures: sum.failures,
        retries: sum.repeats,
        fallbacks: sum.fallbacks,
        input_tokens: sum.input_tokens,
        output_tokens: sum.output_tokens,
        cached_input_tokens: sum.cached_tokens,
        reasoning_tokens: sum.reasoning_tokens,
        cost_usd: dollars(sum.cost_micro_usd),
        unpriced_calls: sum.unpriced,
    }
}

fn record(Entered { at, entry, purpose }: Entered) -> CallRecord {
    CallRecord {
        at,
        session_id: entry.session,
        purpose,
        asked_provider_id: entry.asked.0,
        asked_model_id: entry.asked.1,
        provider_id: entry.provider_id,
        model_id: entry.model_id,
        served_model_id: entry.served,
        attempt: entry.attempt,
        code: entry.code,
        connect_ms: entry.connect_ms,
        ttfb_ms: entry.ttfb_ms,
        ttft_ms: entry.ttft_ms,
        total_ms: entry.total_ms,
        input_tokens: entry.input_tokens,
        output_tokens: entry.output_tokens,
        cached_input_tokens: entry.cached_tokens,
        reasoning_tokens: entry.reasoning_tokens,
        cost_usd: entry.cost_micro_usd.map(dollars),
    }
}

fn dollars(micro: u64) -> f64 {
    micro as f64 / 1e6
}

/// The nearest rank, of values in ascending order.
fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// `YYYY-MM-DD` of a day counted from the Unix epoch.
fn day(days: i64) -> Option<String> {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(u64::try_from(days).ok()? * 86_400);
    // `Tue, 24 Nov 2026 00:00:00 GMT`, of which the parts are put in order.
    let text = httpdate::fmt_http_date(time);
    let mut words = text.split_whitespace().skip(1);
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    Some(format!("{year}-{month:02}-{day}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named_and_percentiles_are_of_the_values() {
        assert_eq!(day(0).as_deref(), Some("1970-01-01"));
        assert_eq!(day(20_781).as_deref(), Some("2026-11-24"));
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[7], 95), Some(7));
        let values: Vec<u64> = (1..=100).collect();
        assert_eq!((percentile(&values, 50), percentile(&values, 95)), (Some(50), Some(95)));
    }
}
