//! At the start: answers that the last end cut short are marked, those that wait go on.

use std::collections::BTreeSet;

use cowork_contract::{ChatMessage, MessageStatus, SessionId};
use cowork_store::{Transaction, Tx, Writer};

use crate::EngineError;
use crate::command::{ClearCompacting, Decided, Interrupt};

struct OpenAnswers;

impl Transaction for OpenAnswers {
    type Output = Vec<ChatMessage>;
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<Vec<ChatMessage>> {
        Ok(tx.open_messages(None).await?)
    }
}

/// Marks what was cut short. Gives the sessions in which answers wait.
pub(crate) async fn recover(writer: &Writer) -> Result<BTreeSet<SessionId>, EngineError> {
    let mut waiting = BTreeSet::new();
    let mut interrupted = 0_u32;
    for message in writer.transact(OpenAnswers).await? {
        let session = message.session_id.clone();
        if message.status == MessageStatus::Streaming {
            writer.transact(Interrupt { message }).await?;
            interrupted += 1;
        } else {
            waiting.insert(session);
        }
    }
    writer.transact(ClearCompacting).await?;
    if interrupted > 0 || !waiting.is_empty() {
        tracing::info!(interrupted, waiting = waiting.len(), "took up what the last end left open");
    }
    Ok(waiting)
}
