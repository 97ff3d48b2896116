//! When a call is repeated, how long it waits, and how often all calls together may.

mod backoff;
mod budget;

use std::time::Duration;

pub(crate) use backoff::{doubled, pause};
pub(crate) use budget::Budget;

/// How often a call is repeated, and how long it waits in between.
///
/// The policy does not decide which calls may be repeated: the operation and the outcome decide it (see
/// [`guide::retries`](crate::guide::retries)). A call never outlives its own time-out, whatever the policy.
///
/// ```
/// use std::time::Duration;
/// use d1_client::RetryPolicy;
///
/// let patient = RetryPolicy::standard().max_attempts(6).max_backoff(Duration::from_secs(10));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
    pub(crate) initial_backoff: Duration,
    pub(crate) max_backoff: Duration,
    pub(crate) max_retry_after: Duration,
}

impl RetryPolicy {
    /// Up to 4 attempts. The pause before the n-th repetition is random, between 0 and 200 ms × 2ⁿ⁻¹ ("full
    /// jitter"), at most 5 s. A longer `Retry-After` of D1 is obeyed, up to 30 s.
    pub fn standard() -> Self {
        Self {
            max_attempts: 4,
            initial_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(5),
            max_retry_after: Duration::from_secs(30),
        }
    }

    /// One attempt. A token that D1 refuses is still replaced, and the call is made once more with the new token.
    pub fn none() -> Self {
        Self::standard().max_attempts(1)
    }

    /// How many attempts a call may take in all; at least 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest pause before the first repetition; it doubles from there.
    pub fn initial_backoff(mut self, backoff: Duration) -> Self {
        self.initial_backoff = backoff;
        self
    }

    /// The longest pause before any repetition, except for `Retry-After`.
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// The longest pause that a `Retry-After` can cause; a longer `Retry-After` is cut to it.
    pub fn max_retry_after(mut self, pause: Duration) -> Self {
        self.max_retry_after = pause;
        self
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::standard()
    }
}
