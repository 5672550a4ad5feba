//! Opens a path beneath a directory's handle, with no link anywhere on the way: the only place that opens what is beneath a root.
//!
//! On Linux the kernel does it in one step (`openat2`), which nothing that happens meanwhile can lead astray. Other systems
//! walk from handle to handle. That way is not part of a Linux build but for its tests, so there is nothing to fall back to.

use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
#[cfg(target_os = "linux")]
use std::sync::OnceLock;

use rustix::{
    fs::{Mode, OFlags, openat},
    io::Errno,
};

#[cfg(target_os = "linux")]
use rustix::fs::{CWD, ResolveFlags, openat2};

use super::{limits::MAX_TRIES, path::RelPath};

/// What a directory is opened with when only names in it are used; needs no right to read it.
#[cfg(target_os = "linux")]
pub(super) const FOR_NAMES: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);
/// What a directory is opened with when only names in it are used.
#[cfg(not(target_os = "linux"))]
pub(super) const FOR_NAMES: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);
/// What a directory is opened with to list or sync it.
pub(super) const FOR_LISTING: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);

/// How paths are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beneath {
    /// By `openat2`.
    #[cfg(target_os = "linux")]
    Kernel,
    /// Name by name, each in the handle of the one before.
    #[cfg(any(test, not(target_os = "linux")))]
    ByName,
}

impl Beneath {
    /// How this system does it; `None`: it can't.
    pub(super) fn of_this_system() -> Option<Self> {
        #[cfg(target_os = "linux")]
        {
            static WORKS: OnceLock<bool> = OnceLock::new();
            WORKS.get_or_init(kernel_confines).then_some(Self::Kernel)
        }
        #[cfg(not(target_os = "linux"))]
        {
            Some(Self::ByName)
        }
    }

    /// Opens `path` beneath `root`. A link on the way, or at the end, fails with `LOOP` or `NOTDIR`; opening never waits
    /// for the other side of a FIFO or a device, and makes no terminal ours.
    pub(super) fn open(self, root: BorrowedFd<'_>, path: &RelPath, flags: OFlags) -> Result<OwnedFd, Errno> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Kernel => open_in_kernel(root, path, complete(flags)),
            #[cfg(any(test, not(target_os = "linux")))]
            Self::ByName => open_by_name(root, path, flags),
        }
    }
}

#[cfg(target_os = "linux")]
fn open_in_kernel(root: BorrowedFd<'_>, path: &RelPath, flags: OFlags) -> Result<OwnedFd, Errno> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let mut tries = 0;
    loop {
        tries += 1;
        match openat2(root, path.as_str(), flags, Mode::empty(), resolve) {
            // Renames elsewhere kept the kernel from being sure.
            Err(Errno::AGAIN | Errno::INTR) if tries < MAX_TRIES => {}
            done => return done,
        }
    }
}

/// Whether `openat2` is there and does what it is for. Its refusal means something only because the same call succeeds
/// where it should.
#[cfg(target_os = "linux")]
fn kernel_confines() -> bool {
    let open = |dir: BorrowedFd<'_>, path: &str| {
        let flags = FOR_NAMES | OFlags::CLOEXEC;
        openat2(dir, path, flags, Mode::empty(), ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS)
    };
    let Ok(here) = open(CWD, ".") else { return false };
    matches!(open(here.as_fd(), ".."), Err(Errno::XDEV))
}

/// Opens `name` in a directory that was opened beneath a root: one name, and no link, so it stays there. A new file is for
/// its owner alone.
pub(super) fn open_in(parent: BorrowedFd<'_>, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    let flags = complete(flags);
    let mut tries = 0;
    loop {
        tries += 1;
        match openat(parent, name, flags, Mode::RUSR | Mode::WUSR) {
            Err(Errno::INTR) if tries < MAX_TRIES => {}
            done => return done,
        }
    }
}

/// With what always belongs to it: no link at the end, nothing that waits, no terminal that becomes ours.
fn complete(flags: OFlags) -> OFlags {
    let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    if flags.contains(FOR_NAMES) { flags } else { flags | OFlags::NONBLOCK | OFlags::NOCTTY }
}

#[cfg(any(test, not(target_os = "linux")))]
fn open_by_name(root: BorrowedFd<'_>, path: &RelPath, flags: OFlags) -> Result<OwnedFd, Errno> {
    let Some((parent, last)) = path.split_last() else { return open_in(root, ".", flags) };
    let mut dir = None;
    for name in parent.names() {
        dir = Some(open_in(dir.as_ref().map_or(root, OwnedFd::as_fd), name, FOR_NAMES)?);
    }
    open_in(dir.as_ref().map_or(root, OwnedFd::as_fd), last, flags)
}
