//! Runs one answer: feeds what happens into the pure step and does what it says.
//!
//! Always true: dropping the provider's stream closes its connection, so a stop takes effect at once; the end of an
//! answer is written again and again until storage takes it or the server goes down.
//! Elsewhere: who may be asked and what is sent (`prepare`).

mod prepare;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cowork_contract::{
    Attempt, ChatMessage, ContextUse, MessageError, MessageStatus, MessageTelemetry, ModelParameters,
    NextAttempt, PersonaUsed, Timestamp, message_error_code,
};
use cowork_provider::{Failure, FailureKind, Frame, Origin, Provider, cost_micro_usd};
use cowork_store::{Delta, Segment, StorageFault, TransactError};
use futures_util::StreamExt;
use futures_util::future::{Fuse, FusedFuture, FutureExt};
use futures_util::stream::BoxStream;
use prepare::{Sent, conversation, prepare};
use tokio::sync::{Mutex, watch};

use crate::attachments::give::{Abilities, give};
use crate::command::{Finish, NoteAttempts};
use crate::compaction::{self, Outcome};
use crate::conversation::Spoken;
use crate::routing::{Retry, Route};
use crate::supervisor::Resources;
use crate::turn::{Effect, Ending, Input, StopCause, Turn};
use crate::{answer, context, instructions, parameters};

/// Pauses between tries to write to a storage that fails.
pub(crate) const PAUSES: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(400), Duration::from_secs(1), Duration::from_secs(2)];

/// What the answers of one turn have in common: a summary is made by one of them at a time, so that the others use it
/// in place of making it again. It says whether one was made.
#[derive(Debug, Default)]
pub(crate) struct Together(Mutex<bool>);

/// Gives one answer to its end, and what it ended as. `None`: it was ended elsewhere, or could not be written.
pub(crate) async fn answer(
    resources: &Resources,
    message: ChatMessage,
    mut stop: watch::Receiver<Option<StopCause>>,
    together: &Together,
) -> Option<ChatMessage> {
    let name = (message.session_id.clone(), message.id.clone());
    tracing::debug!(session = %name.0, message = %name.1, "an answer begins");
    let ended = match prepare(resources, &message).await {
        Ok((route, mut sent)) => {
            let compacted = make_room(resources, &message, &route, &mut sent, (&mut stop, together)).await;
            let mut run = Run::new(resources.clone(), message, route, stop);
            if let Some(Outcome::Failed(reason)) = compacted {
                run.compaction_failure = Some(reason);
            }
            run.drive(&sent).await
        }
        Err(error) => {
            let nobody = Route::new(Vec::new(), Retry::NEVER);
            let run = Run::new(resources.clone(), message, nobody, stop);
            run.write_end(failed_before_the_call(error)).await
        }
    };
    tracing::debug!(session = %name.0, message = %name.1, "an answer ended");
    ended
}

/// Has what no longer fits summarised, where that is wanted.
async fn make_room(
    resources: &Resources,
    message: &ChatMessage,
    route: &Route,
    sent: &mut Sent,
    (stop, together): (&mut watch::Receiver<Option<StopCause>>, &Together),
) -> Option<Outcome> {
    if !compaction::is_due(resources, message, route, (&sent.conversation, &sent.material)) {
        return None;
    }
    let mut made = tokio::select! {
        biased;
        made = together.0.lock() => made,
        _ = stop_cause(stop) => return None,
    };
    // Should it not be readable now, the whole of it still is.
    if *made && let Ok(read) = conversation(resources, message).await {
        sent.conversation = read;
    }
    let compacted =
        compaction::before_answer(resources, message, route, (&sent.conversation, &sent.material), stop)
            .await;
    if let Some(Outcome::Made) = compacted {
        *made = true;
        if let Ok(read) = conversation(resources, message).await {
            sent.conversation = read;
        }
    }
    compacted
}

/// Writes the end of an answer whose driver broke.
pub(crate) async fn give_up(
    resources: &Resources,
    message: ChatMessage,
    stop: watch::Receiver<Option<StopCause>>,
) {
    tracing::error!(message = %message.id, "an answer was ended by a fault of ours");
    let kept =
        resources.reader.message(&message.session_id, &message.id).await.ok().flatten().unwrap_or(message);
    let error = MessageError {
        code: message_error_code::INTERNAL.to_owned(),
        message: "A fault in Cowork ended this answer. What had arrived is kept; continue or try again."
            .to_owned(),
        retryable: true,
        retry_after_ms: None,
    };
    let run = Run::new(resources.clone(), kept, Route::new(Vec::new(), Retry::NEVER), stop);
    run.write_end(failed_before_the_call(error)).await;
}

