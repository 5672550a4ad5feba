//! Paths as people and models write them: relative to a granted folder, read once, never joined to a string again.

use std::fmt;

use super::limits::{MAX_DEPTH, MAX_NAME_BYTES, MAX_PATH_BYTES};

/// A path beneath a granted folder: names joined by `/`, none of them empty, `.` or `..`. No names: the folder itself.
///
/// Unicode is kept as it is. A backslash, a colon or `%2e` is part of a name, as it is for the system.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct RelPath {
    text: String,
}

/// Why a text is no path beneath a folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing at all.
    #[error("the path is empty; write \".\" for the folder itself")]
    Empty,
    /// It begins with `/`.
    #[error("the path is absolute; write it relative to the granted folder")]
    Absolute,
    /// It has `..` somewhere.
    #[error("the path has \"..\"; write it from the granted folder downwards")]
    Parent,
    /// It has a NUL character.
    #[error("the path has a NUL character, which no file's name can have")]
    Nul,
    /// Two slashes follow each other.
    #[error("the path has an empty name between two slashes")]
    EmptyName,
    /// It is longer than systems take.
    #[error("the path has {bytes} bytes, the limit is {MAX_PATH_BYTES}")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// One of its names is longer than file systems take.
    #[error("a name in the path has {bytes} bytes, the limit is {MAX_NAME_BYTES}")]
    NameTooLong {
        /// How many it has.
        bytes: usize,
    },
    /// It has too many names.
    #[error("the path has {names} names, the limit is {MAX_DEPTH}")]
    TooDeep {
        /// How many it has.
        names: usize,
    },
}

impl RelPath {
    /// Reads a path. `.`, `./` before names and one `/` at the end are left out.
    ///
    /// # Errors
    ///
    /// It is none beneath a folder, or longer or deeper than the [limits](super::limits).
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.is_empty() {
            return Err(PathError::Empty);
        }
        if text.contains('\0') {
            return Err(PathError::Nul);
        }
        if text.starts_with('/') {
            return Err(PathError::Absolute);
        }
        let mut path = Self::folder_itself();
        for name in text.strip_suffix('/').unwrap_or(text).split('/') {
            path = match name {
                "." => path,
                name => path.join(name)?,
            };
        }
        Ok(path)
    }

    /// The granted folder itself.
    #[must_use]
    pub fn folder_itself() -> Self {
        Self::default()
    }

    /// The path of `name` in this directory.
    ///
    /// # Errors
    ///
    /// `name` is not one name, or the path gets longer or deeper than the [limits](super::limits).
    pub fn join(&self, name: &str) -> Result<Self, PathError> {
        match name {
            "" | "." => return Err(PathError::EmptyName),
            ".." => return Err(PathError::Parent),
            _ if name.contains('\0') => return Err(PathError::Nul),
            _ if name.contains('/') => return Err(PathError::EmptyName),
            _ => {}
        }
        if name.len() > MAX_NAME_BYTES {
            return Err(PathError::NameTooLong { bytes: name.len() });
        }
        let text = if self.text.is_empty() { name.to_owned() } else { format!("{}/{name}", self.text) };
        if text.len() > MAX_PATH_BYTES {
            return Err(PathError::TooLong { bytes: text.len() });
        }
        let joined = Self { text };
        let names = joined.depth();
        if names > MAX_DEPTH { Err(PathError::TooDeep { names }) } else { Ok(joined) }
    }

    /// The names, from the folder downwards.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.text.split('/').filter(|name| !name.is_empty())
    }

    /// How many names it has.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.names().count()
    }

    /// The directory it is in, and its name there. `None`: the folder itself.
    #[must_use]
    pub fn split_last(&self) -> Option<(Self, &str)> {
        if self.is_folder_itself() {
            return None;
        }
        let (parent, name) = self.text.rsplit_once('/').unwrap_or(("", &self.text));
        Some((Self { text: parent.to_owned() }, name))
    }

    /// Whether it is the granted folder itself.
    #[must_use]
    pub fn is_folder_itself(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it is `other` or below it.
    #[must_use]
    pub fn is_at_or_below(&self, other: &Self) -> bool {
        let mut mine = self.names();
        other.names().all(|name| mine.next() == Some(name))
    }

    /// As it is written; `.` for the folder itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        if self.is_folder_itself() { "." } else { &self.text }
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_read_once_and_for_all() {
        for (text, read) in [
            ("a", Ok("a")),
            ("a/b.txt", Ok("a/b.txt")),
            ("./a/./b/", Ok("a/b")),
            (".", Ok(".")),
            ("./", Ok(".")),
            ("...", Ok("...")),
            ("..a/b..", Ok("..a/b..")),
            ("a\\..\\b", Ok("a\\..\\b")),
            ("%2e%2e/a", Ok("%2e%2e/a")),
            ("\u{ff0e}\u{ff0e}/a", Ok("\u{ff0e}\u{ff0e}/a")),
            ("cafe\u{301}", Ok("cafe\u{301}")),
            ("", Err(PathError::Empty)),
            ("/", Err(PathError::Absolute)),
            ("/etc/passwd", Err(PathError::Absolute)),
            ("//a", Err(PathError::Absolute)),
            ("..", Err(PathError::Parent)),
            ("a/../b", Err(PathError::Parent)),
            ("a/..", Err(PathError::Parent)),
            ("../", Err(PathError::Parent)),
            ("a//b", Err(PathError::EmptyName)),
            ("a//", Err(PathError::EmptyName)),
            ("a\0b", Err(PathError::Nul)),
        ] {
            assert_eq!(
                RelPath::parse(text).map(|path| path.to_string()),
                read.map(str::to_owned),
                "{text:?}"
            );
        }
    }

    #[test]
    fn lengths_are_limited() {
        let name = "n".repeat(MAX_NAME_BYTES);
        assert!(RelPath::parse(&name).is_ok());
        assert_eq!(RelPath::parse(&format!("{name}n")), Err(PathError::NameTooLong { bytes: 256 }));
        assert_eq!(RelPath::parse(&vec!["d"; MAX_DEPTH].join("/")).map(|path| path.depth()), Ok(MAX_DEPTH));
        assert!(matches!(
            RelPath::parse(&vec!["d"; MAX_DEPTH + 1].join("/")),
            Err(PathError::TooDeep { names: 129 })
        ));
        assert!(matches!(RelPath::parse(&vec![name; 17].join("/")), Err(PathError::TooLong { .. })));
    }

    #[test]
    fn below_goes_by_whole_names() {
        let path = |text| RelPath::parse(text).unwrap();
        assert!(path("a/b").is_at_or_below(&path("a")));
        assert!(path("a").is_at_or_below(&path("a")));
        assert!(path("a").is_at_or_below(&RelPath::folder_itself()));
        assert!(!path("ab").is_at_or_below(&path("a")));
        assert!(!path("a").is_at_or_below(&path("a/b")));
    }

    proptest! {
        #[test]
        fn what_is_read_has_only_names_and_reads_the_same_again(text in "([a.\\\\%é\u{202e} ]{0,3}/?){0,8}") {
            if let Ok(path) = RelPath::parse(&text) {
                prop_assert!(path.names().all(|name| !matches!(name, "" | "." | "..") && !name.contains('\0')));
                prop_assert_eq!(RelPath::parse(path.as_str()), Ok(path));
            }
        }
    }
}
