//! Client certificate and signing key are replaced while calls are made, and no call fails.
#![cfg(all(unix, feature = "sandbox-tls", feature = "raw"))]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

#[path = "openssl/mutual.rs"]
mod mutual;
mod openssl;

use std::{fs, os::unix::fs::symlink};

use d1_client::{
    BuildError, Client, ConsumerId, Environment, IssuerId, JwtBearer, SigningKey, StaticToken,
    sandbox::{Endpoint, Sandbox, SandboxExt},
};
use futures::{StreamExt, stream};
use openssl::TestPki;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio::sync::watch;

const CALLS: usize = 2_000;
const IN_FLIGHT: usize = 32;

/// Makes `client.pem` (with its chain) and `client.key` anew, and tells the certificate.
fn new_pair(pki: &TestPki) -> Vec<u8> {
    pki.p256("client-key.pem");
    pki.certify("client", "client-cert.pem", "-days 9");
    CertificateDer::from_pem_slice(&pki.read("client-cert.pem"))
        .unwrap()
        .to_vec()
}

fn chain(pki: &TestPki) -> String {
    pki.text("client-cert.pem") + &pki.text("intermediate.pem")
}

/// Puts a file in place of another, whole.
fn rename(pki: &TestPki, name: &str, content: &str) {
    pki.write("being-written", content);
    fs::rename(pki.path("being-written"), pki.path(name)).unwrap();
}

/// A version of a secret as Kubernetes mounts it: links to `..data/…`, itself a link that is swapped.
fn swap(pki: &TestPki, version: usize, files: &[(&str, &str)]) {
    let folder = format!("..version-{version}");
    fs::create_dir(pki.path(&folder)).unwrap();
    for (name, content) in files {
        fs::write(pki.path(&folder).join(name), content).unwrap();
        if fs::symlink_metadata(pki.path(name)).is_ok_and(|file| !file.is_symlink()) {
            fs::remove_file(pki.path(name)).unwrap();
        }
        let _ = symlink(format!("..data/{name}"), pki.path(name));
    }
    symlink(folder, pki.path("..data-new")).unwrap();
    fs::rename(pki.path("..data-new"), pki.path("..data")).unwrap();
}

