//! Which provider and model a request goes to, and which configurations are refused.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_provider::demo::Demo;
use cowork_provider::{ConfigError, ProviderConfig, ProviderKind, Registry, ResolveError};
use cowork_testkit::ScriptedProvider;

fn server(id: &str, models: &[&str]) -> ProviderConfig {
    let mut config = ProviderConfig::new(id, ProviderKind::OpenAiCompatible);
    config.base_url = Some("http://127.0.0.1:9/v1".to_owned());
    config.models = models.iter().map(|model| (*model).to_owned()).collect();
    config
}

fn resolved(
    registry: &Registry,
    provider: Option<&str>,
    model: Option<&str>,
) -> Result<String, ResolveError> {
    registry.resolve(provider, model).map(|(provider, model)| format!("{} {model}", provider.id()))
}

#[test]
fn who_answers() {
    let configs = || {
        vec![server("work", &["small", "large"]), server("router", &["openai/gpt-5"]), server("bare", &[])]
    };
    let without = Registry::new(configs(), None).expect("usable");
    let with = Registry::new(configs(), Some("router/openai/gpt-5")).expect("usable");
    let alone = Registry::new(vec![], None).expect("usable");
    let table = [
        (&without, None, None, "work small"),
        (&with, None, None, "router openai/gpt-5"),
        (&alone, None, None, "demo cowork-demo"),
        (&without, Some("work"), None, "work small"),
        (&without, Some("work"), Some("other"), "work other"),
        (&without, Some("demo"), None, "demo cowork-demo"),
        (&with, Some("router"), None, "router openai/gpt-5"),
        (&with, Some("bare"), Some("x/y"), "bare x/y"),
        (&without, None, Some("work/large"), "work large"),
        (&without, None, Some("router/a/b"), "router a/b"),
        (&without, None, Some("large"), "work large"),
        (&without, None, Some("openai/gpt-5"), "router openai/gpt-5"),
        (&without, None, Some("cowork-demo"), "demo cowork-demo"),
        (&without, None, Some("unlisted"), "work unlisted"),
        (&with, None, Some("unlisted"), "router unlisted"),
    ];
    for (registry, provider, model, expected) in table {
        assert_eq!(resolved(registry, provider, model).as_deref(), Ok(expected), "{provider:?} {model:?}");
    }
    let unknown = ResolveError::UnknownProvider { id: "none".to_owned() };
    assert_eq!(resolved(&without, Some("none"), Some("m")), Err(unknown));
    assert_eq!(
        resolved(&without, Some("bare"), None),
        Err(ResolveError::NoModel { provider: "bare".to_owned() })
    );
    assert_eq!(with.default_model(), Some(("router", "openai/gpt-5")));
}

#[tokio::test]
async fn a_provider_that_alone_knows_its_models_is_asked() {
    let scripted = ScriptedProvider::start().await;
    scripted.models(["first", "second"]);
    let mut config = server("local", &[]);
    config.base_url = Some(scripted.base_url());
    let registry = Registry::new(vec![config], None).expect("usable");
    let (provider, model) = registry.resolve_asking(None, None).await.expect("a model");
    assert_eq!((provider.id(), model.as_str()), ("local", "first"));
    scripted.models::<String>([]);
    let none = registry.resolve_asking(None, None).await.map(|(_, model)| model);
    assert_eq!(none, Err(ResolveError::NoModel { provider: "local".to_owned() }));
    drop(scripted);
    let lost = registry.resolve_asking(None, None).await.map(|(_, model)| model);
    assert!(matches!(lost, Err(ResolveError::NoList { .. })), "{lost:?}");
}

#[test]
fn the_demo_is_always_there_once_and_last() {
    let configured = ProviderConfig::new("demo", ProviderKind::Demo);
    for configs in [vec![], vec![server("work", &[])], vec![configured, server("work", &[])]] {
        let registry = || Registry::new(configs.clone(), None).expect("usable");
        for registry in [registry(), registry().with_demo_pace(std::time::Duration::ZERO)] {
            let ids = registry.iter().map(|provider| provider.id().to_owned()).collect::<Vec<_>>();
            assert_eq!(ids.iter().filter(|id| *id == Demo::ID).count(), 1);
            assert_eq!(ids.last().map(String::as_str), Some(Demo::ID));
        }
    }
    let mut second = ProviderConfig::new("showcase", ProviderKind::Demo);
    second.models = vec!["ignored".to_owned()];
    let registry = Registry::new(vec![second], None).expect("usable");
    assert_eq!(resolved(&registry, Some("showcase"), None).as_deref(), Ok("showcase cowork-demo"));
}

