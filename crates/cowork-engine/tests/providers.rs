//! Providers, keys and settings, changed while the engine runs. A key goes to its service and nowhere else.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;
use std::time::Duration;

use cowork_contract::{AutoCompact, KeySource, ProviderSource, ProviderView};
use cowork_engine::{Configured, Engine, EngineOptions, Origin, OriginKey, Place};
use cowork_provider::{LocalServer, ProviderConfig, ProviderKind, Registry};
use cowork_store::{OpenOptions, Opened};
use cowork_testkit::{Script, ScriptedProvider};
use serde_json::{Value, json};
use support::{PATIENCE, bare, code, command, says};

const KEY: &str = "sk-Secret.Key_0123456789";

/// An engine on a folder, with these providers configured and nothing else.
struct Cowork {
    engine: Engine,
    opened: Opened,
}

impl Cowork {
    async fn start(folder: &Path, configs: Vec<ProviderConfig>, options: EngineOptions) -> Self {
        Self::with_default(folder, configs, None, options).await
    }

    async fn with_default(
        folder: &Path,
        configs: Vec<ProviderConfig>,
        default: Option<&str>,
        options: EngineOptions,
    ) -> Self {
        let opened = cowork_store::open(OpenOptions::new(folder)).await.unwrap();
        let registry = Registry::new(configs, default).unwrap().with_demo_pace(Duration::ZERO);
        let store = (opened.writer.clone(), opened.reader.clone(), opened.blobs.clone());
        let options = EngineOptions { housekeeping: false, ..options };
        Self { engine: Engine::start(store, registry, options).await.unwrap(), opened }
    }

    async fn bare(folder: &Path) -> Self {
        Self::start(folder, Vec::new(), EngineOptions::default()).await
    }

    async fn end(self) {
        self.engine.shutdown(PATIENCE).await;
        self.opened.task.stop().await;
        self.opened.reader.close().await;
    }

    async fn view(&self, id: &str) -> Option<ProviderView> {
        self.engine.providers().await.items.into_iter().find(|view| view.id == id)
    }

    /// Who answers when nobody chooses.
    async fn default(&self) -> String {
        self.engine.models().await.default_provider_id
    }

    /// Asks and gives the answer's text, or the error's words.
    async fn ask(&self, provider: &str) -> String {
        let session = self.engine.create_session(bare()).await.unwrap().id;
        let body = json!({ "content": "Hello?", "providerId": provider, "modelId": "m" });
        let accepted = self.engine.send(&session, command(body)).await.unwrap();
        self.answer(&session, &accepted.assistant_message.id).await
    }

