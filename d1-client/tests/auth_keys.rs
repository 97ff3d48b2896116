//! Which private keys are taken, and by what name the others are refused.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use d1_client::auth::{KeyError, PemDefect, Signer as _, SigningKey};
use p256::SecretKey;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, LineEnding};
use rcgen::{
    CertificateParams, KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_ED25519,
    PKCS_RSA_SHA256, RsaKeySize,
};

fn p256() -> KeyPair {
    KeyPair::generate().unwrap()
}

fn sec1(pair: &KeyPair) -> String {
    let key = SecretKey::from_pkcs8_pem(&pair.serialize_pem()).unwrap();
    key.to_sec1_pem(LineEnding::LF).unwrap().to_string()
}

fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
}

/// What OpenSSL's `ecparam -genkey` writes before the key: the object identifier of P-256.
fn ec_parameters() -> String {
    pem("EC PARAMETERS", b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07")
}

/// A SEC1 key of 32 bytes that names this curve.
fn sec1_naming(curve: &[u8]) -> String {
    let mut der = b"\x02\x01\x01\x04\x20".to_vec();
    der.extend([7; 32]);
    der.extend([0xa0, u8::try_from(curve.len()).unwrap()]);
    der.extend(curve);
    pem(
        "EC PRIVATE KEY",
        &[&[0x30, u8::try_from(der.len()).unwrap()], der.as_slice()].concat(),
    )
}

async fn assert_is_taken(pair: &KeyPair, pem: impl AsRef<[u8]>) {
    let key = SigningKey::from_pem("kid-1", pem.as_ref()).unwrap();
    let signature = Signature::from_slice(&key.sign(b"message").await.unwrap()).unwrap();
    let public = VerifyingKey::from_public_key_pem(&pair.public_key_pem()).unwrap();
    public.verify(b"message", &signature).unwrap();
    assert_eq!(key.public_key_pem(), pair.public_key_pem().replace("\r\n", "\n"));
    assert_eq!(key.kid(), "kid-1");
}

#[tokio::test]
async fn p256_keys_are_taken_in_every_shape_that_tools_write() {
    let pair = p256();
    let (pkcs8, sec1) = (pair.serialize_pem(), sec1(&pair));
    let certificate = CertificateParams::new(["x".to_owned()])
        .unwrap()
        .self_signed(&pair)
        .unwrap()
        .pem();
    let wide = STANDARD.encode(pair.serialize_der());
    assert_is_taken(&pair, &pkcs8).await;
    assert_is_taken(&pair, &sec1).await;
    assert_is_taken(&pair, format!("{}{sec1}", ec_parameters())).await;
    assert_is_taken(&pair, format!("{sec1}{certificate}")).await;
    assert_is_taken(&pair, format!("{certificate}\n{pkcs8}")).await;
    assert_is_taken(&pair, pkcs8.replace('\n', "\r\n")).await;
    assert_is_taken(&pair, pkcs8.replace('\n', "\n  ")).await;
    assert_is_taken(&pair, pkcs8.trim_end()).await;
    assert_is_taken(
        &pair,
        format!("-----BEGIN PRIVATE KEY-----\n{wide}\n-----END PRIVATE KEY-----"),
    )
    .await;
    let latin1 = [
        b"Bag Attributes\n    friendlyName: Cl\xe9\nKey Attributes: <none>\n",
        pkcs8.as_bytes(),
    ];
    assert_is_taken(&pair, latin1.concat()).await;
}

#[test]
fn other_keys_are_refused_by_their_name() {
    let rsa = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let p521 = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).unwrap();
    let ed25519 = KeyPair::generate_for(&PKCS_ED25519).unwrap();
    let pair = p256();
    let parameters = || CertificateParams::new(["x".to_owned()]).unwrap();
    let certificate = parameters().self_signed(&pair).unwrap().pem();
    let request = parameters().serialize_request(&pair).unwrap().pem().unwrap();
    let some = STANDARD.encode([7; 32]);
    let proc_type = format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{some}");
    let secp256k1 = sec1_naming(b"\x06\x05\x2b\x81\x04\x00\x0a");
    let brainpool = sec1_naming(b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x07");
    for (pem, name) in [
        (rsa.serialize_pem(), "an RSA private key"),
        (pem("RSA PRIVATE KEY", &[7; 32]), "an RSA private key"),
        (pem("DSA PRIVATE KEY", &[7; 32]), "a DSA private key"),
        (p384.serialize_pem(), "a P-384 key"),
        (sec1_naming(b"\x06\x05\x2b\x81\x04\x00\x22"), "a P-384 key"),
        (p521.serialize_pem(), "a P-521 key"),
        (secp256k1, "a secp256k1 key"),
        (brainpool, "a Brainpool key"),
        (ed25519.serialize_pem(), "an Ed25519 key"),
        (
            pem("ENCRYPTED PRIVATE KEY", &[7; 32]),
            "an encrypted private key (decrypt first: ",
        ),
        (
            format!("-----BEGIN EC PRIVATE KEY-----\n{proc_type}\n-----END EC PRIVATE KEY-----"),
            "an encrypted",
        ),
        (pem("OPENSSH PRIVATE KEY", &[7; 32]), "an OpenSSH private key"),
        (pem("PGP PRIVATE KEY", &[7; 32]), "an unknown kind of private key"),
        (certificate, "a certificate"),
        (request, "a certificate request"),
        (pair.public_key_pem(), "a public key"),
        (pem("RSA PUBLIC KEY", &[7; 32]), "a public key"),
        (ec_parameters(), "an EC parameters block without its key"),
        (pem("X509 CRL", &[7; 32]), "an unknown kind of PEM block"),
    ] {
        let error = SigningKey::from_pem("kid-1", &pem).unwrap_err().to_string();
        assert!(error.starts_with(&format!("this is {name}")), "{name}: {error}");
        for line in pem
            .lines()
            .filter(|line| !line.starts_with("-----") && line.len() > 8)
        {
            assert!(!error.contains(line), "{error}");
        }
    }
}

#[test]
fn what_is_no_key_at_all_is_refused_too() {
    let pkcs8 = p256().serialize_pem();
    let open = pkcs8.split("-----END").next().unwrap().to_owned();
    let cut = pkcs8.replacen(&pkcs8[60..100], "", 1);
    let der = p256().serialize_der();
    for (text, expected) in [
        (Vec::new(), KeyError::NoPem),
        (b"signing-key.pem".to_vec(), KeyError::NoPem),
        (b"\xff\xfe\x00".to_vec(), KeyError::NoPem),
        (
            pem("EC PRIVATE KEY", &[0x30, 0xff]).into_bytes(),
            KeyError::Damaged,
        ),
        (
            [pkcs8.clone(), p256().serialize_pem()].concat().into_bytes(),
            KeyError::Ambiguous,
        ),
    ] {
        assert_eq!(SigningKey::from_pem("kid-1", text).unwrap_err(), expected);
    }
    assert_eq!(SigningKey::from_pem("", &pkcs8).unwrap_err(), KeyError::NoKeyId);
    for (text, expected) in [
        (pkcs8.replace('\n', "\\n"), PemDefect::EscapedLineBreaks),
        (open, PemDefect::NoEnd),
        (cut, PemDefect::NotBase64),
        (pkcs8.replace('M', "*"), PemDefect::NotBase64),
        (
            pkcs8.replace("END PRIVATE", "END EC PRIVATE"),
            PemDefect::OtherEnd,
        ),
        (pem("PRIVATE KEY", b""), PemDefect::NotBase64),
    ] {
        let error = SigningKey::from_pem("kid-1", text).unwrap_err();
        assert!(
            matches!(error, KeyError::Pem(_, defect) if defect == expected),
            "{error}"
        );
    }
    let der = SigningKey::from_pem("kid-1", der).unwrap_err().to_string();
    assert!(der.starts_with("this is a private key in DER form"), "{der}");
}

#[test]
fn a_signing_key_is_never_printed() {
    let pair = p256();
    let key = SigningKey::from_pem("kid-1", pair.serialize_pem()).unwrap();
    assert_eq!(
        format!("{key:?}"),
        r#"SigningKey { kid: "kid-1", key: [redacted] }"#
    );
    let scalar = SecretKey::from_pkcs8_pem(&pair.serialize_pem())
        .unwrap()
        .to_bytes();
    let hex = scalar.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    assert!(!format!("{key:#?}").to_lowercase().contains(&hex[..16]));
}
