//! Random forests of folders, files and links, against a pure model of them, and against the kernel's own resolution.

use std::{collections::BTreeMap, fs, os::fd::AsFd as _, os::unix::fs::MetadataExt as _, path::Path};

use proptest::prelude::*;
use rustix::{
    fs::{Mode, OFlags, ResolveFlags, openat2},
    io::Errno,
};

use super::{super::*, Ground, WAYS, snapshot};

/// Links of the model that stand for one by an absolute path and one by an open handle, both to the ground's outside.
const ABSOLUTE: &str = "/outside";
const MAGIC: &str = "/magic";

/// Names of nodes, unlikely to be anywhere else.
const NODES: [&str; 3] = ["twig-1", "twig-2", "twig-3"];

type Names = Vec<String>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Folder,
    File(String),
    Link(String),
}

/// A tree as one map; the granted folder is the empty path.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Forest(BTreeMap<Names, Node>);

/// Why the model finds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Escapes,
    Circle,
    Missing,
    NotAFolder,
}

#[derive(Debug, Clone)]
enum Act {
    Write(String),
    Create(String),
    CreateFolder(String),
    RemoveFile(String),
    RemoveTree(String),
    Rename(String, String),
}

impl Forest {
    /// Takes the nodes that fit on those before them; folders on the way are made.
    fn grow(planned: Vec<(String, Node)>) -> Self {
        let mut forest = Self(BTreeMap::from([(vec![], Node::Folder)]));
        for (path, node) in planned {
            let names = split(&path);
            let above = (1..names.len()).map(|depth| names[..depth].to_vec());
            let fits = above.clone().all(|folder| matches!(forest.0.get(&folder), None | Some(Node::Folder)));
            if fits && !forest.0.contains_key(&names) {
                for folder in above {
                    forest.0.entry(folder).or_insert(Node::Folder);
                }
                forest.0.insert(names, node);
            }
        }
        forest
    }

    fn plant(&self, ground: &Ground) {
        for (names, node) in self.0.iter().filter(|(names, _)| !names.is_empty()) {
            let path = ground.inside(&names.join("/"));
            match node {
                Node::Folder => fs::create_dir(path).unwrap(),
                Node::File(content) => fs::write(path, content).unwrap(),
                Node::Link(target) if target == ABSOLUTE => ground.link(&names.join("/"), ground.outside("")),
                Node::Link(target) if target == MAGIC => ground.link(&names.join("/"), ground.magic()),
                Node::Link(target) => ground.link(&names.join("/"), target),
            }
        }
    }

    fn on_disk(ground: &Ground) -> Self {
        let mut forest = Self(BTreeMap::from([(vec![], Node::Folder)]));
        for (path, (_, content)) in snapshot(&ground.inside("")) {
            let content = String::from_utf8(content).unwrap();
            let node = match fs::symlink_metadata(&path).unwrap() {
                metadata if metadata.is_dir() => Node::Folder,
                metadata if metadata.is_symlink() => Node::Link(match Path::new(&content) {
                    target if target == ground.outside("") => ABSOLUTE.to_owned(),
                    target if target == ground.magic() => MAGIC.to_owned(),
                    _ => content,
                }),
                _ => Node::File(content),
            };
            let path = path.strip_prefix(ground.inside("")).unwrap().to_str().unwrap().to_owned();
            forest.0.insert(split(&path), node);
        }
        forest
    }

    /// Where a path leads, told by its text alone. With a node there, or one that is missing in a folder that is there.
    fn lead(&self, path: &str, follow_last: bool) -> Result<Names, Wrong> {
        self.lead_from(vec![], path, follow_last, &mut 40)
    }

