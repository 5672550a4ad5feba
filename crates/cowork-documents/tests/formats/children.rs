//! Children that hang, crash, babble and flood, played by scripts.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use cowork_documents::{DocumentKind, ExtractError, TextExtractor, TextFailure};
use tempfile::TempDir;

/// Nothing here takes this long unless something is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program that does what a script of the shell says.
struct Player {
    folder: TempDir,
}

impl Player {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Under the path's name and moved, so that nobody has it open for writing.
        let (made, path) = (folder.path().join("made"), folder.path().join("child"));
        let script = format!("#!/bin/sh\nPATH=/usr/bin:/bin\nhere={}\n{script}\n", folder.path().display());
        fs::write(&made, script).unwrap();
        fs::set_permissions(&made, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(made, path).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn read(&self, time: Duration) -> Result<String, TextFailure> {
        let extractor = TextExtractor::new(self.path("child")).with_time(time);
        extractor.text_of(DocumentKind::Pdf, b"the document".to_vec()).await.map(|text| text.text)
    }

    /// The processes that wrote their ids to `pids`, once there are two.
    async fn processes(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        wait_until(|| {
            let text = fs::read_to_string(self.path("pids")).unwrap_or_default();
            found = text.lines().map(|pid| PathBuf::from("/proc").join(pid)).collect();
            found.len() == 2
        })
        .await;
        found
    }
}

async fn wait_until(mut holds: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "it does not come to this");
        tokio::task::yield_now().await;
    }
}

/// Whether the process runs; a zombie does not.
fn runs(process: impl AsRef<Path>) -> bool {
    fs::read_to_string(process.as_ref().join("stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

const HANGS: &str =
    "sleep 1000 & echo $! > $here/pids.part; echo $$ >> $here/pids.part; mv $here/pids.part $here/pids; wait";

#[tokio::test]
async fn what_a_child_says_is_given() {
    let player = Player::new(
        r#"test "$1 $2 $(cat)" = "extract-text pdf the document" && echo '{"text":{"text":"yes","parts":{"of":"pages","count":2},"cut":false}}'"#,
    );
    assert_eq!(player.read(PATIENCE).await.unwrap(), "yes");
    let player = Player::new(r#"echo '{"refused":{"code":"encrypted"}}'"#);
    let failure = player.read(PATIENCE).await.unwrap_err();
    assert!(matches!(failure, TextFailure::Refused(ExtractError::Encrypted)), "{failure:?}");
}

#[tokio::test]
async fn a_child_has_no_environment() {
    assert!(std::env::vars().next().is_some(), "there is one to inherit");
    // The shell sets some variables by itself; these it does not.
    let player = Player::new(
        r#"test -z "$HOME$USER$CARGO_MANIFEST_DIR" || exit 1; echo '{"refused":{"code":"encrypted"}}'"#,
    );
    let failure = player.read(PATIENCE).await.unwrap_err();
    assert!(matches!(failure, TextFailure::Refused(_)), "{failure:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn time_ends_the_child_and_what_it_started() {
    let player = Player::new(HANGS);
    let reading = player.read(Duration::from_secs(3));
    let (failure, processes) = tokio::join!(reading, player.processes());
    assert!(matches!(failure, Err(TextFailure::TimedOut(_))), "{failure:?}");
    wait_until(|| !processes.iter().any(runs)).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn so_does_giving_up_on_it() {
    let player = Player::new(HANGS);
    let mut reading = Box::pin(player.read(Duration::from_secs(1000)));
    let processes = tokio::select! {
        ended = &mut reading => panic!("{ended:?}"),
        processes = player.processes() => processes,
    };
    assert!(processes.iter().all(runs));
    drop(reading);
    wait_until(|| !processes.iter().any(runs)).await;
}

#[tokio::test]
async fn crashes_and_nonsense_are_failures() {
    for script in ["kill -SEGV $$", "exit 3", "cat > /dev/null; exit 101"] {
        let failure = Player::new(script).read(PATIENCE).await.unwrap_err();
        assert!(matches!(failure, TextFailure::Crashed(_)), "{script}: {failure:?}");
    }
    for script in
        ["", "echo hello", r#"echo '{"text":{}}'"#, r#"echo '{"refused":{"code":"encrypted"}} more'"#]
    {
        let failure = Player::new(script).read(PATIENCE).await.unwrap_err();
        assert!(matches!(failure, TextFailure::Garbled), "{script}: {failure:?}");
    }
    let script = "echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$";
    let failure = Player::new(script).read(PATIENCE).await.unwrap_err();
    assert!(matches!(failure, TextFailure::OutOfMemory), "{failure:?}");
}

#[tokio::test]
async fn a_flood_is_dammed() {
    let failure = Player::new("exec cat /dev/zero").read(PATIENCE).await.unwrap_err();
    assert!(matches!(failure, TextFailure::Garbled), "{failure:?}");
    let failure = Player::new("exec cat /dev/zero >&2").read(PATIENCE).await.unwrap_err();
    assert!(matches!(failure, TextFailure::Crashed(_)), "{failure:?}");
}

#[tokio::test]
async fn a_child_that_takes_no_input_is_waited_for_no_longer_than_the_others() {
    let player = Player::new("exec sleep 1000");
    let extractor = TextExtractor::new(player.path("child")).with_time(Duration::from_millis(50));
    let failure = extractor.text_of(DocumentKind::Pdf, vec![0; 1 << 20]).await.unwrap_err();
    assert!(matches!(failure, TextFailure::TimedOut(_)), "{failure:?}");
}

#[tokio::test]
async fn no_program_is_a_failure_too() {
    let failure =
        TextExtractor::new("/nowhere/cowork").text_of(DocumentKind::Pdf, Vec::new()).await.unwrap_err();
    assert!(matches!(failure, TextFailure::NotRun(_)), "{failure:?}");
}

#[tokio::test]
async fn two_are_read_at_once_and_the_third_waits() {
    // Each says that it is there and waits until it may end.
    let player = Player::new(
        r#"echo $$ >> $here/pids; while ! test -e $here/go; do sleep 0.01; done; echo '{"refused":{"code":"encrypted"}}'"#,
    );
    let extractor = TextExtractor::new(player.path("child"));
    let reading: Vec<_> = (0..3)
        .map(|_| {
            let extractor = extractor.clone();
            tokio::spawn(async move { extractor.text_of(DocumentKind::Pdf, Vec::new()).await })
        })
        .collect();
    player.processes().await;
    // The third is not refused: it comes once the others are done.
    fs::write(player.path("go"), "").unwrap();
    for reading in reading {
        assert!(matches!(reading.await.unwrap(), Err(TextFailure::Refused(_))));
    }
    assert_eq!(fs::read_to_string(player.path("pids")).unwrap().lines().count(), 3);
}
