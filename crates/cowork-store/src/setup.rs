//! What a person set up in the app: model services, their sealed keys, settings. It is no part of any session's
//! history, so it is not in the log.

use sqlx::Row;

use crate::transaction::Tx;
use crate::{ReadError, Reader, StorageError};

/// Everything that was set up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setup {
    /// In the order in which they were added.
    pub providers: Vec<StoredProvider>,
    /// Place and sealed text of each secret.
    pub secrets: Vec<(String, String)>,
    /// Name and JSON of each setting.
    pub settings: Vec<(String, String)>,
}

/// A provider that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProvider {
    /// Its id.
    pub id: String,
    /// JSON; what it means is the engine's to know. Holds no secret.
    pub body: String,
}

impl Reader {
    /// Everything that was set up, as of one moment.
    pub async fn setup(&self) -> Result<Setup, ReadError> {
        let mut transaction = self.pool.begin().await?;
        let providers = sqlx::query("select id, body from provider order by created_at, id")
            .fetch_all(&mut *transaction)
            .await?;
        let secrets = sqlx::query("select place, sealed from secret order by place")
            .fetch_all(&mut *transaction)
            .await?;
        let settings =
            sqlx::query("select name, value from setting order by name").fetch_all(&mut *transaction).await?;
        transaction.commit().await?;
        let pairs = |rows: Vec<sqlx::any::AnyRow>| {
            rows.iter()
                .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
                .collect::<Result<Vec<_>, sqlx::Error>>()
        };
        Ok(Setup {
            providers: pairs(providers)?.into_iter().map(|(id, body)| StoredProvider { id, body }).collect(),
            secrets: pairs(secrets)?,
            settings: pairs(settings)?,
        })
    }
}

impl Tx<'_> {
    /// The provider with this id. `None`: none was added.
    pub async fn provider(&mut self, id: &str) -> Result<Option<String>, StorageError> {
        let row = sqlx::query("select body from provider where id = $1")
            .bind(id)
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// How many providers were added.
    pub async fn provider_count(&mut self) -> Result<u32, StorageError> {
        let row = sqlx::query("select count(*) from provider").fetch_one(&mut *self.connection).await?;
        Ok(u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or(u32::MAX))
    }

    /// Adds a provider, or replaces the one with this id.
    pub async fn put_provider(&mut self, id: &str, body: &str) -> Result<(), StorageError> {
        sqlx::query(
            "insert into provider (id, body, created_at) values ($1, $2, $3) \
             on conflict (id) do update set body = excluded.body",
        )
        .bind(id)
        .bind(body)
        .bind(self.now)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Removes a provider; its secrets stay. `false`: there was none.
    pub async fn delete_provider(&mut self, id: &str) -> Result<bool, StorageError> {
        let done =
            sqlx::query("delete from provider where id = $1").bind(id).execute(&mut *self.connection).await?;
        Ok(done.rows_affected() > 0)
    }

    /// The sealed secret at a place. `None`: there is none.
    pub async fn secret(&mut self, place: &str) -> Result<Option<String>, StorageError> {
        let row = sqlx::query("select sealed from secret where place = $1")
            .bind(place)
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Keeps a sealed secret in place of the one that was there.
    pub async fn put_secret(&mut self, place: &str, sealed: &str) -> Result<(), StorageError> {
        sqlx::query(
            "insert into secret (place, sealed, created_at) values ($1, $2, $3) \
             on conflict (place) do update set sealed = excluded.sealed, created_at = excluded.created_at",
        )
        .bind(place)
        .bind(sealed)
        .bind(self.now)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Removes a secret. `false`: there was none.
    pub async fn delete_secret(&mut self, place: &str) -> Result<bool, StorageError> {
        let done = sqlx::query("delete from secret where place = $1")
            .bind(place)
            .execute(&mut *self.connection)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// A setting's JSON. `None`: nobody chose.
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>, StorageError> {
        let row = sqlx::query("select value from setting where name = $1")
            .bind(name)
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Sets a setting to this JSON; `None` brings its default back.
    pub async fn put_setting(&mut self, name: &str, value: Option<&str>) -> Result<(), StorageError> {
        let query = match value {
            Some(value) => sqlx::query(
                "insert into setting (name, value) values ($1, $2) \
                 on conflict (name) do update set value = excluded.value",
            )
            .bind(name)
            .bind(value),
            None => sqlx::query("delete from setting where name = $1").bind(name),
        };
        query.execute(&mut *self.connection).await?;
        Ok(())
    }
}
