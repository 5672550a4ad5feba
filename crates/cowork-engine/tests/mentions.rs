//! Sessions that a message mentions: what the model is given of them, and what is refused.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{GivenAs, SessionId};
use cowork_engine::EngineError;
use cowork_testkit::ScriptedProvider;
use serde_json::json;
use support::{TestCowork, bare, code, command, says};

fn mention(session: &SessionId) -> String {
    format!("[@The plan](cowork:session/{session})")
}

/// The last thing the person said, as the provider got it.
fn last_question(provider: &ScriptedProvider) -> String {
    let asked = provider.requests().last().unwrap().body.clone();
    let messages = asked["messages"].as_array().unwrap().iter().rev();
    let said =
        messages.filter(|message| message["role"] == "user").map(|message| message["content"].as_str());
    said.flatten().next().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_mentioned_session_says_reaches_the_model_as_it_was_when_it_was_sent() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("Understood."));
    let plan = cowork.session().await;
    cowork.ask(&plan, "We ship in May.").await;
    let rename = command(json!({ "title": "Plan: \"A/B\"" }));
    cowork.engine.update_session(&plan, rename).await.unwrap();

    let session = cowork.session().await;
    let words = format!("When is {} over?", mention(&plan));
    let sent = cowork.send(&session, &words).await;
    let answer = cowork.ended(&sent.assistant_message).await;
    let question = sent.user_message.unwrap();
    assert_eq!(question.content, words, "the message is what was written");
    let told = last_question(&cowork.provider);
    let mark = &question.attachments[0].sha256[..12];
    let frame = format!(
        "<attachment-{mark} name=\"Plan- -A-B.md\" type=\"text/markdown\">\n# Plan: \"A/B\"\n\nQuoted"
    );
    assert!(told.starts_with(&frame), "{told}");
    let quoted = "## User\n\nWe ship in May.\n\n## Assistant\n\nUnderstood.\n";
    assert!(told.contains(quoted) && told.ends_with(&words), "{told}");
    let given = answer.metadata.context.unwrap();
    assert_eq!(
        (given.attachments[0].name.as_str(), given.attachments[0].given),
        ("Plan- -A-B.md", GivenAs::Text)
    );
    assert!(given.estimated_tokens > 60, "the quote counts: {}", given.estimated_tokens);
    assert_eq!(cowork.session_now(&session).await.title, "When is @The plan over?");

    // What is said and done there afterwards changes nothing here.
    cowork.ask(&plan, "No, in June.").await;
    cowork.engine.delete_session(&plan, None).await.unwrap();
    let again = cowork.engine.regenerate(&session, &answer.id, bare()).await.unwrap();
    cowork.ended(&again.assistant_message).await;
    assert_eq!(last_question(&cowork.provider), told);
    let cowork = cowork.restart().await;
    let edited = cowork.edit_and_answer(&session, &question.id, &format!("And {}?", mention(&plan))).await;
    cowork.ended(&edited.assistant_message).await;
    let edited = last_question(&cowork.provider);
    assert!(edited.starts_with(&frame) && edited.contains(quoted), "an edit keeps it: {edited}");
    assert!(!edited.contains("June"), "{edited}");
}

#[tokio::test]
async fn an_edit_quotes_what_it_mentions_newly() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("Understood."));
    let plan = cowork.session().await;
    cowork.ask(&plan, "We ship in May.").await;
    let session = cowork.session().await;
    let sent = cowork.send(&session, "When?").await;
    cowork.ended(&sent.assistant_message).await;
    let question = sent.user_message.unwrap();
    let edited = cowork.edit_and_answer(&session, &question.id, &mention(&plan)).await;
    cowork.ended(&edited.assistant_message).await;
    assert!(last_question(&cowork.provider).contains("We ship in May."));

    let body = command(json!({ "content": mention(&plan) }));
    cowork.engine.edit(&session, &question.id, body).await.unwrap();
    let again = cowork.engine.regenerate(&session, &sent.assistant_message.id, bare()).await.unwrap();
    cowork.ended(&again.assistant_message).await;
    assert!(last_question(&cowork.provider).contains("We ship in May."), "in place too");
}

#[tokio::test]
async fn sent_again_it_is_done_once_even_if_the_session_is_gone_by_then() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("Understood."));
    let plan = cowork.session().await;
    cowork.ask(&plan, "We ship in May.").await;
    let session = cowork.session().await;
    let body = json!({ "content": mention(&plan), "client_request_id": "once" });
    let first = cowork.try_send(&session, body.clone()).await.unwrap();
    cowork.engine.delete_session(&plan, None).await.unwrap();
    let second = cowork.try_send(&session, body).await.unwrap();
    assert_eq!(first.user_message, second.user_message);
}

#[tokio::test]
async fn what_can_not_be_quoted_refuses_the_message() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("Understood."));
    let gone = cowork.session().await;
    cowork.engine.delete_session(&gone, None).await.unwrap();
    let session = cowork.session().await;
    let many: Vec<String> = (0..6).map(|number| mention(&SessionId::new(number.to_string()))).collect();
    for (content, told) in [
        (mention(&gone), "“The plan” that the message mentions is deleted"),
        (mention(&SessionId::new("nowhere")), "There is no conversation “The plan”"),
        (many.join(" "), "at most 5"),
    ] {
        let refused = cowork.try_send(&session, json!({ "content": content })).await;
        match &refused {
            Err(EngineError::Invalid { field: "content", detail }) => {
                assert!(detail.contains(told), "{detail}")
            }
            other => panic!("{content}: {other:?}"),
        }
        assert_eq!(code(refused), "invalid_request");
    }
    assert_eq!(cowork.session_now(&session).await.message_count, 0);

    // In code, and of the session itself, it is text.
    let text = format!("`{}` {}", mention(&gone), mention(&session));
    let sent = cowork.send(&session, &text).await;
    assert_eq!(sent.user_message.unwrap().attachments, []);
}
