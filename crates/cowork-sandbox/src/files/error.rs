//! Why a folder can't be granted, or why something in it is not done.
//!
//! The texts are for people and models: they name the path as it is beneath the folder, and say what to do.

use std::{io, path::PathBuf};

use rustix::io::Errno;

use super::{
    limits::MAX_LINKS,
    metadata::FileKind,
    names::Secret,
    path::{PathError, RelPath},
    remove::Removed,
};

/// Why a folder can't be opened as a root.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// It is not written from `/` on, without `..`.
    #[error("{path} is not an absolute path without \"..\"; give the folder's whole path")]
    NotAbsolute {
        /// As it was given.
        path: PathBuf,
    },
    /// There is nothing.
    #[error("{path} does not exist; make the folder first or check how it is written")]
    NotFound {
        /// As it was given.
        path: PathBuf,
    },
    /// It is a file, or a link.
    #[error("{path} is a file or a link; give the folder itself, or the one that the link leads to")]
    NotADirectory {
        /// As it was given.
        path: PathBuf,
    },
    /// It lies in a protected folder, or has one in it.
    #[error("{path} is, lies in or holds {what}; give a folder of your own work")]
    Protected {
        /// As it was given.
        path: PathBuf,
        /// What is protected.
        what: Protected,
    },
    /// This system can't open files beneath a folder safely, so it is not done at all.
    #[error(
        "this system can't keep file tools inside a folder (openat2 is missing or forbidden; Linux 5.6 has it)"
    )]
    Unsupported,
    /// The system refused.
    #[error("could not open the folder {path}")]
    Io {
        /// As it was given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What no grant may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protected {
    /// A folder of the operating system.
    System,
    /// The server's own data.
    OwnData,
}

impl std::fmt::Display for Protected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::System => "a folder of the operating system",
            Self::OwnData => "Cowork's own data",
        })
    }
}

