//! Reads the events of this wire.

use serde_json::Value;

use super::event::{self, Delta, Kind, arguments, call_id, list, text};
use super::origin;
use super::slot::Slots;
use crate::classify::Said;
use crate::decode::{Out, Read, Tally, Trouble};
use crate::{FailureKind, StopReason};

/// Reads one answer.
#[derive(Debug, Default)]
pub(super) struct Reader {
    slots: Slots,
    /// The item that spoke last.
    spoke: Option<usize>,
    /// The item that thought last, and the part of it.
    thought: Option<(usize, u64)>,
    /// The answer ended before its end.
    cut: bool,
}

/// Where a piece of text belongs.
#[derive(Clone, Copy)]
struct Place<'a> {
    number: Option<u64>,
    id: &'a str,
    part: Option<u64>,
}

impl<'a> Place<'a> {
    fn of(event: &'a Value) -> Self {
        let number = |name: &str| event.get(name).and_then(Value::as_u64);
        let part = number("summary_index").or_else(|| number("content_index"));
        Self { number: number("output_index"), id: text(event, "item_id"), part }
    }

    /// The same for an event that carries the item itself.
    fn of_item(event: &'a Value) -> Self {
        let id = event.get("item").map(|item| text(item, "id")).unwrap_or_default();
        Self { id, ..Self::of(event) }
    }
}

impl Read for Reader {
    fn event(&mut self, data: &[u8], tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        if data == b"[DONE]" {
            tally.done = true;
            return Ok(());
        }
        if let Ok(event) = serde_json::from_slice::<Delta<'_>>(data) {
            let Delta { kind, item_id, output_index, content_index, summary_index, delta } = event;
            let id = item_id.as_ref().map_or("", |id| &id.0);
            let place = Place { number: output_index, id, part: summary_index.or(content_index) };
            return self.delta(&kind.0, place, &delta.0, tally, out);
        }
        match serde_json::from_str::<Value>(&String::from_utf8_lossy(data)) {
            Ok(mut event) if event.is_object() || event.is_array() => {
                self.value(&mut event, data.len(), tally, out)
            }
            // The answer is whole already; what follows cannot spoil it.
            _ if tally.stop.is_some() => Ok(()),
            _ => Err(Trouble::Garbage("an event of the answer is not JSON of the expected kind")),
        }
    }

    fn document(&mut self, document: &Value, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        if !document.get("output").is_some_and(Value::is_array) {
            return Err(Trouble::Garbage("the answer is a JSON document without an answer in it"));
        }
        self.finish(text(document, "status"), document, tally, out)
    }

    fn origin(&mut self) -> Option<Value> {
        origin::items(&mut self.slots.all, self.cut)
    }
}

impl Reader {
    /// Any event but the usual one. `size` is its own, in bytes.
    fn value(
        &mut self,
        event: &mut Value,
        size: usize,
        tally: &mut Tally,
        out: &mut Out,
    ) -> Result<(), Trouble> {
        let kind = text(event, "type").to_owned();
        let Some(name) = kind.strip_prefix("response.") else {
            return match Said::read(event) {
                Some(said) if tally.stop.is_none() => Err(Trouble::Said(said)),
                _ => Ok(()),
            };
        };
        let response = event.get("response").unwrap_or(&Value::Null);
        match name {
            "created" | "queued" | "in_progress" => tally.serve(text(response, "model"), out),
            "completed" | "incomplete" | "failed" | "cancelled" => {
                return self.finish(name, response, tally, out);
            }
            "output_item.added" => return self.begin(event, tally),
            "output_item.done" => {
                let Place { number, id, .. } = Place::of_item(event);
                let at = self.slots.end(number, id, tally)?;
                let item = event.get_mut("item").map(Value::take).unwrap_or_default();
                return self.whole(at, item, size, tally, out);
            }
            "reasoning_summary_part.added" => {
                let Place { number, id, part } = Place::of(event);
                let at = self.slots.find(number, id, tally)?;
                let slot = &mut self.slots.all[at];
                let next = slot.summary + u64::from(slot.has_heard(Kind::Summary, slot.summary));
                slot.summary = part.unwrap_or(next);
            }
            "content_part.done" | "reasoning_summary_part.done" => {
                if let Some((kind, words)) = event.get("part").and_then(Kind::of_part) {
                    return self.rest(kind, Place::of(event), words, tally, out);
                }
            }
            "function_call_arguments.done" => {
                let Place { number, id, .. } = Place::of(event);
                let at = self.slots.find(number, id, tally)?;
                return self.argue(at, &arguments(event), tally);
            }
            _ => {
                if let Some(kind) = name.strip_suffix(".done").and_then(Kind::of) {
                    let field = if kind == Kind::Refusal { "refusal" } else { "text" };
                    return self.rest(kind, Place::of(event), text(event, field), tally, out);
                }
                return self.delta(&kind, Place::of(event), text(event, "delta"), tally, out);
            }
        }
        Ok(())
    }

