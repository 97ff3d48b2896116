//! Signing keys from files as OpenSSL writes them; what is said of what is none; and how they change while the process runs.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod openssl;
mod token_endpoint;

use std::{fs, sync::Mutex, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use d1_client::auth::{
    AccessToken, JwtBearer, KeyError, Signer as _, SigningKey, TokenError, TokenRequest, TokenSource as _,
    signature_from_der,
};
use openssl::TestPki;
use p256::ecdsa::Signature;
use serde_json::Value;
use token_endpoint::{Answer, Received, TokenEndpoint, hold_clock, status, token};
use tokio::time::advance;

fn refusal(pem: impl AsRef<[u8]>) -> String {
    let text = String::from_utf8_lossy(pem.as_ref()).into_owned();
    let error = SigningKey::from_pem("kid-1", pem.as_ref()).unwrap_err();
    let said = format!("{error} {error:?}");
    for line in text
        .lines()
        .filter(|line| line.len() > 15 && !line.starts_with("-----"))
    {
        assert!(!said.contains(line), "{said}");
    }
    error.to_string()
}

#[tokio::test]
async fn openssl_verifies_what_is_signed_with_its_keys_in_every_shape() {
    let pki = TestPki::with_chain();
    pki.run("ec -in client-key.pem -out sec1.pem");
    pki.run("ec -in client-key.pem -no_public -out bare.pem");
    pki.run("ec -in client-key.pem -conv_form compressed -out compressed.pem");
    pki.run("ecparam -name prime256v1 -genkey -out with-parameters.pem");
    pki.run("pkey -in client-key.pem -pubout -out public.pem");
    pki.run("pkcs12 -export -in client-cert.pem -inkey client-key.pem -passout pass: -out all.p12");
    pki.run("pkcs12 -in all.p12 -passin pass: -nodes -out bag.pem");
    let pkcs8 = pki.text("client-key.pem");
    for (name, pem) in [
        ("PKCS#8", pkcs8.clone().into_bytes()),
        ("SEC1", pki.read("sec1.pem")),
        ("SEC1 without its public half", pki.read("bare.pem")),
        ("SEC1 with a compressed public half", pki.read("compressed.pem")),
        ("with its certificate and bag attributes", pki.read("bag.pem")),
        (
            "with its public half",
            [pki.read("public.pem"), pki.read("client-key.pem")].concat(),
        ),
        (
            "with a byte order mark",
            [b"\xef\xbb\xbf", pkcs8.as_bytes()].concat(),
        ),
        ("with CR", pkcs8.replace('\n', "\r").into_bytes()),
        ("with a trailing NUL", format!("{pkcs8}\0").into_bytes()),
        ("in one line", pkcs8.replace('\n', " ").into_bytes()),
    ] {
        // ring wants both halves, and the public one not compressed.
        let halved = name.starts_with("SEC1 with");
        if halved && !cfg!(feature = "aws-lc-rs") {
            assert_eq!(
                SigningKey::from_pem("kid-1", &pem).unwrap_err(),
                KeyError::NoPublicHalf
            );
            pki.write("signing-key.pem", &pem);
            pki.run("ec -in signing-key.pem -conv_form uncompressed -out whole.pem");
            assert!(SigningKey::from_file("kid-1", pki.path("whole.pem")).is_ok());
            continue;
        }
        let key = SigningKey::from_pem("kid-1", &pem).unwrap_or_else(|error| panic!("{name}: {error}"));
        let signature = Signature::from_slice(&key.sign(b"message").await.unwrap()).unwrap();
        assert_eq!(
            signature_from_der(signature.to_der().as_bytes()).unwrap(),
            *signature.to_bytes(),
            "{name}"
        );
        pki.write("signature", signature.to_der().as_bytes());
        pki.write("message", "message");
        pki.write("told.pem", key.public_key_pem());
        assert_eq!(key.public_key_pem(), pki.text("public.pem"), "{name}");
        pki.run("dgst -sha256 -verify told.pem -signature signature message");
    }
    assert!(SigningKey::from_file("kid-1", pki.path("with-parameters.pem")).is_ok());
}

#[tokio::test]
async fn openssl_takes_the_key_that_is_made_here() {
    let pki = TestPki::new();
    let (key, pem) = SigningKey::generate("kid-1").unwrap();
    pki.write("made.pem", &*pem);
    assert_eq!(pki.run("pkey -in made.pem -pubout"), key.public_key_pem());
    assert!(pki.run("pkey -in made.pem -noout -text").contains("prime256v1"));
    let again = SigningKey::from_pem("kid-1", &pem).unwrap();
    assert_eq!(again.public_key_pem(), key.public_key_pem());
    assert_ne!(SigningKey::generate("kid-1").unwrap().1, pem);
    for kid in ["", "a b"] {
        assert!(SigningKey::generate(kid).is_err());
    }
}

#[test]
fn what_is_no_signing_key_has_its_own_sentence_and_a_command_that_mends_it() {
    let pki = TestPki::with_chain();
    pki.run("ec -in client-key.pem -aes256 -passout pass:secret -out traditional.pem");
    pki.run("pkcs8 -topk8 -in client-key.pem -passout pass:secret -out encrypted.pem");
    pki.run("pkey -in client-key.pem -outform DER -out key.der");
    pki.run("pkcs8 -topk8 -in client-key.pem -passout pass:secret -outform DER -out encrypted.der");
    pki.run("pkey -in client-key.pem -ec_param_enc explicit -out explicit.pem");
    pki.run("pkcs12 -export -in client-cert.pem -inkey client-key.pem -passout pass:secret -out all.p12");
    pki.run("pkey -in client-key.pem -pubout -out public.pem");
    pki.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out k1.pem");
    pki.run("ec -in k1.pem -out k1-sec1.pem");
    pki.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.pem");
    pki.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem");
    pki.run("rsa -in rsa.pem -traditional -out pkcs1.pem");
    pki.run("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.pem");
    pki.run("genpkey -algorithm ED25519 -out ed25519.pem");
    pki.write(
        "openssh.pem",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nYQ==\n-----END OPENSSH PRIVATE KEY-----\n",
    );
    pki.write("putty.ppk", "PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\n");
    pki.write("jwk.json", r#"{"kty":"EC","crv":"P-256","d":"AAAAAAAAAAAAAAAA"}"#);
    let make = Some("signing-key.pem");
    for (file, sentence, named, mends) in [
        (
            "traditional.pem",
            "an encrypted private key (",
            "signing-key.pem",
            Some("decrypted.pem"),
        ),
        (
            "encrypted.pem",
            "an encrypted private key (",
            "signing-key.pem",
            Some("decrypted.pem"),
        ),
        ("key.der", "a private key in DER form: ", "signing-key.der", make),
        (
            "encrypted.der",
            "an encrypted private key in DER form: ",
            "signing-key.der",
            make,
        ),
        (
            "explicit.pem",
            "an EC key with explicit curve parameters: ",
            "signing-key.pem",
            Some("named.pem"),
        ),
        ("all.p12", "a PKCS#12 file: ", "signing-key.p12", make),
        ("k1.pem", "a secp256k1 key: ", "unused", make),
        ("k1-sec1.pem", "a secp256k1 key: ", "unused", make),
        ("p384.pem", "a P-384 key: ", "unused", make),
        ("rsa.pem", "an RSA private key: ", "unused", make),
        ("pkcs1.pem", "an RSA private key: ", "unused", make),
        ("pss.pem", "an RSA-PSS private key: ", "unused", make),
        ("ed25519.pem", "an Ed25519 key: ", "unused", make),
        ("client-cert.pem", "a certificate: ", "unused", make),
        ("client.csr", "a certificate request: ", "unused", make),
        ("putty.ppk", "a PuTTY private key: ", "unused", make),
        ("jwk.json", "a JSON Web Key: ", "unused", make),
        ("public.pem", "a public key: ", "", None),
        ("openssh.pem", "an OpenSSH private key: ", "", None),
    ] {
        let error = refusal(pki.read(file));
        assert!(error.starts_with(&format!("this is {sentence}")), "{error}");
        assert!(error.contains("openssl ") && !error.contains('\n'), "{error}");
        let Some(mended) = mends else { continue };
        let other = tempfile::tempdir().unwrap();
        fs::copy(pki.path(file), other.path().join(named)).unwrap();
        let command = error.split_once("openssl ").unwrap().1.trim_end_matches(')');
        let command = command.split_once(';').map_or(command, |(first, _)| first);
        let passphrase = if error.contains("crypt") || error.contains("PKCS#12") {
            "-passin pass:secret"
        } else {
            ""
        };
        pki.shell(&format!(
            "cd {} && openssl {command} {passphrase}",
            other.path().display()
        ));
        let result = SigningKey::from_file("kid-1", other.path().join(mended));
        assert!(result.is_ok(), "{command}: {:?}", result.err());
    }
}

#[test]
fn what_stands_beside_a_signing_key_is_accounted_for() {
    let pki = TestPki::with_chain();
    let key = pki.text("client-key.pem");
    let certificate = pki.text("client-cert.pem");
    for (beside, why) in [
        (certificate.replace("-----END", "--END"), "PEM block 2 (line "),
        (certificate.replace("MII", "*"), "PEM block 2 (line "),
        (
            pki.text("client.csr"),
            "PEM block 2 (line 6) is a certificate request: leave only the signing key",
        ),
        (key.replace("-----BEGIN", "----BEGIN"), "PEM block 2 (line "),
    ] {
        let error = refusal(format!("{key}{beside}"));
        assert!(error.starts_with(why), "{error}");
    }
}

#[test]
fn a_key_id_is_visible_ascii_without_what_stands_at_its_end() {
    let (_, pem) = SigningKey::generate("x").unwrap();
    for kid in [
        "kid-1",
        "kid-1\n",
        "kid-1\r\n",
        "kid-1 \t",
        "kid-1\u{a0}\u{2003}\n",
    ] {
        assert_eq!(SigningKey::from_pem(kid, &pem).unwrap().kid(), "kid-1");
    }
    for kid in ["", "\n", " ", "\u{a0}"] {
        assert_eq!(
            SigningKey::from_pem(kid, &pem).unwrap_err(),
            KeyError::NoKeyId,
            "{kid:?}"
        );
    }
    for kid in [
        "kid-1\0",
        "\nkid-1",
        " kid-1",
        "kid 1",
        "kid\r\nx",
        "\u{feff}kid",
        "kid\u{202e}",
        "kïd",
        "kid\u{7f}",
        "kid\u{200b}",
    ] {
        assert_eq!(
            SigningKey::from_pem(kid, &pem).unwrap_err(),
            KeyError::KeyId,
            "{kid:?}"
        );
    }
}

#[test]
fn who_signs_for_whom_is_checked_when_a_client_is_built() {
    use d1_client::{Client, Environment, IssuerId, StaticToken, auth::TokenSource};

    let build = |source: Box<dyn TokenSource>| {
        let builder = Client::builder(IssuerId::new("is_example").unwrap());
        let builder = builder
            .environment(Environment::Staging)
            .without_client_certificate();
        builder
            .token_source(source)
            .build()
            .err()
            .map(|error| error.to_string())
    };
    let bearer = || JwtBearer::new(SigningKey::generate("kid-1").unwrap().0);
    for id in ["ag_example", "ag_example\n", "ag_example \r\n"] {
        assert_eq!(build(Box::new(bearer().aggregator_id(id).audience(id))), None);
    }
    for id in ["", "\n", "ag\0", "ag example", "ag\r\nx", "\u{202e}ag"] {
        let error = build(Box::new(bearer().aggregator_id(id))).unwrap();
        assert!(
            error.starts_with("the token source: the aggregator id is empty, or holds"),
            "{error}"
        );
        let error = build(Box::new(bearer().audience(id))).unwrap();
        assert!(
            error.starts_with("the token source: the audience is empty, or holds"),
            "{error}"
        );
    }
    let error = build(Box::new(StaticToken::new("t0ken\n"))).unwrap();
    assert!(
        error.starts_with("the token source: ") && !error.contains("t0ken"),
        "{error}"
    );
}

/// Whose assertions an endpoint believes.
struct Trust(Mutex<Vec<(String, String)>>);

impl Trust {
    fn only(&self, keys: &[&SigningKey]) {
        *self.0.lock().unwrap() = keys
            .iter()
            .map(|key| (key.kid().to_owned(), key.public_key_pem()))
            .collect();
    }

    fn believes(&self, received: &Received) -> bool {
        let kid = kid(received);
        let known = self.0.lock().unwrap();
        known
            .iter()
            .any(|(known, pem)| *known == kid && received.verified(pem).is_some())
    }
}

fn kid(received: &Received) -> String {
    let header = URL_SAFE_NO_PAD
        .decode(received.assertion().split('.').next().unwrap())
        .unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

fn kids(endpoint: &TokenEndpoint) -> Vec<String> {
    endpoint.received().iter().map(kid).collect()
}

async fn believing(trust: &'static Trust) -> (TokenEndpoint, TokenRequest) {
    let endpoint = TokenEndpoint::start(move |number, received| -> Answer {
        if trust.believes(received) {
            token(&format!("token-{number}"), 900)
        } else {
            status(400, "", r#"{"error":"invalid_grant"}"#)
        }
    });
    let endpoint = endpoint.await;
    let request = endpoint.request();
    (endpoint, request)
}

fn nobody() -> &'static Trust {
    Box::leak(Box::new(Trust(Mutex::default())))
}

/// Writes beside, and renames: no moment at which a half is seen.
fn replace(path: &std::path::Path, content: &str) {
    let beside = path.with_extension("new");
    fs::write(&beside, content).unwrap();
    fs::rename(beside, path).unwrap();
}

async fn fetch(source: &JwtBearer, request: &TokenRequest) -> Result<AccessToken, TokenError> {
    source.fetch(request).await
}

#[tokio::test]
async fn a_key_file_that_was_replaced_signs_the_next_assertion() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signing-key.pem");
    let ((first, first_pem), (second, second_pem)) = (
        SigningKey::generate("kid-1").unwrap(),
        SigningKey::generate("kid-1").unwrap(),
    );
    replace(&path, &first_pem);
    let trust = nobody();
    trust.only(&[&first]);
    let (endpoint, request) = believing(trust).await;
    let source = JwtBearer::new(SigningKey::from_file("kid-1", &path).unwrap());
    fetch(&source, &request).await.unwrap();

    // Half-written, gone, of another kind: the last good one goes on.
    for broken in [
        &second_pem[..second_pem.len() / 2],
        "",
        "-----BEGIN PUBLIC KEY-----\nYQ==\n-----END PUBLIC KEY-----",
    ] {
        replace(&path, broken);
        fetch(&source, &request).await.unwrap();
    }
    fs::remove_file(&path).unwrap();
    fetch(&source, &request).await.unwrap();

    replace(&path, &second_pem);
    trust.only(&[&second]);
    fetch(&source, &request).await.unwrap();
    assert_eq!(endpoint.count(), 6, "each was believed at once");
}

#[tokio::test]
async fn a_key_that_d1_does_not_know_yet_is_followed_by_the_one_it_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signing-key.pem");
    let ((first, first_pem), (second, second_pem)) = (
        SigningKey::generate("kid-1").unwrap(),
        SigningKey::generate("kid-1").unwrap(),
    );
    replace(&path, &first_pem);
    let trust = nobody();
    trust.only(&[&first]);
    let (endpoint, request) = believing(trust).await;
    let source = JwtBearer::new(SigningKey::from_file("kid-1", &path).unwrap());
    fetch(&source, &request).await.unwrap();

    // The file is replaced before the vendor has registered the new key.
    replace(&path, &second_pem);
    fetch(&source, &request).await.unwrap();
    fetch(&source, &request).await.unwrap();
    assert_eq!(
        endpoint.count(),
        5,
        "the new one is tried each time, then the old"
    );

    trust.only(&[&second]);
    fetch(&source, &request).await.unwrap();
    assert_eq!(endpoint.count(), 6);
}

#[tokio::test]
async fn a_refusal_of_a_key_that_is_no_longer_in_use_says_nothing_of_the_one_that_is() {
    use d1_client::auth::Signer;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (_, first_pem) = SigningKey::generate("kid-1").unwrap();
    let (_, second_pem) = SigningKey::generate("kid-2").unwrap();
    replace(&path("key.pem"), &first_pem);
    replace(&path("kid"), "kid-1");
    let key = SigningKey::from_files(path("kid"), path("key.pem")).unwrap();
    let old = key.next_signer(None).await.unwrap();
    replace(&path("key.pem"), &second_pem);
    replace(&path("kid"), "kid-2");
    let new = key.next_signer(None).await.unwrap();
    assert_eq!((old.kid(), new.kid()), ("kid-1", "kid-2"));
    let next = key.next_signer(Some("kid-1")).await.unwrap();
    assert_eq!(
        next.kid(),
        "kid-2",
        "what was signed with the old one goes on with the new one"
    );
}

#[tokio::test]
async fn a_key_id_changes_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let ((first, first_pem), (second, second_pem)) = (
        SigningKey::generate("kid-1").unwrap(),
        SigningKey::generate("kid-2").unwrap(),
    );
    // As Kubernetes mounts a secret: files are links into `..data`, itself a link that is swapped.
    for (version, kid, pem) in [("v1", "kid-1\n", &first_pem), ("v2", "kid-2\r\n", &second_pem)] {
        fs::create_dir(path(version)).unwrap();
        fs::write(path(version).join("kid"), kid).unwrap();
        fs::write(path(version).join("key.pem"), &**pem).unwrap();
    }
    let swap = |version: &str| {
        std::os::unix::fs::symlink(version, path("..tmp")).unwrap();
        fs::rename(path("..tmp"), path("..data")).unwrap();
    };
    swap("v1");
    for name in ["kid", "key.pem"] {
        std::os::unix::fs::symlink(format!("..data/{name}"), path(name)).unwrap();
    }
    let trust = nobody();
    trust.only(&[&first]);
    let (endpoint, request) = believing(trust).await;
    let source = JwtBearer::new(SigningKey::from_files(path("kid"), path("key.pem")).unwrap());
    fetch(&source, &request).await.unwrap();
    swap("v2");
    trust.only(&[&second]);
    fetch(&source, &request).await.unwrap();
    assert_eq!(kids(&endpoint), ["kid-1", "kid-2"]);

    fs::write(path("v2/kid"), "kid 2").unwrap();
    fetch(&source, &request).await.unwrap();
    assert_eq!(
        kids(&endpoint).last().unwrap(),
        "kid-2",
        "an id that is none leaves the last good pair"
    );
}

