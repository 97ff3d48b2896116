//! One request and its answer, classified: what happened, as far as this side can know.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, Version};
use tokio::time::{Instant, timeout_at};

use crate::{
    connections::Lease,
    error::{Cause, Ending, ErrorKind, Failure, UnreadableAnswer},
    error_body::ErrorBody,
    outcome::Outcome,
    retry_after::retry_after,
    send_tracker::SendTracker,
    transport::{self, TransportError},
};

/// How much of an error's body is read. D1's own are a few hundred bytes; a firewall's page may be any size.
const MAX_ERROR_BODY: usize = 64 * 1024;
/// How much of a success's body is read: some ten thousand cards.
const MAX_SUCCESS_BODY: usize = 4 * 1024 * 1024;

/// An answer that says success, its body still to be decoded.
pub(crate) struct Success {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

/// Sends the request, whose body is watched by `send_tracker`, and reads the answer, until the deadline.
pub(crate) fn send(
    lease: Lease,
    request: reqwest::Request,
    send_tracker: SendTracker,
    deadline: Instant,
) -> impl Future<Output = Result<Success, Failure>> + Send + use<> {
    // Not within the future: that would hold a place for the request, too.
    let answer = lease.http().execute(request);
    receive(answer, UnderWay { lease, send_tracker }, deadline)
}

/// Lets the runtime poll its sockets, and each connection read what has arrived on it. A connection that was closed
/// meanwhile, or that received bytes without a request, is then not used: its bytes would be read as the answer.
async fn let_connections_notice() {
    tokio::task::yield_now().await;
}

/// An attempt whose answer has not begun yet. If it is dropped before that, its caller has given up on it.
struct UnderWay {
    lease: Lease,
    send_tracker: SendTracker,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.lease.abandoned(&self.send_tracker);
    }
}

async fn receive(
    answer: impl Future<Output = Result<reqwest::Response, reqwest::Error>> + Send,
    mut attempt: UnderWay,
    deadline: Instant,
) -> Result<Success, Failure> {
    let_connections_notice().await;
    let UnderWay { lease, send_tracker } = &mut attempt;
    let mut response = match timeout_at(deadline, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => {
            lease.failed();
            return Err(Failure::transport(&error, send_tracker.outcome()));
        }
        Err(_) => {
            let outcome = send_tracker.outcome();
            lease.gave_up(outcome == Outcome::Unknown);
            return Err(Failure::timed_out(outcome));
        }
    };
    lease.answered();
    let status = response.status();
    if !status.is_success() {
        let is_http2 = response.version() == Version::HTTP_2;
        let announced = response.content_length();
        let headers = std::mem::take(response.headers_mut());
        // What cannot be read of an error's body, or not in time, changes nothing: the status is the answer.
        let (body, whole) = match timeout_at(deadline, read(&mut response, MAX_ERROR_BODY)).await {
            Ok(read) => read.unwrap_or_default(),
            Err(_) => {
                lease.gave_up(true);
                Default::default()
            }
        };
        // hyper takes a stream that was reset, or a connection that was closed, without an error for the end of a body: in
        // HTTP/2 only what was announced is known to be all.
        let whole = whole && (!is_http2 || announced == u64::try_from(body.len()).ok());
        return Err(Failure::answer(status, &headers, &body, whole));
    }
    let status = status.as_u16();
    let failure = match timeout_at(deadline, read(&mut response, MAX_SUCCESS_BODY)).await {
        Ok(Ok((body, true))) => return Ok(Success { status, body }),
        Ok(Ok((_, false))) => Failure::unreadable(status, UnreadableAnswer::TooLong),
        Ok(Err(error)) => Failure::interrupted(&error),
        Err(_) => {
            lease.gave_up(true);
            Failure::timed_out(Outcome::Unknown)
        }
    };
    Err(Failure {
        status: Some(status),
        ..failure
    })
}

/// At most `limit` bytes of the body, and whether that is all of it.
async fn read(response: &mut reqwest::Response, limit: usize) -> Result<(Bytes, bool), reqwest::Error> {
    let Some(first) = response.chunk().await? else {
        return Ok((Bytes::new(), true));
    };
    let Some(second) = response.chunk().await? else {
        let whole = first.len() <= limit;
        return Ok((first.slice(..first.len().min(limit)), whole));
    };
    let mut body = BytesMut::with_capacity(limit.min(2 * (first.len() + second.len())));
    let mut next = Some(second);
    body.extend_from_slice(&first[..first.len().min(limit)]);
    while let Some(chunk) = next {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok((body.freeze(), false));
        }
        next = response.chunk().await?;
    }
    Ok((body.freeze(), true))
}

impl Failure {
    /// No answer.
    fn transport(error: &reqwest::Error, outcome: Outcome) -> Self {
        let cause = TransportError::of(error);
        let refused = cause.refuses_the_certificate() && error.is_connect();
        let (ending, kind) = if refused || transport::was_refused_in_handshake(error) {
            (Ending::CertificateRefused, ErrorKind::Connect)
        } else if error.is_connect() {
            (Ending::NoConnection, ErrorKind::Connect)
        } else if transport::was_not_processed(error) {
            (Ending::NotProcessed, ErrorKind::Interrupted)
        } else if outcome == Outcome::NotSent {
            (Ending::NeverTaken, ErrorKind::Interrupted)
        } else {
            (Ending::Interrupted, ErrorKind::Interrupted)
        };
        Self {
            cause: Some(Cause::Transport(cause)),
            ..Self::of(ending, kind)
        }
    }

    /// Half of an answer.
    fn interrupted(error: &reqwest::Error) -> Self {
        Self {
            cause: Some(Cause::Transport(TransportError::of(error))),
            ..Self::of(Ending::Interrupted, ErrorKind::Interrupted)
        }
    }

    /// An answer other than success. `whole`: whether the body was read to its end.
    fn answer(status: StatusCode, headers: &HeaderMap, body: &[u8], whole: bool) -> Self {
        let blank = whole && body.trim_ascii().is_empty();
        let ending = Ending::of_status(status.as_u16(), blank);
        let body = ErrorBody::read(headers, body);
        Self {
            status: Some(status.as_u16()),
            code: body.code,
            detail: body.error,
            retry_after: retry_after(headers),
            ..Self::of(ending, ErrorKind::of_status(status.as_u16()))
        }
    }
}
