//! The clients: they send again under the same id until they hear, and read on from the last event they got.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use cowork_contract::{ChatSnapshot, Event, MessageAccepted, Position, Session};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::chance::Chance;
use crate::server::{PATIENCE, TOKEN};

/// Between two tries; the server may just be starting.
const AGAIN: Duration = Duration::from_millis(10);

/// The server, wherever it listens now.
pub(crate) struct Api {
    client: Client,
    address: watch::Receiver<SocketAddr>,
}

impl Api {
    pub(crate) fn new(address: watch::Receiver<SocketAddr>) -> Self {
        cowork_provider::install_tls();
        Self { client: Client::builder().no_proxy().build().unwrap(), address }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api{path}", *self.address.borrow())
    }

    /// Tries again until the server answers with something else than that it can't.
    async fn insist(&self, request: impl Fn() -> RequestBuilder) -> Response {
        let insisting = async {
            loop {
                if let Ok(response) = request().bearer_auth(TOKEN).send().await
                    && !response.status().is_server_error()
                {
                    return response;
                }
                tokio::time::sleep(AGAIN).await;
            }
        };
        tokio::time::timeout(PATIENCE, insisting).await.expect("the server to answer")
    }

    /// Sends a command until its answer is here, whole.
    async fn command(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        loop {
            let response = self.insist(|| self.client.post(self.url(path)).json(body)).await;
            let status = response.status();
            // The server may be killed in mid-answer: then it counts as not heard.
            if let Ok(answer) = response.json().await {
                return (status, answer);
            }
        }
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        loop {
            let response = self.insist(|| self.client.get(self.url(path))).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            if let Ok(answer) = response.json().await {
                return answer;
            }
        }
    }

    pub(crate) async fn create_session(&self) -> String {
        let (status, session) = self.command("/sessions", &json!({ "client_request_id": "only" })).await;
        assert!(status.is_success(), "{session}");
        let first = serde_json::from_value::<Session>(session).unwrap();
        // The id makes it one session however often it is asked for; here a fresh one is wanted.
        let (_, fresh) = self.command("/sessions", &json!({})).await;
        let fresh = serde_json::from_value::<Session>(fresh).unwrap();
        assert_ne!(first.id, fresh.id);
        fresh.id.as_str().to_owned()
    }

    pub(crate) async fn chat(&self, session: &str) -> ChatSnapshot {
        self.get(&format!("/sessions/{session}/chat?branch=all&limit=1000")).await
    }

    /// Waits until no answer of a session waits or runs; gives the whole session.
    pub(crate) async fn ended(&self, session: &str) -> ChatSnapshot {
        loop {
            let mut chat = self.chat(session).await;
            if chat.messages.iter().all(|message| !message.status.is_open()) {
                while chat.has_more {
                    let before = chat.messages[0].id.clone();
                    let path = format!("/sessions/{session}/chat?branch=all&limit=1000&before={before}");
                    let earlier: ChatSnapshot = self.get(&path).await;
                    chat.has_more = earlier.has_more;
                    chat.messages.splice(0..0, earlier.messages);
                }
                return chat;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The log of a session from its beginning up to a position.
    pub(crate) async fn replay(&self, session: &str, last: Position) -> BTreeMap<Position, Event> {
        let (stop, stopped) = watch::channel(Some(last));
        let reader = Reader::new(session.to_owned()).run(self, stopped, Chance::new(0));
        let reader = tokio::time::timeout(PATIENCE, reader).await.expect("the log to end");
        drop(stop);
        reader.events.into_iter().map(|event| (event.id, event)).collect()
    }
}

/// A message that was acknowledged.
pub(crate) struct Sent {
    pub(crate) request: String,
    pub(crate) content: String,
    pub(crate) question: String,
    pub(crate) answer: String,
}

/// Sends one message after the other as long as `going`; each until it is acknowledged.
pub(crate) async fn send(
    api: &Api,
    session: &str,
    index: usize,
    going: watch::Receiver<bool>,
    mut chance: Chance,
) -> Vec<Sent> {
    let mut sent = Vec::new();
    while *going.borrow() {
        let (request, content) =
            (format!("request-{index}-{}", sent.len()), format!("q{index}-{}", sent.len()));
        let body = json!({ "content": content, "client_request_id": request });
        let path = format!("/sessions/{session}/chat");
        let (status, answer) = api.command(&path, &body).await;
        if status == StatusCode::TOO_MANY_REQUESTS {
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        }
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
        let accepted: MessageAccepted = serde_json::from_value(answer).unwrap();
        sent.push(Sent {
            request,
            content,
            question: accepted.user_message.unwrap().id.as_str().to_owned(),
            answer: accepted.assistant_message.id.as_str().to_owned(),
        });
        // Now in a rush, so that a queue grows, now with a pause.
        let pause = if chance.below(3) == 0 { chance.below(20) } else { chance.below(400) };
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    sent
}

/// A reader of one session's stream.
pub(crate) struct Reader {
    pub(crate) session: String,
    pub(crate) events: Vec<Event>,
    pub(crate) connections: u32,
}

impl Reader {
    pub(crate) fn new(session: String) -> Self {
        Self { session, events: Vec::new(), connections: 0 }
    }

    fn cursor(&self) -> Position {
        self.events.last().map_or(0, |event| event.id)
    }

    /// Reads, connection after connection, until it is told the last position and has come to it.
    pub(crate) async fn run(
        mut self,
        api: &Api,
        last: watch::Receiver<Option<Position>>,
        mut chance: Chance,
    ) -> Self {
        loop {
            let path = format!("/sessions/{}/stream?after={}", self.session, self.cursor());
            let mut response = api.insist(|| api.client.get(api.url(&path))).await;
            assert_eq!(response.status(), StatusCode::OK, "the cursor {} was not known", self.cursor());
            self.connections += 1;
            // Now and then it goes away on its own.
            let patience = Duration::from_millis(50 + chance.below(1_500));
            let end = tokio::time::sleep(patience);
            tokio::pin!(end);
            let mut inbox = Vec::new();
            loop {
                tokio::select! {
                    () = &mut end => break,
                    chunk = response.chunk() => match chunk {
                        Ok(Some(chunk)) => self.take(&mut inbox, &chunk),
                        Ok(None) | Err(_) => break,
                    },
                }
            }
            let ended = *last.borrow();
            if ended.is_some() && self.is_at_the_end(api).await {
                return self;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Whether nothing is left to read: the session's newest event is here.
    async fn is_at_the_end(&self, api: &Api) -> bool {
        let session: Session = api.get(&format!("/sessions/{}", self.session)).await;
        self.cursor() >= session.last_event_id
    }

    /// Takes in bytes of the stream; a frame that was cut is left for the next connection.
    fn take(&mut self, inbox: &mut Vec<u8>, bytes: &[u8]) {
        inbox.extend_from_slice(bytes);
        while let Some(end) = inbox.windows(2).position(|two| two == b"\n\n") {
            let frame: Vec<u8> = inbox.drain(..end + 2).collect();
            let frame = String::from_utf8(frame).unwrap();
            let Some(data) = frame.lines().find_map(|line| line.strip_prefix("data: ")) else { continue };
            let event: Event = serde_json::from_str(data).unwrap();
            assert!(event.id > self.cursor(), "{} came after {}", event.id, self.cursor());
            let id = frame.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
            assert_eq!(id, event.id.to_string());
            self.events.push(event);
        }
    }
}
