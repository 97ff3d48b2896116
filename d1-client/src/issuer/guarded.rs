//! A future that may hang or panic, and harms nobody else by it.

use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use super::answer::Refusal;

/// What the future returns, unless it panics or takes longer than `timeout`. It is pinned by the caller: an `async fn` that
/// took it would keep room for it twice.
pub(super) async fn guarded<F: Future>(
    mut future: Pin<&mut F>,
    timeout: Duration,
) -> Result<F::Output, Refusal> {
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
