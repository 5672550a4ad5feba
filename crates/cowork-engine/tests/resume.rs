//! Readers that come and go: cut after every event, joining in mid-answer, resuming across compaction.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use cowork_contract::{Event, Position, SessionId};
use cowork_store::{Branch, FollowItem, Scope};
use cowork_testkit::{TokenText, Tokens, reply};
use support::fold::Client;
use support::{Life, PATIENCE, TestCowork, bare, says};

/// Everything after `after` as one reader gets it, up to and with `last`.
async fn read(life: &Life, session: &SessionId, after: Position, last: Position) -> Vec<Event> {
    let mut follow = life.reader.follow(Scope::Session(session.clone()), Some(after)).unwrap();
    let mut events: Vec<Event> = Vec::new();
    while events.last().map_or(after, |event| event.id) < last {
        let item = tokio::time::timeout(PATIENCE, follow.next()).await.expect("more events").unwrap();
        let FollowItem::Events(entries) = item else { panic!("cut off: {item:?}") };
        events.extend(entries.iter().map(|entry| serde_json::from_slice::<Event>(entry.json()).unwrap()));
    }
    events
}

/// A session with an answer of many pieces, one that was continued, and an edit.
async fn scripted(cowork: &TestCowork) -> SessionId {
    let session = cowork.session().await;
    let mut script = reply().reasoning("let me ").reasoning("think");
    let gates: Vec<_> = (0..12).map(|_| cowork_testkit::Gate::new()).collect();
    for (number, gate) in gates.iter().enumerate() {
        script = script.text(&format!("{number} ")).wait(gate);
    }
    cowork.provider.push(script.step(cowork_testkit::Step::Reset));
    cowork.provider.push(says("and the rest"));
    let sent = cowork.send(&session, "count").await;
    let mut text = String::new();
    for (number, gate) in gates.iter().enumerate() {
        text.push_str(&format!("{number} "));
        cowork.says(&sent.assistant_message, &text).await;
        gate.open();
    }
    cowork.ended(&sent.assistant_message).await;
    cowork.engine.continue_message(&session, &sent.assistant_message.id, bare()).await.unwrap();
    cowork.ended(&sent.assistant_message).await;
    cowork.edit(&session, &sent.user_message.unwrap().id, "count, please").await.unwrap();
    session
}

#[tokio::test]
async fn cut_after_any_event_the_end_is_the_same() {
    let cowork = TestCowork::start().await;
    let session = scripted(&cowork).await;
    let last = cowork.reader.head();
    let all = read(&cowork, &session, 0, last).await;
    assert!(all.len() > 20, "{}", all.len());
    let mut uncut = Client::new(&session);
    all.iter().for_each(|event| uncut.apply(event));
    for cut in 0..=all.len() {
        let mut client = Client::new(&session);
        all[..cut].iter().for_each(|event| client.apply(event));
        for event in read(&cowork, &session, client.last_event_id, last).await {
            client.apply(&event);
        }
        assert_eq!(client, uncut, "cut after {cut} events");
        // Taken in once more, nothing changes.
        all.iter().for_each(|event| client.apply(event));
        assert_eq!(client, uncut);
    }
    let snapshot = cowork.chat(&session, Branch::All).await;
    assert_eq!(uncut.in_order(), snapshot.messages);
    assert_eq!(uncut.session.clone().unwrap(), cowork.session_now(&session).await);

    // Across compaction and across a restart, from every position, the end is still the same.
    while cowork.writer.compact(i64::MAX, 16).await.unwrap() > 0 {}
    let cowork = cowork.restart().await;
    let fewer = read(&cowork, &session, 0, last).await;
    assert!(fewer.iter().all(|event| event.body.name() != "message.delta"), "nothing was compacted");
    for cut in 0..=all.len() {
        let mut client = Client::new(&session);
        all[..cut].iter().for_each(|event| client.apply(event));
        for event in read(&cowork, &session, client.last_event_id, last).await {
            client.apply(&event);
        }
        assert_eq!(client.messages, uncut.messages, "cut after {cut} events");
    }
    assert_eq!(cowork.chat(&session, Branch::All).await.messages, snapshot.messages);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joining_in_mid_answer_misses_nothing_and_doubles_nothing() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let tokens = Tokens::new(4_000).per_second(4_000.0).text(TokenText::Numbered);
    cowork.provider.push(reply().tokens(tokens).finish("stop").done());
    let sent = cowork.send(&session, "count").await;
    let wanted: String = (0..4_000).map(|number| format!("{number} ")).collect();
    let mut joined = 0;
    loop {
        // The session first: what changes until the snapshot comes with the events.
        let now = cowork.session_now(&session).await;
        let snapshot = cowork.chat(&session, Branch::All).await;
        let running = snapshot.messages[1].status.is_open();
        let mut follow =
            cowork.reader.follow(Scope::Session(session.clone()), Some(snapshot.last_event_id)).unwrap();
        let mut client = Client::at(now, snapshot);
        // Read on for a little while: the text grows without gap.
        for _ in 0..3 {
            let answer = &client.messages[&sent.assistant_message.id];
            assert!(wanted.starts_with(&answer.content), "a gap or a double: {:?}", answer.content);
            if !answer.status.is_open() {
                break;
            }
            let item = tokio::time::timeout(PATIENCE, follow.next()).await.expect("more events").unwrap();
            let FollowItem::Events(entries) = item else { panic!("cut off: {item:?}") };
            for entry in entries {
                client.apply(&serde_json::from_slice(entry.json()).unwrap());
            }
        }
        if !running {
            assert_eq!(client.messages[&sent.assistant_message.id].content, wanted);
            break;
        }
        joined += 1;
    }
    assert!(joined > 20, "joined only {joined} times in mid-answer");
}

#[tokio::test]
async fn a_reader_of_all_sessions_gets_the_list_s_news_and_one_session_whole() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("ok"));
    let (open, other) = (cowork.session().await, cowork.session().await);
    cowork.ask(&open, "one").await;
    cowork.ask(&other, "two").await;
    let head = cowork.reader.head();
    let mut follow = cowork.reader.follow(Scope::All { with: Some(open.clone()) }, Some(0)).unwrap();
    let mut events: Vec<Event> = Vec::new();
    while follow.cursor() < head {
        let FollowItem::Events(entries) = follow.next().await.unwrap() else { panic!("cut off") };
        events.extend(entries.iter().map(|entry| serde_json::from_slice::<Event>(entry.json()).unwrap()));
    }
    let mine = cowork.events(&open, 0).await;
    assert_eq!(events.iter().filter(|event| event.session_id == open).cloned().collect::<Vec<_>>(), mine);
    let others: Vec<_> = events.iter().filter(|event| event.session_id == other).collect();
    assert!(!others.is_empty() && others.iter().all(|event| event.body.name() == "session.updated"));
    assert!(events.is_sorted_by(|a, b| a.id < b.id));
}
