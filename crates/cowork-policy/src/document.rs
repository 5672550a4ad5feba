//! The document as it is loaded: all of it, or a fault with its place and what mends it.
//!
//! Always true: no input panics; what is not known is a fault, never skipped; sizes are bounded by the limits here.
//! Elsewhere: what a rule matches (`condition`), what is legal and odd (`lint`).

use cowork_contract::{
    Action, ActionGroup, ActionPattern, POLICY_VERSION, PolicyDefaults, PolicyDocument, PolicyFault,
    PolicyRule, RiskTag, RuleConditions, Verdict,
};

use crate::{
    condition::{Globs, Rule},
    json::{Fields, Node, shortened},
};

/// Bytes of a document.
pub const DOCUMENT_MAX: usize = 256 << 10;
/// Rules of a document.
pub const RULES_MAX: usize = 500;
/// Values of one condition.
pub const VALUES_MAX: usize = 100;
/// Patterns of a whole document: each is a small machine in memory.
pub const PATTERNS_MAX: usize = 1_000;
const ID_MAX: usize = 64;
const TEXT_MAX: usize = 500;

/// The rules' ids that only the policy itself gives.
const RESERVED: [&str; 3] = ["fallback", "staged", "standing"];

const VERDICTS: [(&str, Verdict); 3] =
    [("allow", Verdict::Allow), ("allow_with_confirm", Verdict::AllowWithConfirm), ("deny", Verdict::Deny)];

const TAGS: [(&str, RiskTag); 6] = [
    ("delete", RiskTag::Delete),
    ("overwrite", RiskTag::Overwrite),
    ("network", RiskTag::Network),
    ("connector", RiskTag::Connector),
    ("batch", RiskTag::Batch),
    ("execute", RiskTag::Execute),
];

const CONDITIONS: [&str; 9] = [
    "pathWithinGrant",
    "pathWithinOutputRoot",
    "matchesPattern",
    "fileSizeGreaterThan",
    "hostInAllowlist",
    "connectorScopeAllowed",
    "commandMatches",
    "taskTainted",
    "toolName",
];

/// A document with its rules ready to match.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) document: PolicyDocument,
    pub(crate) rules: Vec<Rule>,
}

/// Reads a whole document.
pub(crate) fn load(text: &str) -> Result<Loaded, PolicyFault> {
    if text.len() > DOCUMENT_MAX {
        return Err(PolicyFault {
            line: 1,
            column: 1,
            key: "document".to_owned(),
            problem: format!("The document has {} bytes; at most {DOCUMENT_MAX} are read.", text.len()),
            remedy: "Remove rules, or join patterns into one rule.".to_owned(),
        });
    }
    let root = Node::read(text)?;
    let fields = root.fields()?;
    fields.only(&["version", "defaults", "rules"])?;
    let version = fields.required("version")?.one_of(&[(POLICY_VERSION, POLICY_VERSION)])?.to_owned();
    let defaults = fields.required("defaults")?.fields()?;
    defaults.only(&["fallback"])?;
    let fallback = defaults.required("fallback")?.one_of(&VERDICTS)?;
    let rules = rules(fields.required("rules")?)?;
    let document = PolicyDocument {
        version,
        defaults: PolicyDefaults { fallback },
        rules: rules.iter().map(|rule| rule.source.clone()).collect(),
    };
    Ok(Loaded { document, rules })
}