fn failed_before_the_call(error: MessageError) -> Ending {
    Ending {
        status: MessageStatus::Error,
        error: Some(error),
        content: String::new(),
        reasoning: String::new(),
        usage: None,
        finish_reason: None,
        served: None,
        request_id: None,
        telemetry: MessageTelemetry::default(),
        attempts: Vec::new(),
        fallback_notice: None,
        calls: Vec::new(),
        parameters: None,
        origin: None,
    }
}

type Storing = Fuse<Pin<Box<dyn Future<Output = Stored> + Send>>>;

/// What came of handing text to storage.
enum Stored {
    Yes,
    Overtaken,
}

struct Run {
    resources: Resources,
    message: ChatMessage,
    stop: watch::Receiver<Option<StopCause>>,
    turn: Turn,
    /// Who was called last, as it was set up then.
    called: Option<Arc<dyn Provider>>,
    /// What the last call got of the conversation.
    context: Option<ContextUse>,
    /// The persona whose instructions the last call got.
    persona: Option<PersonaUsed>,
    /// How it was to be asked.
    wish: ModelParameters,
    /// What to say should the service find the question too long.
    too_long: Option<String>,
    /// Why what does not fit could not be summarised.
    compaction_failure: Option<String>,
    storing: Storing,
}

type Frames = BoxStream<'static, Result<Frame, Failure>>;

impl Run {
    fn new(
        resources: Resources,
        message: ChatMessage,
        route: Route,
        stop: watch::Receiver<Option<StopCause>>,
    ) -> Self {
        let (context, persona, compaction_failure, storing) = (None, None, None, Fuse::terminated());
        let turn = Turn::new(route);
        let wish = ModelParameters::default();
        Self {
            resources,
            message,
            stop,
            turn,
            called: None,
            context,
            persona,
            wish,
            too_long: None,
            compaction_failure,
            storing,
        }
    }

    async fn drive(mut self, sent: &Sent) -> Option<ChatMessage> {
        let started = Instant::now();
        let elapsed = || u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut frames: Option<Frames> = None;
        let mut pause: Option<tokio::time::Instant> = None;
        let stopped = *self.stop.borrow();
        let mut input = stopped.map_or(Input::Begin, |cause| Input::Stop(cause, 0));
        loop {
            for effect in self.turn.step(input) {
                match effect {
                    Effect::HangUp => frames = None,
                    Effect::Call => frames = Some(self.call(sent)),
                    Effect::Pause(wait) => pause = Some(tokio::time::Instant::now() + wait),
                    Effect::Note(wait) => self.note(wait).await,
                    Effect::Store { first, segments } => self.storing = self.store(first, segments).fuse(),
                    Effect::Leave => return None,
                    Effect::Finish(ending) => {
                        drop(frames.take());
                        return self.write_end(*ending).await;
                    }
                }
            }
            input = tokio::select! {
                biased;
                cause = stop_cause(&mut self.stop) => Input::Stop(cause, elapsed()),
                stored = &mut self.storing, if !self.storing.is_terminated() => match stored {
                    Stored::Yes => Input::Stored,
                    Stored::Overtaken => Input::Overtaken,
                },
                () = until(pause), if pause.is_some() => {
                    pause = None;
                    Input::Paused(elapsed())
                }
                frame = next_frame(&mut frames), if self.turn.wants_more() => match frame {
                    Ok(frame) => Input::Frame(frame, elapsed()),
                    Err(mut failure) => {
                        frames = None;
                        let is_long = failure.kind == FailureKind::ContextLength;
                        if let Some(advice) = self.too_long.take().filter(|_| is_long) {
                            failure.detail = format!("{} {advice}", failure.detail);
                        }
                        if let Some(called) = &self.called {
                            self.resources.resting.note(called, Some(failure.kind), Instant::now());
                        }
                        Input::Failed(failure, elapsed(), chance())
                    }
                },
            };
        }
    }

