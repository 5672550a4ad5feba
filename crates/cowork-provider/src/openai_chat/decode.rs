//! Reads the events of this wire.

use serde_json::Value;

use super::chunk::{self, Chunk, Delta, Loose};
use crate::classify::Said;
use crate::decode::{Out, Read, Tally, Trouble};
use crate::text::Text;
use crate::{FailureKind, StopReason};

/// Reads one answer.
#[derive(Debug, Default)]
pub(super) struct Reader;

impl Read for Reader {
    fn event(&mut self, data: &[u8], tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        if data == b"[DONE]" {
            tally.done = true;
            return Ok(());
        }
        match serde_json::from_slice::<Chunk<'_>>(data) {
            Ok(chunk) if chunk.error.is_none() && !chunk.choices.is_empty() => usual(chunk, tally, out),
            _ => unusual(data, tally, out),
        }
    }

    fn document(&mut self, document: &Value, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        value(document, "message", tally, out)?;
        if Loose(document).choice().is_none() {
            return Err(Trouble::Garbage("the answer is a JSON document without an answer in it"));
        }
        tally.stop.get_or_insert(StopReason::Finished);
        Ok(())
    }
}

fn usual(chunk: Chunk<'_>, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
    if let Some(Text(model)) = &chunk.model {
        tally.serve(model, out);
    }
    let choice = chunk.choices.into_iter().find(|choice| choice.index.unwrap_or(0) == 0);
    let usage = chunk.usage.or(choice.as_ref().and_then(|choice| choice.usage));
    if let Some(raw) = usage {
        let block = serde_json::from_str::<Value>(raw.get()).unwrap_or_default();
        tally.usage = chunk::usage(&block).or(tally.usage);
    }
    let Some(choice) = choice else { return Ok(()) };
    if let Some(Delta { content, refusal, reasoning_content, reasoning, tool_calls }) = choice.delta {
        let filled = |text: &Text<'_>| !text.0.is_empty();
        // Some servers send the same thought in both fields.
        if let Some(Text(text)) = reasoning_content.filter(filled).or(reasoning) {
            tally.reasoning(&text, out)?;
        }
        for Text(text) in [content, refusal].into_iter().flatten() {
            tally.text(&text, out)?;
        }
        if let Some(raw) = tool_calls {
            calls(&serde_json::from_str::<Value>(raw.get()).unwrap_or_default(), tally)?;
        }
    }
    choice.finish_reason.map_or(Ok(()), |Text(reason)| finish(&reason, tally))
}

/// Any event that the typed reading does not fit.
fn unusual(data: &[u8], tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
    let text = String::from_utf8_lossy(data);
    match serde_json::from_str::<Value>(&text) {
        // The answer is whole already; what follows cannot spoil it.
        Err(_) if tally.stop.is_some() => Ok(()),
        Ok(document) if tally.stop.is_some() && Said::read(&document).is_some() => Ok(()),
        Ok(document) if document.is_object() || document.is_array() => value(&document, "delta", tally, out),
        Ok(_) | Err(_) => Err(Trouble::Garbage("an event of the answer is not JSON of the expected kind")),
    }
}

fn value(document: &Value, part: &str, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
    if let Some(said) = Said::read(document) {
        return Err(Trouble::Said(said));
    }
    let loose = Loose(document);
    if let Some(model) = loose.model() {
        tally.serve(model, out);
    }
    tally.usage = loose.usage().or(tally.usage);
    let Some(choice) = loose.choice() else { return Ok(()) };
    if let Some(delta) = choice.get(part) {
        let field = |name: &str| delta.get(name).map(chunk::words).filter(|text| !text.is_empty());
        if let Some(text) = field("reasoning_content").or_else(|| field("reasoning")) {
            tally.reasoning(&text, out)?;
        }
        tally.reasoning(&delta.get("content").map(chunk::thinking).unwrap_or_default(), out)?;
        for text in [field("content"), field("refusal")].into_iter().flatten() {
            tally.text(&text, out)?;
        }
        delta.get("tool_calls").map_or(Ok(()), |list| calls(list, tally))?;
    }
    choice.get("finish_reason").and_then(Value::as_str).map_or(Ok(()), |reason| finish(reason, tally))
}

/// Pieces of tool calls. A piece without an index belongs to the call with its id, or else to the last one.
fn calls(list: &Value, tally: &mut Tally) -> Result<(), Trouble> {
    for piece in list.as_array().into_iter().flatten() {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let id = text(piece.get("id"));
        let function = piece.get("function");
        let name = text(function.and_then(|function| function.get("name")));
        let arguments = match function.and_then(|function| function.get("arguments")) {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null) => String::new(),
            Some(whole) => whole.to_string(), // some servers send the object itself
        };
        let index = match piece.get("index").and_then(Value::as_u64) {
            Some(index) => index,
            // A name begins a call, where no id says otherwise.
            None if id.is_empty() && !name.is_empty() => tally.next_call(),
            None => tally.call_index(&id).unwrap_or_else(|| tally.next_call()),
        };
        tally.call(index, &id, &name, &arguments)?;
    }
    Ok(())
}

fn finish(reason: &str, tally: &mut Tally) -> Result<(), Trouble> {
    tally.stop = Some(match reason {
        "" => return Ok(()),
        "error" => return Err(Trouble::Kind(FailureKind::Server)),
        "stop" | "eos" | "eos_token" | "end_turn" | "stop_sequence" => StopReason::Finished,
        "tool_calls" | "function_call" | "tool_use" => StopReason::ToolCalls,
        "length" | "max_tokens" | "max_output_tokens" | "model_length" => StopReason::Length,
        "content_filter" | "safety" | "sensitive" => StopReason::ContentFilter,
        other => StopReason::Other(other.chars().take(100).collect()),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::tests::read;
    use crate::decode::{Decode, Decoder};
    use crate::{Frame, Limits, ModelRequest};

    #[test]
    fn what_stands_before_the_first_event_is_skipped_however_it_arrives() {
        let bytes = b"\xef \n\xef\xbb\xbfdata: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
        for cut in 0..bytes.len() {
            assert_eq!(
                read(Reader, 4_000, [&bytes[..cut], &bytes[cut..]]).0,
                [Frame::Text("a".to_owned())],
                "{cut}"
            );
        }
    }

    #[test]
    fn the_usual_event_is_read_without_the_lenient_reading() {
        let event =
            br#"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a \"b\" c"}}],"usage":null}"#;
        let chunk = serde_json::from_slice::<Chunk<'_>>(event).expect("the typed reading fits");
        let delta = chunk.choices[0].delta.as_ref().expect("a delta");
        assert_eq!(delta.content.as_ref().map(|text| &*text.0), Some("a \"b\" c"));
        let borrowed = chunk.model.expect("a model").0;
        assert!(matches!(borrowed, std::borrow::Cow::Borrowed("m")));
    }

    #[test]
    fn pieces_that_arrive_together_come_as_one_frame() {
        let event =
            |text: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n");
        let mut out = Out::new();
        let mut decoder = Decoder::new(Reader, Limits::default(), &ModelRequest::default());
        decoder.feed((event("a") + &event("b")).as_bytes(), &mut out).expect("two events");
        assert_eq!(out, [Frame::Text("ab".to_owned())]);
    }
}
