//! Personas and prompts that a person keeps. As what else was set up, they are no part of any session's history, so they
//! are not in the log. What a body means is the engine's to know.
//!
//! Always true: of those that are not deleted, no two of a kind have the same handle.

use cowork_contract::{ClientRequestId, PresetKind, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::transaction::Tx;
use crate::{ReadError, Reader, StorageError};

/// A persona or a prompt as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPreset {
    /// Opaque id.
    pub id: String,
    /// JSON.
    pub body: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted. `None`: it was not.
    pub deleted_at: Option<Timestamp>,
    /// The id of the command that made it.
    pub request: Option<String>,
}

/// A preset to be written.
#[derive(Debug, Clone, Copy)]
pub struct PutPreset<'a> {
    /// Its kind.
    pub kind: PresetKind,
    /// Its id.
    pub id: &'a str,
    /// What its name comes to where names are compared.
    pub handle: &'a str,
    /// JSON.
    pub body: &'a str,
    /// The id of the command that makes it; one that is there keeps its own.
    pub request: Option<&'a ClientRequestId>,
}

/// The presets of a kind for which this holds.
macro_rules! of_kind {
    ($which:literal) => {
        concat!(
            "select id, body, created_at, updated_at, deleted_at, request from preset where kind = $1 and ",
            $which
        )
    };
}

fn stored(row: &AnyRow) -> Result<StoredPreset, sqlx::Error> {
    Ok(StoredPreset {
        id: row.try_get(0)?,
        body: row.try_get(1)?,
        created_at: row.try_get(2)?,
        updated_at: row.try_get(3)?,
        deleted_at: row.try_get(4)?,
        request: row.try_get(5)?,
    })
}

impl Reader {
    /// All presets of a kind that are not deleted, by name.
    pub async fn presets(&self, kind: PresetKind) -> Result<Vec<StoredPreset>, ReadError> {
        let rows = sqlx::query(of_kind!("deleted_at is null order by handle"))
            .bind(kind.as_str())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(stored).collect::<Result<_, _>>()?)
    }

    /// One that is not deleted.
    pub async fn preset(&self, kind: PresetKind, id: &str) -> Result<Option<StoredPreset>, ReadError> {
        let row = sqlx::query(of_kind!("id = $2 and deleted_at is null"))
            .bind(kind.as_str())
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(stored).transpose()?)
    }

    /// The one that a command made, if it is not deleted.
    pub async fn preset_made_by(
        &self,
        kind: PresetKind,
        request: &ClientRequestId,
    ) -> Result<Option<StoredPreset>, ReadError> {
        let row = sqlx::query(of_kind!("request = $2 and deleted_at is null"))
            .bind(kind.as_str())
            .bind(request.as_str())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(stored).transpose()?)
    }
}

impl Tx<'_> {
    /// All presets of a kind that are not deleted, by name.
    pub async fn presets(&mut self, kind: PresetKind) -> Result<Vec<StoredPreset>, StorageError> {
        let rows = sqlx::query(of_kind!("deleted_at is null order by handle"))
            .bind(kind.as_str())
            .fetch_all(&mut *self.connection)
            .await?;
        Ok(rows.iter().map(stored).collect::<Result<_, _>>()?)
    }

    /// One of them, deleted or not.
    pub async fn preset(&mut self, kind: PresetKind, id: &str) -> Result<Option<StoredPreset>, StorageError> {
        let row = sqlx::query(of_kind!("id = $2"))
            .bind(kind.as_str())
            .bind(id)
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(row.as_ref().map(stored).transpose()?)
    }

    /// The id of the one that has this handle and is not deleted.
    pub async fn preset_called(
        &mut self,
        kind: PresetKind,
        handle: &str,
    ) -> Result<Option<String>, StorageError> {
        let row = sqlx::query(of_kind!("handle = $2 and deleted_at is null"))
            .bind(kind.as_str())
            .bind(handle)
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// How many of a kind are not deleted.
    pub async fn preset_count(&mut self, kind: PresetKind) -> Result<usize, StorageError> {
        let row = sqlx::query("select count(*) from preset where kind = $1 and deleted_at is null")
            .bind(kind.as_str())
            .fetch_one(&mut *self.connection)
            .await?;
        Ok(usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or(usize::MAX))
    }

    /// Adds a preset, or replaces the one with this id. It is not deleted afterwards.
    pub async fn put_preset(&mut self, preset: PutPreset<'_>) -> Result<(), StorageError> {
        sqlx::query(
            "insert into preset (id, kind, handle, body, request, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $6) on conflict (id) do update set handle = excluded.handle, \
             body = excluded.body, updated_at = excluded.updated_at, deleted_at = null",
        )
        .bind(preset.id)
        .bind(preset.kind.as_str())
        .bind(preset.handle)
        .bind(preset.body)
        .bind(preset.request.map(ClientRequestId::as_str))
        .bind(self.now)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Deletes a preset; its row stays for a while, so that it can come back.
    pub async fn delete_preset(&mut self, kind: PresetKind, id: &str) -> Result<(), StorageError> {
        sqlx::query("update preset set deleted_at = $3 where kind = $1 and id = $2 and deleted_at is null")
            .bind(kind.as_str())
            .bind(id)
            .bind(self.now)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}
