//! The ledger: every call to a model with what it took, kept for good.
//!
//! Always true: entries are only added, in the transaction that ends the call, and outlive their session; what a
//! provider did not report is absent, never zero. Elsewhere: what a call costs (`cowork-provider`).

use cowork_contract::{MessageId, SessionId, Timestamp};
use sqlx::{AnyPool, Row};

use crate::transaction::Tx;
use crate::{ReadError, StorageError};

/// One call to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// For which session.
    pub session: SessionId,
    /// For which answer.
    pub message: MessageId,
    /// What it was for: `chat`, `title` or `compact`.
    pub purpose: &'static str,
    /// Provider and model that were asked for.
    pub asked: (String, String),
    /// The provider that was called.
    pub provider_id: String,
    /// The model that was called.
    pub model_id: String,
    /// The model that answered, in the provider's words. `None`: it did not say.
    pub served: Option<String>,
    /// 1: the first call for this answer.
    pub attempt: u32,
    /// The code of its failure. `None`: it answered, or was stopped.
    pub code: Option<String>,
    /// Milliseconds to the response's headers, to the first byte, to the first text. `None`: none came.
    pub connect_ms: Option<u64>,
    /// See above.
    pub ttfb_ms: Option<u64>,
    /// See above.
    pub ttft_ms: Option<u64>,
    /// Milliseconds to the end.
    pub total_ms: u64,
    /// As reported. `None`: not reported.
    pub input_tokens: Option<u64>,
    /// As reported. `None`: not reported.
    pub output_tokens: Option<u64>,
    /// Of the input. `None`: not reported.
    pub cached_tokens: Option<u64>,
    /// Of the output. `None`: not reported.
    pub reasoning_tokens: Option<u64>,
    /// Millionths of a US dollar. `None`: no price is known.
    pub cost_micro_usd: Option<u64>,
}

/// An entry as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// When the call ended.
    pub at: Timestamp,
    /// What was entered; `purpose` stands beside it, for entries of other versions.
    pub entry: LedgerEntry,
    /// What it was for.
    pub purpose: String,
}

/// By what calls are summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerKey {
    /// `provider/model` that was called.
    Model,
    /// The session.
    Session,
    /// The day of the call's end in UTC, as days since the Unix epoch.
    Day,
}

/// Which calls are summed up.
#[derive(Debug, Clone, Default)]
pub struct LedgerQuery {
    /// From this time on.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Of this session only.
    pub session: Option<SessionId>,
}

/// The sum of calls with one key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerSum {
    /// What they have in common.
    pub key: String,
    /// How many there were.
    pub calls: u64,
    /// Of them, those that failed.
    pub failures: u64,
    /// Of them, those beside the first of their answer.
    pub repeats: u64,
    /// Of them, those to another model than the one that was asked for.
    pub fallbacks: u64,
    /// Tokens, as far as reported.
    pub input_tokens: u64,
    /// See above.
    pub output_tokens: u64,
    /// See above.
    pub cached_tokens: u64,
    /// See above.
    pub reasoning_tokens: u64,
    /// Millionths of a US dollar of the calls whose price is known.
    pub cost_micro_usd: u64,
    /// Calls that used tokens and whose price is not known.
    pub unpriced: u64,
    /// Milliseconds to the first text of each call that has it, in ascending order, the newest 10,000 calls at most.
    pub ttft_ms: Vec<u64>,
}

/// An answer in the form that only its origin understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOrigin {
    /// The answer.
    pub message: MessageId,
    /// The provider it came from.
    pub provider_id: String,
    /// The wire it came by.
    pub wire: String,
    /// Its form there, as JSON.
    pub body: String,
}

/// Calls of which the time to the first text is looked at.
const TIMED: i64 = 10_000;

impl Tx<'_> {
    /// Enters a call. `id` is unique and grows with time.
    pub async fn enter_call(&mut self, id: &str, entry: &LedgerEntry) -> Result<(), StorageError> {
        let number = |value: Option<u64>| value.map(|value| i64::try_from(value).unwrap_or(i64::MAX));
        sqlx::query(
            "insert into ledger (id, at, session_id, message_id, purpose, asked_provider, asked_model, provider_id, \
             model_id, served, attempt, code, connect_ms, ttfb_ms, ttft_ms, total_ms, input_tokens, output_tokens, \
             cached_tokens, reasoning_tokens, cost_micro_usd) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
             $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        )
        .bind(id)
        .bind(self.now)
        .bind(entry.session.as_str())
        .bind(entry.message.as_str())
        .bind(entry.purpose)
        .bind(entry.asked.0.as_str())
        .bind(entry.asked.1.as_str())
        .bind(entry.provider_id.as_str())
        .bind(entry.model_id.as_str())
        .bind(entry.served.as_deref())
        .bind(i64::from(entry.attempt))
        .bind(entry.code.as_deref())
        .bind(number(entry.connect_ms))
        .bind(number(entry.ttfb_ms))
        .bind(number(entry.ttft_ms))
        .bind(number(Some(entry.total_ms)))
        .bind(number(entry.input_tokens))
        .bind(number(entry.output_tokens))
        .bind(number(entry.cached_tokens))
        .bind(number(entry.reasoning_tokens))
        .bind(number(entry.cost_micro_usd))
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Keeps an answer as its origin wrote it, in place of what was kept for it before; `None` keeps nothing.
    pub async fn keep_origin(
        &mut self,
        (session, message): (&SessionId, &MessageId),
        origin: Option<(&str, &str, &str)>,
    ) -> Result<(), StorageError> {
        sqlx::query("delete from origin where message_id = $1")
            .bind(message.as_str())
            .execute(&mut *self.connection)
            .await?;
        let Some((provider, wire, body)) = origin else { return Ok(()) };
        sqlx::query(
            "insert into origin (message_id, session_id, provider_id, wire, body) values ($1, $2, $3, $4, $5)",
        )
        .bind(message.as_str())
        .bind(session.as_str())
        .bind(provider)
        .bind(wire)
        .bind(body)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }
}

