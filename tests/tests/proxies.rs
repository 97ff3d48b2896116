//! What a proxy learns of the client certificate, and how its refusal is reported: the guide *authentication*,
//! "Through a proxy", says the same.

#![allow(clippy::unwrap_used)]

use std::{error::Error as _, sync::Arc};

use d1_client::{ErrorKind, Operation, Outcome, TransportError};
use d1_tests::{
    certificates::SelfSigned,
    operations::call,
    wire::{client_of, closed_port, listen},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::{RootCertStore, ServerConfig, crypto::aws_lc_rs, server::WebPkiClientVerifier};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::mpsc::{UnboundedSender, unbounded_channel},
};
use tokio_rustls::TlsAcceptor;

/// What the proxy saw: its first request, and whether it was offered a certificate.
type Seen = (String, bool);

async fn refuse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    was_offered: bool,
    seen: UnboundedSender<Seen>,
) {
    let mut request = vec![0; 4096];
    let read = stream.read(&mut request).await.unwrap_or(0);
    seen.send((
        String::from_utf8_lossy(&request[..read]).into_owned(),
        was_offered,
    ))
    .ok();
    stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").await.ok();
}

/// An authority for clients, and the PEM of one that it has certified.
fn client() -> (RootCertStore, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["issuer".to_owned()]).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let certificate = params.signed_by(&key, &authority).unwrap();
    (roots, format!("{}{}", certificate.pem(), key.serialize_pem()))
}

async fn seen_by_an_https_proxy(asks: bool) -> Seen {
    let certificate = SelfSigned::for_loopback();
    let (roots, identity) = client();
    let mut config: ServerConfig = certificate.server(b"http/1.1");
    if asks {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        config = certificate.server_that_asks(clients.allow_unauthenticated().build().unwrap());
    }
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (sender, mut seen) = unbounded_channel();
    let proxy = listen(move |stream| {
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        async move {
            let stream = acceptor.accept(stream).await.unwrap();
            let was_offered = stream.get_ref().1.peer_certificates().is_some();
            refuse(stream, was_offered, sender).await;
        }
    });
    let client = client_of("https://d1.example")
        .identity_pem(identity)
        .add_root_pem(certificate.pem())
        .proxy(format!("https://{}", proxy.await));
    let error = call(&client.build().unwrap(), Operation::ListCards)
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error}");
    seen.recv().await.unwrap()
}

#[tokio::test]
async fn an_https_proxy_is_offered_the_certificate_if_it_asks_and_only_then() {
    for asks in [true, false] {
        let (request, was_offered) = seen_by_an_https_proxy(asks).await;
        assert!(
            request.starts_with("CONNECT d1.example:443 HTTP/1.1\r\n"),
            "{request}"
        );
        assert_eq!(was_offered, asks);
        let secrets = ["static-token", "authorization:", "/issuers/", "consumer"];
        assert!(
            secrets
                .iter()
                .all(|secret| !request.to_lowercase().contains(secret)),
            "{request}"
        );
    }
}

#[tokio::test]
async fn an_http_proxy_is_never_offered_it() {
    let (sender, mut seen) = unbounded_channel();
    let proxy = listen(move |stream| refuse(stream, false, sender.clone()));
    let client = client_of("https://d1.example")
        .identity_pem(client().1)
        .proxy(format!("http://{}", proxy.await));
    let error = call(&client.build().unwrap(), Operation::ListCards)
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error}");
    // No TLS with the proxy: the tunnel is asked for in clear, and refused before anything else.
    let (request, _) = seen.recv().await.unwrap();
    assert!(
        request.starts_with("CONNECT d1.example:443 HTTP/1.1\r\n"),
        "{request}"
    );
}

/// What a call says of this proxy.
async fn told_of(proxy: String) -> TransportError {
    let client = client_of("https://d1.example").proxy(proxy).build().unwrap();
    for &operation in Operation::ALL {
        let error = call(&client, operation).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), error.is_retryable()),
            (ErrorKind::Connect, Outcome::NotSent, true),
            "{error}"
        );
        let text = format!("{error:?} {error}");
        assert!(!text.contains("s3cret") && text.contains("proxy"), "{text}");
    }
    let error = call(&client, Operation::DeleteConsumer).await.unwrap_err();
    *error.source().unwrap().downcast_ref().unwrap()
}

/// A proxy that answers so, and closes the connection.
async fn answering(answer: &'static str) -> String {
    let proxy = listen(move |mut stream| async move {
        let read = stream.read(&mut [0; 4096]).await;
        if read.is_ok() {
            stream.write_all(answer.as_bytes()).await.ok();
        }
    });
    format!("http://me:s3cret@{}", proxy.await)
}

#[tokio::test]
async fn a_proxy_that_does_not_connect_is_told_as_the_proxy_and_not_as_the_host() {
    for answer in [
        "HTTP/1.1 403 Forbidden\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 5\r\n\r\nno DNS",
        "HTTP/1.1 503 Service Unavailable\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "",
    ] {
        let told = told_of(answering(answer).await).await;
        assert_eq!(told, TransportError::Proxy, "{answer:?}");
    }
    let told = told_of(format!("http://me:s3cret@{}", closed_port().await)).await;
    assert_eq!(told, TransportError::Proxy);
    let told = told_of("HTTP://me:s3cret@proxy.invalid:3128".to_owned()).await;
    assert_eq!(told, TransportError::Proxy);
    let untrusted = SelfSigned::for_loopback();
    let acceptor = TlsAcceptor::from(Arc::new(untrusted.server(b"http/1.1")));
    let proxy = listen(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            acceptor.accept(stream).await.ok();
        }
    });
    let told = told_of(format!("https://me:s3cret@{}", proxy.await)).await;
    assert_eq!(told, TransportError::Proxy);

    let told = told_of(answering("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await).await;
    assert_eq!(told, TransportError::ProxyAuthentication);
}
