//! Laws that set a window: ours, and those it is compared with, each written from its published description.

use std::time::Duration;

use super::law::{Law, Signal, Ticket};

/// A law that sets a window, as the limiter of a bulk uses it.
pub(crate) trait Algorithm {
    /// How many attempts may be in flight.
    fn limit(&self) -> usize;
    /// An attempt begins.
    fn began(&mut self, now: Duration) -> Ticket;
    /// It has ended, while so many were in flight, itself included.
    fn ended(&mut self, now: Duration, ticket: Ticket, signal: Signal, in_flight: usize);
}

impl Algorithm for Law {
    fn limit(&self) -> usize {
        Self::limit(self)
    }

    fn began(&mut self, now: Duration) -> Ticket {
        Self::began(self, now)
    }

    fn ended(&mut self, now: Duration, ticket: Ticket, signal: Signal, in_flight: usize) {
        Self::ended(self, now, ticket, signal, in_flight);
    }
}

/// A window that stays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fixed(pub(crate) usize);

impl Algorithm for Fixed {
    fn limit(&self) -> usize {
        self.0
    }

    fn began(&mut self, _: Duration) -> Ticket {
        0
    }

    fn ended(&mut self, _: Duration, _: Ticket, _: Signal, _: usize) {}
}

/// Additive increase, multiplicative decrease, as this client had it before. In a round without overload the window grows
/// by one. In any other round it becomes *window × (1 − share ÷ 2)*: *share* is the part of the attempts that met overload,
/// or that took four times as long as usual (and 100 ms longer). *Usual* falls fast and rises slowly.
#[derive(Clone, Debug)]
pub(crate) struct Aimd {
    ceiling: f64,
    window: f64,
    generation: u64,
    ended: usize,
    overloaded: usize,
    most_in_flight: usize,
    usual: Option<f64>,
}

impl Aimd {
    /// From a window to start with, to at most the ceiling.
    pub(crate) fn new(start: usize, ceiling: usize) -> Self {
        Self {
            ceiling: ceiling as f64,
            window: start as f64,
            generation: 0,
            ended: 0,
            overloaded: 0,
            most_in_flight: 0,
            usual: None,
        }
    }

    fn is_slow(&mut self, seconds: f64) -> bool {
        let Some(usual) = &mut self.usual else {
            self.usual = Some(seconds);
            return false;
        };
        let slow = seconds > *usual * 4.0 && seconds > *usual + 0.1;
        *usual *= if seconds < *usual { 0.98 } else { 1.001 };
        slow
    }
}

impl Algorithm for Aimd {
    fn limit(&self) -> usize {
        self.window as usize
    }

    fn began(&mut self, _: Duration) -> Ticket {
        self.generation
    }

    fn ended(&mut self, _: Duration, generation: Ticket, signal: Signal, in_flight: usize) {
        let overloaded = match signal {
            Signal::Overload => true,
            Signal::Answered(latency) | Signal::Refused(latency) => self.is_slow(latency.as_secs_f64()),
        };
        if overloaded && generation != self.generation {
            return;
        }
        self.ended += 1;
        self.most_in_flight = self.most_in_flight.max(in_flight);
        if overloaded {
            self.overloaded += 1;
        } else if self.most_in_flight * 2 >= self.limit() {
            self.window = (self.window + 1.0 / self.window).min(self.ceiling);
        }
        if self.ended >= self.limit() || self.overloaded * 2 >= self.limit() {
            if self.overloaded > 0 {
                let share = self.overloaded as f64 / self.ended as f64;
                self.window = (self.window * (1.0 - share * 0.5)).max(1.0);
                self.generation += 1;
            }
            (self.ended, self.overloaded, self.most_in_flight) = (0, 0, 0);
        }
    }
}

/// Gradient2 of Netflix's concurrency-limits, from its description: the ratio of a long-term average of latency to the
/// last sample, with a tolerance of 1.5 and between a half and one, scales the window; a queue of 4 is added to it, and
/// a fifth of the change is made at a time. A dropped request costs a tenth (its AIMD limit's backoff).
#[derive(Clone, Debug)]
pub(crate) struct Gradient2 {
    ceiling: f64,
    window: f64,
    long: Option<f64>,
    samples: u32,
}

