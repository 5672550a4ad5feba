//! Files beneath a granted folder: read, listed, searched, written, made, removed and renamed, and nothing outside it.
//!
//! Start at [`Root`], the open handle of a granted folder. [`RelPath`] is a path in it as somebody wrote it;
//! [`Root::resolve`] follows its links and gives a [`ResolvedPath`], which is what a policy judges and what every
//! operation takes.
//! Always true: an operation follows no link at all, so what was judged is what is opened, or it fails with
//! [`FileError::Changed`]; links are read by `resolve` alone, which opens no file. Only regular files and directories are
//! opened, and never so that opening waits. A file's content changes as a whole or not at all. Secrets need
//! [`ResolvedPath::allow_secret`]; nothing changes below `.git`. Whatever is read, listed or removed has a limit
//! ([`limits`]).
//! Everything here blocks: async callers use `spawn_blocking`. A file system that is served by a process or over a network
//! can make any call wait for as long as it likes.
//! Elsewhere: grants and their rights, ignore files, search in content, diffs (`cowork-tools` and the engine).

mod beneath;
mod draft;
mod error;
pub mod limits;
mod list;
mod metadata;
mod names;
mod path;
mod read;
mod remove;
mod rename;
mod resolve;
mod root;
mod text;
mod walk;
mod write;

#[cfg(test)]
mod tests;

pub use error::{FileError, Protected, RootError};
pub use list::{Entry, Listing};
pub use metadata::{FileKind, FileVersion, Metadata};
pub use names::{Secret, is_hidden, secret_in};
pub use path::{PathError, RelPath};
pub use read::FileBytes;
pub use remove::Removed;
pub use rename::Existing;
pub use resolve::ResolvedPath;
pub use root::Root;
pub use text::{Content, Encoding, LineEnds, Text, TextFormat};
pub use walk::{Cut, Flow, WalkEntry, Walked};
