//! What a call returns besides its value.

use std::ops::Deref;

use crate::CorrelationId;

/// A value, and how it was obtained.
///
/// It dereferences to the value, and is iterated as it is: `for card in &cards` works on a `Response<Vec<Card>>`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # #[cfg(feature = "sandbox")] {
/// use d1_client::{ConsumerId, sandbox::{Fault, Sandbox, SandboxExt}};
///
/// let sandbox = Sandbox::start().await;
/// let consumer = sandbox.client_builder().build()?.consumer(ConsumerId::new("c-1f6e")?);
/// consumer.register().send().await?;
/// sandbox.next(Fault::unavailable());
/// let cards = consumer.cards().correlation_id("job-17").send().await?;
/// assert_eq!((cards.len(), cards.status(), cards.attempts()), (0, 200, 2));
/// assert_eq!(cards.correlation_id().as_str(), "job-17");
/// # }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Response<T> {
    pub(crate) value: T,
    pub(crate) status: u16,
    pub(crate) attempts: u32,
    pub(crate) correlation_id: CorrelationId,
}

impl<T> Response<T> {
    /// The value.
    pub fn value(&self) -> &T {
        &self.value
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

impl<T> Response<T> {
    /// The same response with another value.
    ///
    /// ```no_run
    /// # async fn run(consumer: d1_client::Consumer) -> Result<(), d1_client::Error> {
    /// let count = consumer.cards().send().await?.map(|cards| cards.len());
    /// println!("{} cards after {} attempts", count.value(), count.attempts());
    /// # Ok(()) }
    /// ```
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: change(self.value),
            status: self.status,
            attempts: self.attempts,
            correlation_id: self.correlation_id,
        }
    }
}

impl<T: IntoIterator> IntoIterator for Response<T> {
    type Item = T::Item;
    type IntoIter = T::IntoIter;

    fn into_iter(self) -> T::IntoIter {
        self.value.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Response<T>
where
    &'a T: IntoIterator,
{
    type Item = <&'a T as IntoIterator>::Item;
    type IntoIter = <&'a T as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.value.into_iter()
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_iterated_mapped_and_looked_at_as_its_value() {
        let id = CorrelationId::new("c-1").expect("a correlation id");
        let response = Response {
            value: vec![1, 2],
            status: 200,
            attempts: 3,
            correlation_id: id,
        };
        let mut seen = Vec::new();
        for number in &response {
            seen.push(*number);
        }
        assert_eq!(&seen, response.value());
        let sum = response.clone().map(|numbers| numbers.iter().sum::<i32>());
        assert_eq!((*sum, sum.attempts(), sum.status()), (3, 3, 200));
        assert_eq!(response.into_iter().next(), Some(1));
    }
}
