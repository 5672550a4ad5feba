//! Writes the body of `POST {base}/messages`. The conversation itself is written by `turns`.

mod content;
mod turns;

use serde_json::{Map, Value, json};

use super::model::{self, Thinking};
use crate::{Effort, ModelRequest, Parameters, Tool};

/// The smallest budget for thinking that is accepted.
const LEAST_BUDGET: u64 = 1_024;
/// Of the person's turns, the last ones up to which the service shall keep what it read; the last alone would not do,
/// for a regenerated answer goes back behind it.
const KEPT_TURNS: usize = 2;

/// The body as JSON bytes, and the parameters in it. `provider` is the id in the configuration; `adapts`: the model
/// refused a budget before.
pub(super) fn body(
    request: &ModelRequest,
    provider: &str,
    adapts: bool,
) -> serde_json::Result<(Vec<u8>, Parameters)> {
    let wished = request.parameters;
    let mut messages = turns::messages(request, provider);
    let mut tools = request.tools.iter().map(tool).collect::<Vec<_>>();
    let mut system = request.system.as_deref().filter(|text| !text.trim().is_empty()).map(content::text);
    let most = wished.max_output_tokens.unwrap_or_else(|| model::usual_length(&request.model, wished.effort));
    let mut parameters = Parameters { max_output_tokens: Some(most), effort: None, ..wished };

    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("model", request.model.as_str().into());
    put("max_tokens", most.into());
    put("stream", true.into());
    if let Some(effort) = wished.effort {
        match model::thinking(&request.model, effort, adapts) {
            Thinking::Budget(budget) => {
                // A part of the length remains for the answer.
                let budget = budget.min(most - most / 4);
                if budget >= LEAST_BUDGET && budget < most && !begins_without_thinking(&messages) {
                    put("thinking", json!({ "type": "enabled", "budget_tokens": budget }));
                    parameters.effort = Some(effort);
                }
            }
            Thinking::Adaptive => {
                // Without the wish to see it, newer models think in silence.
                put("thinking", json!({ "type": "adaptive", "display": "summarized" }));
                put("output_config", json!({ "effort": Effort::as_str(effort) }));
                parameters.effort = Some(effort);
            }
            Thinking::Never => {}
        }
    }
    (parameters.temperature, parameters.top_p) = sampling(request, parameters.effort.is_some());
    if let Some(temperature) = parameters.temperature {
        put("temperature", temperature.into());
    }
    if let Some(top_p) = parameters.top_p {
        put("top_p", top_p.into());
    }
    if tools.is_empty() {
        // A history with calls is refused without tools.
        tools = called(&messages).iter().map(|name| stand_in(name)).collect();
        if !tools.is_empty() {
            put("tool_choice", json!({ "type": "none" }));
        }
    }
    if let Some(last) = system.as_mut().or(tools.last_mut()) {
        keep(last); // tools stand before the system prompt
    }
    for message in messages.iter_mut().filter(|message| message["role"] == "user").rev().take(KEPT_TURNS) {
        if let Some(last) = message["content"].as_array_mut().and_then(|content| content.last_mut()) {
            keep(last);
        }
    }
    if let Some(system) = system {
        put("system", json!([system]));
    }
    if !tools.is_empty() {
        put("tools", tools.into());
    }
    put("messages", messages.into());
    Ok((serde_json::to_vec(&body)?, parameters))
}

/// Temperature and top-p as the service takes them: one of the two, not above 1, and none for a model that thinks.
fn sampling(request: &ModelRequest, thinks: bool) -> (Option<f64>, Option<f64>) {
    let Parameters { temperature, top_p, .. } = request.parameters;
    if thinks || !model::takes_sampling(&request.model) {
        return (None, None);
    }
    match temperature {
        Some(temperature) => (Some(temperature.min(1.0)), None),
        None => (None, top_p),
    }
}

/// Asks the service to keep what it read up to and with this block.
fn keep(block: &mut Value) {
    block["cache_control"] = json!({ "type": "ephemeral" });
}

fn tool(tool: &Tool) -> Value {
    let mut schema = match &tool.parameters {
        Value::Object(schema) => schema.clone(),
        _ => Map::new(),
    };
    schema.entry("type").or_insert_with(|| "object".into());
    let mut written = json!({ "name": tool.name, "input_schema": schema });
    if !tool.description.trim().is_empty() {
        written["description"] = tool.description.as_str().into();
    }
    written
}

fn stand_in(name: &str) -> Value {
    json!({ "name": name, "description": "No longer available.", "input_schema": { "type": "object" } })
}

/// The tools that the history has calls of, each once.
fn called(messages: &[Value]) -> Vec<String> {
    let blocks = messages.iter().filter_map(|message| message["content"].as_array()).flatten();
    let calls = blocks.filter(|block| block["type"] == "tool_use");
    let mut names = calls.filter_map(|call| call["name"].as_str().map(str::to_owned)).collect::<Vec<_>>();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether the model waits for results in a turn that it did not begin by thinking: with a budget, which such a turn
/// must not have, the service would refuse it. Other services and other settings write such turns.
fn begins_without_thinking(messages: &[Value]) -> bool {
    let [.., model, results] = messages else { return false };
    let begins = |message: &Value, kinds: &[&str]| {
        message["content"][0]["type"].as_str().is_some_and(|kind| kinds.contains(&kind))
    };
    begins(results, &["tool_result"]) && !begins(model, &["thinking", "redacted_thinking"])
}
