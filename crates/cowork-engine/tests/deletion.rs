//! Deleting and taking it back: messages, sessions, and what waits for them.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{ChatMessage, MessageStatus, SessionActivity};
use cowork_store::Branch;
use serde_json::json;
use support::{PATIENCE, TestCowork, bare, code, command, says, says_and_hangs};

#[tokio::test]
async fn a_deleted_message_leaves_an_empty_row_and_comes_back_whole() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.always(cowork_testkit::reply().reasoning("hm").text("ok").finish("stop").done());
    let sent = cowork.send(&session, "one").await;
    let answer = cowork.ended(&sent.assistant_message).await;
    let question = sent.user_message.unwrap();
    cowork.ask(&session, "two").await;

    let deleted = cowork.engine.delete_message(&session, &answer.id, None).await.unwrap();
    assert!(deleted.deleted_at.is_some());
    assert_eq!((deleted.content.as_str(), deleted.reasoning.as_deref()), ("", None));
    assert_eq!(cowork.thread(&session).await, ["one", "", "two", "ok"], "its children keep their place");
    assert_eq!(cowork.session_now(&session).await.message_count, 3);
    // The model does not get what is deleted.
    cowork.ask(&session, "three").await;
    let said: Vec<_> = cowork.provider.requests()[2].messages().into_iter().map(|(_, text)| text).collect();
    assert_eq!(said, ["one\n\ntwo", "ok", "three"]);
    // What is deleted can't be changed.
    assert_eq!(code(cowork.edit(&session, &answer.id, "x").await), "invalid_state");
    assert_eq!(code(cowork.engine.regenerate(&session, &answer.id, bare()).await), "invalid_state");
    // Twice is fine.
    let again = cowork.engine.delete_message(&session, &answer.id, None).await.unwrap();
    assert_eq!(again.deleted_at, deleted.deleted_at);

    let restored = cowork.engine.restore_message(&session, &answer.id, bare()).await.unwrap();
    assert_eq!(
        (restored.content, restored.reasoning, restored.usage, restored.deleted_at),
        (answer.content, answer.reasoning, answer.usage, None)
    );
    assert_eq!(cowork.session_now(&session).await.message_count, 6);
    let twice = cowork.engine.restore_message(&session, &question.id, bare()).await.unwrap();
    assert_eq!(twice.content, "one", "restoring what is not deleted is fine");
}

#[tokio::test]
async fn the_active_leaf_moves_up_and_back() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.always(says("ok"));
    let first = cowork.ask(&session, "one").await;
    let sent = cowork.send(&session, "two").await;
    let second = cowork.ended(&sent.assistant_message).await;
    let question = sent.user_message.unwrap();
    cowork.engine.delete_message(&session, &question.id, None).await.unwrap();
    assert_eq!(cowork.session_now(&session).await.active_leaf_id, Some(second.id.clone()));
    cowork.engine.delete_message(&session, &second.id, None).await.unwrap();
    assert_eq!(cowork.session_now(&session).await.active_leaf_id, Some(first.id.clone()));
    assert_eq!(cowork.thread(&session).await, ["one", "ok"]);
    cowork.engine.restore_message(&session, &question.id, bare()).await.unwrap();
    assert_eq!(cowork.session_now(&session).await.active_leaf_id, Some(question.id.clone()));
    cowork.engine.restore_message(&session, &second.id, bare()).await.unwrap();
    assert_eq!(cowork.session_now(&session).await.active_leaf_id, Some(second.id.clone()));
    assert_eq!(cowork.thread(&session).await, ["one", "ok", "two", "ok"]);
}

