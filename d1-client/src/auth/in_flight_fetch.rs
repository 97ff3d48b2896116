use std::time::Duration;

use tokio::runtime;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{AccessToken, TokenError, TokenRequest};
use crate::connections::{LONG_WAIT, Place};

/// A fetch ends by its own time-out. One that is still up this much later sits on a runtime that nobody
/// drives any more.
const OVERDUE: Duration = Duration::from_secs(1);

/// How long a call waits for a fetch that another runtime drives, or should: most fetches take a fraction of it.
pub(super) const FOREIGN_PATIENCE: Duration = Duration::from_secs(1);

/// What a fetch brought.
pub(super) type FetchResult = Result<AccessToken, TokenError>;

/// A fetch under way, for those who wait for it.
pub(super) struct InFlightFetch {
    pub(super) id: u64,
    pub(super) runtime: runtime::Id,
    pub(super) waiting: watch::Sender<Option<FetchResult>>,
    pub(super) request: TokenRequest,
    /// The connections that it uses.
    pub(super) place: Place,
    pub(super) began: Instant,
    /// Someone stopped waiting for it when it might have been silent.
    pub(super) doubted: bool,
}

impl InFlightFetch {
    /// Whether the runtime in which this is asked is the one that drives it.
    pub(super) fn is_of_this_runtime(&self) -> bool {
        runtime::Handle::try_current().is_ok_and(|runtime| runtime.id() == self.runtime)
    }

    pub(super) fn outcome(&self) -> watch::Receiver<Option<FetchResult>> {
        self.waiting.subscribe()
    }

    /// Tells those who wait for it what another fetch brought.
    pub(super) fn end_with(&self, result: &FetchResult) {
        self.waiting.send_replace(Some(result.clone()));
    }

    pub(super) fn is_overdue(&self, now: Instant) -> bool {
        now > self.began + self.request.timeout() + OVERDUE
    }

    /// Whether it has taken so long that another one should be tried beside it: its connections may be silent.
    pub(super) fn may_be_silent(&self, now: Instant) -> bool {
        self.request.uses_connections() && now >= self.began + LONG_WAIT
    }
}
