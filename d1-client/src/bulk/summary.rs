use std::{collections::BTreeMap, fmt, time::Duration};

use crate::{Error, ErrorCode, Outcome, Response};

/// How many different refusals are counted separately: several times as many as the vendor documents. A server that
/// invents a code for every answer must not fill the memory.
const MAX_REFUSALS: usize = 64;

/// The counts of a bulk's items so far, or of all items once the stream has ended. `Display` is one line.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub(super) taken: u64,
    pub(super) passed_over: u64,
    pub(super) elapsed: Duration,
    done: u64,
    refused: u64,
    unknown: u64,
    not_sent: u64,
    retryable: u64,
    attempts: u64,
    refusals: BTreeMap<Refusal, u64>,
}

/// How D1 refused: a status, and D1's code if its answer had one. Without a status the last refusal is no longer
/// known, because the item's time ran out before its next attempt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status.
    pub status: Option<u16>,
    /// D1's `errorCode`.
    pub code: Option<ErrorCode>,
}

impl Summary {
    pub(super) fn note<T>(&mut self, result: Result<&Response<T>, &Error>) {
        let error = match result {
            Ok(response) => {
                self.done += 1;
                self.attempts += u64::from(response.attempts());
                return;
            }
            Err(error) => error,
        };
        self.attempts += u64::from(error.attempts());
        self.retryable += u64::from(error.is_retryable());
        match error.outcome() {
            Outcome::NotSent => self.not_sent += 1,
            Outcome::Unknown => self.unknown += 1,
            Outcome::Rejected => {
                self.refused += 1;
                self.note_refusal(error);
            }
        }
    }

    fn note_refusal(&mut self, error: &Error) {
        let refusal = Refusal {
            status: error.status(),
            code: error.code().cloned(),
        };
        let refusal = if self.refusals.len() < MAX_REFUSALS || self.refusals.contains_key(&refusal) {
            refusal
        } else {
            Refusal {
                code: None,
                ..refusal
            }
        };
        *self.refusals.entry(refusal).or_default() += 1;
    }

    /// Items whose result was returned by the stream: `done + refused + unknown + not_sent`.
    pub fn reported(&self) -> u64 {
        self.done + self.refused + self.unknown + self.not_sent
    }

    /// Items that D1 has carried out.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Items for which D1 answered that it did nothing ([`Outcome::Rejected`]); see [`refusals`](Self::refusals).
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// The refused items by status and code, the lower status first.
    pub fn refusals(&self) -> impl Iterator<Item = (&Refusal, u64)> {
        self.refusals.iter().map(|(refusal, items)| (refusal, *items))
    }

    /// Items whose outcome is not known ([`Outcome::Unknown`]): find out what happened.
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Items that never reached D1 ([`Outcome::NotSent`]): refused by the vendor's rules before anything was sent, no
    /// token, no connection.
    pub fn not_sent(&self) -> u64 {
        self.not_sent
    }

    /// Of the items that are not done, those that may succeed in a later run
    /// ([`Error::is_retryable`](crate::Error::is_retryable)).
    pub fn retryable(&self) -> u64 {
        self.retryable
    }

    /// Items taken from the input and not reported yet. If the program ended now, their outcome would be unknown.
    pub fn in_flight(&self) -> u64 {
        self.taken - self.reported()
    }

    /// Items skipped because they belong to another [shard](super::Shard).
    pub fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// Requests sent for the items reported so far, repetitions included.
    pub fn attempts(&self) -> u64 {
        self.attempts
    }

    /// From the first poll of the stream to now, or to its end.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Reported items per second.
    pub fn throughput(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 {
            self.reported() as f64 / seconds
        } else {
            0.0
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (done, refused, unknown, not_sent) = (self.done, self.refused, self.unknown, self.not_sent);
        write!(
            f,
            "{done} done, {refused} refused, {unknown} unknown, {not_sent} not sent"
        )?;
        if self.in_flight() > 0 {
            write!(f, ", {} in flight", self.in_flight())?;
        }
        write!(
            f,
            "; {} requests in {:.1} s, {:.0} items/s",
            self.attempts,
            self.elapsed.as_secs_f64(),
            self.throughput()
        )
    }
}
