//! Every line of the table of defaults, and every built-in denial, each beside one that passes.

use std::sync::Arc;

use cowork_contract::{RiskTag, Verdict};
use cowork_policy::{DEFAULT, FileAct, Grant, Host, Item, Place, Policy, Surroundings, Target};

use crate::support::{
    at, call, command, connector, file, grant, judged, network, project, standard, surroundings, to,
};

use Verdict::{Allow, AllowWithConfirm, Deny};

fn assert_judged(item: Item, verdict: Verdict, rule_id: &str) {
    let told = format!("{item:?}");
    assert_eq!(judged(&standard(), [item]), (verdict, rule_id.to_owned()), "{told}");
}

#[test]
fn every_line_of_the_table() {
    for (item, verdict, rule_id) in [
        (file(FileAct::Read, "a.txt"), Allow, "read-in-grants"),
        (file(FileAct::Read, ""), Allow, "read-in-grants"),
        (file(FileAct::Write, "a.txt"), AllowWithConfirm, "write"),
        (file(FileAct::Write, "out/a.txt"), Allow, "write-in-output-roots"),
        (file(FileAct::Create, "a.txt"), AllowWithConfirm, "create"),
        (file(FileAct::Create, "out/a/b.txt"), Allow, "create-in-output-roots"),
        (file(FileAct::Delete, "a.txt"), AllowWithConfirm, "delete"),
        (file(FileAct::Delete, "out/a.txt"), AllowWithConfirm, "delete"),
        (file(FileAct::Rename(to("b.txt")), "a.txt"), AllowWithConfirm, "rename"),
        (file(FileAct::Rename(to("out/b.txt")), "out/a.txt"), AllowWithConfirm, "rename"),
        (file(FileAct::Move(to("b/a.txt")), "a.txt"), AllowWithConfirm, "move"),
        (file(FileAct::Move(to("out/b.txt")), "out/a/b.txt"), AllowWithConfirm, "move"),
        (network("docs.example.com"), AllowWithConfirm, "request-to-allowed-hosts"),
        (network("a.crates.example"), AllowWithConfirm, "request-to-allowed-hosts"),
        (network("crates.example"), Deny, "request"),
        (network("docs.example.com.evil.example"), Deny, "request"),
        (connector(false, true), Allow, "connector-read"),
        (connector(false, false), Deny, "fallback"),
        (connector(true, true), AllowWithConfirm, "connector-action"),
        (connector(true, false), Deny, "fallback"),
        (command("cargo test"), AllowWithConfirm, "exec"),
        (command("rm -rf * && echo done"), AllowWithConfirm, "exec"),
    ] {
        assert_judged(item, verdict, rule_id);
    }
    assert_eq!(judged(&standard(), []), (Deny, "fallback".to_owned()));
}

#[test]
fn the_default_document_loads_and_has_no_oddities() {
    let policy = Policy::load(DEFAULT, surroundings()).unwrap();
    assert_eq!(policy.lint(), []);
    assert!(standard().broken().is_none());
}

#[test]
fn outside_the_grants_nothing_happens() {
    for place in [Place::Outside, at("../b"), at("/etc/passwd"), at("a/../../b")] {
        for act in [FileAct::Read, FileAct::Write, FileAct::Create, FileAct::Delete] {
            assert_judged(
                Item::File { act, place: place.clone(), size: None },
                Deny,
                "builtin.outside-grants",
            );
        }
        let target = || Target { to: place.clone(), replaces: false };
        assert_judged(file(FileAct::Move(target()), "a"), Deny, "builtin.outside-grants");
        assert_judged(file(FileAct::Rename(target()), "a"), Deny, "builtin.outside-grants");
    }
    assert_judged(
        Item::File { act: FileAct::Read, place: Place::ServerData, size: None },
        Deny,
        "builtin.server-data",
    );
    let target = Target { to: Place::ServerData, replaces: true };
    assert_judged(file(FileAct::Move(target), "a"), Deny, "builtin.server-data");
}

