//! Taking over the conversations of a file, whoever wrote it.

use std::ops::ControlFlow;

use cowork_contract::{ImportFormat, ImportOutcome, ImportReport, ImportedConversation};
use cowork_import::{Conversation, Found, ImportError, Limits, Refused};
use tokio::sync::mpsc;

use super::Engine;
use crate::EngineError;
use crate::command::{Here, Import, ImportUnlessHere};

impl Engine {
    /// Makes a session of each conversation in a file, unless it is here already. Each is taken over whole or not at
    /// all; when the caller goes away or storage fails in between, those before stay, and the same file can be sent
    /// again for the others. A file of which nothing is here afterwards is refused.
    pub async fn import_file(
        &self,
        file: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<ImportReport, EngineError> {
        self.check_open()?;
        // One conversation waits while one is written: a large file is never in memory twice.
        let (give, mut found) = mpsc::channel(1);
        let reading = tokio::task::spawn_blocking(move || {
            cowork_import::read(file.as_ref(), &Limits::default(), |found| match give.blocking_send(found) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            })
        });
        let mut report = ImportReport { imported: 0, already_here: 0, refused: 0, conversations: Vec::new() };
        while let Some(found) = found.recv().await {
            let done = match found {
                Found::Conversation(conversation) => self.take_over(*conversation).await?,
                Found::Refused(refused) => refusal(refused),
            };
            let count = match done.outcome {
                ImportOutcome::Imported => &mut report.imported,
                ImportOutcome::AlreadyHere => &mut report.already_here,
                ImportOutcome::Refused => &mut report.refused,
            };
            *count += 1;
            report.conversations.push(done);
        }
        match reading.await {
            Ok(read) => read.map_err(|fault: ImportError| EngineError::invalid("file", fault.to_string()))?,
            Err(_) => return Err(EngineError::invalid("file", "The file can't be read.")),
        }
        if report.imported + report.already_here == 0 {
            return Err(EngineError::invalid("file", nothing(&report)));
        }
        Ok(report)
    }

    async fn take_over(&self, conversation: Conversation) -> Result<ImportedConversation, EngineError> {
        self.check_open()?;
        let Conversation { format, export, fingerprint, left_out } = conversation;
        let title = export.session.title.clone();
        let messages = u32::try_from(export.messages.len()).unwrap_or(u32::MAX);
        let mut import = Import::new(export.into());
        let ready = match import.check() {
            Ok(()) => import.adopt(&self.attachments).await,
            faulty => faulty,
        };
        match ready {
            Ok(()) => {}
            Err(EngineError::Invalid { detail, .. }) => {
                return Ok(refusal(Refused { format: Some(format), title, reason: detail }));
            }
            Err(error) => return Err(error),
        }
        let command = ImportUnlessHere { import, fingerprint, own: format == ImportFormat::Cowork };
        let Here { session, before } = self.writer.transact(command).await?;
        let outcome = if before { ImportOutcome::AlreadyHere } else { ImportOutcome::Imported };
        Ok(ImportedConversation {
            format: Some(format),
            title,
            outcome,
            session_id: Some(session),
            messages,
            left_out,
            reason: None,
        })
    }
}

fn refusal(refused: Refused) -> ImportedConversation {
    ImportedConversation {
        format: refused.format,
        title: refused.title,
        outcome: ImportOutcome::Refused,
        session_id: None,
        messages: 0,
        left_out: Vec::new(),
        reason: Some(refused.reason),
    }
}

fn nothing(report: &ImportReport) -> String {
    let count = report.refused;
    let first = report.conversations.first();
    let reason =
        first.and_then(|first| first.reason.as_deref()).unwrap_or("Nothing in it is a conversation.");
    match count {
        1 => format!("Nothing was imported. {reason}"),
        _ => format!(
            "Nothing was imported: none of the {count} entries can be taken over. The first: {reason}"
        ),
    }
}
