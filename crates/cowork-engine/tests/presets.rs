//! Personas and prompts: kept once, named uniquely, and what a persona does to the question.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{Persona, PersonaUsed};
use cowork_testkit::Script;
use serde_json::{Value, json};
use support::{Life, MODEL, TestCowork, bare, code, command, says};

async fn persona(life: &Life, body: Value) -> Persona {
    life.engine.add_persona(command(body)).await.unwrap()
}

#[tokio::test]
async fn a_persona_s_words_and_parameters_reach_the_model_as_they_are_at_that_moment() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let editor = json!({
        "name": " Editor ", "prompt": "You edit.", "maxOutputTokens": 321, "reasoningEffort": "high",
        "temperature": 0.3, "topP": 0.8,
    });
    let editor = persona(&cowork, editor).await;
    assert_eq!(editor.fields.name, "Editor");
    let body = json!({ "systemPrompt": "Be brief.", "personaId": editor.id });
    let session = cowork.engine.create_session(command(body)).await.unwrap().id;
    let answer = cowork.ask(&session, "one").await;
    let used = PersonaUsed { id: editor.id.clone(), name: "Editor".to_owned() };
    assert_eq!(answer.metadata.persona, Some(used));
    let first = &cowork.provider.requests()[0];
    assert_eq!(first.messages()[0], ("system".to_owned(), "You edit.\n\nBe brief.".to_owned()));
    assert_eq!(first.body["reasoning_effort"], "high");
    assert_eq!((&first.body["temperature"], &first.body["top_p"]), (&json!(0.3), &json!(0.8)));
    assert!(first.body.to_string().contains("321"), "{}", first.body);

    // The conversation is in memory by now; the persona is read anew all the same.
    let change =
        json!({ "prompt": "You shorten.", "maxOutputTokens": null, "reasoningEffort": null, "topP": null });
    cowork.engine.update_persona(&editor.id, command(change)).await.unwrap();
    cowork.ask(&session, "two").await;
    let second = &cowork.provider.requests()[1];
    assert_eq!(second.messages()[0].1, "You shorten.\n\nBe brief.");
    assert_eq!((second.body.get("reasoning_effort"), second.body.get("top_p")), (None, None));
    assert_eq!(second.body["temperature"], 0.3);
    assert!(!second.body.to_string().contains("321"), "{}", second.body);

    cowork.engine.delete_persona(&editor.id, None).await.unwrap();
    let answer = cowork.ask(&session, "three").await;
    assert_eq!(cowork.provider.requests()[2].messages()[0].1, "Be brief.");
    assert_eq!(answer.metadata.persona, None);
    assert_eq!(cowork.session_now(&session).await.persona_id.as_deref(), Some(&*editor.id));

    cowork.engine.restore_persona(&editor.id, bare()).await.unwrap();
    let cowork = cowork.restart().await;
    cowork.ask(&session, "four").await;
    assert_eq!(cowork.provider.requests()[3].messages()[0].1, "You shorten.\n\nBe brief.");

    cowork.engine.update_session(&session, command(json!({ "personaId": null }))).await.unwrap();
    cowork.ask(&session, "five").await;
    assert_eq!(cowork.provider.requests()[4].messages()[0].1, "Be brief.");
    let stranger = command(json!({ "personaId": "nobody" }));
    assert_eq!(code(cowork.engine.update_session(&session, stranger).await), "invalid_request");
}

#[tokio::test]
async fn the_message_s_model_goes_before_the_session_s_the_persona_s_and_the_default() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let model = |id: &str| json!({ "providerId": "scripted", "modelId": id });
    let mut made = model("of-persona");
    made["name"] = json!("A");
    made["prompt"] = json!("Be.");
    let made = persona(&cowork, made).await;
    let session = cowork.session().await;
    let asked = async |change: Value, message: Value| {
        cowork.engine.update_session(&session, command(change)).await.unwrap();
        let mut body = message;
        body["content"] = json!("hi");
        let accepted = cowork.try_send(&session, body).await.unwrap();
        cowork.ended(&accepted.assistant_message).await.metadata.routing.unwrap().asked.model_id
    };
    let session_s = json!({ "defaultProviderId": "scripted", "defaultModelId": "of-session" });
    let none = json!({ "defaultProviderId": null, "defaultModelId": null });
    assert_eq!(asked(json!({}), json!({})).await, MODEL);
    assert_eq!(asked(json!({ "personaId": made.id }), json!({})).await, "of-persona");
    assert_eq!(asked(session_s, json!({})).await, "of-session");
    assert_eq!(asked(json!({}), model("of-message")).await, "of-message");
    assert_eq!(asked(none, json!({})).await, "of-persona");
    cowork.engine.delete_persona(&made.id, None).await.unwrap();
    assert_eq!(asked(json!({}), json!({})).await, MODEL);
}

