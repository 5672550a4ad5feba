//! Turns: one runs, the others wait in order; dropping, cancelling, and sending one now.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{MessageStatus, SessionActivity};
use cowork_testkit::reply;
use serde_json::json;
use support::{PATIENCE, TestCowork, bare, code, kinds, says, says_and_hangs, streamed};

#[tokio::test]
async fn waiting_turns_start_in_order_whatever_the_one_before_ended_as() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (first, gate) = cowork.begin(&session, "a", "b").await;
    cowork.provider.push(cowork_testkit::refuse(500, "broken", "no"));
    cowork.provider.push(says("third"));
    let second = cowork.send(&session, "two").await;
    let third = cowork.send(&session, "three").await;
    assert_eq!(cowork.provider.requests().len(), 1, "one turn runs");
    assert_eq!(cowork.message(&third.assistant_message).await.status, MessageStatus::Pending);
    gate.open();
    assert_eq!(cowork.ended(&first.assistant_message).await.status, MessageStatus::Done);
    assert_eq!(cowork.ended(&second.assistant_message).await.status, MessageStatus::Error);
    assert_eq!(cowork.ended(&third.assistant_message).await.content, "third");
    // Each was asked with all that came before it; neighbours of one role are joined on their way.
    let said: Vec<_> =
        cowork.provider.request(2).await.messages().into_iter().map(|(_, text)| text).collect();
    assert_eq!(said, ["begin", "ab", "two\n\nthree"]);
}

#[tokio::test]
async fn sessions_do_not_wait_for_each_other() {
    let cowork = TestCowork::start().await;
    let (one, two) = (cowork.session().await, cowork.session().await);
    let (held, gate) = cowork.begin(&one, "a", "b").await;
    cowork.provider.push(says("two"));
    assert_eq!(cowork.ask(&two, "hi").await.content, "two");
    assert_eq!(cowork.message(&held.assistant_message).await.status, MessageStatus::Streaming);
    assert_eq!(cowork.engine.status().running_turns, 1);
    gate.open();
    cowork.ended(&held.assistant_message).await;
}

#[tokio::test]
async fn a_hundred_may_wait_and_no_more() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (running, gate) = cowork.begin(&session, "a", "b").await;
    let mut last = None;
    for number in 0..100 {
        last = Some(cowork.send(&session, &format!("{number}")).await);
    }
    let head = cowork.reader.head();
    let refused = cowork.try_send(&session, json!({ "content": "one more" })).await.unwrap_err().problem();
    assert_eq!((refused.status, serde_json::to_value(refused.code).unwrap()), (429, json!("queue_full")));
    assert_eq!(
        code(cowork.engine.regenerate(&session, &last.as_ref().unwrap().assistant_message.id, bare()).await),
        "queue_full"
    );
    assert_eq!(cowork.reader.head(), head, "a refusal leaves nothing");
    // Another session has room, and so has this one when a waiting answer is dropped.
    let other = cowork.session().await;
    cowork.provider.always(says("ok"));
    cowork.ask(&other, "hi").await;
    cowork.engine.cancel(&session, &last.unwrap().assistant_message.id, bare()).await.unwrap();
    let taken = cowork.send(&session, "one more").await;
    gate.open();
    cowork.ended(&running.assistant_message).await;
    cowork.ended(&taken.assistant_message).await;
}

#[tokio::test]
async fn cancelling_the_running_turn_hangs_up_and_keeps_the_text() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says_and_hangs("so far"));
    let accepted = cowork.send(&session, "hi").await;
    cowork.says(&accepted.assistant_message, "so far").await;
    let canceled = cowork.engine.cancel(&session, &accepted.assistant_message.id, bare()).await.unwrap();
    assert_eq!((canceled.status, canceled.content.as_str()), (MessageStatus::Canceled, "so far"));
    assert_eq!(canceled.error, None);
    let asked = cowork.provider.request(0).await;
    assert!(tokio::time::timeout(PATIENCE, asked.hung_up()).await.unwrap());
    assert_eq!(
        kinds(&cowork.events(&session, 0).await).last_chunk(),
        Some(&["message.completed", "session.updated"])
    );
    assert_eq!(cowork.session_now(&session).await.activity, SessionActivity::Idle);
}

#[tokio::test]
async fn cancelling_before_the_first_word_ends_it_too() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(reply().step(cowork_testkit::Step::Stall));
    let accepted = cowork.send(&session, "hi").await;
    let asked = cowork.provider.request(0).await;
    let canceled = cowork.engine.cancel(&session, &accepted.assistant_message.id, bare()).await.unwrap();
    assert_eq!((canceled.status, canceled.content.as_str()), (MessageStatus::Canceled, ""));
    assert!(tokio::time::timeout(PATIENCE, asked.hung_up()).await.unwrap());
}

