//! One message to several models: their answers run together, each with its own fate, as one turn of the session.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use cowork_contract::{MessageAccepted, MessageId, MessageStatus, SessionActivity, SessionId};
use cowork_engine::{EngineOptions, Retry};
use cowork_provider::{ProviderConfig, ProviderKind};
use cowork_store::{Branch, Scope};
use cowork_testkit::{Gate, Script, ScriptedProvider, reply};
use serde_json::{Value, json};
use support::{Life, PATIENCE, TestCowork, bare, code, command, says, says_and_hangs};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Three services, so that each answer has a script of its own whatever comes first.
struct Services {
    each: Vec<ScriptedProvider>,
    folder: TempDir,
}

const NAMES: [&str; 3] = ["ada", "bert", "cleo"];

impl Services {
    async fn start() -> Self {
        let mut each = Vec::new();
        for _ in NAMES {
            each.push(ScriptedProvider::start().await);
        }
        Self { each, folder: tempfile::tempdir().unwrap() }
    }

    async fn life(&self) -> Life {
        self.life_with(EngineOptions { housekeeping: false, retry: Retry::NEVER, ..EngineOptions::default() })
            .await
    }

    async fn life_with(&self, options: EngineOptions) -> Life {
        let configs = NAMES.iter().zip(&self.each).map(|(name, service)| {
            let mut config = ProviderConfig::new(*name, ProviderKind::OpenAiCompatible);
            config.base_url = Some(service.base_url());
            config.models = vec![(*name).to_owned()];
            config
        });
        Life::with_providers(self.folder.path(), configs.collect(), options).await
    }
}

fn models(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "providerId": name, "modelId": name })).collect()
}

async fn compare(life: &Life, session: &SessionId, names: &[&str]) -> MessageAccepted {
    life.try_send(session, json!({ "content": "compare", "models": models(names) })).await.unwrap()
}

async fn cancel(life: &Life, session: &SessionId, message: &MessageId) {
    life.engine.cancel(session, message, bare()).await.unwrap();
}

#[tokio::test]
async fn answers_stream_at_the_same_time_as_siblings_and_the_first_one_is_shown() {
    let services = Services::start().await;
    let life = services.life().await;
    let (ada, bert) = (Gate::new(), Gate::new());
    services.each[0].push(reply().text("a").wait(&ada).text("da").usage(5, 2).finish("stop").done());
    services.each[1].push(reply().text("b").wait(&bert).text("ert").usage(5, 3).finish("stop").done());
    let session = life.session().await;
    let accepted = compare(&life, &session, &["ada", "bert"]).await;
    let [first, second] = accepted.assistant_messages.as_slice() else { panic!("{accepted:?}") };
    assert_eq!(first, &accepted.assistant_message);
    assert_eq!(
        (&first.parent_id, &first.parent_id),
        (&second.parent_id, &accepted.user_message.map(|it| it.id))
    );
    let places: Vec<_> = [first, second].map(|answer| answer.metadata.comparison.clone().unwrap()).into();
    assert_eq!(places[0].group, places[1].group);
    assert_eq!(places.iter().map(|place| (place.index, place.of)).collect::<Vec<_>>(), [(0, 2), (1, 2)]);

    // Neither waits for the other: both have spoken while both are held.
    life.says(first, "a").await;
    life.says(second, "b").await;
    assert_eq!(life.engine.status().running_turns, 2);
    let chat = life.chat(&session, Branch::Active).await;
    assert_eq!(chat.active_leaf_id.as_ref(), Some(&first.id));
    assert_eq!(chat.messages.iter().map(|it| it.content.as_str()).collect::<Vec<_>>(), ["compare", "a"]);
    assert_eq!(chat.compared.iter().map(|it| it.content.as_str()).collect::<Vec<_>>(), ["b"], "for a reload");
    assert!(life.chat(&session, Branch::All).await.compared.is_empty(), "they are all among the messages");

    bert.open();
    let second = life.ended(second).await;
    assert_eq!((second.status, second.content.as_str()), (MessageStatus::Done, "bert"));
    assert_eq!(second.usage.unwrap().output_tokens, 3);
    assert_eq!(life.session_now(&session).await.activity, SessionActivity::Running);
    ada.open();
    let first = life.ended(first).await;
    assert_eq!((first.content.as_str(), first.usage.unwrap().output_tokens), ("ada", 2));
    assert_eq!(life.session_now(&session).await.activity, SessionActivity::Idle);

    // The conversation goes on from the chosen one; the other's words are no part of it.
    let body = command(json!({ "activeLeafId": second.id }));
    life.engine.update_session(&session, body).await.unwrap();
    services.each[2].push(says("on"));
    let body = json!({ "content": "go on", "providerId": "cleo", "modelId": "cleo" });
    let next = life.try_send(&session, body).await.unwrap();
    assert_eq!(next.user_message.unwrap().parent_id, Some(second.id));
    assert!(next.assistant_messages.is_empty(), "one answer is no comparison");
    assert_eq!(life.ended(&next.assistant_message).await.content, "on");
    let said: Vec<_> =
        services.each[2].request(0).await.messages().into_iter().map(|(_, text)| text).collect();
    assert_eq!(said, ["compare", "bert", "go on"]);
}