    /// Asks the route's present model.
    fn call(&mut self, sent: &Sent) -> Frames {
        let present = self.turn.route().present();
        let found = present.and_then(|present| {
            let provider = self.resources.registry.get(&present.provider_id)?;
            Some((provider, present.model_id.clone()))
        });
        self.called = found.as_ref().map(|(provider, _)| Arc::clone(provider));
        let Some((provider, model)) = found else {
            let gone = Failure::unavailable("The provider is not configured any more. Choose another model.");
            return futures_util::stream::once(std::future::ready(Err(gone))).boxed();
        };
        let info = self.resources.models.known(provider.id(), &model).unwrap_or_default();
        let Sent { conversation, material } = sent;
        if let Some(detail) = instructions::refusal(conversation, &model, info.context_window) {
            let refused = Failure::too_long(detail);
            return futures_util::stream::once(std::future::ready(Err(refused))).boxed();
        }
        self.too_long = instructions::complaint(conversation, &model, info.context_window);
        let abilities = Abilities { images: info.images, wire: provider.wire(), window: info.context_window };
        let given = give(material, &conversation.messages, abilities);
        let system = conversation.instructions();
        let mut draft = context::request(model, system, &conversation.messages, &self.message, &given);
        let persona = conversation.persona.as_ref();
        self.persona =
            persona.map(|persona| PersonaUsed { id: persona.id.clone(), name: persona.fields.name.clone() });
        self.wish = conversation.wish();
        draft.request.parameters = parameters::asked(&self.wish, &info);
        let room = context::Room::of(&info).answering(draft.request.parameters.max_output_tokens);
        let mut used = context::fit(&mut draft, room);
        used.compaction_failure = self.compaction_failure.clone().filter(|_| used.left_out > 0);
        let sent = context::sent(&conversation.messages, &self.message, &draft);
        used.attachments = given.of(|message| sent.contains(message));
        self.context = Some(used);
        provider.stream(draft.request)
    }

    /// Writes down what was tried. People see it; an answer does not depend on it.
    async fn note(&mut self, wait: Duration) {
        let route = self.turn.route();
        let next = route.present().map(|present| NextAttempt {
            provider_id: present.provider_id.clone(),
            model_id: present.model_id.clone(),
            at: now().saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)),
        });
        let note = NoteAttempts {
            session: self.message.session_id.clone(),
            message: self.message.id.clone(),
            attempts: self.attempts(route.attempts()),
            next,
        };
        if let Err(TransactError::Storage(error)) = self.resources.writer.transact(note).await {
            tracing::debug!(cause = error.cause, "what was tried could not be written down");
        }
    }

    /// What was tried in this run, after what was tried before an answer is continued.
    fn attempts(&self, these: &[Attempt]) -> Vec<Attempt> {
        let before = self.message.metadata.routing.as_ref().map(|routing| routing.attempts.as_slice());
        [before.unwrap_or_default(), these].concat()
    }

    /// Hands text to storage, again and again while storage fails.
    fn store(&self, first: bool, segments: Vec<Segment>) -> Pin<Box<dyn Future<Output = Stored> + Send>> {
        let writer = self.resources.writer.clone();
        let (session, message) = (self.message.session_id.clone(), self.message.id.clone());
        Box::pin(async move {
            for pause in pauses() {
                let delta = Delta {
                    session: session.clone(),
                    message: message.clone(),
                    first,
                    segments: segments.clone(),
                };
                match writer.append_text(delta).await {
                    Ok(()) => return Stored::Yes,
                    Err(TransactError::Storage(error)) if error.fault == StorageFault::Constraint => break,
                    Err(TransactError::Refused(()) | TransactError::Closed) => break,
                    Err(TransactError::Storage(_)) => tokio::time::sleep(pause).await,
                }
            }
            Stored::Overtaken
        })
    }

    /// Writes the end, again and again while storage fails. Text that is still on its way goes in first.
    async fn write_end(mut self, mut ending: Ending) -> Option<ChatMessage> {
        let present = self.turn.route().present();
        let called = present.filter(|_| !ending.calls.is_empty());
        let called = called.map(|present| (present.provider_id.clone(), present.model_id.clone()));
        observe(called.as_ref(), &ending);
        if let Some(provider) = self.called.as_ref().filter(|_| ending.status == MessageStatus::Done) {
            self.resources.resting.note(provider, None, Instant::now());
        }
        ending.attempts = self.attempts(&ending.attempts);
        for call in &mut ending.calls {
            let price = self.resources.models.known(&call.provider_id, &call.model_id);
            let price = price.and_then(|info| info.price);
            call.cost_micro_usd = price.zip(call.usage).map(|(price, usage)| cost_micro_usd(&price, &usage));
        }
        let asked = answer::asked(&self.message);
        let asked =
            asked.map(|asked| (asked.provider_id.clone(), asked.model_id.clone())).unwrap_or_default();
        let provider = called.as_ref().and_then(|(provider, _)| self.resources.registry.get(provider));
        let finish = Finish {
            session: self.message.session_id.clone(),
            message: self.message.id.clone(),
            base_content: std::mem::take(&mut self.message.content),
            base_reasoning: self.message.reasoning.take(),
            wire: provider.map_or("", |provider| provider.wire().as_str()),
            asked,
            called,
            context: self.context.take(),
            persona: self.persona.take(),
            parameters: ending.parameters.and_then(|sent| parameters::used(&self.wish, sent)),
            ending,
        };
        // Polled once, the text is in the writer's queue, before the end that follows.
        let mut storing = std::mem::replace(&mut self.storing, Fuse::terminated());
        if !storing.is_terminated() {
            let _ = futures_util::poll!(&mut storing);
        }
        for pause in pauses() {
            match self.resources.writer.transact(finish.clone()).await {
                Ok(ended) => {
                    let ended = *ended?;
                    let origin = kept_origin(&finish);
                    self.resources.conversations.extend(Spoken { message: ended.clone(), origin });
                    return Some(ended);
                }
                Err(TransactError::Closed) => return None,
                Err(TransactError::Refused(error)) => {
                    tracing::error!(%error, "the end of an answer was refused");
                    return None;
                }
                Err(TransactError::Storage(error)) => {
                    tracing::warn!(cause = error.cause, "the end of an answer could not be written yet");
                }
            }
            // The server's end leaves it to the next start; a person's stop changes nothing any more.
            let going_down = self.stop.wait_for(|cause| *cause == Some(StopCause::Shutdown));
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = going_down => return None,
            }
        }
        None // not reached: there is always another pause
    }
}

