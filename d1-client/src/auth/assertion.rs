use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Signer, SignerError};

/// The claims of the assertion, exactly those that the vendor documents. No `iat`: it is not on the list.
#[derive(Serialize)]
pub(super) struct Claims<'a> {
    /// The issuer id, or the aggregator id in the aggregator model.
    pub(super) iss: &'a str,
    pub(super) sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aud: Option<&'a str>,
    /// Seconds since 1970, at most 15 minutes ahead.
    pub(super) exp: i64,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    kid: &'a str,
}

/// Signs the claims: a JWT in compact form (RFC 7519), wiped on drop.
pub(super) async fn sign(signer: &dyn Signer, claims: &Claims<'_>) -> Result<Zeroizing<String>, SignerError> {
    let header = Header {
        alg: "ES256",
        typ: "JWT",
        kid: signer.kid(),
    };
    let (header, claims) = (encode(&header)?, encode(claims)?);
    let mut jwt = Zeroizing::new(String::with_capacity(
        header.len() + claims.len() + SIGNATURE_SPACE,
    ));
    jwt.push_str(&header);
    jwt.push('.');
    jwt.push_str(&claims);
    let signature = signer.sign(jwt.as_bytes()).await?;
    jwt.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut jwt);
    Ok(jwt)
}

/// Two dots and 64 bytes in Base64: a buffer that grows would leave copies behind.
const SIGNATURE_SPACE: usize = 2 + 86;

fn encode(part: &impl Serialize) -> Result<String, SignerError> {
    let json = serde_json::to_vec(part).map_err(|_| SignerError::new("the claims are not JSON"))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}
