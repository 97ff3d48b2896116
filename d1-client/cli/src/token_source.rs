//! The token source of the configuration, watched: the library's client keeps the token to itself.

use std::sync::{Arc, Mutex, PoisonError};

use d1_client::{
    BuildError, JwtBearer, SigningKey, StaticToken,
    auth::{AccessToken, BoxFuture, TokenError, TokenRequest, TokenSource},
};

use crate::{config::Config, failure::Failure};

/// What the last fetch ended with; `None` before the first.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Option<Result<AccessToken, TokenError>>>>);

impl Seen {
    pub(crate) fn take(&self) -> Option<Result<AccessToken, TokenError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn note(&self, result: Result<AccessToken, TokenError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }
}

/// A source whose tokens are seen.
pub(crate) struct Watched {
    source: Box<dyn TokenSource>,
    seen: Seen,
    /// Whether no call may be made with the token.
    is_all: bool,
}

impl Watched {
    /// Of the configuration. With `is_all` the client gets no token, so that it makes no call.
    pub(crate) fn new(config: &Config, is_all: bool) -> Result<(Self, Seen), Failure> {
        // Contradictions and what is missing are told by the library.
        let _ = config.client_builder()?;
        let (source, seen) = (
            source(config).map_err(|error| config.explained(error))?,
            Seen::default(),
        );
        let watched = Self {
            source,
            seen: seen.clone(),
            is_all,
        };
        Ok((watched, seen))
    }
}

/// As [`ClientBuilder::from_env`](d1_client::ClientBuilder::from_env) chooses it.
fn source(config: &Config) -> Result<Box<dyn TokenSource>, BuildError> {
    let text = |name| {
        config
            .variable(name)
            .map(|value| value.to_string_lossy().trim_end().to_owned())
    };
    if let Some(token) = text("D1_ACCESS_TOKEN") {
        return Ok(Box::new(StaticToken::new(token)));
    }
    let file = config.variable("D1_SIGNING_KEY_FILE").unwrap_or_default();
    let key = if let Some(folder) = config.variable("D1_SIGNING_KEY_DIR") {
        SigningKey::from_folder(folder)?
    } else if let Some(id) = config.variable("D1_KEY_ID_FILE") {
        SigningKey::from_files(id, file)?
    } else {
        SigningKey::from_file(text("D1_KEY_ID").unwrap_or_default(), file)?
    };
    let bearer = JwtBearer::new(key);
    Ok(Box::new(match text("D1_AGGREGATOR_ID") {
        Some(aggregator) => bearer.aggregator_id(aggregator),
        None => bearer,
    }))
}

impl TokenSource for Watched {
    fn fetch<'a>(&'a self, request: &'a TokenRequest) -> BoxFuture<'a, Result<AccessToken, TokenError>> {
        Box::pin(async move {
            let result = self.source.fetch(request).await;
            self.seen.note(result.clone());
            if self.is_all && result.is_ok() {
                return Err(TokenError::new("no call is made with this token"));
            }
            result
        })
    }

    fn key_id(&self) -> Option<String> {
        self.source.key_id()
    }

    fn validate(&self) -> Result<(), TokenError> {
        self.source.validate()
    }
}
