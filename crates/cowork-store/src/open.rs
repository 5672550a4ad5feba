//! Opening the data folder: lock, schema, the position to go on from, the writer.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cowork_contract::Position;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, ConnectOptions, Connection, Executor, Row};

use crate::checkpoint::WRITER_PAGES;
use crate::tail::Tail;
use crate::{
    Blobs, DataDir, OpenError, Reader, StorageError, Vault, Writer, WriterTask, labels, schema, search,
    writer,
};

/// Positions left out after a machine died: text that some client saw may be gone from the disk, and its ids must
/// never mean something else.
const SKIPPED_AFTER_A_CRASH: Position = 1_000_000;

pub(crate) const CLEAN: &str = "clean";
const BOOT: &str = "boot";
/// The newest position that was removed for good by a purge.
pub(crate) const FLOOR: &str = "floor";
/// A position that was handed out, kept where the event itself may be removed.
pub(crate) const HEAD: &str = "head";

/// How to open a data folder.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The folder; made if there is none.
    pub data_dir: PathBuf,
    /// How long to wait for another program that holds the database.
    pub busy_timeout: Duration,
    /// Connections for reading.
    pub readers: u32,
}

impl OpenOptions {
    /// The defaults for a folder.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: data_dir.into(), busy_timeout: Duration::from_secs(2), readers: 3 }
    }
}

/// An open data folder.
#[derive(Debug)]
pub struct Opened {
    /// Writes; for the engine only.
    pub writer: Writer,
    /// Reads; for everybody.
    pub reader: Reader,
    /// Large bodies.
    pub blobs: Blobs,
    /// Ends the writer.
    pub task: WriterTask,
}

/// Opens the data folder, making it if there is none, takes its lock, brings the schema up to date and starts the
/// writer.
pub async fn open(options: OpenOptions) -> Result<Opened, OpenError> {
    sqlx::any::install_default_drivers();
    let dir = DataDir::open(&options.data_dir)?;
    let blobs = Blobs::open(dir.path())
        .map_err(|source| OpenError::NotWritable { path: dir.path().to_owned(), source })?;
    let connect: AnyConnectOptions = database_url(&dir.database()?).parse()?;
    // Statements are logged by their callers, where it is known what they mean.
    let connect = connect.disable_statement_logging();

    let mut connection = AnyConnection::connect_with(&connect).await?;
    let busy = options.busy_timeout.as_millis();
    let pragmas = format!(
        "pragma busy_timeout = {busy}; pragma journal_mode = wal; pragma synchronous = full; \
         pragma wal_autocheckpoint = {WRITER_PAGES}; pragma cache_size = -4096; pragma temp_store = memory;"
    );
    connection.execute(sqlx::AssertSqlSafe(pragmas)).await?;
    migrate(&mut connection, &options).await?;
    labels::fill(&mut connection).await?;
    search::prepare(&mut connection).await?;
    let head = next_position(&mut connection).await? - 1;
    let floor = floor(&mut connection).await?;

    let read_pragmas =
        Arc::new(format!("pragma busy_timeout = {busy}; pragma query_only = on; pragma cache_size = -1024;"));
    let pool = AnyPoolOptions::new()
        .min_connections(1)
        .max_connections(options.readers)
        // A connection to a file does not go stale, and asking it each time costs as much as a small read.
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let pragmas = Arc::clone(&read_pragmas);
            Box::pin(async move {
                connection.execute(sqlx::AssertSqlSafe(pragmas)).await?;
                Ok(())
            })
        })
        .connect_with(connect.clone())
        .await?;

    let mut beside = AnyConnection::connect_with(&connect).await?;
    let pragmas = format!("pragma busy_timeout = {busy}; pragma cache_size = -64;");
    beside.execute(sqlx::AssertSqlSafe(pragmas)).await?;

    let tail = Arc::new(Tail::new(head, floor));
    let indexed = search::indexed(&mut beside).await?;
    let bell = Arc::new(search::Bell::new());
    let index = search::worker(pool.clone(), indexed, Arc::clone(&bell), blobs.clone());
    let vault = Vault::new(dir.path());
    let (writer, task) =
        writer::start(connection, beside, Arc::clone(&tail), vault, head + 1, Arc::clone(&bell), index);
    Ok(Opened { writer, reader: Reader::new(pool, tail, bell, Arc::new(dir)), blobs, task })
}

fn database_url(path: &std::path::Path) -> String {
    let mut url = String::from("sqlite://");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                url.push(char::from(*byte))
            }
            other => url.push_str(&format!("%{other:02X}")),
        }
    }
    url
}

async fn migrate(connection: &mut AnyConnection, options: &OpenOptions) -> Result<(), OpenError> {
    use sqlx::migrate::MigrateError;
    match schema::migrator().await?.run_direct(None, connection, false).await {
        Err(MigrateError::VersionMissing(found)) if found > schema::NEWEST => {
            Err(OpenError::TooNew { path: options.data_dir.clone(), found, known: schema::NEWEST })
        }
        result => Ok(result?),
    }
}

/// The next position to hand out; marks the log as open.
async fn next_position(connection: &mut AnyConnection) -> Result<Position, OpenError> {
    let newest: Option<Position> =
        connection.fetch_one("select max(position) from event").await?.try_get(0)?;
    let kept: Position = meta(connection, HEAD).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut next = newest.unwrap_or(0).max(kept) + 1;

    let boot = boot_id();
    let clean = meta(connection, CLEAN).await?.is_none_or(|clean| clean == "1");
    let same_boot = boot.is_some() && meta(connection, BOOT).await? == boot;
    if !clean && !same_boot {
        next += SKIPPED_AFTER_A_CRASH;
        tracing::warn!(next, "the machine went down without a clean end: positions are skipped");
        put_meta(connection, HEAD, &(next - 1).to_string()).await?;
    }
    put_meta(connection, BOOT, boot.as_deref().unwrap_or("")).await?;
    put_meta(connection, CLEAN, "0").await?;
    Ok(next)
}

/// Tells one start of the machine from another. `None`: the system does not say, so every unclean end counts as a
/// crash of the machine.
fn boot_id() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok().map(|text| text.trim().to_owned())
}

/// The newest position that was removed for good. 0: none was.
pub(crate) async fn floor(connection: &mut AnyConnection) -> Result<Position, StorageError> {
    Ok(meta(connection, FLOOR).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

pub(crate) async fn meta(connection: &mut AnyConnection, name: &str) -> Result<Option<String>, StorageError> {
    let row =
        sqlx::query("select value from meta where name = $1").bind(name).fetch_optional(connection).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

pub(crate) async fn put_meta(
    connection: &mut AnyConnection,
    name: &str,
    value: &str,
) -> Result<(), StorageError> {
    sqlx::query(
        "insert into meta (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}
