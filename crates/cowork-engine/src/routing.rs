//! Who answers: the model that was asked, once more after a failure that passes, or the next one of the fallback chain.
//!
//! Always true: nothing here is decided once text is visible; a failure that would come again is not tried again; a
//! model that can't do what the conversation needs is passed over, with the reason on record; the demo never stands
//! in for a model. Pure: no clock and no chance but what is handed in. Elsewhere: calling (`driver`).

use std::time::Duration;

use cowork_contract::{Attempt, passed_over_code};
use cowork_provider::{Failure, FailureKind};

use crate::capability::Unfit;

/// How failures that pass are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Calls of one model beside the first one. 0: none.
    pub most: u32,
    /// Before the second call; each further one waits twice as long.
    pub first_pause: Duration,
    /// A provider that asks for a longer wait is not waited for.
    pub longest_pause: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { most: 2, first_pause: Duration::from_millis(500), longest_pause: Duration::from_secs(30) }
    }
}

impl Retry {
    /// Each model is called once.
    pub const NEVER: Self =
        Self { most: 0, first_pause: Duration::ZERO, longest_pause: Duration::from_secs(30) };
}

/// A model that may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) provider_id: String,
    pub(crate) model_id: String,
    /// Why it is passed over, if another one is left.
    pub(crate) unfit: Option<Unfit>,
    /// Tokens of conversation it can read. `None`: not known.
    pub(crate) window: Option<u64>,
}

/// The way of one answer through the candidates.
#[derive(Debug)]
pub(crate) struct Route {
    candidates: Vec<Candidate>,
    at: usize,
    /// Calls of the present one that failed.
    failed: u32,
    retry: Retry,
    calls: u32,
    attempts: Vec<Attempt>,
    /// Why the one that was asked did not answer.
    because: Option<FailureKind>,
    /// Another one would have been asked, had one been fit.
    nobody_fit: bool,
}

/// What follows a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The same model again, after this pause.
    Again(Duration),
    /// Another model, at once.
    Other,
    /// Nobody is left, or it would not help.
    Nobody,
}

/// One call that failed, as the route has to know it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failed<'a> {
    pub(crate) failure: &'a Failure,
    /// Milliseconds of the call.
    pub(crate) took_ms: u64,
    /// Between 0 and 1, so that not all come back at once.
    pub(crate) chance: f64,
}

impl Route {
    /// The first candidate is the one that was asked; the others follow in their order.
    pub(crate) fn new(candidates: Vec<Candidate>, retry: Retry) -> Self {
        let (calls, attempts) = (0, Vec::new());
        let (because, nobody_fit) = (None, false);
        let mut route = Self { candidates, at: 0, failed: 0, retry, calls, attempts, because, nobody_fit };
        // One that rests is not worth a call while somebody else is there.
        if route.present().is_some_and(|first| first.unfit.is_some()) && route.fit_after(0, None).is_some() {
            route.move_on(None);
        }
        route
    }

    /// The one to call now.
    pub(crate) fn present(&self) -> Option<&Candidate> {
        self.candidates.get(self.at)
    }

    /// Notes that it is called.
    pub(crate) fn called(&mut self) {
        self.calls += 1;
    }

    /// Calls so far.
    pub(crate) fn calls(&self) -> u32 {
        self.calls
    }

    /// What was tried and passed over so far, in order.
    pub(crate) fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// Decides after a failure before any visible text, and notes it.
    pub(crate) fn after(&mut self, failed: Failed<'_>) -> Next {
        let kind = failed.failure.kind;
        self.failed += 1;
        let next = self.next(failed);
        if next != Next::Nobody {
            let failure = failed.failure;
            let ended = (failure.kind.code().to_owned(), failure.detail.clone());
            self.note(Some(ended), failure.request_id.clone(), failed.took_ms);
        } else {
            self.nobody_fit = falls_back(kind);
        }
        if next == Next::Other {
            if self.at == 0 {
                self.because = Some(kind);
            }
            self.move_on(Some(kind));
        }
        next
    }