fn pauses() -> impl Iterator<Item = Duration> {
    PAUSES.into_iter().chain(std::iter::repeat(PAUSES[PAUSES.len() - 1]))
}

/// Waits until the answer shall end.
pub(crate) async fn stop_cause(stop: &mut watch::Receiver<Option<StopCause>>) -> StopCause {
    let cause = stop.wait_for(Option::is_some).await.ok().and_then(|cause| *cause);
    match cause {
        Some(cause) => cause,
        // Nobody is left who could stop it.
        None => std::future::pending().await,
    }
}

async fn next_frame(
    frames: &mut Option<BoxStream<'static, Result<Frame, Failure>>>,
) -> Result<Frame, Failure> {
    match frames {
        Some(stream) => match stream.next().await {
            Some(frame) => frame,
            // The trait promises an end or a failure; a stream that breaks the promise ends like a cut one.
            None => Err(Failure::broke_off()),
        },
        None => std::future::pending().await,
    }
}

/// What storage keeps of an answer as its origin wrote it.
fn kept_origin(finish: &Finish) -> Option<Origin> {
    let value = finish.ending.origin.clone().filter(|_| finish.base_content.is_empty())?;
    let wire = serde_json::from_value(finish.wire.into()).ok()?;
    Some(Origin { provider: finish.called.as_ref()?.0.clone(), wire, value })
}

async fn until(moment: Option<tokio::time::Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// A number between 0 and 1 that differs from answer to answer.
fn chance() -> f64 {
    let (_, low) = uuid::Uuid::now_v7().as_u64_pair();
    f64::from(u16::try_from(low & 0xffff).unwrap_or_default()) / f64::from(u16::MAX)
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::try_from(since.as_millis()).unwrap_or(Timestamp::MAX)
}

/// Gate A of the roadmap: how long the person waited, and how it ended.
fn observe(called: Option<&(String, String)>, ending: &Ending) {
    let outcome = match ending.status {
        MessageStatus::Done => "done",
        MessageStatus::Canceled => "canceled",
        _ => "error",
    };
    metrics::counter!("cowork_turns_total", "outcome" => outcome).increment(1);
    if ending.fallback_notice.is_some() {
        metrics::counter!("cowork_fallbacks_total").increment(1);
    }
    if ending.calls.len() > 1 {
        metrics::counter!("cowork_retries_total").increment(ending.calls.len() as u64 - 1);
    }
    let Some((provider, _)) = called else { return };
    // Without the model: its name is the sender's, so there is no end to them.
    let labels = || [("provider", provider.clone()), ("outcome", outcome.to_owned())];
    let seconds = |millis: u64| millis as f64 / 1_000.0;
    if let Some(ttfb) = ending.telemetry.ttfb_ms {
        metrics::histogram!("cowork_turn_ttfb_seconds", &labels()).record(seconds(ttfb));
    }
    if let Some(ttft) = ending.telemetry.ttft_ms {
        metrics::histogram!("cowork_turn_ttft_seconds", &labels()).record(seconds(ttft));
    }
    metrics::histogram!("cowork_turn_duration_seconds", &labels())
        .record(seconds(ending.telemetry.duration_ms));
}
