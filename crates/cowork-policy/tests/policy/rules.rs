//! The language of rules, condition by condition.

use cowork_contract::{RiskTag, Verdict};
use cowork_policy::{FileAct, Item, Place, Policy};
use serde_json::{Value, json};

use crate::support::{at, call, command, connector, file, grant, judged, network, policy, surroundings, to};

use Verdict::{Allow, AllowWithConfirm, Deny};

fn rule(id: &str, action: &str, when: Value, decision: &str) -> Value {
    json!({ "id": id, "action": action, "when": when, "decision": decision })
}

/// The verdict of a policy with this one rule.
fn under(action: &str, when: Value, decision: &str, item: Item) -> Verdict {
    judged(&policy(json!([rule("r", action, when, decision)])), [item]).0
}

/// Whether a rule that allows matches.
fn allows(action: &str, when: Value, item: Item) -> bool {
    under(action, when, "allow", item) == Allow
}

/// Whether a rule that denies matches, over one that allows everything.
fn denies(action: &str, when: Value, item: Item) -> bool {
    let rules = json!([rule("no", action, when, "deny"), rule("all", "*", json!({}), "allow")]);
    judged(&policy(rules), [item]).1 == "no"
}

#[test]
fn the_first_rule_that_matches_decides() {
    let rules = json!([
        rule("ask-docs", "file.write", json!({ "matchesPattern": "docs/**" }), "allow_with_confirm"),
        rule("write", "file.write", json!({}), "allow"),
        rule("never", "file.*", json!({}), "deny"),
    ]);
    let policy = policy(rules);
    assert_eq!(judged(&policy, [file(FileAct::Write, "docs/a")]), (AllowWithConfirm, "ask-docs".to_owned()));
    assert_eq!(judged(&policy, [file(FileAct::Write, "src/a")]), (Allow, "write".to_owned()));
    assert_eq!(judged(&policy, [file(FileAct::Read, "src/a")]), (Deny, "never".to_owned()));
    assert_eq!(judged(&policy, [network("docs.example.com")]), (Deny, "fallback".to_owned()));
}

#[test]
fn groups_cover_their_actions() {
    let everything = [
        (file(FileAct::Move(to("b/a")), "a"), ["file.*", "file.move"]),
        (connector(true, true), ["connector.*", "connector.action"]),
        (network("docs.example.com"), ["*", "network.request"]),
        (command("ls"), ["*", "process.exec"]),
    ];
    for (item, actions) in everything {
        for action in
            ["*", "file.*", "connector.*", "file.move", "connector.action", "network.request", "process.exec"]
        {
            let expected = action == "*" || actions.contains(&action);
            assert_eq!(allows(action, json!({}), item.clone()), expected, "{action} {item:?}");
        }
    }
    assert_eq!(judged(&policy(json!([rule("all", "*", json!({}), "allow")])), []).0, Allow);
    assert_eq!(judged(&policy(json!([rule("all", "file.*", json!({}), "allow")])), []).0, Deny);
}

#[test]
fn patterns_are_globs_beneath_the_grant() {
    let matches = |pattern: &str, path: &str| {
        allows("file.read", json!({ "matchesPattern": [pattern] }), file(FileAct::Read, path))
    };
    for (pattern, path) in [
        ("*.rs", "lib.rs"),
        ("*.rs", "a/b/lib.rs"),
        ("docs/*.md", "docs/a.md"),
        ("docs/**", "docs/a/b"),
        ("**", ""),
        ("**/tests/**", "a/tests/b"),
        ("**/tests/**", "tests/b"),
        ("a?c", "abc"),
        ("[ab].txt", "a.txt"),
        ("*.{png,jpg}", "x/y.jpg"),
        ("/home/ada/project/a.txt", "a.txt"),
        ("/home/*/project/**", "x/y"),
    ] {
        assert!(matches(pattern, path), "{pattern} {path}");
    }
    for (pattern, path) in [
        ("*.rs", "lib.rss"),
        ("docs/*.md", "docs/a/b.md"),
        ("docs/**", "docsx/a"),
        ("docs/a", "x/docs/a"),
        ("docs", "docs/a"),
        ("a?c", "a/c"),
        ("/home/ada/project/a.txt", "b/a.txt"),
        ("/a.txt", "a.txt"),
        ("*.RS", "a.rs"),
    ] {
        assert!(!matches(pattern, path), "{pattern} {path}");
    }
    assert!(!allows("*", json!({ "matchesPattern": "**" }), network("docs.example.com")));
}

