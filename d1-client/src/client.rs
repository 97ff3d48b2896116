//! The client: what all calls share.

use std::{fmt, sync::Arc, time::Duration};

use d1_generated::types;

use crate::{
    ConsumerId, Error, RetryPolicy,
    attempt_report::Hook,
    auth::{AccessToken, TokenCache, TokenError},
    build_error::BuildError,
    certificate::CertificateInfo,
    connections::Connections,
    credentials::Credentials,
    environment::Environment,
    identity::Rotation,
    recent::Recent,
    retry::Budget,
};

/// A client of one issuer in one environment.
///
/// Make one and keep it: it holds the connections, the access token and the retry budget that all calls share. A
/// clone is cheap; it is another handle of the same client.
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

pub struct Inner {
    pub(crate) connections: Connections,
    pub(crate) raw: d1_generated::Client,
    /// `None` where the environment has no such URL.
    pub(crate) raw_v1: Option<d1_generated::consumer_v1::Client>,
    pub(crate) issuer_id: types::IssuerId,
    pub(crate) environment: Environment,
    pub(crate) tokens: TokenCache,
    pub(crate) policy: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) recent: Recent,
    pub(crate) timeouts: Timeouts,
    /// Of a client with a certificate.
    pub(crate) rotation: Option<Rotation>,
    pub(crate) on_attempt: Option<Hook>,
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
    /// Reads the files of the client certificate now, instead of at the next call after a minute, and returns
    /// whether another certificate is in use from now on. For a client whose certificate did not come from files
    /// that is always `false`.
    ///
    /// Calls that begin after that use new connections, with the new certificate. Calls in flight end on their
    /// connections, which are closed after the last of these calls, at the latest after the [attempt
    /// time-out](crate::ClientBuilder::attempt_timeout) (10 s).
    ///
    /// # Errors
    /// Why the files cannot be used, as for [`build`](crate::ClientBuilder::build); the certificate that was in use
    /// stays in use. A chain that is shorter than the one in use is refused once: its file may be cut off between
    /// two certificates.
    pub async fn reload_identity(&self) -> Result<bool, BuildError> {
        match &self.0.rotation {
            Some(rotation) => rotation.reload().await,
            None => Ok(false),
        }
    }

    /// Whether D1 can be reached and takes calls of this client, for a readiness page: it gets a token, unless there is one,
    /// and lists the cards of a consumer that nobody registers, once, without a repetition. That the consumer is unknown is
    /// what is expected.
    ///
    /// Nothing changes at D1. Ask no oftener than every few seconds: it is a call like any other.
    ///
    /// # Errors
    /// As of a card list. [`Error::kind`] says what does not work.
    pub async fn check(&self) -> Result<(), Error> {
        const NOBODY: &str = "d1-client-check";
        let operation = d1_generated::Operation::ListCards;
        let refused =
            |invalid| Error::refused_here(operation, crate::consumer::random_correlation_id(), invalid);
        let id = ConsumerId::new(NOBODY).map_err(refused)?;
        let call = self.consumer(id).cards().retry(RetryPolicy::none()).call()?;
        match call.run_quietly().await {
            Ok(_) => Ok(()),
            Err(error) if error.is_unknown_consumer() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The state of the credentials, for a health page: the certificate and its end, the key that signs, the age of
    /// the token. It fetches and reads nothing.
    ///
    /// ```
    /// # fn show(d1: &d1_client::Client) {
    /// let credentials = d1.credentials();
    /// if let Some(certificate) = &credentials.certificate {
    ///     println!("{} until {:?}", certificate.subject, certificate.not_after);
    /// }
    /// if let Some(error) = &credentials.last_refresh_error {
    ///     println!("no new token: {error}");
    /// }
    /// # }
    /// ```
    pub fn credentials(&self) -> Credentials {
        Credentials {
            certificate: self.0.certificate(),
            ..self.0.tokens.credentials()
        }
    }

    /// The access token that this client's calls carry, or a new one, for a call of your own to another D1 API: send its
    /// [`header_value`](AccessToken::header_value) as `Authorization`, each time the one that this returns. Fetches are
    /// shared with the client's calls.
    ///
    /// ```no_run
    /// # async fn run(d1: d1_client::Client, http: reqwest::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let token = d1.token().await?;
    /// let request = http.get("https://d1.example/other-api").header("Authorization", token.header_value());
    /// let answer = request.send().await?;
    /// if answer.status().as_u16() == 401 {
    ///     d1.invalidate_token(&token); // The next one is fetched.
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As of the [token source](crate::auth::TokenSource).
    pub async fn token(&self) -> Result<AccessToken, TokenError> {
        self.0.tokens.token(None).await
    }

    /// Drops this token, because another API has refused it; a newer one stays.
    pub fn invalidate_token(&self, token: &AccessToken) {
        self.0.tokens.invalidate(token);
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
