//! Whole conversations made from others: forks, exports and imports.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{
    ChatMessage, ImportSession, MessageId, MessageStatus, Session, SessionExport, SessionId,
};
use cowork_store::Branch;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use serde_json::json;
use support::{TestCowork, bare, code, command, says};

/// A conversation with a branch, an edited message, a deleted one and a failed answer.
async fn grown(cowork: &TestCowork) -> SessionId {
    let body = json!({ "systemPrompt": "Be brief.", "tags": ["a"], "folder": "Work", "pinned": true });
    let session = cowork.engine.create_session(command(body)).await.unwrap().id;
    for text in ["first", "other"] {
        cowork
            .provider
            .push(cowork_testkit::reply().reasoning("hm").text(text).finish("stop").usage(1, 2).done());
    }
    let sent = cowork.send(&session, "one").await;
    cowork.ended(&sent.assistant_message).await;
    let question = sent.user_message.unwrap();
    let branch = cowork.edit_and_answer(&session, &question.id, "other one").await;
    cowork.ended(&branch.assistant_message).await;
    cowork.edit(&session, &question.id, "one, edited").await.unwrap();
    cowork.edit(&session, &question.id, "one, edited twice").await.unwrap();
    cowork.provider.push(cowork_testkit::refuse(500, "broken", "no"));
    let failed = cowork.ask(&session, "breaks").await;
    cowork.provider.push(says("last"));
    cowork.ask(&session, "goes on").await;
    cowork.engine.delete_message(&session, failed.parent_id.as_ref().unwrap(), None).await.unwrap();
    session
}

