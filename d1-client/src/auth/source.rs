use std::fmt;
use std::sync::Arc;

use futures_core::future::BoxFuture;

use super::{AccessToken, TokenError, TokenRequest};

/// Where access tokens come from.
///
/// One method to write. The client puts a [`TokenCache`](super::TokenCache) in front of every source, so that
/// a source keeps nothing, and is asked by one task at a time (unless it uses [`TokenRequest::http`], and gets no answer):
/// when there is no live token, shortly before the live one expires, and after D1 has refused one.
///
/// ```
/// use std::time::Duration;
/// use d1_client::auth::{AccessToken, BoxFuture, TokenError, TokenRequest, TokenSource};
///
/// struct Vault { /* … */ }
///
/// impl TokenSource for Vault {
///     fn fetch<'a>(&'a self, _: &'a TokenRequest) -> BoxFuture<'a, Result<AccessToken, TokenError>> {
///         Box::pin(async move {
///             let text = self.read("d1/token").await;
///             let text = text.map_err(|_| TokenError::new("the vault is sealed").retryable())?;
///             Ok(AccessToken::new(text)?.expires_in(Duration::from_secs(60)))
///         })
///     }
/// }
/// # impl Vault { async fn read(&self, _: &str) -> Result<String, ()> { Ok("t".into()) } }
/// ```
pub trait TokenSource: Send + Sync + 'static {
    /// Gets a new token.
    ///
    /// Give it an expiry with [`AccessToken::expires_in`]: a token without one is used until D1 refuses it. A
    /// source with a cache of its own looks at [`TokenRequest::rejected`] and does not hand out that token
    /// again.
    ///
    /// # Errors
    /// Everyone waiting for this fetch gets the error; [`TokenError::is_retryable`] decides whether they try
    /// again.
    fn fetch<'a>(&'a self, request: &'a TokenRequest) -> BoxFuture<'a, Result<AccessToken, TokenError>>;

    /// Looks at the settings alone; asked when a client is built. Nothing is wrong unless a source says so.
    ///
    /// # Errors
    /// What can never work: the client is not built.
    fn validate(&self) -> Result<(), TokenError> {
        Ok(())
    }

    /// Under which id the last assertion was signed, or the next will be, for those who look at
    /// [`Client::credentials`](crate::Client::credentials). Not a secret. `None`, the default, for a source without a key.
    fn key_id(&self) -> Option<String> {
        None
    }
}

macro_rules! by_pointer {
    ($($pointer:ident),*) => {
        $(impl<S: TokenSource + ?Sized> TokenSource for $pointer<S> {
            fn fetch<'a>(&'a self, request: &'a TokenRequest) -> BoxFuture<'a, Result<AccessToken, TokenError>> {
                (**self).fetch(request)
            }

            fn validate(&self) -> Result<(), TokenError> {
                (**self).validate()
            }

            fn key_id(&self) -> Option<String> {
                (**self).key_id()
            }
        })*
    };
}
by_pointer!(Arc, Box);

/// A token that somebody else obtained: for a first try, a script, a test.
///
/// It is not renewed. A text that is no token is reported when the client is built.
///
/// ```
/// use d1_client::auth::StaticToken;
///
/// let source = StaticToken::new("eyJraWQiOi");
/// assert_eq!(format!("{source:?}"), "StaticToken(AccessToken([redacted]))");
/// ```
#[derive(Clone)]
pub struct StaticToken(Result<AccessToken, TokenError>);

impl StaticToken {
    /// The token, without the word `Bearer`.
    pub fn new(token: impl AsRef<str>) -> Self {
        Self(AccessToken::new(token))
    }
}

impl TokenSource for StaticToken {
    fn fetch<'a>(&'a self, _: &'a TokenRequest) -> BoxFuture<'a, Result<AccessToken, TokenError>> {
        Box::pin(std::future::ready(self.0.clone()))
    }

    fn validate(&self) -> Result<(), TokenError> {
        self.0.as_ref().map(|_| ()).map_err(Clone::clone)
    }
}

impl fmt::Debug for StaticToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(token) => f.debug_tuple("StaticToken").field(token).finish(),
            Err(error) => f.debug_tuple("StaticToken").field(error).finish(),
        }
    }
}

/// A token source made of an async closure.
///
/// ```
/// use std::time::Duration;
/// use d1_client::auth::{self, AccessToken, TokenError};
///
/// let source = auth::from_fn(|| async {
///     let text = std::fs::read_to_string("/var/run/d1-token").map_err(|_| TokenError::new("no token file"))?;
///     Ok(AccessToken::new(text.trim())?.expires_in(Duration::from_secs(60)))
/// });
/// ```
pub fn from_fn<F, Fut>(fetch: F) -> FromFn<F>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<AccessToken, TokenError>> + Send + 'static,
{
    FromFn(fetch)
}

/// What [`from_fn`] returns.
#[derive(Clone)]
pub struct FromFn<F>(F);

impl<F, Fut> TokenSource for FromFn<F>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<AccessToken, TokenError>> + Send + 'static,
{
    fn fetch<'a>(&'a self, _: &'a TokenRequest) -> BoxFuture<'a, Result<AccessToken, TokenError>> {
        Box::pin((self.0)())
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFn(..)")
    }
}
