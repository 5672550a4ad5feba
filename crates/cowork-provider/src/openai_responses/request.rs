//! Writes the body of `POST {base}/responses`. Its conversation is written by `input`.

use serde_json::{Map, Value, json};

use super::input;
use super::refused::Refused;
use crate::{ModelRequest, Parameters};

/// The body as JSON bytes, and the parameters in it.
pub(super) fn body(
    request: &ModelRequest,
    provider: &str,
    refused: &Refused,
) -> serde_json::Result<(Vec<u8>, Parameters)> {
    let without = refused.without(&request.model);
    let wished = request.parameters;
    let parameters = Parameters { effort: wished.effort.filter(|_| !without.reasoning), ..wished };
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("model", request.model.as_str().into());
    if let Some(system) = request.system.as_deref().filter(|text| !text.trim().is_empty()) {
        put("instructions", system.into());
    }
    put("input", input::items(request, provider, refused).into());
    put("stream", true.into());
    put("store", false.into());
    if !without.encrypted {
        put("include", json!(["reasoning.encrypted_content"]));
    }
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({
                "type": "function",
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.parameters,
                "strict": false,
            })
        });
        put("tools", tools.collect());
    }
    if let Some(temperature) = parameters.temperature {
        put("temperature", temperature.into());
    }
    if let Some(top_p) = parameters.top_p {
        put("top_p", top_p.into());
    }
    if let Some(effort) = parameters.effort {
        let mut reasoning = json!({ "effort": effort.as_str() });
        if !without.summary {
            reasoning["summary"] = "auto".into();
        }
        put("reasoning", reasoning);
    }
    if let Some(most) = parameters.max_output_tokens {
        put("max_output_tokens", most.into());
    }
    Ok((serde_json::to_vec(&body)?, parameters))
}