    fn next(&self, Failed { failure, chance, .. }: Failed<'_>) -> Next {
        let other = || {
            let window = self.present().and_then(|present| present.window);
            let needed = window.filter(|_| failure.kind == FailureKind::ContextLength);
            match self.fit_after(self.at, needed) {
                Some(_) if falls_back(failure.kind) => Next::Other,
                _ => Next::Nobody,
            }
        };
        if self.failed > self.retry.most.min(retries(failure.kind)) {
            return other();
        }
        let chance = chance.clamp(0.0, 1.0);
        let pause = match failure.retry_after {
            Some(asked) if asked > self.retry.longest_pause => return other(),
            // Never sooner than asked.
            Some(asked) => asked.mul_f64(1.0 + chance / 10.0),
            None => {
                let doubled = self.retry.first_pause.saturating_mul(1 << (self.failed - 1).min(16));
                doubled.mul_f64(0.75 + chance / 2.0)
            }
        };
        Next::Again(pause.min(self.retry.longest_pause))
    }

    /// The next one after `at` that is fit; where a conversation was too long, only one that reads more than `window`.
    fn fit_after(&self, at: usize, window: Option<u64>) -> Option<usize> {
        let larger = |candidate: &Candidate| match (window, candidate.window) {
            (Some(window), Some(other)) => other > window,
            _ => true,
        };
        let fit = |candidate: &Candidate| candidate.unfit.is_none() && larger(candidate);
        (at + 1..self.candidates.len()).find(|index| fit(&self.candidates[*index]))
    }

    /// Goes to the next fit one; those that are passed over are noted.
    fn move_on(&mut self, kind: Option<FailureKind>) {
        let window = self.present().and_then(|present| present.window);
        let needed = window.filter(|_| kind == Some(FailureKind::ContextLength));
        let Some(next) = self.fit_after(self.at, needed) else { return };
        let first = if kind.is_none() { self.at } else { self.at + 1 };
        self.pass_over(first, next);
        self.at = next;
        self.failed = 0;
    }

    /// Puts on record that those from `first` to before `next` were not called.
    fn pass_over(&mut self, first: usize, next: usize) {
        for passed in self.candidates.get(first..next).unwrap_or_default() {
            let (code, reason) = passed.unfit.clone().unwrap_or_else(|| {
                (passed_over_code::MODEL_TOO_SMALL, "It can't read more than the one before it.".to_owned())
            });
            self.attempts.push(Attempt {
                provider_id: passed.provider_id.clone(),
                model_id: passed.model_id.clone(),
                code: Some(code.to_owned()),
                reason: Some(reason),
                request_id: None,
                duration_ms: None,
            });
        }
    }

    /// Notes the end of the present call, with the code and the words of its failure. `None`: it answered.
    pub(crate) fn note(
        &mut self,
        failure: Option<(String, String)>,
        request_id: Option<String>,
        took_ms: u64,
    ) {
        let Some(present) = self.candidates.get(self.at) else { return };
        let (code, reason) = failure.unzip();
        self.attempts.push(Attempt {
            provider_id: present.provider_id.clone(),
            model_id: present.model_id.clone(),
            code,
            reason,
            request_id,
            duration_ms: Some(took_ms),
        });
        if std::mem::take(&mut self.nobody_fit) {
            self.pass_over(self.at + 1, self.candidates.len());
        }
    }

    /// For people, where another model than the one that was asked is called.
    pub(crate) fn fallback_notice(&self) -> Option<String> {
        let (asked, present) = (self.candidates.first()?, self.present()?);
        if self.at == 0 {
            return None;
        }
        let why = match (self.because, &asked.unfit) {
            (Some(kind), _) => why(kind).to_owned(),
            (None, Some((_, reason))) => reason.trim_end_matches('.').to_owned(),
            (None, None) => "it could not be asked".to_owned(),
        };
        Some(format!(
            "{} of {} did not answer ({why}). {} of {} answered instead.",
            asked.model_id, asked.provider_id, present.model_id, present.provider_id
        ))
    }
}

