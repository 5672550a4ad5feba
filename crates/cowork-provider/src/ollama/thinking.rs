//! Which wish to think a model takes, learnt from its refusals.
//!
//! Always true: what is known of a model only becomes less; the number of models is bounded.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Models that are remembered. One more, and all are learnt anew.
const MOST: usize = 256;

/// What a model takes as `think`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Takes {
    /// `low`, `medium` or `high`.
    #[default]
    Levels,
    /// `true` at most; also all that older servers know.
    Switch,
    /// It cannot think.
    Nothing,
}

/// What is known of the models.
#[derive(Debug, Default)]
pub(super) struct Thinking {
    known: Mutex<HashMap<String, Takes>>,
}

impl Thinking {
    pub(super) fn of(&self, model: &str) -> Takes {
        self.known().get(model).copied().unwrap_or_default()
    }

    /// Notes a refusal. Answers whether it was about thinking.
    pub(super) fn refused(&self, model: &str, detail: &str) -> bool {
        let takes = if detail.contains("does not support thinking") {
            Takes::Nothing
        } else if ["think value", "field ChatRequest.think"].iter().any(|sign| detail.contains(sign)) {
            Takes::Switch
        } else {
            return false;
        };
        let mut known = self.known();
        if known.len() >= MOST {
            known.clear();
        }
        let now = known.entry(model.to_owned()).or_default();
        *now = takes.max(*now);
        true
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Takes>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_takes_is_learnt_for_it_alone() {
        let thinking = Thinking::default();
        let table = [
            ("a", "It said: \"think value \"high\" is not supported for this model\"", true, Takes::Switch),
            ("a", "It said: \"\"a\" does not support tools\"", false, Takes::Switch),
            ("a", "It said: \"\"a\" does not support thinking\"", true, Takes::Nothing),
            ("a", "It said: \"think value \"high\" is not supported for this model\"", true, Takes::Nothing),
            (
                "b",
                "json: cannot unmarshal string into Go struct field ChatRequest.think of type bool",
                true,
                Takes::Switch,
            ),
            ("c", "invalid think value: \"high\" (must be true or false)", true, Takes::Switch),
            ("d", "context length", false, Takes::Levels),
        ];
        for (model, detail, about, takes) in table {
            assert_eq!((thinking.refused(model, detail), thinking.of(model)), (about, takes), "{detail}");
        }
    }

    #[test]
    fn no_more_models_are_remembered_than_fit() {
        let thinking = Thinking::default();
        for number in 0..3 * MOST {
            assert!(thinking.refused(&number.to_string(), "does not support thinking"));
            assert!(thinking.known().len() <= MOST);
        }
        assert_eq!(thinking.of(&(3 * MOST - 1).to_string()), Takes::Nothing);
    }
}
