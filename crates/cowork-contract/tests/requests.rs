//! Requests: unknown fields are refused by name, ids come in both spellings, absent is not `null`.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use cowork_contract::{
    AddProvider, CancelMessage, ClientRequestId, ContinueMessage, CreateSession, EditMessage, ErrorCode,
    ExchangeCode, ForkSession, ImportSession, Problem, ProviderWire, RefreshModels, RegenerateMessage,
    RestoreMessage, RestoreSession, SendMessage, SendNow, SetKey, TestProvider, UpdateProvider,
    UpdateSession, UpdateSettings,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Reads a request of each kind: its name, and what becomes of it.
fn read_all(body: &dyn Fn(&str) -> Value) -> Vec<(&'static str, Result<Option<String>, String>)> {
    fn read<T: DeserializeOwned>(
        body: Value,
        id: impl Fn(&T) -> Option<&ClientRequestId>,
    ) -> Result<Option<String>, String> {
        let parsed: T = serde_json::from_value(body).map_err(|error| error.to_string())?;
        Ok(id(&parsed).map(|id| id.as_str().to_owned()))
    }
    macro_rules! each {
        ($($name:ident),*) => {
            vec![$((stringify!($name), read::<$name>(body(stringify!($name)), |parsed| parsed.client_request_id.as_ref()))),*]
        };
    }
    each!(
        CreateSession,
        UpdateSession,
        ForkSession,
        RestoreSession,
        SendMessage,
        EditMessage,
        RegenerateMessage,
        ContinueMessage,
        CancelMessage,
        SendNow,
        RestoreMessage,
        ImportSession,
        AddProvider,
        UpdateProvider,
        SetKey,
        TestProvider,
        UpdateSettings,
        RefreshModels
    )
}

/// The least a request of this kind must have.
fn least(name: &str) -> Value {
    match name {
        "SendMessage" | "EditMessage" => json!({ "content": "x" }),
        "ImportSession" => json!({
            "format": "cowork.session", "version": 1, "exportedAt": 2,
            "session": {
                "id": "s", "title": "", "createdAt": 1, "updatedAt": 1, "mode": "chat", "pinned": false,
                "archived": false, "messageCount": 1, "lastEventId": 3, "writeMode": "review",
                "agentMode": "build", "activity": "idle",
            },
            "messages": [{
                "id": "m", "sessionId": "s", "role": "user", "content": "x", "createdAt": 1, "status": "done",
                "updatedAt": 1, "revision": 1,
            }],
        }),
        "AddProvider" => json!({ "id": "x" }),
        "SetKey" => json!({ "key": "x" }),
        _ => json!({}),
    }
}

#[test]
fn unknown_fields_are_refused_by_name() {
    for (name, read) in read_all(&least) {
        assert_eq!(read, Ok(None), "{name}: the control");
    }
    let with_unknown = |name: &str| {
        let mut body = least(name);
        body["conntent"] = json!("x");
        body
    };
    for (name, read) in read_all(&with_unknown) {
        let error = read.unwrap_err();
        assert!(error.contains("unknown field `conntent`"), "{name}: {error}");
    }
    let exchange = serde_json::from_value::<ExchangeCode>(json!({ "code": "c", "token": "t" }));
    assert!(exchange.unwrap_err().to_string().contains("unknown field `token`"));
}

#[test]
fn ids_come_in_both_spellings_and_not_in_both_at_once() {
    for spelling in ["client_request_id", "clientRequestId"] {
        let with_id = |name: &str| {
            let mut body = least(name);
            body[spelling] = json!("one");
            body
        };
        for (name, read) in read_all(&with_id) {
            assert_eq!(read, Ok(Some("one".to_owned())), "{name} with {spelling}");
        }
    }
    let with_both = |name: &str| {
        let mut body = least(name);
        body["client_request_id"] = json!("one");
        body["clientRequestId"] = json!("two");
        body
    };
    for (name, read) in read_all(&with_both) {
        assert!(read.unwrap_err().contains("duplicate field"), "{name}");
    }
}

