//! Reads the events of this wire, each of which is a response with a piece of the answer in it.
//!
//! Always true: nothing marks the end of the stream, so an answer is whole once a reason for its end was given;
//! what follows that can add to it but not spoil it.

use serde_json::{Value, json};

use super::chunk::{self, Chunk, Loose};
use crate::StopReason;
use crate::classify::Said;
use crate::decode::{Out, Read, Tally, Trouble};

/// Characters of the answer's own id that go into the ids of its calls.
const ID: usize = 40;

/// Reads one answer.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// The answer as the model wrote it, pieces of plain text joined; its thinking aloud is not part of it.
    parts: Vec<Value>,
    /// Some of that has no other form.
    native: bool,
    /// The service's id of the answer, for calls that have none.
    response: String,
}

impl Read for Reader {
    fn event(&mut self, data: &[u8], tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        match serde_json::from_slice::<Chunk<'_>>(data) {
            Ok(chunk) if chunk.error.is_none() && chunk.prompt_feedback.is_none() => {
                self.usual(chunk, tally, out)
            }
            _ => self.unusual(data, tally, out),
        }
    }

    fn document(&mut self, document: &Value, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        // Without `alt=sse`, which a gateway may drop, the events come as a list.
        let events = document.as_array().map_or(std::slice::from_ref(document), Vec::as_slice);
        for event in events {
            self.value(event, tally, out)?;
        }
        if !events
            .iter()
            .map(Loose)
            .any(|event| event.candidate().or(event.0.get("promptFeedback")).is_some())
        {
            return Err(Trouble::Garbage("the answer is a JSON document without an answer in it"));
        }
        if document.is_object() {
            tally.stop.get_or_insert(StopReason::Finished);
        }
        Ok(())
    }

    fn origin(&mut self) -> Option<Value> {
        let parts = std::mem::take(&mut self.parts);
        self.native.then(|| json!({ "role": "model", "parts": parts }))
    }
}

impl Reader {
    fn usual(&mut self, chunk: Chunk<'_>, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        self.open(&chunk.model_version, &chunk.response_id, tally, out);
        if let Some(raw) = chunk.usage_metadata {
            let block = serde_json::from_str::<Value>(raw.get()).unwrap_or_default();
            tally.usage = chunk::usage(&block).or(tally.usage);
        }
        let Some(candidate) = chunk.candidates.into_iter().find(|candidate| candidate.index == 0) else {
            return Ok(());
        };
        for words in &candidate.content.parts {
            self.words(&words.text, words.thought, tally, out)?;
        }
        finish(&candidate.finish_reason, tally);
        Ok(())
    }

    /// Any event that the typed reading does not fit.
    fn unusual(&mut self, data: &[u8], tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        let text = String::from_utf8_lossy(data);
        match serde_json::from_str::<Value>(&text) {
            // The answer is whole already; what follows cannot spoil it.
            Err(_) if tally.stop.is_some() => Ok(()),
            Ok(document) if tally.stop.is_some() && Said::read(&document).is_some() => Ok(()),
            Ok(document) if document.is_object() || document.is_array() => self.value(&document, tally, out),
            Err(_) if &*text == "[DONE]" => Ok(()), // what some gateways add says nothing here
            Ok(_) | Err(_) => {
                Err(Trouble::Garbage("an event of the answer is not JSON of the expected kind"))
            }
        }
    }