#[test]
fn nothing_goes_from_one_root_to_another() {
    let other = Place::beneath(&grant("other", "/home/ada/other"), "a.txt");
    for act in [FileAct::Move, FileAct::Rename] {
        let target = Target { to: other.clone(), replaces: false };
        assert_judged(file(act(target), "a.txt"), Deny, "builtin.cross-root");
    }
}

#[test]
fn a_grant_gives_each_right_apart() {
    let with = |write, create, delete| {
        Arc::new(Grant {
            allow_write: write,
            allow_create: create,
            allow_delete: delete,
            ..Grant::clone(&project())
        })
    };
    let judge = |grant: &Arc<Grant>, act: FileAct, path: &str| {
        judged(&standard(), [Item::File { act, place: Place::beneath(grant, path), size: None }]).1
    };
    let none = with(false, false, false);
    let target = |grant: &Arc<Grant>, path, replaces| Target { to: Place::beneath(grant, path), replaces };
    let lacking = "builtin.grant-rights";
    assert_eq!(judge(&none, FileAct::Read, "a"), "read-in-grants");
    assert_eq!(judge(&none, FileAct::Write, "a"), lacking);
    assert_eq!(judge(&none, FileAct::Create, "a"), lacking);
    assert_eq!(judge(&none, FileAct::Delete, "a"), lacking);
    assert_eq!(judge(&none, FileAct::Create, "out/a"), "create-in-output-roots");
    assert_eq!(judge(&none, FileAct::Write, "out/a"), "write-in-output-roots");
    assert_eq!(judge(&none, FileAct::Delete, "out/a"), lacking);
    let writes = with(true, false, false);
    assert_eq!(judge(&writes, FileAct::Write, "a"), "write");
    assert_eq!(judge(&writes, FileAct::Rename(target(&writes, "b", false)), "a"), "rename");
    assert_eq!(judge(&writes, FileAct::Move(target(&writes, "b/a", false)), "a"), lacking);
    let moves = with(false, true, true);
    assert_eq!(judge(&moves, FileAct::Move(target(&moves, "b/a", false)), "a"), "move");
    assert_eq!(judge(&moves, FileAct::Move(target(&moves, "b/a", true)), "a"), lacking);
    assert_eq!(judge(&moves, FileAct::Rename(target(&moves, "b", false)), "a"), lacking);
    assert_eq!(judge(&with(false, false, true), FileAct::Delete, "a"), "delete");
    assert_eq!(judge(&with(false, true, false), FileAct::Create, "a"), "create");
}

#[test]
fn file_tools_never_change_what_git_keeps() {
    for path in [".git/hooks/pre-commit", "sub/.git", ".GIT/config", ".g\u{200b}it/config"] {
        assert_judged(file(FileAct::Write, path), Deny, "builtin.git");
        assert_judged(file(FileAct::Move(to(path)), "a"), Deny, "builtin.git");
    }
    assert_judged(file(FileAct::Read, ".git/config"), Allow, "read-in-grants");
    assert_judged(file(FileAct::Write, ".gitignore"), AllowWithConfirm, "write");
}

#[test]
fn secrets_and_the_system_are_closed() {
    for path in
        [".env", "a/.env.local", "secrets/plan", "\u{ff0e}ENV", "deploy/id_rsa", "x.pem", ".ssh/config"]
    {
        assert_judged(file(FileAct::Read, path), Deny, "builtin.secret");
        assert_judged(file(FileAct::Write, path), Deny, "builtin.secret");
        assert_judged(file(FileAct::Rename(to("plain.txt")), path), Deny, "builtin.secret");
        assert_judged(file(FileAct::Create, &format!("out/{path}")), Deny, "builtin.secret");
    }
    assert_judged(file(FileAct::Read, ".env.example"), Allow, "read-in-grants");
    assert_judged(file(FileAct::Read, ".editorconfig"), Allow, "read-in-grants");
    let everything = grant("root", "/");
    let read = |path| Item::File { act: FileAct::Read, place: Place::beneath(&everything, path), size: None };
    assert_judged(read("etc/passwd"), Deny, "builtin.system-path");
    assert_judged(read("home/ada/notes.txt"), Allow, "read-in-grants");
}