    async fn answer(&self, session: &cowork_contract::SessionId, id: &cowork_contract::MessageId) -> String {
        let waiting = async {
            loop {
                let message = self.opened.reader.message(session, id).await.unwrap().unwrap();
                if !message.status.is_open() {
                    return message.error.map_or(message.content, |error| error.message);
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("an answer")
    }
}

fn configured(id: &str, base_url: String, key: Option<&str>) -> ProviderConfig {
    let mut config = ProviderConfig::new(id, ProviderKind::OpenAiCompatible);
    config.base_url = Some(base_url);
    config.api_key = key.map(Into::into);
    config
}

fn add(id: &str, base_url: &str, more: Value) -> cowork_contract::AddProvider {
    let mut body = json!({ "id": id, "kind": "openai-compatible", "baseUrl": base_url });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    command(body)
}

#[tokio::test]
async fn a_provider_is_added_asked_changed_and_removed() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    server.always(says("Hello")).models(["small", "large"]);
    let cowork = Cowork::bare(folder.path()).await;
    assert_eq!(cowork.default().await, "demo");
    let view =
        cowork.engine.add_provider(add("work", &server.base_url(), json!({ "key": KEY }))).await.unwrap();
    assert_eq!((view.source, view.locked), (ProviderSource::App, false));
    assert!(view.key.present && view.key.source == Some(KeySource::App));
    assert_eq!(view.key.hint.as_deref(), Some("6789"));
    assert_eq!(cowork.default().await, "work", "at once");
    assert_eq!(cowork.ask("work").await, "Hello");
    assert_eq!(server.request(0).await.header("authorization"), Some(&*format!("Bearer {KEY}")));
    let models = cowork.engine.models().await;
    let of_work: Vec<_> = models.items.iter().filter(|model| model.provider_id == "work").collect();
    assert_eq!(of_work.iter().map(|model| model.model_id.as_str()).collect::<Vec<_>>(), ["small", "large"]);
    assert!(of_work[0].input_price_usd.is_none() && of_work[0].images.is_none(), "unknown stays unknown");
    let status = cowork.view("work").await.unwrap().status.unwrap();
    assert!(status.ok && status.model_count == Some(2), "{status:?}");

    let body = command(json!({ "models": ["only"] }));
    assert_eq!(cowork.engine.update_provider("work", body).await.unwrap().models, ["only"]);
    cowork.end().await;
    let cowork = Cowork::bare(folder.path()).await;
    let view = cowork.view("work").await.unwrap();
    assert_eq!(
        (view.models.as_slice(), view.key.present),
        (&["only".to_owned()][..], true),
        "after a restart"
    );
    assert_eq!(cowork.ask("work").await, "Hello");
    let test = cowork.engine.test_provider("work").await.unwrap();
    assert!(test.ok && test.model_count == Some(2), "the service itself is asked: {test:?}");

    let left = cowork.engine.delete_provider("work", None).await.unwrap();
    assert_eq!(left.items.len(), 1);
    assert_eq!(cowork.default().await, "demo");
    assert_eq!(code(cowork.engine.delete_provider("work", None).await), "not_found");
    // Who takes the id later does not get the key.
    let view = cowork.engine.add_provider(add("work", &server.base_url(), json!({}))).await.unwrap();
    assert!(!view.key.present && view.key.source.is_none());
    cowork.end().await;
}

#[tokio::test]
async fn a_running_answer_keeps_its_provider() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    let gate = cowork_testkit::Gate::new();
    server.push(cowork_testkit::reply().text("before ").wait(&gate).text("after").finish("stop").done());
    let cowork = Cowork::bare(folder.path()).await;
    cowork.engine.add_provider(add("work", &server.base_url(), json!({ "key": KEY }))).await.unwrap();
    let session = cowork.engine.create_session(bare()).await.unwrap().id;
    let body = json!({ "content": "Hello?", "providerId": "work", "modelId": "m" });
    let accepted = cowork.engine.send(&session, command(body)).await.unwrap();
    server.request(0).await;
    cowork.engine.set_key("work", command(json!({ "key": "another-key-0000" }))).await.unwrap();
    cowork.engine.delete_provider("work", None).await.unwrap();
    gate.open();
    assert_eq!(cowork.answer(&session, &accepted.assistant_message.id).await, "before after");
    cowork.end().await;
}

#[tokio::test]
async fn what_cannot_work_is_refused_with_its_field() {
    let folder = tempfile::tempdir().unwrap();
    let cowork = Cowork::bare(folder.path()).await;
    let long = "x".repeat(20_000);
    for (body, field) in [
        (json!({ "id": "a/b", "kind": "openai" }), "id"),
        (json!({ "id": "", "kind": "openai" }), "id"),
        (json!({ "id": "x" }), "kind"),
        (json!({ "id": "x", "kind": "demo" }), "kind"),
        (json!({ "id": "x", "service": "nobody" }), "service"),
        (json!({ "id": "x", "kind": "anthropic", "service": "groq" }), "kind"),
        (json!({ "id": "x", "kind": "openai-compatible" }), "baseUrl"),
        (json!({ "id": "x", "kind": "openai-compatible", "baseUrl": "ftp://x" }), "baseUrl"),
        (json!({ "id": "x", "kind": "openai-compatible", "baseUrl": "http://me:hidden@x/v1" }), "baseUrl"),
        (json!({ "id": "x", "service": "groq", "models": [" "] }), "models"),
        (json!({ "id": "x", "service": "groq", "key": " \n" }), "key"),
        (json!({ "id": "x", "service": "groq", "key": "bell\u{7}" }), "key"),
        (json!({ "id": "x", "service": "groq", "key": long }), "key"),
    ] {
        let problem = cowork.engine.add_provider(command(body.clone())).await.unwrap_err().problem();
        assert_eq!(problem.field.as_deref(), Some(field), "{body}: {}", problem.detail);
        assert!(!problem.detail.contains("hidden") && problem.detail.len() < 400, "{}", problem.detail);
    }
    let view = cowork.engine.add_provider(command(json!({ "id": "fast", "service": "groq" }))).await.unwrap();
    assert_eq!(view.base_url.as_deref(), Some("https://api.groq.com/openai/v1"));
    assert_eq!(cowork.default().await, "demo", "without its key it can't answer");
    assert_eq!(
        code(cowork.engine.add_provider(command(json!({ "id": "fast", "service": "xai" }))).await),
        "id_taken"
    );
    assert_eq!(
        code(cowork.engine.add_provider(command(json!({ "id": "demo", "service": "xai" }))).await),
        "invalid_request"
    );
    assert_eq!(code(cowork.engine.set_key("nobody", command(json!({ "key": KEY }))).await), "not_found");
    assert_eq!(code(cowork.engine.test_provider("nobody").await), "not_found");
    assert_eq!(code(cowork.engine.delete_provider("demo", None).await), "locked");
    assert!(cowork.engine.test_provider("demo").await.unwrap().ok);
    cowork.end().await;
}

#[tokio::test]
async fn a_command_that_comes_again_is_done_once() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    let cowork = Cowork::bare(folder.path()).await;
    let first = |key: &str| add("work", &server.base_url(), json!({ "key": key, "client_request_id": "1" }));
    let one = cowork.engine.add_provider(first(KEY)).await.unwrap();
    assert_eq!(cowork.engine.add_provider(first(KEY)).await.unwrap(), one);
    assert_eq!(code(cowork.engine.add_provider(first("another-key-000")).await), "idempotency_conflict");
    let set = |key: &str| command(json!({ "key": key, "client_request_id": "2" }));
    cowork.engine.set_key("work", set("another-key-000")).await.unwrap();
    cowork.engine.set_key("work", set("another-key-000")).await.unwrap();
    assert_eq!(code(cowork.engine.set_key("work", set(KEY)).await), "idempotency_conflict");
    let request = || Some(command(json!("3")));
    for _ in 0..2 {
        cowork.engine.delete_provider("work", request()).await.unwrap();
    }
    cowork.end().await;
}

