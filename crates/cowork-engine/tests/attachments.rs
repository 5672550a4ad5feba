//! Attached files from the upload to what the model is sent, and what is left of them afterwards.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use bytes::Bytes;
use cowork_contract::{
    AttachmentLimits, ChatAttachmentRef, ClientRequestId, ForkSession, GivenAs, ImportSession, SessionId,
};
use cowork_engine::{EngineError, EngineOptions, Retry};
use cowork_store::Branch;
use cowork_testkit::ScriptedProvider;
use serde_json::{Value, json};
use support::{Life, TestCowork, bare, code, command, says};

/// The head of a PNG of 2 by 2 pixels, and something behind it that makes it this one.
fn png(mark: &str) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02\x08\x02\0\0\0".to_vec();
    bytes.extend_from_slice(mark.as_bytes());
    bytes
}

async fn try_upload(
    life: &Life,
    session: &SessionId,
    name: &str,
    bytes: &[u8],
    request: Option<&str>,
) -> Result<ChatAttachmentRef, EngineError> {
    let mut upload = life.engine.begin_upload(session, None).await?;
    for piece in bytes.chunks(1000) {
        upload.write(Bytes::copy_from_slice(piece)).await?;
    }
    upload.finish(name, request.map(|id| ClientRequestId::new(id).unwrap())).await
}

async fn upload(life: &Life, session: &SessionId, name: &str, bytes: &[u8]) -> ChatAttachmentRef {
    try_upload(life, session, name, bytes, None).await.unwrap()
}

/// The last thing the person said, as the provider got it.
fn last_question(provider: &ScriptedProvider) -> Value {
    let asked = provider.requests().last().unwrap().body.clone();
    let questions = asked["messages"].as_array().unwrap().iter().rev();
    questions
        .filter(|message| message["role"] == "user")
        .map(|message| message["content"].clone())
        .next()
        .unwrap()
}

/// Files below a folder.
fn files_in(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_in(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn a_picture_and_a_text_reach_the_model_and_stay_with_edits_and_new_answers() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("I see."));
    let session = cowork.session().await;
    let image = upload(&cowork, &session, "../../cat.txt", &png("a")).await;
    assert_eq!((image.name.as_str(), image.mime_type.as_str()), ("cat.txt", "image/png"), "the bytes decide");
    let table = upload(&cowork, &session, "sales.csv", b"year,sum\n2024,7\n").await;
    let body = json!({ "content": "What is it?", "attachments": [image.id, table.id, image.id] });
    let sent = cowork.try_send(&session, body).await.unwrap();
    assert_eq!(sent.user_message.as_ref().unwrap().attachments, [image.clone(), table.clone()], "each once");
    let answer = cowork.ended(&sent.assistant_message).await;

    let expected = |words: &str| {
        let mark = &table.sha256[..12];
        json!([
            { "type": "image_url", "image_url": { "url": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAABh" } },
            { "type": "text", "text": format!(
                "<attachment-{mark} name=\"sales.csv\" type=\"text/csv\">\nyear,sum\n2024,7\n\n</attachment-{mark}>"
            ) },
            { "type": "text", "text": words },
        ])
    };
    assert_eq!(last_question(&cowork.provider), expected("What is it?"));
    let given = answer.metadata.context.unwrap().attachments;
    let given: Vec<_> = given.iter().map(|given| (given.name.as_str(), given.given)).collect();
    assert_eq!(given, [("cat.txt", GivenAs::Image), ("sales.csv", GivenAs::Text)]);

    let question = sent.user_message.unwrap();
    let edited = cowork.edit_and_answer(&session, &question.id, "And now?").await;
    assert_eq!(edited.user_message.as_ref().unwrap().attachments.len(), 2);
    cowork.ended(&edited.assistant_message).await;
    assert_eq!(last_question(&cowork.provider), expected("And now?"));
    let again = cowork.engine.regenerate(&session, &edited.assistant_message.id, bare()).await.unwrap();
    cowork.ended(&again.assistant_message).await;
    assert_eq!(last_question(&cowork.provider), expected("And now?"));

    // The next message still stands behind it, and a restart changes nothing.
    let cowork = cowork.restart().await;
    cowork.ask(&session, "Thanks").await;
    let asked = cowork.provider.requests().last().unwrap().body.clone();
    assert_eq!(asked["messages"][0]["content"], expected("And now?"));
}

#[tokio::test]
async fn an_edit_into_a_branch_may_leave_files_out_and_take_others() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("I see."));
    let session = cowork.session().await;
    let image = upload(&cowork, &session, "cat.png", &png("a")).await;
    let table = upload(&cowork, &session, "sales.csv", b"year,sum\n2024,7\n").await;
    let body = json!({ "content": "What is it?", "attachments": [image.id, table.id] });
    let sent = cowork.try_send(&session, body).await.unwrap();
    cowork.ended(&sent.assistant_message).await;
    let question = sent.user_message.unwrap();
    let other = upload(&cowork, &session, "more.csv", b"year,sum\n2025,8\n").await;
    for named in [vec![table.clone()], vec![other, table.clone()], vec![]] {
        let ids: Vec<_> = named.iter().map(|file| &file.id).collect();
        let body = json!({ "content": "And now?", "regenerate": true, "attachments": ids });
        let edited = match cowork.engine.edit(&session, &question.id, command(body)).await.unwrap() {
            cowork_engine::Edited::Answered(accepted) => accepted,
            cowork_engine::Edited::InPlace(_) => panic!("edited in place"),
        };
        assert_eq!(edited.user_message.unwrap().attachments, named);
        cowork.ended(&edited.assistant_message).await;
    }
    assert_eq!(
        cowork.message(&question).await.attachments,
        [image, table.clone()],
        "the branch before is whole"
    );

    for body in [
        json!({ "content": "x", "attachments": [table.id] }),
        json!({ "content": "x", "regenerate": true, "attachments": ["nothing"] }),
    ] {
        let refused = cowork.engine.edit(&session, &question.id, command(body)).await.unwrap_err();
        let problem = refused.problem();
        assert_eq!((problem.status, problem.field.as_deref()), (400, Some("attachments")));
    }
}

