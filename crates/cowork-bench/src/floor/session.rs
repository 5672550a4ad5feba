//! What the relay holds of a session, rendered when it comes in so that reading is copying.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use cowork_contract::{ChatMessage, MessageRole};
use serde_json::Value;
use tokio::sync::watch;

pub(super) struct Session {
    id: String,
    held: Mutex<Held>,
    /// How many pieces have been announced.
    announced: watch::Sender<usize>,
}

#[derive(Default)]
struct Held {
    messages: Vec<Message>,
    /// All that was announced, so that a reader may be as slow as it likes. It lives no longer than the run.
    pieces: Vec<Bytes>,
    position: u64,
    created: u64,
}

struct Message {
    /// As `GET chat` shows it.
    shown: String,
    /// As the provider gets it.
    turn: String,
}

/// A message that waits for its answer.
pub(super) struct Asked {
    user: String,
    answer: String,
    answer_id: String,
}

impl Asked {
    /// The acknowledgement.
    pub(super) fn accepted(&self) -> String {
        format!("{{\"userMessage\":{},\"assistantMessage\":{},\"lastEventId\":1}}", self.user, self.answer)
    }
}

/// Where one reader of a session is.
pub(super) struct Reader {
    session: Arc<Session>,
    announced: watch::Receiver<usize>,
    read: usize,
}

impl Reader {
    /// What was announced since the last call, in one piece; waits for something.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        let last = *self.announced.wait_for(|announced| *announced > self.read).await.ok()?;
        let held = self.session.held();
        let new = held.pieces.get(self.read..last)?;
        self.read = last;
        Some(match new {
            [one] => one.clone(),
            many => many.concat().into(),
        })
    }
}

impl Session {
    pub(super) fn new(id: &str, messages: &[ChatMessage]) -> Self {
        let messages = messages.iter().map(|message| {
            let role = if message.role == MessageRole::User { "user" } else { "assistant" };
            let shown = serde_json::to_string(message).unwrap_or_default();
            Message { shown, turn: turn(role, &message.content) }
        });
        let held = Held { messages: messages.collect(), ..Held::default() };
        Self { id: id.to_owned(), held: Mutex::new(held), announced: watch::Sender::new(0) }
    }

    /// A reader of all that is announced from now on.
    pub(super) fn follow(self: Arc<Self>) -> Reader {
        let mut announced = self.announced.subscribe();
        let read = *announced.borrow_and_update();
        Reader { session: self, announced, read }
    }

    /// Takes in a person's message and announces it with its waiting answer.
    pub(super) fn ask(&self, content: &str) -> Asked {
        let mut held = self.held();
        let number = held.created;
        held.created += 2;
        let user_id = format!("message-{number}");
        let answer_id = format!("message-{}", number + 1);
        let user = self.message(&user_id, "user", content, "done");
        let answer = self.message(&answer_id, "assistant", "", "pending");
        held.messages.push(Message { shown: user.clone(), turn: turn("user", content) });
        for (id, message) in [(&user_id, &user), (&answer_id, &answer)] {
            self.publish(&mut held, "message.created", id, &format!("\"message\":{message}"));
        }
        Asked { user, answer, answer_id }
    }

    /// The body of the provider's request: the whole conversation.
    pub(super) fn request(&self, model: &str) -> String {
        let held = self.held();
        let turns: Vec<&str> = held.messages.iter().map(|message| message.turn.as_str()).collect();
        format!("{{\"model\":\"{model}\",\"stream\":true,\"messages\":[{}]}}", turns.join(","))
    }

    /// Announces streamed texts, each as an event of its own, in one piece.
    pub(super) fn deltas(&self, asked: &Asked, texts: &[String]) {
        let mut held = self.held();
        let mut frames = String::with_capacity(texts.len() * 256);
        for text in texts {
            let payload = format!("\"text\":{},\"kind\":\"text\"", Value::from(text.as_str()));
            frames.push_str(&self.frame(&mut held, "message.delta", &asked.answer_id, &payload));
        }
        self.announce(&mut held, frames);
    }

    /// Takes in the whole answer and announces its end.
    pub(super) fn complete(&self, asked: &Asked, content: &str) {
        let mut held = self.held();
        let shown = self.message(&asked.answer_id, "assistant", content, "done");
        let payload = format!("\"message\":{shown}");
        held.messages.push(Message { shown, turn: turn("assistant", content) });
        self.publish(&mut held, "message.completed", &asked.answer_id, &payload);
    }

    /// Announces that the answer failed.
    pub(super) fn fail(&self, asked: &Asked, fault: &anyhow::Error) {
        let payload = format!("\"error\":{}", Value::from(format!("{fault:#}")));
        self.publish(&mut self.held(), "message.error", &asked.answer_id, &payload);
    }

    /// The conversation, or its last `limit` messages.
    pub(super) fn chat(&self, limit: Option<usize>) -> String {
        let held = self.held();
        let first = limit.map_or(0, |limit| held.messages.len().saturating_sub(limit));
        let shown: Vec<&str> =
            held.messages.iter().skip(first).map(|message| message.shown.as_str()).collect();
        format!(
            "{{\"messages\":[{}],\"lastEventId\":{},\"hasMore\":{}}}",
            shown.join(","),
            held.position,
            first > 0
        )
    }

    fn publish(&self, held: &mut Held, kind: &str, message: &str, payload: &str) {
        let frame = self.frame(held, kind, message, payload);
        self.announce(held, frame);
    }

    fn announce(&self, held: &mut Held, frames: String) {
        held.pieces.push(frames.into());
        self.announced.send_replace(held.pieces.len());
    }

    fn frame(&self, held: &mut Held, kind: &str, message: &str, payload: &str) -> String {
        held.position += 1;
        let (position, session) = (held.position, &self.id);
        format!(
            "id: {position}\nevent: {kind}\ndata: {{\"id\":{position},\"sessionId\":\"{session}\",\
             \"timestamp\":1760000000000,\"messageId\":\"{message}\",\"type\":\"{kind}\",{payload}}}\n\n"
        )
    }

    fn message(&self, id: &str, role: &str, content: &str, status: &str) -> String {
        format!(
            "{{\"id\":\"{id}\",\"sessionId\":\"{}\",\"role\":\"{role}\",\"content\":{},\"createdAt\":1760000000000,\
             \"status\":\"{status}\",\"updatedAt\":1760000000000,\"revision\":1}}",
            self.id,
            Value::from(content)
        )
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn turn(role: &str, content: &str) -> String {
    format!("{{\"role\":\"{role}\",\"content\":{}}}", Value::from(content))
}
