//! The service: a request in, an answer out.

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    marker::PhantomData,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, request::Parts};
use http_body::Body;
use tokio::sync::Semaphore;
use tower_service::Service;
use tracing::{Instrument, Span};

use super::{
    answer::{self, AnswerBody, Refusal},
    directory::ConsumerDirectory,
    guarded::guarded,
    request::{self, Route},
    setup_error::SetupError,
    span,
    tokens::IssuedTokens,
    types::CorrelationId,
};
use crate::{IssuerId, telemetry::UnderWay};

/// What comes before `/issuers/…` (the vendor's documentation).
const PREFIX: &str = "/banking/d1/v1";

/// How long a request may take. How long D1 waits is not documented.
const TIMEOUT: Duration = Duration::from_secs(2);

/// How many requests are worked on at the same time.
const CONCURRENCY: usize = 512;

const CONSUMER: &str = "get_consumer_information";
const CONSUMER_TEMPLATE: &str = "/issuers/{issuerId}/consumers/{consumerId}";
const TOKEN: &str = "get_issuer_token";
const TOKEN_TEMPLATE: &str = "/oauth2/token";

/// Serves *Get consumer information* to D1: a [`tower_service::Service`] of HTTP requests, cheap to clone.
///
/// Whether a request comes from D1 is decided by [`tokens`](Self::tokens), by [`authorize`](Self::authorize), or by a
/// gateway in front ([`behind_a_gateway`](Self::behind_a_gateway)). There is no default: a service without one of them is
/// not a `Service`. It runs within a tokio runtime.
///
/// See the [module](super) for what it answers.
///
/// ```
/// use d1_client::{IssuerId, issuer::{ConsumerDirectory, ConsumerInformationService, IssuedTokens}};
///
/// fn serve(directory: impl ConsumerDirectory, secret: &str) -> Result<(), Box<dyn std::error::Error>> {
///     let key = std::fs::read("/etc/d1/token-key")?; // 32 random bytes, the same on all replicas
///     let service = ConsumerInformationService::new(IssuerId::new("is_example")?, directory)
///         .tokens(IssuedTokens::new("d1", secret, key));
///     service.validate()?; // a key that is too short is an error here, not at the first request
///     // axum::Router::new().fallback_service(service), or hyper, or any other tower stack
///     Ok(())
/// }
/// ```
#[must_use = "serve it"]
pub struct ConsumerInformationService<D, A = NoAuthorization> {
    directory: Arc<D>,
    settings: Arc<Settings>,
    permits: Arc<Semaphore>,
    authorization: PhantomData<fn() -> A>,
}

/// Nobody has said yet how D1 is recognized.
#[derive(Debug)]
pub enum NoAuthorization {}

/// It is decided how D1 is recognized.
#[derive(Debug)]
pub enum AuthorizationChosen {}

#[derive(Clone)]
struct Settings {
    issuer_id: IssuerId,
    prefix: String,
    timeout: Duration,
    tokens: Option<IssuedTokens>,
    /// What is wrong with the tokens.
    defect: Option<SetupError>,
    checks: Vec<Check>,
}

type Check = Arc<dyn Fn(&Parts) -> bool + Send + Sync>;

impl<D: ConsumerDirectory> ConsumerInformationService<D> {
    /// A service for one issuer and its consumers, which does not know yet how D1 is recognized.
    pub fn new(issuer_id: IssuerId, directory: D) -> Self {
        Self {
            directory: Arc::new(directory),
            settings: Arc::new(Settings {
                issuer_id,
                prefix: PREFIX.to_owned(),
                timeout: TIMEOUT,
                tokens: None,
                defect: None,
                checks: Vec::new(),
            }),
            permits: Arc::new(Semaphore::new(CONCURRENCY)),
            authorization: PhantomData,
        }
    }
}

impl<D, A> ConsumerInformationService<D, A> {
    /// Serves the token endpoint, and demands one of its tokens with each request.
    pub fn tokens(self, mut tokens: IssuedTokens) -> ConsumerInformationService<D, AuthorizationChosen> {
        self.set(|settings| {
            tokens.bind(settings.issuer_id.as_str());
            settings.defect = tokens.validate().err();
            settings.tokens = Some(tokens);
        })
        .chosen()
    }

    /// Demands that this check passes, for every path: it sees the head of the request, with the extensions that the server
    /// puts there, as the peer's certificate. A request that it refuses is answered with 401. With [`tokens`](Self::tokens)
    /// or another check, all of them are demanded.
    pub fn authorize(
        self,
        check: impl Fn(&Parts) -> bool + Send + Sync + 'static,
    ) -> ConsumerInformationService<D, AuthorizationChosen> {
        self.set(|settings| settings.checks.push(Arc::new(check)))
            .chosen()
    }

    /// Demands nothing: a gateway in front lets nobody but D1 through.
    pub fn behind_a_gateway(self) -> ConsumerInformationService<D, AuthorizationChosen> {
        self.chosen()
    }

