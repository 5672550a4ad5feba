//! Random policies and calls: the answers are those of the reference, and hang together.
//!
//! A case is one policy and fifty calls. `COWORK_POLICY_CASES=100000 cargo test -p cowork-policy random` is the long run.

use cowork_contract::{PolicyWarningKind, Verdict};
use cowork_policy::{Command, FileAct, Host, Item, PastCall, Place, Policy, Target};
use proptest::{prelude::*, sample::select, test_runner::Config};
use serde_json::{Map, Value, json};

use crate::{
    reference::{Around, Thing, is_secret, verdict},
    support::{at, call, surroundings},
};

const CALLS: usize = 50;

fn cases(ordinary: u32) -> Config {
    let cases = std::env::var("COWORK_POLICY_CASES").ok().and_then(|count| count.parse().ok());
    Config { cases: cases.unwrap_or(ordinary), failure_persistence: None, ..Config::default() }
}

const PATHS: [&str; 11] = [
    "a.txt",
    "docs/a.md",
    "docs/b/c.md",
    "Docs/a.md",
    "docs/\u{ff41}.md",
    "out/x.md",
    ".env",
    "docs/.env",
    "secrets/k",
    ".git/config",
    "..",
];
const PATTERNS: [&str; 15] = [
    "**",
    "*",
    "*.md",
    "docs/**",
    "docs/*.md",
    "docs/?.md",
    "docs/[!b].md",
    "{docs,out}/**",
    ".env*",
    "**/.env",
    "secrets/**",
    "out/**",
    "a.txt",
    "/home/**",
    "DOCS/**",
];
const HOSTS: [(&str, bool); 4] = [
    ("docs.example.com", true),
    ("other.example.com", false),
    ("127.0.0.1", false),
    ("api.model.example", false),
];
const COMMANDS: [(&str, &[&str], bool); 8] = [
    ("git status", &["git", "status"], true),
    ("git -c a=b log", &["git", "-c", "a=b", "log"], false),
    ("find . -delete", &["find", ".", "-delete"], false),
    ("rm a | cat", &[], false),
    ("/bin/rm x", &["/bin/rm", "x"], true),
    ("rm x", &["rm", "x"], true),
    ("cargo test", &["cargo", "test"], true),
    ("sh", &["sh"], false),
];
const PREFIXES: [&[&str]; 7] = [
    &["git"],
    &["git", "status"],
    &["rm"],
    &["find"],
    &["find", ".", "-delete"],
    &["cargo", "test"],
    &["sh"],
];

fn thing() -> impl Strategy<Value = Thing> {
    let file = (
        select(vec!["file.read", "file.write", "file.create", "file.delete", "file.rename", "file.move"]),
        select(&PATHS[..]),
        select(&PATHS[..]),
        select(vec![None, Some(10), Some(1_000)]),
    );
    let file = file.prop_map(|(action, path, to, size)| {
        let two = matches!(action, "file.rename" | "file.move");
        let paths = if two { vec![path, to] } else { vec![path] };
        let git = action != "file.read" && paths.contains(&".git/config");
        Thing { action, hopeless: paths.contains(&"..") || git, paths, size, ..Thing::default() }
    });
    let network = select(&HOSTS[..]).prop_map(|host| {
        let hopeless = matches!(host.0, "127.0.0.1" | "api.model.example");
        Thing { action: "network.request", host: Some(host), hopeless, ..Thing::default() }
    });
    let connector = (select(vec!["connector.read", "connector.action"]), any::<bool>())
        .prop_map(|(action, inside)| Thing { action, in_scope: Some(inside), ..Thing::default() });
    let command = select(&COMMANDS[..]).prop_map(|command| Thing {
        action: "process.exec",
        command: Some(command),
        ..Thing::default()
    });
    prop_oneof![5 => file, 1 => network, 1 => connector, 2 => command, 1 => Just(Thing::default())]
}

fn item(thing: &Thing) -> Option<Item> {
    let target = || Target { to: at(thing.paths[1]), replaces: false };
    let file = |act| Some(Item::File { act, place: at(thing.paths[0]), size: thing.size });
    match thing.action {
        "file.read" => file(FileAct::Read),
        "file.write" => file(FileAct::Write),
        "file.create" => file(FileAct::Create),
        "file.delete" => file(FileAct::Delete),
        "file.rename" => file(FileAct::Rename(target())),
        "file.move" => file(FileAct::Move(target())),
        "network.request" => {
            let host = Host::parse(thing.host.unwrap().0).unwrap();
            Some(Item::Network { host, port: 443, addresses: Vec::new() })
        }
        "connector.read" | "connector.action" => Some(Item::Connector {
            connector: "c".to_owned(),
            tool: "t".to_owned(),
            acts: thing.action == "connector.action",
            in_scope: thing.in_scope.unwrap(),
        }),
        "process.exec" => Some(Item::Command(Command::parse(thing.command.unwrap().0))),
        _ => None,
    }
}

fn around() -> impl Strategy<Value = Around> {
    (select(vec!["one", "two"]), any::<bool>(), any::<bool>()).prop_map(|(tool, tainted, staged)| Around {
        tool,
        tainted,
        staged,
    })
}

fn made(things: &[&Thing], around: &Around) -> cowork_policy::Call {
    let mut call = call(things.iter().filter_map(|thing| item(thing)));
    around.tool.clone_into(&mut call.tool);
    (call.tainted, call.staged) = (around.tainted, around.staged);
    call
}

