//! TLS alerts that come after the handshake: a server that finds fault with the client's certificate once it has let it in.

use std::sync::Arc;

use aws_lc_rs::aead::{self, Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use rustls::{
    ConnectionTrafficSecrets, ProtocolVersion, ServerConfig, SupportedProtocolVersion,
    crypto::aws_lc_rs::{cipher_suite, default_provider},
};
use tokio::io::AsyncWriteExt;
use tokio_rustls::server::TlsStream;

use crate::certificates::SelfSigned;

/// A record of TLS: RFC 8446, section 5.1.
const ALERT: u8 = 21;
const APPLICATION_DATA: u8 = 23;
const FATAL: u8 = 2;

/// A server of one version, which lets its secrets be taken, and of one cipher, so that they are of one kind.
///
/// # Panics
/// When the provider refuses the key.
#[must_use]
pub fn server(certificate: &SelfSigned, version: &'static SupportedProtocolVersion) -> ServerConfig {
    let mut provider = default_provider();
    provider.cipher_suites = vec![
        cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
        cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ];
    let builder = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[version])
        .expect("a cipher of that version");
    let mut config = certificate.show(builder.with_no_client_auth(), b"http/1.1");
    config.enable_secret_extraction = true;
    config
}

/// Ends the connection with a fatal alert: what rustls does not offer is written by hand.
///
/// # Panics
/// When the secrets cannot be taken.
pub async fn refuse<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin>(
    stream: TlsStream<S>,
    alert: u8,
) {
    let (mut socket, connection) = stream.into_inner();
    let version = connection.protocol_version().expect("a version");
    let (sequence, secrets) = connection.dangerous_extract_secrets().expect("the secrets").tx;
    let record = seal(version, sequence, secrets, alert);
    if socket.write_all(&record).await.is_ok() {
        let _ = socket.shutdown().await;
    }
}

fn seal(version: ProtocolVersion, sequence: u64, secrets: ConnectionTrafficSecrets, alert: u8) -> Vec<u8> {
    let ConnectionTrafficSecrets::Chacha20Poly1305 { key, iv } = secrets else {
        panic!("another cipher");
    };
    let key = UnboundKey::new(&CHACHA20_POLY1305, key.as_ref()).expect("a key");
    // RFC 8446, section 5.3, and for TLS 1.2 RFC 7905, section 2.
    let mut nonce: [u8; aead::NONCE_LEN] = iv.as_ref().try_into().expect("an initialization vector");
    for (byte, sequence) in nonce[4..].iter_mut().zip(sequence.to_be_bytes()) {
        *byte ^= sequence;
    }
    let nonce = Nonce::assume_unique_for_key(nonce);
    let mut sealed = vec![FATAL, alert];
    let head = |kind: u8, length: usize| {
        let length = u16::try_from(length).expect("a short record").to_be_bytes();
        [kind, 3, 3, length[0], length[1]]
    };
    let (head, aad) = if version == ProtocolVersion::TLSv1_3 {
        sealed.push(ALERT);
        let head = head(APPLICATION_DATA, sealed.len() + CHACHA20_POLY1305.tag_len());
        (head, head.to_vec())
    } else {
        let aad = [&sequence.to_be_bytes()[..], &head(ALERT, sealed.len())].concat();
        (head(ALERT, sealed.len() + CHACHA20_POLY1305.tag_len()), aad)
    };
    LessSafeKey::new(key)
        .seal_in_place_append_tag(nonce, Aad::from(aad), &mut sealed)
        .expect("a short record");
    [&head[..], &sealed].concat()
}
