//! The four calls as a trait, so that a test can stand in for D1 without a socket.

use d1_generated::types;
use futures_core::future::BoxFuture;

use crate::{Client, ConsumerId, Error, Receipt, Response};

/// What a method of [`ConsumerApi`] returns: a call that is made when it is awaited.
type Answer<'a, T> = BoxFuture<'a, Result<Response<T>, Error>>;

/// The consumer API as a trait: what [`Client`] does, for code that shall be tested without it.
///
/// The calls have the client's time-outs and retry policy; for options of one call use [`Client`] itself. With the feature
/// `test-util`, [`test_util`](crate::test_util) makes the responses and errors that a stand-in returns.
#[cfg_attr(feature = "test-util", doc = "```")]
#[cfg_attr(not(feature = "test-util"), doc = "```ignore")]
/// use d1_client::{
///     ConsumerApi, ConsumerId, Error, ErrorCode, Operation, Receipt, Response,
///     auth::BoxFuture,
///     test_util,
///     types::{Card, ConsumerInformation, DeletionRequest},
/// };
///
/// /// A D1 that knows nobody.
/// struct Nobody;
///
/// impl ConsumerApi for Nobody {
///     fn register(&self, _: ConsumerId, _: ConsumerInformation) -> BoxFuture<'_, Result<Response<()>, Error>> {
///         Box::pin(async { Ok(test_util::response(())) })
///     }
///     fn cards(&self, _: ConsumerId) -> BoxFuture<'_, Result<Response<Vec<Card>>, Error>> {
///         let error = test_util::refused(Operation::ListCards, 404, Some(ErrorCode::UnknownConsumer));
///         Box::pin(async { Err(error) })
///     }
///     fn update(&self, _: ConsumerId, _: ConsumerInformation) -> BoxFuture<'_, Result<Response<Receipt>, Error>> {
///         Box::pin(async { Err(test_util::lost(Operation::UpdateConsumer)) })
///     }
///     fn delete(&self, _: ConsumerId, _: DeletionRequest) -> BoxFuture<'_, Result<Response<Receipt>, Error>> {
///         Box::pin(async { Ok(test_util::response(Receipt::default())) })
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let d1: Box<dyn ConsumerApi> = Box::new(Nobody);
/// let error = d1.cards(ConsumerId::new("c-1f6e").unwrap()).await.unwrap_err();
/// assert!(error.is_unknown_consumer());
/// # });
/// ```
pub trait ConsumerApi: Send + Sync {
    /// As [`Consumer::register`](crate::Consumer::register).
    fn register(&self, id: ConsumerId, body: types::ConsumerInformation) -> Answer<'_, ()>;

    /// As [`Consumer::cards`](crate::Consumer::cards).
    fn cards(&self, id: ConsumerId) -> Answer<'_, Vec<types::Card>>;

    /// As [`Consumer::update`](crate::Consumer::update).
    fn update(&self, id: ConsumerId, body: types::ConsumerInformation) -> Answer<'_, Receipt>;

    /// As [`Consumer::delete`](crate::Consumer::delete).
    fn delete(&self, id: ConsumerId, body: types::DeletionRequest) -> Answer<'_, Receipt>;
}

impl ConsumerApi for Client {
    fn register(&self, id: ConsumerId, body: types::ConsumerInformation) -> Answer<'_, ()> {
        Box::pin(self.consumer(id).register().body(body).send())
    }

    fn cards(&self, id: ConsumerId) -> Answer<'_, Vec<types::Card>> {
        Box::pin(self.consumer(id).cards().send())
    }

    fn update(&self, id: ConsumerId, body: types::ConsumerInformation) -> Answer<'_, Receipt> {
        Box::pin(self.consumer(id).update().body(body).send())
    }

    fn delete(&self, id: ConsumerId, body: types::DeletionRequest) -> Answer<'_, Receipt> {
        Box::pin(self.consumer(id).delete().body(body).send())
    }
}
