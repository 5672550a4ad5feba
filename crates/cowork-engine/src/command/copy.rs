//! Whole conversations made from others: forks and imports.

use std::collections::{HashMap, HashSet};

use cowork_contract::{
    ChatMessage, ClientRequestId, EXPORT_VERSION, Event, EventBody, ForkOrigin, ForkSession, ImportSession,
    MessageError, MessageId, MessageStatus, Session, SessionActivity, SessionId, SessionState, Timestamp,
    message_error_code,
};
use cowork_store::{RequestScope, Transaction, Tx};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::session::{check_labels, check_system_prompt, check_title, empty};
use super::{
    Command, Decided, create_message, live_session, message_of, put_session, refuse, session_in, text,
};
use crate::attachments::{Adopted, Attachments, portable};
use crate::{EngineError, ids, parameters};

/// Messages, and earlier texts of them, that one copy may have: nothing else is written meanwhile.
const COPY_MAX: usize = 20_000;
/// Times that one conversation can be imported anew after its session was deleted, and still be known again.
const COPIES_MAX: u8 = 8;
/// The end of the year 9999: no clock shows more, and what is counted on from here stays in range.
const LAST_TIME: Timestamp = 253_402_300_799_999;
/// Edits in place that a message of an import may have had.
const REVISION_MAX: u32 = 1_000_000;

pub(crate) struct Fork {
    pub(crate) session: SessionId,
    pub(crate) id: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: ForkSession,
}

impl Command for Fork {
    type Answer = Session;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("fork", "", &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let origin = live_session(tx, &self.session).await?;
        check_title(self.body.title.as_deref()).map_err(refuse)?;
        let all = self.body.all_branches;
        if all && self.body.message_id.is_some() {
            let detail = "All branches are copied to their ends: leave \"messageId\" out.";
            return Err(refuse(EngineError::invalid("messageId", detail)));
        }
        let last = match self.body.message_id {
            Some(id) => message_of(tx, &self.session, &id).await?.id,
            None => origin.active_leaf_id.clone().ok_or_else(|| {
                refuse(EngineError::InvalidState("This session has no message to fork from yet."))
            })?,
        };
        let messages = messages_to_copy(tx, &self.session, &last, all).await?;
        let id = ids::session();
        let title = self.body.title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty());
        let mut session = Session {
            title_by_hand: title.is_some() || origin.title_by_hand,
            title: title.unwrap_or_else(|| origin.title.clone()),
            forked_from: Some(ForkOrigin { session_id: origin.id.clone(), message_id: last.clone() }),
            ..settings_of(&origin, empty(id.clone(), tx.now()))
        };
        // The list knows the session before its messages come.
        put_session(tx, session.clone()).await?;
        // Where each message leads: to its copy, or, if it was deleted, to what it followed.
        let mut places: HashMap<MessageId, Option<MessageId>> = HashMap::with_capacity(messages.len());
        for mut message in messages {
            let parent = message.parent_id.as_ref().and_then(|parent| places.get(parent).cloned().flatten());
            if message.deleted_at.is_some() {
                places.insert(message.id, parent);
                continue;
            }
            if message.status.is_open() {
                message.status = MessageStatus::Canceled;
            }
            let copy = ids::message();
            places.insert(std::mem::replace(&mut message.id, copy.clone()), Some(copy));
            message.session_id = id.clone();
            message.parent_id = parent;
            message.client_request_id = None;
            portable::copy(tx, (&self.session, &id), &mut message.attachments).await?;
            session.message_count += 1;
            create_message(tx, message).await?;
        }
        session.active_leaf_id = places.remove(&last).flatten();
        Ok(vec![put_session(tx, session).await?])
    }

    fn answer(events: Vec<Event>) -> Option<Session> {
        session_in(events)
    }
}

