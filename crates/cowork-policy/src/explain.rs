//! What would be answered to a described call, and how each rule looked at it.
//!
//! Always true: explaining judges by the same code as deciding, and makes no permit. Elsewhere: finding the session's
//! grants and scopes (the caller, behind [`Session`]).

use cowork_contract::{Action, ConsideredRule, DescribedItem, ExplainAnswer, ExplainRequest};
use serde_json::Map;

use crate::{
    Call, Command, DEFAULT_PORT, FileAct, Host, Item, Place, Policy, Target,
    condition::Rule,
    judge::{Passed, Watch},
};

impl Policy {
    /// What would be answered, and by which rule. Nothing is done.
    pub fn explain(&self, call: &Call) -> ExplainAnswer {
        let mut considered = Considered { item: 0, rules: Vec::new() };
        let items: Vec<Option<&Item>> = match call.items.as_slice() {
            [] => vec![None],
            items => items.iter().map(Some).collect(),
        };
        let judged = items
            .into_iter()
            .zip(0..)
            .map(|(item, index)| {
                considered.item = index;
                self.judge_item(item, call, &[], &mut considered)
            })
            .collect();
        ExplainAnswer { decision: self.strictest(call, judged), considered: considered.rules }
    }
}

struct Considered {
    item: u32,
    rules: Vec<ConsideredRule>,
}

impl Watch for Considered {
    fn rule(&mut self, rule: &Rule, outcome: Result<(), Passed>) {
        let why = match &outcome {
            Ok(()) => "It matches.".to_owned(),
            Err(Passed::Unmet("action")) => "It is about another action.".to_owned(),
            Err(Passed::Unmet(condition)) => format!("Its condition `{condition}` does not hold."),
            Err(Passed::NotNamed) => {
                "It matches, but none of its patterns names the guarded path.".to_owned()
            }
        };
        self.rules.push(ConsideredRule {
            item: self.item,
            rule_id: rule.source.id.clone(),
            matched: outcome.is_ok(),
            why,
        });
    }
}

/// What a described call is about, as the caller knows it.
pub trait Session {
    /// Where a path lies.
    fn place(&self, path: &str) -> Place;
    /// Whether something lies there.
    fn exists(&self, path: &str) -> bool;
    /// Whether the connector's scopes cover the tool.
    fn in_scope(&self, connector: &str, tool: &str) -> bool;
}

/// What a description lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionFault {
    /// A field that the action needs.
    #[error("`items[{item}]` needs `{field}`, for its action is `{action}`.")]
    Missing {
        /// Which item, counted from 0.
        item: usize,
        /// The field.
        field: &'static str,
        /// The action that needs it.
        action: &'static str,
    },
    /// A host that is none.
    #[error("`items[{item}].host`: {fault}. Write it as it stands in an address, without a port.")]
    Host {
        /// Which item, counted from 0.
        item: usize,
        /// Why.
        fault: crate::NotAHost,
    },
}

/// The call that a request describes.
pub fn call_of(request: &ExplainRequest, session: &impl Session) -> Result<Call, DescriptionFault> {
    let mut call = Call::new(request.tool_name.clone(), Map::new());
    call.tainted = request.task_tainted;
    for (index, item) in request.items.iter().enumerate() {
        call.items.push(item_of(index, item, session)?);
    }
    Ok(call)
}

fn item_of(item: usize, described: &DescribedItem, session: &impl Session) -> Result<Item, DescriptionFault> {
    let action = described.action.name();
    let needed = |field, value: &Option<String>| {
        value.clone().ok_or(DescriptionFault::Missing { item, field, action })
    };
    let target = || {
        let to = needed("to", &described.to)?;
        Ok(Target { to: session.place(&to), replaces: session.exists(&to) })
    };
    let file = |act| {
        let path = needed("path", &described.path)?;
        Ok(Item::File { act, place: session.place(&path), size: described.size_bytes })
    };
    match described.action {
        Action::FileRead => file(FileAct::Read),
        Action::FileWrite => file(FileAct::Write),
        Action::FileCreate => file(FileAct::Create),
        Action::FileDelete => file(FileAct::Delete),
        Action::FileRename => file(FileAct::Rename(target()?)),
        Action::FileMove => file(FileAct::Move(target()?)),
        Action::NetworkRequest => {
            let host = Host::parse(&needed("host", &described.host)?)
                .map_err(|fault| DescriptionFault::Host { item, fault })?;
            Ok(Item::Network { host, port: described.port.unwrap_or(DEFAULT_PORT), addresses: Vec::new() })
        }
        Action::ConnectorRead | Action::ConnectorAction => {
            let connector = needed("connector", &described.connector)?;
            let tool = needed("connectorTool", &described.connector_tool)?;
            let in_scope = session.in_scope(&connector, &tool);
            Ok(Item::Connector {
                connector,
                tool,
                acts: described.action == Action::ConnectorAction,
                in_scope,
            })
        }
        Action::ProcessExec => Ok(Item::Command(Command::parse(&needed("command", &described.command)?))),
    }
}
