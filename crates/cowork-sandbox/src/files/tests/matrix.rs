//! Every shape of path with every operation, both resolved and as if a link had come after resolving.

use std::{fs, path::PathBuf};

use super::{super::*, Ground, MARK, Snapshot, WAYS, inodes, path, snapshot, unresolved};
use crate::files::{beneath::Beneath, root::Identity};

/// What an operation gave away: content, names, metadata.
type Outcome = Result<String, FileError>;

/// How a path comes to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrival {
    Resolved,
    /// The links came when it had been resolved.
    Swapped,
}

type Resolve<'a> = &'a dyn Fn(&RelPath, bool) -> Result<ResolvedPath, FileError>;
type Operation = fn(&Root, Resolve<'_>, &RelPath) -> Outcome;

/// Each operation, with a path on which it must succeed.
const OPERATIONS: [(&str, Operation, &str); 17] = [
    ("read", |root, resolve, path| text(root.read(&resolve(path, true)?, 1000)?.bytes), "file.txt"),
    ("read content", |root, resolve, path| told(root.read_content(&resolve(path, true)?, 1000)?), "l_in"),
    ("list", |root, resolve, path| told(root.list(&resolve(path, true)?, 1000)?), "l_indir"),
    ("list entry", |root, resolve, path| told(root.list(&resolve(path, false)?, 1000)?), "dir"),
    ("stat", |root, resolve, path| told(root.stat(&resolve(path, true)?)?), "dir/inner.txt"),
    ("stat entry", |root, resolve, path| told(root.stat(&resolve(path, false)?)?), "l_file"),
    (
        "walk",
        |root, resolve, path| {
            let mut seen = String::new();
            root.walk(&resolve(path, true)?, 1000, |step| {
                seen += &format!("{step:?}");
                Flow::Continue
            })?;
            Ok(seen)
        },
        ".",
    ),
    ("write", |root, resolve, path| told(root.write(&resolve(path, true)?, b"new", None)?), "l_in"),
    ("create", |root, resolve, path| told(root.create(&resolve(path, true)?, b"new")?), "l_indir/new.txt"),
    ("create entry", |root, resolve, path| told(root.create(&resolve(path, false)?, b"new")?), "new.txt"),
    ("create folder", |root, resolve, path| told(root.create_folder(&resolve(path, true)?)?), "new/folder"),
    ("remove file", |root, resolve, path| told(root.remove_file(&resolve(path, false)?, None)?), "l_file"),
    ("remove folder", |root, resolve, path| told(root.remove_folder(&resolve(path, false)?)?), "empty"),
    ("remove tree", |root, resolve, path| told(root.remove_tree(&resolve(path, false)?, 40)?), "dir"),
    (
        "rename from",
        |root, resolve, path| {
            let to = root.resolve_entry(&super::path("moved.txt"))?;
            root.rename(&resolve(path, false)?, &to, Existing::Keep)?;
            told(root.stat(&to)?)
        },
        "l_chain",
    ),
    (
        "rename to",
        |root, resolve, path| {
            let from = root.resolve_entry(&super::path("spare.txt"))?;
            told(root.rename(&from, &resolve(path, false)?, Existing::Replace)?)
        },
        "l_indir/new.txt",
    ),
    ("clear leftovers", |root, resolve, path| told(root.clear_leftovers(&resolve(path, true)?)?), "dir"),
];

/// Paths, each of which means something outside to somebody.
const SHAPES: [&str; 41] = [
    "../outside/OUTSIDE.txt",
    "dir/../../outside/OUTSIDE.txt",
    "..",
    "/OUTSIDE-nowhere/OUTSIDE.txt",
    "//OUTSIDE-nowhere/OUTSIDE.txt",
    "",
    "file.txt\0/../../outside/OUTSIDE.txt",
    "dir//../../outside/OUTSIDE.txt",
    "file.txt/../../outside/OUTSIDE.txt",
    "file.txt/x",
    "l_file",
    "l_file/",
    "l_abs",
    "l_dir",
    "l_dir/",
    "l_dir/OUTSIDE.txt",
    "l_dir/OUTSIDE-dir",
    "l_dir/OUTSIDE-dir/OUTSIDE-deep.txt",
    "l_dir/OUTSIDE-dir/OUTSIDE-empty",
    "l_dir/new.txt",
    "l_dir/new/folder",
    "l_dir_slash/OUTSIDE.txt",
    "l_absdir/OUTSIDE.txt",
    "l_chain/OUTSIDE.txt",
    "l_dot/OUTSIDE.txt",
    "l_dip/OUTSIDE.txt",
    "dir/l_up/outside/OUTSIDE.txt",
    "l_indir/l_up/outside",
    "l_dangling",
    "l_loop",
    "l_loop/x",
    "l_pair_a",
    "l_magic/OUTSIDE.txt",
    "l_magicfile",
    "l_back",
    "l_absback",
    "..\\outside\\OUTSIDE.txt",
    "%2e%2e/outside/OUTSIDE.txt",
    "\u{ff0e}\u{ff0e}/outside/OUTSIDE.txt",
    ".../outside/OUTSIDE.txt",
    "hard.txt",
];

fn told(value: impl std::fmt::Debug) -> Outcome {
    Ok(format!("{value:?}"))
}

fn text(bytes: Vec<u8>) -> Outcome {
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn ground() -> Ground {
    let ground = Ground::new();
    for name in ["file.txt", "spare.txt", "dir/inner.txt"] {
        ground.file(name, "inside");
    }
    fs::create_dir(ground.inside("empty")).unwrap();
    let links: [(&str, PathBuf); 17] = [
        ("l_in", "file.txt".into()),
        ("l_indir", "dir".into()),
        ("l_file", "../outside/OUTSIDE.txt".into()),
        ("l_abs", ground.outside("OUTSIDE.txt")),
        ("l_dir", "../outside".into()),
        ("l_dir_slash", "../outside/".into()),
        ("l_absdir", ground.outside("")),
        ("l_chain", "l_dir".into()),
        ("l_dot", "./../outside".into()),
        ("l_dip", "dir/../../outside".into()),
        ("dir/l_up", "../..".into()),
        ("l_dangling", "../outside/OUTSIDE-new.txt".into()),
        ("l_loop", "l_loop".into()),
        ("l_magic", ground.magic()),
        ("l_magicfile", ground.magic().join("OUTSIDE.txt")),
        ("l_back", "../inside/file.txt".into()),
        ("l_absback", ground.inside("file.txt")),
    ];
    for (name, target) in links {
        ground.link(name, target);
    }
    ground.link("l_pair_a", "l_pair_b");
    ground.link("l_pair_b", "l_pair_a");
    // Its content is seen by right: nothing tells this name from the other. It must not be changed there.
    fs::write(ground.outside("twin.txt"), "a twin").unwrap();
    fs::hard_link(ground.outside("twin.txt"), ground.inside("hard.txt")).unwrap();
    ground
}

fn run(root: &Root, arrival: Arrival, operation: Operation, shape: &str) -> Outcome {
    let forge = |identity: Identity, path: &RelPath| unresolved(identity, path.clone());
    let resolve = |path: &RelPath, follow: bool| match arrival {
        Arrival::Swapped => Ok(forge(root.identity(), path)),
        Arrival::Resolved if follow => root.resolve(path),
        Arrival::Resolved => root.resolve_entry(path),
    };
    operation(root, &resolve, &RelPath::parse(shape)?)
}

/// A ground that is made anew once something in it was changed.
struct Fresh {
    ground: Ground,
    inside: Snapshot,
    outside: Snapshot,
    outside_inodes: Vec<u64>,
}

impl Fresh {
    fn new() -> Self {
        let ground = ground();
        let (inside, outside) = (snapshot(&ground.inside("")), snapshot(&ground.outside("")));
        let outside_inodes = inodes(&ground.outside(""));
        Self { ground, inside, outside, outside_inodes }
    }

    fn renew(&mut self) {
        if snapshot(&self.ground.inside("")) != self.inside {
            *self = Self::new();
        }
    }

    /// Fails if the outside was changed, or is in what an operation gave away.
    fn check(&self, outcome: &Outcome, shape: &str, case: &str) {
        assert_eq!(snapshot(&self.ground.outside("")), self.outside, "{case} changed the outside");
        let Ok(seen) = outcome else { return };
        // A link's own metadata has the mark in its name.
        assert!(!seen.contains(MARK) || case.starts_with("stat entry"), "{case} saw {seen}");
        for inode in self.outside_inodes.iter().filter(|_| shape != "hard.txt") {
            assert!(!seen.contains(&format!("inode: {inode},")), "{case} saw {seen}");
        }
    }
}

#[test]
fn no_shape_of_path_leads_outside_with_any_operation() {
    let (mut all, mut refused) = (0, 0);
    let mut fresh = Fresh::new();
    for way in WAYS {
        for (name, operation, _) in OPERATIONS {
            for (shape, arrival) in
                SHAPES.into_iter().flat_map(|shape| [(shape, Arrival::Resolved), (shape, Arrival::Swapped)])
            {
                let outcome = run(&fresh.ground.root_by(way), arrival, operation, shape);
                fresh.check(&outcome, shape, &format!("{name} of {shape:?}, {arrival:?}, {way:?}"));
                fresh.renew();
                all += 1;
                refused += usize::from(outcome.is_err());
            }
        }
    }
    // Most are refused; the rest acts on names and links inside.
    println!("{refused} of {all} refused");
    assert!(refused * 10 > all * 8 && refused < all, "{refused} of {all} refused");
}

#[test]
fn each_operation_succeeds_inside() {
    for way in WAYS {
        for (name, operation, shape) in OPERATIONS {
            let ground = ground();
            let before = snapshot(&ground.inside(""));
            let outcome = run(&ground.root_by(way), Arrival::Resolved, operation, shape);
            assert!(outcome.is_ok(), "{name} of {shape}, {way:?}: {outcome:?}");
            let looks = ["read", "read content", "list", "list entry", "stat", "stat entry", "walk"]
                .contains(&name)
                || name == "clear leftovers";
            assert_eq!(snapshot(&ground.inside("")) == before, looks, "{name}, {way:?}");
        }
    }
}

#[test]
fn a_shape_is_refused_with_what_to_do() {
    for way in WAYS {
        let ground = ground();
        let root = ground.root_by(way);
        for shape in [
            "l_file",
            "l_abs",
            "l_dir",
            "l_dir/new/folder",
            "l_dir_slash/OUTSIDE.txt",
            "l_chain/OUTSIDE.txt",
            "l_dot",
            "l_dip",
            "dir/l_up",
            "l_indir/l_up/outside",
            "l_dangling",
            "l_magic/OUTSIDE.txt",
            "l_magicfile",
            "l_back",
            "l_absback",
        ] {
            let refusal = root.resolve(&path(shape));
            assert!(matches!(refusal, Err(FileError::Escapes { .. })), "{shape}: {refusal:?}");
        }
        for shape in ["l_loop", "l_loop/x", "l_pair_a"] {
            let refusal = root.resolve(&path(shape));
            assert!(matches!(refusal, Err(FileError::TooManyLinks { .. })), "{shape}: {refusal:?}");
        }
        let refusal = root.resolve(&path("file.txt/x"));
        assert!(matches!(refusal, Err(FileError::NotADirectory { .. })), "{refusal:?}");
    }
}

#[test]
fn the_matrix_sees_a_way_that_does_follow_links() {
    // What the assertions above would say of plain paths: the shapes are real.
    let ground = ground();
    let reaches = |shape: &&&str| {
        fs::read_to_string(ground.inside(shape)).is_ok_and(|content| content.contains(MARK))
            || fs::read_dir(ground.inside(shape)).is_ok_and(|mut names| {
                names.any(|name| name.unwrap().file_name().to_string_lossy().contains(MARK))
            })
    };
    assert!(SHAPES.iter().filter(reaches).count() >= 15);
    assert_eq!(Beneath::of_this_system(), Some(Beneath::Kernel));
}
