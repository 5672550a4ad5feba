//! A folder that can't be used: held by another server, written by a newer one, not writable, on a full disk, or
//! damaged.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use cowork_store::{OpenError, StorageFault};
use sqlx::{AnyConnection, Connection, Executor, Row};
use support::{append, chat, close, create, message, open, options, put_session, session, sql, text};

/// A small disk of its own. Only root can mount one; elsewhere the test says so and passes.
struct SmallDisk {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("disk");
        std::fs::create_dir(&path).unwrap();
        let disk = Self { path, _folder: folder };
        let made = disk.run("mount", &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]);
        if !made {
            eprintln!("skipped: a small disk can be mounted by root only");
            std::mem::forget(disk);
            return None;
        }
        Some(disk)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        let status = Command::new(program).args(arguments).arg(&self.path).status();
        status.is_ok_and(|status| status.success())
    }

    /// Fills it to the last byte; the file that does so is removed to make room again.
    fn fill(&self) -> PathBuf {
        use std::io::Write;
        let path = self.path.join("ballast");
        let mut file = File::create(&path).unwrap();
        for size in [64 << 10, 4 << 10, 512, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        self.run("umount", &["-l"]);
    }
}

#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing_and_the_writer_comes_back() {
    let Some(disk) = SmallDisk::mount("4m") else { return };
    let folder = disk.path.join("data");
    let opened = open(&folder).await;
    append(&opened.writer, put_session(session("s"))).await;
    append(&opened.writer, create(message("s", "m", None, ""))).await;
    opened.writer.append_text(text("s", "m", true, "before ")).await.unwrap();
    let ballast = disk.fill();
    let mut head = opened.reader.head();
    let mut taken = String::from("before ");
    let refused = loop {
        // There may be some room within the files that are there.
        let piece = "x".repeat(4 << 10);
        match opened.writer.append_text(text("s", "m", false, &piece)).await {
            Ok(()) => taken.push_str(&piece),
            Err(error) => break error,
        }
        head = opened.reader.head();
        assert!(taken.len() < 4 << 20, "the disk was never full");
    };
    assert!(refused.to_string().starts_with("The disk is full"), "{refused}");
    assert_eq!(opened.writer.trouble().unwrap().fault, StorageFault::Full);
    let mut large = session("large");
    large.title = "y".repeat(64 << 10);
    let refused = opened.writer.transact(put_session(large)).await.unwrap_err();
    assert!(refused.to_string().starts_with("The disk is full"), "{refused}");
    assert_eq!(opened.reader.head(), head);
    assert_eq!(
        chat(&opened.reader, "s").await.messages[0].content,
        taken,
        "all that was taken and nothing else"
    );

    std::fs::remove_file(ballast).unwrap();
    opened.writer.append_text(text("s", "m", false, "after")).await.unwrap();
    assert_eq!(opened.reader.head(), head + 1);
    assert!(opened.writer.trouble().is_none());
    close(opened).await;
    let opened = open(&folder).await;
    assert_eq!(chat(&opened.reader, "s").await.messages[0].content, taken + "after");
    close(opened).await;
}

#[tokio::test]
async fn a_disk_that_can_only_be_read_is_refused_at_the_start() {
    let Some(disk) = SmallDisk::mount("4m") else { return };
    let folder = disk.path.join("data");
    close(open(&folder).await).await;
    assert!(disk.run("mount", &["-o", "remount,ro"]));
    let refused = cowork_store::open(options(&folder)).await.unwrap_err();
    assert!(matches!(&refused, OpenError::NotWritable { .. }), "{refused:?}");
    assert!(refused.to_string().contains("Check its permissions"), "{refused}");
    assert!(disk.run("mount", &["-o", "remount,rw"]));
    close(open(&folder).await).await;
}

#[tokio::test]
async fn a_folder_that_a_server_holds_is_refused_with_its_process() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let refused = cowork_store::open(options(folder.path())).await.unwrap_err();
    let OpenError::Locked { pid, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!(*pid, Some(std::process::id()));
    assert!(refused.to_string().contains("--data-dir"), "{refused}");
    // The one that holds it is not disturbed, and when it is gone the folder is free.
    append(&opened.writer, put_session(session("s"))).await;
    close(opened).await;
    close(open(folder.path()).await).await;
}

#[tokio::test]
async fn a_folder_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    close(open(folder.path()).await).await;
    let mut connection = sql(folder.path()).await;
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 values (9000, 'to come', true, x'00', 0)";
    connection.execute(newer).await.unwrap();
    let before = database(folder.path());
    let refused = cowork_store::open(options(folder.path())).await.unwrap_err();
    assert!(matches!(refused, OpenError::TooNew { found: 9000, .. }), "{refused:?}");
    assert!(refused.to_string().contains("nothing was changed"), "{refused}");
    assert_eq!(database(folder.path()), before);
}

fn database(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("cowork.db")).unwrap()
}

#[tokio::test]
async fn a_file_in_the_place_of_the_folder_is_refused_in_plain_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    std::fs::write(&path, "not a folder").unwrap();
    let refused = cowork_store::open(options(&path)).await.unwrap_err();
    assert!(matches!(refused, OpenError::NotWritable { .. }), "{refused:?}");
    // A database that is none.
    let path = folder.path().join("broken");
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("cowork.db"), "this is no database, it only looks like a file".repeat(100))
        .unwrap();
    assert!(cowork_store::open(options(&path)).await.is_err());
    assert!(std::fs::read_to_string(path.join("cowork.db")).unwrap().starts_with("this is no database"));
}

#[tokio::test]
async fn odd_names_of_folders_are_fine() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["with space", "per%cent?mode=ro#hash", "\u{fc}ml\u{e4}ut"] {
        let path = folder.path().join(name);
        let opened = open(&path).await;
        append(&opened.writer, put_session(session("s"))).await;
        close(opened).await;
        assert!(path.join("cowork.db").exists(), "{name}");
    }
}

#[tokio::test]
async fn a_damaged_page_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("s"))).await;
    assert_eq!(opened.reader.damage().await.unwrap(), None);
    close(opened).await;

    // The first page of a table that nothing at the start looks into.
    let mut connection = sql(folder.path()).await;
    let number = async |connection: &mut AnyConnection, query: &'static str| -> i64 {
        sqlx::query(query).fetch_one(connection).await.unwrap().try_get(0).unwrap()
    };
    let page =
        number(&mut connection, "select rootpage from sqlite_master where name = 'revision'").await - 1;
    let size = number(&mut connection, "pragma page_size").await;
    connection.close().await.unwrap();
    let mut file = File::options().write(true).open(folder.path().join("cowork.db")).unwrap();
    file.seek(SeekFrom::Start(u64::try_from(page * size).unwrap())).unwrap();
    file.write_all(&[0xff; 64]).unwrap();
    drop(file);

    let opened = open(folder.path()).await;
    let fault = opened.reader.damage().await.unwrap().expect("a fault");
    assert!(fault.contains(&format!("page {}", page + 1)) && !fault.contains('\n'), "{fault}");
}
