//! Writing, making, renaming and removing: what is kept, and what is refused before anything happens.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
};

use super::{super::*, Ground, WAYS, at, is_root, path, snapshot};

#[test]
fn a_write_keeps_the_mode_and_leaves_a_twin_alone() {
    for way in WAYS {
        let ground = Ground::new();
        let file = ground.file("run.sh", "old");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o4750)).unwrap();
        fs::hard_link(&file, ground.outside("twin.sh")).unwrap();
        let root = ground.root_by(way);
        let before = root.stat(&at(&root, "run.sh")).unwrap();
        let after = root.write(&at(&root, "run.sh"), b"new", Some(&before.version)).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        // Without the bit that lends the owner's rights: the new content was not given it by anybody.
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o7777, 0o750);
        assert_eq!(fs::read(ground.outside("twin.sh")).unwrap(), b"old");
        assert_eq!((before.names, after.names), (2, 1));
        assert_ne!(before.version, after.version);
        assert_eq!(after.version, root.stat(&at(&root, "run.sh")).unwrap().version);
    }
}

#[test]
fn a_write_keeps_whose_file_it_is() {
    if !is_root() {
        println!("skipped: only root can give files away");
        return;
    }
    let ground = Ground::new();
    let file = ground.file("a.txt", "old");
    std::os::unix::fs::chown(&file, Some(12345), Some(23456)).unwrap();
    let root = ground.root();
    root.write(&at(&root, "a.txt"), b"new", None).unwrap();
    let written = fs::metadata(&file).unwrap();
    assert_eq!((written.uid(), written.gid(), fs::read(&file).unwrap()), (12345, 23456, b"new".to_vec()));
}

#[test]
fn a_write_through_a_link_changes_where_it_leads_and_keeps_the_link() {
    let ground = Ground::new();
    ground.file("dir/real.txt", "old");
    ground.link("link.txt", "dir/real.txt");
    let root = ground.root();
    let there = at(&root, "link.txt");
    assert_eq!(there.path().as_str(), "dir/real.txt");
    root.write(&there, b"new", None).unwrap();
    assert!(fs::symlink_metadata(ground.inside("link.txt")).unwrap().is_symlink());
    assert_eq!(fs::read(ground.inside("dir/real.txt")).unwrap(), b"new");
}

#[test]
fn a_write_for_another_state_of_the_file_is_refused() {
    let ground = Ground::new();
    let file = ground.file("a.txt", "seen");
    let root = ground.root();
    let seen = root.read(&at(&root, "a.txt"), 100).unwrap().metadata.version;
    fs::write(&file, "theirs").unwrap();
    let there = at(&root, "a.txt");
    for refused in [root.write(&there, b"ours", Some(&seen)).map(drop), root.remove_file(&there, Some(&seen))]
    {
        assert!(matches!(refused, Err(FileError::Changed { .. })), "{refused:?}");
    }
    assert_eq!(fs::read(&file).unwrap(), b"theirs");
    let now = root.stat(&there).unwrap().version;
    root.write(&there, b"ours", Some(&now)).unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"ours");
}

#[test]
fn a_write_needs_a_file_and_a_create_needs_none() {
    let ground = Ground::new();
    ground.file("a.txt", "old");
    ground.link("dangling", "made.txt");
    fs::create_dir(ground.inside("dir")).unwrap();
    let root = ground.root();
    let refused = root.write(&at(&root, "b.txt"), b"new", None);
    assert!(matches!(refused, Err(FileError::NotFound { .. })), "{refused:?}");
    let refused = root.write(&at(&root, "dir"), b"new", None);
    assert!(matches!(refused, Err(FileError::NotAFile { .. })), "{refused:?}");
    for name in ["a.txt", "dir"] {
        let refused = root.create(&at(&root, name), b"new");
        assert!(matches!(refused, Err(FileError::AlreadyExists { .. })), "{refused:?}");
    }
    let refused = root.create(&at(&root, "none/a.txt"), b"new");
    assert!(matches!(refused, Err(FileError::NotFound { .. })), "{refused:?}");
    // A link to nothing says where the file is made.
    assert_eq!(root.create(&at(&root, "dangling"), b"new").unwrap().mode, 0o600);
    assert_eq!(fs::read(ground.inside("made.txt")).unwrap(), b"new");
    assert_eq!(fs::read(ground.inside("a.txt")).unwrap(), b"old");
}

