//! Headers of the caller's own: what a gateway asks for, or a trace.

use d1_generated::Invalid;
use http::{HeaderName, HeaderValue};

/// What this client, or HTTP, sets itself.
const RESERVED: [&str; 17] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-correlation-id",
    "x-user-id",
];

/// A header of the caller's own. Its value is never shown, and HTTP/2 does not index it.
pub(crate) fn checked(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Invalid> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Invalid::new("must have a name that HTTP admits").at("header"))?;
    if RESERVED.contains(&name.as_str()) || name.as_str().starts_with("proxy-") {
        return Err(Invalid::new("must not be one that the client sets itself").at("header"));
    }
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| Invalid::new("must have a value of visible ASCII, spaces and tabs").at("header"))?;
    value.set_sensitive(true);
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_the_client_sets_itself_are_refused() {
        for name in RESERVED {
            assert!(checked(name, "x").is_err(), "{name}");
            assert!(checked(&name.to_uppercase(), "x").is_err(), "{name}");
        }
        assert!(checked("Proxy-Authorization", "x").is_err());
        for (name, value) in [
            ("", "x"),
            ("a b", "x"),
            ("a:", "x"),
            ("x-a", "a\r\nb: c"),
            ("x-a", "\0"),
        ] {
            let refused = checked(name, value).unwrap_err();
            assert_eq!(refused.field(), "header");
        }
    }

    #[test]
    fn a_value_is_never_shown() {
        let (name, value) = checked("X-Gateway-Key", "s3cret").unwrap();
        assert_eq!(
            (name.as_str(), format!("{value:?}").as_str()),
            ("x-gateway-key", "Sensitive")
        );
    }
}
