//! One answer as a pure step: what came in, what must happen next.
//!
//! Always true: text is given to storage one batch at a time, the next while the last is being committed, so batches
//! grow by themselves under load; an answer ends exactly once; whatever comes after its end changes nothing.
//! Elsewhere: doing it (`driver`).

use cowork_contract::{MessageError, MessageStatus, MessageTelemetry, TextKind, message_error_code};
use cowork_provider::{Failure, Frame, StopReason, Usage};
use cowork_store::Segment;

/// Text that may wait for storage before the provider is no longer read from.
const UNSAVED_MAX: usize = 1024 * 1024;

/// What happened. Times are milliseconds since the call began.
#[derive(Debug)]
pub(crate) enum Input {
    /// The provider sent something.
    Frame(Frame, u64),
    /// The call failed.
    Failed(Failure, u64),
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
}

/// One run of one answer.
#[derive(Debug, Default)]
pub(crate) struct Turn {
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
    telemetry: MessageTelemetry,
}

impl Turn {
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
            Input::Failed(failure, at) => {
                self.request_id = self.request_id.take().or_else(|| failure.request_id.clone());
                let error = MessageError {
                    code: failure.kind.code().to_owned(),
                    message: failure.detail,
                    retryable: failure.kind.retryable(),
                    retry_after_ms: failure.retry_after.map(|wait| wait.as_millis() as u64),
                };
                self.finish(MessageStatus::Error, Some(error), None, at)
            }
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

    fn frame(&mut self, frame: Frame, at: u64) -> Vec<Effect> {
        match frame {
            Frame::Headers { request_id } => {
                self.telemetry.connect_ms = Some(at);
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
            Frame::Call(_) | Frame::Origin(_) => Vec::new(),
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
        self.telemetry.duration_ms = at;
        self.telemetry.attempts = 1;
        effects.push(Effect::Finish(Box::new(Ending {
            status,
            error,
            content: std::mem::take(&mut self.content),
            reasoning: std::mem::take(&mut self.reasoning),
            usage: self.usage.take(),
            finish_reason,
            served: self.served.take(),
            request_id: self.request_id.take(),
            telemetry: std::mem::take(&mut self.telemetry),
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
