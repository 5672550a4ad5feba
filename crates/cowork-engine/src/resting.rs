//! Providers that keep failing, and are left alone for a while where another one can answer.
//!
//! Always true: an answer or a day without a call forgets what was; memory is bounded by the configured providers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use cowork_provider::FailureKind;

/// Failures in a row until a provider rests.
const FAILURES: u32 = 3;
/// How long it rests; each further failure makes it rest anew.
const REST: Duration = Duration::from_secs(60);

/// How each provider fared last.
#[derive(Debug, Default)]
pub(crate) struct Resting {
    streaks: Mutex<HashMap<String, Streak>>,
}

#[derive(Debug)]
struct Streak {
    failures: u32,
    last: Instant,
}

impl Resting {
    /// Notes how a call ended. `None`: it answered.
    pub(crate) fn note(&self, provider: &str, failure: Option<FailureKind>, now: Instant) {
        let mut streaks = self.streaks.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            None => drop(streaks.remove(provider)),
            Some(kind) if is_the_provider_s(kind) => {
                let streak = streaks.entry(provider.to_owned()).or_insert(Streak { failures: 0, last: now });
                if now.duration_since(streak.last) > REST * 10 {
                    streak.failures = 0;
                }
                streak.failures = streak.failures.saturating_add(1);
                streak.last = now;
            }
            Some(_) => {}
        }
    }

    /// Why a provider is passed over. `None`: it is not.
    pub(crate) fn reason(&self, provider: &str, now: Instant) -> Option<String> {
        let streaks = self.streaks.lock().unwrap_or_else(PoisonError::into_inner);
        let streak = streaks.get(provider)?;
        let rests = streak.failures >= FAILURES && now.duration_since(streak.last) < REST;
        rests.then(|| {
            format!("{provider} failed {} times in a row and is left alone for a minute.", streak.failures)
        })
    }
}

/// Whether a failure says that the provider as a whole is in trouble, rather than one model or one request.
fn is_the_provider_s(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::Auth
            | FailureKind::Quota
            | FailureKind::Overloaded
            | FailureKind::Server
            | FailureKind::Unreachable
            | FailureKind::Timeout
            | FailureKind::EndpointNotFound
            | FailureKind::Garbage
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failures_in_a_row_rest_for_a_minute_and_an_answer_forgets_them() {
        let resting = Resting::default();
        let start = Instant::now();
        let fail = |kind| resting.note("p", Some(kind), start);
        fail(FailureKind::Server);
        fail(FailureKind::Unreachable);
        fail(FailureKind::ContextLength);
        assert_eq!(resting.reason("p", start), None, "a long conversation is no fault of the provider");
        fail(FailureKind::Overloaded);
        assert!(resting.reason("p", start).unwrap().contains("3 times"));
        assert_eq!(resting.reason("q", start), None);
        assert_eq!(resting.reason("p", start + REST), None, "tried again after a minute");
        resting.note("p", Some(FailureKind::Server), start + REST);
        assert!(resting.reason("p", start + REST).is_some(), "and at rest again if it fails again");
        resting.note("p", None, start + REST);
        assert_eq!(resting.reason("p", start + REST), None);
    }
}
