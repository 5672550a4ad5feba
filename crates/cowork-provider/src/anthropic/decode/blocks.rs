//! The blocks that an answer consists of: what of them is for people, and what is kept for the origin.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::input;
use crate::decode::{Out, Tally, Trouble};

/// The blocks so far, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    list: Vec<Block>,
    /// Where the block with the service's index is. An index that begins again names the newer block.
    places: BTreeMap<u64, usize>,
}

#[derive(Debug)]
struct Block {
    kind: Kind,
    /// What grows: text, thinking or the JSON of an input.
    grown: String,
    signature: String,
    citations: Vec<Value>,
}

#[derive(Debug)]
enum Kind {
    Text,
    Thinking,
    /// Its fields without the input.
    Call(Map<String, Value>),
    /// A call whose input stood in its beginning, which is how a document has it.
    WholeCall(Map<String, Value>),
    /// Not for people: redacted thinking, the service's own tools, whatever is new.
    Other(Map<String, Value>),
    /// The same with pieces that nobody here understands, so that it can't be given back.
    Lost,
}

/// One piece that is added to a block.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Thinking(&'a str),
    /// JSON of a tool's input, cut anywhere.
    Input(&'a str),
    Signature(&'a str),
    Citation(&'a Value),
    Unknown,
}

impl<'a> Piece<'a> {
    /// Reads a piece from any JSON.
    pub(super) fn of(delta: &'a Value) -> Self {
        let text = |name: &str| delta.get(name).and_then(Value::as_str).unwrap_or_default();
        match delta.get("type").and_then(Value::as_str).unwrap_or_default() {
            "text_delta" => Self::Text(text("text")),
            "thinking_delta" => Self::Thinking(text("thinking")),
            "input_json_delta" => Self::Input(text("partial_json")),
            "signature_delta" => Self::Signature(text("signature")),
            "citations_delta" => delta.get("citation").map_or(Self::Unknown, Self::Citation),
            _ => Self::Unknown,
        }
    }
}

impl Blocks {
    /// A block begins, perhaps with all that it holds.
    pub(super) fn start(
        &mut self,
        index: Option<u64>,
        block: &Value,
        tally: &mut Tally,
        out: &mut Out,
    ) -> Result<(), Trouble> {
        let text = |name: &str| block.get(name).and_then(Value::as_str).unwrap_or_default();
        let place = self.list.len();
        match block.get("type").and_then(Value::as_str).unwrap_or_default() {
            "text" => {
                self.add(index, Kind::Text, tally)?;
                self.grow(place, Piece::Text(text("text")), tally, out)?;
                for citation in block.get("citations").and_then(Value::as_array).into_iter().flatten() {
                    self.grow(place, Piece::Citation(citation), tally, out)?;
                }
                Ok(())
            }
            "thinking" => {
                self.add(index, Kind::Thinking, tally)?;
                self.grow(place, Piece::Thinking(text("thinking")), tally, out)?;
                self.grow(place, Piece::Signature(text("signature")), tally, out)
            }
            "tool_use" => self.start_call(index, block, tally),
            _ => {
                tally.count(block.to_string().len())?;
                let fields = block.as_object().cloned();
                self.add(index, fields.map_or(Kind::Lost, Kind::Other), tally)
            }
        }
    }

    fn start_call(&mut self, index: Option<u64>, block: &Value, tally: &mut Tally) -> Result<(), Trouble> {
        let place = self.list.len();
        let mut fields = block.as_object().cloned().unwrap_or_default();
        // Null and empty come before the pieces, anything else in their place.
        let whole = match fields.remove("input") {
            Some(Value::Object(input)) if !input.is_empty() => Value::Object(input).to_string(),
            _ => String::new(),
        };
        let text = |name: &str| block.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (mut id, name) = (text("id"), text("name"));
        if id.is_empty() {
            id = format!("call_{place}");
        }
        fields.insert("id".to_owned(), id.as_str().into());
        fields.insert("name".to_owned(), name.as_str().into());
        tally.count(block.to_string().len())?;
        tally.call(number(place), &id, &name, &whole)?;
        let kind = if whole.is_empty() { Kind::Call(fields) } else { Kind::WholeCall(fields) };
        self.add(index, kind, tally)?;
        self.list[place].grown = whole;
        Ok(())
    }

    /// A piece of the block with this index, or else of the last one.
    pub(super) fn more(
        &mut self,
        index: Option<u64>,
        piece: Piece<'_>,
        tally: &mut Tally,
        out: &mut Out,
    ) -> Result<(), Trouble> {
        let place = match index {
            Some(index) => self.places.get(&index).copied(),
            None => self.list.len().checked_sub(1),
        };
        let place = match (place, &piece) {
            (Some(place), _) => place,
            // Words are never lost, even where their block did not begin.
            (None, Piece::Text(_)) => self.add(index, Kind::Text, tally).map(|()| self.list.len() - 1)?,
            (None, Piece::Thinking(_)) => {
                self.add(index, Kind::Thinking, tally).map(|()| self.list.len() - 1)?
            }
            (None, _) => return Ok(()),
        };
        self.grow(place, piece, tally, out)
    }

    fn add(&mut self, index: Option<u64>, kind: Kind, tally: &mut Tally) -> Result<(), Trouble> {
        tally.count(size_of::<(Block, u64, usize)>())?;
        self.places.insert(index.unwrap_or(number(self.list.len())), self.list.len());
        self.list.push(Block { kind, grown: String::new(), signature: String::new(), citations: Vec::new() });
        Ok(())
    }

    fn grow(
        &mut self,
        place: usize,
        piece: Piece<'_>,
        tally: &mut Tally,
        out: &mut Out,
    ) -> Result<(), Trouble> {
        let Some(block) = self.list.get_mut(place) else { return Ok(()) };
        match (&block.kind, piece) {
            (Kind::Text, Piece::Text(text)) => {
                tally.text(text, out)?;
                block.grown.push_str(text);
            }
            (Kind::Thinking, Piece::Thinking(text)) => {
                tally.reasoning(text, out)?;
                block.grown.push_str(text);
            }
            (Kind::Call(_), Piece::Input(json)) => {
                tally.call(number(place), "", "", json)?;
                block.grown.push_str(json);
            }
            (Kind::Other(_), Piece::Input(json)) => {
                tally.count(json.len())?;
                block.grown.push_str(json);
            }
            (Kind::Thinking, Piece::Signature(signature)) => {
                tally.count(signature.len())?;
                signature.clone_into(&mut block.signature);
            }
            (Kind::Text, Piece::Citation(citation)) => {
                tally.count(citation.to_string().len() + size_of::<Value>())?;
                block.citations.push(citation.clone());
            }
            (Kind::Other(_), _) => block.kind = Kind::Lost,
            // A piece in the wrong place is words or nothing.
            (Kind::Thinking, Piece::Text(text)) => tally.text(text, out)?,
            (Kind::Text, Piece::Thinking(text)) => tally.reasoning(text, out)?,
            _ => {}
        }
        Ok(())
    }

    /// The content as it can be sent back; `None` where the neutral form says it all.
    pub(super) fn origin(&mut self, drops_calls: bool) -> Option<Value> {
        let mut special = false;
        let mut content = Vec::new();
        for block in std::mem::take(&mut self.list) {
            let Block { kind, grown, signature, citations } = block;
            match kind {
                Kind::Text if grown.trim().is_empty() => {}
                Kind::Text if citations.is_empty() => content.push(json!({ "type": "text", "text": grown })),
                Kind::Text => {
                    special = true;
                    content.push(json!({ "type": "text", "text": grown, "citations": citations }));
                }
                // Cut off before it was signed: refused when sent back.
                Kind::Thinking if signature.is_empty() => {}
                Kind::Thinking => {
                    special = true;
                    content.push(json!({ "type": "thinking", "thinking": grown, "signature": signature }));
                }
                Kind::Call(mut fields) | Kind::WholeCall(mut fields) if !drops_calls => {
                    fields.insert("input".to_owned(), input(&grown));
                    content.push(Value::Object(fields));
                }
                Kind::Other(mut fields) => {
                    special = true;
                    if !grown.is_empty() {
                        fields.insert("input".to_owned(), input(&grown));
                    }
                    content.push(Value::Object(fields));
                }
                Kind::Call(_) | Kind::WholeCall(_) | Kind::Lost => {}
            }
        }
        special.then_some(Value::Array(content))
    }
}

/// A place as a number; there are far fewer blocks than would not fit.
fn number(place: usize) -> u64 {
    u64::try_from(place).unwrap_or(u64::MAX)
}
