use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{Connections, Generation, Service};
use crate::{Outcome, send_tracker::SendTracker};

/// A caller that stops waiting before its attempt has timed out says nothing about the connection, unless it has waited
/// for longer than healthy answers take.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// An attempt's place on a generation. It ends with an answer, or with giving up.
pub(crate) struct Lease {
    connections: Connections,
    generation: Arc<Generation>,
    service: Service,
    began: Instant,
    open: bool,
}

impl Lease {
    pub(super) fn new(connections: Connections, generation: Arc<Generation>, service: Service) -> Self {
        Self {
            connections,
            generation,
            service,
            began: Instant::now(),
            open: true,
        }
    }

    /// The HTTP client to send with.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.generation.http
    }

    /// When the attempt began.
    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// The head of an answer has come.
    pub(crate) fn answered(&mut self) {
        self.open = false;
        self.generation.note_answer(self.service);
    }

    /// The attempt failed by itself: its connection is gone, or there was none.
    pub(crate) fn failed(&mut self) {
        self.open = false;
    }

    /// No answer, or not all of one, came in time. `taken`: whether a connection had taken the request.
    ///
    /// One that was never taken, while nothing has answered yet, waits for a connection: the connect time-out watches
    /// over that.
    pub(crate) fn gave_up(&mut self, taken: bool) {
        self.open = false;
        if taken || self.generation.has_answered(self.service) {
            self.connections.give_up(&self.generation, self.service);
        }
    }

    /// The caller stopped waiting.
    pub(crate) fn abandoned(&mut self, send_tracker: &SendTracker) {
        if self.open && self.began.elapsed() >= LONG_WAIT {
            self.gave_up(send_tracker.outcome() == Outcome::Unknown);
        }
    }
}
