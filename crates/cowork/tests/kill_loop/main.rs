//! The kill loop: clients send and read while the server is killed at random moments and started again on the same
//! folder. Nothing acknowledged is lost, doubled or reordered; every reader's stream is the log; after a start
//! nothing claims to be streaming before its turn runs.
//!
//! `COWORK_KILLS` sets how often it is killed (20), `COWORK_SEED` repeats a run.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what goes wrong here fails the test")]

mod chance;
mod clients;
mod provider;
mod server;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chance::Chance;
use clients::{Api, Reader, Sent};
use cowork_contract::{
    ChatMessage, ChatSnapshot, Event, EventBody, MessageId, MessageRole, MessageStatus, Position,
};
use provider::Scripted;
use server::{Killable, PATIENCE};
use tokio::sync::watch;

const SESSIONS: u64 = 3;
const READERS: u64 = 2;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().expect(name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_doubled_or_reordered() {
    let kills = number("COWORK_KILLS", 20);
    let seed = number("COWORK_SEED", u64::from(std::process::id()));
    println!("COWORK_SEED={seed} COWORK_KILLS={kills}");
    let mut chance = Chance::new(seed);
    let scripted = Scripted::start().await;
    let mut server = Killable::new(&scripted.base_url());
    let (address, addresses) = watch::channel(server.start());
    let api = Arc::new(Api::new(addresses));
    let (go_on, going) = watch::channel(true);

    let mut sessions = Vec::new();
    for _ in 0..SESSIONS {
        sessions.push(api.create_session().await);
    }
    let senders: Vec<_> = sessions
        .iter()
        .enumerate()
        .map(|(index, session)| {
            let (api, session, going) = (Arc::clone(&api), session.clone(), going.clone());
            let chance = chance.another();
            tokio::spawn(async move { clients::send(&api, &session, index, going, chance).await })
        })
        .collect();
    let (last, lasts) = watch::channel(None);
    let readers: Vec<_> = (0..SESSIONS * READERS)
        .map(|index| {
            let session = sessions[usize::try_from(index % SESSIONS).unwrap()].clone();
            let (api, lasts, chance) = (Arc::clone(&api), lasts.clone(), chance.another());
            tokio::spawn(async move { Reader::new(session).run(&api, lasts, chance).await })
        })
        .collect();

    for kill in 0..kills {
        tokio::time::sleep(Duration::from_millis(chance.below(600))).await;
        scripted.hold();
        server.kill();
        address.send_replace(server.start());
        // No model says a word before it is let: whatever claims to be streaming now never was stopped.
        for session in &sessions {
            let snapshot = api.chat(session).await;
            let streaming =
                snapshot.messages.iter().find(|message| message.status == MessageStatus::Streaming);
            assert!(streaming.is_none(), "after kill {kill}: {streaming:?}");
        }
        scripted.let_go();
    }

    go_on.send_replace(false);
    let mut sent = Vec::new();
    for sender in senders {
        sent.push(sender.await.unwrap());
    }
    let acknowledged: usize = sent.iter().map(Vec::len).sum();
    let mut chats = Vec::new();
    for session in &sessions {
        chats.push(tokio::time::timeout(PATIENCE, api.ended(session)).await.expect("every answer to end"));
    }
    last.send_replace(chats.iter().map(|chat| chat.last_event_id).max());
    let mut logs = HashMap::new();
    for (session, chat) in sessions.iter().zip(&chats) {
        logs.insert(session.clone(), api.replay(session, chat.last_event_id).await);
    }
    for reader in readers {
        let reader =
            tokio::time::timeout(PATIENCE, reader).await.expect("a reader to come to the end").unwrap();
        check_stream(&reader, &logs[&reader.session], &chats[place(&sessions, &reader.session)]);
    }
    let mut interrupted = 0;
    for ((sent, chat), session) in sent.iter().zip(&chats).zip(&sessions) {
        check_messages(sent, chat);
        interrupted += check_answers(chat, &logs[session]);
    }
    println!("{kills} kills, {acknowledged} messages acknowledged, {interrupted} answers cut short");
    assert!(acknowledged as u64 >= kills, "too little was sent to say anything");
    assert!(interrupted > 0, "no answer was ever cut short");
}

fn place(sessions: &[String], session: &str) -> usize {
    sessions.iter().position(|one| one == session).unwrap()
}

/// Everything that was acknowledged is there once, as it was sent, in the order in which it was sent.
fn check_messages(sent: &[Sent], chat: &ChatSnapshot) {
    let questions: Vec<(&str, &str, &str)> = chat
        .messages
        .iter()
        .filter(|message| message.role == MessageRole::User)
        .map(|message| {
            let request = message.client_request_id.as_deref().unwrap_or_default();
            (message.id.as_str(), request, message.content.as_str())
        })
        .collect();
    let wanted: Vec<(&str, &str, &str)> =
        sent.iter().map(|one| (one.question.as_str(), one.request.as_str(), one.content.as_str())).collect();
    assert_eq!(questions, wanted);
    let answers: Vec<&str> = chat
        .messages
        .iter()
        .filter(|message| message.role == MessageRole::Assistant)
        .map(|message| message.id.as_str())
        .collect();
    let wanted: Vec<&str> = sent.iter().map(|one| one.answer.as_str()).collect();
    assert_eq!(answers, wanted);
}

/// Each answer is whole, or what is there of it is a beginning; and it is what was streamed. Gives how many were
/// cut short.
fn check_answers(chat: &ChatSnapshot, log: &BTreeMap<Position, Event>) -> usize {
    let questions: HashMap<&MessageId, &ChatMessage> =
        chat.messages.iter().map(|message| (&message.id, message)).collect();
    let mut streamed: HashMap<&MessageId, String> = HashMap::new();
    for event in log.values() {
        if let (EventBody::MessageDelta(delta), Some(message)) = (&event.body, &event.message_id) {
            streamed.entry(message).or_default().push_str(&delta.text);
        }
    }
    let mut cut_short = 0;
    for answer in chat.messages.iter().filter(|message| message.role == MessageRole::Assistant) {
        let question = questions[answer.parent_id.as_ref().unwrap()];
        let whole = provider::answer_to(&question.content);
        match answer.status {
            MessageStatus::Done => assert_eq!(answer.content, whole),
            MessageStatus::Error => {
                let error = answer.error.as_ref().unwrap();
                assert_eq!(error.code, "interrupted", "{error:?}");
                assert!(
                    whole.starts_with(&answer.content),
                    "{:?} is no beginning of {whole:?}",
                    answer.content
                );
                cut_short += 1;
            }
            other => panic!("an answer ended as {other:?}"),
        }
        // Text of answers that ended some minutes ago is compacted: then there is nothing to compare.
        if let Some(streamed) = streamed.get(&answer.id) {
            assert_eq!(*streamed, answer.content);
        }
    }
    cut_short
}

/// What a reader got, over all its connections, is the log: only text that was compacted since may be missing there.
fn check_stream(reader: &Reader, log: &BTreeMap<Position, Event>, chat: &ChatSnapshot) {
    let ended: HashMap<&MessageId, MessageStatus> =
        chat.messages.iter().map(|message| (&message.id, message.status)).collect();
    let got: BTreeMap<Position, &Event> = reader.events.iter().map(|event| (event.id, event)).collect();
    for (position, event) in log {
        assert_eq!(got.get(position), Some(&event), "missing or other at {position}");
    }
    for event in &reader.events {
        let compacted = matches!(event.body, EventBody::MessageDelta(_))
            && event
                .message_id
                .as_ref()
                .is_some_and(|id| ended.get(id).is_some_and(|status| !status.is_open()));
        assert!(log.contains_key(&event.id) || compacted, "a reader saw what is not in the log: {event:?}");
    }
    assert!(reader.connections > 1, "a reader was never cut");
}