#[tokio::test(start_paused = true)]
async fn of_a_folder_the_newest_valid_key_signs_and_a_refused_one_is_followed_by_the_next_once() {
    let _clock = hold_clock();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let put = |kid: &str, age: u64| {
        let (key, pem) = SigningKey::generate(kid).unwrap();
        replace(&path(&format!("{kid}.pem")), &pem);
        let changed = std::time::SystemTime::now() - Duration::from_secs(age);
        fs::File::options()
            .append(true)
            .open(path(&format!("{kid}.pem")))
            .unwrap()
            .set_modified(changed)
            .unwrap();
        key
    };
    assert!(matches!(
        SigningKey::from_folder(folder.path()).unwrap_err(),
        KeyError::EmptyFolder(_)
    ));
    let old = put("z-old", 300);
    fs::write(path("broken.pem"), "-----BEGIN").unwrap();
    fs::write(path("README"), "not a key").unwrap();
    fs::write(path(".hidden.pem"), "not a key").unwrap();
    fs::create_dir(path("folder.pem")).unwrap();
    let trust = nobody();
    trust.only(&[&old]);
    let (endpoint, request) = believing(trust).await;
    let source = JwtBearer::new(SigningKey::from_folder(folder.path()).unwrap());
    fetch(&source, &request).await.unwrap();
    assert_eq!(kids(&endpoint), ["z-old"]);

    // The new one is there before the vendor knows it: refused once, and left alone for an hour.
    let new = put("a-new", 100);
    fetch(&source, &request).await.unwrap();
    fetch(&source, &request).await.unwrap();
    assert_eq!(kids(&endpoint)[1..], ["a-new", "z-old", "z-old"]);

    // From now on D1 knows the new one alone; the old one is refused, and the new one tried, though it rests.
    trust.only(&[&new]);
    fetch(&source, &request).await.unwrap();
    assert_eq!(kids(&endpoint)[4..], ["z-old", "a-new"]);
    advance(Duration::from_secs(3_601)).await;
    fetch(&source, &request).await.unwrap();
    assert_eq!(kids(&endpoint)[6..], ["a-new"]);

    // Nobody is known: two requests, and the refusal.
    trust.only(&[]);
    let error = fetch(&source, &request).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(400), Some("invalid_grant")));
    assert_eq!(kids(&endpoint)[7..], ["a-new", "z-old"]);

    // Of one second, as in a mounted secret, the last by name.
    for name in ["z-old.pem", "a-new.pem"] {
        fs::File::options()
            .append(true)
            .open(path(name))
            .unwrap()
            .set_modified(std::time::UNIX_EPOCH)
            .unwrap();
    }
    assert_eq!(SigningKey::from_folder(folder.path()).unwrap().kid(), "z-old");
}

