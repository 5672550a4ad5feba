//! Has a model write a summary, in as many calls as the length of the text needs.
//!
//! Always true: each call fits the model; what is too long even for many calls is read from its end, and what was not
//! read is counted.

use std::sync::Arc;
use std::time::Duration;

use cowork_provider::{ModelRequest, Parameters, Provider, Turn};
use tokio_util::sync::CancellationToken;

use super::prompt;
use crate::context::{Room, tokens};
use crate::models::Models;
use crate::side_call::{self, Bounds, SideCall};

/// For one call. A local model may be slow; silence ends a call sooner.
const PATIENCE: Duration = Duration::from_secs(600);
/// Bytes of one summary.
const MOST_BYTES: usize = 200_000;
/// Calls for one summary.
const MOST_PIECES: usize = 24;
/// Taken for the window of a model that does not tell it.
pub(super) const WINDOW: u64 = 32_000;
/// Tokens of a summary and of the thinking before it.
const MOST_TOKENS: u64 = 16_384;
/// A summary gets at most this part of the window, and so many tokens.
const SUMMARY_PART: u64 = 10;
const SUMMARY: u64 = 2_500;
/// Tokens of a piece at least, however small a window is said to be.
const LEAST_PIECE: u64 = 256;

/// What is to be summarised.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// Messages that it stands for.
    pub(crate) messages: u32,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Made {
    /// `Err`: why there is none, for people; `None`: it was stopped.
    pub(crate) summary: Result<String, Option<String>>,
    /// Messages at the beginning that were not read.
    pub(crate) unread: u32,
    pub(crate) calls: Vec<SideCall>,
}

/// Who writes it.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) models: &'a Models,
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) model: String,
    pub(crate) room: Room,
}

/// Tokens that a summary for a model with this window has at most, about.
pub(crate) fn most_tokens(room: Room) -> u64 {
    (room.window.unwrap_or(WINDOW) / SUMMARY_PART).clamp(100, SUMMARY)
}

impl Writer<'_> {
    /// Writes the summary of these texts, oldest first.
    pub(crate) async fn write(&self, texts: &[Text], wishes: Option<&str>, stop: &CancellationToken) -> Made {
        let window = self.room.window.unwrap_or(WINDOW);
        let answer = self.room.output.unwrap_or(MOST_TOKENS).min(window / 4).min(MOST_TOKENS);
        let system = prompt::instructions(most_tokens(self.room) * 3 / 4, wishes);
        // The estimate may be too low.
        let room = (window - window / 8).saturating_sub(answer + tokens(&system));
        let whole = texts.iter().map(|text| tokens(&text.text)).sum::<u64>();
        // With several calls, what was written so far is sent along.
        let record = if whole <= room { 0 } else { 2 * most_tokens(self.room) };
        let (pieces, unread) = pieces(texts, room.saturating_sub(record).max(LEAST_PIECE));
        let (mut calls, mut summary) = (Vec::new(), None);
        for piece in pieces {
            let request = ModelRequest {
                model: self.model.clone(),
                system: Some(system.clone()),
                turns: vec![Turn::user(prompt::piece(summary.as_deref(), &piece))],
                parameters: Parameters { max_output_tokens: Some(answer), ..Parameters::default() },
                ..ModelRequest::default()
            };
            let bounds = Bounds { patience: PATIENCE, bytes: MOST_BYTES };
            let mut call = side_call::ask(self.models, &self.provider, request, bounds, stop).await;
            let told = match (&call.failure, call.text.trim()) {
                _ if stop.is_cancelled() => Err(None),
                (Some((_, reason)), _) => Err(Some(reason.clone())),
                (None, "") => Err(Some("The model answered without a word.".to_owned())),
                (None, text) => Ok(text.to_owned()),
            };
            call.text = String::new();
            calls.push(call);
            match told {
                Ok(text) => summary = Some(text),
                Err(reason) => return Made { summary: Err(reason), unread, calls },
            }
        }
        let summary = summary.ok_or_else(|| Some("There was nothing to read.".to_owned()));
        Made { summary, unread, calls }
    }
}

/// Cuts texts into pieces of at most so many tokens, the newest [`MOST_PIECES`], and counts the messages that are not
/// whole in them. Pure.
fn pieces(texts: &[Text], most: u64) -> (Vec<String>, u32) {
    let mut pieces: Vec<(String, u32)> = Vec::new();
    let (mut size, mut open) = (0, false);
    for Text { text, messages } in texts {
        for (index, part) in parts(text, most).into_iter().enumerate() {
            let tokens = tokens(part);
            // A message counts where it begins.
            let begins = if index == 0 { *messages } else { 0 };
            match pieces.last_mut() {
                Some((piece, told)) if open && size + tokens <= most => {
                    piece.push_str(part);
                    *told += begins;
                    size += tokens;
                }
                _ => {
                    pieces.push((part.to_owned(), begins));
                    (size, open) = (tokens, true);
                }
            }
        }
    }
    let read_from = pieces.len().saturating_sub(MOST_PIECES);
    let unread = pieces[..read_from].iter().map(|(_, messages)| messages).sum();
    (pieces.into_iter().skip(read_from).map(|(piece, _)| piece).collect(), unread)
}

/// A text in parts of at most so many tokens.
fn parts(text: &str, most: u64) -> Vec<&str> {
    if tokens(text) <= most {
        return vec![text];
    }
    let (mut parts, mut begin, mut quarters) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        let weight = if letter.is_ascii() { 1 } else { 4 };
        if quarters + weight > 4 * most {
            parts.push(&text[begin..at]);
            (begin, quarters) = (at, 0);
        }
        quarters += weight;
    }
    parts.push(&text[begin..]);
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Text {
        Text { text: text.to_owned(), messages: 1 }
    }

    #[test]
    fn pieces_are_filled_and_the_oldest_are_not_read() {
        let texts = ["aaaa", "bbbb", "cccccccc", "dddddddddddd"].map(text);
        assert_eq!(
            pieces(&texts, 2),
            (["aaaabbbb", "cccccccc", "dddddddd", "dddd"].map(String::from).to_vec(), 0)
        );
        let many = vec![text("12345678"); MOST_PIECES + 3];
        let (read, unread) = pieces(&many, 2);
        assert_eq!((read.len(), unread), (MOST_PIECES, 3));
        assert_eq!(pieces(&[], 2), (Vec::new(), 0));
    }

    proptest! {
        #[test]
        fn no_piece_is_too_large_and_nothing_is_lost(texts in prop::collection::vec("\\PC{0,200}", 0..20), most in 30_u64..500) {
            let texts: Vec<Text> = texts.iter().map(|one| text(one)).collect();
            let (pieces, unread) = pieces(&texts, most);
            for piece in &pieces {
                prop_assert!(tokens(piece) <= most);
            }
            let whole: String = texts.iter().map(|one| one.text.as_str()).collect();
            prop_assert!(whole.ends_with(&pieces.concat()));
            prop_assert!(unread > 0 || whole == pieces.concat());
        }
    }
}
