//! `d1 doctor`: whether everything between here and D1 works, and what to do where it does not.

mod handshake;
mod http1;
mod identity;
mod local;
mod network;
mod report;

use d1_client::{
    Client, Error, RetryPolicy,
    auth::{TokenError, TokenErrorKind},
};
use network::Target;
use report::Report;

use crate::{
    config::Config,
    failure::{Exit, Failure},
    output::Output,
};

pub(crate) async fn run(config: &Config, output: &Output) -> Result<(), Failure> {
    let mut report = Report::default();
    let environment = local::configuration(config, &mut report);
    local::signing_key(config, &mut report);
    local::client_certificate(config, environment.as_ref(), &mut report);
    local::authorities(config, &mut report);
    if let Some(environment) = &environment {
        for target in Target::all(environment, config) {
            target.check(config, &mut report).await;
        }
    }
    // With something broken on the way, a call says less than the line above.
    if !report.has_failed() {
        match client(config) {
            Ok(client) => call(&client, &mut report).await,
            Err(failure) => report.failure("configuration", failure, "`d1 config show` shows what is set"),
        }
    }
    report.end(output)
}

fn client(config: &Config) -> Result<Client, Failure> {
    let client = config.client_builder()?.retry(RetryPolicy::none()).build();
    client.map_err(|error| config.explained(error))
}

/// A token, and one call that changes nothing.
async fn call(client: &Client, report: &mut Report) {
    const CALL: &str = "call";
    match client.token().await {
        Ok(token) => {
            let lifetime = match token.remaining() {
                // Rounded, as the endpoint gave whole seconds.
                Some(left) => format!("good for {} s", left.as_secs_f64().round()),
                None => "which does not say how long it is good for".to_owned(),
            };
            let scope = token
                .scope()
                .map(|scope| format!(", scopes: {scope}"))
                .unwrap_or_default();
            report.ok("token", format!("obtained, {lifetime}{scope}"));
        }
        Err(error) => return refused_token(&error, report),
    }
    match client.check().await {
        Ok(()) => report.ok(CALL, "D1 takes calls of this issuer"),
        Err(error) => {
            let remedy = remedy(&error);
            let failure = Failure::from(error);
            report.failed(CALL, failure.exit, failure.message, remedy);
        }
    }
}

fn refused_token(error: &TokenError, report: &mut Report) {
    let (exit, remedy) = match (error.kind(), error.code()) {
        (TokenErrorKind::Refused, Some("invalid_grant")) => (
            Exit::Refused,
            "check that the public half of this key is registered under this key id, the issuer id, and this machine's clock",
        ),
        (TokenErrorKind::Refused, Some("invalid_client" | "unauthorized_client")) => (
            Exit::Refused,
            "D1 does not know this issuer here, or not with this key: check issuer id, key id and environment",
        ),
        (TokenErrorKind::Refused, _) if error.is_retryable() => (Exit::Refused, "try again later"),
        (TokenErrorKind::Refused, Some(_)) => (Exit::Refused, "check issuer id, key id and environment"),
        (TokenErrorKind::Refused, None) => (
            Exit::Refused,
            "without a code it may be the page of a firewall or a gateway: check D1_AUTH_URL, and whether this machine may call D1",
        ),
        (TokenErrorKind::Malformed, _) => (
            Exit::NotSent,
            "something else than D1 answers there, as with a page of a gateway: check D1_AUTH_URL",
        ),
        (TokenErrorKind::InvalidToken, _) => (
            Exit::Usage,
            "check D1_ACCESS_TOKEN: a line break or quotes at either end?",
        ),
        _ => (Exit::NotSent, "try again; if it stays, look at the network"),
    };
    report.failed("token", exit, error.to_string(), remedy);
}

fn remedy(error: &Error) -> &'static str {
    use d1_client::ErrorKind as Kind;
    match error.kind() {
        Kind::Unauthorized => {
            "D1 does not accept the token: check issuer id, key and environment; does D1_ACCESS_TOKEN still live?"
        }
        Kind::Forbidden if error.code().is_none() => {
            "without a code it may be a firewall's page: check whether this machine's address may call D1"
        }
        Kind::Forbidden => "D1 does not allow it: check the issuer id, and what the vendor enabled for it",
        Kind::NotFound | Kind::Redirect => {
            "check D1_BANKING_URL and the issuer id: something else may answer there"
        }
        Kind::Unreadable => {
            "something else than D1 answers there, as with a page of a gateway: check D1_BANKING_URL"
        }
        Kind::BadRequest => "check the issuer id",
        Kind::TooManyRequests | Kind::Unavailable | Kind::Internal => "try again later",
        _ => "try again; if it stays, look at the network",
    }
}
