//! What the values of flags may be. A refusal says what is taken, and never repeats the value.

use std::{
    fmt::Display,
    ops::RangeInclusive,
    path::{Component, Path},
    str::FromStr,
};

use d1_client::{ConsumerId, UserId};
use http::{Uri, uri::Authority};

/// Into how many parts an input is divided: Kubernetes gives an indexed Job no more.
pub(crate) fn shards(text: &str) -> Result<u32, String> {
    whole(1..=100_000, text)
}

/// Requests in flight, each of which may take a connection.
pub(crate) fn ceiling(text: &str) -> Result<usize, String> {
    whole(1..=10_000, text)
}

/// Up to a day.
pub(crate) fn seconds(text: &str) -> Result<u64, String> {
    whole(1..=86_400, text)
}

/// 0 leaves the choice to the system.
pub(crate) fn port(text: &str) -> Result<u16, String> {
    whole(0..=u16::MAX, text)
}

/// Requests or records a second. With fewer a bulk would never end.
pub(crate) fn rate(text: &str) -> Result<f64, String> {
    within(&(0.01..=1_000_000.0), "number", text)
}

fn whole<N: FromStr + PartialOrd + Display>(range: RangeInclusive<N>, text: &str) -> Result<N, String> {
    within(&range, "whole number", text)
}

fn within<N: FromStr + PartialOrd + Display>(
    range: &RangeInclusive<N>,
    kind: &str,
    text: &str,
) -> Result<N, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("it must be a {kind} from {} to {}", range.start(), range.end()))
}

/// Where a service is, with `http://` or `https://`.
pub(crate) fn service_url(text: &str) -> Result<Uri, String> {
    let url: Option<Uri> = text.parse().ok();
    let is_place = |authority: &Authority| {
        // Neither a user nor a port that is none.
        let has_port = authority.port_u16().is_some_and(|port| port > 0);
        !authority.host().is_empty()
            && !authority.as_str().contains('@')
            && (has_port || authority.host() == authority.as_str())
    };
    let is_service = |url: &Uri| {
        matches!(url.scheme_str(), Some("http" | "https"))
            && url.authority().is_some_and(is_place)
            && url.query().is_none()
    };
    url.filter(is_service)
        .ok_or_else(|| "it must be the URL of a service, as in https://issuer.example:8443".to_owned())
}

/// The path of a URL: a slash, and no slash at the end. Empty if it is only that.
pub(crate) fn path_prefix(text: &str) -> Result<String, String> {
    // RFC 3986, section 3.3.
    let is_taken = |character| is_unreserved(character) || "%!$&'()*+,;=:@".contains(character);
    let is_part = |part: &str| !matches!(part, "" | "." | "..") && part.chars().all(is_taken);
    match text.trim_matches('/') {
        "" => Ok(String::new()),
        bare => taken(
            &format!("/{bare}"),
            bare.split('/').all(is_part),
            "be the path of a URL, as in /banking/d1/v1",
        ),
    }
}

/// The path of a URL with its slash, and more than that.
pub(crate) fn path(text: &str) -> Result<String, String> {
    let is_empty = path_prefix(text)?.is_empty();
    let path = format!("/{}", text.trim_start_matches('/'));
    taken(&path, !is_empty, "be the path of a URL, as in /oauth2/token")
}

/// The name or the address of a machine, without scheme and port.
pub(crate) fn host(text: &str) -> Result<String, String> {
    let authority: Option<Authority> = text.parse().ok();
    let is_host = authority.is_some_and(|authority| authority.host() == text);
    taken(text, is_host, "be the name of a host, without scheme and port")
}

pub(crate) fn consumer_id(text: &str) -> Result<String, String> {
    match ConsumerId::new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(invalid) => Err(format!("it {}", invalid.rule())),
    }
}

/// An id that needs no escape in a URL.
pub(crate) fn card_id(text: &str) -> Result<String, String> {
    let is_id = !text.is_empty() && text.chars().all(is_unreserved);
    taken(text, is_id, "consist of letters, digits, -, ., _ and ~")
}

