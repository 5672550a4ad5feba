//! Events of the chat completions wire, as OpenAI writes them.

use serde_json::{Value, json};

/// One event of the stream.
pub(crate) fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}

pub(crate) const DONE: &str = "data: [DONE]\n\n";

pub(crate) fn chunk(model: &str, delta: Value, finish: Option<&str>) -> Value {
    json!({
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": 1_760_000_000,
        "model": model,
        "system_fingerprint": null,
        "choices": [{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }],
    })
}

pub(crate) fn usage(model: &str, input: u64, output: u64) -> Value {
    let mut chunk = chunk(model, Value::Null, None);
    chunk["choices"] = json!([]);
    chunk["usage"] = json!({
        "prompt_tokens": input,
        "completion_tokens": output,
        "total_tokens": input + output,
        "prompt_tokens_details": { "cached_tokens": 0 },
        "completion_tokens_details": { "reasoning_tokens": 0 },
    });
    chunk
}
