//! New ids: UUIDv7, so that their order is the order of creation.

use cowork_contract::{AttachmentId, MessageId, SessionId};
use uuid::Uuid;

pub(crate) fn session() -> SessionId {
    SessionId::new(Uuid::now_v7().to_string())
}

pub(crate) fn message() -> MessageId {
    MessageId::new(Uuid::now_v7().to_string())
}

pub(crate) fn attachment() -> AttachmentId {
    AttachmentId::new(Uuid::now_v7().to_string())
}

/// For a persona or a prompt.
pub(crate) fn preset() -> String {
    Uuid::now_v7().to_string()
}

/// For an entry of the ledger.
pub(crate) fn call() -> String {
    Uuid::now_v7().to_string()
}
