//! The crate `d1-sandbox`, and clients of ours in front of it.

pub use d1_sandbox::*;

use crate::auth::{JwtBearer, SigningKey};
use crate::{Client, ClientBuilder, Environment, IssuerId};

/// A client in front of a [`Sandbox`].
pub trait SandboxExt {
    /// A builder of a client that points here, for the first issuer, with a key that the sandbox trusts. Behind TLS, it
    /// still needs the authority, and the certificate that the sandbox demands.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use d1_client::{ConsumerId, sandbox::{Sandbox, SandboxExt}};
    ///
    /// let sandbox = Sandbox::start().await;
    /// let d1 = sandbox.client_builder().build()?;
    /// d1.consumer(ConsumerId::new("c-1f6e")?).register().send().await?;
    /// assert_eq!(sandbox.consumers()[0].consumer_id, "c-1f6e");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If the first issuer of the sandbox is not a valid issuer id.
    fn client_builder(&self) -> ClientBuilder;
}

impl SandboxExt for Sandbox {
    fn client_builder(&self) -> ClientBuilder {
        let issuer = IssuerId::new(self.issuer_id()).expect("an issuer id has 10 characters");
        let here = Environment::custom(self.banking_url(), self.auth_url())
            .and_then(|here| here.with_consumer_v1(self.banking_v1_url()));
        let key = SigningKey::from_pem(self.key_id(), self.signing_key_pem());
        Client::builder(issuer)
            .environment(here.expect("the sandbox is on loopback"))
            .token_source(JwtBearer::new(key.expect("the sandbox's key is a P-256 key")))
            .no_proxy()
    }
}
