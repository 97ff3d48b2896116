//! Failures as a sign of load: how many there are, whether this client causes them, and how much load works without
//! them.

use super::ticket::Ticket;

// The numbers below were found by a random search over all scenarios of the bench, with 30 seeds.

/// The share of failures forgets this many attempts.
const REMEMBERED: f64 = 146.0;
/// So much more than usual is a sign of load: nearly half as much again, and one in 25.
const SIGN_FACTOR: f64 = 1.44;
const SIGN_MARGIN: f64 = 0.04;
/// A sign is this many failures more than those.
const SIGN: f64 = 4.0;
/// The usual share is forgotten as slowly: half of it in some 5,000 attempts.
const USUAL_FORGOTTEN: f64 = 1.0 - 1.25e-4;
/// A share that never counts as usual.
const OUTAGE: f64 = 0.5;
/// After a sign, at most this part of what was in use; and after another before a trial ended.
const LEFT: f64 = 0.92;
const LEFT_AGAIN: f64 = 0.8;
/// If nothing is answered any more.
const LEFT_BY_OUTAGE: f64 = 0.25;
/// Not less than this part of what D1 answered in the last second or two, unless nothing is answered.
const LEFT_OF_CARRIED: f64 = 0.7;
/// Seconds without any answer that make an outage, if an answer does not take as long.
const SILENCE: f64 = 0.4;
/// A conclusion needs as many failures as these, if they went on as before: none of them came, or so few.
const EXPECTED_IF_NONE: f64 = 2.8;
const EXPECTED: f64 = 9.0;
const FEW: f64 = 0.43;
/// A window that proved too large is not grown for this many seconds; then by so many in a second, faster and faster.
const PATIENCE: f64 = 2.5;
const REGAINED: f64 = 1.0;
const REGAINED_SMALL: f64 = 1.0 / 3.0;
const REGAINED_FASTER: f64 = 0.1;
/// Each failure keeps its place in the window for a moment: until so many answers have come.
const HELD_UNTIL: f64 = 2.0;
/// Of the window, at most.
const MOST_HELD: f64 = 2.0 / 3.0;

/// The failures so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Failures {
    /// Of the last attempts, as a sum that is to be divided by what is remembered.
    share: f64,
    /// What has nothing to do with this client's load.
    usual: f64,
    /// Failures beyond what is usual.
    score: f64,
    begun: u64,
    /// Attempts before this one began in a larger window.
    since: Ticket,
    last_cut: f64,
    held: f64,
    carried: Carried,
    trial: Option<Trial>,
    bound: Option<Bound>,
}

/// What there is to be cut.
pub(super) struct Load {
    pub(super) window: f64,
    /// Of the window.
    pub(super) used: f64,
    /// Seconds.
    pub(super) typical: f64,
    /// Have begun.
    pub(super) attempts: u64,
}

/// What follows.
pub(super) enum Step {
    Stay,
    /// There is a sign of load: this window.
    Less(f64),
    /// The sign has gone with the load.
    Ours {
        /// So far the way back is safe.
        double_until: f64,
    },
    /// It has not: back to this window.
    NotOurs(f64),
}

/// Whether fewer attempts in flight make failures fewer.
#[derive(Clone, Copy, Debug)]
struct Trial {
    window: f64,
    /// What was in use of the window.
    used: f64,
    /// How much of it D1 answered.
    carried: Option<f64>,
    /// Of failures, before.
    share: f64,
    /// Since.
    attempts: f64,
    failed: f64,
}

/// What the window may be after it proved too large.
#[derive(Clone, Copy, Debug)]
struct Bound {
    window: f64,
    since: f64,
}

impl Failures {
    pub(super) fn is_trying(&self) -> bool {
        self.trial.is_some()
    }

    /// Places in the window that failures keep.
    pub(super) fn held(&self) -> f64 {
        self.held
    }

    /// An attempt begins. What is usual is counted here: the first to end are the fast ones.
    pub(super) fn began(&mut self) {
        self.begun += 1;
        self.share -= self.share / REMEMBERED;
        self.usual = self.usual.min((self.usual * USUAL_FORGOTTEN).max(self.share()));
        self.score = (self.score - self.usual * SIGN_FACTOR - SIGN_MARGIN).max(0.0);
    }

    /// Of the last attempts.
    fn share(&self) -> f64 {
        self.share / (1.0 - (-(self.begun as f64) / REMEMBERED).exp())
    }

    /// The most that the window may grow to.
    pub(super) fn bound(&mut self, now: f64) -> f64 {
        let Some(bound) = self.bound else {
            return f64::INFINITY;
        };
        let elapsed = (now - bound.since - PATIENCE).max(0.0);
        let pace = REGAINED.min(bound.window * REGAINED_SMALL);
        let most = bound.window + pace * elapsed + REGAINED_FASTER * elapsed * elapsed;
        if most > 2.0 * bound.window + 16.0 {
            self.bound = None;
        }
        most
    }

