//! `d1 issuer`: the issuer's side of *Get consumer information*, served from a file, or checked as D1 would use it.

mod check;
mod records;
mod serve;

use std::{
    env,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use d1_client::IssuerId;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer},
};

use crate::{argument, config::Config, failure::Failure, file, output::Output, pem, runtime};

/// The client secret, where `--client-secret-file` does not name a file with it.
const SECRET: &str = "D1_ISSUER_CLIENT_SECRET";

#[derive(Subcommand)]
pub(crate) enum Command {
    Serve(serve::Arguments),
    Check(check::Arguments),
}

/// What both sides agree on.
#[derive(Args)]
struct Agreed {
    /// The client id with which D1 fetches a token. Its secret is in --client-secret-file, or in the variable
    /// D1_ISSUER_CLIENT_SECRET.
    #[arg(long, value_name = "ID", env = "D1_ISSUER_CLIENT_ID")]
    client_id: Option<String>,
    /// A file with the client secret.
    #[arg(long, value_name = "FILE", requires = "client_id")]
    client_secret_file: Option<PathBuf>,
    /// What comes before /issuers/….
    #[arg(long, value_name = "PATH", default_value = "/banking/d1/v1", value_parser = argument::path_prefix)]
    prefix: String,
}

impl Agreed {
    fn issuer_id(config: &Config) -> Result<IssuerId, Failure> {
        config
            .issuer_id()?
            .ok_or_else(|| Failure::usage("the issuer is not known").hint("set --issuer-id, or D1_ISSUER_ID"))
    }

    /// Client id and secret; `None` without a client id.
    fn credentials(&self) -> Result<Option<(String, String)>, Failure> {
        let Some(client_id) = self.client_id.clone() else {
            return Ok(None);
        };
        let secret = match &self.client_secret_file {
            Some(file) => file::text(file)?,
            None => env::var(SECRET).map_err(|_| {
                Failure::usage("the client secret is not known")
                    .hint(format!("set --client-secret-file, or the variable {SECRET}"))
            })?,
        };
        Ok(Some((client_id, secret.trim_end().to_owned())))
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    pem::certificates(file).ok_or_else(|| must_be(file, "a PEM file with a certificate"))
}

fn key(file: &Path) -> Result<PrivateKeyDer<'static>, Failure> {
    pem::key(file).ok_or_else(|| must_be(file, "a PEM file with a private key"))
}

fn roots(file: &Path) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        let added = roots.add(certificate);
        added.map_err(|_| must_be(file, "a PEM file with authorities"))?;
    }
    Ok(roots)
}

fn must_be(file: &Path, what: &str) -> Failure {
    Failure::usage(format!("{} must be {what}", file.display()))
}

pub(crate) fn run(command: Command, config: &Config, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Serve(arguments) => runtime()?.block_on(serve::run(arguments, config, output)),
        Command::Check(arguments) => runtime()?.block_on(check::run(arguments, config, output)),
    }
}