    /// A piece of something; nothing where it is a piece of what is not followed.
    fn delta(
        &mut self,
        kind: &str,
        place: Place<'_>,
        delta: &str,
        tally: &mut Tally,
        out: &mut Out,
    ) -> Result<(), Trouble> {
        let Some(name) = kind.strip_prefix("response.").and_then(|name| name.strip_suffix(".delta")) else {
            return Ok(());
        };
        if let Some(kind) = Kind::of(name) {
            let at = self.slots.find(place.number, place.id, tally)?;
            return self.say(at, kind, place.part, delta, tally, out);
        }
        if name == "function_call_arguments" {
            let at = self.slots.find(place.number, place.id, tally)?;
            let slot = &mut self.slots.all[at];
            // Of a call that was never announced the name is not known: its end may tell both.
            if slot.is_call && !delta.is_empty() {
                slot.argued = true;
                return tally.call(at as u64, "", "", delta);
            }
        }
        Ok(())
    }

    /// All of a text, for services that sent no pieces of it.
    fn rest(
        &mut self,
        kind: Kind,
        place: Place<'_>,
        words: &str,
        tally: &mut Tally,
        out: &mut Out,
    ) -> Result<(), Trouble> {
        let at = self.slots.find(place.number, place.id, tally)?;
        if self.slots.all[at].has_heard(kind, self.part(at, kind, place.part)) {
            return Ok(());
        }
        self.say(at, kind, place.part, words, tally, out)
    }

    /// Hands out text; what different items say, and different parts of reasoning, stands apart.
    fn say(
        &mut self,
        at: usize,
        kind: Kind,
        part: Option<u64>,
        words: &str,
        tally: &mut Tally,
        out: &mut Out,
    ) -> Result<(), Trouble> {
        let part = self.part(at, kind, part);
        let slot = &mut self.slots.all[at];
        if words.is_empty() || slot.has_other_form(kind) {
            return Ok(());
        }
        if !slot.has_heard(kind, part) {
            tally.count(size_of::<(Kind, u64)>())?;
            slot.hear(kind, part);
        }
        if kind.is_reasoning() {
            if self.thought.replace((at, part)).is_some_and(|last| last != (at, part)) {
                tally.reasoning("\n\n", out)?;
            }
            return tally.reasoning(words, out);
        }
        if self.spoke.replace(at).is_some_and(|last| last != at) {
            tally.text("\n\n", out)?;
        }
        tally.text(words, out)
    }

    fn part(&self, at: usize, kind: Kind, part: Option<u64>) -> u64 {
        part.unwrap_or(if kind == Kind::Summary { self.slots.all[at].summary } else { 0 })
    }

