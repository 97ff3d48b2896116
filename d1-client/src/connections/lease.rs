use std::sync::Arc;

use tokio::time::Instant;

use super::{Connections, Generation, LONG_WAIT, Service};
use crate::{Outcome, send_tracker::SendTracker};

/// An attempt's place on a generation. It ends with an answer, or with giving up.
pub(crate) struct Lease {
    place: Place,
    began: Instant,
    open: bool,
}

/// Which generation is used, and for what.
#[derive(Clone)]
pub(crate) struct Place {
    pub(super) connections: Connections,
    pub(super) generation: Arc<Generation>,
    pub(super) service: Service,
}

impl Lease {
    pub(super) fn new(place: Place) -> Self {
        Self {
            place,
            began: Instant::now(),
            open: true,
        }
    }

    /// The HTTP client to send with.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.place.generation.http
    }

    /// When the attempt began.
    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// A copy for a second task that waits for the same attempt.
    pub(crate) fn place(&self) -> Place {
        self.place.clone()
    }

    /// The head of an answer has come.
    pub(crate) fn answered(&mut self) {
        self.open = false;
        self.place.generation.note_answer(self.place.service);
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
        let Place {
            generation, service, ..
        } = &self.place;
        if taken || generation.has_answered(*service) {
            self.place.give_up();
        }
    }

    /// The caller stopped waiting. That says nothing about the connections, unless they have sent no answer at all
    /// for longer than healthy answers take.
    pub(crate) fn abandoned(&mut self, send_tracker: &SendTracker) {
        if !self.open {
            return;
        }
        let unanswered_since = self
            .place
            .generation
            .unanswered_since(self.place.service, self.began);
        if unanswered_since.elapsed() >= LONG_WAIT {
            self.gave_up(send_tracker.outcome() == Outcome::Unknown);
        }
    }
}

impl Place {
    /// Makes the next generation the current one, unless that has happened.
    pub(crate) fn give_up(&self) {
        self.connections.give_up(&self.generation, self.service);
    }
}
