//! Explaining a described call, and trying a policy against what happened.

use cowork_contract::{Action, DescribedItem, ExplainRequest, Verdict};
use cowork_policy::{DescriptionFault, FileAct, PastCall, Place, Session, call_of};
use serde_json::json;

use crate::support::{at, call, command, file, network, policy, standard};

/// A session with the project granted.
struct Granted;

impl Session for Granted {
    fn place(&self, path: &str) -> Place {
        path.strip_prefix("/home/ada/project/").map_or(Place::Outside, at)
    }

    fn exists(&self, path: &str) -> bool {
        path.ends_with("old.txt")
    }

    fn in_scope(&self, connector: &str, _tool: &str) -> bool {
        connector == "tracker"
    }
}

fn asked(items: serde_json::Value) -> Result<cowork_policy::Call, DescriptionFault> {
    let request: ExplainRequest =
        serde_json::from_value(json!({ "toolName": "tool", "items": items })).unwrap();
    call_of(&request, &Granted)
}

#[test]
fn a_described_call_is_explained_rule_by_rule() {
    let call = asked(json!([{ "action": "file.write", "path": "/home/ada/project/a.txt" }])).unwrap();
    let answer = standard().explain(&call);
    assert_eq!(
        (answer.decision.verdict, answer.decision.rule_id.as_str()),
        (Verdict::AllowWithConfirm, "write")
    );
    let told: Vec<_> = answer
        .considered
        .iter()
        .map(|rule| (rule.rule_id.as_str(), rule.matched, rule.why.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("read-in-grants", false, "It is about another action."),
            ("write-in-output-roots", false, "Its condition `pathWithinOutputRoot` does not hold."),
            ("write", true, "It matches."),
        ]
    );
    let outside =
        standard().explain(&asked(json!([{ "action": "file.read", "path": "/etc/passwd" }])).unwrap());
    assert_eq!(outside.decision.rule_id, "builtin.outside-grants");
    assert_eq!(outside.considered, []);
}

#[test]
fn every_action_can_be_described() {
    for (item, rule_id) in [
        (json!({ "action": "file.read", "path": "/home/ada/project/.env" }), "builtin.secret"),
        (
            json!({ "action": "file.create", "path": "/home/ada/project/out/a", "sizeBytes": 3 }),
            "create-in-output-roots",
        ),
        (json!({ "action": "file.delete", "path": "/home/ada/project/a" }), "delete"),
        (
            json!({ "action": "file.move", "path": "/home/ada/project/a", "to": "/home/ada/project/b/a" }),
            "move",
        ),
        (
            json!({ "action": "file.rename", "path": "/home/ada/project/a", "to": "/etc/a" }),
            "builtin.outside-grants",
        ),
        (json!({ "action": "network.request", "host": "docs.example.com" }), "request-to-allowed-hosts"),
        (json!({ "action": "network.request", "host": "docs.example.com", "port": 80 }), "request"),
        (
            json!({ "action": "connector.read", "connector": "tracker", "connectorTool": "list" }),
            "connector-read",
        ),
        (json!({ "action": "connector.action", "connector": "other", "connectorTool": "add" }), "fallback"),
        (json!({ "action": "process.exec", "command": "make all" }), "exec"),
    ] {
        let call = asked(json!([item])).unwrap();
        assert_eq!(standard().explain(&call).decision.rule_id, rule_id, "{item}");
    }
    let replacing = asked(
        json!([{ "action": "file.rename", "path": "/home/ada/project/a", "to": "/home/ada/project/old.txt" }]),
    );
    assert_eq!(
        standard().explain(&replacing.unwrap()).decision.risk_tags,
        [cowork_contract::RiskTag::Overwrite]
    );
}

#[test]
fn what_a_description_lacks_is_told() {
    for (item, field) in [
        (json!({ "action": "file.read" }), "path"),
        (json!({ "action": "file.move", "path": "a" }), "to"),
        (json!({ "action": "network.request" }), "host"),
        (json!({ "action": "connector.read", "connector": "a" }), "connectorTool"),
        (json!({ "action": "process.exec" }), "command"),
    ] {
        let fault = asked(json!([{ "action": "file.read", "path": "a" }, item])).unwrap_err().to_string();
        assert!(fault.contains("items[1]") && fault.contains(field), "{fault}");
    }
    assert!(
        asked(json!([{ "action": "network.request", "host": "a b" }]))
            .unwrap_err()
            .to_string()
            .contains("a b")
    );
    let unknown = json!({ "action": "file.read", "pfad": "a" });
    assert!(serde_json::from_value::<DescribedItem>(unknown).is_err());
    assert_eq!(Action::ALL.map(|action| json!(action)), Action::ALL.map(|action| json!(action.name())));
}

#[test]
fn a_new_policy_is_tried_against_what_happened() {
    let past = |item, verdict, rule_id: &str, staged| {
        let mut call = call([item]);
        call.staged = staged;
        PastCall { call, verdict, rule_id: rule_id.to_owned() }
    };
    let happened = [
        past(file(FileAct::Read, "a"), Verdict::Allow, "read-in-grants", false),
        past(file(FileAct::Write, "docs/a"), Verdict::AllowWithConfirm, "write", false),
        past(file(FileAct::Write, "a"), Verdict::Allow, "staged", true),
        past(command("git status"), Verdict::AllowWithConfirm, "exec", false),
        past(network("other.example.com"), Verdict::Deny, "request", false),
    ];
    assert_eq!(standard().changes(&happened).count(), 0);
    let stricter = policy(json!([
        { "id": "docs", "action": "file.write", "when": { "matchesPattern": "docs/**" }, "decision": "deny" },
        { "id": "files", "action": "file.write", "decision": "allow_with_confirm" },
        { "id": "read", "action": "file.read", "decision": "allow" },
        { "id": "git", "action": "process.exec", "when": { "commandMatches": [["git", "status"]] }, "decision": "allow" },
    ]));
    let changes: Vec<_> = stricter
        .changes(&happened)
        .map(|change| (change.index, change.now.rule_id.clone(), change.is_more_permissive()))
        .collect();
    assert_eq!(changes, [(1, "docs".to_owned(), false), (3, "git".to_owned(), true)]);
}
