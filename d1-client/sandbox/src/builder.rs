//! How a sandbox is set up.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use p256::ecdsa::SigningKey;
use p256::elliptic_curve::Generate;
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use tokio::net::TcpListener;

use crate::assertion::Trust;
use crate::backend::Settings;
use crate::server::{Server, Transport};
use crate::shared::Shared;
use crate::{Origin, Sandbox};

/// The issuer of a sandbox that was given none: 10 characters, as D1 has it.
const DEFAULT_ISSUER: &str = "is_sandbox";

/// The `kid` of the key that every sandbox makes for itself.
const OWN_KEY_ID: &str = "sandbox-key";

/// How long D1's tokens live, by the vendor's documentation.
const TOKEN_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Sets up a [`Sandbox`]: made by [`Sandbox::builder`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use d1_sandbox::Sandbox;
///
/// let sandbox = Sandbox::builder()
///     .issuer("is_example")
///     .click_to_pay(true)
///     .token_lifetime(Duration::from_secs(60))
///     .start()
///     .await?;
/// assert_eq!(sandbox.issuer_id(), "is_example");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "start it"]
pub struct SandboxBuilder {
    host: IpAddr,
    port: u16,
    issuers: Vec<String>,
    aggregators: Vec<String>,
    keys: Vec<(String, String)>,
    click_to_pay: bool,
    token_lifetime: Duration,
    latency: Duration,
    #[cfg(feature = "tls")]
    tls: Option<Arc<tokio_rustls::rustls::ServerConfig>>,
    #[cfg(feature = "control")]
    control: Option<Vec<String>>,
    #[cfg(feature = "control")]
    seed: serde_json::Value,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            issuers: Vec::new(),
            aggregators: Vec::new(),
            keys: Vec::new(),
            click_to_pay: false,
            token_lifetime: TOKEN_LIFETIME,
            latency: Duration::ZERO,
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "control")]
            control: None,
            #[cfg(feature = "control")]
            seed: serde_json::Value::Null,
        }
    }
}

