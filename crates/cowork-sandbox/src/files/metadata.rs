//! What is known of a file without reading it.

use std::fmt;

use rustix::fs::{FileType, Stat};

use super::{
    error::FileError,
    resolve::ResolvedPath,
    root::{Access, Root},
};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A FIFO, a socket or a device, which is never opened.
    Special,
}

impl FileKind {
    pub(super) fn of(stat: &Stat) -> Self {
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Directory,
            FileType::Symlink => Self::Link,
            _ => Self::Special,
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "a file",
            Self::Directory => "a folder",
            Self::Link => "a link",
            Self::Special => "a device, pipe or socket",
        })
    }
}

/// Which state of which file this is. Equal versions: nobody wrote to it or replaced it meanwhile, as far as the
/// file system's clock can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileVersion {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, u64),
    changed: (i64, u64),
}

impl FileVersion {
    /// Whether both are states of one file, which may have several names.
    pub(super) fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

/// What is known of a file without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// What it is.
    pub kind: FileKind,
    /// Its bytes; for anything but a file this means nothing.
    pub size: u64,
    /// When its content last changed, in milliseconds since the Unix epoch.
    pub modified_ms: i64,
    /// Its permissions, without the bits that change whose rights a program has.
    pub mode: u32,
    /// How many names it has. More than one: another name, maybe outside, shows the same content until it is replaced.
    pub names: u64,
    /// Which state of it this is.
    pub version: FileVersion,
}

impl Metadata {
    #[allow(
        clippy::unnecessary_cast,
        clippy::useless_conversion,
        reason = "the types differ between systems"
    )]
    pub(super) fn of(stat: &Stat) -> Self {
        let size = u64::try_from(stat.st_size).unwrap_or(0);
        let modified = (stat.st_mtime as i64, stat.st_mtime_nsec as u64);
        let changed = (stat.st_ctime as i64, stat.st_ctime_nsec as u64);
        let within_second = i64::try_from(modified.1 / 1_000_000).unwrap_or(0);
        Self {
            kind: FileKind::of(stat),
            size,
            modified_ms: modified.0.saturating_mul(1000).saturating_add(within_second),
            mode: u32::from(stat.st_mode) & 0o777,
            names: stat.st_nlink as u64,
            version: FileVersion {
                device: stat.st_dev as u64,
                inode: stat.st_ino as u64,
                size,
                modified,
                changed,
            },
        }
    }
}

impl Root {
    /// What is known of what is at `at`. A link is told as a link.
    ///
    /// # Errors
    ///
    /// There is nothing, or it can't be reached.
    pub fn stat(&self, at: &ResolvedPath) -> Result<Metadata, FileError> {
        let path = self.admit(at, Access::Look)?;
        let stat = match path.split_last() {
            None => rustix::fs::fstat(self.handle()),
            Some((parent, name)) => {
                rustix::fs::statat(self.open_parent(&parent)?, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)
            }
        };
        Ok(Metadata::of(&stat.map_err(|errno| FileError::of(errno, path))?))
    }
}
