//! A session's settings: titles, the active branch, limits, and who is asked by default.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{CreateSession, UpdateSession};
use serde_json::{Value, json};
use support::{TestCowork, bare, code, command, says};

fn create(body: Value) -> CreateSession {
    command(body)
}

fn update(body: Value) -> UpdateSession {
    command(body)
}

#[tokio::test]
async fn a_session_is_named_by_its_first_message_until_a_person_does() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let session = cowork.session().await;
    assert_eq!(cowork.session_now(&session).await.title, "");
    let long = "# Renewing a lease sometimes fails right after another worker takes it";
    cowork.ask(&session, long).await;
    let title = "Renewing a lease sometimes fails right after another worker";
    assert_eq!(cowork.session_now(&session).await.title, title);
    cowork.ask(&session, "and then").await;
    assert_eq!(cowork.session_now(&session).await.title, title, "only the first message names it");
    let named = cowork.engine.update_session(&session, update(json!({ "title": " Leases " }))).await.unwrap();
    assert_eq!((named.title.as_str(), named.title_by_hand), ("Leases", true));
    let unnamed = cowork.engine.update_session(&session, update(json!({ "title": "" }))).await.unwrap();
    assert_eq!((unnamed.title.as_str(), unnamed.title_by_hand), (title, false));

    let named = cowork.engine.create_session(create(json!({ "title": "Mine" }))).await.unwrap();
    cowork.ask(&named.id, "something else").await;
    let now = cowork.session_now(&named.id).await;
    assert_eq!((now.title.as_str(), now.title_by_hand), ("Mine", true), "never over one set by hand");
}

#[tokio::test]
async fn what_is_absent_stays_and_null_clears() {
    let cowork = TestCowork::start().await;
    let all = json!({
        "systemPrompt": "Be brief.", "folder": "Work", "tags": ["a", "b"], "pinned": true, "mode": "task",
        "defaultProviderId": "demo", "writeMode": "ask", "agentMode": "plan",
    });
    let made = cowork.engine.create_session(create(all)).await.unwrap();
    let kept = cowork.engine.update_session(&made.id, update(json!({ "archived": true }))).await.unwrap();
    assert!(kept.archived && kept.last_event_id > made.last_event_id);
    assert_eq!(kept.updated_at, made.updated_at, "filing is no change of what is in it");
    let mut same = kept.clone();
    (same.archived, same.last_event_id) = (false, made.last_event_id);
    assert_eq!(same, made);
    let nulls = json!({ "systemPrompt": null, "folder": null, "defaultProviderId": null, "tags": [] });
    let cleared = cowork.engine.update_session(&made.id, update(nulls)).await.unwrap();
    assert_eq!(
        (cleared.system_prompt, cleared.folder, cleared.default_provider_id, cleared.tags),
        (None, None, None, vec![])
    );
    assert!(cleared.pinned, "and the rest stays");
}

#[tokio::test]
async fn fields_beyond_their_limits_are_refused_by_name() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let head = cowork.reader.head();
    let many: Vec<String> = (0..51).map(|number| number.to_string()).collect();
    let cases = [
        ("title", json!({ "title": "x".repeat(201) })),
        ("systemPrompt", json!({ "systemPrompt": "x".repeat(100_001) })),
        ("folder", json!({ "folder": " " })),
        ("folder", json!({ "folder": "x".repeat(101) })),
        ("tags", json!({ "tags": many })),
        ("tags", json!({ "tags": [""] })),
    ];
    for (field, body) in cases {
        let made = cowork.engine.create_session(create(body.clone())).await.unwrap_err().problem();
        assert_eq!((made.status, made.field.as_deref()), (400, Some(field)), "{body}");
        let changed = cowork.engine.update_session(&session, update(body)).await.unwrap_err().problem();
        assert_eq!((changed.status, changed.field.as_deref()), (400, Some(field)));
    }
    assert_eq!(cowork.reader.head(), head);
    let just =
        json!({ "title": "Ä".repeat(200), "folder": "Ä".repeat(100), "systemPrompt": "x".repeat(100_000) });
    cowork.engine.update_session(&session, update(just)).await.unwrap();
}

#[tokio::test]
async fn the_active_leaf_must_be_of_the_session() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let (one, two) = (cowork.session().await, cowork.session().await);
    let other = cowork.ask(&two, "hi").await;
    let refused = cowork.engine.update_session(&one, update(json!({ "activeLeafId": other.id }))).await;
    assert_eq!(code(refused), "not_found");
    assert_eq!(cowork.session_now(&one).await.active_leaf_id, None);
}

#[tokio::test]
async fn who_is_asked_is_the_message_s_choice_then_the_session_s_then_the_server_s() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let session = cowork.session().await;
    let asked = async |body: Value| {
        let accepted = cowork.try_send(&session, body).await.unwrap();
        let answer = cowork.ended(&accepted.assistant_message).await;
        let asked = answer.metadata.routing.unwrap().asked;
        format!("{}/{}", asked.provider_id, asked.model_id)
    };
    assert_eq!(asked(json!({ "content": "x" })).await, "scripted/scripted-1");
    let default = json!({ "defaultProviderId": "scripted", "defaultModelId": "special" });
    cowork.engine.update_session(&session, update(default)).await.unwrap();
    assert_eq!(asked(json!({ "content": "x" })).await, "scripted/special");
    assert_eq!(asked(json!({ "content": "x", "providerId": "demo" })).await, "demo/cowork-demo");
    assert_eq!(asked(json!({ "content": "x", "modelId": "scripted-1" })).await, "scripted/scripted-1");
    // A default that can't be resolved any more is refused when it is used, not hidden behind another model.
    let gone = json!({ "defaultProviderId": "gone", "defaultModelId": null });
    cowork.engine.update_session(&session, update(gone)).await.unwrap();
    assert_eq!(code(cowork.try_send(&session, json!({ "content": "x" })).await), "model_unavailable");
}

#[tokio::test]
async fn a_provider_that_lists_nothing_is_asked_for_its_models() {
    let cowork = TestCowork::with(|config| config.models.clear()).await;
    cowork.provider.models(["listed-1", "listed-2"]).always(says("ok"));
    let session = cowork.session().await;
    cowork.ask(&session, "hi").await;
    assert_eq!(cowork.provider.requests()[0].body["model"], "listed-1");
    let models = cowork.engine.models().await;
    let names: Vec<_> = models.items.iter().map(|model| (model.model_id.as_str(), model.demo)).collect();
    assert_eq!(names, [("listed-1", false), ("listed-2", false), ("cowork-demo", true)]);
    assert_eq!(
        (models.default_provider_id.as_str(), models.default_model_id.as_str()),
        ("scripted", "listed-1")
    );
}

#[tokio::test]
async fn created_at_never_decreases_and_sorts_as_it_came() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let session = cowork.session().await;
    for number in 0..20 {
        let sent = cowork.send(&session, &number.to_string()).await;
        if number % 5 == 0 {
            cowork.ended(&sent.assistant_message).await;
            cowork.engine.regenerate(&session, &sent.assistant_message.id, bare()).await.unwrap();
        }
    }
    let all = cowork.chat(&session, cowork_store::Branch::All).await.messages;
    let places: Vec<_> = all.iter().map(|message| (message.created_at, message.id.clone())).collect();
    assert!(places.is_sorted());
    // In the order in which they were made, too: the log has the same.
    let events = cowork.events(&session, 0).await;
    let made: Vec<_> = events
        .iter()
        .filter(|event| event.body.name() == "message.created")
        .map(|event| event.message_id.clone().unwrap())
        .collect();
    assert_eq!(places.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), made);
}