impl SandboxBuilder {
    /// The address to listen on; 127.0.0.1 by default. Of any other than a loopback address, everybody who reaches it can
    /// see and change all that the sandbox holds.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.host = host.into();
        self
    }

    /// The port to listen on. 0, the default, takes one that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// An issuer that this D1 knows; more than one may be added. The first is [`Sandbox::issuer_id`]. Without any, there
    /// is `is_sandbox`.
    pub fn issuer(mut self, issuer_id: impl Into<String>) -> Self {
        self.issuers.push(issuer_id.into());
        self
    }

    /// An aggregator, whose tokens are valid for every issuer here.
    pub fn aggregator(mut self, aggregator_id: impl Into<String>) -> Self {
        self.aggregators.push(aggregator_id.into());
        self
    }

    /// Trusts assertions signed with this key: a P-256 public key as PEM (`BEGIN PUBLIC KEY`), by its `kid`. The
    /// sandbox also trusts its own key.
    pub fn trust_key(mut self, key_id: impl Into<String>, public_key_pem: impl Into<String>) -> Self {
        self.keys.push((key_id.into(), public_key_pem.into()));
        self
    }

    /// Whether the issuers use D1 Click to Pay, so that personal information without its mandatory fields is refused:
    /// `firstName`, `lastName`, `language`, `mobilePhoneNumber`, `residencyAddress.countryCode`, `email`, and a
    /// `residencyAddress.state` of at most 3 characters. Off by default.
    pub fn click_to_pay(mut self, on: bool) -> Self {
        self.click_to_pay = on;
        self
    }

    /// How long a token lives; 15 minutes by default, as at D1.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// By how much each answer is delayed, by tokio's clock; not at all by default.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Serves behind TLS as this configuration says, which may demand a client certificate. The URLs then begin with
    /// `https://localhost`; only HTTP/1.1 is offered.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, config: Arc<tokio_rustls::rustls::ServerConfig>) -> Self {
        self.tls = Some(config);
        self
    }

    /// Serves the control API and its page below `/_sandbox/`, to whom no page of another site can pass itself off as: the
    /// `Host` of a request must be `localhost`, the address listened on, or one of `hosts`, and its `Origin` the same. A sandbox
    /// on a mock server has none.
    #[cfg(feature = "control")]
    pub fn control<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.control = Some(hosts.into_iter().map(Into::into).collect());
        self
    }

    /// Consumers that it knows from the start, and after a reset, in the form in which `/_sandbox/consumers` lists them:
    /// `{"consumers": [{"consumerId": …, "personalInformation": …, "preferences": …, "cards": […]}]}`. Only the id is
    /// required.
    #[cfg(feature = "control")]
    pub fn seed(mut self, consumers: serde_json::Value) -> Self {
        self.seed = consumers;
        self
    }

    /// Starts it on the current runtime. It serves until it is dropped.
    ///
    /// # Errors
    /// A port that is taken ([`io::ErrorKind::AddrInUse`]), or a key that is not a P-256 public key as PEM, or consumers to
    /// start with that break a rule ([`io::ErrorKind::InvalidInput`]).
    pub async fn start(self) -> io::Result<Sandbox> {
        let listener = TcpListener::bind((self.host, self.port)).await?;
        let (transport, base) = self.transport(listener.local_addr()?);
        let (shared, identity) = self.set_up()?;
        let server = Server::start(listener, transport, Arc::clone(&shared));
        Ok(Sandbox::new(shared, identity, &base, Origin::Own(server)))
    }

    /// Serves on a mock server instead: every request that no mock made before this one answers. Mocks made before go
    /// first. When the sandbox is dropped, it answers 503.
    ///
    /// httpmock always answers, and at once: a reset is a 503 here, and no latency is added.
    ///
    /// # Errors
    /// A key that is not a P-256 public key as PEM ([`io::ErrorKind::InvalidInput`]).
    #[cfg(feature = "httpmock")]
    pub fn mount(self, server: &httpmock::MockServer) -> io::Result<Sandbox> {
        let (shared, identity) = self.set_up()?;
        crate::mock_server::mount(server, Arc::clone(&shared));
        Ok(Sandbox::new(
            shared,
            identity,
            &server.base_url(),
            Origin::Mounted,
        ))
    }

    fn transport(&self, mut address: SocketAddr) -> (Transport, String) {
        if address.ip().is_unspecified() {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        #[cfg(feature = "tls")]
        if let Some(config) = &self.tls {
            let mut config = tokio_rustls::rustls::ServerConfig::clone(config);
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
            let base = if address.ip().is_loopback() {
                format!("https://localhost:{}", address.port())
            } else {
                format!("https://{address}")
            };
            return (Transport::Tls(acceptor), base);
        }
        (Transport::Plain, format!("http://{address}"))
    }

    fn set_up(mut self) -> io::Result<(Arc<Shared>, Identity)> {
        if self.issuers.is_empty() {
            self.issuers.push(DEFAULT_ISSUER.to_owned());
        }
        let own = SigningKey::generate();
        let trust = Trust {
            issuers: self.issuers,
            aggregators: self.aggregators,
            ..Trust::default()
        };
        let own_public = own.verifying_key().to_public_key_pem(LineEnding::LF);
        let own_public =
            own_public.map_err(|_| io::Error::other("the sandbox's own key cannot be written as PEM"))?;
        self.keys.insert(0, (OWN_KEY_ID.to_owned(), own_public));
        for (key_id, pem) in self.keys {
            let trusted = trust.set_key(key_id, Some(&pem));
            trusted.map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))?;
        }
        let signing_key_pem = own
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| io::Error::other("the sandbox's own key cannot be written as PEM"))?;
        let identity = Identity {
            issuer_id: trust.issuers[0].clone(),
            key_id: OWN_KEY_ID.to_owned(),
            signing_key_pem: signing_key_pem.to_string(),
        };
        let settings = Settings {
            trust,
            click_to_pay: self.click_to_pay,
            token_lifetime: self.token_lifetime,
        };
        #[cfg(not(feature = "control"))]
        let shared = Shared::new(settings, self.latency);
        #[cfg(feature = "control")]
        let shared = {
            let mut shared = Shared::new(settings, self.latency);
            shared.seed = crate::control::seed(&self.seed, &identity.issuer_id)
                .map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))?;
            shared.guard = self
                .control
                .map(|hosts| crate::control::guard::Guard::new(hosts, self.host, &identity.issuer_id));
            shared.reset();
            shared
        };
        Ok((Arc::new(shared), identity))
    }
}

/// What the sandbox knows of the clients that it trusts.
pub(crate) struct Identity {
    pub(crate) issuer_id: String,
    pub(crate) key_id: String,
    pub(crate) signing_key_pem: String,
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("port", &self.port)
            .field("issuers", &self.issuers)
            .field("click_to_pay", &self.click_to_pay)
            .field("token_lifetime", &self.token_lifetime)
            .field("latency", &self.latency)
            .finish_non_exhaustive()
    }
}