#[tokio::test]
async fn a_single_key_that_is_refused_is_not_tried_again() {
    let (endpoint, request) = believing(nobody()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signing-key.pem");
    let (key, pem) = SigningKey::generate("kid-1").unwrap();
    replace(&path, &pem);
    for source in [
        JwtBearer::new(key),
        JwtBearer::new(SigningKey::from_file("kid-1", path).unwrap()),
    ] {
        fetch(&source, &request).await.unwrap_err();
    }
    assert_eq!(endpoint.count(), 2);
}

#[test]
fn a_key_file_that_cannot_be_read_is_named_with_its_path_and_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.pem");
    let shown = missing.display();
    assert_eq!(
        SigningKey::from_file("kid-1", &missing).unwrap_err().to_string(),
        format!("cannot read {shown}: entity not found")
    );
    assert_eq!(
        SigningKey::from_files(&missing, &missing)
            .unwrap_err()
            .to_string(),
        format!("cannot read {shown}: entity not found")
    );
    assert_eq!(
        SigningKey::from_folder(&missing).unwrap_err().to_string(),
        format!("cannot read {shown}: entity not found")
    );
    let error = SigningKey::from_file("kid-1", folder.path())
        .unwrap_err()
        .to_string();
    assert!(error.ends_with("is a directory"), "{error}");
}