async fn export(cowork: &TestCowork, session: &SessionId) -> SessionExport {
    cowork.reader.export(session).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_export_comes_back_as_it_was() {
    let (here, there) = (TestCowork::start().await, TestCowork::start().await);
    let session = grown(&here).await;
    let before = export(&here, &session).await;
    // By its JSON, as it travels.
    let file: ImportSession = serde_json::from_str(&serde_json::to_string(&before).unwrap()).unwrap();
    let made = there.engine.import_session(file).await.unwrap();
    let after = export(&there, &made.id).await;
    assert_eq!(after.messages, before.messages);
    assert_eq!(after.revisions, before.revisions);
    assert_eq!(after.revisions.len(), 2);
    // What the session is about is the same; where and when it came here is not.
    let mut same = after.session.clone();
    (same.updated_at, same.last_event_id) = (before.session.updated_at, before.session.last_event_id);
    assert_eq!(same, before.session);
    // The snapshot says it too, and the conversation goes on.
    let (old, new) = (here.chat(&session, Branch::All).await, there.chat(&made.id, Branch::All).await);
    assert_eq!(
        (new.messages, new.branches, new.active_leaf_id),
        (old.messages, old.branches, old.active_leaf_id)
    );
    there.provider.push(says("going on"));
    assert_eq!(there.ask(&made.id, "and?").await.content, "going on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_of_one_moment() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("ok"));
    let sent = cowork.send(&session, "one").await;
    cowork.ended(&sent.assistant_message).await;
    let question = sent.user_message.unwrap();
    let editing = async {
        for number in 0..300 {
            cowork.edit(&session, &question.id, &format!("edit {number}")).await.unwrap();
        }
    };
    let reader = cowork.reader.clone();
    let exporting = async {
        loop {
            let export = reader.export(&session).await.unwrap().unwrap();
            let revision = export.messages[0].revision;
            let newest = export.revisions.last().map_or(0, |kept| kept.revision.revision);
            assert_eq!(newest, revision - 1, "texts of another moment");
            assert_eq!(export.revisions.len() as u32, newest.min(50));
            if revision > 300 {
                return;
            }
        }
    };
    tokio::join!(editing, exporting);
}

#[tokio::test]
async fn what_is_here_already_comes_in_under_new_ids() {
    let cowork = TestCowork::start().await;
    let session = grown(&cowork).await;
    let before = export(&cowork, &session).await;
    let made = cowork.engine.import_session(before.clone().into()).await.unwrap();
    assert_ne!(made.id, session);
    let after = export(&cowork, &made.id).await;
    assert_eq!(export(&cowork, &session).await.messages, before.messages, "the first one is left alone");
    // The same tree under other names: by place instead of by id.
    let shape = |messages: &[ChatMessage]| -> Vec<(Option<usize>, String, MessageStatus)> {
        let place = |id: &MessageId| messages.iter().position(|message| message.id == *id).unwrap();
        messages
            .iter()
            .map(|message| (message.parent_id.as_ref().map(place), message.content.clone(), message.status))
            .collect()
    };
    assert_eq!(shape(&after.messages), shape(&before.messages));
    assert!(after.messages.iter().all(|new| before.messages.iter().all(|old| old.id != new.id)));
    assert_eq!(after.revisions.len(), before.revisions.len());
}

/// One way in which a file can be wrong.
type Fault = fn(&mut SessionExport);

#[tokio::test]
async fn a_faulty_file_is_refused_whole() {
    let (here, there) = (TestCowork::start().await, TestCowork::start().await);
    let session = grown(&here).await;
    let good = export(&here, &session).await;
    let faults: [(&str, Fault); 14] = [
        ("another format", |file| file.format = "other".to_owned()),
        ("a newer version", |file| file.version = 2),
        ("a title that is too long", |file| file.session.title = "x".repeat(201)),
        ("two messages of one id", |file| file.messages.push(file.messages[0].clone())),
        ("a parent that is not there", |file| file.messages[0].parent_id = Some(MessageId::new("gone"))),
        ("a message that follows itself", |file| {
            file.messages[0].parent_id = Some(file.messages[0].id.clone());
        }),
        ("a ring", |file| file.messages[0].parent_id = file.messages.last().map(|last| last.id.clone())),
        ("a time after all times", |file| {
            for message in &mut file.messages {
                message.created_at = i64::MAX;
            }
        }),
        ("a time before all times", |file| file.messages[0].created_at = -1),
        ("an updatedAt that no clock shows", |file| file.messages[0].updated_at = i64::MAX),
        ("a session of such a time", |file| file.session.created_at = i64::MAX),
        ("a revision that can't be counted on", |file| file.messages[0].revision = u32::MAX),
        ("one revision twice", |file| file.revisions.push(file.revisions[0].clone())),
        ("a revision that is still to come", |file| file.revisions[0].revision.revision = 900),
    ];
    let head = there.reader.head();
    for (name, fault) in faults {
        let mut file = good.clone();
        fault(&mut file);
        match there.engine.import_session(file.into()).await {
            Err(refused) => assert_eq!(refused.problem().status, 400, "{name}: {refused:?}"),
            Ok(session) => panic!("{name} was taken: {session:?}"),
        }
        assert_eq!(there.reader.head(), head, "{name} left something");
    }
    let made = there.engine.import_session(good.into()).await.unwrap();
    there.provider.push(says("well"));
    there.ask(&made.id, "the writer is well").await;
}

#[tokio::test]
async fn ids_of_another_make_are_replaced() {
    let (here, there) = (TestCowork::start().await, TestCowork::start().await);
    let session = grown(&here).await;
    let mut file = export(&here, &session).await;
    file.session.id = SessionId::new("server");
    let odd = |id: &MessageId| MessageId::new(format!("../a b\u{1e} {id}"));
    for message in &mut file.messages {
        message.id = odd(&message.id);
        message.parent_id = message.parent_id.as_ref().map(odd);
    }
    for kept in &mut file.revisions {
        kept.message_id = odd(&kept.message_id);
    }
    let made: Session = there.engine.import_session(file.into()).await.unwrap();
    assert_ne!(made.id.as_str(), "server", "a name that means something else here");
    assert_eq!(export(&there, &made.id).await.revisions.len(), 2);
    let all = there.chat(&made.id, Branch::All).await;
    assert_eq!(all.messages.len(), here.chat(&session, Branch::All).await.messages.len());
    assert!(all.messages.iter().all(|message| !message.id.as_str().contains(' ')));
    let known = |id: &MessageId| all.messages.iter().any(|message| message.id == *id);
    assert!(all.branches.iter().flat_map(|branch| &branch.message_ids).all(known), "{:?}", all.branches);
}

#[tokio::test]
async fn an_answer_that_was_exported_while_it_ran_comes_in_as_interrupted() {
    let (here, there) = (TestCowork::start().await, TestCowork::start().await);
    let session = here.session().await;
    let (_sent, gate) = here.begin(&session, "half", "").await;
    let made = there.engine.import_session(export(&here, &session).await.into()).await.unwrap();
    gate.open();
    let answer = there.chat(&made.id, Branch::Active).await.messages.pop().unwrap();
    assert_eq!((answer.status, answer.content.as_str()), (MessageStatus::Error, "half"));
    assert_eq!(answer.error.as_ref().unwrap().code, "interrupted");
    there.provider.push(says(" and whole"));
    there.engine.continue_message(&made.id, &answer.id, bare()).await.unwrap();
    assert_eq!(there.ended(&answer).await.content, "half and whole");
}

#[tokio::test]
async fn a_fork_is_a_session_of_its_own() {
    let cowork = TestCowork::start().await;
    let session = grown(&cowork).await;
    let before = export(&cowork, &session).await;
    let fork = cowork.engine.fork_session(&session, bare()).await.unwrap();
    assert_eq!(cowork.thread(&fork.id).await, ["other one", "other", "", "goes on", "last"]);
    let origin = fork.forked_from.clone().unwrap();
    assert_eq!(
        (Some(origin.session_id), Some(origin.message_id)),
        (Some(session.clone()), before.session.active_leaf_id.clone())
    );
    assert_eq!(
        (fork.system_prompt.as_deref(), fork.tags.as_slice()),
        (Some("Be brief."), &["a".to_owned()][..])
    );
    assert_eq!((fork.title.as_str(), fork.message_count), (before.session.title.as_str(), 5));
    cowork.provider.push(says("only here"));
    cowork.ask(&fork.id, "apart").await;
    assert_eq!(export(&cowork, &session).await.messages, before.messages);
}

#[tokio::test]
async fn a_fork_ends_where_it_is_asked_to_and_takes_its_own_title() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let session = cowork.session().await;
    let first = cowork.ask(&session, "one").await;
    cowork.ask(&session, "two").await;
    let body = json!({ "messageId": first.id, "title": "Mine" });
    let fork = cowork.engine.fork_session(&session, command(body)).await.unwrap();
    assert_eq!(cowork.thread(&fork.id).await, ["one", "ok"]);
    assert_eq!((fork.title.as_str(), fork.title_by_hand), ("Mine", true));
    let empty = cowork.session().await;
    assert_eq!(code(cowork.engine.fork_session(&empty, bare()).await), "invalid_state");
    let stranger = json!({ "messageId": first.id });
    assert_eq!(code(cowork.engine.fork_session(&empty, command(stranger)).await), "not_found");
}

/// Each message's text and the text of the one it follows; above a message that was deleted stands what it followed.
fn shape(export: &SessionExport) -> Vec<(&str, &str)> {
    let find = |id: &MessageId| export.messages.iter().find(|message| message.id == *id).unwrap();
    let above = |message: &ChatMessage| {
        let mut above = message.parent_id.as_ref().map(&find);
        while let Some(deleted) = above.filter(|message| message.deleted_at.is_some()) {
            above = deleted.parent_id.as_ref().map(&find);
        }
        above.map_or("", |message| &message.content)
    };
    let live = export.messages.iter().filter(|message| message.deleted_at.is_none());
    live.map(|message| (message.content.as_str(), above(message))).collect()
}

#[tokio::test]
async fn a_copy_of_all_branches_has_the_shape_of_the_whole() {
    let cowork = TestCowork::start().await;
    let session = grown(&cowork).await;
    let before = export(&cowork, &session).await;
    let body = json!({ "allBranches": true, "title": "Twin" });
    let copy = cowork.engine.fork_session(&session, command(body)).await.unwrap();
    let after = export(&cowork, &copy.id).await;
    assert_eq!(shape(&after), shape(&before));
    assert!(after.messages.len() > cowork.thread(&copy.id).await.len(), "more than one branch");
    assert_eq!(cowork.thread(&copy.id).await, ["other one", "other", "", "goes on", "last"]);
    assert_eq!((copy.title.as_str(), copy.message_count), ("Twin", before.session.message_count));
    let both = json!({ "allBranches": true, "messageId": before.messages[0].id });
    let refused = cowork.engine.fork_session(&session, command(both)).await.unwrap_err().problem();
    assert_eq!((refused.status, refused.field.as_deref()), (400, Some("messageId")));
}

#[tokio::test]
async fn a_fork_of_a_running_answer_takes_the_text_so_far() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (sent, gate) = cowork.begin(&session, "half", " whole").await;
    let fork = cowork.engine.fork_session(&session, bare()).await.unwrap();
    let copy = cowork.chat(&fork.id, Branch::Active).await.messages.pop().unwrap();
    assert_eq!((copy.status, copy.content.as_str()), (MessageStatus::Canceled, "half"));
    gate.open();
    assert_eq!(cowork.ended(&sent.assistant_message).await.content, "half whole");
    assert_eq!(cowork.message(&copy).await.content, "half");
}

