//! Summaries of the earlier part of a conversation: begun, kept, removed.
//!
//! Always true: a summary is kept only while everything it was made of is as it was; it goes with the first change to
//! any of that.

use cowork_contract::{
    ChatMessage, ClientRequestId, CompactSession, Compacting, Compaction, CompactionStarted,
    CompactionTrigger, Event, EventBody, MessageId, MessageStatus, Session, SessionActivity, SessionId,
};
use cowork_store::{LedgerEntry, RequestScope, StorageError, Transaction, Tx};

use super::{
    Command, Decided, activity_after, live_session, message_in, message_of, put_session, refuse, text,
    update_message,
};
use crate::compaction::{Covered, Outcome};
use crate::{EngineError, ids};

/// Begins a summary that a person wants.
#[derive(Clone)]
pub(crate) struct Compact {
    pub(crate) session: SessionId,
    pub(crate) id: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: CompactSession,
    /// The last message to cover. `None`: it is not known yet, for it matters only if it was not done before.
    pub(crate) last: Option<MessageId>,
}

impl Command for Compact {
    type Answer = CompactionStarted;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("compact", "", &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let session = live_session(tx, &self.session).await?;
        let (Some(last), 0) = (self.last, tx.open_count(&self.session).await?) else {
            return Err(refuse(EngineError::SessionBusy));
        };
        Ok(vec![begin(tx, session, CompactionTrigger::Manual, last).await?])
    }

    fn answer(events: Vec<Event>) -> Option<CompactionStarted> {
        events.into_iter().find_map(|event| match event.body {
            EventBody::SessionUpdated(state) => {
                Some(CompactionStarted { session: state.session, last_event_id: event.id })
            }
            _ => None,
        })
    }
}

/// Begins a summary for an answer that waits.
pub(crate) struct BeginCompaction {
    pub(crate) session: SessionId,
    pub(crate) trigger: CompactionTrigger,
    pub(crate) last: MessageId,
}

impl Transaction for BeginCompaction {
    type Output = ();
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<()> {
        let session = live_session(tx, &self.session).await?;
        begin(tx, session, self.trigger, self.last).await?;
        Ok(())
    }
}

async fn begin(
    tx: &mut Tx<'_>,
    mut session: Session,
    trigger: CompactionTrigger,
    message_id: MessageId,
) -> Result<Event, StorageError> {
    session.compacting = Some(Compacting { message_id, trigger, started_at: tx.now(), failure: None });
    session.activity = SessionActivity::Running;
    put_session(tx, session).await
}

/// Ends a summary: keeps it, or says why not.
#[derive(Clone)]
pub(crate) struct EndCompaction {
    pub(crate) session: SessionId,
    pub(crate) trigger: CompactionTrigger,
    /// The branch as it was read, down to the message that the summary stands at.
    pub(crate) covered: Vec<Covered>,
    /// `Err`: why there is none; `None`: it was stopped.
    pub(crate) result: Result<Compaction, Option<String>>,
    pub(crate) entries: Vec<LedgerEntry>,
}

impl Transaction for EndCompaction {
    type Output = Outcome;
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<Outcome> {
        for entry in &self.entries {
            tx.enter_call(&ids::call(), entry).await?;
        }
        let Some(mut session) = tx.session(&self.session).await? else { return Ok(Outcome::Stopped) };
        let outcome = match self.result {
            _ if session.deleted_at.is_some() => Outcome::Stopped,
            Ok(compaction) => keep(tx, &self.session, &self.covered, compaction).await?,
            Err(None) => Outcome::Stopped,
            Err(Some(reason)) => Outcome::Failed(reason),
        };
        session.compacting = match &outcome {
            // What an answer waits for, it tells itself.
            Outcome::Failed(reason) if self.trigger == CompactionTrigger::Manual => {
                session.compacting.map(|begun| Compacting { failure: Some(reason.clone()), ..begun })
            }
            _ => None,
        };
        session.activity = activity_after(tx, &self.session, MessageStatus::Done).await?;
        put_session(tx, session).await?;
        Ok(outcome)
    }
}

async fn keep(
    tx: &mut Tx<'_>,
    session: &SessionId,
    covered: &[Covered],
    mut compaction: Compaction,
) -> Result<Outcome, StorageError> {
    let changed = || Outcome::Failed("The conversation was changed meanwhile.".to_owned());
    let Some(last) = covered.last() else { return Ok(changed()) };
    let mut branch = tx.branch(session, &last.id).await?;
    if !branch.iter().map(Covered::from).eq(covered.iter().cloned()) {
        return Ok(changed());
    }
    let Some(mut message) = branch.pop() else { return Ok(changed()) };
    compaction.created_at = tx.now();
    message.metadata.compaction = Some(compaction);
    update_message(tx, message).await?;
    Ok(Outcome::Made)
}

/// Removes a summary, so that the messages it covers are sent again.
pub(crate) struct RemoveCompaction {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) id: Option<ClientRequestId>,
}

impl Command for RemoveCompaction {
    type Answer = ChatMessage;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("remove compaction", self.message.as_str(), &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        live_session(tx, &self.session).await?;
        let mut message = message_of(tx, &self.session, &self.message).await?;
        if message.metadata.compaction.take().is_none() {
            // Removing twice is fine.
            return Ok(tx.state_of_message(&self.session, &self.message).await?.into_iter().collect());
        }
        Ok(vec![update_message(tx, message).await?])
    }

    fn answer(events: Vec<Event>) -> Option<ChatMessage> {
        message_in(events)
    }
}

/// Removes the summaries that tell of a message, which is about to change or has changed: those at it and below it.
pub(super) async fn remove_summaries_of(
    tx: &mut Tx<'_>,
    session: &SessionId,
    message: &MessageId,
) -> Result<(), StorageError> {
    for mut compacted in tx.compacted_below(session, message).await? {
        compacted.metadata.compaction = None;
        update_message(tx, compacted).await?;
    }
    Ok(())
}

/// Clears what the last end cut short: nothing was kept of it.
pub(crate) struct ClearCompacting;

impl Transaction for ClearCompacting {
    type Output = ();
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<()> {
        for mut session in tx.compacting_sessions().await? {
            if session.compacting.as_ref().is_some_and(|begun| begun.failure.is_some()) {
                continue;
            }
            session.compacting = None;
            session.activity = activity_after(tx, &session.id, MessageStatus::Done).await?;
            put_session(tx, session).await?;
        }
        Ok(())
    }
}
