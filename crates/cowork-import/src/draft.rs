//! A conversation of another program on its way to a session: messages with the source's own ids in, a session that
//! hangs together out.
//!
//! Always true: a message whose parent does not come over follows the nearest earlier one that does; a parent stands
//! before its child in time and id; ids follow from the fingerprint, so the same conversation has the same ones.

use std::collections::{BTreeMap, HashMap};

use cowork_contract::{
    ChatMessage, EXPORT_VERSION, ImportFormat, LeftOut, LeftOutKind, MessageId, MessageMetadata, MessageRole,
    MessageStatus, Session, SessionActivity, SessionExport, SessionId, TITLE_MAX, Timestamp,
};
use sha2::{Digest as _, Sha256};
use uuid::Builder;

use crate::Conversation;

/// A conversation as its source tells it.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) source_id: String,
    pub(crate) title: String,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) updated_at: Option<Timestamp>,
    pub(crate) pinned: bool,
    pub(crate) archived: bool,
    pub(crate) system_prompt: Option<String>,
    /// The source's id of the last message that was shown.
    pub(crate) leaf: Option<String>,
    /// In the order in which branches of one parent stand beside each other.
    pub(crate) nodes: Vec<Node>,
    pub(crate) left_out: BTreeMap<LeftOutKind, u32>,
}

/// A place in the source's tree.
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) parent: Option<String>,
    /// `None`: nothing of it comes over, but others follow it.
    pub(crate) message: Option<Said>,
}

/// What is said at a place.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) by_person: bool,
    pub(crate) text: String,
    pub(crate) reasoning: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) at: Option<Timestamp>,
    /// It was stopped before its end.
    pub(crate) stopped: bool,
}

/// At most as long as titles may be, on one line.
pub(crate) fn title(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    line.join(" ").chars().take(TITLE_MAX).collect()
}

impl Draft {
    pub(crate) fn leave_out(&mut self, kind: LeftOutKind) {
        let count = self.left_out.entry(kind).or_default();
        *count = count.saturating_add(1);
    }

    /// The session. An error is for people.
    pub(crate) fn finish(mut self, format: ImportFormat) -> Result<Conversation, String> {
        let order = self.in_order();
        let fingerprint = self.fingerprint(format);
        let leaf = self.leaf_of(&order, fingerprint);
        let messages = self.messages(&order, fingerprint);
        let Some(last) = messages.last() else { return Err(self.nothing()) };
        let leaf = leaf.or_else(|| Some(last.id.clone()));
        let created_at = self.created_at.or_else(|| messages.first().map(|first| first.created_at));
        let created_at = created_at.unwrap_or_default();
        let id = SessionId::new(uuid_of(fingerprint, u32::MAX));
        let session = Session {
            id,
            title: title(&self.title),
            created_at,
            updated_at: self.updated_at.unwrap_or(created_at).max(created_at),
            mode: Default::default(),
            system_prompt: self.system_prompt,
            persona_id: None,
            parameters: Default::default(),
            // Which of the providers here could stand for the other program's is for the person to say.
            default_model_id: None,
            default_provider_id: None,
            pinned: self.pinned,
            archived: self.archived,
            folder: None,
            tags: Vec::new(),
            active_leaf_id: leaf,
            message_count: u32::try_from(messages.len()).unwrap_or(u32::MAX),
            last_event_id: Default::default(),
            write_mode: Default::default(),
            agent_mode: Default::default(),
            activity: SessionActivity::Idle,
            title_by_hand: !self.title.trim().is_empty(),
            forked_from: None,
            compacting: None,
            deleted_at: None,
        };
        let export = SessionExport {
            format: "cowork.session".to_owned(),
            version: EXPORT_VERSION,
            exported_at: session.updated_at,
            session,
            messages,
            revisions: Vec::new(),
            attachments: Vec::new(),
        };
        let left_out = self.left_out.into_iter().map(|(kind, count)| LeftOut { kind, count }).collect();
        Ok(Conversation { format, export, fingerprint, left_out })
    }

