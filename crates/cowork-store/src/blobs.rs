//! Large bodies by the hash of their content: what is stored once is never changed, only removed.
//!
//! Always true: a blob that was acknowledged is on disk under its hash; a read gives exactly the bytes of that hash
//! or an error; a blob that no table names (`Reader::blobs_in_use`) is swept, unless somebody holds it meanwhile.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use sha2::{Digest, Sha256};

use crate::data_dir::create_private_dir;

/// SHA-256 of a blob's bytes, lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlobHash(String);

impl BlobHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex(&Sha256::digest(bytes)))
    }

    /// Takes 64 lower-case hex digits; anything else names no blob.
    pub fn parse(text: &str) -> Option<Self> {
        let valid = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        valid.then(|| Self(text.to_owned()))
    }

    /// The 64 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Why a blob could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// No such blob.
    #[error("there is no blob {0}")]
    Missing(String),
    /// The bytes on disk are not those that were stored.
    #[error("blob {0} is damaged on disk")]
    Damaged(String),
    /// The file system failed.
    #[error("the blob folder can't be used")]
    Io(#[from] std::io::Error),
}

/// The folder of blobs. Calls block on the disk: use them off the async threads.
#[derive(Debug, Clone)]
pub struct Blobs {
    root: PathBuf,
    /// Held for writing by the sweep alone.
    held: Arc<RwLock<()>>,
}

/// While it lives, no blob is swept: for the time between storing one and committing the row that names it.
#[derive(Debug)]
pub struct Held {
    _guard: OwnedRwLockReadGuard<()>,
}

/// Where bytes lie that have not all come yet. Emptied at each start.
const INCOMING: &str = "incoming";

