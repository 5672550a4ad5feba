//! The engine's door: one method for each command.

mod asking;
mod attachments;
mod compaction;
mod import;
mod mentions;
mod presets;
mod providers;
mod stopping;

use std::sync::Arc;
use std::time::Duration;

use cowork_contract::{
    AttachmentLimits, CancelMessage, ChatMessage, ClientRequestId, ContinueMessage, CreateSession,
    EditMessage, ForkSession, ImportSession, MessageAccepted, MessageId, ModelList, MoveSessions,
    RegenerateMessage, RestoreMessage, RestoreSession, SendMessage, SendNow, Session, SessionId,
    SessionsMoved, UpdateSession,
};
use cowork_documents::TextExtractor;
use cowork_provider::{LocalServer, Registry};
use cowork_store::{Blobs, Reader, Writer};

use crate::attachments::Attachments;
use crate::command::{
    self, Cancel, Command, Continue, Create, Delete, DeleteSession, Done, EditAndAnswer, EditInPlace, Fork,
    Import, Move, Once, Regenerate, RememberToken, Restore, Update,
};
use crate::conversation::Conversations;
use crate::models::Models;
use crate::providers::{Configured, Roster};
use crate::resting::Resting;
use crate::routing::Retry;
use crate::supervisor::{Resources, Running, Supervisor};
use crate::{EngineError, answer, housekeeping, mention, recovery};

/// How to run the engine.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Whether compaction and purging run in the background.
    pub housekeeping: bool,
    /// Where the providers of the registry came from.
    pub configured: Configured,
    /// How failures that pass are met.
    pub retry: Retry,
    /// Provider and model of each that may stand in for the one that was asked, in order. Empty: the settings say.
    pub fallback: Vec<(String, String)>,
    /// Whether answers that wait from before are given. `false`: they go on waiting, until a command starts those of
    /// its session or a later start takes them all up.
    pub resume: bool,
    /// The local servers to look for. Empty: none is looked for.
    pub discovery: Vec<LocalServer>,
    /// How much may be attached.
    pub attachments: AttachmentLimits,
    /// What reads attached documents. `None`: they are kept and given as files, and not read.
    pub documents: Option<TextExtractor>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            housekeeping: true,
            resume: true,
            configured: Configured::default(),
            retry: Retry::default(),
            fallback: Vec::new(),
            discovery: Vec::new(),
            attachments: AttachmentLimits::default(),
            documents: None,
        }
    }
}

