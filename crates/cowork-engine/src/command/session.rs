//! Sessions: made, changed, deleted, restored.

use cowork_contract::{
    ClientRequestId, CreateSession, Event, MessageId, MessageStatus, PresetKind, Session, SessionActivity,
    SessionId, TITLE_MAX, UpdateSession,
};
use cowork_store::{RequestScope, Tx};

use super::{
    Command, Decided, cancel_answer, file_session, live_session, put_session, refuse, session_in, text,
};
use crate::{EngineError, ids, parameters, title};

/// Bytes a system prompt may have.
const SYSTEM_PROMPT_MAX: usize = 100_000;
/// Tags a session may have, and characters of a tag or folder.
const TAGS_MAX: usize = 50;
const LABEL_MAX: usize = 100;

pub(crate) struct Create {
    pub(crate) id: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: CreateSession,
}

impl Create {
    /// Refuses what can be refused without looking at the state.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        check_title(self.body.title.as_deref())?;
        check_system_prompt(self.body.system_prompt.as_deref())?;
        parameters::check(&self.body.parameters.unwrap_or_default())?;
        check_labels(self.body.folder.as_deref(), self.body.tags.as_deref())
    }
}

impl Command for Create {
    type Answer = Session;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::server(), self.id.clone())
    }

    fn text(&self) -> String {
        text("create", "", &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let body = self.body;
        check_persona(tx, body.persona_id.as_deref()).await?;
        let title = body.title.map(|title| title.trim().to_owned()).unwrap_or_default();
        let session = Session {
            title_by_hand: !title.is_empty(),
            title,
            mode: body.mode.unwrap_or_default(),
            system_prompt: body.system_prompt,
            persona_id: body.persona_id,
            parameters: body.parameters.unwrap_or_default(),
            default_model_id: body.default_model_id,
            default_provider_id: body.default_provider_id,
            pinned: body.pinned.unwrap_or(false),
            folder: body.folder,
            tags: body.tags.unwrap_or_default(),
            write_mode: body.write_mode.unwrap_or_default(),
            agent_mode: body.agent_mode.unwrap_or_default(),
            ..empty(ids::session(), tx.now())
        };
        Ok(vec![put_session(tx, session).await?])
    }

    fn answer(events: Vec<Event>) -> Option<Session> {
        session_in(events)
    }
}

/// A session with nothing in it.
pub(super) fn empty(id: SessionId, now: cowork_contract::Timestamp) -> Session {
    Session {
        id,
        title: String::new(),
        created_at: now,
        updated_at: now,
        mode: Default::default(),
        system_prompt: None,
        persona_id: None,
        parameters: Default::default(),
        default_model_id: None,
        default_provider_id: None,
        pinned: false,
        archived: false,
        folder: None,
        tags: Vec::new(),
        active_leaf_id: None,
        message_count: 0,
        last_event_id: 0,
        write_mode: Default::default(),
        agent_mode: Default::default(),
        activity: SessionActivity::Idle,
        title_by_hand: false,
        forked_from: None,
        compacting: None,
        deleted_at: None,
    }
}

pub(crate) struct Update {
    pub(crate) session: SessionId,
    pub(crate) id: Option<ClientRequestId>,
    /// Its `client_request_id` is taken out.
    pub(crate) body: UpdateSession,
}

impl Update {
    /// Refuses what can be refused without looking at the state.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        check_title(self.body.title.as_deref())?;
        check_system_prompt(self.body.system_prompt.as_ref().and_then(|text| text.as_deref()))?;
        parameters::check(&self.body.parameters.flatten().unwrap_or_default())?;
        check_labels(self.body.folder.as_ref().and_then(|text| text.as_deref()), self.body.tags.as_deref())
    }
}

impl Command for Update {
    type Answer = Session;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("update", "", &self.body)
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let mut session = live_session(tx, &self.session).await?;
        let body = self.body;
        check_persona(tx, body.persona_id.as_ref().and_then(|id| id.as_deref())).await?;
        let only_filed = files_only(&body);
        if let Some(title) = body.title {
            session.title = title.trim().to_owned();
            session.title_by_hand = !session.title.is_empty();
            if !session.title_by_hand {
                let first = tx.first_message(&session.id).await?;
                session.title = first.map(|first| title::from_message(&first.content)).unwrap_or_default();
            }
        }
        if let Some(leaf) = body.active_leaf_id {
            session.active_leaf_id = Some(shown_leaf(tx, &session.id, &leaf).await?);
        }
        set(&mut session.mode, body.mode);
        set(&mut session.system_prompt, body.system_prompt);
        set(&mut session.persona_id, body.persona_id);
        set(&mut session.parameters, body.parameters.map(Option::unwrap_or_default));
        set(&mut session.default_provider_id, body.default_provider_id);
        set(&mut session.default_model_id, body.default_model_id);
        set(&mut session.pinned, body.pinned);
        set(&mut session.archived, body.archived);
        set(&mut session.folder, body.folder);
        set(&mut session.tags, body.tags);
        set(&mut session.write_mode, body.write_mode);
        set(&mut session.agent_mode, body.agent_mode);
        let event = match only_filed {
            true => file_session(tx, session).await?,
            false => put_session(tx, session).await?,
        };
        Ok(vec![event])
    }

    fn answer(events: Vec<Event>) -> Option<Session> {
        session_in(events)
    }
}

