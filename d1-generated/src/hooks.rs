//! Where others take part in what is generated: a token is put on a request before it is sent, and a type of one's own stands
//! for a generated one.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

/// Puts credentials on a request of the generated client.
///
/// The text of an error reaches the caller as [`Error::Custom`](crate::Error::Custom): keep tokens and personal data out of it.
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

    /// Sends requests as they are; a request taken with `request()` is authorised by its caller.
    pub const fn none() -> Self {
        Self(None)
    }
}

impl Authorizer {
    pub(crate) async fn authorize(&self, request: &mut reqwest::Request) -> Result<(), String> {
        match &self.0 {
            Some(authorize) => authorize.authorize(request).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn execute(
        &self,
        http: &reqwest::Client,
        request: reqwest::Request,
    ) -> reqwest::Result<reqwest::Response> {
        match &self.0 {
            Some(authorize) => authorize.execute(http, request).await,
            None => http.execute(request).await,
        }
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

/// Each API's client asks its [`Authorizer`].
macro_rules! hooks {
    ($client:ident) => {
        impl ::progenitor_client::ClientHooks<$crate::hooks::Authorizer> for $client {
            async fn pre<E>(
                &self,
                request: &mut ::reqwest::Request,
                _: &::progenitor_client::OperationInfo,
            ) -> ::std::result::Result<(), ::progenitor_client::Error<E>> {
                self.inner
                    .authorize(request)
                    .await
                    .map_err(::progenitor_client::Error::Custom)
            }

            async fn exec(
                &self,
                request: ::reqwest::Request,
                _: &::progenitor_client::OperationInfo,
            ) -> ::reqwest::Result<::reqwest::Response> {
                self.inner.execute(&self.client, request).await
            }
        }
    };
}
pub(crate) use hooks;

/// A value that is a `T`, or holds one and nothing else: what a typed mock takes for a parameter of a path.
#[cfg(feature = "httpmock")]
pub trait Same<T> {
    /// The `T`.
    fn same(&self) -> &T;
}

#[cfg(feature = "httpmock")]
impl<T> Same<T> for T {
    fn same(&self) -> &T {
        self
    }
}
