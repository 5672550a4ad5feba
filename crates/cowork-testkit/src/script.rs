//! What one answer does.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::frames;
use crate::{Gate, Tokens};

/// One thing that an answer does. After the last step the body ends cleanly and the connection stays open.
#[derive(Debug, Clone)]
pub enum Step {
    /// Sends the bytes as one chunk of the body, in one write.
    Send(Bytes),
    /// Sends many text events.
    Tokens(Tokens),
    /// Waits until the test opens the gate.
    Wait(Gate),
    /// Does nothing for a while.
    Pause(Duration),
    /// Ends the body cleanly and closes the connection.
    CloseClean,
    /// Announces a chunk, sends half of it and closes the connection.
    CutInChunk,
    /// Closes the connection with a reset.
    Reset,
    /// Does nothing until the client hangs up.
    Stall,
}

/// One answer: status, headers, and what happens then.
#[derive(Debug, Clone)]
pub struct Script {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) model: String,
    pub(crate) before: Vec<Step>,
    pub(crate) steps: Vec<Step>,
}

impl Script {
    /// An answer with this status and no body yet.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), model: MODEL.to_owned(), before: Vec::new(), steps: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a step that happens before the status line is sent.
    #[must_use]
    pub fn before(mut self, step: Step) -> Self {
        self.before.push(step);
        self
    }

    /// Adds a step.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Adds bytes to the body.
    #[must_use]
    pub fn send(self, bytes: impl Into<Bytes>) -> Self {
        self.step(Step::Send(bytes.into()))
    }

    /// A JSON document as the whole body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").send(body.to_string())
    }
}

/// The model that answers unless a script says otherwise.
const MODEL: &str = "scripted-1";

/// Begins an answer that is accepted and streams.
#[must_use]
pub fn reply() -> Reply {
    let script =
        Script::new(200).header("content-type", "text/event-stream").header("x-request-id", "req_scripted");
    Reply { script, pause: None }
}

/// An answer that is refused, with an error as OpenAI writes it.
#[must_use]
pub fn refuse(status: u16, code: &str, message: &str) -> Script {
    Script::new(status)
        .json(&json!({ "error": { "message": message, "type": null, "param": null, "code": code } }))
}

/// Builds a streamed answer, event by event.
#[derive(Debug, Clone)]
pub struct Reply {
    script: Script,
    pause: Option<Duration>,
}

impl From<Reply> for Script {
    fn from(reply: Reply) -> Self {
        reply.script
    }
}

impl Reply {
    /// Says which model answers; for the events that follow.
    #[must_use]
    pub fn model(mut self, model: &str) -> Self {
        model.clone_into(&mut self.script.model);
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.script = self.script.header(name, value);
        self
    }

    /// The pieces of text and reasoning that follow come at this rate.
    #[must_use]
    pub fn at_rate(mut self, tokens_per_second: f64) -> Self {
        self.pause = Some(Duration::from_secs_f64(1.0 / tokens_per_second));
        self
    }

    /// A piece of text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.paced(json!({ "content": text }))
    }

    /// A piece of reasoning.
    #[must_use]
    pub fn reasoning(self, text: &str) -> Self {
        self.paced(json!({ "reasoning_content": text }))
    }

    /// Many pieces of text.
    #[must_use]
    pub fn tokens(self, tokens: Tokens) -> Self {
        self.step(Step::Tokens(tokens))
    }

    /// The reason of the end: `stop`, `length`, `content_filter`.
    #[must_use]
    pub fn finish(self, reason: &str) -> Self {
        let chunk = frames::chunk(&self.script.model, json!({}), Some(reason));
        self.event(&chunk)
    }

    /// The usage, in tokens.
    #[must_use]
    pub fn usage(self, input: u64, output: u64) -> Self {
        let usage = frames::usage(&self.script.model, input, output);
        self.event(&usage)
    }

    /// The mark at the very end.
    #[must_use]
    pub fn done(self) -> Self {
        self.send(frames::DONE)
    }

    /// An error in mid-stream.
    #[must_use]
    pub fn error(self, code: &str, message: &str) -> Self {
        self.event(&json!({ "error": { "message": message, "type": code, "code": code } }))
    }

    /// Any event.
    #[must_use]
    pub fn event(self, data: &Value) -> Self {
        self.send(frames::event(data))
    }

    /// Any bytes, as one chunk of the body.
    #[must_use]
    pub fn send(self, bytes: impl Into<Bytes>) -> Self {
        self.step(Step::Send(bytes.into()))
    }

    /// Waits for the test.
    #[must_use]
    pub fn wait(self, gate: &Gate) -> Self {
        self.step(Step::Wait(gate.clone()))
    }

    /// Any step.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.script.steps.push(step);
        self
    }

    /// A step that happens before the status line is sent.
    #[must_use]
    pub fn before(mut self, step: Step) -> Self {
        self.script.before.push(step);
        self
    }

    fn paced(self, delta: Value) -> Self {
        let chunk = frames::chunk(&self.script.model, delta, None);
        match self.pause {
            Some(pause) => self.step(Step::Pause(pause)).event(&chunk),
            None => self.event(&chunk),
        }
    }
}
