//! A whole Cowork on a folder of its own, behind a server on a port of its own.

use std::{net::SocketAddr, time::Duration};

use cowork_engine::{Engine, EngineOptions};
use cowork_provider::{ProviderConfig, ProviderKind, Registry};
use cowork_server::{Running, ServerOptions, serve};
use cowork_store::{OpenOptions, Reader, WriterTask};
use cowork_testkit::ScriptedProvider;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::http::{Frame, Incoming, Request};

/// The fixed token of every test server.
pub(crate) const TOKEN: &str = "a-token-for-tests-0123456789";

pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) provider: ScriptedProvider,
    server: Running,
    engine: Engine,
    reader: Reader,
    writer: WriterTask,
    stop: CancellationToken,
    folder: TempDir,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut ServerOptions)) -> Self {
        let mut options = ServerOptions { fixed_token: Some(TOKEN.to_owned()), ..ServerOptions::default() };
        change(&mut options);
        Self::open(tempfile::tempdir().unwrap(), ScriptedProvider::start().await, options).await
    }

    async fn open(folder: TempDir, provider: ScriptedProvider, options: ServerOptions) -> Self {
        cowork_provider::install_tls();
        let mut config = ProviderConfig::new("scripted", ProviderKind::OpenAiCompatible);
        config.base_url = Some(provider.base_url());
        config.models = vec!["model".to_owned()];
        let registry = Registry::new(vec![config], None).unwrap().with_demo_pace(Duration::ZERO);
        let opened = cowork_store::open(OpenOptions::new(folder.path())).await.unwrap();
        let (reader, writer) = (opened.reader, opened.task);
        let engine =
            Engine::start((opened.writer, reader.clone(), opened.blobs), registry, EngineOptions::default())
                .await
                .unwrap();
        let stop = CancellationToken::new();
        let server = serve(options, engine.clone(), reader.clone(), stop.clone()).await.unwrap();
        Self { address: server.address(), provider, server, engine, reader, writer, stop, folder }
    }

    /// Stops it cleanly.
    pub(crate) async fn stop(self) -> (TempDir, ScriptedProvider) {
        self.engine.shutdown(Duration::from_secs(5)).await;
        self.stop.cancel();
        self.server.finished().await;
        drop(self.engine);
        self.reader.close().await;
        self.writer.stop().await;
        (self.folder, self.provider)
    }

    /// Stops it and starts another on the same folder.
    pub(crate) async fn restart(self) -> Self {
        let (folder, provider) = self.stop().await;
        let options = ServerOptions { fixed_token: Some(TOKEN.to_owned()), ..ServerOptions::default() };
        Self::open(folder, provider, options).await
    }

    /// Its data folder.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Tells the server alone to go down.
    pub(crate) fn close(&self) {
        self.stop.cancel();
    }

    /// A fresh start code.
    pub(crate) fn code(&self) -> String {
        self.server.start_code().unwrap().code
    }

    /// A request without a token.
    pub(crate) fn bare(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target)
    }

    /// A request with the token.
    pub(crate) fn request(&self, method: &str, target: &str) -> Request {
        self.bare(method, target).bearer(TOKEN)
    }

    /// Sends a command that must go well.
    #[track_caller]
    pub(crate) fn post(&self, target: &str, body: &Value) -> impl Future<Output = Value> {
        let request = self.request("POST", target).json(body);
        let target = target.to_owned();
        async move {
            let response = request.send().await;
            assert!((200..300).contains(&response.status), "{target}: {}", response.text());
            response.json()
        }
    }

    /// Reads something that must be there.
    pub(crate) async fn get(&self, target: &str) -> Value {
        let response = self.request("GET", target).send().await;
        assert_eq!(response.status, 200, "{target}: {}", response.text());
        response.json()
    }

    /// A new session's id.
    pub(crate) async fn session(&self) -> String {
        self.post("/api/sessions", &json!({})).await["id"].as_str().unwrap().to_owned()
    }

    /// A session with `exchanges` exchanges with the demo, all of them done.
    pub(crate) async fn talked(&self, exchanges: usize) -> String {
        let session = self.session().await;
        for number in 0..exchanges {
            let content = format!("{number} + 1");
            let body = json!({ "content": content, "providerId": "demo", "modelId": "cowork-demo" });
            let mut events = self
                .request("POST", &format!("/api/sessions/{session}/chat"))
                .header("accept", "text/event-stream")
                .json(&body)
                .open()
                .await;
            assert_eq!(events.status, 200);
            while events.event().await.is_some() {}
        }
        session
    }

    /// Opens an event stream that must open.
    pub(crate) async fn stream(&self, target: &str) -> Incoming {
        let incoming = self.request("GET", target).open().await;
        assert_eq!(incoming.status, 200, "{target}");
        incoming
    }
}

/// Reads events until one of this name has come.
pub(crate) async fn until(stream: &mut Incoming, name: &str) -> Vec<Frame> {
    let mut frames = Vec::new();
    loop {
        let frame =
            stream.event().await.unwrap_or_else(|| panic!("the stream ended before {name}: {frames:?}"));
        frames.push(frame);
        if frames.last().is_some_and(|last| last.name() == name) {
            return frames;
        }
    }
}
