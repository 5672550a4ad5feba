//! Asks which models are installed, and each what it can.
//!
//! Always true: a model that tells nothing about itself is listed all the same; the time and the number of questions
//! are bounded.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use crate::http::Link;
use crate::{Failure, ModelInfo};

/// More models than this are no list for people.
const MOST: usize = 5_000;
/// So many of them are asked what they can...
const MOST_ASKED: usize = 64;
/// ...so many at once...
const AT_ONCE: usize = 8;
/// ...and for so long altogether.
const LONGEST: Duration = Duration::from_secs(10);

/// Asks the server which models it has. Models that are not for conversations, like those for embeddings, are left out.
pub(super) async fn ask(link: &Link) -> Result<Vec<ModelInfo>, Failure> {
    let body = link.get_json("api/tags").await?;
    let Some(entries) = body.get("models").and_then(Value::as_array) else {
        return Err(link.garbage("the answer to the question for its models is not a list"));
    };
    let name = |entry: &Value| {
        ["model", "name"].iter().find_map(|field| entry.get(field)?.as_str()).map(str::to_owned)
    };
    let names = entries.iter().filter_map(name).take(MOST).collect::<Vec<_>>();

    let mut told = vec![Value::Null; names.len()];
    let deadline = Instant::now() + LONGEST;
    let asked = names.iter().take(MOST_ASKED).cloned().enumerate();
    let questions = asked.map(|(at, name)| async move { (at, show(link, name).await) });
    let mut answers = stream::iter(questions).buffer_unordered(AT_ONCE);
    while let Ok(Some((at, answer))) = timeout_at(deadline, answers.next()).await {
        told[at] = answer;
    }
    drop(answers);
    Ok(names.iter().zip(&told).filter_map(|(name, told)| entry(name, told)).collect())
}

/// What one model tells about itself; null where it tells nothing.
async fn show(link: &Link, name: String) -> Value {
    link.post_json("api/show", &json!({ "model": name })).await.unwrap_or_default()
}

fn entry(name: &str, told: &Value) -> Option<ModelInfo> {
    let capabilities = told.get("capabilities").and_then(Value::as_array).filter(|list| !list.is_empty());
    let can = |what: &str| Some(capabilities?.iter().any(|word| word == what));
    if can("completion") == Some(false) {
        return None;
    }
    Some(ModelInfo {
        context_window: context_window(told),
        images: can("vision"),
        tools: can("tools"),
        reasoning: can("thinking"),
        ..ModelInfo::named(name)
    })
}

/// What the model was made for, or less where it is set up to run with less.
fn context_window(told: &Value) -> Option<u64> {
    let info = told.get("model_info")?.as_object()?;
    let own = info.get("general.architecture").and_then(Value::as_str);
    let own = own.and_then(|name| info.get(&format!("{name}.context_length")));
    let any = || info.iter().find(|(name, _)| name.ends_with(".context_length")).map(|(_, value)| value);
    let made_for = own.or_else(any)?.as_u64().filter(|tokens| *tokens > 0)?;
    let lines = told.get("parameters").and_then(Value::as_str).unwrap_or_default().lines();
    let runs_with = lines.filter_map(|line| line.trim().strip_prefix("num_ctx")?.trim().parse::<u64>().ok());
    runs_with.filter(|tokens| *tokens > 0).chain([made_for]).min()
}