/// A line of so many messages, as a file.
fn line(messages: usize) -> ImportSession {
    let id = |number: usize| format!("0190a1b2-c3d4-7000-8000-{number:012}");
    command(json!({
        "format": "cowork.session", "version": 1, "exportedAt": 2,
        "session": {
            "id": "s", "title": "Long", "createdAt": 1, "updatedAt": 1, "mode": "chat", "pinned": false,
            "archived": false, "messageCount": messages, "lastEventId": 3, "writeMode": "review",
            "agentMode": "build", "activity": "idle",
        },
        "messages": (0..messages).map(|number| json!({
            "id": id(number), "sessionId": "s", "parentId": number.checked_sub(1).map(id), "role": "user",
            "content": "x", "createdAt": number, "status": "done", "updatedAt": number, "revision": 1,
        })).collect::<Vec<_>>(),
    }))
}

#[tokio::test]
async fn a_copy_that_would_hold_up_all_others_is_refused() {
    let cowork = TestCowork::start().await;
    let refused = cowork.engine.import_session(line(20_001)).await.unwrap_err().problem();
    assert_eq!((refused.status, refused.field.as_deref()), (400, Some("messages")));
    assert!(refused.detail.contains("20001") && refused.detail.contains("20000"), "{}", refused.detail);
    let mut file = line(1);
    let kept = json!({ "messageId": file.messages[0].id, "revision": 1, "content": "x", "replacedAt": 1 });
    file.messages[0].revision = 30_000;
    file.revisions = (0..20_001).map(|_| command(kept.clone())).collect();
    let refused = cowork.engine.import_session(file).await.unwrap_err().problem();
    assert_eq!((refused.status, refused.field.as_deref()), (400, Some("revisions")));

    let full = cowork.engine.import_session(line(19_999)).await.unwrap();
    cowork.provider.push(says("more"));
    cowork.ask(&full.id, "and").await;
    assert_eq!(code(cowork.engine.fork_session(&full.id, bare()).await), "invalid_state");
    let earlier = json!({ "messageId": "0190a1b2-c3d4-7000-8000-000000000009" });
    let fork = cowork.engine.fork_session(&full.id, command(earlier)).await.unwrap();
    assert_eq!(fork.message_count, 10);
}

