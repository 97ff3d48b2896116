//! Latency as a sign of load: what it is, what it is with less in flight, and what window follows.

use super::ticket::Ticket;

/// Of the answers of a cohort that are waited for: those that are missing are the slow ones, which a median need not
/// know.
const WAITED_FOR: f64 = 0.75;
/// How many attempts a cohort has: as many as are in flight, or twice as many if latencies differ much.
const COHORT: (f64, f64) = (32.0, 128.0);
/// Before there was any sign of load: soon known.
const FIRST: (f64, f64) = (8.0, 128.0);
/// In a trial.
const TRIAL: (f64, f64) = (8.0, 32.0);
/// Of the logarithm: latencies differ much.
const WIDE: f64 = 0.5;
/// A median is slow if it is longer than usual by a tenth…
const MARGIN: f64 = 0.1;
/// …and by two and a half standard errors of a median (1.25 of a mean's).
const ERRORS: f64 = 2.5 * 1.25;
/// In a trial, less is enough to tell what is ours.
const TRIAL_MARGIN: f64 = 0.15;
const TRIAL_ERRORS: f64 = 2.5 * 1.25;
/// In a trial there are a quarter as many in flight: if latency was all load, it falls to a quarter.
const TRIAL_WINDOW: f64 = 0.25;
/// How many of the window may queue at D1: that many, or a third.
const QUEUE: (f64, f64) = (4.0, 1.0 / 3.0);
/// Of the logarithm: less than what was taken for usual.
const LOWER: f64 = 0.05;
/// Seconds between two trials; twice as many each time that nothing new came of it.
const BETWEEN: (f64, f64) = (5.0, 60.0);

/// What is known of latencies, and what is being measured.
#[derive(Clone, Debug)]
pub(super) struct Latency {
    /// Without load, of what is done and of what is refused.
    usual: [Option<Median>; 2],
    /// Whether that was tried.
    is_tried: bool,
    is_slow: bool,
    is_wide: bool,
    cohort: Cohort,
    trial: Option<Trial>,
    next_trial: f64,
    between: f64,
    /// The window, and the latency that load of ours made in it.
    found: Option<(f64, f64)>,
}

/// Whether fewer attempts in flight take less time.
#[derive(Clone, Copy, Debug)]
struct Trial {
    window: f64,
    before: Median,
}

/// What follows.
pub(super) struct Verdict {
    pub(super) window: f64,
    /// The load is too high.
    pub(super) less: bool,
}

impl Latency {
    pub(super) fn new(window: f64) -> Self {
        Self {
            usual: [None; 2],
            is_tried: false,
            is_slow: false,
            is_wide: true,
            cohort: Cohort::new(0, window, FIRST),
            trial: None,
            next_trial: 0.0,
            between: BETWEEN.0,
            found: None,
        }
    }

    pub(super) fn is_slow(&self) -> bool {
        self.is_slow
    }

    pub(super) fn is_trying(&self) -> bool {
        self.trial.is_some()
    }

    /// An attempt has ended: of what is done (0) or refused (1), after so many seconds, or neither.
    pub(super) fn ended(&mut self, ticket: Ticket, answer: Option<(usize, f64)>) {
        self.cohort.ended(ticket, answer);
    }

    pub(super) fn is_measured(&self) -> bool {
        self.cohort.is_complete()
    }

    /// The trial's window is no more: the one before it.
    pub(super) fn give_up_trial(&mut self) -> Option<f64> {
        self.trial.take().map(|trial| trial.window)
    }

    /// What was slow was so for another reason.
    pub(super) fn forget(&mut self) {
        self.is_slow = false;
    }

    /// Measures from the next attempt on.
    pub(super) fn measure(&mut self, attempts: u64, window: f64, is_new: bool) {
        let (size, bounds) = match self.trial {
            Some(_) => (1.5 * window, TRIAL),
            None if is_new => (window, FIRST),
            None if self.is_wide => (2.0 * window, COHORT),
            None => (window, COHORT),
        };
        self.cohort = Cohort::new(attempts, size, bounds);
    }

