//! Gives files and directories another name or place beneath the same root.

use rustix::{
    fs::{AtFlags, RenameFlags, renameat, renameat_with, statat},
    io::Errno,
};

use super::{
    draft::sync_folder,
    error::FileError,
    metadata::{FileKind, Metadata},
    resolve::ResolvedPath,
    root::{Access, Root},
};

/// What happens to what has the new name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is renamed.
    Keep,
    /// A file or link gives way. A directory never does.
    Replace,
}

impl Root {
    /// Renames or moves `from` to `to`. A link is moved itself.
    ///
    /// # Errors
    ///
    /// One of them is beneath another root; both are names of one file; something is at `to` that does not give way; the file system can't do it in one
    /// step.
    pub fn rename(
        &self,
        from: &ResolvedPath,
        to: &ResolvedPath,
        existing: Existing,
    ) -> Result<(), FileError> {
        // Both are judged before the system is asked anything.
        self.admit(from, Access::Change)?;
        self.admit(to, Access::Change)?;
        if to.path().is_at_or_below(from.path()) {
            return Err(FileError::IntoItself { path: from.path().clone() });
        }
        let (source, source_parent, source_name) = self.open_for_change(from)?;
        let (target, target_parent, target_name) = self.open_for_change(to)?;
        let moving = statat(&source_parent, source_name.as_str(), AtFlags::SYMLINK_NOFOLLOW)
            .map(|stat| Metadata::of(&stat))
            .map_err(|errno| FileError::of(errno, source))?;
        let (old, new) = (source_name.as_str(), target_name.as_str());
        match existing {
            Existing::Keep => renameat_with(&source_parent, old, &target_parent, new, RenameFlags::NOREPLACE),
            Existing::Replace => {
                let found = statat(&target_parent, new, AtFlags::SYMLINK_NOFOLLOW);
                match found.map(|stat| Metadata::of(&stat)) {
                    Ok(Metadata { kind: FileKind::Directory, .. }) => {
                        return Err(FileError::NotAFile { path: target.clone(), kind: FileKind::Directory });
                    }
                    // Two names of one file: the system would leave both and call it done. With one name it is a
                    // file system that does not tell case apart, and the name's case that changes.
                    Ok(found) if found.names > 1 && found.version.is_same_file(&moving.version) => {
                        return Err(FileError::AlreadyExists { path: target.clone() });
                    }
                    _ => renameat(&source_parent, old, &target_parent, new),
                }
            }
        }
        .map_err(|errno| match errno {
            Errno::XDEV => FileError::OtherFileSystem { path: source.clone() },
            Errno::INVAL | Errno::NOSYS => FileError::NoSafeRename { path: target.clone() },
            errno => FileError::of(errno, target),
        })?;
        sync_folder(&target_parent, target).and_then(|()| sync_folder(&source_parent, source))
    }
}
