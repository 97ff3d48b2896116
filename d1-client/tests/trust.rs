//! Exclusive trust and revocation, by TLS handshakes with the sandbox.
#![cfg(all(unix, feature = "sandbox-tls"))]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod openssl;

use std::{error::Error as _, sync::Arc};

use d1_client::{
    ClientBuilder, ConsumerId, Outcome, RetryPolicy, StaticToken, TransportError,
    sandbox::{Sandbox, SandboxExt},
};
use openssl::TestPki;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// A D1 with the certificate `server.pem`, signed by the intermediate.
async fn d1(pki: &TestPki) -> Sandbox {
    let certificate = |name: &str| CertificateDer::from_pem_slice(&pki.read(name)).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate("server.pem"), certificate("intermediate.pem")],
            PrivateKeyDer::from_pem_slice(&pki.read("server-key.pem")).unwrap(),
        );
    Sandbox::builder()
        .tls(Arc::new(config.unwrap()))
        .start()
        .await
        .unwrap()
}

/// How a call through this builder ends.
async fn end(
    sandbox: &Sandbox,
    trust: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Result<(), TransportError> {
    let builder = sandbox
        .client_builder()
        .token_source(StaticToken::new(sandbox.issue_token()));
    let client = trust(builder.retry(RetryPolicy::none())).build().unwrap();
    match client
        .consumer(ConsumerId::new("c-1f6e").unwrap())
        .register()
        .send()
        .await
    {
        Ok(_) => Ok(()),
        Err(error) => {
            assert_eq!(error.outcome(), Outcome::NotSent, "{error}");
            Err(*error.source().unwrap().downcast_ref::<TransportError>().unwrap())
        }
    }
}

/// The list of this authority as it stands, as `<name>-list.pem`.
fn list(pki: &TestPki, authority: &str) -> String {
    pki.run(&format!(
        "ca -config openssl.cnf -gencrl -crldays 9 -cert {authority}.pem -keyfile {authority}-key.pem -out {authority}-list.pem"
    ));
    pki.text(&format!("{authority}-list.pem"))
}

#[tokio::test]
async fn only_the_given_authorities_are_trusted() {
    let pki = TestPki::with_chain();
    pki.p256("server-key.pem");
    pki.certify_server("server");
    let sandbox = d1(&pki).await;
    let another = TestPki::with_chain();
    assert_eq!(
        end(&sandbox, |builder| builder.trust_only_pem(pki.read("root.pem"))).await,
        Ok(())
    );
    let both = [another.read("root.pem"), pki.read("root.pem")].concat();
    assert_eq!(
        end(&sandbox, |builder| builder.trust_only_pem(both)).await,
        Ok(())
    );
    let more = |builder: ClientBuilder| {
        builder
            .trust_only_pem(another.read("root.pem"))
            .trust_only_pem(pki.read("root.pem"))
    };
    assert_eq!(end(&sandbox, more).await, Ok(()));
    for stranger in [another.read("root.pem"), pki.read("client-cert.pem")] {
        let ended = end(&sandbox, |builder| builder.trust_only_pem(stranger)).await;
        assert_eq!(ended, Err(TransportError::ServerCertificateUntrusted));
    }
}

#[tokio::test]
async fn a_revoked_server_is_refused_and_one_without_a_list_too() {
    let pki = TestPki::with_chain();
    pki.p256("server-key.pem");
    pki.certify_server("server");
    let sandbox = d1(&pki).await;
    let (of_root, of_intermediate) = (list(&pki, "root"), list(&pki, "intermediate"));
    let root = || pki.read("root.pem");
    let with = |lists: String| {
        end(&sandbox, move |builder| {
            builder.trust_only_pem(root()).add_crl_pem(lists)
        })
    };
    assert_eq!(with(format!("{of_root}{of_intermediate}")).await, Ok(()));
    for one in [&of_root, &of_intermediate] {
        assert_eq!(
            with(one.clone()).await,
            Err(TransportError::ServerCertificateRevoked),
            "a certificate without a list"
        );
    }
    pki.run("ca -config openssl.cnf -revoke server.pem -cert intermediate.pem -keyfile intermediate-key.pem");
    let revoked = list(&pki, "intermediate");
    assert_eq!(
        with(format!("{of_root}{revoked}")).await,
        Err(TransportError::ServerCertificateRevoked)
    );
    // Without lists nothing is checked.
    assert_eq!(
        end(&sandbox, |builder| builder.trust_only_pem(root())).await,
        Ok(())
    );
}
