//! Files of keys and certificates.

use d1_client::{Client, Environment, IssuerId, SigningKey, StaticToken};

use crate::tells_nothing;

/// A PEM file, as a signing key, a client certificate with its key, and authorities: taken, or refused in a text without it.
///
/// # Panics
/// When a promise is broken.
pub fn pem(bytes: &[u8]) {
    match SigningKey::from_pem("kid-1", bytes) {
        Ok(key) => tells_nothing(&format!("{key:?}")),
        Err(error) => tells_nothing(&format!("{error} {error:?}")),
    }
    let issuer = IssuerId::new("is_example").expect("an issuer id");
    let builder = Client::builder(issuer)
        .environment(Environment::Staging)
        .token_source(StaticToken::new("t0ken"));
    let printed = |built: Result<Client, d1_client::BuildError>| match built {
        Ok(client) => format!("{client:?}"),
        Err(error) => format!("{error} {error:?}"),
    };
    tells_nothing(&printed(builder.identity_pem(bytes).add_root_pem(bytes).build()));
}
