//! Did it happen?

use crate::names::named;

named! {
    /// Whether a call that failed took effect at D1: ordered from certain to uncertain.
    ///
    /// ```
    /// use d1_client::{Error, Outcome};
    ///
    /// fn for_the_journal(error: &Error) -> &'static str {
    ///     match error.outcome() {
    ///         Outcome::NotSent | Outcome::Rejected => "nothing has changed",
    ///         _ => "find out whether it happened", // also what a later version may add
    ///     }
    /// }
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Outcome {
        /// D1 has processed nothing: a value was refused here, there was no token, no connection, time ran out before
        /// there was one, or HTTP/2 says that the request was not processed. Nothing has changed. What to do: correct
        /// the value, or try again later.
        NotSent = "not_sent",
        /// D1 answered that it did nothing: a 4xx except 408 and 499, or a 503 without a body. What to do: as
        /// [`Error::kind`](crate::Error::kind) says.
        Rejected = "rejected",
        /// It was sent, and no trustworthy answer came back: it may have taken effect, or may still do so. What to do:
        /// do not report a failure to a customer because of this alone. Register and card list are repeated for you,
        /// and are safe to repeat. Before you repeat an update or a delete, find out what happened: see
        /// [`guide::errors`](crate::guide::errors).
        Unknown = "unknown",
    }
}

impl Outcome {
    /// The less certain outcome of two attempts of one call: the outcome of the call.
    pub(crate) fn least_certain(self, other: Self) -> Self {
        if other as u8 > self as u8 { other } else { self }
    }
}