/// RFC 3986, section 2.3.
fn is_unreserved(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~".contains(character)
}

/// A name as Kubernetes takes it for what a manifest refers to (RFC 1123: DNS subdomain).
pub(crate) fn kubernetes_name(text: &str) -> Result<String, String> {
    const LONGEST: usize = 253;
    let is_taken = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let is_label = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(is_taken)
    };
    taken(
        text,
        text.len() <= LONGEST && text.split('.').all(is_label),
        "consist of lowercase letters, digits, - and ., and begin and end with a letter or digit",
    )
}

/// A path below a folder.
pub(crate) fn volume_path(text: &str) -> Result<String, String> {
    let mut parts = Path::new(text).components();
    let is_below = !text.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)));
    taken(text, is_below, "be a path in the volume, as in consumers.ndjson")
}

pub(crate) fn image(text: &str) -> Result<String, String> {
    let is_name = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    taken(text, is_name, "be the name of an image, as in d1:1.0")
}

pub(crate) fn user_id(text: &str) -> Result<UserId, String> {
    UserId::new(text).map_err(|invalid| format!("it {}", invalid.rule()))
}

fn taken(text: &str, is_taken: bool, must: &str) -> Result<String, String> {
    match is_taken {
        true => Ok(text.to_owned()),
        false => Err(format!("it must {must}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_within_its_range() {
        for text in [
            "",
            "0",
            "-1",
            "1.5",
            "1e3",
            "nan",
            "86401",
            "18446744073709551616",
            " 1",
        ] {
            assert!(seconds(text).is_err(), "{text}");
        }
        assert_eq!(seconds("86400"), Ok(86_400));
        for text in ["", "0", "-1", "nan", "inf", "-inf", "1e-300", "1e300", "0.009"] {
            let refused = rate(text).unwrap_err();
            assert_eq!(refused, "it must be a number from 0.01 to 1000000", "{text}");
        }
        assert_eq!(rate("2.5"), Ok(2.5));
    }

    #[test]
    fn a_url_is_of_a_service() {
        for text in [
            "http://127.0.0.1:1",
            "HTTPS://issuer.example/",
            "https://[::1]:8443/at",
        ] {
            assert!(service_url(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "not-a-url",
            "issuer.example",
            "issuer.example:443",
            "ftp://issuer.example",
            "https://",
            "https://:80",
            "https://user:secret@issuer.example",
            "https://issuer.example?a=b",
            "http://a b",
            "http://h:99999999",
        ] {
            assert!(service_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_begins_with_a_slash_and_does_not_end_with_one() {
        for (text, path) in [
            ("foo", "/foo"),
            ("/a/b/", "/a/b"),
            ("/a%20b:c", "/a%20b:c"),
            ("", ""),
            ("/", ""),
        ] {
            assert_eq!(path_prefix(text).as_deref(), Ok(path));
        }
        for text in ["a b", "a?b", "a#b", "a//b", "../a", "http://a", "a\nb", "ä"] {
            assert!(path_prefix(text).is_err(), "{text}");
        }
        assert!(path("/").is_err());
        assert_eq!(path("oauth2/token/").as_deref(), Ok("/oauth2/token/"));
    }

    #[test]
    fn a_host_has_no_port() {
        for text in ["sandbox", "sandbox.example", "10.0.0.1"] {
            assert!(host(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "http://sandbox",
            "sandbox:80",
            "a b",
            "user@sandbox",
            "sandbox/",
        ] {
            assert!(host(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_is_one_of_kubernetes() {
        for text in ["d1", "d1-config.v2", "0"] {
            assert!(kubernetes_name(text).is_ok(), "{text}");
        }
        for text in ["", "D1", "-d1", "d1-", "a b", "a_b", "a..b", "ä"] {
            assert!(kubernetes_name(text).is_err(), "{text}");
        }
    }
}
