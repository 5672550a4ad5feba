//! A thread swaps a folder with a link to the outside, as fast as it can, while operations go through its name.
//!
//! Bounded by operations, not by time. The control is the way that is commonly taken (make the path canonical, compare the
//! beginning, open it): it must leak in the same race, or the race shows nothing.

use std::{
    fs,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{super::*, Ground, MARK, WAYS, path, snapshot};

/// Operations of each kind, at least; then until both outcomes were seen often enough.
const OPERATIONS: usize = 3_000;
/// Operations after which a race that shows nothing is given up.
const PATIENCE: usize = 400_000;
/// How often each outcome must be seen, so that the race is known to have been one.
const OFTEN: usize = 50;

/// `swap` is a folder with `deep/OUTSIDE.txt` that says "inside", or a link to the outside, in quick turns. It lies in the
/// middle of every path: a link at the end is refused by more than one rule.
fn ground() -> Ground {
    let ground = Ground::new();
    ground.file("swap/deep/OUTSIDE.txt", "inside");
    ground.file("swap/deep/kept.txt", "inside");
    ground.link("other", "../outside");
    fs::create_dir(ground.outside("deep")).unwrap();
    fs::write(ground.outside("deep/OUTSIDE.txt"), "OUTSIDE content").unwrap();
    ground
}

/// Runs `operation` while a thread swaps, at least [`OPERATIONS`] times and until `enough`. Says how often, and how often it
/// was swapped.
fn race(
    ground: &Ground,
    mut enough: impl FnMut() -> bool,
    mut operation: impl FnMut(usize),
) -> (usize, usize) {
    let (done, swaps) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (folder, link) = (ground.inside("swap"), ground.inside("other"));
    let mut operations = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // Fails while one of them is removed.
                let swapped = renameat_with(CWD, &folder, CWD, &link, RenameFlags::EXCHANGE);
                swaps.fetch_add(usize::from(swapped.is_ok()), Ordering::Relaxed);
            }
        });
        while operations < OPERATIONS || (!enough() && operations < PATIENCE) {
            operation(operations);
            operations += 1;
        }
        done.store(true, Ordering::Relaxed);
    });
    (operations, swaps.into_inner())
}

/// What came of operations in a race.
#[derive(Default)]
struct Tally {
    succeeded: AtomicUsize,
    refused: AtomicUsize,
}

