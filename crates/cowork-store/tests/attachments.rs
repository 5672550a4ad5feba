//! Attached files and their blobs: kept while something may still show them, gone with the last that could.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use cowork_contract::{AttachmentId, AttachmentKind, ChatMessage, SessionId};
use cowork_store::{BlobError, BlobHash, NewAttachment, Opened, ReadError, Transaction, Tx, TxError};
use proptest::prelude::*;
use support::{append, create, message, open, put_session, session, update};

#[derive(Debug)]
struct SweepError;

impl From<BlobError> for SweepError {
    fn from(_: BlobError) -> Self {
        Self
    }
}

impl From<ReadError> for SweepError {
    fn from(_: ReadError) -> Self {
        Self
    }
}

struct Add(NewAttachment);

impl Transaction for Add {
    type Output = cowork_contract::ChatAttachmentRef;
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<Self::Output, TxError<()>> {
        Ok(tx.add_attachment(&self.0).await?)
    }
}

/// Deletes a message the way the engine does.
struct Delete(ChatMessage);

impl Transaction for Delete {
    type Output = ();
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<(), TxError<()>> {
        let mut message = self.0;
        tx.put_in_trash(&message).await?;
        message.deleted_at = Some(tx.now());
        message.content.clear();
        message.attachments.clear();
        update(message).run(tx).await.map(|_| ()).map_err(|_| TxError::Refused(()))
    }
}

struct Restore(String);

impl Transaction for Restore {
    type Output = ();
    type Refusal = ();

    async fn run(self, tx: &mut Tx<'_>) -> Result<(), TxError<()>> {
        let kept = tx.take_from_trash(&cowork_contract::MessageId::new(self.0)).await?;
        let kept = kept.ok_or(TxError::Refused(()))?;
        update(kept).run(tx).await.map(|_| ()).map_err(|_| TxError::Refused(()))
    }
}

/// What a person may do. Numbers choose among what is there.
#[derive(Debug, Clone)]
enum Act {
    Upload {
        session: u8,
        content: u8,
    },
    Send {
        file: u8,
        again: bool,
    },
    Delete {
        message: u8,
    },
    Restore {
        message: u8,
    },
    DeleteSession {
        session: u8,
    },
    /// The time for undo ends, and the time for what was not sent.
    Purge,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..2_u8, 0..4_u8).prop_map(|(session, content)| Act::Upload { session, content }),
        4 => (any::<u8>(), any::<bool>()).prop_map(|(file, again)| Act::Send { file, again }),
        3 => any::<u8>().prop_map(|message| Act::Delete { message }),
        2 => any::<u8>().prop_map(|message| Act::Restore { message }),
        1 => (0..2_u8).prop_map(|session| Act::DeleteSession { session }),
        2 => Just(Act::Purge),
    ]
}

/// What there should be, kept by the simplest means.
#[derive(Default)]
struct Model {
    /// By id: session and content.
    files: BTreeMap<String, (String, String)>,
    /// By id: its session, its files, and whether it is deleted.
    messages: BTreeMap<String, (String, BTreeSet<String>, bool)>,
    deleted_sessions: BTreeSet<String>,
    count: usize,
}

impl Model {
    fn purge(&mut self) {
        self.messages
            .retain(|_, (session, _, deleted)| !*deleted && !self.deleted_sessions.contains(session));
        let used: BTreeSet<_> = self.messages.values().flat_map(|(_, files, _)| files.clone()).collect();
        self.files.retain(|id, (session, _)| used.contains(id) && !self.deleted_sessions.contains(session));
    }
}

fn nth<T: Clone>(from: impl Iterator<Item = T>, number: u8) -> Option<T> {
    let all: Vec<T> = from.collect();
    all.get(usize::from(number) % all.len().max(1)).cloned()
}