#[test]
fn likeness_denies_and_never_allows() {
    let when = json!({ "matchesPattern": ["private/**"] });
    for path in [
        "private/a",
        "PRIVATE/a",
        "pr\u{131}vate/../x",
        "\u{ff50}rivate/a",
        "priv\u{200b}ate/a",
        "private./a",
    ] {
        let item = file(FileAct::Read, path);
        let exact = path == "private/a";
        assert_eq!(allows("file.read", when.clone(), item.clone()), exact, "{path}");
        let plain = !path.contains("..");
        assert_eq!(denies("file.read", when.clone(), item), plain, "{path}");
    }
    let class = json!({ "matchesPattern": ["[^a]*.txt"] });
    assert!(denies("file.read", class.clone(), file(FileAct::Read, "A1.txt")));
    assert!(!denies("file.read", class, file(FileAct::Read, "a1.txt")));
}

#[test]
fn both_ends_of_a_move_count() {
    let moved = |from, target| file(FileAct::Move(to(target)), from);
    let docs = json!({ "matchesPattern": "docs/**" });
    assert!(allows("file.move", docs.clone(), moved("docs/a", "docs/b/a")));
    assert!(!allows("file.move", docs.clone(), moved("docs/a", "src/a")));
    assert!(!allows("file.move", docs.clone(), moved("src/a", "docs/a")));
    assert!(denies("file.move", docs.clone(), moved("docs/a", "src/a")));
    assert!(denies("file.move", docs.clone(), moved("src/a", "docs/a")));
    assert!(!denies("file.move", docs, moved("src/a", "lib/a")));
    let output = json!({ "pathWithinOutputRoot": true });
    assert!(allows("file.move", output.clone(), moved("out/a", "out/b/a")));
    assert!(!allows("file.move", output, moved("out/a", "b/a")));
}

#[test]
fn a_size_that_is_not_known_never_helps() {
    let of = |size| Item::File { act: FileAct::Write, place: at("a"), size };
    let large = json!({ "fileSizeGreaterThan": 1000 });
    for (size, denied, allowed) in [(Some(1000), false, false), (Some(1001), true, true), (None, true, false)]
    {
        assert_eq!(denies("file.write", large.clone(), of(size)), denied, "{size:?}");
        assert_eq!(allows("file.write", large.clone(), of(size)), allowed, "{size:?}");
    }
}

#[test]
fn tools_taint_hosts_and_scopes_are_conditions() {
    assert!(allows("*", json!({ "toolName": ["tool", "other"] }), command("ls")));
    assert!(!allows("*", json!({ "toolName": "tool2" }), command("ls")));
    assert!(allows("*", json!({ "taskTainted": false }), command("ls")));
    assert!(!allows("*", json!({ "taskTainted": true }), command("ls")));
    assert!(allows("*", json!({ "hostInAllowlist": true }), network("docs.example.com")));
    assert!(!allows("*", json!({ "hostInAllowlist": true }), network("other.example.com")));
    assert!(allows("*", json!({ "hostInAllowlist": false }), network("other.example.com")));
    assert!(!allows("*", json!({ "hostInAllowlist": false }), command("ls")));
    assert!(allows("*", json!({ "connectorScopeAllowed": true }), connector(false, true)));
    assert!(!allows("*", json!({ "connectorScopeAllowed": true }), connector(false, false)));
    assert!(!allows("*", json!({ "connectorScopeAllowed": false }), file(FileAct::Read, "a")));
}

