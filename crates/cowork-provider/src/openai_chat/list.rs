//! Reads the answer of `GET {base}/models`.

use serde_json::Value;

use crate::http::Link;
use crate::{Failure, ModelInfo};

/// More models than this are no list for people.
const MOST: usize = 5_000;

/// Asks the server which models it has.
pub(crate) async fn ask(link: &Link) -> Result<Vec<ModelInfo>, Failure> {
    let body = link.get_json("models").await?;
    let list = body.get("data").or_else(|| body.get("models")).unwrap_or(&body);
    let Some(entries) = list.as_array() else {
        return Err(link.garbage("the answer to the question for its models is not a list"));
    };
    Ok(entries.iter().filter_map(entry).take(MOST).collect())
}

fn entry(entry: &Value) -> Option<ModelInfo> {
    let id = entry.as_str().or_else(|| entry.get("id")?.as_str()).or_else(|| entry.get("name")?.as_str())?;
    let label = entry.get("name").and_then(Value::as_str).filter(|name| *name != id);
    // The wire has no field for this; these are the ones in use.
    let context_window = ["context_window", "context_length", "max_model_len", "max_context_length"]
        .iter()
        .find_map(|field| entry.get(field)?.as_u64());
    Some(ModelInfo { label: label.map(str::to_owned), context_window, ..ModelInfo::named(id) })
}
