//! Saying it again: edits in place and into branches, other answers, and going on where one stopped.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{EventBody, MessageStatus};
use cowork_store::Branch;
use cowork_testkit::{Step, reply};
use serde_json::json;
use support::{PATIENCE, TestCowork, bare, code, command, kinds, says, says_and_hangs, streamed};

#[tokio::test]
async fn an_edit_in_place_keeps_the_earlier_texts() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("ok"));
    let sent = cowork.send(&session, "one").await;
    let answer = cowork.ended(&sent.assistant_message).await;
    let question = sent.user_message.unwrap();
    let edited = cowork.edit(&session, &question.id, "two").await.unwrap();
    assert_eq!(
        (edited.content.as_str(), edited.revision, edited.created_at),
        ("two", 2, question.created_at)
    );
    assert_eq!(cowork.edit(&session, &question.id, "three").await.unwrap().revision, 3);
    let kept = cowork.reader.revisions(&session, &question.id).await.unwrap().unwrap();
    let kept: Vec<_> = kept.iter().map(|kept| (kept.revision, kept.content.as_str())).collect();
    assert_eq!(kept, [(1, "one"), (2, "two")]);
    // An answer can be edited too; nothing is asked again.
    assert_eq!(cowork.edit(&session, &answer.id, "ok!").await.unwrap().revision, 2);
    assert_eq!(cowork.thread(&session).await, ["three", "ok!"]);
    assert_eq!(cowork.provider.requests().len(), 1);
    let stranger = cowork_contract::MessageId::new("nothing");
    assert_eq!(code(cowork.edit(&session, &stranger, "x").await), "not_found");
    assert!(cowork.reader.revisions(&session, &stranger).await.unwrap().is_none());
}

#[tokio::test]
async fn the_last_fifty_texts_are_kept_and_go_with_the_message() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("ok"));
    let sent = cowork.send(&session, "text 1").await;
    cowork.ended(&sent.assistant_message).await;
    let question = sent.user_message.unwrap().id;
    for revision in 2..=53 {
        cowork.edit(&session, &question, &format!("text {revision}")).await.unwrap();
    }
    cowork.edit(&session, &sent.assistant_message.id, "another message's").await.unwrap();
    let kept = cowork.reader.revisions(&session, &question).await.unwrap().unwrap();
    let kept: Vec<_> = kept.iter().map(|kept| (kept.revision, kept.content.clone())).collect();
    let last: Vec<_> = (3..=52).map(|revision| (revision, format!("text {revision}"))).collect();
    assert_eq!(kept, last);
    // A deleted message shows none of its texts; taken back, it has them again.
    cowork.engine.delete_message(&session, &question, None).await.unwrap();
    assert!(cowork.reader.revisions(&session, &question).await.unwrap().unwrap().is_empty());
    cowork.engine.restore_message(&session, &question, bare()).await.unwrap();
    assert_eq!(cowork.reader.revisions(&session, &question).await.unwrap().unwrap().len(), 50);
}

#[tokio::test]
async fn a_running_message_can_be_neither_edited_nor_deleted() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (sent, gate) = cowork.begin(&session, "a", "b").await;
    let answer = &sent.assistant_message;
    let head = cowork.reader.head();
    assert_eq!(code(cowork.edit(&session, &answer.id, "x").await), "message_busy");
    assert_eq!(code(cowork.engine.delete_message(&session, &answer.id, None).await), "message_busy");
    assert_eq!(code(cowork.engine.continue_message(&session, &answer.id, bare()).await), "message_busy");
    assert_eq!(cowork.reader.head(), head);
    gate.open();
    assert_eq!(cowork.ended(answer).await.content, "ab");
    cowork.edit(&session, &answer.id, "x").await.unwrap();
}

#[tokio::test]
async fn an_edit_into_a_branch_leaves_the_old_one_whole() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("first"));
    cowork.provider.push(says("second"));
    let sent = cowork.send(&session, "one").await;
    let old = cowork.ended(&sent.assistant_message).await;
    let question = sent.user_message.unwrap();
    let branch = cowork.edit_and_answer(&session, &question.id, "other one").await;
    let new = branch.user_message.unwrap();
    assert_eq!((new.parent_id.as_ref(), new.revision), (question.parent_id.as_ref(), 1));
    cowork.ended(&branch.assistant_message).await;
    assert_eq!(cowork.thread(&session).await, ["other one", "second"]);
    let all = cowork.chat(&session, Branch::All).await;
    assert_eq!(all.messages.len(), 4);
    assert_eq!(all.branches.len(), 1);
    assert_eq!(all.branches[0].message_ids, [question.id.clone(), new.id.clone()]);
    // Back to the old branch: any of its messages leads to its newest leaf.
    let body = command(json!({ "activeLeafId": question.id }));
    let back = cowork.engine.update_session(&session, body).await.unwrap();
    assert_eq!(back.active_leaf_id, Some(old.id.clone()));
    assert_eq!(cowork.thread(&session).await, ["one", "first"]);
    // Only a person's message can be edited into a branch.
    let refused =
        cowork.engine.edit(&session, &old.id, command(json!({ "content": "x", "regenerate": true }))).await;
    assert_eq!(code(refused), "invalid_state");
}

