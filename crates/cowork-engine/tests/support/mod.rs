//! What the tests of the engine share: an engine on a folder of its own with a scripted provider, and the waiting
//! for what it does. Nothing here looks inside the engine: commands go in, the log and the provider's record come out.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

pub(crate) mod fold;

use std::path::Path;
use std::time::Duration;

use cowork_contract::{
    ChatMessage, ChatSnapshot, CreateSession, Event, EventBody, MessageAccepted, MessageId, Position,
    Session, SessionId,
};
use cowork_engine::{Edited, Engine, EngineError, EngineOptions, Retry};
use cowork_provider::{ProviderConfig, ProviderKind, Registry};
use cowork_store::{Branch, ChatWindow, FollowItem, OpenOptions, Reader, Scope, Writer, WriterTask};
use cowork_testkit::{Reply, Script, ScriptedProvider, reply};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;

/// Waiting for longer than this means that something hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What the scripted provider is configured as, and its model.
pub(crate) const PROVIDER: &str = "scripted";
pub(crate) const MODEL: &str = "scripted-1";

/// An engine that runs on a folder.
pub(crate) struct Life {
    pub(crate) engine: Engine,
    pub(crate) reader: Reader,
    pub(crate) writer: Writer,
    task: WriterTask,
}

impl Life {
    /// Starts an engine on `folder` that asks the provider at `base_url`.
    pub(crate) async fn start(folder: &Path, base_url: String, change: fn(&mut ProviderConfig)) -> Self {
        let options = EngineOptions { housekeeping: false, retry: Retry::NEVER, ..EngineOptions::default() };
        Self::start_with(folder, base_url, change, options).await
    }

    /// The same with other options.
    pub(crate) async fn start_with(
        folder: &Path,
        base_url: String,
        change: fn(&mut ProviderConfig),
        options: EngineOptions,
    ) -> Self {
        let mut config = ProviderConfig::new(PROVIDER, ProviderKind::OpenAiCompatible);
        config.base_url = Some(base_url);
        config.models = vec![MODEL.to_owned()];
        change(&mut config);
        Self::with_providers(folder, vec![config], options).await
    }

    /// Starts an engine with these providers.
    pub(crate) async fn with_providers(
        folder: &Path,
        configs: Vec<ProviderConfig>,
        options: EngineOptions,
    ) -> Self {
        let opened = cowork_store::open(OpenOptions::new(folder)).await.unwrap();
        let registry = Registry::new(configs, None).unwrap().with_demo_pace(Duration::ZERO);
        let store = (opened.writer.clone(), opened.reader.clone(), opened.blobs.clone());
        let engine = Engine::start(store, registry, options).await.unwrap();
        Self { engine, reader: opened.reader, writer: opened.writer, task: opened.task }
    }

    /// Ends it as the server does: running answers first, then the log.
    pub(crate) async fn end(self) {
        self.engine.shutdown(PATIENCE).await;
        self.task.stop().await;
        self.reader.close().await;
    }

    /// A new session.
    pub(crate) async fn session(&self) -> SessionId {
        self.engine.create_session(CreateSession::default()).await.unwrap().id
    }

    /// A session as it is.
    pub(crate) async fn session_now(&self, session: &SessionId) -> Session {
        self.reader.session(session).await.unwrap().unwrap()
    }

    /// Sends a message that must be taken.
    pub(crate) async fn send(&self, session: &SessionId, content: &str) -> MessageAccepted {
        self.try_send(session, serde_json::json!({ "content": content })).await.unwrap()
    }

    /// Sends a message with these fields.
    pub(crate) async fn try_send(
        &self,
        session: &SessionId,
        body: Value,
    ) -> Result<MessageAccepted, EngineError> {
        self.engine.send(session, command(body)).await
    }

    /// Sends a message and waits for the end of its answer.
    pub(crate) async fn ask(&self, session: &SessionId, content: &str) -> ChatMessage {
        let accepted = self.send(session, content).await;
        self.ended(&accepted.assistant_message).await
    }

    /// Edits a message into a new branch.
    pub(crate) async fn edit_and_answer(
        &self,
        session: &SessionId,
        message: &MessageId,
        content: &str,
    ) -> MessageAccepted {
        let body = command(serde_json::json!({ "content": content, "regenerate": true }));
        match self.engine.edit(session, message, body).await.unwrap() {
            Edited::Answered(accepted) => accepted,
            Edited::InPlace(message) => panic!("edited in place: {message:?}"),
        }
    }

    /// Edits a message in place.
    pub(crate) async fn edit(
        &self,
        session: &SessionId,
        message: &MessageId,
        content: &str,
    ) -> Result<ChatMessage, EngineError> {
        match self.engine.edit(session, message, command(serde_json::json!({ "content": content }))).await? {
            Edited::InPlace(message) => Ok(message),
            Edited::Answered(accepted) => panic!("edited into a branch: {accepted:?}"),
        }
    }

    /// A message as it is, with its text so far.
    pub(crate) async fn message(&self, message: &ChatMessage) -> ChatMessage {
        self.reader.message(&message.session_id, &message.id).await.unwrap().unwrap()
    }

