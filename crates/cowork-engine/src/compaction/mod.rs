//! The older part of a conversation as a summary that its model writes, so that a long one can go on.
//!
//! Start at [`plan`]. Always true: messages stay as they are, only what is sent changes; nothing is kept of a summary
//! that was stopped, failed, or tells of a text that was changed meanwhile; an answer never fails because of one.
//! Elsewhere: what is sent with a summary (`context`), keeping and removing one (`command::compact`). The log's own
//! compaction, which removes streamed pieces of text, is the store's.

mod cover;
pub(crate) mod prompt;
mod summary;

use std::sync::Arc;

use cowork_contract::{
    ChatMessage, Compaction, CompactionTrigger, MessageId, MessageRole, MessageStatus, SessionId,
};
use cowork_provider::demo::Demo;
use cowork_provider::{ModelInfo, Provider, ProviderKind};
use cowork_store::TransactError;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::EngineError;
use crate::attachments::give::{Abilities, Given, Material, give};
use crate::command::{BeginCompaction, EndCompaction};
use crate::context::{self, Room, tokens};
use crate::conversation::{Conversation, Spoken};
use crate::driver;
use crate::routing::Route;
use crate::supervisor::Resources;
use crate::turn::StopCause;
use cover::{Keep, Size};
use summary::{Made, Text, Writer};

/// Tokens that a summary must be able to save to be worth a call.
const LEAST: u64 = 200;
/// Of the window, in hundredths: a conversation that takes more is compacted.
const FULL: u64 = 85;
/// Of the window, at most this part stays as it was said.
const KEPT_PART: u64 = 4;

/// A message as it was when a summary of it was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Covered {
    pub(crate) id: MessageId,
    revision: u32,
    status: MessageStatus,
    is_deleted: bool,
}

impl From<&ChatMessage> for Covered {
    fn from(message: &ChatMessage) -> Self {
        Self {
            id: message.id.clone(),
            revision: message.revision,
            status: message.status,
            is_deleted: message.deleted_at.is_some(),
        }
    }
}

/// What is to be summarised.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The last message that is covered.
    pub(crate) last: MessageId,
    /// The branch down to it.
    covered: Vec<Covered>,
    texts: Vec<Text>,
    messages: u32,
    tokens_before: u64,
}

/// What a conversation's files are to the one who summarises it.
#[derive(Debug)]
pub(crate) struct Files<'a> {
    /// What they hold.
    pub(crate) material: &'a Material,
    /// How the model is given them without a summary.
    pub(crate) given: Given,
    /// Bytes of their texts that are summarised.
    pub(crate) room: usize,
}

impl<'a> Files<'a> {
    /// Those of these messages, for this model.
    pub(crate) fn of(
        material: &'a Material,
        messages: &[Arc<Spoken>],
        info: &ModelInfo,
        wire: ProviderKind,
    ) -> Self {
        let abilities = Abilities { images: info.images, wire, window: info.context_window };
        let given = give(material, messages, abilities);
        // About half of the window, at four bytes a token.
        let window = info.context_window.unwrap_or(summary::WINDOW);
        Self { material, given, room: usize::try_from(window * 2).unwrap_or(usize::MAX) }
    }
}