#[test]
fn commands_are_matched_word_by_word() {
    let git = json!({ "commandMatches": [["git", "status"], ["cargo", "test"]] });
    assert!(allows("process.exec", git.clone(), command("git status -s")));
    assert!(allows("process.exec", git.clone(), command("cargo test")));
    for text in [
        "git stash",
        "git status; rm x",
        "git status > x",
        "./git status",
        "git",
        "git statusx",
        "echo git status",
    ] {
        assert!(!allows("process.exec", git.clone(), command(text)), "{text}");
    }
    let rm = json!({ "commandMatches": [["rm"]] });
    for text in ["rm a", "/bin/rm a", "RM a"] {
        assert!(denies("process.exec", rm.clone(), command(text)), "{text}");
    }
    assert!(!denies("process.exec", rm, command("ls")));
}

#[test]
fn what_runs_other_programs_is_asked_for_unless_it_is_spelt_out() {
    let find = json!({ "commandMatches": [["find"], ["bash", "-c", "make all"], ["git"]] });
    let judge =
        |text| judged(&policy(json!([rule("r", "process.exec", find.clone(), "allow")])), [command(text)]);
    assert_eq!(judge("find . -exec rm x"), (AllowWithConfirm, "builtin.cannot-inspect".to_owned()));
    assert_eq!(judge("bash -c 'make all'").0, Allow);
    assert_eq!(judge("bash -c 'make all' x").0, AllowWithConfirm);
    assert_eq!(judge("git log").0, Allow);
    assert_eq!(judge("git -c core.pager=x log").0, AllowWithConfirm);
    // A rule that allows every command means it, unless a stricter one above looks at words.
    let all = rule("all", "process.exec", json!({}), "allow");
    assert_eq!(judged(&policy(json!([all])), [command("a | b")]).0, Allow);
    let no_rm = rule("no-rm", "process.exec", json!({ "commandMatches": [["rm"]] }), "deny");
    let rules = json!([no_rm, all]);
    assert_eq!(judged(&policy(rules.clone()), [command("env rm x")]).0, AllowWithConfirm);
    assert_eq!(judged(&policy(rules.clone()), [command("true; rm x")]).0, AllowWithConfirm);
    assert_eq!(judged(&policy(rules), [command("ls")]).0, Allow);
}

#[test]
fn a_tainted_task_asks_before_what_leaves_the_folder() {
    let all = policy(json!([rule("all", "*", json!({}), "allow")]));
    let items = [command("ls"), network("docs.example.com"), connector(false, true), connector(true, true)];
    for item in items {
        let mut call = call([item.clone()]);
        assert_eq!(all.judge(&call, &[]).verdict, Allow, "{item:?}");
        call.tainted = true;
        let decision = all.judge(&call, &[]);
        assert_eq!(
            (decision.verdict, decision.rule_id.as_str()),
            (AllowWithConfirm, "builtin.tainted"),
            "{item:?}"
        );
    }
    let mut reading = call([file(FileAct::Read, "a")]);
    reading.tainted = true;
    assert_eq!(all.judge(&reading, &[]).verdict, Allow);
}

#[test]
fn only_a_rule_that_names_them_opens_secrets_and_the_system() {
    let read = |rules: Value, path| judged(&policy(rules), [file(FileAct::Read, path)]);
    let everything = rule("all", "file.*", json!({ "matchesPattern": ["**", "*"] }), "allow");
    let named = rule("env", "file.read", json!({ "matchesPattern": [".env*"] }), "allow_with_confirm");
    assert_eq!(read(json!([everything]), ".env"), (Deny, "builtin.secret".to_owned()));
    assert_eq!(read(json!([everything, named]), ".env"), (AllowWithConfirm, "env".to_owned()));
    assert_eq!(read(json!([everything, named]), "a/.env.local"), (AllowWithConfirm, "env".to_owned()));
    assert_eq!(read(json!([everything, named]), "id_rsa"), (Deny, "builtin.secret".to_owned()));
    // A deny above is not passed over.
    let never = rule("never", "file.*", json!({}), "deny");
    assert_eq!(read(json!([never, named]), ".env"), (Deny, "never".to_owned()));
    // Both ends of a rename must be named.
    let rename = rule("env", "file.rename", json!({ "matchesPattern": ["**/.env", "*"] }), "allow");
    let renamed = |target| judged(&policy(json!([rename])), [file(FileAct::Rename(to(target)), ".env")]).0;
    assert_eq!(renamed("plain.txt"), Allow);
    assert_eq!(renamed("x.pem"), Deny);

    let root = grant("root", "/");
    let hosts = || Item::File { act: FileAct::Read, place: Place::beneath(&root, "etc/hosts"), size: None };
    let open = |pattern: &str| rule("r", "file.read", json!({ "matchesPattern": pattern }), "allow");
    assert_eq!(judged(&policy(json!([open("**")])), [hosts()]).0, Deny);
    assert_eq!(judged(&policy(json!([open("etc/hosts")])), [hosts()]).0, Deny);
    assert_eq!(judged(&policy(json!([open("/etc/hosts")])), [hosts()]).0, Allow);
}

