//! XML as a flat list of opens, closes and texts.
//!
//! Always true: no entity but the five of XML itself is replaced, so a document can't make itself bigger; nesting is
//! bounded; a name is what stands behind the prefix.

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use crate::error::{ExtractError, Limit};

/// Real documents stay below 100.
const MAX_DEPTH: usize = 256;

/// One step through a document.
#[derive(Debug)]
pub(crate) enum Node<'x> {
    Open(Element<'x>),
    /// The local name of what ends.
    Close(String),
    Text(Cow<'x, str>),
}

/// The begin of an element.
#[derive(Debug)]
pub(crate) struct Element<'x>(BytesStart<'x>);

impl Element<'_> {
    /// Its name without the prefix.
    pub(crate) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// An attribute by its name without the prefix; of several with one name, the first.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes(|found| local(found) == name)
    }

    /// An attribute by its whole name, for elements that have `id` and `r:id`.
    pub(crate) fn attribute_with_prefix(&self, name: &str) -> Option<String> {
        self.attributes(|found| found == name)
    }

    /// A switch, which is on when it is just there.
    pub(crate) fn is_on(&self) -> bool {
        !matches!(self.attribute("val").as_deref(), Some("0" | "false" | "off"))
    }

    fn attributes(&self, is_it: impl Fn(&str) -> bool) -> Option<String> {
        self.0
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| is_it(attribute.key.into_inner()))
            .and_then(|attribute| {
                attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
            })
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The text of a part, which may be UTF-16.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    encoding_rs::UTF_8.decode(bytes).0
}

/// Reads `xml` from begin to end.
pub(crate) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    depth: usize,
}

impl<'x> Xml<'x> {
    pub(crate) fn new(xml: &'x str) -> Self {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, depth: 0 }
    }

    /// The next step, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Node<'x>>, ExtractError> {
        loop {
            return Ok(Some(match self.reader.read_event().map_err(|_| malformed())? {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(ExtractError::TooLarge { of: Limit::Depth, limit: MAX_DEPTH as u64 });
                    }
                    Node::Open(Element(start))
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::Close(local(end.name().into_inner()).to_owned())
                }
                Event::Text(text) => Node::Text(text.into_inner()),
                Event::CData(text) => Node::Text(text.into_inner()),
                Event::GeneralRef(entity) => {
                    let named = match &*entity {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "apos" => Some('\''),
                        "quot" => Some('"'),
                        _ => entity.resolve_char_ref().ok().flatten(),
                    };
                    match named {
                        Some(c) => Node::Text(c.to_string().into()),
                        None => continue,
                    }
                }
                Event::Eof if self.depth > 0 => return Err(malformed()),
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }
}

fn malformed() -> ExtractError {
    ExtractError::damaged("its XML is not well-formed")
}
