//! The state of a client's credentials: enough for a health page, without any secret.

use std::time::SystemTime;

use crate::{auth::TokenError, certificate::CertificateInfo};

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
