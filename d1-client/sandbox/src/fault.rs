//! Faults on request: what goes wrong, where, and how often.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use crate::content_type::HTML;
use crate::endpoint::Endpoint;
use crate::rejection::{answer, error, typed_answer};

/// The size of the page that a web application firewall answers with, in bytes.
const WAF_PAGE_SIZE: usize = 20 * 1024;

/// Something that goes wrong with a request. Give it to [`Sandbox::next`](crate::Sandbox::next) or
/// [`Sandbox::rate`](crate::Sandbox::rate).
///
/// Say what goes wrong first, then optionally where and how often:
///
/// ```
/// use std::time::Duration;
/// use d1_sandbox::{Endpoint, Fault};
///
/// let busy = Fault::unavailable().retry_after(2).on(Endpoint::Cards).times(3);
/// let slow_and_lost = Fault::reset_after_reading()
///     .after_applying()
///     .delayed_by(Duration::from_secs(1));
/// ```
#[derive(Clone, Debug)]
#[must_use = "give it to `Sandbox::next` or `Sandbox::rate`"]
pub struct Fault {
    /// What it is called where faults are listed.
    pub(crate) name: &'static str,
    pub(crate) kind: FaultKind,
    pub(crate) delay: Duration,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) applied: bool,
    pub(crate) only: Option<Endpoint>,
    pub(crate) times: usize,
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub(crate) enum FaultKind {
    /// Nothing except delay and headers.
    None,
    Answer(Box<Response<Bytes>>),
    ResetBeforeReading,
    ResetAfterReading,
    Truncated,
    TokenDiesAfter(Duration),
    ClockSkew(i64),
}

impl Fault {
    /// An answer with this status and no body.
    ///
    /// # Panics
    /// If `status` is not within 100 to 999.
    pub fn status(status: u16) -> Self {
        Self::answer(answer(known_status(status), Bytes::new()))
    }

    /// An answer with this status and D1's error body, holding this `errorCode`.
    ///
    /// # Panics
    /// If `status` is not within 100 to 999.
    pub fn error(status: u16, code: &str) -> Self {
        Self::answer(error(known_status(status), Some(code), "on command"))
    }

    /// Any answer at all: garbage, half of a JSON document, a redirect.
    pub fn answer(answer: Response<Bytes>) -> Self {
        Self::of("status", FaultKind::Answer(Box::new(answer)))
    }

    /// The page of a web application firewall: 403, `text/html`, 20 KiB.
    pub fn waf_page() -> Self {
        let mut page = String::from("<html><head><title>Request rejected</title></head><body>");
        while page.len() < WAF_PAGE_SIZE {
            page.push_str("<p>The requested URL was rejected. Please consult with your administrator.</p>");
        }
        Self {
            name: "waf-page",
            ..Self::answer(typed_answer(StatusCode::FORBIDDEN, HTML, page))
        }
    }

    /// A 503 without a body, as the vendor documents it.
    pub fn unavailable() -> Self {
        Self::status(503)
    }

    /// The correct answer, delayed by this much. The request has taken effect by then.
    pub fn latency(latency: Duration) -> Self {
        Self::of("latency", FaultKind::None).delayed_by(latency)
    }

    /// The connection is reset once the head of the request is known, its body unread: nothing takes effect.
    pub fn reset_before_reading() -> Self {
        Self::of("reset-before-reading", FaultKind::ResetBeforeReading)
    }

    /// The connection is reset once the request was read. It has no effect, unless
    /// [`after_applying`](Self::after_applying) is added.
    pub fn reset_after_reading() -> Self {
        Self::of("reset-after-reading", FaultKind::ResetAfterReading)
    }

    /// The request takes effect, and half of the correct answer's body arrives before the connection ends. An
    /// answer without a body (a 204) is lost completely.
    pub fn truncated() -> Self {
        Self::of("truncated", FaultKind::Truncated)
    }

    /// The next token expires after `lifetime`, whatever its `expires_in` says.
    pub fn token_that_dies_after(lifetime: Duration) -> Self {
        Self::of("token-dies", FaultKind::TokenDiesAfter(lifetime)).on(Endpoint::Token)
    }

    /// The request is validated, and its answer dated, by a clock that is wrong by this many seconds: ahead if
    /// positive.
    pub fn clock_skew(seconds: i64) -> Self {
        Self::of("clock-skew", FaultKind::ClockSkew(seconds))
    }

    /// Only at this endpoint. Without it, at every endpoint of the consumer API: a fault of the token endpoint is asked for by
    /// name. A [`clock_skew`](Self::clock_skew) is at every endpoint.
    pub fn on(mut self, endpoint: Endpoint) -> Self {
        self.only = Some(endpoint);
        self
    }

