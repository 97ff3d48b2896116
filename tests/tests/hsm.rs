//! The recipe for an HSM, with SoftHSM: the key is made on the token and cannot leave it, and the sandbox verifies what it signs.
//!
//! `D1_SOFTHSM` names `libsofthsm2.so`; without it nothing is tested. SoftHSM finds its tokens by a variable of the process, so
//! each test is run in a process of its own.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

#[path = "../../d1-client/src/guide/cookbook/pkcs11.rs"]
mod recipe;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    mechanism::Mechanism,
    object::{Attribute, AttributeType, KeyType},
    session::UserType,
    types::AuthPin,
};
use d1_client::{Client, ConsumerId, Environment, ErrorKind, IssuerId, JwtBearer, sandbox::Sandbox};
use p256::pkcs8::{EncodePublicKey, LineEnding};
use recipe::HsmSigner;

const KID: &str = "kid-hsm";
const PIN: &str = "a pin of the test";
/// DER of the curve's name, 1.2.840.10045.3.1.7.
const P256: &[u8] = &[0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

fn pin() -> AuthPin {
    PIN.into()
}

/// Runs a test again, in a process that has an empty SoftHSM.
fn with_tokens_of_its_own(test: &str) {
    let Some(module) = env::var_os("D1_SOFTHSM") else {
        eprintln!("skipped: D1_SOFTHSM is not set");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let configuration = folder.path().join("softhsm2.conf");
    let tokens = format!("directories.tokendir = {}\n", folder.path().display());
    fs::write(&configuration, tokens).unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", test])
        .env("SOFTHSM2_CONF", configuration)
        .env("D1_SOFTHSM_TEST", module)
        .output()
        .unwrap();
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
    assert!(!told.contains(PIN));
}

/// The module, in the process of [`with_tokens_of_its_own`].
fn module() -> Option<PathBuf> {
    env::var_os("D1_SOFTHSM_TEST").map(PathBuf::from)
}

/// A token with a new key. Returns the public one.
fn make_token(module: &Path) -> String {
    let hsm = Pkcs11::new(module).unwrap();
    hsm.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
        .unwrap();
    let free = hsm.get_slots_with_token().unwrap().remove(0);
    hsm.init_token(free, &pin(), "d1").unwrap();
    let slot = hsm.get_slots_with_initialized_token().unwrap().remove(0);
    let session = hsm.open_rw_session(slot).unwrap();
    session.login(UserType::So, Some(&pin())).unwrap();
    session.init_pin(&pin()).unwrap();
    session.logout().unwrap();
    session.login(UserType::User, Some(&pin())).unwrap();
    let label = || Attribute::Label(KID.into());
    let public = [
        Attribute::Token(true),
        Attribute::KeyType(KeyType::EC),
        Attribute::EcParams(P256.to_vec()),
        Attribute::Verify(true),
        label(),
    ];
    let private = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        label(),
    ];
    let (public, private) = session
        .generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)
        .unwrap();
    let kept = session.get_attributes(private, &[AttributeType::Value]).unwrap();
    assert!(kept.is_empty(), "the private key leaves the token");
    let Attribute::EcPoint(point) = session
        .get_attributes(public, &[AttributeType::EcPoint])
        .unwrap()
        .remove(0)
    else {
        panic!("a public key is a point")
    };
    // The point is the content of an OCTET STRING of 65 bytes.
    let [0x04, 65, point @ ..] = &point[..] else {
        panic!("an OCTET STRING")
    };
    let key = p256::PublicKey::from_sec1_bytes(point).unwrap();
    drop(session);
    hsm.finalize().unwrap();
    key.to_public_key_pem(LineEnding::LF).unwrap()
}

fn client(sandbox: &Sandbox, signer: HsmSigner) -> Client {
    Client::builder(IssuerId::new(sandbox.issuer_id()).unwrap())
        .environment(Environment::custom(sandbox.banking_url(), sandbox.auth_url()).unwrap())
        .token_source(JwtBearer::new(signer))
        .no_proxy()
        .build()
        .unwrap()
}

#[test]
fn what_the_hsm_signs_is_verified() {
    with_tokens_of_its_own("signs");
}

#[tokio::test]
#[ignore = "what_the_hsm_signs_is_verified runs it"]
async fn signs() {
    let Some(module) = module() else { return };
    let key = make_token(&module);
    let sandbox = Sandbox::builder().trust_key(KID, key).start().await.unwrap();
    let d1 = client(&sandbox, HsmSigner::open(&module, "d1", pin(), KID).unwrap());
    let id = ConsumerId::new("c-1f6e").unwrap();
    // Each with a token of its own, so with a signature of its own; one in 256 has a leading zero.
    for _ in 0..3 {
        d1.consumer(id.clone()).register().send().await.unwrap();
        sandbox.revoke_tokens();
    }
    assert!(sandbox.consumer("c-1f6e").is_some());
}

#[test]
fn another_key_than_the_registered_one_is_refused() {
    with_tokens_of_its_own("signs_with_another_key");
}

#[tokio::test]
#[ignore = "another_key_than_the_registered_one_is_refused runs it"]
async fn signs_with_another_key() {
    let Some(module) = module() else { return };
    make_token(&module);
    let another = rcgen::KeyPair::generate().unwrap().public_key_pem();
    let sandbox = Sandbox::builder().trust_key(KID, another).start().await.unwrap();
    let d1 = client(&sandbox, HsmSigner::open(&module, "d1", pin(), KID).unwrap());
    let id = ConsumerId::new("c-1f6e").unwrap();
    let error = d1.consumer(id).register().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
}