fn client(pki: &TestPki, sandbox: &Sandbox) -> Client {
    let key = SigningKey::from_files(pki.path("kid"), pki.path("signing.key")).unwrap();
    sandbox
        .client_builder()
        .token_source(JwtBearer::new(key))
        .identity_files(pki.path("client.pem"), pki.path("client.key"))
        .trust_only_pem(pki.read("root.pem"))
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_calls_go_on_while_certificate_and_key_are_replaced_three_times() {
    let pki = TestPki::with_chain();
    let mut certificate = new_pair(&pki);
    let (mut signing, signing_pem) = SigningKey::generate("kid-0").unwrap();
    for (name, content) in [
        ("client.pem", &*chain(&pki)),
        ("client.key", &pki.text("client-key.pem")),
        ("signing.key", &signing_pem),
        ("kid", "kid-0\n"),
    ] {
        pki.write(name, content);
    }
    let trusting = Sandbox::builder().trust_key("kid-0", signing.public_key_pem());
    let (sandbox, shown) = mutual::start(&pki, trusting).await;
    let d1 = client(&pki, &sandbox);
    let calls = Calls::default();
    let (caller, counted) = (d1.clone(), calls.clone());
    let load = stream::iter(0..CALLS)
        .map(move |number| {
            let (d1, calls) = (caller.clone(), counted.clone());
            tokio::spawn(async move {
                let round = calls.begin(number).await;
                let consumer = d1.consumer(ConsumerId::new(format!("c-{}", number % 7)).unwrap());
                let result = consumer.register().send().await;
                calls.end(round);
                result.map(|_| ())
            })
        })
        .buffer_unordered(IN_FLIGHT)
        .map(Result::unwrap)
        .collect::<Vec<_>>();
    let load = tokio::spawn(load);

    // What was shown first, before anything was replaced.
    let mut expected = vec![(0, certificate.clone())];
    for round in 1..=3 {
        calls.until(|progress| progress.ended >= round * CALLS / 4).await;
        let kid = format!("kid-{round}");
        let (next, signing_pem) = SigningKey::generate(&kid).unwrap();
        let next_certificate = new_pair(&pki);
        let (chain, key) = (chain(&pki), pki.text("client-key.pem"));
        sandbox.set_key(&kid, &*next.public_key_pem());
        if round == 2 {
            let files = [
                ("client.pem", &*chain),
                ("client.key", &key),
                ("signing.key", &signing_pem),
                ("kid", &kid),
            ];
            swap(&pki, round, &files);
        } else {
            // Between these, the pair does not fit; and it is half-written for a while.
            rename(&pki, "client.pem", &chain[..chain.len() / 2]);
            assert!(matches!(
                d1.reload_identity().await,
                Err(BuildError::Identity { .. })
            ));
            rename(&pki, "client.pem", &chain);
            assert!(matches!(
                d1.reload_identity().await,
                Err(BuildError::Identity { .. })
            ));
            rename(&pki, "client.key", &key);
            rename(&pki, "signing.key", &signing_pem);
            rename(&pki, "kid", &kid);
        }
        assert!(
            d1.reload_identity().await.unwrap(),
            "another certificate is in use"
        );
        assert!(!d1.reload_identity().await.unwrap(), "and stays so");
        // Calls that began before may still shake hands with the old one; none that begins from now on.
        calls.next_round();
        calls
            .until(|progress| progress.in_flight[..round].iter().sum::<usize>() == 0)
            .await;
        expected.push((shown.count(), next_certificate.clone()));
        // From this moment on the old key is refused, and so is every token it brought.
        sandbox.set_key(signing_kid(&signing), None);
        sandbox.revoke_tokens();
        let old = JwtBearer::new(std::mem::replace(&mut signing, next));
        certificate = next_certificate;
        let stale = sandbox
            .client_builder()
            .token_source(old)
            .identity_files(pki.path("client.pem"), pki.path("client.key"))
            .trust_only_pem(pki.read("root.pem"))
            .build()
            .unwrap();
        let consumer = stale.consumer(ConsumerId::new("c-stale").unwrap());
        let error = consumer.register().send().await.unwrap_err();
        let code = error.token_error().and_then(|error| error.code());
        assert_eq!(code, Some("invalid_grant"), "{error}");
    }

    let failed: Vec<_> = load.await.unwrap().into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{} failed: {:?}", failed.len(), failed.first());
    for (round, (from, certificate)) in expected.iter().enumerate() {
        let until = expected.get(round + 1).map_or(shown.count(), |(next, _)| *next);
        let all = &shown.since(*from)[..until - from];
        // Before the moment from which a certificate is the only one, its predecessor may still be shown.
        let successor = expected.get(round + 1).map(|(_, next)| next);
        assert!(
            all.iter().all(|one| one == certificate || Some(one) == successor),
            "round {round}"
        );
    }
    assert!(
        expected
            .iter()
            .all(|(_, certificate)| shown.since(0).contains(certificate)),
        "each was shown"
    );
    assert_eq!(shown.since(0).last(), Some(&certificate));
    let credentials = d1.credentials();
    assert_eq!(credentials.key_id.as_deref(), Some("kid-3"));
    assert!(credentials.last_refresh_error.is_none() && credentials.token_expires_at.is_some());
    assert!(
        sandbox
            .requests()
            .iter()
            .any(|request| request.endpoint == Some(Endpoint::Register))
    );
}

/// How far the load is.
#[derive(Clone)]
struct Calls(watch::Sender<Progress>);

#[derive(Default)]
struct Progress {
    round: usize,
    ended: usize,
    /// By the round in which they began.
    in_flight: [usize; 4],
}

impl Default for Calls {
    fn default() -> Self {
        Self(watch::channel(Progress::default()).0)
    }
}

impl Calls {
    /// Waits where all others could be made before a round is over: there are calls in each.
    async fn begin(&self, number: usize) -> usize {
        self.until(|progress| number < (progress.round + 2) * CALLS / 4 - CALLS / 20)
            .await;
        let mut round = 0;
        self.0.send_modify(|progress| {
            round = progress.round;
            progress.in_flight[round] += 1;
        });
        round
    }

    fn end(&self, round: usize) {
        self.0.send_modify(|progress| {
            progress.in_flight[round] -= 1;
            progress.ended += 1;
        });
    }

    fn next_round(&self) {
        self.0.send_modify(|progress| progress.round += 1);
    }

    async fn until(&self, reached: impl FnMut(&Progress) -> bool) {
        self.0.subscribe().wait_for(reached).await.unwrap();
    }
}

fn signing_kid(key: &SigningKey) -> String {
    use d1_client::auth::Signer as _;
    key.kid().to_owned()
}

#[tokio::test]
async fn a_pair_that_cannot_be_used_leaves_the_last_good_one() {
    let pki = TestPki::with_chain();
    new_pair(&pki);
    pki.write("client.pem", chain(&pki));
    pki.write("client.key", pki.read("client-key.pem"));
    let (sandbox, shown) = mutual::start(&pki, Sandbox::builder()).await;
    let d1 = sandbox
        .client_builder()
        .identity_files(pki.path("client.pem"), pki.path("client.key"))
        .trust_only_pem(pki.read("root.pem"))
        .build()
        .unwrap();
    let call = || async {
        d1.consumer(ConsumerId::new("c-1").unwrap())
            .register()
            .send()
            .await
            .unwrap()
    };
    call().await;
    let (good, key) = (chain(&pki), pki.text("client-key.pem"));
    let old = d1.credentials().certificate.unwrap();
    pki.certify(
        "client",
        "client-cert.pem",
        "-startdate 20200101000000Z -enddate 20210101000000Z",
    );
    let expired = chain(&pki);
    pki.certify(
        "client",
        "client-cert.pem",
        "-startdate 20700101000000Z -enddate 20710101000000Z",
    );
    let early = chain(&pki);
    new_pair(&pki);
    for (certificates, why) in [
        (String::new(), "the PEM contains no CERTIFICATE"),
        (good[..good.len() / 3].to_owned(), "cut off"),
        (chain(&pki), "the private key does not belong"),
        (expired, "it has expired on 2021-01-01"),
        (early, "it is not valid before 2070-01-01"),
    ] {
        rename(&pki, "client.pem", &certificates);
        let error = d1.reload_identity().await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        assert_eq!(d1.credentials().certificate.as_ref(), Some(&old));
        call().await;
    }
    // Cut off between two blocks, which nothing tells from a file that is whole: but there was more.
    let leaf = good
        .split_inclusive("-----END CERTIFICATE-----\n")
        .next()
        .unwrap();
    rename(&pki, "client.pem", leaf);
    let error = d1.reload_identity().await.unwrap_err().to_string();
    assert!(
        error.contains("its chain is shorter than the one in use"),
        "{error}"
    );
    call().await;
    fs::remove_file(pki.path("client.key")).unwrap();
    let error = d1.reload_identity().await.unwrap_err().to_string();
    assert!(
        error.contains("client.key") && error.contains("not found"),
        "{error}"
    );
    call().await;
    // Good again, and the same: nothing is renewed.
    rename(&pki, "client.pem", &good);
    rename(&pki, "client.key", &key);
    assert!(!d1.reload_identity().await.unwrap());
    call().await;
    assert_eq!(shown.count(), 1, "one connection served all");

    // What is shorter on purpose stays so, and is used at the next look.
    rename(&pki, "client.pem", leaf);
    assert!(d1.reload_identity().await.is_err());
    assert!(d1.reload_identity().await.unwrap());

    // A client whose certificate came as a text has no files to look at.
    let fixed = sandbox
        .client_builder()
        .identity_pem(format!("{good}{key}"))
        .trust_only_pem(pki.read("root.pem"));
    assert!(!fixed.build().unwrap().reload_identity().await.unwrap());
}

/// Answers 204 to everything behind mutual TLS, and tells how many connections were closed by the client.
async fn closing(pki: &TestPki) -> (String, watch::Receiver<usize>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    pki.p256("server-key.pem");
    pki.certify_server("server");
    let acceptor = tokio_rustls::TlsAcceptor::from(mutual::config(pki).0);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let (closed, watching) = watch::channel(0);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, closed) = (acceptor.clone(), closed.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.unwrap();
                let mut request = Vec::new();
                while stream.read_buf(&mut request).await.is_ok_and(|length| length > 0) {
                    if request.ends_with(b"{}") {
                        request.clear();
                        stream
                            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
                            .await
                            .unwrap();
                    }
                }
                closed.send_modify(|closed| *closed += 1);
            });
        }
    });
    (url, watching)
}

#[tokio::test]
async fn an_idle_connection_of_the_old_certificate_is_closed_at_once() {
    let pki = TestPki::with_chain();
    new_pair(&pki);
    pki.write("client.pem", chain(&pki));
    let (url, mut closed) = closing(&pki).await;
    let d1 = Client::builder(IssuerId::new("is_example").unwrap())
        .environment(Environment::custom(&url, &url).unwrap())
        .token_source(StaticToken::new("t0ken"))
        .identity_files(pki.path("client.pem"), pki.path("client-key.pem"))
        .trust_only_pem(pki.read("root.pem"))
        .no_proxy()
        .build()
        .unwrap();
    // As a caller may keep it.
    let raw = d1.raw();
    let call = || async {
        d1.consumer(ConsumerId::new("c-1").unwrap())
            .register()
            .send()
            .await
            .unwrap()
    };
    call().await;
    call().await;
    assert_eq!(*closed.borrow(), 0);
    pki.certify("client", "client-cert.pem", "-days 8");
    rename(&pki, "client.pem", &chain(&pki));
    assert!(d1.reload_identity().await.unwrap());
    closed.wait_for(|closed| *closed == 1).await.unwrap();
    call().await;
    drop(raw);
}
