//! What a person allows for the rest of a task.
//!
//! Always true: a remembered allow answers questions only, a denial always wins; what can't be inspected, and what is
//! guarded, is remembered as itself alone. Elsewhere: listing, keeping and withdrawing them (the engine).

use cowork_contract::{Action, GrantId};
use serde::{Deserialize, Serialize};

use crate::{Item, Place, builtin::guarded, place::is_below};

/// An allow that covers calls like the one it was given for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Standing {
    /// The same action in the same folder or below.
    Folder {
        /// What may be done.
        action: Action,
        /// In which grant.
        grant: GrantId,
        /// Relative to it; empty for all of it.
        folder: String,
        /// Where a rename or move may lead, relative to the grant. Absent: the action leads nowhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// One file, for its name says that it is not like the others of its folder.
    File {
        /// What may be done.
        action: Action,
        /// In which grant.
        grant: GrantId,
        /// Relative to it.
        path: String,
        /// Where a rename or move leads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// The same program with the same first argument, or none.
    Command {
        /// The program and its first argument.
        beginning: Vec<String>,
    },
    /// This command alone, for what it does can't be inspected.
    ThisCommand {
        /// As it is shown.
        command: String,
        /// Whether a shell takes it apart.
        shell: bool,
    },
    /// The same host and port.
    Host {
        /// In its one spelling.
        host: String,
        /// Its port.
        port: u16,
    },
    /// The same tool of the same connector.
    Connector {
        /// Its id.
        connector: String,
        /// The tool.
        tool: String,
        /// Whether it changes something.
        acts: bool,
    },
}

impl Standing {
    /// What "for this task" means for an item. None: nothing can be remembered of it.
    pub fn of(item: &Item) -> Option<Self> {
        match item {
            Item::File { .. } => Self::of_file(item),
            Item::Network { host, port, .. } => Some(Self::Host { host: host.to_string(), port: *port }),
            Item::Connector { connector, tool, acts, .. } => {
                Some(Self::Connector { connector: connector.clone(), tool: tool.clone(), acts: *acts })
            }
            Item::Command(command) => Some(match command.words() {
                Some(words) if command.cannot_inspect().is_none() => {
                    Self::Command { beginning: words.iter().take(2).cloned().collect() }
                }
                _ => Self::ThisCommand { command: command.label(), shell: command.words().is_none() },
            }),
        }
    }

    fn of_file(item: &Item) -> Option<Self> {
        let mut places = item.places();
        let path = places.next()?.granted()?;
        let to = match places.next() {
            Some(place) => Some(place.granted()?.path()),
            None => None,
        };
        let (action, grant) = (item.action(), path.grant().id.clone());
        Some(match guarded(item).next() {
            Some(_) => Self::File { action, grant, path: path.path().to_owned(), to: to.map(str::to_owned) },
            None => Self::Folder { action, grant, folder: parent(path.path()), to: to.map(parent) },
        })
    }

    /// Whether it answers for the item too.
    pub fn covers(&self, item: &Item) -> bool {
        match (self, item) {
            (Self::Folder { action, grant, folder, to }, Item::File { .. }) => {
                let beneath = |place: Option<&Place>, folder: &str| {
                    place.and_then(Place::granted).is_some_and(|path| {
                        path.grant().id == *grant && is_below(&parent(path.path()), folder)
                    })
                };
                let mut places = item.places();
                *action == item.action()
                    && guarded(item).next().is_none()
                    && beneath(places.next(), folder)
                    && match (places.next(), to) {
                        (None, None) => true,
                        (Some(place), Some(to)) => beneath(Some(place), to),
                        _ => false,
                    }
            }
            (Self::Command { beginning }, Item::Command(command)) => {
                command.cannot_inspect().is_none()
                    && command.words().is_some_and(|words| words.iter().take(2).eq(beginning))
            }
            (one, item) => Self::of(item).as_ref() == Some(one),
        }
    }
}

fn parent(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned())
}
