//! What the server, the adapter and the handle share: the backend, its faults, and the requests that it saw.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, Uri, header};
use serde_json::Value;

use crate::backend::{Backend, Settings};
use crate::clock::Clock;
#[cfg(feature = "control")]
use crate::consumers::{Consumers, SandboxConsumer};
#[cfg(feature = "control")]
use crate::control::guard::Guard;
use crate::drift::Drift;
use crate::endpoint::Endpoint;
use crate::fault::{Fault, FaultKind, FaultPlan};
use crate::issuer::Issuer;
use crate::requests::{Log, Reason, RecordedRequest, Verdict};

/// The last second of the year 9999, since the Unix epoch: no `Date` header holds a later one.
pub(crate) const LAST_DATE: Duration = Duration::from_secs(253_402_300_799);

/// One sandbox, wherever its requests come from.
pub(crate) struct Shared {
    pub(crate) backend: Backend,
    pub(crate) clock: Clock,
    latency: Duration,
    faults: Mutex<FaultPlan>,
    drift: Mutex<Option<Drift>>,
    issuer: Mutex<Option<Issuer>>,
    log: Mutex<Log>,
    stopped: AtomicBool,
    /// Of the control API. Set once, before the first request.
    #[cfg(feature = "control")]
    pub(crate) guard: Option<Guard>,
    #[cfg(feature = "control")]
    pub(crate) seed: Vec<SandboxConsumer>,
}

/// What becomes of a request.
pub(crate) enum Reply {
    /// This answer.
    Whole(Response<Bytes>),
    /// This answer, half of its body.
    Half(Response<Bytes>),
    /// The connection is reset.
    Reset,
}

impl Shared {
    pub(crate) fn new(settings: Settings, latency: Duration) -> Self {
        Self {
            backend: Backend::new(settings),
            clock: Clock::start(),
            latency,
            faults: Mutex::default(),
            drift: Mutex::default(),
            issuer: Mutex::default(),
            log: Mutex::default(),
            stopped: AtomicBool::new(false),
            #[cfg(feature = "control")]
            guard: None,
            #[cfg(feature = "control")]
            seed: Vec::new(),
        }
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, FaultPlan> {
        locked(&self.faults)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        locked(&self.log)
    }

    pub(crate) fn set_drift(&self, drift: Option<Drift>) {
        *locked(&self.drift) = drift;
    }

    /// As it was at its start: the seeded consumers, no requests, no faults, the true time. Tokens stay valid.
    #[cfg(feature = "control")]
    pub(crate) fn reset(&self) {
        let mut consumers = Consumers::default();
        for consumer in &self.seed {
            consumers.put(consumer.clone());
        }
        *self.backend.consumers() = consumers;
        self.log().clear();
        self.faults().clear();
        self.set_drift(None);
        self.clock.reset();
    }

    #[cfg(feature = "control")]
    pub(crate) fn drifts(&self) -> bool {
        locked(&self.drift).is_some()
    }

    pub(crate) fn set_issuer_service(&self, issuer: Issuer) {
        *locked(&self.issuer) = Some(issuer);
    }

    /// The issuer's service that is asked when a card is tokenized.
    pub(crate) fn issuer_service(&self) -> Option<Issuer> {
        locked(&self.issuer).clone()
    }

    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// What is to go wrong with a request, decided when its head is known.
    pub(crate) fn draw(&self, method: &Method, uri: &Uri) -> Option<Fault> {
        self.faults().draw(Endpoint::of(method, uri.path()))
    }

    /// How long an answer is held back.
    pub(crate) fn delay(&self, fault: Option<&Fault>) -> Duration {
        self.latency + fault.map_or(Duration::ZERO, |fault| fault.delay)
    }

    /// Answers, as `fault` wants it, and remembers the request.
    pub(crate) fn reply(&self, request: Request<Bytes>, fault: Option<&Fault>) -> Reply {
        let (reply, reasons) = self.decide(&request, fault);
        let status = match &reply {
            Reply::Whole(answer) | Reply::Half(answer) => Some(answer.status()),
            Reply::Reset => None,
        };
        let verdict = match (fault, reasons.is_empty()) {
            (Some(_), _) => Verdict::Fault,
            (None, true) => Verdict::Answered,
            (None, false) => Verdict::Refused,
        };
        let (head, body) = request.into_parts();
        let path = head.uri.path_and_query();
        let time = UNIX_EPOCH + self.clock.now(0).min(LAST_DATE);
        self.log().add(RecordedRequest {
            number: 0,
            time,
            endpoint: Endpoint::of(&head.method, head.uri.path()),
            path: path.map_or_else(String::new, ToString::to_string),
            method: head.method,
            headers: head.headers,
            body,
            status,
            verdict,
            reasons,
        });
        reply
    }

    /// The reply, and why it is not what was asked for.
    fn decide(&self, request: &Request<Bytes>, fault: Option<&Fault>) -> (Reply, Vec<Reason>) {
        let mut reasons = Vec::from_iter(fault.map(|fault| Reason::general(format!("fault: {fault}"))));
        let mut true_answer = |token_lifetime, skew_seconds| {
            let (answer, why) = self.true_answer(request, token_lifetime, skew_seconds);
            reasons.extend(why);
            answer
        };
        let Some(fault) = fault else {
            let answer = true_answer(None, 0);
            return (Reply::Whole(answer), reasons);
        };
        let mut reply = match &fault.kind {
            FaultKind::ResetBeforeReading => Reply::Reset,
            FaultKind::ResetAfterReading => {
                if fault.applied {
                    true_answer(None, 0);
                }
                Reply::Reset
            }
            FaultKind::Answer(answer) => {
                if fault.applied {
                    true_answer(None, 0);
                }
                Reply::Whole(self.dated(answer.as_ref().clone(), 0))
            }
            FaultKind::None => Reply::Whole(true_answer(None, 0)),
            FaultKind::Truncated => Reply::Half(true_answer(None, 0)),
            FaultKind::TokenDiesAfter(lifetime) => Reply::Whole(true_answer(Some(*lifetime), 0)),
            FaultKind::ClockSkew(seconds) => Reply::Whole(true_answer(None, *seconds)),
        };
        if let Reply::Whole(answer) | Reply::Half(answer) = &mut reply {
            for (name, value) in &fault.headers {
                answer.headers_mut().insert(name.clone(), value.clone());
            }
        }
        (reply, reasons)
    }

    fn true_answer(
        &self,
        request: &Request<Bytes>,
        token_lifetime: Option<Duration>,
        skew_seconds: i64,
    ) -> (Response<Bytes>, Vec<Reason>) {
        let now = self.clock.now(skew_seconds);
        let (answer, reasons) = self.backend.answer(request, token_lifetime, now);
        (self.dated(self.drifted(answer), skew_seconds), reasons)
    }

    fn drifted(&self, mut answer: Response<Bytes>) -> Response<Bytes> {
        if let Some(drift) = locked(&self.drift).as_mut()
            && let Ok(body) = serde_json::from_slice::<Value>(answer.body())
        {
            *answer.body_mut() = drift.text(&body).into();
        }
        answer
    }

    /// Dated by the sandbox's clock.
    fn dated(&self, mut answer: Response<Bytes>, skew_seconds: i64) -> Response<Bytes> {
        let now = self.clock.now(skew_seconds).min(LAST_DATE);
        if let Ok(date) = HeaderValue::try_from(httpdate::fmt_http_date(UNIX_EPOCH + now)) {
            answer.headers_mut().entry(header::DATE).or_insert(date);
        }
        answer
    }
}

/// A panic elsewhere while the lock was held leaves nothing half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