/// Every file of the data folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    files
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_key_is_in_no_answer_no_error_and_no_file() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    server.always(cowork_testkit::refuse(401, "invalid_api_key", &format!("Incorrect API key: {KEY}")));
    let cowork = Cowork::bare(folder.path()).await;
    // The control: what is not secret is found by the same looks.
    let body = add("work", &server.base_url(), json!({ "models": ["plain-control-0123456789"], "key": KEY }));
    let mut said = format!("{:?}", cowork.engine.add_provider(body).await.unwrap());
    said += &cowork.ask("work").await;
    assert_eq!(
        server.request(0).await.header("authorization"),
        Some(&*format!("Bearer {KEY}")),
        "it is used"
    );
    server.when(|request| (request.path == "/v1/models").then(|| cowork_testkit::refuse(401, "", KEY)));
    said += &format!("{:?}", cowork.engine.test_provider("work").await.unwrap());
    said += &serde_json::to_string(&cowork.engine.providers().await).unwrap();
    said += &serde_json::to_string(&cowork.engine.models().await).unwrap();
    said += &format!("{:?} {:?} {:?}", cowork.engine, cowork.engine.status(), cowork.engine.settings());
    assert!(said.contains("plain-control-0123456789") && !said.contains(KEY), "{said}");
    // While it is open (with its write-ahead log) and after the end.
    let open = files(folder.path());
    cowork.end().await;
    for files in [open, files(folder.path())] {
        assert!(files.iter().any(|(_, bytes)| holds(bytes, "plain-control-0123456789")));
        for (name, bytes) in files {
            assert!(!holds(&bytes, KEY) && !holds(&bytes, "Secret"), "{name}");
        }
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_opened_is_told_and_set_again() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    server.always(says("Hello"));
    for damage in ["missing", "foreign", "short"] {
        let _ = std::fs::remove_file(folder.path().join("vault.key"));
        let cowork = Cowork::bare(folder.path()).await;
        let id = format!("work-{damage}");
        cowork.engine.add_provider(add(&id, &server.base_url(), json!({ "key": KEY }))).await.unwrap();
        cowork.end().await;
        let file = folder.path().join("vault.key");
        match damage {
            "missing" => std::fs::remove_file(file).unwrap(),
            "foreign" => std::fs::write(file, [7; 32]).unwrap(),
            _ => std::fs::write(file, "short").unwrap(),
        }
        let cowork = Cowork::bare(folder.path()).await;
        let view = cowork.view(&id).await.unwrap();
        assert!(!view.key.present && view.key.source == Some(KeySource::App), "{view:?}");
        let status = view.status.unwrap();
        assert!(
            !status.ok
                && status.detail.contains("can't be opened")
                && status.detail.contains("Set the key again")
        );
        let test = cowork.engine.test_provider(&id).await.unwrap();
        assert!(!test.ok && test.detail.contains("can't be opened"), "{test:?}");
        let again = cowork.engine.set_key(&id, command(json!({ "key": KEY }))).await;
        if damage == "short" {
            let problem = again.unwrap_err().problem();
            assert!(
                problem.detail.contains("vault.key") && problem.detail.contains("damaged"),
                "{problem:?}"
            );
        } else {
            assert!(again.unwrap().key.present);
            assert_eq!(cowork.ask(&id).await, "Hello");
        }
        cowork.end().await;
    }
}

