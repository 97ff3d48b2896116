//! The results of a bulk, whatever its operation.

use d1_client::{
    Client, ConsumerId, Error,
    bulk::{BulkOptions, BulkStream, Summary},
    types::{ConsumerInformation, DeletionRequest},
};
use futures::{FutureExt, Stream, StreamExt, future::BoxFuture};

use super::{Operation, row::Body};

/// A [`BulkStream`] of any operation.
pub(super) trait Results: Send {
    fn next(&mut self) -> BoxFuture<'_, Option<(ConsumerId, Result<(), Error>)>>;
    fn stop(&mut self);
    fn summary(&self) -> Summary;
}

impl<S, P, T> Results for BulkStream<S, P, T>
where
    S: Stream<Item = (ConsumerId, P)> + Send,
    P: Send + 'static,
    T: Send + 'static,
{
    fn next(&mut self) -> BoxFuture<'_, Option<(ConsumerId, Result<(), Error>)>> {
        let next = StreamExt::next(self);
        next.map(|next| next.map(|(id, result)| (id, result.map(drop))))
            .boxed()
    }

    fn stop(&mut self) {
        Self::stop(self);
    }

    fn summary(&self) -> Summary {
        Self::summary(self)
    }
}

/// A body that some operation sends.
pub(super) trait Sent: Body {
    fn send(
        operation: Operation,
        client: &Client,
        items: impl Stream<Item = (ConsumerId, Self)> + Send + 'static,
        options: BulkOptions,
    ) -> Box<dyn Results>;
}

impl Sent for ConsumerInformation {
    fn send(
        operation: Operation,
        client: &Client,
        items: impl Stream<Item = (ConsumerId, Self)> + Send + 'static,
        options: BulkOptions,
    ) -> Box<dyn Results> {
        match operation {
            Operation::Update => Box::new(client.update_many(items, options)),
            _ => Box::new(client.register_many(items, options)),
        }
    }
}

impl Sent for DeletionRequest {
    fn send(
        _: Operation,
        client: &Client,
        items: impl Stream<Item = (ConsumerId, Self)> + Send + 'static,
        options: BulkOptions,
    ) -> Box<dyn Results> {
        Box::new(client.delete_many(items, options))
    }
}
