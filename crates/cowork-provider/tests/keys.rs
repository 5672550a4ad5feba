//! Several keys of one service: the next one is used where one is refused, and none is ever given back.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_provider::{FailureKind, Provider, ProviderConfig, Remote};
use cowork_testkit::{Recorded, Script, ScriptedProvider, refuse, reply};
use serde_json::json;
use support::{KEY, ask, config, question};

const SECOND: &str = "sk-Second.Key_9876543210";

/// A server that answers each key in its own way, and a provider that has both.
async fn server(
    answer: impl Fn(&str) -> Script + Send + Sync + 'static,
) -> (ScriptedProvider, ProviderConfig) {
    let server = ScriptedProvider::start().await;
    server.when(move |request| Some(answer(key(request))));
    let mut config = config(server.base_url());
    config.api_keys = vec![SECOND.into()];
    (server, config)
}

fn key(request: &Recorded) -> &str {
    request.header("authorization").unwrap().strip_prefix("Bearer ").unwrap()
}

fn keys(server: &ScriptedProvider) -> Vec<String> {
    server.requests().iter().map(|request| key(request).to_owned()).collect()
}

fn hello() -> Script {
    reply().text("Hello").finish("stop").done().into()
}

#[tokio::test]
async fn the_next_key_is_used_and_remembered() {
    for status in [401, 429] {
        let refused = move |key: &str| {
            if key == KEY { refuse(status, "", &format!("not with {KEY}")) } else { hello() }
        };
        let (server, config) = server(refused).await;
        let provider = Remote::new(config).unwrap();
        for _ in 0..2 {
            assert_eq!(ask(&provider, question()).await.text, "Hello");
        }
        assert_eq!(keys(&server), [KEY, SECOND, SECOND], "{status}");
        let bodies: Vec<_> = server.requests().iter().map(|request| request.body.clone()).collect();
        assert!(bodies[0].is_object() && bodies.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

#[tokio::test]
async fn each_is_tried_once_and_none_is_in_the_error() {
    let refused = |key: &str| refuse(401, "", &format!("{KEY} and {SECOND} are wrong, {key} too"));
    let (both, config) = server(refused).await;
    let provider = Remote::new(config.clone()).unwrap();
    let whole = ask(&provider, question()).await;
    assert_eq!(whole.failure().kind, FailureKind::Auth);
    assert_eq!(keys(&both), [KEY, SECOND]);
    let listed = provider.models().await.unwrap_err();
    let printed = format!("{config:?} {provider:?} {:?} {} {listed:?}", whole.failure(), whole.failure());
    for secret in [KEY, SECOND] {
        assert!(!printed.contains(secret), "{printed}");
    }
    // What may work later says more than what never does; and its words hold no key either.
    for first_is_limited in [true, false] {
        let answer = move |key: &str| {
            let limited = (key == KEY) == first_is_limited;
            refuse(if limited { 429 } else { 401 }, "", &format!("slow down, {KEY} and {SECOND}"))
        };
        let (_server, config) = server(answer).await;
        let whole = ask(&Remote::new(config).unwrap(), question()).await;
        assert_eq!(whole.failure().kind, FailureKind::RateLimited);
        let printed = format!("{:?}", whole.failure());
        assert!(printed.contains("slow down") && !printed.contains("sk-"), "{printed}");
    }
}

#[tokio::test]
async fn a_key_that_begins_as_another_one_does_is_hidden_whole() {
    let longer = format!("{KEY}-and-more");
    let said = longer.clone();
    let (_server, mut config) = server(move |_| refuse(429, "", &format!("{said} asks too often"))).await;
    config.api_keys = vec![longer.as_str().into()];
    let whole = ask(&Remote::new(config).unwrap(), question()).await;
    assert!(whole.failure().to_string().contains("[key] asks too often"), "{}", whole.failure());
}

#[tokio::test]
async fn another_refusal_is_not_tried_with_another_key() {
    for status in [400, 403, 404, 500, 503] {
        let (server, config) = server(move |_| refuse(status, "", "no")).await;
        ask(&Remote::new(config).unwrap(), question()).await.failure();
        assert_eq!(keys(&server), [KEY], "{status}");
    }
}

#[tokio::test]
async fn lists_of_models_are_asked_with_the_next_key_too() {
    let models = json!({ "data": [{ "id": "m" }] });
    let answer = move |key: &str| {
        if key == KEY { refuse(401, "", "no") } else { Script::new(200).json(&models) }
    };
    let (server, config) = server(answer).await;
    assert_eq!(Remote::new(config).unwrap().models().await.unwrap()[0].id, "m");
    assert_eq!(keys(&server), [KEY, SECOND]);
}

#[tokio::test]
async fn a_text_of_several_lines_is_several_keys() {
    let refused = |key: &str| if key == SECOND { hello() } else { refuse(401, "", "no") };
    let (server, mut config) = server(refused).await;
    config.api_keys = Vec::new();
    config.api_key = Some(format!("\n  {KEY} \r\n\n{SECOND}\n").into());
    assert_eq!(config.key_hint().as_deref(), Some("6789"));
    assert_eq!(ask(&Remote::new(config).unwrap(), question()).await.text, "Hello");
    assert_eq!(keys(&server), [KEY, SECOND]);
}

#[test]
fn a_short_key_shows_nothing_of_itself() {
    let mut config = config("http://127.0.0.1:9/v1".to_owned());
    for (key, hint) in [("", None), ("12345678901", None), ("123456789012", Some("9012"))] {
        config.api_key = Some(key.into());
        assert_eq!(config.key_hint().as_deref(), hint, "{key:?}");
    }
}
