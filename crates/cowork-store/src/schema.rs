//! The schema and its migrations: forward only, in the SQL that SQLite and PostgreSQL share.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationSource, MigrationType, Migrator};

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "init", include_str!("../migrations/0001_init.sql")),
    (2, "setup", include_str!("../migrations/0002_setup.sql")),
    (3, "calls", include_str!("../migrations/0003_calls.sql")),
    (5, "search", include_str!("../migrations/0005_search.sql")),
    (6, "attachments", include_str!("../migrations/0006_attachments.sql")),
    (7, "presets", include_str!("../migrations/0007_presets.sql")),
    (8, "labels", include_str!("../migrations/0008_labels.sql")),
];

/// The newest schema this build knows.
pub(crate) const NEWEST: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

#[derive(Debug)]
struct Embedded(&'static [(i64, &'static str, &'static str)]);

impl MigrationSource<'static> for Embedded {
    fn resolve(
        self,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Migration>, Box<dyn Error + Send + Sync>>> + Send + 'static>>
    {
        let list = self
            .0
            .iter()
            .map(|&(version, name, sql)| {
                Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
            })
            .collect();
        Box::pin(async move { Ok(list) })
    }
}

/// What brings a database up to date.
pub(crate) async fn migrator() -> Result<Migrator, sqlx::migrate::MigrateError> {
    Migrator::new(Embedded(MIGRATIONS)).await
}

#[cfg(test)]
mod tests {
    use sqlx::any::AnyConnectOptions;
    use sqlx::{AnyConnection, Connection, Executor};

    use super::*;

    /// A folder as the version before wrote it, with something in each of its tables that matters.
    async fn folder_of_version(newest: usize, folder: &std::path::Path) {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}?mode=rwc", folder.join("cowork.db").display());
        let options: AnyConnectOptions = url.parse().unwrap();
        let mut connection = AnyConnection::connect_with(&options).await.unwrap();
        let migrator = Migrator::new(Embedded(&MIGRATIONS[..newest])).await.unwrap();
        migrator.run_direct(None, &mut connection, false).await.unwrap();
        let session = r#"{"id":"s","title":"Old","createdAt":1,"updatedAt":1,"mode":"chat","pinned":false,
            "archived":false,"folder":"Work","tags":["a","b"],"messageCount":0,"lastEventId":7,"writeMode":"review","agentMode":"build",
            "activity":"idle"}"#;
        sqlx::query("insert into session (id, updated_at, pinned, archived, deleted_at, body) values ('s', 1, 0, 0, 0, $1)")
            .bind(session)
            .execute(&mut connection)
            .await
            .unwrap();
        let event =
            "insert into event (position, session_id, kind, wide, body) values (7, 's', 'x', 0, '{}')";
        connection.execute(event).await.unwrap();
        connection.close().await.unwrap();
    }

    #[tokio::test]
    async fn folders_of_earlier_versions_are_brought_up_to_date_and_keep_what_they_hold() {
        for version in 1..MIGRATIONS.len() {
            let folder = tempfile::tempdir().unwrap();
            folder_of_version(version, folder.path()).await;
            for _ in 0..2 {
                let opened = crate::open(crate::OpenOptions::new(folder.path())).await.unwrap();
                let list = opened.reader.sessions(crate::SessionQuery { limit: 9, ..Default::default() });
                assert_eq!(list.await.unwrap().items[0].title, "Old", "from version {version}");
                assert_eq!(opened.reader.head(), 7);
                let labels = opened.reader.labels().await.unwrap();
                let names = |labels: Vec<cowork_contract::Label>| -> Vec<String> {
                    labels.into_iter().map(|label| label.name).collect()
                };
                assert_eq!(
                    (names(labels.folders), names(labels.tags)),
                    (vec!["Work".into()], vec!["a".into(), "b".into()])
                );
                assert!(opened.reader.setup().await.unwrap().providers.is_empty());
                opened.task.stop().await;
                opened.reader.close().await;
            }
        }
    }

    #[tokio::test]
    async fn a_folder_of_a_later_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        folder_of_version(MIGRATIONS.len(), folder.path()).await;
        let url = format!("sqlite://{}", folder.path().join("cowork.db").display());
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        let later = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                     values (99, 'later', true, x'00', 0)";
        connection.execute(later).await.unwrap();
        connection.close().await.unwrap();
        let refused = crate::open(crate::OpenOptions::new(folder.path())).await.unwrap_err();
        assert!(matches!(refused, crate::OpenError::TooNew { found: 99, .. }), "{refused}");
    }
}
