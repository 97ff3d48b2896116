//! Many consumers at once: registered, updated or deleted at a rate that D1 can serve, in bounded memory.
//!
//! [`Client::register_many`], [`Client::update_many`] and [`Client::delete_many`] take a stream of items and return a
//! stream of results, one for each item, each with its consumer id. [`guide::bulk`](crate::guide::bulk) describes the rate,
//! the memory, what to do with unknown outcomes, and how to share an input among machines.
//!
//! ```no_run
//! use d1_client::{Client, ConsumerId, Outcome, bulk::{BulkOptions, Registration}, types::PersonalInformation};
//! use futures::{StreamExt, stream};
//!
//! # async fn run(d1: Client) -> Result<(), Box<dyn std::error::Error>> {
//! let people = [("c-1", "Ada", "Lovelace"), ("c-2", "Charles", "Babbage")];
//! let input = stream::iter(people).filter_map(async |(id, first, last)| {
//!     let person = PersonalInformation::builder().first_name(first).last_name(last);
//!     Some((ConsumerId::new(id).ok()?, Registration::new().personal_information(person)))
//! });
//!
//! let mut results = d1.register_many(input, BulkOptions::new());
//! while let Some((id, result)) = results.next().await {
//!     match result {
//!         Ok(_) => { /* journal id.as_str() as done */ }
//!         Err(error) if error.outcome() == Outcome::Unknown => { /* to be reconciled */ }
//!         Err(error) => eprintln!("{error}"),
//!     }
//! }
//! println!("{}", results.summary());
//! # Ok(()) }
//! ```

mod alarm;
mod law;
#[cfg(test)]
mod law_tests;
mod limiter;
mod options;
mod rate;
mod shard;
mod stream;
mod summary;
mod taken;

use std::fmt;

use d1_generated::{Invalid, Operation, types};
use futures_core::Stream;
pub use options::BulkOptions;
pub use shard::{InvalidShard, Shard, shard};
pub use stream::BulkStream;
pub use summary::{Refusal, Summary};

use crate::{Client, ConsumerId, Receipt};

impl Client {
    /// Registers every consumer of a stream: [`Consumer::register`](crate::Consumer::register), many at a time.
    ///
    /// The stream of results yields each item exactly once, in any order, and a failed item does not stop the others. Nothing
    /// is sent until the stream is polled, in a tokio runtime.
    pub fn register_many<S>(&self, input: S, options: BulkOptions) -> BulkStream<S, Registration, ()>
    where
        S: Stream<Item = (ConsumerId, Registration)>,
    {
        let operation = Operation::RegisterConsumer;
        BulkStream::new(
            self.clone(),
            input,
            options,
            operation,
            |consumer, item, options, id| {
                let register = consumer.register().body(item.0).correlation_id(id);
                register.maybe_user_id(options.user_id.clone()).call()
            },
        )
    }

    /// Updates every consumer of a stream: [`Consumer::update`](crate::Consumer::update), many at a time.
    ///
    /// As [`register_many`](Self::register_many), but an update whose answer was lost is not repeated: it is reported
    /// with [`Outcome::Unknown`](crate::Outcome::Unknown).
    pub fn update_many<S>(&self, input: S, options: BulkOptions) -> BulkStream<S, Registration, Receipt>
    where
        S: Stream<Item = (ConsumerId, Registration)>,
    {
        let operation = Operation::UpdateConsumer;
        BulkStream::new(
            self.clone(),
            input,
            options,
            operation,
            |consumer, item, options, id| {
                let update = consumer.update().body(item.0).correlation_id(id);
                update.maybe_user_id(options.user_id.clone()).call()
            },
        )
    }

    /// Deletes every consumer of a stream, for good: [`Consumer::delete`](crate::Consumer::delete), many at a time.
    ///
    /// As [`register_many`](Self::register_many), but a deletion whose answer was lost is not repeated: it is reported
    /// with [`Outcome::Unknown`](crate::Outcome::Unknown). An unknown consumer is not a proof of deletion: the id may
    /// never have been registered.
    pub fn delete_many<S>(&self, input: S, options: BulkOptions) -> BulkStream<S, Deletion, Receipt>
    where
        S: Stream<Item = (ConsumerId, Deletion)>,
    {
        let operation = Operation::DeleteConsumer;
        BulkStream::new(
            self.clone(),
            input,
            options,
            operation,
            |consumer, item, options, id| {
                let delete = consumer.delete().body(item.0).correlation_id(id);
                delete.maybe_user_id(options.user_id.clone()).call()
            },
        )
    }
}

/// What is registered of a consumer, or what an update sends. Nothing set: D1 stores no data.
///
/// Values are checked by the vendor's rules just before the item is sent. If one breaks them, the item ends with that error,
/// and nothing is sent for it.
///
/// ```
/// use d1_client::{bulk::Registration, types::PersonalInformation};
///
/// let person = PersonalInformation::builder().first_name("Ada").last_name("Lovelace");
/// let registration = Registration::new().personal_information(person);
/// assert!(!format!("{registration:?}").contains("Ada"));
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Registration(types::builder::ConsumerInformation);

impl Registration {
    /// With nothing set.
    pub fn new() -> Self {
        Self::default()
    }

    /// What D1 stores of the person: a [`PersonalInformation`](types::PersonalInformation) or its builder.
    pub fn personal_information<T>(self, value: T) -> Self
    where
        T: TryInto<types::PersonalInformation>,
        T::Error: Into<Invalid>,
    {
        Self(self.0.personal_information(value))
    }

    /// How the person wants to be notified.
    pub fn preferences<T>(self, value: T) -> Self
    where
        T: TryInto<types::Preferences>,
        T::Error: Into<Invalid>,
    {
        Self(self.0.preferences(value))
    }
}

impl From<types::ConsumerInformation> for Registration {
    fn from(body: types::ConsumerInformation) -> Self {
        Self(body.into())
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registration([redacted])")
    }
}

/// How a consumer is deleted: with a reason, or without.
///
/// ```
/// use d1_client::bulk::Deletion;
///
/// let deletion = Deletion::new().reason("Account closed");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Deletion(types::builder::DeletionRequest);

impl Deletion {
    /// Without a reason.
    pub fn new() -> Self {
        Self::default()
    }

    /// Why, for the vendor's list of operations: 1 to 64 ASCII letters, digits and spaces. Keep the person's data out
    /// of it.
    pub fn reason<T>(self, value: T) -> Self
    where
        T: TryInto<types::DeletionReason>,
        T::Error: Into<Invalid>,
    {
        Self(self.0.reason(value))
    }
}

impl fmt::Debug for Deletion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deletion([redacted])")
    }
}
