//! Which item of the answer an event is about, and what came of it already.
//!
//! Services number items and name them, but some number all of them alike, some name one item differently in each
//! event, and some do neither. Always true: items stand in the order in which they appeared; their number is bounded.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::event::Kind;
use crate::FailureKind;
use crate::decode::{Tally, Trouble};

/// Items of one answer.
const MOST_ITEMS: usize = 1_000;

/// One item of the answer.
#[derive(Debug, Default)]
pub(super) struct Slot {
    id: String,
    /// It was announced.
    begun: bool,
    /// It asks for a tool of ours.
    pub(super) is_call: bool,
    /// Arguments of the call came.
    pub(super) argued: bool,
    /// The parts of which text came. No set in it is empty.
    heard: BTreeMap<Kind, BTreeSet<u64>>,
    /// The part of a summary that came last, where parts are not numbered.
    pub(super) summary: u64,
    /// All of it, as the service wrote it.
    pub(super) item: Option<Value>,
}

impl Slot {
    pub(super) fn has_heard(&self, kind: Kind, part: u64) -> bool {
        self.heard.get(&kind).is_some_and(|parts| parts.contains(&part))
    }

    /// Whether any words of the answer came, or any reasoning.
    pub(super) fn has_any(&self, reasoning: bool) -> bool {
        self.heard.keys().any(|kind| kind.is_reasoning() == reasoning)
    }

    /// Whether this is reasoning of which the other form came already.
    pub(super) fn has_other_form(&self, kind: Kind) -> bool {
        kind.is_reasoning() && self.heard.keys().any(|other| other.is_reasoning() && *other != kind)
    }

    pub(super) fn hear(&mut self, kind: Kind, part: u64) {
        self.heard.entry(kind).or_default().insert(part);
    }
}

/// The items so far.
#[derive(Debug, Default)]
pub(super) struct Slots {
    pub(super) all: Vec<Slot>,
    /// The last one with each number.
    numbered: BTreeMap<u64, usize>,
}

impl Slots {
    /// The item that an event with this number and name is about.
    pub(super) fn find(
        &mut self,
        number: Option<u64>,
        id: &str,
        tally: &mut Tally,
    ) -> Result<usize, Trouble> {
        let numbered = number.and_then(|number| self.numbered.get(&number).copied());
        match numbered {
            Some(at) if self.all[at].goes_by(id) => Ok(at),
            Some(at) => Ok(self.named(id).unwrap_or(at)),
            None => match self.named(id) {
                Some(at) => Ok(at),
                None if number.is_none() && id.is_empty() && !self.all.is_empty() => Ok(self.all.len() - 1),
                None => self.add(number, id, tally),
            },
        }
    }

    /// The item that begins here.
    pub(super) fn begin(
        &mut self,
        number: Option<u64>,
        id: &str,
        tally: &mut Tally,
    ) -> Result<usize, Trouble> {
        let at = self.fresh(number, id, |slot| slot.begun || slot.item.is_some(), tally)?;
        self.all[at].begun = true;
        Ok(at)
    }

    /// The item that ends here.
    pub(super) fn end(&mut self, number: Option<u64>, id: &str, tally: &mut Tally) -> Result<usize, Trouble> {
        self.fresh(number, id, |slot| slot.item.is_some(), tally)
    }

    /// The item with this name.
    pub(super) fn named(&self, id: &str) -> Option<usize> {
        self.all.iter().rposition(|slot| !id.is_empty() && slot.id == id)
    }

    /// The item that is meant, or another one where that is past the point in question.
    fn fresh(
        &mut self,
        number: Option<u64>,
        id: &str,
        past: impl Fn(&Slot) -> bool,
        tally: &mut Tally,
    ) -> Result<usize, Trouble> {
        let at = self.find(number, id, tally)?;
        if past(&self.all[at]) { self.add(number, id, tally) } else { Ok(at) }
    }

    fn add(&mut self, number: Option<u64>, id: &str, tally: &mut Tally) -> Result<usize, Trouble> {
        tally.count(size_of::<Slot>() + id.len())?;
        if self.all.len() == MOST_ITEMS {
            return Err(Trouble::Kind(FailureKind::TooLarge));
        }
        let at = self.all.len();
        self.all.push(Slot { id: id.to_owned(), ..Slot::default() });
        if let Some(number) = number {
            self.numbered.insert(number, at);
        }
        Ok(at)
    }
}

impl Slot {
    fn goes_by(&self, id: &str) -> bool {
        id.is_empty() || self.id.is_empty() || self.id == id
    }
}
