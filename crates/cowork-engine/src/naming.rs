//! A session's title by its model: one small extra call after its first answer, where the person wants that.
//!
//! Always true: it never holds up an answer, is entered in the ledger as `title`, and never replaces a title that a
//! person gave. A call that fails leaves the title that was made of the first message (`title`).

use std::time::Duration;

use cowork_contract::{ChatMessage, MessageStatus, SessionId};
use cowork_provider::demo::Demo;
use cowork_provider::{ModelRequest, Parameters, Turn};
use cowork_store::{LedgerEntry, Transaction, Tx};
use tokio_util::sync::CancellationToken;

use crate::command::{Decided, put_session};
use crate::side_call::{self, Bounds};
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

/// Names the session of its first answer, unless somebody did or nobody wants it. Ends with `stop`.
pub(crate) async fn name(resources: Resources, answer: ChatMessage, stop: CancellationToken) {
    let named = stop.run_until_cancelled(attempt(&resources, &answer, &stop)).await;
    if let Some(Err(error)) = named {
        tracing::debug!(%error, "a session keeps the title of its first message");
    }
}

async fn attempt(
    resources: &Resources,
    answer: &ChatMessage,
    stop: &CancellationToken,
) -> Result<(), EngineError> {
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

    let said = format!(
        "A person wrote:\n\n{}\n\nThe answer begins:\n\n{}",
        excerpt(&question.content),
        excerpt(&answer.content)
    );
    let request = ModelRequest {
        model: called.model_id.clone(),
        system: Some(INSTRUCTION.to_owned()),
        turns: vec![Turn::user(said)],
        parameters: Parameters { max_output_tokens: Some(MOST_TOKENS), ..Parameters::default() },
        ..ModelRequest::default()
    };
    let bounds = Bounds { patience: PATIENCE, bytes: 10 * LENGTH };
    let call = side_call::ask(&resources.models, &provider, request, bounds, stop).await;
    let entry = call.entry((&answer.session_id, &answer.id), "title");
    let title = tidy(&call.text).filter(|_| call.failure.is_none());
    let name = Name { session: answer.session_id.clone(), instead_of: session.title, title, entry };
    Ok(resources.writer.transact(name).await?)
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
