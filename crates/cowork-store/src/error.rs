//! Why storage refused: told apart by what the caller can do about it.

use std::path::PathBuf;

/// What kind of trouble the database is in; each kind has its own remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StorageFault {
    /// No room on the disk.
    Full,
    /// The file or folder can't be written.
    ReadOnly,
    /// Another program holds the database.
    Locked,
    /// A rule of the schema was broken: a fault of ours, of this one command only.
    Constraint,
    /// Anything else.
    Failed,
}

impl StorageFault {
    /// Its name in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::ReadOnly => "read_only",
            Self::Locked => "locked",
            Self::Constraint => "constraint",
            Self::Failed => "failed",
        }
    }
}

/// A read or write that did not happen. Nothing of it is half-done.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct StorageError {
    /// What kind of trouble.
    pub fault: StorageFault,
    /// The database's own words, for logs.
    pub cause: String,
}

impl StorageError {
    /// A fault with its cause.
    pub fn new(fault: StorageFault, cause: impl Into<String>) -> Self {
        Self { fault, cause: cause.into() }
    }

    fn sentence(&self) -> &'static str {
        match self.fault {
            StorageFault::Full => "The disk is full: nothing was written. Free some space, then try again.",
            StorageFault::ReadOnly => {
                "The data folder can't be written: nothing was changed. Check its permissions and the disk."
            }
            StorageFault::Locked => {
                "Another program holds the database: nothing was changed. Close it (a backup or a database browser, \
                 perhaps), then try again."
            }
            StorageFault::Constraint | StorageFault::Failed => {
                "The database failed: nothing was changed. See the log."
            }
        }
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        let fault = match &error {
            sqlx::Error::Database(database) => database
                .code()
                .and_then(|code| code.parse::<i64>().ok())
                .map_or(StorageFault::Failed, |code| fault_of(code & 0xff)),
            _ => StorageFault::Failed,
        };
        Self { fault, cause: error.to_string() }
    }
}

/// SQLite's primary result codes.
fn fault_of(code: i64) -> StorageFault {
    match code {
        5 | 6 => StorageFault::Locked,
        8 | 14 => StorageFault::ReadOnly,
        13 => StorageFault::Full,
        19 => StorageFault::Constraint,
        _ => StorageFault::Failed,
    }
}

/// A stored JSON text that this build can't read: a fault of ours or a damaged file.
impl From<serde_json::Error> for StorageError {
    fn from(error: serde_json::Error) -> Self {
        Self::new(StorageFault::Failed, format!("stored JSON can't be read: {error}"))
    }
}

/// Why a read gave nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The cursor of a list is not one that was handed out.
    #[error("The cursor is not one that this list gave. Start again without it.")]
    BadCursor,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for ReadError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Why the data folder could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A server runs on it.
    #[error(
        "Another Cowork{} runs on {}. Use that one, stop it, or choose another folder with --data-dir.",
        process(*.pid), .path.display()
    )]
    Locked {
        /// The data folder.
        path: PathBuf,
        /// The process that holds it, if it said so.
        pid: Option<u32>,
    },
    /// The folder can't be made or written.
    #[error("The data folder {} can't be used: {source}. Check its permissions, or choose another with --data-dir.", .path.display())]
    NotWritable {
        /// The data folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A newer Cowork wrote it.
    #[error("The data folder {} was written by a newer Cowork (schema {found}, this one knows {known}). Update Cowork; nothing was changed.", .path.display())]
    TooNew {
        /// The data folder.
        path: PathBuf,
        /// The schema that was found.
        found: i64,
        /// The newest schema this build knows.
        known: i64,
    },
    /// The database could not be migrated.
    #[error("The database could not be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database failed.
    #[error("The database could not be opened: {0}")]
    Storage(#[from] StorageError),
}

fn process(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}
