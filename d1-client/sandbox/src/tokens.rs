//! Access tokens: given for assertions, good for a while.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::assertion::{Principal, Trust};
use crate::content_type::{self, FORM, JSON};
use crate::rejection::{Rejection, json_answer};

/// The only grant that D1 knows (RFC 7523, section 2.1).
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// How many random characters a token has; 32 of 62 kinds hold 190 bits.
const TOKEN_LENGTH: usize = 32;

/// The value of `scope`; no client requests one and nothing depends on it.
const SCOPE: &str = "d1";

/// The tokens that were given and still live.
#[derive(Default)]
pub(crate) struct Tokens {
    given: HashMap<String, Given>,
}

struct Given {
    to: Principal,
    expires: Duration,
}

impl Tokens {
    /// Who holds the token of an `Authorization` header, while it lives. Times are since the Unix epoch.
    ///
    /// # Errors
    /// What is wrong with the header.
    pub(crate) fn holder(&self, headers: &HeaderMap, now: Duration) -> Result<&Principal, &'static str> {
        let value = headers.get(header::AUTHORIZATION).ok_or("is required")?;
        let value = value.to_str().unwrap_or_default();
        let token = value
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"));
        let (_, token) = token.ok_or("must be a Bearer token")?;
        let given = self.given.get(token.trim());
        let given = given.ok_or("must be a token that was given here and not revoked")?;
        if now < given.expires {
            Ok(&given.to)
        } else {
            Err("must be a token that has not expired")
        }
    }

    /// Gives a token that lives until `now + lifetime`.
    pub(crate) fn give(&mut self, to: Principal, lifetime: Duration, now: Duration) -> String {
        self.given.retain(|_, given| now < given.expires);
        let token: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(TOKEN_LENGTH)
            .collect();
        let expires = now.saturating_add(lifetime);
        self.given.insert(token.clone(), Given { to, expires });
        token
    }

    /// Lets all tokens die at once.
    pub(crate) fn revoke_all(&mut self) {
        self.given.clear();
    }

    /// The token endpoint's answer (RFC 6749, section 5). The token is announced for `announced` and dies after `lifetime`.
    pub(crate) fn grant(
        &mut self,
        request: (&HeaderMap, &[u8]),
        trust: &Trust,
        (announced, lifetime): (Duration, Duration),
        now: Duration,
    ) -> Result<Response<Bytes>, Rejection> {
        let invalid = |why| Rejection::Token("invalid_request", why);
        let asked = Asked::read(request.0, request.1)
            .ok_or_else(|| invalid("the body must be a form or a JSON object"))?;
        let grant_type = asked.grant_type.ok_or_else(|| invalid("grant_type is missing"))?;
        if grant_type != JWT_BEARER {
            let why = "only the JWT bearer grant is supported";
            return Err(Rejection::Token("unsupported_grant_type", why));
        }
        let assertion = asked.assertion.ok_or_else(|| invalid("assertion is missing"))?;
        let principal = trust.verify(&assertion, now);
        let principal = principal.map_err(|why| Rejection::Token("invalid_grant", why))?;
        let answer = json!({
            "access_token": self.give(principal, lifetime, now),
            "expires_in": announced.as_secs(),
            "scope": SCOPE,
            "token_type": "Bearer",
        });
        Ok(json_answer(StatusCode::OK, &answer))
    }
}

/// What a token request says.
#[derive(Default)]
struct Asked {
    grant_type: Option<String>,
    assertion: Option<String>,
}

impl Asked {
    fn read(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        if content_type::is(headers, FORM) {
            let mut asked = Self::default();
            for (name, value) in form_urlencoded::parse(body) {
                let field = match &*name {
                    "grant_type" => &mut asked.grant_type,
                    "assertion" => &mut asked.assertion,
                    _ => continue,
                };
                // A parameter must not be included more than once (RFC 6749, section 3.2).
                if field.replace(value.into_owned()).is_some() {
                    return None;
                }
            }
            return Some(asked);
        }
        if content_type::is(headers, JSON) {
            let body: Value = serde_json::from_slice(body).ok()?;
            let text = |name| body.get(name).and_then(Value::as_str).map(str::to_owned);
            return body.is_object().then(|| Self {
                grant_type: text("grant_type"),
                assertion: text("assertion"),
            });
        }
        None
    }
}