#[tokio::test]
async fn a_session_s_parameters_go_before_its_persona_s_and_what_was_sent_is_on_record() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let made = json!({ "name": "Editor", "prompt": "You edit.", "temperature": 0.3, "topP": 0.8 });
    let made = persona(&cowork, made).await;
    let body = json!({ "personaId": made.id, "parameters": { "temperature": 1, "maxOutputTokens": 50 } });
    let session = cowork.engine.create_session(command(body)).await.unwrap().id;
    let answer = cowork.ask(&session, "one").await;
    let sent = &cowork.provider.requests()[0].body;
    assert_eq!((&sent["temperature"], &sent["top_p"]), (&json!(1.0), &json!(0.8)));
    let record = serde_json::to_value(answer.metadata.parameters).unwrap();
    assert_eq!(record, json!({ "sent": { "temperature": 1.0, "topP": 0.8, "maxOutputTokens": 50 } }));

    // A copy and a file keep them.
    let fork = cowork.engine.fork_session(&session, bare()).await.unwrap();
    let file = cowork.engine.export_session(&session).await.unwrap().unwrap();
    let mut file = serde_json::to_value(file).unwrap();
    file["session"]["id"] = json!("elsewhere");
    let import = cowork.engine.import_session(command(file.clone())).await.unwrap();
    for copy in [fork, import] {
        assert_eq!(copy.parameters, cowork.session_now(&session).await.parameters);
    }
    file["session"]["parameters"] = json!({ "temperature": 9 });
    let refused = cowork.engine.import_session(command(file)).await.unwrap_err().problem();
    assert_eq!(refused.field.as_deref(), Some("temperature"));

    let none = command(json!({ "parameters": null, "personaId": null }));
    let session_now = cowork.engine.update_session(&session, none).await.unwrap();
    assert!(session_now.parameters.is_empty());
    let answer = cowork.ask(&session, "two").await;
    assert_eq!(cowork.provider.requests()[1].body.get("temperature"), None);
    assert_eq!(answer.metadata.parameters, None);
    let wrong = command(json!({ "parameters": { "topP": 2 } }));
    let refused = cowork.engine.update_session(&session, wrong).await.unwrap_err().problem();
    assert_eq!(refused.field.as_deref(), Some("topP"));
}

#[tokio::test]
async fn instructions_that_no_model_of_this_size_could_take_are_named_before_anything_is_sent() {
    let cowork = TestCowork::with(|config| config.models = Vec::new()).await;
    cowork.provider.when(|asked| {
        let list = json!({ "data": [{ "id": MODEL, "context_length": 4_000 }] });
        (asked.method == "GET").then(|| Script::new(200).json(&list))
    });
    cowork.engine.refresh_models().await;
    let body = command(json!({ "systemPrompt": "x".repeat(20_000) }));
    let session = cowork.engine.create_session(body).await.unwrap().id;
    let refused = cowork.ask(&session, "one").await;
    let error = refused.error.clone().unwrap();
    assert_eq!(error.code, "provider_context_length");
    assert!(error.message.contains("Shorten the session's system prompt to about 8000"), "{}", error.message);
    assert!(cowork.provider.requests().iter().all(|asked| asked.method == "GET"), "nothing was sent");
    // Shortened, the very same question is answered.
    let shorter = command(json!({ "systemPrompt": "x".repeat(8_000) }));
    cowork.engine.update_session(&session, shorter).await.unwrap();
    cowork.provider.push(says("ok"));
    cowork.engine.regenerate(&session, &refused.id, bare()).await.unwrap();
    assert_eq!(cowork.thread(&session).await[0], "one");
}

#[tokio::test]
async fn names_are_unique_and_a_command_sent_again_is_done_once() {
    let cowork = TestCowork::start().await;
    let body = json!({ "name": "Editor", "prompt": "a", "client_request_id": "1" });
    let first = persona(&cowork, body.clone()).await;
    assert_eq!(persona(&cowork, body).await, first);
    let other = json!({ "name": "Other", "prompt": "a", "client_request_id": "1" });
    assert_eq!(code(cowork.engine.add_persona(command(other)).await), "idempotency_conflict");
    let same = json!({ "name": "EDITOR", "prompt": "b" });
    assert_eq!(code(cowork.engine.add_persona(command(same.clone())).await), "name_taken");
    assert_eq!(cowork.engine.personas().await.unwrap().items, std::slice::from_ref(&first));

    // A deleted one keeps no name from others, and comes back only where its name is free.
    assert!(cowork.engine.delete_persona(&first.id, None).await.unwrap().items.is_empty());
    cowork.engine.delete_persona(&first.id, None).await.unwrap();
    let second = persona(&cowork, same).await;
    assert_eq!(code(cowork.engine.restore_persona(&first.id, bare()).await), "name_taken");
    let change = command(json!({ "name": "Editor two" }));
    cowork.engine.update_persona(&second.id, change).await.unwrap();
    assert_eq!(cowork.engine.restore_persona(&first.id, bare()).await.unwrap().id, first.id);
    assert_eq!(code(cowork.engine.update_persona("nobody", bare()).await), "not_found");
}