#[tokio::test]
async fn a_message_may_be_a_file_alone_and_names_its_session() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("I see."));
    let session = cowork.session().await;
    let image = upload(&cowork, &session, "cat.png", &png("a")).await;
    let body = json!({ "content": " ", "attachments": [image.id] });
    let sent = cowork.try_send(&session, body).await.unwrap();
    cowork.ended(&sent.assistant_message).await;
    assert_eq!(cowork.session_now(&session).await.title, "cat.png");
    assert_eq!(code(cowork.try_send(&session, json!({ "content": " " })).await), "invalid_request");
}

#[tokio::test]
async fn what_can_not_be_attached_is_refused_by_name() {
    let provider = ScriptedProvider::start().await;
    let folder = tempfile::tempdir().unwrap();
    let attachments = AttachmentLimits {
        file_bytes: 5_000,
        files_per_message: 2,
        session_bytes: 12_000,
        image_pixels: 1_000_000,
    };
    let options =
        EngineOptions { housekeeping: false, retry: Retry::NEVER, attachments, ..EngineOptions::default() };
    let life = Life::start_with(folder.path(), provider.base_url(), |_| {}, options).await;
    let (session, other) = (life.session().await, life.session().await);

    let table: [(&str, &[u8], &str); 5] = [
        ("large.txt", &[b'a'; 5_001], "attachment_too_large"),
        ("empty.txt", b"", "attachment_refused"),
        ("scan.png", b"II*\0rest of a scan", "attachment_refused"),
        ("broken.png", b"\x89PNG\r\n\x1a\nnothing", "attachment_refused"),
        ("bomb.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\0\0\0\x01\0\0", "attachment_refused"),
    ];
    for (name, bytes, expected) in table {
        assert_eq!(code(try_upload(&life, &session, name, bytes, None).await), expected, "{name}");
    }
    let declared = life.engine.begin_upload(&session, Some(5_001)).await;
    assert_eq!(declared.unwrap_err().problem().limit, Some(5_000), "known before a byte came");

    let mine = upload(&life, &session, "mine.txt", &[b'a'; 5_000]).await;
    let more = upload(&life, &session, "more.txt", &[b'b'; 5_000]).await;
    let full = try_upload(&life, &session, "full.txt", &[b'c'; 5_000], None).await;
    assert_eq!(code(full), "attachment_space_full");
    let foreign = upload(&life, &other, "foreign.txt", b"x").await;
    for wrong in [foreign.id.as_str(), "nothing"] {
        let refused = life.try_send(&session, json!({ "content": "?", "attachments": [wrong] })).await;
        let problem = refused.unwrap_err().problem();
        assert_eq!(problem.field.as_deref(), Some("attachments"));
        assert!(problem.detail.contains(wrong), "{}", problem.detail);
    }
    life.engine.discard_attachment(&more.id).await.unwrap();
    let third = upload(&life, &session, "third.txt", b"3").await;
    let fourth = upload(&life, &session, "fourth.txt", b"4").await;
    let body = json!({ "content": "?", "attachments": [mine.id, third.id, fourth.id] });
    assert_eq!(code(life.try_send(&session, body).await), "too_many_attachments");
    assert!(life.chat(&session, Branch::All).await.messages.is_empty(), "nothing of it was sent");
    assert_eq!(files_in(&folder.path().join("blobs/incoming")), 0, "what was refused left nothing");
}

