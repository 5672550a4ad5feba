//! `cowork models`: what can be asked.

use std::fmt::Write as _;

use cowork_contract::{ModelEntry, ModelList};
use serde_json::json;

use super::with_server;
use crate::{cli::ModelsArgs, config::Config, failure::Outcome, output};

/// Prints all models; on standard error, whose could not be had.
pub(crate) async fn models(config: &Config, args: ModelsArgs) -> Outcome {
    let list: ModelList = with_server(config, async |client| {
        Ok(if args.refresh {
            client.post("/api/models/refresh", &json!({})).await?
        } else {
            client.get("/api/models").await?
        })
    })
    .await?;
    output::print(&lines(&list, args.json))?;
    for reason in &list.unavailable {
        output::remark(&output::plain(reason));
    }
    Ok(())
}

fn lines(list: &ModelList, json: bool) -> String {
    let mut out = String::new();
    for model in &list.items {
        if json {
            let line = serde_json::to_string(model).unwrap_or_default();
            let _ = writeln!(out, "{}", output::json(&line));
            continue;
        }
        let is_default =
            (&model.provider_id, &model.model_id) == (&list.default_provider_id, &list.default_model_id);
        let name = output::plain(&format!("{}/{}", model.provider_id, model.model_id));
        let _ = writeln!(out, "{} {name}{}", if is_default { "*" } else { " " }, known(model));
    }
    out
}

/// What is known of a model, in brief.
fn known(model: &ModelEntry) -> String {
    let mut known = Vec::new();
    if let Some(window) = model.context_window {
        known.push(format!("{window} tokens"));
    }
    let abilities = [(model.images, "images"), (model.tools, "tools"), (model.reasoning, "reasoning")];
    known.extend(abilities.iter().filter(|(can, _)| *can == Some(true)).map(|(_, name)| (*name).to_owned()));
    if let (Some(input), Some(output)) = (model.input_price_usd, model.output_price_usd) {
        known.push(format!("${input} in, ${output} out per million"));
    }
    if known.is_empty() { String::new() } else { format!("  ({})", known.join(", ")) }
}
