//! Which lists of a Word document are numbered, and how far they have counted.

use std::collections::HashMap;

use crate::{
    error::ExtractError,
    xml::{Node, Xml},
};

/// Word has nine.
const MAX_LEVELS: usize = 9;

/// The lists of a document, and where each one is.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    /// What a list is made after.
    made_after: HashMap<String, String>,
    /// The levels, of what lists are made after, that have marks in place of numbers.
    marked: HashMap<(String, usize), bool>,
    counts: HashMap<String, [u32; MAX_LEVELS]>,
}

impl Numbering {
    pub(crate) fn read(xml: &str) -> Result<Self, ExtractError> {
        let (mut xml, mut this) = (Xml::new(xml), Self::default());
        let (mut model, mut list, mut level) = (String::new(), String::new(), 0);
        while let Some(node) = xml.next()? {
            let Node::Open(element) = node else { continue };
            match element.name() {
                "abstractNum" => model = element.attribute("abstractNumId").unwrap_or_default(),
                "lvl" => level = element.attribute("ilvl").and_then(|level| level.parse().ok()).unwrap_or(0),
                "num" => {
                    list = element.attribute("numId").unwrap_or_default();
                    // What overrides its levels belongs to no model.
                    model.clear();
                }
                "abstractNumId" => {
                    this.made_after.insert(list.clone(), element.attribute("val").unwrap_or_default());
                }
                "numFmt" if !model.is_empty() => {
                    let is_mark = matches!(element.attribute("val").as_deref(), Some("bullet" | "none"));
                    this.marked.insert((model.clone(), level), is_mark);
                }
                _ => {}
            }
        }
        Ok(this)
    }

    /// What stands before the next paragraph of `list` at `level`; its number if it has one.
    pub(crate) fn next(&mut self, list: &str, level: usize) -> String {
        let level = level.min(MAX_LEVELS - 1);
        let indent = "  ".repeat(level);
        let model = self.made_after.get(list).cloned().unwrap_or_default();
        if self.marked.get(&(model, level)).copied().unwrap_or(true) {
            return format!("{indent}- ");
        }
        let counts = self.counts.entry(list.to_owned()).or_default();
        counts[level] = counts[level].saturating_add(1);
        counts[level + 1..].fill(0);
        format!("{indent}{}. ", counts[level])
    }
}
