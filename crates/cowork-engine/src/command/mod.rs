//! Commands: each reads the present state, decides, and appends what follows, in one transaction.
//!
//! Always true: a command with a `client_request_id` is done once; its answer is read from the events it appended,
//! now and when it comes again.

mod compact;
mod copy;
mod edit;
mod finish;
mod message;
mod preset;
mod send;
mod session;
mod setup;
mod shelf;
mod token;

use std::future::Future;

use cowork_contract::{
    ChatMessage, ClientRequestId, Event, EventBody, MessageAccepted, MessageCreated, MessageId, MessageRole,
    MessageState, MessageStatus, Session, SessionActivity, SessionId, SessionState,
};
use cowork_store::{Remembered, RequestScope, StorageError, Transaction, Tx, TxError};
use serde::Serialize;

pub(crate) use compact::{BeginCompaction, ClearCompacting, Compact, EndCompaction, RemoveCompaction};
pub(crate) use copy::{Fork, Here, Import, ImportUnlessHere};
pub(crate) use edit::{EditAndAnswer, EditInPlace, Regenerate};
pub(crate) use finish::{Finish, Interrupt, NoteAttempts};
pub(crate) use message::{Cancel, Continue, Delete, Restore, SendNow};
pub(crate) use preset::{AddPreset, ChangePreset, DeletePreset, ImportAll, RestorePreset};
pub(crate) use send::Send;
pub(crate) use session::{Create, DeleteSession, RestoreSession, Update};
pub(crate) use setup::{
    AddProvider, ChangeProvider, ChangeSettings, ForgetKey, KeepKey, MoreKeys, OnceQuietly, Quiet,
    RemoveProvider, SealedKey,
};
pub(crate) use shelf::Move;
pub(crate) use token::RememberToken;

use crate::EngineError;

/// Answers that may wait in one session.
pub(crate) const QUEUE_MAX: u32 = 100;

pub(crate) type Decided<T> = Result<T, TxError<EngineError>>;

/// A command as a client sends it.
pub(crate) trait Command: std::marker::Send + 'static {
    /// What the client gets.
    type Answer: std::marker::Send + 'static;

    /// Within what the client's id is unique, and the id.
    fn request(&self) -> (RequestScope, Option<ClientRequestId>);

    /// What it says, its id left out: the same text is the same command.
    fn text(&self) -> String;

    /// Decides and appends. Gives the events that make up the answer; where nothing is to be changed, those that say
    /// how things stand.
    fn decide(self, tx: &mut Tx<'_>) -> impl Future<Output = Decided<Vec<Event>>> + std::marker::Send;

    /// The answer in these events. `None`: they are not all there any more.
    fn answer(events: Vec<Event>) -> Option<Self::Answer>;
}

/// Runs a [`Command`] once, however often it is sent.
pub(crate) struct Once<C>(pub(crate) C);

/// What came of a [`Command`].
pub(crate) struct Done<A> {
    pub(crate) answer: A,
    /// It was done before; nothing happened now.
    pub(crate) before: bool,
}

impl<C: Command> Transaction for Once<C> {
    type Output = Done<C::Answer>;
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<Done<C::Answer>> {
        let done = |events, before| {
            let answer = C::answer(events).ok_or_else(|| refuse(EngineError::NotFound("answer")))?;
            Ok(Done { answer, before })
        };
        let ((scope, id), text) = (self.0.request(), self.0.text());
        match tx.recall(&scope, id.as_ref(), &text).await? {
            Remembered::New => {}
            Remembered::Done(events) => return done(events, true),
            Remembered::Different => return Err(refuse(EngineError::IdempotencyConflict)),
        }
        let events = self.0.decide(tx).await?;
        let positions: Vec<_> = events.iter().map(|event| event.id).collect();
        tx.remember(&scope, id.as_ref(), &text, &positions).await?;
        done(events, false)
    }
}

/// Looks whether a command was done before, and does nothing: for what has to happen before it can be run.
pub(crate) struct DoneBefore {
    scope: RequestScope,
    id: Option<ClientRequestId>,
    text: String,
}

impl DoneBefore {
    pub(crate) fn of(command: &impl Command) -> Self {
        let ((scope, id), text) = (command.request(), command.text());
        Self { scope, id, text }
    }
}

impl Transaction for DoneBefore {
    type Output = bool;
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<bool> {
        match tx.recall(&self.scope, self.id.as_ref(), &self.text).await? {
            Remembered::New => Ok(false),
            Remembered::Done(_) => Ok(true),
            Remembered::Different => Err(refuse(EngineError::IdempotencyConflict)),
        }
    }
}

/// A command's kind, target and fields as one text.
fn text(kind: &str, target: &str, fields: &impl Serialize) -> String {
    // The fields are plain data, so this can't fail; were it to, an empty text still keeps kind and target apart.
    let fields = serde_json::to_string(fields).unwrap_or_default();
    format!("{kind} {target} {fields}")
}