#[tokio::test]
async fn one_that_fails_shows_its_own_failure_and_the_others_go_on() {
    let services = Services::start().await;
    let life = services
        .life_with(EngineOptions {
            housekeeping: false,
            retry: Retry::NEVER,
            fallback: vec![("cleo".into(), "cleo".into())],
            ..EngineOptions::default()
        })
        .await;
    services.each[0].push(cowork_testkit::refuse(500, "broken", "no"));
    services.each[1].push(says("bert"));
    services.each[2].always(says("in its place"));
    let session = life.session().await;
    let accepted = compare(&life, &session, &["ada", "bert"]).await;
    let failed = life.ended(&accepted.assistant_messages[0]).await;
    assert_eq!((failed.status, failed.content.as_str()), (MessageStatus::Error, ""));
    assert_eq!(failed.provider_id.as_deref(), Some("ada"));
    assert_eq!(life.ended(&accepted.assistant_messages[1]).await.content, "bert");
    assert!(services.each[2].requests().is_empty(), "nobody stands in where answers are compared");

    // Tried again by its name it keeps its place, and still nobody stands in; any other answer is one of its own.
    services.each[0].push(says("ada at last"));
    let same = command(json!({ "providerId": "ada", "modelId": "ada" }));
    let again = life.engine.regenerate(&session, &failed.id, same).await.unwrap().assistant_message;
    assert_eq!(again.metadata.comparison, failed.metadata.comparison);
    assert_eq!(life.ended(&again).await.content, "ada at last");
    let other = command(json!({ "providerId": "cleo", "modelId": "cleo" }));
    let other = life.engine.regenerate(&session, &failed.id, other).await.unwrap().assistant_message;
    assert_eq!(other.metadata.comparison, None);
    life.ended(&other).await;
}

#[tokio::test]
async fn one_can_be_stopped_and_the_next_turn_waits_for_all() {
    let services = Services::start().await;
    let life = services.life().await;
    let gate = Gate::new();
    services.each[0].push(says_and_hangs("a"));
    services.each[1].push(reply().text("b").wait(&gate).finish("stop").done());
    services.each[2].push(says("next"));
    let session = life.session().await;
    let accepted = compare(&life, &session, &["ada", "bert"]).await;
    let [first, second] = accepted.assistant_messages.as_slice() else { panic!() };
    let body = json!({ "content": "next", "providerId": "cleo", "modelId": "cleo" });
    let next = life.try_send(&session, body).await.unwrap().assistant_message;
    life.says(first, "a").await;
    life.says(second, "b").await;
    cancel(&life, &session, &first.id).await;
    assert_eq!(life.message(first).await.status, MessageStatus::Canceled);
    assert_eq!(life.message(second).await.status, MessageStatus::Streaming);
    assert!(services.each[2].requests().is_empty(), "the turn has not ended");
    assert_eq!(life.message(&next).await.status, MessageStatus::Pending);
    gate.open();
    assert_eq!(life.ended(second).await.status, MessageStatus::Done);
    assert_eq!(life.ended(&next).await.content, "next");
}