/// The origins that are kept for a session.
pub(crate) async fn origins(pool: &AnyPool, session: &SessionId) -> Result<Vec<StoredOrigin>, ReadError> {
    let rows = sqlx::query("select message_id, provider_id, wire, body from origin where session_id = $1")
        .bind(session.as_str())
        .fetch_all(pool)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(StoredOrigin {
                message: MessageId::new(row.try_get::<String, _>(0)?),
                provider_id: row.try_get(1)?,
                wire: row.try_get(2)?,
                body: row.try_get(3)?,
            })
        })
        .collect()
}

/// The calls that were made for an answer, in order.
pub(crate) async fn calls(pool: &AnyPool, message: &MessageId) -> Result<Vec<Entered>, ReadError> {
    let rows = sqlx::query(
        "select at, session_id, purpose, asked_provider, asked_model, provider_id, model_id, served, attempt, code, \
         connect_ms, ttfb_ms, ttft_ms, total_ms, input_tokens, output_tokens, cached_tokens, reasoning_tokens, \
         cost_micro_usd from ledger where message_id = $1 order by id",
    )
    .bind(message.as_str())
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            let number = |column: usize| -> Result<Option<u64>, sqlx::Error> {
                Ok(row.try_get::<Option<i64>, _>(column)?.and_then(|value| u64::try_from(value).ok()))
            };
            let purpose: String = row.try_get(2)?;
            Ok(Entered {
                at: row.try_get(0)?,
                entry: LedgerEntry {
                    session: SessionId::new(row.try_get::<String, _>(1)?),
                    message: message.clone(),
                    purpose: "",
                    asked: (row.try_get(3)?, row.try_get(4)?),
                    provider_id: row.try_get(5)?,
                    model_id: row.try_get(6)?,
                    served: row.try_get(7)?,
                    attempt: number(8)?.and_then(|number| u32::try_from(number).ok()).unwrap_or(1),
                    code: row.try_get(9)?,
                    connect_ms: number(10)?,
                    ttfb_ms: number(11)?,
                    ttft_ms: number(12)?,
                    total_ms: number(13)?.unwrap_or(0),
                    input_tokens: number(14)?,
                    output_tokens: number(15)?,
                    cached_tokens: number(16)?,
                    reasoning_tokens: number(17)?,
                    cost_micro_usd: number(18)?,
                },
                purpose,
            })
        })
        .collect()
}

/// Sums calls up by a key, the largest number of calls first.
pub(crate) async fn sums(
    pool: &AnyPool,
    key: LedgerKey,
    query: &LedgerQuery,
) -> Result<Vec<LedgerSum>, ReadError> {
    let key = match key {
        LedgerKey::Model => "provider_id || '/' || model_id",
        LedgerKey::Session => "session_id",
        LedgerKey::Day => "cast(at / 86400000 as text)",
    };
    let within = "at >= $1 and at < $2 and ($3 = '' or session_id = $3)";
    let text = format!(
        "select {key}, count(*), sum(case when code is null then 0 else 1 end), \
         sum(case when attempt > 1 then 1 else 0 end), \
         sum(case when provider_id = asked_provider and model_id = asked_model then 0 else 1 end), \
         cast(coalesce(sum(input_tokens), 0) as bigint), cast(coalesce(sum(output_tokens), 0) as bigint), \
         cast(coalesce(sum(cached_tokens), 0) as bigint), cast(coalesce(sum(reasoning_tokens), 0) as bigint), \
         cast(coalesce(sum(cost_micro_usd), 0) as bigint), \
         sum(case when cost_micro_usd is null and output_tokens is not null then 1 else 0 end) \
         from ledger where {within} group by {key} order by count(*) desc, {key}"
    );
    let session = query.session.as_ref().map_or("", |session| session.as_str());
    let (since, until) = (query.since.unwrap_or(0), query.until.unwrap_or(Timestamp::MAX));
    let rows =
        sqlx::query(sqlx::AssertSqlSafe(text)).bind(since).bind(until).bind(session).fetch_all(pool).await?;
    let mut sums = Vec::with_capacity(rows.len());
    for row in &rows {
        let number = |column: usize| -> Result<u64, sqlx::Error> {
            Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
        };
        sums.push(LedgerSum {
            key: row.try_get(0)?,
            calls: number(1)?,
            failures: number(2)?,
            repeats: number(3)?,
            fallbacks: number(4)?,
            input_tokens: number(5)?,
            output_tokens: number(6)?,
            cached_tokens: number(7)?,
            reasoning_tokens: number(8)?,
            cost_micro_usd: number(9)?,
            unpriced: number(10)?,
            ttft_ms: Vec::new(),
        });
    }
    let text = format!(
        "select {key}, ttft_ms from ledger where {within} and ttft_ms is not null order by id desc limit {TIMED}"
    );
    let rows =
        sqlx::query(sqlx::AssertSqlSafe(text)).bind(since).bind(until).bind(session).fetch_all(pool).await?;
    let mut by_key: std::collections::HashMap<String, Vec<u64>> = std::collections::HashMap::new();
    for row in &rows {
        let ttft = u64::try_from(row.try_get::<i64, _>(1)?).unwrap_or(0);
        by_key.entry(row.try_get(0)?).or_default().push(ttft);
    }
    for sum in &mut sums {
        sum.ttft_ms = by_key.remove(&sum.key).unwrap_or_default();
        sum.ttft_ms.sort_unstable();
    }
    Ok(sums)
}
