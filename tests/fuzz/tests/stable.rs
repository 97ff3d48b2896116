//! The targets without a fuzzer: each input of the corpus, then inputs of it changed at random, shrunk when one fails.
//! `PROPTEST_CASES` says how many (256).

#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

/// Keys are never committed.
fn keys() -> Vec<Vec<u8>> {
    let of = |algorithm| rcgen::KeyPair::generate_for(algorithm).unwrap();
    let p256 = of(&rcgen::PKCS_ECDSA_P256_SHA256);
    let certificate = rcgen::CertificateParams::new(vec!["d1.example".to_owned()])
        .unwrap()
        .self_signed(&p256)
        .unwrap();
    let texts = [
        p256.serialize_pem(),
        of(&rcgen::PKCS_ECDSA_P384_SHA384).serialize_pem(),
        of(&rcgen::PKCS_ED25519).serialize_pem(),
        format!("{}{}", certificate.pem(), p256.serialize_pem()),
        format!("Zaphod\r\n{}", p256.serialize_pem().replace('\n', "\r\n")),
    ];
    texts.map(String::into_bytes).to_vec()
}

fn run(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut corpus: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    if name == "pem" {
        corpus.extend(keys());
    }
    assert!(!corpus.is_empty(), "{}", folder.display());
    d1_fuzz::inputs::each(&corpus, target);
}

macro_rules! targets {
    ($($name:ident),*) => {$(
        #[test]
        fn $name() {
            run(stringify!($name), d1_fuzz::$name);
        }
    )*};
}

targets!(
    card_lists,
    error_bodies,
    error_tables,
    outbound_requests,
    overlays,
    pages,
    patterns,
    pem,
    retry_after,
    token_answers
);