#[tokio::test]
async fn editing_the_running_turn_into_a_branch_stops_it_and_keeps_its_text() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says_and_hangs("half"));
    cowork.provider.push(says("whole"));
    let sent = cowork.send(&session, "one").await;
    cowork.says(&sent.assistant_message, "half").await;
    let branch = cowork.edit_and_answer(&session, &sent.user_message.unwrap().id, "other one").await;
    let stopped = cowork.message(&sent.assistant_message).await;
    assert_eq!((stopped.status, stopped.content.as_str()), (MessageStatus::Canceled, "half"));
    assert_eq!(cowork.ended(&branch.assistant_message).await.content, "whole");
    assert!(tokio::time::timeout(PATIENCE, cowork.provider.request(0).await.hung_up()).await.unwrap());
}

#[tokio::test]
async fn an_edit_elsewhere_waits_for_the_running_turn() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("ok"));
    let first = cowork.send(&session, "one").await;
    cowork.ended(&first.assistant_message).await;
    let (running, gate) = cowork.begin(&session, "a", "b").await;
    cowork.provider.push(says("later"));
    let branch = cowork.edit_and_answer(&session, &first.user_message.unwrap().id, "other one").await;
    assert_eq!(cowork.message(&running.assistant_message).await.status, MessageStatus::Streaming);
    assert_eq!(cowork.message(&branch.assistant_message).await.status, MessageStatus::Pending);
    gate.open();
    assert_eq!(cowork.ended(&running.assistant_message).await.content, "ab");
    assert_eq!(cowork.ended(&branch.assistant_message).await.content, "later");
}

#[tokio::test]
async fn another_answer_is_a_sibling() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("first"));
    cowork.provider.push(says("second"));
    let sent = cowork.send(&session, "one").await;
    let old = cowork.ended(&sent.assistant_message).await;
    let again = cowork.engine.regenerate(&session, &old.id, bare()).await.unwrap();
    assert!(again.user_message.is_none());
    assert_eq!(again.assistant_message.parent_id, old.parent_id);
    cowork.ended(&again.assistant_message).await;
    assert_eq!(cowork.thread(&session).await, ["one", "second"]);
    assert_eq!(cowork.message(&old).await, old);
    let said: Vec<_> = cowork.provider.requests()[1].messages();
    assert_eq!(
        said,
        [("user".to_owned(), "one".to_owned())],
        "the answer it replaces is not shown to the model"
    );
    // With another model, and from the question itself.
    let body = command(json!({ "modelId": "scripted-2" }));
    cowork.provider.push(says("third"));
    let third = cowork.engine.regenerate(&session, &sent.user_message.unwrap().id, body).await.unwrap();
    cowork.ended(&third.assistant_message).await;
    assert_eq!(cowork.provider.requests()[2].body["model"], "scripted-2");
    assert_eq!(cowork.chat(&session, Branch::All).await.branches[0].message_ids.len(), 3);
}

#[tokio::test]
async fn regenerating_the_running_turn_stops_it_and_keeps_its_text() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says_and_hangs("half"));
    cowork.provider.push(says("whole"));
    let sent = cowork.send(&session, "one").await;
    cowork.says(&sent.assistant_message, "half").await;
    let again = cowork.engine.regenerate(&session, &sent.assistant_message.id, bare()).await.unwrap();
    let stopped = cowork.message(&sent.assistant_message).await;
    assert_eq!((stopped.status, stopped.content.as_str()), (MessageStatus::Canceled, "half"));
    assert_eq!(cowork.ended(&again.assistant_message).await.content, "whole");
}

#[tokio::test]
async fn regenerating_another_turn_waits_for_the_running_one() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("ok"));
    let first = cowork.ask(&session, "one").await;
    let (running, gate) = cowork.begin(&session, "a", "b").await;
    cowork.provider.push(says("later"));
    let again = cowork.engine.regenerate(&session, &first.id, bare()).await.unwrap();
    assert_eq!(cowork.message(&running.assistant_message).await.status, MessageStatus::Streaming);
    gate.open();
    assert_eq!(cowork.ended(&running.assistant_message).await.content, "ab");
    assert_eq!(cowork.ended(&again.assistant_message).await.content, "later");
}

