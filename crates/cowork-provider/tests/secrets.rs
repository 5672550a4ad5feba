//! The key stays out of everything that can be printed, whatever the service sends back.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_provider::{Provider, ProviderConfig, Registry, Remote};
use cowork_testkit::{Script, ScriptedProvider, Step, refuse, reply};
use proptest::prelude::*;
use serde_json::json;
use support::{KEY, ask, config, question};

/// Everything that could be logged or shown.
fn printed(config: ProviderConfig, failure: &cowork_provider::Failure) -> String {
    let provider = Remote::new(config.clone()).expect("a usable configuration");
    let mut text = format!("{config:?} {provider:?} {failure:?} {failure} {failure:#?}");
    let registry = Registry::new(vec![config], None).expect("a usable configuration");
    text += &format!("{registry:?}");
    text
}

/// Answers that give the key back in every place a service has.
fn echoes(before: &str, after: &str) -> Vec<Script> {
    let words = format!("{before}{KEY}{after}");
    let message = format!("You sent {words}");
    let located = format!("https://other.example/v1?key={KEY}");
    vec![
        refuse(401, "invalid_api_key", &message),
        refuse(400, &words, &message),
        refuse(500, "server_error", &message),
        Script::new(429).header("retry-after", KEY).send(message.clone()),
        Script::new(404).header("x-request-id", KEY).json(&json!({ "detail": message })),
        Script::new(302).header("location", &located),
        Script::new(200).header("x-request-id", KEY).json(&json!({ "error": { "message": message } })),
        reply().header("request-id", KEY).text("Hello").error(&words, &message).into(),
        reply().text("Hello").send(format!("data: {message}\n\n")).into(),
        reply().finish(&words).into(),
        reply().before(Step::Send(format!("HTTP/1.1 999 {KEY}\r\n{KEY}\r\n\r\n").into())).into(),
    ]
}

async fn check(before: &str, after: &str) {
    for script in echoes(before, after) {
        let about = format!("{script:?}");
        let server = ScriptedProvider::start().await;
        server.push(script);
        let config = config(server.base_url());
        let whole = ask(&Remote::new(config.clone()).expect("a usable configuration"), question()).await;
        let printed = printed(config, whole.failure());
        assert!(!printed.contains(KEY), "{about} gave {printed}");
        assert!(!format!("{:?}", whole.request_id).contains(KEY), "{about}");
    }
}

#[tokio::test]
async fn the_key_is_never_given_back() {
    check("", "").await;
    check("Bearer ", "\"}\n").await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_key_is_never_given_back_whatever_stands_around_it(before in "\\PC{0,40}", after in "\\PC{0,400}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(check(&before, &after));
    }
}

#[tokio::test]
async fn an_address_with_a_secret_is_not_printed() {
    let server = ScriptedProvider::start().await;
    let base_url = format!("{}?api-version=1&key={KEY}", server.base_url());
    drop(server);
    let mut config = config(base_url);
    config.api_key = None;
    let provider = Remote::new(config.clone()).expect("a usable configuration");
    let whole = ask(&provider, question()).await;
    let printed = format!("{config:?} {provider:?} {:?}", whole.end);
    assert!(!printed.contains(KEY), "{printed}");
    assert!(provider.models().await.is_err());
}
