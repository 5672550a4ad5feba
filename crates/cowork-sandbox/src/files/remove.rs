//! Removes files, links, directories and trees.

use std::fmt;

use rustix::fs::{AtFlags, statat, unlinkat};

use super::{
    draft::sync_folder,
    error::FileError,
    limits::MAX_REMOVED,
    metadata::{FileKind, FileVersion, Metadata},
    resolve::ResolvedPath,
    root::{Access, Root},
    walk::{Cut, Flow, Walked},
};

/// What a removal took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Files, links and other things that are no directories.
    pub files: usize,
    /// Directories.
    pub folders: usize,
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} files and {} folders were", self.files, self.folders)
    }
}

impl Root {
    /// Removes a file, or a link itself. `expected` is the state in which it was seen.
    ///
    /// # Errors
    ///
    /// There is nothing, it is a directory, or it is not as expected.
    pub fn remove_file(&self, at: &ResolvedPath, expected: Option<&FileVersion>) -> Result<(), FileError> {
        let (path, parent, name) = self.open_for_change(at)?;
        let failed = |errno| FileError::of(errno, path);
        let stat = statat(&parent, name.as_str(), AtFlags::SYMLINK_NOFOLLOW).map_err(failed)?;
        let found = Metadata::of(&stat);
        if found.kind == FileKind::Directory {
            return Err(FileError::NotAFile { path: path.clone(), kind: found.kind });
        }
        if expected.is_some_and(|expected| *expected != found.version) {
            return Err(FileError::Changed { path: path.clone() });
        }
        unlinkat(&parent, name.as_str(), AtFlags::empty()).map_err(failed)?;
        sync_folder(&parent, path)
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    ///
    /// There is none, or it is not empty.
    pub fn remove_folder(&self, at: &ResolvedPath) -> Result<(), FileError> {
        let (path, parent, name) = self.open_for_change(at)?;
        let failed = |errno| FileError::of(errno, path);
        unlinkat(&parent, name.as_str(), AtFlags::REMOVEDIR).map_err(failed)?;
        sync_folder(&parent, path)
    }

    /// Removes a directory with all that is in it, at most `limit` entries. Links in it are removed, not followed.
    ///
    /// The tree is looked through first: if it is too large, has a part that can't be seen or that may not be removed (a
    /// secret, git's files), nothing is.
    ///
    /// # Errors
    ///
    /// As said above; [`FileError::Partly`] when it ended in the middle.
    pub fn remove_tree(&self, at: &ResolvedPath, limit: usize) -> Result<Removed, FileError> {
        self.open_for_change(at)?;
        let mut doomed = self.see_tree(at, limit.min(MAX_REMOVED))?;
        let mut removed = Removed::default();
        // The walk came to directories before what is in them.
        while let Some((entry, kind)) = doomed.pop() {
            let done = match kind {
                FileKind::Directory => self.clear_leftovers(&entry).and_then(|_| self.remove_folder(&entry)),
                FileKind::File | FileKind::Link | FileKind::Special => self.remove_file(&entry, None),
            };
            match done {
                Ok(()) if kind == FileKind::Directory => removed.folders += 1,
                Ok(()) => removed.files += 1,
                Err(error) if removed == Removed::default() => return Err(error),
                Err(error) => {
                    let path = entry.path().clone();
                    return Err(FileError::Partly { removed, path, source: Box::new(error) });
                }
            }
        }
        Ok(removed)
    }

    /// The tree, its own directory first; refused unless all of it can be seen and may be removed.
    fn see_tree(&self, at: &ResolvedPath, limit: usize) -> Result<Vec<(ResolvedPath, FileKind)>, FileError> {
        let mut tree = vec![(at.clone(), FileKind::Directory)];
        let mut refusal = None;
        let Walked { closed, unnamed, cut, .. } = self.walk(at, limit, |step| {
            let entry = &step.entry;
            let inside =
                if at.secret_is_allowed() { entry.at.clone().allow_secret() } else { entry.at.clone() };
            if let Err(error) = self.admit(&inside, Access::Change) {
                refusal = Some(error);
                return Flow::Stop;
            }
            tree.push((inside, entry.metadata.kind));
            Flow::Continue
        })?;
        let path = || at.path().clone();
        match (refusal, cut) {
            (Some(error), _) => Err(error),
            (None, Some(Cut::Entries | Cut::Listing)) => Err(FileError::TooMany { path: path(), limit }),
            (None, Some(Cut::Stopped)) => Err(FileError::Unreachable { path: path() }),
            (None, None) if closed > 0 || unnamed > 0 => Err(FileError::Unreachable { path: path() }),
            (None, None) => Ok(tree),
        }
    }
}
