//! The hashes of the bearer tokens that are good.

use std::{
    collections::VecDeque,
    sync::{PoisonError, RwLock},
};

use subtle::{Choice, ConstantTimeEq as _};

use super::Hash;

/// How many tokens of pages are good at once; the oldest is given up for a new one.
const KNOWN_MAX: usize = 4096;

/// The tokens that are good: a few that live as long as the server, and those of pages.
pub(crate) struct Tokens {
    fixed: Vec<Hash>,
    pages: RwLock<VecDeque<Hash>>,
}

impl Tokens {
    /// `pages` from the oldest to the newest.
    pub(crate) fn new(fixed: Vec<Hash>, pages: Vec<Hash>) -> Self {
        let surplus = pages.len().saturating_sub(KNOWN_MAX);
        Self { fixed, pages: RwLock::new(pages.into_iter().skip(surplus).collect()) }
    }

    /// From now on `token` is good.
    pub(crate) fn add(&self, token: Hash) {
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        if pages.len() == KNOWN_MAX {
            pages.pop_front();
        }
        pages.push_back(token);
    }

    /// Whether `token` is good. Looks at all of them whichever matches, so that the time taken tells nothing.
    pub(crate) fn knows(&self, token: Hash) -> bool {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        let any = self
            .fixed
            .iter()
            .chain(pages.iter())
            .fold(Choice::from(0), |any, known| any | known.ct_eq(&token));
        any.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_stored_and_new_tokens_are_good() {
        let tokens = Tokens::new(vec![[1; 32]], vec![[2; 32]]);
        tokens.add([3; 32]);
        for good in 1..=3 {
            assert!(tokens.knows([good; 32]));
        }
        assert!(!tokens.knows([4; 32]));
    }

    #[test]
    fn the_oldest_gives_way_and_fixed_ones_never() {
        let old = (0..KNOWN_MAX).map(|n| [u8::try_from(n % 200).unwrap(); 32]).collect();
        let tokens = Tokens::new(vec![[250; 32]], old);
        tokens.add([251; 32]);
        assert!(tokens.knows([250; 32]) && tokens.knows([251; 32]));
        assert_eq!(tokens.pages.read().unwrap().len(), KNOWN_MAX);
    }
}