    /// What comes before `/issuers/…`; `/banking/d1/v1` by default.
    pub fn prefix(self, prefix: impl AsRef<str>) -> Self {
        let bare = prefix.as_ref().trim_matches('/');
        let prefix = if bare.is_empty() {
            String::new()
        } else {
            format!("/{bare}")
        };
        self.set(|settings| settings.prefix = prefix)
    }

    /// How long a request may take; 2 seconds by default. One that takes longer is answered with 503.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.timeout = timeout)
    }

    /// How many requests are worked on at the same time, by all clones together; 512 by default. Any other is answered
    /// with 503 at once.
    pub fn concurrency(mut self, limit: usize) -> Self {
        self.permits = Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS)));
        self
    }

    /// Whether the settings can work: to be asked when the process starts. A service whose settings cannot answers 500.
    ///
    /// # Errors
    /// The first setting that cannot.
    pub fn validate(&self) -> Result<(), SetupError> {
        self.settings.defect.map_or(Ok(()), Err)
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.settings));
        self
    }

    fn chosen(self) -> ConsumerInformationService<D, AuthorizationChosen> {
        ConsumerInformationService {
            directory: self.directory,
            settings: self.settings,
            permits: self.permits,
            authorization: PhantomData,
        }
    }
}

impl<D, B> Service<Request<B>> for ConsumerInformationService<D, AuthorizationChosen>
where
    D: ConsumerDirectory,
    B: Body + Send + 'static,
{
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    /// Always ready: what is too much is refused with an answer.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (head, body) = request.into_parts();
        let correlation_id = request::correlation_id(&head.headers);
        let span = span::of(&head.method, &correlation_id);
        let (under_way, own) = (UnderWay::in_span(span.clone()), span.clone());
        let permit = Arc::clone(&self.permits).try_acquire_owned();
        let (directory, settings) = (Arc::clone(&self.directory), Arc::clone(&self.settings));
        let answered = async move {
            let result = match &permit {
                Ok(_) => {
                    let handled = pin!(settings.handle(&*directory, &head, body, &correlation_id, &own));
                    guarded(handled, settings.timeout).await.unwrap_or_else(Err)
                }
                Err(_) => Err(Refusal::Busy),
            };
            under_way.end(|span| span::record(span, result.as_ref().err().copied()));
            Ok(answer::of(result, &correlation_id))
        };
        Box::pin(answered.instrument(span))
    }
}

impl Settings {
    async fn handle<B: Body>(
        &self,
        directory: &impl ConsumerDirectory,
        head: &Parts,
        body: B,
        correlation_id: &CorrelationId,
        span: &Span,
    ) -> Result<Bytes, Refusal> {
        let tokens = self.tokens.as_ref();
        let token_path = tokens.map(IssuedTokens::path);
        let route = request::route(&head.method, head.uri.path(), &self.prefix, token_path)?;
        match route {
            Route::Consumer { .. } => span::operation(span, CONSUMER, CONSUMER_TEMPLATE),
            Route::Token => span::operation(span, TOKEN, TOKEN_TEMPLATE),
        }
        if self.defect.is_some() {
            return Err(Refusal::Misconfigured);
        }
        if !self.checks.iter().all(|check| check(head)) {
            return Err(Refusal::Unauthorized);
        }
        match (route, tokens) {
            (Route::Token, Some(tokens)) => {
                request::client_credentials(&head.headers, body).await?;
                tokens.issue(&head.headers).map(|token| answer::json(&token))
            }
            (Route::Token, None) => Err(Refusal::UnknownPath),
            (Route::Consumer { issuer, consumer }, tokens) => {
                if tokens.is_some_and(|tokens| !tokens.accept(&head.headers)) {
                    return Err(Refusal::Unauthorized);
                }
                let ids = (issuer, consumer);
                let lookup = request::lookup(head, ids, &self.issuer_id, correlation_id.clone())?;
                match directory.consumer(lookup).await {
                    Ok(Some(person)) => Ok(answer::json(&person)),
                    Ok(None) => Err(Refusal::UnknownConsumer),
                    Err(error) if error.is_unavailable() => Err(Refusal::Unavailable),
                    Err(_) => Err(Refusal::Failed),
                }
            }
        }
    }
}

impl<D, A> Clone for ConsumerInformationService<D, A> {
    fn clone(&self) -> Self {
        Self {
            directory: Arc::clone(&self.directory),
            settings: Arc::clone(&self.settings),
            permits: Arc::clone(&self.permits),
            authorization: PhantomData,
        }
    }
}

impl<D, A> fmt::Debug for ConsumerInformationService<D, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsumerInformationService")
            .field("issuer_id", &self.settings.issuer_id)
            .field("prefix", &self.settings.prefix)
            .field("timeout", &self.settings.timeout)
            .field("tokens", &self.settings.tokens)
            .field("checks", &self.settings.checks.len())
            .finish_non_exhaustive()
    }
}
