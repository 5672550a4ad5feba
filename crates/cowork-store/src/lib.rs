//! Where things are kept: the log, the read models that are folded from it, blobs. The only crate that knows SQL.
//!
//! Start at [`open`]; then [`Writer`] (to the engine only) and [`Reader`] (to everybody else).
//! Always true: an event is committed before any reader sees it; a position never changes its meaning; read models
//! change only in the transaction that appends the event they follow from; a command's transaction is all or
//! nothing. Elsewhere: what is written and why (`cowork-engine`), how it travels (`cowork-server`).

mod attachments;
mod blobs;
mod checkpoint;
mod compaction;
mod data_dir;
mod error;
mod follow;
mod footprint;
mod labels;
mod ledger;
mod open;
mod preset;
mod projection;
mod reader;
mod request;
mod schema;
mod search;
mod sessions;
mod setup;
mod snapshot;
mod tail;
mod transaction;
mod tree;
mod vault;
mod writer;

pub use attachments::{NewAttachment, StoredAttachment, StoredText};
pub use blobs::{BlobError, BlobHash, Blobs, Held, Incoming};
pub use compaction::Purged;
pub use data_dir::DataDir;
pub use error::{OpenError, ReadError, StorageError, StorageFault};
pub use follow::{Follow, FollowItem, Scope, UnknownCursor};
pub use footprint::Footprint;
pub use ledger::{Entered, LedgerEntry, LedgerKey, LedgerQuery, LedgerSum, StoredOrigin};
pub use open::{OpenOptions, Opened, open};
pub use preset::{PutPreset, StoredPreset};
pub use reader::Reader;
pub use request::{Remembered, RequestScope};
pub use search::SearchQuery;
pub use sessions::SessionQuery;
pub use setup::{Setup, StoredProvider};
pub use snapshot::{Branch, ChatWindow};
pub use tail::LogEntry;
pub use transaction::{Transaction, Tx, TxError};
pub use vault::{Vault, VaultError};
pub use writer::{Delta, Outcome, Segment, TransactError, Writer, WriterTask};