/// Why the engine could not start.
#[derive(Debug, thiserror::Error)]
#[error("What the last end left open could not be taken up: {0}")]
pub struct StartError(#[from] EngineError);

/// What an edit came to.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made once a request and taken apart at once")]
pub enum Edited {
    /// The message has its new text.
    InPlace(ChatMessage),
    /// The new text is a branch of its own and is being answered.
    Answered(MessageAccepted),
}

/// How the engine fares.
#[derive(Debug, Clone)]
pub struct EngineStatus {
    /// Answers that run now.
    pub running_turns: u32,
    /// Why the last write failed. `None`: it went through.
    pub storage: Option<String>,
    /// The configured providers.
    pub providers: Vec<String>,
}

/// The engine. Cheap to clone; all clones are one engine.
#[derive(Debug, Clone)]
pub struct Engine {
    writer: Writer,
    reader: Reader,
    roster: Arc<Roster>,
    models: Arc<Models>,
    resting: Arc<Resting>,
    conversations: Arc<Conversations>,
    attachments: Attachments,
    supervisor: Supervisor,
}

impl Engine {
    /// Takes up what the last end left open, then takes commands.
    pub async fn start(
        (writer, reader, blobs): (Writer, Reader, Blobs),
        registry: Registry,
        options: EngineOptions,
    ) -> Result<Self, StartError> {
        let EngineOptions { housekeeping, resume, configured, retry, fallback, discovery, .. } = options;
        let (limits, documents) = (options.attachments, options.documents);
        let attachments = Attachments::new(writer.clone(), reader.clone(), blobs, (limits, documents));
        let looks = !discovery.is_empty();
        let roster = Arc::new(Roster::new(registry, configured, fallback, discovery));
        roster.reload(&reader, writer.vault()).await?;
        let conversations = Arc::new(Conversations::default());
        let models = Arc::new(Models::new(Arc::clone(&roster)));
        let resting = Arc::<Resting>::default();
        let resources = Resources {
            writer: writer.clone(),
            reader: reader.clone(),
            registry: Arc::clone(&roster),
            conversations: Arc::clone(&conversations),
            models: Arc::clone(&models),
            resting: Arc::clone(&resting),
            attachments: attachments.clone(),
            retry,
        };
        let supervisor = Supervisor::new(resources);
        let waiting = recovery::recover(&writer).await?;
        let waiting = if resume { waiting } else { Default::default() };
        if looks {
            // What waits may be for a server that is found in a moment.
            let kicked = supervisor.clone();
            supervisor.spawn(|resources, stop| async move {
                let look = resources.registry.look(&resources.reader, resources.writer.vault());
                if let Some(Err(error)) = stop.run_until_cancelled(look).await {
                    tracing::warn!(%error, "what was found could not be taken up");
                }
                resources.registry.warn();
                for session in waiting {
                    kicked.kick(&session);
                }
            });
        } else {
            roster.warn();
            for session in waiting {
                supervisor.kick(&session);
            }
        }
        if housekeeping {
            supervisor.spawn(housekeeping::run);
        }
        Ok(Self { writer, reader, roster, models, resting, conversations, attachments, supervisor })
    }

    /// Makes a session.
    pub async fn create_session(&self, mut body: CreateSession) -> Result<Session, EngineError> {
        let create = Create { id: body.client_request_id.take(), body };
        create.check()?;
        self.once(create).await
    }

    /// Files many sessions at once: those of a folder, or those named.
    pub async fn move_sessions(&self, mut body: MoveSessions) -> Result<SessionsMoved, EngineError> {
        let command = Move { id: body.client_request_id.take(), body };
        command.check()?;
        self.once(command).await
    }

    /// Changes a session's settings or its active branch.
    pub async fn update_session(
        &self,
        session: &SessionId,
        mut body: UpdateSession,
    ) -> Result<Session, EngineError> {
        let update = Update { session: session.clone(), id: body.client_request_id.take(), body };
        update.check()?;
        self.once_and_forget(session, update).await
    }

    /// Deletes a session; its running answer is stopped, those that wait are canceled. Can be taken back for 30
    /// days.
    pub async fn delete_session(
        &self,
        session: &SessionId,
        request: Option<ClientRequestId>,
    ) -> Result<Session, EngineError> {
        let delete = DeleteSession { session: session.clone(), id: request };
        let deleted = self.once_and_stop(session, delete, |_| true).await?;
        self.stop_compaction(session).await?;
        Ok(deleted)
    }

    /// Takes a deletion back.
    pub async fn restore_session(
        &self,
        session: &SessionId,
        body: RestoreSession,
    ) -> Result<Session, EngineError> {
        self.once(command::RestoreSession { session: session.clone(), id: body.client_request_id }).await
    }

    /// Makes a session of the branch up to a message.
    pub async fn fork_session(
        &self,
        session: &SessionId,
        mut body: ForkSession,
    ) -> Result<Session, EngineError> {
        self.once(Fork { session: session.clone(), id: body.client_request_id.take(), body }).await
    }

    /// Makes a session of an exported one; ids that are taken are replaced.
    pub async fn import_session(&self, file: ImportSession) -> Result<Session, EngineError> {
        self.check_open()?;
        let mut import = Import::new(file);
        import.check()?;
        import.adopt(&self.attachments).await?;
        self.once(import).await
    }

    /// Sends a message; its answer starts, or waits for its turn.
    pub async fn send(
        &self,
        session: &SessionId,
        mut body: SendMessage,
    ) -> Result<MessageAccepted, EngineError> {
        if body.attachments.is_empty() || !body.content.trim().is_empty() {
            EngineError::check_content(&body.content)?;
        }
        let asked = match &body.models {
            Some(models) => self.compared(models, (body.provider_id.as_ref(), body.model_id.as_ref())).await,
            None => {
                let asked = self.asked(session, body.provider_id.as_deref(), body.model_id.as_deref()).await;
                asked.map(|asked| vec![asked])
            }
        };
        let files_most = self.attachments.limits().files_per_message;
        let id = body.client_request_id.take();
        let mentions = mention::mentions(&body.content);
        let quotes = Vec::new();
        let mut send = command::Send { session: session.clone(), id, body, quotes, files_most, asked };
        if !mentions.is_empty() && !self.done_before(&send).await? {
            send.quotes = self.quotes(session, mentions, send.asked.as_deref().unwrap_or_default()).await?;
        }
        self.once_and_answer(session, send, extend).await
    }

    /// Edits a message, in place or as a new branch that is answered.
    pub async fn edit(
        &self,
        session: &SessionId,
        message: &MessageId,
        mut body: EditMessage,
    ) -> Result<Edited, EngineError> {
        EngineError::check_content(&body.content)?;
        let (session, message) = (session.clone(), message.clone());
        let id = body.client_request_id.take();
        let mentions = self.newly_mentioned(&session, &message, &body.content).await?;
        if !body.regenerate {
            if body.attachments.is_some() {
                return Err(EngineError::invalid(
                    "attachments",
                    "The files of a message change only with regenerate: true, as a branch of its own."
                        .to_owned(),
                ));
            }
            let mut edit = EditInPlace { session: session.clone(), message, id, body, quotes: Vec::new() };
            if !mentions.is_empty() && !self.done_before(&edit).await? {
                edit.quotes = self.quotes(&session, mentions, &[]).await?;
            }
            return Ok(Edited::InPlace(self.once_and_forget(&session, edit).await?));
        }
        let asked = self.asked(&session, body.provider_id.as_deref(), body.model_id.as_deref()).await;
        let question = message.clone();
        let files_most = self.attachments.limits().files_per_message;
        let quotes = Vec::new();
        let mut edit =
            EditAndAnswer { session: session.clone(), message, id, body, quotes, files_most, asked };
        if !mentions.is_empty() && !self.done_before(&edit).await? {
            edit.quotes = self
                .quotes(&session, mentions, edit.asked.as_ref().map_or(&[], std::slice::from_ref))
                .await?;
        }
        if edit.asked.is_ok() {
            self.stop_for(&session, &edit, |running| running.parent.as_ref() == Some(&question)).await?;
        }
        Ok(Edited::Answered(self.once_and_answer(&session, edit, extend).await?))
    }

    /// Deletes a message; its row stays, empty. An answer that waits for it is dropped. Can be taken back for 30
    /// days.
    pub async fn delete_message(
        &self,
        session: &SessionId,
        message: &MessageId,
        request: Option<ClientRequestId>,
    ) -> Result<ChatMessage, EngineError> {
        if self.supervisor.running(session).iter().any(|running| running.message == *message) {
            return Err(EngineError::MessageBusy);
        }
        let delete = Delete { session: session.clone(), message: message.clone(), id: request };
        let deleted = self.once_and_forget(session, delete).await?;
        // An answer that was chosen in the same moment was dropped in storage; its call ends here.
        for running in self.supervisor.running(session) {
            if running.parent.as_ref() != Some(message) {
                continue;
            }
            let answer = self.reader.message(session, &running.message).await?;
            if answer.is_some_and(|answer| !answer.status.is_open()) {
                self.stop(vec![running]).await?;
            }
        }
        Ok(deleted)
    }

    /// Takes a deletion back.
    pub async fn restore_message(
        &self,
        session: &SessionId,
        message: &MessageId,
        body: RestoreMessage,
    ) -> Result<ChatMessage, EngineError> {
        let restore =
            Restore { session: session.clone(), message: message.clone(), id: body.client_request_id };
        self.once_and_forget(session, restore).await
    }

    /// Asks again: a sibling of an answer, or the first answer to a message.
    pub async fn regenerate(
        &self,
        session: &SessionId,
        message: &MessageId,
        mut body: RegenerateMessage,
    ) -> Result<MessageAccepted, EngineError> {
        let asked = self.asked(session, body.provider_id.as_deref(), body.model_id.as_deref()).await;
        let id = body.client_request_id.take();
        let regenerate = Regenerate { session: session.clone(), message: message.clone(), id, body, asked };
        if regenerate.asked.is_ok() {
            self.stop_for(session, &regenerate, |running| running.message == *message).await?;
        }
        self.once_and_answer(session, regenerate, extend).await
    }

    /// Lets an answer go on where it stopped.
    pub async fn continue_message(
        &self,
        session: &SessionId,
        message: &MessageId,
        body: ContinueMessage,
    ) -> Result<ChatMessage, EngineError> {
        let command =
            Continue { session: session.clone(), message: message.clone(), id: body.client_request_id };
        self.once_and_answer(session, command, |conversations, session, _| conversations.forget(session))
            .await
    }

    /// Stops an answer: a running one keeps its text, a waiting one does not start. One that has ended stays as it
    /// is.
    pub async fn cancel(
        &self,
        session: &SessionId,
        message: &MessageId,
        body: CancelMessage,
    ) -> Result<ChatMessage, EngineError> {
        let cancel =
            Cancel { session: session.clone(), message: message.clone(), id: body.client_request_id };
        self.once_and_stop(session, cancel, |running| running.message == *message).await
    }

    /// Starts a waiting answer next, with those it is compared with: what runs is stopped and keeps its text.
    pub async fn send_now(
        &self,
        session: &SessionId,
        message: &MessageId,
        body: SendNow,
    ) -> Result<ChatMessage, EngineError> {
        self.check_open()?;
        let (engine, session, message) = (self.clone(), session.clone(), message.clone());
        // Seen through when the caller goes away in between: sent again, it is done already.
        let done = self.supervisor.see_through(async move {
            let id = body.client_request_id;
            let send_now = command::SendNow { session: session.clone(), message: message.clone(), id };
            let done = engine.done(send_now).await?;
            if !done.before {
                engine.supervisor.kick(&session);
                engine.supervisor.prefer(&session, &message);
                let group = answer::group(&done.answer);
                let started = |running: &Running| {
                    running.message == message || (group.is_some() && running.group.as_deref() == group)
                };
                engine.stop_running(&session, |running| !started(running)).await?;
            }
            Ok(done.answer)
        });
        done.await.unwrap_or(Err(EngineError::ShuttingDown))
    }

    /// The models that can be asked.
    pub async fn models(&self) -> ModelList {
        self.models.list(&self.supervisor).await
    }

    /// Remembers that the bearer of a token with this SHA-256 is let in.
    pub async fn remember_token(&self, hash: [u8; 32], label: &str) -> Result<(), EngineError> {
        self.check_open()?;
        Ok(self.writer.transact(RememberToken { hash, label: label.to_owned() }).await?)
    }

    /// How it fares.
    pub fn status(&self) -> EngineStatus {
        EngineStatus {
            running_turns: self.supervisor.running_count(),
            storage: self.writer.trouble().map(|error| error.to_string()),
            providers: self.models.providers(),
        }
    }

    /// Takes no more commands, ends running answers (their text is kept, they are marked as interrupted) and waits
    /// for it, at most `grace`. Waiting answers go on at the next start.
    pub async fn shutdown(&self, grace: Duration) {
        self.supervisor.stop(grace).await;
    }

    fn check_open(&self) -> Result<(), EngineError> {
        if self.supervisor.is_stopping() { Err(EngineError::ShuttingDown) } else { Ok(()) }
    }

    async fn done<C: Command>(&self, command: C) -> Result<Done<C::Answer>, EngineError> {
        self.check_open()?;
        Ok(self.writer.transact(Once(command)).await?)
    }

    async fn once<C: Command>(&self, command: C) -> Result<C::Answer, EngineError> {
        Ok(self.done(command).await?.answer)
    }

    /// Runs a command after which an answer waits; `note` brings what is in memory up to date with it. Seen through
    /// when the caller goes away in between: nobody else would start an answer that is committed.
    async fn once_and_answer<C: Command>(
        &self,
        session: &SessionId,
        command: C,
        note: fn(&Conversations, &SessionId, &C::Answer),
    ) -> Result<C::Answer, EngineError> {
        self.check_open()?;
        let (engine, session) = (self.clone(), session.clone());
        let done = self.supervisor.see_through(async move {
            let answer = engine.once(command).await?;
            note(&engine.conversations, &session, &answer);
            engine.supervisor.kick(&session);
            Ok(answer)
        });
        done.await.unwrap_or(Err(EngineError::ShuttingDown))
    }

    /// Runs a command that changes what a model is sent. Seen through, so that nothing old stays in memory.
    async fn once_and_forget<C: Command>(
        &self,
        session: &SessionId,
        command: C,
    ) -> Result<C::Answer, EngineError> {
        self.check_open()?;
        let (engine, session) = (self.clone(), session.clone());
        let done = self.supervisor.see_through(async move {
            let outcome = engine.once(command).await;
            engine.conversations.forget(&session);
            outcome
        });
        done.await.unwrap_or(Err(EngineError::ShuttingDown))
    }
}

/// The question of an answer that waits is the end of its conversation.
fn extend(conversations: &Conversations, _: &SessionId, accepted: &MessageAccepted) {
    if let Some(question) = &accepted.user_message {
        conversations.extend(question.clone().into());
    }
}