#[tokio::test]
async fn an_upload_sent_again_is_one_and_one_that_breaks_off_is_none() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    let first = try_upload(&cowork, &session, "a.txt", b"hello", Some("r")).await.unwrap();
    let again = try_upload(&cowork, &session, "a.txt", b"hello", Some("r")).await.unwrap();
    assert_eq!(first, again);
    let other = try_upload(&cowork, &session, "a.txt", b"other", Some("r")).await;
    assert_eq!(code(other), "idempotency_conflict");

    let mut upload = cowork.engine.begin_upload(&session, None).await.unwrap();
    upload.write(Bytes::from_static(b"half of a")).await.unwrap();
    let incoming = cowork.folder.path().join("blobs/incoming");
    let until = async |count: usize| {
        while files_in(&incoming) != count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(support::PATIENCE, until(1)).await.expect("it is begun");
    drop(upload);
    tokio::time::timeout(support::PATIENCE, until(0)).await.expect("it is removed");

    // What a killed server left of one goes with the next start.
    std::fs::write(incoming.join("upload-1-1"), b"half").unwrap();
    let cowork = cowork.restart().await;
    assert_eq!(files_in(&cowork.folder.path().join("blobs/incoming")), 0);
    assert_eq!(cowork.engine.attachment(&first.id).await.unwrap().bytes, Bytes::from_static(b"hello"));
}

#[tokio::test]
async fn forks_and_imports_have_files_of_their_own_that_outlive_the_first_session() {
    let cowork = TestCowork::start().await;
    cowork.provider.always(says("I see."));
    let session = cowork.session().await;
    let image = upload(&cowork, &session, "cat.png", &png("a")).await;
    let body = json!({ "content": "Look", "attachments": [image.id] });
    let sent = cowork.try_send(&session, body).await.unwrap();
    cowork.ended(&sent.assistant_message).await;

    let export = cowork.engine.export_session(&session).await.unwrap().unwrap();
    assert_eq!(export.attachments.len(), 1);
    let fork = cowork.engine.fork_session(&session, ForkSession::default()).await.unwrap();
    cowork.engine.delete_session(&session, None).await.unwrap();
    assert_eq!(cowork.writer.purge(i64::MAX).await.unwrap().sessions, 1);
    cowork.writer.expire_attachments(i64::MAX).await.unwrap();
    assert!(cowork.engine.attachment(&image.id).await.is_err());

    let mut file: ImportSession = export.clone().into();
    let imported = cowork.engine.import_session(file.clone()).await.unwrap();
    for copy in [&fork.id, &imported.id] {
        let messages = cowork.chat(copy, Branch::Active).await.messages;
        let [own] = &messages[0].attachments[..] else { panic!("{messages:?}") };
        assert_ne!(own.id, image.id);
        assert_eq!(cowork.engine.attachment(&own.id).await.unwrap().bytes, png("a"));
        assert_eq!((own.name.as_str(), &own.sha256), ("cat.png", &image.sha256));
    }

    file.attachments[0].data = Some("aGVsbG8=".to_owned());
    let refused = cowork.engine.import_session(file.clone()).await;
    assert_eq!(refused.unwrap_err().problem().field.as_deref(), Some("attachments"), "its hash is another");
    file.attachments.clear();
    let without = cowork.engine.import_session(file).await.unwrap();
    let messages = cowork.chat(&without.id, Branch::Active).await.messages;
    assert_eq!(messages[0].attachments[0].name, "cat.png", "the name stays");
    let told = cowork.try_send(&without.id, command(json!({ "content": "And?" }))).await.unwrap();
    let answer = cowork.ended(&told.assistant_message).await;
    assert_eq!(answer.metadata.context.unwrap().attachments[0].given, GivenAs::None);
}

#[tokio::test]
async fn a_summary_tells_of_the_files_that_it_stands_in_for() {
    let cowork = TestCowork::start().await;
    let session = cowork.session().await;
    cowork.provider.push(says("Seven."));
    let table = upload(&cowork, &session, "sales.csv", b"year,sum\n2024,7\n").await;
    let image = upload(&cowork, &session, "cat.png", &png("a")).await;
    let long = "x".repeat(2_000);
    let body = json!({ "content": format!("How many? {long}"), "attachments": [table.id, image.id] });
    let sent = cowork.try_send(&session, body).await.unwrap();
    cowork.ended(&sent.assistant_message).await;
    cowork.provider.push(says("The table says 7."));
    let begun = cowork.engine.compact(&session, bare()).await.unwrap();
    let last = begun.session.compacting.unwrap().message_id;
    let answer = cowork.message(&sent.assistant_message).await;
    let made = cowork.until(&answer, |message| message.metadata.compaction.is_some()).await;
    assert_eq!((&made.id, cowork.provider.requests().len()), (&last, 2));
    let told = cowork.provider.requests()[1].messages()[1].1.clone();
    assert!(told.contains("2024,7") && told.contains("[Attached: \"cat.png\", image/png.]"), "{told}");
    // The image was sent until now, and is no more.
    assert!(made.metadata.compaction.unwrap().tokens_before > 1_500 + 500);
}
