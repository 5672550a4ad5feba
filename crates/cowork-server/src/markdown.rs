//! A session as Markdown: the active branch, for people and for other programs.
//!
//! Always true: a message's own Markdown is kept as it is; an unclosed code block in one message does not swallow
//! the next.

use std::{collections::HashMap, fmt::Write as _};

use cowork_contract::{ChatMessage, MessageId, MessageRole, MessageStatus, SessionExport, Timestamp};

/// The active branch from its first message to its last.
pub(crate) fn render(export: &SessionExport) -> String {
    let branch = branch(export);
    let title = one_line(&export.session.title);
    let title = if title.is_empty() { "Untitled session" } else { &title };
    let mut out = format!("# {title}\n\n");
    let count = branch.len();
    let plural = if count == 1 { "" } else { "s" };
    let _ = writeln!(
        out,
        "Exported from Cowork on {}: {count} message{plural} of the active branch.",
        utc(export.exported_at)
    );
    if let Some(prompt) = &export.session.system_prompt {
        out.push_str("\n## System prompt\n\n");
        push_text(&mut out, prompt);
    }
    for message in branch {
        push_message(&mut out, message);
    }
    out
}

/// From the active leaf up to the root, then turned round.
fn branch(export: &SessionExport) -> Vec<&ChatMessage> {
    let by_id: HashMap<&MessageId, &ChatMessage> =
        export.messages.iter().map(|message| (&message.id, message)).collect();
    let mut branch = Vec::new();
    let mut next = export.session.active_leaf_id.as_ref();
    while let Some(message) = next.and_then(|id| by_id.get(id)) {
        // An imported file could go round in circles.
        if branch.len() == export.messages.len() {
            break;
        }
        branch.push(*message);
        next = message.parent_id.as_ref();
    }
    branch.reverse();
    branch
}

fn push_message(out: &mut String, message: &ChatMessage) {
    let who = match message.role {
        MessageRole::User => "You".to_owned(),
        MessageRole::Assistant => answerer(message),
    };
    let _ = write!(out, "\n## {} · {}\n\n", one_line(&who), utc(message.created_at));
    if message.deleted_at.is_some() {
        out.push_str("*This message was deleted.*\n");
        return;
    }
    if let Some(notice) = &message.fallback_notice {
        let _ = write!(out, "> Fallback: {}\n\n", one_line(notice));
    }
    if let Some(reasoning) = &message.reasoning {
        out.push_str("<details>\n<summary>Reasoning</summary>\n\n");
        push_text(out, reasoning);
        out.push_str("\n</details>\n\n");
    }
    push_text(out, &message.content);
    for attachment in &message.attachments {
        let _ =
            writeln!(out, "\n- Attachment: {} ({} bytes)", one_line(&attachment.name), attachment.size_bytes);
    }
    match (message.status, &message.error) {
        (MessageStatus::Error, Some(error)) => {
            let _ = writeln!(
                out,
                "\n> This answer failed: {} ({})",
                one_line(&error.message),
                one_line(&error.code)
            );
        }
        (MessageStatus::Error, None) => out.push_str("\n> This answer failed.\n"),
        (MessageStatus::Canceled, _) => out.push_str("\n> This answer was stopped.\n"),
        (MessageStatus::Pending | MessageStatus::Streaming, _) => {
            out.push_str("\n> This answer was not complete yet.\n")
        }
        (MessageStatus::Done, _) => {}
    }
}

/// The provider and model that really answered.
fn answerer(message: &ChatMessage) -> String {
    match (&message.provider_id, &message.model_id) {
        (Some(provider), Some(model)) => format!("{provider}/{model}"),
        (None, Some(name)) | (Some(name), None) => name.clone(),
        (None, None) => "Assistant".to_owned(),
    }
}

/// `text` with a line end, and with its last code block closed.
fn push_text(out: &mut String, text: &str) {
    out.push_str(text);
    if !text.is_empty() && !text.ends_with('\n') {
        out.push('\n');
    }
    if let Some(fence) = open_fence(text) {
        out.push_str(&fence);
        out.push('\n');
    }
}

