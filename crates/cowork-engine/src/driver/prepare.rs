//! Before an answer's first call: who may be asked, and what is sent.

use std::collections::HashMap;
use std::sync::Arc;

use cowork_contract::{ChatMessage, MessageError, PersonaFields, PresetKind, message_error_code};
use cowork_provider::{Origin, ProviderKind};

use crate::attachments::give::{Abilities, Material, give};
use crate::capability::Needs;
use crate::conversation::{Conversation, Spoken};
use crate::presets::Preset as _;
use crate::routing::Route;
use crate::supervisor::Resources;
use crate::{answer, context, parameters};

/// What there is to send.
pub(super) struct Sent {
    pub(super) conversation: Conversation,
    /// What its files hold.
    pub(super) material: Material,
}

/// Finds who may be asked and what is sent.
pub(super) async fn prepare(
    resources: &Resources,
    message: &ChatMessage,
) -> Result<(Route, Sent), MessageError> {
    let asked = answer::asked(message).cloned();
    let (provider, model) = resources
        .registry
        .resolve(
            asked.as_ref().map(|asked| asked.provider_id.as_str()),
            asked.as_ref().map(|asked| asked.model_id.as_str()),
        )
        .map_err(|error| MessageError {
            code: message_error_code::MODEL_UNAVAILABLE.to_owned(),
            message: error.to_string(),
            retryable: false,
            retry_after_ms: None,
        })?;
    let conversation = conversation(resources, message).await.map_err(|error| MessageError {
        code: message_error_code::INTERNAL.to_owned(),
        message: format!("The conversation could not be read. {error}"),
        retryable: true,
        retry_after_ms: None,
    })?;
    let asked = (provider.id(), model.as_str());
    let material = resources.attachments.material(&conversation.messages).await;
    let sent = Sent { conversation, material };
    // Where answers are compared, another model's in the place of one that failed would deceive.
    let alone = answer::group(message).is_some();
    let needs = match alone {
        true => Needs::default(),
        false => needs(resources, asked, provider.wire(), &sent, message),
    };
    Ok((Route::new(resources.candidates(asked, needs, alone), resources.retry), sent))
}

/// What the request needs of a model, as the one that was asked would get it.
fn needs(
    resources: &Resources,
    (provider, model): (&str, &str),
    wire: ProviderKind,
    Sent { conversation, material }: &Sent,
    message: &ChatMessage,
) -> Needs {
    if resources.registry.fallback().is_empty() {
        return Needs::default(); // nobody else is there, so nobody is passed over
    }
    let info = resources.models.known(provider, model).unwrap_or_default();
    // Images count as sent, whoever was asked: who stands in may have to see them.
    let abilities = Abilities { images: None, wire, window: info.context_window };
    let given = give(material, &conversation.messages, abilities);
    let system = conversation.instructions();
    let mut draft = context::request(model.to_owned(), system, &conversation.messages, message, &given);
    let wish = parameters::asked(&conversation.wish(), &info);
    context::fit(&mut draft, context::Room::of(&info).answering(wish.max_output_tokens));
    Needs::of(&draft.request)
}

/// The conversation that leads to an answer, and the persona as it is now. One that was deleted is left out.
pub(super) async fn conversation(
    resources: &Resources,
    answer: &ChatMessage,
) -> Result<Conversation, cowork_store::ReadError> {
    let mut conversation = spoken(resources, answer).await?;
    if let Some(id) = &conversation.persona_id {
        let stored = resources.reader.preset(PresetKind::Persona, id).await?;
        let persona = stored.and_then(|stored| Some(PersonaFields::read(&stored).ok()?.whole(&stored)));
        conversation.persona = persona.map(Arc::new);
    }
    Ok(conversation)
}

/// What was said: from memory, or else from storage.
async fn spoken(
    resources: &Resources,
    answer: &ChatMessage,
) -> Result<Conversation, cowork_store::ReadError> {
    let conversations = &resources.conversations;
    let session = &answer.session_id;
    let known = answer.parent_id.as_ref().and_then(|question| conversations.down_to(session, question));
    if let Some(known) = known {
        return Ok(known);
    }
    let moment = conversations.moment();
    let settings = resources.reader.session(session).await?;
    let (system, persona_id, parameters) = settings
        .map(|session| (session.system_prompt, session.persona_id, session.parameters))
        .unwrap_or_default();
    let mut branch = resources.reader.branch(session, &answer.id).await?;
    branch.retain(|message| message.id != answer.id);
    let mut origins = HashMap::new();
    for kept in resources.reader.origins(session).await? {
        let wire = serde_json::from_value(kept.wire.into());
        let value = serde_json::from_str(&kept.body);
        // What this build can't read any more is not needed to go on.
        if let (Ok(wire), Ok(value)) = (wire, value) {
            origins.insert(kept.message, Origin { provider: kept.provider_id, wire, value });
        }
    }
    let spoken = |message: ChatMessage| {
        let origin = origins.remove(&message.id);
        Arc::new(Spoken { message, origin })
    };
    let messages = branch.into_iter().map(spoken).collect();
    let read = Conversation { system, persona_id, parameters, persona: None, messages };
    conversations.keep(session, moment, &read);
    Ok(read)
}
