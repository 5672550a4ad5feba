//! What the data folder holds and how much room it takes.
//!
//! Always true: nothing is opened or changed, only measured; a file that goes while one looks counts nothing.

use std::path::{Path, PathBuf};

use sqlx::Row;

use crate::reader::Reader;
use crate::{ReadError, StorageError, StorageFault};

/// The size of what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footprint {
    /// The data folder.
    pub folder: PathBuf,
    /// Bytes of the database with its write-ahead log.
    pub database_bytes: u64,
    /// Bytes of the blobs.
    pub blob_bytes: u64,
    /// Sessions, archived ones included, deleted ones not.
    pub sessions: u64,
}

impl Reader {
    /// Measures the data folder.
    pub async fn footprint(&self) -> Result<Footprint, ReadError> {
        let row =
            sqlx::query("select count(*) from session where deleted_at = 0").fetch_one(&self.pool).await?;
        let sessions: i64 = row.try_get(0)?;
        let folder = self.folder().to_owned();
        let measured = tokio::task::spawn_blocking(move || measure(folder))
            .await
            .map_err(|fault| StorageError::new(StorageFault::Failed, fault.to_string()))?;
        Ok(Footprint { sessions: u64::try_from(sessions).unwrap_or(0), ..measured })
    }
}

fn measure(folder: PathBuf) -> Footprint {
    let database_bytes = ["cowork.db", "cowork.db-wal", "cowork.db-shm"]
        .iter()
        .filter_map(|name| std::fs::metadata(folder.join(name)).ok())
        .map(|file| file.len())
        .sum();
    let blob_bytes = below(&folder.join("blobs"));
    Footprint { folder, database_bytes, blob_bytes, sessions: 0 }
}

/// Bytes of all files below a folder; links are not followed.
fn below(folder: &Path) -> u64 {
    let mut bytes = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => folders.push(entry.path()),
                Ok(found) if found.is_file() => bytes += found.len(),
                _ => {}
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_count_however_deep_and_what_is_missing_counts_nothing() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("cowork.db"), [0; 100]).unwrap();
        std::fs::write(dir.path().join("cowork.db-wal"), [0; 10]).unwrap();
        std::fs::write(dir.path().join("server.json"), [0; 7]).unwrap();
        std::fs::create_dir_all(dir.path().join("blobs/ab")).unwrap();
        std::fs::write(dir.path().join("blobs/ab/cd"), [0; 5]).unwrap();
        let found = measure(dir.path().to_owned());
        assert_eq!((found.database_bytes, found.blob_bytes), (110, 5));
        assert_eq!(measure(dir.path().join("none")).database_bytes, 0);
    }
}
