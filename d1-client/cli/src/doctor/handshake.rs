//! One TLS handshake as the client makes it, and what can be seen of it.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        ResolvesClientCert,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
    sign::CertifiedKey,
};
use x509_parser::{extensions::GeneralName, parse_x509_certificate};

use super::identity;
use crate::config::Config;

/// What both sides showed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    server: Mutex<Option<CertificateDer<'static>>>,
    was_asked: AtomicBool,
    has_certificate: bool,
}

impl Seen {
    /// Whether the server asked for a client certificate.
    pub(super) fn was_asked(&self) -> bool {
        self.was_asked.load(Relaxed)
    }

    /// Whether there was one to show.
    pub(super) fn has_certificate(&self) -> bool {
        self.has_certificate
    }

    /// Whose certificate the server showed, who signed it, until when.
    pub(super) fn server(&self) -> Option<String> {
        let der = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, certificate) = parse_x509_certificate(der.as_ref()?).ok()?;
        let names = certificate.subject_alternative_name().ok().flatten();
        let names: Vec<String> = names
            .iter()
            .flat_map(|names| &names.value.general_names)
            .filter_map(|name| match name {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                GeneralName::IPAddress(address) => match *address {
                    &[a, b, c, d] => Some(std::net::Ipv4Addr::new(a, b, c, d).to_string()),
                    _ => Some("an IPv6 address".to_owned()),
                },
                _ => None,
            })
            .take(4)
            .collect();
        let whose = if names.is_empty() {
            certificate.subject().to_string()
        } else {
            names.join(", ")
        };
        let (issuer, until) = (certificate.issuer(), certificate.validity().not_after);
        Some(format!(
            "a certificate for {whose}, signed by {issuer}, until {until}"
        ))
    }
}

/// A configuration like the client's, which notes what is shown. `None` where the authorities cannot be used.
pub(super) fn config(config: &Config) -> Option<(Arc<ClientConfig>, Arc<Seen>)> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let certified = identity::certified(config, &provider);
    let seen = Arc::new(Seen {
        has_certificate: certified.is_some(),
        ..Seen::default()
    });
    let verifier = Noting {
        verifier: identity::verifier(config, &provider)?,
        seen: seen.clone(),
    };
    let resolver = Showing {
        certified,
        seen: seen.clone(),
    };
    let mut tls = ClientConfig::builder_with_provider(provider as Arc<CryptoProvider>)
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(resolver));
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Some((Arc::new(tls), seen))
}

/// What is wrong, and what to do. `None` where TLS has nothing to do with it.
pub(super) fn explained(error: &io::Error) -> Option<(String, &'static str)> {
    const PROXY: &str = "check the URL; where a proxy of yours decrypts TLS, give its authority by --ca-file";
    const CERTIFICATE: &str = "it must be the one that the vendor signed for this issuer and environment, with its chain, and not \
                               have expired";
    let error = error.get_ref()?.downcast_ref::<Error>()?;
    Some(match error {
        Error::InvalidCertificate(why) => match why {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                ("the server's certificate is for another host".to_owned(), PROXY)
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => (
                "the server's certificate has expired or is not valid yet".to_owned(),
                "look at this machine's clock (date -u); else its operator must renew it",
            ),
            CertificateError::UnknownIssuer => (
                "the server's certificate does not chain to a trusted authority".to_owned(),
                "install the operating system's authorities (ca-certificates), or give the server's by --ca-file",
            ),
            CertificateError::Revoked
            | CertificateError::UnknownRevocationStatus
            | CertificateError::ExpiredRevocationList
            | CertificateError::ExpiredRevocationListContext { .. } => (
                "the server's certificate is revoked, or no list of --crl-file says that it is not"
                    .to_owned(),
                "get current revocation lists; else tell its operator",
            ),
            _ => ("the server's certificate cannot be trusted".to_owned(), PROXY),
        },
        Error::AlertReceived(AlertDescription::CertificateRequired) => (
            "the server demands a client certificate and got none".to_owned(),
            "give --client-cert-file and --client-key-file; `d1 key csr` makes a request for one",
        ),
        Error::AlertReceived(
            alert @ (AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::DecryptError),
        ) => (
            format!("the server does not accept the client certificate (alert {alert:?})"),
            CERTIFICATE,
        ),
        Error::AlertReceived(alert) => (
            format!("the server ended the handshake (alert {alert:?})"),
            "a handshake failure may be about the client certificate: ask the server's operator",
        ),
        Error::InvalidMessage(_) => (
            "what answers there does not speak TLS".to_owned(),
            "check the port of the URL, and whether it must be http://",
        ),
        _ => (
            "the TLS handshake failed".to_owned(),
            "the server must speak TLS 1.2 or 1.3; something in between may not",
        ),
    })
}

/// Verifies as another does, and notes what was shown.
#[derive(Debug)]
struct Noting {
    verifier: Arc<dyn ServerCertVerifier>,
    seen: Arc<Seen>,
}

impl ServerCertVerifier for Noting {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut server = self.seen.server.lock().unwrap_or_else(PoisonError::into_inner);
        *server = Some(end_entity.clone().into_owned());
        self.verifier
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Shows the certificate, if there is one, and notes that it was asked for.
#[derive(Debug)]
struct Showing {
    certified: Option<Arc<CertifiedKey>>,
    seen: Arc<Seen>,
}

impl ResolvesClientCert for Showing {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.seen.was_asked.store(true, Relaxed);
        self.certified.clone()
    }

    fn has_certs(&self) -> bool {
        // So that it is asked, and the request of the server is noted.
        true
    }
}
