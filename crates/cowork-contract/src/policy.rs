//! The policy as a person writes it, and what it answers.
//!
//! Always true: a document with a key, an action or a condition that is not named here is refused whole. Elsewhere:
//! reading, judging and explaining it (`cowork-policy`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{RiskTag, SessionId};

/// The one version of the document's language.
pub const POLICY_VERSION: &str = "1.0";

/// What a call does to one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub enum Action {
    /// A file or folder is read or listed.
    #[serde(rename = "file.read")]
    FileRead,
    /// What a file holds is changed.
    #[serde(rename = "file.write")]
    FileWrite,
    /// A file or folder is made where none was.
    #[serde(rename = "file.create")]
    FileCreate,
    /// A file or folder is removed.
    #[serde(rename = "file.delete")]
    FileDelete,
    /// A file or folder gets another name.
    #[serde(rename = "file.rename")]
    FileRename,
    /// A file or folder goes to another folder.
    #[serde(rename = "file.move")]
    FileMove,
    /// Something is sent to a host.
    #[serde(rename = "network.request")]
    NetworkRequest,
    /// A connector is asked for something.
    #[serde(rename = "connector.read")]
    ConnectorRead,
    /// A connector changes something.
    #[serde(rename = "connector.action")]
    ConnectorAction,
    /// A command runs.
    #[serde(rename = "process.exec")]
    ProcessExec,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::FileRead,
        Self::FileWrite,
        Self::FileCreate,
        Self::FileDelete,
        Self::FileRename,
        Self::FileMove,
        Self::NetworkRequest,
        Self::ConnectorRead,
        Self::ConnectorAction,
        Self::ProcessExec,
    ];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::FileRead => "file.read",
            Self::FileWrite => "file.write",
            Self::FileCreate => "file.create",
            Self::FileDelete => "file.delete",
            Self::FileRename => "file.rename",
            Self::FileMove => "file.move",
            Self::NetworkRequest => "network.request",
            Self::ConnectorRead => "connector.read",
            Self::ConnectorAction => "connector.action",
            Self::ProcessExec => "process.exec",
        }
    }
}

/// Several actions at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum ActionGroup {
    /// All that is done to files.
    #[serde(rename = "file.*")]
    File,
    /// All that a connector does.
    #[serde(rename = "connector.*")]
    Connector,
    /// Everything, also what no action names.
    #[serde(rename = "*")]
    Any,
}

/// Which actions a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ActionPattern {
    /// One.
    One(Action),
    /// A group.
    Group(ActionGroup),
}

/// What is answered to a call. Later ones are stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It runs.
    Allow,
    /// It runs when the person says so.
    AllowWithConfirm,
    /// It does not run.
    Deny,
}

/// A policy: rules in order, of which the first that matches decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyDocument {
    /// `1.0`.
    pub version: String,
    /// What holds where no rule matches.
    pub defaults: PolicyDefaults,
    /// In order.
    pub rules: Vec<PolicyRule>,
}

/// What holds where no rule matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyDefaults {
    /// The answer then.
    pub fallback: Verdict,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyRule {
    /// Names it in decisions and in the audit log; no two rules share one.
    pub id: String,
    /// What it is about.
    pub action: ActionPattern,
    /// All of these must hold. Absent: it always matches its action.
    #[serde(default, skip_serializing_if = "RuleConditions::is_empty")]
    pub when: RuleConditions,
    /// What it answers.
    pub decision: Verdict,
    /// Tags beside those that follow from the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risk_tags: Vec<RiskTag>,
    /// Why, in plain words. Absent: a sentence is made of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What must hold for a rule to match; every one that is given. A condition that the call can't meet (a pattern for paths
/// and a call to a host) does not hold. In a document that is loaded, one text may stand for a list of one; it is given
/// back as a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleConditions {
    /// Whether the path lies in a granted folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_within_grant: Option<bool>,
    /// Whether the path lies in an output root of its grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_within_output_root: Option<bool>,
    /// Globs for the path beneath the granted folder, one of which matches. `*` stays within a name, `**` goes over
    /// folders; without a slash it is the name at any depth; with a leading slash the whole path on this computer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matches_pattern: Option<Vec<String>>,
    /// The file, or what is to be written, has more bytes than this. A size that is not known counts as more, unless the
    /// rule allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_size_greater_than: Option<u64>,
    /// Whether the host and port are on the list of allowed hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_in_allowlist: Option<bool>,
    /// Whether the connector's scopes cover it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector_scope_allowed: Option<bool>,
    /// Beginnings of a command, word by word, one of which matches. A command with shell syntax matches none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_matches: Option<Vec<Vec<String>>>,
    /// Whether the task has read untrusted content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_tainted: Option<bool>,
    /// The tool has one of these names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_name: Option<Vec<String>>,
}

