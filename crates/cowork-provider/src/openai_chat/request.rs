//! Writes the body of `POST {base}/chat/completions`. Its conversation is written by `messages`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, json};

use super::dialect::Dialect;
use super::messages;
use crate::{ModelRequest, Parameters};

/// The body as JSON bytes.
pub(super) fn body(request: &ModelRequest, dialect: &Dialect) -> serde_json::Result<Vec<u8>> {
    let mut body = Map::new();
    body.insert("model".to_owned(), request.model.as_str().into());
    body.insert("messages".to_owned(), messages::messages(request, dialect).into());
    body.insert("stream".to_owned(), true.into());
    if dialect.asks_usage() {
        body.insert("stream_options".to_owned(), json!({ "include_usage": true }));
    }
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({
                "type": "function",
                "function": { "name": tool.name, "description": tool.description, "parameters": tool.parameters },
            })
        });
        body.insert("tools".to_owned(), tools.collect());
    }
    let Parameters { temperature, top_p, max_output_tokens, effort } = request.parameters;
    if let Some(temperature) = temperature {
        body.insert("temperature".to_owned(), temperature.into());
    }
    if let Some(top_p) = top_p {
        body.insert("top_p".to_owned(), top_p.into());
    }
    if let Some(effort) = effort {
        body.insert("reasoning_effort".to_owned(), effort.as_str().into());
    }
    if let Some(most) = max_output_tokens {
        body.insert(dialect.max_tokens.to_owned(), most.into());
    }
    serde_json::to_vec(&body)
}

/// Bytes within a URL.
pub(crate) fn data_url(mime: &str, data: &[u8]) -> String {
    format!("data:{mime};base64,{}", STANDARD.encode(data))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::request::GO_ON;
    use crate::{ProviderKind, Turn};

    fn sent(kind: ProviderKind, turns: Vec<Turn>, continue_partial: bool) -> Value {
        let request = ModelRequest {
            model: "m".into(),
            system: Some(" ".into()),
            turns,
            continue_partial,
            ..ModelRequest::default()
        };
        serde_json::from_slice(&body(&request, &Dialect::of(kind)).expect("body")).expect("JSON")
    }

    #[test]
    fn an_unfinished_answer_is_followed_by_the_wish_to_go_on() {
        let turns = vec![Turn::user("Count."), Turn::assistant("1, 2")];
        let body = sent(ProviderKind::OpenAi, turns, true);
        assert_eq!(body["messages"][1], json!({"role": "assistant", "content": "1, 2"}));
        assert_eq!(body["messages"][2], json!({"role": "user", "content": GO_ON}));
    }

    #[test]
    fn sides_alternate_for_servers_that_may_insist_on_it() {
        let turns = vec![Turn::user("a"), Turn::user("b"), Turn::assistant("c")];
        let joined = sent(ProviderKind::OpenAiCompatible, turns.clone(), false);
        assert_eq!(joined["messages"].as_array().map(Vec::len), Some(2));
        assert_eq!(joined["messages"][0]["content"], "a\n\nb");
        let apart = sent(ProviderKind::OpenAi, turns, false);
        assert_eq!(apart["messages"].as_array().map(Vec::len), Some(3));
    }
}
