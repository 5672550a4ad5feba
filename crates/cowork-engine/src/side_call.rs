//! A small extra call to a model outside a turn: its text, and what it took, for the ledger.
//!
//! Always true: memory and time are bounded; a call that fails or is stopped is on record like one that went well.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cowork_contract::{MessageId, SessionId};
use cowork_provider::{Failure, Frame, ModelRequest, Provider, Usage, cost_micro_usd};
use cowork_store::LedgerEntry;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio_util::sync::CancellationToken;

use crate::models::Models;

/// What a call may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) patience: Duration,
    /// Bytes of text that are kept; what comes after them is not.
    pub(crate) bytes: usize,
}

/// What came of a call.
#[derive(Debug)]
pub(crate) struct SideCall {
    provider_id: String,
    model_id: String,
    pub(crate) text: String,
    served: Option<String>,
    usage: Option<Usage>,
    /// Its code, and the reason for people. `None`: it answered, or was stopped.
    pub(crate) failure: Option<(String, String)>,
    ttft_ms: Option<u64>,
    total_ms: u64,
    cost_micro_usd: Option<u64>,
}

/// Makes one call. Ends with `stop`, with what had come until then.
pub(crate) async fn ask(
    models: &Models,
    provider: &Arc<dyn Provider>,
    request: ModelRequest,
    bounds: Bounds,
    stop: &CancellationToken,
) -> SideCall {
    let begun = Instant::now();
    let mut call = SideCall {
        provider_id: provider.id().to_owned(),
        model_id: request.model.clone(),
        text: String::new(),
        served: None,
        usage: None,
        failure: None,
        ttft_ms: None,
        total_ms: 0,
        cost_micro_usd: None,
    };
    let frames = provider.stream(request);
    let heard = stop.run_until_cancelled(call.hear(frames, bounds.bytes, begun));
    if tokio::time::timeout(bounds.patience, heard).await.is_err() {
        let seconds = bounds.patience.as_secs();
        call.failure =
            Some(("provider_timeout".to_owned(), format!("It had not answered after {seconds} seconds.")));
    }
    call.total_ms = millis(begun);
    let price = models.known(&call.provider_id, &call.model_id).and_then(|info| info.price);
    call.cost_micro_usd = price.zip(call.usage).map(|(price, usage)| cost_micro_usd(&price, &usage));
    call
}

impl SideCall {
    async fn hear(
        &mut self,
        mut frames: BoxStream<'static, Result<Frame, Failure>>,
        most: usize,
        begun: Instant,
    ) {
        while let Some(frame) = frames.next().await {
            match frame {
                Ok(Frame::Text(text)) => {
                    self.ttft_ms.get_or_insert(millis(begun));
                    if self.text.len() < most {
                        self.text.push_str(&text);
                    }
                }
                Ok(Frame::Served { model }) => self.served = Some(model),
                Ok(Frame::Usage(usage)) => self.usage = Some(usage),
                Ok(_) => {}
                Err(failure) => self.failure = Some((failure.kind.code().to_owned(), failure.detail)),
            }
        }
    }

    /// The call as it is entered in the ledger.
    pub(crate) fn entry(
        &self,
        (session, message): (&SessionId, &MessageId),
        purpose: &'static str,
    ) -> LedgerEntry {
        LedgerEntry {
            session: session.clone(),
            message: message.clone(),
            purpose,
            asked: (self.provider_id.clone(), self.model_id.clone()),
            provider_id: self.provider_id.clone(),
            model_id: self.model_id.clone(),
            served: self.served.clone(),
            attempt: 1,
            code: self.failure.as_ref().map(|(code, _)| code.clone()),
            connect_ms: None,
            ttfb_ms: None,
            ttft_ms: self.ttft_ms,
            total_ms: self.total_ms,
            input_tokens: self.usage.map(|usage| usage.input_tokens),
            output_tokens: self.usage.map(|usage| usage.output_tokens),
            cached_tokens: self.usage.and_then(|usage| usage.cached_input_tokens),
            reasoning_tokens: self.usage.and_then(|usage| usage.reasoning_tokens),
            cost_micro_usd: self.cost_micro_usd,
        }
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
