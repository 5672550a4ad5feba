//! Reads the pages of `GET {base}/models`. What comes is bounded, however many pages the service says there are.

use std::fmt::Write as _;

use serde_json::Value;

use crate::http::Link;
use crate::{Failure, ModelInfo};

/// More models than this are no list for people.
const MOST: usize = 5_000;
/// Pages, of up to a thousand models each.
const PAGES: usize = 10;

/// Asks the service which models it has.
pub(super) async fn ask(link: &Link) -> Result<Vec<ModelInfo>, Failure> {
    let mut models = Vec::new();
    let mut path = "models?limit=1000".to_owned();
    for _ in 0..PAGES {
        let body = link.get_json(&path).await?;
        let Some(entries) = body.get("data").and_then(Value::as_array) else {
            return Err(link.garbage("the answer to the question for its models is not a list"));
        };
        models.extend(entries.iter().filter_map(entry).take(MOST - models.len()));
        let more = body.get("has_more").and_then(Value::as_bool).unwrap_or(false);
        let Some(last) = body.get("last_id").and_then(Value::as_str).filter(|id| more && !id.is_empty())
        else {
            break;
        };
        let next = format!("models?limit=1000&after_id={}", in_query(last));
        if models.len() == MOST || next == path {
            break;
        }
        path = next;
    }
    Ok(models)
}

fn entry(entry: &Value) -> Option<ModelInfo> {
    let id = entry.get("id")?.as_str()?;
    let label =
        entry.get("display_name").and_then(Value::as_str).filter(|name| !name.is_empty() && *name != id);
    let count = |name: &str| entry.get(name).and_then(Value::as_u64).filter(|count| *count > 0);
    let can = |name: &str| entry.get("capabilities")?.get(name)?.get("supported")?.as_bool();
    Some(ModelInfo {
        label: label.map(str::to_owned),
        context_window: count("max_input_tokens"),
        output_limit: count("max_tokens"),
        images: can("image_input"),
        reasoning: can("thinking"),
        ..ModelInfo::named(id)
    })
}

fn in_query(text: &str) -> String {
    text.bytes().fold(String::new(), |mut query, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            query.push(char::from(byte));
        } else {
            let _ = write!(query, "%{byte:02X}");
        }
        query
    })
}