#[tokio::test]
async fn what_is_set_elsewhere_is_locked_and_says_where() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    server.always(says("Hello"));
    let origin = |place, name: &str, key: Option<&str>| Origin {
        place,
        name: name.to_owned(),
        key: key.map(|variable| OriginKey { place, variable: variable.to_owned() }),
    };
    let configured_as = Configured {
        file: Some("mine.toml".to_owned()),
        providers: [
            ("filed".to_owned(), origin(Place::File, "mine.toml", None)),
            ("openai".to_owned(), origin(Place::Environment, "OPENAI_BASE_URL", Some("OPENAI_API_KEY"))),
        ]
        .into(),
        fallback: false,
        compact: Some(AutoCompact::Off),
    };
    let configs = vec![
        configured("filed", server.base_url(), None),
        configured("openai", server.base_url(), Some("key-of-the-environment")),
    ];
    let options = || EngineOptions {
        configured: configured_as.clone(),
        fallback: vec![("openai".to_owned(), "m".to_owned())],
        ..EngineOptions::default()
    };
    let cowork = Cowork::with_default(folder.path(), configs.clone(), Some("openai/m"), options()).await;
    let (filed, openai) = (cowork.view("filed").await.unwrap(), cowork.view("openai").await.unwrap());
    assert_eq!((filed.place.as_deref(), filed.key.place), (Some("mine.toml"), None));
    assert_eq!(
        (openai.place.as_deref(), openai.key.place.as_deref()),
        (Some("OPENAI_BASE_URL"), Some("OPENAI_API_KEY"))
    );
    assert_eq!((filed.source, filed.locked), (ProviderSource::File, true));
    assert_eq!(
        (openai.source, openai.key.source),
        (ProviderSource::Environment, Some(KeySource::Environment))
    );
    for (id, place) in [("filed", "mine.toml"), ("openai", "OPENAI_BASE_URL")] {
        let changed = cowork.engine.update_provider(id, bare()).await;
        let removed = cowork.engine.delete_provider(id, None).await.map(|_| ());
        for problem in [changed.unwrap_err().problem(), removed.unwrap_err().problem()] {
            assert_eq!(problem.status, 409);
            assert!(problem.detail.contains(place), "{}", problem.detail);
        }
        assert_eq!(
            code(cowork.engine.add_provider(add(id, &server.base_url(), json!({}))).await),
            "id_taken"
        );
    }
    let locked = cowork.engine.set_key("openai", command(json!({ "key": KEY }))).await.unwrap_err().problem();
    assert_eq!((locked.status, locked.field.as_deref()), (409, Some("key")));
    assert!(locked.detail.contains("OPENAI_API_KEY"), "{}", locked.detail);

    // A configured provider without a key may get one here.
    assert!(cowork.engine.set_key("filed", command(json!({ "key": KEY }))).await.unwrap().key.present);
    assert_eq!(cowork.ask("filed").await, "Hello");
    assert_eq!(server.request(0).await.header("authorization"), Some(&*format!("Bearer {KEY}")));
    assert!(!cowork.engine.remove_key("filed", None, None).await.unwrap().key.present);

    let settings = cowork.engine.settings();
    assert_eq!(settings.locked, ["defaultProviderId", "defaultModelId", "fallback", "compact"]);
    assert_eq!(settings.default_provider_id.as_deref(), Some("openai"));
    assert_eq!(settings.fallback, ["openai/m"]);
    for (field, body) in [
        ("defaultProviderId", json!({ "defaultProviderId": "filed" })),
        ("defaultModelId", json!({ "defaultModelId": null })),
        ("fallback", json!({ "fallback": [] })),
    ] {
        let problem = cowork.engine.update_settings(command(body)).await.unwrap_err().problem();
        assert_eq!((problem.status, problem.field.as_deref()), (409, Some(field)));
        assert!(problem.detail.contains("mine.toml"), "{}", problem.detail);
    }
    cowork.engine.update_settings(command(json!({ "titleByModel": false }))).await.unwrap();
    cowork.end().await;
}

#[tokio::test]
async fn a_key_stays_with_the_provider_it_was_set_for() {
    let (mine, other) = (ScriptedProvider::start().await, ScriptedProvider::start().await);
    let folder = tempfile::tempdir().unwrap();
    mine.always(says("Hello"));
    other.always(says("Hello"));
    let cowork = Cowork::bare(folder.path()).await;
    cowork.engine.add_provider(add("work", &mine.base_url(), json!({ "key": KEY }))).await.unwrap();
    cowork.end().await;
    // The file now names another server by the same id.
    let configs = || vec![configured("work", other.base_url(), None)];
    let cowork = Cowork::start(folder.path(), configs(), EngineOptions::default()).await;
    assert!(!cowork.view("work").await.unwrap().key.present);
    assert_eq!(cowork.ask("work").await, "Hello");
    assert_eq!(other.request(0).await.header("authorization"), None);
    // Given a key here it has one; without its place in the file, nobody inherits that.
    assert!(cowork.engine.set_key("work", command(json!({ "key": KEY }))).await.unwrap().key.present);
    cowork.end().await;
    let cowork = Cowork::bare(folder.path()).await;
    assert!(cowork.view("work").await.is_none());
    let view = cowork.engine.add_provider(add("work", &mine.base_url(), json!({}))).await.unwrap();
    assert!(!view.key.present && view.key.source.is_none(), "{view:?}");
    cowork.end().await;
}

