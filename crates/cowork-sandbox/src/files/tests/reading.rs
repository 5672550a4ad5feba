//! Reading, listing, looking and walking.

use std::{
    fs,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _, net::UnixListener},
};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::{super::*, Ground, WAYS, at, is_root, path};

fn names(listing: &Listing) -> Vec<&str> {
    listing.entries.iter().map(|entry| entry.name.as_str()).collect()
}

#[test]
fn a_file_is_read_whole_up_to_its_limit() {
    let ground = Ground::new();
    ground.file("a.txt", "12345");
    let root = ground.root();
    let read = root.read(&at(&root, "a.txt"), 5).unwrap();
    assert_eq!((read.bytes.as_slice(), read.metadata.size), (&b"12345"[..], 5));
    let refused = root.read(&at(&root, "a.txt"), 4);
    assert!(matches!(refused, Err(FileError::TooLarge { bytes: 5, limit: 4, .. })), "{refused:?}");
    let refused = root.read(&at(&root, "b.txt"), 5);
    assert!(matches!(refused, Err(FileError::NotFound { .. })), "{refused:?}");
    let refused = root.read(&at(&root, "."), 5);
    assert!(matches!(refused, Err(FileError::NotAFile { kind: FileKind::Directory, .. })), "{refused:?}");
}

#[test]
fn a_sparse_giant_is_refused_by_its_size() {
    let ground = Ground::new();
    let file = ground.file("giant", "");
    fs::File::options().write(true).open(file).unwrap().set_len(1 << 40).unwrap();
    let root = ground.root();
    let refused = root.read(&at(&root, "giant"), u64::MAX);
    assert!(matches!(refused, Err(FileError::TooLarge { limit: limits::MAX_READ_BYTES, .. })), "{refused:?}");
}

#[test]
fn text_is_read_with_its_format_and_written_back_in_it() {
    let ground = Ground::new();
    let file = ground.file("a.txt", b"\xff\xfea\0\r\0\n\0b\0");
    ground.file("b.bin", b"\x89PNG\r\n\x1a\n\0");
    let root = ground.root();
    let (content, metadata) = root.read_content(&at(&root, "a.txt"), 100).unwrap();
    let Content::Text(text) = content else { panic!("{content:?}") };
    assert_eq!((text.text.as_str(), text.lacks_final_newline), ("a\r\nb", true));
    root.write(&at(&root, "a.txt"), &text.format.encode("a\nc"), Some(&metadata.version)).unwrap();
    assert_eq!(fs::read(file).unwrap(), b"\xff\xfea\0\r\0\n\0c\0");
    let (content, _) = root.read_content(&at(&root, "b.bin"), 100).unwrap();
    assert!(matches!(content, Content::Binary(bytes) if bytes.len() == 9));
}

#[test]
fn what_is_neither_file_nor_folder_is_refused_without_waiting() {
    for way in WAYS {
        let ground = Ground::new();
        mknodat(CWD, ground.inside("fifo"), FileType::Fifo, Mode::RWXU, 0).unwrap();
        let _listener = UnixListener::bind(ground.inside("socket")).unwrap();
        let mut special = vec!["fifo", "socket"];
        if is_root() {
            let (kind, zero) = (FileType::CharacterDevice, rustix::fs::makedev(1, 5));
            mknodat(CWD, ground.inside("device"), kind, Mode::RWXU, zero).unwrap();
            special.push("device");
        }
        let root = ground.root_by(way);
        for name in special {
            let there = at(&root, name);
            assert_eq!(root.stat(&there).unwrap().kind, FileKind::Special);
            for refused in [root.read(&there, 100).map(drop), root.write(&there, b"x", None).map(drop)] {
                assert!(
                    matches!(refused, Err(FileError::NotAFile { kind: FileKind::Special, .. })),
                    "{name}: {refused:?}"
                );
            }
            let refused = root.list(&there, 10);
            assert!(matches!(refused, Err(FileError::NotADirectory { .. })), "{name}: {refused:?}");
            let refused = root.create(&there, b"x");
            assert!(matches!(refused, Err(FileError::AlreadyExists { .. })), "{name}: {refused:?}");
            root.remove_file(&there, None).unwrap();
        }
    }
}

#[test]
fn a_fifo_that_comes_after_the_look_does_not_hold_the_opening() {
    let ground = Ground::new();
    mknodat(CWD, ground.inside("fifo"), FileType::Fifo, Mode::RWXU, 0).unwrap();
    for way in WAYS {
        let root = ground.root_by(way);
        // Opens at once, though nobody writes.
        root.open_at(&path("fifo"), rustix::fs::OFlags::RDONLY).unwrap();
        let refused = root.open_at(&path("fifo"), rustix::fs::OFlags::WRONLY);
        assert!(matches!(refused, Err(FileError::NotAFile { kind: FileKind::Special, .. })), "{refused:?}");
    }
}