async fn done(opened: &Opened, model: &mut Model, act: Act) {
    model.count += 1;
    let fresh = format!("{:04}", model.count);
    match act {
        Act::Upload { session, content } => {
            let (session, content) = (format!("s{session}"), format!("content {content}"));
            if model.deleted_sessions.contains(&session) {
                return;
            }
            let _held = opened.blobs.hold().await;
            let mut incoming = opened.blobs.incoming().unwrap();
            incoming.write(content.as_bytes()).unwrap();
            let hash = opened.blobs.keep(incoming).unwrap();
            let new = NewAttachment {
                id: AttachmentId::new(fresh.as_str()),
                session: SessionId::new(session.as_str()),
                kind: AttachmentKind::File,
                name: "a.txt".to_owned(),
                mime: "text/plain".to_owned(),
                size: content.len() as u64,
                sha256: hash.as_str().to_owned(),
                request: None,
            };
            opened.writer.transact(Add(new)).await.unwrap();
            model.files.insert(fresh, (session, content));
        }
        Act::Send { file, again } => {
            let Some((id, (session, _))) = nth(model.files.clone().into_iter(), file) else { return };
            if model.deleted_sessions.contains(&session) {
                return;
            }
            let reference =
                opened.reader.attachment(&AttachmentId::new(id.as_str())).await.unwrap().unwrap().reference;
            let mut sent = message(&session, &fresh, None, "look");
            sent.attachments = vec![reference];
            append(&opened.writer, create(sent.clone())).await;
            if again {
                append(&opened.writer, update(sent)).await;
            }
            model.messages.insert(fresh, (session, [id].into(), false));
        }
        Act::Delete { message } => {
            let live = model.messages.iter().filter(|(_, (.., deleted))| !deleted);
            let Some((id, session)) =
                nth(live.map(|(id, (session, ..))| (id.clone(), session.clone())), message)
            else {
                return;
            };
            let found = opened
                .reader
                .message(&SessionId::new(session), &cowork_contract::MessageId::new(id.as_str()))
                .await
                .unwrap()
                .unwrap();
            opened.writer.transact(Delete(found)).await.unwrap();
            model.messages.get_mut(&id).unwrap().2 = true;
        }
        Act::Restore { message } => {
            let gone = model.messages.iter().filter(|(_, (.., deleted))| *deleted);
            let Some(id) = nth(gone.map(|(id, _)| id.clone()), message) else { return };
            opened.writer.transact(Restore(id.clone())).await.unwrap();
            model.messages.get_mut(&id).unwrap().2 = false;
        }
        Act::DeleteSession { session: number } => {
            let mut gone = session(&format!("s{number}"));
            gone.deleted_at = Some(5);
            append(&opened.writer, put_session(gone)).await;
            model.deleted_sessions.insert(format!("s{number}"));
        }
        Act::Purge => {
            opened.writer.purge(i64::MAX).await.unwrap();
            opened.writer.expire_attachments(i64::MAX).await.unwrap();
            model.purge();
            for session in std::mem::take(&mut model.deleted_sessions) {
                append(&opened.writer, put_session(support::session(&session))).await;
            }
        }
    }
}

/// Every file that may still be shown has its bytes, and after a sweep nothing else has.
async fn check(opened: &Opened, model: &Model, swept: bool) {
    let contents: BTreeSet<&String> = model.files.values().map(|(_, content)| content).collect();
    for id in model.files.keys() {
        let found = opened.reader.attachment(&AttachmentId::new(id.as_str())).await.unwrap();
        let hash = BlobHash::parse(&found.expect("the row").reference.sha256).unwrap();
        opened.blobs.get(&hash).expect("the bytes");
    }
    for number in 0..4 {
        let content = format!("content {number}");
        let there = opened.blobs.contains(&BlobHash::of(content.as_bytes()));
        if swept {
            assert_eq!(there, contents.contains(&content), "{content}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn bytes_live_exactly_as_long_as_somebody_may_show_them(acts in proptest::collection::vec(act(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let opened = open(folder.path()).await;
            for id in ["s0", "s1"] {
                append(&opened.writer, put_session(session(id))).await;
            }
            let mut model = Model::default();
            for act in acts {
                let purged = matches!(act, Act::Purge);
                done(&opened, &mut model, act).await;
                if purged {
                    let reader = opened.reader.clone();
                    let in_use = async move { Ok::<_, SweepError>(reader.blobs_in_use().await?) };
                    opened.blobs.sweep(in_use).await.unwrap();
                }
                check(&opened, &model, purged).await;
            }
            opened.task.stop().await;
            opened.reader.close().await;
        });
    }
}

#[tokio::test]
async fn nothing_is_swept_while_somebody_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path()).await;
    let held = opened.blobs.hold().await;
    let hash = opened.blobs.put(b"not named yet").unwrap();
    let sweep = {
        let (blobs, reader) = (opened.blobs.clone(), opened.reader.clone());
        tokio::spawn(async move {
            blobs.sweep(async move { Ok::<_, SweepError>(reader.blobs_in_use().await?) }).await.unwrap()
        })
    };
    tokio::task::yield_now().await;
    assert!(opened.blobs.contains(&hash) && !sweep.is_finished());
    drop(held);
    assert_eq!(tokio::time::timeout(support::PATIENCE, sweep).await.unwrap().unwrap(), 1);
    assert!(!opened.blobs.contains(&hash));
}
