//! The targets without a fuzzer: each input of the corpus, then inputs of it changed at random, shrunk when one fails.
//! `PROPTEST_CASES` says how many (256).

#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

use proptest::{collection::vec, prelude::*, sample::Index, test_runner::TestRunner};

/// A change of an input, at a place of it.
#[derive(Clone, Debug)]
enum Edit {
    Put(Index, Vec<u8>),
    Cut(Index, usize),
    Flip(Index, u8),
    /// A part of another input.
    Take(Index, Index, usize),
    Repeat(Index, usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    let telling = prop::sample::select(vec![
        &b"\0"[..],
        b"\n",
        b"\r\n",
        b"\"",
        b"{",
        b"}",
        b"[",
        b"|",
        b"`",
        b"\\u0000",
        b"\xff",
        b"\xc3\xa9",
        b"-1",
        b"1e999",
        b"99999999999999999999",
        b"null",
        b"*",
        b"(?",
        b"$ref",
        b"=",
        b"-----",
    ]);
    prop_oneof![
        3 => (index(), telling).prop_map(|(at, text)| Edit::Put(at, text.to_vec())),
        1 => (index(), vec(any::<u8>(), 1..6)).prop_map(|(at, bytes)| Edit::Put(at, bytes)),
        3 => (index(), 1..40_usize).prop_map(|(at, count)| Edit::Cut(at, count)),
        3 => (index(), any::<u8>()).prop_map(|(at, bits)| Edit::Flip(at, bits)),
        2 => (index(), index(), 1..200_usize).prop_map(|(at, from, count)| Edit::Take(at, from, count)),
        1 => (index(), 1..20_usize, 2..60_usize).prop_map(|(at, count, times)| Edit::Repeat(at, count, times)),
    ]
}

fn apply(input: &mut Vec<u8>, edit: Edit, other: &[u8]) {
    let place = |at: Index| at.index(input.len() + 1);
    match edit {
        Edit::Put(at, bytes) => {
            let at = place(at);
            input.splice(at..at, bytes);
        }
        Edit::Cut(at, count) => {
            let at = place(at);
            input.drain(at..(at + count).min(input.len()));
        }
        Edit::Flip(at, bits) => {
            let at = place(at);
            if let Some(byte) = input.get_mut(at) {
                *byte ^= bits;
            }
        }
        Edit::Take(at, from, count) => {
            let (at, from) = (place(at), from.index(other.len() + 1));
            input.splice(
                at..at,
                other[from..(from + count).min(other.len())].iter().copied(),
            );
        }
        Edit::Repeat(at, count, times) => {
            let at = place(at);
            let part = input[at..(at + count).min(input.len())].repeat(times);
            input.splice(at..at, part);
        }
    }
}

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
    for input in &corpus {
        target(input);
    }
    let inputs = (0..corpus.len(), 0..corpus.len(), vec(edit(), 1..8));
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let result = runner.run(&inputs, |(one, other, edits)| {
        let mut input = corpus[one].clone();
        for edit in edits {
            apply(&mut input, edit, &corpus[other]);
        }
        target(&input);
        Ok(())
    });
    result.unwrap();
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