#[test]
fn a_read_only_file_stays() {
    let ground = Ground::new();
    let file = ground.file("a.txt", "old");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let root = ground.root();
    let refused = root.write(&at(&root, "a.txt"), b"new", None);
    assert!(matches!(refused, Err(FileError::ReadOnly { .. } | FileError::Denied { .. })), "{refused:?}");
    assert_eq!(fs::read(&file).unwrap(), b"old");
}

#[test]
fn a_content_over_the_limit_is_not_begun() {
    let ground = Ground::new();
    let root = ground.root();
    let content = vec![b'x'; usize::try_from(limits::MAX_WRITE_BYTES).unwrap() + 1];
    let refused = root.create(&at(&root, "a.txt"), &content);
    assert!(matches!(refused, Err(FileError::TooLarge { .. })), "{refused:?}");
    assert!(snapshot(&ground.inside("")).is_empty());
}

#[test]
fn git_is_not_changed_under_any_name() {
    for way in WAYS {
        let ground = Ground::new();
        ground.file("repo/.git/config", "git's");
        ground.file("repo/a.txt", "ours");
        ground.link("repo/hooks", ".git");
        let before = snapshot(&ground.inside(""));
        let root = ground.root_by(way);
        let ours = at(&root, "repo/a.txt");
        for refused in [
            root.write(&at(&root, "repo/.git/config"), b"x", None).map(drop),
            root.write(&at(&root, "repo/hooks/config"), b"x", None).map(drop),
            root.create(&at(&root, "repo/hooks/new"), b"x").map(drop),
            root.create(&at(&root, ".GIT"), b"x").map(drop),
            root.create_folder(&at(&root, "new/.git/hooks")),
            root.remove_file(&at(&root, "repo/.git/config"), None),
            root.remove_tree(&at(&root, "repo/.git"), 100).map(drop),
            root.remove_tree(&at(&root, "repo"), 100).map(drop),
            root.rename(&ours, &at(&root, "repo/.git/a"), Existing::Keep),
            root.rename(&at(&root, "repo/.git"), &at(&root, "git"), Existing::Keep),
        ] {
            assert!(matches!(refused, Err(FileError::Git { .. })), "{refused:?}");
        }
        assert_eq!(snapshot(&ground.inside("")), before);
        assert_eq!(root.read(&at(&root, "repo/.git/config"), 100).unwrap().bytes, b"git's");
        // A repository may be moved as a whole.
        root.rename(&at(&root, "repo"), &at(&root, "moved"), Existing::Keep).unwrap();
    }
}

#[test]
fn a_rename_replaces_only_what_it_is_told_to() {
    for way in WAYS {
        let ground = Ground::new();
        ground.file("a.txt", "a");
        ground.file("dir/b.txt", "b");
        fs::create_dir(ground.inside("empty")).unwrap();
        let root = ground.root_by(way);
        let (a, b) = (at(&root, "a.txt"), at(&root, "dir/b.txt"));
        let refused = root.rename(&a, &b, Existing::Keep);
        assert!(matches!(refused, Err(FileError::AlreadyExists { .. })), "{refused:?}");
        for existing in [Existing::Keep, Existing::Replace] {
            let refused = root.rename(&at(&root, "dir"), &at(&root, "empty"), existing);
            assert!(
                matches!(refused, Err(FileError::AlreadyExists { .. } | FileError::NotAFile { .. })),
                "{refused:?}"
            );
            let refused = root.rename(&at(&root, "dir"), &at(&root, "dir/deep"), existing);
            assert!(matches!(refused, Err(FileError::IntoItself { .. })), "{refused:?}");
            let refused = root.rename(&at(&root, "none"), &at(&root, "new"), existing);
            assert!(matches!(refused, Err(FileError::NotFound { .. })), "{refused:?}");
            let refused = root.rename(&at(&root, "."), &at(&root, "new"), existing);
            assert!(matches!(refused, Err(FileError::FolderItself)), "{refused:?}");
        }
        root.rename(&a, &b, Existing::Replace).unwrap();
        assert_eq!(fs::read(ground.inside("dir/b.txt")).unwrap(), b"a");
        root.rename(&at(&root, "dir"), &at(&root, "empty/dir"), Existing::Keep).unwrap();
        assert_eq!(fs::read(ground.inside("empty/dir/b.txt")).unwrap(), b"a");
    }
}

