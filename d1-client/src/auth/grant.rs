use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, DATE};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{AccessToken, TokenError, TokenErrorKind, TokenRequest};
use crate::calendar::unix_seconds;
use crate::error_body::ErrorBody;
use crate::json;
use crate::retry_after::retry_after;

/// The start of the form body: `urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523, section 2.1),
/// encoded. A JWT needs no encoding.
const FORM: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";

/// More than any token answer; something that never ends is not one.
const BODY_LIMIT: usize = 64 * 1024;

/// An answer without `expires_in`: the vendor says that a token lives 15 minutes; one of them is kept as a
/// margin.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(14 * 60);

/// The longest `error` that is believed to be a code.
const CODE_LIMIT: usize = 64;

/// The token, and the token endpoint's clock when it gave it.
pub(super) struct Granted {
    pub(super) token: AccessToken,
    /// `Date`, in seconds since 1970.
    pub(super) date: Option<i64>,
}

/// The token endpoint's refusal, and its clock when it refused.
pub(super) struct Refusal {
    pub(super) error: TokenError,
    /// `Date`, in seconds since 1970.
    pub(super) date: Option<i64>,
}

/// Trades a signed assertion for a token: RFC 7523, JWT bearer grant.
pub(super) async fn exchange(request: &TokenRequest, assertion: &str) -> Result<Granted, Refusal> {
    // the token's life is counted from before it was made: at worst we renew it too early
    let asked_at = Instant::now();
    let mut form = Zeroizing::new(Vec::with_capacity(FORM.len() + assertion.len()));
    form.extend_from_slice(FORM.as_bytes());
    form.extend_from_slice(assertion.as_bytes());
    let mut post = request
        .http()
        .post(request.token_url().clone())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .header(ACCEPT_ENCODING, "identity")
        .timeout(request.timeout())
        .body(Bytes::from_owner(form));
    if let Some(id) = request.correlation_id() {
        post = post.header("x-correlation-id", id.clone());
    }
    let mut response = post.send().await.map_err(|error| TokenError::transport(&error))?;
    let status = response.status();
    let date = date(response.headers());
    if status.is_success() {
        let body = read(&mut response).await?;
        let token = parse(&body, asked_at)?;
        return Ok(Granted { token, date });
    }
    let retry_after = retry_after(response.headers());
    // what an error body holds is a bonus; the status is what counts
    let headers = std::mem::take(response.headers_mut());
    let body = read(&mut response).await.unwrap_or_default();
    let code = error_code(&headers, &body);
    Err(Refusal {
        error: TokenError::refused(status.as_u16(), code, retry_after),
        date,
    })
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        Self { error, date: None }
    }
}

async fn read(response: &mut reqwest::Response) -> Result<Zeroizing<Vec<u8>>, TokenError> {
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    // reserved once: a buffer that grows leaves copies of the token behind
    let mut body = Zeroizing::new(Vec::with_capacity(
        announced.unwrap_or(BODY_LIMIT).min(BODY_LIMIT),
    ));
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| TokenError::transport(&error))?
    {
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(malformed("the token endpoint's answer is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    access_token: Cow<'a, str>,
    token_type: Option<Value>,
    expires_in: Option<Value>,
    scope: Option<Value>,
}

fn parse(body: &[u8], asked_at: Instant) -> Result<AccessToken, TokenError> {
    // A reader of the first and a reader of the last see different tokens: no place for a guess.
    if json::repeats_a_member(body) {
        return Err(malformed("the token endpoint's answer holds a member twice"));
    }
    let answer: Answer<'_> =
        json::object(body).map_err(|_| malformed("the token endpoint's answer holds no access token"))?;
    let is_bearer = match &answer.token_type {
        None | Some(Value::Null) => true,
        Some(Value::String(kind)) => kind.eq_ignore_ascii_case("bearer"),
        Some(_) => false,
    };
    if !is_bearer {
        return Err(malformed("the token endpoint's answer is not a bearer token"));
    }
    let lifetime = answer
        .expires_in
        .as_ref()
        .and_then(seconds)
        .unwrap_or(DEFAULT_LIFETIME);
    let scope = answer.scope.as_ref().and_then(Value::as_str);
    let token = AccessToken::new(answer.access_token)?.with_scope(scope);
    Ok(token.expires_in_from(asked_at, lifetime))
}

/// A number, or (as a sibling API declares it) a number in a string.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }?;
    if seconds.is_nan() {
        return None;
    }
    Some(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX))
}

