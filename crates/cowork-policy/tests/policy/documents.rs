//! What loads, and how a fault is told.

use cowork_contract::{PolicyDocument, Verdict};
use cowork_policy::{DEFAULT, DOCUMENT_MAX, FileAct, Policy, RULES_MAX, Surroundings};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{call, file, judged, surroundings};

fn fault(text: &str) -> cowork_contract::PolicyFault {
    match Policy::load(text, Surroundings::default()) {
        Err(fault) => fault,
        Ok(_) => panic!("this loads: {text}"),
    }
}

/// A document with this as the text of its rules.
fn with_rules(rules: &str) -> String {
    format!("{{\n\"version\": \"1.0\",\n\"defaults\": {{\"fallback\": \"deny\"}},\n\"rules\": {rules}\n}}")
}

#[test]
fn a_fault_names_line_column_key_and_remedy() {
    let rule = |more: &str| {
        with_rules(&format!("[\n{{\"id\": \"a\", \"action\": \"*\", \"decision\": \"allow\"}},\n{{{more}}}]"))
    };
    let full = |more: &str| {
        rule(&format!("\"id\": \"b\", \"action\": \"file.read\", \"decision\": \"allow\"{more}"))
    };
    for (text, line, key, problem) in [
        (String::new(), 1, "document", "not JSON"),
        ("{\n\"version\": \"1.0\",\n".to_owned(), 3, "document", "not JSON"),
        ("[]".to_owned(), 1, "document", "not an object"),
        ("{}".to_owned(), 1, "version", "missing"),
        (with_rules("[]").replace("1.0", "2.0"), 2, "version", "`2.0` is not known"),
        (with_rules("[]").replace("fallback", "fallbak"), 3, "defaults.fallbak", "not known here"),
        (with_rules("[]").replace("deny", "denied"), 3, "defaults.fallback", "`denied` is not known"),
        (with_rules("{}"), 4, "rules", "not a list"),
        (with_rules("[3]"), 4, "rules[0]", "not an object"),
        (rule("\"action\": \"*\", \"decision\": \"deny\""), 6, "rules[1].id", "missing"),
        (
            rule("\"id\": \"a\", \"action\": \"*\", \"decision\": \"deny\""),
            6,
            "rules[1].id",
            "`rules[0]` has the id `a` too",
        ),
        (rule("\"id\": \"a b\", \"action\": \"*\", \"decision\": \"deny\""), 6, "rules[1].id", "no id"),
        (
            rule("\"id\": \"staged\", \"action\": \"*\", \"decision\": \"deny\""),
            6,
            "rules[1].id",
            "policy itself",
        ),
        (
            rule("\"id\": \"builtin.x\", \"action\": \"*\", \"decision\": \"deny\""),
            6,
            "rules[1].id",
            "policy itself",
        ),
        (
            rule("\"id\": \"b\", \"action\": \"file.chmod\", \"decision\": \"deny\""),
            6,
            "rules[1].action",
            "`file.chmod`",
        ),
        (
            rule("\"id\": \"b\", \"action\": \"network.*\", \"decision\": \"deny\""),
            6,
            "rules[1].action",
            "`network.*`",
        ),
        (full(", \"decision\": \"deny\""), 6, "rules[1].decision", "second time"),
        (full(", \"dec\\u0069sion\": \"deny\""), 6, "rules[1].decision", "second time"),
        (
            full(",\n\"when\": {\n\"matchesPatern\": \"*\"}"),
            8,
            "rules[1].when.matchesPatern",
            "not known here",
        ),
        (
            full(",\n\"when\": {\"matchesPattern\": [\"*\",\n\"a[\"]}"),
            8,
            "rules[1].when.matchesPattern[1]",
            "no pattern",
        ),
        (full(",\n\"when\": {\"matchesPattern\": \"a{b\"}"), 7, "rules[1].when.matchesPattern", "no pattern"),
        (full(",\"when\": {\"matchesPattern\": \"a/../b\"}"), 6, "rules[1].when.matchesPattern", "`..`"),
        (full(",\"when\": {\"matchesPattern\": \"a//b\"}"), 6, "rules[1].when.matchesPattern", "empty"),
        (full(",\"when\": {\"matchesPattern\": \"docs/\"}"), 6, "rules[1].when.matchesPattern", "slash"),
        (full(",\"when\": {\"matchesPattern\": []}"), 6, "rules[1].when.matchesPattern", "empty"),
        (full(",\"when\": {\"matchesPattern\": \"\"}"), 6, "rules[1].when.matchesPattern", "empty"),
        (
            full(",\"when\": {\"commandMatches\": [\"git status\"]}"),
            6,
            "rules[1].when.commandMatches[0]",
            "not a list",
        ),
        (full(",\"when\": {\"commandMatches\": [[]]}"), 6, "rules[1].when.commandMatches[0]", "empty"),
        (
            full(",\"when\": {\"fileSizeGreaterThan\": -1}"),
            6,
            "rules[1].when.fileSizeGreaterThan",
            "whole number",
        ),
        (
            full(",\"when\": {\"fileSizeGreaterThan\": \"1\"}"),
            6,
            "rules[1].when.fileSizeGreaterThan",
            "whole number",
        ),
        (full(",\"when\": {\"taskTainted\": \"true\"}"), 6, "rules[1].when.taskTainted", "true or false"),
        (full(",\"when\": {\"taskTainted\": null}"), 6, "rules[1].when.taskTainted", "true or false"),
        (full(",\"riskTags\": [\"explode\"]"), 6, "rules[1].riskTags[0]", "`explode`"),
        (full(",\"reason\": 3"), 6, "rules[1].reason", "not a text"),
        (full(",\"reason\": \"\\ud800\""), 6, "rules[1].reason", "not a text"),
    ] {
        let fault = fault(&text);
        assert_eq!((fault.line, fault.key.as_str()), (line, key), "{text}\n{fault}");
        assert!(fault.problem.contains(problem), "{text}\n{fault}");
        assert!(fault.column >= 1 && fault.remedy.len() > 3, "{fault}");
    }
    assert_eq!(fault(&full(",\"when\": {\"commandMatches\": 3}")).column, 83);
}