/// The branch up to `last`, or all branches; each message after the one it follows.
async fn messages_to_copy(
    tx: &mut Tx<'_>,
    session: &SessionId,
    last: &MessageId,
    all: bool,
) -> Decided<Vec<ChatMessage>> {
    if all {
        if tx.has_more_messages(session, COPY_MAX).await? {
            return Err(refuse(EngineError::InvalidState(
                "This session has over 20,000 messages, too many for a copy. Branch from a message instead.",
            )));
        }
        return Ok(tx.messages(session).await?);
    }
    if tx.branch_is_longer(session, last, COPY_MAX).await? {
        return Err(refuse(EngineError::InvalidState(
            "This branch has over 20,000 messages, too many for a fork. Fork from an earlier message.",
        )));
    }
    Ok(tx.branch(session, last).await?)
}

fn settings_of(from: &Session, fresh: Session) -> Session {
    Session {
        mode: from.mode,
        system_prompt: from.system_prompt.clone(),
        parameters: from.parameters,
        persona_id: from.persona_id.clone(),
        default_model_id: from.default_model_id.clone(),
        default_provider_id: from.default_provider_id.clone(),
        folder: from.folder.clone(),
        tags: from.tags.clone(),
        write_mode: from.write_mode,
        agent_mode: from.agent_mode,
        ..fresh
    }
}

pub(crate) struct Import {
    id: Option<ClientRequestId>,
    /// A hash of the whole file, made here: the writer has better things to do. Without an id nobody asks for it.
    said: Option<[u8; 32]>,
    file: ImportSession,
    /// Its files, taken in already.
    adopted: Adopted,
}

impl Import {
    pub(crate) fn new(mut file: ImportSession) -> Self {
        let id = file.client_request_id.take();
        let said = id.as_ref().map(|_| Sha256::digest(serde_json::to_vec(&file).unwrap_or_default()).into());
        Self { id, said, file, adopted: Adopted::default() }
    }

    /// Takes the files in, after everything else was checked.
    pub(crate) async fn adopt(&mut self, attachments: &Attachments) -> Result<(), EngineError> {
        let files = std::mem::take(&mut self.file.attachments);
        self.adopted = attachments.adopt(files, &self.file.messages).await?;
        Ok(())
    }

