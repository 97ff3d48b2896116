//! What a call does next: state and event in, step out. Without a clock, a socket or chance.

use std::time::Duration;

use d1_generated::Operation;

use crate::{
    error::{Ending, ErrorKind, Failure},
    outcome::Outcome,
    retry::{self, Budget, RetryPolicy},
};

/// A call that is one of many is on its way when tokens expire, more than once if it is slow. Three in a row is no
/// coincidence any more.
const PACED_REPLAYS: u32 = 3;

/// What does not change during a call.
pub(super) struct Terms<'a> {
    pub(super) operation: Operation,
    pub(super) policy: &'a RetryPolicy,
    /// Attempts in all, replays not counted.
    pub(super) max_attempts: u32,
    /// What repetitions are paid from; a call that is one of many pays with its place in the window instead.
    pub(super) budget: Option<&'a Budget>,
}

/// What has just happened.
pub(super) enum Event {
    /// There is a token, and a request with it. `another`: D1 has not refused this token in this call.
    Ready { another: bool },
    /// There is none.
    NotReady(Failure),
    /// An attempt failed.
    Failed(Failure),
}

/// The moment in which it happened.
pub(super) struct Moment {
    /// Until the call's deadline.
    pub(super) left: Duration,
    /// What an attempt takes at least.
    pub(super) shortest_attempt: Duration,
    /// From 0 to 1, drawn anew for each moment.
    pub(super) jitter: f64,
}

/// What to do next.
pub(super) enum Step {
    /// Make an attempt with the token.
    Attempt,
    /// Drop the token that was refused, if it serves nobody else, and get another.
    Replay,
    /// Wait, then get a token: the call is repeated.
    Pause(Duration),
    /// The call has failed.
    Fail(Failure),
}

/// A call so far.
pub(super) struct Progress {
    attempts: u32,
    repetitions: u32,
    worst: Outcome,
    /// Answers of 401 in a row.
    refused: u32,
    /// How the last attempt ended.
    last: Option<Failure>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            attempts: 0,
            repetitions: 0,
            worst: Outcome::NotSent,
            refused: 0,
            last: None,
        }
    }

    /// How many requests were sent, or tried to be.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What is known of all attempts so far.
    pub(super) fn outcome(&self) -> Outcome {
        self.worst
    }

    /// The failure for which the call is repeated.
    pub(super) fn last(&self) -> Option<&Failure> {
        self.last.as_ref()
    }

    /// Whether the attempt under way has another token because the one before was refused.
    pub(super) fn is_replay(&self) -> bool {
        self.refused > 0
    }

    pub(super) fn next(&mut self, event: Event, moment: Moment, terms: &Terms<'_>) -> Step {
        match event {
            Event::Ready { another } => self.ready(another, &moment),
            // Time ran out for a token: how the last attempt ended is the better answer.
            Event::NotReady(failure) if failure.kind == ErrorKind::Timeout => match self.last.take() {
                Some(last) => Step::Fail(last),
                None => self.failed(failure, &moment, terms),
            },
            Event::NotReady(failure) => self.failed(failure, &moment, terms),
            Event::Failed(failure) => {
                self.worst = self.worst.least_certain(failure.outcome());
                if failure.ending != Ending::Unauthorized {
                    // Whatever was wrong with the last token is not wrong with this one.
                    self.refused = 0;
                } else if self.refused < replays(terms) {
                    self.refused += 1;
                    self.last = Some(failure);
                    return Step::Replay;
                }
                self.failed(failure, &moment, terms)
            }
        }
    }

    fn ready(&mut self, another: bool, moment: &Moment) -> Step {
        let last = self.last.take();
        match last {
            // The same token would get the same answer.
            Some(refused) if refused.ending == Ending::Unauthorized && !another => Step::Fail(refused),
            // No attempt begins that cannot end in time: it would only hide what is known.
            last if moment.left < moment.shortest_attempt => {
                Step::Fail(last.unwrap_or_else(|| Failure::timed_out(Outcome::NotSent)))
            }
            _ => {
                self.attempts += 1;
                Step::Attempt
            }
        }
    }

    /// Repeats the call, if that is safe, allowed, in time, and affordable.
    fn failed(&mut self, failure: Failure, moment: &Moment, terms: &Terms<'_>) -> Step {
        self.worst = self.worst.least_certain(failure.outcome());
        let repetition = self.repetitions + 1;
        let pause = retry::pause(terms.policy, repetition, failure.retry_after, moment.jitter);
        let allowed = repetition < terms.max_attempts
            && failure.is_safe_to_repeat(terms.operation)
            && moment
                .left
                .checked_sub(pause)
                .is_some_and(|left| left >= moment.shortest_attempt && !left.is_zero())
            && terms.budget.is_none_or(Budget::withdraw);
        if !allowed {
            return Step::Fail(failure);
        }
        self.repetitions = repetition;
        self.last = Some(failure);
        Step::Pause(pause)
    }
}

/// How often in a row the call is made once more with another token because D1 refused the last one.
fn replays(terms: &Terms<'_>) -> u32 {
    if terms.budget.is_none() { PACED_REPLAYS } else { 1 }
}

#[cfg(test)]
mod tests;
