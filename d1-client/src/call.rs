//! A call: it carries out what [`decision`] says, under one correlation id and inside one deadline.

mod decision;
mod pacing;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use d1_generated::{Invalid, Operation, types};
use decision::{Event, Moment, Progress, Step, Terms};
use http::{HeaderName, HeaderValue, header};
pub(crate) use pacing::{AttemptEnd, Pacing, Unpaced};
use tokio::{
    runtime::Handle,
    time::{Instant, sleep, timeout_at},
};
use tracing::Instrument;

use crate::{
    Attempt, CorrelationId, Error, ErrorKind, Outcome, Response, RetryPolicy, UserId,
    attempt::{self, Success},
    auth::AccessToken,
    client::Inner,
    connections::Service,
    error::{Ending, Failure, UnreadableAnswer},
    send_tracker::SendTracker,
    telemetry,
};

/// A time-out that is too long for the clock is as good as none: a century.
const FOREVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// An attempt's request, and what watches over its body.
type Request = (reqwest::Request, SendTracker);

/// Builds the request of one attempt.
pub(crate) type BuildRequest = fn(&Inner, &Arguments, reqwest::Body) -> Result<reqwest::Request, Invalid>;

/// What every operation takes, checked.
pub struct Arguments {
    pub(crate) consumer_id: types::ConsumerId,
    pub(crate) correlation_id: CorrelationId,
    pub(crate) user_id: Option<UserId>,
    /// Of the caller's own.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

/// A validated call, ready to be made. Of its operation it holds functions, not the type: one loop serves all operations
/// that return the same.
pub(crate) struct Call<T> {
    pub(crate) client: Arc<Inner>,
    pub(crate) operation: Operation,
    pub(crate) arguments: Arguments,
    /// Written once, shared by the attempts. Empty where there is none.
    pub(crate) body: Bytes,
    /// `ConsumerOperation::REQUEST` of the operation, for each attempt anew.
    pub(crate) request: BuildRequest,
    /// `ConsumerOperation::DECODE` of the operation.
    pub(crate) decode: fn(u16, &Bytes) -> Result<T, UnreadableAnswer>,
    /// Of the whole call.
    pub(crate) timeout: Duration,
    /// `None` for the client's.
    pub(crate) policy: Option<RetryPolicy>,
    /// How many attempts it may take, whatever the client's budget for repetitions; `None` if policy and budget decide.
    pub(crate) max_attempts: Option<u32>,
}

impl<T> Call<T> {
    /// Makes the call, its attempts as they are paced. If it fails, one event says so.
    pub(crate) fn run(self, pacing: impl Pacing) -> impl Future<Output = Result<Response<T>, Error>> {
        self.make(pacing, true)
    }

    /// Makes the call, of which a failure may be what is expected.
    pub(crate) fn run_quietly(self) -> impl Future<Output = Result<Response<T>, Error>> {
        self.make(Unpaced, false)
    }

    async fn make(self, pacing: impl Pacing, tells: bool) -> Result<Response<T>, Error> {
        let span = telemetry::span(self.operation, &self.arguments.correlation_id);
        let under_way = telemetry::UnderWay::in_span(&span);
        // Not by way of an `async fn`: that would keep room for the future twice.
        let result = self.attempts(pacing).instrument(span.clone()).await;
        if let (Err(error), true) = (&result, tells) {
            telemetry::failed(&span, error);
        }
        under_way.end(|span| telemetry::record(span, result.as_ref()));
        result
    }

    async fn attempts(self, mut pacing: impl Pacing) -> Result<Response<T>, Error> {
        if Handle::try_current().is_err() {
            let failure = Failure::of(Ending::InvalidRequest, ErrorKind::NoRuntime);
            return Err(self.error(failure, &Progress::new()));
        }
        let now = Instant::now();
        let deadline = now.checked_add(self.timeout).unwrap_or(now + FOREVER);
        if let Some(rotation) = &self.client.rotation {
            rotation.notice(now);
        }
        let mut progress = Progress::new();
        let mut refused: Option<AccessToken> = None;
        if self.max_attempts.is_none() {
            self.client.budget.deposit();
        }
        loop {
            let (event, ready) = match self.ready(&mut pacing, deadline).await {
                Ok((token, request)) => {
                    let another = refused.take().is_none_or(|refused| !refused.same_secret(&token));
                    (Event::Ready { another }, Some((token, request)))
                }
                Err(failure) => (Event::NotReady(failure), None),
            };
            let mut step = self.next(event, &mut progress, deadline);
            if let (Step::Attempt, Some((token, request))) = (&step, ready) {
                let began = Instant::now();
                let result = self.attempt(&mut pacing, request, deadline).await;
                if let Some(hook) = &self.client.on_attempt {
                    hook(&Attempt {
                        operation: self.operation,
                        number: progress.attempts(),
                        status: result
                            .as_ref()
                            .map_or_else(|failure| failure.status, |(_, status)| Some(*status)),
                        outcome: result.as_ref().err().map(Failure::outcome),
                        kind: result.as_ref().err().map(|failure| failure.kind),
                        elapsed: began.elapsed(),
                    });
                }
                match result {
                    Ok((value, status)) => {
                        self.client.tokens.accepted(&token, progress.is_replay());
                        return Ok(Response {
                            value,
                            status,
                            attempts: progress.attempts(),
                            correlation_id: self.arguments.correlation_id,
                        });
                    }
                    Err(failure) => {
                        step = self.next(Event::Failed(failure), &mut progress, deadline);
                        if matches!(step, Step::Replay) {
                            if self.client.tokens.refused(&token, began) {
                                refused = Some(token);
                            } else {
                                // With another one the answer would be no other.
                                step = self.next(Event::Ready { another: false }, &mut progress, deadline);
                            }
                        }
                    }
                }
            }
            match step {
                Step::Pause(pause) => {
                    if let Some(failure) = progress.last() {
                        telemetry::repeat(
                            self.operation,
                            &self.arguments.correlation_id,
                            failure,
                            progress.attempts(),
                            pause,
                        );
                    }
                    pacing.back_off();
                    sleep(pause).await;
                }
                Step::Fail(failure) => return Err(self.error(failure, &progress)),
                Step::Attempt | Step::Replay => {}
            }
        }
    }

