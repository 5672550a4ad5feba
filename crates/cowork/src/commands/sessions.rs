//! `cowork sessions`: the list.

use std::fmt::Write as _;

use cowork_contract::SessionList;

use super::with_server;
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
            let _ = writeln!(out, "{}", serde_json::to_string(session).unwrap_or_default());
        } else {
            let title = if session.title.is_empty() { "(no message yet)" } else { &session.title };
            // A title is foreign text: a terminal must not obey it.
            let title: String = title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let _ = writeln!(out, "{}  {:>5}  {title}", session.id, session.message_count);
        }
    }
    out
}

/// `text` as part of a query.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
