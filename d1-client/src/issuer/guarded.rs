//! A future that may hang or panic, and harms nobody else by it.

use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
    time::Duration,
};

use super::answer::Refusal;

/// What the future returns, unless it panics or takes longer than `timeout`.
pub(super) async fn guarded<F: Future>(future: F, timeout: Duration) -> Result<F::Output, Refusal> {
    let mut future = pin!(future);
    // What it has half done when it panics is dropped with it.
    let caught = poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(Err(Refusal::Panicked)),
        },
    );
    match tokio::time::timeout(timeout, caught).await {
        Ok(result) => result,
        Err(_) => Err(Refusal::TooSlow),
    }
}