fn refuse(refusal: EngineError) -> TxError<EngineError> {
    TxError::Refused(refusal)
}

/// A session that is not deleted.
pub(crate) async fn live_session(tx: &mut Tx<'_>, id: &SessionId) -> Decided<Session> {
    let session = tx.session(id).await?.filter(|session| session.deleted_at.is_none());
    session.ok_or_else(|| refuse(EngineError::NotFound("session")))
}

/// A message of a session, deleted ones included.
async fn message_of(tx: &mut Tx<'_>, session: &SessionId, id: &MessageId) -> Decided<ChatMessage> {
    tx.message(session, id).await?.ok_or_else(|| refuse(EngineError::NotFound("message")))
}

/// A message of a session that is not deleted.
async fn live_message(tx: &mut Tx<'_>, session: &SessionId, id: &MessageId) -> Decided<ChatMessage> {
    let message = message_of(tx, session, id).await?;
    if message.deleted_at.is_some() {
        return Err(refuse(EngineError::InvalidState("This message is deleted. Restore it first.")));
    }
    Ok(message)
}

/// Appends the new state of a session in which something changed.
pub(crate) async fn put_session(tx: &mut Tx<'_>, mut session: Session) -> Result<Event, StorageError> {
    session.updated_at = session.updated_at.max(tx.now());
    file_session(tx, session).await
}

/// Appends the new state of a session that is only kept elsewhere now: it stays at its place in time.
async fn file_session(tx: &mut Tx<'_>, session: Session) -> Result<Event, StorageError> {
    let id = session.id.clone();
    tx.append(&id, None, EventBody::SessionUpdated(SessionState { session })).await
}

/// Appends a new message.
async fn create_message(tx: &mut Tx<'_>, message: ChatMessage) -> Result<Event, StorageError> {
    let (session, id) = (message.session_id.clone(), message.id.clone());
    let client_request_id = message.client_request_id.clone();
    tx.append(&session, Some(&id), EventBody::MessageCreated(MessageCreated { message, client_request_id }))
        .await
}

/// Appends a message's new state.
async fn update_message(tx: &mut Tx<'_>, mut message: ChatMessage) -> Result<Event, StorageError> {
    message.updated_at = message.updated_at.max(tx.now());
    let (session, id) = (message.session_id.clone(), message.id.clone());
    tx.append(&session, Some(&id), EventBody::MessageUpdated(MessageState { message })).await
}

/// Ends an open answer as stopped by the person, its text so far kept.
async fn cancel_answer(tx: &mut Tx<'_>, mut message: ChatMessage) -> Result<Event, StorageError> {
    message.status = MessageStatus::Canceled;
    message.updated_at = message.updated_at.max(tx.now());
    let (session, id) = (message.session_id.clone(), message.id.clone());
    tx.append(&session, Some(&id), EventBody::MessageCompleted(MessageState { message })).await
}

/// Refuses when with so many more too many answers of the session would wait.
async fn check_queue(tx: &mut Tx<'_>, session: &SessionId, more: usize) -> Decided<()> {
    // One may run beside those that wait.
    if tx.open_count(session).await? as usize + more > QUEUE_MAX as usize + 1 {
        return Err(refuse(EngineError::QueueFull { limit: QUEUE_MAX }));
    }
    Ok(())
}

/// What the session list shows once an answer has ended as `status`.
async fn activity_after(
    tx: &mut Tx<'_>,
    session: &SessionId,
    status: MessageStatus,
) -> Result<SessionActivity, StorageError> {
    Ok(match (tx.open_count(session).await?, status) {
        (1.., _) => SessionActivity::Running,
        (0, MessageStatus::Error) => SessionActivity::Failed,
        (0, _) => SessionActivity::Idle,
    })
}

/// The acknowledgement in the events of a question and its answer, or of an answer alone.
fn accepted(events: Vec<Event>) -> Option<MessageAccepted> {
    let last_event_id = events.last()?.id;
    let (mut user_message, mut answers) = (None, Vec::new());
    for event in events {
        if let EventBody::MessageCreated(created) = event.body {
            match created.message.role {
                MessageRole::User => user_message = Some(created.message),
                MessageRole::Assistant => answers.push(created.message),
            }
        }
    }
    let assistant_message = answers.first()?.clone();
    let assistant_messages = if answers.len() > 1 { answers } else { Vec::new() };
    Some(MessageAccepted { user_message, assistant_message, assistant_messages, last_event_id })
}

/// The session in the last of these events.
fn session_in(events: Vec<Event>) -> Option<Session> {
    events.into_iter().rev().find_map(|event| match event.body {
        EventBody::SessionUpdated(state) => Some(state.session),
        _ => None,
    })
}

/// The message in the first of these events.
fn message_in(events: Vec<Event>) -> Option<ChatMessage> {
    events.into_iter().find_map(|event| event.body.message().cloned())
}
