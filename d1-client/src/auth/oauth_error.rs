/// The `error` codes of OAuth 2.0 that may be printed: RFC 6749, section 5.2 (token endpoint) and section 4.1.2.1
/// (authorization endpoint; some servers use those here too). RFC 7523 registers none, and names two of them (section
/// 3.2: `invalid_client`, section 3.1: `invalid_grant`). Anything else may be a piece of what the server was sent.
const REGISTERED: [&str; 10] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "access_denied",
    "unsupported_response_type",
    "server_error",
    "temporarily_unavailable",
];

/// The code as it may be printed.
pub(super) fn printable(code: &str) -> &'static str {
    let registered = REGISTERED.iter().find(|registered| **registered == code);
    registered.copied().unwrap_or("unrecognised code")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_registered_codes_are_printed() {
        assert_eq!(printable("invalid_grant"), "invalid_grant");
        for code in ["", "Invalid_Grant", "invalid_grant2", "4111111111111111"] {
            assert_eq!(printable(code), "unrecognised code");
        }
    }
}
