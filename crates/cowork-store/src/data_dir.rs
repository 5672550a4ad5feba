//! The data folder: private to its owner, and held by one server at a time.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::OpenError;

/// An open data folder. Its lock ends with the value, also when the process is killed.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Makes the folder if there is none (0700) and takes its lock.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let not_writable = |source| OpenError::NotWritable { path: path.to_owned(), source };
        create_private_dir(path).map_err(not_writable)?;
        let mut lock = private_file(&path.join("cowork.lock")).map_err(not_writable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let pid = lock.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                return Err(OpenError::Locked { path: path.to_owned(), pid });
            }
            Err(TryLockError::Error(source)) => return Err(not_writable(source)),
        }
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| write!(lock, "{}", std::process::id()))
            .map_err(not_writable)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database file, made 0600 before SQLite opens it: its siblings take over the mode.
    pub(crate) fn database(&self) -> Result<PathBuf, OpenError> {
        let path = self.path.join("cowork.db");
        private_file(&path).map_err(|source| OpenError::NotWritable { path: self.path.clone(), source })?;
        Ok(path)
    }
}

/// Makes a folder that only its owner can enter.
pub(crate) fn create_private_dir(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    // An existing folder may have been made by hand with wider rights.
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Opens a file that only its owner can read, making it if there is none.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_and_told_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        let first = DataDir::open(dir.path()).unwrap();
        let Err(OpenError::Locked { pid, .. }) = DataDir::open(dir.path()) else { panic!("opened twice") };
        assert_eq!(pid, Some(std::process::id()));
        drop(first);
        DataDir::open(dir.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_gets_in() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data");
        let data = DataDir::open(&path).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&data.database().unwrap()), 0o600);
    }
}
