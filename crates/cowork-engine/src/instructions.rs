//! Instructions that leave a model no room: which of them it is, and how long it may be. Pure.
//!
//! Elsewhere: what they are (`conversation`), what else of a conversation is left out where it does not fit (`context`).

use crate::context::tokens;
use crate::conversation::Conversation;

/// Instructions may take this part of a window; the rest is the conversation's.
const PART: u64 = 2;

/// What to say where the instructions alone are more than the model holds. `None`: they are not, or nobody knows.
pub(crate) fn refusal(conversation: &Conversation, model: &str, window: Option<u64>) -> Option<String> {
    let window = window?;
    (tokens(&conversation.instructions()?) > window).then(|| advice(conversation, model, window)).flatten()
}

/// What to add to a service's complaint about the length, where the instructions are a large part of it.
pub(crate) fn complaint(conversation: &Conversation, model: &str, window: Option<u64>) -> Option<String> {
    let window = window?;
    (tokens(&conversation.instructions()?) > window / PART)
        .then(|| advice(conversation, model, window))
        .flatten()
}

/// Names the longest of the instructions and says how long it may be beside the others.
fn advice(conversation: &Conversation, model: &str, window: u64) -> Option<String> {
    let persona = conversation.persona.as_ref().map(|persona| &persona.fields);
    let of_persona =
        persona.map(|fields| (format!("the persona \"{}\"", fields.name), fields.prompt.as_str()));
    let of_session =
        conversation.system.as_deref().map(|prompt| ("the session's system prompt".to_owned(), prompt));
    let all: Vec<(String, &str)> = of_persona.into_iter().chain(of_session).collect();
    let (place, text) = all.iter().max_by_key(|(_, text)| tokens(text))?;
    let (whole, own) = (all.iter().map(|(_, text)| tokens(text)).sum::<u64>(), tokens(text).max(1));
    let may = (window / PART).saturating_sub(whole - own).max(1);
    let letters = text.chars().count() as u64;
    // As many letters as make up that part of its tokens.
    let letters = round(u64::try_from(u128::from(letters) * u128::from(may) / u128::from(own)).ok()?);
    Some(format!(
        "The instructions take about {whole} tokens, and the model \"{model}\" holds {window} with the conversation and \
         its answer. Shorten {place} to about {letters} characters, or choose a model with a larger context window. \
         Nothing is lost: try again then."
    ))
}

/// Down to two digits that count: it is an estimate.
fn round(count: u64) -> u64 {
    let unit = 10_u64.pow(count.max(1).ilog10().saturating_sub(1));
    count / unit * unit
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cowork_contract::{Persona, PersonaFields};

    use super::*;

    fn conversation(persona: Option<&str>, system: Option<&str>) -> Conversation {
        let persona = persona.map(|prompt| {
            let fields = serde_json::json!({ "name": "Editor", "prompt": prompt });
            let fields: PersonaFields = serde_json::from_value(fields).unwrap();
            Arc::new(Persona { id: "p".to_owned(), fields, created_at: 1, updated_at: 1 })
        });
        Conversation { persona, system: system.map(str::to_owned), ..Conversation::default() }
    }

    #[test]
    fn the_longest_is_named_with_the_length_that_would_do() {
        let (short, long) = ("a".repeat(400), "b".repeat(4_800));
        let both = conversation(Some(&short), Some(&long));
        let told = refusal(&both, "m", Some(1_000)).unwrap();
        // Half of the window without the 100 tokens of the other: 400 tokens of 4 letters each.
        assert!(told.contains("session's system prompt to about 1600 characters"), "{told}");
        let told = refusal(&conversation(Some(&long), Some(&short)), "m", Some(1_000)).unwrap();
        assert!(told.contains("the persona \"Editor\" to about 1600"), "{told}");
        assert_eq!(refusal(&both, "m", Some(2_000)), None, "it fits, if barely");
        assert!(complaint(&both, "m", Some(2_000)).is_some());
        assert_eq!(complaint(&both, "m", Some(20_000)), None);
        assert_eq!(refusal(&both, "m", None), None);
        assert_eq!(refusal(&conversation(None, None), "m", Some(1)), None);
    }

    #[test]
    fn a_length_has_two_digits_that_count() {
        for (exact, told) in [(0, 0), (7, 7), (99, 99), (128, 120), (16_384, 16_000)] {
            assert_eq!(round(exact), told);
        }
    }
}