fn rules(list: &Node<'_>) -> Result<Vec<Rule>, PolicyFault> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut patterns = 0;
    for node in list.list(0, RULES_MAX)? {
        let fields = node.fields()?;
        let rule = rule(&fields)?;
        if let Some(first) = rules.iter().position(|other| other.source.id == rule.source.id) {
            let problem = format!("`rules[{first}]` has the id `{}` too.", rule.source.id);
            return Err(fields.required("id")?.fault(problem, "Give each rule an id of its own."));
        }
        patterns += rule.source.when.matches_pattern.as_ref().map_or(0, Vec::len);
        if patterns > PATTERNS_MAX {
            let problem =
                format!("Up to here there are {patterns} patterns; a document has at most {PATTERNS_MAX}.");
            return Err(node.fault(problem, "Join patterns, such as `*.{png,jpg}`."));
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn rule(fields: &Fields<'_>) -> Result<Rule, PolicyFault> {
    fields.only(&["id", "action", "when", "decision", "riskTags", "reason"])?;
    let id = id(fields.required("id")?)?;
    let action = fields.required("action")?.one_of(&actions())?;
    let decision = fields.required("decision")?.one_of(&VERDICTS)?;
    let (when, globs) = match fields.optional("when") {
        Some(node) => conditions(&node.fields()?, decision)?,
        None => (RuleConditions::default(), None),
    };
    let risk_tags = match fields.optional("riskTags") {
        Some(node) => {
            node.list(0, TAGS.len())?.iter().map(|tag| tag.one_of(&TAGS)).collect::<Result<_, _>>()?
        }
        None => Vec::new(),
    };
    let reason = fields.optional("reason").map(|node| node.string(TEXT_MAX)).transpose()?;
    Ok(Rule { source: PolicyRule { id, action, when, decision, risk_tags, reason }, globs })
}

fn actions() -> Vec<(&'static str, ActionPattern)> {
    let groups =
        [("file.*", ActionGroup::File), ("connector.*", ActionGroup::Connector), ("*", ActionGroup::Any)];
    let groups = groups.map(|(name, group)| (name, ActionPattern::Group(group)));
    Action::ALL.iter().map(|action| (action.name(), ActionPattern::One(*action))).chain(groups).collect()
}

fn id(node: &Node<'_>) -> Result<String, PolicyFault> {
    let id = node.string(ID_MAX)?;
    let plain = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    if !id.chars().all(plain) {
        let problem = format!("`{}` is no id.", shortened(&id));
        return Err(node.fault(problem, "Use the letters a to z, digits, dots, underscores and hyphens."));
    }
    if id.starts_with("builtin.") || RESERVED.contains(&id.as_str()) {
        let problem = format!("The id `{id}` is one that the policy itself gives.");
        return Err(node.fault(problem, "Choose another id."));
    }
    Ok(id)
}

fn conditions(
    fields: &Fields<'_>,
    decision: Verdict,
) -> Result<(RuleConditions, Option<Globs>), PolicyFault> {
    fields.only(&CONDITIONS)?;
    let boolean = |name| fields.optional(name).map(Node::boolean).transpose();
    let (patterns, globs) = match fields.optional("matchesPattern") {
        Some(node) => {
            let (patterns, globs) = patterns(node, decision)?;
            (Some(patterns), Some(globs))
        }
        None => (None, None),
    };
    let when = RuleConditions {
        path_within_grant: boolean("pathWithinGrant")?,
        path_within_output_root: boolean("pathWithinOutputRoot")?,
        matches_pattern: patterns,
        file_size_greater_than: fields.optional("fileSizeGreaterThan").map(Node::whole_number).transpose()?,
        host_in_allowlist: boolean("hostInAllowlist")?,
        connector_scope_allowed: boolean("connectorScopeAllowed")?,
        command_matches: fields.optional("commandMatches").map(commands).transpose()?,
        task_tainted: boolean("taskTainted")?,
        tool_name: fields.optional("toolName").map(strings).transpose()?,
    };
    Ok((when, globs))
}

fn patterns(node: &Node<'_>, decision: Verdict) -> Result<(Vec<String>, Globs), PolicyFault> {
    let mut globs = Globs::new(decision);
    let mut patterns = Vec::new();
    for value in one_or_more(node)? {
        let pattern = value.string(TEXT_MAX)?;
        globs.add(&pattern).map_err(|fault| value.fault(fault.problem, fault.remedy))?;
        patterns.push(pattern);
    }
    Ok((patterns, globs))
}

fn commands(node: &Node<'_>) -> Result<Vec<Vec<String>>, PolicyFault> {
    let prefix = |node: &Node<'_>| {
        node.list(1, VALUES_MAX)?.iter().map(|word| word.string(TEXT_MAX)).collect::<Result<Vec<_>, _>>()
    };
    node.list(1, VALUES_MAX)?.iter().map(prefix).collect()
}

fn strings(node: &Node<'_>) -> Result<Vec<String>, PolicyFault> {
    one_or_more(node)?.iter().map(|value| value.string(TEXT_MAX)).collect()
}

/// A list, or one value for a list of one.
fn one_or_more<'a>(node: &Node<'a>) -> Result<Vec<Node<'a>>, PolicyFault> {
    if node.is_list() { node.list(1, VALUES_MAX) } else { Ok(vec![node.clone()]) }
}