#[tokio::test]
async fn a_waiting_turn_that_is_cancelled_never_starts() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (first, gate) = cowork.begin(&session, "a", "b").await;
    let dropped = cowork.send(&session, "dropped").await;
    let after = cowork.send(&session, "after").await;
    let canceled = cowork.engine.cancel(&session, &dropped.assistant_message.id, bare()).await.unwrap();
    assert_eq!(canceled.status, MessageStatus::Canceled);
    cowork.provider.push(says("answered"));
    gate.open();
    cowork.ended(&first.assistant_message).await;
    assert_eq!(cowork.ended(&after.assistant_message).await.content, "answered");
    assert_eq!(cowork.provider.requests().len(), 2);
}

#[tokio::test]
async fn cancelling_what_has_ended_changes_nothing() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("whole"));
    let answer = cowork.ask(&session, "hi").await;
    let head = cowork.reader.head();
    assert_eq!(cowork.engine.cancel(&session, &answer.id, bare()).await.unwrap(), answer);
    assert_eq!(cowork.reader.head(), head);
    let nobody = cowork_contract::MessageId::new("nobody");
    assert_eq!(code(cowork.engine.cancel(&session, &nobody, bare()).await), "not_found");
}

#[tokio::test]
async fn a_waiting_turn_can_be_sent_now() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (first, _gate) = cowork.begin(&session, "a", "b").await;
    let second = cowork.send(&session, "two").await;
    let third = cowork.send(&session, "three").await;
    cowork.provider.push(says("three's"));
    cowork.provider.push(says("two's"));
    cowork.engine.send_now(&session, &third.assistant_message.id, bare()).await.unwrap();
    let stopped = cowork.ended(&first.assistant_message).await;
    assert_eq!((stopped.status, stopped.content.as_str()), (MessageStatus::Canceled, "a"));
    assert_eq!(cowork.ended(&third.assistant_message).await.content, "three's");
    assert_eq!(
        cowork.ended(&second.assistant_message).await.content,
        "two's",
        "the others stay in the queue"
    );
    let said: Vec<_> = cowork.provider.requests()[1].messages().into_iter().map(|(_, text)| text).collect();
    assert_eq!(said, ["begin", "a", "three"], "a question that still waits is not part of it");
}

#[tokio::test]
async fn only_what_waits_can_be_sent_now() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (first, gate) = cowork.begin(&session, "a", "b").await;
    let running = &first.assistant_message;
    assert_eq!(code(cowork.engine.send_now(&session, &running.id, bare()).await), "invalid_state");
    gate.open();
    assert_eq!(cowork.ended(running).await.content, "ab", "a refusal stops nothing");
    assert_eq!(code(cowork.engine.send_now(&session, &running.id, bare()).await), "invalid_state");
}

#[tokio::test]
async fn a_waiting_question_can_still_be_edited() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (_first, gate) = cowork.begin(&session, "a", "b").await;
    let second = cowork.send(&session, "tow").await;
    cowork.edit(&session, &second.user_message.unwrap().id, "two").await.unwrap();
    cowork.provider.push(says("ok"));
    gate.open();
    cowork.ended(&second.assistant_message).await;
    assert_eq!(cowork.provider.requests()[1].messages().last().unwrap().1, "two");
}

/// A page that is closed right after it sent: the request is dropped in the server, its message is not.
#[tokio::test]
async fn an_answer_is_given_to_a_sender_who_has_gone_away() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("for nobody"));
    let session = cowork.session().await;
    let body = support::command(json!({ "content": "hi" }));
    let mut sending = Box::pin(cowork.engine.send(&session, body));
    // Polled until the command lies with the writer, then dropped before its answer comes.
    let events = cowork.events_until(&session, 0, |event| event.body.name() == "message.created");
    tokio::pin!(events);
    tokio::select! {
        biased;
        _ = &mut events => {}
        _ = &mut sending => {}
    }
    drop(sending);
    let chat = cowork.chat(&session, cowork_store::Branch::All).await;
    assert_eq!(cowork.ended(&chat.messages[1]).await.content, "for nobody");
}

#[tokio::test]
async fn every_delta_was_part_of_the_answer() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let tokens = cowork_testkit::Tokens::new(2_000).text(cowork_testkit::TokenText::Numbered);
    cowork.provider.push(reply().tokens(tokens).finish("stop").done());
    let answer = cowork.ask(&session, "count").await;
    let wanted: String = (0..2_000).map(|number| format!("{number} ")).collect();
    assert_eq!(answer.content, wanted);
    assert_eq!(streamed(&cowork.events(&session, 0).await, &answer.id), wanted);
}
