//! Permits: the only way into a tool.
//!
//! Always true: only a policy makes one, from a rule or from a recorded approval that binds to the very call; it can't be
//! copied, and the call in it is the one that was judged. A tool takes it by value, so it is good once. Elsewhere: using up
//! an approval, which is the store's transaction.

use cowork_contract::{ApprovalId, PolicyDecision, Verdict};
use serde_json::{Value, json};

use crate::{Call, Policy, Standing, canonical};

/// Proof that this one call may run.
///
/// ```compile_fail
/// fn twice(permit: cowork_policy::Permit) -> (cowork_policy::Permit, cowork_policy::Permit) {
///     (permit.clone(), permit)
/// }
/// ```
///
/// ```compile_fail
/// fn forged(call: cowork_policy::Call, decision: cowork_contract::PolicyDecision) -> cowork_policy::Permit {
///     cowork_policy::Permit { call, decision, approval: None }
/// }
/// ```
#[derive(Debug)]
#[must_use = "a permit that nothing takes lets nothing run"]
pub struct Permit {
    call: Call,
    decision: PolicyDecision,
    approval: Option<ApprovalId>,
}

impl Permit {
    /// The call that may run.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// What was answered to it.
    pub fn decision(&self) -> &PolicyDecision {
        &self.decision
    }

    /// The approval that it comes from. None: no question was needed.
    pub fn approval(&self) -> Option<&ApprovalId> {
        self.approval.as_ref()
    }

    /// Whether changes outside of output roots may only be staged: a tool that can't stage must not run on it.
    pub fn only_staged(&self) -> bool {
        self.call.staged
    }

    /// Gives the call out, for good.
    pub fn into_call(self) -> Call {
        self.call
    }
}

/// What is answered to a call, with what each answer is good for.
#[derive(Debug)]
pub enum Ruling {
    /// It runs.
    Allowed(Permit),
    /// The person is asked.
    Ask(Question),
    /// It does not run.
    Denied(PolicyDecision),
}

/// A question to the person, and what their answer binds to.
#[derive(Debug)]
pub struct Question {
    /// The call, for the card.
    pub call: Call,
    /// What was answered to it.
    pub decision: PolicyDecision,
    /// Binds an approval to this call.
    pub binding: Binding,
}

/// A hash over all that an approval is about: the tool, its arguments, what they lead to, the content that was shown and
/// the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Binding([u8; 32]);

impl Binding {
    /// As it was stored.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For storing.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// For the card.
    pub fn to_hex(&self) -> String {
        canonical::hex(&self.0)
    }

    fn of(call: &Call, version: &str) -> Self {
        let items: Vec<Value> = call.items.iter().map(bound).collect();
        let content: serde_json::Map<String, Value> =
            call.content.iter().map(|(name, hash)| (name.clone(), canonical::hex(hash).into())).collect();
        Self(canonical::hash(&json!({
            "tool": call.tool,
            "arguments": call.arguments,
            "items": items,
            "content": content,
            "staged": call.staged,
            "policy": version,
        })))
    }
}

/// What an item leads to, so that the same arguments don't mean another place later.
fn bound(item: &crate::Item) -> Value {
    let grants: Vec<&str> =
        item.places().filter_map(crate::Place::granted).map(|path| path.grant().id.as_str()).collect();
    let places: Vec<&str> = item.places().map(crate::Place::label).collect();
    json!({
        "action": item.action(),
        "target": item.label(),
        "grants": grants,
        "places": places,
        "risks": item.risk_tags(),
    })
}

/// An approval as it was recorded, about to be used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedApproval {
    /// Which.
    pub id: ApprovalId,
    /// What it binds to.
    pub binding: Binding,
}

/// Why an approval does not let the call run.
#[derive(Debug, thiserror::Error)]
pub enum NotRedeemed {
    /// The policy denies the call now; it does not run.
    #[error("The policy denies this call now: {}", .0.reason)]
    Denied(Box<PolicyDecision>),
    /// Something is not as it was when the person was asked; ask again.
    #[error("Something changed since this was approved, so it is asked again.")]
    Changed(Box<Question>),
}

impl Policy {
    /// Decides on a call. `standing` is what the person allowed for the task.
    pub fn decide(&self, call: Call, standing: &[Standing]) -> Ruling {
        let decision = self.judge(&call, standing);
        match decision.verdict {
            Verdict::Allow => Ruling::Allowed(Permit { call, decision, approval: None }),
            Verdict::AllowWithConfirm => {
                let binding = Binding::of(&call, self.version());
                Ruling::Ask(Question { call, decision, binding })
            }
            Verdict::Deny => Ruling::Denied(decision),
        }
    }

    /// Lets a call run that the person approved, when nothing changed: the call as it would run now is judged again, and
    /// must be the one that the approval binds to. The caller uses the approval up in the transaction that records this.
    pub fn redeem(&self, call: Call, approval: &RecordedApproval) -> Result<Permit, NotRedeemed> {
        let decision = self.judge(&call, &[]);
        if decision.verdict == Verdict::Deny {
            return Err(NotRedeemed::Denied(Box::new(decision)));
        }
        let binding = Binding::of(&call, self.version());
        if binding != approval.binding {
            return Err(NotRedeemed::Changed(Box::new(Question { call, decision, binding })));
        }
        Ok(Permit { call, decision, approval: Some(approval.id.clone()) })
    }
}
