use std::{
    future::{Future, ready},
    time::Duration,
};

/// What decides when a call's attempts may be made.
pub(crate) trait Pacing: Send {
    /// Waits until an attempt may be made.
    fn enter(&mut self) -> impl Future<Output = ()> + Send;

    /// The attempt has ended, after this time.
    fn ended(&mut self, end: AttemptEnd, took: Duration);

    /// The call pauses before its next attempt.
    fn back_off(&mut self);
}

/// What an attempt says about D1's load.
#[derive(Clone, Copy)]
pub(crate) enum AttemptEnd {
    /// D1 did what it was asked.
    Answered,
    /// It refused this request for good.
    Refused,
    /// A 429, any 5xx, a time-out, no connection or a broken one.
    Overload,
}

/// Of a call of its own: attempts are made at once.
pub(crate) struct Unpaced;

impl Pacing for Unpaced {
    fn enter(&mut self) -> impl Future<Output = ()> + Send {
        ready(())
    }

    fn ended(&mut self, _: AttemptEnd, _: Duration) {}

    fn back_off(&mut self) {}
}
