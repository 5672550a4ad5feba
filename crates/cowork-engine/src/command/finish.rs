//! The end of an answer.

use cowork_contract::{
    Attempt, ChatMessage, ContextUse, EventBody, MessageFailed, MessageId, MessageState, MessageStatus,
    MessageUsage, NextAttempt, ParametersUsed, PersonaUsed, SessionId, TokenUsage,
};
use cowork_store::{LedgerEntry, StorageError, Transaction, Tx};

use super::{Decided, activity_after, put_session, update_message};
use crate::turn::{Call, Ending, interrupted};
use crate::{EngineError, ids};

/// Writes the end of a run.
#[derive(Clone)]
pub(crate) struct Finish {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    /// The text that was there when the run began.
    pub(crate) base_content: String,
    pub(crate) base_reasoning: Option<String>,
    /// Who was called. `None`: nobody could be.
    pub(crate) called: Option<(String, String)>,
    /// By which wire.
    pub(crate) wire: &'static str,
    /// Provider and model that were asked for.
    pub(crate) asked: (String, String),
    /// What the model got of the conversation.
    pub(crate) context: Option<ContextUse>,
    /// The persona it was given with.
    pub(crate) persona: Option<PersonaUsed>,
    /// The parameters it was asked with.
    pub(crate) parameters: Option<ParametersUsed>,
    pub(crate) ending: Ending,
}

impl Finish {
    fn entry(&self, number: usize, call: &Call) -> LedgerEntry {
        let usage = call.usage;
        LedgerEntry {
            session: self.session.clone(),
            message: self.message.clone(),
            purpose: "chat",
            asked: self.asked.clone(),
            provider_id: call.provider_id.clone(),
            model_id: call.model_id.clone(),
            served: call.served.clone(),
            attempt: u32::try_from(number + 1).unwrap_or(u32::MAX),
            code: call.code.clone(),
            connect_ms: call.connect_ms,
            ttfb_ms: call.ttfb_ms,
            ttft_ms: call.ttft_ms,
            total_ms: call.total_ms,
            input_tokens: usage.map(|usage| usage.input_tokens),
            output_tokens: usage.map(|usage| usage.output_tokens),
            cached_tokens: usage.and_then(|usage| usage.cached_input_tokens),
            reasoning_tokens: usage.and_then(|usage| usage.reasoning_tokens),
            cost_micro_usd: call.cost_micro_usd,
        }
    }
}

impl Transaction for Finish {
    /// The answer as it ended. `None`: it was ended elsewhere.
    type Output = Option<Box<ChatMessage>>;
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<Option<Box<ChatMessage>>> {
        for (number, call) in self.ending.calls.iter().enumerate() {
            let entry = self.entry(number, call);
            tx.enter_call(ids::call().as_str(), &entry).await?;
        }
        let Some(mut message) = tx.message(&self.session, &self.message).await? else { return Ok(None) };
        if !message.status.is_open() {
            return Ok(None);
        }
        let ending = self.ending;
        let continued = !self.base_content.is_empty();
        if continued || ending.origin.is_some() {
            // What was gone on with is not as its origin wrote it.
            let provider = self.called.as_ref().filter(|_| !continued).map(|(provider, _)| provider.as_str());
            let body = ending.origin.as_ref().map(serde_json::Value::to_string);
            let kept = provider.zip(body.as_deref()).map(|(provider, body)| (provider, self.wire, body));
            tx.keep_origin((&self.session, &self.message), kept).await?;
        }
        message.content = self.base_content + &ending.content;
        message.reasoning = match self.base_reasoning.unwrap_or_default() + &ending.reasoning {
            text if text.is_empty() => None,
            text => Some(text),
        };
        message.usage = ending.usage.map(|usage| MessageUsage {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cached_input_tokens: usage.cached_input_tokens,
            reasoning_tokens: usage.reasoning_tokens,
            total_tokens: usage.total_tokens,
            cost_usd: ending.calls.last().and_then(|call| call.cost_micro_usd).map(|cost| cost as f64 / 1e6),
        });
        message.metadata.finish_reason = ending.finish_reason;
        message.metadata.context = self.context;
        message.metadata.persona = self.persona;
        message.metadata.parameters = self.parameters;
        if let Some(routing) = &mut message.metadata.routing {
            routing.attempts = ending.attempts;
            routing.next = None;
        }
        if let Some((provider, model)) = self.called {
            message.telemetry = Some(ending.telemetry);
            message.model_id = Some(ending.served.unwrap_or(model));
            message.provider_id = Some(provider);
            message.fallback_notice = ending.fallback_notice;
        }
        message.status = ending.status;
        message.error = ending.error;
        Ok(Some(Box::new(end(tx, message).await?)))
    }
}

/// Marks what was cut short by the end of the process; its text is what was committed.
pub(crate) struct Interrupt {
    pub(crate) message: ChatMessage,
}

impl Transaction for Interrupt {
    type Output = ();
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<()> {
        let mut message = self.message;
        message.status = MessageStatus::Error;
        message.error = Some(interrupted());
        if let Some(routing) = &mut message.metadata.routing {
            routing.next = None;
        }
        if let Some(asked) = message.metadata.routing.as_ref().map(|routing| routing.asked.clone()) {
            message.provider_id.get_or_insert(asked.provider_id);
            message.model_id.get_or_insert(asked.model_id);
        }
        end(tx, message).await?;
        Ok(())
    }
}

async fn end(tx: &mut Tx<'_>, mut message: ChatMessage) -> Result<ChatMessage, StorageError> {
    message.updated_at = message.updated_at.max(tx.now());
    let (session_id, id, status) = (message.session_id.clone(), message.id.clone(), message.status);
    if let (Some(usage), Some(model_id), Some(provider_id)) =
        (&message.usage, &message.model_id, &message.provider_id)
    {
        let usage = TokenUsage {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            total_tokens: usage.total_tokens,
            cost_usd: usage.cost_usd,
            model_id: model_id.clone(),
            provider_id: provider_id.clone(),
            context_window: message.metadata.context.as_ref().and_then(|context| context.window),
        };
        tx.append(&session_id, Some(&id), EventBody::TokenUsage(usage)).await?;
    }
    let body = match message.error.clone() {
        Some(error) if status == MessageStatus::Error => {
            EventBody::MessageError(MessageFailed { message: message.clone(), error })
        }
        _ => EventBody::MessageCompleted(MessageState { message: message.clone() }),
    };
    tx.append(&session_id, Some(&id), body).await?;
    if let Some(mut session) = tx.session(&session_id).await? {
        session.activity = activity_after(tx, &session_id, status).await?;
        put_session(tx, session).await?;
    }
    Ok(message)
}

/// Writes down what was tried for an answer that waits for its next call.
pub(crate) struct NoteAttempts {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) attempts: Vec<Attempt>,
    /// The call that follows.
    pub(crate) next: Option<NextAttempt>,
}

impl Transaction for NoteAttempts {
    type Output = ();
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<()> {
        let Some(mut message) = tx.message(&self.session, &self.message).await? else { return Ok(()) };
        if message.status != MessageStatus::Pending {
            return Ok(()); // ended elsewhere meanwhile
        }
        if let Some(routing) = &mut message.metadata.routing {
            routing.attempts = self.attempts;
            routing.next = self.next;
        }
        update_message(tx, message).await?;
        Ok(())
    }
}