#[tokio::test]
async fn settings_choose_who_answers() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    server.models(["small"]);
    let configs = || vec![configured("filed", server.base_url(), Some("key-of-the-file"))];
    let cowork = Cowork::start(folder.path(), configs(), EngineOptions::default()).await;
    cowork.engine.add_provider(add("work", &server.base_url(), json!({ "key": KEY }))).await.unwrap();
    assert_eq!(cowork.default().await, "filed");
    let settings = cowork.engine.settings();
    assert!(!settings.title_by_model && settings.fallback.is_empty() && settings.locked.is_empty());
    let update = |body: Value| cowork.engine.update_settings(command(body));
    let chosen = json!({
        "defaultProviderId": "work", "defaultModelId": "large", "fallback": ["filed/a/b"],
        "titleByModel": true, "favourites": ["work/small"],
    });
    let settings = update(chosen).await.unwrap();
    assert_eq!(settings.fallback, ["filed/a/b"]);
    let models = cowork.engine.models().await;
    assert_eq!((models.default_provider_id.as_str(), models.default_model_id.as_str()), ("work", "large"));
    let favourites: Vec<_> = models.items.iter().filter(|model| model.favourite).collect();
    assert_eq!(favourites.len(), 1);
    assert_eq!(favourites[0].provider_id, "work");

    for (body, field) in [
        (json!({ "defaultProviderId": "no/body" }), "defaultProviderId"),
        (json!({ "defaultProviderId": null, "defaultModelId": "m" }), "defaultModelId"),
        (json!({ "defaultModelId": "  " }), "defaultModelId"),
        (json!({ "fallback": ["demo/cowork-demo"] }), "fallback"),
        (json!({ "fallback": ["work"] }), "fallback"),
        (json!({ "fallback": ["work/m", "work/m"] }), "fallback"),
        (json!({ "favourites": ["/m"] }), "favourites"),
    ] {
        let problem = update(body.clone()).await.unwrap_err().problem();
        assert_eq!((problem.status, problem.field.as_deref()), (400, Some(field)), "{body}");
    }
    assert_eq!(cowork.engine.settings(), settings, "a refusal changes nothing");
    // Another provider does not keep the model of the one before.
    let other = update(json!({ "defaultProviderId": "filed" })).await.unwrap();
    assert_eq!(other.default_model_id, None);
    update(json!({ "defaultProviderId": "work", "defaultModelId": "large" })).await.unwrap();
    cowork.end().await;

    let cowork = Cowork::start(folder.path(), configs(), EngineOptions::default()).await;
    assert_eq!(cowork.engine.settings(), settings, "after a restart");
    cowork.engine.delete_provider("work", None).await.unwrap();
    let left = cowork.engine.settings();
    assert_eq!(
        (left.default_provider_id, left.default_model_id),
        (None, None),
        "it names nobody who is gone"
    );
    assert!(left.favourites.is_empty() && left.fallback == ["filed/a/b"]);
    let cleared =
        cowork.engine.update_settings(command(json!({ "fallback": null, "titleByModel": null }))).await;
    let cleared = cleared.unwrap();
    assert!(cleared.fallback.is_empty() && !cleared.title_by_model);
    cowork.end().await;
}

