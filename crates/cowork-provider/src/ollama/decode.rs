//! Reads the lines of an answer.
//!
//! Always true: each entry of `tool_calls` is a whole call, whatever index it bears; the answer is whole with the line
//! that says `done`. What only Ollama understands is the model's thinking and what a call holds beyond name and
//! arguments.

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use crate::classify::Said;
use crate::decode::{Out, Read, Tally, Trouble};
use crate::text::Text;
use crate::{FailureKind, StopReason, Usage};

/// The usual line. Anything that does not fit it exactly is read as any JSON.
#[derive(serde::Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    model: Option<Text<'a>>,
    #[serde(borrow, default)]
    message: Option<Message<'a>>,
    #[serde(default)]
    done: bool,
    #[serde(borrow, default)]
    done_reason: Option<Text<'a>>,
    #[serde(default)]
    prompt_eval_count: Option<u64>,
    #[serde(default)]
    eval_count: Option<u64>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(serde::Deserialize)]
struct Message<'a> {
    #[serde(borrow, default)]
    content: Option<Text<'a>>,
    #[serde(borrow, default)]
    thinking: Option<Text<'a>>,
    #[serde(borrow, default)]
    tool_calls: Option<&'a RawValue>,
}

/// What of a call is taken as the model wrote it.
#[derive(serde::Deserialize)]
struct Exact<'a> {
    #[serde(borrow)]
    function: Arguments<'a>,
}

#[derive(serde::Deserialize)]
struct Arguments<'a> {
    #[serde(borrow)]
    arguments: &'a RawValue,
}

/// Reads one answer, and keeps it in the form in which it can go back.
#[derive(Debug, Default)]
pub(super) struct Reader {
    content: String,
    thinking: String,
    calls: Vec<Value>,
    /// A call holds more than every service understands.
    beyond: bool,
}

impl Read for Reader {
    const LINES: bool = true;

    fn event(&mut self, data: &[u8], tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        match serde_json::from_slice::<Line<'_>>(data) {
            Ok(line) if line.error.is_none() && line.message.is_some() => self.usual(line, tally, out),
            _ => self.unusual(data, tally, out),
        }
    }

    fn document(&mut self, document: &Value, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        self.value(document, tally, out)
    }

    fn origin(&mut self) -> Option<Value> {
        if self.thinking.is_empty() && !self.beyond {
            return None;
        }
        let Self { content, thinking, calls, .. } = std::mem::take(self);
        let mut message = json!({ "role": "assistant", "content": content });
        if !thinking.is_empty() {
            message["thinking"] = thinking.into();
        }
        if !calls.is_empty() {
            message["tool_calls"] = calls.into();
        }
        Some(message)
    }
}

impl Reader {
    fn usual(&mut self, line: Line<'_>, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        if let Some(Text(model)) = &line.model {
            tally.serve(model, out);
        }
        if let Some(Message { content, thinking, tool_calls }) = line.message {
            self.thinking(thinking.as_ref().map_or("", |Text(text)| text), tally, out)?;
            self.content(content.as_ref().map_or("", |Text(text)| text), tally, out)?;
            tool_calls.map_or(Ok(()), |list| self.calls(list.get(), tally))?;
        }
        tally.usage = usage(line.prompt_eval_count, line.eval_count).or(tally.usage);
        finish(line.done, line.done_reason.as_ref().map_or("", |Text(reason)| reason), tally)
    }

    /// Any line that the typed reading does not fit.
    fn unusual(&mut self, data: &[u8], tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        let text = String::from_utf8_lossy(data);
        match serde_json::from_str::<Value>(&text) {
            // The answer is whole already; what follows cannot spoil it.
            Err(_) if tally.stop.is_some() => Ok(()),
            Ok(line) if tally.stop.is_some() && Said::read(&line).is_some() => Ok(()),
            Ok(line) if line.is_object() => self.value(&line, tally, out),
            Ok(_) | Err(_) => Err(Trouble::Garbage("a line of the answer is not JSON of the expected kind")),
        }
    }

    fn value(&mut self, line: &Value, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        let message = line.get("message").filter(|message| message.is_object());
        if (message.is_none() || line.get("error").is_some())
            && let Some(said) = Said::read(line)
        {
            return Err(Trouble::Said(said));
        }
        let word = |value: &'_ Value, name: &str| {
            value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        tally.serve(&word(line, "model"), out);
        if let Some(message) = message {
            self.thinking(&word(message, "thinking"), tally, out)?;
            self.content(&word(message, "content"), tally, out)?;
            let list = message.get("tool_calls").and_then(|list| to_raw_value(list).ok());
            list.map_or(Ok(()), |list| self.calls(list.get(), tally))?;
        }
        // Some servers write counts as floats; the cast saturates.
        let float = |count: &Value| count.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64);
        let count = |name: &str| line.get(name).and_then(|count| count.as_u64().or_else(|| float(count)));
        tally.usage = usage(count("prompt_eval_count"), count("eval_count")).or(tally.usage);
        let done = line.get("done").and_then(Value::as_bool).unwrap_or_default();
        finish(done, &word(line, "done_reason"), tally)
    }

    fn thinking(&mut self, text: &str, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        tally.reasoning(text, out)?;
        self.thinking.push_str(text);
        Ok(())
    }

    fn content(&mut self, text: &str, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        tally.text(text, out)?;
        self.content.push_str(text);
        Ok(())
    }

    fn calls(&mut self, list: &str, tally: &mut Tally) -> Result<(), Trouble> {
        for entry in serde_json::from_str::<Vec<&RawValue>>(list).unwrap_or_default() {
            let entry = entry.get();
            let Ok(call) = serde_json::from_str::<Value>(entry) else { continue };
            let Some(function) = call.get("function").filter(|function| function.is_object()) else {
                continue;
            };
            let arguments = match function.get("arguments") {
                Some(Value::String(text)) => text.clone(), // some gateways send it as others do
                None | Some(Value::Null) => String::new(),
                Some(whole) => serde_json::from_str::<Exact<'_>>(entry)
                    .map_or_else(|_| whole.to_string(), |exact| exact.function.arguments.get().to_owned()),
            };
            let word = |value: &Value, name: &str| {
                value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            tally.call(tally.next_call(), &word(&call, "id"), &word(function, "name"), &arguments)?;
            tally.count(entry.len())?; // it is kept once more
            self.beyond |= holds_more(&call, &["id", "type", "function"])
                || holds_more(function, &["index", "name", "description", "arguments"]);
            self.calls.push(call);
        }
        Ok(())
    }
}

