//! A conversation as it goes well: a message, its answer, what the model is told, and what is recorded of the call.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{EventBody, MessageRole, MessageStatus, SessionActivity};
use cowork_store::Branch;
use cowork_testkit::reply;
use serde_json::json;
use support::{MODEL, PROVIDER, TestCowork, bare, code, command, kinds, says, streamed};

#[tokio::test]
async fn a_message_is_acknowledged_with_both_rows_and_then_answered() {
    let cowork = TestCowork::start().await;
    cowork
        .provider
        .push(reply().reasoning("hm").text("Hello ").text("there").finish("stop").usage(7, 3).done());
    let session = cowork.session().await;
    let accepted =
        cowork.try_send(&session, json!({ "content": "hi", "client_request_id": "one" })).await.unwrap();
    let question = accepted.user_message.unwrap();
    assert_eq!((question.role, question.status), (MessageRole::User, MessageStatus::Done));
    assert_eq!((question.content.as_str(), question.parent_id.as_ref()), ("hi", None));
    assert_eq!(question.client_request_id.as_deref(), Some("one"));
    assert_eq!(accepted.assistant_message.status, MessageStatus::Pending);
    assert_eq!(accepted.assistant_message.parent_id.as_ref(), Some(&question.id));

    let answer = cowork.ended(&accepted.assistant_message).await;
    assert_eq!((answer.status, answer.content.as_str()), (MessageStatus::Done, "Hello there"));
    assert_eq!(answer.reasoning.as_deref(), Some("hm"));

    // Sent and stored alike, in this order, and the answer's text is what was streamed.
    let events = cowork.events(&session, 0).await;
    assert_eq!(
        kinds(&events),
        [
            "session.updated",
            "message.created",
            "message.created",
            "session.updated",
            "message.delta",
            "token.usage",
            "message.completed",
            "session.updated",
        ]
    );
    assert_eq!(streamed(&events, &answer.id), "hmHello there");
    let Some(EventBody::MessageCompleted(state)) =
        events.iter().map(|event| &event.body).find(|body| matches!(body, EventBody::MessageCompleted(_)))
    else {
        panic!("no end in {events:?}");
    };
    assert_eq!(state.message, answer);
    assert_eq!(cowork.chat(&session, Branch::Active).await.messages[1], answer);
}

#[tokio::test]
async fn an_answer_carries_who_gave_it_and_what_it_took() {
    let cowork = TestCowork::start().await;
    cowork.provider.push(reply().model("scripted-1-long-name").text("x").finish("stop").usage(7, 3).done());
    let session = cowork.session().await;
    let answer = cowork.ask(&session, "hi").await;
    assert_eq!(answer.provider_id.as_deref(), Some(PROVIDER));
    assert_eq!(answer.model_id.as_deref(), Some("scripted-1-long-name"), "the one that really answered");
    let routing = answer.metadata.routing.as_ref().unwrap();
    assert_eq!((routing.asked.provider_id.as_str(), routing.asked.model_id.as_str()), (PROVIDER, MODEL));
    assert_eq!(routing.attempts.len(), 1);
    assert_eq!(routing.attempts[0].request_id.as_deref(), Some("req_scripted"));
    assert_eq!(routing.attempts[0].code, None);
    assert_eq!(answer.metadata.finish_reason.as_deref(), Some("stop"));
    let usage = answer.usage.as_ref().unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.total_tokens), (7, 3, 10));
    let times = answer.telemetry.as_ref().unwrap();
    let (connect, first_byte) = (times.connect_ms.unwrap(), times.ttfb_ms.unwrap());
    let first_token = times.ttft_ms.unwrap();
    assert!(
        connect <= first_byte && first_byte <= first_token && first_token <= times.duration_ms,
        "{times:?}"
    );
    assert_eq!(times.attempts, 1);

    let events = cowork.events(&session, 0).await;
    let used = events.iter().find_map(|event| match &event.body {
        EventBody::TokenUsage(used) => Some((event.message_id.clone(), used.total_tokens)),
        _ => None,
    });
    assert_eq!(used, Some((Some(answer.id), 10)));
}

#[tokio::test]
async fn what_a_provider_does_not_report_is_absent_and_never_zero() {
    let cowork = TestCowork::start().await;
    cowork.provider.push(says("x"));
    let session = cowork.session().await;
    let answer = cowork.ask(&session, "hi").await;
    assert_eq!(answer.usage, None);
    assert!(!kinds(&cowork.events(&session, 0).await).contains(&"token.usage"));
}