#[tokio::test]
async fn a_local_server_is_found_and_answers_only_by_choice() {
    let (local, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    let list = || {
        let models = json!([{ "id": "qwen", "object": "model", "owned_by": "llamacpp" }]);
        Script::new(200).json(&json!({ "object": "list", "data": models }))
    };
    local.when(move |request| (request.path == "/v1/models").then(list)).always(says("From here"));
    let options = || EngineOptions {
        discovery: vec![LocalServer::USUAL[2].at(local.address().port())],
        ..EngineOptions::default()
    };
    let cowork = Cowork::start(folder.path(), Vec::new(), options()).await;
    let view = cowork.view("llamacpp").await.expect("found");
    assert_eq!((view.source, view.locked, view.key.present), (ProviderSource::Found, false, false));
    let models = cowork.engine.models().await;
    assert!(models.items.iter().any(|model| model.provider_id == "llamacpp" && model.model_id == "qwen"));
    assert_eq!(models.default_provider_id, "demo", "nobody chose it");
    let session = cowork.engine.create_session(bare()).await.unwrap().id;
    let accepted =
        cowork.engine.send(&session, command(json!({ "content": "Something private" }))).await.unwrap();
    cowork.answer(&session, &accepted.assistant_message.id).await;
    assert!(local.requests().iter().all(|request| request.method == "GET"), "no word went there");
    assert_eq!(code(cowork.engine.delete_provider("llamacpp", None).await), "invalid_state");

    assert_eq!(cowork.ask("llamacpp").await, "From here");
    assert!(local.requests().iter().any(|request| request.method == "POST"));
    let chosen = cowork.engine.update_settings(command(json!({ "defaultProviderId": "llamacpp" }))).await;
    assert_eq!(chosen.unwrap().default_provider_id.as_deref(), Some("llamacpp"));
    assert_eq!(cowork.default().await, "llamacpp");
    // A provider of the person's own at the same address takes its place.
    let own = add("mine", &local.base_url(), json!({ "models": ["qwen"] }));
    cowork.engine.add_provider(own).await.unwrap();
    assert!(cowork.view("llamacpp").await.is_none());
    cowork.engine.delete_provider("mine", None).await.unwrap();
    // Changing it keeps it, as one of the app.
    let body = command(json!({ "models": ["qwen"] }));
    assert_eq!(cowork.engine.update_provider("llamacpp", body).await.unwrap().source, ProviderSource::App);
    cowork.engine.delete_provider("llamacpp", None).await.unwrap();
    assert_eq!(cowork.view("llamacpp").await.unwrap().source, ProviderSource::Found);
    drop(local);
    cowork.engine.refresh_models().await;
    assert!(cowork.view("llamacpp").await.is_none(), "it is gone");
    cowork.end().await;
}

#[tokio::test]
async fn nothing_is_looked_for_where_that_is_switched_off() {
    let (local, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    local.when(|_| Some(Script::new(200).json(&json!({ "version": "1" }))));
    let cowork = Cowork::bare(folder.path()).await;
    cowork.engine.refresh_models().await;
    assert_eq!(cowork.engine.providers().await.items.len(), 1);
    assert!(local.requests().is_empty());
    cowork.end().await;
}

#[tokio::test]
async fn a_list_that_cannot_be_had_again_stays_as_it_was() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    server.models(["first"]);
    let configs = vec![configured("work", server.base_url(), None)];
    let cowork = Cowork::start(folder.path(), configs, EngineOptions::default()).await;
    let first = |list: cowork_contract::ModelList| list.items[0].model_id.clone();
    assert_eq!(first(cowork.engine.models().await), "first");
    server.models(["second"]);
    assert_eq!(first(cowork.engine.models().await), "first", "it holds for a while");
    assert_eq!(first(cowork.engine.refresh_models().await), "second");
    drop(server);
    let list = cowork.engine.refresh_models().await;
    assert!(list.unavailable.is_empty());
    assert_eq!(first(list), "second");
    let status = cowork.view("work").await.unwrap().status.unwrap();
    assert!(!status.ok && status.latency_ms.is_none(), "{status:?}");
    let test = cowork.engine.test_provider("work").await.unwrap();
    assert!(!test.ok && test.detail.contains("127.0.0.1"), "{test:?}");
    cowork.end().await;
}

#[tokio::test]
async fn the_fallback_that_was_chosen_stands_in() {
    let (ill, well) = (ScriptedProvider::start().await, ScriptedProvider::start().await);
    let folder = tempfile::tempdir().unwrap();
    ill.always(cowork_testkit::refuse(401, "", "no"));
    well.always(says("Instead"));
    let options = EngineOptions { retry: cowork_engine::Retry::NEVER, ..EngineOptions::default() };
    let cowork = Cowork::start(folder.path(), Vec::new(), options).await;
    for (id, server) in [("ill", &ill), ("well", &well)] {
        cowork.engine.add_provider(add(id, &server.base_url(), json!({}))).await.unwrap();
    }
    let refused = cowork.ask("ill").await;
    assert!(refused.contains("did not accept the API key. It has no key yet: set one"), "{refused}");
    cowork.engine.set_key("ill", command(json!({ "key": KEY }))).await.unwrap();
    cowork.engine.update_settings(command(json!({ "fallback": ["well/m"] }))).await.unwrap();
    assert_eq!(cowork.ask("ill").await, "Instead");
    cowork.end().await;
}

#[tokio::test]
async fn a_key_does_not_follow_its_provider_to_another_address() {
    let (mine, other) = (ScriptedProvider::start().await, ScriptedProvider::start().await);
    let folder = tempfile::tempdir().unwrap();
    other.always(says("Hello"));
    let cowork = Cowork::bare(folder.path()).await;
    cowork.engine.add_provider(add("work", &mine.base_url(), json!({ "key": KEY }))).await.unwrap();
    let change = |body: Value| cowork.engine.update_provider("work", command(body));
    assert!(change(json!({ "models": ["small"] })).await.unwrap().key.present, "the same address");
    assert!(!change(json!({ "baseUrl": other.base_url() })).await.unwrap().key.present);
    assert_eq!(cowork.ask("work").await, "Hello");
    assert_eq!(other.request(0).await.header("authorization"), None);
    // A name is what it is called in lists; its id and its key stay.
    cowork.engine.set_key("work", command(json!({ "key": KEY }))).await.unwrap();
    let named = change(json!({ "name": " The work box " })).await.unwrap();
    assert_eq!((&*named.id, named.name.as_deref(), named.key.present), ("work", Some("The work box"), true));
    assert_eq!(change(json!({ "models": [] })).await.unwrap().name.as_deref(), Some("The work box"));
    assert_eq!(change(json!({ "name": null })).await.unwrap().name, None);
    let long = change(json!({ "name": "x".repeat(61) })).await.unwrap_err().problem();
    assert_eq!(long.field.as_deref(), Some("name"));
    // The address that a service has anyway is no other one.
    let fast = command(json!({ "id": "fast", "service": "groq", "key": KEY }));
    let url = cowork.engine.add_provider(fast).await.unwrap().base_url.unwrap();
    let same = command(json!({ "baseUrl": url }));
    assert!(cowork.engine.update_provider("fast", same).await.unwrap().key.present);
    cowork.end().await;
}

#[tokio::test]
async fn a_refused_key_is_mended_where_it_is_set() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    server.when(|request| {
        (request.path == "/v1/models").then(|| cowork_testkit::refuse(401, "invalid_api_key", "no"))
    });
    let origin = |place, name: &str, variable: Option<&str>| Origin {
        place,
        name: name.to_owned(),
        key: variable.map(|variable| OriginKey { place, variable: variable.to_owned() }),
    };
    let configured_as = Configured {
        file: Some("mine.toml".to_owned()),
        providers: [
            ("filed".to_owned(), origin(Place::File, "mine.toml", Some("WORK_KEY"))),
            ("set".to_owned(), origin(Place::Environment, "GROQ_API_KEY", Some("GROQ_API_KEY"))),
            ("keyless".to_owned(), origin(Place::File, "mine.toml", None)),
        ]
        .into(),
        fallback: false,
        compact: None,
    };
    let configs = vec![
        configured("filed", server.base_url(), Some("key-of-the-file")),
        configured("set", server.base_url(), Some("key-of-the-environment")),
        configured("keyless", server.base_url(), None),
    ];
    let options = EngineOptions { configured: configured_as, ..EngineOptions::default() };
    let cowork = Cowork::start(folder.path(), configs, options).await;
    cowork.engine.add_provider(add("mine", &server.base_url(), json!({ "key": KEY }))).await.unwrap();
    for (id, remedy) in [
        ("filed", "Check the key in WORK_KEY, which mine.toml names, then restart Cowork."),
        ("set", "Check the key in GROQ_API_KEY, then restart Cowork."),
        ("keyless", "It has no key yet: set one under Providers."),
        ("mine", "Set its key again under Providers."),
    ] {
        let test = cowork.engine.test_provider(id).await.unwrap();
        assert!(!test.ok && test.detail.ends_with(remedy), "{id}: {}", test.detail);
    }
    // A key that was set here in place of none is mended here.
    cowork.engine.set_key("keyless", command(json!({ "key": KEY }))).await.unwrap();
    let test = cowork.engine.test_provider("keyless").await.unwrap();
    assert!(test.detail.ends_with("Set its key again under Providers."), "{}", test.detail);
    cowork.end().await;
}

