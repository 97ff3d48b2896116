//! The proxy that the environment names: an unusable one is an error before the first call.

use std::{env, ffi::OsString};

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use crate::{BuildError, Environment, VariableDefect};

/// What names the proxy of an `https://` host, in the order in which the HTTP client asks.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// Set by web servers for CGI programs, where a caller could set `HTTP_PROXY`: then all variables are ignored.
const CGI: &str = "REQUEST_METHOD";

/// Refuses a variable that names an unusable proxy for one of the environment's hosts. The HTTP client would fail
/// at every call without naming the variable, or would not use the proxy. The error does not contain the value: it
/// may hold a password.
pub(super) fn check(environment: &Environment) -> Result<(), BuildError> {
    match unusable(environment.urls(), |name| env::var_os(name)) {
        None => Ok(()),
        Some((name, defect)) => Err(BuildError::Variable { name, defect }),
    }
}

/// The variable, and what is wrong with it.
fn unusable<'a>(
    urls: impl Iterator<Item = &'a str>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Option<(&'static str, VariableDefect)> {
    if variable(CGI).is_some() {
        return None;
    }
    let value = |names: [&'static str; 2]| {
        let set = names.iter().find_map(|&name| Some((name, variable(name)?)));
        set.filter(|(_, value)| !value.is_empty())
    };
    let (name, proxy) = VARIABLES.into_iter().find_map(value)?;
    let unicode = proxy.to_str().ok_or(VariableDefect::NotUnicode);
    let defect = unicode.and_then(kind).err()?;
    let exceptions = value(EXCEPTIONS).and_then(|(_, hosts)| hosts.into_string().ok());
    let matcher = Matcher::builder()
        .all("http://proxy.invalid")
        .no(exceptions.unwrap_or_default())
        .build();
    let mut uris = urls.filter_map(|url| url.parse::<Uri>().ok());
    uris.any(|uri| matcher.intercept(&uri).is_some())
        .then_some((name, defect))
}

/// Whether it is a proxy that can be used; if not, what it is.
pub(super) fn kind(proxy: &str) -> Result<(), VariableDefect> {
    let uri: Uri = proxy.parse().map_err(|_| VariableDefect::NotAProxy)?;
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    match uri.scheme_str().map(str::to_ascii_lowercase).as_deref() {
        // Without a scheme, `http://` is meant.
        None | Some("http" | "https") if has_host => Ok(()),
        Some("socks4" | "socks4a" | "socks5" | "socks5h" | "socks") => Err(VariableDefect::SocksProxy),
        _ => Err(VariableDefect::NotAProxy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URLS: [&str; 3] = [
        "https://api.d1-stg.thalescloud.io/banking/v2",
        "https://auth.example/authz/v1",
        "https://v1.example/banking/v1",
    ];
    const SOCKS: &str = "socks5://me:s3cret@proxy.example:1080";

    #[track_caller]
    fn blamed(variables: &[(&str, &str)]) -> Option<&'static str> {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| OsString::from(value))
        };
        unusable(URLS.into_iter(), lookup).map(|(name, _)| name)
    }

    #[test]
    fn the_variable_that_counts_is_blamed() {
        for (variables, name) in [
            (&[("HTTPS_PROXY", SOCKS)][..], Some("HTTPS_PROXY")),
            (&[("https_proxy", SOCKS)], Some("https_proxy")),
            (&[("ALL_PROXY", SOCKS)], Some("ALL_PROXY")),
            (&[("all_proxy", SOCKS)], Some("all_proxy")),
            (&[("HTTPS_PROXY", ""), ("ALL_PROXY", SOCKS)], Some("ALL_PROXY")),
            (
                &[("HTTPS_PROXY", "http://proxy.example:3128"), ("ALL_PROXY", SOCKS)],
                None,
            ),
            (
                &[("HTTPS_PROXY", SOCKS), ("https_proxy", "http://proxy.example")],
                Some("HTTPS_PROXY"),
            ),
            // Not for `https://` hosts.
            (&[("HTTP_PROXY", SOCKS), ("http_proxy", SOCKS)], None),
            (&[("HTTPS_PROXY", SOCKS), ("NO_PROXY", "*")], None),
            (
                &[
                    ("HTTPS_PROXY", SOCKS),
                    ("no_proxy", "thalescloud.io, auth.example, v1.example"),
                ],
                None,
            ),
            (
                &[("HTTPS_PROXY", SOCKS), ("NO_PROXY", "thalescloud.io")],
                Some("HTTPS_PROXY"),
            ),
            (
                &[
                    ("HTTPS_PROXY", SOCKS),
                    ("NO_PROXY", "thalescloud.io,auth.example"),
                ],
                Some("HTTPS_PROXY"),
            ),
            (&[("HTTPS_PROXY", SOCKS), ("REQUEST_METHOD", "GET")], None),
            (&[], None),
        ] {
            assert_eq!(blamed(variables), name, "{variables:?}");
        }
    }

    #[test]
    fn only_http_proxies_can_be_used() {
        for proxy in [
            "http://proxy.example:3128",
            "HTTPS://me:s3cret@proxy.example",
            "proxy.example:3128",
            "proxy.example",
            "127.0.0.1:3128",
            "http://[::1]:3128/",
        ] {
            assert_eq!(kind(proxy), Ok(()), "{proxy}");
        }
        for (proxy, defect) in [
            (SOCKS, VariableDefect::SocksProxy),
            ("socks4a://proxy.example", VariableDefect::SocksProxy),
            ("SOCKS5H://proxy.example", VariableDefect::SocksProxy),
            ("socks://proxy.example", VariableDefect::SocksProxy),
            ("ftp://proxy.example", VariableDefect::NotAProxy),
            ("http://", VariableDefect::NotAProxy),
            ("http:/proxy.example", VariableDefect::NotAProxy),
            ("http://proxy example", VariableDefect::NotAProxy),
            ("://proxy.example", VariableDefect::NotAProxy),
            (" http://proxy.example", VariableDefect::NotAProxy),
        ] {
            assert_eq!(kind(proxy), Err(defect), "{proxy}");
        }
    }
}
