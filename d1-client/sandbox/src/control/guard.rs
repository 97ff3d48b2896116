//! Whom the control API answers: programs, and its own page; never a page of another site.
//!
//! A page of another site can send requests to loopback from its visitor's browser. It can neither choose the `Host` that the
//! browser sends, even if its own name leads here (DNS rebinding), nor the `Origin`.

use std::net::{IpAddr, Ipv6Addr};

use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};

/// With every answer. A page has a policy of its own.
pub(super) const ANSWER_HEADERS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // `no-referrer` would send `Origin: null` with the page's own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// What cannot be done, and why: a status and a text without any value of the request.
pub(super) struct Refused(pub(super) StatusCode, pub(super) String);

impl Refused {
    pub(super) fn bad(why: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, why.into())
    }

    pub(super) fn not_found() -> Self {
        Self(
            StatusCode::NOT_FOUND,
            "nothing is here: see openapi.json".to_owned(),
        )
    }
}

/// Whom the API serves, and the issuer that it is about where a request names none.
pub(crate) struct Guard {
    hosts: Vec<String>,
    address: IpAddr,
    pub(super) issuer_id: String,
}

impl Guard {
    pub(crate) fn new(hosts: Vec<String>, address: IpAddr, issuer_id: &str) -> Self {
        Self {
            hosts,
            address,
            issuer_id: issuer_id.to_owned(),
        }
    }

    pub(super) fn admit(&self, request: &Request<Bytes>) -> Result<(), Refused> {
        let refused = |why: &str| Err(Refused(StatusCode::FORBIDDEN, why.to_owned()));
        let Some(host) = host(request).filter(|host| self.is_here(host.host())) else {
            return refused("the Host is not this sandbox: name it with --allow-host");
        };
        let headers = request.headers();
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let site = header_text(headers, SEC_FETCH_SITE);
        let safe = matches!(*request.method(), Method::GET | Method::HEAD);
        match (origins.next(), site) {
            (Some(origin), _) => {
                let same = origin.to_str().is_ok_and(|origin| is_same(origin, &host));
                if !same || origins.next().is_some() {
                    return refused("the Origin is another site");
                }
            }
            (None, Some("same-origin" | "none")) if safe => {}
            // Somebody follows a link to the page, or a form's redirect to it.
            (None, Some(_)) if safe && header_text(headers, SEC_FETCH_MODE) == Some("navigate") => {}
            (None, Some(_)) => return refused("the request comes from another site"),
            // No browser, or an old one: that sends a Referer, at least.
            (None, None) if !safe && headers.contains_key(header::REFERER) => {
                return refused("the request comes from a page, without its Origin");
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// A name leads wherever its owner likes; an address does not.
    fn is_here(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if bare.eq_ignore_ascii_case("localhost")
            || self.hosts.iter().any(|known| bare.eq_ignore_ascii_case(known))
        {
            return true;
        }
        let literal = bare
            .parse()
            .or_else(|_| bare.parse::<Ipv6Addr>().map(IpAddr::from));
        literal.is_ok_and(|literal: IpAddr| literal.is_loopback() || !self.address.is_loopback())
    }
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// The one `Host` of a request, which an absolute request line must repeat.
fn host(request: &Request<Bytes>) -> Option<Authority> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host: Authority = hosts.next()?.to_str().ok()?.parse().ok()?;
    let line = request.uri().authority();
    let one = hosts.next().is_none() && line.is_none_or(|line| *line == host) && !host.as_str().contains('@');
    one.then_some(host)
}

fn is_same(origin: &str, host: &Authority) -> bool {
    let origin = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    origin.is_some_and(|origin| origin.eq_ignore_ascii_case(host.as_str()))
}

/// The first value of a header, if it is text.
fn header_text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(address: &str, method: Method, headers: &[(&str, &str)]) -> bool {
        let guard = Guard::new(
            vec!["sandbox.test".to_owned()],
            address.parse().unwrap(),
            "is_example",
        );
        let mut request = Request::builder().method(method).uri("/_sandbox/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        guard.admit(&request.body(Bytes::new()).unwrap()).is_ok()
    }

    #[test]
    fn only_a_host_that_cannot_be_rebound_is_answered() {
        let host = |address: &str, host: &str| admitted(address, Method::GET, &[("host", host)]);
        for known in [
            "localhost",
            "LOCALHOST:1",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:80",
            "sandbox.test:1",
        ] {
            assert!(host("127.0.0.1", known), "{known}");
        }
        for other in [
            "evil.test",
            "localhost.evil.test",
            "evil.test:8080",
            "127.0.0.1.evil.test",
            "a@localhost",
            "localhost@evil.test",
            "10.0.0.1",
            "[fe80::1]",
            "",
            "local host",
        ] {
            assert!(!host("127.0.0.1", other), "{other}");
        }
        assert!(host("0.0.0.0", "10.0.0.1:80") && !host("0.0.0.0", "evil.test"));
        assert!(!admitted("127.0.0.1", Method::GET, &[]));
        let twice = [("host", "localhost"), ("host", "evil.test")];
        assert!(!admitted("127.0.0.1", Method::GET, &twice));
    }

    #[test]
    fn a_page_of_another_site_is_refused() {
        let post = |headers: &[(&str, &str)]| {
            let headers = [&[("host", "localhost:1")], headers].concat();
            admitted("127.0.0.1", Method::POST, &headers)
        };
        assert!(post(&[]));
        assert!(post(&[
            ("origin", "http://localhost:1"),
            ("sec-fetch-site", "same-origin")
        ]));
        for origin in [
            "null",
            "",
            "http://evil.test",
            "http://localhost",
            "http://localhost:2",
            "http://127.0.0.1:1",
            "http://localhost:1.evil.test",
            "localhost:1",
        ] {
            assert!(!post(&[("origin", origin)]), "{origin}");
        }
        assert!(!post(&[
            ("origin", "http://localhost:1"),
            ("origin", "http://evil.test")
        ]));
        for browser in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "none"),
            ("referer", "http://evil.test/"),
        ] {
            assert!(!post(&[browser]), "{browser:?}");
        }
    }

    #[test]
    fn another_site_may_link_to_the_page_and_not_read_from_it() {
        let get = |headers: &[(&str, &str)]| {
            let headers = [&[("host", "localhost:1")], headers].concat();
            admitted("127.0.0.1", Method::GET, &headers)
        };
        assert!(get(&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")]));
        assert!(get(&[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate")
        ]));
        assert!(!get(&[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "no-cors")
        ]));
        assert!(!get(&[("origin", "http://evil.test")]));
    }
}
