//! Readers that come and go at random: whatever they drop and wherever they resume, each gets every event of its
//! scope once, in order.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;

use cowork_contract::{Event, Position, SessionId};
use cowork_store::{Follow, Opened, Reader, Scope};
use proptest::prelude::*;
use support::{append, chat, complete, create, message, more, open, put_session, session, text, until};

const SESSIONS: [&str; 3] = ["a", "b", "c"];

/// One thing that happens.
#[derive(Debug, Clone)]
enum Op {
    /// A session changes: a wide event.
    Change(usize),
    /// Text is streamed, in this many events, `long` ones or short.
    Stream { session: usize, events: usize, long: bool },
    /// A reader takes what is there.
    Read(usize),
    /// A reader goes away and comes back at any place it was at before, counted from the newest.
    Resume { reader: usize, back: usize },
    /// All readers go away, the log is closed and opened again.
    Reopen,
}

fn op() -> impl Strategy<Value = Op> {
    let session = 0..SESSIONS.len();
    prop_oneof![
        2 => session.clone().prop_map(Op::Change),
        4 => (session.clone(), 1..40_usize, any::<bool>())
            .prop_map(|(session, events, long)| Op::Stream { session, events, long }),
        // More than memory keeps, and more than a page of the database has.
        1 => session.prop_map(|session| Op::Stream { session, events: 600, long: true }),
        4 => (0..4_usize).prop_map(Op::Read),
        3 => (0..4_usize, 0..2_000_usize).prop_map(|(reader, back)| Op::Resume { reader, back }),
        1 => Just(Op::Reopen),
    ]
}

/// A reader with all it ever got.
struct Seat {
    scope: Scope,
    follow: Option<Follow>,
    got: BTreeMap<Position, Event>,
    order: Vec<Position>,
}

impl Seat {
    fn new(scope: Scope) -> Self {
        Self { scope, follow: None, got: BTreeMap::new(), order: Vec::new() }
    }

    fn wants(&self, event: &Event) -> bool {
        match &self.scope {
            Scope::Session(session) => event.session_id == *session,
            Scope::All { with } => with.as_ref() == Some(&event.session_id) || event.body.concerns_all(),
        }
    }

    fn connect(&mut self, reader: &Reader) {
        let after = self.order.last().copied().unwrap_or(0);
        self.follow = Some(reader.follow(self.scope.clone(), Some(after)).unwrap());
    }

    fn resume(&mut self, reader: &Reader, back: usize) {
        let kept = self.order.len().saturating_sub(back);
        for position in self.order.drain(kept..) {
            self.got.remove(&position);
        }
        self.connect(reader);
    }

    /// Takes in one page, if there is something to take.
    async fn read(&mut self, reader: &Reader, log: &[Event]) {
        let behind = log.iter().any(|event| self.wants(event) && !self.got.contains_key(&event.id));
        if self.follow.is_none() {
            self.connect(reader);
        }
        if !behind {
            return;
        }
        for event in more(self.follow.as_mut().unwrap()).await {
            assert!(
                self.order.last().is_none_or(|last| *last < event.id),
                "out of order or twice: {}",
                event.id
            );
            self.order.push(event.id);
            self.got.insert(event.id, event);
        }
    }
}

async fn play(ops: Vec<Op>) {
    let folder = tempfile::tempdir().unwrap();
    let mut opened: Opened = open(folder.path()).await;
    let mut log: Vec<Event> = Vec::new();
    for name in SESSIONS {
        log.push(append(&opened.writer, put_session(session(name))).await);
        log.push(append(&opened.writer, create(message(name, &format!("{name}-answer"), None, ""))).await);
    }
    let mut begun = [false; SESSIONS.len()];
    let mut seats = vec![
        Seat::new(Scope::Session(SessionId::new("a"))),
        Seat::new(Scope::Session(SessionId::new("b"))),
        Seat::new(Scope::All { with: Some(SessionId::new("c")) }),
        Seat::new(Scope::All { with: None }),
    ];
    for op in ops {
        match op {
            Op::Change(which) => {
                log.push(append(&opened.writer, put_session(session(SESSIONS[which]))).await)
            }
            Op::Stream { session, events, long } => {
                let name = SESSIONS[session];
                let piece = if long { "x".repeat(8 << 10) } else { "x".to_owned() };
                for _ in 0..events {
                    let first = !std::mem::replace(&mut begun[session], true);
                    let delta = text(name, &format!("{name}-answer"), first, &piece);
                    opened.writer.append_text(delta).await.unwrap();
                    log.push(streamed(name, opened.reader.head(), &piece));
                }
            }
            Op::Read(which) => seats[which].read(&opened.reader, &log).await,
            Op::Resume { reader, back } => seats[reader].resume(&opened.reader, back),
            Op::Reopen => {
                seats.iter_mut().for_each(|seat| seat.follow = None);
                support::close(opened).await;
                opened = open(folder.path()).await;
            }
        }
    }
    for seat in &mut seats {
        let wanted: Vec<Position> =
            log.iter().filter(|event| seat.wants(event)).map(|event| event.id).collect();
        while seat.order.len() < wanted.len() {
            seat.read(&opened.reader, &log).await;
        }
        assert_eq!(seat.order, wanted);
        for event in log.iter().filter(|event| seat.wants(event)) {
            let mut got = seat.got[&event.id].clone();
            got.timestamp = event.timestamp;
            assert_eq!(got, *event);
        }
    }
}

