//! Judging: each item by the first rule that matches, the call by its strictest item.
//!
//! Always true: the same policy and call have the same answer; nothing here makes an answer more permissive than a rule,
//! but staging and a remembered allow, which lift a question and never a denial. Elsewhere: what matches (`condition`),
//! what no rule lifts (`builtin`).

use cowork_contract::{Action, ItemDecision, PolicyDecision, RiskTag, Verdict};

use crate::{
    Call, Command, FileAct, Item, Policy, Standing,
    builtin::{denial, guard, guarded},
    condition::{Rule, Unmet},
};

/// Told how each rule looked at an item, as they are looked at.
pub(crate) trait Watch {
    fn rule(&mut self, rule: &Rule, outcome: Result<(), Passed>);
}

/// Why a rule did not decide.
pub(crate) enum Passed {
    /// A condition does not hold.
    Unmet(Unmet),
    /// It matches and does not name what is guarded.
    NotNamed,
}

/// Nobody watches.
impl Watch for () {
    fn rule(&mut self, _: &Rule, _: Result<(), Passed>) {}
}

struct Answer {
    verdict: Verdict,
    rule_id: String,
    reason: String,
    tags: Vec<RiskTag>,
}

impl Policy {
    /// What is answered to the call. Nothing is done, and nothing is remembered.
    pub fn judge(&self, call: &Call, standing: &[Standing]) -> PolicyDecision {
        let judged = |item: Option<&Item>| self.judge_item(item, call, standing, &mut ());
        let items: Vec<ItemDecision> = match call.items.as_slice() {
            [] => vec![judged(None)],
            items => items.iter().map(|item| judged(Some(item))).collect(),
        };
        self.strictest(call, items)
    }

    pub(crate) fn strictest(&self, call: &Call, items: Vec<ItemDecision>) -> PolicyDecision {
        let mut tags: Vec<RiskTag> = items.iter().flat_map(|item| item.risk_tags.iter().copied()).collect();
        if call.batch > 1 {
            tags.push(RiskTag::Batch);
        }
        let strictest = items.iter().rev().max_by_key(|item| item.verdict); // the first of equals
        let (verdict, rule_id, reason) = match strictest {
            Some(item) => (item.verdict, item.rule_id.clone(), item.reason.clone()),
            None => (Verdict::Deny, "fallback".to_owned(), UNKNOWN.to_owned()),
        };
        let policy_version = self.version().to_owned();
        PolicyDecision { verdict, rule_id, reason, risk_tags: in_order(tags), policy_version, items }
    }

    pub(crate) fn judge_item(
        &self,
        item: Option<&Item>,
        call: &Call,
        standing: &[Standing],
        watch: &mut impl Watch,
    ) -> ItemDecision {
        let mut answer = self.by_rule(item, call, watch);
        if let Some(item) = item {
            self.raise(&mut answer, item, call);
            lower(&mut answer, item, call, standing);
            answer.tags.extend(item.risk_tags());
        }
        ItemDecision {
            action: item.map(Item::action),
            target: item.map_or_else(|| call.tool.clone(), Item::label),
            verdict: answer.verdict,
            rule_id: answer.rule_id,
            reason: answer.reason,
            risk_tags: in_order(answer.tags),
        }
    }

    /// Built-in denials, then the first rule that matches, then the fallback.
    fn by_rule(&self, item: Option<&Item>, call: &Call, watch: &mut impl Watch) -> Answer {
        let denied = |denial: crate::builtin::Denial| Answer {
            verdict: Verdict::Deny,
            rule_id: denial.rule_id.to_owned(),
            reason: denial.reason,
            tags: Vec::new(),
        };
        if let Some(fault) = self.broken() {
            return Answer {
                verdict: Verdict::Deny,
                rule_id: "builtin.policy-broken".to_owned(),
                reason: format!("The policy can't be read, so everything is denied. {fault}"),
                tags: Vec::new(),
            };
        }
        if let Some(denial) = item.and_then(|item| denial(item, self.surroundings())) {
            return denied(denial);
        }
        let guard = item.and_then(guard);
        for rule in self.rules() {
            if let Err(unmet) = rule.matches(item, call, self.surroundings()) {
                watch.rule(rule, Err(Passed::Unmet(unmet)));
                continue;
            }
            let unnamed =
                guard.is_some() && item.is_some_and(|item| guarded(item).any(|path| !rule.names(path)));
            if unnamed && rule.source.decision != Verdict::Deny {
                watch.rule(rule, Err(Passed::NotNamed));
                continue;
            }
            watch.rule(rule, Ok(()));
            return by(rule, item);
        }
        guard.map_or_else(|| self.fallback(item), denied)
    }