fn error_code(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let error = ErrorBody::read(headers, body).error?;
    let is_code = error.len() <= CODE_LIMIT
        && error
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    is_code.then(|| error.into())
}

fn date(headers: &HeaderMap) -> Option<i64> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

fn http_date(value: &str) -> Option<i64> {
    httpdate::parse_http_date(value)
        .ok()
        .map(|time: SystemTime| unix_seconds(time))
}

fn malformed(reason: &'static str) -> TokenError {
    TokenError::of(TokenErrorKind::Malformed, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lifetime(body: &str) -> Option<Duration> {
        parse(body.as_bytes(), Instant::now()).ok()?.remaining()
    }

    #[tokio::test(start_paused = true)]
    async fn expires_in_is_read_as_number_as_string_or_not_at_all() {
        for (member, seconds) in [
            (r#","expires_in":900"#, 900),
            (r#","expires_in":"900""#, 900),
            (r#","expires_in":" 900 ""#, 900),
            (r#","expires_in":900.0"#, 900),
            (r#","expires_in":0"#, 0),
            (r#","expires_in":-5"#, 0),
            (r#","expires_in":null"#, 840),
            (r#","expires_in":"soon""#, 840),
            (r#","expires_in":[1]"#, 840),
            (r#","expires_in":1e300"#, 365 * 24 * 3_600),
            ("", 840),
        ] {
            let body = format!(r#"{{"access_token":"t"{member}}}"#);
            assert_eq!(lifetime(&body), Some(Duration::from_secs(seconds)), "{body}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_bearer_token_will_do() {
        for kind in [r#""Bearer""#, r#""bearer""#, r#""BEARER""#, "null"] {
            assert!(
                lifetime(&format!(r#"{{"access_token":"t","token_type":{kind}}}"#)).is_some(),
                "{kind}"
            );
        }
        for kind in [r#""mac""#, r#""N_A""#, r#""""#, "1"] {
            assert!(
                lifetime(&format!(r#"{{"access_token":"t","token_type":{kind}}}"#)).is_none(),
                "{kind}"
            );
        }
        for body in [
            "",
            "{}",
            "[]",
            "<html>",
            r#"{"access_token":null}"#,
            r#"{"access_token":""}"#,
            "\u{feff}{}",
        ] {
            assert!(lifetime(body).is_none(), "{body}");
        }
        assert!(parse(b"{\"access_token\":\"\xff\"}", Instant::now()).is_err());
        for twice in [
            r#"{"access_token":"t","access_token":"t"}"#,
            r#"{"access_token":"t","expires_in":1,"expires_in":2}"#,
            r#"{"access_token":"t","scope":"a","sc\u006fpe":"b"}"#,
        ] {
            let error = parse(twice.as_bytes(), Instant::now()).unwrap_err();
            assert!(error.to_string().contains("holds a member twice"), "{error}");
        }
        // a byte order mark is no part of the text
        assert!(lifetime("\u{feff}{\"access_token\":\"t\"}").is_some());
        // an escape is unusual in a token, and legal JSON
        let token = parse(br#"{"access_token":"a\u002eb","x":1}"#, Instant::now()).unwrap();
        assert_eq!(token.expose_secret(), "a.b");
    }

    #[test]
    fn an_error_code_is_kept_only_if_it_looks_like_one() {
        let error_code = |body: &[u8]| error_code(&HeaderMap::new(), body);
        for body in [
            &br#"{"error":"invalid_grant"}"#[..],
            b"\xef\xbb\xbf{\"error\":\"invalid_grant\",\"error_description\":\"\xe9\n\"}",
        ] {
            assert_eq!(error_code(body).as_deref(), Some("invalid_grant"));
        }
        let long = format!(r#"{{"error":"{}"}}"#, "a".repeat(65));
        let prose = r#"{"error":"assertion eyJ is expired"}"#;
        for body in [
            &long,
            prose,
            "{}",
            "",
            "<html>",
            r#"{"error":1}"#,
            r#"{"error":""}"#,
            r#"{"error":"é"}"#,
        ] {
            assert_eq!(error_code(body.as_bytes()), None, "{body}");
        }
    }
}
