//! The control law: how many attempts may be in flight. Without a clock, a lock or a socket: what happened goes in,
//! with its time, and a window comes out.
//!
//! It grows until there is a sign of load: failures ([`Failures`]) or latency ([`Latency`]). Either may have causes
//! that have nothing to do with this client's load; so a sign is believed only if asking for less makes it go away.
//! If it does not, the window goes back to where it was, and what was seen counts as usual from then on.
//!
//! The bench compares this very file with other laws, in a crate of its own: it uses nothing but `std`, and is a
//! folder's `mod.rs` so that its own modules are found from there, too.

mod failures;
mod latency;
mod ticket;

use std::time::Duration;

pub(crate) use self::ticket::Ticket;
use self::{
    failures::{Failures, Load, Step},
    latency::Latency,
};

/// Averages of answers forget this many of them.
const REMEMBERED: f64 = 32.0;
/// The attempts in flight differ by the golden ratio's fraction, so that a window of 4.7 is 5 in seven cases of ten.
const GOLDEN: f64 = 0.618_033_988_749_895;

/// What an attempt tells about D1's load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// D1 did what it was asked, after this time.
    Answered(Duration),
    /// It refused this item for good, after this time: often faster than it does what it is asked.
    Refused(Duration),
    /// A 429, any 5xx, a time-out, no connection or a broken one.
    Overload,
}

/// A window, and what it depends on.
#[derive(Clone, Debug)]
pub(crate) struct Law {
    floor: f64,
    ceiling: f64,
    window: f64,
    /// Whether there was no sign of load yet.
    is_new: bool,
    /// Up to here, the window doubles in the time of an answer.
    double_until: f64,
    /// The window whose latency is being measured.
    measured: f64,
    /// How many are in flight, on average: a window that is not used says nothing.
    used: f64,
    /// How long an answer takes, on average, in seconds.
    typical: f64,
    /// How many attempts have begun.
    attempts: u64,
    failures: Failures,
    latency: Latency,
}

impl Law {
    /// `1 <= floor <= start <= ceiling`.
    pub(crate) fn new(floor: usize, start: usize, ceiling: usize) -> Self {
        let float = |attempts: usize| u32::try_from(attempts).map_or(f64::from(u32::MAX), f64::from);
        Self {
            floor: float(floor),
            ceiling: float(ceiling),
            window: float(start),
            is_new: true,
            double_until: 0.0,
            measured: float(start),
            used: float(start),
            typical: 0.1,
            attempts: 0,
            failures: Failures::default(),
            latency: Latency::new(float(start)),
        }
    }

    /// How many attempts may be in flight.
    pub(crate) fn limit(&self) -> usize {
        let fraction = (self.attempts as f64 * GOLDEN).fract();
        let window = (self.window - self.failures.held() + fraction).clamp(self.floor, self.ceiling);
        // Between 1 and `u32::MAX`: neither sign nor size is lost, and the fraction is meant to be.
        window as usize
    }

    /// The window, as it is shown: a whole number.
    pub(crate) fn window(&self) -> usize {
        // Between 1 and `u32::MAX`: neither sign nor size is lost, and the fraction is meant to be.
        self.window as usize
    }

    /// An attempt begins. The ticket is to be given back when it ends.
    pub(crate) fn began(&mut self, _now: Duration) -> Ticket {
        self.failures.began();
        let ticket = self.attempts;
        self.attempts += 1;
        ticket
    }

    /// An attempt is over that came to nothing, neither well nor badly.
    pub(crate) fn gave_up(&mut self, ticket: Ticket) {
        self.latency.ended(ticket, None);
    }

    /// An attempt has ended, at this time since a beginning, while `in_flight` were in flight, itself included.
    pub(crate) fn ended(&mut self, now: Duration, ticket: Ticket, signal: Signal, in_flight: usize) {
        let now = now.as_secs_f64();
        let (kind, seconds) = match signal {
            Signal::Answered(latency) => (Some(0), latency.as_secs_f64()),
            Signal::Refused(latency) => (Some(1), latency.as_secs_f64()),
            Signal::Overload => (None, 0.0),
        };
        self.used += (in_flight as f64 - self.used) / REMEMBERED;
        if kind.is_some() {
            self.typical += (seconds - self.typical) / REMEMBERED;
        }
        self.latency.ended(ticket, kind.map(|kind| (kind, seconds)));
        let load = Load {
            window: self.window,
            used: self.used.min(self.window),
            typical: self.typical,
            attempts: self.attempts,
        };
        match self.failures.ended(now, ticket, kind.map(|_| seconds), &load) {
            Step::Stay => {}
            Step::Less(window) => {
                // What was tried meanwhile, with less in flight, is not to be taken for this window.
                let before = self.latency.give_up_trial().unwrap_or(self.window);
                self.is_new = false;
                self.double_until = 0.0;
                self.set(window.min(before));
            }
            Step::Ours { double_until } => {
                self.double_until = double_until;
                self.latency.forget();
                self.measure();
            }
            Step::NotOurs(window) => {
                self.set(window);
                self.latency.forget();
                self.measure();
            }
        }
        if self.failures.is_trying() {
            return;
        }
        if kind.is_some() && in_flight as f64 * 2.0 >= self.window {
            self.grow(now);
        }
        if self.latency.is_measured() {
            let is_settled = self.window >= self.ceiling || !self.is_new;
            let tries = is_settled && now >= 30.0 * self.typical;
            let verdict = self.latency.close(now, self.window, tries, self.floor);
            if self.latency.is_slow() || verdict.less {
                self.is_new = false;
                self.double_until = 0.0;
            }
            self.set(verdict.window);
            if self.is_new && self.used * 2.0 >= self.window && !self.latency.is_trying() {
                self.set(2.0 * self.window);
            }
            self.measure();
        }
    }

    /// An answer without a sign of load.
    fn grow(&mut self, now: f64) {
        if self.is_new || self.latency.is_slow() || self.latency.is_trying() {
            return;
        }
        // The root of the window in the time of an answer, and at most twice that before it is measured again.
        let root = self.measured.sqrt();
        let (step, most) = if self.window < self.double_until {
            (1.0, self.double_until)
        } else {
            (1.0 / root, self.measured.max(self.double_until) + 2.0 * root)
        };
        let most = most.min(self.failures.bound(now)).min(self.ceiling);
        if self.window < most {
            self.set((self.window + step).min(most));
        }
    }

    /// Measures latency with this window, from the next attempt on.
    fn measure(&mut self) {
        self.measured = self.window;
        self.latency.measure(self.attempts, self.window, self.is_new);
    }

    fn set(&mut self, window: f64) {
        self.window = window.clamp(self.floor, self.ceiling);
    }
}
