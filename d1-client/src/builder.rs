//! What a client is made of.

mod from_env;
mod system_proxy;

use std::{
    fmt,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use d1_generated::{Invalid, hooks::Authorizer, types::IssuerId};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::{
    Attempt, BuildError, Client, Environment, RetryPolicy,
    attempt_report::Hook,
    auth::{PemText, TokenCache, TokenRequest, TokenSource},
    build_error::{BaseUrl, ProxyDefect, TimeoutSetting, UrlDefect},
    calendar::unix_seconds,
    client::{Inner, Timeouts},
    connections::{ConnectTime, Connections},
    headers,
    identity::{self, Identity, IdentityFiles, InUse, Rotation, Text},
    recent::Recent,
    retry::Budget,
    tls::{self, Tls, Trust},
};

/// How long a caller waits for all attempts and pauses together.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// Long enough for a slow D1, short enough to leave room for another attempt.
const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// A TLS handshake across a continent takes well under a second.
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Load balancers commonly close idle connections after 60 s; a client that closes first loses no request.
const DEFAULT_POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(45);
/// The longest time that the clock of the connection pool can hold.
const LONGEST_POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// Builds a [`Client`]. The environment, a token source and a client certificate must be given; the rest has defaults.
///
/// ```
/// use std::time::Duration;
/// use d1_client::{Client, Environment, IssuerId, RetryPolicy, StaticToken};
///
/// let d1 = Client::builder(IssuerId::new("is_example")?)
///     .environment(Environment::custom("http://127.0.0.1:8080", "http://127.0.0.1:8080")?) // a mock
///     .token_source(StaticToken::new("t0ken"))
///     .timeout(Duration::from_secs(5))
///     .retry(RetryPolicy::none())
///     .build()?;
/// assert_eq!(d1.issuer_id().as_str(), "is_example");
///
/// // What is missing or cannot work is an error here, not at the first call.
/// assert!(Client::builder(IssuerId::new("is_example")?).environment(Environment::Staging).build().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a builder does nothing until `build()`"]
pub struct ClientBuilder {
    issuer_id: IssuerId,
    environment: Option<Environment>,
    token_source: Option<Box<dyn TokenSource>>,
    identity: Option<IdentitySource>,
    without_identity: bool,
    allow_expired: bool,
    trust: Result<Trust, BuildError>,
    policy: RetryPolicy,
    timeout: Duration,
    attempt_timeout: Duration,
    connect_timeout: Duration,
    pool_idle_timeout: Duration,
    pool_max_idle: usize,
    proxy: Proxy<String>,
    user_agent_suffix: Option<String>,
    headers: Vec<Result<(HeaderName, HeaderValue), Invalid>>,
    on_attempt: Option<Hook>,
}

enum IdentitySource {
    Read(Result<Identity, BuildError>),
    Files(IdentityFiles),
}

/// `Url`: a URL, and then what reqwest makes of it.
enum Proxy<Url> {
    System,
    None,
    Url(Url),
}

impl Client {
    /// Starts building a client for this issuer.
    pub fn builder(issuer_id: IssuerId) -> ClientBuilder {
        ClientBuilder::new(issuer_id)
    }

    /// A client by the environment variables that [`ClientBuilder::from_env`] lists.
    ///
    /// # Errors
    /// As [`ClientBuilder::from_env`] and [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, BuildError> {
        ClientBuilder::from_env()?.build()
    }
}

impl ClientBuilder {
    pub(crate) fn new(issuer_id: IssuerId) -> Self {
        Self {
            issuer_id,
            environment: None,
            token_source: None,
            identity: None,
            without_identity: false,
            allow_expired: false,
            trust: Ok(Trust::default()),
            policy: RetryPolicy::standard(),
            timeout: DEFAULT_TIMEOUT,
            attempt_timeout: DEFAULT_ATTEMPT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            pool_idle_timeout: DEFAULT_POOL_IDLE_TIMEOUT,
            pool_max_idle: usize::MAX,
            proxy: Proxy::System,
            user_agent_suffix: None,
            headers: Vec::new(),
            on_attempt: None,
        }
    }

    /// Which D1. Required.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Where access tokens come from. Required. The client puts a cache in front of it.
    pub fn token_source(mut self, source: impl TokenSource) -> Self {
        self.token_source = Some(Box::new(source));
        self
    }