/// The fence of a code block that `text` leaves open (CommonMark 0.31, section 4.5).
fn open_fence(text: &str) -> Option<String> {
    let mut open: Option<(char, usize)> = None;
    for line in text.lines() {
        let rest = line.trim_start_matches(' ');
        if line.len() - rest.len() > 3 {
            continue;
        }
        let Some(mark) = rest.chars().next().filter(|mark| matches!(mark, '`' | '~')) else { continue };
        let length = rest.chars().take_while(|c| *c == mark).count();
        let info = rest.get(length..).unwrap_or_default();
        open = match open {
            None if length >= 3 && !(mark == '`' && info.contains('`')) => Some((mark, length)),
            Some((own, least)) if own == mark && length >= least && info.trim().is_empty() => None,
            same => same,
        };
    }
    open.map(|(mark, length)| mark.to_string().repeat(length))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `2026-01-31 09:05 UTC`.
fn utc(timestamp: Timestamp) -> String {
    let minutes = timestamp.div_euclid(60_000);
    let (year, month, day) = date(minutes.div_euclid(24 * 60));
    let minute = minutes.rem_euclid(24 * 60);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", minute / 60, minute % 60)
}

/// The Gregorian date so many days after 1970-01-01. Years begin in March here, so that leap days come last.
fn date(days: i64) -> (i64, i64, i64) {
    const DAYS_OF_400_YEARS: i64 = 146_097;
    let days = days + 719_468; // since 0000-03-01
    let era = days.div_euclid(DAYS_OF_400_YEARS);
    let day_of_era = days.rem_euclid(DAYS_OF_400_YEARS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dates_are_right_at_the_edges() {
        for (timestamp, text) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_399_000, "2000-02-28 23:59 UTC"),
            (951_782_400_000, "2000-02-29 00:00 UTC"),
            (1_735_689_599_999, "2024-12-31 23:59 UTC"),
            (4_107_542_400_000, "2100-03-01 00:00 UTC"),
            (-1, "1969-12-31 23:59 UTC"),
        ] {
            assert_eq!(utc(timestamp), text);
        }
    }

    #[test]
    fn an_open_fence_is_found() {
        for (text, fence) in [
            ("plain", None),
            ("```rust\nfn f() {}\n```", None),
            ("```rust\nfn f() {}", Some("```")),
            ("~~~~\n```\n~~~", Some("~~~~")),
            ("````\n```\n````", None),
            ("inline ``` is none", None),
            ("```inline``` is none", None),
            ("    ```indented is none", None),
        ] {
            assert_eq!(open_fence(text).as_deref(), fence, "{text:?}");
        }
    }

    #[test]
    fn the_active_branch_is_written_with_its_states() {
        let message = |id: &str, parent: Option<&str>, role: &str, content: &str, more: serde_json::Value| {
            let mut message = json!({
                "id": id, "sessionId": "s", "role": role, "content": content, "createdAt": 0, "updatedAt": 0,
                "status": "done", "revision": 1, "parentId": parent,
            });
            message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            message
        };
        let export = json!({
            "format": "cowork.session", "version": 1, "exportedAt": 0,
            "session": {
                "id": "s", "title": "Two\nlines", "createdAt": 0, "updatedAt": 0, "mode": "chat", "pinned": false,
                "archived": false, "tags": [], "activeLeafId": "4", "messageCount": 5, "lastEventId": 9,
                "writeMode": "review", "agentMode": "build", "activity": "idle",
            },
            "messages": [
                message("1", None, "user", "Show `main`.", json!({})),
                message("2", Some("1"), "assistant", "```rust\nfn main() {}", json!({
                    "status": "error", "modelId": "m", "providerId": "p", "fallbackNotice": "q did not answer",
                    "error": { "code": "interrupted", "message": "The server stopped.", "retryable": true },
                })),
                message("3", Some("1"), "assistant", "Another branch", json!({})),
                message("4", Some("2"), "user", "", json!({ "deletedAt": 5 })),
            ],
        });
        let text = render(&serde_json::from_value(export).unwrap());
        assert_eq!(
            text,
            "# Two lines\n\nExported from Cowork on 1970-01-01 00:00 UTC: 3 messages of the active branch.\n\n\
             ## You · 1970-01-01 00:00 UTC\n\nShow `main`.\n\n\
             ## p/m · 1970-01-01 00:00 UTC\n\n> Fallback: q did not answer\n\n```rust\nfn main() {}\n```\n\n\
             > This answer failed: The server stopped. (interrupted)\n\n\
             ## You · 1970-01-01 00:00 UTC\n\n*This message was deleted.*\n"
        );
    }
}
