//! A long conversation goes on with a summary of its earlier part: made by itself or by hand, removed, and gone with
//! the first change to what it tells of.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{
    ChatMessage, Compaction, CompactionTrigger, EventBody, MessageId, MessageStatus, Session,
    SessionActivity, SessionId,
};
use cowork_engine::EngineError;
use cowork_store::{Branch, Scope};
use cowork_testkit::{Gate, Recorded, Script, ScriptedProvider, refuse, reply};
use serde_json::json;
use support::{Life, PATIENCE, TestCowork, bare, code, command, says, says_and_hangs};

/// A model that reads 4,000 tokens: 3,000 beside its answer, and 1,000 of it stay as they were said.
async fn small() -> TestCowork {
    let cowork = TestCowork::with(|config| config.models = Vec::new()).await;
    tells_its_window(&cowork.provider);
    cowork
}

fn tells_its_window(provider: &ScriptedProvider) {
    provider.when(|asked| {
        let list = json!({ "data": [{ "id": "scripted-1", "context_length": 4_000 }] });
        (asked.method == "GET").then(|| Script::new(200).json(&list))
    });
}

/// A text of 480 tokens that begins with this word.
fn long(word: &str) -> String {
    format!("{word:x<1920}")
}

/// A session with this many exchanges of 968 tokens; gives the answers.
async fn talked(life: &Life, provider: &ScriptedProvider, exchanges: usize) -> (SessionId, Vec<ChatMessage>) {
    let session = life.session().await;
    let mut answers = Vec::new();
    for number in 1..=exchanges {
        provider.push(says(&long(&format!("answer{number} "))));
        answers.push(life.ask(&session, &long(&format!("question{number} "))).await);
    }
    (session, answers)
}

fn calls(provider: &ScriptedProvider) -> Vec<Recorded> {
    provider.requests().into_iter().filter(|asked| asked.method == "POST").collect()
}

