//! A timer that works in whichever runtime it is polled.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    runtime::{self, Handle},
    time::{Instant, Sleep, sleep_until},
};

/// Wakes its poller at a given time. A timer of tokio fires only while the runtime in which it was made runs; in
/// another runtime this one makes a new timer.
#[derive(Default)]
pub(crate) struct Alarm(Option<(runtime::Id, Pin<Box<Sleep>>)>);

impl Alarm {
    /// Ready from `at` on.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()> {
        if at <= Instant::now() {
            return Poll::Ready(());
        }
        // Outside of any runtime there are no timers.
        let Ok(here) = Handle::try_current() else {
            return Poll::Pending;
        };
        let sleep = match &mut self.0 {
            Some((made_in, sleep)) if *made_in == here.id() => sleep,
            old => &mut old.insert((here.id(), Box::pin(sleep_until(at)))).1,
        };
        // One that fires too early is set anew when it does: that is cheaper than to do so at every poll.
        if sleep.deadline() > at {
            sleep.as_mut().reset(at);
        }
        while sleep.as_mut().poll(cx).is_ready() {
            if at <= Instant::now() {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(at);
        }
        Poll::Pending
    }
}
