//! Windows of a conversation and pages of the list: what a page loads first and what it loads later fit together.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{ChatMessage, ChatSnapshot, MessageId, SessionId};
use cowork_store::{Branch, ChatWindow, Opened, ReadError, SessionQuery};
use support::{append, create, message, open, put_session, session};

/// A line of 10 messages, with a second branch at the fifth.
async fn grown(folder: &std::path::Path) -> Opened {
    let opened = open(folder).await;
    append(&opened.writer, put_session(session("s"))).await;
    let name = |number: usize| format!("m{number:02}");
    for number in 0..10_usize {
        let parent = number.checked_sub(1).map(name);
        add(&opened, message("s", &name(number), parent.as_deref(), &format!("text {number}")), number).await;
    }
    for number in 10..13 {
        let parent = if number == 10 { name(4) } else { name(number - 1) };
        add(&opened, message("s", &name(number), Some(&parent), &format!("text {number}")), number).await;
    }
    let mut now = session("s");
    now.active_leaf_id = Some(MessageId::new(name(12)));
    append(&opened.writer, put_session(now)).await;
    opened
}

async fn add(opened: &Opened, mut message: ChatMessage, number: usize) {
    message.created_at = 100 + i64::try_from(number).unwrap();
    append(&opened.writer, create(message)).await;
}

async fn window(opened: &Opened, branch: Branch, before: Option<&str>, limit: Option<u32>) -> ChatSnapshot {
    let window = ChatWindow { branch, before: before.map(MessageId::new), limit };
    let json = opened.reader.chat(&SessionId::new("s"), window).await.unwrap().unwrap();
    serde_json::from_str(&json).unwrap()
}

fn ids(snapshot: &ChatSnapshot) -> Vec<&str> {
    snapshot.messages.iter().map(|message| message.id.as_str()).collect()
}

#[tokio::test]
async fn windows_from_the_end_make_up_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let opened = grown(folder.path()).await;
    for branch in [Branch::Active, Branch::All] {
        let whole = window(&opened, branch, None, None).await;
        let whole = ids(&whole).iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(whole.len(), if branch == Branch::Active { 8 } else { 13 });
        for limit in 1..15 {
            let mut seen: Vec<String> = Vec::new();
            loop {
                let part = window(&opened, branch, seen.first().map(String::as_str), Some(limit)).await;
                let mut part_ids: Vec<String> = ids(&part).iter().map(|id| (*id).to_owned()).collect();
                assert!(part_ids.len() <= limit as usize);
                part_ids.append(&mut seen);
                seen = part_ids;
                assert_eq!(part.has_more, seen.len() < whole.len(), "{branch:?} by {limit}: {seen:?}");
                if !part.has_more {
                    break;
                }
            }
            assert_eq!(seen, whole, "{branch:?} by {limit}");
        }
    }
    let active = window(&opened, Branch::Active, None, Some(2)).await;
    assert_eq!(ids(&active), ["m11", "m12"]);
    assert_eq!(active.branches.len(), 1, "every branching is told, wherever the window is");
    assert_eq!(active.branches[0].parent_id, Some(MessageId::new("m04")));
    assert_eq!(active.branches[0].message_ids, [MessageId::new("m05"), MessageId::new("m10")]);
}

#[tokio::test]
async fn what_is_not_there_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let opened = grown(folder.path()).await;
    let all = ChatWindow { branch: Branch::All, before: None, limit: None };
    assert!(opened.reader.chat(&SessionId::new("nowhere"), all).await.unwrap().is_none());
    for branch in [Branch::Active, Branch::All] {
        let before_nothing = window(&opened, branch, Some("nothing"), None).await;
        assert!(before_nothing.messages.is_empty() && !before_nothing.has_more);
        let before_first = window(&opened, branch, Some("m00"), Some(5)).await;
        assert!(before_first.messages.is_empty() && !before_first.has_more);
    }
}

#[tokio::test]
async fn pages_of_the_list_make_up_the_whole_with_pinned_ones_first() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    for number in 0..25 {
        let mut one = session(&format!("s{number:02}"));
        // Several share a time, so that pages are cut within one.
        one.updated_at = number / 4;
        one.pinned = number % 10 == 3;
        one.archived = number == 7;
        one.deleted_at = (number == 8).then_some(5);
        append(&opened.writer, put_session(one)).await;
    }
    let list = async |limit: u32| {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let query = SessionQuery { limit, cursor, ..Default::default() };
            let page = opened.reader.sessions(query).await.unwrap();
            all.extend(page.items.into_iter().map(|session| session.id.as_str().to_owned()));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return all;
            }
        }
    };
    let whole = list(100).await;
    assert_eq!(whole.len(), 23);
    assert_eq!(whole[..4], ["s23", "s13", "s03", "s24"]);
    for limit in 1..10 {
        assert_eq!(list(limit).await, whole, "by {limit}");
    }
    let archived = SessionQuery { limit: 9, archived: true, ..Default::default() };
    assert_eq!(opened.reader.sessions(archived).await.unwrap().items.len(), 1);
    let deleted = SessionQuery { limit: 9, deleted: true, ..Default::default() };
    assert_eq!(opened.reader.sessions(deleted).await.unwrap().items[0].id.as_str(), "s08");
    for cursor in ["", "x", "1.2", "1.x.y", "99999999999999999999.1.a"] {
        let query = SessionQuery { limit: 9, cursor: Some(cursor.to_owned()), ..Default::default() };
        assert!(matches!(opened.reader.sessions(query).await, Err(ReadError::BadCursor)), "{cursor:?}");
    }
}

#[tokio::test]
async fn a_line_without_branches_is_read_in_order_up_to_its_leaf() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("s"))).await;
    let names: Vec<String> = (0..10).map(|number| format!("m{number:02}")).collect();
    for number in 0..10_usize {
        let parent = number.checked_sub(1).map(|parent| names[parent].as_str());
        add(&opened, message("s", &names[number], parent, "text"), number).await;
    }
    // Wherever its leaf is: at the end, or further up.
    for leaf in [9, 5] {
        let mut now = session("s");
        now.active_leaf_id = Some(MessageId::new(names[leaf].as_str()));
        append(&opened.writer, put_session(now)).await;
        let whole = window(&opened, Branch::Active, None, None).await;
        assert_eq!(ids(&whole), names[..=leaf].iter().map(String::as_str).collect::<Vec<_>>());
        assert!(!whole.has_more && whole.branches.is_empty());
    }
}
