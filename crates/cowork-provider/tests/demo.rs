//! The demo model: what it says to what, always the same, and plainly labelled.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use cowork_provider::demo::Demo;
use cowork_provider::{FailureKind, ModelRequest, Provider, StopReason, Turn};
use support::{Whole, ask};

fn demo() -> Demo {
    Demo { pause: Duration::ZERO, ..Demo::default() }
}

fn said(prompt: &str) -> ModelRequest {
    let turns = vec![Turn::user("earlier"), Turn::assistant("before"), Turn::user(prompt)];
    ModelRequest { model: Demo::MODEL.to_owned(), system: None, turns, ..ModelRequest::default() }
}

async fn answer(prompt: &str) -> Whole {
    ask(&demo(), said(prompt)).await
}

#[tokio::test]
async fn every_word_it_knows() {
    let table = [
        ("help", "What Cowork can do now"),
        ("What can you do?", "cowork.toml"),
        ("Hello!", "demo model"),
        ("echo  Hello, *World*  ", "Hello, *World*"),
        ("ECHO echo", "echo"),
        ("count to 5", "1 2 3 4 5"),
        ("Count to 0.", "nothing to count"),
        ("12 * (3 + 4)", "12 * (3 + 4) = 84"),
        ("What is 7 / 2?", "7 / 2 = 3.5"),
        ("markdown", "```typescript"),
        ("slow", "slow answer"),
        ("think", "the answer itself"),
        ("Why is the sky blue?", "`Why is the sky blue?`"),
        ("a `code`\n\nand more", "`a 'code' and more`"),
        ("", "an empty message"),
        ("écho é", "`écho é`"),
        ("count to many", "`count to many`"),
    ];
    for (prompt, part) in table {
        let whole = answer(prompt).await;
        assert!(whole.text.contains(part), "{prompt:?} gave {:?}", whole.text);
        assert_eq!(whole.ended(), Ok(StopReason::Finished), "{prompt:?}");
        assert_eq!(whole.opening, ["headers", "first byte"]);
        assert_eq!(whole.served.as_deref(), Some(Demo::MODEL));
        assert_eq!(whole, answer(prompt).await, "the same again");
        let usage = whole.usage.expect("a usage");
        assert!(usage.input_tokens > 0 && usage.output_tokens > 0, "{prompt:?}");
        assert_eq!(usage.total_tokens, usage.input_tokens + usage.output_tokens);
    }
}

#[tokio::test]
async fn it_counts_far_but_not_without_end() {
    for (prompt, last) in
        [("count to 4000", 4_000), ("count to 10000", 10_000), ("count to 4000000000", 10_000)]
    {
        let numbers = answer(prompt).await.text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let expected = (1..=last).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(numbers, expected, "{prompt}");
    }
}

#[tokio::test]
async fn it_thinks_before_it_answers() {
    let whole = answer("think").await;
    assert!(whole.reasoning.contains("thinking aloud"));
    assert!(whole.usage.and_then(|usage| usage.reasoning_tokens) > Some(0));
}

#[tokio::test]
async fn it_fails_on_request_after_some_text_and_can_be_continued() {
    let failed = answer("fail").await;
    assert_eq!(failed.ended(), Err(FailureKind::Server));
    assert!(!failed.text.is_empty() && failed.failure().detail.contains("demo"));
    let mut again = said("fail");
    again.turns.push(Turn::assistant(failed.text));
    again.continue_partial = true;
    let rest = ask(&demo(), again).await;
    assert_eq!(rest.ended(), Ok(StopReason::Finished));
    assert!(rest.text.starts_with("and now you have continued it"), "{}", rest.text);
}

#[tokio::test]
async fn continuing_from_any_point_gives_the_same_whole() {
    let whole = answer("markdown").await.text;
    for (cut, _) in whole.char_indices().step_by(97).chain([(whole.len(), ' ')]) {
        let mut request = said("markdown");
        request.turns.push(Turn::assistant(&whole[..cut]));
        request.continue_partial = true;
        let rest = ask(&demo(), request).await;
        assert_eq!(
            (rest.ended(), format!("{}{}", &whole[..cut], rest.text)),
            (Ok(StopReason::Finished), whole.clone())
        );
    }
}

#[tokio::test]
async fn it_is_labelled_as_a_demo() {
    let models = demo().models().await.expect("its model");
    assert_eq!(models.len(), 1);
    assert!(models[0].demo && models[0].label.as_deref().is_some_and(|label| label.contains("demo")));
    for prompt in ["help", "hello", "slow", "anything"] {
        assert!(answer(prompt).await.text.contains("demo model"), "{prompt}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_streams_at_a_pace_to_read_along() {
    let start = tokio::time::Instant::now();
    ask(&Demo::default(), said("count to 600")).await;
    let usual = start.elapsed();
    assert!((9..=11).contains(&usual.as_secs()), "600 words took {usual:?}");
}