    fn lead_from(&self, from: Names, path: &str, follow_last: bool, links: &mut i32) -> Result<Names, Wrong> {
        let mut here = from;
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len() && !path.ends_with('/');
            match self.0.get(&here) {
                Some(Node::Folder) => {}
                Some(_) => return Err(Wrong::NotAFolder),
                None if matches!(*part, "." | "..") => return Err(Wrong::Missing),
                None => {
                    here.push((*part).to_owned());
                    continue;
                }
            }
            match *part {
                "." => continue,
                ".." => drop(here.pop().ok_or(Wrong::Escapes)?),
                part => here.push(part.to_owned()),
            }
            if let Some(Node::Link(target)) = self.0.get(&here)
                && (follow_last || !last)
            {
                *links -= 1;
                if *links < 0 {
                    return Err(Wrong::Circle);
                }
                if target.starts_with('/') {
                    return Err(Wrong::Escapes);
                }
                here.pop();
                let target = target.clone();
                here = self.lead_from(here, &target, true, links)?;
            }
        }
        match self.0.get(&here) {
            Some(Node::Folder) => Ok(here),
            None if path.ends_with('/') => Err(Wrong::Missing),
            Some(_) if path.ends_with('/') => Err(Wrong::NotAFolder),
            _ => Ok(here),
        }
    }

    fn is_folder(&self, names: &[String]) -> bool {
        self.0.get(names) == Some(&Node::Folder)
    }

    /// What an act does to the tree; nothing, when it is refused.
    fn act(&mut self, act: &Act) {
        match act {
            Act::Write(path) => {
                if let Ok(names) = self.lead(path, true)
                    && let Some(Node::File(content)) = self.0.get_mut(&names)
                {
                    *content = "written".to_owned();
                }
            }
            Act::Create(path) => {
                if let Ok(names) = self.lead(path, true)
                    && let Some((_, folder)) = names.split_last()
                    && self.is_folder(folder)
                {
                    self.0.entry(names).or_insert(Node::File("made".to_owned()));
                }
            }
            Act::CreateFolder(path) => {
                let Ok(names) = self.lead(path, true) else { return };
                for depth in 1..=names.len() {
                    self.0.entry(names[..depth].to_vec()).or_insert(Node::Folder);
                }
            }
            Act::RemoveFile(path) => {
                if let Ok(names) = self.lead(path, false)
                    && !self.is_folder(&names)
                {
                    self.0.remove(&names);
                }
            }
            Act::RemoveTree(path) => {
                if let Ok(names) = self.lead(path, false)
                    && !names.is_empty()
                    && self.is_folder(&names)
                {
                    self.0.retain(|path, _| !path.starts_with(&names));
                }
            }
            Act::Rename(from, to) => self.rename(from, to),
        }
    }

    fn rename(&mut self, from: &str, to: &str) {
        let (Ok(from), Ok(to)) = (self.lead(from, false), self.lead(to, false)) else { return };
        let free =
            to.split_last().is_some_and(|(_, folder)| self.is_folder(folder)) && !self.0.contains_key(&to);
        if from.is_empty() || !self.0.contains_key(&from) || !free || to.starts_with(&from) {
            return;
        }
        let moved =
            std::mem::take(&mut self.0).into_iter().map(|(path, node)| match path.strip_prefix(&from[..]) {
                Some(rest) => ([&to[..], rest].concat(), node),
                None => (path, node),
            });
        self.0 = moved.collect();
    }
}

/// The same on disk. Which refusal it is, is not the model's to say here.
fn act(root: &Root, act: &Act) -> Result<(), FileError> {
    let read = |text: &str| RelPath::parse(text).map_err(FileError::from);
    let full = |text: &str| root.resolve(&read(text)?);
    let entry = |text: &str| root.resolve_entry(&read(text)?);
    match act {
        Act::Write(path) => root.write(&full(path)?, b"written", None).map(drop),
        Act::Create(path) => root.create(&full(path)?, b"made").map(drop),
        Act::CreateFolder(path) => root.create_folder(&full(path)?),
        Act::RemoveFile(path) => root.remove_file(&entry(path)?, None),
        Act::RemoveTree(path) => root.remove_tree(&entry(path)?, 40).map(drop),
        Act::Rename(from, to) => root.rename(&entry(from)?, &entry(to)?, Existing::Keep),
    }
}

fn split(path: &str) -> Names {
    path.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn a_path() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(NODES.to_vec()), 1..4).prop_map(|names| names.join("/"))
}

fn a_target() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => prop::sample::select(NODES.to_vec()),
        2 => Just(".."),
        4 => prop::sample::select(vec![".", "missing", "outside", "inside"]),
    ];
    let relative = prop::collection::vec(part, 1..5).prop_map(|parts| parts.join("/"));
    (relative, prop::sample::select(vec!["", "", "", "/"])).prop_map(|(path, end)| path + end)
}

