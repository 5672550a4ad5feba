//! One answer as a pure step: what came in, what must happen next.
//!
//! Always true: text is given to storage one batch at a time, the next while the last is being committed, so batches
//! grow by themselves under load; an answer ends exactly once; whatever comes after its end changes nothing.
//! Elsewhere: doing it (`driver`).

use std::time::Duration;

use cowork_contract::{Attempt, MessageError, MessageStatus, MessageTelemetry, TextKind, message_error_code};
use cowork_provider::{Failure, Frame, Parameters, StopReason, Usage};
use cowork_store::Segment;

use crate::routing::{Failed, Next, Route};

/// Text that may wait for storage before the provider is no longer read from.
const UNSAVED_MAX: usize = 1024 * 1024;

/// What happened. Times are milliseconds since the first call began.
#[derive(Debug)]
pub(crate) enum Input {
    /// The answer's turn has come.
    Begin,
    /// The provider sent something.
    Frame(Frame, u64),
    /// The call failed; with a number between 0 and 1, so that not all that fail together come back together.
    Failed(Failure, u64, f64),
    /// The pause before the next call is over.
    Paused(u64),
    /// The batch in hand is committed.
    Stored,
    /// The answer was ended elsewhere before its first text.
    Overtaken,
    /// It shall end now.
    Stop(StopCause, u64),
}

/// Who wants the answer to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopCause {
    /// The person.
    Person,
    /// The server, going down.
    Shutdown,
}

/// What must happen next.
#[derive(Debug, PartialEq)]
pub(crate) enum Effect {
    /// Call the route's present model.
    Call,
    /// Write down what was tried, for people to see; with the pause before the next call.
    Note(Duration),
    /// Wait before the next call.
    Pause(Duration),
    /// Close the provider's connection.
    HangUp,
    /// Commit this text; `first` turns an answer that waits into one that streams, if it was not ended elsewhere.
    Store { first: bool, segments: Vec<Segment> },
    /// Write the end.
    Finish(Box<Ending>),
    /// Nothing is left to do or to write.
    Leave,
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ending {
    pub(crate) status: MessageStatus,
    pub(crate) error: Option<MessageError>,
    /// The text of this run.
    pub(crate) content: String,
    /// The reasoning of this run.
    pub(crate) reasoning: String,
    pub(crate) usage: Option<Usage>,
    pub(crate) finish_reason: Option<String>,
    /// The model that answered, in the provider's words.
    pub(crate) served: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) telemetry: MessageTelemetry,
    /// Every call and everyone who was passed over, in order.
    pub(crate) attempts: Vec<Attempt>,
    /// For people, where another model than the one that was asked answered.
    pub(crate) fallback_notice: Option<String>,
    /// What to enter into the ledger.
    pub(crate) calls: Vec<Call>,
    /// As the last call that was accepted carried them.
    pub(crate) parameters: Option<Parameters>,
    /// The answer as only its origin understands it.
    pub(crate) origin: Option<serde_json::Value>,
}

/// One call to a provider, as it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) provider_id: String,
    pub(crate) model_id: String,
    pub(crate) served: Option<String>,
    /// Milliseconds of this call alone.
    pub(crate) connect_ms: Option<u64>,
    pub(crate) ttfb_ms: Option<u64>,
    pub(crate) ttft_ms: Option<u64>,
    pub(crate) total_ms: u64,
    pub(crate) usage: Option<Usage>,
    /// The code of its failure. `None`: it answered, or was stopped.
    pub(crate) code: Option<String>,
    /// Millionths of a US dollar; filled in by the driver, which knows prices.
    pub(crate) cost_micro_usd: Option<u64>,
}

/// One run of one answer.
#[derive(Debug)]
pub(crate) struct Turn {
    route: Route,
    /// When the present call began.
    called_at: u64,
    calls: Vec<Call>,
    content: String,
    reasoning: String,
    unsaved: Vec<Segment>,
    unsaved_bytes: usize,
    storing: bool,
    /// Some of its text is committed, so nothing but its own end can end it.
    begun: bool,
    ended: bool,
    served: Option<String>,
    request_id: Option<String>,
    usage: Option<Usage>,
    parameters: Option<Parameters>,
    origin: Option<serde_json::Value>,
    telemetry: MessageTelemetry,
}

