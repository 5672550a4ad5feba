//! What the tests of this crate share: a provider under test, and a whole answer folded from its frames.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod table;

use std::time::Duration;

use cowork_provider::{
    Effort, Failure, FailureKind, Frame, ModelRequest, Parameters, Provider, ProviderConfig, ProviderKind,
    Remote, StopReason, ToolCall, Turn, Usage,
};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde_json::Value;

/// Waiting for longer than this means that something hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A key that is easy to find wherever it does not belong.
pub(crate) const KEY: &str = "sk-Secret.Key_0123456789";

/// A configuration for a server at this address, with short limits on everything but the answer.
pub(crate) fn config(base_url: String) -> ProviderConfig {
    let mut config = ProviderConfig::new("scripted", ProviderKind::OpenAiCompatible);
    config.base_url = Some(base_url);
    config.api_key = Some(KEY.into());
    config.limits.event_bytes = 64 << 10;
    config
}

/// The provider under test.
pub(crate) fn provider(base_url: String) -> Remote {
    Remote::new(config(base_url)).expect("a usable configuration")
}

/// A short question.
pub(crate) fn question() -> ModelRequest {
    ModelRequest {
        model: "gpt-5".to_owned(),
        system: Some("Be brief.".to_owned()),
        turns: vec![Turn::user("Hello?")],
        continue_partial: false,
        ..ModelRequest::default()
    }
}

/// The wish to think.
pub(crate) fn that_thinks(effort: Effort) -> Parameters {
    Parameters { effort: Some(effort), ..Parameters::default() }
}

/// The provider under test on another wire.
pub(crate) fn provider_of(kind: ProviderKind, base_url: String) -> Remote {
    Remote::new(ProviderConfig { kind, ..config(base_url) }).expect("a usable configuration")
}

/// A whole answer, with neighbouring pieces joined.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Whole {
    pub(crate) opening: Vec<&'static str>,
    pub(crate) request_id: Option<String>,
    pub(crate) parameters: Parameters,
    pub(crate) served: Option<String>,
    pub(crate) reasoning: String,
    pub(crate) text: String,
    pub(crate) calls: Vec<ToolCall>,
    pub(crate) origin: Option<Value>,
    pub(crate) usage: Option<Usage>,
    pub(crate) end: Option<Result<StopReason, Failure>>,
}

impl Whole {
    /// The end, by kind.
    pub(crate) fn ended(&self) -> Result<StopReason, FailureKind> {
        match self.end.clone().expect("an answer has an end") {
            Ok(stop) => Ok(stop),
            Err(failure) => Err(failure.kind),
        }
    }

    /// The failure that it ended with.
    pub(crate) fn failure(&self) -> &Failure {
        match &self.end {
            Some(Err(failure)) => failure,
            other => panic!("a failure was expected, not {other:?}"),
        }
    }
}

/// Asks and reads to the end; checks what holds for every stream.
pub(crate) async fn ask(provider: &dyn Provider, request: ModelRequest) -> Whole {
    read(provider.stream(request)).await
}

/// Reads a stream to the end.
pub(crate) async fn read(mut stream: BoxStream<'static, Result<Frame, Failure>>) -> Whole {
    let mut whole = Whole::default();
    while let Some(item) =
        tokio::time::timeout(PATIENCE, stream.next()).await.expect("the next frame in time")
    {
        assert!(whole.end.is_none(), "nothing comes after the end: {item:?}");
        match item {
            Ok(Frame::Headers { request_id, parameters }) => {
                whole.parameters = parameters;
                whole.opening.push("headers");
                whole.request_id = request_id;
            }
            Ok(Frame::FirstByte) => whole.opening.push("first byte"),
            Ok(Frame::Served { model }) => assert_eq!(whole.served.replace(model), None, "served twice"),
            Ok(Frame::Text(text)) => {
                assert!(!text.is_empty());
                whole.text.push_str(&text);
            }
            Ok(Frame::Reasoning(text)) => {
                assert!(!text.is_empty());
                whole.reasoning.push_str(&text);
            }
            Ok(Frame::Call(call)) => whole.calls.push(call),
            Ok(Frame::Origin(value)) => assert_eq!(whole.origin.replace(value), None, "origin twice"),
            Ok(Frame::Usage(usage)) => assert_eq!(whole.usage.replace(usage), None, "usage twice"),
            Ok(Frame::Stop(stop)) => whole.end = Some(Ok(stop)),
            Err(failure) => whole.end = Some(Err(failure)),
        }
    }
    assert!(whole.end.is_some(), "a stream ends with a stop or a failure");
    assert!(stream.next().await.is_none(), "and stays ended");
    whole
}
