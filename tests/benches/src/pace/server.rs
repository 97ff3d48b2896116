//! Servers that a bulk may meet.

use std::collections::VecDeque;

use super::random::Random;

/// Seconds since the start.
pub(crate) type Time = f64;

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A success.
    Done,
    /// A 4xx that is final.
    Refused,
    /// A 429.
    Throttled,
    /// A 503 without a body: D1's own.
    Unavailable,
    /// A 503 of a gateway: the outcome is not known.
    Gateway,
    /// The connection broke.
    Reset,
    /// There was no connection.
    NoConnection,
}

/// How long a server works on a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Latency {
    /// Always as long.
    Constant(Time),
    /// Half of them take longer than the median; sigma is of the logarithm.
    LogNormal {
        /// In seconds.
        median: Time,
        /// Of the logarithm.
        sigma: f64,
    },
    /// A tail of the power law.
    Pareto {
        /// The least.
        least: Time,
        /// The smaller, the heavier the tail.
        alpha: f64,
    },
}

impl Latency {
    fn draw(self, random: &mut Random) -> Time {
        match self {
            Self::Constant(time) => time,
            Self::LogNormal { median, sigma } => median * (sigma * random.normal()).exp(),
            Self::Pareto { least, alpha } => least * random.unit().powf(-1.0 / alpha),
        }
    }
}

/// The capacity of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Capacity {
    /// Any number of requests, each as fast as if it were alone.
    Any,
    /// So many workers, and a queue before them of at most this length; beyond, a 503.
    Workers(usize, usize),
    /// So many at once; beyond, a 503.
    AtOnce(usize),
    /// So many a second; beyond, a 429. A bucket that holds what comes in within this time.
    Rate(f64, Time),
    /// So many in each second of the clock; beyond, a 429.
    EachSecond(u32),
}

/// From when on a server is how.
#[derive(Clone, Debug)]
pub(crate) struct Phase {
    /// Its start.
    pub(crate) from: Time,
    /// How long a request takes.
    pub(crate) latency: Latency,
    /// How many it serves.
    pub(crate) capacity: Capacity,
    /// Shares of the answers that have nothing to do with load, and how long they take.
    pub(crate) mixed: Vec<(f64, Answer, Time)>,
    /// It answers nothing before this is over.
    pub(crate) pause: Time,
    /// Nobody listens.
    pub(crate) is_out: bool,
}

/// A server, and what it is doing.
#[derive(Debug)]
pub(crate) struct Server {
    phases: Vec<Phase>,
    now: usize,
    busy: usize,
    queue: VecDeque<(u32, Time)>,
    tokens: f64,
    filled: Time,
    second: (u64, u32),
}

/// What becomes of a request that arrives.
pub(crate) enum Arrival {
    /// It is answered then.
    At(Time, Answer),
    /// It waits for a worker.
    Queued,
}

/// How long a refusal takes that says nothing but *not now*.
const AT_ONCE: Time = 0.005;

impl Server {
    /// With these phases, the first from 0 on.
    pub(crate) fn new(phases: Vec<Phase>) -> Self {
        let tokens = match phases[0].capacity {
            Capacity::Rate(rate, seconds) => rate * seconds,
            _ => 0.0,
        };
        Self {
            phases,
            now: 0,
            busy: 0,
            queue: VecDeque::new(),
            tokens,
            filled: 0.0,
            second: (0, 0),
        }
    }

    /// When its phases begin.
    pub(crate) fn changes(&self) -> impl Iterator<Item = Time> {
        self.phases[1..].iter().map(|phase| phase.from)
    }

    /// The next phase begins: whether all requests that are there break.
    pub(crate) fn change(&mut self) -> bool {
        self.now += 1;
        let out = self.phases[self.now].is_out;
        if out {
            self.busy = 0;
            self.queue.clear();
        }
        out
    }

    fn phase(&self) -> &Phase {
        &self.phases[self.now]
    }

    /// A request arrives, number so many.
    pub(crate) fn arrive(&mut self, now: Time, request: u32, random: &mut Random) -> Arrival {
        let phase = &self.phases[self.now];
        if phase.is_out {
            return Arrival::At(now + 0.001, Answer::NoConnection);
        }
        let held = phase.from + phase.pause;
        let start = if now < held { held } else { now };
        if !phase.mixed.is_empty() {
            let mut draw = random.unit();
            for (share, answer, time) in &phase.mixed {
                if draw < *share {
                    return Arrival::At(start + time, *answer);
                }
                draw -= share;
            }
        }
        let latency = phase.latency;
        match phase.capacity {
            Capacity::Any => Arrival::At(start + latency.draw(random), Answer::Done),
            Capacity::AtOnce(most) => {
                if self.busy >= most {
                    return Arrival::At(now + AT_ONCE, Answer::Unavailable);
                }
                self.busy += 1;
                Arrival::At(start + latency.draw(random), Answer::Done)
            }
            Capacity::Workers(workers, queue) => {
                if self.busy < workers {
                    self.busy += 1;
                    Arrival::At(start + latency.draw(random), Answer::Done)
                } else if self.queue.len() < queue {
                    self.queue.push_back((request, latency.draw(random)));
                    Arrival::Queued
                } else {
                    Arrival::At(now + AT_ONCE, Answer::Unavailable)
                }
            }
            Capacity::Rate(rate, seconds) => {
                self.tokens = (self.tokens + (now - self.filled) * rate).min((rate * seconds).max(1.0));
                self.filled = now;
                if self.tokens < 1.0 {
                    return Arrival::At(now + AT_ONCE, Answer::Throttled);
                }
                self.tokens -= 1.0;
                Arrival::At(start + latency.draw(random), Answer::Done)
            }
            Capacity::EachSecond(most) => {
                let second = now as u64;
                if self.second.0 != second {
                    self.second = (second, 0);
                }
                if self.second.1 >= most {
                    return Arrival::At(now + AT_ONCE, Answer::Throttled);
                }
                self.second.1 += 1;
                Arrival::At(start + latency.draw(random), Answer::Done)
            }
        }
    }

    /// A request was answered with success: the one that a worker takes up now, and how long it takes.
    pub(crate) fn answered(&mut self) -> Option<(u32, Time)> {
        match self.phase().capacity {
            Capacity::Workers(workers, _) => {
                self.busy -= 1;
                if self.busy < workers { self.take_up() } else { None }
            }
            Capacity::AtOnce(_) => {
                self.busy = self.busy.saturating_sub(1);
                None
            }
            _ => None,
        }
    }

    /// A request from the queue, if a worker is free.
    pub(crate) fn take_up(&mut self) -> Option<(u32, Time)> {
        let Capacity::Workers(workers, _) = self.phase().capacity else {
            return None;
        };
        if self.busy >= workers {
            return None;
        }
        let next = self.queue.pop_front()?;
        self.busy += 1;
        Some(next)
    }
}
