//! Which part of a conversation a summary covers. Pure.
//!
//! Always true: a cover ends on an answer after which the person speaks, or with the conversation, so no exchange is
//! split; the last exchange stays as it was said, unless it is all there is or nothing would fit beside it.

/// A message as the choice sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) is_answer: bool,
    pub(crate) tokens: u64,
}

/// How much stays as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keep {
    /// Tokens of whole exchanges that are wanted.
    pub(crate) wanted: u64,
    /// Tokens, those of a question at the end included, that can be sent at all.
    pub(crate) most: u64,
    /// An earlier summary stands before these messages.
    pub(crate) after_summary: bool,
}

/// The index of the last message to cover. `None`: nothing can be covered.
pub(crate) fn choose(messages: &[Size], keep: Keep) -> Option<usize> {
    let ends = |index: usize| {
        messages[index].is_answer && messages.get(index + 1).is_none_or(|next| !next.is_answer)
    };
    let cuts: Vec<usize> = (0..messages.len()).filter(|index| ends(*index)).collect();
    let last = *cuts.last()?;
    let rest = |from: usize, to: usize| messages[from..to].iter().map(|message| message.tokens).sum::<u64>();
    // The last exchange is covered only where it is all there is.
    let spares_last = cuts.len() > 1 || keep.after_summary;
    let allowed = &cuts[..cuts.len() - usize::from(spares_last)];
    let left = |cut: usize| rest(cut + 1, messages.len());
    let fits = |cut: &&usize| rest(**cut + 1, last + 1) <= keep.wanted && left(**cut) <= keep.most;
    let chosen = allowed.iter().find(fits).or(allowed.last()).copied();
    if chosen.map_or_else(|| rest(0, messages.len()), left) > keep.most { Some(last) } else { chosen }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `p10` is a message of the person with 10 tokens, `a5` an answer with 5.
    fn sizes(text: &str) -> Vec<Size> {
        text.split_whitespace()
            .map(|word| Size { is_answer: word.starts_with('a'), tokens: word[1..].parse().unwrap() })
            .collect()
    }

    const NO_LIMIT: Keep = Keep { wanted: 100, most: u64::MAX, after_summary: false };

    #[test]
    fn what_is_covered() {
        let four = "p10 a90 p10 a90 p10 a90 p10 a90";
        let table = [
            ("nothing was said", "", NO_LIMIT, None),
            ("nothing was answered", "p10 p10", NO_LIMIT, None),
            ("the only exchange", "p10 a90", NO_LIMIT, Some(1)),
            ("the only exchange, before a question", "p10 a90 p10", NO_LIMIT, Some(1)),
            ("all but what is wanted", four, NO_LIMIT, Some(5)),
            ("more is wanted", four, Keep { wanted: 250, ..NO_LIMIT }, Some(3)),
            ("as little as possible", four, Keep { wanted: 999, ..NO_LIMIT }, Some(1)),
            ("the last exchange is larger than what is wanted", "p1 a9 p10 a900", NO_LIMIT, Some(1)),
            ("a question at the end does not count", "p1 a9 p10 a90 p900", NO_LIMIT, Some(1)),
            ("an exchange has several messages", "p1 p1 a40 a40 p10 a90", NO_LIMIT, Some(3)),
            ("one exchange after a summary", "p10 a90", Keep { after_summary: true, ..NO_LIMIT }, None),
            (
                "one that does not fit",
                "p10 a90 p10",
                Keep { after_summary: true, most: 50, ..NO_LIMIT },
                Some(1),
            ),
            ("two after a summary", "p10 a90 p10 a90", Keep { after_summary: true, ..NO_LIMIT }, Some(1)),
            ("the last one does not fit", "p1 a9 p10 a900 p5", Keep { most: 500, ..NO_LIMIT }, Some(3)),
        ];
        for (name, text, keep, expected) in table {
            assert_eq!(choose(&sizes(text), keep), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn a_cover_splits_no_exchange_and_leaves_the_last_one(
            messages in prop::collection::vec((any::<bool>(), 1_u64..500), 0..40),
            wanted in 0_u64..3_000,
            most in 0_u64..5_000,
            after_summary: bool,
        ) {
            let messages: Vec<Size> =
                messages.into_iter().map(|(is_answer, tokens)| Size { is_answer, tokens }).collect();
            let keep = Keep { wanted, most, after_summary };
            let Some(cut) = choose(&messages, keep) else { return Ok(()) };
            prop_assert!(messages[cut].is_answer);
            prop_assert!(messages.get(cut + 1).is_none_or(|next| !next.is_answer));
            let answered_later = messages[cut + 1..].iter().any(|message| message.is_answer);
            let left = |from: usize| messages[from..].iter().map(|message| message.tokens).sum::<u64>();
            let is_first = !messages[..cut].windows(2).any(|two| two[0].is_answer && !two[1].is_answer);
            if !answered_later {
                // All is covered: it is the only exchange, or what would be left does not fit.
                let begin = (0..cut).rev().find(|index| messages[*index].is_answer && !messages[*index + 1].is_answer);
                prop_assert!((is_first && !after_summary) || left(begin.map_or(0, |end| end + 1)) > most);
            }
        }
    }
}
