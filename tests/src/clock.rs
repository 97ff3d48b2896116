//! Time in tests: paused, and moved by hand.

use std::{future::Future, pin::pin, sync::mpsc, time::Duration};

use futures::poll;
use tokio::task::yield_now;

/// How often everything else gets its turn, and the sockets are looked at, before the clock moves on. An answer on
/// loopback takes a handful.
const TURNS: usize = 100;

/// Holds a paused clock for as long as it lives: without it tokio moves the clock to the next timer whenever nothing
/// is left to do, and waiting for a socket counts as nothing.
pub struct HeldClock {
    _held: mpsc::Sender<()>,
}

/// Holds the clock of a test that was started with `start_paused = true`.
#[must_use]
pub fn hold() -> HeldClock {
    let (sender, receiver) = mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || receiver.recv());
    HeldClock { _held: sender }
}

impl HeldClock {
    /// Runs a future to its end, and moves the clock by `step` each time that all is quiet.
    pub async fn run<F: Future>(&self, step: Duration, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            for _ in 0..TURNS {
                if let std::task::Poll::Ready(output) = poll!(future.as_mut()) {
                    return output;
                }
                yield_now().await;
            }
            tokio::time::advance(step).await;
        }
    }

    /// Moves the clock.
    pub async fn advance(&self, by: Duration) {
        tokio::time::advance(by).await;
    }
}