#[tokio::test]
async fn the_model_gets_the_instructions_and_the_active_branch() {
    let cowork = TestCowork::start().await;
    for text in ["one", "two", "other two"] {
        cowork.provider.push(says(text));
    }
    let body = command(json!({ "systemPrompt": "Be brief." }));
    let session = cowork.engine.create_session(body).await.unwrap().id;
    cowork.ask(&session, "first").await;
    let second = cowork.send(&session, "second").await;
    cowork.ended(&second.assistant_message).await;
    let edited = cowork.edit_and_answer(&session, &second.user_message.unwrap().id, "second, please").await;
    cowork.ended(&edited.assistant_message).await;
    let said = |n: usize| cowork.provider.requests()[n].messages();
    let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
        list.iter().map(|(role, text)| ((*role).to_owned(), (*text).to_owned())).collect()
    };
    assert_eq!(said(0), pairs(&[("system", "Be brief."), ("user", "first")]));
    assert_eq!(
        said(2),
        pairs(&[
            ("system", "Be brief."),
            ("user", "first"),
            ("assistant", "one"),
            ("user", "second, please")
        ])
    );
    assert_eq!(cowork.provider.requests()[0].body["model"], MODEL);
}

#[tokio::test]
async fn a_message_can_go_on_from_any_other() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let session = cowork.session().await;
    let first = cowork.send(&session, "one").await;
    let answer = cowork.ended(&first.assistant_message).await;
    cowork.ask(&session, "two").await;
    let body = json!({ "content": "another two", "parentId": answer.id });
    let other = cowork.try_send(&session, body).await.unwrap();
    assert_eq!(other.user_message.as_ref().unwrap().parent_id.as_ref(), Some(&answer.id));
    cowork.ended(&other.assistant_message).await;
    assert_eq!(cowork.thread(&session).await, ["one", "ok", "another two", "ok"]);
    let stranger = json!({ "content": "x", "parentId": "no-such-message" });
    assert_eq!(code(cowork.try_send(&session, stranger).await), "not_found");
}

#[tokio::test]
async fn what_can_not_be_sent_is_refused_and_leaves_nothing() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let head = cowork.reader.head();
    for content in [String::new(), " \n\t".to_owned(), "x".repeat(1_000_001)] {
        let refused = cowork.try_send(&session, json!({ "content": content })).await.unwrap_err().problem();
        assert_eq!((refused.status, refused.field.as_deref()), (400, Some("content")));
    }
    for (body, wanted) in [
        (json!({ "content": "x", "providerId": "nobody" }), "model_unavailable"),
        (json!({ "content": "x", "parentId": "nothing" }), "not_found"),
    ] {
        assert_eq!(code(cowork.try_send(&session, body).await), wanted);
    }
    let nowhere = cowork_contract::SessionId::new("nowhere");
    assert_eq!(code(cowork.try_send(&nowhere, json!({ "content": "x" })).await), "not_found");
    assert_eq!(cowork.reader.head(), head);
    assert_eq!(cowork.provider.requests().len(), 0);
    // A million bytes are taken.
    cowork.provider.push(says("ok"));
    cowork.ask(&session, &"x".repeat(1_000_000)).await;
}

#[tokio::test]
async fn the_list_shows_what_a_session_is_doing() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let (accepted, gate) = cowork.begin(&session, "a", "b").await;
    assert_eq!(cowork.session_now(&session).await.activity, SessionActivity::Running);
    gate.open();
    cowork.ended(&accepted.assistant_message).await;
    assert_eq!(cowork.session_now(&session).await.activity, SessionActivity::Idle);
    cowork.provider.push(cowork_testkit::refuse(400, "bad", "no"));
    cowork.ask(&session, "again").await;
    assert_eq!(cowork.session_now(&session).await.activity, SessionActivity::Failed);
    assert_eq!(cowork.session_now(&session).await.message_count, 4);
}

#[tokio::test]
async fn the_demo_answers_when_it_is_asked() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let accepted =
        cowork.try_send(&session, json!({ "content": "echo hello", "providerId": "demo" })).await.unwrap();
    let answer = cowork.ended(&accepted.assistant_message).await;
    assert!(answer.content.contains("hello"), "{answer:?}");
    assert_eq!(answer.provider_id.as_deref(), Some("demo"));
    assert_eq!(cowork.provider.requests().len(), 0);
    let _ = cowork.engine.cancel(&session, &answer.id, bare()).await.unwrap();
}