#[test]
fn no_rule_lifts_what_is_built_in() {
    let all = policy(json!([
        rule("all", "*", json!({}), "allow"),
        rule("git", "file.*", json!({ "matchesPattern": ".git/**" }), "allow")
    ]));
    let other = cowork_policy::Target { to: Place::beneath(&grant("g2", "/b"), "a"), replaces: false };
    for (item, rule_id) in [
        (Item::File { act: FileAct::Read, place: Place::Outside, size: None }, "builtin.outside-grants"),
        (Item::File { act: FileAct::Read, place: Place::ServerData, size: None }, "builtin.server-data"),
        (file(FileAct::Move(other), "a"), "builtin.cross-root"),
        (file(FileAct::Write, ".git/config"), "builtin.git"),
        (network("127.0.0.1"), "builtin.private-address"),
        (network("api.model.example"), "builtin.provider-host"),
    ] {
        assert_eq!(judged(&all, [item]), (Deny, rule_id.to_owned()));
    }
}

#[test]
fn a_rule_adds_its_tags_and_its_reason() {
    let policy = policy(json!([{
        "id": "r", "action": "file.create", "decision": "allow_with_confirm", "riskTags": ["network", "delete"],
        "reason": "This folder is synchronised."
    }]));
    let decision = policy.judge(&call([file(FileAct::Create, "a")]), &[]);
    assert_eq!(decision.reason, "This folder is synchronised.");
    assert_eq!(decision.risk_tags, [RiskTag::Delete, RiskTag::Network]);
    let plain = under("file.create", json!({}), "allow_with_confirm", file(FileAct::Create, "a"));
    assert_eq!(plain, AllowWithConfirm);
}

#[test]
fn staging_meets_a_question_and_no_denial() {
    let policy = policy(json!([
        rule("no", "file.*", json!({ "matchesPattern": "locked/**" }), "deny"),
        rule("ask", "*", json!({}), "allow_with_confirm"),
    ]));
    let staged = |item| {
        let mut call = call([item]);
        call.staged = true;
        let decision = policy.judge(&call, &[]);
        (decision.verdict, decision.rule_id)
    };
    for act in [FileAct::Write, FileAct::Create, FileAct::Delete, FileAct::Move(to("b/a"))] {
        assert_eq!(staged(file(act, "a")), (Allow, "staged".to_owned()));
    }
    assert_eq!(staged(file(FileAct::Read, "a")), (AllowWithConfirm, "ask".to_owned()));
    assert_eq!(staged(file(FileAct::Write, "out/a")), (AllowWithConfirm, "ask".to_owned()));
    assert_eq!(staged(file(FileAct::Write, "locked/a")), (Deny, "no".to_owned()));
    assert_eq!(staged(command("ls")), (AllowWithConfirm, "ask".to_owned()));
    assert_eq!(staged(network("docs.example.com")), (AllowWithConfirm, "ask".to_owned()));
}

#[test]
fn the_version_is_that_of_the_document_and_the_hosts() {
    let one = policy(json!([rule("r", "*", json!({}), "allow")]));
    let same = policy(json!([rule("r", "*", json!({}), "allow")]));
    let other = policy(json!([rule("r", "*", json!({}), "deny")]));
    assert_eq!(one.version(), same.version());
    assert_ne!(one.version(), other.version());
    let mut fewer = surroundings();
    fewer.allowed_hosts.pop();
    assert_ne!(Policy::standard(surroundings()).version(), Policy::standard(fewer).version());
}
