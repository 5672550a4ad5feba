//! A tool call in the words that rules are written in: what it does to which things.
//!
//! Always true: an item's kind and its action belong together by their type. The arguments are those that will run.
//! Elsewhere: making a call from arguments (the tool, which knows what they mean).

use std::{collections::BTreeMap, net::IpAddr};

use cowork_contract::{Action, RiskTag};
use serde_json::{Map, Value};

use crate::{Command, Host, Place};

/// A tool call, parsed and resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Map<String, Value>,
    /// Everything it touches. A call that names nothing is judged as an act that no action names.
    pub items: Vec<Item>,
    /// SHA-256 of the content that the person is shown, by a name for each: an approval binds to them.
    pub content: BTreeMap<String, [u8; 32]>,
    /// The task has read untrusted content.
    pub tainted: bool,
    /// Changes to files are only staged for review.
    pub staged: bool,
    /// How many calls are asked for at once, this one counted.
    pub batch: u32,
}

impl Call {
    /// A call that touches nothing yet, alone, of a task that has read nothing untrusted.
    pub fn new(tool: impl Into<String>, arguments: Map<String, Value>) -> Self {
        Self {
            tool: tool.into(),
            arguments,
            items: Vec::new(),
            content: BTreeMap::new(),
            tainted: false,
            staged: false,
            batch: 1,
        }
    }
}

/// One thing that a call touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A file or folder.
    File {
        /// What is done to it.
        act: FileAct,
        /// Where it lies.
        place: Place,
        /// Bytes of it, or of what is to be written, whichever is more. None: not known.
        size: Option<u64>,
    },
    /// A host.
    Network {
        /// Which.
        host: Host,
        /// Its port.
        port: u16,
        /// What the name resolved to, as far as that is known by now.
        addresses: Vec<IpAddr>,
    },
    /// A connector.
    Connector {
        /// Its id.
        connector: String,
        /// The tool of it.
        tool: String,
        /// Whether it changes something.
        acts: bool,
        /// Whether the scopes that the person gave cover it.
        in_scope: bool,
    },
    /// A command.
    Command(Command),
}

/// What is done to a file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileAct {
    /// It is read or listed.
    Read,
    /// What it holds is changed.
    Write,
    /// It is made.
    Create,
    /// It is removed.
    Delete,
    /// It gets another name in its folder.
    Rename(Target),
    /// It goes to another folder.
    Move(Target),
}

/// Where something is renamed or moved to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The new place.
    pub to: Place,
    /// Whether something lies there.
    pub replaces: bool,
}

impl Item {
    /// The action that rules name.
    pub fn action(&self) -> Action {
        match self {
            Self::File { act, .. } => match act {
                FileAct::Read => Action::FileRead,
                FileAct::Write => Action::FileWrite,
                FileAct::Create => Action::FileCreate,
                FileAct::Delete => Action::FileDelete,
                FileAct::Rename(_) => Action::FileRename,
                FileAct::Move(_) => Action::FileMove,
            },
            Self::Network { .. } => Action::NetworkRequest,
            Self::Connector { acts: false, .. } => Action::ConnectorRead,
            Self::Connector { acts: true, .. } => Action::ConnectorAction,
            Self::Command(_) => Action::ProcessExec,
        }
    }

    /// What follows from the act itself.
    pub fn risk_tags(&self) -> Vec<RiskTag> {
        match self {
            Self::File { act, .. } => match act {
                FileAct::Read | FileAct::Create => Vec::new(),
                FileAct::Write => vec![RiskTag::Overwrite],
                FileAct::Delete => vec![RiskTag::Delete],
                FileAct::Rename(target) | FileAct::Move(target) => {
                    target.replaces.then_some(RiskTag::Overwrite).into_iter().collect()
                }
            },
            Self::Network { .. } => vec![RiskTag::Network],
            Self::Connector { acts, .. } => acts.then_some(RiskTag::Connector).into_iter().collect(),
            Self::Command(_) => vec![RiskTag::Execute],
        }
    }

    /// For a person, and for the hash of what was shown.
    pub fn label(&self) -> String {
        match self {
            Self::File { act: FileAct::Rename(target) | FileAct::Move(target), place, .. } => {
                format!("{} -> {}", place.label(), target.to.label())
            }
            Self::File { place, .. } => place.label().to_owned(),
            Self::Network { host, port, .. } => format!("{host}:{port}"),
            Self::Connector { connector, tool, .. } => format!("{connector}: {tool}"),
            Self::Command(command) => command.label(),
        }
    }

    /// The file's places: where it lies, and where it goes.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Place> {
        let (place, to) = match self {
            Self::File { act: FileAct::Rename(target) | FileAct::Move(target), place, .. } => {
                (Some(place), Some(&target.to))
            }
            Self::File { place, .. } => (Some(place), None),
            Self::Network { .. } | Self::Connector { .. } | Self::Command(_) => (None, None),
        };
        place.into_iter().chain(to)
    }
}