impl Blobs {
    pub(crate) fn open(data_dir: &Path) -> std::io::Result<Self> {
        let root = data_dir.join("blobs");
        create_private_dir(&root)?;
        let incoming = root.join(INCOMING);
        // The folder is ours alone: what lies here was cut short by the last end.
        match std::fs::remove_dir_all(&incoming) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => create_private_dir(&incoming)?,
        }
        Ok(Self { root, held: Arc::default() })
    }

    /// Keeps the sweep away until the guard is dropped.
    pub async fn hold(&self) -> Held {
        Held { _guard: Arc::clone(&self.held).read_owned().await }
    }

    /// A place for bytes that come in pieces.
    pub fn incoming(&self) -> Result<Incoming, BlobError> {
        let file = NewFile::create(&self.root.join(INCOMING), "upload")?;
        Ok(Incoming { file, hash: Sha256::new(), size: 0 })
    }

    /// Makes a blob of bytes that have all come, synced. Hold the blobs until the row that names it is committed.
    pub fn keep(&self, incoming: Incoming) -> Result<BlobHash, BlobError> {
        let Incoming { file, hash, .. } = incoming;
        let hash = BlobHash(hex(&hash.finalize()));
        self.place(file, &hash)?;
        Ok(hash)
    }

    /// Removes every blob that `in_use` does not name, and gives how many. Waits until nobody holds the blobs, and
    /// holds up those who want to meanwhile.
    pub async fn sweep<E>(&self, in_use: impl Future<Output = Result<HashSet<String>, E>>) -> Result<u32, E>
    where
        E: From<BlobError>,
    {
        let _alone = self.held.write().await;
        let in_use = in_use.await?;
        let blobs = self.clone();
        let swept = tokio::task::spawn_blocking(move || blobs.remove_all_but(&in_use)).await;
        Ok(swept.unwrap_or(Ok(0))?)
    }

    fn remove_all_but(&self, in_use: &HashSet<String>) -> Result<u32, BlobError> {
        let mut removed = 0;
        for folder in std::fs::read_dir(&self.root)? {
            let folder = folder?.path();
            let Some(start) =
                folder.file_name().and_then(|name| name.to_str()).filter(|name| name.len() == 2)
            else {
                continue;
            };
            for file in std::fs::read_dir(&folder)? {
                let file = file?;
                let hash = format!("{start}{}", file.file_name().to_string_lossy());
                if let Some(hash) = BlobHash::parse(&hash).filter(|hash| !in_use.contains(hash.as_str())) {
                    self.remove(&hash)?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// Stores `bytes`, synced, and gives their hash. Bytes that are there already are not written again.
    pub fn put(&self, bytes: &[u8]) -> Result<BlobHash, BlobError> {
        let hash = BlobHash::of(bytes);
        let path = self.path(&hash);
        if path.exists() {
            return Ok(hash);
        }
        let mut file = NewFile::create(&self.root.join(INCOMING), &hash.as_str()[..16])?;
        file.file.write_all(bytes)?;
        self.place(file, &hash)?;
        Ok(hash)
    }

    /// Written apart from its place and renamed: a crash leaves the whole blob or none.
    fn place(&self, file: NewFile, hash: &BlobHash) -> Result<(), BlobError> {
        let path = self.path(hash);
        if path.exists() {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.root);
        create_private_dir(folder)?;
        file.file.sync_all()?;
        std::fs::rename(&file.path, &path)?;
        std::fs::File::open(folder)?.sync_all()?;
        Ok(())
    }

    /// Whether the bytes of `hash` are there.
    pub fn contains(&self, hash: &BlobHash) -> bool {
        self.path(hash).is_file()
    }

    /// The bytes of `hash`, checked.
    pub fn get(&self, hash: &BlobHash) -> Result<Vec<u8>, BlobError> {
        let bytes = match std::fs::read(self.path(hash)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(BlobError::Missing(hash.as_str().to_owned()));
            }
            read => read?,
        };
        if BlobHash::of(&bytes) == *hash {
            Ok(bytes)
        } else {
            Err(BlobError::Damaged(hash.as_str().to_owned()))
        }
    }

    /// Removes `hash`; one that is not there is fine.
    pub fn remove(&self, hash: &BlobHash) -> Result<(), BlobError> {
        match std::fs::remove_file(self.path(hash)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn path(&self, hash: &BlobHash) -> PathBuf {
        self.root.join(&hash.as_str()[..2]).join(&hash.as_str()[2..])
    }
}

/// Bytes that come in pieces. Dropped, it leaves nothing.
#[derive(Debug)]
pub struct Incoming {
    file: NewFile,
    hash: Sha256,
    size: u64,
}

impl Incoming {
    /// Adds a piece. Blocks on the disk.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), BlobError> {
        self.file.file.write_all(piece)?;
        self.hash.update(piece);
        self.size += piece.len() as u64;
        Ok(())
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What came so far, to be looked at. Blocks on the disk.
    pub fn bytes(&self) -> Result<Vec<u8>, BlobError> {
        Ok(std::fs::read(&self.file.path)?)
    }
}

/// A file that is removed unless it was renamed into place.
#[derive(Debug)]
struct NewFile {
    path: PathBuf,
    file: std::fs::File,
}

impl NewFile {
    fn create(folder: &Path, name: &str) -> std::io::Result<Self> {
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = folder.join(format!("{name}-{}-{count}", std::process::id()));
        let mut options = std::fs::File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        Ok(Self { path, file })
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_until_they_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        let hash = blobs.put(b"ledger").unwrap();
        assert_eq!(blobs.put(b"ledger").unwrap(), hash);
        assert_eq!(blobs.get(&hash).unwrap(), b"ledger");
        blobs.remove(&hash).unwrap();
        blobs.remove(&hash).unwrap();
        assert!(matches!(blobs.get(&hash), Err(BlobError::Missing(_))));
    }

    #[test]
    fn damage_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        let hash = blobs.put(b"ledger").unwrap();
        std::fs::write(blobs.path(&hash), b"Ledger").unwrap();
        assert!(matches!(blobs.get(&hash), Err(BlobError::Damaged(_))));
    }

    #[test]
    fn only_hashes_name_blobs() {
        assert!(BlobHash::parse("../../etc/passwd").is_none());
        assert!(BlobHash::parse(&"A".repeat(64)).is_none());
        assert!(BlobHash::parse(BlobHash::of(b"x").as_str()).is_some());
    }
}
