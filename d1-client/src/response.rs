//! What a call returns besides its value.

use std::ops::Deref;

use crate::CorrelationId;

/// A value, and how it was obtained.
///
/// It dereferences to the value: `for card in cards.iter()` works on a `Response<Vec<Card>>`.
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    status: u16,
    attempts: u32,
    correlation_id: CorrelationId,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, status: u16, attempts: u32, correlation_id: CorrelationId) -> Self {
        Self {
            value,
            status,
            attempts,
            correlation_id,
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The `x-correlation-id` under which D1 saw every attempt of the call.
    pub fn correlation_id(&self) -> &CorrelationId {
        &self.correlation_id
    }

    /// The HTTP status, 200 to 299.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// How many requests the call took, 1 or more.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
