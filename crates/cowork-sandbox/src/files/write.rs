//! Makes and replaces files, and makes directories.

use std::os::fd::{AsFd as _, OwnedFd};

use rustix::{
    fs::{AtFlags, Gid, Mode, OFlags, Uid, fstat, mkdirat, statat},
    io::Errno,
    process::{getegid, geteuid},
};

use super::{
    beneath::{FOR_LISTING, open_in},
    draft::{Draft, Rights, remove_leftover, sync_folder},
    error::FileError,
    limits::MAX_WRITE_BYTES,
    list::scan,
    metadata::{FileVersion, Metadata},
    names,
    path::RelPath,
    read::open_file,
    resolve::ResolvedPath,
    root::{Access, Root},
};

/// Rights of a new directory: for the person that runs Cowork alone.
const NEW_FOLDER: Mode = Mode::RWXU;

impl Root {
    /// Makes a file, for the person that runs Cowork alone to read and write. Nothing is replaced.
    ///
    /// # Errors
    ///
    /// Something is there already, or its folder is not.
    pub fn create(&self, at: &ResolvedPath, bytes: &[u8]) -> Result<Metadata, FileError> {
        let (path, parent, name) = self.open_for_change(at)?;
        check_size(path, bytes)?;
        // Only so that nothing is written in vain; the rename decides.
        if statat(&parent, name.as_str(), AtFlags::SYMLINK_NOFOLLOW).is_ok() {
            return Err(FileError::AlreadyExists { path: path.clone() });
        }
        let mut draft = Draft::write(parent.as_fd(), bytes, Rights::PRIVATE)
            .map_err(|error| FileError::of_io(error, path))?;
        let made = draft.place_new(&name).map_err(|errno| match errno {
            Errno::INVAL | Errno::NOSYS => FileError::NoSafeRename { path: path.clone() },
            errno => FileError::of(errno, path),
        })?;
        sync_folder(&parent, path)?;
        Ok(made)
    }

    /// Replaces the content of a file in one step. `expected` is the state that the new content was made for.
    ///
    /// Keeps mode and, where the system allows it, owner and group; access lists and extended attributes are not kept.
    /// The file gets a new inode: other names of it, by hard links, keep the old content.
    ///
    /// # Errors
    ///
    /// There is no file, it may not be written, or it is not as expected.
    pub fn write(
        &self,
        at: &ResolvedPath,
        bytes: &[u8],
        expected: Option<&FileVersion>,
    ) -> Result<Metadata, FileError> {
        let (path, parent, name) = self.open_for_change(at)?;
        check_size(path, bytes)?;
        let (rights, before) = rights_of(&parent, &name, path)?;
        if expected.is_some_and(|expected| *expected != before) {
            return Err(FileError::Changed { path: path.clone() });
        }
        let mut draft =
            Draft::write(parent.as_fd(), bytes, rights).map_err(|error| FileError::of_io(error, path))?;
        let written = draft.replace(&name, &before).map_err(|errno| FileError::of(errno, path))?;
        sync_folder(&parent, path)?;
        Ok(written)
    }

    /// Makes a directory and those that it needs above it, for the person that runs Cowork alone. One that is there
    /// already is fine.
    ///
    /// # Errors
    ///
    /// Something else is in the way.
    pub fn create_folder(&self, at: &ResolvedPath) -> Result<(), FileError> {
        let path = self.admit(at, Access::Change)?;
        let mut made = RelPath::folder_itself();
        let mut parent = self.open_at(&made, FOR_LISTING)?;
        for name in path.names() {
            let next = made.join(name)?;
            match mkdirat(&parent, name, NEW_FOLDER) {
                Ok(()) => sync_folder(&parent, &next)?,
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(FileError::of(errno, &next)),
            }
            parent = open_in(parent.as_fd(), name, FOR_LISTING).map_err(|errno| match errno {
                Errno::NOTDIR | Errno::LOOP if next == *path => {
                    FileError::AlreadyExists { path: path.clone() }
                }
                errno => FileError::of(errno, &next),
            })?;
            made = next;
        }
        Ok(())
    }

    /// Removes what writes that ended in a crash left in the folder `at`; what is being written stays. Says how many.
    ///
    /// # Errors
    ///
    /// The folder can't be listed.
    pub fn clear_leftovers(&self, at: &ResolvedPath) -> Result<usize, FileError> {
        let path = self.admit(at, Access::Read)?;
        if names::is_git(path) {
            return Err(FileError::Git { path: path.clone() });
        }
        let parent = self.open_at(path, FOR_LISTING)?;
        let mut cleared = 0;
        for name in scan(&parent, path)?.drafts {
            match remove_leftover(&parent, &name) {
                Ok(removed) => cleared += usize::from(removed),
                Err(Errno::NOENT | Errno::LOOP | Errno::NXIO) => {} // gone, or none of ours
                Err(errno) => return Err(FileError::of(errno, path)),
            }
        }
        Ok(cleared)
    }

    /// The path of `at` with its folder's handle and its name there, when it may be changed.
    pub(super) fn open_for_change<'a>(
        &self,
        at: &'a ResolvedPath,
    ) -> Result<(&'a RelPath, OwnedFd, String), FileError> {
        let path = self.admit(at, Access::Change)?;
        let (parent, name) = path.split_last().ok_or(FileError::FolderItself)?;
        Ok((path, self.open_at(&parent, FOR_LISTING)?, name.to_owned()))
    }
}

/// What a file's next content keeps of it. Opens it for writing, so that the system says whether we may.
fn rights_of(parent: &OwnedFd, name: &str, path: &RelPath) -> Result<(Rights, FileVersion), FileError> {
    let (file, metadata) = open_file(parent, name, path, OFlags::WRONLY)?;
    if metadata.mode & 0o222 == 0 {
        return Err(FileError::ReadOnly { path: path.clone() });
    }
    let stat = fstat(&file).map_err(|errno| FileError::of(errno, path))?;
    let ours = geteuid().as_raw() == stat.st_uid && getegid().as_raw() == stat.st_gid;
    let owner = (!ours).then(|| (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid)));
    Ok((Rights { mode: Mode::from_raw_mode(metadata.mode), owner }, metadata.version))
}

fn check_size(path: &RelPath, bytes: &[u8]) -> Result<(), FileError> {
    let (bytes, limit) = (bytes.len() as u64, MAX_WRITE_BYTES);
    if bytes > limit { Err(FileError::TooLarge { path: path.clone(), bytes, limit }) } else { Ok(()) }
}
