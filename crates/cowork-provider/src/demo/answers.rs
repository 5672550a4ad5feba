//! What the demo says to what.

use crate::{Failure, FailureKind, ModelRequest, Role};

use super::sums;

const HELP: &str = include_str!("texts/help.md");
const HELLO: &str = include_str!("texts/hello.md");
const MARKDOWN: &str = include_str!("texts/markdown.md");
const SLOW: &str = include_str!("texts/slow.md");
const THINK_REASONING: &str = include_str!("texts/think-reasoning.md");
const THINK: &str = include_str!("texts/think.md");
const FAIL: &str = include_str!("texts/fail.md");
const FAIL_GOES_ON: &str = include_str!("texts/fail-goes-on.md");
const DEFAULT: &str = include_str!("texts/default.md");

/// It counts no further.
const COUNT_MOST: u32 = 10_000;
/// Numbers on one line.
const COUNT_LINE: u32 = 20;
/// Characters of the prompt that the default answer quotes.
const QUOTED: usize = 80;
/// How much slower the slow answer is: five words a second at the usual pace.
const SLOWNESS: u32 = 12;

/// One answer, before it is cut into words.
pub(super) struct Answer {
    pub(super) reasoning: String,
    pub(super) text: String,
    /// Factor on the pause between words.
    pub(super) slowness: u32,
    pub(super) end: End,
}

/// How it ends.
pub(super) enum End {
    Stop,
    Fail(Failure),
}

impl Answer {
    fn says(text: impl Into<String>) -> Self {
        Self { reasoning: String::new(), text: text.into(), slowness: 1, end: End::Stop }
    }
}

/// The answer to the last thing the person said; for a partial answer, what is missing of it.
pub(super) fn answer(request: &ModelRequest) -> Answer {
    let prompt = request.turns.iter().rev().find(|turn| turn.role == Role::User);
    let prompt = prompt.map(crate::Turn::text).unwrap_or_default();
    let prompt = prompt.trim();
    let Some(partial) = request.partial() else { return first(prompt) };
    let whole = first(prompt);
    // What failed on purpose goes on without failing: so that continuing can be tried out.
    let text = match whole.end {
        End::Stop => whole.text,
        End::Fail(_) => whole.text + FAIL_GOES_ON,
    };
    let rest = match text.strip_prefix(partial.as_str()) {
        Some(rest) => rest.to_owned(),
        None => format!("\n\n{text}"), // edited meanwhile
    };
    Answer { reasoning: String::new(), text: rest, slowness: whole.slowness, end: End::Stop }
}

fn first(prompt: &str) -> Answer {
    let lower = prompt.to_lowercase();
    let word = lower.trim_matches(|c: char| c.is_ascii_punctuation() || c.is_whitespace());
    if let Some(rest) =
        prompt.get(..5).filter(|head| head.eq_ignore_ascii_case("echo ")).map(|_| &prompt[5..])
    {
        return Answer::says(rest.trim());
    }
    if let Some(most) = word.strip_prefix("count to ").and_then(|n| n.trim().parse::<u32>().ok()) {
        return Answer::says(count(most));
    }
    match word {
        "help" | "what can you do" | "what can cowork do" | "who are you" | "what are you" => {
            Answer::says(HELP)
        }
        "hello" | "hi" | "hey" | "hello there" | "good morning" | "good evening" => Answer::says(HELLO),
        "markdown" => Answer::says(MARKDOWN),
        "slow" => Answer { slowness: SLOWNESS, ..Answer::says(SLOW) },
        "think" => Answer { reasoning: THINK_REASONING.to_owned(), ..Answer::says(THINK) },
        "fail" => Answer { end: End::Fail(failure()), ..Answer::says(FAIL) },
        _ => Answer::says(sum(&lower).unwrap_or_else(|| default(prompt))),
    }
}

fn sum(prompt: &str) -> Option<String> {
    let asked =
        ["what is ", "what's ", "calculate ", "compute "].iter().find_map(|start| prompt.strip_prefix(start));
    let sum = asked.unwrap_or(prompt).trim().trim_end_matches(['?', '=', '.', ' ']);
    Some(format!("{sum} = {}", sums::value(sum)?))
}

fn count(most: u32) -> String {
    let most = most.min(COUNT_MOST);
    let mut text = String::new();
    for n in 1..=most {
        text.push_str(&n.to_string());
        text.push_str(match n {
            n if n == most => "",
            n if n % COUNT_LINE == 0 => "\n",
            _ => " ",
        });
    }
    if text.is_empty() { "There is nothing to count.".to_owned() } else { text }
}

/// The prompt is quoted as code, so that none of it becomes Markdown of the answer.
fn default(prompt: &str) -> String {
    let line = prompt.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    let quoted = match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("`{}…`", &line[..end]),
        None if line.is_empty() => "an empty message".to_owned(),
        None => format!("`{line}`"),
    };
    DEFAULT.replace("{prompt}", &quoted)
}

fn failure() -> Failure {
    Failure::new(
        FailureKind::Server,
        "The demo model failed on purpose, as asked. Continue the answer, or regenerate it.",
    )
}
