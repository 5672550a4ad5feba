//! Sessions that a message mentions, quoted as they are when it is sent.
//!
//! Always true: a quote is a file of the message, so an answer that is given again reads the same; a mention of what
//! can't be quoted refuses the message, and nothing of it is done. Elsewhere: what a mention and a quote look like
//! (`mention`), how a model is given a file (`attachments::give`).

use std::sync::Arc;

use bytes::Bytes;
use cowork_contract::{Asked, ChatAttachmentRef, MessageId, MessageRole, SessionId};

use super::Engine;
use crate::conversation::Spoken;
use crate::mention::{self, Mention};
use crate::{EngineError, context};

/// Sessions that one message may mention.
const MOST: usize = 5;

impl Engine {
    /// Quotes what is mentioned, for the one of the models asked that can hold least, as files of `session`. The session itself is not quoted:
    /// its model has it before it.
    pub(super) async fn quotes(
        &self,
        session: &SessionId,
        mut mentions: Vec<Mention>,
        asked: &[Asked],
    ) -> Result<Vec<ChatAttachmentRef>, EngineError> {
        mentions.retain(|mention| mention.session != *session);
        if mentions.len() > MOST {
            let detail = format!(
                "The message mentions {} conversations; at most {MOST} are quoted. Mention fewer, or send it in parts.",
                mentions.len()
            );
            return Err(EngineError::invalid("content", detail));
        }
        let window = |asked: &Asked| self.models.known(&asked.provider_id, &asked.model_id)?.context_window;
        let room = mention::room(asked.iter().filter_map(window).min(), mentions.len());
        // All of them are read before the first is kept.
        let mut texts = Vec::with_capacity(mentions.len());
        for mention in &mentions {
            texts.push(self.quote(mention, room).await?);
        }
        let mut quotes = Vec::with_capacity(texts.len());
        for (name, text) in texts {
            let mut upload = self.attachments.begin(session, Some(text.len() as u64)).await?;
            upload.write(Bytes::from(text)).await?;
            quotes.push(upload.finish(&name, None).await?);
        }
        Ok(quotes)
    }

    /// What an edit mentions that the message did not: what it did is quoted already.
    pub(super) async fn newly_mentioned(
        &self,
        session: &SessionId,
        message: &MessageId,
        content: &str,
    ) -> Result<Vec<Mention>, EngineError> {
        let mut mentions = mention::mentions(content);
        if mentions.is_empty() {
            return Ok(mentions);
        }
        let Some(before) = self.reader.message(session, message).await? else {
            return Err(EngineError::NotFound("message"));
        };
        if before.role != MessageRole::User {
            return Ok(Vec::new()); // what a model says mentions nothing
        }
        let known = mention::mentions(&before.content);
        mentions.retain(|mention| !known.iter().any(|known| known.session == mention.session));
        Ok(mentions)
    }

    /// The name and the text of a quote.
    async fn quote(&self, mention: &Mention, room: u64) -> Result<(String, String), EngineError> {
        let found = self.reader.session(&mention.session).await?;
        let Some(session) = found.as_ref().filter(|session| session.deleted_at.is_none()) else {
            let title = &mention.title;
            let detail = match found {
                Some(_) => format!(
                    "The conversation “{title}” that the message mentions is deleted. Restore it, or take the mention out."
                ),
                None => format!(
                    "There is no conversation “{title}” as the message mentions it: it may be deleted for good. Take the \
                     mention out."
                ),
            };
            return Err(EngineError::invalid("content", detail));
        };
        let branch = match &session.active_leaf_id {
            Some(leaf) => self.reader.branch(&session.id, leaf).await?,
            None => Vec::new(),
        };
        let branch: Vec<Arc<Spoken>> = branch.into_iter().map(|message| Arc::new(message.into())).collect();
        let text = mention::quote(session, &context::said(&branch, None), room);
        // A slash would make the words before it a folder.
        let title = mention::name(session).replace(['/', '\\'], "-");
        // "Why?" would be the file "Why-.md".
        let name = title.trim_end_matches(|last: char| !last.is_alphanumeric());
        Ok((format!("{}.md", if name.is_empty() { &title } else { name }), text))
    }
}
