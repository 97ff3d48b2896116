//! A call, step by step: token, attempt, classify, replay or repeat, decode; all under one correlation id and inside
//! one deadline.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use d1_generated::{Invalid, Operation, types};
use http::{HeaderValue, header};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::{
    CorrelationId, Error, ErrorKind, Outcome, Response, UserId,
    attempt::{self, Failure, Success},
    auth::AccessToken,
    bulk::{Pace, Signal},
    client::Inner,
    error::{Details, UnreadableAnswer},
    handover::Handover,
    retry, telemetry,
};

/// A time-out that is too long for the clock is as good as none: a century.
const FOREVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A call that is one of many is on its way when tokens expire, more than once if it is slow. Three in a row is no
/// coincidence any more.
const PACED_REPLAYS: u32 = 3;

/// How a success's status and body become the value of the call.
pub(crate) type Decode<T> = fn(u16, &Bytes) -> Result<T, UnreadableAnswer>;

/// How an operation's request is built, for each attempt anew.
pub(crate) type Build = fn(&Inner, &Arguments, reqwest::Body) -> Result<reqwest::Request, Invalid>;

/// What every operation takes, checked.
pub(crate) struct Arguments {
    pub(crate) consumer_id: types::ConsumerId,
    pub(crate) correlation_id: CorrelationId,
    pub(crate) user_id: Option<UserId>,
}

/// A validated call, ready to be made.
pub(crate) struct Call<T> {
    pub(crate) client: Arc<Inner>,
    pub(crate) operation: Operation,
    pub(crate) arguments: Arguments,
    /// Written once, shared by the attempts. Empty where there is none.
    pub(crate) body: Bytes,
    pub(crate) build: Build,
    /// Of the whole call.
    pub(crate) timeout: Duration,
    /// Of a call that is one of many: it decides when an attempt may be made, and how many, in place of the policy's
    /// limit and the client's budget.
    pub(crate) pace: Option<Pace>,
    pub(crate) decode: Decode<T>,
}

/// What has happened so far.
struct Progress {
    attempts: u32,
    repetitions: u32,
    worst: Outcome,
    /// Answers of 401 in a row.
    refused: u32,
}

impl<T> Call<T> {
    /// Makes the call.
    pub(crate) async fn run(self) -> Result<Response<T>, Error> {
        let span = telemetry::span(self.operation, &self.arguments.correlation_id);
        let under_way = telemetry::UnderWay::in_span(&span);
        let result = telemetry::within(&span, self.attempts()).await;
        under_way.end(result.as_ref());
        result
    }

    async fn attempts(mut self) -> Result<Response<T>, Error> {
        let now = Instant::now();
        let deadline = now.checked_add(self.timeout).unwrap_or(now + FOREVER);
        let mut progress = Progress {
            attempts: 0,
            repetitions: 0,
            worst: Outcome::NotSent,
            refused: 0,
        };
        let mut refused: Option<(AccessToken, Failure)> = None;
        if self.pace.is_none() {
            self.client.budget.deposit();
        }
        loop {
            if let Some(pace) = &mut self.pace
                && timeout_at(deadline, pace.enter()).await.is_err()
            {
                return Err(self.error(Failure::timed_out(Outcome::NotSent), &progress));
            }
            let failure = match self.token(deadline).await {
                Ok(token) => {
                    if let Some((dead, failure)) = refused.take()
                        && dead.is_same(&token)
                    {
                        // The source has no other token: the answer would be no other either.
                        return Err(self.error(failure, &progress));
                    }
                    let (request, handover) = match self.request(&token) {
                        Ok(built) => built,
                        Err(invalid) => return Err(self.error(Failure::invalid(invalid), &progress)),
                    };
                    progress.attempts += 1;
                    match self.paced_attempt(request, handover, deadline).await {
                        Ok((value, status)) => {
                            return Ok(Response::new(
                                value,
                                status,
                                progress.attempts,
                                self.arguments.correlation_id,
                            ));
                        }
                        // One more is not the token's fault: dropping every new token would only add to the load.
                        Err(failure)
                            if failure.kind == ErrorKind::Unauthorized
                                && progress.refused < self.replays() =>
                        {
                            self.client.tokens.invalidate(&token);
                            progress.refused += 1;
                            progress.worst = progress.worst.max(failure.outcome);
                            refused = Some((token, failure));
                            continue;
                        }
                        Err(failure) if failure.kind == ErrorKind::Unauthorized => failure,
                        Err(failure) => {
                            // It was no 401: whatever was wrong with the last token was not wrong with this one.
                            progress.refused = 0;
                            failure
                        }
                    }
                }
                // Time ran out for another token: that D1 refused the last one is the better answer.
                Err(failure) => match refused.take() {
                    Some((_, unauthorized)) if failure.kind == ErrorKind::Timeout => {
                        return Err(self.error(unauthorized, &progress));
                    }
                    _ => failure,
                },
            };
            progress.worst = progress.worst.max(failure.outcome);
            let Some(at) = self.repeat_at(&failure, &progress, deadline) else {
                return Err(self.error(failure, &progress));
            };
            telemetry::repeat(
                self.operation,
                &self.arguments.correlation_id,
                &failure,
                progress.attempts,
                at,
            );
            progress.repetitions += 1;
            if let Some(pace) = &mut self.pace {
                pace.rest();
            }
            sleep_until(at).await;
        }
    }