#[test]
fn a_rename_to_another_name_of_the_same_file_is_not_called_done() {
    let ground = Ground::new();
    let file = ground.file("a.txt", "inside");
    fs::hard_link(&file, ground.inside("b.txt")).unwrap();
    let root = ground.root();
    let refused = root.rename(&at(&root, "a.txt"), &at(&root, "b.txt"), Existing::Replace);
    assert!(matches!(refused, Err(FileError::AlreadyExists { .. })), "{refused:?}");
    assert_eq!(fs::read(file).unwrap(), b"inside");
}

#[test]
fn a_link_is_removed_and_renamed_itself() {
    for way in WAYS {
        let ground = Ground::new();
        ground.link("link", ground.outside(""));
        let root = ground.root_by(way);
        let entry = |name| root.resolve_entry(&path(name)).unwrap();
        root.rename(&entry("link"), &entry("other"), Existing::Keep).unwrap();
        assert_eq!(fs::read_link(ground.inside("other")).unwrap(), ground.outside(""));
        let refused = root.remove_tree(&entry("other"), 100);
        assert!(
            matches!(refused, Err(FileError::NotADirectory { .. } | FileError::Changed { .. })),
            "{refused:?}"
        );
        root.remove_file(&entry("other"), None).unwrap();
        assert!(ground.outside("OUTSIDE.txt").exists() && !ground.inside("other").is_symlink());
    }
}

#[test]
fn a_tree_goes_whole_or_not_at_all() {
    for way in WAYS {
        let ground = Ground::new();
        for name in ["tree/a", "tree/b/c", "tree/b/d/e"] {
            ground.file(name, "inside");
        }
        ground.link("tree/b/out", ground.outside(""));
        let root = ground.root_by(way);
        let tree = || at(&root, "tree");
        let before = snapshot(&ground.inside(""));
        let refused = root.remove_tree(&tree(), 5);
        assert!(matches!(refused, Err(FileError::TooMany { limit: 5, .. })), "{refused:?}");
        let refused = root.remove_folder(&tree());
        assert!(matches!(refused, Err(FileError::NotEmpty { .. })), "{refused:?}");
        let refused = root.remove_file(&tree(), None);
        assert!(matches!(refused, Err(FileError::NotAFile { .. })), "{refused:?}");
        ground.file("tree/b/d/.env", "SECRET");
        let refused = root.remove_tree(&tree(), 100);
        assert!(matches!(refused, Err(FileError::Secret { .. })), "{refused:?}");
        fs::remove_file(ground.inside("tree/b/d/.env")).unwrap();
        assert_eq!(snapshot(&ground.inside("")), before);
        assert_eq!(root.remove_tree(&tree(), 6).unwrap(), Removed { files: 4, folders: 3 });
        assert!(snapshot(&ground.inside("")).is_empty());
        assert!(ground.outside("OUTSIDE.txt").exists());
    }
}

#[test]
fn folders_are_made_with_those_above_them() {
    let ground = Ground::new();
    ground.file("file", "inside");
    let root = ground.root();
    for _ in 0..2 {
        root.create_folder(&at(&root, "a/b/c")).unwrap();
    }
    assert!(ground.inside("a/b/c").is_dir());
    let refused = root.create_folder(&at(&root, "file"));
    assert!(matches!(refused, Err(FileError::AlreadyExists { .. })), "{refused:?}");
    let refused = root.create_folder(&at(&root, "."));
    assert!(matches!(refused, Err(FileError::FolderItself)), "{refused:?}");
}
