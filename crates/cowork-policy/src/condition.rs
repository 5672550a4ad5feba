//! What a rule matches.
//!
//! Always true: doubt never makes a rule more permissive. A rule that denies matches when one of an item's places, or a
//! name that only looks like it, is meant, and when a size is not known; a rule that permits matches when every place is
//! meant, by its exact name. Elsewhere: which rule decides (`judge`).

use cowork_contract::{Action, ActionGroup, ActionPattern, PolicyRule, Verdict};

use crate::{
    Call, Command, Item, Surroundings,
    glob::{Glob, GlobFault},
    names::{fold, fold_path, is_secret, is_system},
    place::{GrantedPath, Place},
};

/// A rule, ready to match.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) source: PolicyRule,
    pub(crate) globs: Option<Globs>,
}

/// Why a rule does not match, as the name of the condition that does not hold.
pub(crate) type Unmet = &'static str;

impl Rule {
    /// Whether the rule is about the item; `None` is an act that no action names.
    pub(crate) fn matches(
        &self,
        item: Option<&Item>,
        call: &Call,
        surroundings: &Surroundings,
    ) -> Result<(), Unmet> {
        let when = &self.source.when;
        let holds = |given: Option<bool>, actual: bool| given.is_none_or(|given| given == actual);
        if !covers(self.source.action, item.map(Item::action)) {
            return Err("action");
        }
        if when.tool_name.as_ref().is_some_and(|names| !names.contains(&call.tool)) {
            return Err("toolName");
        }
        if !holds(when.task_tainted, call.tainted) {
            return Err("taskTainted");
        }
        self.matches_places(item)?;
        let host = matches!(item, Some(Item::Network { host, port, .. })
            if when.host_in_allowlist == Some(surroundings.allows(host, *port)));
        if when.host_in_allowlist.is_some() && !host {
            return Err("hostInAllowlist");
        }
        let scope = matches!(item, Some(Item::Connector { in_scope, .. })
            if when.connector_scope_allowed == Some(*in_scope));
        if when.connector_scope_allowed.is_some() && !scope {
            return Err("connectorScopeAllowed");
        }
        match (&when.command_matches, item) {
            (None, _) => Ok(()),
            (Some(prefixes), Some(Item::Command(command))) if self.matches_command(prefixes, command) => {
                Ok(())
            }
            _ => Err("commandMatches"),
        }
    }

    fn matches_places(&self, item: Option<&Item>) -> Result<(), Unmet> {
        let when = &self.source.when;
        if let Some(given) = when.path_within_grant
            && !self.meets(item, |place| place.granted().is_some() == given)
        {
            return Err("pathWithinGrant");
        }
        if let Some(given) = when.path_within_output_root
            && !self.meets(item, |place| place.is_in_output_root() == given)
        {
            return Err("pathWithinOutputRoot");
        }
        if let Some(globs) = &self.globs
            && !self.meets(item, |place| place.granted().is_some_and(|path| globs.mean(path)))
        {
            return Err("matchesPattern");
        }
        match (when.file_size_greater_than, item) {
            (None, _) => Ok(()),
            (Some(limit), Some(Item::File { size: Some(size), .. })) if *size > limit => Ok(()),
            (Some(_), Some(Item::File { size: None, .. })) if self.source.decision != Verdict::Allow => {
                Ok(())
            }
            _ => Err("fileSizeGreaterThan"),
        }
    }

    /// Whether the places are meant: one of them is enough to deny, all must be to permit.
    fn meets(&self, item: Option<&Item>, meant: impl Fn(&Place) -> bool) -> bool {
        let mut places = item.into_iter().flat_map(Item::places).peekable();
        match self.source.decision {
            _ if places.peek().is_none() => false,
            Verdict::Deny => places.any(meant),
            Verdict::Allow | Verdict::AllowWithConfirm => places.all(meant),
        }
    }

    fn matches_command(&self, prefixes: &[Vec<String>], command: &Command) -> bool {
        match self.source.decision {
            Verdict::Deny => prefixes.iter().any(|prefix| command.resembles(prefix)),
            _ => prefixes.iter().any(|prefix| command.begins_with(prefix)),
        }
    }

    /// Whether the rule knows the command word for word.
    pub(crate) fn spells_out(&self, command: &Command) -> bool {
        let prefixes = self.source.when.command_matches.as_deref().unwrap_or_default();
        prefixes.iter().any(|prefix| command.words() == Some(prefix.as_slice()))
    }

    /// Whether the rule names the guarded path: one of its patterns that matches is itself written like a secret or like a
    /// path of the system.
    pub(crate) fn names(&self, path: &GrantedPath) -> bool {
        let Some(globs) = &self.globs else { return false };
        (!is_secret(path.path()) || globs.matching(path).any(|glob| is_secret(&glob.written)))
            && (!is_system(&path.whole()) || globs.matching(path).any(|glob| is_system(&glob.written)))
    }
}

/// Whether an action is meant; what no action names is meant by `*` alone.
pub(crate) fn covers(pattern: ActionPattern, action: Option<Action>) -> bool {
    match (pattern, action) {
        (ActionPattern::Group(ActionGroup::Any), _) => true,
        (ActionPattern::One(one), Some(action)) => one == action,
        (ActionPattern::Group(ActionGroup::File), Some(action)) => action.name().starts_with("file."),
        (ActionPattern::Group(ActionGroup::Connector), Some(action)) => {
            action.name().starts_with("connector.")
        }
        (_, None) => false,
    }
}

/// The patterns of one rule.
#[derive(Debug)]
pub(crate) struct Globs {
    /// Whether names that look like a match are one.
    lookalikes: bool,
    globs: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    written: String,
    exact: Glob,
    folded: Option<Glob>,
}

impl Globs {
    pub(crate) fn new(decision: Verdict) -> Self {
        Self { lookalikes: decision == Verdict::Deny, globs: Vec::new() }
    }

    /// Takes a pattern in.
    pub(crate) fn add(&mut self, written: &str) -> Result<(), GlobFault> {
        let exact = Glob::parse(written)?;
        let folded = self.lookalikes.then(|| exact.folded());
        self.globs.push(Pattern { written: written.to_owned(), exact, folded });
        Ok(())
    }

    fn mean(&self, path: &GrantedPath) -> bool {
        self.matching(path).next().is_some()
    }

    fn matching<'a>(&'a self, path: &'a GrantedPath) -> impl Iterator<Item = &'a Pattern> {
        self.globs.iter().filter(|pattern| match pattern.exact.is_whole() {
            true => pattern.matches(&path.whole()),
            false => pattern.matches(path.path()),
        })
    }
}

impl Pattern {
    fn matches(&self, path: &str) -> bool {
        self.exact.matches(path)
            || self
                .folded
                .as_ref()
                .is_some_and(|glob| glob.matches(&fold(path)) || glob.matches(&fold_path(path)))
    }
}