    /// This many times in a row (1 unless given). [`Sandbox::rate`](crate::Sandbox::rate) does not count.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// With a `Retry-After` of this many seconds.
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// With this header in the answer, in place of one of the same name.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Delayed by this much, by tokio's clock.
    pub fn delayed_by(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The request takes effect before the fault: only its true answer is lost.
    pub fn after_applying(mut self) -> Self {
        self.applied = true;
        self
    }

    fn of(name: &'static str, kind: FaultKind) -> Self {
        Self {
            name,
            kind,
            delay: Duration::ZERO,
            headers: Vec::new(),
            applied: false,
            only: None,
            times: 1,
        }
    }

    fn is_for(&self, endpoint: Option<Endpoint>) -> bool {
        match self.only {
            Some(only) => endpoint == Some(only),
            // A clock is the same for all.
            None => endpoint != Some(Endpoint::Token) || matches!(self.kind, FaultKind::ClockSkew(_)),
        }
    }
}

/// `status 503`, `reset-after-reading`
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        match &self.kind {
            FaultKind::Answer(answer) => write!(f, " {}", answer.status().as_u16()),
            FaultKind::TokenDiesAfter(lifetime) => write!(f, " after {} s", lifetime.as_secs()),
            FaultKind::ClockSkew(seconds) => write!(f, " of {seconds} s"),
            _ => Ok(()),
        }
    }
}

fn known_status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("a status is within 100 to 999")
}

/// The faults that have not occurred yet.
#[derive(Default)]
pub(crate) struct FaultPlan {
    queue: VecDeque<Fault>,
    rates: Vec<Rate>,
}

struct Rate {
    permille: u32,
    random: fastrand::Rng,
    fault: Fault,
}

impl FaultPlan {
    pub(crate) fn queue(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.queue.push_back(fault);
        }
    }

    pub(crate) fn rate(&mut self, permille: u32, seed: u64, fault: Fault) {
        self.rates.push(Rate {
            permille,
            random: fastrand::Rng::with_seed(seed),
            fault,
        });
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The queued faults, and the rates in permille with theirs.
    #[cfg(feature = "control")]
    pub(crate) fn planned(&self) -> (impl Iterator<Item = &Fault>, impl Iterator<Item = (u32, &Fault)>) {
        let rates = self.rates.iter().map(|rate| (rate.permille, &rate.fault));
        (self.queue.iter(), rates)
    }

    pub(crate) fn queued(&self) -> usize {
        self.queue.iter().map(|queued| queued.times).sum()
    }

    /// The fault of the next request: the oldest queued one that applies, else the first rate that applies.
    pub(crate) fn draw(&mut self, endpoint: Option<Endpoint>) -> Option<Fault> {
        if let Some(index) = self.queue.iter().position(|queued| queued.is_for(endpoint)) {
            let queued = &mut self.queue[index];
            if queued.times > 1 {
                queued.times -= 1;
                return Some(queued.clone());
            }
            return self.queue.remove(index);
        }
        // Every rate that fits rolls each time, so that one does not change another's sequence.
        let mut hit = None;
        for rate in &mut self.rates {
            if rate.fault.is_for(endpoint) && rate.random.u32(0..1000) < rate.permille && hit.is_none() {
                hit = Some(rate.fault.clone());
            }
        }
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status_of(fault: Option<Fault>) -> Option<u16> {
        match fault?.kind {
            FaultKind::Answer(answer) => Some(answer.status().as_u16()),
            _ => None,
        }
    }

    #[test]
    fn the_queue_goes_first_come_first_served_for_each_endpoint() {
        let mut faults = FaultPlan::default();
        faults.queue(Fault::status(500).on(Endpoint::Cards).times(2));
        faults.queue(Fault::status(502));
        assert_eq!(faults.queued(), 3);
        let mut draw = |endpoint| status_of(faults.draw(Some(endpoint)));
        assert_eq!(draw(Endpoint::Cards), Some(500));
        assert_eq!(draw(Endpoint::Token), None);
        assert_eq!(draw(Endpoint::Register), Some(502));
        assert_eq!(draw(Endpoint::Register), None);
        assert_eq!(draw(Endpoint::Cards), Some(500));
        assert_eq!(draw(Endpoint::Cards), None);
    }

    #[test]
    fn a_rate_hits_as_often_as_told_and_the_same_requests_for_the_same_seed() {
        let hits = |seed| -> Vec<bool> {
            let mut faults = FaultPlan::default();
            faults.rate(50, seed, Fault::unavailable().on(Endpoint::Register));
            (0..10_000)
                .map(|_| faults.draw(Some(Endpoint::Register)).is_some())
                .collect()
        };
        assert_eq!(hits(7), hits(7));
        assert_ne!(hits(7), hits(8));
        let count = hits(7).iter().filter(|hit| **hit).count();
        assert!((400..600).contains(&count), "{count} of 10,000");
    }

    #[test]
    fn a_rate_of_nothing_never_hits_and_one_of_a_thousand_always() {
        let mut faults = FaultPlan::default();
        faults.rate(0, 1, Fault::status(500));
        assert!((0..1000).all(|_| faults.draw(None).is_none()));
        faults.rate(1000, 1, Fault::status(502));
        assert!((0..1000).all(|_| status_of(faults.draw(None)) == Some(502)));
    }
}
