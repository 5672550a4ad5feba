//! Content that is being written: a file beside its target, which takes the target's place in one step or goes away.
//!
//! A draft is locked as long as its writer lives, so what a crash left behind is told from what is being written.

use std::{
    fs::File,
    io::{self, Write as _},
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
};

use rustix::{
    fs::{
        AtFlags, FlockOperation, Gid, Mode, OFlags, RenameFlags, Uid, fchmod, fchown, flock, fstat, fsync,
        renameat, renameat_with, statat, unlinkat,
    },
    io::Errno,
};

use super::{
    beneath::open_in,
    error::FileError,
    limits::MAX_TRIES,
    metadata::{FileKind, FileVersion, Metadata},
    names::DRAFT_PREFIX,
    path::RelPath,
};

/// Content on disk that has no name of its own yet.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    parent: BorrowedFd<'a>,
    name: String,
    file: File,
    placed: bool,
}

/// Whose file it becomes and who may do what with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rights {
    pub(super) mode: Mode,
    /// `None`: ours, as the system gives it to new files.
    pub(super) owner: Option<(Uid, Gid)>,
}

impl Rights {
    /// For the person that runs Cowork alone.
    pub(super) const PRIVATE: Self = Self { mode: Mode::RUSR.union(Mode::WUSR), owner: None };
}

impl<'a> Draft<'a> {
    /// Writes and syncs `bytes` beside where they belong.
    pub(super) fn write(parent: BorrowedFd<'a>, bytes: &[u8], rights: Rights) -> io::Result<Self> {
        let mut draft = Self::begin(parent)?;
        draft.file.write_all(bytes)?;
        if let Some((user, group)) = rights.owner {
            // Kept where we may: only root gives files away, but a group of ours can be kept by anybody.
            let _ = fchown(&draft.file, Some(user), Some(group))
                .or_else(|_| fchown(&draft.file, None, Some(group)));
        }
        fchmod(&draft.file, rights.mode)?;
        draft.file.sync_all()?;
        Ok(draft)
    }

    fn begin(parent: BorrowedFd<'a>) -> io::Result<Self> {
        for _ in 0..MAX_TRIES {
            let name = format!("{DRAFT_PREFIX}{:016x}", getrandom::u64().map_err(io::Error::other)?);
            let handle = match open_in(parent, &name, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL) {
                Err(Errno::EXIST) => continue,
                opened => opened?,
            };
            let draft = Self { parent, name, file: File::from(handle), placed: false };
            // Between making and locking it, somebody may have taken it for a leftover.
            let locked = flock(&draft.file, FlockOperation::NonBlockingLockExclusive);
            if locked != Err(Errno::WOULDBLOCK) && fstat(&draft.file)?.st_nlink > 0 {
                return Ok(draft);
            }
        }
        Err(Errno::AGAIN.into())
    }

    #[cfg(test)]
    pub(super) fn is_on_disk(&self) -> bool {
        statat(self.parent, self.name.as_str(), AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Gives the content the name `name`, which nothing may have. Lasts once the folder is synced.
    pub(super) fn place_new(&mut self, name: &str) -> Result<Metadata, Errno> {
        renameat_with(self.parent, self.name.as_str(), self.parent, name, RenameFlags::NOREPLACE)?;
        self.placed = true;
        // Of the file itself, whatever becomes of its name.
        Ok(Metadata::of(&fstat(&self.file)?))
    }

    /// Puts the content in the place of what has the name `name`, if that is in the state `expected`, else fails with
    /// `AGAIN`. Lasts once the folder is synced.
    ///
    /// Whoever wrote while the draft was written keeps what they wrote; between this look and the rename lies no more
    /// than two calls to the system.
    pub(super) fn replace(&mut self, name: &str, expected: &FileVersion) -> Result<Metadata, Errno> {
        let now = statat(self.parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if Metadata::of(&now).version != *expected {
            return Err(Errno::AGAIN);
        }
        renameat(self.parent, self.name.as_str(), self.parent, name)?;
        self.placed = true;
        // Of the file itself, whatever becomes of its name.
        Ok(Metadata::of(&fstat(&self.file)?))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.placed {
            // If this fails it is a leftover, and goes with the next clearing.
            let _ = unlinkat(self.parent, self.name.as_str(), AtFlags::empty());
        }
    }
}

/// Makes what happened at `path`, a name in this folder, last.
pub(super) fn sync_folder(folder: &OwnedFd, path: &RelPath) -> Result<(), FileError> {
    match fsync(folder) {
        // Some file systems have nothing to sync here.
        Ok(()) | Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
        Err(errno) => Err(FileError::NotDurable { path: path.clone(), source: errno.into() }),
    }
}

/// Removes `name` from `parent` if it is a draft that nobody writes any more. Says whether it did.
pub(super) fn remove_leftover(parent: &OwnedFd, name: &str) -> Result<bool, Errno> {
    let handle = open_in(parent.as_fd(), name, OFlags::RDONLY)?;
    if FileKind::of(&fstat(&handle)?) != FileKind::File {
        return Ok(false); // not ours
    }
    if flock(&handle, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Ok(false); // its writer lives, or nobody can know
    }
    unlinkat(parent, name, AtFlags::empty())?;
    Ok(true)
}