/// The event that this text becomes.
fn streamed(session: &str, position: Position, text: &str) -> Event {
    serde_json::from_value(serde_json::json!({
        "id": position, "type": "message.delta", "sessionId": session, "timestamp": 0,
        "messageId": format!("{session}-answer"), "text": text, "kind": "text",
    }))
    .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_reader_gets_its_events_once_and_in_order(ops in prop::collection::vec(op(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(ops));
    }
}

/// Readers that run beside the writer, live, from a snapshot each: the text is the same for all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_and_what_follows_it_are_the_whole_text() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    for round in 0..30 {
        let (name, answer) = (format!("s{round}"), format!("answer{round}"));
        append(&opened.writer, put_session(session(&name))).await;
        append(&opened.writer, create(message(&name, &answer, None, ""))).await;
        let wanted: String = (0..200).map(|number| format!("{number} ")).collect();
        let mut ended = message(&name, &answer, None, "");
        (ended.content, ended.status) = (wanted.clone(), cowork_contract::MessageStatus::Done);
        let reading = async {
            let mut readers = Vec::new();
            for _ in 0..8 {
                let (reader, name, wanted) = (opened.reader.clone(), name.clone(), wanted.clone());
                readers
                    .push(tokio::spawn(async move { read_from_a_snapshot(&reader, &name, &wanted).await }));
                tokio::task::yield_now().await;
            }
            for reader in readers {
                reader.await.unwrap();
            }
        };
        let writing = async {
            for number in 0..200 {
                let piece = text(&name, &answer, number == 0, &format!("{number} "));
                opened.writer.append_text(piece).await.unwrap();
            }
            append(&opened.writer, complete(ended)).await;
        };
        tokio::join!(reading, writing);
    }
}

async fn read_from_a_snapshot(reader: &Reader, session: &str, wanted: &str) {
    let snapshot = chat(reader, session).await;
    let mut content = snapshot.messages[0].content.clone();
    if !snapshot.messages[0].status.is_open() {
        return assert_eq!(content, wanted);
    }
    let scope = Scope::Session(SessionId::new(session));
    let mut follow = reader.follow(scope, Some(snapshot.last_event_id)).unwrap();
    loop {
        for event in more(&mut follow).await {
            match event.body {
                cowork_contract::EventBody::MessageDelta(delta) => content.push_str(&delta.text),
                cowork_contract::EventBody::MessageCompleted(_) => return assert_eq!(content, wanted),
                _ => {}
            }
        }
    }
}

/// Nobody waits for a reader who does not read; it finds everything when it does.
#[tokio::test]
async fn a_reader_that_does_not_read_holds_up_nobody_and_misses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("a"))).await;
    append(&opened.writer, create(message("a", "a-answer", None, ""))).await;
    let mut slow = opened.reader.follow(Scope::Session(SessionId::new("a")), Some(0)).unwrap();
    let first = more(&mut slow).await;
    for number in 0..1_500 {
        let piece = text("a", "a-answer", number == 0, &"y".repeat(8 << 10));
        opened.writer.append_text(piece).await.unwrap();
    }
    let head = opened.reader.head();
    let rest = until(&mut slow, head).await;
    assert_eq!((first.len(), rest.len()), (2, 1_500));
}

/// However much there is to catch up with, little of it is in memory at a time.
#[tokio::test]
async fn pages_from_the_database_are_bounded_by_their_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    append(&opened.writer, put_session(session("a"))).await;
    let mut written = Vec::new();
    for (number, kilobytes) in [300, 300, 300, 300, 300, 2_000, 1, 1, 900, 300].into_iter().enumerate() {
        let content = "x".repeat(kilobytes << 10);
        let event = create(message("a", &format!("m{number}"), None, &content));
        written.push(append(&opened.writer, event).await.id);
    }
    support::close(opened).await;
    let opened = open(folder.path()).await; // nothing is in memory
    for scope in [Scope::Session(SessionId::new("a")), Scope::All { with: Some(SessionId::new("a")) }] {
        let mut follow = opened.reader.follow(scope, Some(written[0] - 1)).unwrap();
        let (mut pages, mut seen) = (Vec::new(), Vec::new());
        while seen.len() < written.len() {
            let page = more(&mut follow).await;
            pages.push(page.len());
            seen.extend(page.into_iter().map(|event| event.id));
        }
        assert_eq!(seen, written);
        assert_eq!(pages, [4, 2, 4], "each ends with the event that reaches a megabyte");
        // It goes on live from there.
        let next = append(&opened.writer, put_session(session("a"))).await;
        assert_eq!(more(&mut follow).await.last(), Some(&next));
    }
}
