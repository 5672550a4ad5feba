use std::sync::Arc;

use cowork_contract::{Compaction, MessageStatus};
use proptest::prelude::*;

use super::*;
use crate::answer::tests::message;
use crate::context;
use crate::conversation::Spoken;

fn named(text: &str) -> Vec<(String, String)> {
    mentions(text).into_iter().map(|found| (found.title, found.session.to_string())).collect()
}

#[test]
fn what_mentions_a_session() {
    let table: [(&str, &[(&str, &str)]); 16] = [
        ("", &[]),
        ("[@Plan](cowork:session/01-a)", &[("Plan", "01-a")]),
        ("See [@A](cowork:session/1), [@B](cowork:session/2).", &[("A", "1"), ("B", "2")]),
        ("[@A](cowork:session/1) [@B](cowork:session/1)", &[("A", "1")]),
        (r"[@a \[b\] \\ \*c](cowork:session/1)", &[(r"a [b] \ *c", "1")]),
        ("[Plan](cowork:session/1)", &[]),
        (r"\[@Plan](cowork:session/1)", &[]),
        (r"\\[@Plan](cowork:session/1)", &[("Plan", "1")]),
        ("[@Plan](cowork:session/a b)", &[]),
        ("[@Plan](cowork:session/)", &[]),
        ("[@Plan](cowork:session/1", &[]),
        ("[@Two\nlines](cowork:session/1)", &[]),
        ("`[@A](cowork:session/1)` [@B](cowork:session/2) ``x` [@C](cowork:session/3)``", &[("B", "2")]),
        ("a ` b [@A](cowork:session/1)", &[("A", "1")]),
        ("```\n[@A](cowork:session/1)\n```\n[@B](cowork:session/2)", &[("B", "2")]),
        ("~~~md\n[@A](cowork:session/1)\n```\n[@B](cowork:session/2)", &[]),
    ];
    for (text, expected) in table {
        let found = named(text);
        let found: Vec<_> = found.iter().map(|(title, id)| (title.as_str(), id.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_title_reads_mentions_as_words() {
    assert_eq!(as_words("Compare [@A \\[1\\]](cowork:session/1) and `x`"), "Compare @A [1] and `x`");
    assert_eq!(as_words("[@A](cowork:other/1)"), "[@A](cowork:other/1)");
}

#[test]
fn the_room_is_a_part_of_the_window_and_never_nothing() {
    let table = [
        (None, 1, 8_000),
        (None, 5, 8_000),
        (Some(8_000), 1, 2_000),
        (Some(8_000), 2, 1_000),
        (Some(1_000_000), 1, 8_000),
        (Some(0), 1, 200),
    ];
    for (window, count, expected) in table {
        assert_eq!(room(window, count), expected, "{window:?} {count}");
    }
}

fn session(title: &str) -> Session {
    serde_json::from_value(serde_json::json!({
        "id": "s1", "title": title, "createdAt": 1, "updatedAt": 1, "mode": "chat", "archived": false,
        "pinned": false, "messageCount": 0, "activity": "idle", "lastEventId": 1, "writeMode": "ask",
        "agentMode": "build",
    }))
    .expect("a session")
}

fn branch(said: &[&str]) -> Vec<Arc<Spoken>> {
    let one = |(index, text): (usize, &&str)| {
        let role = if index % 2 == 0 { MessageRole::User } else { MessageRole::Assistant };
        Arc::new(message(&index.to_string(), role, text, MessageStatus::Done).into())
    };
    said.iter().enumerate().map(one).collect()
}

fn quoted(branch: &[Arc<Spoken>], most: u64) -> String {
    let whole = quote(&session("The \n plan"), &context::said(branch, None), most);
    let (head, rest) = whole.split_once("to you.\n\n").expect("a head");
    assert!(head.starts_with("# The plan\n\nQuoted from another conversation (cowork:session/s1)"), "{head}");
    rest.trim_end().to_owned()
}

#[test]
fn the_newest_that_fits_is_quoted() {
    let long = "x".repeat(400);
    let three = branch(&["one", &long, "three"]);
    assert_eq!(
        quoted(&three, 1_000),
        format!("## User\n\none\n\n## Assistant\n\n{long}\n\n## User\n\nthree")
    );
    assert_eq!(quoted(&three, 50), "[2 older messages are left out: they do not fit.]\n\n## User\n\nthree");
    let cut = quoted(&branch(&["zero", &long]), 50);
    assert!(cut.starts_with("[1 older message is left out"), "{cut}");
    assert!(cut.contains("## Assistant\n\nxxx"), "{cut}");
    assert!(cut.ends_with("[The rest of this message is left out: it does not fit.]"), "{cut}");
    assert!(cut.matches('x').count() < 200, "{cut}");
    assert_eq!(quoted(&[], 100), "[Nothing has been said in it yet.]");
}

#[test]
fn a_summary_stands_for_what_it_covers() {
    let mut covered = message("1", MessageRole::Assistant, "old", MessageStatus::Done);
    let summary: Compaction = serde_json::from_value(serde_json::json!({
        "summary": "They met.", "messages": 2, "trigger": "manual", "createdAt": 1,
        "providerId": "p", "modelId": "m", "tokensBefore": 9, "tokensAfter": 3,
    }))
    .unwrap_or_else(|error| panic!("{error}"));
    covered.metadata.compaction = Some(summary);
    let branch = [covered, message("2", MessageRole::User, "new", MessageStatus::Done)];
    let branch: Vec<Arc<Spoken>> = branch.into_iter().map(|message| Arc::new(message.into())).collect();
    let whole = "## Summary of what was said before\n\nThey met.\n\n## User\n\nnew";
    assert_eq!(quoted(&branch, 100), whole);
    let left_out = "[2 older messages are left out: they do not fit.]\n\n## User\n\nnew";
    assert_eq!(quoted(&branch, 5), left_out);
}

proptest! {
    #[test]
    fn whatever_is_written_is_read(text in "(\\PC|[\\[\\]@()`~\\\\\n]|\\[@a\\]\\(cowork:session/1\\)){0,40}") {
        mentions(&text);
        as_words(&text);
    }

    #[test]
    fn every_title_comes_back(title in "[^\n]{0,40}") {
        let escaped: String = title
            .chars()
            .flat_map(|letter| letter.is_ascii_punctuation().then_some('\\').into_iter().chain([letter]))
            .collect();
        let found = mentions(&format!("See [@{escaped}](cowork:session/1)"));
        prop_assume!(!title.contains(['`', '\r']));
        prop_assert_eq!(found, vec![Mention { session: SessionId::new("1"), title }]);
    }

    #[test]
    fn a_quote_is_within_its_room(said in prop::collection::vec("\\PC{1,300}", 0..8), most in 20_u64..400) {
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let body = quoted(&branch(&said), most);
        // What is left out is told in a few words more.
        prop_assert!(tokens(&body) <= most + 60, "{} of {most}", tokens(&body));
    }
}
