//! Folders and tags: what is counted and what is listed follow the newest event of each session.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{Session, SessionLabels};
use cowork_store::{Opened, SessionQuery};
use support::{append, open, put_session, session};

async fn put(opened: &Opened, id: &str, change: impl FnOnce(&mut Session)) {
    let mut changed = session(id);
    change(&mut changed);
    append(&opened.writer, put_session(changed)).await;
}

type Counts<'a> = Vec<(&'a str, u32)>;

/// Folders and tags.
fn counts(labels: &SessionLabels) -> (Counts<'_>, Counts<'_>) {
    (
        labels.folders.iter().map(|label| (label.name.as_str(), label.count)).collect(),
        labels.tags.iter().map(|label| (label.name.as_str(), label.count)).collect(),
    )
}

async fn listed(opened: &Opened, query: SessionQuery) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = SessionQuery { limit: 2, cursor, ..query.clone() };
        let page = opened.reader.sessions(page).await.unwrap();
        all.extend(page.items.into_iter().map(|session| session.id.as_str().to_owned()));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

/// Sessions of every kind: `a` to `c` in Work, `d` in Home, `e` in none; archived and deleted ones besides.
async fn filed(folder: &std::path::Path) -> Opened {
    let opened = open(folder).await;
    let file = |folder: &str, tags: &[&str], at: i64| {
        let (folder, tags) = (folder.to_owned(), tags.iter().map(|tag| (*tag).to_owned()).collect());
        move |session: &mut Session| {
            session.folder = Some(folder).filter(|folder| !folder.is_empty());
            (session.tags, session.updated_at) = (tags, at);
        }
    };
    put(&opened, "a", file("Work", &["x", "y", "x"], 1)).await;
    put(&opened, "b", file("Work", &["y"], 2)).await;
    put(&opened, "c", file("Work", &[], 3)).await;
    put(&opened, "d", file("Home", &["x"], 4)).await;
    put(&opened, "e", file("", &["y"], 5)).await;
    put(&opened, "old", |session| {
        file("Work", &["x"], 6)(session);
        session.archived = true;
    })
    .await;
    put(&opened, "gone", |session| {
        file("Gone", &["z"], 7)(session);
        session.deleted_at = Some(7);
    })
    .await;
    opened
}

#[tokio::test]
async fn labels_are_those_of_sessions_in_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let opened = filed(folder.path()).await;
    let labels = opened.reader.labels().await.unwrap();
    assert_eq!(counts(&labels), (vec![("Home", 1), ("Work", 3)], vec![("x", 2), ("y", 3)]));

    put(&opened, "a", |session| session.tags = vec!["new".to_owned()]).await;
    put(&opened, "d", |session| {
        session.folder = Some("Home".to_owned());
        session.archived = true;
    })
    .await;
    put(&opened, "gone", |session| session.folder = Some("Back".to_owned())).await;
    let labels = opened.reader.labels().await.unwrap();
    assert_eq!(counts(&labels), (vec![("Back", 1), ("Work", 2)], vec![("new", 1), ("y", 2)]));
}

#[tokio::test]
async fn lists_by_folder_and_tag_come_in_pages_too() {
    let folder = tempfile::tempdir().unwrap();
    let opened = filed(folder.path()).await;
    let all = SessionQuery::default();
    let (in_folder, tagged) = (
        |name: &str| SessionQuery { folder: Some(name.to_owned()), ..SessionQuery::default() },
        |name: &str| SessionQuery { tag: Some(name.to_owned()), ..SessionQuery::default() },
    );
    let cases = [
        ("all", all.clone(), vec!["e", "d", "c", "b", "a"]),
        ("a folder", in_folder("Work"), vec!["c", "b", "a"]),
        ("no folder", in_folder(""), vec!["e"]),
        ("a folder that is not there", in_folder("Nowhere"), vec![]),
        ("letters that match more", in_folder("W%"), vec![]),
        ("a tag", tagged("y"), vec!["e", "b", "a"]),
        (
            "a tag in a folder",
            SessionQuery { tag: Some("y".to_owned()), ..in_folder("Work") },
            vec!["b", "a"],
        ),
        ("archived", SessionQuery { archived: true, ..in_folder("Work") }, vec!["old"]),
        ("deleted", SessionQuery { deleted: true, ..all }, vec!["gone"]),
    ];
    for (what, query, expected) in cases {
        assert_eq!(listed(&opened, query).await, expected, "{what}");
    }
}

#[tokio::test]
async fn deleted_ones_are_listed_by_when_they_were_deleted_archived_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    for (id, deleted_at, pinned, archived) in
        [("a", 9, false, false), ("b", 7, true, false), ("c", 8, false, true), ("d", 8, false, false)]
    {
        put(&opened, id, |session| {
            session.deleted_at = Some(deleted_at);
            (session.pinned, session.archived) = (pinned, archived);
        })
        .await;
    }
    let deleted = SessionQuery { deleted: true, ..SessionQuery::default() };
    assert_eq!(listed(&opened, deleted).await, ["a", "d", "c", "b"]);
}

#[tokio::test]
async fn what_is_purged_leaves_no_tag() {
    let folder = tempfile::tempdir().unwrap();
    let opened = filed(folder.path()).await;
    assert_eq!(opened.writer.purge(8).await.unwrap().sessions, 1);
    let all = support::all_values(folder.path()).await;
    assert!(!all.iter().any(|(column, value)| column == "session_tag.session_id" && value == "'gone'"));
    assert!(all.iter().any(|(column, value)| column == "session_tag.session_id" && value == "'a'"));
}