/// Why something beneath a root is not done. But for [`Partly`](Self::Partly) and [`NotDurable`](Self::NotDurable),
/// nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A name that was found or made is none a path can have.
    #[error(transparent)]
    Path(#[from] PathError),
    /// There is nothing at this path.
    #[error("{path} does not exist; list its folder to see what does")]
    NotFound {
        /// Where.
        path: RelPath,
    },
    /// Something is there, and it was not to be replaced.
    #[error("{path} exists already; choose another name, or change what is there")]
    AlreadyExists {
        /// Where.
        path: RelPath,
    },
    /// It is no regular file.
    #[error("{path} is {kind}, not a file")]
    NotAFile {
        /// Where.
        path: RelPath,
        /// What it is.
        kind: FileKind,
    },
    /// It, or something on the way to it, is no directory.
    #[error("{path} is not a folder, or something on the way to it is none")]
    NotADirectory {
        /// Where.
        path: RelPath,
    },
    /// There is still something in it.
    #[error("the folder {path} is not empty; remove what is in it, or the whole tree")]
    NotEmpty {
        /// Where.
        path: RelPath,
    },
    /// Following its links leads out of the folder.
    #[error("{path} leads out of the granted folder by a link; grant the folder that it leads to")]
    Escapes {
        /// As it was asked for.
        path: RelPath,
    },
    /// Its links lead to each other.
    #[error("{path} leads over more than {MAX_LINKS} links; mend the links")]
    TooManyLinks {
        /// As it was asked for.
        path: RelPath,
    },
    /// The tree or the file is not what it was when it was looked at.
    #[error("{path} was changed meanwhile; look at it again, then repeat")]
    Changed {
        /// Where.
        path: RelPath,
    },
    /// It may hold a secret, and nobody allowed it by name.
    #[error("{path} may hold a secret ({what}), so it is closed unless a rule of the policy names it")]
    Secret {
        /// Where.
        path: RelPath,
        /// Of which kind.
        what: Secret,
    },
    /// It is git's own.
    #[error("{path} belongs to git, and is changed by git commands only")]
    Git {
        /// Where.
        path: RelPath,
    },
    /// The name is one that unfinished writes have.
    #[error("{path} has a name that Cowork keeps for unfinished writes; choose another one")]
    Reserved {
        /// Where.
        path: RelPath,
    },
    /// The granted folder itself was to be changed.
    #[error("the granted folder itself can't be made, replaced, renamed or removed; name something in it")]
    FolderItself,
    /// The path was resolved beneath another root.
    #[error("{path} is in another granted folder; nothing is moved or reached across granted folders")]
    OtherRoot {
        /// Where.
        path: RelPath,
    },
    /// A folder was to go into itself.
    #[error("the folder {path} can't be moved into itself; choose another place")]
    IntoItself {
        /// Where.
        path: RelPath,
    },
    /// More bytes than the caller or the limits take.
    #[error("{path} has {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// Where.
        path: RelPath,
        /// How many there are, as far as they were counted.
        bytes: u64,
        /// How many may be.
        limit: u64,
    },
    /// More entries than the caller or the limits take.
    #[error("{path} has more than {limit} entries; take a part of it")]
    TooMany {
        /// Where.
        path: RelPath,
        /// How many may be.
        limit: usize,
    },
    /// Part of a tree can't be looked at or named, so it is not removed.
    #[error(
        "a part of {path} can't be opened or named (not UTF-8, too deep or too long); do it by other means"
    )]
    Unreachable {
        /// Where.
        path: RelPath,
    },
    /// The person that runs Cowork may not do this.
    #[error("the system does not allow it for {path}; check its permissions")]
    Denied {
        /// Where.
        path: RelPath,
    },
    /// The file system can only be read.
    #[error("{path} is on a file system that can only be read")]
    ReadOnlyFileSystem {
        /// Where.
        path: RelPath,
    },
    /// The file is marked as read-only.
    #[error("{path} is read-only; make it writable first if it is to change")]
    ReadOnly {
        /// Where.
        path: RelPath,
    },
    /// The disk or the quota is full.
    #[error("there is no space left for {path}; make room and repeat")]
    NoSpace {
        /// Where.
        path: RelPath,
    },
    /// Source and target are on different file systems.
    #[error("{path} is on another file system than its target; copy it and remove it instead")]
    OtherFileSystem {
        /// Where.
        path: RelPath,
    },
    /// The file system can't do it in one step that replaces nothing.
    #[error("the file system of {path} can't name a file without the risk of replacing another one")]
    NoSafeRename {
        /// Where.
        path: RelPath,
    },
    /// A tree was removed in part.
    #[error("{removed} removed, then {path} could not be; the rest is still there")]
    Partly {
        /// What was removed.
        removed: Removed,
        /// Where it ended.
        path: RelPath,
        /// Why.
        source: Box<FileError>,
    },
    /// It was done, but the disk did not confirm it.
    #[error("{path} was changed, but may be as before after a power cut: the disk did not confirm it")]
    NotDurable {
        /// Where.
        path: RelPath,
        /// What the system said.
        source: io::Error,
    },
    /// Anything else the system says.
    #[error("could not reach {path}")]
    Io {
        /// Where.
        path: RelPath,
        /// What the system said.
        source: io::Error,
    },
}

impl FileError {
    /// What an answer of the system at `path` means.
    pub(super) fn of(errno: Errno, path: &RelPath) -> Self {
        let path = path.clone();
        match errno {
            Errno::NOENT => Self::NotFound { path },
            Errno::EXIST => Self::AlreadyExists { path },
            Errno::NOTDIR => Self::NotADirectory { path },
            Errno::ISDIR => Self::NotAFile { path, kind: FileKind::Directory },
            // A FIFO that nobody reads, a socket, a device without its hardware.
            Errno::NXIO | Errno::NODEV => Self::NotAFile { path, kind: FileKind::Special },
            Errno::NOTEMPTY => Self::NotEmpty { path },
            // The path was free of links when it was resolved. AGAIN: renames all around, or somebody holds a lease.
            Errno::LOOP | Errno::AGAIN => Self::Changed { path },
            Errno::XDEV => Self::Escapes { path },
            Errno::ACCESS | Errno::PERM => Self::Denied { path },
            Errno::ROFS => Self::ReadOnlyFileSystem { path },
            Errno::NOSPC | Errno::DQUOT => Self::NoSpace { path },
            errno => Self::Io { path, source: errno.into() },
        }
    }

    pub(super) fn of_io(error: io::Error, path: &RelPath) -> Self {
        match Errno::from_io_error(&error) {
            Some(errno) => Self::of(errno, path),
            None => Self::Io { path: path.clone(), source: error },
        }
    }
}
