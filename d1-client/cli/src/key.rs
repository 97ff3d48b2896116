//! `d1 key`: the key that signs assertions, and the request for the client certificate.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use d1_client::SigningKey;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::json;
use zeroize::Zeroizing;

use crate::{failure::Failure, file, output::Output, table::place};

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key that signs assertions (P-256); prints its public half, which the vendor registers under a key id.
    #[command(after_long_help = "With --output json: {\"file\", \"public_key_pem\"}.")]
    New {
        /// Where the private key is written, for nobody else to read; an existing file is left alone.
        #[arg(long, value_name = "FILE", default_value = "signing-key.pem")]
        out: PathBuf,
    },
    /// Make a request (PKCS#10) for the client certificate, which the vendor signs, and its key (P-256).
    #[command(after_long_help = "With --output json: {\"file\", \"key_file\"}.")]
    Csr(CsrArgs),
}

#[derive(Args)]
pub(crate) struct CsrArgs {
    /// The certificate's name, in the form that the vendor gave you; it names the environment.
    #[arg(long, value_name = "NAME")]
    common_name: String,
    /// The organization that the certificate is for.
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
    /// Its country, two letters.
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Where the request is written; an existing file is left alone.
    #[arg(long, value_name = "FILE", default_value = "client.csr")]
    out: PathBuf,
    /// Where the new private key is written, for nobody else to read; an existing file is left alone.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "client-key.pem",
        conflicts_with = "key"
    )]
    key_out: PathBuf,
    /// A key that exists (PKCS#8), to renew its certificate, instead of a new one.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

pub(crate) fn run(command: KeyCommand, output: &Output) -> Result<(), Failure> {
    match command {
        KeyCommand::New { out } => new(&out, output),
        KeyCommand::Csr(arguments) => csr(&arguments, output),
    }
}

fn new(out: &Path, output: &Output) -> Result<(), Failure> {
    const NO_ID_YET: &str = "not-registered-yet";
    let (key, pem) = SigningKey::generate(NO_ID_YET).map_err(Failure::usage)?;
    write_secret(out, pem.as_bytes())?;
    let public = key.public_key_pem();
    output.result(&json!({ "file": out.display().to_string(), "public_key_pem": public }), || {
        format!(
            "{public}\nThe private key is in {}. Have the vendor register this public key; the key id that you get is \
             --key-id.",
            place(out)
        )
    });
    Ok(())
}

fn csr(arguments: &CsrArgs, output: &Output) -> Result<(), Failure> {
    let refused = |what: &str| Failure::usage(format_args!("{what} cannot be used in a certificate request"));
    for (flag, text) in [
        ("--common-name", Some(&arguments.common_name)),
        ("--organization", arguments.organization.as_ref()),
    ] {
        if text.is_some_and(|text| text.trim().is_empty() || text.chars().any(char::is_control)) {
            return Err(refused(flag));
        }
    }
    let is_country = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if !arguments.country.as_ref().is_none_or(is_country) {
        return Err(refused("--country").hint("give two capital letters, as in GB"));
    }
    let mut name = DistinguishedName::new();
    for (kind, text) in [
        (DnType::CountryName, arguments.country.as_ref()),
        (DnType::OrganizationName, arguments.organization.as_ref()),
        (DnType::CommonName, Some(&arguments.common_name)),
    ] {
        if let Some(text) = text {
            name.push(kind, text);
        }
    }
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = name;
    let key = match &arguments.key {
        Some(path) => existing(path)?,
        None => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| refused("a new key"))?,
    };
    let request = parameters
        .serialize_request(&key)
        .and_then(|request| request.pem());
    let request = request.map_err(|_| refused("this name or key"))?;
    // Both or neither: a key whose request failed would be in the way of the next try.
    let file = create(&arguments.out, false)?;
    if arguments.key.is_none() {
        let written = write_secret(&arguments.key_out, Zeroizing::new(key.serialize_pem()).as_bytes());
        written.inspect_err(|_| {
            let _ = fs::remove_file(&arguments.out);
        })?;
    }
    write(file, &arguments.out, request.as_bytes())?;
    let key_file = arguments.key.as_ref().unwrap_or(&arguments.key_out);
    output.result(
        &json!({ "file": arguments.out.display().to_string(), "key_file": key_file.display().to_string() }),
        || {
            format!(
                "{} is the request: the vendor signs it. {} is its key, for nobody else.",
                place(&arguments.out),
                place(key_file)
            )
        },
    );
    Ok(())
}

fn existing(path: &Path) -> Result<KeyPair, Failure> {
    let pem = Zeroizing::new(file::text(path)?);
    KeyPair::from_pem(&pem).map_err(|_| {
        Failure::usage(format_args!(
            "{} is no private key in PKCS#8 form",
            path.display()
        ))
        .hint("convert it: openssl pkey -in client-key.pem -out pkcs8.pem")
    })
}

/// Writes a new file that nobody else can read.
fn write_secret(path: &Path, content: &[u8]) -> Result<(), Failure> {
    write(create(path, true)?, path, content)
}

fn create(path: &Path, is_secret: bool) -> Result<fs::File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_secret {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::usage(format_args!("{} exists and is left as it is", path.display()))
                .hint("give another file; the vendor may know the key in this one")
        }
        _ => Failure::unwritable(path.display(), &error),
    })
}

/// Writes and syncs; a file that is not whole is deleted.
fn write(mut file: fs::File, path: &Path, content: &[u8]) -> Result<(), Failure> {
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.map_err(|error| {
        let _ = fs::remove_file(path);
        Failure::unwritable(path.display(), &error)
    })
}
