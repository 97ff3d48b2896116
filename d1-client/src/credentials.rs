//! The state of a client's credentials: enough for a health page, without any secret.

use std::time::SystemTime;

use crate::{Client, auth::TokenError, certificate::CertificateInfo};

/// The state of a client's credentials at one moment. It contains no secret, and its `Debug` shows none.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Credentials {
    /// The client certificate that new connections show; `None` without one.
    pub certificate: Option<CertificateInfo>,
    /// The id of the key that signed the last assertion, or will sign the next; `None` for a token source without a
    /// key.
    pub key_id: Option<String>,
    /// Until when the current access token is valid; `None` without one, and for one that does not expire.
    pub token_expires_at: Option<SystemTime>,
    /// When the last fetch of a token ended, with or without success; `None` before the first.
    pub last_refresh: Option<SystemTime>,
    /// Why the last fetch failed; `None` if it did not.
    pub last_refresh_error: Option<TokenError>,
}

impl Client {
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
}
