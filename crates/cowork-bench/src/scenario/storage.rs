//! What streamed text takes on disk once its deltas have been compacted.
//!
//! Compaction comes two minutes after an answer's end, and at a start if it is due. So the answers are written before
//! everything else is measured, and looked at after it.

use std::{
    fs,
    io::Read as _,
    path::Path,
    time::{Duration, Instant},
};

use cowork_testkit::Tokens;
use tokio::task::JoinSet;

use crate::{
    figures::Figures,
    stage::{Ground, Setting},
};

/// How long after its end an answer's deltas are due, with a margin.
const DUE: Duration = Duration::from_secs(125);
/// Compaction begins with the start; this many answers take it far less.
const COMPACTING: Duration = Duration::from_secs(3);
const SESSIONS: usize = 10;

/// Answers that were written and have to ripen.
pub(crate) struct Stored<'a> {
    ground: Ground<'a>,
    finished: Instant,
    /// Bytes in an empty folder.
    empty: u64,
    /// Bytes before compaction.
    before: u64,
    /// Bytes of the answers' text.
    text: u64,
}

impl<'a> Stored<'a> {
    /// Writes the answers and ends the server cleanly.
    pub(crate) async fn write(setting: &'a Setting<'a>) -> anyhow::Result<Self> {
        let ground = Ground::new(setting).await?;
        ground.server().await?.stop().await?;
        let empty = used(&ground.folder().join("data"))?;

        let tokens = setting.sizes.stored_tokens;
        // At a rate, so that deltas are as small as they are in practice.
        ground.answers(Tokens::new(tokens).per_second(2_000.0));
        let server = ground.server().await?;
        let each = setting.sizes.stored_answers / SESSIONS;
        let mut sessions = JoinSet::new();
        for _ in 0..SESSIONS {
            let mut client = server.client().await?;
            sessions.spawn(async move {
                let session = client.create().await?;
                let mut feed = client.follow(&session).await?;
                let mut bytes = 0;
                for number in 0..each {
                    let read = feed.until_complete(|text, _| bytes += text.len());
                    tokio::try_join!(client.say(&session, number), read)?;
                }
                anyhow::Ok(bytes)
            });
        }
        let mut text = 0;
        while let Some(bytes) = sessions.join_next().await {
            text += bytes?? as u64;
        }
        server.stop().await?;
        let before = used(&ground.folder().join("data"))?;
        Ok(Self { ground, finished: Instant::now(), empty, before, text })
    }

    /// How long until compaction is due.
    pub(crate) fn ripens_in(&self) -> Duration {
        DUE.saturating_sub(self.finished.elapsed())
    }

    /// Lets a server compact and looks at what is left.
    pub(crate) async fn look(self) -> anyhow::Result<Figures> {
        let server = self.ground.server().await?;
        tokio::time::sleep(COMPACTING).await;
        server.stop().await?;
        let after = used(&self.ground.folder().join("data"))?;
        let per_text = |bytes: u64| bytes.saturating_sub(self.empty) as f64 / self.text as f64;
        let mut figures = Figures::default();
        figures.put("storage.before", per_text(self.before));
        figures.put("storage.after", per_text(after));
        Ok(figures)
    }
}

/// The bytes in use below `folder`: of a database without its free pages, which are used again before it grows.
fn used(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            bytes += used(&entry.path())?;
        } else if kind.is_file() {
            bytes += entry.metadata()?.len().saturating_sub(free(&entry.path())?);
        }
    }
    Ok(bytes)
}

/// The bytes of free pages, by the header of an SQLite file; 0 for any other file.
fn free(path: &Path) -> anyhow::Result<u64> {
    let mut header = Vec::new();
    fs::File::open(path)?.take(100).read_to_end(&mut header)?;
    if !header.starts_with(b"SQLite format 3\0") || header.len() < 100 {
        return Ok(0);
    }
    let number =
        |range: std::ops::Range<usize>| header[range].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let page = match number(16..18) {
        1 => 65_536,
        size => size,
    };
    Ok(page * number(36..40))
}
