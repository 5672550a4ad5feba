//! Start codes: in memory only, each good once and for a minute.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use subtle::ConstantTimeEq as _;
use tokio::time::Instant;

use super::Hash;

/// How long a start code is good for.
pub(crate) const GOOD_FOR: Duration = Duration::from_secs(60);

/// How many may be out at once; the oldest is given up for a new one.
const OUT_MAX: usize = 64;

/// The start codes that are out.
#[derive(Default)]
pub(crate) struct Codes(Mutex<VecDeque<(Hash, Instant)>>);

impl Codes {
    /// From now on `code` is good, once.
    pub(crate) fn add(&self, code: Hash) {
        let mut out = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if out.len() == OUT_MAX {
            out.pop_front();
        }
        out.push_back((code, Instant::now() + GOOD_FOR));
    }

    /// Whether `code` was good; it no longer is.
    pub(crate) fn take(&self, code: Hash) -> bool {
        let now = Instant::now();
        let mut out = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        out.retain(|(_, until)| *until > now);
        let before = out.len();
        out.retain(|(known, _)| !bool::from(known.ct_eq(&code)));
        out.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_code_is_good_once_and_for_a_minute() {
        let codes = Codes::default();
        codes.add([1; 32]);
        codes.add([2; 32]);
        assert!(!codes.take([3; 32]), "never given out");
        assert!(codes.take([1; 32]));
        assert!(!codes.take([1; 32]), "used");
        tokio::time::advance(GOOD_FOR - Duration::from_millis(1)).await;
        codes.add([4; 32]);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(!codes.take([2; 32]), "too old");
        assert!(codes.take([4; 32]), "the younger one still is good");
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_gives_way() {
        let codes = Codes::default();
        for number in 0..=OUT_MAX {
            codes.add([u8::try_from(number).unwrap(); 32]);
        }
        assert!(!codes.take([0; 32]));
        assert!(codes.take([1; 32]));
    }
}