impl Turn {
    /// A run that goes this way.
    pub(crate) fn new(route: Route) -> Self {
        Self {
            route,
            called_at: 0,
            calls: Vec::new(),
            content: String::new(),
            reasoning: String::new(),
            unsaved: Vec::new(),
            unsaved_bytes: 0,
            storing: false,
            begun: false,
            ended: false,
            served: None,
            request_id: None,
            usage: None,
            parameters: None,
            origin: None,
            telemetry: MessageTelemetry::default(),
        }
    }

    /// Who is called.
    pub(crate) fn route(&self) -> &Route {
        &self.route
    }

    /// Whether the provider should be read from: not while too much text waits for storage.
    pub(crate) fn wants_more(&self) -> bool {
        !self.ended && self.unsaved_bytes < UNSAVED_MAX
    }

    /// Moves the answer on by one input. Pure: no clock, no I/O.
    pub(crate) fn step(&mut self, input: Input) -> Vec<Effect> {
        if self.ended {
            return Vec::new(); // late: its end is written or being written
        }
        match input {
            Input::Frame(frame, at) => self.frame(frame, at),
            Input::Begin => {
                let mut effects = Vec::new();
                if !self.route.attempts().is_empty() {
                    effects.push(Effect::Note(Duration::ZERO)); // somebody was passed over
                }
                effects.extend(self.call(0));
                effects
            }
            Input::Paused(at) => self.call(at),
            Input::Failed(failure, at, chance) => self.failed(failure, at, chance),
            Input::Stored => {
                self.storing = false;
                self.begun = true;
                self.store()
            }
            Input::Overtaken => {
                self.ended = true;
                vec![Effect::HangUp, Effect::Leave]
            }
            Input::Stop(cause, at) => {
                let mut effects = vec![Effect::HangUp];
                effects.extend(match cause {
                    StopCause::Person => self.finish(MessageStatus::Canceled, None, None, at),
                    StopCause::Shutdown => self.finish(MessageStatus::Error, Some(interrupted()), None, at),
                });
                effects
            }
        }
    }

    fn call(&mut self, at: u64) -> Vec<Effect> {
        self.called_at = at;
        self.route.called();
        vec![Effect::Call]
    }

    fn failed(&mut self, failure: Failure, at: u64, chance: f64) -> Vec<Effect> {
        self.request_id = self.request_id.take().or_else(|| failure.request_id.clone());
        let visible = !self.content.is_empty() || !self.reasoning.is_empty();
        let failed = Failed { failure: &failure, took_ms: at.saturating_sub(self.called_at), chance };
        let present = self.present();
        let next = if visible { Next::Nobody } else { self.route.after(failed) };
        if next != Next::Nobody {
            self.end_call(present, Some(failure.kind.code().to_owned()), at);
            self.telemetry = MessageTelemetry::default();
            self.request_id = None;
        }
        match next {
            Next::Again(pause) => vec![Effect::HangUp, Effect::Note(pause), Effect::Pause(pause)],
            Next::Other => {
                let mut effects = vec![Effect::HangUp, Effect::Note(Duration::ZERO)];
                effects.extend(self.call(at));
                effects
            }
            Next::Nobody => {
                let error = MessageError {
                    code: failure.kind.code().to_owned(),
                    message: failure.detail.clone(),
                    retryable: failure.kind.retryable(),
                    retry_after_ms: failure.retry_after.map(|wait| wait.as_millis() as u64),
                };
                self.finish(MessageStatus::Error, Some(error), None, at)
            }
        }
    }

    /// Provider and model of the present call.
    fn present(&self) -> (String, String) {
        let present = self.route.present();
        present.map(|present| (present.provider_id.clone(), present.model_id.clone())).unwrap_or_default()
    }

    /// Puts the end of a call on record.
    fn end_call(&mut self, (provider_id, model_id): (String, String), code: Option<String>, at: u64) {
        let began = self.called_at;
        let since = |moment: Option<u64>| moment.map(|moment| moment.saturating_sub(began));
        self.calls.push(Call {
            provider_id,
            model_id,
            served: self.served.take(),
            connect_ms: since(self.telemetry.connect_ms),
            ttfb_ms: since(self.telemetry.ttfb_ms),
            ttft_ms: since(self.telemetry.ttft_ms),
            total_ms: at.saturating_sub(began),
            usage: self.usage.take(),
            code,
            cost_micro_usd: None,
        });
    }