    fn value(&mut self, document: &Value, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        if let Some(said) = Said::read(document) {
            return Err(Trouble::Said(said));
        }
        let loose = Loose(document);
        self.open(loose.word("modelVersion"), loose.word("responseId"), tally, out);
        tally.usage = loose.usage().or(tally.usage);
        if loose.blocked().is_some() {
            tally.stop = Some(StopReason::ContentFilter);
        }
        let Some(candidate) = loose.candidate() else { return Ok(()) };
        let parts =
            candidate.get("content").and_then(|content| content.get("parts")).and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            self.part(part, tally, out)?;
        }
        finish(Loose(candidate).word("finishReason"), tally);
        Ok(())
    }

    fn open(&mut self, model: &str, response: &str, tally: &mut Tally, out: &mut Out) {
        tally.serve(model.strip_prefix("models/").unwrap_or(model), out);
        if self.response.is_empty() {
            // Other services, which may read the call's id later, allow no more than this.
            let allowed = response.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c));
            self.response = allowed.take(ID).collect();
        }
    }

    fn words(&mut self, text: &str, thought: bool, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        if thought {
            return tally.reasoning(text, out);
        }
        tally.text(text, out)?;
        match self.parts.last_mut().filter(|part| part.as_object().is_some_and(|part| part.len() == 1)) {
            _ if text.is_empty() => {}
            Some(Value::Object(part)) if part.contains_key("text") => {
                if let Some(Value::String(before)) = part.get_mut("text") {
                    before.push_str(text);
                }
            }
            _ => self.parts.push(json!({ "text": text })),
        }
        Ok(())
    }

    fn part(&mut self, part: &Value, tally: &mut Tally, out: &mut Out) -> Result<(), Trouble> {
        let Some(fields) = part.as_object() else { return Ok(()) };
        let text = Loose(part).word("text");
        let thought = fields.get("thought").and_then(Value::as_bool).unwrap_or(false);
        if fields.iter().all(|(name, value)| name == "text" || name == "thought" || value.is_null()) {
            return self.words(text, thought, tally, out);
        }
        if thought {
            tally.reasoning(text, out)?;
        } else {
            tally.text(text, out)?;
        }
        let call = fields.get("functionCall").filter(|call| call.is_object());
        if let Some(call) = call {
            self.call(call, tally)?;
        }
        // Signatures, code that the service ran, pictures, and what is not known yet.
        let neutral =
            |name: &str| ["text", "thought"].contains(&name) || (name == "functionCall" && call.is_some());
        self.native |= fields.iter().any(|(name, value)| !neutral(name) && !value.is_null());
        tally.count(part.to_string().len() + size_of::<Value>())?;
        self.parts.push(part.clone());
        Ok(())
    }

    /// A call comes whole, and often without an id. One is made up that no other answer has and that stays the same
    /// however often the answer is read.
    fn call(&self, call: &Value, tally: &mut Tally) -> Result<(), Trouble> {
        let (id, name) = (Loose(call).word("id"), Loose(call).word("name"));
        if name.is_empty() {
            return Ok(());
        }
        let arguments = match call.get("args") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(), // some gateways send it as text
            Some(whole) => whole.to_string(),
        };
        let index = tally.next_call();
        let made_up = || match self.response.as_str() {
            "" => String::new(),
            response => format!("call_{response}_{index}"),
        };
        let id = if id.is_empty() { made_up() } else { id.to_owned() };
        tally.call(index, &id, name, &arguments)
    }
}

/// Some models give a reason with every piece; the last one counts.
fn finish(reason: &str, tally: &mut Tally) {
    tally.stop = Some(match reason {
        "" | "FINISH_REASON_UNSPECIFIED" => return,
        "STOP" => StopReason::Finished,
        "MAX_TOKENS" => StopReason::Length,
        "SAFETY"
        | "RECITATION"
        | "LANGUAGE"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION" => StopReason::ContentFilter,
        other => StopReason::Other(other.chars().take(100).collect()),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::tests::read;

    #[test]
    fn the_usual_event_is_read_without_the_lenient_reading() {
        let event = br#"{"candidates":[{"content":{"parts":[{"text":"a"},{"text":"b","thought":true}],
            "role":"model"},"finishReason":"STOP","index":0,"safetyRatings":[]}],
            "usageMetadata":{"promptTokenCount":1},"modelVersion":"m","responseId":"r"}"#;
        let chunk = serde_json::from_slice::<Chunk<'_>>(event).expect("the typed reading fits");
        let parts = &chunk.candidates[0].content.parts;
        assert!(matches!(parts[0].text, std::borrow::Cow::Borrowed("a")));
        assert!(!parts[0].thought && parts[1].thought);
    }

    #[test]
    fn parts_without_end_are_too_much() {
        let event = format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{}7]}}}}]}}\n\n",
            "{\"a\":1},".repeat(400)
        );
        let (_, outcome) = read(Reader::default(), 4_000, [event.as_bytes()]);
        assert_eq!(outcome, Err(Trouble::Kind(crate::FailureKind::TooLarge)));
    }
}
