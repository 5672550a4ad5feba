//! What the linter says, and what it keeps quiet about.

use cowork_contract::PolicyWarningKind;
use cowork_policy::{Policy, Surroundings};
use serde_json::{Value, json};

use crate::support::policy;

use PolicyWarningKind::{AllowAboveDeny, FallbackAllows, NeverDecides, NeverMatches};

fn rule(id: &str, action: &str, decision: &str, when: Value) -> Value {
    json!({ "id": id, "action": action, "decision": decision, "when": when })
}

fn told(rules: Value) -> Vec<(PolicyWarningKind, String, Option<String>)> {
    let warnings = policy(rules).lint();
    warnings.into_iter().map(|warning| (warning.kind, warning.rule_id.unwrap(), warning.because_of)).collect()
}

#[test]
fn rules_that_can_never_match() {
    for (action, when) in [
        ("file.read", json!({ "commandMatches": [["ls"]] })),
        ("process.exec", json!({ "matchesPattern": "**" })),
        ("network.request", json!({ "connectorScopeAllowed": true })),
        ("*", json!({ "hostInAllowlist": true, "pathWithinGrant": true })),
        ("file.*", json!({ "pathWithinGrant": false })),
    ] {
        let warnings = told(json!([rule("r", action, "allow", when.clone())]));
        assert_eq!(warnings, [(NeverMatches, "r".to_owned(), None)], "{action} {when}");
    }
    for (action, when) in [
        ("*", json!({ "hostInAllowlist": true })),
        ("file.*", json!({ "pathWithinGrant": true, "fileSizeGreaterThan": 3 })),
        ("connector.*", json!({ "connectorScopeAllowed": false })),
        ("process.exec", json!({ "toolName": "run", "taskTainted": true })),
    ] {
        assert_eq!(told(json!([rule("r", action, "allow", when.clone())])), [], "{action} {when}");
    }
}

#[test]
fn rules_that_come_too_late() {
    for (first, then) in [
        (("file.*", json!({})), ("file.read", json!({}))),
        (("*", json!({})), ("*", json!({ "taskTainted": true }))),
        (
            ("file.read", json!({ "matchesPattern": ["a", "b"] })),
            ("file.read", json!({ "matchesPattern": ["b"] })),
        ),
        (
            ("process.exec", json!({ "commandMatches": [["git"]] })),
            ("process.exec", json!({ "commandMatches": [["git", "log"]] })),
        ),
        (
            ("file.read", json!({ "fileSizeGreaterThan": 10 })),
            ("file.read", json!({ "fileSizeGreaterThan": 20 })),
        ),
    ] {
        let rules = |decision| {
            json!([rule("a", first.0, "allow", first.1.clone()), rule("b", then.0, decision, then.1.clone())])
        };
        let late = (NeverDecides, "b".to_owned(), Some("a".to_owned()));
        assert_eq!(told(rules("allow_with_confirm")), [late], "{first:?} {then:?}");
        let taken = (AllowAboveDeny, "b".to_owned(), Some("a".to_owned()));
        assert_eq!(told(rules("deny")), [taken], "{first:?} {then:?}");
    }
    for (first, then) in [
        (("file.read", json!({})), ("file.*", json!({}))),
        (("file.*", json!({ "matchesPattern": "a" })), ("file.*", json!({}))),
        (("file.*", json!({})), ("*", json!({}))),
        (("file.*", json!({})), ("file.read", json!({ "matchesPattern": ".env" }))),
        (("file.*", json!({})), ("file.read", json!({ "matchesPattern": "/etc/hosts" }))),
        (
            ("process.exec", json!({ "commandMatches": [["git", "log"]] })),
            ("process.exec", json!({ "commandMatches": [["git"]] })),
        ),
    ] {
        let rules = json!([
            rule("a", first.0, "allow", first.1.clone()),
            rule("b", then.0, "allow_with_confirm", then.1.clone())
        ]);
        assert_eq!(told(rules), [], "{first:?} {then:?}");
    }
}

#[test]
fn an_allow_above_a_narrower_deny() {
    let pair = |first: Value, then: Value| {
        told(json!([rule("a", "*", "allow", first), rule("b", "*", "deny", then)]))
    };
    let taken = || vec![(AllowAboveDeny, "b".to_owned(), Some("a".to_owned()))];
    assert_eq!(pair(json!({}), json!({ "matchesPattern": "private/**" })), taken());
    assert_eq!(
        pair(json!({ "matchesPattern": "docs/**" }), json!({ "matchesPattern": "*.key.txt" })),
        taken()
    );
    assert_eq!(
        pair(json!({ "matchesPattern": "docs/**" }), json!({ "matchesPattern": "docs/a/**" })),
        taken()
    );
    assert_eq!(
        pair(json!({ "commandMatches": [["git"]] }), json!({ "commandMatches": [["git", "push"]] })),
        taken()
    );
    assert_eq!(pair(json!({ "matchesPattern": "docs/**" }), json!({ "matchesPattern": "src/**" })), []);
    assert_eq!(
        pair(json!({ "commandMatches": [["git", "log"]] }), json!({ "commandMatches": [["git", "push"]] })),
        []
    );
    assert_eq!(pair(json!({ "taskTainted": false }), json!({ "taskTainted": true })), []);
    assert_eq!(pair(json!({ "toolName": "x" }), json!({ "toolName": "y" })), []);
    assert_eq!(pair(json!({ "hostInAllowlist": true }), json!({ "matchesPattern": "a" })), []);
    // The other way round it is what was meant.
    assert_eq!(
        told(json!([
            rule("b", "*", "deny", json!({ "matchesPattern": "p/**" })),
            rule("a", "*", "allow", json!({}))
        ])),
        []
    );
}

#[test]
fn a_fallback_that_allows() {
    let document = json!({ "version": "1.0", "defaults": { "fallback": "allow" }, "rules": [] }).to_string();
    let warnings = Policy::load(&document, Surroundings::default()).unwrap().lint();
    assert_eq!(warnings.len(), 1);
    assert_eq!((warnings[0].kind, &warnings[0].rule_id), (FallbackAllows, &None));
}
