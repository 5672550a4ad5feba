//! Reads the events of this wire.
//!
//! Always true: every byte that is kept was counted; an unknown kind of event, block or piece is skipped; the arguments
//! of the service's own tools never become those of a call.

mod blocks;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::Value;

use super::usage::Counts;
use crate::StopReason;
use crate::classify::Said;
use crate::decode::{Out, Read, Tally, Trouble};
use blocks::{Blocks, Piece};

/// Reads one answer.
#[derive(Debug, Default)]
pub(super) struct Reader {
    blocks: Blocks,
    counts: Counts,
    /// The answer ended before the calls in it were meant to be made.
    drops_calls: bool,
}

/// The usual event. Anything that does not fit it exactly is read from any JSON.
#[derive(serde::Deserialize)]
struct Usual<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(default)]
    index: Option<u64>,
    #[serde(borrow)]
    delta: Delta<'a>,
}

#[derive(serde::Deserialize)]
struct Delta<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    text: Cow<'a, str>,
    #[serde(borrow, default)]
    thinking: Cow<'a, str>,
    #[serde(borrow, default)]
    partial_json: Cow<'a, str>,
}

impl Usual<'_> {
    fn piece(&self) -> Option<Piece<'_>> {
        if self.kind != "content_block_delta" {
            return None;
        }
        match &*self.delta.kind {
            "text_delta" => Some(Piece::Text(&self.delta.text)),
            "thinking_delta" => Some(Piece::Thinking(&self.delta.thinking)),
            "input_json_delta" => Some(Piece::Input(&self.delta.partial_json)),
            _ => None,
        }
    }
}

impl Read for Reader {
    fn event(&mut self, data: &[u8], tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        if let Ok(usual) = serde_json::from_slice::<Usual<'_>>(data)
            && let Some(piece) = usual.piece()
        {
            return self.blocks.more(usual.index, piece, tally, out);
        }
        let text = String::from_utf8_lossy(data);
        match serde_json::from_str::<Value>(&text) {
            // The answer is whole already; what follows cannot spoil it.
            Err(_) if tally.stop.is_some() => Ok(()),
            Ok(event) if tally.stop.is_some() && Said::read(&event).is_some() => Ok(()),
            Ok(event) if event.is_object() || Said::read(&event).is_some() => self.value(&event, tally, out),
            Ok(_) | Err(_) => {
                Err(Trouble::Garbage("an event of the answer is not JSON of the expected kind"))
            }
        }
    }

    fn document(&mut self, document: &Value, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        let Some(content) = document.get("content").and_then(Value::as_array) else {
            return Err(Trouble::Garbage("the answer is a JSON document without an answer in it"));
        };
        self.message(document, tally, out);
        for block in content {
            self.blocks.start(None, block, tally, out)?;
        }
        self.finish(document, tally);
        tally.stop.get_or_insert(StopReason::Finished);
        Ok(())
    }

    fn origin(&mut self) -> Option<Value> {
        self.blocks.origin(self.drops_calls)
    }
}

impl Reader {
    /// Any event that the typed reading does not fit.
    fn value(&mut self, event: &Value, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        if let Some(said) = Said::read(event) {
            return Err(Trouble::Said(said));
        }
        let index = || event.get("index").and_then(Value::as_u64);
        let part = |name: &str| event.get(name).unwrap_or(&Value::Null);
        match event.get("type").and_then(Value::as_str).unwrap_or_default() {
            "error" => return Err(Trouble::Said(Said::default())), // one that does not say what happened
            "message_start" => self.message(part("message"), tally, out),
            "content_block_start" => self.blocks.start(index(), part("content_block"), tally, out)?,
            "content_block_delta" => {
                self.blocks.more(index(), Piece::of(part("delta")), tally, out)?;
            }
            "message_delta" => {
                self.count(event, tally);
                self.finish(part("delta"), tally);
            }
            "message_stop" => tally.done = true,
            _ => {}
        }
        Ok(())
    }

    fn message(&mut self, message: &Value, tally: &mut Tally, out: &mut Out) {
        if let Some(model) = message.get("model").and_then(Value::as_str) {
            tally.serve(model, out);
        }
        self.count(message, tally);
    }

    fn count(&mut self, holder: &Value, tally: &mut Tally) {
        if let Some(block) = holder.get("usage") {
            tally.usage = self.counts.take_in(block);
        }
    }

    fn finish(&mut self, holder: &Value, tally: &mut Tally) {
        let stop = match holder.get("stop_reason").and_then(Value::as_str).unwrap_or_default() {
            "" => return,
            "end_turn" | "stop_sequence" => StopReason::Finished,
            "tool_use" => StopReason::ToolCalls,
            "max_tokens" | "model_context_window_exceeded" => StopReason::Length,
            "refusal" => StopReason::ContentFilter,
            other => StopReason::Other(other.chars().take(100).collect()),
        };
        self.drops_calls = !matches!(stop, StopReason::Finished | StopReason::ToolCalls);
        tally.stop = Some(stop);
    }
}