    fn fallback(&self, item: Option<&Item>) -> Answer {
        let verdict = self.document().defaults.fallback;
        let reason = match (verdict, item) {
            (_, None) => UNKNOWN.to_owned(),
            (verdict, item) => {
                format!("No rule is about this; the fallback {} {}.", does(verdict), doing(item))
            }
        };
        Answer { verdict, rule_id: "fallback".to_owned(), reason, tags: Vec::new() }
    }

    /// What makes an allow a question: untrusted content, and commands that can't be seen through.
    fn raise(&self, answer: &mut Answer, item: &Item, call: &Call) {
        if answer.verdict != Verdict::Allow {
            return;
        }
        if call.tainted && leaves_the_folder(item) {
            answer.ask(
                "builtin.tainted",
                "This task has read untrusted content, which may have led to this call.",
            );
        } else if let Item::Command(command) = item
            && let Some(why) = command.cannot_inspect()
            && self.rests_on_words(&answer.rule_id, command)
        {
            answer
                .ask("builtin.cannot-inspect", &format!("What this command does can't be inspected: {why}."));
        }
    }

    /// Whether the allow rests on the words of a command whose words don't tell: the rule knows only how it begins, or,
    /// where the rule takes every command, a stricter one above it looks for words and can't have seen what runs inside.
    fn rests_on_words(&self, rule_id: &str, command: &Command) -> bool {
        let by_words = |rule: &Rule| rule.source.when.command_matches.is_some();
        let decided = self.rules().iter().position(|rule| rule.source.id == rule_id);
        match decided.and_then(|decided| self.rules().get(decided)) {
            Some(rule) if by_words(rule) => !rule.spells_out(command),
            _ => {
                let above = self.rules().iter().take(decided.unwrap_or(usize::MAX));
                above.filter(|rule| by_words(rule)).any(|rule| rule.source.decision != Verdict::Allow)
            }
        }
    }
}

impl Answer {
    fn ask(&mut self, rule_id: &str, reason: &str) {
        self.verdict = Verdict::AllowWithConfirm;
        self.rule_id = rule_id.to_owned();
        self.reason = reason.to_owned();
    }
}

const UNKNOWN: &str = "The call does not say what it touches, and no rule is about such calls.";

/// What meets a question: staging, and an allow that the person gave for the task.
fn lower(answer: &mut Answer, item: &Item, call: &Call, standing: &[Standing]) {
    if answer.verdict != Verdict::AllowWithConfirm {
        return;
    }
    if call.staged && is_staged(item) {
        answer.verdict = Verdict::Allow;
        answer.rule_id = "staged".to_owned();
        answer.reason = "The change is staged; nothing is written before it is reviewed.".to_owned();
    } else if !(call.tainted && leaves_the_folder(item))
        && standing.iter().any(|standing| standing.covers(item))
    {
        answer.verdict = Verdict::Allow;
        answer.rule_id = "standing".to_owned();
        answer.reason = "It was allowed for this task.".to_owned();
    }
}

/// Changes outside of output roots; those are written directly.
fn is_staged(item: &Item) -> bool {
    matches!(item, Item::File { act, .. } if *act != FileAct::Read)
        && !item.places().any(crate::Place::is_in_output_root)
}

/// What untrusted content may have talked a model into, with an effect beyond granted files.
fn leaves_the_folder(item: &Item) -> bool {
    match item {
        Item::Network { .. } | Item::Connector { .. } | Item::Command(_) => true,
        Item::File { .. } => false,
    }
}

fn by(rule: &Rule, item: Option<&Item>) -> Answer {
    let rule = &rule.source;
    let words = || format!("The rule `{}` {} {}.", rule.id, does(rule.decision), doing(item));
    Answer {
        verdict: rule.decision,
        rule_id: rule.id.clone(),
        reason: rule.reason.clone().unwrap_or_else(words),
        tags: rule.risk_tags.clone(),
    }
}

fn does(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "allows",
        Verdict::AllowWithConfirm => "asks before",
        Verdict::Deny => "denies",
    }
}

fn doing(item: Option<&Item>) -> &'static str {
    match item.map(Item::action) {
        Some(Action::FileRead) => "reading files",
        Some(Action::FileWrite) => "changing files",
        Some(Action::FileCreate) => "creating files",
        Some(Action::FileDelete) => "deleting files",
        Some(Action::FileRename) => "renaming files",
        Some(Action::FileMove) => "moving files",
        Some(Action::NetworkRequest) => "sending something to this host",
        Some(Action::ConnectorRead) => "reading from this connector",
        Some(Action::ConnectorAction) => "acting through this connector",
        Some(Action::ProcessExec) => "running this command",
        None => "this call",
    }
}

fn in_order(mut tags: Vec<RiskTag>) -> Vec<RiskTag> {
    tags.sort_unstable();
    tags.dedup();
    tags
}
