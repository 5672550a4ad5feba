//! Writes the body of `POST {base}/models/{model}:streamGenerateContent`.
//!
//! Always true, whatever the history: it begins and ends with the person, no part is empty, and right after the calls
//! of a turn comes exactly one result for each, in their order. Anything else is refused by the service.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::schema;
use crate::request::tool_name;
use crate::{Effort, ModelRequest, Parameters, Part, Role, Turn};

/// Sent after an unfinished answer, which the service does not go on with by itself.
const GO_ON: &str = "Your last answer was cut off. Go on from exactly where it ends, in the same format, \
                     without repeating anything and without a remark about it.";
/// Stands before a history that begins with the model.
const BEGINNING: &str = "(What was said before is not shown.)";
/// Stands after a history that ends with the model, or alone where there is none.
const NEXT: &str = "Go on.";
/// The result of a call that has none.
const NO_RESULT: &str = "There is no result: this call was not carried out.";
/// What the service documents for calls that it did not write itself, in place of the signature that it asks for.
const UNSIGNED: &str = "skip_thought_signature_validator";

/// Where a model is asked. Ids with a slash are whole names: `models/x`, `tunedModels/x`.
pub(super) fn path(model: &str) -> String {
    let name = model.replace('?', "%3F");
    let folder = if name.contains('/') { "" } else { "models/" };
    format!("{folder}{name}:streamGenerateContent?alt=sse")
}

/// The body as JSON bytes, and the parameters in it. `native` gives a turn as this very provider wrote it.
pub(super) fn body(
    request: &ModelRequest,
    native: impl Fn(&Turn) -> Option<&Value>,
) -> serde_json::Result<(Vec<u8>, Parameters)> {
    let wished = request.parameters;
    let traits = Traits::of(&request.model);
    let go_on = request.partial().is_some().then(|| Turn::user(GO_ON));
    let mut contents = contents(&request.turns, go_on.as_ref(), native);
    let mut body = Map::new();
    if let Some(system) = request.system.as_deref().filter(|text| !text.trim().is_empty()) {
        if traits.system {
            body.insert("systemInstruction".to_owned(), json!({ "parts": [{ "text": system }] }));
        } else if let Some(first) = contents.first_mut() {
            first.parts.insert(0, json!({ "text": system }));
        }
    }
    if traits.signs {
        contents.iter_mut().for_each(Content::sign);
    }
    let contents =
        contents.into_iter().map(|Content { role, parts }| json!({ "role": role, "parts": parts }));
    body.insert("contents".to_owned(), contents.collect());
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            let mut function = Map::new();
            function.insert("name".to_owned(), tool.name.as_str().into());
            function.insert("description".to_owned(), tool.description.as_str().into());
            if let Some(parameters) = schema::parameters(&tool.parameters) {
                function.insert("parameters".to_owned(), parameters);
            }
            Value::from(function)
        });
        let tools: Value = tools.collect();
        body.insert("tools".to_owned(), json!([{ "functionDeclarations": tools }]));
    }
    let mut generation = Map::new();
    let parameters = Parameters { effort: wished.effort.filter(|_| traits.thinks), ..wished };
    if let Some(temperature) = parameters.temperature {
        generation.insert("temperature".to_owned(), temperature.into());
    }
    if let Some(top_p) = parameters.top_p {
        generation.insert("topP".to_owned(), top_p.into());
    }
    if let Some(most) = parameters.max_output_tokens {
        generation.insert("maxOutputTokens".to_owned(), most.into());
    }
    let thinking = parameters.effort.map(|effort| traits.thinking(effort, parameters.max_output_tokens));
    generation.extend(thinking.map(|thinking| ("thinkingConfig".to_owned(), thinking)));
    if !generation.is_empty() {
        body.insert("generationConfig".to_owned(), generation.into());
    }
    Ok((serde_json::to_vec(&body)?, parameters))
}