#[tokio::test]
async fn an_answer_that_broke_off_is_continued() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(reply().reasoning("so ").text("Once upon").step(Step::Reset));
    let broken = cowork.ask(&session, "a story").await;
    assert_eq!((broken.status, broken.content.as_str()), (MessageStatus::Error, "Once upon"));
    cowork.provider.push(reply().reasoning("on").text(" a time").finish("stop").done());
    let head = cowork.reader.head();
    let going_on = cowork.engine.continue_message(&session, &broken.id, bare()).await.unwrap();
    assert_eq!((going_on.id.clone(), going_on.content.as_str()), (broken.id.clone(), "Once upon"));
    assert!(going_on.status.is_open() && going_on.error.is_none(), "{going_on:?}");
    let whole = cowork.ended(&broken).await;
    assert_eq!((whole.status, whole.content.as_str()), (MessageStatus::Done, "Once upon a time"));
    assert_eq!(whole.reasoning.as_deref(), Some("so on"));
    assert_eq!(whole.error, None);
    // The model was shown what there was, and the stream brought only what was new.
    let said = cowork.provider.requests()[1].messages();
    assert_eq!(said[1], ("assistant".to_owned(), "Once upon".to_owned()));
    let events = cowork.events(&session, head).await;
    assert_eq!(kinds(&events)[..3], ["message.updated", "session.updated", "message.delta"]);
    assert_eq!(streamed(&events, &whole.id), "on a time");
    assert!(
        matches!(&events[0].body, EventBody::MessageUpdated(state) if state.message.content == "Once upon")
    );
    assert_eq!(whole.metadata.routing.unwrap().attempts.len(), 2, "each call is recorded");
}

#[tokio::test]
async fn an_answer_that_was_stopped_is_continued() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says_and_hangs("one, "));
    let sent = cowork.send(&session, "count").await;
    cowork.says(&sent.assistant_message, "one, ").await;
    let stopped = cowork.engine.cancel(&session, &sent.assistant_message.id, bare()).await.unwrap();
    cowork.provider.push(says("two"));
    cowork.engine.continue_message(&session, &stopped.id, bare()).await.unwrap();
    let whole = cowork.ended(&stopped).await;
    assert_eq!((whole.status, whole.content.as_str()), (MessageStatus::Done, "one, two"));
    // Stopped a second time, what the second run brought is kept too.
    cowork.provider.push(says_and_hangs(", three"));
    cowork.engine.continue_message(&session, &stopped.id, bare()).await.unwrap();
    cowork.says(&stopped, "one, two, three").await;
    let again = cowork.engine.cancel(&session, &stopped.id, bare()).await.unwrap();
    assert_eq!((again.status, again.content.as_str()), (MessageStatus::Canceled, "one, two, three"));
}

#[tokio::test]
async fn only_the_last_answer_of_a_branch_can_be_continued() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.always(says("ok"));
    let sent = cowork.send(&session, "one").await;
    let first = cowork.ended(&sent.assistant_message).await;
    cowork.ask(&session, "two").await;
    assert_eq!(code(cowork.engine.continue_message(&session, &first.id, bare()).await), "invalid_state");
    let question = sent.user_message.unwrap();
    assert_eq!(code(cowork.engine.continue_message(&session, &question.id, bare()).await), "invalid_state");
    assert_eq!(cowork.provider.requests().len(), 2);
}

/// What is refused must not have stopped anything on its way.
#[tokio::test]
async fn a_refused_command_leaves_the_running_turn_alone() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (sent, gate) = cowork.begin(&session, "a", "b").await;
    let used = json!({ "title": "x", "client_request_id": "used" });
    cowork.engine.update_session(&session, command(used)).await.unwrap();
    let question = sent.user_message.unwrap();
    let body = command(json!({ "content": "other", "regenerate": true, "client_request_id": "used" }));
    assert_eq!(code(cowork.engine.edit(&session, &question.id, body).await), "idempotency_conflict");
    let body = command(json!({ "client_request_id": "used" }));
    let refused = cowork.engine.regenerate(&session, &sent.assistant_message.id, body).await;
    assert_eq!(code(refused), "idempotency_conflict");
    gate.open();
    assert_eq!(cowork.ended(&sent.assistant_message).await.content, "ab");
}
