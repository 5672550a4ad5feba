//! Full and closed disks, and crashes in the middle of a write.

use std::{
    env, fs,
    os::fd::AsFd as _,
    path::{Path, PathBuf},
    process::Command,
};

use rustix::io::Errno;

use super::{
    super::{
        beneath::FOR_LISTING,
        draft::{Draft, Rights},
        *,
    },
    Ground, at, is_root, path, snapshot,
};

/// A small file system of its own in the granted folder. `None`, with a word, for anybody who may not mount.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: &Path) -> Option<Self> {
        fs::create_dir(folder).unwrap();
        let made =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(folder).status();
        let mounted = is_root() && made.is_ok_and(|status| status.success());
        if !mounted {
            println!("skipped: only root can mount a small disk");
        }
        mounted.then(|| Self(folder.to_owned()))
    }

    fn make_read_only(&self) {
        let done = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status();
        assert!(done.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_keeps_the_old_content_and_nothing_half_done() {
    let ground = Ground::new();
    let Some(_disk) = Disk::mount(&ground.inside("disk")) else { return };
    ground.file("disk/a.txt", "old");
    let root = ground.root();
    let large = vec![b'x'; 200_000];
    for refused in
        [root.write(&at(&root, "disk/a.txt"), &large, None), root.create(&at(&root, "disk/b.txt"), &large)]
    {
        let Err(error @ FileError::NoSpace { .. }) = refused else { panic!("{refused:?}") };
        assert!(error.to_string().contains("make room"));
    }
    let left = snapshot(&ground.inside("disk"));
    assert_eq!(
        left.into_iter().map(|(path, (_, content))| (path, content)).collect::<Vec<_>>(),
        [(ground.inside("disk/a.txt"), b"old".to_vec())]
    );
    // The same with what fits.
    root.write(&at(&root, "disk/a.txt"), b"new", None).unwrap();
}

#[test]
fn a_disk_that_can_only_be_read_says_so() {
    let ground = Ground::new();
    let Some(disk) = Disk::mount(&ground.inside("disk")) else { return };
    ground.file("disk/a.txt", "old");
    disk.make_read_only();
    let root = ground.root();
    for refused in [
        root.write(&at(&root, "disk/a.txt"), b"new", None).map(drop),
        root.create(&at(&root, "disk/b.txt"), b"new").map(drop),
        root.create_folder(&at(&root, "disk/c")),
        root.remove_file(&at(&root, "disk/a.txt"), None),
        root.rename(&at(&root, "disk/a.txt"), &at(&root, "disk/d"), Existing::Keep),
    ] {
        assert!(matches!(refused, Err(FileError::ReadOnlyFileSystem { .. })), "{refused:?}");
    }
    assert_eq!(root.read(&at(&root, "disk/a.txt"), 100).unwrap().bytes, b"old");
}

#[test]
fn a_move_to_another_file_system_is_told_from_an_escape() {
    let ground = Ground::new();
    let Some(_disk) = Disk::mount(&ground.inside("disk")) else { return };
    ground.file("a.txt", "old");
    let root = ground.root();
    let refused = root.rename(&at(&root, "a.txt"), &at(&root, "disk/a.txt"), Existing::Keep);
    assert!(matches!(refused, Err(FileError::OtherFileSystem { .. })), "{refused:?}");
    assert_eq!(fs::read(ground.inside("a.txt")).unwrap(), b"old");
}

/// Names the granted folder to the process that is to die.
const VICTIM: &str = "COWORK_SANDBOX_TEST_DIES_IN";

/// Not a test by itself: what the next one runs as a process of its own.
#[test]
fn dies_between_writing_and_renaming() {
    let Ok(folder) = env::var(VICTIM) else { return };
    let root = Root::open(Path::new(&folder), &[]).unwrap();
    let parent = root.open_at(&RelPath::folder_itself(), FOR_LISTING).unwrap();
    let draft = Draft::write(parent.as_fd(), b"half of the new", Rights::PRIVATE).unwrap();
    assert!(draft.is_on_disk());
    std::process::abort();
}

#[test]
fn a_crash_before_the_rename_leaves_the_old_content_and_a_leftover_that_is_cleared() {
    let ground = Ground::new();
    ground.file("a.txt", "old");
    let name = "files::tests::faults::dies_between_writing_and_renaming";
    let died = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(VICTIM, ground.inside(""))
        .output()
        .unwrap();
    assert!(!died.status.success());
    let left: Vec<String> = fs::read_dir(ground.inside(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".cowork-tmp-"))
        .collect();
    assert_eq!(left.len(), 1, "{}", String::from_utf8_lossy(&died.stderr));
    assert_eq!(fs::read(ground.inside("a.txt")).unwrap(), b"old");

    // What somebody is writing at this moment stays.
    let root = ground.root();
    let parent = root.open_at(&RelPath::folder_itself(), FOR_LISTING).unwrap();
    let mut draft = Draft::write(parent.as_fd(), b"new", Rights::PRIVATE).unwrap();
    assert_eq!(root.clear_leftovers(&at(&root, ".")).unwrap(), 1);
    draft.replace("a.txt", &root.stat(&at(&root, "a.txt")).unwrap().version).unwrap();
    assert_eq!(fs::read(ground.inside("a.txt")).unwrap(), b"new");
    assert_eq!(snapshot(&ground.inside("")).len(), 1);
    assert_eq!(root.clear_leftovers(&at(&root, ".")).unwrap(), 0);
}

#[test]
fn only_what_a_write_can_have_left_is_cleared() {
    let ground = Ground::new();
    ground.file(".cowork-tmp-notes.txt", "a person's");
    ground.link(".cowork-tmp-0000000000000001", "elsewhere");
    fs::create_dir(ground.inside(".cowork-tmp-0000000000000002")).unwrap();
    let before = snapshot(&ground.inside(""));
    ground.file(".cowork-tmp-0000000000000003", "unfinished");
    let root = ground.root();
    assert_eq!(root.clear_leftovers(&at(&root, ".")).unwrap(), 1);
    assert_eq!(snapshot(&ground.inside("")), before);
}

#[test]
fn what_others_write_meanwhile_is_theirs() {
    let ground = Ground::new();
    ground.file("a.txt", "old");
    let root = ground.root();
    let before = root.stat(&at(&root, "a.txt")).unwrap().version;
    let parent = root.open_at(&RelPath::folder_itself(), FOR_LISTING).unwrap();
    let mut draft = Draft::write(parent.as_fd(), b"new", Rights::PRIVATE).unwrap();
    ground.file("a.txt", "theirs");
    ground.file("b.txt", "theirs");
    assert_eq!(draft.replace("a.txt", &before).unwrap_err(), Errno::AGAIN);
    assert_eq!(draft.place_new("b.txt").unwrap_err(), Errno::EXIST);
    for name in ["a.txt", "b.txt"] {
        assert_eq!(fs::read(ground.inside(name)).unwrap(), b"theirs");
    }
    draft.place_new("c.txt").unwrap();
    assert_eq!(fs::read(ground.inside("c.txt")).unwrap(), b"new");
}

#[test]
fn an_unfinished_writes_name_is_nobody_elses() {
    let ground = Ground::new();
    ground.file(".cowork-tmp-0123456789abcdef", "unfinished");
    let root = ground.root();
    let draft = root.resolve(&path(".cowork-tmp-0123456789abcdef")).unwrap();
    for refused in [
        root.read(&draft, 100).map(drop),
        root.write(&draft, b"x", None).map(drop),
        root.create(&at(&root, ".Cowork-tmp-mine"), b"x").map(drop),
        root.remove_file(&draft, None),
    ] {
        assert!(matches!(refused, Err(FileError::Reserved { .. })), "{refused:?}");
    }
}

/// Not a test by itself: what the next one runs where the system has no `openat2`.
#[test]
fn says_whether_a_root_opens() {
    let Ok(folder) = env::var(VICTIM) else { return };
    println!("opened: {:?}", Root::open(Path::new(&folder), &[]).map(|root| root.is_still_there()));
}

#[test]
fn without_openat2_no_root_opens() {
    let ground = Ground::new();
    let run = |wrapper: &[&str]| {
        let test = env::current_exe().unwrap();
        let words = wrapper.iter().map(AsRef::as_ref).chain([test.as_os_str()]).collect::<Vec<_>>();
        let name = "files::tests::faults::says_whether_a_root_opens";
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).args(["--exact", name, "--nocapture"]).env(VICTIM, ground.inside(""));
        command.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert!(run(&[]).unwrap().contains("opened: Ok(true)"));
    let Ok(traced) = run(&["strace", "-f", "-qq", "-e", "trace=none"]) else {
        println!("skipped: strace, which takes the call away, is not here");
        return;
    };
    if !traced.contains("opened: Ok(true)") {
        println!("skipped: strace may not trace here");
        return;
    }
    for error in ["ENOSYS", "EPERM"] {
        let inject = format!("inject=openat2:error={error}");
        let said = run(&["strace", "-f", "-qq", "-e", "trace=openat2", "-e", &inject]).unwrap();
        assert!(said.contains("opened: Err(Unsupported)"), "{error}: {said}");
    }
}
