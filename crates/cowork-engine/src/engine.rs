//! The engine's door: one method for each command.

mod attachments;
mod compaction;
mod import;
mod mentions;
mod presets;
mod providers;

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
    self, Cancel, Command, Continue, Create, Delete, DeleteSession, Done, DoneBefore, EditAndAnswer,
    EditInPlace, Fork, Import, Move, Once, Regenerate, RememberToken, Restore, Update,
};
use crate::conversation::Conversations;
use crate::models::Models;
use crate::providers::{Configured, Roster};
use crate::resting::Resting;
use crate::routing::Retry;
use crate::supervisor::{Resources, Running, Supervisor};
use crate::{EngineError, housekeeping, mention, recovery};

/// How long the end of an answer may take to be written before the caller is told what is wrong.
const END_PATIENCE: Duration = Duration::from_secs(5);

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
        let asked = self.asked(session, body.provider_id.as_deref(), body.model_id.as_deref()).await;
        let files_most = self.attachments.limits().files_per_message;
        let id = body.client_request_id.take();
        let mentions = mention::mentions(&body.content);
        let quotes = Vec::new();
        let mut send = command::Send { session: session.clone(), id, body, quotes, files_most, asked };
        if !mentions.is_empty() && !self.done_before(&send).await? {
            send.quotes = self.quotes(session, mentions, send.asked.as_ref().ok()).await?;
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
            let mut edit = EditInPlace { session: session.clone(), message, id, body, quotes: Vec::new() };
            if !mentions.is_empty() && !self.done_before(&edit).await? {
                edit.quotes = self.quotes(&session, mentions, None).await?;
            }
            return Ok(Edited::InPlace(self.once_and_forget(&session, edit).await?));
        }
        let asked = self.asked(&session, body.provider_id.as_deref(), body.model_id.as_deref()).await;
        let question = message.clone();
        let quotes = Vec::new();
        let mut edit = EditAndAnswer { session: session.clone(), message, id, body, quotes, asked };
        if !mentions.is_empty() && !self.done_before(&edit).await? {
            edit.quotes = self.quotes(&session, mentions, edit.asked.as_ref().ok()).await?;
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
        if self.supervisor.running(session).is_some_and(|running| running.message == *message) {
            return Err(EngineError::MessageBusy);
        }
        let delete = Delete { session: session.clone(), message: message.clone(), id: request };
        let deleted = self.once_and_forget(session, delete).await?;
        // An answer that was chosen in the same moment was dropped in storage; its call ends here.
        if let Some(running) =
            self.supervisor.running(session).filter(|run| run.parent.as_ref() == Some(message))
        {
            let answer = self.reader.message(session, &running.message).await?;
            if answer.is_some_and(|answer| !answer.status.is_open()) {
                self.stop_running(session, |_| true).await?;
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

    /// Starts a waiting answer next: the running one is stopped and keeps its text.
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
                engine.stop_running(&session, |running| running.message != message).await?;
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

    /// Runs a command that ends answers. A running one that `wanted` takes is stopped before, unless the command was
    /// done before or is refused for its id.
    async fn once_and_stop<C: Command + Clone>(
        &self,
        session: &SessionId,
        command: C,
        wanted: impl Fn(&Running) -> bool,
    ) -> Result<C::Answer, EngineError> {
        loop {
            self.stop_for(session, &command, &wanted).await?;
            match self.done(command.clone()).await {
                Ok(done) => {
                    // One that was chosen but had no text yet was canceled in storage; its call ends here.
                    if !done.before {
                        self.stop_running(session, wanted).await?;
                    }
                    return Ok(done.answer);
                }
                // One has begun in between.
                Err(EngineError::MessageBusy) => {}
                Err(error) => return Err(error),
            }
        }
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

    /// Stops the running answer for the sake of a command, unless that was done before or is refused for its id.
    async fn stop_for(
        &self,
        session: &SessionId,
        command: &impl Command,
        wanted: impl Fn(&Running) -> bool,
    ) -> Result<(), EngineError> {
        // What runs once we know may have been started since by somebody who knew the first answer.
        let Some(running) = self.supervisor.running(session).filter(wanted) else { return Ok(()) };
        if self.done_before(command).await? {
            return Ok(());
        }
        self.stop(running).await
    }

    /// Whether a command was done before, so that nothing has to be prepared for it.
    async fn done_before(&self, command: &impl Command) -> Result<bool, EngineError> {
        self.check_open()?;
        Ok(self.writer.transact(DoneBefore::of(command)).await?)
    }

    /// Stops the running answer of a session, if it is one that `wanted` takes, and waits until its end is written.
    async fn stop_running(
        &self,
        session: &SessionId,
        wanted: impl Fn(&Running) -> bool,
    ) -> Result<(), EngineError> {
        match self.supervisor.running(session).filter(wanted) {
            Some(running) => self.stop(running).await,
            None => Ok(()),
        }
    }

    async fn stop(&self, running: Running) -> Result<(), EngineError> {
        match tokio::time::timeout(END_PATIENCE, running.end()).await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.writer.trouble().map_or(EngineError::MessageBusy, EngineError::Storage)),
        }
    }

    /// Who is asked, given what the command names.
    async fn asked(
        &self,
        session: &SessionId,
        provider: Option<&str>,
        model: Option<&str>,
    ) -> Result<cowork_contract::Asked, EngineError> {
        let defaults = match (provider, model) {
            (None, None) => self.reader.session(session).await?.ok_or(EngineError::NotFound("session"))?,
            _ => return self.models.resolve((provider, model), (None, None)).await,
        };
        let session = match (defaults.default_provider_id, defaults.default_model_id) {
            (None, None) => self.asked_by_persona(defaults.persona_id.as_deref()).await?,
            named => named,
        };
        self.models.resolve((None, None), (session.0.as_deref(), session.1.as_deref())).await
    }
}

/// The question of an answer that waits is the end of its conversation.
fn extend(conversations: &Conversations, _: &SessionId, accepted: &MessageAccepted) {
    if let Some(question) = &accepted.user_message {
        conversations.extend(question.clone().into());
    }
}