#[tokio::test]
async fn deleting_an_answer_shows_the_one_beside_it() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    for text in ["first", "second", "third", "goes on"] {
        cowork.provider.push(says(text));
    }
    let first = cowork.ask(&session, "one").await;
    let mut others = Vec::new();
    for _ in 0..2 {
        let sent = cowork.engine.regenerate(&session, &first.id, bare()).await.unwrap();
        others.push(cowork.ended(&sent.assistant_message).await);
    }
    let [second, third] = others.as_slice() else { panic!() };
    let delete = async |message: &ChatMessage| {
        cowork.engine.delete_message(&session, &message.id, None).await.unwrap();
    };
    let restore = async |message: &ChatMessage| {
        cowork.engine.restore_message(&session, &message.id, bare()).await.unwrap();
    };
    delete(third).await;
    assert_eq!(cowork.thread(&session).await, ["one", "second"]);
    delete(second).await;
    assert_eq!(cowork.thread(&session).await, ["one", "first"], "what is deleted is passed over");
    restore(third).await;
    assert_eq!(cowork.thread(&session).await, ["one", "third"], "what was shown is shown again");
    delete(third).await;
    // Beside it the conversation may have gone on.
    let body = command(json!({ "content": "two", "parentId": first.id }));
    let sent = cowork.engine.send(&session, body).await.unwrap();
    cowork.ended(&sent.assistant_message).await;
    assert_eq!(cowork.thread(&session).await, ["one", "first", "two", "goes on"]);
    restore(third).await;
    assert_eq!(
        cowork.thread(&session).await.last().unwrap(),
        "goes on",
        "nobody is taken from where they went"
    );
    let show_third = || command(json!({ "activeLeafId": third.id }));
    cowork.engine.update_session(&session, show_third()).await.unwrap();
    delete(third).await;
    assert_eq!(cowork.thread(&session).await.last().unwrap(), "goes on");
    // With nothing below it, it would be an empty end of the conversation.
    assert_eq!(code(cowork.engine.update_session(&session, show_third()).await), "invalid_state");
    assert_eq!(cowork.thread(&session).await.last().unwrap(), "goes on");
    // A deleted one that was answered still leads to what follows it.
    delete(&first).await;
    let through = command(json!({ "activeLeafId": first.id }));
    cowork.engine.update_session(&session, through).await.unwrap();
    assert_eq!(cowork.thread(&session).await.last().unwrap(), "goes on");
    restore(&first).await;
    restore(third).await;
    assert_eq!(cowork.thread(&session).await, ["one", "third"]);
}

#[tokio::test]
async fn deleting_the_first_message_shows_the_branch_beside_it() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("first"));
    cowork.provider.push(says("second"));
    let sent = cowork.send(&session, "one").await;
    cowork.ended(&sent.assistant_message).await;
    let branch = cowork.edit_and_answer(&session, &sent.user_message.unwrap().id, "other one").await;
    cowork.ended(&branch.assistant_message).await;
    let (question, answer) = (branch.user_message.unwrap().id, branch.assistant_message.id);
    cowork.engine.delete_message(&session, &answer, None).await.unwrap();
    assert_eq!(cowork.thread(&session).await, ["other one"], "its question is still there");
    cowork.engine.delete_message(&session, &question, None).await.unwrap();
    assert_eq!(cowork.thread(&session).await, ["one", "first"]);
    cowork.engine.restore_message(&session, &question, bare()).await.unwrap();
    assert_eq!(cowork.thread(&session).await, ["other one"]);
    cowork.engine.restore_message(&session, &answer, bare()).await.unwrap();
    assert_eq!(cowork.thread(&session).await, ["other one", "second"]);
}

#[tokio::test]
async fn deleting_everything_leaves_a_session_that_can_go_on() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.always(says("ok"));
    let sent = cowork.send(&session, "one").await;
    let answer = cowork.ended(&sent.assistant_message).await;
    cowork.engine.delete_message(&session, &sent.user_message.unwrap().id, None).await.unwrap();
    cowork.engine.delete_message(&session, &answer.id, None).await.unwrap();
    let empty = cowork.session_now(&session).await;
    assert_eq!((empty.active_leaf_id, empty.message_count), (None, 0));
    cowork.ask(&session, "again").await;
    assert_eq!(cowork.thread(&session).await, ["again", "ok"]);
}

