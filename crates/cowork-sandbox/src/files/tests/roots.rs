//! Which folders become roots, and what a root is when its path changes.

use std::{fs, os::unix::fs::symlink, path::Path};

use super::{super::*, Ground, at, path};

fn refusal(path: impl AsRef<Path>, excluded: &[&Path]) -> RootError {
    Root::open(path.as_ref(), excluded).unwrap_err()
}

#[test]
fn a_folder_of_ones_own_is_opened() {
    let ground = Ground::new();
    ground.file("a.txt", "inside");
    let data = ground.outside("");
    for written in [ground.inside(""), ground.inside("."), ground.base().join("./inside/")] {
        let root = Root::open(&written, &[&data]).unwrap();
        assert_eq!(root.path(), ground.base().join("inside"));
        assert_eq!(root.read(&at(&root, "a.txt"), 100).unwrap().bytes, b"inside");
    }
}

#[test]
fn what_is_no_folder_of_ones_own_is_refused() {
    let ground = Ground::new();
    let file = ground.file("a.txt", "inside");
    symlink(ground.inside(""), ground.base().join("link")).unwrap();
    assert!(matches!(refusal("inside", &[]), RootError::NotAbsolute { .. }));
    assert!(matches!(refusal(ground.inside("../outside"), &[]), RootError::NotAbsolute { .. }));
    assert!(matches!(refusal(ground.inside("none"), &[]), RootError::NotFound { .. }));
    assert!(matches!(refusal(file, &[]), RootError::NotADirectory { .. }));
    // A slash behind it makes the system follow a link whatever the flags say.
    for link in ["link", "link/", "link/.", "link//"] {
        let refused = refusal(ground.base().join(link), &[]);
        assert!(matches!(refused, RootError::NotADirectory { .. }), "{link}: {refused}");
    }
}

#[test]
fn folders_of_the_system_are_refused_by_whichever_path() {
    for folder in ["/", "/etc", "/etc/.", "/usr/share", "/proc", "/proc/1", "/dev/shm", "/var", "/var/lib"] {
        let refused = refusal(folder, &[]);
        assert!(
            matches!(refused, RootError::Protected { what: Protected::System, .. }),
            "{folder}: {refused}"
        );
    }
    let ground = Ground::new();
    symlink("/usr", ground.base().join("link")).unwrap();
    let refused = refusal(ground.base().join("link/share"), &[]);
    assert!(matches!(refused, RootError::Protected { what: Protected::System, .. }), "{refused}");
}

#[test]
fn the_servers_own_data_is_neither_held_nor_entered() {
    let ground = Ground::new();
    let data = ground.inside("data");
    fs::create_dir_all(data.join("deep")).unwrap();
    fs::create_dir(ground.inside("work")).unwrap();
    symlink(&data, ground.inside("alias")).unwrap();
    for folder in [data.clone(), data.join("deep"), ground.inside(""), ground.inside("alias/deep")] {
        let refused = refusal(&folder, &[&data]);
        assert!(
            matches!(refused, RootError::Protected { what: Protected::OwnData, .. }),
            "{}: {refused}",
            folder.display()
        );
    }
    assert!(Root::open(&ground.inside("work"), &[&data]).is_ok());
    // Data that can't be found can't be kept closed.
    assert!(matches!(refusal(ground.inside("work"), &[&ground.inside("none")]), RootError::NotFound { .. }));
}

#[test]
fn a_root_stays_its_folder_when_the_path_leads_elsewhere() {
    let ground = Ground::new();
    ground.file("a.txt", "inside");
    let root = ground.root();
    assert!(root.is_still_there());
    fs::rename(ground.inside(""), ground.base().join("renamed")).unwrap();
    assert!(!root.is_still_there());
    symlink("outside", ground.base().join("inside")).unwrap();
    assert!(!root.is_still_there());
    fs::remove_file(ground.base().join("inside")).unwrap();
    fs::create_dir(ground.inside("")).unwrap();
    assert!(!root.is_still_there());
    assert_eq!(root.read(&at(&root, "a.txt"), 100).unwrap().bytes, b"inside");
    fs::remove_dir(ground.inside("")).unwrap();
    fs::rename(ground.base().join("renamed"), ground.inside("")).unwrap();
    assert!(root.is_still_there());
}

#[test]
fn nothing_goes_from_one_root_to_another() {
    let ground = Ground::new();
    ground.file("one/a.txt", "inside");
    ground.file("two/b.txt", "inside");
    let one = Root::open(&ground.inside("one"), &[]).unwrap();
    let two = Root::open(&ground.inside("two"), &[]).unwrap();
    let there = two.resolve(&path("a.txt")).unwrap();
    let refused = one.rename(&at(&one, "a.txt"), &there, Existing::Keep);
    assert!(matches!(refused, Err(FileError::OtherRoot { .. })), "{refused:?}");
    let refused = one.read(&at(&two, "b.txt"), 100);
    assert!(matches!(refused, Err(FileError::OtherRoot { .. })), "{refused:?}");
    // The same folder opened twice is one root.
    let again = Root::open(&ground.inside("one"), &[]).unwrap();
    assert!(one.is_same_folder(&again) && !one.is_same_folder(&two));
    one.rename(&at(&again, "a.txt"), &at(&one, "c.txt"), Existing::Keep).unwrap();
    assert_eq!(fs::read(ground.inside("one/c.txt")).unwrap(), b"inside");
}
