//! A granted folder as an open handle.

use std::{
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
    path::{Component, Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, CWD, Mode, OFlags, Stat, fstat, openat, statat},
    io::Errno,
};

use super::{
    beneath::{Beneath, FOR_NAMES},
    error::{FileError, Protected, RootError},
    names,
    path::RelPath,
    resolve::ResolvedPath,
};

/// Folders of the operating system: none of them, nothing in them and nothing that holds them becomes a root.
const SYSTEM: [&str; 16] = [
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr",
    "/var/lib", "/var/log", "/System", "/Library",
];

/// Folders in [`SYSTEM`] in which people's disks are mounted.
const OPEN_AGAIN: [&str; 1] = ["/run/media"];

/// A granted folder: an open handle, not a path. It stays the same folder when it is renamed or replaced.
///
/// Files are reached beneath the handle alone ([`resolve`](Self::resolve), then an operation), so nothing that is done
/// to paths leads out of it. Closing it is dropping it.
#[derive(Debug)]
pub struct Root {
    handle: OwnedFd,
    identity: Identity,
    /// For people, and to see whether it is still there.
    path: PathBuf,
    beneath: Beneath,
}

/// Which folder this is, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    #[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
    fn of(stat: &Stat) -> Self {
        Self { device: stat.st_dev as u64, inode: stat.st_ino as u64 }
    }
}

/// What is done at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Its name and metadata are seen.
    Look,
    /// Its content is seen.
    Read,
    /// It is changed, made or removed.
    Change,
}

impl Root {
    /// Opens the folder at `path`, whose last name must not be a link. `excluded` are folders of the server's own: a root
    /// that is one of them, lies in one or holds one is refused, and so it is for folders of the operating system.
    ///
    /// # Errors
    ///
    /// It is no folder that may be granted, or this system can't keep file tools inside it.
    pub fn open(path: &Path, excluded: &[&Path]) -> Result<Self, RootError> {
        let beneath = Beneath::of_this_system().ok_or(RootError::Unsupported)?;
        Self::open_with(path, excluded, beneath)
    }

    pub(super) fn open_with(path: &Path, excluded: &[&Path], beneath: Beneath) -> Result<Self, RootError> {
        let path = plain(path).ok_or_else(|| RootError::NotAbsolute { path: path.to_owned() })?;
        let failed = |errno| match errno {
            Errno::NOENT => RootError::NotFound { path: path.clone() },
            Errno::NOTDIR | Errno::LOOP => RootError::NotADirectory { path: path.clone() },
            errno => RootError::Io { path: path.clone(), source: errno.into() },
        };
        let handle = open_folder(&path).map_err(failed)?;
        let chain = ancestry(handle.as_fd()).map_err(failed)?;
        if let Some(what) = protection(&chain, excluded).map_err(failed)? {
            return Err(RootError::Protected { path, what });
        }
        let identity = Identity::of(&fstat(&handle).map_err(failed)?);
        Ok(Self { handle, identity, path, beneath })
    }

    /// The path it was opened at, for people.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the path it was opened at still leads to this folder.
    #[must_use]
    pub fn is_still_there(&self) -> bool {
        let found = open_folder(&self.path).and_then(fstat);
        found.is_ok_and(|stat| Identity::of(&stat) == self.identity)
    }

    /// Whether both are the same folder, however they were opened.
    #[must_use]
    pub fn is_same_folder(&self, other: &Self) -> bool {
        self.identity == other.identity
    }

    pub(super) fn identity(&self) -> Identity {
        self.identity
    }

