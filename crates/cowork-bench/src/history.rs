//! Long conversations, ready to be imported.

use bytes::Bytes;
use cowork_contract::{
    ChatMessage, EXPORT_VERSION, MessageId, MessageMetadata, MessageRole, MessageStatus, Session,
    SessionActivity, SessionExport, SessionId,
};

const BEGAN: i64 = 1_750_000_000_000;

/// The export of a session with so many messages of about 200 bytes, by turns of the person and the model.
pub(crate) fn export(messages: usize) -> anyhow::Result<Bytes> {
    export_of(messages, |_| None)
}

/// The same with other texts, where `text` gives one for the number of a message.
pub(crate) fn export_of(
    messages: usize,
    mut text: impl FnMut(usize) -> Option<String>,
) -> anyhow::Result<Bytes> {
    let id = SessionId::new(format!("history-of-{messages}"));
    let export = SessionExport {
        format: "cowork.session".to_owned(),
        version: EXPORT_VERSION,
        exported_at: BEGAN,
        session: session(&id, messages),
        messages: (0..messages)
            .map(|number| {
                let message = message(&id, number);
                let content = text(number).unwrap_or_else(|| message.content.clone());
                ChatMessage { content, ..message }
            })
            .collect(),
        revisions: Vec::new(),
        attachments: Vec::new(),
    };
    Ok(serde_json::to_vec(&export)?.into())
}

fn session(id: &SessionId, messages: usize) -> Session {
    Session {
        compacting: None,
        id: id.clone(),
        title: format!("{messages} messages"),
        created_at: BEGAN,
        updated_at: BEGAN,
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
        active_leaf_id: messages.checked_sub(1).map(message_id),
        message_count: u32::try_from(messages).unwrap_or(u32::MAX),
        last_event_id: 0,
        write_mode: Default::default(),
        agent_mode: Default::default(),
        activity: SessionActivity::Idle,
        title_by_hand: true,
        forked_from: None,
        deleted_at: None,
    }
}

fn message(session: &SessionId, number: usize) -> ChatMessage {
    let at = BEGAN + i64::try_from(number).unwrap_or_default();
    let role = if number.is_multiple_of(2) { MessageRole::User } else { MessageRole::Assistant };
    ChatMessage {
        id: message_id(number),
        session_id: session.clone(),
        role,
        content: format!(
            "Message {number}. It has about as many words as people and models say in one go when they talk, \
             some of them in **bold**, and a line\nbreak, so that it is neither the shortest nor the longest text."
        ),
        created_at: at,
        status: MessageStatus::Done,
        model_id: None,
        provider_id: None,
        fallback_notice: None,
        parent_id: number.checked_sub(1).map(message_id),
        attachments: Vec::new(),
        task_id: None,
        metadata: MessageMetadata::default(),
        updated_at: at,
        revision: 1,
        reasoning: None,
        error: None,
        usage: None,
        telemetry: None,
        client_request_id: None,
        deleted_at: None,
    }
}

fn message_id(number: usize) -> MessageId {
    MessageId::new(format!("0190a1b2-c3d4-7000-8000-{number:012}"))
}
