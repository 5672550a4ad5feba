//! What is legal and probably not what was meant.
//!
//! Always true: a rule that is called useless changes no answer; silence proves nothing. Elsewhere: what is refused
//! (`document`).

use cowork_contract::{
    Action, ActionPattern, PolicyDocument, PolicyRule, PolicyWarning, PolicyWarningKind, RuleConditions,
    Verdict,
};

use crate::{
    Policy,
    condition::covers,
    names::{is_secret, is_system},
};

impl Policy {
    /// The document's oddities, in the order of its rules.
    pub fn lint(&self) -> Vec<PolicyWarning> {
        let document: &PolicyDocument = self.document();
        let mut warnings: Vec<PolicyWarning> = fallback(document).into_iter().collect();
        for (index, rule) in document.rules.iter().enumerate() {
            let above = &document.rules[..index];
            warnings.extend(never_matches(rule).or_else(|| never_decides(rule, above)));
            warnings.extend(allow_above(rule, above));
        }
        warnings
    }
}

fn warning(
    kind: PolicyWarningKind,
    rule: &PolicyRule,
    above: Option<&PolicyRule>,
    message: String,
) -> PolicyWarning {
    PolicyWarning {
        kind,
        rule_id: Some(rule.id.clone()),
        because_of: above.map(|above| above.id.clone()),
        message,
    }
}

fn fallback(document: &PolicyDocument) -> Option<PolicyWarning> {
    (document.defaults.fallback == Verdict::Allow).then(|| PolicyWarning {
        kind: PolicyWarningKind::FallbackAllows,
        rule_id: None,
        because_of: None,
        message:
            "What no rule knows is allowed, also tools that come later. Set `defaults.fallback` to `deny`."
                .to_owned(),
    })
}

/// A condition that the rule's actions can't meet, or that built-in denials leave nothing for.
fn never_matches(rule: &PolicyRule) -> Option<PolicyWarning> {
    let never = |message: String| Some(warning(PolicyWarningKind::NeverMatches, rule, None, message));
    let possible: Vec<Action> = actions(rule.action).filter(|action| can_meet(&rule.when, *action)).collect();
    if possible.is_empty() {
        return never(
            "Its conditions are about other things than its action, so no call can match it.".to_owned(),
        );
    }
    if rule.when.path_within_grant == Some(false) {
        return never("What is outside the granted folders is denied before any rule is asked.".to_owned());
    }
    None
}

fn actions(pattern: ActionPattern) -> impl Iterator<Item = Action> {
    Action::ALL.into_iter().filter(move |action| covers(pattern, Some(*action)))
}

/// Whether a call with the action can have what the conditions ask for.
fn can_meet(when: &RuleConditions, action: Action) -> bool {
    let name = action.name();
    let about = |asked: bool, prefix: &str| !asked || name.starts_with(prefix);
    let file = when.path_within_grant.is_some()
        || when.path_within_output_root.is_some()
        || when.matches_pattern.is_some()
        || when.file_size_greater_than.is_some();
    about(file, "file.")
        && about(when.host_in_allowlist.is_some(), "network.")
        && about(when.connector_scope_allowed.is_some(), "connector.")
        && about(when.command_matches.is_some(), "process.")
}

/// A rule above that matches whatever this one matches.
fn never_decides(rule: &PolicyRule, above: &[PolicyRule]) -> Option<PolicyWarning> {
    let first = above.iter().find(|above| matches_all_of(above, rule))?;
    let message = match (first.decision, rule.decision) {
        (Verdict::Allow, Verdict::Deny) => {
            format!("`{}` above allows all that this rule would deny. Put this rule first.", first.id)
        }
        _ => format!(
            "`{}` above decides on all that this rule is about. Put this rule first, or remove it.",
            first.id
        ),
    };
    let kind = match (first.decision, rule.decision) {
        (Verdict::Allow, Verdict::Deny) => PolicyWarningKind::AllowAboveDeny,
        _ => PolicyWarningKind::NeverDecides,
    };
    Some(warning(kind, rule, Some(first), message))
}

/// An allow above that takes some calls from a deny: its conditions and the deny's may hold together.
fn allow_above(rule: &PolicyRule, above: &[PolicyRule]) -> Option<PolicyWarning> {
    if rule.decision != Verdict::Deny || rule.when.is_empty() {
        return None;
    }
    let allow = above.iter().find(|above| {
        above.decision == Verdict::Allow && !matches_all_of(above, rule) && may_meet(above, rule)
    })?;
    let message =
        format!("`{}` above allows some of what this rule would deny. Put this rule first.", allow.id);
    Some(warning(PolicyWarningKind::AllowAboveDeny, rule, Some(allow), message))
}