#[test]
fn what_cannot_work_is_refused_with_the_remedy() {
    let at = |base_url: &str| ProviderConfig { base_url: Some(base_url.to_owned()), ..server("p", &[]) };
    let refused = |configs, default| Registry::new(configs, default).expect_err("refused");
    for id in ["", "a/b", "ä", "a b", &"x".repeat(65)] {
        assert!(matches!(refused(vec![server(id, &[])], None), ConfigError::Id { .. }), "{id:?}");
    }
    assert!(matches!(refused(vec![server("a", &[]), server("a", &[])], None), ConfigError::Twice { .. }));
    assert_eq!(refused(vec![server("demo", &[])], None), ConfigError::Reserved);
    let nowhere = ProviderConfig { base_url: None, ..server("p", &[]) };
    assert!(matches!(refused(vec![nowhere], None), ConfigError::NoBaseUrl { .. }));
    for address in ["", "127.0.0.1:8080/v1", "ftp://host/v1", "http://", "http://user:hidden@host/v1"] {
        let error = refused(vec![at(address)], None);
        assert!(matches!(error, ConfigError::BaseUrl { .. }), "{address:?}: {error}");
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
    }
    let key = ProviderConfig { api_key: Some("two\u{7}bells".into()), ..server("p", &[]) };
    assert!(matches!(refused(vec![key], None), ConfigError::Key { .. }));
    for default in ["", "p", "p/", "/m", "none/ "] {
        assert!(
            matches!(refused(vec![server("p", &[])], Some(default)), ConfigError::Default { .. }),
            "{default:?}"
        );
    }
}

#[tokio::test]
async fn an_address_keeps_its_path_and_query() {
    for tail in ["/v1", "/v1/"] {
        let scripted = ScriptedProvider::start().await;
        let mut config = server("p", &[]);
        config.base_url = Some(format!("http://{}{tail}?api-version=7", scripted.address()));
        config.api_key = Some("  with-blanks \n".into());
        let provider = Registry::new(vec![config], None).expect("usable").get("p").expect("configured");
        support::ask(&*provider, support::question()).await;
        let request = scripted.request(0).await;
        assert_eq!(request.path, "/v1/chat/completions?api-version=7");
        assert_eq!(request.header("authorization"), Some("Bearer with-blanks"));
    }
}

#[test]
fn kinds_have_one_word_everywhere() {
    for kind in [ProviderKind::OpenAiCompatible, ProviderKind::OpenAi, ProviderKind::Demo] {
        assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.as_str());
    }
}

#[test]
fn codes_are_unique_and_say_whose_they_are() {
    let mut codes = cowork_provider::FailureKind::ALL.map(cowork_provider::FailureKind::code);
    codes.sort_unstable();
    assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
    assert!(codes.iter().all(|code| code.starts_with("provider_")));
}

#[test]
fn who_waits_to_be_chosen_answers_only_where_it_is_named() {
    let found = ProviderConfig { by_choice_only: true, ..server("found", &["local"]) };
    let alone = Registry::new(vec![found.clone()], None).expect("usable");
    assert_eq!(resolved(&alone, None, None).as_deref(), Ok("demo cowork-demo"));
    assert_eq!(resolved(&alone, None, Some("local")).as_deref(), Ok("demo local"), "not by a model's name");
    assert_eq!(resolved(&alone, Some("found"), None).as_deref(), Ok("found local"));
    assert_eq!(resolved(&alone, None, Some("found/local")).as_deref(), Ok("found local"));
    let behind = Registry::new(vec![found.clone(), server("work", &["small"])], None).expect("usable");
    assert_eq!(resolved(&behind, None, None).as_deref(), Ok("work small"));
    let chosen = alone.with_default_if_none("found", None);
    assert_eq!(resolved(&chosen, None, None).as_deref(), Ok("found local"));
}

#[test]
fn a_rebuilt_one_keeps_what_did_not_change() {
    let key = |key: &str| ProviderConfig { api_key: Some(key.into()), ..server("keyed", &["m"]) };
    let first =
        Registry::new(vec![server("work", &["small"]), key("one")], Some("work/small")).expect("usable");
    let second =
        first.rebuilt(vec![key("two"), server("new", &["x"]), server("work", &["small"])]).expect("usable");
    let same =
        |id: &str| std::sync::Arc::ptr_eq(&first.get(id).expect("there"), &second.get(id).expect("there"));
    assert!(same("work") && same("demo"), "they keep their connections");
    assert!(!same("keyed"), "another key is another provider");
    assert_eq!(resolved(&second, None, None).as_deref(), Ok("work small"), "the default stays");
    let gone = second.rebuilt(vec![server("new", &["x"])]).expect("usable");
    assert_eq!(resolved(&gone, None, None).as_deref(), Ok("new x"), "unless it is gone");
    assert!(second.rebuilt(vec![server("demo", &[])]).is_err());
    let other = gone.with_default_if_none("none", None).with_default_if_none("new", Some("y"));
    assert_eq!(resolved(&other, None, None).as_deref(), Ok("new x"), "a configured default comes first");
}
