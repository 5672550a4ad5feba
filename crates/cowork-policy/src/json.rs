//! JSON in which every value knows where it stands, and in which no key stands twice.
//!
//! Always true: the text was read to its end before a value is given out; a fault names line, column and key. Elsewhere:
//! which keys there are (`document`).

use std::fmt;

use cowork_contract::PolicyFault;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// A value, the text it stands in, and the way to it.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    text: &'a str,
    raw: &'a RawValue,
    pub(crate) key: String,
}

/// An object's fields in their order.
pub(crate) struct Fields<'a> {
    place: (u32, u32),
    key: String,
    fields: Vec<(String, Node<'a>)>,
}

impl<'a> Node<'a> {
    /// The text's one value.
    pub(crate) fn read(text: &'a str) -> Result<Self, PolicyFault> {
        let raw = serde_json::from_str::<&RawValue>(text).map_err(|error| PolicyFault {
            line: u32::try_from(error.line()).unwrap_or(u32::MAX).max(1),
            column: u32::try_from(error.column()).unwrap_or(u32::MAX).max(1),
            key: DOCUMENT.to_owned(),
            problem: format!("This is not JSON: {}.", without_place(&error.to_string())),
            remedy: "Mend the text here or just before.".to_owned(),
        })?;
        Ok(Self { text, raw, key: String::new() })
    }

    pub(crate) fn fault(&self, problem: impl Into<String>, remedy: impl Into<String>) -> PolicyFault {
        fault_at(self.place(), &self.key, problem.into(), remedy.into())
    }

    pub(crate) fn fields(&self) -> Result<Fields<'a>, PolicyFault> {
        let Pairs(pairs) = self.decode("an object, `{ ... }`")?;
        let mut fields: Vec<(String, Node<'a>)> = Vec::with_capacity(pairs.len());
        for (name, raw) in pairs {
            let node = Node { text: self.text, raw, key: joined(&self.key, &name) };
            if fields.iter().any(|(other, _)| *other == name) {
                return Err(node.fault(
                    format!("The key `{}` stands here a second time.", shortened(&name)),
                    "Keep one of the two.",
                ));
            }
            if fields.len() == FIELDS_MAX {
                return Err(self.fault("This object has too many keys.", "Remove what does not belong here."));
            }
            fields.push((name, node));
        }
        Ok(Fields { place: self.place(), key: self.key.clone(), fields })
    }

    /// The list's values, of which there are at least and at most so many.
    pub(crate) fn list(&self, min: usize, max: usize) -> Result<Vec<Self>, PolicyFault> {
        let raws: Vec<&'a RawValue> = self.decode("a list, `[ ... ]`")?;
        if raws.len() < min {
            return Err(self.fault("The list is empty.", "Name at least one value, or remove the key."));
        }
        if raws.len() > max {
            let problem = format!("The list has {} values; at most {max} can be here.", raws.len());
            return Err(self.fault(problem, "Make it shorter."));
        }
        let node = |(index, raw)| Self { text: self.text, raw, key: format!("{}[{index}]", self.key) };
        Ok(raws.into_iter().enumerate().map(node).collect())
    }

    /// A text that is not empty and has at most so many characters.
    pub(crate) fn string(&self, max: usize) -> Result<String, PolicyFault> {
        let text: String = self.decode("a text in quotes")?;
        let length = text.chars().count();
        if text.trim().is_empty() {
            return Err(self.fault("The text is empty.", "Write something, or remove the key."));
        }
        if length > max {
            let problem = format!("The text has {length} characters; at most {max} can be here.");
            return Err(self.fault(problem, "Make it shorter."));
        }
        Ok(text)
    }

    pub(crate) fn boolean(&self) -> Result<bool, PolicyFault> {
        self.decode("true or false")
    }

    pub(crate) fn whole_number(&self) -> Result<u64, PolicyFault> {
        self.decode("a whole number, not negative and without quotes")
    }

    /// One of the names, with what it stands for.
    pub(crate) fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, PolicyFault> {
        let text = self.string(NAME_MAX)?;
        choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.fault(
                format!("`{}` is not known here.", shortened(&text)),
                format!("Write one of {}.", names.join(", ")),
            )
        })
    }

    pub(crate) fn is_list(&self) -> bool {
        self.raw.get().starts_with('[')
    }

    fn decode<T: Deserialize<'a>>(&self, what: &str) -> Result<T, PolicyFault> {
        serde_json::from_str(self.raw.get())
            .map_err(|_| self.fault(format!("This is not {what}."), format!("Write {what}.")))
    }

    fn place(&self) -> (u32, u32) {
        // Both point into one text, so the distance is where the value begins.
        let offset = (self.raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let before = self.text.get(..offset).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }
}

impl<'a> Fields<'a> {
    /// Refuses a key that is not among the names.
    pub(crate) fn only(&self, names: &[&str]) -> Result<(), PolicyFault> {
        match self.fields.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, node)) => Err(node.fault(
                format!("The key `{}` is not known here.", shortened(name)),
                format!("Remove it or correct it; known here: {}.", names.join(", ")),
            )),
        }
    }

    pub(crate) fn optional(&self, name: &str) -> Option<&Node<'a>> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, node)| node)
    }

    pub(crate) fn required(&self, name: &str) -> Result<&Node<'a>, PolicyFault> {
        self.optional(name).ok_or_else(|| {
            let problem = format!("The key `{name}` is missing.");
            fault_at(self.place, &joined(&self.key, name), problem, "Add it.".to_owned())
        })
    }
}

/// The key of the whole text.
const DOCUMENT: &str = "document";

/// Characters of a word that is one of a few.
const NAME_MAX: usize = 100;

/// Keys of one object; there are never so many to know.
const FIELDS_MAX: usize = 64;

fn fault_at((line, column): (u32, u32), key: &str, problem: String, remedy: String) -> PolicyFault {
    let key = if key.is_empty() { DOCUMENT } else { key };
    PolicyFault { line, column, key: key.to_owned(), problem, remedy }
}

fn joined(key: &str, name: &str) -> String {
    let name = shortened(name);
    if key.is_empty() { name } else { format!("{key}.{name}") }
}

/// Foreign text for a message: not long, nothing invisible.
pub(crate) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().count() > 60 {
        short.push_str("...");
    }
    short
}

/// The parser's words without the place, which is told apart.
fn without_place(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(what, _)| what)
}

/// An object's fields, those that stand twice too.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(All).map(Self)
    }
}
