//! Base URLs: where tokens may go.

use std::net::IpAddr;

use reqwest::Url;

use crate::build_error::UrlDefect;

/// A base URL without a trailing slash, or what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<String, UrlDefect> {
    let url = Url::parse(text).map_err(|_| UrlDefect::NotAbsolute)?;
    check(&url)?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether tokens may go there; if not, why.
pub(crate) fn check(url: &Url) -> Result<(), UrlDefect> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlDefect::UserInfo);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(UrlDefect::QueryOrFragment);
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => Err(UrlDefect::InClear),
        _ => Err(UrlDefect::Scheme),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url
        .host_str()
        .unwrap_or_default()
        .trim_start_matches('[')
        .trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_keeps_its_path_and_loses_trailing_slashes() {
        for (given, kept) in [
            ("https://d1.example/banking/v2/", "https://d1.example/banking/v2"),
            ("https://d1.example//", "https://d1.example"),
            ("http://localhost:9", "http://localhost:9"),
            ("http://[::1]:9/x", "http://[::1]:9/x"),
            ("http://127.8.8.8:9/x", "http://127.8.8.8:9/x"),
        ] {
            assert_eq!(parse(given).unwrap(), kept, "{given}");
        }
    }

    #[test]
    fn what_would_leak_a_token_is_refused() {
        for refused in [
            "http://d1.example",
            "http://localhost.example",
            "http://127.0.0.1.example/",
            "ftp://localhost",
            "https://me:secret@d1.example",
            "https://d1.example/?a=b",
            "d1.example",
        ] {
            let error = parse(refused).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
