//! Measures what reading an answer costs on each wire, without a network:
//! `cargo run --release -p cowork-provider --example decode_rate [--json FILE]`.
//!
//! Each token comes in an event and an arrival of its own, and its frames are taken out at once, which is how the
//! usual stream looks. Shown is the median of the rounds; allocations do not differ between them.
#![allow(clippy::print_stdout, reason = "a measurement prints")]

#[path = "../tests/mutation/memory.rs"]
mod memory;

use std::error::Error;
use std::time::Instant;

use cowork_provider::fuzzing::{Reading, WIRES};
use cowork_provider::{Frame, ProviderConfig, ProviderKind};
use serde_json::{Value, json};

const TOKENS: usize = 200_000;
const ROUNDS: usize = 5;
const TOKEN: &str = "word ";

/// What one wire costs.
struct Cost {
    kind: ProviderKind,
    tokens_per_second: f64,
    body_bytes: usize,
    allocations_per_token: f64,
    allocated_bytes_per_token: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let costs = WIRES.into_iter().map(measure).collect::<Result<Vec<_>, _>>()?;
    println!("{TOKENS} tokens, median of {ROUNDS} rounds");
    println!("{:<18} {:>12} {:>10} {:>13} {:>13}", "wire", "tokens/s", "MB/s", "allocs/token", "bytes/token");
    for cost in &costs {
        println!(
            "{:<18} {:>12.0} {:>10.0} {:>13.2} {:>13.0}",
            cost.kind.as_str(),
            cost.tokens_per_second,
            cost.tokens_per_second / TOKENS as f64 * cost.body_bytes as f64 / 1e6,
            cost.allocations_per_token,
            cost.allocated_bytes_per_token,
        );
    }
    let rows = costs.iter().map(|cost| {
        json!({
            "wire": cost.kind.as_str(),
            "tokens": TOKENS,
            "tokensPerSecond": cost.tokens_per_second.round(),
            "bodyBytes": cost.body_bytes,
            "allocationsPerToken": (cost.allocations_per_token * 100.0).round() / 100.0,
            "allocatedBytesPerToken": cost.allocated_bytes_per_token.round(),
        })
    });
    let rows = rows.collect::<Value>();
    match std::env::args().skip_while(|argument| argument != "--json").nth(1) {
        Some(file) => std::fs::write(file, format!("{rows:#}\n"))?,
        None => println!("{rows}"),
    }
    Ok(())
}

fn measure(kind: ProviderKind) -> Result<Cost, Box<dyn Error>> {
    let (head, token, tail) = events(kind);
    let body_bytes = head.len() + TOKENS * token.len() + tail.len();
    let mut seconds = Vec::with_capacity(ROUNDS);
    let (mut allocations, mut bytes) = (0, 0);
    for _ in 0..ROUNDS {
        let before = memory::asked();
        let start = Instant::now();
        read(kind, &head, &token, &tail)?;
        seconds.push(start.elapsed().as_secs_f64());
        let after = memory::asked();
        (allocations, bytes) = (after.0 - before.0, after.1 - before.1);
    }
    seconds.sort_by(f64::total_cmp);
    Ok(Cost {
        kind,
        tokens_per_second: TOKENS as f64 / seconds[ROUNDS / 2],
        body_bytes,
        allocations_per_token: allocations as f64 / TOKENS as f64,
        allocated_bytes_per_token: bytes as f64 / TOKENS as f64,
    })
}

