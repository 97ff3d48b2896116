//! The client: what all calls share.

use std::{fmt, sync::Arc, time::Duration};

use d1_generated::types;

use crate::{
    BuildError, ClientBuilder, Consumer, ConsumerId, Environment, RetryPolicy, auth::TokenCache,
    call::Recent, certificate::CertificateInfo, connections::Connections, identity::Rotation, retry::Budget,
};

/// A client of one issuer in one environment.
///
/// Make one and keep it: it holds the connections, the access token and the retry budget that all calls share. A clone
/// is another handle on the same client, and cheap.
///
/// ```no_run
/// use d1_client::{Client, ConsumerId, Environment, IssuerId, JwtBearer, SigningKey};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let d1 = Client::builder(IssuerId::new("is_example")?)
///     .environment(Environment::Staging)
///     .token_source(JwtBearer::new(SigningKey::from_file("kid-1", "signing-key.pem")?))
///     .identity_files("client-cert.pem", "client-key.pem")
///     .build()?;
/// let cards = d1.consumer(ConsumerId::new("c-1f6e")?).cards().send().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) connections: Connections,
    pub(crate) raw: d1_generated::Client,
    pub(crate) issuer_id: types::IssuerId,
    pub(crate) environment: Environment,
    pub(crate) tokens: TokenCache,
    pub(crate) policy: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) recent: Recent,
    pub(crate) timeouts: Timeouts,
    /// Of a client with a certificate.
    pub(crate) rotation: Option<Rotation>,
}

impl Inner {
    pub(crate) fn certificate(&self) -> Option<CertificateInfo> {
        self.rotation.as_ref()?.certificate()
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Timeouts {
    pub(crate) call: Duration,
    pub(crate) attempt: Duration,
}

impl Client {
    /// Starts building a client for this issuer.
    pub fn builder(issuer_id: types::IssuerId) -> ClientBuilder {
        ClientBuilder::new(issuer_id)
    }

    /// A client by the environment variables that [`ClientBuilder::from_env`] lists.
    ///
    /// # Errors
    /// As [`ClientBuilder::from_env`] and [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, BuildError> {
        ClientBuilder::from_env()?.build()
    }

    /// A handle on one end user; nothing is sent yet.
    pub fn consumer(&self, id: ConsumerId) -> Consumer {
        Consumer::new(self.clone(), id)
    }

    /// The environment that the client talks to.
    pub fn environment(&self) -> &Environment {
        &self.0.environment
    }

    /// The issuer that the client acts for.
    pub fn issuer_id(&self) -> &types::IssuerId {
        &self.0.issuer_id
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("environment", &self.0.environment)
            .field("policy", &self.0.policy)
            .finish_non_exhaustive()
    }
}
