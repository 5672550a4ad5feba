//! What is known of well-known models without asking anybody: limits, abilities and prices.
//!
//! Start at [`look_up`]. The figures live in `data/models.json`, each with the page it was read in and the day.
//! Always true: nothing here is guessed; a figure that no source gave is `None`; a model is only found under the
//! service that runs it, since another one may ask another price. What a service says itself goes first
//! ([`ModelInfo::complete_from`]).
//! Elsewhere: the models a service offers (each wire), what an answer used ([`Usage`]).

mod service;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{ModelInfo, Price, ProviderKind, Usage};

const DATA: &str = include_str!("../data/models.json");

/// A file that can't be read knows no model; a test says so before anybody can notice.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| serde_json::from_str(DATA).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    #[cfg_attr(not(test), allow(dead_code, reason = "words for who reads the file"))]
    about: String,
    models: Vec<Entry>,
}

/// What is known of one model, or of one model in all its versions.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Who runs it: `openai`, `anthropic`, ...; `local` for models that people run themselves.
    pub service: String,
    /// The id, or with a `*` at its end the id with any version after it.
    #[serde(rename = "match")]
    pub matches: String,
    /// How many tokens fit into one conversation. For a local model what it was made for; its server may have been
    /// started with less.
    pub context_window: Option<u64>,
    /// The most tokens it answers with.
    pub output_limit: Option<u64>,
    /// Whether it sees images.
    pub images: Option<bool>,
    /// Whether it can ask for tools.
    pub tools: Option<bool>,
    /// Whether it can think before it answers.
    pub reasoning: Option<bool>,
    input_usd: Option<f64>,
    output_usd: Option<f64>,
    cached_input_usd: Option<f64>,
    /// The page or file that the figures were read in.
    pub source: String,
    /// More of them, where the first one does not tell everything.
    #[serde(default)]
    pub more_sources: Vec<String>,
    /// The day of reading, `YYYY-MM-DD`.
    pub read: String,
    /// What a number alone would hide, such as a price for a limited time.
    pub note: Option<String>,
}

impl Entry {
    /// What it costs; `None` unless the prices of input and output are both known.
    #[must_use]
    pub fn price(&self) -> Option<Price> {
        Some(Price {
            input: micro_usd(self.input_usd?),
            output: micro_usd(self.output_usd?),
            cached_input: self.cached_input_usd.map(micro_usd),
        })
    }

    /// Whether it refuses to be told how freely to choose its words: `OpenAI`'s reasoning models take no temperature and
    /// no top-p but their own.
    pub(crate) fn refuses_sampling(&self) -> bool {
        self.service == "openai" && self.reasoning == Some(true)
    }

    /// How well this entry fits: exact goes before any prefix, a longer prefix before a shorter one.
    fn fit(&self, model: &str) -> Option<usize> {
        let Some(prefix) = self.matches.strip_suffix('*') else {
            return (self.matches == model).then_some(usize::MAX);
        };
        let rest = model.strip_prefix(prefix)?;
        let local = self.service == service::LOCAL && rest.starts_with('-');
        (local || is_version(rest)).then_some(prefix.len())
    }
}

/// What the catalogue knows of `model` at the provider that is configured with `kind` and `base_url`.
///
/// The service is that of the base URL's host, else that of the kind's own address. At `OpenRouter` it is the vendor
/// in front of the model's name; its variants (`:free` and the like) are left out, for they have prices of their own.
/// An unknown host has no entries, except that one in the private network is taken for a server of local models.
#[must_use]
pub fn look_up(kind: ProviderKind, base_url: Option<&str>, model: &str) -> Option<&'static Entry> {
    let (service, model) = service::of(kind, base_url, model)?;
    let of_service = CATALOG.models.iter().filter(|entry| entry.service == service);
    let fits = of_service.filter_map(|entry| Some((entry.fit(&model)?, entry)));
    fits.max_by_key(|(fit, _)| *fit).map(|(_, entry)| entry)
}

impl ModelInfo {
    /// Fills in what the service did not tell. A price is taken whole or not at all, and an answer is never said to
    /// be longer than what the service says fits.
    #[must_use]
    pub fn complete_from(mut self, entry: &Entry) -> Self {
        self.context_window = self.context_window.or(entry.context_window);
        let fits = |limit: u64| self.context_window.map_or(limit, |window| limit.min(window));
        self.output_limit = self.output_limit.or(entry.output_limit.map(fits));
        self.images = self.images.or(entry.images);
        self.tools = self.tools.or(entry.tools);
        self.reasoning = self.reasoning.or(entry.reasoning);
        self.price = self.price.or_else(|| entry.price());
        self
    }
}

/// What `usage` costs at `price`, in micro-dollars, half a micro-dollar rounded up.
///
/// Cached input costs its own price where that is known, else that of other input. An estimate: surcharges,
/// discounts and the writing of caches are not in the price.
#[must_use]
pub fn cost_micro_usd(price: &Price, usage: &Usage) -> u64 {
    const MILLION: u128 = 1_000_000;
    let cached = usage.cached_input_tokens.unwrap_or(0).min(usage.input_tokens);
    let parts = [
        (usage.input_tokens - cached, price.input),
        (cached, price.cached_input.unwrap_or(price.input)),
        (usage.output_tokens, price.output),
    ];
    let sum = parts
        .iter()
        .map(|(tokens, price)| u128::from(*tokens) * u128::from(*price))
        .fold(0u128, u128::saturating_add);
    u64::try_from(sum.saturating_add(MILLION / 2) / MILLION).unwrap_or(u64::MAX)
}

/// Dollars as micro-dollars. Nothing below zero and no fraction comes out; the conversion saturates.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and rounded before")]
fn micro_usd(usd: f64) -> u64 {
    (usd * 1_000_000.0).round() as u64
}

/// Whether what stands after a model's name only says which version is meant: nothing, a tag, `-latest`, or the day or
/// number of a snapshot. Words and single digits name another model.
fn is_version(rest: &str) -> bool {
    if rest.is_empty() || rest == "-latest" || rest.starts_with(':') {
        return true;
    }
    let Some(groups) = rest.strip_prefix(['-', '@']) else { return false };
    if !groups.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return false;
    }
    let lengths: Vec<usize> = groups.split('-').map(str::len).collect();
    matches!(lengths[..], [4, 2, 2] | [2, 4] | [8] | [4] | [3])
}
