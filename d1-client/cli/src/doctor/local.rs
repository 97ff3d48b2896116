//! What this machine has: settings, keys, certificates. Nothing is sent.

#[cfg(unix)]
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use d1_client::{BuildError, CertificateInfo, ClientBuilder, Environment};
use x509_parser::time::ASN1Time;

use super::{identity, report::Report};
use crate::{
    config::Config,
    failure::{Exit, Failure},
};

/// Days before the end of a certificate from which on there is a warning: a new one takes the vendor days.
const SOON: u64 = 30;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const PLACE: &[&str] = &["D1_ENVIRONMENT", "D1_BANKING_URL", "D1_AUTH_URL"];
const KEY: &[&str] = &[
    "D1_KEY_ID",
    "D1_KEY_ID_FILE",
    "D1_SIGNING_KEY_FILE",
    "D1_SIGNING_KEY_DIR",
    "D1_AGGREGATOR_ID",
];
const IDENTITY: &[&str] = &["D1_CLIENT_CERT_FILE", "D1_CLIENT_KEY_FILE"];
const TRUST: &[&str] = &["D1_CA_FILE", "D1_TRUST_ONLY_FILE", "D1_CRL_FILE"];

/// A builder by these settings alone, with stand-ins for what else is needed.
fn by(config: &Config, names: &[&str]) -> Result<ClientBuilder, BuildError> {
    let builder = ClientBuilder::from_variables(|name| match name {
        name if names.contains(&name) => config.variable(name),
        "D1_BANKING_URL" | "D1_AUTH_URL" if names != PLACE => Some("https://localhost".into()),
        "D1_ACCESS_TOKEN" if names != KEY => Some("none".into()),
        "D1_ISSUER_ID" => Some("is_unknown".into()),
        _ => None,
    });
    builder.map(ClientBuilder::no_proxy)
}

/// Where D1 is; `None` if that is not known.
pub(super) fn configuration(config: &Config, report: &mut Report) -> Option<Environment> {
    const CHECK: &str = "configuration";
    if let Err(failure) = config.check() {
        report.failure(CHECK, failure, "`d1 config show` shows what is set");
        return None;
    }
    let environment = by(config, PLACE)
        .and_then(|builder| builder.without_client_certificate().build())
        .map(|client| client.environment().clone());
    let (missing, refused) = settings(config);
    if !missing.is_empty() {
        let remedy = "`d1 config init` writes a file to fill in, `d1 config show` shows what is set";
        report.failed(
            CHECK,
            Exit::Usage,
            format!("not set: {}", missing.join("; ")),
            remedy,
        );
    }
    match refused {
        Some(error) => report.failure(
            CHECK,
            config.explained(error),
            "`d1 config show` shows what is set",
        ),
        None if missing.is_empty() => {
            let place = environment.as_ref().map(|environment| match environment {
                Environment::Custom(_) => environment.banking_url().to_owned(),
                _ => environment.to_string(),
            });
            let issuer = config.variable("D1_ISSUER_ID").unwrap_or_default();
            let profile = config
                .profile()
                .map(|name| format!(", profile {name}"))
                .unwrap_or_default();
            let place = place.unwrap_or_default();
            report.ok(
                CHECK,
                format!("complete: {place}, issuer {}{profile}", issuer.to_string_lossy()),
            );
        }
        None => {}
    }
    environment.ok()
}

