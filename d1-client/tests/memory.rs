//! What a process still holds of keys and tokens after everything was dropped: it looks through its own memory for them. In a
//! process of its own, which never holds what it looks for in clear, beyond what the client reads of files and sockets.
#![cfg(all(target_os = "linux", feature = "sandbox-tls", feature = "aws-lc-rs"))]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod openssl;

use std::{
    collections::BTreeMap,
    env,
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    os::unix::fs::FileExt,
    process::{Command, Stdio},
    sync::Arc,
};

use d1_client::{Client, ConsumerId, Environment, IssuerId, JwtBearer, SigningKey, sandbox::Sandbox};
use openssl::TestPki;
use p256::{SecretKey, pkcs8::DecodePrivateKey as _};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};

/// Markers travel and are kept as this makes them.
const MASK: u8 = 0x5a;

/// Which of them may be found, and why; of the others, none.
const MAY_REMAIN: [(&str, &str); 2] = [
    (
        "token",
        "the Authorization line and the token answer, in buffers of hyper, rustls and tokio",
    ),
    (
        "assertion",
        "the form as it was sent, in buffers of hyper, rustls and tokio",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn keys_leave_nothing_behind_and_what_may_remain_is_listed() {
    let pki = TestPki::with_chain();
    let (signing, signing_pem) = SigningKey::generate("kid-1").unwrap();
    pki.write("signing-key.pem", &*signing_pem);
    pki.write(
        "chain.pem",
        pki.text("client-cert.pem") + &pki.text("intermediate.pem"),
    );
    pki.run("req -config openssl.cnf -new -key client-key.pem -subj /CN=localhost -addext subjectAltName=DNS:localhost -x509 -days 9 -out server.pem");
    let sandbox = Sandbox::builder()
        .trust_key("kid-1", signing.public_key_pem())
        .tls(server(&pki))
        .start()
        .await
        .unwrap();
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env("D1_TEST_FOLDER", pki.folder())
        .env("D1_TEST_BANKING", sandbox.banking_url())
        .env("D1_TEST_AUTH", sandbox.auth_url())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let found = tokio::task::spawn_blocking(move || {
        let mut told = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        assert!(
            told.any(|line| line.ends_with("dropped")),
            "the child made its calls"
        );
        let mut markers = child.stdin.take().unwrap();
        for (name, secret) in secrets(&pki, &sandbox) {
            let masked: String = secret.iter().map(|byte| format!("{:02x}", byte ^ MASK)).collect();
            writeln!(markers, "{name} {masked}").unwrap();
        }
        drop(markers);
        let found: BTreeMap<String, usize> = told
            .filter_map(|line| {
                let (name, count) = line.strip_prefix("found ")?.split_once(' ')?;
                Some((name.to_owned(), count.parse().unwrap()))
            })
            .collect();
        assert!(child.wait().unwrap().success());
        found
    });
    let found = found.await.unwrap();
    println!("found after everything was dropped: {found:?}");
    // What is held on purpose is found: the search works.
    assert!(found["control"] > 0, "{found:?}");
    for (name, count) in found.iter().filter(|(name, _)| *name != "control") {
        let reason = MAY_REMAIN.iter().find(|(may, _)| may == name);
        assert!(*count == 0 || reason.is_some(), "{name}: {count} in {found:?}");
    }
    assert_eq!(found.len(), 11, "{found:?}");
}

/// A server that shows a certificate for localhost, and lets in whom the intermediate has certified.
fn server(pki: &TestPki) -> Arc<ServerConfig> {
    let certificate = |name: &str| CertificateDer::from_pem_slice(&pki.read(name)).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(certificate("root.pem")).unwrap();
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients.unwrap())
        .with_single_cert(
            vec![certificate("server.pem")],
            PrivateKeyDer::from_pem_slice(&pki.read("client-key.pem")).unwrap(),
        );
    Arc::new(config.unwrap())
}

/// What must not be found, by name.
fn secrets(pki: &TestPki, sandbox: &Sandbox) -> Vec<(&'static str, Vec<u8>)> {
    let mut secrets = vec![("control", b"a-text-that-is-held-on-purpose".to_vec())];
    for (file, text, der, big, little) in [
        (
            "signing-key.pem",
            "signing-key-text",
            "signing-key-der",
            "signing-key-number",
            "signing-key-number-reversed",
        ),
        (
            "client-key.pem",
            "client-key-text",
            "client-key-der",
            "client-key-number",
            "client-key-number-reversed",
        ),
    ] {
        let pem = pki.text(file);
        let key = SecretKey::from_pkcs8_pem(&pem).unwrap().to_bytes();
        // The line that holds most of the private number.
        let line = pem.lines().nth(1).unwrap();
        secrets.push((text, line.as_bytes()[24..].to_vec()));
        secrets.push((der, [b"\x04\x20", &key[..16]].concat()));
        secrets.push((big, key.to_vec()));
        secrets.push((little, key.iter().rev().copied().collect()));
    }
    let requests = sandbox.requests();
    let form = requests
        .iter()
        .find(|request| request.path.ends_with("/oauth2/token"))
        .unwrap();
    let form = String::from_utf8(form.body.to_vec()).unwrap();
    secrets.push(("assertion", form.rsplit('.').next().unwrap().as_bytes().to_vec()));
    let token = requests
        .iter()
        .find_map(|request| request.header("authorization")?.strip_prefix("Bearer "));
    secrets.push(("token", token.unwrap().as_bytes().to_vec()));
    secrets
}

/// Makes a client of files, calls, drops everything, and searches its memory for what the arguments name.
#[test]
#[ignore = "the child of the test above"]
fn child() {
    let Ok(folder) = env::var("D1_TEST_FOLDER") else {
        return;
    };
    // On purpose, and not as a constant of the program.
    let held: String = ["a-text-that-is", "-held-on-purpose"].concat();
    calls(&folder);
    println!("\ndropped");
    let masked: Vec<(String, Vec<u8>)> = std::io::stdin()
        .lines()
        .map(|line| {
            let line = line.unwrap();
            let (name, masked) = line.split_once(' ').unwrap();
            let byte = |at: usize| u8::from_str_radix(&masked[at..at + 2], 16).unwrap();
            (name.to_owned(), (0..masked.len()).step_by(2).map(byte).collect())
        })
        .collect();
    let mut buffer = vec![0; 1 << 20];
    for (name, marker) in &masked {
        println!("found {name} {}", occurrences(marker, &mut buffer));
    }
    std::hint::black_box(held);
}

fn calls(folder: &str) {
    let of = |name: &str| env::var(name).unwrap();
    let path = |name: &str| format!("{folder}/{name}");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let client = Client::builder(IssuerId::new("is_sandbox").unwrap())
        .environment(Environment::custom(of("D1_TEST_BANKING"), of("D1_TEST_AUTH")).unwrap())
        .token_source(JwtBearer::new(
            SigningKey::from_file("kid-1", path("signing-key.pem")).unwrap(),
        ))
        .identity_files(path("chain.pem"), path("client-key.pem"))
        .add_root_pem(fs::read(path("server.pem")).unwrap())
        .no_proxy()
        .build()
        .unwrap();
    runtime.block_on(async {
        let consumer = client.consumer(ConsumerId::new("c-1f6e").unwrap());
        consumer.register().send().await.unwrap();
        consumer.cards().send().await.unwrap();
    });
    drop(client);
    drop(runtime);
}

/// How often the marker is in what this process can write to, the buffer apart.
fn occurrences(masked: &[u8], buffer: &mut [u8]) -> usize {
    let memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let own = buffer.as_ptr().addr()..buffer.as_ptr().addr() + buffer.len();
    let mut found = 0;
    for line in maps.lines().filter(|line| {
        line.split(' ')
            .nth(1)
            .is_some_and(|rights| rights.starts_with("rw"))
    }) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let mut at = usize::from_str_radix(from, 16).unwrap();
        let end = usize::from_str_radix(to, 16).unwrap();
        while at < end {
            if own.contains(&at) {
                at = own.end;
                continue;
            }
            let stop = if at < own.start { end.min(own.start) } else { end };
            let length = buffer.len().min(stop - at);
            if memory
                .read_exact_at(&mut buffer[..length], u64::try_from(at).unwrap())
                .is_ok()
            {
                let begin = masked[0] ^ MASK;
                found += buffer[..length]
                    .windows(masked.len())
                    .filter(|window| {
                        window[0] == begin
                            && window
                                .iter()
                                .zip(masked)
                                .all(|(byte, masked)| byte ^ MASK == *masked)
                    })
                    .count();
            }
            // Chunks overlap, so that nothing hides between two.
            at += if length < stop - at {
                length - masked.len() + 1
            } else {
                length
            };
        }
    }
    found
}
