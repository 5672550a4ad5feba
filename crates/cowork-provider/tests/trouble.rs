//! Refusals, broken connections, silence and excess: each is told apart, keeps the text so far, and names a next step.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use cowork_provider::FailureKind::{self, *};
use cowork_provider::{Frame, Provider, ProviderConfig, Remote, StopReason};
use cowork_testkit::{End, Gate, Reply, Script, ScriptedProvider, Step, Tokens, refuse, reply};
use futures_util::{FutureExt, StreamExt};
use serde_json::json;
use support::{PATIENCE, Whole, ask, config, provider, question};

async fn answered(script: impl Into<Script>) -> Whole {
    let server = ScriptedProvider::start().await;
    server.push(script);
    ask(&provider(server.base_url()), question()).await
}

async fn answered_with(script: impl Into<Script>, change: impl FnOnce(&mut ProviderConfig)) -> Whole {
    let server = ScriptedProvider::start().await;
    server.push(script);
    let mut config = config(server.base_url());
    change(&mut config);
    ask(&Remote::new(config).expect("a usable configuration"), question()).await
}

fn hello() -> Reply {
    reply().text("Hel").text("lo")
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let page = |status| Script::new(status).header("content-type", "text/html").send("<html>no</html>");
    let plain = |status, text: &'static str| Script::new(status).send(text);
    let table: Vec<(Script, FailureKind)> = vec![
        (refuse(401, "invalid_api_key", "Incorrect API key provided: sk-Sec***789."), Auth),
        (plain(401, "Unauthorized"), Auth),
        (refuse(400, "", "API key not valid. Please pass a valid API key."), Auth),
        (refuse(403, "", "Country not supported"), Forbidden),
        (refuse(402, "", "Payment required"), Quota),
        (refuse(404, "model_not_found", "The model `gpt-9` does not exist"), ModelNotFound),
        (refuse(404, "", "model 'x' not found, try pulling it first"), ModelNotFound),
        (refuse(400, "", "The supported model names are a or b, but c: model not exist"), ModelNotFound),
        (plain(404, "404 page not found"), EndpointNotFound),
        (page(405), EndpointNotFound),
        (refuse(429, "rate_limit_exceeded", "Rate limit reached for gpt-5"), RateLimited),
        (refuse(429, "", "Too many tokens in this context length, please wait"), RateLimited),
        (refuse(429, "insufficient_quota", "You exceeded your current quota"), Quota),
        (refuse(429, "", "You exceeded your current quota, check your plan"), Quota),
        (refuse(529, "overloaded_error", "Overloaded"), Overloaded),
        (page(503), Overloaded),
        (refuse(500, "server_error", "The server had an error"), Server),
        (page(502), Server),
        (
            refuse(400, "context_length_exceeded", "This model's maximum context length is 8192 tokens."),
            ContextLength,
        ),
        (refuse(400, "", "the request exceeds the available context size, try increasing it"), ContextLength),
        (page(413), ContextLength),
        (refuse(400, "content_filter", "The response was filtered"), ContentFiltered),
        (refuse(400, "invalid_request_error", "Unknown parameter"), BadRequest),
        (Script::new(422).json(&json!({"detail": [{"loc": ["body"], "msg": "field required"}]})), BadRequest),
        (Script::new(400).json(&json!({"object": "error", "message": "bad", "code": 400})), BadRequest),
        (Script::new(400).json(&json!({"error": "bad"})), BadRequest),
        (plain(408, ""), Timeout),
        (plain(418, "I am a teapot"), BadRequest),
    ];
    for (script, kind) in table {
        let about = format!("{script:?}");
        let whole = answered(script).await;
        let failure = whole.failure();
        assert_eq!(failure.kind, kind, "{about}: {failure}");
        assert!(failure.status.is_some_and(|status| status >= 400), "{about}");
        assert!(whole.opening.is_empty() && whole.text.is_empty(), "{about}");
        assert!(!failure.detail.contains('<'), "a web page is not quoted: {failure}");
    }
}

