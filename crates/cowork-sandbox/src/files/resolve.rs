//! Follows the links of a path, as far as they stay beneath the root.
//!
//! What comes out is where the path led at that time. Nothing is proven by it: the proof is that operations open the
//! resolved path without following any link.

use std::collections::VecDeque;

use rustix::{
    fs::{AtFlags, readlinkat, statat},
    io::Errno,
};

use super::{
    beneath::FOR_NAMES,
    error::FileError,
    limits::{MAX_LINKS, MAX_TRIES},
    metadata::FileKind,
    names::{self, Secret},
    path::RelPath,
    root::{Identity, Root},
};

/// A path without links beneath one root: what a policy judges and what operations take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedPath {
    root: Identity,
    path: RelPath,
    secret: Option<Secret>,
    secret_allowed: bool,
}

impl ResolvedPath {
    /// For a path that is known to have no links.
    pub(super) fn new(root: Identity, path: RelPath) -> Self {
        let secret = names::secret_in(&path);
        Self { root, path, secret, secret_allowed: false }
    }

    /// Where it is beneath the root.
    #[must_use]
    pub fn path(&self) -> &RelPath {
        &self.path
    }

    /// The secret that it may hold, by its names.
    #[must_use]
    pub fn secret(&self) -> Option<Secret> {
        self.secret
    }

    /// The same path for a call to which a rule of the policy opens this secret by name. It opens nothing else: neither
    /// other secrets below it, nor git's files.
    #[must_use]
    pub fn allow_secret(self) -> Self {
        Self { secret_allowed: true, ..self }
    }

    pub(super) fn root(&self) -> Identity {
        self.root
    }

    pub(super) fn secret_is_allowed(&self) -> bool {
        self.secret_allowed
    }

    pub(super) fn closed_secret(&self) -> Option<Secret> {
        self.secret.filter(|_| !self.secret_allowed)
    }
}

/// How a walk along a path ended.
enum Outcome {
    Found(RelPath),
    /// What was a directory a moment ago is something else now.
    Disturbed,
}

impl Root {
    /// Follows all links of `path`. What does not exist yet resolves to where it would be made.
    ///
    /// # Errors
    ///
    /// The links lead out of the root or in circles, or something on the way is no directory.
    pub fn resolve(&self, path: &RelPath) -> Result<ResolvedPath, FileError> {
        self.resolve_links(path, true)
    }

    /// Follows the links of `path` but for its last name: for removing and renaming, which concern the link itself.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve).
    pub fn resolve_entry(&self, path: &RelPath) -> Result<ResolvedPath, FileError> {
        self.resolve_links(path, false)
    }

    fn resolve_links(&self, path: &RelPath, last: bool) -> Result<ResolvedPath, FileError> {
        for _ in 0..MAX_TRIES {
            if let Outcome::Found(found) = self.follow(path, last)? {
                return Ok(ResolvedPath::new(self.identity(), found));
            }
        }
        Err(FileError::Changed { path: path.clone() })
    }

    fn follow(&self, asked: &RelPath, follow_last: bool) -> Result<Outcome, FileError> {
        let mut done = RelPath::folder_itself();
        let mut rest: VecDeque<String> = asked.names().map(str::to_owned).collect();
        let mut links = 0;
        while let Some(name) = rest.pop_front() {
            // Both come from links only. What is done so far is a directory, or there would be no rest.
            if name == "." {
                continue;
            }
            if name == ".." {
                let Some((parent, _)) = done.split_last() else {
                    return Err(FileError::Escapes { path: asked.clone() });
                };
                done = parent;
                continue;
            }
            let next = done.join(&name)?;
            let Some(parent) = disturbed(self.try_open_at(&done, FOR_NAMES), &done)? else {
                return Ok(Outcome::Disturbed);
            };
            let kind = match statat(&parent, name.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => FileKind::of(&stat),
                Err(Errno::NOENT) => return missing(asked, next, rest).map(Outcome::Found),
                Err(errno) => return Err(FileError::of(errno, &next)),
            };
            match kind {
                FileKind::Link if follow_last || !rest.is_empty() => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(FileError::TooManyLinks { path: asked.clone() });
                    }
                    match readlinkat(&parent, name.as_str(), Vec::new()) {
                        Ok(target) => prepend(target.as_bytes(), &mut rest, asked)?,
                        // No link any more, or gone.
                        Err(Errno::INVAL | Errno::NOENT) => return Ok(Outcome::Disturbed),
                        Err(errno) => return Err(FileError::of(errno, &next)),
                    }
                }
                FileKind::File | FileKind::Special if !rest.is_empty() => {
                    return Err(FileError::NotADirectory { path: next });
                }
                _ => done = next,
            }
        }
        Ok(Outcome::Found(done))
    }
}

/// `None`: the directory was there a moment ago, and is not any more.
fn disturbed<T>(opened: Result<T, Errno>, path: &RelPath) -> Result<Option<T>, FileError> {
    match opened {
        Ok(opened) => Ok(Some(opened)),
        Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::AGAIN) => Ok(None),
        Err(errno) => Err(FileError::of(errno, path)),
    }
}

/// Where something would be made: the names behind the first one that is missing are taken as they are.
fn missing(asked: &RelPath, first: RelPath, rest: VecDeque<String>) -> Result<RelPath, FileError> {
    rest.into_iter().try_fold(first, |path, name| match name.as_str() {
        // A link's way through something that does not exist, which leads nowhere.
        "." | ".." => Err(FileError::NotFound { path: asked.clone() }),
        name => Ok(path.join(name)?),
    })
}

/// Puts a link's target before the names that follow it.
fn prepend(target: &[u8], rest: &mut VecDeque<String>, asked: &RelPath) -> Result<(), FileError> {
    let target = std::str::from_utf8(target).map_err(|_| FileError::Unreachable { path: asked.clone() })?;
    if target.starts_with('/') {
        // Even if it led back in: whether it does depends on what lies outside.
        return Err(FileError::Escapes { path: asked.clone() });
    }
    if target.ends_with('/') {
        rest.push_front(".".to_owned()); // it must be a directory
    }
    for name in target.split('/').rev().filter(|name| !name.is_empty()) {
        rest.push_front(name.to_owned());
    }
    Ok(())
}
