//! Why a command was refused: each variant is a different thing for the caller to do.

use cowork_contract::{CONTENT_MAX, ErrorCode, Problem};
use cowork_store::{BlobError, ReadError, StorageError, StorageFault, TransactError, VaultError};

/// Why a command was refused. Nothing of it was done.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// There is no such thing.
    #[error("There is no such {0}. It may have been deleted, or the id is wrong.")]
    NotFound(&'static str),
    /// A field is not acceptable.
    #[error("{detail}")]
    Invalid {
        /// The field's name on the wire.
        field: &'static str,
        /// What is wrong and what to send instead.
        detail: String,
    },
    /// The `client_request_id` was used for something else.
    #[error("This client_request_id was already used with other fields. Use a new id for a new command.")]
    IdempotencyConflict,
    /// The message is being answered.
    #[error("This message is being written right now. Stop it first, or wait until it is done.")]
    MessageBusy,
    /// The state does not allow it.
    #[error("{0}")]
    InvalidState(&'static str),
    /// Something runs in the session that has to end first.
    #[error(
        "An answer is being written or waits here, or a summary is being made. Wait until it is done, or stop it first."
    )]
    SessionBusy,
    /// Nothing would be gained by a summary.
    #[error("{0}")]
    NothingToCompact(&'static str),
    /// The configuration file or the environment sets it.
    #[error("{detail}")]
    Locked {
        /// The field's name on the wire. `None`: the whole thing.
        field: Option<&'static str>,
        /// Where it is set and what to do.
        detail: String,
    },
    /// Another provider has this id.
    #[error("There is a provider {0:?} already. Choose another id, or change that one.")]
    IdTaken(String),
    /// Another persona or prompt has this name.
    #[error("There is a {kind} called {name:?} already. Choose another name, or change that one.")]
    NameTaken {
        /// Of which kind.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A key can't be kept.
    #[error("The key was not kept: {0}.")]
    Vault(#[from] VaultError),
    /// Too many answers wait.
    #[error("{limit} messages wait in this session already. Wait until some are answered, or drop some.")]
    QueueFull {
        /// How many may wait.
        limit: u32,
    },
    /// One file is larger than allowed.
    #[error("The file is larger than {} MB, which is the most one file may have. Attach a smaller one.", .limit >> 20)]
    AttachmentTooLarge {
        /// Bytes of one file.
        limit: u64,
    },
    /// The session has no room for it.
    #[error(
        "The files of this session would take more than {} MB, which is the most. Remove some, or attach it in a new chat.",
        .limit >> 20
    )]
    AttachmentSpaceFull {
        /// Bytes of all files of a session.
        limit: u64,
    },
    /// Too many files with one message.
    #[error("A message takes at most {limit} files. Remove some, or send them in parts.")]
    TooManyAttachments {
        /// Files of one message.
        limit: u32,
    },
    /// The file is none that can be attached.
    #[error("{0}")]
    AttachmentRefused(String),
    /// The bytes of a file could not be kept or read.
    #[error("The file's bytes can't be kept or read: {0}.")]
    Blob(#[from] BlobError),
    /// The provider or model can't be asked.
    #[error("{0}")]
    ModelUnavailable(String),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The engine is going down.
    #[error("The server is going down. Try again once it runs.")]
    ShuttingDown,
}

impl EngineError {
    pub(crate) fn invalid(field: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid { field, detail: detail.into() }
    }

    pub(crate) fn locked(field: Option<&'static str>, detail: impl Into<String>) -> Self {
        Self::Locked { field, detail: detail.into() }
    }

    pub(crate) fn check_content(content: &str) -> Result<(), Self> {
        if content.trim().is_empty() {
            return Err(Self::invalid("content", "The message is empty. Write something first."));
        }
        if content.len() > CONTENT_MAX {
            let detail = format!(
                "The message has {} bytes; at most {CONTENT_MAX} are taken. Shorten it or send it in parts.",
                content.len()
            );
            return Err(Self::invalid("content", detail));
        }
        Ok(())
    }

    /// The refusal as it travels.
    pub fn problem(&self) -> Problem {
        let code = match self {
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::Invalid { .. } => ErrorCode::InvalidRequest,
            Self::IdempotencyConflict => ErrorCode::IdempotencyConflict,
            Self::MessageBusy => ErrorCode::MessageBusy,
            Self::InvalidState(_) => ErrorCode::InvalidState,
            Self::SessionBusy => ErrorCode::SessionBusy,
            Self::NothingToCompact(_) => ErrorCode::NothingToCompact,
            Self::Locked { .. } => ErrorCode::Locked,
            Self::IdTaken(_) => ErrorCode::IdTaken,
            Self::NameTaken { .. } => ErrorCode::NameTaken,
            Self::Vault(_) => ErrorCode::StorageFailed,
            Self::QueueFull { .. } => ErrorCode::QueueFull,
            Self::AttachmentTooLarge { .. } => ErrorCode::AttachmentTooLarge,
            Self::AttachmentSpaceFull { .. } => ErrorCode::AttachmentSpaceFull,
            Self::TooManyAttachments { .. } => ErrorCode::TooManyAttachments,
            Self::AttachmentRefused(_) => ErrorCode::AttachmentRefused,
            Self::Blob(error) => code_of(error),
            Self::ModelUnavailable(_) => ErrorCode::ModelUnavailable,
            Self::Storage(error) => match error.fault {
                StorageFault::Full => ErrorCode::StorageFull,
                StorageFault::ReadOnly => ErrorCode::StorageReadOnly,
                StorageFault::Locked => ErrorCode::StorageLocked,
                StorageFault::Constraint | StorageFault::Failed => ErrorCode::StorageFailed,
            },
            Self::ShuttingDown => ErrorCode::ShuttingDown,
        };
        let mut problem = Problem::new(code, self.to_string());
        match self {
            Self::Invalid { field, .. } => problem.field = Some((*field).to_owned()),
            Self::Locked { field, .. } => problem.field = field.map(str::to_owned),
            Self::IdTaken(_) => problem.field = Some("id".to_owned()),
            Self::NameTaken { .. } => problem.field = Some("name".to_owned()),
            Self::IdempotencyConflict => problem.field = Some("client_request_id".to_owned()),
            Self::Storage(_) => problem.retry_after_ms = Some(2_000),
            Self::AttachmentTooLarge { limit } | Self::AttachmentSpaceFull { limit } => {
                problem.limit = Some(*limit);
            }
            Self::TooManyAttachments { limit } => problem.limit = Some(u64::from(*limit)),
            _ => {}
        }
        problem
    }
}

fn code_of(error: &BlobError) -> ErrorCode {
    use std::io::ErrorKind;
    match error {
        BlobError::Missing(_) => ErrorCode::NotFound,
        BlobError::Damaged(_) => ErrorCode::StorageFailed,
        BlobError::Io(cause) => match cause.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ErrorCode::StorageFull,
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => ErrorCode::StorageReadOnly,
            _ => ErrorCode::StorageFailed,
        },
    }
}

impl From<TransactError<EngineError>> for EngineError {
    fn from(error: TransactError<EngineError>) -> Self {
        match error {
            TransactError::Refused(refusal) => refusal,
            TransactError::Storage(error) => Self::Storage(error),
            TransactError::Closed => Self::ShuttingDown,
        }
    }
}

impl From<ReadError> for EngineError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Storage(error) => Self::Storage(error),
            ReadError::BadCursor => Self::invalid("cursor", error.to_string()),
        }
    }
}
