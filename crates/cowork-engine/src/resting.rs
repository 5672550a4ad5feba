//! Providers that keep failing, and are left alone for a while where another one can answer.
//!
//! Always true: an answer, a new key or address, or ten minutes without a call forget what was; memory is bounded by the
//! providers that there were.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use cowork_provider::{FailureKind, Provider};

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
    /// Who failed: one that was set up anew has not failed yet.
    provider: Weak<dyn Provider>,
    failures: u32,
    last: Instant,
}

impl Resting {
    /// Notes how a call ended. `None`: it answered.
    pub(crate) fn note(&self, provider: &Arc<dyn Provider>, failure: Option<FailureKind>, now: Instant) {
        let mut streaks = self.streaks.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            None => drop(streaks.remove(provider.id())),
            Some(kind) if is_the_provider_s(kind) => {
                let new = || Streak { provider: Arc::downgrade(provider), failures: 0, last: now };
                let streak = streaks.entry(provider.id().to_owned()).or_insert_with(new);
                if !is(&streak.provider, provider) {
                    *streak = new();
                }
                if now.duration_since(streak.last) > REST * 10 {
                    streak.failures = 0;
                }
                streak.failures = streak.failures.saturating_add(1);
                streak.last = now;
            }
            Some(_) => {}
        }
    }

    /// Forgets how a provider fared: the person has just seen to it.
    pub(crate) fn forget(&self, provider: &str) {
        self.streaks.lock().unwrap_or_else(PoisonError::into_inner).remove(provider);
    }

    /// Why a provider is passed over. `None`: it is not.
    pub(crate) fn reason(&self, provider: &Arc<dyn Provider>, now: Instant) -> Option<String> {
        let streaks = self.streaks.lock().unwrap_or_else(PoisonError::into_inner);
        let streak = streaks.get(provider.id()).filter(|streak| is(&streak.provider, provider))?;
        let rests = streak.failures >= FAILURES && now.duration_since(streak.last) < REST;
        let (id, failures) = (provider.id(), streak.failures);
        rests.then(|| format!("{id} failed {failures} times in a row and is left alone for a minute."))
    }
}

fn is(known: &Weak<dyn Provider>, provider: &Arc<dyn Provider>) -> bool {
    known.upgrade().is_some_and(|known| Arc::ptr_eq(&known, provider))
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
    use cowork_provider::demo::Demo;

    use super::*;

    #[test]
    fn three_failures_in_a_row_rest_for_a_minute_and_an_answer_forgets_them() {
        let resting = Resting::default();
        let start = Instant::now();
        let demo = |id: &str| -> Arc<dyn Provider> { Arc::new(Demo { id: id.into(), ..Demo::default() }) };
        let (p, q) = (demo("p"), demo("q"));
        let fail = |kind| resting.note(&p, Some(kind), start);
        fail(FailureKind::Server);
        fail(FailureKind::Unreachable);
        fail(FailureKind::ContextLength);
        assert_eq!(resting.reason(&p, start), None, "a long conversation is no fault of the provider");
        fail(FailureKind::Overloaded);
        assert!(resting.reason(&p, start).unwrap().contains("3 times"));
        assert_eq!(resting.reason(&q, start), None);
        assert_eq!(resting.reason(&p, start + REST), None, "tried again after a minute");
        resting.note(&p, Some(FailureKind::Server), start + REST);
        assert!(resting.reason(&p, start + REST).is_some(), "and at rest again if it fails again");
        resting.note(&p, None, start + REST);
        assert_eq!(resting.reason(&p, start + REST), None);
        for _ in 0..3 {
            fail(FailureKind::Auth);
        }
        assert!(resting.reason(&p, start).is_some());
        let anew = demo("p");
        assert_eq!(resting.reason(&anew, start), None, "with another key it has not failed yet");
        resting.note(&anew, Some(FailureKind::Auth), start);
        assert_eq!(resting.reason(&anew, start), None, "and begins at one");
    }
}