    fn next(&self, event: Event, progress: &mut Progress, deadline: Instant) -> Step {
        let moment = Moment {
            left: deadline.saturating_duration_since(Instant::now()),
            shortest_attempt: self.client.recent.shortest_attempt(self.timeout),
            jitter: fastrand::f64(),
        };
        let policy = self.policy.as_ref().unwrap_or(&self.client.policy);
        let terms = Terms {
            operation: self.operation,
            policy,
            max_attempts: self.max_attempts.unwrap_or(policy.max_attempts),
            budget: self.max_attempts.is_none().then_some(&self.client.budget),
        };
        progress.next(event, moment, &terms)
    }

    /// A token and an attempt's request with it, once the pacing lets the call in.
    async fn ready(
        &self,
        pacing: &mut impl Pacing,
        deadline: Instant,
    ) -> Result<(AccessToken, Request), Failure> {
        let never_sent = |_| Failure::timed_out(Outcome::NotSent);
        timeout_at(deadline, pacing.enter()).await.map_err(never_sent)?;
        let correlation_id = || HeaderValue::from_str(self.arguments.correlation_id.as_str()).ok();
        let token = self.client.tokens.token_for(correlation_id, Some(deadline));
        let token = timeout_at(deadline, token).await;
        let token = token.map_err(never_sent)?.map_err(Failure::token)?;
        let (body, send_tracker) = SendTracker::track(self.body.clone());
        let request = (self.request)(&self.client, &self.arguments, body);
        let mut request = request.map_err(Failure::invalid)?;
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, token.header_value().clone());
        for (name, value) in &self.arguments.headers {
            request.headers_mut().insert(name.clone(), value.clone());
        }
        #[cfg(feature = "opentelemetry")]
        telemetry::propagate(request.headers_mut());
        Ok((token, (request, send_tracker)))
    }

    /// One request and its answer; the pacing hears how it went.
    fn attempt(
        &self,
        pacing: &mut impl Pacing,
        (request, send_tracker): Request,
        deadline: Instant,
    ) -> impl Future<Output = Result<(T, u16), Failure>> + Send {
        let lease = self.client.connections.lease(Service::Banking);
        let began = lease.began();
        let attempt_deadline = began
            .checked_add(self.client.timeouts.attempt)
            .map_or(deadline, |at| at.min(deadline));
        // Not within the future: that would hold a place for the request, too.
        let answer = attempt::send(lease, request, send_tracker, attempt_deadline);
        let (decode, recent) = (self.decode, &self.client.recent);
        async move {
            let result = match answer.await {
                Ok(Success { status, body }) => match decode(status, &body) {
                    Ok(value) => Ok((value, status)),
                    Err(why) => Err(Failure::unreadable(status, why)),
                },
                Err(failure) => Err(failure),
            };
            let took = began.elapsed();
            let (end, is_answer) = match &result {
                Ok(_) => (AttemptEnd::Answered, true),
                // What is refused for the moment is refused fast, and says nothing of how long an answer takes.
                Err(failure) if failure.is_overload() => (AttemptEnd::Overload, false),
                Err(failure) => (AttemptEnd::Refused, failure.status.is_some()),
            };
            if is_answer {
                recent.answered(took);
            }
            pacing.ended(end, took);
            result
        }
    }

    fn error(&self, failure: Failure, progress: &Progress) -> Error {
        let id = self.arguments.correlation_id.clone();
        Error::new(
            self.operation,
            id,
            failure,
            progress.attempts(),
            progress.outcome(),
        )
    }
}