#[tokio::test]
async fn one_that_waits_is_sent_now_and_dropped_as_a_whole() {
    let services = Services::start().await;
    let life = services.life().await;
    services.each[2].push(says_and_hangs("c"));
    let session = life.session().await;
    let body = json!({ "content": "first", "providerId": "cleo", "modelId": "cleo" });
    let running = life.try_send(&session, body).await.unwrap().assistant_message;
    life.says(&running, "c").await;
    let dropped = compare(&life, &session, &["ada", "bert"]).await;
    let preferred = compare(&life, &session, &["ada", "bert"]).await;
    life.engine.delete_message(&session, &dropped.user_message.unwrap().id, None).await.unwrap();
    for answer in &dropped.assistant_messages {
        assert_eq!(life.message(answer).await.status, MessageStatus::Canceled);
    }
    let gate = Gate::new();
    services.each[0].push(reply().text("a").wait(&gate).finish("stop").done());
    services.each[1].push(reply().text("b").wait(&gate).finish("stop").done());
    // Named by its second answer, it starts whole, and neither of the two stops the other.
    let [first, second] = preferred.assistant_messages.as_slice() else { panic!() };
    life.engine.send_now(&session, &second.id, bare()).await.unwrap();
    assert_eq!(life.message(&running).await.status, MessageStatus::Canceled);
    life.says(first, "a").await;
    life.says(second, "b").await;
    gate.open();
    assert_eq!(life.ended(first).await.status, MessageStatus::Done);
    assert_eq!(life.ended(second).await.status, MessageStatus::Done);
}

#[tokio::test]
async fn the_same_command_again_asks_nobody_again() {
    let services = Services::start().await;
    let life = services.life().await;
    services.each[0].push(says("ada"));
    services.each[1].push(says("bert"));
    let session = life.session().await;
    let body =
        |names: &[&str]| json!({ "content": "compare", "models": models(names), "client_request_id": "r" });
    let accepted = life.try_send(&session, body(&["ada", "bert"])).await.unwrap();
    for answer in &accepted.assistant_messages {
        life.ended(answer).await;
    }
    let again = life.try_send(&session, body(&["ada", "bert"])).await.unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(&accepted).unwrap());
    assert_eq!(code(life.try_send(&session, body(&["bert", "ada"])).await), "idempotency_conflict");
    assert_eq!(services.each.iter().map(|it| it.requests().len()).sum::<usize>(), 2);
}

#[tokio::test]
async fn what_can_t_be_compared_is_refused_before_anybody_is_asked() {
    let services = Services::start().await;
    let life = services.life().await;
    let session = life.session().await;
    let head = life.reader.head();
    for (body, wanted, words) in [
        (json!({ "models": [] }), "invalid_request", "Name 2 to 4 models to compare; there are 0."),
        (json!({ "models": models(&["ada"]) }), "invalid_request", "there are 1"),
        (
            json!({ "models": models(&["ada", "bert", "cleo", "dora", "eve"]) }),
            "invalid_request",
            "there are 5",
        ),
        (json!({ "models": models(&["ada", "ada"]) }), "invalid_request", "ada of ada is named twice"),
        (json!({ "models": models(&["ada", ""]) }), "invalid_request", "needs its providerId"),
        (json!({ "models": models(&["ada", "bert"]), "modelId": "ada" }), "invalid_request", "not both"),
        (json!({ "models": models(&["ada", "zoe"]) }), "model_unavailable", "zoe of zoe can't be asked"),
    ] {
        let mut whole = body;
        whole["content"] = json!("compare");
        let refused = life.try_send(&session, whole.clone()).await.unwrap_err();
        assert!(refused.to_string().contains(words), "{refused}");
        assert_eq!(code(life.try_send(&session, whole).await), wanted);
    }
    assert_eq!(life.reader.head(), head, "a refusal leaves nothing");
}

#[tokio::test]
async fn a_copy_and_an_export_have_all_of_them() {
    let services = Services::start().await;
    let life = services.life().await;
    services.each[0].push(says("ada"));
    services.each[1].push(says("bert"));
    let session = life.session().await;
    for answer in compare(&life, &session, &["ada", "bert"]).await.assistant_messages {
        life.ended(&answer).await;
    }
    let exported = life.reader.export(&session).await.unwrap().unwrap();
    let places = exported.messages.iter().filter_map(|message| message.metadata.comparison.as_ref());
    assert_eq!(places.map(|place| place.index).collect::<Vec<_>>(), [0, 1]);
    let copy = life.engine.fork_session(&session, command(json!({ "allBranches": true }))).await.unwrap();
    let chat = life.chat(&copy.id, Branch::Active).await;
    assert_eq!((chat.messages[1].content.as_str(), chat.compared[0].content.as_str()), ("ada", "bert"));
    let branch = life.engine.fork_session(&session, bare()).await.unwrap();
    assert!(life.chat(&branch.id, Branch::Active).await.compared.is_empty(), "the branch alone");
}

