//! Whether a request was given to a connection: after a time-out this decides whether nothing was sent.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::Outcome;

const WAITING: u8 = 0;
const BEGUN: u8 = 1;
const CANCELLED: u8 = 2;

/// Records when hyper polls a request's body: after a connection takes the request, and before it writes a byte of
/// it, in HTTP/1.1 and in HTTP/2.
pub(crate) struct SendTracker(Arc<AtomicU8>);

impl SendTracker {
    /// A tracked body of a request; an empty one is sent as no body.
    pub(crate) fn track(body: Bytes) -> (reqwest::Body, Self) {
        let state = Arc::new(AtomicU8::new(WAITING));
        let tracked = TrackedBody::new(body, Arc::clone(&state));
        (reqwest::Body::wrap(tracked), Self(state))
    }

    /// For a request that is given up: cancels it if it is still waiting for a connection; then nothing was sent.
    pub(crate) fn outcome(&self) -> Outcome {
        let state = self
            .0
            .compare_exchange(WAITING, CANCELLED, Ordering::AcqRel, Ordering::Acquire);
        match state {
            Ok(_) | Err(CANCELLED) => Outcome::NotSent,
            Err(_) => Outcome::Unknown,
        }
    }
}

/// A body that records when it is first polled.
struct TrackedBody {
    /// What was not taken yet.
    body: Option<Bytes>,
    state: Arc<AtomicU8>,
}

impl TrackedBody {
    fn new(body: Bytes, state: Arc<AtomicU8>) -> Self {
        let body = Some(body).filter(|body| !body.is_empty());
        Self { body, state }
    }

    /// Whether it may be sent. A connection may take the request in the same moment in which it is cancelled; then
    /// D1 gets no body, and so no complete request. (The card list has no body to hold back, but it changes
    /// nothing.)
    fn begin(&self) -> bool {
        let state = self
            .state
            .compare_exchange(WAITING, BEGUN, Ordering::AcqRel, Ordering::Acquire);
        !matches!(state, Err(CANCELLED))
    }
}

/// Why a cancelled body is not sent.
#[derive(Debug, thiserror::Error)]
#[error("the request was cancelled")]
struct Cancelled;

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = Cancelled;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if !self.begin() {
            return Poll::Ready(Some(Err(Cancelled)));
        }
        Poll::Ready(self.body.take().map(|body| Ok(Frame::data(body))))
    }

    fn is_end_stream(&self) -> bool {
        self.begin();
        self.body.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.body.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracked() -> (TrackedBody, SendTracker) {
        let state = Arc::new(AtomicU8::new(WAITING));
        (
            TrackedBody::new(Bytes::from_static(b"{}"), Arc::clone(&state)),
            SendTracker(state),
        )
    }

    type Polled = Poll<Option<Result<Frame<Bytes>, Cancelled>>>;

    fn poll(body: &mut TrackedBody) -> Polled {
        Pin::new(body).poll_frame(&mut Context::from_waker(std::task::Waker::noop()))
    }

    #[test]
    fn a_body_that_nobody_looked_at_was_not_sent_and_will_not_be() {
        let (mut body, send_tracker) = tracked();
        assert_eq!(body.size_hint().exact(), Some(2));
        assert_eq!(send_tracker.outcome(), Outcome::NotSent);
        assert_eq!(send_tracker.outcome(), Outcome::NotSent);
        assert!(matches!(poll(&mut body), Poll::Ready(Some(Err(_)))));
    }

    #[test]
    fn a_body_that_somebody_looked_at_may_have_been_sent() {
        let (mut body, send_tracker) = tracked();
        assert!(matches!(poll(&mut body), Poll::Ready(Some(Ok(_)))));
        assert_eq!(send_tracker.outcome(), Outcome::Unknown);

        let (body, send_tracker) = tracked();
        assert!(!body.is_end_stream());
        assert_eq!(send_tracker.outcome(), Outcome::Unknown);
    }
}