/// What models differ in, as far as their names tell.
struct Traits {
    /// It takes instructions beside the conversation.
    system: bool,
    /// It wants calls signed, and its thinking measured in levels.
    signs: bool,
    /// It can think.
    thinks: bool,
}

impl Traits {
    fn of(model: &str) -> Self {
        let name = model.rsplit('/').next().unwrap_or(model);
        let version = name.strip_prefix("gemini-").map(|rest| {
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
            (digits.parse::<u32>().ok(), rest)
        });
        let old = |rest: &str| rest.starts_with("1.") || rest.starts_with("2.0");
        Self {
            system: !name.starts_with("gemma-3"),
            // "gemini-flash-latest" and the like lead to the newest.
            signs: version
                .is_some_and(|(number, rest)| number.map_or(rest.ends_with("-latest"), |number| number >= 3)),
            thinks: version.is_some_and(|(_, rest)| !old(rest)),
        }
    }

    fn thinking(&self, effort: Effort, most: Option<u64>) -> Value {
        if self.signs {
            return json!({ "includeThoughts": true, "thinkingLevel": effort.as_str() });
        }
        // All of these lie within what every model that counts its thinking allows.
        let budget: u64 = match effort {
            Effort::Low => 1_024,
            Effort::Medium => 8_192,
            Effort::High => 24_576,
        };
        // Thinking counts as output: some is left for the answer.
        let budget = most.map_or(budget, |most| budget.min(most / 2)).max(512);
        json!({ "includeThoughts": true, "thinkingBudget": budget })
    }
}

/// What one side says at once.
struct Content {
    role: &'static str,
    parts: Vec<Value>,
}

impl Content {
    /// The first call of a turn carries the signature of all.
    fn sign(&mut self) {
        let call = self.parts.iter_mut().find(|part| part.get("functionCall").is_some());
        if let Some(part) = call.and_then(Value::as_object_mut) {
            part.entry("thoughtSignature").or_insert_with(|| UNSIGNED.into());
        }
    }
}

/// A call that waits for its result.
struct Call {
    /// By which the history knows it.
    id: String,
    name: String,
    /// The service gave it an id, which its result has to carry.
    own_id: Option<Value>,
}

fn contents(turns: &[Turn], go_on: Option<&Turn>, native: impl Fn(&Turn) -> Option<&Value>) -> Vec<Content> {
    let mut contents: Vec<Content> = Vec::new();
    let (mut waiting, mut results) = (Vec::new(), Vec::new());
    for turn in turns.iter().chain(go_on) {
        match turn.role {
            Role::Assistant => {
                let (parts, calls) = model(turn, native(turn));
                if !parts.is_empty() {
                    // Two turns of the model in a row are one: the results may come after both.
                    let goes_on = contents.last().is_some_and(|last| last.role == "model");
                    if !goes_on || !results.is_empty() {
                        settle(&mut waiting, &mut results, &mut contents);
                    }
                    say("model", parts, &mut contents);
                    waiting.extend(calls);
                }
            }
            Role::User => {
                results.extend(turn.parts.iter().filter(|part| matches!(part, Part::Result { .. })));
                let parts = person(turn);
                if !parts.is_empty() {
                    say("user", parts, &mut contents);
                }
            }
        }
    }
    settle(&mut waiting, &mut results, &mut contents);
    if contents.first().is_some_and(|first| first.role == "model") {
        contents.insert(0, Content { role: "user", parts: vec![json!({ "text": BEGINNING })] });
    }
    if contents.last().is_none_or(|last| last.role == "model") {
        contents.push(Content { role: "user", parts: vec![json!({ "text": NEXT })] });
    }
    contents
}