/// All that a call was told, as one text.
fn told(call: &Recorded) -> String {
    call.messages().into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

fn is_for_summary(call: &Recorded) -> bool {
    call.messages()[0].1.contains("You keep the record of a conversation")
}

async fn compaction_at(life: &Life, message: &ChatMessage) -> Option<Compaction> {
    life.message(message).await.metadata.compaction
}

/// Waits until a session is as wanted.
async fn session_is(life: &Life, session: &SessionId, wanted: impl Fn(&Session) -> bool) -> Session {
    let mut follow = life.reader.follow(Scope::Session(session.clone()), None).unwrap();
    let waiting = async {
        loop {
            let now = life.session_now(session).await;
            if wanted(&now) {
                return now;
            }
            follow.next().await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the session in time")
}

/// Compacts by hand to the end of it.
async fn compact(cowork: &TestCowork, session: &SessionId, summary: &str) -> MessageId {
    cowork.provider.push(says(summary));
    let begun = cowork.engine.compact(session, bare()).await.unwrap();
    session_is(cowork, session, |now| now.compacting.is_none()).await;
    begun.session.compacting.unwrap().message_id
}

#[tokio::test]
async fn what_no_longer_fits_is_summarised_before_the_answer() {
    let cowork = small().await;
    let (session, answers) = talked(&cowork, &cowork.provider, 3).await;
    let head = cowork.reader.head();
    cowork.provider.push(reply().text("They agreed on blue.").usage(900, 20).finish("stop").done());
    cowork.provider.push(says("fourth"));
    let answer = cowork.ask(&session, &long("question4 ")).await;
    assert_eq!((answer.status, answer.content.as_str()), (MessageStatus::Done, "fourth"));

    let made = compaction_at(&cowork, &answers[1]).await.unwrap();
    assert_eq!((made.summary.as_str(), made.messages, made.unread), ("They agreed on blue.", 4, 0));
    assert_eq!((made.trigger, made.tokens_before), (CompactionTrigger::Automatic, 4 * 484));
    assert!(made.tokens_after < 100 && made.created_at > 0);
    assert_eq!((made.provider_id.as_str(), made.model_id.as_str()), (support::PROVIDER, support::MODEL));
    let context = answer.metadata.context.unwrap();
    assert_eq!((context.summarized, context.left_out, context.compaction_failure), (4, 0, None));
    assert_eq!(context.summary_tokens, made.tokens_after + 4);

    let calls = calls(&cowork.provider);
    let (summary, chat) = (&calls[3], &calls[4]);
    assert!(is_for_summary(summary) && !is_for_summary(chat));
    for (word, read, sent) in [
        ("question1 ", true, false),
        ("answer2 ", true, false),
        ("question3 ", false, true),
        ("answer3 ", false, true),
        ("question4 ", false, true),
        ("They agreed on blue.", false, true),
    ] {
        assert_eq!((told(summary).contains(word), told(chat).contains(word)), (read, sent), "{word}");
    }
    // On record, with what it took, at the answer that waited for it.
    let entered = cowork.reader.calls(&answer.id).await.unwrap();
    assert_eq!(entered.iter().map(|call| call.purpose.as_str()).collect::<Vec<_>>(), ["compact", "chat"]);
    assert_eq!((entered[0].entry.input_tokens, entered[0].entry.output_tokens), (Some(900), Some(20)));

    // Everybody could see what was going on, and nothing of it is left over.
    let events = cowork.events(&session, head).await;
    let begun = events.iter().find_map(|event| match &event.body {
        EventBody::SessionUpdated(state) => state.session.compacting.clone(),
        _ => None,
    });
    let begun = begun.unwrap();
    assert_eq!((begun.message_id, begun.trigger), (answers[1].id.clone(), CompactionTrigger::Automatic));
    let now = cowork.session_now(&session).await;
    assert_eq!((now.compacting, now.activity), (None, SessionActivity::Idle));

    // The next answer needs no new one.
    cowork.provider.push(says("fifth"));
    cowork.ask(&session, "short").await;
    assert_eq!(cowork.provider.requests().iter().filter(|call| call.method == "POST").count(), 6);
}

#[tokio::test]
async fn an_answer_does_not_fail_with_its_summary() {
    for (script, wanted) in [
        (refuse(500, "server_error", "The summary broke."), "The summary broke."),
        (says("").into(), "without a word"),
        (says(&"long ".repeat(3_000)).into(), "no shorter"),
    ] {
        let cowork = small().await;
        let (session, answers) = talked(&cowork, &cowork.provider, 3).await;
        cowork.provider.push(script);
        cowork.provider.push(says("fourth"));
        let answer = cowork.ask(&session, &long("question4 ")).await;
        assert_eq!((answer.status, answer.content.as_str()), (MessageStatus::Done, "fourth"), "{wanted}");
        let context = answer.metadata.context.unwrap();
        assert_eq!((context.summarized, context.left_out), (0, 2));
        let failure = context.compaction_failure.unwrap();
        assert!(failure.contains(wanted), "{failure}");
        assert_eq!(compaction_at(&cowork, &answers[1]).await, None);
        assert_eq!(cowork.session_now(&session).await.compacting, None);
        let entered = cowork.reader.calls(&answer.id).await.unwrap();
        assert_eq!(entered.len(), 2);
    }
}

#[tokio::test]
async fn where_it_is_off_the_oldest_are_left_out() {
    let cowork = small().await;
    cowork.engine.update_settings(command(json!({ "compact": "off" }))).await.unwrap();
    let (session, _) = talked(&cowork, &cowork.provider, 3).await;
    cowork.provider.push(says("fourth"));
    let answer = cowork.ask(&session, &long("question4 ")).await;
    let context = answer.metadata.context.unwrap();
    assert_eq!((context.left_out, context.compaction_failure), (2, None));
    assert_eq!(calls(&cowork.provider).len(), 4);
    let settings = cowork.engine.update_settings(command(json!({ "compact": null }))).await.unwrap();
    assert_eq!(settings.compact, cowork_contract::AutoCompact::Auto);
}

#[tokio::test]
async fn an_answer_is_stopped_while_its_summary_is_made() {
    let cowork = small().await;
    let (session, answers) = talked(&cowork, &cowork.provider, 3).await;
    cowork.provider.push(says_and_hangs("They ag"));
    let sent = cowork.send(&session, &long("question4 ")).await;
    session_is(&cowork, &session, |now| now.compacting.is_some()).await;
    let call = cowork.provider.request(4).await;
    let stopped = cowork.engine.cancel(&session, &sent.assistant_message.id, bare()).await.unwrap();
    assert_eq!((stopped.status, stopped.content.as_str()), (MessageStatus::Canceled, ""));
    assert!(tokio::time::timeout(PATIENCE, call.hung_up()).await.unwrap());
    assert_eq!(compaction_at(&cowork, &answers[1]).await, None);
    let now = cowork.session_now(&session).await;
    assert_eq!((now.compacting, now.activity), (None, SessionActivity::Idle));
    // What was stopped was paid for all the same.
    let entered = cowork.reader.calls(&sent.assistant_message.id).await.unwrap();
    assert_eq!(entered.iter().map(|call| call.purpose.as_str()).collect::<Vec<_>>(), ["compact"]);
}

#[tokio::test]
async fn by_hand_answers_wait_for_it_and_go_on_with_it() {
    let cowork = small().await;
    let (session, answers) = talked(&cowork, &cowork.provider, 2).await;
    let gate = Gate::new();
    cowork.provider.push(reply().text("They ").wait(&gate).text("met.").finish("stop").done());
    let body = json!({ "client_request_id": "c", "instructions": "Keep the colours." });
    let begun = cowork.engine.compact(&session, command(body.clone())).await.unwrap();
    assert_eq!(begun.session.compacting.as_ref().unwrap().message_id, answers[0].id);
    assert_eq!(begun.session.activity, SessionActivity::Running);
    // The same again is the same; another one has to wait.
    let again = cowork.engine.compact(&session, command(body.clone())).await.unwrap();
    assert_eq!(again.last_event_id, begun.last_event_id);
    assert_eq!(code(cowork.engine.compact(&session, bare()).await), "session_busy");

    cowork.provider.push(says("third"));
    let sent = cowork.send(&session, "question3").await;
    cowork.provider.request(3).await;
    assert_eq!(cowork.message(&sent.assistant_message).await.status, MessageStatus::Pending);
    gate.open();
    let answer = cowork.ended(&sent.assistant_message).await;
    assert_eq!(answer.content, "third");
    let calls = calls(&cowork.provider);
    assert!(is_for_summary(&calls[2]) && told(&calls[2]).contains("heed this: Keep the colours."));
    assert!(told(&calls[3]).contains("They met.") && !told(&calls[3]).contains("question1"));
    let made = compaction_at(&cowork, &answers[0]).await.unwrap();
    assert_eq!((made.messages, made.trigger), (2, CompactionTrigger::Manual));
    let entered = cowork.reader.calls(&answers[0].id).await.unwrap();
    assert_eq!(entered.last().unwrap().purpose, "compact");
    let done = cowork.engine.compact(&session, command(body)).await.unwrap();
    assert_eq!(done.last_event_id, begun.last_event_id, "nor later");
}

#[tokio::test]
async fn by_hand_it_is_refused_where_it_can_not_be() {
    let cowork = small().await;
    let session = cowork.session().await;
    assert_eq!(code(cowork.engine.compact(&session, bare()).await), "nothing_to_compact");
    cowork.provider.push(says("hi"));
    cowork.ask(&session, "hello").await;
    assert_eq!(code(cowork.engine.compact(&session, bare()).await), "nothing_to_compact", "too short");
    let (running, gate) = cowork.begin(&session, "a", "b").await;
    assert_eq!(code(cowork.engine.compact(&session, bare()).await), "session_busy");
    gate.open();
    cowork.ended(&running.assistant_message).await;
    let long = json!({ "instructions": "x".repeat(4_001) });
    assert_eq!(code(cowork.engine.compact(&session, command(long)).await), "invalid_request");
    assert_eq!(code(cowork.engine.compact(&SessionId::new("nowhere"), bare()).await), "not_found");
    let demo = json!({ "defaultProviderId": "demo", "defaultModelId": "cowork-demo" });
    cowork.engine.update_session(&session, command(demo)).await.unwrap();
    assert_eq!(code(cowork.engine.compact(&session, bare()).await), "invalid_state");
    // All of it is covered already, but for the last exchange.
    let (session, _) = talked(&cowork, &cowork.provider, 2).await;
    compact(&cowork, &session, "They met.").await;
    assert_eq!(code(cowork.engine.compact(&session, bare()).await), "nothing_to_compact");
}

#[tokio::test]
async fn by_hand_it_can_be_stopped_and_a_failure_is_told() {
    let cowork = small().await;
    let (session, answers) = talked(&cowork, &cowork.provider, 2).await;
    cowork.provider.push(says_and_hangs("They"));
    cowork.engine.compact(&session, bare()).await.unwrap();
    let call = cowork.provider.request(3).await;
    let stopped = cowork.engine.cancel_compaction(&session, bare()).await.unwrap();
    assert_eq!((stopped.compacting, stopped.activity), (None, SessionActivity::Idle));
    assert!(tokio::time::timeout(PATIENCE, call.hung_up()).await.unwrap());
    cowork.engine.cancel_compaction(&session, bare()).await.expect("twice is fine");

    cowork.provider.push(refuse(400, "bad", "No summaries here."));
    cowork.engine.compact(&session, bare()).await.unwrap();
    let failed = |now: &Session| now.compacting.as_ref().is_some_and(|ended| ended.failure.is_some());
    let now = session_is(&cowork, &session, failed).await;
    assert!(now.compacting.unwrap().failure.unwrap().contains("No summaries here."));
    assert_eq!(now.activity, SessionActivity::Idle);
    assert_eq!(compaction_at(&cowork, &answers[0]).await, None);
    cowork.provider.push(says("third"));
    cowork.ask(&session, "question3").await;
    assert_eq!(cowork.session_now(&session).await.compacting, None, "the conversation has gone on");
}

#[tokio::test]
async fn a_removed_summary_sends_the_whole_again_or_the_one_before_it() {
    let cowork = small().await;
    let (session, answers) = talked(&cowork, &cowork.provider, 2).await;
    compact(&cowork, &session, "First record.").await;
    for number in [3, 4] {
        cowork.provider.push(says(&long(&format!("answer{number} "))));
        cowork.ask(&session, &long(&format!("question{number} "))).await;
    }
    let second = compact(&cowork, &session, "Second record.").await;
    let summary = calls(&cowork.provider).into_iter().rfind(is_for_summary).unwrap();
    assert!(told(&summary).contains("First record.") && told(&summary).contains("question3"));
    assert!(!told(&summary).contains("question1"), "it is told by the record before");
    let made = cowork.reader.message(&session, &second).await.unwrap().unwrap().metadata.compaction.unwrap();
    assert_eq!(made.messages, 6);

    let ask = async |expected: &[&str], missing: &[&str]| {
        cowork.provider.push(says("ok"));
        cowork.ask(&session, "and?").await;
        let sent = told(calls(&cowork.provider).last().unwrap());
        for (words, are_there) in [(expected, true), (missing, false)] {
            for word in words {
                assert_eq!(sent.contains(word), are_there, "{word}");
            }
        }
    };
    ask(&["Second record.", "question4"], &["First record.", "question3"]).await;
    let removed = cowork.engine.remove_compaction(&session, &second, None).await.unwrap();
    assert_eq!(removed.metadata.compaction, None);
    cowork.engine.remove_compaction(&session, &second, None).await.expect("twice is fine");
    ask(&["First record.", "question3"], &["Second record.", "question1"]).await;
    cowork.engine.update_settings(command(json!({ "compact": "off" }))).await.unwrap();
    cowork.engine.remove_compaction(&session, &answers[0].id, None).await.unwrap();
    ask(&["question3"], &["First record."]).await;
    let nowhere = MessageId::new("nowhere");
    assert_eq!(code(cowork.engine.remove_compaction(&session, &nowhere, None).await), "not_found");
}

#[tokio::test]
async fn a_summary_goes_with_the_first_change_to_what_it_tells() {
    let cowork = small().await;
    for change in ["edit", "delete", "delete the one it stands at", "nothing"] {
        let (session, answers) = talked(&cowork, &cowork.provider, 2).await;
        let (first, question) = (&answers[0], answers[0].parent_id.clone().unwrap());
        compact(&cowork, &session, "Of both.").await;
        match change {
            "edit" => drop(cowork.edit(&session, &question, "something else").await.unwrap()),
            "delete" => drop(cowork.engine.delete_message(&session, &question, None).await.unwrap()),
            "delete the one it stands at" => {
                cowork.engine.delete_message(&session, &first.id, None).await.unwrap();
                cowork.engine.restore_message(&session, &first.id, bare()).await.unwrap();
            }
            _ => drop(cowork.edit(&session, &answers[1].id, "what came later").await.unwrap()),
        }
        assert_eq!(compaction_at(&cowork, first).await.is_some(), change == "nothing", "{change}");
        cowork.provider.push(says("ok"));
        cowork.ask(&session, "and?").await;
        let sent = told(calls(&cowork.provider).last().unwrap());
        assert_eq!(sent.contains("Of both."), change == "nothing", "{change}: {sent}");
    }
}

#[tokio::test]
async fn what_comes_back_is_not_hidden_behind_a_summary_without_it() {
    let cowork = small().await;
    let (session, answers) = talked(&cowork, &cowork.provider, 3).await;
    cowork.engine.delete_message(&session, &answers[0].id, None).await.unwrap();
    compact(&cowork, &session, "Without the first answer.").await;
    assert!(compaction_at(&cowork, &answers[1]).await.is_some());
    cowork.engine.restore_message(&session, &answers[0].id, bare()).await.unwrap();
    assert_eq!(compaction_at(&cowork, &answers[1]).await, None);
}

#[tokio::test]
async fn a_summary_of_what_was_changed_meanwhile_is_not_kept() {
    let cowork = small().await;
    let (session, answers) = talked(&cowork, &cowork.provider, 2).await;
    let gate = Gate::new();
    cowork.provider.push(reply().text("Old ").wait(&gate).text("news.").finish("stop").done());
    cowork.engine.compact(&session, bare()).await.unwrap();
    cowork.provider.request(3).await;
    cowork.edit(&session, &answers[0].id, "not what was read").await.unwrap();
    gate.open();
    let ended = |now: &Session| now.compacting.as_ref().is_none_or(|ended| ended.failure.is_some());
    let now = session_is(&cowork, &session, ended).await;
    assert!(now.compacting.unwrap().failure.unwrap().contains("changed meanwhile"));
    assert_eq!(compaction_at(&cowork, &answers[0]).await, None);
}

#[tokio::test]
async fn a_summary_counts_on_the_branches_it_stands_on() {
    let cowork = small().await;
    let (session, answers) = talked(&cowork, &cowork.provider, 2).await;
    compact(&cowork, &session, "The first exchange.").await;
    // Beside the second question: below the summary.
    cowork.provider.push(says("ok"));
    let second = answers[1].parent_id.clone().unwrap();
    let beside = cowork.edit_and_answer(&session, &second, "another second").await;
    cowork.ended(&beside.assistant_message).await;
    assert!(told(calls(&cowork.provider).last().unwrap()).contains("The first exchange."));
    // Beside the first answer: not.
    cowork.provider.push(says("ok"));
    let again = cowork.engine.regenerate(&session, &answers[0].id, bare()).await.unwrap();
    cowork.ended(&again.assistant_message).await;
    let sent = told(calls(&cowork.provider).last().unwrap());
    assert!(sent.contains("question1") && !sent.contains("The first exchange."));
}

#[tokio::test]
async fn what_is_longer_than_the_model_reads_is_summarised_in_pieces() {
    let cowork = small().await;
    cowork.engine.update_settings(command(json!({ "compact": "off" }))).await.unwrap();
    let (session, answers) = talked(&cowork, &cowork.provider, 7).await;
    for number in 1..=10 {
        cowork.provider.push(says(&format!("Record {number}.")));
    }
    cowork.engine.compact(&session, bare()).await.unwrap();
    session_is(&cowork, &session, |now| now.compacting.is_none()).await;
    let made = compaction_at(&cowork, &answers[5]).await.unwrap();
    assert_eq!((made.messages, made.unread), (12, 0));
    let summaries: Vec<_> = calls(&cowork.provider).into_iter().filter(is_for_summary).collect();
    assert!(summaries.len() > 1);
    assert_eq!(made.summary, format!("Record {}.", summaries.len()));
    for (number, call) in summaries.iter().enumerate().skip(1) {
        assert!(told(call).contains(&format!("Record {number}.")), "each goes on from the one before");
    }
    for call in &summaries {
        let answer = call.body["max_tokens"].as_u64().or(call.body["max_completion_tokens"].as_u64());
        let size = told(call).len() as u64 / 4 + answer.unwrap();
        assert!(size < 4_000, "{size}");
    }
    let whole: String = summaries.iter().map(told).collect();
    for number in 1..=6 {
        assert!(whole.contains(&format!("question{number} ")) && whole.contains(&format!("answer{number} ")));
    }
}

#[tokio::test]
async fn copies_keep_their_summaries() {
    let (cowork, there) = (small().await, small().await);
    let (session, answers) = talked(&cowork, &cowork.provider, 2).await;
    compact(&cowork, &session, "The first exchange.").await;
    let made = compaction_at(&cowork, &answers[0]).await;
    let fork = cowork.engine.fork_session(&session, bare()).await.unwrap();
    let export = cowork.reader.export(&session).await.unwrap().unwrap();
    let file = serde_json::from_value(serde_json::to_value(&export).unwrap()).unwrap();
    let import = there.engine.import_session(file).await.unwrap();
    for (life, copy) in [(&cowork, fork), (&there, import)] {
        let messages = life.chat(&copy.id, Branch::Active).await.messages;
        assert_eq!(messages[1].metadata.compaction, made);
        life.provider.push(says("ok"));
        life.ask(&copy.id, "and?").await;
        let sent = told(calls(&life.provider).last().unwrap());
        assert!(sent.contains("The first exchange.") && !sent.contains("question1"));
    }
}

#[tokio::test]
async fn a_deleted_session_stops_its_summary() {
    let cowork = small().await;
    let (session, answers) = talked(&cowork, &cowork.provider, 2).await;
    cowork.provider.push(says_and_hangs("They"));
    cowork.engine.compact(&session, bare()).await.unwrap();
    let call = cowork.provider.request(3).await;
    cowork.engine.delete_session(&session, None).await.unwrap();
    assert!(tokio::time::timeout(PATIENCE, call.hung_up()).await.unwrap());
    let back = cowork.engine.restore_session(&session, bare()).await.unwrap();
    assert_eq!((back.compacting, back.activity), (None, SessionActivity::Idle));
    assert_eq!(compaction_at(&cowork, &answers[0]).await, None);
    assert!(matches!(
        cowork.engine.remove_compaction(&SessionId::new("x"), &answers[0].id, None).await,
        Err(EngineError::NotFound(_))
    ));
}

#[test]
fn nothing_is_left_of_a_summary_that_the_end_cut_short() {
    let outside = tokio::runtime::Runtime::new().unwrap();
    let provider = outside.block_on(ScriptedProvider::start());
    tells_its_window(&provider);
    let folder = tempfile::tempdir().unwrap();
    let start =
        async || Life::start(folder.path(), provider.base_url(), |config| config.models.clear()).await;
    for trigger in [CompactionTrigger::Manual, CompactionTrigger::Automatic] {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (session, answers) = runtime.block_on(async {
            let life = start().await;
            let before = provider.requests().len();
            let exchanges = if trigger == CompactionTrigger::Manual { 2 } else { 3 };
            let (session, answers) = talked(&life, &provider, exchanges).await;
            provider.push(says_and_hangs("They"));
            match trigger {
                CompactionTrigger::Manual => drop(life.engine.compact(&session, bare()).await.unwrap()),
                CompactionTrigger::Automatic => drop(life.send(&session, &long("question4 ")).await),
            }
            provider.request(before + exchanges + 1).await;
            assert!(life.session_now(&session).await.compacting.is_some());
            (session, answers)
        });
        runtime.shutdown_timeout(std::time::Duration::from_secs(10));

        if trigger == CompactionTrigger::Automatic {
            provider.push(says("They agreed."));
        }
        provider.push(says("goes on"));
        outside.block_on(async {
            let life = start().await;
            let leaf = life.session_now(&session).await.active_leaf_id.unwrap();
            let leaf = life.reader.message(&session, &leaf).await.unwrap().unwrap();
            match trigger {
                CompactionTrigger::Manual => {
                    let now = life.session_now(&session).await;
                    assert_eq!((now.compacting, now.activity), (None, SessionActivity::Idle));
                    assert_eq!(compaction_at(&life, &answers[0]).await, None);
                    assert_eq!(life.ask(&session, "and?").await.content, "goes on");
                }
                // The answer that waited for it runs again.
                CompactionTrigger::Automatic => {
                    life.ended(&leaf).await;
                    session_is(&life, &session, |now| now.compacting.is_none()).await;
                }
            }
            life.end().await;
        });
    }
}