#[tokio::test]
async fn a_new_key_ends_a_rest_at_once() {
    let (ill, well) = (ScriptedProvider::start().await, ScriptedProvider::start().await);
    let folder = tempfile::tempdir().unwrap();
    let good = "another-key-0000";
    ill.when(move |request| {
        let is_good = request.header("authorization") == Some(&*format!("Bearer {good}"));
        (request.path == "/v1/chat/completions" && !is_good)
            .then(|| cowork_testkit::refuse(401, "invalid_api_key", "no"))
    });
    ill.always(says("Well again"));
    well.always(says("Instead"));
    let options = EngineOptions { retry: cowork_engine::Retry::NEVER, ..EngineOptions::default() };
    let cowork = Cowork::start(folder.path(), Vec::new(), options).await;
    cowork.engine.add_provider(add("ill", &ill.base_url(), json!({ "key": KEY }))).await.unwrap();
    cowork.engine.add_provider(add("well", &well.base_url(), json!({}))).await.unwrap();
    cowork.engine.update_settings(command(json!({ "fallback": ["well/m"] }))).await.unwrap();
    for _ in 0..4 {
        assert_eq!(cowork.ask("ill").await, "Instead");
    }
    assert_eq!(ill.requests().len(), 3, "it rests");
    // The same key again: the person may have paid the bill.
    cowork.engine.set_key("ill", command(json!({ "key": KEY }))).await.unwrap();
    assert_eq!(cowork.ask("ill").await, "Instead");
    assert_eq!(ill.requests().len(), 4);
    cowork.engine.set_key("ill", command(json!({ "key": good }))).await.unwrap();
    assert_eq!(cowork.ask("ill").await, "Well again");
    cowork.end().await;
}

