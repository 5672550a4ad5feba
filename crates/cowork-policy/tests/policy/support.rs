//! Calls in few words.

use std::sync::Arc;

use cowork_contract::{GrantId, Verdict};
use cowork_policy::{
    Call, Command, FileAct, Grant, Host, HostPattern, Item, Place, Policy, Surroundings, Target,
};
use serde_json::{Map, Value, json};

/// A granted folder with all rights and the output root `out`.
pub(crate) fn grant(id: &str, root: &str) -> Arc<Grant> {
    Arc::new(Grant {
        id: GrantId::new(id),
        root: root.to_owned(),
        allow_write: true,
        allow_create: true,
        allow_delete: true,
        output_roots: vec!["out".to_owned()],
    })
}

pub(crate) fn project() -> Arc<Grant> {
    grant("project", "/home/ada/project")
}

pub(crate) fn at(path: &str) -> Place {
    Place::beneath(&project(), path)
}

pub(crate) fn file(act: FileAct, path: &str) -> Item {
    Item::File { act, place: at(path), size: Some(100) }
}

pub(crate) fn to(path: &str) -> Target {
    Target { to: at(path), replaces: false }
}

pub(crate) fn network(host: &str) -> Item {
    Item::Network { host: Host::parse(host).unwrap(), port: 443, addresses: Vec::new() }
}

pub(crate) fn connector(acts: bool, in_scope: bool) -> Item {
    Item::Connector { connector: "tracker".to_owned(), tool: "list".to_owned(), acts, in_scope }
}

pub(crate) fn command(text: &str) -> Item {
    Item::Command(Command::parse(text))
}

pub(crate) fn call(items: impl IntoIterator<Item = Item>) -> Call {
    let mut call = Call::new("tool", arguments(json!({ "a": 1 })));
    call.items.extend(items);
    call
}

pub(crate) fn arguments(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("{other} is no object"),
    }
}

pub(crate) fn surroundings() -> Surroundings {
    Surroundings {
        allowed_hosts: vec![
            HostPattern::parse("docs.example.com").unwrap(),
            HostPattern::parse("*.crates.example").unwrap(),
        ],
        provider_hosts: vec![Host::parse("api.model.example").unwrap()],
        unconfined: None,
    }
}

pub(crate) fn standard() -> Policy {
    Policy::standard(surroundings())
}

/// A policy of these rules that denies all else.
pub(crate) fn policy(rules: Value) -> Policy {
    let document = json!({ "version": "1.0", "defaults": { "fallback": "deny" }, "rules": rules });
    Policy::load(&document.to_string(), surroundings()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The verdict and who decided.
pub(crate) fn judged(policy: &Policy, items: impl IntoIterator<Item = Item>) -> (Verdict, String) {
    let decision = policy.judge(&call(items), &[]);
    (decision.verdict, decision.rule_id)
}