fn conditions() -> impl Strategy<Value = Value> {
    let some =
        |values: Vec<Value>, max| prop::collection::vec(select(values), 1..=max).prop_map(Value::Array);
    let patterns = some(PATTERNS.iter().map(|pattern| json!(pattern)).collect(), 2);
    let prefixes = some(PREFIXES.iter().map(|prefix| json!(prefix)).collect(), 2);
    let condition = prop_oneof![
        1 => any::<bool>().prop_map(|value| ("pathWithinGrant", json!(value))),
        1 => any::<bool>().prop_map(|value| ("pathWithinOutputRoot", json!(value))),
        3 => patterns.prop_map(|value| ("matchesPattern", value)),
        1 => select(vec![10, 500]).prop_map(|value| ("fileSizeGreaterThan", json!(value))),
        1 => any::<bool>().prop_map(|value| ("hostInAllowlist", json!(value))),
        1 => any::<bool>().prop_map(|value| ("connectorScopeAllowed", json!(value))),
        2 => prefixes.prop_map(|value| ("commandMatches", value)),
        1 => any::<bool>().prop_map(|value| ("taskTainted", json!(value))),
        1 => some(vec![json!("one"), json!("two")], 1).prop_map(|value| ("toolName", value)),
    ];
    prop::collection::vec(condition, 0..3).prop_map(|conditions| {
        Value::Object(
            conditions.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>(),
        )
    })
}

fn rules() -> impl Strategy<Value = Vec<Value>> {
    let actions = vec![
        "*",
        "file.*",
        "connector.*",
        "file.read",
        "file.write",
        "file.create",
        "file.delete",
        "file.rename",
        "file.move",
        "network.request",
        "connector.read",
        "connector.action",
        "process.exec",
        "process.exec",
        "file.*",
    ];
    let rule = (select(actions), conditions(), select(vec!["allow", "allow", "allow_with_confirm", "deny"]));
    prop::collection::vec(rule, 0..7).prop_map(|rules| {
        let rule = |(index, (action, when, decision))| {
            json!({ "id": format!("r{index}"), "action": action, "when": when, "decision": decision })
        };
        rules.into_iter().enumerate().map(rule).collect()
    })
}

fn loaded(rules: &[Value], fallback: Verdict) -> Policy {
    let document = json!({ "version": "1.0", "defaults": { "fallback": fallback }, "rules": rules });
    Policy::load(&document.to_string(), surroundings()).unwrap_or_else(|fault| panic!("{fault}"))
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    select(vec![Verdict::Deny, Verdict::Deny, Verdict::AllowWithConfirm, Verdict::Allow])
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn every_answer_is_the_reference_s(
        rules in rules(),
        fallback in verdicts(),
        calls in prop::collection::vec((thing(), around()), CALLS),
    ) {
        let policy = loaded(&rules, fallback);
        for (thing, around) in &calls {
            let call = made(&[thing], around);
            let decision = policy.judge(&call, &[]);
            prop_assert_eq!(decision.verdict, verdict(&rules, fallback, thing, around), "{:?} {:?}", thing, decision);
            prop_assert!(!decision.reason.is_empty() && !decision.rule_id.is_empty());
        }
        // A call is as strict as its strictest item, whatever their order.
        let around = &calls[0].1;
        let things: Vec<&Thing> = calls.iter().map(|(thing, _)| thing).filter(|thing| !thing.action.is_empty()).take(4).collect();
        if !things.is_empty() {
            let strictest = things.iter().map(|thing| verdict(&rules, fallback, thing, around)).max();
            prop_assert_eq!(Some(policy.judge(&made(&things, around), &[]).verdict), strictest);
        }
    }
}

proptest! {
    #![proptest_config(cases(500))]

    /// A rule that the linter calls useless never decides; explaining and trying out agree with judging.
    #[test]
    fn what_is_said_of_a_policy_is_true(rules in rules(), fallback in verdicts(), calls in prop::collection::vec((thing(), around()), CALLS)) {
        let policy = loaded(&rules, fallback);
        let useless: Vec<String> = policy
            .lint()
            .into_iter()
            .filter(|warning| matches!(warning.kind, PolicyWarningKind::NeverMatches | PolicyWarningKind::NeverDecides))
            .filter_map(|warning| warning.rule_id)
            .collect();
        for (thing, around) in &calls {
            let call = made(&[thing], around);
            let decision = policy.judge(&call, &[]);
            // A guarded path passes by what permits, so a deny below may be named for what is denied either way.
            let guarded = decision.verdict == Verdict::Deny && thing.paths.iter().any(|path| is_secret(path));
            prop_assert!(guarded || !useless.contains(&decision.rule_id), "{} {:?}", decision.rule_id, call);
            let explained = policy.explain(&call);
            prop_assert_eq!(&explained.decision, &decision);
            let deciding: Vec<&str> = explained.considered.iter().filter(|rule| rule.matched).map(|rule| rule.rule_id.as_str()).collect();
            prop_assert!(deciding.len() <= 1);
            if decision.rule_id.starts_with('r') {
                prop_assert_eq!(deciding, [decision.rule_id.as_str()]);
            }
            let past = PastCall { call, verdict: decision.verdict, rule_id: decision.rule_id };
            prop_assert_eq!(policy.changes([&past]).count(), 0);
        }
    }

    /// No rule, whatever it says, opens what is built in.
    #[test]
    fn nothing_lifts_what_is_built_in(rules in rules(), fallback in verdicts(), around in around()) {
        let policy = loaded(&rules, fallback);
        for place in [Place::Outside, Place::ServerData, at("../a")] {
            let mut call = call([Item::File { act: FileAct::Read, place, size: None }]);
            (call.tainted, call.staged) = (around.tainted, around.staged);
            prop_assert_eq!(policy.judge(&call, &[]).verdict, Verdict::Deny);
        }
    }
}