/// Whether the upper rule is certain to match whatever the lower one matches. A deny matches more than its conditions
/// say, and a rule that permits passes by guarded paths that it does not name, so there nothing is certain.
fn matches_all_of(upper: &PolicyRule, lower: &PolicyRule) -> bool {
    let (up, low) = (&upper.when, &lower.when);
    let same_reading = upper.decision == Verdict::Deny || lower.decision != Verdict::Deny;
    let literal = up.path_within_output_root.is_none()
        && up.file_size_greater_than.is_none()
        && up.matches_pattern.is_none()
        && up.command_matches.is_none();
    covers_all(upper.action, lower.action)
        && (same_reading || literal)
        && (upper.decision == Verdict::Deny || !names_guarded(low))
        && implied(up.path_within_grant.as_ref(), low.path_within_grant.as_ref())
        && implied(up.path_within_output_root.as_ref(), low.path_within_output_root.as_ref())
        && implied(up.host_in_allowlist.as_ref(), low.host_in_allowlist.as_ref())
        && implied(up.connector_scope_allowed.as_ref(), low.connector_scope_allowed.as_ref())
        && implied(up.task_tainted.as_ref(), low.task_tainted.as_ref())
        && within(up.tool_name.as_deref(), low.tool_name.as_deref(), |up, low| up == low)
        && within(up.matches_pattern.as_deref(), low.matches_pattern.as_deref(), |up, low| {
            up == low || up == "**"
        })
        && within(up.command_matches.as_deref(), low.command_matches.as_deref(), |up, low| {
            low.starts_with(up)
        })
        && up.file_size_greater_than.is_none_or(|up| low.file_size_greater_than.is_some_and(|low| up <= low))
}

fn names_guarded(when: &RuleConditions) -> bool {
    let guarded = |pattern: &String| is_secret(pattern) || is_system(pattern);
    when.matches_pattern.as_ref().is_some_and(|patterns| patterns.iter().any(guarded))
}

fn covers_all(upper: ActionPattern, lower: ActionPattern) -> bool {
    (is_any(upper) || !is_any(lower)) && actions(lower).all(|action| covers(upper, Some(action)))
}

fn is_any(pattern: ActionPattern) -> bool {
    covers(pattern, None)
}

/// What the upper rule asks for, the lower one asks for too.
fn implied<T: PartialEq>(upper: Option<&T>, lower: Option<&T>) -> bool {
    upper.is_none() || upper == lower
}

/// Each of the lower rule's values is one of the upper rule's.
fn within<T>(upper: Option<&[T]>, lower: Option<&[T]>, meant: impl Fn(&T, &T) -> bool) -> bool {
    match (upper, lower) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(upper), Some(lower)) => lower.iter().all(|low| upper.iter().any(|up| meant(up, low))),
    }
}

/// Whether a call may match both, as far as that can't be ruled out.
fn may_meet(one: &PolicyRule, other: &PolicyRule) -> bool {
    let (a, b) = (&one.when, &other.when);
    let mut shared = actions(one.action).filter(|action| covers(other.action, Some(*action)));
    shared.any(|action| can_meet(a, action) && can_meet(b, action))
        && agree(a.host_in_allowlist, b.host_in_allowlist)
        && agree(a.connector_scope_allowed, b.connector_scope_allowed)
        && agree(a.task_tainted, b.task_tainted)
        && share(a.tool_name.as_deref(), b.tool_name.as_deref(), |a, b| a == b)
        && share(a.command_matches.as_deref(), b.command_matches.as_deref(), |a, b| {
            a.starts_with(b) || b.starts_with(a)
        })
        && share(a.matches_pattern.as_deref(), b.matches_pattern.as_deref(), |a, b| may_share_a_path(a, b))
}

fn agree(one: Option<bool>, other: Option<bool>) -> bool {
    one.is_none() || other.is_none() || one == other
}

fn share<T>(one: Option<&[T]>, other: Option<&[T]>, meet: impl Fn(&T, &T) -> bool) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.iter().any(|one| other.iter().any(|other| meet(one, other))),
        _ => true,
    }
}

/// Whether two patterns may mean one path: they don't when they begin with different folders.
fn may_share_a_path(one: &str, other: &str) -> bool {
    const MAGIC: [char; 5] = ['*', '?', '[', '{', '\\'];
    let folders = |pattern: &str| -> Vec<String> {
        let mut names: Vec<&str> = pattern.split('/').collect();
        names.pop();
        names.iter().take_while(|name| !name.contains(MAGIC)).map(|name| name.to_lowercase()).collect()
    };
    let whole = |pattern: &str| pattern.starts_with('/');
    whole(one) != whole(other) || folders(one).iter().zip(&folders(other)).all(|(one, other)| one == other)
}