/// Chooses what to summarise so that the rest fits. `beside`: tokens that are sent beside the conversation.
/// `None`: nothing would be gained.
fn plan(
    branch: &[Arc<Spoken>],
    files: &Files<'_>,
    answer: Option<&MessageId>,
    beside: u64,
    room: Room,
    wanted: u64,
) -> Option<Plan> {
    let said = context::said(branch, answer);
    let size = |spoken: &&Spoken| Size {
        is_answer: spoken.message.role == MessageRole::Assistant,
        tokens: context::message_tokens(&spoken.message, &files.given),
    };
    let sizes: Vec<Size> = said.messages.iter().map(size).collect();
    let most = full(room).map_or(u64::MAX, |full| full.saturating_sub(beside + summary::most_tokens(room)));
    let last = cover::choose(&sizes, Keep { wanted, most, after_summary: said.summary.is_some() })?;
    let covered_tokens = sizes[..=last].iter().map(|size| size.tokens).sum::<u64>();
    if covered_tokens < LEAST {
        return None;
    }
    let messages = &said.messages[..=last];
    let last = &messages.last()?.message.id;
    let end = branch.iter().rposition(|spoken| spoken.message.id == *last)? + 1;
    let earlier =
        said.summary.map(|made| Text { text: prompt::earlier(&made.summary), messages: made.messages });
    let of_files = files.material.told(messages.iter().map(|spoken| &spoken.message), files.room);
    let told = messages.iter().map(|spoken| {
        let message = &spoken.message;
        let attached = of_files.get(&message.id).map(String::as_str).unwrap_or_default();
        let said = format!("{attached}{}", message.content);
        Text { text: prompt::message(message.role == MessageRole::User, &said), messages: 1 }
    });
    let texts: Vec<Text> = earlier.into_iter().chain(told).collect();
    Some(Plan {
        last: last.clone(),
        covered: branch[..end].iter().map(|spoken| Covered::from(&spoken.message)).collect(),
        messages: texts.iter().map(|text| text.messages).sum(),
        tokens_before: covered_tokens + said.summary.map_or(0, |made| made.tokens_after),
        texts,
    })
}

/// Tokens from which on a conversation is compacted. `None`: the window is not known.
fn full(room: Room) -> Option<u64> {
    Some(room.most()?.min(room.window? * FULL / 100))
}

/// What to summarise because a person wants it: about three quarters of the conversation, or what its model's window
/// asks for.
pub(crate) fn by_hand(branch: &[Arc<Spoken>], files: &Files<'_>, room: Room) -> Result<Plan, EngineError> {
    let said = context::said(branch, None);
    let tokens = |spoken: &&Spoken| context::message_tokens(&spoken.message, &files.given);
    let whole = said.messages.iter().map(tokens).sum::<u64>();
    let wanted = room.window.unwrap_or(u64::MAX).min(whole) / KEPT_PART;
    plan(branch, files, None, 0, Room { window: None, ..room }, wanted).ok_or(EngineError::NothingToCompact(
        "There is no earlier part that a summary would make shorter. Go on with the conversation.",
    ))
}

/// Who writes a summary and for which session.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) session: SessionId,
    pub(crate) trigger: CompactionTrigger,
    /// What the calls stand at in the ledger.
    pub(crate) entered_for: MessageId,
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) model: String,
    pub(crate) wishes: Option<String>,
    pub(crate) plan: Plan,
}

/// How a job ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The summary counts from now on.
    Made,
    /// It was stopped.
    Stopped,
    /// Why there is none, for people.
    Failed(String),
}

impl Job {
    /// Writes the summary and keeps it, or says why not. Its beginning is committed.
    pub(crate) async fn run(self, resources: &Resources, stop: &CancellationToken) -> Outcome {
        let info = resources.models.known(self.provider.id(), &self.model).unwrap_or_default();
        let writer = Writer {
            models: &resources.models,
            provider: Arc::clone(&self.provider),
            model: self.model.clone(),
            room: Room::of(&info),
        };
        let Made { summary, unread, calls } =
            writer.write(&self.plan.texts, self.wishes.as_deref(), stop).await;
        let tokens_before = self.plan.tokens_before;
        let summary = summary.and_then(|summary| {
            let tokens_after = tokens(&prompt::as_told(&summary));
            if tokens_after >= tokens_before {
                return Err(Some("The summary was no shorter than what it stands in for.".to_owned()));
            }
            Ok(Compaction {
                summary,
                messages: self.plan.messages,
                unread,
                tokens_before,
                tokens_after,
                provider_id: self.provider.id().to_owned(),
                model_id: self.model.clone(),
                created_at: 0, // the transaction's time
                trigger: self.trigger,
            })
        });
        let place = (&self.session, &self.entered_for);
        let end = EndCompaction {
            session: self.session.clone(),
            trigger: self.trigger,
            covered: self.plan.covered,
            result: summary,
            entries: calls.iter().map(|call| call.entry(place, "compact")).collect(),
        };
        let outcome = write_end(resources, end).await;
        resources.conversations.forget(&self.session);
        let name = match &outcome {
            Outcome::Made => "made",
            Outcome::Stopped => "stopped",
            Outcome::Failed(_) => "failed",
        };
        metrics::counter!("cowork_compactions_total", "outcome" => name).increment(1);
        outcome
    }
}