/// Whether it says only where the session is kept.
fn files_only(body: &UpdateSession) -> bool {
    let UpdateSession { pinned, archived, folder, tags, .. } = body.clone();
    let filed = UpdateSession { pinned, archived, folder, tags, ..UpdateSession::default() };
    *body == filed && filed != UpdateSession::default()
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// The end of the branch that goes through `from`. Refused where nothing of it is left to be shown.
async fn shown_leaf(tx: &mut Tx<'_>, session: &SessionId, from: &MessageId) -> Decided<MessageId> {
    let missing = || refuse(EngineError::NotFound("message"));
    let leaf = tx.newest_leaf(session, from).await?.ok_or_else(missing)?;
    if leaf == *from && tx.message(session, from).await?.is_none_or(|leaf| leaf.deleted_at.is_some()) {
        return Err(refuse(EngineError::InvalidState(
            "This message is deleted, and nothing follows it. Choose another one, or take its deletion back.",
        )));
    }
    Ok(leaf)
}

/// Deletes a session; answers that wait are canceled. Refused as busy while one is being written: its driver has to
/// end it first.
#[derive(Clone)]
pub(crate) struct DeleteSession {
    pub(crate) session: SessionId,
    pub(crate) id: Option<ClientRequestId>,
}

impl Command for DeleteSession {
    type Answer = Session;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("delete", "", &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let Some(mut session) = tx.session(&self.session).await? else {
            return Err(refuse(EngineError::NotFound("session")));
        };
        if session.deleted_at.is_some() {
            // Deleting twice is fine, and says when it was deleted.
            return Ok(tx.state_of_session(&self.session).await?.into_iter().collect());
        }
        let open = tx.open_messages(Some(&self.session)).await?;
        if open.iter().any(|message| message.status == MessageStatus::Streaming) {
            return Err(refuse(EngineError::MessageBusy));
        }
        for message in open {
            cancel_answer(tx, message).await?;
        }
        session.activity = SessionActivity::Idle;
        session.deleted_at = Some(tx.now());
        Ok(vec![file_session(tx, session).await?])
    }

    fn answer(events: Vec<Event>) -> Option<Session> {
        session_in(events)
    }
}

pub(crate) struct RestoreSession {
    pub(crate) session: SessionId,
    pub(crate) id: Option<ClientRequestId>,
}

impl Command for RestoreSession {
    type Answer = Session;

    fn request(&self) -> (RequestScope, Option<ClientRequestId>) {
        (RequestScope::session(&self.session), self.id.clone())
    }

    fn text(&self) -> String {
        text("restore", "", &())
    }

    async fn decide(self, tx: &mut Tx<'_>) -> Decided<Vec<Event>> {
        let Some(mut session) = tx.session(&self.session).await? else {
            return Err(refuse(EngineError::NotFound("session")));
        };
        session.deleted_at = None;
        Ok(vec![file_session(tx, session).await?])
    }

    fn answer(events: Vec<Event>) -> Option<Session> {
        session_in(events)
    }
}

pub(super) fn check_title(title: Option<&str>) -> Result<(), EngineError> {
    match title.map(|title| title.chars().count()) {
        Some(length) if length > TITLE_MAX => Err(EngineError::invalid(
            "title",
            format!("The title has {length} characters; at most {TITLE_MAX} are taken."),
        )),
        _ => Ok(()),
    }
}

pub(super) fn check_system_prompt(prompt: Option<&str>) -> Result<(), EngineError> {
    match prompt.map(str::len) {
        Some(length) if length > SYSTEM_PROMPT_MAX => Err(EngineError::invalid(
            "systemPrompt",
            format!("The system prompt has {length} bytes; at most {SYSTEM_PROMPT_MAX} are taken."),
        )),
        _ => Ok(()),
    }
}

/// Refuses a persona that is not there.
async fn check_persona(tx: &mut Tx<'_>, id: Option<&str>) -> Decided<()> {
    let Some(id) = id else { return Ok(()) };
    let found = tx.preset(PresetKind::Persona, id).await?;
    if found.is_none_or(|persona| persona.deleted_at.is_some()) {
        let detail =
            "There is no such persona. It may have been deleted; choose another one, or null for none.";
        return Err(refuse(EngineError::invalid("personaId", detail)));
    }
    Ok(())
}

pub(super) fn check_labels(folder: Option<&str>, tags: Option<&[String]>) -> Result<(), EngineError> {
    let too_long = |label: &str| label.chars().count() > LABEL_MAX || label.trim().is_empty();
    if folder.is_some_and(too_long) {
        return Err(EngineError::invalid(
            "folder",
            format!("A folder's name has 1 to {LABEL_MAX} characters."),
        ));
    }
    let tags = tags.unwrap_or_default();
    if tags.len() > TAGS_MAX || tags.iter().any(|tag| too_long(tag)) {
        let detail = format!("At most {TAGS_MAX} tags of 1 to {LABEL_MAX} characters each are taken.");
        return Err(EngineError::invalid("tags", detail));
    }
    Ok(())
}
