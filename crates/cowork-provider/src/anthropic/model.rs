//! What the name of a model tells about how it wants to be asked. Nothing is looked up.
//!
//! The service refuses what a model does not know, and its models differ in how they take the wish to think. A name
//! without a version, such as one that a gateway made up, is taken for a model that takes a budget.

use crate::Effort;

/// How a model is asked to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thinking {
    /// It can't.
    Never,
    /// With this many tokens at most.
    Budget(u64),
    /// As much as it sees fit, guided by the effort.
    Adaptive,
}

/// How to ask this model. `adapts`: it has refused a budget before.
pub(super) fn thinking(model: &str, effort: Effort, adapts: bool) -> Thinking {
    let budget = match effort {
        Effort::Low => 2_048,
        Effort::Medium => 8_192,
        Effort::High => 24_576,
    };
    match version(model) {
        Some(version) if version < (3, 7) => Thinking::Never,
        Some(version) if version < (4, 6) => Thinking::Budget(budget),
        Some(version) if version >= (4, 7) => Thinking::Adaptive,
        _ if adapts => Thinking::Adaptive,
        _ => Thinking::Budget(budget),
    }
}

/// Whether this model may be told how freely to choose its words: later ones refuse it.
pub(super) fn takes_sampling(model: &str) -> bool {
    version(model).is_none_or(|version| version < (4, 7))
}

/// Whether this model may be asked in another way than the first one, if it refuses that.
pub(super) fn is_either(model: &str, effort: Effort) -> bool {
    thinking(model, effort, true) != thinking(model, effort, false)
}

/// The length of an answer that is asked for where nobody says how long it may be: the wire has no "as you like".
pub(super) fn usual_length(model: &str, effort: Option<Effort>) -> u64 {
    if version(model).is_some_and(|version| version < (3, 5)) {
        return 4_096; // their limit
    }
    8_192
        + match effort {
            None => 0,
            Some(Effort::Low) => 2_048,
            Some(Effort::Medium) => 8_192,
            Some(Effort::High) => 32_000 - 8_192, // some models answer with 32,000 at most
        }
}

/// Major and minor, out of names like `claude-3-7-sonnet-20250219`, `claude-opus-4-20250514` or `claude-opus-4.6`.
fn version(model: &str) -> Option<(u8, u8)> {
    let (_, name) = model.split_once("claude-")?;
    let short = |word: &str| word.parse::<u8>().ok().filter(|number| *number < 100);
    let mut words = name.split(['-', '.', ':', '@', '/']);
    let major = words.by_ref().find_map(short)?;
    Some((major, words.next().and_then(short).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_out_of_names() {
        let table = [
            ("claude-3-haiku-20240307", Some((3, 0))),
            ("claude-3-5-haiku-latest", Some((3, 5))),
            ("claude-3-7-sonnet-20250219", Some((3, 7))),
            ("claude-opus-4-20250514", Some((4, 0))),
            ("claude-opus-4-1-20250805", Some((4, 1))),
            ("anthropic/claude-opus-4.6", Some((4, 6))),
            ("anthropic.claude-opus-4-7-v1:0", Some((4, 7))),
            ("claude-sonnet-4@20250514", Some((4, 0))),
            ("claude-sonnet-5", Some((5, 0))),
            ("claude-next", None),
            ("claude-", None),
            ("other-4", None),
        ];
        for (model, expected) in table {
            assert_eq!(version(model), expected, "{model}");
        }
    }

    #[test]
    fn each_generation_is_asked_to_think_in_its_way() {
        let table = [
            ("claude-3-5-haiku-latest", Thinking::Never, Thinking::Never),
            ("claude-sonnet-4-5", Thinking::Budget(8_192), Thinking::Budget(8_192)),
            ("claude-opus-4-6", Thinking::Budget(8_192), Thinking::Adaptive),
            ("claude-opus-4-7", Thinking::Adaptive, Thinking::Adaptive),
            ("made-up", Thinking::Budget(8_192), Thinking::Adaptive),
        ];
        for (model, first, refused) in table {
            assert_eq!(thinking(model, Effort::Medium, false), first, "{model}");
            assert_eq!(thinking(model, Effort::Medium, true), refused, "{model}");
            assert_eq!(is_either(model, Effort::Medium), first != refused, "{model}");
        }
    }
}