#[tokio::test]
async fn deleting_a_question_drops_the_answer_that_waits_for_it() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (first, gate) = cowork.begin(&session, "a", "b").await;
    let second = cowork.send(&session, "two").await;
    let question = second.user_message.unwrap();
    cowork.engine.delete_message(&session, &question.id, None).await.unwrap();
    let dropped = cowork.message(&second.assistant_message).await;
    assert_eq!((dropped.status, dropped.deleted_at.is_some()), (MessageStatus::Canceled, true));
    gate.open();
    cowork.ended(&first.assistant_message).await;
    cowork.provider.push(says("third"));
    assert_eq!(cowork.ask(&session, "three").await.content, "third");
    assert_eq!(cowork.provider.requests().len(), 2, "the dropped one was never asked");
    // Taken back, it comes with its answer, which stays as it ended.
    cowork.engine.restore_message(&session, &question.id, bare()).await.unwrap();
    let back = cowork.message(&second.assistant_message).await;
    assert_eq!((back.status, back.deleted_at), (MessageStatus::Canceled, None));
}

#[tokio::test]
async fn deleting_the_question_of_a_running_answer_leaves_the_answer() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (sent, gate) = cowork.begin(&session, "a", "b").await;
    cowork.engine.delete_message(&session, &sent.user_message.unwrap().id, None).await.unwrap();
    gate.open();
    let answer = cowork.ended(&sent.assistant_message).await;
    assert_eq!((answer.status, answer.content.as_str()), (MessageStatus::Done, "ab"));
    assert_eq!(cowork.thread(&session).await, ["", "ab"]);
}

#[tokio::test]
async fn a_deleted_session_stops_everything_and_comes_back() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says_and_hangs("half"));
    let running = cowork.send(&session, "one").await;
    cowork.says(&running.assistant_message, "half").await;
    // Should the waiting one be started on the way, it hangs too.
    cowork.provider.always(says_and_hangs(""));
    let waiting = cowork.send(&session, "two").await;
    let deleted = cowork.engine.delete_session(&session, None).await.unwrap();
    assert!(deleted.deleted_at.is_some());
    assert_eq!(deleted.activity, SessionActivity::Idle);
    for answer in [&running.assistant_message, &waiting.assistant_message] {
        assert_eq!(cowork.message(answer).await.status, MessageStatus::Canceled);
    }
    for asked in cowork.provider.requests() {
        assert!(tokio::time::timeout(PATIENCE, asked.hung_up()).await.unwrap(), "a call was left open");
    }
    assert_eq!(cowork.engine.status().running_turns, 0);
    let again = cowork.engine.delete_session(&session, None).await.unwrap();
    assert_eq!(again.deleted_at, deleted.deleted_at, "twice is fine");
    let refused = cowork.try_send(&session, json!({ "content": "x" })).await;
    assert_eq!(code(refused), "not_found");
    assert_eq!(code(cowork.engine.update_session(&session, bare()).await), "not_found");
    assert_eq!(code(cowork.engine.fork_session(&session, bare()).await), "not_found");

    let back = cowork.engine.restore_session(&session, bare()).await.unwrap();
    assert_eq!(back.deleted_at, None);
    assert_eq!(cowork.chat(&session, Branch::All).await.messages.len(), 4);
    assert_eq!(cowork.message(&running.assistant_message).await.content, "half");
    cowork.provider.always(says("ok"));
    assert_eq!(cowork.ask(&session, "three").await.content, "ok");
}

#[tokio::test]
async fn the_end_of_the_time_for_undo_is_final() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.always(says("ok"));
    let answer = cowork.ask(&session, "one").await;
    cowork.engine.delete_message(&session, &answer.id, None).await.unwrap();
    let purged = cowork.writer.purge(i64::MAX).await.unwrap();
    assert_eq!(purged.messages, 1);
    assert_eq!(code(cowork.engine.restore_message(&session, &answer.id, bare()).await), "invalid_state");
    cowork.ask(&session, "two").await;
}
