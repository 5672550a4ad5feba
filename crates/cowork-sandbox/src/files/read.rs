//! Reads files, whole and up to a limit.

use std::{
    fs::File,
    io::{self, Read as _},
    os::fd::{AsFd as _, OwnedFd},
};

use rustix::fs::{AtFlags, OFlags, fstat, statat};

use super::{
    beneath::open_in,
    error::FileError,
    limits::MAX_READ_BYTES,
    metadata::{FileKind, Metadata},
    path::RelPath,
    resolve::ResolvedPath,
    root::{Access, Root},
    text::Content,
};

/// A file's content with its state at that time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileBytes {
    /// The whole content.
    pub bytes: Vec<u8>,
    /// The file as it was when its content had been read.
    pub metadata: Metadata,
}

impl Root {
    /// Reads a file of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// It is no regular file, too large, a secret, or changed while it was read.
    pub fn read(&self, at: &ResolvedPath, limit: u64) -> Result<FileBytes, FileError> {
        let path = self.admit(at, Access::Read)?;
        let (parent, name) = path
            .split_last()
            .ok_or_else(|| FileError::NotAFile { path: path.clone(), kind: FileKind::Directory })?;
        let parent = self.open_parent(&parent)?;
        let (mut file, before) = open_file(&parent, name, path, OFlags::RDONLY)?;
        let limit = limit.min(MAX_READ_BYTES);
        let too_large = |bytes| FileError::TooLarge { path: path.clone(), bytes, limit };
        if before.size > limit {
            return Err(too_large(before.size));
        }
        let bytes = read_up_to(&mut file, limit).map_err(|error| FileError::of_io(error, path))?;
        let count = bytes.len() as u64;
        if count > limit {
            return Err(too_large(count));
        }
        let stat = fstat(&file).map_err(|errno| FileError::of(errno, path))?;
        let metadata = Metadata::of(&stat);
        // Half of the old and half of the new content would be a file that never was.
        if metadata.version != before.version {
            return Err(FileError::Changed { path: path.clone() });
        }
        Ok(FileBytes { bytes, metadata })
    }

    /// Reads a file of at most `limit` bytes and tells text from anything else.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_content(&self, at: &ResolvedPath, limit: u64) -> Result<(Content, Metadata), FileError> {
        let FileBytes { bytes, metadata } = self.read(at, limit)?;
        Ok((Content::of(bytes), metadata))
    }
}

/// Opens the regular file `name` in `parent`, which is at `path`, and nothing else. Looks first, since opening alone can
/// wake the other side of a FIFO or set a device in motion; what counts is what the handle says.
pub(super) fn open_file(
    parent: &OwnedFd,
    name: &str,
    path: &RelPath,
    flags: OFlags,
) -> Result<(File, Metadata), FileError> {
    let failed = |errno| FileError::of(errno, path);
    let not_a_file = |kind| FileError::NotAFile { path: path.clone(), kind };
    let seen = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW).map_err(failed)?;
    if FileKind::of(&seen) == FileKind::Special {
        return Err(not_a_file(FileKind::Special));
    }
    let handle = open_in(parent.as_fd(), name, flags).map_err(failed)?;
    let metadata = Metadata::of(&fstat(&handle).map_err(failed)?);
    match metadata.kind {
        FileKind::File => Ok((File::from(handle), metadata)),
        kind => Err(not_a_file(kind)),
    }
}

/// All there is, but at most one byte more than `limit`.
fn read_up_to(file: &mut File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
