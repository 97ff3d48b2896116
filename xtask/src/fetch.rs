//! One HTTP GET of a page or a document.

use std::net::IpAddr;
use std::time::Duration;

use crate::Error;

/// The largest page taken, in bytes; the vendor's are well below 1 MiB.
const LIMIT: u64 = 8 * 1024 * 1024;

/// How long the whole fetch may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The bytes behind `url`. Redirects are not followed. Plain `http` is for loopback only.
///
/// # Errors
/// When there is no answer, when it is not a 2xx, when it is HTML or larger than 8 MiB.
pub fn get(url: &str) -> Result<Vec<u8>, Error> {
    let fail = |what: String| Error::new(url, "", what);
    let uri: ureq::http::Uri = url.parse().map_err(|_| fail("is not a URL".to_owned()))?;
    let loopback = is_loopback(uri.host().unwrap_or_default());
    if uri.scheme_str() != Some("https") && !loopback {
        return Err(fail("plain http is for loopback only; use https".to_owned()));
    }
    let mut config = ureq::Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_global(Some(TIMEOUT));
    if loopback {
        config = config.proxy(None);
    }
    let agent: ureq::Agent = config.build().into();
    let mut answer = agent
        .get(url)
        .call()
        .map_err(|error| fail(format!("cannot be fetched: {error}")))?;
    if !answer.status().is_success() {
        return Err(fail(format!("answered {}", answer.status())));
    }
    let html = "answered HTML; expected Markdown, JSON or YAML (for a page, append .md to its URL)";
    if answer
        .body()
        .mime_type()
        .is_some_and(|kind| kind.contains("html"))
    {
        return Err(fail(html.to_owned()));
    }
    let body = answer.body_mut().with_config().limit(LIMIT).read_to_vec();
    let body = body.map_err(|error| fail(format!("cannot be fetched: {error}")))?;
    let start = body.trim_ascii_start();
    let start = start
        .get(..start.len().min(9))
        .unwrap_or_default()
        .to_ascii_lowercase();
    if start.starts_with(b"<!doctype") || start.starts_with(b"<html") {
        return Err(fail(html.to_owned()));
    }
    Ok(body)
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
