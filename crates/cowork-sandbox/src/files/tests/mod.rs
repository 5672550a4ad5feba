//! A granted folder with an outside that nothing may reach, and what both look like.
//!
//! Every test of confinement runs for both ways of opening, has its positive control, and looks at the outside afterwards.
//! When the code under test is broken, it will do what it is tested against. So every link that leaves a ground leads to its
//! own outside, grounds lie so deep that climbing ends in their own temporary folder, and trees are removed with low limits.

mod changes;
mod faults;
mod forest;
mod matrix;
mod race;
mod reading;
mod roots;

use std::{
    collections::BTreeMap,
    fs,
    os::fd::AsRawFd as _,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{
    beneath::Beneath,
    path::RelPath,
    resolve::ResolvedPath,
    root::{Identity, Root},
};

/// The way of Linux builds and that of other systems.
const WAYS: [Beneath; 2] = [Beneath::Kernel, Beneath::ByName];

/// In every name and content outside.
const MARK: &str = "OUTSIDE";

/// Folders between a ground and its temporary folder.
const DEEP: &str = "1/2/3/4/5/6/7/8";

/// A folder with `inside`, which is granted, and `outside`, which is not.
struct Ground {
    home: TempDir,
    /// The open outside, for links through `/proc`.
    handle: fs::File,
}

impl Ground {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let base = home.path().join(DEEP);
        fs::create_dir_all(base.join("inside")).unwrap();
        fs::create_dir_all(base.join("outside/OUTSIDE-dir/OUTSIDE-empty")).unwrap();
        let handle = fs::File::open(base.join("outside")).unwrap();
        let ground = Self { home, handle };
        fs::write(ground.outside("OUTSIDE.txt"), "OUTSIDE content").unwrap();
        fs::write(ground.outside("OUTSIDE-dir/OUTSIDE-deep.txt"), "OUTSIDE, deep").unwrap();
        fs::write(ground.outside(".cowork-tmp-0000000000000000"), "OUTSIDE leftover").unwrap();
        ground
    }

    /// The folder with both.
    fn base(&self) -> PathBuf {
        self.home.path().join(DEEP)
    }

    fn inside(&self, path: &str) -> PathBuf {
        self.base().join("inside").join(path)
    }

    fn outside(&self, path: &str) -> PathBuf {
        self.base().join("outside").join(path)
    }

    /// A path to the outside that is no path to the kernel, but the handle itself.
    fn magic(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.handle.as_raw_fd()).into()
    }

    fn file(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.inside(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn link(&self, path: &str, target: impl AsRef<Path>) {
        symlink(target, self.inside(path)).unwrap();
    }

    fn root(&self) -> Root {
        Root::open(&self.inside(""), &[]).unwrap()
    }

    fn root_by(&self, way: Beneath) -> Root {
        Root::open_with(&self.inside(""), &[], way).unwrap()
    }
}

fn path(text: &str) -> RelPath {
    RelPath::parse(text).unwrap()
}

fn at(root: &Root, text: &str) -> ResolvedPath {
    root.resolve(&path(text)).unwrap()
}

/// As if `text` had had no links when it was resolved: what a swap between resolving and doing leaves behind.
fn unresolved(root: Identity, text: RelPath) -> ResolvedPath {
    ResolvedPath::new(root, text)
}

/// Paths with kind and mode, and content or target.
type Snapshot = BTreeMap<PathBuf, (u32, Vec<u8>)>;

/// Everything below a folder.
fn snapshot(folder: &Path) -> Snapshot {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let content = if metadata.is_dir() {
                open.push(path.clone());
                Vec::new()
            } else if metadata.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else if metadata.is_file() {
                fs::read(&path).unwrap()
            } else {
                Vec::new()
            };
            found.insert(path, (metadata.permissions().mode(), content));
        }
    }
    found
}

/// The inodes of everything below a folder, and of the folder.
fn inodes(folder: &Path) -> Vec<u64> {
    let below = snapshot(folder).into_keys().map(|path| fs::symlink_metadata(path).unwrap().ino());
    below.chain([fs::metadata(folder).unwrap().ino()]).collect()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
