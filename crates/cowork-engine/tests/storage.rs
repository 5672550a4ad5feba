//! A disk that is full in mid-answer: commands are refused, the running answer keeps its text and ends once there is
//! room again.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;
use std::process::Command;

use cowork_contract::MessageStatus;
use cowork_testkit::{Gate, ScriptedProvider, TokenText, Tokens, reply};
use serde_json::json;
use support::{Life, code, command, says, streamed};

/// Mounts a small disk. Only root can: elsewhere the test says so and passes.
fn mount(path: &Path) -> bool {
    let made = Command::new("mount").args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"]).arg(path).status();
    let made = made.is_ok_and(|status| status.success());
    if !made {
        eprintln!("skipped: a small disk can be mounted by root only");
    }
    made
}

/// Takes it away again, also when the test fails.
struct Mounted<'p>(&'p Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[tokio::test]
async fn a_disk_that_is_full_in_mid_answer() {
    let folder = tempfile::tempdir().unwrap();
    if !mount(folder.path()) {
        return;
    }
    let _mounted = Mounted(folder.path());
    let ballast = folder.path().join("ballast");
    std::fs::write(&ballast, vec![0; 2 << 20]).unwrap();
    let provider = ScriptedProvider::start().await;
    let life = Life::start(&folder.path().join("data"), provider.base_url(), |_| {}).await;
    let session = life.session().await;
    let gate = Gate::new();
    let many = Tokens::new(5_000).text(TokenText::Numbered);
    provider.push(reply().text("begin ").wait(&gate).tokens(many).finish("stop").done());
    provider.always(says("ok"));
    let sent = life.send(&session, "count").await;
    life.says(&sent.assistant_message, "begin ").await;
    // The database has room for all of this; its write-ahead log alone grows larger than the disk.
    let rename = async || {
        life.engine.update_session(&session, command(json!({ "title": "x".repeat(100) }))).await.map(drop)
    };
    let refused = loop {
        if let Err(refused) = rename().await {
            break refused;
        }
    };
    assert_eq!(code::<()>(Err(refused)), "storage_full");
    assert!(life.engine.status().storage.unwrap().starts_with("The disk is full"));
    gate.open();
    // The writer may have emptied its log since, which makes room for a few more; what is refused is refused for this.
    if let Err(refused) = rename().await {
        assert_eq!(code::<()>(Err(refused)), "storage_full");
    }

    std::fs::remove_file(&ballast).unwrap();
    // Much more than the room that was freed, were it all to go through a log that is not emptied.
    while rename().await.is_err() {}
    for _ in 0..600 {
        rename().await.unwrap();
    }
    let answer = life.ended(&sent.assistant_message).await;
    let wanted = "begin ".to_owned() + &(0..5_000).map(|number| format!("{number} ")).collect::<String>();
    assert_eq!((answer.status, answer.content == wanted), (MessageStatus::Done, true), "text was lost");
    assert_eq!(streamed(&life.events(&session, 0).await, &answer.id), wanted, "what was streamed has a gap");
    assert_eq!(life.ask(&session, "and now").await.content, "ok");
    assert_eq!(life.engine.status().storage, None);
    life.end().await;
}