    /// Waits until a message is as wanted.
    pub(crate) async fn until(
        &self,
        message: &ChatMessage,
        wanted: impl Fn(&ChatMessage) -> bool,
    ) -> ChatMessage {
        let mut follow = self.reader.follow(Scope::Session(message.session_id.clone()), None).unwrap();
        let waiting = async {
            loop {
                let now = self.message(message).await;
                if wanted(&now) {
                    return now;
                }
                follow.next().await.unwrap();
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        let Ok(message) = waited else {
            let now = self.message(message).await;
            let (start, length): (String, usize) =
                (now.content.chars().take(80).collect(), now.content.len());
            let storage = self.engine.status().storage;
            panic!(
                "never as wanted: {:?}, {length} bytes: {start:?}, {:?}; {storage:?}",
                now.status, now.error
            );
        };
        message
    }

    /// Waits until an answer has ended.
    pub(crate) async fn ended(&self, message: &ChatMessage) -> ChatMessage {
        self.until(message, |now| !now.status.is_open()).await
    }

    /// Waits until an answer has this text.
    pub(crate) async fn says(&self, message: &ChatMessage, text: &str) -> ChatMessage {
        self.until(message, |now| now.content == text).await
    }

    /// All messages of a session with everything around them.
    pub(crate) async fn chat(&self, session: &SessionId, branch: Branch) -> ChatSnapshot {
        let window = ChatWindow { branch, before: None, limit: None };
        let json = self.reader.chat(session, window).await.unwrap().unwrap();
        serde_json::from_str(&json).unwrap()
    }

    /// The texts on the active branch.
    pub(crate) async fn thread(&self, session: &SessionId) -> Vec<String> {
        let snapshot = self.chat(session, Branch::Active).await;
        snapshot.messages.into_iter().map(|message| message.content).collect()
    }

    /// The events of a session after a position, up to and with the newest one now.
    pub(crate) async fn events(&self, session: &SessionId, after: Position) -> Vec<Event> {
        let head = self.chat(session, Branch::All).await.last_event_id;
        if after >= head {
            return Vec::new();
        }
        self.events_until(session, after, |event| event.id >= head).await
    }

    /// The events of a session after a position, up to and with the first one that `last` takes. At the log's end
    /// it waits; a `session.updated` of another session is no such event.
    pub(crate) async fn events_until(
        &self,
        session: &SessionId,
        after: Position,
        last: impl Fn(&Event) -> bool,
    ) -> Vec<Event> {
        let scope = Scope::All { with: Some(session.clone()) };
        let mut follow = self.reader.follow(scope, Some(after)).unwrap();
        let mut events = Vec::new();
        let reading = async {
            loop {
                let FollowItem::Events(entries) = follow.next().await.unwrap() else { panic!("cut off") };
                for entry in entries {
                    let event: Event = serde_json::from_slice(entry.json()).unwrap();
                    let is_last = last(&event);
                    if event.session_id == *session {
                        events.push(event);
                    }
                    if is_last {
                        return;
                    }
                }
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("the event that was waited for");
        events
    }
}

/// An engine with a folder and a provider of its own.
pub(crate) struct TestCowork {
    pub(crate) life: Life,
    pub(crate) provider: ScriptedProvider,
    pub(crate) folder: TempDir,
    change: fn(&mut ProviderConfig),
}

impl std::ops::Deref for TestCowork {
    type Target = Life;

    fn deref(&self) -> &Life {
        &self.life
    }
}

impl TestCowork {
    /// Starts one.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts one whose provider is configured a little differently.
    pub(crate) async fn with(change: fn(&mut ProviderConfig)) -> Self {
        let provider = ScriptedProvider::start().await;
        let folder = tempfile::tempdir().unwrap();
        let life = Life::start(folder.path(), provider.base_url(), change).await;
        Self { life, provider, folder, change }
    }

    /// Ends it cleanly and starts it again on the same folder.
    pub(crate) async fn restart(self) -> Self {
        let Self { life, provider, folder, change } = self;
        life.end().await;
        let life = Life::start(folder.path(), provider.base_url(), change).await;
        Self { life, provider, folder, change }
    }

    /// Starts an answer that has said `begin` and waits for the gate, then says `rest` and ends.
    pub(crate) async fn begin(
        &self,
        session: &SessionId,
        begin: &str,
        rest: &str,
    ) -> (MessageAccepted, cowork_testkit::Gate) {
        let gate = cowork_testkit::Gate::new();
        self.provider.push(reply().text(begin).wait(&gate).text(rest).finish("stop").done());
        let accepted = self.send(session, "begin").await;
        self.says(&accepted.assistant_message, begin).await;
        (accepted, gate)
    }
}

/// An answer that says this and ends well.
pub(crate) fn says(text: &str) -> Reply {
    reply().text(text).finish("stop").done()
}

/// An answer that says this, then waits until its client hangs up.
pub(crate) fn says_and_hangs(text: &str) -> Script {
    reply().text(text).step(cowork_testkit::Step::Stall).into()
}

/// A command from its JSON, as a client sends it.
pub(crate) fn command<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

/// A command without fields.
pub(crate) fn bare<T: DeserializeOwned>() -> T {
    command(serde_json::json!({}))
}

/// The code a refusal travels with.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, EngineError>) -> String {
    let problem = result.unwrap_err().problem();
    serde_json::to_value(problem.code).unwrap().as_str().unwrap().to_owned()
}

/// The names of events, neighbouring deltas taken as one.
pub(crate) fn kinds(events: &[Event]) -> Vec<&'static str> {
    let mut kinds: Vec<&'static str> = events.iter().map(|event| event.body.name()).collect();
    kinds.dedup_by(|a, b| a == b && *a == "message.delta");
    kinds
}

/// The streamed text of a message in these events.
pub(crate) fn streamed(events: &[Event], message: &MessageId) -> String {
    let deltas = events.iter().filter(|event| event.message_id.as_ref() == Some(message));
    deltas
        .filter_map(|event| match &event.body {
            EventBody::MessageDelta(delta) => Some(delta.text.as_str()),
            _ => None,
        })
        .collect()
}
