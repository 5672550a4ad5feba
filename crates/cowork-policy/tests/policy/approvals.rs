//! Permits, approvals, and what is allowed for a task.

use std::sync::Arc;

use cowork_contract::{Action, ApprovalId, Verdict};
use cowork_policy::{
    Binding, Call, FileAct, Grant, Item, NotRedeemed, Place, Policy, RecordedApproval, Ruling, Standing,
};
use serde_json::json;

use crate::support::{
    arguments, at, call, command, connector, file, grant, network, policy, project, standard, to,
};

fn asked(policy: &Policy, call: Call) -> RecordedApproval {
    match policy.decide(call, &[]) {
        Ruling::Ask(question) => RecordedApproval { id: ApprovalId::new("a1"), binding: question.binding },
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_allow_gives_a_permit_with_the_very_call() {
    let reading = call([file(FileAct::Read, "a")]);
    let Ruling::Allowed(permit) = standard().decide(reading.clone(), &[]) else { panic!() };
    assert_eq!(permit.call(), &reading);
    assert_eq!(permit.decision().rule_id, "read-in-grants");
    assert_eq!(permit.approval(), None);
    assert_eq!(permit.into_call(), reading);
    let denied = standard().decide(call([file(FileAct::Read, ".env")]), &[]);
    assert!(matches!(denied, Ruling::Denied(decision) if decision.rule_id == "builtin.secret"));
}

#[test]
fn an_approval_lets_exactly_what_was_shown_run() {
    let policy = standard();
    let mut writing = call([file(FileAct::Write, "a")]);
    writing.content.insert("a".to_owned(), [7; 32]);
    let approval = asked(&policy, writing.clone());
    let permit = policy.redeem(writing.clone(), &approval).unwrap();
    assert_eq!((permit.call(), permit.approval()), (&writing, Some(&approval.id)));
    // It survives being stored.
    let stored = Binding::from_bytes(*approval.binding.as_bytes());
    assert!(
        policy.redeem(writing.clone(), &RecordedApproval { binding: stored, ..approval.clone() }).is_ok()
    );
    // The order in which arguments are written is not one.
    let mut same = writing.clone();
    same.arguments = arguments(serde_json::from_str(" {\"a\" : 1}").unwrap());
    assert!(policy.redeem(same, &approval).is_ok());

    let changed = |change: &dyn Fn(&mut Call)| {
        let mut other = writing.clone();
        change(&mut other);
        matches!(policy.redeem(other, &approval), Err(NotRedeemed::Changed(_)))
    };
    assert!(changed(&|call| call.tool = "other".to_owned()));
    assert!(changed(&|call| call.arguments = arguments(json!({ "a": 2 }))));
    assert!(changed(&|call| call.arguments = arguments(json!({ "a": 1, "b": null }))));
    assert!(changed(&|call| call.content.clear()));
    assert!(changed(&|call| call.content.extend([("a".to_owned(), [8; 32])])));
    assert!(changed(&|call| call.items[0] = file(FileAct::Write, "b")));
    assert!(changed(&|call| call.items[0] = file(FileAct::Delete, "a")));
    assert!(changed(&|call| call.items.push(file(FileAct::Read, "b"))));
    assert!(changed(&|call| {
        let other = Place::beneath(&grant("other", "/home/ada/other"), "a");
        call.items[0] = Item::File { act: FileAct::Write, place: other, size: None };
    }));
    assert!(changed(&|call| call.staged = true));
}

#[test]
fn an_approval_does_not_outlive_the_policy_it_was_asked_under() {
    let ask = json!([{ "id": "r", "action": "*", "decision": "allow_with_confirm" }]);
    let other = json!([{ "id": "other", "action": "*", "decision": "allow_with_confirm" }]);
    let deny = json!([{ "id": "r", "action": "*", "decision": "deny" }]);
    let running = || call([command("make all")]);
    let approval = asked(&policy(ask.clone()), running());
    assert!(policy(ask).redeem(running(), &approval).is_ok());
    assert!(matches!(policy(other).redeem(running(), &approval), Err(NotRedeemed::Changed(_))));
    assert!(matches!(policy(deny).redeem(running(), &approval), Err(NotRedeemed::Denied(_))));
}

#[test]
fn a_denial_wins_over_an_approval() {
    let policy = standard();
    let writing = || call([file(FileAct::Write, "a")]);
    let approval = asked(&policy, writing());
    let revoked = Arc::new(Grant { allow_write: false, ..Grant::clone(&project()) });
    let now =
        call([Item::File { act: FileAct::Write, place: Place::beneath(&revoked, "a"), size: Some(100) }]);
    let refused = policy.redeem(now, &approval).unwrap_err();
    assert!(matches!(&refused, NotRedeemed::Denied(decision) if decision.rule_id == "builtin.grant-rights"));
    assert!(policy.redeem(writing(), &approval).is_ok());
}

/// Whether an allow given for the first item answers for the second.
fn covers(given: &Item, other: &Item) -> bool {
    Standing::of(given).is_some_and(|standing| {
        let stored = serde_json::to_string(&standing).unwrap();
        assert_eq!(serde_json::from_str::<Standing>(&stored).unwrap(), standing);
        standing.covers(other)
    })
}

#[test]
fn for_this_task_covers_what_is_alike() {
    let elsewhere = Item::File {
        act: FileAct::Write,
        place: Place::beneath(&grant("other", "/b"), "docs/a"),
        size: None,
    };
    let port = |port| match network("docs.example.com") {
        Item::Network { host, addresses, .. } => Item::Network { host, port, addresses },
        other => other,
    };
    let write = |path| file(FileAct::Write, path);
    let moved = |from, target| file(FileAct::Move(to(target)), from);
    for (given, other, expected) in [
        (write("docs/a"), write("docs/b"), true),
        (write("docs/a"), write("docs/deep/b"), true),
        (write("docs/a"), write("docsx/b"), false),
        (write("docs/a"), write("b"), false),
        (write("a"), write("docs/b"), true),
        (write("docs/a"), file(FileAct::Delete, "docs/a"), false),
        (write("docs/a"), file(FileAct::Create, "docs/b"), false),
        (write("docs/a"), elsewhere, false),
        (write("docs/a"), write("docs/.env"), false),
        (write("docs/.env"), write("docs/.env"), true),
        (write("docs/.env"), write("docs/a"), false),
        (moved("docs/a", "old/a"), moved("docs/b", "old/c/b"), true),
        (moved("docs/a", "old/a"), moved("docs/b", "new/b"), false),
        (moved("docs/a", "old/a"), moved("src/b", "old/b"), false),
        (command("git status"), command("git status -s"), true),
        (command("git status"), command("git push"), false),
        (command("git status"), command("git"), false),
        (command("ls"), command("ls"), true),
        (command("ls"), command("ls -a"), false),
        (command("git status"), command("git status; rm x"), false),
        (command("git log"), command("git log --ext-diff"), false),
        (command("bash -c a"), command("bash -c b"), false),
        (command("bash -c a"), command("bash -c a"), true),
        (command("a | b"), command("a | b"), true),
        (command("a | b"), command("a | c"), false),
        (port(443), port(443), true),
        (port(443), port(80), false),
        (port(443), network("a.crates.example"), false),
        (connector(true, true), connector(true, true), true),
        (connector(false, true), connector(true, true), false),
        (write("a"), command("ls"), false),
    ] {
        assert_eq!(covers(&given, &other), expected, "{given:?} {other:?}");
    }
    assert_eq!(Standing::of(&Item::File { act: FileAct::Read, place: Place::Outside, size: None }), None);
}

#[test]
fn a_remembered_allow_answers_questions_and_lifts_no_denial() {
    let policy = policy(json!([
        { "id": "no", "action": "*", "when": { "matchesPattern": "docs/locked/**" }, "decision": "deny" },
        { "id": "ask", "action": "*", "decision": "allow_with_confirm" },
    ]));
    let standing = [
        Standing::of(&file(FileAct::Write, "docs/a")).unwrap(),
        Standing::of(&command("git status")).unwrap(),
    ];
    let judge = |items: Vec<Item>, tainted| {
        let mut call = call(items);
        call.tainted = tainted;
        let decision = policy.judge(&call, &standing);
        (decision.verdict, decision.rule_id)
    };
    let standing_allow = (Verdict::Allow, "standing".to_owned());
    let ask = (Verdict::AllowWithConfirm, "ask".to_owned());
    assert_eq!(judge(vec![file(FileAct::Write, "docs/b")], false), standing_allow);
    assert_eq!(judge(vec![file(FileAct::Write, "docs/b"), command("git status")], false), standing_allow);
    assert_eq!(judge(vec![file(FileAct::Write, "docs/b"), file(FileAct::Write, "src/b")], false), ask);
    assert_eq!(judge(vec![file(FileAct::Write, "docs/locked/b")], false), (Verdict::Deny, "no".to_owned()));
    assert_eq!(judge(vec![file(FileAct::Write, "docs/b")], true), standing_allow);
    assert_eq!(judge(vec![command("git status")], true), ask);
}

#[test]
fn a_question_says_what_it_is_about() {
    let Ruling::Ask(question) = standard().decide(call([file(FileAct::Delete, "a")]), &[]) else { panic!() };
    assert_eq!(question.decision.items[0].action, Some(Action::FileDelete));
    assert_eq!(question.call.items[0], Item::File { act: FileAct::Delete, place: at("a"), size: Some(100) });
    assert_eq!(question.binding.to_hex().len(), 64);
}