#[tokio::test]
async fn several_keys_are_told_apart_added_and_removed_one_by_one() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    let keys = ["sk-first-00001111", "sk-second-0002222", "sk-third-00003333"];
    server.when(move |request| match request.header("authorization") {
        Some("Bearer sk-first-00001111") => Some(cowork_testkit::refuse(401, "invalid_api_key", "no")),
        Some("Bearer sk-second-0002222") => Some(cowork_testkit::refuse(429, "rate_limit_exceeded", "slow")),
        _ => None,
    });
    server.always(says("Hello"));
    let cowork = Cowork::bare(folder.path()).await;
    let key = keys[..2].join("\n");
    cowork.engine.add_provider(add("work", &server.base_url(), json!({ "key": key }))).await.unwrap();
    let more = json!({ "key": format!("{}\n{}", keys[2], keys[0]), "add": true });
    cowork.engine.set_key("work", command(more)).await.unwrap();
    let states = async || {
        let view = cowork.view("work").await.unwrap();
        assert!(view.key.items.iter().all(|item| item.id.as_ref().is_some_and(|id| id.len() == 16)));
        let item =
            |item: &cowork_contract::KeyItem| format!("{} {:?}", item.hint.as_deref().unwrap(), item.state);
        view.key.items.iter().map(item).collect::<Vec<_>>()
    };
    assert_eq!(states().await, ["1111 InUse", "2222 Spare", "3333 Spare"], "none is there twice");
    assert_eq!(cowork.ask("work").await, "Hello");
    assert_eq!(states().await, ["1111 Refused", "2222 Limited", "3333 InUse"]);

    let ids: Vec<_> = cowork.view("work").await.unwrap().key.items.into_iter().map(|key| key.id).collect();
    cowork.engine.remove_key("work", ids[0].clone(), None).await.unwrap();
    cowork.engine.remove_key("work", ids[0].clone(), None).await.unwrap();
    assert_eq!(states().await, ["2222 InUse", "3333 Spare"], "to remove one twice takes no other");
    cowork.end().await;
    let cowork = Cowork::bare(folder.path()).await;
    for id in &ids[1..] {
        cowork.engine.remove_key("work", id.clone(), None).await.unwrap();
    }
    let view = cowork.view("work").await.unwrap();
    assert!(!view.key.present && view.key.source.is_none() && view.key.items.is_empty(), "{view:?}");
    cowork.end().await;
}

#[tokio::test]
async fn who_is_named_and_not_there_yet_is_told_and_answers_once_it_is() {
    let (server, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    server.always(says("Hello"));
    let options = || EngineOptions {
        configured: Configured {
            file: Some("mine.toml".to_owned()),
            fallback: true,
            ..Configured::default()
        },
        fallback: vec![("later".to_owned(), "m".to_owned()), ("other".to_owned(), "m".to_owned())],
        ..EngineOptions::default()
    };
    let cowork = Cowork::with_default(folder.path(), Vec::new(), Some("later/m"), options()).await;
    let notices = cowork.engine.settings().notices;
    assert_eq!(notices.len(), 3, "{notices:?}");
    assert!(notices[0].contains("The default model of mine.toml is \"later/m\""), "{notices:?}");
    assert!(notices[2].contains("The fallback of mine.toml names \"other/m\""), "{notices:?}");
    assert_eq!(cowork.default().await, "demo", "meanwhile");
    cowork.engine.add_provider(add("later", &server.base_url(), json!({}))).await.unwrap();
    let models = cowork.engine.models().await;
    assert_eq!((&*models.default_provider_id, &*models.default_model_id), ("later", "m"));
    assert_eq!(cowork.engine.settings().notices.len(), 1);
    cowork.end().await;

    // What is chosen in the app is told, too, and refused only where it can't be meant.
    let folder = tempfile::tempdir().unwrap();
    let cowork = Cowork::bare(folder.path()).await;
    let chosen = json!({ "defaultProviderId": "later", "defaultModelId": "m", "fallback": ["other/m"] });
    let settings = cowork.engine.update_settings(command(chosen)).await.unwrap();
    assert_eq!((settings.fallback.len(), settings.notices.len()), (1, 2), "{settings:?}");
    assert!(settings.notices[0].starts_with("The default model is \"later/m\""), "{settings:?}");
    for id in ["later", "other"] {
        cowork.engine.add_provider(add(id, &server.base_url(), json!({}))).await.unwrap();
    }
    assert!(cowork.engine.settings().notices.is_empty());
    assert_eq!(cowork.default().await, "later");
    cowork.end().await;
}

#[tokio::test]
async fn a_default_that_is_found_is_waited_for() {
    let (local, folder) = (ScriptedProvider::start().await, tempfile::tempdir().unwrap());
    let list = || {
        let models = json!([{ "id": "qwen", "object": "model", "owned_by": "llamacpp" }]);
        Script::new(200).json(&json!({ "object": "list", "data": models }))
    };
    local.when(move |request| (request.path == "/v1/models").then(list)).always(says("From here"));
    let options = EngineOptions {
        discovery: vec![LocalServer::USUAL[2].at(local.address().port())],
        ..EngineOptions::default()
    };
    let cowork = Cowork::with_default(folder.path(), Vec::new(), Some("llamacpp/qwen"), options).await;
    let session = cowork.engine.create_session(bare()).await.unwrap().id;
    let sent = cowork.engine.send(&session, command(json!({ "content": "Hello?" }))).await.unwrap();
    assert_eq!(cowork.answer(&session, &sent.assistant_message.id).await, "From here");
    assert!(cowork.engine.settings().notices.is_empty());
    cowork.end().await;
}
