//! Ending answers that run, for the sake of a command.

use std::time::Duration;

use cowork_contract::SessionId;
use futures_util::future::join_all;

use super::Engine;
use crate::EngineError;
use crate::command::{Command, DoneBefore};
use crate::supervisor::Running;

/// How long the end of an answer may take to be written before the caller is told what is wrong.
pub(super) const END_PATIENCE: Duration = Duration::from_secs(5);

impl Engine {
    /// Runs a command that ends answers. Running ones that `wanted` takes are stopped before, unless the command was
    /// done before or is refused for its id.
    pub(super) async fn once_and_stop<C: Command + Clone>(
        &self,
        session: &SessionId,
        command: C,
        wanted: impl Fn(&Running) -> bool,
    ) -> Result<C::Answer, EngineError> {
        loop {
            self.stop_for(session, &command, &wanted).await?;
            match self.done(command.clone()).await {
                Ok(done) => {
                    // One that was chosen but had no text yet was canceled in storage; its call ends here.
                    if !done.before {
                        self.stop_running(session, wanted).await?;
                    }
                    return Ok(done.answer);
                }
                // One has begun in between.
                Err(EngineError::MessageBusy) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Stops running answers for the sake of a command, unless that was done before or is refused for its id.
    pub(super) async fn stop_for(
        &self,
        session: &SessionId,
        command: &impl Command,
        wanted: impl Fn(&Running) -> bool,
    ) -> Result<(), EngineError> {
        // What runs once we know may have been started since by somebody who knew the first answer.
        let running = self.wanted(session, wanted);
        if running.is_empty() {
            return Ok(());
        }
        if self.done_before(command).await? {
            return Ok(());
        }
        self.stop(running).await
    }

    /// Whether a command was done before, so that nothing has to be prepared for it.
    pub(super) async fn done_before(&self, command: &impl Command) -> Result<bool, EngineError> {
        self.check_open()?;
        Ok(self.writer.transact(DoneBefore::of(command)).await?)
    }

    /// Stops the running answers of a session that `wanted` takes, and waits until their ends are written.
    pub(super) async fn stop_running(
        &self,
        session: &SessionId,
        wanted: impl Fn(&Running) -> bool,
    ) -> Result<(), EngineError> {
        self.stop(self.wanted(session, wanted)).await
    }

    fn wanted(&self, session: &SessionId, wanted: impl Fn(&Running) -> bool) -> Vec<Running> {
        let mut running = self.supervisor.running(session);
        running.retain(wanted);
        running
    }

    pub(super) async fn stop(&self, running: Vec<Running>) -> Result<(), EngineError> {
        let ends = join_all(running.iter().map(Running::end));
        match tokio::time::timeout(END_PATIENCE, ends).await {
            Ok(_) => Ok(()),
            Err(_) => Err(self.writer.trouble().map_or(EngineError::MessageBusy, EngineError::Storage)),
        }
    }
}