/// Puts the results right behind the calls, one for each. Results of other calls are left out.
fn settle(waiting: &mut Vec<Call>, results: &mut Vec<&Part>, contents: &mut Vec<Content>) {
    let answers = waiting.drain(..).map(|call| {
        let at = results
            .iter()
            .position(|part| matches!(part, Part::Result { call_id, .. } if *call_id == call.id));
        let response = match at.map(|at| results.remove(at)) {
            Some(Part::Result { content, is_error: false, .. }) => json!({ "output": content }),
            Some(Part::Result { content, .. }) => json!({ "error": content }),
            _ => json!({ "error": NO_RESULT }),
        };
        let mut answer = json!({ "name": call.name, "response": response });
        if let Some(id) = call.own_id {
            answer["id"] = id;
        }
        json!({ "functionResponse": answer })
    });
    let parts = answers.collect::<Vec<_>>();
    results.clear();
    if parts.is_empty() {
        return;
    }
    let after = contents.iter().rposition(|content| content.role == "model").map_or(0, |at| at + 1);
    contents.insert(after, Content { role: "user", parts });
}

/// Adds to the last content where it is of the same side.
fn say(role: &'static str, parts: Vec<Value>, contents: &mut Vec<Content>) {
    match contents.last_mut() {
        Some(last) if last.role == role => last.parts.extend(parts),
        _ => contents.push(Content { role, parts }),
    }
}

/// A turn of the person without its results.
fn person(turn: &Turn) -> Vec<Value> {
    let mut parts = Vec::new();
    for part in &turn.parts {
        match part {
            Part::Text(text) => parts.extend(words(text)),
            Part::Image { mime, data } => parts.push(inline(mime, data)),
            Part::File { name, mime, data } => {
                // The wire has no place for its name.
                parts.extend(words(name).map(|_| json!({ "text": format!("File: {name}") })));
                parts.push(inline(mime, data));
            }
            Part::Result { .. } | Part::Call(_) => {}
        }
    }
    parts
}

/// A turn of the model and the calls in it: as the service wrote it, or else its words and calls.
fn model(turn: &Turn, native: Option<&Value>) -> (Vec<Value>, Vec<Call>) {
    let mut known = turn.parts.iter().filter_map(|part| match part {
        Part::Call(call) => Some(call),
        _ => None,
    });
    let native = native.and_then(|value| value.get("parts")).and_then(Value::as_array);
    if let Some(parts) = native.filter(|parts| !parts.is_empty() && parts.iter().all(Value::is_object)) {
        let calls = parts.iter().filter_map(|part| part.get("functionCall")).map(|call| {
            let own_id = call.get("id").filter(|id| id.as_str().is_some_and(|id| !id.is_empty()));
            let name = call.get("name").and_then(Value::as_str).unwrap_or_default();
            // A call without an id got one when it was read: they stand in the same order.
            let id = known.next().map(|call| call.id.as_str()).or(own_id.and_then(Value::as_str));
            Call { id: id.unwrap_or_default().to_owned(), name: name.to_owned(), own_id: own_id.cloned() }
        });
        return (parts.clone(), calls.collect());
    }
    let (mut parts, mut calls) = (Vec::new(), Vec::new());
    for part in &turn.parts {
        match part {
            Part::Text(text) => parts.extend(words(text)),
            Part::Call(call) => {
                let args = match serde_json::from_str::<Value>(&call.arguments) {
                    Ok(args @ Value::Object(_)) => args,
                    _ => json!({ "arguments": call.arguments }), // broken, but it is what the model wrote
                };
                let name = tool_name(&call.name);
                parts.push(json!({ "functionCall": { "name": name, "args": args } }));
                calls.push(Call { id: call.id.clone(), name, own_id: None });
            }
            _ => {}
        }
    }
    (parts, calls)
}

fn words(text: &str) -> Option<Value> {
    (!text.trim().is_empty()).then(|| json!({ "text": text }))
}

fn inline(mime: &str, data: &[u8]) -> Value {
    json!({ "inlineData": { "mimeType": mime, "data": STANDARD.encode(data) } })
}