/// What a file tells, without the time it was written at and the place in the log.
fn told(file: &SessionExport) -> serde_json::Value {
    let mut told = serde_json::to_value(file).unwrap();
    told["exportedAt"] = json!(0);
    told["session"]["lastEventId"] = json!(0);
    told
}

/// A session with any tree, texts, deleted messages, earlier texts, summaries and keys that are not known.
fn any_session(number: usize) -> impl Strategy<Value = SessionExport> {
    let message = (any::<prop::sample::Index>(), any::<bool>(), ".{0,20}", 0..8_u8, 0..3_u32, 0..3_i64);
    (prop::collection::vec(message, 1..20), ".{0,40}", any::<[bool; 3]>()).prop_map(
        move |(rows, title, [pinned, archived, by_hand])| {
            let id = |place: usize| format!("0190a1b2-c3d4-7000-{number:04x}-{place:012}");
            let (mut at, mut messages, mut revisions) = (1_000, Vec::new(), Vec::new());
            for (place, (parent, person, content, kind, earlier, pause)) in rows.iter().enumerate() {
                at += pause;
                let mut message = json!({
                    "id": id(place), "sessionId": id(99), "role": if *person { "user" } else { "assistant" },
                    "content": content, "createdAt": at, "status": "done", "updatedAt": at, "revision": earlier + 1,
                });
                if place > 0 && *kind != 0 {
                    message["parentId"] = json!(id(parent.index(place)));
                }
                match kind {
                    1 => {
                        message["content"] = json!("");
                        message["deletedAt"] = json!(at + 5);
                    }
                    2 => message["metadata"] = json!({ "compaction": {
                        "summary": content, "messages": 1, "tokensBefore": 9, "tokensAfter": 2, "providerId": "p",
                        "modelId": "m", "createdAt": at, "trigger": "manual",
                    }}),
                    3 => message["metadata"] = json!({ "unknownYet": [content, { "deep": null }] }),
                    4 => message["reasoning"] = json!(content),
                    5 => {
                        message["status"] = json!("error");
                        message["error"] = json!({ "code": "c", "message": content, "retryable": true });
                    }
                    _ => {}
                }
                // Of a deleted message nothing is exported but its place.
                let earlier = if *kind == 1 { &0 } else { earlier };
                for revision in 1..=*earlier {
                    revisions.push(json!({
                        "messageId": id(place), "revision": revision, "content": content, "replacedAt": at + i64::from(revision),
                    }));
                }
                messages.push(message);
            }
            let live = messages.iter().filter(|message| message.get("deletedAt").is_none()).count();
            command(json!({
                "format": "cowork.session", "version": 1, "exportedAt": 2, "messages": messages, "revisions": revisions,
                "session": {
                    "id": id(99), "title": title, "createdAt": 900, "updatedAt": 2_000, "mode": "chat", "pinned": pinned,
                    "archived": archived, "tags": ["a"], "messageCount": live, "lastEventId": 3, "writeMode": "review",
                    "agentMode": "build", "activity": "idle", "titleByHand": by_hand, "activeLeafId": id(rows.len() - 1),
                },
            }))
        },
    )
}