fn a_node() -> impl Strategy<Value = Node> {
    prop_oneof![
        2 => Just(Node::Folder),
        2 => "[xyz]{1,4}".prop_map(Node::File),
        4 => a_target().prop_map(Node::Link),
        1 => Just(Node::Link(ABSOLUTE.to_owned())),
        1 => Just(Node::Link(MAGIC.to_owned())),
    ]
}

fn an_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        a_path().prop_map(Act::Write),
        a_path().prop_map(Act::Create),
        a_path().prop_map(Act::CreateFolder),
        a_path().prop_map(Act::RemoveFile),
        a_path().prop_map(Act::RemoveTree),
        (a_path(), a_path()).prop_map(|(from, to)| Act::Rename(from, to)),
    ]
}

fn a_forest() -> impl Strategy<Value = Forest> {
    prop::collection::vec((a_path(), a_node()), 0..14).prop_map(Forest::grow)
}

fn looked_up(root: &Root, path: &str) -> Result<Names, Wrong> {
    match root.resolve(&RelPath::parse(path).unwrap()) {
        Ok(at) => Ok(at.path().names().map(str::to_owned).collect()),
        Err(FileError::Escapes { .. }) => Err(Wrong::Escapes),
        Err(FileError::TooManyLinks { .. }) => Err(Wrong::Circle),
        Err(FileError::NotFound { .. }) => Err(Wrong::Missing),
        Err(FileError::NotADirectory { .. }) => Err(Wrong::NotAFolder),
        Err(other) => panic!("{path}: {other:?}"),
    }
}

/// What the kernel finds when it follows the links itself, kept beneath the root.
fn by_kernel(ground: &Ground, path: &str) -> Result<u64, Wrong> {
    let root = fs::File::open(ground.inside("")).unwrap();
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    match openat2(root.as_fd(), path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), resolve) {
        Ok(handle) => Ok(fs::File::from(handle).metadata().unwrap().ino()),
        Err(Errno::XDEV) => Err(Wrong::Escapes),
        Err(Errno::LOOP) => Err(Wrong::Circle),
        Err(Errno::NOENT) => Err(Wrong::Missing),
        Err(Errno::NOTDIR) => Err(Wrong::NotAFolder),
        Err(other) => panic!("{path}: {other}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn paths_lead_where_the_model_and_the_kernel_say(
        forest in a_forest(),
        paths in prop::collection::vec(a_path(), 1..12),
    ) {
        let ground = Ground::new();
        forest.plant(&ground);
        for way in WAYS {
            let root = ground.root_by(way);
            for path in &paths {
                let led = forest.lead(path, true);
                let resolved = looked_up(&root, path);
                prop_assert_eq!(&resolved, &led, "{} by {:?}", path, way);
                let there = resolved.and_then(|names| {
                    let found = fs::symlink_metadata(ground.inside(&names.join("/")));
                    found.map(|metadata| metadata.ino()).map_err(|_| Wrong::Missing)
                });
                prop_assert_eq!(there, by_kernel(&ground, path), "{} by {:?}", path, way);
                if let Ok(names) = led
                    && let Some(Node::File(content)) = forest.0.get(&names)
                {
                    let at = root.resolve(&RelPath::parse(path).unwrap()).unwrap();
                    prop_assert_eq!(&root.read(&at, 100).unwrap().bytes, content.as_bytes());
                }
            }
        }
    }
}

proptest! {
    // Fewer: each act waits for the disk.
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn acts_do_to_the_disk_what_they_do_to_the_model(
        forest in a_forest(),
        acts in prop::collection::vec(an_act(), 1..8),
    ) {
        for way in WAYS {
            let ground = Ground::new();
            forest.plant(&ground);
            let outside = snapshot(&ground.outside(""));
            let root = ground.root_by(way);
            let mut model = forest.clone();
            for step in &acts {
                let before = model.clone();
                model.act(step);
                let done = act(&root, step);
                prop_assert_eq!(&Forest::on_disk(&ground), &model, "after {:?} by {:?}: {:?}", step, way, done);
                if done.is_err() {
                    prop_assert_eq!(&before, &model, "{:?} by {:?} was refused", step, way);
                }
            }
            prop_assert_eq!(snapshot(&ground.outside("")), outside);
        }
    }
}