    /// An attempt has ended: with an answer after so many seconds, or none.
    pub(super) fn ended(&mut self, now: f64, ticket: Ticket, answered: Option<f64>, load: &Load) -> Step {
        if let Some(seconds) = answered {
            let usual = 2.0 * self.usual / (1.0 - self.usual);
            self.held = (self.held - 1.0 / HELD_UNTIL - usual).max(0.0);
            self.carried.answered(now, seconds);
        } else {
            self.held = (self.held + 1.0).min(load.window * MOST_HELD);
        }
        if ticket < self.since {
            return Step::Stay;
        }
        if answered.is_none() {
            self.share += 1.0 / REMEMBERED;
            self.score += 1.0;
        }
        if let Some(trial) = &mut self.trial {
            trial.attempts += 1.0;
            trial.failed += f64::from(u8::from(answered.is_none()));
        }
        let is_out = now - self.carried.last > (2.0 * load.typical).min(SILENCE);
        let pause = load.typical.min(if is_out { 0.3 } else { 1.0 });
        if self.score >= SIGN && now - self.last_cut > pause {
            Step::Less(self.cut(now, is_out, load))
        } else {
            self.conclude()
        }
    }

    fn cut(&mut self, now: f64, is_out: bool, load: &Load) -> f64 {
        let carried = self.carried.now(now);
        let (mut trial, left) = match self.trial {
            Some(trial) => (trial, LEFT_AGAIN),
            None => (
                Trial {
                    window: load.window,
                    used: load.used,
                    carried,
                    share: self.share(),
                    attempts: 0.0,
                    failed: 0.0,
                },
                LEFT,
            ),
        };
        trial.share = trial.share.max(trial.failed / trial.attempts.max(1.0));
        (trial.attempts, trial.failed) = (0.0, 0.0);
        let window = if is_out {
            trial.share = 1.0;
            load.used * LEFT_BY_OUTAGE
        } else {
            match trial.carried {
                Some(carried) if carried < load.used * 0.75 => carried,
                _ => (load.used * trial.conclusive().clamp(0.5, left))
                    .max(LEFT_OF_CARRIED * carried.unwrap_or(0.0))
                    .min(load.window),
            }
        };
        self.trial = Some(trial);
        self.bound = None;
        self.score = 0.0;
        self.last_cut = now;
        self.since = load.attempts;
        self.bound = Some(Bound { window, since: now });
        window
    }

    fn conclude(&mut self) -> Step {
        let Some(trial) = self.trial else {
            return Step::Stay;
        };
        let expected = trial.attempts * trial.share;
        let none = trial.failed == 0.0 && expected >= EXPECTED_IF_NONE;
        let enough = expected >= EXPECTED && trial.attempts >= 2.0 * EXPECTED;
        if none || (enough && trial.failed < expected * FEW) {
            self.trial = None;
            let borne = trial
                .carried
                .map_or(trial.used, |carried| carried.min(trial.used));
            let double_until = 0.9 * borne;
            if let Some(bound) = &mut self.bound {
                bound.window = bound.window.max(double_until);
            }
            return Step::Ours { double_until };
        }
        let conclusive = self
            .bound
            .is_none_or(|bound| bound.window <= trial.used * trial.conclusive() * 1.01);
        if enough && conclusive && trial.share < OUTAGE {
            self.usual = trial.share.max(trial.failed / trial.attempts);
            self.share = self.usual;
            self.score = 0.0;
            self.trial = None;
            self.bound = None;
            return Step::NotOurs(trial.window);
        }
        Step::Stay
    }
}

impl Trial {
    /// If what failed was too much, this part of what was in use is not.
    fn conclusive(&self) -> f64 {
        (1.0 - self.share) * 0.98
    }
}

/// How many attempts that were answered were in flight, on average over the last seconds: by Little's law, their
/// latencies in a second.
#[derive(Clone, Copy, Debug, Default)]
struct Carried {
    first: Option<f64>,
    last: f64,
    seconds: f64,
}

impl Carried {
    const REMEMBERED: f64 = 1.5;

    fn answered(&mut self, now: f64, seconds: f64) {
        self.first.get_or_insert(now);
        self.seconds = self.seconds * self.left(now) + seconds;
        self.last = now;
    }

    fn left(&self, now: f64) -> f64 {
        (-(now - self.last) / Self::REMEMBERED).exp()
    }

    /// `None` before there was time enough.
    fn now(&self, now: f64) -> Option<f64> {
        let known = now - self.first.filter(|first| now - first >= 1.0)?;
        let whole = Self::REMEMBERED * (1.0 - (-known / Self::REMEMBERED).exp());
        Some(self.seconds * self.left(now) / whole)
    }
}
