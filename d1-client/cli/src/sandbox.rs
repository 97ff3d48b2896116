//! `d1 sandbox`: a D1 on this machine, with a control API and a page to look at.

mod certificates;

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
};

use clap::Args;
use d1_sandbox::{Sandbox, SandboxBuilder};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::{
    argument,
    config::Config,
    end::End,
    failure::{Exit, Failure},
    file,
    output::{Output, note},
    runtime,
};

const KEY_FILE: &str = "sandbox-signing-key.pem";

/// A D1 on this machine, for tests in any language.
///
/// It validates by the vendor's schemas as published, keeps consumers and cards, and fails on command.
/// Prints the variables that a client needs, then serves until it is interrupted. A page at /_sandbox/ shows who is registered,
/// what was asked and why a request was refused; /_sandbox/openapi.json describes the control API behind it.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The port to listen on; one that is free if 0.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = argument::port)]
    port: u16,
    /// The address to listen on. Everybody who reaches it sees and changes all that the sandbox holds.
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// A further name by which the control API may be reached, such as that of a container.
    #[arg(long, value_name = "NAME", value_parser = argument::host)]
    allow_host: Vec<String>,
    /// Serve behind mutual TLS, as D1 does. Makes an authority, and certificates for server and client, into this folder
    /// (sandbox-….pem). The control API demands the client certificate, too.
    #[arg(long, value_name = "FOLDER")]
    tls: Option<PathBuf>,
    /// Consumers to start with: {"consumers": [{"consumerId": …}]}, as /_sandbox/consumers lists them.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Where the key that signs assertions is written; a temporary file if not given.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// A key of your own to trust: its id, and a file with the public half (P-256, PEM).
    #[arg(long, value_name = "KID=FILE")]
    trust_key: Vec<String>,
    /// Refuse personal information without the fields that Click to Pay demands.
    #[arg(long)]
    click_to_pay: bool,
}

pub(crate) fn run(arguments: Arguments, config: &Config, output: &Output) -> Result<(), Failure> {
    let issuer = config.issuer_id()?;
    let issuer = issuer.as_ref().map_or("is_sandbox", |issuer| issuer.as_str());
    runtime()?.block_on(serve(arguments, issuer, output))
}

async fn serve(arguments: Arguments, issuer: &str, output: &Output) -> Result<(), Failure> {
    let mut end = End::new()?;
    let files = Files::of(&arguments)?;
    let mut variables = Vec::new();
    let mut builder = builder(&arguments, issuer)?;
    if let Some(folder) = &arguments.tls {
        let config = certificates::make(folder, arguments.host, &mut variables)?;
        builder = builder.tls(config);
    }
    let sandbox = builder
        .start()
        .await
        .map_err(|error| not_started(&error, &arguments))?;
    certificates::write(&files.key, sandbox.signing_key_pem().as_bytes())?;
    let key = absolute(&files.key);
    let first = [
        ("D1_BANKING_URL", sandbox.banking_url().to_owned()),
        ("D1_AUTH_URL", sandbox.auth_url().to_owned()),
        ("D1_ISSUER_ID", sandbox.issuer_id().to_owned()),
        ("D1_KEY_ID", sandbox.key_id().to_owned()),
        ("D1_SIGNING_KEY_FILE", key),
    ];
    variables.splice(0..0, first);
    tell(&sandbox, &variables, output);
    output.told()?;
    if !arguments.host.is_loopback() {
        note(&format!(
            "warning: {} is no loopback address: everybody who reaches it sees and changes all",
            arguments.host
        ));
    }
    end.wait().await;
    Ok(())
}

fn builder(arguments: &Arguments, issuer: &str) -> Result<SandboxBuilder, Failure> {
    let mut builder = Sandbox::builder()
        .host(arguments.host)
        .port(arguments.port)
        .issuer(issuer)
        .click_to_pay(arguments.click_to_pay)
        .control(&arguments.allow_host);
    if let Some(file) = &arguments.seed {
        builder = builder.seed(json_of(file)?);
    }
    for trusted in &arguments.trust_key {
        let (id, file) = trusted
            .split_once('=')
            .filter(|(id, file)| !id.is_empty() && !file.is_empty())
            .ok_or_else(|| {
                Failure::usage("--trust-key must be KID=FILE").hint("as in --trust-key my-key=public-key.pem")
            })?;
        let pem = file::text(Path::new(file))?;
        builder = builder.trust_key(id, pem);
    }
    Ok(builder)
}

/// Where the signing key is written. A temporary folder is removed when this is dropped.
struct Files {
    key: PathBuf,
    _temporary: Option<TempDir>,
}

impl Files {
    fn of(arguments: &Arguments) -> Result<Self, Failure> {
        let given = arguments.key_file.clone();
        if let Some(key) = given.or_else(|| arguments.tls.as_ref().map(|folder| folder.join(KEY_FILE))) {
            return Ok(Self {
                key,
                _temporary: None,
            });
        }
        let temporary = tempfile::Builder::new().prefix("d1-sandbox-").tempdir();
        let temporary = temporary.map_err(|error| Failure::usage(format!("no temporary folder: {error}")))?;
        Ok(Self {
            key: temporary.path().join(KEY_FILE),
            _temporary: Some(temporary),
        })
    }
}

/// For `eval` in a shell, or as one object.
fn tell(sandbox: &Sandbox, variables: &[(&'static str, String)], output: &Output) {
    let by_name: Map<_, _> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(&**value)))
        .collect();
    let result = json!({"controlUrl": sandbox.control_url(), "variables": by_name});
    output.result(&result, || {
        let mut text = format!("# D1 sandbox; to look at: {}\n", sandbox.control_url());
        for (name, value) in variables {
            let value = shlex::try_quote(value).unwrap_or_default();
            text.push_str(&format!("export {name}={value}\n"));
        }
        text.push_str("# until interrupted");
        text
    });
}

fn not_started(error: &io::Error, arguments: &Arguments) -> Failure {
    if error.kind() == io::ErrorKind::InvalidInput {
        let failure = Failure::usage(error);
        return match (&arguments.seed, arguments.trust_key.is_empty()) {
            (None, _) => failure.hint("--trust-key takes the public half, which `d1 key new` prints"),
            (Some(_), true) => failure.hint("consumers are seeded as /_sandbox/consumers lists them"),
            (Some(_), false) => failure.hint("check the files of --seed and --trust-key"),
        };
    }
    let Arguments { host, port, .. } = arguments;
    Failure::new(
        Exit::Usage,
        format!("cannot listen on {host} port {port}: {error}"),
    )
    .hint("choose another --port, or leave it out")
}

fn json_of(file: &Path) -> Result<Value, Failure> {
    let text = file::read(file, file::LARGE)?;
    serde_json::from_slice(&text).map_err(|error| Failure::no_json(file.display(), &error))
}

fn absolute(file: &Path) -> String {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    absolute.to_string_lossy().into_owned()
}
