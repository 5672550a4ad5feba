//! `cowork search`: finds words in everything that was said.

use std::{
    fmt::Write as _,
    io::{IsTerminal as _, stdout},
    time::Duration,
};

use cowork_contract::{MessageRole, SearchItem, SearchKind, SearchResults, Snippet};

use super::{escaped, with_server};
use crate::{cli::SearchArgs, config::Config, failure::Outcome, output};

/// How often and for how long is asked again while what is stored is not wholly searched yet.
const AGAIN: Duration = Duration::from_millis(100);
const AGAIN_AT_MOST: u32 = 100;

/// Prints the best hits.
pub(crate) async fn search(config: &Config, args: SearchArgs) -> Outcome {
    let mut path = format!("/api/search?q={}&limit={}", escaped(&args.words.join(" ")), args.limit);
    if args.archived {
        path.push_str("&archived=true");
    }
    if let Some(session) = &args.session {
        let _ = write!(path, "&session={}", escaped(session));
    }
    with_server(config, async |client| {
        let mut results: SearchResults = client.get(&path).await?;
        for _ in 0..AGAIN_AT_MOST {
            if !results.incomplete {
                break;
            }
            tokio::time::sleep(AGAIN).await;
            results = client.get(&path).await?;
        }
        output::print(&lines(&results.items, args.json, stdout().is_terminal()))?;
        if results.incomplete {
            output::remark("Not everything is searched yet; try again in a while.");
        }
        Ok(())
    })
    .await
}

fn lines(items: &[SearchItem], json: bool, terminal: bool) -> String {
    let mut out = String::new();
    for item in items {
        if json {
            let line = serde_json::to_string(item).unwrap_or_default();
            let _ = writeln!(out, "{}", output::json(&line));
            continue;
        }
        let title = if item.session_title.is_empty() { "(no title)" } else { &item.session_title };
        let what = match (item.kind, item.role) {
            (SearchKind::Title, _) => "title",
            (SearchKind::Attachment, _) => "file",
            (SearchKind::Message, Some(MessageRole::User)) => "you",
            (SearchKind::Message, _) => "answer",
        };
        let _ = writeln!(out, "{}  {what:>6}  {}", item.session_id, output::plain(title));
        if item.kind != SearchKind::Title {
            let _ = writeln!(out, "    {}", marked(&item.snippet, terminal));
        }
    }
    out
}

/// The snippet; on a terminal what was found is bold.
fn marked(snippet: &Snippet, terminal: bool) -> String {
    let mut out = String::new();
    let mut at = 0;
    for c in output::plain(&snippet.text).chars() {
        if terminal && snippet.hits.iter().any(|(start, _)| *start == at) {
            out.push_str("\u{1b}[1m");
        }
        out.push(c);
        at += u32::try_from(c.len_utf16()).unwrap_or(1);
        if terminal && snippet.hits.iter().any(|(start, length)| start + length == at) {
            out.push_str("\u{1b}[0m");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_bold_on_a_terminal_alone_and_nothing_foreign_is_obeyed() {
        let snippet = Snippet { text: "👋 \u{1b}[2Jfound it".to_owned(), hits: vec![(7, 5)] };
        assert_eq!(marked(&snippet, true), "👋  [2J\u{1b}[1mfound\u{1b}[0m it");
        assert_eq!(marked(&snippet, false), "👋  [2Jfound it");
    }
}