#[test]
fn ids_have_a_length() {
    let with = |length: usize| {
        serde_json::from_value::<CancelMessage>(json!({ "client_request_id": "Ä".repeat(length) }))
    };
    assert!(with(1).is_ok() && with(128).is_ok());
    for length in [0, 129] {
        let error = with(length).unwrap_err().to_string();
        assert!(error.contains("1 to 128 characters"), "{error}");
    }
}

#[test]
fn absent_leaves_and_null_clears() {
    let read = |body: Value| serde_json::from_value::<UpdateSession>(body).unwrap();
    let absent = read(json!({}));
    assert_eq!((absent.system_prompt, absent.folder, absent.default_model_id), (None, None, None));
    let null = read(json!({ "systemPrompt": null, "folder": null, "defaultModelId": null }));
    assert_eq!(
        (null.system_prompt, null.folder, null.default_model_id),
        (Some(None), Some(None), Some(None))
    );
    let set = read(json!({ "systemPrompt": "x", "pinned": true }));
    assert_eq!((set.system_prompt, set.pinned), (Some(Some("x".to_owned())), Some(true)));
    // And it travels on as it came: the engine compares commands by it.
    for body in [json!({}), json!({ "folder": null }), json!({ "folder": "a", "tags": [] })] {
        assert_eq!(serde_json::to_value(read(body.clone())).unwrap(), body);
    }
}

#[test]
fn required_fields_are_required_and_words_are_of_the_list() {
    assert!(serde_json::from_value::<SendMessage>(json!({})).unwrap_err().to_string().contains("content"));
    assert!(serde_json::from_value::<SendMessage>(json!({ "content": null })).is_err());
    let mode = serde_json::from_value::<CreateSession>(json!({ "mode": "Chat" })).unwrap_err().to_string();
    assert!(mode.contains("chat"), "{mode}");
}

#[test]
fn a_problem_says_its_code_in_three_places_alike() {
    let problem = Problem::new(ErrorCode::QueueFull, "Wait.");
    let json = serde_json::to_value(&problem).unwrap();
    assert_eq!(
        json,
        json!({
            "type": "about:blank#queue_full", "title": "Too many messages wait", "status": 429,
            "detail": "Wait.", "code": "queue_full",
        })
    );
}

#[test]
fn a_key_is_not_printed_with_its_command() {
    let key = "sk-Secret.Key_0123456789";
    let set: SetKey = serde_json::from_value(json!({ "key": key })).unwrap();
    let add: AddProvider = serde_json::from_value(json!({ "id": "work", "key": key })).unwrap();
    assert_eq!((set.key.expose(), add.key.as_ref().unwrap().expose()), (key, key), "the control");
    let printed = format!("{set:?} {set:#?} {add:?} {add:#?}");
    assert!(!printed.contains("Secret"), "{printed}");
}

#[test]
fn kinds_of_providers_have_their_words() {
    let words = ["openai", "openai-responses", "anthropic", "gemini", "ollama", "openai-compatible", "demo"];
    for word in words {
        let kind: ProviderWire = serde_json::from_value(json!(word)).unwrap();
        assert_eq!(serde_json::to_value(kind).unwrap(), word);
    }
    let add = |kind: &str| serde_json::from_value::<AddProvider>(json!({ "id": "x", "kind": kind }));
    assert!(add("anthropic").is_ok() && add("Anthropic").is_err());
}

#[test]
fn settings_tell_absent_from_null() {
    let read = |body: Value| serde_json::from_value::<UpdateSettings>(body).unwrap();
    for body in [json!({}), json!({ "fallback": null, "titleByModel": null }), json!({ "favourites": [] })] {
        assert_eq!(serde_json::to_value(read(body.clone())).unwrap(), body);
    }
}
