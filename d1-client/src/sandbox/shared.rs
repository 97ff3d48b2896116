//! What the server, the adapter and the handle share: the desk with its bad moods and its memory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header, request};
use serde_json::Value;

use super::clock::Clock;
use super::desk::{Desk, Settings};
use super::drift::Drift;
use super::endpoint::Endpoint;
use super::misbehaviour::{Fault, Misbehaviour, Plans};
use super::requests::{Log, RecordedRequest};

/// The last second of the year 9999, since the Unix epoch: no `Date` header holds a later one.
const LAST_DATE: Duration = Duration::from_secs(253_402_300_799);

/// One sandbox, wherever its requests come from.
pub(super) struct Shared {
    pub(super) desk: Desk,
    pub(super) clock: Clock,
    latency: Duration,
    plans: Mutex<Plans>,
    drift: Mutex<Option<Drift>>,
    log: Mutex<Log>,
    stopped: AtomicBool,
}

/// What becomes of a request.
pub(super) enum Reply {
    /// This answer.
    Whole(Response<Bytes>),
    /// This answer, half of its body.
    Half(Response<Bytes>),
    /// The connection is reset.
    Reset,
}

impl Shared {
    pub(super) fn new(settings: Settings, latency: Duration) -> Self {
        Self {
            desk: Desk::new(settings),
            clock: Clock::start(),
            latency,
            plans: Mutex::default(),
            drift: Mutex::default(),
            log: Mutex::default(),
            stopped: AtomicBool::new(false),
        }
    }

    pub(super) fn plans(&self) -> MutexGuard<'_, Plans> {
        locked(&self.plans)
    }

    pub(super) fn log(&self) -> MutexGuard<'_, Log> {
        locked(&self.log)
    }

    pub(super) fn set_drift(&self, drift: Option<Drift>) {
        *locked(&self.drift) = drift;
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// What is to go wrong with a request, decided when its head is known.
    pub(super) fn draw(&self, head: &request::Parts) -> Option<Misbehaviour> {
        self.plans().draw(Endpoint::of(&head.method, head.uri.path()))
    }

    /// How long an answer is held back.
    pub(super) fn delay(&self, misbehaviour: Option<&Misbehaviour>) -> Duration {
        self.latency + misbehaviour.map_or(Duration::ZERO, |misbehaviour| misbehaviour.delay)
    }

    /// Answers, as `misbehaviour` wants it, and remembers the request.
    pub(super) fn reply(&self, request: Request<Bytes>, misbehaviour: Option<&Misbehaviour>) -> Reply {
        let reply = self.decide(&request, misbehaviour);
        let status = match &reply {
            Reply::Whole(answer) | Reply::Half(answer) => Some(answer.status()),
            Reply::Reset => None,
        };
        let (head, body) = request.into_parts();
        self.remember(head, body, status);
        reply
    }

    fn remember(&self, head: request::Parts, body: Bytes, status: Option<http::StatusCode>) {
        let path = head.uri.path_and_query();
        self.log().add(RecordedRequest {
            endpoint: Endpoint::of(&head.method, head.uri.path()),
            path: path.map_or_else(String::new, ToString::to_string),
            method: head.method,
            headers: head.headers,
            body,
            status,
        });
    }

    fn decide(&self, request: &Request<Bytes>, misbehaviour: Option<&Misbehaviour>) -> Reply {
        let Some(misbehaviour) = misbehaviour else {
            return Reply::Whole(self.true_answer(request, None, 0));
        };
        let mut reply = match &misbehaviour.fault {
            Fault::ResetBeforeReading => Reply::Reset,
            Fault::ResetAfterReading => {
                if misbehaviour.applied {
                    self.true_answer(request, None, 0);
                }
                Reply::Reset
            }
            Fault::Answer(answer) => {
                if misbehaviour.applied {
                    self.true_answer(request, None, 0);
                }
                Reply::Whole(self.dated(answer.as_ref().clone(), 0))
            }
            Fault::None => Reply::Whole(self.true_answer(request, None, 0)),
            Fault::Truncated => Reply::Half(self.true_answer(request, None, 0)),
            Fault::TokenDiesAfter(lifetime) => Reply::Whole(self.true_answer(request, Some(*lifetime), 0)),
            Fault::ClockSkew(seconds) => Reply::Whole(self.true_answer(request, None, *seconds)),
        };
        if let Reply::Whole(answer) | Reply::Half(answer) = &mut reply {
            for (name, value) in &misbehaviour.headers {
                answer.headers_mut().insert(name.clone(), value.clone());
            }
        }
        reply
    }

    fn true_answer(
        &self,
        request: &Request<Bytes>,
        token_lifetime: Option<Duration>,
        skew_seconds: i64,
    ) -> Response<Bytes> {
        let now = self.clock.now(skew_seconds);
        let answer = self.desk.answer(request, token_lifetime, now);
        self.dated(self.drifted(answer), skew_seconds)
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