    /// Mutual TLS, from two PEM files: the certificate that the vendor signed, with its intermediates, and its private key
    /// (PKCS#8, SEC1 or PKCS#1, not encrypted). Required for production and staging. One file may hold both; then give it
    /// twice.
    ///
    /// [`build`](Self::build) reads them, and wipes their text from memory. When they are replaced, a call notices
    /// it, at most every 60 s; see [`Client::reload_identity`]. Certificates and key may be in any order: the
    /// certificate is the one that belongs to the key, and the client puts the chain in order. Every `-----BEGIN`
    /// is used, or named in the error. A byte order mark, any line ending, NUL and text around the blocks are
    /// accepted.
    pub fn identity_files(mut self, certificates: impl AsRef<Path>, key: impl AsRef<Path>) -> Self {
        self.identity = Some(IdentitySource::Files(IdentityFiles {
            certificates: certificates.as_ref().to_owned(),
            key: key.as_ref().to_owned(),
            names: ("the client certificate", "the client certificate's key"),
        }));
        self
    }

    /// As [`identity_files`](Self::identity_files), from one PEM text that holds both. An owned text (`String`,
    /// `Vec<u8>`) is wiped; a borrowed one is for the caller to wipe.
    pub fn identity_pem(mut self, cert_and_key: impl PemText) -> Self {
        let identity = cert_and_key.read_and_wipe(|content| identity::read(&[Text { name: None, content }]));
        self.identity = Some(IdentitySource::Read(identity));
        self
    }

    /// Builds the client even if its certificate has expired or is not valid yet, which is an error otherwise: for tests,
    /// and for a machine whose clock is known to be wrong. D1 will refuse the connection.
    pub fn allow_expired_certificate(mut self) -> Self {
        self.allow_expired = true;
        self
    }

    /// For a network in which a service mesh or an egress gateway adds the client certificate.
    pub fn without_client_certificate(mut self) -> Self {
        self.without_identity = true;
        self
    }

    /// Trusts the certificate authorities of this PEM too, beside those of the operating system.
    ///
    /// On Linux, the operating system's authorities are those that `SSL_CERT_FILE` (a file) and `SSL_CERT_DIR`
    /// (folders) name, or else the files that distributions keep; on macOS and Windows, those of the system. They
    /// are read once, when the client is built. Revocation is not checked, except by macOS and Windows themselves.
    /// To trust exactly the authorities that you choose, see [`trust_only_pem`](Self::trust_only_pem).
    pub fn add_root_pem(self, authorities: impl AsRef<[u8]>) -> Self {
        self.trusting(tls::roots_from_pem(authorities.as_ref()), |trust| {
            &mut trust.added
        })
    }

    /// Trusts exactly the certificate authorities of this PEM, and none of the operating system's: neither its
    /// store nor `SSL_CERT_FILE` nor `SSL_CERT_DIR` is read. A second call adds more. It cannot be combined with
    /// [`add_root_pem`](Self::add_root_pem).
    ///
    /// D1's server certificates chain to Amazon's public roots: to pin those, give the PEM files that
    /// <https://www.amazontrust.com/repository/> lists, all of them, because D1 may change from one to another.
    pub fn trust_only_pem(self, authorities: impl AsRef<[u8]>) -> Self {
        self.trusting(tls::roots_from_pem(authorities.as_ref()), |trust| &mut trust.only)
    }

    /// Refuses servers whose certificate is revoked by one of the lists of this PEM (`BEGIN X509 CRL`). Needs
    /// [`trust_only_pem`](Self::trust_only_pem).
    ///
    /// Once there is a list, every certificate of a server's chain except the root needs a list of its issuer;
    /// without it, the server is refused. Lists are read once, when the client is built. A list whose next update
    /// is due still counts.
    pub fn add_crl_pem(self, lists: impl AsRef<[u8]>) -> Self {
        self.trusting(tls::crls_from_pem(lists.as_ref()), |trust| &mut trust.revoked)
    }

