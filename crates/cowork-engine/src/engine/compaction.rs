//! Commands about the summary of a conversation's earlier part.

use std::sync::Arc;

use cowork_contract::{
    CancelCompaction, ChatMessage, ClientRequestId, CompactSession, CompactionStarted, CompactionTrigger,
    MessageId, Session, SessionId,
};
use cowork_provider::demo::Demo;

use super::Engine;
use super::stopping::END_PATIENCE;
use crate::command::{Compact, DoneBefore, RemoveCompaction};
use crate::compaction::{self, Files, Job};
use crate::context::Room;
use crate::conversation::Spoken;
use crate::{EngineError, supervisor::Hold};

/// Bytes of instructions for a summary.
const INSTRUCTIONS_MAX: usize = 4_000;

impl Engine {
    /// Begins a summary of the earlier part of the active branch. Answers that are asked for meanwhile wait for it.
    pub async fn compact(
        &self,
        session: &SessionId,
        mut body: CompactSession,
    ) -> Result<CompactionStarted, EngineError> {
        let length = body.instructions.as_ref().map_or(0, String::len);
        if length > INSTRUCTIONS_MAX {
            let detail =
                format!("The instructions have {length} bytes; at most {INSTRUCTIONS_MAX} are taken.");
            return Err(EngineError::invalid("instructions", detail));
        }
        self.check_open()?;
        let id = body.client_request_id.take();
        let (engine, session) = (self.clone(), session.clone());
        let command = Compact { session, id, body, last: None };
        // Seen through when the caller goes away in between: what has begun has to end.
        let done = self.supervisor.see_through(async move { engine.begin(command).await });
        done.await.unwrap_or(Err(EngineError::ShuttingDown))
    }

    async fn begin(&self, command: Compact) -> Result<CompactionStarted, EngineError> {
        if self.writer.transact(DoneBefore::of(&command)).await? {
            return self.once(command).await;
        }
        let exists = self.reader.session(&command.session).await?;
        exists.filter(|session| session.deleted_at.is_none()).ok_or(EngineError::NotFound("session"))?;
        let hold = self.supervisor.hold(&command.session).ok_or(EngineError::SessionBusy)?;
        let job = self.job(&command).await?;
        let begun = self.done(Compact { last: Some(job.plan.last.clone()), ..command }).await?;
        if !begun.before {
            self.supervisor.spawn(|resources, _| run(job, resources, hold));
        }
        Ok(begun.answer)
    }

    async fn job(&self, command: &Compact) -> Result<Job, EngineError> {
        let session_id = &command.session;
        let session = self.reader.session(session_id).await?.ok_or(EngineError::NotFound("session"))?;
        let asked = self.asked(session_id, None, None).await?;
        if asked.provider_id == Demo::ID {
            return Err(EngineError::InvalidState(
                "The demo can't summarise. Choose another model for this session first.",
            ));
        }
        let unavailable = || EngineError::ModelUnavailable(format!("{} is gone.", asked.provider_id));
        let provider = self.roster.get(&asked.provider_id).ok_or_else(unavailable)?;
        let info = self.models.known(&asked.provider_id, &asked.model_id).unwrap_or_default();
        let branch = match &session.active_leaf_id {
            Some(leaf) => self.reader.branch(session_id, leaf).await?,
            None => Vec::new(),
        };
        if branch.iter().any(|message| message.status.is_open()) {
            return Err(EngineError::SessionBusy);
        }
        let branch: Vec<_> = branch.into_iter().map(|message| Arc::new(Spoken::from(message))).collect();
        let room = Room::of(&info);
        let material = self.attachments.material(&branch).await;
        let files = Files::of(&material, &branch, &info, provider.wire());
        let plan = compaction::by_hand(&branch, &files, room)?;
        Ok(Job {
            session: session_id.clone(),
            trigger: CompactionTrigger::Manual,
            entered_for: plan.last.clone(),
            provider,
            model: asked.model_id,
            wishes: command.body.instructions.clone().filter(|wishes| !wishes.trim().is_empty()),
            plan,
        })
    }

    /// Stops a summary that a person began; one that has ended stays as it is. One that an answer waits for ends with
    /// that answer.
    pub async fn cancel_compaction(
        &self,
        session: &SessionId,
        _body: CancelCompaction,
    ) -> Result<Session, EngineError> {
        self.check_open()?;
        self.stop_compaction(session).await?;
        let found = self.reader.session(session).await?;
        found.filter(|session| session.deleted_at.is_none()).ok_or(EngineError::NotFound("session"))
    }

    pub(super) async fn stop_compaction(&self, session: &SessionId) -> Result<(), EngineError> {
        let Some(holding) = self.supervisor.holding(session) else { return Ok(()) };
        match tokio::time::timeout(END_PATIENCE, holding.end()).await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.writer.trouble().map_or(EngineError::SessionBusy, EngineError::Storage)),
        }
    }

    /// Removes the summary at a message: what it covered is sent again.
    pub async fn remove_compaction(
        &self,
        session: &SessionId,
        message: &MessageId,
        request: Option<ClientRequestId>,
    ) -> Result<ChatMessage, EngineError> {
        let remove = RemoveCompaction { session: session.clone(), message: message.clone(), id: request };
        self.once_and_forget(session, remove).await
    }
}

async fn run(job: Job, resources: crate::supervisor::Resources, hold: Hold) {
    job.run(&resources, &hold.stop).await;
}
