//! `d1 issuer check URL`.

use std::{path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use d1_sandbox::{Conformance, ConformancePlan, Finding, Issuer, Severity, issuer_conformance};
use http::Uri;
use rustls::{ClientConfig, crypto::aws_lc_rs};
use rustls_platform_verifier::BuilderVerifierExt;
use serde_json::{Value, json};

use super::{Agreed, records};
use crate::{
    argument,
    config::Config,
    failure::{Exit, Failure},
    output::Output,
};

/// Ask an issuer's service as D1 does, and check its answers.
///
/// Ends with 0 if the service conforms, 3 if not, 4 if it cannot be reached. Two consumers that the service knows are needed for all checks; others are told to be left out.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Scheme, host and port of the service.
    #[arg(value_parser = argument::service_url)]
    url: Uri,
    #[command(flatten)]
    agreed: Agreed,
    /// A consumer that the service knows; may be repeated.
    #[arg(long, value_name = "ID", value_parser = argument::consumer_id)]
    consumer: Vec<String>,
    /// Consumers with the data that the service is to answer, as for `d1 issuer serve`.
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// A consumer that the service does not know.
    #[arg(long, value_name = "ID", default_value = "d1-check-unknown", value_parser = argument::consumer_id)]
    unknown: String,
    /// The card that is asked with.
    #[arg(long, value_name = "ID", default_value = "card-1", value_parser = argument::card_id)]
    card: String,
    /// The path of the token endpoint.
    #[arg(long, value_name = "PATH", default_value = "/authz/d1/v1/oauth2/token", value_parser = argument::path)]
    token_path: String,
    /// PEM file of the authorities of the service's certificate; the operating system's if not given.
    #[arg(long, value_name = "FILE")]
    service_ca_file: Option<PathBuf>,
    /// PEM file of the client certificate to present: one that the service takes for D1's.
    #[arg(long, value_name = "FILE", requires = "d1_key_file")]
    d1_cert_file: Option<PathBuf>,
    /// PEM file of its key.
    #[arg(long, value_name = "FILE", requires = "d1_cert_file")]
    d1_key_file: Option<PathBuf>,
    /// How long an answer may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 5, allow_negative_numbers = true, value_parser = argument::seconds)]
    timeout: u64,
}

pub(super) async fn run(arguments: Arguments, config: &Config, output: &Output) -> Result<(), Failure> {
    let issuer = issuer(&arguments, config)?;
    let plan = plan(&arguments)?;
    let first = issuer.unknown_consumer(&arguments.unknown).await;
    if first.status.is_none() {
        let came = first.findings.last().map_or("nothing", |finding| &finding.came);
        return Err(
            Failure::new(Exit::NotSent, format!("the service cannot be asked: came {came}"))
                .hint("check the URL, and --service-ca-file, --d1-cert-file and --d1-key-file"),
        );
    }
    let conformance = issuer_conformance(issuer, plan).await;
    output.result(&in_json(&conformance), || {
        conformance.to_string().trim_end().to_owned()
    });
    if conformance.passed() {
        return Ok(());
    }
    let failed = conformance.failed();
    Err(Failure::new(
        Exit::Refused,
        format!("the service does not conform: {}", failed.join(", ")),
    ))
}

fn issuer(arguments: &Arguments, config: &Config) -> Result<Issuer, Failure> {
    let agreed = &arguments.agreed;
    let mut issuer = Issuer::from(arguments.url.to_string())
        .issuer_id(Agreed::issuer_id(config)?.as_str())
        .prefix(&*agreed.prefix)
        .token_path(&*arguments.token_path)
        .timeout(Duration::from_secs(arguments.timeout));
    if arguments.url.scheme_str() == Some("https") {
        issuer = issuer.tls(Arc::new(tls(arguments)?));
    }
    if let Some((client_id, secret)) = agreed.credentials()? {
        issuer = issuer.credentials(client_id, secret);
    }
    Ok(issuer)
}

fn tls(arguments: &Arguments) -> Result<ClientConfig, Failure> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Failure::usage)?;
    let config = match &arguments.service_ca_file {
        Some(file) => config.with_root_certificates(super::roots(file)?),
        None => config.with_platform_verifier().map_err(Failure::usage)?,
    };
    match (&arguments.d1_cert_file, &arguments.d1_key_file) {
        (Some(certificate), Some(key)) => config
            .with_client_auth_cert(super::certificates(certificate)?, super::key(key)?)
            .map_err(|error| Failure::usage(format!("{}: {error}", certificate.display()))),
        _ => Ok(config.with_no_client_auth()),
    }
}

fn plan(arguments: &Arguments) -> Result<ConformancePlan, Failure> {
    let mut plan = ConformancePlan::new(&*arguments.unknown).card(&*arguments.card);
    let mut known = 0;
    if let Some(file) = &arguments.expect {
        for (id, person) in records::read(file)? {
            plan = plan.known(id, serde_json::to_value(person).map_err(Failure::usage)?);
            known += 1;
        }
    }
    for id in &arguments.consumer {
        plan = plan.known(&**id, json!({}));
        known += 1;
    }
    if known == 0 {
        return Err(
            Failure::usage("no consumer to ask for").hint("set --consumer ID, twice, or --expect FILE")
        );
    }
    Ok(plan)
}

fn in_json(conformance: &Conformance) -> Value {
    let checks = conformance.checks.iter().map(|check| {
        json!({
            "name": check.name,
            "about": check.about,
            "ran": check.ran,
            "findings": check.findings.iter().map(finding).collect::<Vec<_>>(),
        })
    });
    json!({"passed": conformance.passed(), "checks": checks.collect::<Vec<_>>()})
}

fn finding(finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "error",
        _ => "warning",
    };
    json!({"severity": severity, "sent": finding.sent, "came": finding.came, "why": finding.why})
}
