//! Folders and tags: where sessions are filed, kept beside their bodies so that they can be listed and counted.
//!
//! Always true: `session.folder` and `session_tag` say what the session's body says, archived and deleted ones
//! included. Elsewhere: lists by folder or tag (`sessions`).

use cowork_contract::{Label, Session, SessionId, SessionLabels};
use sqlx::{AnyConnection, AnyPool, Connection, Row};

use crate::open::{meta, put_meta};
use crate::transaction::{Tx, parse};
use crate::{ReadError, StorageError};

/// In `meta`: that sessions of before there were these columns have been entered.
const FILLED: &str = "labels";

/// Enters the sessions that a build without these columns left.
pub(crate) async fn fill(connection: &mut AnyConnection) -> Result<(), StorageError> {
    if meta(connection, FILLED).await?.is_some() {
        return Ok(());
    }
    let mut transaction = connection.begin().await?;
    let rows = sqlx::query("select body from session").fetch_all(&mut *transaction).await?;
    for row in rows {
        let session: Session = parse(&row, 0)?;
        if session.folder.is_some() {
            sqlx::query("update session set folder = $1 where id = $2")
                .bind(session.folder.as_deref().unwrap_or_default())
                .bind(session.id.as_str())
                .execute(&mut *transaction)
                .await?;
        }
        put_tags(&mut transaction, &session).await?;
    }
    put_meta(&mut transaction, FILLED, "1").await?;
    Ok(transaction.commit().await?)
}

/// Enters the tags of a session in place of those it had.
pub(crate) async fn put_tags(connection: &mut AnyConnection, session: &Session) -> Result<(), StorageError> {
    sqlx::query("delete from session_tag where session_id = $1")
        .bind(session.id.as_str())
        .execute(&mut *connection)
        .await?;
    for tag in &session.tags {
        sqlx::query("insert into session_tag (session_id, tag) values ($1, $2) on conflict do nothing")
            .bind(session.id.as_str())
            .bind(tag.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The folders and tags of sessions that are neither archived nor deleted, by name, with how many hold them.
pub(crate) async fn all(pool: &AnyPool) -> Result<SessionLabels, ReadError> {
    let folders = counted(
        pool,
        "select folder, count(*) from session where archived = 0 and deleted_at = 0 and folder > '' \
         group by folder order by folder",
    );
    let tags = counted(
        pool,
        "select t.tag, count(*) from session_tag t join session s on s.id = t.session_id \
         where s.archived = 0 and s.deleted_at = 0 group by t.tag order by t.tag",
    );
    Ok(SessionLabels { folders: folders.await?, tags: tags.await? })
}

async fn counted(pool: &AnyPool, statement: &'static str) -> Result<Vec<Label>, ReadError> {
    let rows = sqlx::query(statement).fetch_all(pool).await?;
    rows.iter()
        .map(|row| {
            let count = u32::try_from(row.try_get::<i64, _>(1)?).unwrap_or(u32::MAX);
            Ok(Label { name: row.try_get(0)?, count })
        })
        .collect()
}

impl Tx<'_> {
    /// The sessions of a folder, archived and deleted ones included, in the order of their ids.
    pub async fn sessions_in_folder(&mut self, folder: &str) -> Result<Vec<SessionId>, StorageError> {
        let rows = sqlx::query("select id from session where folder = $1 and archived in (0, 1) order by id")
            .bind(folder)
            .fetch_all(&mut *self.connection)
            .await?;
        rows.iter().map(|row| Ok(SessionId::new(row.try_get::<String, _>(0)?))).collect()
    }
}