impl RuleConditions {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Why a document is refused: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[error("line {line}, column {column}, at {key}: {problem} {remedy}")]
#[serde(rename_all = "camelCase")]
pub struct PolicyFault {
    /// Counted from 1.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
    /// The way to it, such as `rules[2].when.matchesPattern[0]`; `document` for the whole.
    pub key: String,
    /// What is wrong, a sentence.
    pub problem: String,
    /// What mends it, a sentence.
    pub remedy: String,
}

/// Something that is legal and probably not what was meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyWarning {
    /// What it is.
    pub kind: PolicyWarningKind,
    /// The rule that it is about. Absent: the defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<String>,
    /// The rule above that causes it. Absent: none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because_of: Option<String>,
    /// What it means and what mends it.
    pub message: String,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum PolicyWarningKind {
    /// No call can match the rule.
    NeverMatches,
    /// A rule above always decides first.
    NeverDecides,
    /// An allow stands above a deny and takes calls from it.
    AllowAboveDeny,
    /// What no rule knows is allowed.
    FallbackAllows,
}

/// What is answered to a call, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDecision {
    /// The strictest of its items'.
    pub verdict: Verdict,
    /// The rule that decided; `builtin.…`, `fallback`, `staged` and `standing` are no rules of the document.
    pub rule_id: String,
    /// Why, in plain words.
    pub reason: String,
    /// What makes the call worth asking about, over all items.
    pub risk_tags: Vec<RiskTag>,
    /// The policy that answered: a hash over the document and the hosts.
    pub policy_version: String,
    /// One for each thing that the call touches, in its order; one for a call that touches nothing.
    pub items: Vec<ItemDecision>,
}

/// What is answered to one thing that a call touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemDecision {
    /// What would be done. Absent: no action names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// To what: a path beneath its grant, a host with its port, a command.
    pub target: String,
    /// The answer.
    pub verdict: Verdict,
    /// The rule that decided.
    pub rule_id: String,
    /// Why, in plain words.
    pub reason: String,
    /// What makes it worth asking about.
    pub risk_tags: Vec<RiskTag>,
}

/// Asks what would be answered to a call. Nothing is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExplainRequest {
    /// Whose grants and connectors hold. Absent: none are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The tool that would be called.
    pub tool_name: String,
    /// What it would touch.
    pub items: Vec<DescribedItem>,
    /// Whether its task has read untrusted content.
    #[serde(default)]
    pub task_tainted: bool,
}

/// One thing that a described call would touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DescribedItem {
    /// What would be done.
    pub action: Action,
    /// For files: the path, whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// For `file.rename` and `file.move`: where to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// For files: bytes. Absent: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// For `network.request`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// For `network.request`. Absent: 443.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// For connectors: its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<String>,
    /// For connectors: the tool that would be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector_tool: Option<String>,
    /// For `process.exec`: the command as it would be typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// What would be answered, and how each rule looked at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainAnswer {
    /// The answer.
    pub decision: PolicyDecision,
    /// The rules in the order in which they were looked at, up to the one that decided, for each item.
    pub considered: Vec<ConsideredRule>,
}

/// How one rule looked at one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsideredRule {
    /// Which item, counted from 0.
    pub item: u32,
    /// The rule.
    pub rule_id: String,
    /// Whether it decided.
    pub matched: bool,
    /// Why it did or did not.
    pub why: String,
}