    /// How often a call is repeated; [`RetryPolicy::standard`] unless given.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// How long a whole call may take, token, attempts and pauses included: 30 s unless given. A call may have its own.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long one attempt may take, from the request to the end of the answer: 10 s unless given.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How long name lookup, TCP and TLS may take together: 5 s unless given.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long an unused connection is kept: 45 s unless given, less than the 60 s after which load balancers
    /// commonly close it.
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool_idle_timeout = timeout;
        self
    }

    /// How many unused connections are kept for each host: any number unless given.
    pub fn pool_max_idle_per_host(mut self, connections: usize) -> Self {
        self.pool_max_idle = connections;
        self
    }

    /// Uses this proxy (`http://` or `https://`), instead of the one that `HTTPS_PROXY` or `ALL_PROXY` names, in
    /// upper or lower case; [`build`](Self::build) fails if one of these names a SOCKS proxy or anything else. An
    /// environment with an `http://` URL is always on this machine, and is never reached through a proxy.
    ///
    /// An `https://` proxy that asks for a client certificate receives the one for D1; an `http://` proxy never
    /// does. See [`guide::authentication`](crate::guide::authentication), *Through a proxy*.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Proxy::Url(url.into());
        self
    }

    /// Uses no proxy, whatever the environment variables say.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxy::None;
        self
    }

    /// Appended to the user agent, `d1-client/<version>`: as in `acme-onboarding/2.1`. Visible ASCII and spaces.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Adds a header to every request, those of the token endpoint included: what a gateway of the bank's own asks for. Of one
    /// name, the last counts. The value is never logged. For one call: [`Request::header`](crate::Request::header).
    ///
    /// What the client and HTTP set themselves is refused by [`build`](Self::build).
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.headers.push(headers::checked(name.as_ref(), value.as_ref()));
        self
    }

    /// Calls this after each attempt of a call, at once and on its task: for metrics. It must not block. The last one that is
    /// given counts.
    ///
    /// ```no_run
    /// # use std::{sync::atomic::{AtomicU64, Ordering}, time::Duration};
    /// # fn with(builder: d1_client::ClientBuilder) -> d1_client::ClientBuilder {
    /// static LOST: AtomicU64 = AtomicU64::new(0);
    ///
    /// builder.on_attempt(|attempt| {
    ///     if attempt.outcome == Some(d1_client::Outcome::Unknown) {
    ///         LOST.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// })
    /// # }
    /// ```
    pub fn on_attempt(mut self, hook: impl Fn(&Attempt) + Send + Sync + 'static) -> Self {
        self.on_attempt = Some(Arc::new(hook));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// What is missing or cannot be used, and how to give it.
    pub fn build(mut self) -> Result<Client, BuildError> {
        let environment = self.environment.clone().ok_or(BuildError::NoEnvironment)?;
        for (setting, timeout) in [
            (TimeoutSetting::Call, self.timeout),
            (TimeoutSetting::Attempt, self.attempt_timeout),
            (TimeoutSetting::Connect, self.connect_timeout),
        ] {
            if timeout.is_zero() {
                return Err(BuildError::Timeout(setting));
            }
        }
        let source = self.token_source.take().ok_or(BuildError::NoTokenSource)?;
        source.validate().map_err(BuildError::TokenSource)?;
        let issuer_id = self.issuer_id.clone();
        let timeouts = Timeouts {
            call: self.timeout,
            attempt: self.attempt_timeout,
        };
        let policy = self.policy.clone();
        let on_attempt = self.on_attempt.clone();
        let auth_url = environment.auth_url().parse();
        let auth_url: reqwest::Url = auth_url.map_err(|_| BuildError::Url {
            url: BaseUrl::Auth,
            defect: UrlDefect::NotAbsolute,
        })?;
        let connect_time = ConnectTime::default();
        let (connections, rotation) = self.connect(&environment, connect_time.clone())?;
        let request = TokenRequest::over(connections.clone(), &auth_url, issuer_id.as_str())
            .map_err(BuildError::TokenSource)?
            .with_timeout(timeouts.attempt);
        Ok(Client(Arc::new(Inner {
            raw_v1: environment.consumer_v1_url().map(|url| {
                let http = connections.unconnected();
                d1_generated::consumer_v1::Client::new_with_client(url, http, Authorizer::none())
            }),
            raw: d1_generated::Client::new_with_client(
                environment.banking_url(),
                connections.unconnected(),
                Authorizer::none(),
            ),
            connections,
            issuer_id,
            environment,
            tokens: TokenCache::new(source, request),
            policy,
            budget: Budget::full(),
            recent: Recent::new(connect_time),
            timeouts,
            rotation,
            on_attempt,
        })))
    }

    /// Adds what was read to this list of what is trusted; the first error stays.
    fn trusting<T>(mut self, read: Result<Vec<T>, BuildError>, list: fn(&mut Trust) -> &mut Vec<T>) -> Self {
        self.trust = self.trust.and_then(|mut trust| {
            list(&mut trust).extend(read?);
            Ok(trust)
        });
        self
    }

    fn connect(
        self,
        environment: &Environment,
        connect_time: ConnectTime,
    ) -> Result<(Connections, Option<Rotation>), BuildError> {
        let (identity, files) = match self.identity {
            None => (None, None),
            Some(IdentitySource::Read(identity)) => (Some(identity?), None),
            Some(IdentitySource::Files(files)) => (Some(files.read()?), Some(files)),
        };
        if let Some(identity) = identity.as_ref().filter(|_| !self.allow_expired) {
            identity.check_dates(unix_seconds(SystemTime::now()))?;
        }
        let vendors = !matches!(environment, Environment::Custom(_));
        if identity.is_none() && vendors && !self.without_identity {
            return Err(BuildError::NoIdentity);
        }
        let tls = Tls::new(self.trust?)?;
        let has_identity = identity.is_some();
        let in_use = InUse::new(tls, identity)?;
        let user_agent = user_agent(self.user_agent_suffix.as_deref())?;
        // `http://` is for this machine alone: by way of a proxy, a token would travel in clear.
        let proxy = match self.proxy {
            _ if environment.is_in_clear() => Proxy::None,
            Proxy::Url(url) => Proxy::Url(proxy(&url)?),
            Proxy::System => {
                system_proxy::check(environment)?;
                Proxy::System
            }
            Proxy::None => Proxy::None,
        };
        // Without a word, RFC 9110 (section 12.5.3) allows any coding, and we read none.
        let identity_alone = (header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let mut headers = HeaderMap::from_iter([identity_alone]);
        for header in self.headers {
            let (name, value) = header.map_err(BuildError::Header)?;
            headers.insert(name, value);
        }
        let shown = in_use.clone();
        let make = move || {
            let builder = reqwest::Client::builder()
                .tls_backend_preconfigured(shown.config())
                // A token goes to its own host only; and a redirect would repeat a PUT.
                .redirect(reqwest::redirect::Policy::none())
                // Every repetition is ours, counted and within the caller's deadline.
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(self.connect_timeout.min(self.attempt_timeout))
                .connector_layer(connect_time.clone())
                .pool_idle_timeout(self.pool_idle_timeout.min(LONGEST_POOL_IDLE_TIMEOUT))
                .pool_max_idle_per_host(self.pool_max_idle)
                .user_agent(user_agent.clone())
                .default_headers(headers.clone());
            let builder = match &proxy {
                Proxy::System => builder,
                Proxy::None => builder.no_proxy(),
                Proxy::Url(proxy) => builder.proxy(proxy.clone()),
            };
            builder.build().map_err(|_| BuildError::HttpClient)
        };
        let connections = Connections::new(make)?;
        let rotation =
            has_identity.then(|| Rotation::new(in_use, files, self.allow_expired, connections.clone()));
        Ok((connections, rotation))
    }
}

fn proxy(url: &str) -> Result<reqwest::Proxy, BuildError> {
    let proxy = reqwest::Proxy::all(url).map_err(|_| BuildError::Proxy(ProxyDefect::NotAUrl))?;
    // reqwest would ignore a proxy of another kind without an error.
    if url.contains("://") && system_proxy::kind(url).is_ok() {
        Ok(proxy)
    } else {
        Err(BuildError::Proxy(ProxyDefect::Scheme))
    }
}

fn user_agent(suffix: Option<&str>) -> Result<HeaderValue, BuildError> {
    let mut agent = concat!("d1-client/", env!("CARGO_PKG_VERSION")).to_owned();
    if let Some(suffix) = suffix.filter(|suffix| !suffix.is_empty()) {
        agent.push(' ');
        agent.push_str(suffix);
    }
    let printable = agent.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let agent = HeaderValue::from_str(&agent).ok().filter(|_| printable);
    agent.ok_or(BuildError::UserAgent)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("environment", &self.environment)
            .field("policy", &self.policy)
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}
