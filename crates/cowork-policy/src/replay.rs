//! Trying a policy against what happened: which past calls it would answer otherwise.
//!
//! Always true: past calls are judged as they were, in their order, without what was allowed for their task. Elsewhere:
//! reading them from the audit log (the caller).

use cowork_contract::{PolicyDecision, Verdict};

use crate::{Call, Policy};

/// A call of the past.
#[derive(Debug, Clone, PartialEq)]
pub struct PastCall {
    /// As it was judged.
    pub call: Call,
    /// What was answered.
    pub verdict: Verdict,
    /// By which rule.
    pub rule_id: String,
}

/// A call that would be answered otherwise.
#[derive(Debug, PartialEq)]
pub struct Change<'a> {
    /// Which, counted from 0.
    pub index: usize,
    /// What happened.
    pub past: &'a PastCall,
    /// What would be answered.
    pub now: PolicyDecision,
}

impl Change<'_> {
    /// Whether more would be permitted than was.
    pub fn is_more_permissive(&self) -> bool {
        self.now.verdict < self.past.verdict
    }
}

impl Policy {
    /// The calls that this policy would answer otherwise, in their order. An allow that came from staging or from what was
    /// allowed for the task was a question, and is compared as one.
    pub fn changes<'a>(
        &'a self,
        past: impl IntoIterator<Item = &'a PastCall> + 'a,
    ) -> impl Iterator<Item = Change<'a>> + 'a {
        past.into_iter().enumerate().filter_map(|(index, past)| {
            let mut call = past.call.clone();
            call.staged = false;
            let now = self.judge(&call, &[]);
            let was = match past.rule_id.as_str() {
                "staged" | "standing" => Verdict::AllowWithConfirm,
                _ => past.verdict,
            };
            (now.verdict != was).then_some(Change { index, past, now })
        })
    }
}
