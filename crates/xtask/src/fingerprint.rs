//! Short names for the content of files and folders, so that a step whose inputs did not change can be left out.
//!
//! Always true: same files with same content, same fingerprint; times and permissions do not count.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

/// The SHA-256 of the files' paths and contents, as hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fingerprint(String);

impl Fingerprint {
    /// Of everything beneath `dir`, without entries of the given names; an absent folder counts as empty.
    pub(crate) fn of_folder(dir: &Path, without: &[&str]) -> anyhow::Result<Self> {
        Self::of_files(dir, &files_beneath(dir, without)?)
    }

    /// Of the given files, named by their paths below `base`.
    pub(crate) fn of_files(base: &Path, files: &[PathBuf]) -> anyhow::Result<Self> {
        let mut hash = Sha256::new();
        for file in files {
            let content = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
            let name = file.strip_prefix(base).unwrap_or(file).to_string_lossy();
            for part in [name.as_bytes(), &content] {
                hash.update(part.len().to_le_bytes());
                hash.update(part);
            }
        }
        Ok(Self(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Every file beneath `dir` in a fixed order, without entries of the given names.
pub(crate) fn files_beneath(dir: &Path, without: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("reading {}", folder.display())),
        };
        for entry in entries {
            let entry = entry?;
            if without.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A file that remembers the fingerprint a step last worked on.
#[derive(Debug)]
pub(crate) struct Stamp(PathBuf);

impl Stamp {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn is(&self, current: &str) -> bool {
        self.read().is_some_and(|stored| stored == current)
    }

    pub(crate) fn read(&self) -> Option<String> {
        fs::read_to_string(&self.0).ok()
    }

    pub(crate) fn write(&self, current: &str) -> anyhow::Result<()> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.0, current).with_context(|| format!("writing {}", self.0.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("src/deep")).unwrap();
        fs::write(dir.path().join("src/deep/a.ts"), "a").unwrap();
        fs::write(dir.path().join("b.ts"), "b").unwrap();
        dir
    }

    #[test]
    fn content_and_names_count() {
        let dir = folder();
        let before = Fingerprint::of_folder(dir.path(), &[]).unwrap();
        assert_eq!(before, Fingerprint::of_folder(dir.path(), &[]).unwrap());

        fs::write(dir.path().join("src/deep/a.ts"), "changed").unwrap();
        let edited = Fingerprint::of_folder(dir.path(), &[]).unwrap();
        assert_ne!(before, edited);

        fs::rename(dir.path().join("b.ts"), dir.path().join("c.ts")).unwrap();
        assert_ne!(edited, Fingerprint::of_folder(dir.path(), &[]).unwrap());
    }

    #[test]
    fn left_out_names_do_not_count_at_any_depth() {
        let dir = folder();
        let before = Fingerprint::of_folder(dir.path(), &["node_modules"]).unwrap();
        fs::create_dir_all(dir.path().join("src/node_modules/x")).unwrap();
        fs::write(dir.path().join("src/node_modules/x/y.js"), "y").unwrap();
        assert_eq!(before, Fingerprint::of_folder(dir.path(), &["node_modules"]).unwrap());
    }

    #[test]
    fn a_stamp_holds_only_what_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let stamp = Stamp::at(dir.path().join("deep/stamp"));
        assert!(!stamp.is("one"));
        stamp.write("one").unwrap();
        assert!(stamp.is("one") && !stamp.is("two"));
    }
}
