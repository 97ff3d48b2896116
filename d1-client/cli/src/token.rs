//! `d1 token`: what an access token says of itself.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use clap::Args;
use d1_client::auth::AccessToken;
use serde_json::{Map, Value};

use crate::{
    config::Config,
    failure::Failure,
    output::Output,
    table::{Cell, printable, table},
};

#[derive(Args)]
pub(crate) struct TokenArgs {
    /// Print the token itself, too: who has it can act for the issuer until it expires.
    #[arg(long)]
    reveal: bool,
}

pub(crate) async fn run(arguments: TokenArgs, config: &Config, output: &Output) -> Result<(), Failure> {
    let token = config.client()?.token().await?;
    let claims = claims(token.expose_secret());
    let expires_at = expires_at(&token, claims.as_ref());
    let seconds_left = expires_at.map(|at| at.saturating_sub(now()));
    let mut json = Map::from_iter([
        ("expires_at".to_owned(), Value::from(expires_at)),
        ("expires_in".to_owned(), Value::from(seconds_left)),
        ("scope".to_owned(), Value::from(token.scope())),
        (
            "claims".to_owned(),
            claims.clone().map_or(Value::Null, Value::Object),
        ),
    ]);
    if arguments.reveal {
        json.insert("token".to_owned(), Value::from(token.expose_secret()));
    }
    output.result(&json, || {
        let mut text = match seconds_left {
            Some(seconds) if seconds > 0 => format!("expires in {seconds} s"),
            Some(seconds) => format!("has expired {} s ago", seconds.unsigned_abs()),
            None => "does not say when it expires".to_owned(),
        };
        if let Some(scope) = token.scope() {
            text.push_str("\nscopes: ");
            text.push_str(&printable(scope));
        }
        match &claims {
            Some(claims) => {
                let row = |(name, value): (&String, &Value)| {
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    vec![Cell::new(name), Cell::new(value)]
                };
                text.push('\n');
                text.push_str(&table(&["CLAIM", "VALUE"], claims.iter().map(row).collect()));
            }
            None => text.push_str("\nit is opaque: there are no claims to read"),
        }
        if arguments.reveal {
            text.push('\n');
            text.push_str(token.expose_secret());
        }
        text
    });
    Ok(())
}

/// What a JSON Web Token (RFC 7519) claims, unverified: only D1 knows the key. `None` of an opaque token.
fn claims(token: &str) -> Option<Map<String, Value>> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    let json = BASE64_URL_SAFE_NO_PAD
        .decode(payload.trim_end_matches('='))
        .ok()?;
    serde_json::from_slice(&json).ok()
}

/// In seconds since 1970: by the token endpoint's word, or by the claim `exp`.
fn expires_at(token: &AccessToken, claims: Option<&Map<String, Value>>) -> Option<i64> {
    let claimed = claims.and_then(|claims| claims.get("exp")?.as_f64());
    match token.remaining() {
        // Rounded up, as the endpoint gave whole seconds.
        Some(left) => i64::try_from((left + Duration::from_millis(999)).as_secs())
            .ok()
            .map(|left| now().saturating_add(left)),
        #[allow(clippy::cast_possible_truncation, reason = "a time in seconds")]
        None => claimed.map(|seconds| seconds as i64),
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
