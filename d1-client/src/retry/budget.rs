use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// What every call puts in.
const DEPOSIT: u32 = 1;
/// What a repetition takes out: in a lasting outage, repetitions are a fifth of the calls.
const PRICE: u32 = 5;
/// What it holds at most, and at the start: 100 repetitions in a burst.
const CAPACITY: u32 = 500;

/// A token bucket shared by all calls of a client: a few calls may be repeated freely, but when all calls fail, the
/// repetitions do not multiply the load.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    pub(crate) fn full() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }

    /// A call begins.
    pub(crate) fn deposit(&self) {
        // A full bucket, the usual case, is only read.
        let _ = self.0.fetch_update(Relaxed, Relaxed, |held| {
            (held < CAPACITY).then_some(held + DEPOSIT)
        });
    }

    /// Whether a repetition may be made; if so, its price is taken out.
    pub(crate) fn withdraw(&self) -> bool {
        self.0
            .fetch_update(Relaxed, Relaxed, |held| held.checked_sub(PRICE))
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_and_then_a_fifth_of_the_calls() {
        let budget = Budget::full();
        assert_eq!((0..1_000).filter(|_| budget.withdraw()).count(), 100);
        let repeated = (0..1_000).filter(|_| {
            budget.deposit();
            budget.withdraw()
        });
        assert_eq!(repeated.count(), 200);
    }

    #[test]
    fn it_holds_no_more_than_its_capacity() {
        let budget = Budget::full();
        (0..1_000).for_each(|_| budget.deposit());
        assert_eq!((0..1_000).filter(|_| budget.withdraw()).count(), 100);
    }
}
