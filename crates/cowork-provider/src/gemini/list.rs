//! Reads the answers of `GET {base}/models`, page by page. Always true: pages and models have a limit.

use std::fmt::Write as _;

use serde_json::Value;

use crate::http::Link;
use crate::{Failure, ModelInfo};

/// The most models that one page can hold.
const PAGE: usize = 1_000;
/// Pages that are asked for; a service that names a next one for ever is not followed.
const MOST_PAGES: usize = 20;
/// More models than this are no list for people.
const MOST: usize = 5_000;

/// Asks the service which models it has, and keeps those that answer.
pub(super) async fn ask(link: &Link) -> Result<Vec<ModelInfo>, Failure> {
    let (mut models, mut path) = (Vec::new(), format!("models?pageSize={PAGE}"));
    for _ in 0..MOST_PAGES {
        let body = link.get_json(&path).await?;
        let next = body.get("nextPageToken").and_then(Value::as_str).filter(|token| !token.is_empty());
        let Some(entries) = body.get("models").and_then(Value::as_array) else {
            // A page without entries comes without the field.
            if models.is_empty() && next.is_none() && body.as_object().is_none_or(|body| !body.is_empty()) {
                return Err(link.garbage("the answer to the question for its models is not a list"));
            }
            break;
        };
        let room = MOST - models.len();
        models.extend(entries.iter().filter_map(entry).take(room));
        match next {
            Some(token) if models.len() < MOST => {
                path = format!("models?pageSize={PAGE}&pageToken={}", encoded(token));
            }
            _ => break,
        }
    }
    Ok(models)
}

fn entry(entry: &Value) -> Option<ModelInfo> {
    let word = |name: &str| entry.get(name).and_then(Value::as_str);
    let count = |name: &str| entry.get(name).and_then(Value::as_u64).filter(|count| *count > 0);
    let name = word("name")?;
    let id = name.strip_prefix("models/").unwrap_or(name);
    if let Some(methods) = entry.get("supportedGenerationMethods").and_then(Value::as_array)
        && !methods.iter().any(|method| method == "generateContent" || method == "streamGenerateContent")
    {
        return None;
    }
    Some(ModelInfo {
        label: word("displayName").filter(|label| *label != id).map(str::to_owned),
        context_window: count("inputTokenLimit"),
        output_limit: count("outputTokenLimit"),
        reasoning: entry.get("thinking").and_then(Value::as_bool),
        ..ModelInfo::named(id)
    })
}

/// Text as the value of a query.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}"); // writing to a string can't fail
        }
        encoded
    })
}
