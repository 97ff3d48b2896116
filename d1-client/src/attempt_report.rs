//! What a hook of the caller's own is told of an attempt.

use std::{sync::Arc, time::Duration};

use crate::{ErrorKind, Operation, Outcome};

/// An attempt that has ended, for [`ClientBuilder::on_attempt`](crate::ClientBuilder::on_attempt): what a metric needs, and
/// nothing that was sent or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Of which operation.
    pub operation: Operation,
    /// Which one of its call, from 1.
    pub number: u32,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Whether it took effect, of an attempt that failed. `None` for one that succeeded.
    pub outcome: Option<Outcome>,
    /// Why it failed. `None` for one that succeeded.
    pub kind: Option<ErrorKind>,
    /// From taking a connection to the end of the answer.
    pub elapsed: Duration,
}

/// What is called after each attempt.
pub(crate) type Hook = Arc<dyn Fn(&Attempt) + Send + Sync>;
