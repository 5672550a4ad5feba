//! Where a file lies, in the words that the policy judges by.
//!
//! Always true: a path beneath a grant is plain: no `..`, no empty name, no leading slash, separators are `/`. What is
//! not so is outside. Elsewhere: what a path really leads to (the sandbox, which opens it and says so).

use std::sync::Arc;

use cowork_contract::GrantId;

/// A folder that a person granted, as far as the policy must know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Opaque id.
    pub id: GrantId,
    /// The folder's whole path. It names system paths; it is no way to open anything.
    pub root: String,
    /// Whether what files hold may be changed.
    pub allow_write: bool,
    /// Whether files and folders may be made.
    pub allow_create: bool,
    /// Whether files and folders may be removed.
    pub allow_delete: bool,
    /// Folders beneath the root where new files may be made freely, as paths relative to it; empty text is all of it.
    pub output_roots: Vec<String>,
}

/// Where a file lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a granted folder.
    Granted(GrantedPath),
    /// In no granted folder. It has no path, so that none can leak.
    Outside,
    /// Where the server keeps its own data, granted or not.
    ServerData,
}

/// A plain path beneath a granted folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedPath {
    grant: Arc<Grant>,
    path: String,
}

impl Place {
    /// The place of a path relative to the granted folder; the folder itself is the empty path. What is not plain is
    /// outside.
    pub fn beneath(grant: &Arc<Grant>, path: &str) -> Self {
        match is_plain(path) {
            true => Self::Granted(GrantedPath { grant: Arc::clone(grant), path: path.to_owned() }),
            false => Self::Outside,
        }
    }

    pub(crate) fn granted(&self) -> Option<&GrantedPath> {
        match self {
            Self::Granted(path) => Some(path),
            Self::Outside | Self::ServerData => None,
        }
    }

    /// For a person; says nothing of a path that they did not grant.
    pub(crate) fn label(&self) -> &str {
        match self {
            Self::Granted(path) if path.path.is_empty() => ".",
            Self::Granted(path) => &path.path,
            Self::Outside => "a path outside the granted folders",
            Self::ServerData => "the server's own data",
        }
    }

    pub(crate) fn is_in_output_root(&self) -> bool {
        self.granted().is_some_and(GrantedPath::is_in_output_root)
    }
}

impl GrantedPath {
    /// The folder that was granted.
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// Relative to the granted folder, with `/`; empty for the folder itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path on this computer.
    pub(crate) fn whole(&self) -> String {
        let root = self.grant.root.replace('\\', "/");
        let root = root.trim_end_matches('/');
        match self.path.is_empty() {
            true if root.is_empty() => "/".to_owned(),
            true => root.to_owned(),
            false => format!("{root}/{}", self.path),
        }
    }

    fn is_in_output_root(&self) -> bool {
        self.grant.output_roots.iter().any(|root| is_below(&self.path, root.trim_end_matches('/')))
    }
}

/// Whether a path is the folder or lies in it. Both are relative; the empty folder holds all.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_plain(path: &str) -> bool {
    path.is_empty()
        || path.split('/').all(|name| !matches!(name, "" | "." | "..") && !name.contains(['\0', '\\']))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn grant() -> Arc<Grant> {
        Arc::new(Grant {
            id: GrantId::new("g1"),
            root: "/home/ada/project".to_owned(),
            allow_write: true,
            allow_create: true,
            allow_delete: true,
            output_roots: vec!["out".to_owned()],
        })
    }

    #[test]
    fn only_plain_paths_are_beneath_a_grant() {
        for path in ["", "a", "a/b.txt", "...", "..a/b", "a b/c"] {
            assert!(Place::beneath(&grant(), path).granted().is_some(), "{path}");
        }
        for path in ["..", "../a", "a/../b", "/a", "a//b", "a/", "./a", "a/.", "a\0b", "a\\..\\b"] {
            assert_eq!(Place::beneath(&grant(), path), Place::Outside, "{path}");
        }
    }

    #[test]
    fn an_output_root_ends_at_a_name() {
        assert!(Place::beneath(&grant(), "out").is_in_output_root());
        assert!(Place::beneath(&grant(), "out/a/b").is_in_output_root());
        assert!(!Place::beneath(&grant(), "outside/a").is_in_output_root());
        assert!(!Place::beneath(&grant(), "a/out").is_in_output_root());
        assert!(!Place::Outside.is_in_output_root());
    }

    #[test]
    fn a_whole_path_has_one_slash_between_root_and_path() {
        let slash = Arc::new(Grant { root: "/".to_owned(), ..Grant::clone(&grant()) });
        let whole = |grant: &Arc<Grant>, path| Place::beneath(grant, path).granted().map(GrantedPath::whole);
        assert_eq!(whole(&slash, "etc/passwd").as_deref(), Some("/etc/passwd"));
        assert_eq!(whole(&slash, "").as_deref(), Some("/"));
        assert_eq!(whole(&grant(), "a").as_deref(), Some("/home/ada/project/a"));
        assert_eq!(whole(&grant(), "").as_deref(), Some("/home/ada/project"));
    }
}