    async fn token(&self, deadline: Instant) -> Result<AccessToken, Failure> {
        let correlation_id = || HeaderValue::from_str(self.arguments.correlation_id.as_str()).ok();
        match timeout_at(deadline, self.client.tokens.token_for(correlation_id)).await {
            Ok(token) => token.map_err(Failure::token),
            Err(_) => Err(Failure::timed_out(Outcome::NotSent)),
        }
    }

    /// How often in a row the call is made once more with a new token because D1 refused the last one.
    fn replays(&self) -> u32 {
        if self.pace.is_some() { PACED_REPLAYS } else { 1 }
    }

    /// An attempt's request, with this token.
    fn request(&self, token: &AccessToken) -> Result<(reqwest::Request, Handover), Invalid> {
        let (body, handover) = Handover::watch(self.body.clone());
        let mut request = (self.build)(&self.client, &self.arguments, body)?;
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, token.header_value().clone());
        Ok((request, handover))
    }

    /// One request and its answer; whoever sets the pace hears how it went.
    fn paced_attempt(
        &mut self,
        request: reqwest::Request,
        handover: Handover,
        deadline: Instant,
    ) -> impl Future<Output = Result<(T, u16), Failure>> + Send {
        let began = Instant::now();
        let attempt_deadline = began
            .checked_add(self.client.timeouts.attempt)
            .map_or(deadline, |at| at.min(deadline));
        let (decode, pace) = (self.decode, &mut self.pace);
        // Not within the future: that would hold a place for the request, too.
        let answer = attempt::send(&self.client.http, request, handover, attempt_deadline);
        async move {
            let result = match answer.await {
                Ok(Success { status, body }) => match decode(status, &body) {
                    Ok(value) => Ok((value, status)),
                    Err(why) => Err(Failure::unreadable(status, why)),
                },
                Err(failure) => Err(failure),
            };
            if let Some(pace) = pace {
                pace.ended(match &result {
                    Err(failure) if failure.is_overload() => Signal::Overload,
                    _ => Signal::Answered(began.elapsed()),
                });
            }
            result
        }
    }

    /// When to repeat the call; `None` if it is not safe, not allowed, or would not fit.
    fn repeat_at(&self, failure: &Failure, progress: &Progress, deadline: Instant) -> Option<Instant> {
        let policy = &self.client.policy;
        let repetition = progress.repetitions + 1;
        let max_attempts = self.pace.as_ref().map_or(policy.max_attempts, Pace::max_attempts);
        if repetition >= max_attempts || !retry::is_safe_to_repeat(self.operation, failure) {
            return None;
        }
        let at = Instant::now().checked_add(retry::pause(policy, repetition, failure.retry_after))?;
        let affordable = at < deadline && (self.pace.is_some() || self.client.budget.withdraw());
        affordable.then_some(at)
    }

    fn error(&self, failure: Failure, progress: &Progress) -> Error {
        let retryable = retry::is_safe_to_repeat(self.operation, &failure);
        Error::new(Details {
            outcome: progress.worst.max(failure.outcome),
            operation: self.operation,
            retryable,
            attempts: progress.attempts,
            correlation_id: self.arguments.correlation_id.clone(),
            failure,
        })
    }
}
