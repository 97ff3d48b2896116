//! What the generated client calls before it sends: the place where a token is put on a request.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use progenitor_client::{ClientHooks, OperationInfo};

use crate::{Client, Error};

/// Puts credentials on a request of the generated client.
///
/// The text of an error reaches the caller as [`Error::Custom`]: keep tokens and personal data out of it.
pub trait Authorize: Send + Sync + 'static {
    /// Called once for each request, after it was built and before it is sent.
    ///
    /// # Errors
    /// A line that says why no credentials could be had; the request is not sent.
    fn authorize<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
    ) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

    /// Sends the request, and sees its answer: a place to learn that the credentials were refused. As the generated client
    /// does it, unless written otherwise.
    fn execute<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: reqwest::Request,
    ) -> Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + Send + 'a>> {
        Box::pin(http.execute(request))
    }
}

/// The generated client's inner value: shared credentials, or none.
#[derive(Clone, Default)]
pub struct Authorizer(Option<Arc<dyn Authorize>>);

impl Authorizer {
    /// Asks `authorize` before each request.
    pub fn new(authorize: impl Authorize) -> Self {
        Self(Some(Arc::new(authorize)))
    }

    /// Sends requests as they are; a request taken with `request()` is authorised by whoever takes it.
    pub const fn none() -> Self {
        Self(None)
    }
}

impl fmt::Debug for Authorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Authorizer(set)"
        } else {
            "Authorizer(none)"
        })
    }
}

impl ClientHooks<Authorizer> for Client {
    async fn pre<E>(&self, request: &mut reqwest::Request, _: &OperationInfo) -> Result<(), Error<E>> {
        match &self.inner.0 {
            Some(authorize) => authorize.authorize(request).await.map_err(Error::Custom),
            None => Ok(()),
        }
    }

    async fn exec(&self, request: reqwest::Request, _: &OperationInfo) -> reqwest::Result<reqwest::Response> {
        match &self.inner.0 {
            Some(authorize) => authorize.execute(&self.client, request).await,
            None => self.client.execute(request).await,
        }
    }
}