    pub(super) fn handle(&self) -> BorrowedFd<'_> {
        self.handle.as_fd()
    }

    /// Opens `path`, which has no link in it, with `flags`.
    pub(super) fn open_at(&self, path: &RelPath, flags: OFlags) -> Result<OwnedFd, FileError> {
        self.try_open_at(path, flags).map_err(|errno| FileError::of(errno, path))
    }

    pub(super) fn try_open_at(&self, path: &RelPath, flags: OFlags) -> Result<OwnedFd, Errno> {
        self.beneath.open(self.handle(), path, flags)
    }

    /// The directory `path`, to use names in it.
    pub(super) fn open_parent(&self, path: &RelPath) -> Result<OwnedFd, FileError> {
        self.open_at(path, FOR_NAMES)
    }

    /// The path of `at`, if it was resolved here and its names allow `access`. Comes before any call to the system.
    pub(super) fn admit<'a>(&self, at: &'a ResolvedPath, access: Access) -> Result<&'a RelPath, FileError> {
        let path = at.path();
        if at.root() != self.identity {
            return Err(FileError::OtherRoot { path: path.clone() });
        }
        if names::is_draft(path) {
            return Err(FileError::Reserved { path: path.clone() });
        }
        if access == Access::Change {
            if path.is_folder_itself() {
                return Err(FileError::FolderItself);
            }
            if names::is_git(path) {
                return Err(FileError::Git { path: path.clone() });
            }
        }
        match at.closed_secret() {
            Some(what) if access != Access::Look => Err(FileError::Secret { path: path.clone(), what }),
            _ => Ok(path),
        }
    }
}

/// The path without `.` and slashes at its end, behind which a last link would be followed. `None`: it is not absolute or
/// has `..`.
fn plain(path: &Path) -> Option<PathBuf> {
    let climbs = path.components().any(|part| part == Component::ParentDir);
    (path.is_absolute() && !climbs).then(|| path.components().collect())
}

fn open_folder(path: &Path) -> Result<OwnedFd, Errno> {
    openat(CWD, path, FOR_NAMES | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())
}

/// The folder and all that hold it, up to the top of the file system.
fn ancestry(folder: BorrowedFd<'_>) -> Result<Vec<Identity>, Errno> {
    let mut chain = vec![Identity::of(&fstat(folder)?)];
    let mut above: Option<OwnedFd> = None;
    loop {
        let here = above.as_ref().map_or(folder, OwnedFd::as_fd);
        let next = openat(here, "..", FOR_NAMES | OFlags::CLOEXEC, Mode::empty())?;
        let identity = Identity::of(&fstat(&next)?);
        if chain.last() == Some(&identity) {
            return Ok(chain);
        }
        chain.push(identity);
        above = Some(next);
    }
}

/// What keeps the folder with this ancestry from being granted.
fn protection(chain: &[Identity], excluded: &[&Path]) -> Result<Option<Protected>, Errno> {
    let folder = chain.first();
    for path in excluded {
        // What the server excludes is there, or something is wrong; then nothing is granted.
        let own = ancestry(openat(CWD, *path, FOR_NAMES | OFlags::CLOEXEC, Mode::empty())?.as_fd())?;
        let meets = own.first().is_some_and(|own| chain.contains(own))
            || folder.is_some_and(|folder| own.contains(folder));
        if meets {
            return Ok(Some(Protected::OwnData));
        }
    }
    let found = |path: &str| statat(CWD, path, AtFlags::empty()).ok().map(|stat| Identity::of(&stat));
    let open_again: Vec<Identity> = OPEN_AGAIN.into_iter().filter_map(found).collect();
    let inside = chain.iter().position(|part| open_again.contains(part)).filter(|depth| *depth > 0);
    let judged = inside.map_or(chain, |depth| &chain[..depth]);
    for path in SYSTEM {
        let Some(system) = found(path) else { continue };
        let holds = || -> Result<bool, Errno> {
            let handle = openat(CWD, path, FOR_NAMES | OFlags::CLOEXEC, Mode::empty())?;
            let above = ancestry(handle.as_fd())?;
            Ok(folder.is_some_and(|folder| above.contains(folder)))
        };
        if judged.contains(&system) || holds()? {
            return Ok(Some(Protected::System));
        }
    }
    Ok(None)
}