#[test]
fn sizes_are_bounded() {
    let many = |count: usize, pattern: usize| {
        let rule = |index| {
            json!({ "id": format!("r{index}"), "action": "file.read", "decision": "deny",
                    "when": { "matchesPattern": vec!["a*"; pattern] } })
        };
        let rules: Vec<Value> = (0..count).map(rule).collect();
        json!({ "version": "1.0", "defaults": { "fallback": "deny" }, "rules": rules }).to_string()
    };
    assert!(fault(&" ".repeat(DOCUMENT_MAX + 1)).problem.contains("bytes"));
    assert!(fault(&many(RULES_MAX + 1, 1)).problem.contains("500"));
    assert!(fault(&many(1, 101)).problem.contains("100"));
    assert_eq!(fault(&many(11, 100)).key, "rules[10]");
    assert!(fault(&with_rules(&"[".repeat(100_000))).problem.contains("not JSON"));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(fault(&with_rules(&deep)).key, "rules[0]");
}

#[test]
fn a_document_at_fault_leaves_the_one_in_force() {
    let mut policy = Policy::load(DEFAULT, surroundings()).unwrap();
    let version = policy.version().to_owned();
    assert!(policy.replace("{").is_err());
    assert!(policy.replace(&with_rules("[{\"id\": \"x\"}]")).is_err());
    assert_eq!(policy.version(), version);
    assert_eq!(judged(&policy, [file(FileAct::Read, "a")]).0, Verdict::Allow);
    policy.replace(&with_rules("[]")).unwrap();
    assert_ne!(policy.version(), version);
    assert_eq!(judged(&policy, [file(FileAct::Read, "a")]).0, Verdict::Deny);
}

#[test]
fn a_start_with_a_document_at_fault_denies_all() {
    let policy = Policy::start("{ \"version\": 1 }", surroundings());
    assert_eq!(policy.broken().unwrap().key, "version");
    for call in [call([]), call([file(FileAct::Read, "a")]), call([file(FileAct::Create, "out/a")])] {
        let decision = policy.judge(&call, &[]);
        assert_eq!((decision.verdict, decision.rule_id.as_str()), (Verdict::Deny, "builtin.policy-broken"));
        assert!(decision.reason.contains("line 1"), "{}", decision.reason);
    }
}

#[test]
fn what_was_loaded_is_given_back_as_it_was_written() {
    let policy = Policy::load(DEFAULT, surroundings()).unwrap();
    let written: Value = serde_json::from_str(DEFAULT).unwrap();
    assert_eq!(serde_json::to_value(policy.document()).unwrap(), written);
    let wire: PolicyDocument = serde_json::from_value(written).unwrap();
    assert_eq!(&wire, policy.document());
}

/// The default document with something cut out, put in or changed.
fn damaged() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "1e999",
        "-0",
        "\\u0000",
        "\\ud800",
        "\u{feff}",
        "\u{202e}",
        "\"id\": \"write\",",
        "\"when\": {},",
        "\"matchesPattern\": [\"[\"],",
        "\"x\": 1,",
        "\u{1f600}",
        "true",
        "\n",
    ]);
    prop::collection::vec((0..DEFAULT.len(), 0..6_usize, pieces), 1..4).prop_map(|edits| {
        let mut text = DEFAULT.to_owned();
        for (at, cut, piece) in edits {
            let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let end = (at + cut..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
            text.replace_range(at..end, piece);
        }
        text
    })
}

proptest! {
    #[test]
    fn no_text_panics_and_a_fault_has_its_place(text in prop_oneof![3 => damaged(), 1 => any::<String>()]) {
        if let Err(fault) = Policy::load(&text, Surroundings::default()) {
            let lines = text.split('\n').count();
            prop_assert!((1..=lines).contains(&(fault.line as usize)), "{}", fault);
            prop_assert!(fault.column >= 1 && !fault.key.is_empty() && !fault.remedy.is_empty());
            prop_assert!(fault.to_string().len() < 2_000);
            let hidden = fault.to_string().contains(['\u{202e}', '\u{0}']);
            prop_assert!(!hidden, "{:?}", fault);
        }
    }

    /// What serde refuses, the loader refuses; what the loader takes, serde reads as the same.
    #[test]
    fn the_loader_takes_no_more_than_the_wire_type(text in damaged()) {
        if let Ok(policy) = Policy::load(&text, Surroundings::default()) {
            let document = serde_json::to_string(policy.document()).unwrap();
            let wire: PolicyDocument = serde_json::from_str(&document).unwrap();
            prop_assert_eq!(&wire, policy.document());
            let again = Policy::load(&document, Surroundings::default()).unwrap();
            prop_assert_eq!(again.version(), policy.version());
        }
    }
}
