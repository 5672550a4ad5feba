//! What no rule can lift.
//!
//! Always true: these come before the document and look at the call alone, so a document can't turn one off. Guards are
//! the one exception: they stand until a rule names what they guard. Elsewhere: names (`names`), hosts (`host`).

use crate::{
    Host, HostPattern, Item, Place,
    call::{FileAct, Target},
    names::{is_in_git, is_secret, is_system},
    place::GrantedPath,
};

/// What is so around the calls, set by the person or found by the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Hosts that `hostInAllowlist` means.
    pub allowed_hosts: Vec<HostPattern>,
    /// Hosts of model services: only the server itself speaks with them.
    pub provider_hosts: Vec<Host>,
    /// Why commands can't be confined here; then none runs. None: they can.
    pub unconfined: Option<String>,
}

impl Surroundings {
    pub(crate) fn allows(&self, host: &Host, port: u16) -> bool {
        self.allowed_hosts.iter().any(|pattern| pattern.matches(host, port))
    }
}

/// A denial: its rule's id and why.
pub(crate) struct Denial {
    pub(crate) rule_id: &'static str,
    pub(crate) reason: String,
}

/// Why the item is denied whatever the document says; none when the document is asked.
pub(crate) fn denial(item: &Item, surroundings: &Surroundings) -> Option<Denial> {
    match item {
        Item::File { act, place, .. } => file(act, place),
        Item::Network { host, addresses, .. } => {
            if host.is_private() || addresses.iter().any(|address| crate::is_private(*address)) {
                let reason = format!("{host} is on this computer or its network, which calls never reach.");
                return Some(Denial { rule_id: "builtin.private-address", reason });
            }
            surroundings.provider_hosts.contains(host).then(|| Denial {
                rule_id: "builtin.provider-host",
                reason: format!("{host} is a model service; only Cowork itself speaks with it."),
            })
        }
        Item::Command(_) => surroundings.unconfined.as_ref().map(|why| Denial {
            rule_id: "builtin.unconfined",
            reason: format!("Commands can't be confined here, so none runs: {why}"),
        }),
        Item::Connector { .. } => None,
    }
}

fn file(act: &FileAct, place: &Place) -> Option<Denial> {
    let deny = |rule_id, reason: &str| Some(Denial { rule_id, reason: reason.to_owned() });
    let to = match act {
        FileAct::Rename(target) | FileAct::Move(target) => Some(target),
        FileAct::Read | FileAct::Write | FileAct::Create | FileAct::Delete => None,
    };
    let places = || std::iter::once(place).chain(to.map(|target| &target.to));
    if places().any(|place| *place == Place::ServerData) {
        return deny("builtin.server-data", "This is Cowork's own data, which calls never touch.");
    }
    let Some(from) = place.granted() else { return deny("builtin.outside-grants", OUTSIDE) };
    let target = match to.map(|target| (target, target.to.granted())) {
        Some((_, None)) => return deny("builtin.outside-grants", OUTSIDE),
        Some((target, Some(path))) => Some((target, path)),
        None => None,
    };
    if target.is_some_and(|(_, path)| path.grant().id != from.grant().id) {
        return deny("builtin.cross-root", "Nothing is moved from one granted folder to another.");
    }
    if *act != FileAct::Read && places().filter_map(Place::granted).any(|path| is_in_git(path.path())) {
        return deny("builtin.git", "File tools never change what git keeps in `.git`.");
    }
    missing_right(act, place, from, target).map(|right| Denial {
        rule_id: "builtin.grant-rights",
        reason: format!("The folder was granted without the right to {right}."),
    })
}

const OUTSIDE: &str = "This is outside the granted folders. Grant the folder to the session first.";

/// The right that the grant lacks. In an output root files may be made and changed.
fn missing_right(
    act: &FileAct,
    place: &Place,
    from: &GrantedPath,
    target: Option<(&Target, &GrantedPath)>,
) -> Option<&'static str> {
    let grant = from.grant();
    let lacks = |has: bool, free: bool, what| (!has && !free).then_some(what);
    let change = |free| lacks(grant.allow_write, free, "change files");
    let create = |free| lacks(grant.allow_create, free, "create files");
    let delete = || lacks(grant.allow_delete, false, "delete files");
    let replaced = |target: &Target| target.replaces.then(|| change(target.to.is_in_output_root())).flatten();
    match (act, target) {
        (FileAct::Read, _) => None,
        (FileAct::Write, _) => change(place.is_in_output_root()),
        (FileAct::Create, _) => create(place.is_in_output_root()),
        (FileAct::Delete, _) => delete(),
        (FileAct::Rename(_), Some((target, _))) => change(false).or_else(|| replaced(target)),
        (FileAct::Move(_), Some((target, _))) => {
            delete().or_else(|| create(target.to.is_in_output_root())).or_else(|| replaced(target))
        }
        (FileAct::Rename(_) | FileAct::Move(_), None) => change(false),
    }
}

/// A denial that stands until a rule names the path.
pub(crate) fn guard(item: &Item) -> Option<Denial> {
    let secret = item.places().filter_map(Place::granted).any(|path| is_secret(path.path()));
    let system = || item.places().filter_map(Place::granted).any(|path| is_system(&path.whole()));
    if secret {
        return Some(Denial {
            rule_id: "builtin.secret",
            reason: "Files like this hold keys or passwords; only a rule that names them opens them."
                .to_owned(),
        });
    }
    system().then(|| Denial {
        rule_id: "builtin.system-path",
        reason: "This belongs to the system; only a rule that names it opens it.".to_owned(),
    })
}

/// The paths of an item that a guard is about.
pub(crate) fn guarded(item: &Item) -> impl Iterator<Item = &GrantedPath> {
    item.places().filter_map(Place::granted).filter(|path| is_secret(path.path()) || is_system(&path.whole()))
}
