//! Lists directories.

use std::os::fd::OwnedFd;

use rustix::{
    fs::{AtFlags, Dir, statat},
    io::Errno,
};

use super::{
    beneath::FOR_LISTING,
    error::FileError,
    limits::{MAX_LISTED, MAX_SCANNED},
    metadata::Metadata,
    names::is_draft_name,
    path::RelPath,
    resolve::ResolvedPath,
    root::{Access, Root},
};

/// What is in a directory, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// In the order of their names' bytes.
    pub entries: Vec<Entry>,
    /// How many more there are than `entries` holds.
    pub left_out: usize,
    /// How many no path can name: not UTF-8, or too deep or too long.
    pub unnamed: usize,
}

/// One name in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Where it is. [`ResolvedPath::secret`] says whether it may hold a secret.
    pub at: ResolvedPath,
    /// What is known of it; a link is told as a link.
    pub metadata: Metadata,
}

impl Root {
    /// Lists a directory, up to `limit` entries. Unfinished writes are left out; secrets are named, not opened.
    ///
    /// # Errors
    ///
    /// It is no directory, a folder of secrets, or has more names than are looked at.
    pub fn list(&self, at: &ResolvedPath, limit: usize) -> Result<Listing, FileError> {
        let path = self.admit(at, Access::Read)?;
        let folder = self.open_at(path, FOR_LISTING)?;
        let Scan { names, mut unnamed, .. } = scan(&folder, path)?;
        let all = names.len();
        let mut entries = Vec::new();
        for name in names.into_iter().take(limit.min(MAX_LISTED)) {
            match statat(&folder, name.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => match path.join(&name) {
                    Ok(path) => {
                        let at = ResolvedPath::new(self.identity(), path);
                        entries.push(Entry { name, at, metadata: Metadata::of(&stat) });
                    }
                    Err(_) => unnamed += 1,
                },
                Err(Errno::NOENT) => {} // removed meanwhile
                Err(errno) => return Err(FileError::of(errno, path)),
            }
        }
        Ok(Listing { entries, left_out: all.saturating_sub(limit.min(MAX_LISTED)), unnamed })
    }
}

/// The names in a directory.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Sorted.
    pub(super) names: Vec<String>,
    /// Of unfinished writes.
    pub(super) drafts: Vec<String>,
    pub(super) unnamed: usize,
}

pub(super) fn scan(folder: &OwnedFd, path: &RelPath) -> Result<Scan, FileError> {
    let failed = |errno| FileError::of(errno, path);
    let mut scan = Scan::default();
    let mut seen = 0;
    for entry in Dir::read_from(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        seen += 1;
        if seen > MAX_SCANNED {
            return Err(FileError::TooMany { path: path.clone(), limit: MAX_SCANNED });
        }
        match name.to_str() {
            Ok(name) if is_draft_name(name) => scan.drafts.push(name.to_owned()),
            Ok(name) => scan.names.push(name.to_owned()),
            Err(_) => scan.unnamed += 1,
        }
    }
    scan.names.sort_unstable();
    Ok(scan)
}