#[test]
fn private_addresses_and_model_services_are_closed() {
    for host in [
        "localhost",
        "127.0.0.1",
        "0x7f.1",
        "[::1]",
        "169.254.169.254",
        "10.0.0.1",
        "router",
        "[::ffff:1.1.1.1]",
    ] {
        assert_judged(network(host), Deny, "builtin.private-address");
    }
    assert_judged(network("API.model.example."), Deny, "builtin.provider-host");
    let resolved = |address: &str| Item::Network {
        host: Host::parse("docs.example.com").unwrap(),
        port: 443,
        addresses: vec!["93.184.215.14".parse().unwrap(), address.parse().unwrap()],
    };
    assert_judged(resolved("127.0.0.1"), Deny, "builtin.private-address");
    assert_judged(resolved("93.184.215.15"), AllowWithConfirm, "request-to-allowed-hosts");
}

#[test]
fn where_commands_cannot_be_confined_none_runs() {
    let unconfined =
        Surroundings { unconfined: Some("user namespaces are off.".to_owned()), ..surroundings() };
    let decision = Policy::standard(unconfined).judge(&call([command("ls")]), &[]);
    assert_eq!((decision.verdict, decision.rule_id.as_str()), (Deny, "builtin.unconfined"));
    assert!(decision.reason.contains("user namespaces are off"), "{}", decision.reason);
}

#[test]
fn risks_follow_from_the_act() {
    let tags = |items: Vec<Item>, batch| {
        let mut call = call(items);
        call.batch = batch;
        standard().judge(&call, &[]).risk_tags
    };
    let replaces = Target { to: at("b"), replaces: true };
    for (item, expected) in [
        (file(FileAct::Read, "a"), vec![]),
        (file(FileAct::Create, "a"), vec![]),
        (file(FileAct::Write, "a"), vec![RiskTag::Overwrite]),
        (file(FileAct::Delete, "a"), vec![RiskTag::Delete]),
        (file(FileAct::Rename(to("b")), "a"), vec![]),
        (file(FileAct::Rename(replaces.clone()), "a"), vec![RiskTag::Overwrite]),
        (file(FileAct::Move(replaces), "a"), vec![RiskTag::Overwrite]),
        (network("docs.example.com"), vec![RiskTag::Network]),
        (connector(false, true), vec![]),
        (connector(true, true), vec![RiskTag::Connector]),
        (command("ls"), vec![RiskTag::Execute]),
    ] {
        assert_eq!(tags(vec![item.clone()], 1), expected, "{item:?}");
    }
    assert_eq!(
        tags(vec![command("ls"), file(FileAct::Delete, "a"), file(FileAct::Delete, "b")], 3),
        [RiskTag::Delete, RiskTag::Batch, RiskTag::Execute]
    );
}

#[test]
fn the_strictest_item_counts_and_each_is_told() {
    let items = [
        file(FileAct::Read, "a"),
        file(FileAct::Delete, "b"),
        file(FileAct::Read, ".env"),
        file(FileAct::Read, "c"),
    ];
    let decision = standard().judge(&call(items), &[]);
    assert_eq!((decision.verdict, decision.rule_id.as_str()), (Deny, "builtin.secret"));
    let told: Vec<_> = decision.items.iter().map(|item| (item.target.as_str(), item.verdict)).collect();
    assert_eq!(told, [("a", Allow), ("b", AllowWithConfirm), (".env", Deny), ("c", Allow)]);
}

#[test]
fn no_answer_names_a_path_that_was_not_granted() {
    let decision = standard()
        .judge(&call([Item::File { act: FileAct::Read, place: at("../../etc/shadow"), size: None }]), &[]);
    assert!(!format!("{decision:?}").contains("shadow"));
}