/// Tries to write the end a few times. What can't be written is cleared at the next start.
async fn write_end(resources: &Resources, end: EndCompaction) -> Outcome {
    for pause in driver::PAUSES {
        match resources.writer.transact(end.clone()).await {
            Ok(outcome) => return outcome,
            Err(TransactError::Storage(error)) => {
                tracing::warn!(cause = error.cause, "the end of a compaction could not be written yet");
                tokio::time::sleep(pause).await;
            }
            Err(TransactError::Refused(error)) => return Outcome::Failed(error.to_string()),
            Err(TransactError::Closed) => return Outcome::Stopped,
        }
    }
    Outcome::Failed("The summary could not be written down.".to_owned())
}

/// Whether a summary has to be made before an answer's first call.
pub(crate) fn is_due(
    resources: &Resources,
    answer: &ChatMessage,
    route: &Route,
    sent: (&Conversation, &Material),
) -> bool {
    automatic(resources, answer, route, sent).is_some()
}

/// Before an answer's first call: summarises what no longer fits, where that is wanted. Says why it could not.
///
/// Ends early when the answer is stopped; then nothing was changed.
pub(crate) async fn before_answer(
    resources: &Resources,
    answer: &ChatMessage,
    route: &Route,
    (conversation, material): (&Conversation, &Material),
    stop: &mut watch::Receiver<Option<StopCause>>,
) -> Option<Outcome> {
    let job = automatic(resources, answer, route, (conversation, material))?;
    let begin = BeginCompaction {
        session: answer.session_id.clone(),
        trigger: CompactionTrigger::Automatic,
        last: job.plan.last.clone(),
    };
    if let Err(error) = resources.writer.transact(begin).await {
        tracing::warn!(?error, "a compaction could not begin");
        return None;
    }
    let stopped = CancellationToken::new();
    let mut run = std::pin::pin!(job.run(resources, &stopped));
    tokio::select! {
        biased;
        outcome = &mut run => Some(outcome),
        _ = driver::stop_cause(stop) => {
            stopped.cancel();
            Some(run.await)
        }
    }
}

/// What has to be done for an answer, if anything.
fn automatic(
    resources: &Resources,
    answer: &ChatMessage,
    route: &Route,
    (conversation, material): (&Conversation, &Material),
) -> Option<Job> {
    let present = route.present().filter(|present| present.provider_id != Demo::ID)?;
    if !resources.registry.compacts_by_itself() {
        return None;
    }
    let provider = resources.registry.get(&present.provider_id)?;
    let info = resources.models.known(&present.provider_id, &present.model_id)?;
    let room = Room::of(&info).answering(conversation.wish().max_output_tokens);
    let model = present.model_id.clone();
    let full = full(room)?;
    let system = conversation.instructions();
    let files = Files::of(material, &conversation.messages, &info, provider.wire());
    let mut draft = context::request(model.clone(), system, &conversation.messages, answer, &files.given);
    let used = context::fit(&mut draft, Room::default());
    if used.estimated_tokens <= full {
        return None;
    }
    let beside = used.system_tokens + tokens(&answer.content);
    let wanted = room.window? / KEPT_PART;
    let plan = plan(&conversation.messages, &files, Some(&answer.id), beside, room, wanted)?;
    Some(Job {
        session: answer.session_id.clone(),
        trigger: CompactionTrigger::Automatic,
        entered_for: answer.id.clone(),
        provider,
        model,
        wishes: None,
        plan,
    })
}