/// Calls beside the first that a failure is worth: whether it passes by itself, and how soon.
fn retries(kind: FailureKind) -> u32 {
    match kind {
        FailureKind::RateLimited | FailureKind::Overloaded | FailureKind::Server => u32::MAX,
        FailureKind::Unreachable | FailureKind::Truncated | FailureKind::Garbage | FailureKind::Empty => 1,
        // After a long silence nobody wants to wait for another one.
        FailureKind::Timeout
        | FailureKind::Auth
        | FailureKind::Forbidden
        | FailureKind::ModelNotFound
        | FailureKind::EndpointNotFound
        | FailureKind::Quota
        | FailureKind::ContextLength
        | FailureKind::BadRequest
        | FailureKind::ContentFiltered
        | FailureKind::TooLarge => 0,
    }
}

/// Whether another model may do better.
fn falls_back(kind: FailureKind) -> bool {
    // What was filtered is not carried to another house, and a request of ours that is wrong is wrong there, too.
    !matches!(kind, FailureKind::BadRequest | FailureKind::ContentFiltered | FailureKind::TooLarge)
}

/// The failure within a sentence.
fn why(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Auth => "its key was not accepted",
        FailureKind::Forbidden => "its key may not be used for this",
        FailureKind::ModelNotFound => "the provider does not know the model",
        FailureKind::EndpointNotFound => "nothing answers at its address",
        FailureKind::RateLimited => "too many requests",
        FailureKind::Quota => "its credit or quota is used up",
        FailureKind::Overloaded => "it is overloaded",
        FailureKind::ContextLength => "the conversation is too long for it",
        FailureKind::BadRequest => "it did not accept the request",
        FailureKind::ContentFiltered => "its content filter refused",
        FailureKind::Server => "it failed on its side",
        FailureKind::Unreachable => "it could not be reached",
        FailureKind::Timeout => "it was silent for too long",
        FailureKind::Truncated => "it broke off before the first word",
        FailureKind::Garbage => "it sent something that is not an answer",
        FailureKind::TooLarge => "it sent more than the limit",
        FailureKind::Empty => "it ended without a word",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(name: &str) -> Candidate {
        let (provider, model) = name.split_once('/').unwrap();
        Candidate { provider_id: provider.into(), model_id: model.into(), unfit: None, window: None }
    }

    fn unfit(name: &str) -> Candidate {
        Candidate { unfit: Some(("model_no_images", "It can't see images.".into())), ..candidate(name) }
    }

    fn reads(name: &str, window: u64) -> Candidate {
        Candidate { window: Some(window), ..candidate(name) }
    }

    fn failure(kind: FailureKind, wait: Option<u64>) -> Failure {
        let retry_after = wait.map(Duration::from_millis);
        Failure { kind, status: None, retry_after, detail: "Because.".into(), request_id: None }
    }

    /// Fails again and again; says what follows each time.
    fn run(route: &mut Route, failure: &Failure) -> Vec<String> {
        let mut steps = Vec::new();
        loop {
            route.called();
            let next = route.after(Failed { failure, took_ms: 7, chance: 0.5 });
            steps.push(match next {
                Next::Again(pause) => format!("again {}", pause.as_millis()),
                Next::Other => format!("to {}", route.present().unwrap().model_id),
                Next::Nobody => return steps,
            });
        }
    }

    #[test]
    fn what_follows_a_failure() {
        use FailureKind::*;
        let table: Vec<(FailureKind, Option<u64>, &[&str])> = vec![
            (Overloaded, None, &["again 500", "again 1000", "to b", "again 500", "again 1000"]),
            (RateLimited, Some(2_000), &["again 2100", "again 2100", "to b", "again 2100", "again 2100"]),
            (RateLimited, Some(60_000), &["to b"]),
            (Unreachable, None, &["again 500", "to b", "again 500"]),
            (Timeout, None, &["to b"]),
            (Auth, None, &["to b"]),
            (Quota, None, &["to b"]),
            (ContextLength, None, &["to b"]),
            (BadRequest, None, &[]),
            (ContentFiltered, None, &[]),
            (TooLarge, None, &[]),
        ];
        for (kind, wait, expected) in table {
            let mut route = Route::new(vec![candidate("x/a"), candidate("y/b")], Retry::default());
            assert_eq!(run(&mut route, &failure(kind, wait)), expected, "{kind:?}");
            assert_eq!(route.calls() as usize, expected.len() + 1);
            assert_eq!(route.attempts().len(), expected.len(), "the last one is noted by its end");
        }
        let mut alone = Route::new(vec![candidate("x/a")], Retry::NEVER);
        assert!(run(&mut alone, &failure(Overloaded, None)).is_empty());
    }

    #[test]
    fn a_wait_is_never_shorter_than_asked_nor_longer_than_the_cap() {
        for chance in [0.0, 0.3, 1.0] {
            for asked in [1, 1_000, 29_000, 30_000] {
                let mut route = Route::new(vec![candidate("x/a")], Retry::default());
                let failure = failure(FailureKind::RateLimited, Some(asked));
                let next = route.after(Failed { failure: &failure, took_ms: 1, chance });
                let Next::Again(pause) = next else { panic!("{next:?}") };
                assert!(pause >= Duration::from_millis(asked) && pause <= Retry::default().longest_pause);
            }
        }
    }

    #[test]
    fn one_that_is_unfit_is_passed_over_with_the_reason() {
        let candidates = vec![candidate("x/a"), unfit("y/b"), candidate("z/c")];
        let mut route = Route::new(candidates, Retry::NEVER);
        assert_eq!(run(&mut route, &failure(FailureKind::Auth, None)), ["to c"]);
        let codes: Vec<_> = route.attempts().iter().map(|attempt| attempt.code.as_deref().unwrap()).collect();
        assert_eq!(codes, ["provider_auth", "model_no_images"]);
        assert_eq!(
            route.fallback_notice().unwrap(),
            "a of x did not answer (its key was not accepted). c of z answered instead."
        );
        let mut nobody = Route::new(vec![candidate("x/a"), unfit("y/b")], Retry::NEVER);
        assert!(run(&mut nobody, &failure(FailureKind::Auth, None)).is_empty());
        assert_eq!(nobody.fallback_notice(), None);
        nobody.note(Some(("provider_auth".into(), "No.".into())), None, 7);
        let codes: Vec<_> =
            nobody.attempts().iter().map(|attempt| attempt.code.as_deref().unwrap()).collect();
        assert_eq!(codes, ["provider_auth", "model_no_images"], "on record though nobody is left");
        // Where another one would not help, nobody was passed over.
        let mut alone = Route::new(vec![candidate("x/a"), unfit("y/b")], Retry::NEVER);
        assert!(run(&mut alone, &failure(FailureKind::ContentFiltered, None)).is_empty());
        alone.note(Some(("provider_content_filtered".into(), "No.".into())), None, 7);
        assert_eq!(alone.attempts().len(), 1);
    }

    #[test]
    fn one_that_rests_is_called_only_when_nobody_else_is_there() {
        let route = Route::new(vec![unfit("x/a"), candidate("y/b")], Retry::NEVER);
        assert_eq!(route.present().unwrap().model_id, "b");
        assert_eq!(route.attempts().len(), 1);
        assert!(route.fallback_notice().unwrap().contains("(It can't see images)"));
        let route = Route::new(vec![unfit("x/a")], Retry::NEVER);
        assert_eq!(route.present().unwrap().model_id, "a");
    }

    #[test]
    fn a_conversation_that_was_too_long_goes_to_one_that_reads_more() {
        let candidates = vec![reads("x/a", 8_000), reads("y/b", 8_000), reads("z/c", 32_000)];
        let mut route = Route::new(candidates, Retry::NEVER);
        assert_eq!(run(&mut route, &failure(FailureKind::ContextLength, None)), ["to c"]);
        assert_eq!(route.attempts()[1].code.as_deref(), Some("model_too_small"));
    }
}