impl Tally {
    fn count<T>(&self, outcome: &Result<T, FileError>) {
        let counter = if outcome.is_ok() { &self.succeeded } else { &self.refused };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn is_enough(&self) -> bool {
        self.succeeded.load(Ordering::Relaxed) >= OFTEN && self.refused.load(Ordering::Relaxed) >= OFTEN
    }

    fn report(&self, what: &str, (operations, swaps): (usize, usize)) {
        println!(
            "{what}: {operations} operations, {} succeeded, {swaps} swaps",
            self.succeeded.load(Ordering::Relaxed)
        );
        assert!(self.is_enough(), "{what}: both outcomes must be seen for the race to be one");
    }
}

#[test]
fn the_common_way_leaks_in_this_race() {
    let ground = ground();
    let (root, wanted) =
        (fs::canonicalize(ground.inside("")).unwrap(), ground.inside("swap/deep/OUTSIDE.txt"));
    let leaks = AtomicUsize::new(0);
    let ran = race(
        &ground,
        || leaks.load(Ordering::Relaxed) > 0,
        |_| {
            let allowed = fs::canonicalize(&wanted).is_ok_and(|path| path.starts_with(&root));
            let content =
                if allowed { fs::read_to_string(&wanted).unwrap_or_default() } else { String::new() };
            leaks.fetch_add(usize::from(content.contains(MARK)), Ordering::Relaxed);
        },
    );
    println!("canonicalize, compare, open: {} leaks in {} operations", leaks.load(Ordering::Relaxed), ran.0);
    assert!(leaks.load(Ordering::Relaxed) > 0, "the race must be one that leaks");
}

#[test]
fn reading_listing_and_looking_stay_inside() {
    for way in WAYS {
        let ground = ground();
        let root = ground.root_by(way);
        let tally = Tally::default();
        let ran = race(
            &ground,
            || tally.is_enough(),
            |turn| {
                let seen = match turn % 4 {
                    0 => root
                        .resolve(&path("swap/deep/OUTSIDE.txt"))
                        .and_then(|at| root.read(&at, 100))
                        .map(|read| String::from_utf8(read.bytes).unwrap()),
                    // Resolved while it was a folder; what opens is what counts.
                    1 => root
                        .read(&super::unresolved(root.identity(), path("swap/deep/OUTSIDE.txt")), 100)
                        .map(|read| String::from_utf8(read.bytes).unwrap()),
                    2 => root
                        .list(&super::unresolved(root.identity(), path("swap/deep")), 100)
                        .map(|listing| listing.entries.len().to_string()),
                    _ => root
                        .stat(&super::unresolved(root.identity(), path("swap/deep/OUTSIDE.txt")))
                        .map(|metadata| metadata.size.to_string()),
                };
                tally.count(&seen);
                if let Ok(seen) = seen {
                    // Two entries, six bytes, the word itself: those of the inside.
                    assert!(["inside", "2", "6"].contains(&seen.as_str()), "{way:?} saw {seen}");
                }
            },
        );
        tally.report(&format!("read, {way:?}"), ran);
    }
}

#[test]
fn writing_making_renaming_and_removing_stay_inside() {
    for way in WAYS {
        let ground = ground();
        ground.file("loose.txt", "inside");
        let outside = snapshot(&ground.outside(""));
        let root = ground.root_by(way);
        let tally = Tally::default();
        let place = |text: &str| super::unresolved(root.identity(), path(text));
        let ran = race(
            &ground,
            || tally.is_enough(),
            |turn| {
                let new = format!("swap/deep/{turn}.txt");
                let done = match turn % 6 {
                    0 => root.write(&place("swap/deep/OUTSIDE.txt"), b"inside", None).map(drop),
                    1 => root.create(&place(&new), b"inside").map(drop),
                    2 => root
                        .rename(&place("loose.txt"), &place("swap/deep/loose.txt"), Existing::Replace)
                        .inspect(|()| fs_write(&ground, "loose.txt")),
                    3 => root
                        .create_folder(&place(&format!("{new}/deep")))
                        .and_then(|()| root.remove_tree(&place(&new), 10).map(drop)),
                    4 => root.remove_file(&place("swap/deep/OUTSIDE.txt"), None),
                    _ => root.create(&place("swap/deep/OUTSIDE.txt"), b"inside").map(drop),
                };
                tally.count(&done);
            },
        );
        assert_eq!(snapshot(&ground.outside("")), outside, "{way:?} changed the outside");
        tally.report(&format!("write, {way:?}"), ran);
    }
}

fn fs_write(ground: &Ground, name: &str) {
    fs::write(ground.inside(name), "inside").unwrap();
}

#[test]
fn a_tree_that_is_swapped_while_it_is_walked_or_removed_stays_inside() {
    for way in WAYS {
        let ground = ground();
        let outside = snapshot(&ground.outside(""));
        let root = ground.root_by(way);
        let tally = Tally::default();
        let (folders, links) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let enough = || folders.load(Ordering::Relaxed) >= OFTEN && links.load(Ordering::Relaxed) >= OFTEN;
        race(&ground, enough, |turn| {
            let mut content = 0;
            let at = super::unresolved(root.identity(), RelPath::folder_itself());
            let walked = root.walk(&at, 100, |step| {
                assert!(!step.entry.name.contains("OUTSIDE-"), "{way:?} saw {step:?}");
                content += usize::from(step.depth == 3);
                Flow::Continue
            });
            tally.count(&walked);
            let counter = if content > 0 { &folders } else { &links };
            counter.fetch_add(1, Ordering::Relaxed);
            if turn % 50 == 0 {
                tally.count(&root.remove_tree(&super::unresolved(root.identity(), path("swap")), 100));
                // Not by path: that would be the leak that is looked for.
                let place = |text| super::unresolved(root.identity(), path(text));
                let _ = root.create_folder(&place("swap/deep"));
                let _ = root.create(&place("swap/deep/kept.txt"), b"inside");
            }
        });
        assert_eq!(snapshot(&ground.outside("")), outside, "{way:?} changed the outside");
        assert!(enough(), "{way:?}: walks must have met the folder and the link");
    }
}