    /// Where each node stands: after its parent, beside its siblings in the source's order. Rings and doubles are
    /// left out.
    fn in_order(&mut self) -> Vec<usize> {
        let mut places = HashMap::with_capacity(self.nodes.len());
        let mut real = Vec::with_capacity(self.nodes.len());
        for (place, node) in self.nodes.iter().enumerate() {
            let first = *places.entry(node.id.as_str()).or_insert(place) == place;
            real.push(first);
        }
        let mut children: Vec<Vec<usize>> = self.nodes.iter().map(|_| Vec::new()).collect();
        let mut open = Vec::new();
        for (place, node) in self.nodes.iter().enumerate().filter(|(place, _)| real[*place]) {
            match node.parent.as_deref().and_then(|parent| places.get(parent)) {
                Some(parent) => children[*parent].push(place),
                None => open.push(place),
            }
        }
        open.reverse();
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(place) = open.pop() {
            order.push(place);
            open.extend(children[place].iter().rev());
        }
        let broken = self.nodes.len() - order.len();
        for _ in 0..broken {
            self.leave_out(LeftOutKind::BrokenLinks);
        }
        order
    }

    /// Of the source's id and of all that is said, with its place.
    fn fingerprint(&self, format: ImportFormat) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        add(&format!("{format:?}"));
        add(&self.source_id);
        for node in &self.nodes {
            let Some(said) = &node.message else { continue };
            add(&node.id);
            add(node.parent.as_deref().unwrap_or_default());
            add(&said.text);
            add(said.reasoning.as_deref().unwrap_or_default());
        }
        hash.finalize().into()
    }

    fn messages(&mut self, order: &[usize], fingerprint: [u8; 32]) -> Vec<ChatMessage> {
        let session_id = SessionId::new(uuid_of(fingerprint, u32::MAX));
        let start = self.created_at.unwrap_or_default();
        // Where the children of a place hang: the nearest message at or above it, and that one's time.
        let mut hangs: HashMap<String, (Option<MessageId>, Timestamp)> = HashMap::with_capacity(order.len());
        let mut messages = Vec::with_capacity(order.len());
        for (index, place) in order.iter().enumerate() {
            let node = &mut self.nodes[*place];
            let above = node.parent.as_ref().and_then(|parent| hangs.get(parent)).cloned();
            let (parent_id, above_at) = above.unwrap_or((None, start));
            let Some(said) = node.message.take() else {
                hangs.insert(node.id.clone(), (parent_id, above_at));
                continue;
            };
            let id = message_id(fingerprint, index);
            let at = said.at.unwrap_or(above_at).max(above_at);
            hangs.insert(node.id.clone(), (Some(id.clone()), at));
            messages.push(ChatMessage {
                id,
                session_id: session_id.clone(),
                role: if said.by_person { MessageRole::User } else { MessageRole::Assistant },
                content: said.text,
                created_at: at,
                status: if said.stopped { MessageStatus::Canceled } else { MessageStatus::Done },
                model_id: said.model,
                provider_id: None,
                fallback_notice: None,
                parent_id,
                attachments: Vec::new(),
                task_id: None,
                metadata: MessageMetadata::default(),
                updated_at: at,
                revision: 1,
                reasoning: said.reasoning,
                error: None,
                usage: None,
                telemetry: None,
                client_request_id: None,
                deleted_at: None,
            });
        }
        messages.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        messages
    }

    /// The message shown last: at the source's leaf, or the nearest above it that came over.
    fn leaf_of(&self, order: &[usize], fingerprint: [u8; 32]) -> Option<MessageId> {
        let places: HashMap<&str, usize> =
            order.iter().enumerate().map(|(index, place)| (self.nodes[*place].id.as_str(), index)).collect();
        let mut at = self.leaf.as_deref();
        for _ in 0..=order.len() {
            let index = *places.get(at?)?;
            let node = &self.nodes[order[index]];
            if node.message.is_some() {
                return Some(message_id(fingerprint, index));
            }
            at = node.parent.as_deref();
        }
        None
    }

    fn nothing(&self) -> String {
        if self.left_out.is_empty() {
            return "It holds no message.".to_owned();
        }
        "None of its messages has text that can be taken over.".to_owned()
    }
}

/// In the order of the places.
fn message_id(fingerprint: [u8; 32], index: usize) -> MessageId {
    MessageId::new(uuid_of(fingerprint, u32::try_from(index).unwrap_or(u32::MAX - 1)))
}

/// A UUID (version 8, RFC 9562) that sorts by `number` within one fingerprint.
fn uuid_of(fingerprint: [u8; 32], number: u32) -> String {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes[4..].copy_from_slice(&fingerprint[..12]);
    Builder::from_custom_bytes(bytes).into_uuid().to_string()
}