#[tokio::test]
async fn a_session_is_named_once_after_the_first_complete_answer() {
    let services = Services::start().await;
    let life = services.life().await;
    life.engine.update_settings(command(json!({ "titleByModel": true }))).await.unwrap();
    let gate = Gate::new();
    services.each[0].push(reply().text("a").wait(&gate).finish("stop").done());
    services.each[1].push(says("bert"));
    services.each[1].push(says("Named by Bert"));
    let session = life.session().await;
    let accepted = compare(&life, &session, &["ada", "bert"]).await;
    let mut follow = life.reader.follow(Scope::Session(session.clone()), Some(0)).unwrap();
    let named = async {
        while life.session_now(&session).await.title != "Named by Bert" {
            follow.next().await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, named).await.expect("a title while the other is still being written");
    gate.open();
    life.ended(&accepted.assistant_messages[0]).await;
    services.each[0].push(says("more"));
    let more = json!({ "content": "more", "providerId": "ada", "modelId": "ada" });
    let more = life.try_send(&session, more).await.unwrap().assistant_message;
    assert_eq!(life.ended(&more).await.content, "more", "the second to end asked for no title");
    assert_eq!(services.each[0].requests().len(), 2);
}

/// Both are too small for what was said: one of them has it summarised, and both are asked with that summary.
#[tokio::test]
async fn a_summary_that_all_need_is_made_once() {
    let cowork = TestCowork::with(|config| config.models = Vec::new()).await;
    cowork.provider.when(|asked| {
        let model = |id: &str| json!({ "id": id, "context_length": 4_000 });
        let list = json!({ "data": [model("one"), model("two")] });
        (asked.method == "GET").then(|| Script::new(200).json(&list))
    });
    let session = cowork.session().await;
    let long = |word: &str| format!("{word:x<1920}");
    for number in 1..=3 {
        cowork.provider.push(says(&long(&format!("answer{number} "))));
        cowork.ask(&session, &long(&format!("question{number} "))).await;
    }
    let gate = Gate::new();
    let summary = reply().text("They agreed").wait(&gate).text(" on blue.").finish("stop").done();
    cowork.provider.push(summary);
    cowork.provider.push(says("so be it"));
    cowork.provider.push(says("so be it"));
    let models = json!([
        { "providerId": support::PROVIDER, "modelId": "one" },
        { "providerId": support::PROVIDER, "modelId": "two" }
    ]);
    let body = json!({ "content": long("question4 "), "models": models });
    let accepted = cowork.try_send(&session, body).await.unwrap();
    gate.reached().await;
    gate.open();
    for answer in &accepted.assistant_messages {
        let answer = cowork.ended(answer).await;
        assert_eq!(answer.content, "so be it");
        assert_eq!(answer.metadata.context.unwrap().summarized, 4);
    }
    let calls = cowork.provider.requests().into_iter().filter(|asked| asked.method == "POST");
    let told = calls.map(|call| call.messages().into_iter().map(|(_, text)| text).collect::<String>());
    assert_eq!(told.skip(4).filter(|told| told.contains("They agreed on blue.")).count(), 2);
}

/// The end of the process in mid-comparison: what had begun is marked, what waited is given, each for itself.
#[test]
fn a_comparison_is_taken_up_answer_by_answer_after_the_process_was_killed() {
    let outside = Runtime::new().unwrap();
    let services = outside.block_on(Services::start());
    services.each[0].push(says_and_hangs("begun"));
    services.each[1].push(reply().step(cowork_testkit::Step::Stall));
    let killed = Runtime::new().unwrap();
    let (session, first, second) = killed.block_on(async {
        let life = services.life().await;
        let session = life.session().await;
        let accepted = compare(&life, &session, &["ada", "bert"]).await;
        let [first, second] = <[_; 2]>::try_from(accepted.assistant_messages).unwrap();
        life.says(&first, "begun").await;
        services.each[1].request(0).await;
        (session, first, second)
    });
    killed.shutdown_timeout(Duration::from_secs(10));
    services.each[1].push(says("bert"));
    services.each[0].push(says(" and ended"));
    outside.block_on(async {
        let life = services.life().await;
        let cut = life.message(&first).await;
        assert_eq!((cut.status, cut.content.as_str()), (MessageStatus::Error, "begun"));
        assert_eq!(cut.error.unwrap().code, "interrupted");
        assert_eq!(life.ended(&second).await.content, "bert");
        life.engine.continue_message(&session, &first.id, bare()).await.unwrap();
        let whole = life.ended(&first).await;
        assert_eq!((whole.status, whole.content.as_str()), (MessageStatus::Done, "begun and ended"));
        assert!(whole.metadata.comparison.is_some());
        life.end().await;
    });
}
