//! `cowork sessions`: the list.

use std::fmt::Write as _;

use cowork_contract::SessionList;

use super::{escaped, with_server};
use crate::{cli::SessionsArgs, config::Config, failure::Outcome, output};

/// Prints all sessions, page by page.
pub(crate) async fn sessions(config: &Config, args: SessionsArgs) -> Outcome {
    with_server(config, async |client| {
        let mut cursor = String::new();
        loop {
            let page: SessionList =
                client.get(&format!("/api/sessions?limit=200&archived={}{cursor}", args.archived)).await?;
            output::print(&lines(&page, args.json))?;
            match page.next_cursor {
                Some(next) => cursor = format!("&cursor={}", escaped(&next)),
                None => return Ok(()),
            }
        }
    })
    .await
}

fn lines(page: &SessionList, json: bool) -> String {
    let mut out = String::new();
    for session in &page.items {
        if json {
            let line = serde_json::to_string(session).unwrap_or_default();
            let _ = writeln!(out, "{}", output::json(&line));
        } else {
            let title = if session.title.is_empty() { "(no message yet)" } else { &session.title };
            let title = output::plain(title);
            let _ = writeln!(out, "{}  {:>5}  {title}", session.id, session.message_count);
        }
    }
    out
}
