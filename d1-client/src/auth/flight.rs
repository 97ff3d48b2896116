use std::sync::Arc;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::watch;
use tokio::time::Instant;

use super::TokenError;
use super::cache::{Outcome, Shared};

/// A flight ends by its own time-out. One that is still up this much later sits on a runtime that nobody
/// drives any more.
const OVERDUE: Duration = Duration::from_secs(1);

/// How long a call waits for a fetch that another runtime drives, or should: most fetches take a fraction of it.
pub(super) const FOREIGN_PATIENCE: Duration = Duration::from_secs(1);

/// A fetch under way, for those who wait for it.
pub(super) struct Flight {
    id: u64,
    runtime: runtime::Id,
    outcome: watch::Receiver<Option<Outcome>>,
    due: Instant,
}

impl Flight {
    pub(super) fn new(
        id: u64,
        runtime: runtime::Id,
        outcome: watch::Receiver<Option<Outcome>>,
        due: Instant,
    ) -> Self {
        Self {
            id,
            runtime,
            outcome,
            due,
        }
    }

    /// Whether the runtime in which this is asked is the one that drives it.
    pub(super) fn is_of_this_runtime(&self) -> bool {
        runtime::Handle::try_current().is_ok_and(|runtime| runtime.id() == self.runtime)
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    pub(super) fn outcome(&self) -> watch::Receiver<Option<Outcome>> {
        self.outcome.clone()
    }

    pub(super) fn is_overdue(&self, now: Instant) -> bool {
        now > self.due + OVERDUE
    }
}

/// The duty to tell those who wait how a flight ended, even if its task panics or its runtime goes away.
pub(super) struct Landing {
    cache: Arc<Shared>,
    flight: u64,
    waiting: watch::Sender<Option<Outcome>>,
    landed: bool,
}

impl Landing {
    pub(super) fn new(cache: Arc<Shared>, flight: u64, waiting: watch::Sender<Option<Outcome>>) -> Self {
        Self {
            cache,
            flight,
            waiting,
            landed: false,
        }
    }

    pub(super) fn land(mut self, outcome: Outcome) {
        self.finish(outcome);
    }

    fn finish(&mut self, outcome: Outcome) {
        self.landed = true;
        self.cache.land(self.flight, &outcome);
        self.waiting.send_replace(Some(outcome));
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if self.landed {
            return;
        }
        if std::thread::panicking() {
            self.finish(Err(TokenError::new("the token source panicked")));
        } else {
            // the channel closes next: whoever waits looks again and starts another
            self.cache.abandon(self.flight);
        }
    }
}
