//! Writes the body of `POST {base}/chat/completions`.

use serde::Serialize;

use super::dialect::Dialect;
use crate::{ModelRequest, Role};

/// Sent after an unfinished answer. Said in words, for only some servers go on from a last turn of the assistant,
/// and others refuse a conversation that ends with one.
const GO_ON: &str = "Your last answer was cut off. Go on from exactly where it ends, in the same format, \
                     without repeating anything and without a remark about it.";

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Message>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
struct Message {
    role: &'static str,
    content: String,
}

/// The body as JSON bytes.
pub(super) fn body(request: &ModelRequest, dialect: &Dialect) -> serde_json::Result<Vec<u8>> {
    let mut messages = Vec::with_capacity(request.turns.len() + 2);
    if let Some(system) = request.system.as_deref().filter(|text| !text.trim().is_empty()) {
        messages.push(Message { role: "system", content: system.to_owned() });
    }
    let go_on = request.partial().is_some().then_some(("user", GO_ON));
    for (role, text) in request.turns.iter().map(|turn| (name(turn.role), turn.text.as_str())).chain(go_on) {
        match messages.last_mut() {
            Some(last) if dialect.joins_turns && last.role == role => {
                last.content.push_str("\n\n");
                last.content.push_str(text);
            }
            _ => messages.push(Message { role, content: text.to_owned() }),
        }
    }
    let stream_options = dialect.asks_usage().then_some(StreamOptions { include_usage: true });
    serde_json::to_vec(&Body { model: &request.model, messages, stream: true, stream_options })
}

fn name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{ProviderKind, Turn};

    fn sent(kind: ProviderKind, turns: Vec<Turn>, continue_partial: bool) -> Value {
        let request = ModelRequest { model: "m".into(), system: Some(" ".into()), turns, continue_partial };
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
