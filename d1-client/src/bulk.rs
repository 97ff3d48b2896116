//! Many consumers at once: registered, updated or deleted at a rate that D1 can serve, in bounded memory.
//!
//! [`Client::register_many`], [`Client::update_many`] and [`Client::delete_many`] take a stream of items and return a
//! stream of results, one for each item, each with its consumer id. [`guide::bulk`](crate::guide::bulk) describes the rate,
//! the memory, what to do with unknown outcomes, and how to share an input among machines.
//!
//! ```no_run
//! use d1_client::{Client, ConsumerId, Outcome, bulk::BulkOptions, types::{ConsumerInformation, PersonalInformation}};
//! use futures::{StreamExt, stream};
//!
//! # async fn run(d1: Client) -> Result<(), Box<dyn std::error::Error>> {
//! let people = [("c-1", "Ada", "Lovelace"), ("c-2", "Charles", "Babbage")];
//! let input = stream::iter(people).filter_map(async |(id, first, last)| {
//!     let person = PersonalInformation::builder().first_name(first).last_name(last);
//!     Some((ConsumerId::new(id).ok()?, ConsumerInformation::builder().personal_information(person)))
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

use d1_generated::types;
use futures_core::Stream;
pub use options::BulkOptions;
pub use shard::{InvalidShard, Shard, shard};
pub use stream::BulkStream;
pub use summary::{Refusal, Summary};

use crate::{
    Client, Consumer, ConsumerId, Receipt,
    operations::{DeleteConsumer, RegisterConsumer, TakesUserId, UpdateConsumer},
};

impl Client {
    /// Registers every consumer of a stream: [`Consumer::register`](crate::Consumer::register), many at a time.
    ///
    /// An item is a consumer id and a [`ConsumerInformation`](types::ConsumerInformation) or its builder. With nothing set, D1
    /// stores no data. A builder is validated just before the item is sent. If a value breaks the vendor's rules, the item
    /// ends with that error, and nothing is sent for it.
    ///
    /// The stream of results yields each item exactly once, in any order, and a failed item does not stop the others. Nothing
    /// is sent until the stream is polled, in a tokio runtime.
    pub fn register_many<S, B>(&self, input: S, options: BulkOptions) -> BulkStream<S, B, ()>
    where
        S: Stream<Item = (ConsumerId, B)>,
        B: Into<types::builder::ConsumerInformation>,
    {
        self.many::<RegisterConsumer, S, B>(input, options)
    }

    /// Updates every consumer of a stream: [`Consumer::update`](crate::Consumer::update), many at a time.
    ///
    /// As [`register_many`](Self::register_many), but an update whose answer was lost is not repeated: it is reported
    /// with [`Outcome::Unknown`](crate::Outcome::Unknown).
    pub fn update_many<S, B>(&self, input: S, options: BulkOptions) -> BulkStream<S, B, Receipt>
    where
        S: Stream<Item = (ConsumerId, B)>,
        B: Into<types::builder::ConsumerInformation>,
    {
        self.many::<UpdateConsumer, S, B>(input, options)
    }

    /// Deletes every consumer of a stream, for good: [`Consumer::delete`](crate::Consumer::delete), many at a time.
    ///
    /// An item is a consumer id and a [`DeletionRequest`](types::DeletionRequest) or its builder, with a reason or without.
    ///
    /// As [`register_many`](Self::register_many), but a deletion whose answer was lost is not repeated: it is reported
    /// with [`Outcome::Unknown`](crate::Outcome::Unknown). An unknown consumer is not a proof of deletion: the id may
    /// never have been registered.
    pub fn delete_many<S, B>(&self, input: S, options: BulkOptions) -> BulkStream<S, B, Receipt>
    where
        S: Stream<Item = (ConsumerId, B)>,
        B: Into<types::builder::DeletionRequest>,
    {
        self.many::<DeleteConsumer, S, B>(input, options)
    }

    fn many<O, S, B>(&self, input: S, options: BulkOptions) -> BulkStream<S, B, O::Output>
    where
        O: TakesUserId,
        S: Stream<Item = (ConsumerId, B)>,
        B: Into<O::Body>,
    {
        let call = |consumer: &Consumer, body: B, options: &BulkOptions, id| {
            let request = consumer.request::<O>(body.into()).correlation_id(id);
            request.maybe_user_id(options.user_id.clone()).call()
        };
        BulkStream::new(self.clone(), input, options, O::OPERATION, call)
    }
}
