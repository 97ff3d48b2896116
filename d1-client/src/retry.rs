//! When a call is repeated, how long it waits, and how often all calls together may.

mod backoff;
mod budget;

use std::time::Duration;

pub(crate) use backoff::pause;
pub(crate) use budget::Budget;

/// How often a call is repeated, and how long it waits in between.
///
/// What may be repeated is not a matter of policy: it follows from the operation and from what happened (see
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
    /// Up to 4 attempts. The pause before the n-th repetition is a random part of 200 ms × 2ⁿ⁻¹ ("full jitter"), of
    /// 5 s at most; a `Retry-After` of D1's is kept where it is longer, up to 30 s.
    pub fn standard() -> Self {
        Self {
            max_attempts: 4,
            initial_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(5),
            max_retry_after: Duration::from_secs(30),
        }
    }

    /// One attempt. A token that D1 refuses is still replaced, and the call made once more with the new one.
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

    /// The longest pause before any repetition, but for `Retry-After`.
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// The longest `Retry-After` that is waited for; a longer one is cut to it.
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