/// All settings that are missing, and the first that cannot be used. Files are other checks' business.
fn settings(config: &Config) -> (Vec<String>, Option<BuildError>) {
    let (mut missing, mut names) = (Vec::new(), Vec::<&'static str>::new());
    loop {
        // A setting that is known to be missing gets a stand-in, so that the next one is found.
        let has_no_key = names.iter().any(|name| KEY.contains(name));
        let has_no_certificate = names.iter().any(|name| IDENTITY.contains(name));
        let built = ClientBuilder::from_variables(|name| match name {
            "D1_ACCESS_TOKEN" if has_no_key => Some("none".into()),
            name if has_no_key && KEY.contains(&name) => None,
            name if has_no_certificate && IDENTITY.contains(&name) => None,
            "D1_ISSUER_ID" if names.contains(&name) => Some("is_unknown".into()),
            "D1_ENVIRONMENT" if names.contains(&name) => Some("staging".into()),
            name if names.contains(&name) => Some("https://localhost".into()),
            name => config.variable(name),
        });
        match built {
            Err(BuildError::Missing { name, what }) if !names.contains(&name) => {
                missing.push(format!("{name} ({what})"));
                names.push(name);
            }
            Err(error @ (BuildError::Variable { .. } | BuildError::Url { .. } | BuildError::Invalid(_))) => {
                return (missing, Some(error));
            }
            _ => return (missing, None),
        }
    }
}

/// The key that signs assertions.
pub(super) fn signing_key(config: &Config, report: &mut Report) {
    const CHECK: &str = "signing key";
    if config.variable("D1_ACCESS_TOKEN").is_some() {
        report.ok(
            CHECK,
            "none: D1_ACCESS_TOKEN holds a token that somebody else obtained",
        );
        return;
    }
    let built = by(config, KEY).and_then(ClientBuilder::build);
    match built {
        Ok(client) => {
            let id = client.credentials().key_id.unwrap_or_default();
            let seen = exposed(config, &["D1_SIGNING_KEY_FILE"]);
            report.ok(CHECK, format!("P-256, key id {id}{seen}"));
        }
        // Told with the settings.
        Err(BuildError::Missing { .. } | BuildError::Variable { .. }) => {}
        Err(error) => {
            let remedy = "`d1 key new` makes one, whose public half the vendor registers";
            report.failure(CHECK, config.explained(error), remedy);
        }
    }
}

/// The client certificate with its key and chain.
pub(super) fn client_certificate(config: &Config, environment: Option<&Environment>, report: &mut Report) {
    const CHECK: &str = "client certificate";
    let Some(file) = config.variable("D1_CLIENT_CERT_FILE") else {
        let is_vendors =
            environment.is_some_and(|environment| !matches!(environment, Environment::Custom(_)));
        if is_vendors && config.variable("D1_CLIENT_KEY_FILE").is_none() {
            report.failure(CHECK, Failure::from(BuildError::NoIdentity), "");
        }
        return;
    };
    let built = by(config, IDENTITY).and_then(|builder| builder.allow_expired_certificate().build());
    let info = match built {
        Ok(client) => client.credentials().certificate,
        Err(error) => {
            let remedy = "the message says how to repair it; `d1 key csr` makes a request for a new one";
            report.failure(CHECK, config.explained(error), remedy);
            return;
        }
    };
    let Some(info) = info else {
        return;
    };
    let seen = exposed(config, &["D1_CLIENT_KEY_FILE", "D1_CLIENT_CERT_FILE"]);
    validity(CHECK, &info, seen, report);
    names_another_environment(&info, environment, report);
    match identity::order(file.as_ref()) {
        Some(Ok(1)) => report.ok("chain", "the certificate alone, without intermediates"),
        Some(Ok(count)) => report.ok("chain", format!("{count} certificates in order")),
        Some(Err(why)) => report.warning(
            "chain",
            why,
            "d1 sends them in order, other programs may not: put the own certificate first, then the one that signed it, \
             and so on",
        ),
        None => {}
    }
}

/// Says that a file with a key can be read by everybody. No warning: a container may have no other users.
/// It is in the first of these that is set.
fn exposed(config: &Config, names: &[&str]) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        const OTHERS_READ: u32 = 0o004;
        let file = names.iter().find_map(|name| config.variable(name));
        let file = file.map(PathBuf::from);
        let of = file.and_then(|file| file.metadata().ok());
        if of.is_some_and(|of| of.permissions().mode() & OTHERS_READ != 0) {
            return "; every user of this machine can read the key's file: chmod 600";
        }
    }
    let _ = (config, names);
    ""
}

fn validity(check: &'static str, info: &CertificateInfo, seen: &str, report: &mut Report) {
    let now = SystemTime::now();
    let who = format!("{}, signed by {}, belongs to its key", info.subject, info.issuer);
    let renew = "have a new one signed for the same key: d1 key csr --key client-key.pem --common-name ...";
    let (from, until) = (date(info.not_before), date(info.not_after));
    if let Ok(left) = info.not_after.duration_since(now) {
        let days = left.as_secs() / DAY.as_secs();
        if info.not_before > now {
            let remedy = "look at this machine's clock (date -u); else wait, or ask the vendor";
            report.failed(
                check,
                Exit::Usage,
                format!("{who}; not valid before {from}"),
                remedy,
            );
        } else if days < SOON {
            report.warning(check, format!("{who}; {days} days left, until {until}"), renew);
        } else {
            report.ok(check, format!("{who}; {days} days left, until {until}{seen}"));
        }
    } else {
        report.failed(check, Exit::Usage, format!("{who}; expired on {until}"), renew);
    }
}

/// The vendor puts the environment into the name: PPR for staging, PRD for production.
fn names_another_environment(info: &CertificateInfo, environment: Option<&Environment>, report: &mut Report) {
    let (other, is) = match environment {
        Some(Environment::Staging) => ("PRD", "production"),
        Some(Environment::Production) => ("PPR", "staging"),
        _ => return,
    };
    if info
        .subject
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|part| part == other)
    {
        let detail = format!("its name says {other}, which is {is}, and the environment is another");
        report.warning(
            "certificate name",
            detail,
            "use the certificate of this environment",
        );
    }
}

/// Authorities beside those of the operating system, or instead of them.
pub(super) fn authorities(config: &Config, report: &mut Report) {
    const CHECK: &str = "authorities";
    let set: Vec<&str> = TRUST
        .iter()
        .copied()
        .filter(|name| config.variable(name).is_some())
        .collect();
    if set.is_empty() {
        return;
    }
    let built = by(config, TRUST).and_then(ClientBuilder::build);
    match built {
        Ok(_) => report.ok(CHECK, format!("those of {}", set.join(" and "))),
        Err(error) => report.failure(
            CHECK,
            config.explained(error),
            "the message says how to repair it",
        ),
    }
}

/// As people read it, in UTC.
pub(super) fn date(time: SystemTime) -> String {
    let seconds = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    };
    ASN1Time::from_timestamp(seconds)
        .map_or_else(|_| "a time out of range".to_owned(), |time| time.to_string())
}