#[test]
fn a_listing_is_sorted_bounded_and_honest() {
    let ground = Ground::new();
    for name in ["b", "a", ".hidden", ".env", "é"] {
        ground.file(name, name);
    }
    ground.link("link", "/nowhere");
    ground.file(".cowork-tmp-0123456789abcdef", "unfinished");
    fs::write(ground.inside("").join(std::ffi::OsStr::from_bytes(b"\xff")), "").unwrap();
    let root = ground.root();
    let listing = root.list(&at(&root, "."), 100).unwrap();
    assert_eq!(names(&listing), [".env", ".hidden", "a", "b", "link", "é"]);
    assert_eq!((listing.left_out, listing.unnamed), (0, 1));
    assert_eq!(listing.entries[0].at.secret(), Some(Secret::Environment));
    assert_eq!(listing.entries[4].metadata.kind, FileKind::Link);
    let listing = root.list(&at(&root, "."), 2).unwrap();
    assert_eq!((names(&listing), listing.left_out), (vec![".env", ".hidden"], 4));
}

#[test]
fn a_walk_goes_down_in_order_without_links_and_secrets() {
    let ground = Ground::new();
    for name in ["a/one", "a/b/two", "c", "secrets/key", ".cowork-tmp-0123456789abcdef"] {
        ground.file(name, name);
    }
    ground.link("z", "a");
    let root = ground.root();
    let walk = |from: &ResolvedPath, limit, flow: fn(&WalkEntry) -> Flow| {
        let mut seen = vec![];
        let walked = root.walk(from, limit, |step| {
            seen.push(step.entry.at.path().to_string());
            flow(step)
        });
        (seen, walked.unwrap())
    };
    let top = at(&root, ".");
    let (seen, walked) = walk(&top, 100, |_| Flow::Continue);
    assert_eq!(seen, ["a", "a/b", "a/b/two", "a/one", "c", "secrets", "z"]);
    assert_eq!(walked, Walked { visited: 7, closed: 1, ..Walked::default() });
    let (seen, _) = walk(&at(&root, "secrets").allow_secret(), 100, |_| Flow::Continue);
    assert_eq!(seen, ["secrets/key"]);
    let (seen, walked) = walk(&top, 3, |_| Flow::Continue);
    assert_eq!((seen.len(), walked.cut), (3, Some(Cut::Entries)));
    let (seen, walked) = walk(&top, 100, |_| Flow::SkipFolder);
    assert_eq!((seen.len(), walked.cut), (4, None));
    let (_, walked) = walk(&top, 100, |step| if step.depth == 2 { Flow::Stop } else { Flow::Continue });
    assert_eq!(walked.cut, Some(Cut::Stopped));
}

#[test]
fn a_tree_deeper_than_any_path_ends_in_a_count() {
    let ground = Ground::new();
    let mut folder = ground.inside("");
    for _ in 0..limits::MAX_DEPTH + 3 {
        folder.push("d");
        fs::create_dir(&folder).unwrap();
    }
    let root = ground.root();
    let walked = root.walk(&at(&root, "."), 1000, |_| Flow::Continue).unwrap();
    assert_eq!((walked.visited, walked.unnamed), (limits::MAX_DEPTH, 1));
    let refused = root.remove_tree(&at(&root, "d"), 1000);
    assert!(matches!(refused, Err(FileError::Unreachable { .. })), "{refused:?}");
    assert!(folder.exists());
}

#[test]
fn secrets_are_closed_under_every_name_until_allowed() {
    let ground = Ground::new();
    ground.file(".env", "TOKEN=1");
    ground.file(".env.example", "TOKEN=");
    ground.file("secrets/a", "s");
    ground.file("secrets/deep/a", "s");
    ground.link("notes.txt", ".env");
    ground.link("folder", "secrets");
    for way in WAYS {
        let root = ground.root_by(way);
        for name in [".env", "notes.txt", "secrets/a", "folder/a"] {
            let there = at(&root, name);
            for refused in [
                root.read(&there, 100).map(drop),
                root.write(&there, b"x", None).map(drop),
                root.remove_file(&there, None),
                root.rename(&there, &at(&root, "open.txt"), Existing::Keep),
                root.rename(&at(&root, ".env.example"), &there, Existing::Replace),
            ] {
                assert!(matches!(refused, Err(FileError::Secret { .. })), "{name}: {refused:?}");
            }
            assert!(root.stat(&there).is_ok());
            assert!(root.read(&there.allow_secret(), 100).is_ok());
        }
        // The link came after resolving: a name that was judged harmless opens nothing else.
        for name in ["notes.txt", "folder/a", "folder/deep/a"] {
            let swapped = super::unresolved(root.identity(), path(name));
            for refused in [root.read(&swapped, 100).map(drop), root.write(&swapped, b"x", None).map(drop)] {
                // Other systems say that a link is no directory.
                assert!(
                    matches!(refused, Err(FileError::Changed { .. } | FileError::NotADirectory { .. })),
                    "{name}: {refused:?}"
                );
            }
        }
        assert!(root.read(&at(&root, ".env.example"), 100).is_ok());
    }
}

#[test]
fn the_error_of_a_closed_file_is_the_systems() {
    if is_root() {
        println!("skipped: nothing is closed to root");
        return;
    }
    let ground = Ground::new();
    let file = ground.file("a.txt", "inside");
    fs::set_permissions(file, fs::Permissions::from_mode(0o000)).unwrap();
    let root = ground.root();
    let refused = root.read(&at(&root, "a.txt"), 100);
    assert!(matches!(refused, Err(FileError::Denied { .. })), "{refused:?}");
}