    /// Refuses what does not hang together: nothing of a faulty file is taken over.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        let export = &self.file;
        let faulty = |detail: String| Err(EngineError::invalid("messages", detail));
        if export.format != "cowork.session" || export.version != EXPORT_VERSION {
            return Err(EngineError::invalid(
                "version",
                format!(
                    "This is format {:?}, version {}; this Cowork reads \"cowork.session\", version {EXPORT_VERSION}.",
                    export.format, export.version
                ),
            ));
        }
        let session = &export.session;
        check_title(Some(&session.title))?;
        check_system_prompt(session.system_prompt.as_deref())?;
        parameters::check(&session.parameters)?;
        check_labels(session.folder.as_deref(), Some(&session.tags))?;
        if !is_time(session.created_at) || !is_time(session.updated_at) {
            return Err(EngineError::invalid("session", "The session has a time that is none."));
        }
        for (field, count) in [("messages", export.messages.len()), ("revisions", export.revisions.len())] {
            if count > COPY_MAX {
                let detail = format!("The file has {count} {field}; at most {COPY_MAX} are taken.");
                return Err(EngineError::invalid(field, detail));
            }
        }
        let mut places = HashMap::with_capacity(export.messages.len());
        for message in &export.messages {
            if places.insert(&message.id, (message.created_at, &message.id)).is_some() {
                return faulty(format!("Two messages have the id {}.", message.id));
            }
        }
        check_counts(export)?;
        for message in &export.messages {
            let Some(parent) = &message.parent_id else { continue };
            match places.get(parent) {
                None => {
                    return faulty(format!(
                        "Message {} follows {parent}, which is not in the file.",
                        message.id
                    ));
                }
                Some(place) if *place >= (message.created_at, &message.id) => {
                    return faulty(format!(
                        "Message {} is not younger than {parent}, which it follows.",
                        message.id
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

impl Command for Import {
    type Answer = Session;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::server(), self.id.clone())
    }

    fn text(&self) -> String {
        text("import", "", &self.said)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let id = self.file.session.id.clone();
        let is_free = is_ours(id.as_str()) && tx.session(&id).await?.is_none();
        let id = if is_free { id } else { ids::session() };
        Ok(vec![take_in(tx, (self.file, self.adopted), id).await?])
    }

    fn answer(events: Vec<Event>) -> Option<Session> {
        session_in(events)
    }
}

/// Appends a session of this id with all that the file tells of it.
async fn take_in(
    tx: &mut Tx<'_>,
    (file, adopted): (ImportSession, Adopted),
    id: SessionId,
) -> Decided<Event> {
    let ImportSession { session: from, mut messages, revisions, .. } = file;
    messages.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    let names = new_names(tx, &messages).await?;
    let mut session = Session {
        title: from.title.clone(),
        title_by_hand: from.title_by_hand,
        created_at: from.created_at,
        updated_at: from.updated_at.clamp(from.created_at, tx.now().max(from.created_at)),
        pinned: from.pinned,
        archived: from.archived,
        forked_from: from.forked_from.clone(),
        ..settings_of(&from, empty(id.clone(), tx.now()))
    };
    keep_session(tx, session.clone()).await?;
    let mut leaf = None;
    for message in messages {
        let mut message = adopt(message, &id, &names);
        if let Some(made) = &mut message.metadata.compaction {
            // A time to come would keep it from being purged with what it tells.
            made.created_at = made.created_at.min(tx.now());
        }
        adopted.settle(tx, &id, &mut message.attachments).await?;
        if message.deleted_at.is_none() {
            session.message_count += 1;
            leaf = Some(message.id.clone());
        }
        create_message(tx, message).await?;
    }
    for kept in revisions {
        let Some(message_id) = renamed(&names, &kept.message_id) else { continue };
        if let Some(mut message) = tx.message(&id, &message_id).await? {
            message.content = kept.revision.content;
            message.revision = kept.revision.revision;
            tx.keep_revision(&message, kept.revision.replaced_at).await?;
        }
    }
    session.active_leaf_id = from.active_leaf_id.and_then(|leaf| renamed(&names, &leaf)).or(leaf);
    session.activity = SessionActivity::Idle;
    keep_session(tx, session).await
}

/// Appends a session with the times it has.
async fn keep_session(tx: &mut Tx<'_>, session: Session) -> Decided<Event> {
    let id = session.id.clone();
    Ok(tx.append(&id, None, EventBody::SessionUpdated(SessionState { session })).await?)
}

/// Takes a session in unless it is here already, whoever sends it and however often.
pub(crate) struct ImportUnlessHere {
    pub(crate) import: Import,
    /// Stands for the conversation and all that was said in it.
    pub(crate) fingerprint: [u8; 32],
    /// Whether the session's id is one that Cowork gave, so that it may be the very session.
    pub(crate) own: bool,
}

/// A session that is here now.
pub(crate) struct Here {
    pub(crate) session: SessionId,
    /// It was before.
    pub(crate) before: bool,
}

impl Transaction for ImportUnlessHere {
    type Output = Here;
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<Here> {
        let Import { file, adopted, .. } = self.import;
        let own = Some(file.session.id.clone()).filter(|id| self.own && is_ours(id.as_str()));
        let mut free = None;
        if let Some(id) = own {
            if holds(tx, &file).await? {
                return Ok(Here { session: id, before: true });
            }
            free = tx.session(&id).await?.is_none().then_some(id);
        }
        for copy in (0..COPIES_MAX).map(|nth| copy_id(self.fingerprint, nth)) {
            match tx.session(&copy).await? {
                None => free = free.or(Some(copy)),
                // "Here" would not be true of a deleted one: nobody sees it.
                Some(session) if session.deleted_at.is_some() => {}
                Some(_) => return Ok(Here { session: copy, before: true }),
            }
        }
        let id = free.unwrap_or_else(ids::session);
        take_in(tx, (file, adopted), id.clone()).await?;
        Ok(Here { session: id, before: false })
    }
}

/// Whether a session of the file's id is here, not deleted, with every message of the file as it is there.
async fn holds(tx: &mut Tx<'_>, file: &ImportSession) -> Decided<bool> {
    let here = tx.session(&file.session.id).await?.filter(|session| session.deleted_at.is_none());
    if here.is_none() {
        return Ok(false);
    }
    for message in &file.messages {
        let same = |kept: &ChatMessage| {
            let told = |message: &ChatMessage| (message.revision, message.deleted_at);
            kept.content == message.content && told(kept) == told(message)
        };
        if !tx.message(&file.session.id, &message.id).await?.as_ref().is_some_and(same) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The id of the nth session made of the same conversation.
fn copy_id(fingerprint: [u8; 32], nth: u8) -> SessionId {
    let mut hash = Sha256::new();
    hash.update(fingerprint);
    hash.update([nth]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    SessionId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string())
}

fn is_time(time: Timestamp) -> bool {
    (0..=LAST_TIME).contains(&time)
}

/// Refuses times and revisions that could not be counted on from.
fn check_counts(export: &ImportSession) -> Result<(), EngineError> {
    let mut newest = HashMap::with_capacity(export.messages.len());
    for message in &export.messages {
        let times = [Some(message.created_at), Some(message.updated_at), message.deleted_at];
        if !times.into_iter().flatten().all(is_time) {
            let detail = format!("Message {} has a time that is none.", message.id);
            return Err(EngineError::invalid("messages", detail));
        }
        if !(1..=REVISION_MAX).contains(&message.revision) {
            let detail = format!(
                "Message {} has revision {}; 1 to {REVISION_MAX} are taken.",
                message.id, message.revision
            );
            return Err(EngineError::invalid("messages", detail));
        }
        newest.insert(&message.id, message.revision);
    }
    let mut seen = HashSet::with_capacity(export.revisions.len());
    for kept in &export.revisions {
        let (id, revision) = (&kept.message_id, kept.revision.revision);
        let earlier = newest.get(id).is_some_and(|newest| (1..*newest).contains(&revision));
        if !earlier || !seen.insert((id, revision)) || !is_time(kept.revision.replaced_at) {
            let detail =
                format!("Revision {revision} of message {id} is not an earlier text of it, told once.");
            return Err(EngineError::invalid("revisions", detail));
        }
    }
    Ok(())
}

/// Whether an id is of the kind that is made here; others may mean something else where ids are put together.
fn is_ours(id: &str) -> bool {
    Uuid::try_parse(id).is_ok_and(|uuid| uuid.to_string() == id)
}

/// Where each id leads: to itself, or, if any is taken already or not of our kind, all to new ones in the same order.
async fn new_names(tx: &mut Tx<'_>, messages: &[ChatMessage]) -> Decided<HashMap<MessageId, MessageId>> {
    let mut taken = false;
    for message in messages {
        taken = taken || !is_ours(message.id.as_str()) || tx.message_exists(&message.id).await?;
    }
    let name = |message: &ChatMessage| if taken { ids::message() } else { message.id.clone() };
    Ok(messages.iter().map(|message| (message.id.clone(), name(message))).collect())
}

fn renamed(names: &HashMap<MessageId, MessageId>, id: &MessageId) -> Option<MessageId> {
    names.get(id).cloned()
}

fn adopt(
    mut message: ChatMessage,
    session: &SessionId,
    names: &HashMap<MessageId, MessageId>,
) -> ChatMessage {
    message.session_id = session.clone();
    message.parent_id = message.parent_id.and_then(|parent| renamed(names, &parent));
    message.id = renamed(names, &message.id).unwrap_or(message.id);
    if message.status.is_open() {
        // It was exported while it was being written elsewhere.
        message.status = MessageStatus::Error;
        message.error = Some(MessageError {
            code: message_error_code::INTERRUPTED.to_owned(),
            message: "This answer was still being written when it was exported.".to_owned(),
            retryable: true,
            retry_after_ms: None,
        });
    }
    message
}