#[tokio::test]
async fn any_session_comes_back_as_it_was_and_is_known_again() {
    let (here, there) = (TestCowork::start().await, TestCowork::start().await);
    let mut runner = TestRunner::deterministic();
    for number in 0..24 {
        let file = any_session(0x8000 + number).new_tree(&mut runner).unwrap().current();
        let made = here.engine.import_session(file.clone().into()).await.unwrap();
        let out = export(&here, &made.id).await;
        assert_eq!(told(&out), told(&file));
        let bytes = serde_json::to_vec(&out).unwrap();
        let report = there.engine.import_file(bytes.clone()).await.unwrap();
        assert_eq!((report.imported, report.refused), (1, 0));
        assert_eq!(told(&export(&there, &made.id).await), told(&file));
        let again = there.engine.import_file(bytes).await.unwrap();
        assert_eq!((again.imported, again.already_here), (0, 1));
    }
}

#[tokio::test]
async fn an_older_state_of_a_session_that_went_on_comes_in_beside_it_once() {
    let cowork = TestCowork::start().await;
    let session = grown(&cowork).await;
    let old = serde_json::to_vec(&export(&cowork, &session).await).unwrap();
    assert_eq!(cowork.engine.import_file(old.clone()).await.unwrap().already_here, 1);
    let first = export(&cowork, &session).await.messages[0].id.clone();
    let edit = command(json!({ "content": "edited since" }));
    let _ = cowork.engine.edit(&session, &first, edit).await.unwrap();
    let beside = cowork.engine.import_file(old.clone()).await.unwrap();
    assert_eq!(beside.imported, 1);
    let again = cowork.engine.import_file(old).await.unwrap();
    assert_eq!(again.conversations[0].session_id, beside.conversations[0].session_id);
}