impl Gradient2 {
    const TOLERANCE: f64 = 1.5;
    const SMOOTHING: f64 = 0.2;
    const QUEUE: f64 = 4.0;
    const LONG: f64 = 600.0;

    /// From a window to start with, to at most the ceiling.
    pub(crate) fn new(start: usize, ceiling: usize) -> Self {
        Self {
            ceiling: ceiling as f64,
            window: start as f64,
            long: None,
            samples: 0,
        }
    }
}

impl Algorithm for Gradient2 {
    fn limit(&self) -> usize {
        self.window as usize
    }

    fn began(&mut self, _: Duration) -> Ticket {
        0
    }

    fn ended(&mut self, _: Duration, _: Ticket, signal: Signal, in_flight: usize) {
        let short = match signal {
            Signal::Answered(latency) | Signal::Refused(latency) => latency.as_secs_f64(),
            Signal::Overload => {
                self.window = (self.window * 0.9).max(1.0);
                return;
            }
        };
        self.samples += 1;
        let long = self.long.get_or_insert(short);
        *long += (short - *long)
            / f64::from(self.samples.min(10))
                .max(1.0)
                .max(if self.samples > 10 {
                    (Self::LONG + 1.0) / 2.0
                } else {
                    1.0
                });
        if *long / short > 2.0 {
            *long *= 0.95;
        }
        if (in_flight as f64) < self.window / 2.0 {
            return;
        }
        let gradient = (Self::TOLERANCE * *long / short).clamp(0.5, 1.0);
        let next = self.window * gradient + Self::QUEUE;
        self.window += (next - self.window) * Self::SMOOTHING;
        self.window = self.window.clamp(1.0, self.ceiling);
    }
}

/// Vegas of Netflix's concurrency-limits, from its description and from TCP Vegas (Brakmo and Peterson, 1995): the queue
/// is estimated as the window × (1 - least latency / latency); below 3 × log10(window) the window grows, above
/// 6 × log10(window), or when a request is dropped, it shrinks, by log10(window). The least latency is measured anew
/// every so many samples.
#[derive(Clone, Debug)]
pub(crate) struct Vegas {
    ceiling: f64,
    window: f64,
    least: Option<f64>,
    samples: f64,
}

impl Vegas {
    const PROBE: f64 = 30.0;

    /// From a window to start with, to at most the ceiling.
    pub(crate) fn new(start: usize, ceiling: usize) -> Self {
        Self {
            ceiling: ceiling as f64,
            window: start as f64,
            least: None,
            samples: 0.0,
        }
    }
}

impl Algorithm for Vegas {
    fn limit(&self) -> usize {
        self.window as usize
    }

    fn began(&mut self, _: Duration) -> Ticket {
        0
    }

    fn ended(&mut self, _: Duration, _: Ticket, signal: Signal, in_flight: usize) {
        let step = self.window.log10().max(1.0);
        let latency = match signal {
            Signal::Answered(latency) | Signal::Refused(latency) => latency.as_secs_f64(),
            Signal::Overload => {
                self.window = (self.window - step).max(1.0);
                return;
            }
        };
        self.samples += 1.0;
        if self.samples > Self::PROBE * self.window {
            self.samples = 0.0;
            self.least = Some(latency);
            return;
        }
        let least = self.least.get_or_insert(latency);
        if latency < *least {
            *least = latency;
            return;
        }
        if (in_flight as f64) < self.window / 2.0 {
            return;
        }
        let queue = (self.window * (1.0 - *least / latency)).ceil();
        if queue <= step {
            self.window += 6.0 * step;
        } else if queue < 3.0 * step {
            self.window += step;
        } else if queue > 6.0 * step {
            self.window -= step;
        }
        self.window = self.window.clamp(1.0, self.ceiling);
    }
}