fn read(kind: ProviderKind, head: &str, token: &str, tail: &str) -> Result<(), Box<dyn Error>> {
    let mut config = ProviderConfig::new("measured", kind);
    config.base_url = Some("http://127.0.0.1:9/v1".to_owned());
    let mut reading = Reading::new(config)?;
    let (mut text, mut stopped) = (0, false);
    let mut take = |reading: &mut Reading| {
        for frame in reading.frames() {
            match frame {
                Frame::Text(more) => text += more.len(),
                Frame::Stop(_) => stopped = true,
                _ => {}
            }
        }
    };
    reading.feed(head.as_bytes())?;
    for _ in 0..TOKENS {
        reading.feed(token.as_bytes())?;
        take(&mut reading);
    }
    reading.feed(tail.as_bytes())?;
    reading.close()?;
    take(&mut reading);
    if text != TOKENS * TOKEN.len() || !stopped {
        return Err(format!("{kind:?}: {text} bytes of text, stopped: {stopped}").into());
    }
    Ok(())
}

/// What comes before the tokens, each token, and what comes after them, as each service writes it.
fn events(kind: ProviderKind) -> (String, String, String) {
    let event = |value: Value| format!("data: {value}\n\n");
    let named =
        |value: Value| format!("event: {}\ndata: {value}\n\n", value["type"].as_str().unwrap_or_default());
    let line = |value: Value| format!("{value}\n");
    match kind {
        ProviderKind::OpenAiResponses => (
            named(json!({"type": "response.created", "response": {"id": "resp_1", "model": "gpt-5"}}))
                + &named(json!({"type": "response.output_item.added", "output_index": 0,
                    "item": {"id": "msg_1", "type": "message", "content": []}})),
            named(json!({"type": "response.output_text.delta", "sequence_number": 7, "item_id": "msg_1",
                "output_index": 0, "content_index": 0, "delta": TOKEN, "logprobs": [], "obfuscation": "x8Qk"})),
            named(json!({"type": "response.completed", "response": {"status": "completed", "model": "gpt-5",
                "output": [], "usage": {"input_tokens": 1, "output_tokens": TOKENS}}})),
        ),
        ProviderKind::Anthropic => (
            named(json!({"type": "message_start", "message": {"model": "claude-sonnet-4-5", "usage": {}}}))
                + &named(json!({"type": "content_block_start", "index": 0,
                    "content_block": {"type": "text", "text": ""}})),
            named(json!({"type": "content_block_delta", "index": 0,
                "delta": {"type": "text_delta", "text": TOKEN}})),
            named(json!({"type": "content_block_stop", "index": 0}))
                + &named(json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"},
                    "usage": {"input_tokens": 1, "output_tokens": TOKENS}}))
                + &named(json!({"type": "message_stop"})),
        ),
        ProviderKind::Gemini => {
            let piece = |text: &str, more: Value| {
                let mut candidate =
                    json!({"content": {"parts": [{"text": text}], "role": "model"}, "index": 0});
                if more.is_string() {
                    candidate["finishReason"] = more;
                }
                event(json!({"candidates": [candidate], "usageMetadata": {"promptTokenCount": 1,
                    "candidatesTokenCount": 7, "totalTokenCount": 8}, "modelVersion": "gemini-2.5-flash",
                    "responseId": "Il0taoSYJ5Cez7IP"}))
            };
            (String::new(), piece(TOKEN, Value::Null), piece("", json!("STOP")))
        }
        ProviderKind::Ollama => {
            let piece = |text: &str, done: bool| {
                let message = json!({"role": "assistant", "content": text});
                let mut whole = json!({"model": "qwen3:8b", "created_at": "2025-10-09T08:00:01.001000Z",
                    "message": message, "done": done});
                if done {
                    whole["done_reason"] = "stop".into();
                }
                line(whole)
            };
            (String::new(), piece(TOKEN, false), piece("", true))
        }
        _ => {
            let piece = |delta: Value, finish: Value| {
                event(json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_760_000_000,
                    "model": "gpt-5", "system_fingerprint": "fp_1", "choices": [{"index": 0, "delta": delta,
                    "logprobs": null, "finish_reason": finish}]}))
            };
            let tail = piece(json!({}), json!("stop")) + "data: [DONE]\n\n";
            (String::new(), piece(json!({"content": TOKEN}), Value::Null), tail)
        }
    }
}
