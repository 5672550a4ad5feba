//! May it: a call, described in the words of rules, goes in; allow (with a permit), a question or a denial comes out.
//!
//! Start at [`Policy::decide`]. Always true: no I/O, no clock, no async; the same policy and call have the same answer;
//! what no rule knows is denied unless the document says otherwise; a [`Permit`] is made here alone and is good once.
//! Elsewhere: *can it* (`cowork-sandbox`, which holds when everything here is wrong), *how* (a tool), who is asked and what
//! is recorded (`cowork-engine`).

mod builtin;
mod call;
mod canonical;
mod command;
mod condition;
mod default;
mod document;
mod explain;
mod glob;
mod host;
mod json;
mod judge;
mod lint;
mod names;
mod permit;
mod place;
mod policy;
mod replay;
mod runners;
mod standing;

pub use builtin::Surroundings;
pub use call::{Call, FileAct, Item, Target};
pub use canonical::canonical;
pub use command::Command;
pub use default::DEFAULT;
pub use document::{DOCUMENT_MAX, PATTERNS_MAX, RULES_MAX, VALUES_MAX};
pub use explain::{DescriptionFault, Session, call_of};
pub use host::{DEFAULT_PORT, Host, HostPattern, NotAHost, is_private};
pub use permit::{Binding, NotRedeemed, Permit, Question, RecordedApproval, Ruling};
pub use place::{Grant, GrantedPath, Place};
pub use policy::Policy;
pub use replay::{Change, PastCall};
pub use standing::Standing;
