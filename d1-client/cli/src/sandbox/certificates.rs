//! An authority for one sandbox, and certificates for its server and its client.

use std::{
    error::Error,
    fs,
    io::Write,
    net::IpAddr,
    path::Path,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    RootCertStore, ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer, server::WebPkiClientVerifier,
};
use tempfile::NamedTempFile;

use super::absolute;
use crate::failure::Failure;

const CA: &str = "sandbox-ca.pem";
const SERVER: (&str, &str) = ("sandbox-server.pem", "sandbox-server-key.pem");
const CLIENT: (&str, &str) = ("sandbox-client.pem", "sandbox-client-key.pem");

/// The mean length of a year of the Gregorian calendar.
const YEAR_SECONDS: u64 = 31_556_952;

/// Makes all anew into `folder`, and says with which variables a client uses them.
pub(super) fn make(
    folder: &Path,
    host: IpAddr,
    variables: &mut Vec<(&'static str, String)>,
) -> Result<Arc<ServerConfig>, Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::unwritable(folder.display(), &error))?;
    let made = Made::new(host).map_err(|error| Failure::usage(format!("no certificates: {error}")))?;
    for (name, text) in &made.files {
        write(&folder.join(name), text.as_bytes())?;
    }
    variables.extend([
        ("D1_TRUST_ONLY_FILE", absolute(&folder.join(CA))),
        ("D1_CLIENT_CERT_FILE", absolute(&folder.join(CLIENT.0))),
        ("D1_CLIENT_KEY_FILE", absolute(&folder.join(CLIENT.1))),
    ]);
    Ok(made.server)
}

/// Writes a file for its owner alone, whole or not at all.
pub(super) fn write(file: &Path, text: &[u8]) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let written = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).and_then(|mut new| {
        new.write_all(text)?;
        new.persist(file).map_err(|error| error.error)
    });
    written
        .map(drop)
        .map_err(|error| Failure::unwritable(file.display(), &error))
}

struct Made {
    files: Vec<(&'static str, String)>,
    server: Arc<ServerConfig>,
}

impl Made {
    fn new(host: IpAddr) -> Result<Self, Box<dyn Error>> {
        let mut authority = params(Vec::new(), "D1 sandbox authority")?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

        let mut names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
        if !host.is_loopback() && !host.is_unspecified() {
            names.push(host.to_string());
        }
        let server = params(names, "D1 sandbox")?;
        let (server, server_key) = issue(server, ExtendedKeyUsagePurpose::ServerAuth, &authority)?;
        let client = params(Vec::new(), "D1 sandbox client")?;
        let (client, client_key) = issue(client, ExtendedKeyUsagePurpose::ClientAuth, &authority)?;

        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone())?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(clients.build()?)
            .with_single_cert(
                vec![server.der().clone()],
                PrivateKeyDer::try_from(server_key.serialize_der())?,
            )?;
        Ok(Self {
            files: vec![
                (CA, authority.pem()),
                (SERVER.0, server.pem()),
                (SERVER.1, server_key.serialize_pem()),
                (CLIENT.0, client.pem()),
                (CLIENT.1, client_key.serialize_pem()),
            ],
            server: Arc::new(config),
        })
    }
}

/// Valid for at most 761 days: some clients take no more than 825.
fn params(names: Vec<String>, common_name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let year = 1970 + i32::try_from(since.as_secs() / YEAR_SECONDS).unwrap_or_default();
    params.not_before = date_time_ymd(year - 1, 12, 1);
    params.not_after = date_time_ymd(year + 1, 12, 31);
    Ok(params)
}

fn issue(
    mut params: CertificateParams,
    usage: ExtendedKeyUsagePurpose,
    authority: &CertifiedIssuer<'_, KeyPair>,
) -> Result<(rcgen::Certificate, KeyPair), rcgen::Error> {
    let key = KeyPair::generate()?;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    Ok((params.signed_by(&key, authority)?, key))
}