    /// What follows from what was measured with this window. An untried latency is tried only if `tries`.
    pub(super) fn close(&mut self, now: f64, window: f64, tries: bool, floor: f64) -> Verdict {
        let stay = |window| Verdict { window, less: false };
        let trial = self.trial.take();
        let Some(median) = self.cohort.median() else {
            return stay(trial.map_or(window, |trial| trial.window));
        };
        if let Some(trial) = trial {
            self.is_slow = false;
            return self.end_trial(now, &trial, &median);
        }
        self.is_wide = median.spread > WIDE;
        let usual = *self.usual[median.kind].get_or_insert(median);
        let tolerance = MARGIN + ERRORS * median.error(&usual);
        let delay = median.log - usual.log;
        if delay < -tolerance {
            self.usual[median.kind] = Some(median);
        }
        let was_slow = std::mem::replace(&mut self.is_slow, delay > tolerance);
        let is_slow = was_slow && self.is_slow;
        if let Some((found, log)) = self.found
            && is_slow
            && window < 0.6 * found
            && median.log > log - 0.2
        {
            // Less has not helped: it is not our load any more.
            self.next_trial = now;
        }
        if (is_slow && now >= self.next_trial) || (!self.is_tried && tries && !self.is_slow) {
            self.trial = Some(Trial {
                window,
                before: median,
            });
            // Where there would be no queue, if it were all queue.
            return stay((window * (-delay).exp().min(TRIAL_WINDOW)).max(floor));
        }
        if is_slow {
            let steered = steered(window, delay - tolerance).min(window);
            return Verdict {
                window: (window + steered) / 2.0,
                less: true,
            };
        }
        stay(window)
    }

    fn end_trial(&mut self, now: f64, trial: &Trial, median: &Median) -> Verdict {
        let before = trial.before;
        let usual = self.usual[before.kind].unwrap_or(before);
        let fell = before.log - median.log;
        let spread = median.spread.max(before.spread);
        let noise = TRIAL_ERRORS * Median { spread, ..*median }.error(&before);
        let part = 0.3 * (before.log - usual.log).max(1.0);
        let ours = median.kind == before.kind && fell > noise.max(TRIAL_MARGIN).min(part);
        let (usual, window) = if ours {
            // As long as others' load may be in what is taken for usual, it is soon tried again.
            self.between = if median.log < usual.log - LOWER {
                BETWEEN.0
            } else {
                (2.0 * self.between).min(BETWEEN.1)
            };
            self.found = Some((trial.window, before.log));
            let usual = if !self.is_tried || median.log < usual.log - TRIAL_MARGIN {
                *median
            } else {
                Median {
                    log: usual.log + (median.log - usual.log).min(0.0) / 2.0,
                    ..usual
                }
            };
            (
                usual,
                steered(trial.window, before.log - usual.log).min(trial.window),
            )
        } else {
            self.between = BETWEEN.0;
            self.found = None;
            (before, trial.window)
        };
        self.usual[before.kind] = Some(usual);
        self.is_tried = true;
        self.next_trial = now + self.between;
        Verdict { window, less: ours }
    }
}

/// The window that makes this delay a queue of a few: what is in flight without it, and those few. (FAST TCP, Wei, Jin,
/// Low and Hegde, 2006.)
fn steered(window: f64, delay: f64) -> f64 {
    window * (-delay).exp() + (window * QUEUE.1).min(QUEUE.0)
}

/// A median of a cohort, of logarithms of seconds.
#[derive(Clone, Copy, Debug)]
struct Median {
    /// What was measured: what is done (0), or refused (1).
    kind: usize,
    log: f64,
    /// A standard deviation, by the lower half.
    spread: f64,
    samples: f64,
}

impl Median {
    /// A standard error of the difference to another, except for a factor of 1.25.
    fn error(&self, other: &Self) -> f64 {
        self.spread * (1.0 / self.samples + 1.0 / other.samples).sqrt()
    }
}

/// Attempts that began one after the other. Samples of the attempts that end would contain the fast ones first.
#[derive(Clone, Debug)]
struct Cohort {
    first: Ticket,
    size: u64,
    ended: u64,
    logs: [Vec<f64>; 2],
}

impl Cohort {
    fn new(first: Ticket, size: f64, (least, most): (f64, f64)) -> Self {
        Self {
            first,
            // Neither sign nor size is lost.
            size: size.clamp(least, most) as u64,
            ended: 0,
            logs: Default::default(),
        }
    }

    fn ended(&mut self, ticket: Ticket, answer: Option<(usize, f64)>) {
        if ticket < self.first || ticket - self.first >= self.size {
            return;
        }
        self.ended += 1;
        if let Some((kind, seconds)) = answer {
            self.logs[kind].push(seconds.max(1e-6).ln());
        }
    }

    fn is_complete(&self) -> bool {
        self.ended as f64 >= self.size as f64 * WAITED_FOR
    }

    /// Of what is done, if that is a quarter of them, or else of what is refused. Those that are missing count as slow.
    fn median(&mut self) -> Option<Median> {
        let missing = (self.size - self.ended) as usize;
        let done = self.logs[0].len() + missing;
        let kind = usize::from(done as u64 * 4 < self.size);
        let logs = &mut self.logs[kind];
        logs.sort_by(f64::total_cmp);
        let all = if kind == 0 { done } else { logs.len() };
        let (log, quarter) = (*logs.get(all / 2)?, *logs.get(all / 4)?);
        // The quartile of a normal distribution is 0.674 standard deviations from its middle.
        Some(Median {
            kind,
            log,
            spread: (log - quarter) / 0.674,
            samples: all as f64,
        })
    }
}
