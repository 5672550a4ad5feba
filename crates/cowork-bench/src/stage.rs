//! Everything one measurement needs, made fresh: a provider, a folder, a server.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use cowork_testkit::{Reply, ScriptedProvider, TokenText, Tokens, reply};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::{
    process::{Programs, Server, Side},
    sizes::Sizes,
};

/// Connections that fill a folder at once.
const HANDS: usize = 32;

/// What a measurement is made with.
#[derive(Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) side: Side,
    pub(crate) sizes: &'a Sizes,
}

/// A provider and a folder of their own; servers are started on them.
#[derive(Debug)]
pub(crate) struct Ground<'a> {
    pub(crate) provider: ScriptedProvider,
    folder: TempDir,
    setting: &'a Setting<'a>,
}

impl<'a> Ground<'a> {
    pub(crate) async fn new(setting: &'a Setting<'a>) -> anyhow::Result<Self> {
        let provider = ScriptedProvider::start().await;
        provider.without_bodies();
        Ok(Self { provider, folder: TempDir::new()?, setting })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a server; again, after the one before has ended, on what that has left.
    pub(crate) async fn server(&self) -> anyhow::Result<Server> {
        Server::start(self.setting.programs, self.setting.side, self.folder(), self.provider.address()).await
    }

    /// From now on the provider answers every request with this.
    pub(crate) fn answers(&self, tokens: Tokens) {
        self.provider.always(whole(reply(), tokens));
    }
}

/// An answer of these tokens with a proper end.
pub(crate) fn whole(begun: Reply, tokens: Tokens) -> Reply {
    let count = tokens.count;
    begun.tokens(tokens).finish("stop").usage(10, count).done()
}

/// `count` tokens at a rate, each with its number and the time of its sending.
pub(crate) fn paced(count: u64, per_second: f64) -> Tokens {
    Tokens::new(count).per_second(per_second).text(TokenText::Stamped)
}

/// Makes so many empty sessions.
pub(crate) async fn fill(server: &Server, sessions: usize) -> anyhow::Result<()> {
    let left = Arc::new(AtomicUsize::new(sessions));
    let mut hands = JoinSet::new();
    for _ in 0..HANDS {
        let mut client = server.client().await?;
        let left = Arc::clone(&left);
        hands.spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
            {
                client.create().await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = hands.join_next().await {
        done??;
    }
    Ok(())
}
