//! What a service has refused, so that it is asked without it.
//!
//! Remembered for each model: one without reasoning refuses what another needs. Always true: the memory is bounded;
//! what is forgotten costs one more refusal.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::KIND;
use crate::{Failure, ModelRequest, Turn};

/// Models whose refusals are remembered.
const MOST_MODELS: usize = 256;
/// Answers that are remembered as refused in their own form.
const MOST_ORIGINS: usize = 4_096;

/// The memory of one provider.
#[derive(Debug, Default)]
pub(super) struct Refused(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    models: HashMap<String, Without>,
    /// Model, and the mark of an answer that it does not take back.
    origins: HashSet<(String, String)>,
}

/// What to leave out for a model.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Without {
    /// Encrypted reasoning, in both directions.
    pub(super) encrypted: bool,
    /// Summaries of the reasoning.
    pub(super) summary: bool,
    /// Every word on reasoning.
    pub(super) reasoning: bool,
}

/// Signs that answers can't be sent back as they came: made under another account, for another model, or torn apart.
const ORIGIN: &[&str] =
    &["could not be verified", "could not be decrypted", "without its required", "not persisted"];
const ENCRYPTED: &[&str] = &["encrypted content", "encrypted_content", "'include", "include[", ": include"];

impl Refused {
    pub(super) fn without(&self, model: &str) -> Without {
        self.memory().models.get(model).copied().unwrap_or_default()
    }

    /// The turn's own form, unless this model refuses it.
    pub(super) fn native<'a>(&self, turn: &'a Turn, model: &str, provider: &str) -> Option<&'a Vec<Value>> {
        let items = turn.native(provider, KIND)?.as_array()?;
        let is_item = |item: &Value| item.get("type").is_some_and(Value::is_string);
        if items.is_empty() || !items.iter().all(is_item) {
            return None;
        }
        let memory = self.memory();
        let known = memory.models.get(model).is_some_and(|without| without.encrypted)
            || memory.origins.contains(&(model.to_owned(), mark(items)));
        (!known).then_some(items)
    }

    /// Notes a refusal of the request. Answers whether asking again, without what was refused, is worth it.
    ///
    /// That it is known already is no reason against it: another request may have learnt it meanwhile.
    pub(super) fn note(&self, request: &ModelRequest, provider: &str, refusal: &Failure) -> bool {
        if !matches!(refusal.status, Some(400 | 404 | 422)) {
            return false;
        }
        let Some((_, said)) = refusal.detail.split_once("It said: ") else { return false };
        let said = said.to_lowercase();
        let has = |signs: &[&str]| signs.iter().any(|sign| said.contains(sign));
        if has(ORIGIN) {
            return self.give_up_origins(request, provider);
        }
        let effort = request.parameters.effort.map(|effort| format!("'{}'", effort.as_str()));
        let about_effort = |effort: String| {
            has(&["reasoning", "effort"]) || said.contains("unsupported value") && said.contains(&effort)
        };
        let mut memory = self.memory();
        if memory.models.len() >= MOST_MODELS {
            memory.models.clear();
        }
        let mut without = memory.models.get(&request.model).copied().unwrap_or_default();
        if has(ENCRYPTED) {
            without.encrypted = true;
        } else if request.parameters.effort.is_some() && has(&["summary", "summaries"]) {
            without.summary = true;
        } else if effort.is_some_and(about_effort) {
            without.reasoning = true;
        } else {
            return false;
        }
        memory.models.insert(request.model.clone(), without);
        true
    }

    fn give_up_origins(&self, request: &ModelRequest, provider: &str) -> bool {
        let sent = request.turns.iter().filter_map(|turn| self.native(turn, &request.model, provider));
        let marks = sent.map(|items| (request.model.clone(), mark(items))).collect::<Vec<_>>();
        let mut memory = self.memory();
        if memory.origins.len() + marks.len() > MOST_ORIGINS {
            memory.origins.clear();
        }
        let worth_it = !marks.is_empty();
        memory.origins.extend(marks);
        worth_it
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What tells an answer from others: its first id.
fn mark(items: &[Value]) -> String {
    items.iter().find_map(|item| item.get("id")?.as_str()).unwrap_or_default().to_owned()
}
