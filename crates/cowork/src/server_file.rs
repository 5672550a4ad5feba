//! `server.json` in the data folder: how commands of this machine find the server that runs on it.
//!
//! Always true: only its owner can read it; it is complete or not there; it is written once the server answers and
//! removed at a clean end. One that a killed server left behind is recognised by the server not answering.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// What commands need to know.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ServerFile {
    pub(crate) pid: u32,
    pub(crate) address: SocketAddr,
    /// A bearer token that is good as long as this server runs.
    pub(crate) token: String,
    pub(crate) version: String,
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("server.json")
}

impl ServerFile {
    /// Reads it. `None`: there is none, or none that this version understands.
    pub(crate) fn read(data_dir: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path(data_dir)).ok()?).ok()
    }

    /// Puts it there, whole.
    pub(crate) fn write(&self, data_dir: &Path) -> io::Result<()> {
        let draft = data_dir.join(format!("server.json.{}", self.pid));
        let mut file = private(&draft)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        fs::rename(&draft, path(data_dir))
    }

    /// Takes it away, unless another server has put its own there.
    pub(crate) fn remove(&self, data_dir: &Path) {
        if Self::read(data_dir).is_some_and(|found| found.token == self.token) {
            let _ = fs::remove_file(path(data_dir));
        }
    }
}

/// A new file that only its owner can read; what a killed process left under the name goes.
fn private(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
        _ => {}
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_private_whole_and_only_removed_by_its_own_server() {
        let folder = tempfile::tempdir().unwrap();
        let file = |token: &str| ServerFile {
            pid: 1,
            address: "127.0.0.1:1".parse().unwrap(),
            token: token.to_owned(),
            version: "0".to_owned(),
        };
        assert!(ServerFile::read(folder.path()).is_none());
        file("old").write(folder.path()).unwrap();
        file("new").write(folder.path()).unwrap();
        file("old").remove(folder.path());
        assert_eq!(ServerFile::read(folder.path()).unwrap().token, "new");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(path(folder.path())).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        file("new").remove(folder.path());
        assert!(ServerFile::read(folder.path()).is_none());
    }
}