    fn begin(&mut self, event: &Value, tally: &mut Tally) -> Result<(), Trouble> {
        let Place { number, id, .. } = Place::of_item(event);
        let at = self.slots.begin(number, id, tally)?;
        match event.get("item") {
            Some(item) if text(item, "type") == "function_call" => self.call(at, item, tally),
            _ => Ok(()),
        }
    }

    fn call(&mut self, at: usize, item: &Value, tally: &mut Tally) -> Result<(), Trouble> {
        self.slots.all[at].is_call = true;
        tally.call(at as u64, call_id(item), text(item, "name"), "")
    }

    /// All arguments of a call, for services that sent no pieces of them.
    fn argue(&mut self, at: usize, arguments: &str, tally: &mut Tally) -> Result<(), Trouble> {
        let slot = &mut self.slots.all[at];
        if !slot.is_call || slot.argued || arguments.is_empty() {
            return Ok(());
        }
        slot.argued = true;
        tally.call(at as u64, "", "", arguments)
    }

    /// An item that is whole: hands out what did not come in pieces, and keeps it.
    fn whole(
        &mut self,
        at: usize,
        item: Value,
        size: usize,
        tally: &mut Tally,
        out: &mut Out,
    ) -> Result<(), Trouble> {
        tally.count(size)?;
        match text(&item, "type") {
            "message" | "reasoning" => {
                let silent = |reader: &Self, kind: Kind| !reader.slots.all[at].has_any(kind.is_reasoning());
                let mut parts = Vec::new();
                for (part, value) in
                    (0..).zip(list(&item, "summary")).chain((0..).zip(list(&item, "content")))
                {
                    let known = Kind::of_part(value).filter(|(kind, _)| silent(self, *kind));
                    parts.extend(known.map(|(kind, words)| (kind, part, words)));
                }
                for (kind, part, words) in parts {
                    self.say(at, kind, Some(part), words, tally, out)?;
                }
            }
            "function_call" => {
                self.call(at, &item, tally)?;
                self.argue(at, &arguments(&item), tally)?;
            }
            "" => return Ok(()),
            _ => {}
        }
        self.slots.all[at].item = Some(item);
        Ok(())
    }

    /// The end of the answer, by the word for it. What the response repeats is used where it was not told before.
    fn finish(
        &mut self,
        word: &str,
        response: &Value,
        tally: &mut Tally,
        out: &mut Out,
    ) -> Result<(), Trouble> {
        tally.serve(text(response, "model"), out);
        tally.usage = event::usage(response).or(tally.usage);
        if tally.stop.is_some() {
            tally.done |= tally.usage.is_some();
            return Ok(());
        }
        let first = self.slots.all.is_empty();
        for item in list(response, "output") {
            let known = self.slots.named(text(item, "id"));
            let at = match known {
                Some(at) if self.slots.all[at].item.is_none() => at,
                None if first => self.slots.begin(None, text(item, "id"), tally)?,
                _ => continue,
            };
            self.whole(at, item.clone(), item.to_string().len(), tally, out)?;
        }
        // The status is the exact one where the event's name is only the usual one.
        let status = text(response, "status");
        let worse = matches!(status, "incomplete" | "failed" | "cancelled");
        let stop = match if worse { status } else { word } {
            "failed" => {
                return Err(Said::read(response).map_or(Trouble::Kind(FailureKind::Server), Trouble::Said));
            }
            "cancelled" | "in_progress" | "queued" => return Err(Trouble::Kind(FailureKind::Truncated)),
            "incomplete" => {
                self.cut = true;
                let reason = response.get("incomplete_details").map_or("", |details| text(details, "reason"));
                match reason {
                    "max_output_tokens" | "max_tokens" | "length" => StopReason::Length,
                    "content_filter" => StopReason::ContentFilter,
                    "" => StopReason::Other("incomplete".to_owned()),
                    other => StopReason::Other(other.chars().take(100).collect()),
                }
            }
            _ => StopReason::Finished,
        };
        tally.stop = Some(stop);
        tally.done |= tally.usage.is_some();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