#[tokio::test]
async fn what_the_service_said_is_passed_on_in_one_short_line() {
    let long = format!("Unknown parameter:\n\t'{}'", "x".repeat(5_000));
    let whole = answered(refuse(400, "invalid_request_error", &long).header("x-request-id", "req_9")).await;
    let failure = whole.failure();
    assert!(failure.detail.contains("It said: \"Unknown parameter: 'xxx"), "{failure}");
    assert!(failure.detail.len() < 600 && !failure.detail.contains('\n'), "{failure}");
    assert_eq!((failure.status, failure.request_id.as_deref()), (Some(400), Some("req_9")));
}

#[tokio::test]
async fn a_refusal_larger_than_any_is_read_in_part() {
    let server = ScriptedProvider::start().await;
    let all_sent = Gate::new();
    let piece = bytes::Bytes::from(vec![b'x'; 1 << 20]);
    let flood = (0..64).fold(Script::new(500), |script, _| script.send(piece.clone()));
    server.push(flood.step(Step::Wait(all_sent.clone())));
    assert_eq!(ask(&provider(server.base_url()), question()).await.ended(), Err(Server));
    assert!(server.request(0).await.hung_up().await);
    assert!(all_sent.reached().now_or_never().is_none(), "all of it was read");
}

#[tokio::test]
async fn how_long_to_wait_is_understood_in_every_form() {
    let limited = || refuse(429, "rate_limit_exceeded", "slow down");
    let later = std::time::SystemTime::now() + Duration::from_secs(3_600);
    let date = httpdate::fmt_http_date(later);
    let table = [
        (limited(), None),
        (limited().header("retry-after", "7"), Some(7_000..=7_000)),
        (limited().header("retry-after", "0.5"), Some(500..=500)),
        (limited().header("retry-after", "7").header("retry-after-ms", "250"), Some(250..=250)),
        (limited().header("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"), Some(0..=0)),
        (limited().header("retry-after", &date), Some(3_500_000..=3_600_000)),
        (limited().header("retry-after", "1e300"), Some(86_400_000..=86_400_000)),
        (limited().header("retry-after", "-1"), None),
        (limited().header("retry-after", "soon"), None),
    ];
    for (script, expected) in table {
        let about = format!("{script:?}");
        let wait = answered(script).await.failure().retry_after.map(|wait| wait.as_millis());
        assert!(
            match (&expected, wait) {
                (Some(range), Some(ms)) => range.contains(&ms),
                (None, None) => true,
                _ => false,
            },
            "{about}: {wait:?}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = ScriptedProvider::start().await;
    target.always(hello().finish("stop").done());
    let location = format!("{}/chat/completions?token=hidden", target.base_url());
    let whole = answered(Script::new(307).header("location", &location)).await;
    assert_eq!(whole.ended(), Err(BadRequest));
    assert!(whole.failure().detail.contains("base_url"), "{}", whole.failure());
    assert!(target.requests().is_empty(), "the key went elsewhere");
}

#[tokio::test]
async fn a_connection_that_breaks_in_mid_answer_keeps_the_text() {
    for step in [Step::CutInChunk, Step::Reset, Step::CloseClean] {
        // The text is on the client's side before a reset may overtake it.
        let gate = Gate::new();
        let server = ScriptedProvider::start().await;
        server.push(hello().wait(&gate).step(step.clone()));
        let mut stream = provider(server.base_url()).stream(question());
        let mut text = String::new();
        while text != "Hello" {
            if let Some(Ok(Frame::Text(more))) = stream.next().await {
                text += &more;
            }
        }
        gate.open();
        let rest = support::read(stream).await;
        assert_eq!(rest.ended(), Err(Truncated), "{step:?}");
        assert_eq!(rest.failure().request_id.as_deref(), Some("req_scripted"), "{step:?}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_end_takes_nothing_away() {
    for step in [Step::CutInChunk, Step::CloseClean] {
        let whole = answered(hello().finish("stop").step(step.clone())).await;
        assert_eq!((whole.ended(), whole.text.as_str()), (Ok(StopReason::Finished), "Hello"), "{step:?}");
    }
}

#[tokio::test]
async fn a_connection_that_stays_open_after_the_end_is_not_waited_for() {
    for script in [hello().finish("stop").done(), hello().finish("stop")] {
        let whole = answered(script.step(Step::Stall)).await;
        assert_eq!((whole.ended(), whole.text.as_str()), (Ok(StopReason::Finished), "Hello"));
    }
}

#[tokio::test]
async fn a_connection_that_ends_before_an_answer() {
    for step in [Step::CloseClean, Step::Reset] {
        assert_eq!(answered(hello().before(step.clone())).await.ended(), Err(Unreachable), "{step:?}");
    }
    let nonsense = Step::Send("SSH-2.0-OpenSSH_9.2\r\n".into());
    assert_eq!(answered(hello().before(nonsense).before(Step::CloseClean)).await.ended(), Err(Unreachable));
}

#[tokio::test]
async fn nobody_there() {
    let server = ScriptedProvider::start().await;
    let base_url = server.base_url();
    drop(server);
    let provider = provider(base_url);
    // The listener's task ends a moment after the drop: until then a connection is accepted and cut.
    let whole = ask(&provider, question()).await;
    assert_eq!(whole.ended(), Err(Unreachable));
    assert!(whole.failure().detail.contains("127.0.0.1"), "{}", whole.failure());
    let failure = provider.models().await.expect_err("nobody answers");
    assert_eq!(failure.kind, Unreachable);
}

#[tokio::test]
async fn a_name_that_does_not_exist() {
    let whole = ask(&provider("http://nowhere.invalid/v1".to_owned()), question()).await;
    assert_eq!(whole.ended(), Err(Unreachable));
    assert!(whole.failure().detail.contains("nowhere.invalid"), "{}", whole.failure());
}

#[tokio::test]
async fn a_server_that_never_answers_the_handshake() {
    let server = ScriptedProvider::start().await;
    let mut config = config(server.base_url().replace("http:", "https:"));
    config.timeouts.connect = Duration::from_millis(100);
    let whole = ask(&Remote::new(config).expect("a usable configuration"), question()).await;
    assert_eq!(whole.ended(), Err(Unreachable));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn silence_before_the_headers() {
    let whole = answered_with(hello().before(Step::Stall), |config| {
        config.timeouts.first_byte = Duration::from_millis(50);
    });
    assert_eq!(whole.await.ended(), Err(Timeout));
}

#[tokio::test]
async fn silence_between_headers_and_body() {
    let whole = answered_with(reply().step(Step::Stall), |config| {
        config.timeouts.first_byte = Duration::from_millis(50);
    });
    let whole = whole.await;
    assert_eq!((whole.ended(), whole.opening), (Err(Timeout), vec!["headers"]));
}

#[tokio::test]
async fn silence_in_the_middle_keeps_the_text() {
    let whole = answered_with(hello().step(Step::Stall), |config| {
        config.timeouts.idle = Duration::from_millis(50);
    });
    let whole = whole.await;
    assert_eq!((whole.ended(), whole.text.as_str()), (Err(Timeout), "Hello"));
}

#[tokio::test]
async fn an_event_without_end() {
    let flood = (0..64).fold(hello().send("data: "), |script, _| script.send(vec![b'x'; 4 << 10]));
    let whole = answered(flood).await;
    assert_eq!((whole.ended(), whole.text.as_str()), (Err(TooLarge), "Hello"));
}

#[tokio::test]
async fn an_answer_without_end() {
    let server = ScriptedProvider::start().await;
    server.push(reply().tokens(Tokens::new(1_000_000)).step(Step::Stall));
    let mut config = config(server.base_url());
    config.limits.answer_bytes = 100_000;
    let whole = ask(&Remote::new(config).expect("a usable configuration"), question()).await;
    assert_eq!((whole.ended(), whole.text.len()), (Err(TooLarge), 100_000));
    assert!(server.request(0).await.hung_up().await, "what is too much is not read on");
}

#[tokio::test]
async fn dropping_the_answer_hangs_up() {
    let server = ScriptedProvider::start().await;
    server.always(hello().step(Step::Stall));
    let provider = provider(server.base_url());

    // In mid-answer.
    let mut stream = provider.stream(question());
    while !matches!(stream.next().await, Some(Ok(Frame::Text(_)))) {}
    let request = server.request(0).await;
    assert_eq!(request.end(), End::Running);
    drop(stream);
    assert!(tokio::time::timeout(PATIENCE, request.hung_up()).await.expect("a closed connection"));

    // Before the headers.
    server.always(hello().before(Step::Stall));
    let mut stream = provider.stream(question());
    let request = tokio::select! {
        frame = stream.next() => panic!("no frame can come: {frame:?}"),
        request = server.request(1) => request,
    };
    drop(stream);
    assert!(tokio::time::timeout(PATIENCE, request.hung_up()).await.expect("a closed connection"));
}

#[tokio::test]
async fn nothing_is_sent_before_the_first_poll() {
    let server = ScriptedProvider::start().await;
    server.always(hello().finish("stop").done());
    let provider = provider(server.base_url());
    drop(provider.stream(question()));
    let mut marked = question();
    marked.model = "second".to_owned();
    ask(&provider, marked).await;
    assert_eq!(server.requests().len(), 1);
    assert_eq!(server.request(0).await.body["model"], "second");
}

#[tokio::test]
async fn a_server_that_does_not_know_the_usage_option_is_asked_without_it() {
    let server = ScriptedProvider::start().await;
    server.when(|request| {
        let known = request.body.get("stream_options").is_none();
        Some(if known {
            hello().finish("stop").done().into()
        } else {
            refuse(400, "invalid_request_error", "Unrecognized request argument supplied: stream_options")
        })
    });
    let provider = provider(server.base_url());
    for _ in 0..2 {
        assert_eq!(ask(&provider, question()).await.ended(), Ok(StopReason::Finished));
    }
    let with =
        server.requests().iter().filter(|request| request.body.get("stream_options").is_some()).count();
    assert_eq!((server.requests().len(), with), (3, 1), "refused once, then remembered");
}

#[tokio::test]
async fn models_are_listed_or_asked_for() {
    let server = ScriptedProvider::start().await;
    server.models(["large", "small"]);
    let asked = provider(server.base_url()).models().await.expect("a list");
    let ids = |models: Vec<cowork_provider::ModelInfo>| {
        models.into_iter().map(|model| model.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(asked), ["large", "small"]);

    let mut config = config("http://nowhere.invalid/v1".to_owned());
    config.models = vec!["mine".to_owned()];
    let listed = Remote::new(config).expect("a usable configuration").models().await.expect("a list");
    assert_eq!(ids(listed), ["mine"]);
}

#[tokio::test]
async fn odd_lists_of_models_are_read_and_no_lists_are_refused() {
    let rich = json!({"data": [{"id": "a/b", "name": "A B", "context_length": 1000}, {"no": "id"}, {"id": "c", "max_model_len": 5}]});
    let table = [
        (Script::new(200).json(&rich), Ok(2)),
        (Script::new(200).json(&json!([{"id": "x"}])), Ok(1)),
        (Script::new(200).json(&json!({"models": [{"name": "x"}]})), Ok(1)),
        (Script::new(200).json(&json!({"data": 7})), Err(Garbage)),
        (Script::new(200).send("<html></html>"), Err(Garbage)),
        (refuse(401, "invalid_api_key", "no"), Err(Auth)),
    ];
    for (script, expected) in table {
        let server = ScriptedProvider::start().await;
        server.when(move |_| Some(script.clone()));
        let got = provider(server.base_url()).models().await;
        if let Ok([first, ..]) = got.as_deref()
            && first.id == "a/b"
        {
            assert_eq!((first.label.as_deref(), first.context_window), (Some("A B"), Some(1_000)));
        }
        assert_eq!(got.map(|models| models.len()).map_err(|failure| failure.kind), expected);
    }
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = ScriptedProvider::start().await;
    server.always(hello().finish("stop").usage(1, 2).done());
    let provider = provider(server.base_url());
    for _ in 0..20 {
        assert_eq!(ask(&provider, question()).await.ended(), Ok(StopReason::Finished));
    }
    assert_eq!(server.connections(), 1);
}
