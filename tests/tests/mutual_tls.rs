//! Mutual TLS with a private authority, in TLS 1.2 and 1.3: who gets in, and what is said to those who do not.

#![allow(clippy::unwrap_used)]

use std::{error::Error as _, sync::Arc};

use d1_client::{
    ConsumerId, Error, Outcome, Response, RetryPolicy, TransportError,
    auth::StaticToken,
    sandbox::{Sandbox, SandboxBuilder, SandboxExt},
};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::{
    RootCertStore, ServerConfig, SupportedProtocolVersion,
    crypto::aws_lc_rs,
    pki_types::PrivateKeyDer,
    server::WebPkiClientVerifier,
    version::{TLS12, TLS13},
};

const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

/// A certificate authority of the test's own.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
struct Issued {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn issue(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> Issued {
        self.issue_with(name, purpose, |_| {})
    }

    fn issue_expired(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> Issued {
        self.issue_with(name, purpose, |params| {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        })
    }

    fn issue_with(
        &self,
        name: &str,
        purpose: ExtendedKeyUsagePurpose,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Issued {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![purpose];
        change(&mut params);
        Issued {
            certificate: params.signed_by(&key, &self.0).unwrap(),
            key,
        }
    }

    /// A D1 that shows `server` and lets in whom this authority has certified.
    async fn d1(&self, version: &'static SupportedProtocolVersion, server: &Issued) -> Sandbox {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_client_cert_verifier(clients.build().unwrap())
            .with_single_cert(
                vec![server.certificate.der().clone()],
                PrivateKeyDer::try_from(server.key.serialize_der()).unwrap(),
            );
        SandboxBuilder::default()
            .tls(Arc::new(config.unwrap()))
            .start()
            .await
            .unwrap()
    }
}

/// Registers a consumer once, with a token already fetched: what fails is the connection to the operation.
async fn register(
    sandbox: &Sandbox,
    trusted: &Authority,
    identity: Option<&Issued>,
) -> Result<Response<()>, Error> {
    let mut builder = sandbox
        .client_builder()
        .token_source(StaticToken::new(sandbox.issue_token()))
        .retry(RetryPolicy::none())
        // D1 shall refuse it, not we.
        .allow_expired_certificate()
        .add_root_pem(trusted.0.pem());
    if let Some(Issued { certificate, key }) = identity {
        builder = builder.identity_pem(format!("{}{}", certificate.pem(), key.serialize_pem()));
    }
    builder
        .build()
        .unwrap()
        .consumer(ConsumerId::new("c-1f6e").unwrap())
        .register()
        .send()
        .await
}

fn server(authority: &Authority) -> Issued {
    authority.issue("localhost", ExtendedKeyUsagePurpose::ServerAuth)
}

fn client(authority: &Authority) -> Issued {
    authority.issue("issuer", ExtendedKeyUsagePurpose::ClientAuth)
}

fn reason(error: &Error) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}

#[tokio::test]
async fn the_right_certificate_gets_in_by_both_versions() {
    for version in VERSIONS {
        let authority = Authority::new("ours");
        let sandbox = authority.d1(version, &server(&authority)).await;
        let done = register(&sandbox, &authority, Some(&client(&authority)))
            .await
            .unwrap();
        assert_eq!(
            (done.status(), sandbox.consumers().len()),
            (204, 1),
            "{version:?}"
        );
    }
}

/// TLS 1.2 refuses within the handshake: nothing was sent. TLS 1.3 refuses after the client has begun to send: what
/// is known then is what the connection still received.
#[tokio::test]
async fn a_client_without_an_acceptable_certificate_stays_out_and_is_told_why() {
    for version in VERSIONS {
        let (authority, stranger) = (Authority::new("ours"), Authority::new("another"));
        let sandbox = authority.d1(version, &server(&authority)).await;
        let expired = authority.issue_expired("issuer", ExtendedKeyUsagePurpose::ClientAuth);
        let foreign = client(&stranger);
        let required = "the server demands a client certificate";
        let refused = "the server does not accept the client certificate";
        for (identity, why) in [
            (None, required),
            (Some(&expired), refused),
            (Some(&foreign), refused),
        ] {
            let error = register(&sandbox, &authority, identity).await.unwrap_err();
            // In TLS 1.3 the reset may overtake the reason.
            let overtaken = version == &TLS13 && reason(&error) == TransportError::Reset.to_string();
            let outcome = if overtaken {
                Outcome::Unknown
            } else {
                Outcome::NotSent
            };
            assert_eq!(error.outcome(), outcome, "{version:?}: {error}");
            assert!(overtaken || reason(&error) == why, "{version:?}: {error}");
        }
        assert!(sandbox.requests().is_empty(), "{version:?}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_show_who_it_is_gets_nothing() {
    for version in VERSIONS {
        let (authority, stranger) = (Authority::new("ours"), Authority::new("another"));
        let elsewhere = authority.issue("d1.example", ExtendedKeyUsagePurpose::ServerAuth);
        let expired = authority.issue_expired("localhost", ExtendedKeyUsagePurpose::ServerAuth);
        for (shown, trusted, why) in [
            (
                &elsewhere,
                &authority,
                "the server's certificate is for another host",
            ),
            (
                &expired,
                &authority,
                "the server's certificate has expired or is not valid yet",
            ),
            (
                &server(&authority),
                &stranger,
                "the server's certificate does not chain to a trusted root",
            ),
        ] {
            let sandbox = authority.d1(version, shown).await;
            let error = register(&sandbox, trusted, Some(&client(&authority)))
                .await
                .unwrap_err();
            assert_eq!(error.outcome(), Outcome::NotSent, "{version:?}: {error}");
            assert!(error.is_connect(), "{version:?}: {error}");
            assert_eq!(reason(&error), why, "{version:?}");
            assert!(sandbox.requests().is_empty(), "{version:?}");
        }
    }
}
