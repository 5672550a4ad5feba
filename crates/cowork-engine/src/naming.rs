//! A session's title by its model: one small extra call after its first answer, where the person wants that.
//!
//! Always true: it never holds up an answer, is entered in the ledger as `title`, and never replaces a title that a
//! person gave. A call that fails leaves the title that was made of the first message (`title`).

use std::time::{Duration, Instant};

use cowork_contract::{ChatMessage, MessageStatus, SessionId};
use cowork_provider::demo::Demo;
use cowork_provider::{Frame, ModelRequest, Turn, Usage, cost_micro_usd};
use cowork_store::{LedgerEntry, Transaction, Tx};
use futures_util::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::command::{Decided, put_session};
use crate::supervisor::Resources;
use crate::{EngineError, ids};

/// Longer is not worth it for a title.
const PATIENCE: Duration = Duration::from_secs(30);
/// Characters of question and answer that are sent.
const EXCERPT: usize = 1_500;
/// Characters that a title has at most.
const LENGTH: usize = 60;
/// Room for a model that thinks first.
const MOST_TOKENS: u64 = 1_024;

const INSTRUCTION: &str = "Give the conversation a title of at most six words, in its own language. Answer with the \
                           title alone: no quotation marks, no full stop, nothing else.";

/// What one call gave.
#[derive(Default)]
struct Told {
    text: String,
    served: Option<String>,
    usage: Option<Usage>,
    code: Option<String>,
    ttft_ms: Option<u64>,
}

/// Names the session of its first answer, unless somebody did or nobody wants it. Ends with `stop`.
pub(crate) async fn name(resources: Resources, answer: ChatMessage, stop: CancellationToken) {
    let named = stop.run_until_cancelled(attempt(&resources, &answer)).await;
    if let Some(Err(error)) = named {
        tracing::debug!(%error, "a session keeps the title of its first message");
    }
}

async fn attempt(resources: &Resources, answer: &ChatMessage) -> Result<(), EngineError> {
    let (Some(provider_id), Some(question)) = (&answer.provider_id, &answer.parent_id) else { return Ok(()) };
    if !resources.registry.titles_by_model()
        || provider_id == Demo::ID
        || answer.status != MessageStatus::Done
    {
        return Ok(());
    }
    let session = resources.reader.session(&answer.session_id).await?;
    let Some(session) = session.filter(|session| !session.title_by_hand && session.deleted_at.is_none())
    else {
        return Ok(());
    };
    let question = resources.reader.message(&answer.session_id, question).await?;
    let Some(question) = question.filter(|question| question.parent_id.is_none()) else { return Ok(()) };
    // The model as it was called, not as it named itself.
    let called = answer.metadata.routing.as_ref().and_then(|routing| routing.attempts.last());
    let Some((provider, called)) = resources.registry.get(provider_id).zip(called) else { return Ok(()) };

    let begun = Instant::now();
    let said = format!(
        "A person wrote:\n\n{}\n\nThe answer begins:\n\n{}",
        excerpt(&question.content),
        excerpt(&answer.content)
    );
    let request = ModelRequest {
        model: called.model_id.clone(),
        system: Some(INSTRUCTION.to_owned()),
        turns: vec![Turn::user(said)],
        max_output_tokens: Some(MOST_TOKENS),
        ..ModelRequest::default()
    };
    let frames = provider.stream(request);
    let told = tokio::time::timeout(PATIENCE, listen(frames, begun))
        .await
        .unwrap_or_else(|_| Told { code: Some("provider_timeout".to_owned()), ..Told::default() });
    let price = resources.models.known(provider_id, &called.model_id).and_then(|info| info.price);
    let entry = LedgerEntry {
        session: answer.session_id.clone(),
        message: answer.id.clone(),
        purpose: "title",
        asked: (provider_id.clone(), called.model_id.clone()),
        provider_id: provider_id.clone(),
        model_id: called.model_id.clone(),
        served: told.served,
        attempt: 1,
        connect_ms: None,
        ttfb_ms: None,
        ttft_ms: told.ttft_ms,
        total_ms: millis(begun),
        input_tokens: told.usage.map(|usage| usage.input_tokens),
        output_tokens: told.usage.map(|usage| usage.output_tokens),
        cached_tokens: told.usage.and_then(|usage| usage.cached_input_tokens),
        reasoning_tokens: told.usage.and_then(|usage| usage.reasoning_tokens),
        cost_micro_usd: price.zip(told.usage).map(|(price, usage)| cost_micro_usd(&price, &usage)),
        code: told.code.clone(),
    };
    let title = tidy(&told.text).filter(|_| told.code.is_none());
    let name = Name { session: answer.session_id.clone(), instead_of: session.title, title, entry };
    Ok(resources.writer.transact(name).await?)
}

async fn listen(
    mut frames: futures_util::stream::BoxStream<'static, Result<Frame, cowork_provider::Failure>>,
    begun: Instant,
) -> Told {
    let mut told = Told::default();
    while let Some(frame) = frames.next().await {
        match frame {
            Ok(Frame::Text(text)) => {
                told.ttft_ms.get_or_insert(millis(begun));
                // More than a few lines is no title; what comes after them is not kept.
                if told.text.len() < 10 * LENGTH {
                    told.text.push_str(&text);
                }
            }
            Ok(Frame::Served { model }) => told.served = Some(model),
            Ok(Frame::Usage(usage)) => told.usage = Some(usage),
            Ok(_) => {}
            Err(failure) => told.code = Some(failure.kind.code().to_owned()),
        }
    }
    told
}

/// The first line without quotation marks, at most 60 characters. `None`: there is no such line.
fn tidy(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let wrapping = ['#', '*', ' ', '.', '"', '\'', '“', '”', '„', '«', '»', '`'];
    let line = line.trim_matches(wrapping);
    let line: String = line.chars().filter(|letter| !letter.is_control()).collect();
    let title = crate::title::from_message(&line);
    (!title.is_empty() && title.chars().count() <= LENGTH).then_some(title)
}

fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT).collect()
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Enters the call, and names the session unless its title has changed meanwhile.
struct Name {
    session: SessionId,
    instead_of: String,
    title: Option<String>,
    entry: LedgerEntry,
}

impl Transaction for Name {
    type Output = ();
    type Refusal = EngineError;

    async fn run(self, tx: &mut Tx<'_>) -> Decided<()> {
        tx.enter_call(&ids::call(), &self.entry).await?;
        let (Some(title), Some(mut session)) = (self.title, tx.session(&self.session).await?) else {
            return Ok(());
        };
        if session.title_by_hand || session.deleted_at.is_some() || session.title != self.instead_of {
            return Ok(());
        }
        session.title = title;
        put_session(tx, session).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_models_wrap_around_a_title_is_taken_off() {
        let long = "word ".repeat(30);
        let cases = [
            ("Lease renewal race", Some("Lease renewal race")),
            ("\n\"Lease renewal race.\"\n", Some("Lease renewal race")),
            ("## **Lease renewal race**\nExplanation", Some("Lease renewal race")),
            ("„Ein Titel“", Some("Ein Titel")),
            ("  \n ", None),
            ("", None),
            (long.as_str(), Some("word word word word word word word word word word word word")),
        ];
        for (text, title) in cases {
            assert_eq!(tidy(text).as_deref(), title, "{text:?}");
        }
    }
}
