//! Goes through a tree, for search and for what needs to know a tree before it touches it.

use super::{
    error::FileError,
    limits::{MAX_LISTED, MAX_WALKED},
    list::{Entry, Listing},
    metadata::FileKind,
    resolve::ResolvedPath,
    root::Root,
};

/// One step of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkEntry {
    /// What was found.
    pub entry: Entry,
    /// How many directories it is below where the walk began; 1 for what is in that one.
    pub depth: usize,
}

/// How a walk goes on after an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Into it, if it is a directory, then to the next.
    Continue,
    /// To the next, not into it.
    SkipFolder,
    /// Not at all.
    Stop,
}

/// What a walk saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked {
    /// Entries that were visited.
    pub visited: usize,
    /// Directories that were not looked into: secret, not ours to read, or gone or replaced meanwhile.
    pub closed: usize,
    /// Entries that no path can name: not UTF-8, or too deep or too long.
    pub unnamed: usize,
    /// Why it did not see all there is. `None`: it did, but for what is counted above.
    pub cut: Option<Cut>,
}

/// Why a walk ended before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The visitor stopped it.
    Stopped,
    /// It visited as many entries as it may.
    Entries,
    /// A directory had more entries than a listing gives, or more names than are looked at.
    Listing,
}

impl Root {
    /// Visits what is below the directory `at`, up to `limit` entries: a directory before what is in it, names in order.
    /// Follows no link. Unfinished writes and what is in secret folders is not visited.
    ///
    /// # Errors
    ///
    /// `at` itself can't be listed. What can't be listed below it is counted.
    pub fn walk(
        &self,
        at: &ResolvedPath,
        limit: usize,
        mut visit: impl FnMut(&WalkEntry) -> Flow,
    ) -> Result<Walked, FileError> {
        let limit = limit.min(MAX_WALKED);
        let mut walked = Walked::default();
        // The entries still to visit, of each directory on the way down.
        let mut open = vec![walked.count(self.list(at, MAX_LISTED)?)];
        while let Some(entries) = open.last_mut() {
            let Some(entry) = entries.next() else {
                open.pop();
                continue;
            };
            if walked.visited == limit {
                walked.cut = Some(Cut::Entries);
                break;
            }
            walked.visited += 1;
            let step = WalkEntry { entry, depth: open.len() };
            match visit(&step) {
                Flow::Stop => {
                    walked.cut = Some(Cut::Stopped);
                    break;
                }
                Flow::SkipFolder => continue,
                Flow::Continue if step.entry.metadata.kind != FileKind::Directory => continue,
                Flow::Continue => {}
            }
            // Whoever was allowed into a secret folder is allowed into what is in it, to look.
            let inside = step.entry.at;
            let inside = if at.secret_is_allowed() { inside.allow_secret() } else { inside };
            match self.list(&inside, MAX_LISTED) {
                Ok(listing) => open.push(walked.count(listing)),
                Err(FileError::TooMany { .. }) => walked.cut = Some(Cut::Listing),
                Err(_) => walked.closed += 1,
            }
        }
        Ok(walked)
    }
}

impl Walked {
    fn count(&mut self, listing: Listing) -> std::vec::IntoIter<Entry> {
        self.unnamed += listing.unnamed;
        if listing.left_out > 0 {
            self.cut = Some(Cut::Listing);
        }
        listing.entries.into_iter()
    }
}