#[tokio::test]
async fn what_can_not_be_kept_is_refused_by_its_field() {
    let cowork = TestCowork::start().await;
    for (field, body) in [
        ("name", json!({ "name": " ", "prompt": "x" })),
        ("name", json!({ "name": "x".repeat(61), "prompt": "x" })),
        ("name", json!({ "name": "a\nb", "prompt": "x" })),
        ("prompt", json!({ "name": "a", "prompt": " \n" })),
        ("prompt", json!({ "name": "a", "prompt": "x".repeat(100_001) })),
        ("description", json!({ "name": "a", "prompt": "x", "description": "x".repeat(301) })),
        ("modelId", json!({ "name": "a", "prompt": "x", "modelId": "m" })),
        ("providerId", json!({ "name": "a", "prompt": "x", "providerId": "a/b" })),
        ("maxOutputTokens", json!({ "name": "a", "prompt": "x", "maxOutputTokens": 0 })),
        ("temperature", json!({ "name": "a", "prompt": "x", "temperature": 2.1 })),
        ("topP", json!({ "name": "a", "prompt": "x", "topP": -0.5 })),
    ] {
        let refused = cowork.engine.add_persona(command(body)).await.unwrap_err().problem();
        assert_eq!(refused.field.as_deref(), Some(field), "{}", refused.detail);
    }
    for (field, body) in [
        ("name", json!({ "name": "", "content": "x" })),
        ("name", json!({ "name": "Weekly Report", "content": "x" })),
        ("name", json!({ "name": "x".repeat(41), "content": "x" })),
        ("title", json!({ "name": "a", "content": "x", "title": "x".repeat(101) })),
        ("content", json!({ "name": "a", "content": "" })),
        ("content", json!({ "name": "a", "content": "x".repeat(50_001) })),
    ] {
        let refused = cowork.engine.add_prompt(command(body)).await.unwrap_err().problem();
        assert_eq!(refused.field.as_deref(), Some(field), "{}", refused.detail);
    }
    assert!(cowork.engine.personas().await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_library_goes_out_and_comes_in_with_a_report_and_never_for_nothing() {
    let (from, to) = (TestCowork::start().await, TestCowork::start().await);
    persona(&from, json!({ "name": "Editor", "prompt": "You edit." })).await;
    persona(&from, json!({ "name": "Tester", "prompt": "You test." })).await;
    let report = json!({ "name": "report", "content": "Report on {{week}}." });
    from.engine.add_prompt(command(report.clone())).await.unwrap();
    let mut file = serde_json::to_value(from.engine.export_presets().await.unwrap()).unwrap();

    persona(&to, json!({ "name": "editor", "prompt": "You edit differently." })).await;
    to.engine.add_prompt(command(report)).await.unwrap();
    file["client_request_id"] = json!("once");
    let import = async |file: &Value| to.engine.import_presets(command(file.clone())).await;
    let done = serde_json::to_value(import(&file).await.unwrap()).unwrap();
    let expected = json!({
        "added": [{ "kind": "persona", "name": "Tester", "now": "Tester" }],
        "renamed": [{ "kind": "persona", "name": "Editor", "now": "Editor (2)" }],
        "skipped": [{ "kind": "prompt", "name": "report", "now": "report" }],
    });
    assert_eq!(done, expected);
    assert_eq!(serde_json::to_value(import(&file).await.unwrap()).unwrap(), expected, "the same again");
    file["client_request_id"] = json!("twice");
    assert_eq!(code(import(&file).await), "invalid_state", "all of it is there");
    let names = to.engine.personas().await.unwrap().items.into_iter().map(|persona| persona.fields.name);
    assert_eq!(names.collect::<Vec<_>>(), ["editor", "Editor (2)", "Tester"]);

    let empty = json!({ "format": "cowork.presets", "version": 1 });
    assert_eq!(code(import(&empty).await), "invalid_request");
    let later = json!({ "format": "cowork.presets", "version": 2, "prompts": file["prompts"] });
    assert_eq!(code(import(&later).await), "invalid_request");
    // One that can't be taken keeps all the others out.
    let faulty = json!({
        "format": "cowork.presets", "version": 1,
        "prompts": [{ "name": "fine", "content": "x" }, { "name": "not fine", "content": "x" }],
    });
    let refused = import(&faulty).await.unwrap_err().problem();
    assert!(refused.detail.starts_with("Number 2 of the prompts"), "{}", refused.detail);
    assert_eq!(to.engine.prompts().await.unwrap().items.len(), 1);
}