fn holds_more(value: &Value, known: &[&str]) -> bool {
    value.as_object().is_some_and(|fields| fields.keys().any(|name| !known.contains(&name.as_str())))
}

/// Both counts, or none: the server leaves one out when it does not know it.
fn usage(input: Option<u64>, output: Option<u64>) -> Option<Usage> {
    let (input_tokens, output_tokens) = (input?, output?);
    Some(Usage {
        input_tokens,
        output_tokens,
        cached_input_tokens: None,
        reasoning_tokens: None,
        total_tokens: input_tokens.saturating_add(output_tokens),
    })
}

fn finish(done: bool, reason: &str, tally: &mut Tally) -> Result<(), Trouble> {
    match reason {
        "" => {}
        "error" => return Err(Trouble::Kind(FailureKind::Server)),
        "stop" => tally.stop = Some(StopReason::Finished),
        "tool_calls" => tally.stop = Some(StopReason::ToolCalls),
        "length" => tally.stop = Some(StopReason::Length),
        "content_filter" => tally.stop = Some(StopReason::ContentFilter),
        // The model was loaded or unloaded and said nothing.
        other => tally.stop = Some(StopReason::Other(other.chars().take(100).collect())),
    }
    tally.done |= done;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frame;
    use crate::decode::tests::read;

    #[test]
    fn the_usual_line_is_read_without_the_lenient_reading() {
        let line = br#"{"model":"m","created_at":"2025-10-09T08:00:00Z","message":{"role":"assistant","content":"a"},"done":false}"#;
        let line = serde_json::from_slice::<Line<'_>>(line).expect("the typed reading fits");
        let content = line.message.and_then(|message| message.content).expect("a content").0;
        assert!(matches!(content, std::borrow::Cow::Borrowed("a")));
    }

    #[test]
    fn arguments_are_handed_on_as_the_model_wrote_them() {
        let line = br#"{"message":{"tool_calls":[{"function":{"name":"f","arguments":{"z": 1.50, "a":2}}}]},"done":true}"#;
        let call = |frame: &Frame| match frame {
            Frame::Call(call) => Some(call.arguments.clone()),
            _ => None,
        };
        assert_eq!(
            read(Reader::default(), 4_000, [&line[..]]).0.iter().find_map(call).as_deref(),
            Some(r#"{"z": 1.50, "a":2}"#)
        );
    }

    #[test]
    fn what_is_kept_for_the_origin_is_bounded() {
        // Few calls and short arguments: only the seals are large.
        let call = json!({ "function": { "name": "f", "arguments": {} }, "seal": "0".repeat(500) });
        let line = format!("{}\n", json!({ "message": { "tool_calls": [call] } }));
        let outcome = read(Reader::default(), 4_000, std::iter::repeat_n(line.as_bytes(), 10)).1;
        assert_eq!(outcome, Err(Trouble::Kind(FailureKind::TooLarge)));
    }
}