    fn frame(&mut self, frame: Frame, at: u64) -> Vec<Effect> {
        match frame {
            Frame::Headers { request_id, parameters } => {
                self.telemetry.connect_ms = Some(at);
                self.parameters = Some(parameters);
                self.request_id = request_id;
                Vec::new()
            }
            Frame::FirstByte => {
                self.telemetry.ttfb_ms.get_or_insert(at);
                Vec::new()
            }
            Frame::Served { model } => {
                self.served = Some(model);
                Vec::new()
            }
            Frame::Text(text) => {
                self.content.push_str(&text);
                self.take_text(TextKind::Text, text, at)
            }
            Frame::Reasoning(text) => {
                self.reasoning.push_str(&text);
                self.take_text(TextKind::Reasoning, text, at)
            }
            Frame::Usage(usage) => {
                self.usage = Some(usage);
                Vec::new()
            }
            // No tool is offered yet, so none is waited for.
            Frame::Call(_) => Vec::new(),
            Frame::Origin(origin) => {
                self.origin = Some(origin);
                Vec::new()
            }
            Frame::Stop(reason) => self.finish(MessageStatus::Done, None, Some(reason_name(reason)), at),
        }
    }

    fn take_text(&mut self, kind: TextKind, text: String, at: u64) -> Vec<Effect> {
        self.telemetry.ttft_ms.get_or_insert(at);
        self.unsaved_bytes += text.len();
        match self.unsaved.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(&text),
            _ => self.unsaved.push(Segment { kind, text }),
        }
        self.store()
    }

    /// Hands the waiting text to storage, unless a batch is in hand.
    fn store(&mut self) -> Vec<Effect> {
        if self.storing || self.unsaved.is_empty() {
            return Vec::new();
        }
        self.storing = true;
        vec![self.batch()]
    }

    fn batch(&mut self) -> Effect {
        self.unsaved_bytes = 0;
        // Until a batch is known to be committed, each one asks whether the answer may still begin.
        Effect::Store { first: !self.begun, segments: std::mem::take(&mut self.unsaved) }
    }

    /// Ends the answer: the rest of its text and the end itself go to storage right away, in that order.
    fn finish(
        &mut self,
        status: MessageStatus,
        error: Option<MessageError>,
        finish_reason: Option<String>,
        at: u64,
    ) -> Vec<Effect> {
        self.ended = true;
        let mut effects = Vec::new();
        if !self.unsaved.is_empty() {
            effects.push(self.batch());
        }
        let (served, usage, calls) = (self.served.clone(), self.usage, self.route.calls());
        // Between two calls there is none to end.
        if self.calls.len() < calls as usize {
            let failure = error.as_ref().map(|error| (error.code.clone(), error.message.clone()));
            let took = at.saturating_sub(self.called_at);
            self.end_call(self.present(), failure.as_ref().map(|(code, _)| code.clone()), at);
            self.route.note(failure, self.request_id.clone(), took);
        }
        self.telemetry.duration_ms = at;
        self.telemetry.attempts = calls;
        effects.push(Effect::Finish(Box::new(Ending {
            status,
            error,
            content: std::mem::take(&mut self.content),
            reasoning: std::mem::take(&mut self.reasoning),
            usage,
            finish_reason,
            served,
            request_id: self.request_id.take(),
            telemetry: std::mem::take(&mut self.telemetry),
            attempts: self.route.attempts().to_vec(),
            fallback_notice: self.route.fallback_notice(),
            calls: std::mem::take(&mut self.calls),
            parameters: self.parameters.take(),
            origin: self.origin.take(),
        })));
        effects
    }
}

/// The error of an answer that the server's end cut short.
pub(crate) fn interrupted() -> MessageError {
    MessageError {
        code: message_error_code::INTERRUPTED.to_owned(),
        message:
            "Cowork stopped while this was being written. What had arrived is kept; continue or try again."
                .to_owned(),
        retryable: true,
        retry_after_ms: None,
    }
}

fn reason_name(reason: StopReason) -> String {
    match reason {
        StopReason::Finished => "stop".to_owned(),
        StopReason::ToolCalls => "tool_calls".to_owned(),
        StopReason::Length => "length".to_owned(),
        StopReason::ContentFilter => "content_filter".to_owned(),
        StopReason::Other(name) => name,
    }
}

#[cfg(test)]
#[path = "turn_tests.rs"]
mod tests;
