//! The rules of path and header parameters. The published documents have lost them; these are the ones that the vendor's
//! documentation states, written down here a second time so that the sandbox does not repeat a mistake of the client.

use http::HeaderMap;

/// The exact length of an `issuerId`, in characters. It has no pattern: real ones hold `_` and `-`.
const ISSUER_ID_LENGTH: usize = 10;

/// The longest `consumerId` and `x-correlation-id`, in characters.
const ID_MAX_LENGTH: usize = 64;

/// The longest `x-user-id`, in characters.
const USER_ID_MAX_LENGTH: usize = 15;

/// The first parameter that breaks its rule, by name.
pub(crate) fn first_wrong(issuer: &str, consumer: &str, headers: &HeaderMap) -> Option<&'static str> {
    if issuer.chars().count() != ISSUER_ID_LENGTH {
        return Some("issuerId");
    }
    if !is_id(consumer.as_bytes(), ID_MAX_LENGTH) {
        return Some("consumerId");
    }
    let limits = [
        ("x-correlation-id", ID_MAX_LENGTH),
        ("x-user-id", USER_ID_MAX_LENGTH),
    ];
    let wrong = |name: &str, limit| {
        headers
            .get_all(name)
            .iter()
            .any(|value| !is_id(value.as_bytes(), limit))
    };
    limits
        .into_iter()
        .find(|(name, limit)| wrong(name, *limit))
        .map(|(name, _)| name)
}

/// The rule of a parameter of [`first_wrong`], in words.
pub(crate) fn rule(parameter: &str) -> &'static str {
    match parameter {
        "issuerId" => "must have exactly 10 characters",
        "x-user-id" => "must match ^[A-Za-z0-9_-]{1,15}$",
        _ => "must match ^[A-Za-z0-9_-]{1,64}$",
    }
}

/// `^[A-Za-z0-9_-]{1,limit}$`
fn is_id(text: &[u8], limit: usize) -> bool {
    (1..=limit).contains(&text.len())
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_field(issuer: &str, consumer: &str, header: (&'static str, &str)) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header.0, header.1.parse().unwrap());
        first_wrong(issuer, consumer, &headers)
    }

    #[test]
    fn each_parameter_is_checked_by_its_own_rule() {
        let fine = ("x-user-id", "teller-7");
        assert_eq!(wrong_field("is_example", "c-1", fine), None);
        assert_eq!(wrong_field("is/éxampl!", &"c".repeat(64), fine), None);
        assert_eq!(wrong_field("is_exampl", "c-1", fine), Some("issuerId"));
        assert_eq!(wrong_field("is_example1", "c-1", fine), Some("issuerId"));
        assert_eq!(wrong_field("is_example", "", fine), Some("consumerId"));
        assert_eq!(wrong_field("is_example", "a@b", fine), Some("consumerId"));
        assert_eq!(
            wrong_field("is_example", &"c".repeat(65), fine),
            Some("consumerId")
        );
        for (name, value) in [
            ("x-correlation-id", "a b".to_owned()),
            ("x-correlation-id", "a".repeat(65)),
        ] {
            assert_eq!(wrong_field("is_example", "c-1", (name, &value)), Some(name));
        }
        assert_eq!(
            wrong_field("is_example", "c-1", ("x-correlation-id", &"a".repeat(64))),
            None
        );
        let long = "a".repeat(16);
        assert_eq!(
            wrong_field("is_example", "c-1", ("x-user-id", &long)),
            Some("x-user-id")
        );
    }
}
