//! The doctor on what works, and on what is broken.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

#[path = "support/pki.rs"]
mod pki;
#[path = "doctor/proxy.rs"]
mod proxy;
mod support;

use std::net::TcpListener;

use d1_client::sandbox::{Endpoint, Fault, Sandbox};
use pki::Authority;
use serde_json::Value;
use support::{Ended, Folder, run};

/// A check's status, detail and remedy.
#[track_caller]
fn check<'a>(json: &'a Value, name: &str) -> (&'a str, &'a str, &'a str) {
    let checks = json["checks"].as_array().unwrap();
    let found = checks
        .iter()
        .find(|check| check["check"] == name)
        .unwrap_or_else(|| panic!("{name}: {json}"));
    let text = |key: &str| found[key].as_str().unwrap_or_default();
    (text("status"), text("detail"), text("remedy"))
}

/// What it says against a sandbox with these variables besides, and its exit code.
fn doctor(folder: &Folder, sandbox: &Sandbox, variables: &[(&str, &str)]) -> (Value, i32) {
    let mut command = folder.d1_on(sandbox, &["doctor", "--output", "json"]);
    command.envs(variables.iter().copied());
    let Ended { code, stdout, stderr } = run(command);
    assert!(!stdout.contains("PRIVATE KEY") && !stderr.contains("PRIVATE KEY"));
    (
        serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout} {stderr}")),
        code,
    )
}

struct Secured {
    folder: Folder,
    sandbox: Sandbox,
    authority: Authority,
}

impl Secured {
    /// A sandbox that demands a client certificate of its own authority, whose files are in the folder.
    async fn start() -> Self {
        let authority = Authority::new("Root");
        let sandbox = Sandbox::builder()
            .tls(authority.server("localhost", Some(&authority)))
            .start()
            .await
            .unwrap();
        let folder = Folder::new();
        folder.write("ca.pem", authority.pem());
        folder.write("client.pem", authority.issue("client").pem());
        Self {
            folder,
            sandbox,
            authority,
        }
    }

    fn doctor(&self, variables: &[(&str, &str)]) -> (Value, i32) {
        let all = [
            &[("D1_CA_FILE", "ca.pem"), ("D1_CLIENT_CERT_FILE", "client.pem")],
            variables,
        ]
        .concat();
        doctor(&self.folder, &self.sandbox, &all)
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_everybody_can_read_is_told() {
    use std::{fs, os::unix::fs::PermissionsExt as _};
    let secured = Secured::start().await;
    for (mode, is_told) in [(0o600, false), (0o640, false), (0o644, true)] {
        let files = ["signing-key.pem", "client.pem"];
        secured.folder.variables(&secured.sandbox);
        for name in files {
            fs::set_permissions(secured.folder.path(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        let (json, _) = secured.doctor(&[]);
        for name in ["signing key", "client certificate"] {
            let (status, detail, _) = check(&json, name);
            assert_eq!(
                (status, detail.contains("chmod 600")),
                ("ok", is_told),
                "{mode:o} {detail}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_well_with_a_sandbox() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    let ended = run(folder.d1_on(&sandbox, &["doctor"]));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert!(
        lines.iter().all(|line| line.starts_with("ok ")),
        "{}",
        ended.stdout
    );
    for name in [
        "configuration",
        "signing key",
        "DNS",
        "TCP",
        "clock",
        "token",
        "call",
    ] {
        assert!(
            lines.iter().any(|line| line.contains(name)),
            "{name}: {}",
            ended.stdout
        );
    }
    assert!(
        ended.stdout.contains("good for 900 s, scopes: d1"),
        "{}",
        ended.stdout
    );
    let (json, code) = doctor(&folder, &sandbox, &[]);
    assert_eq!((json["ok"].as_bool(), code), (Some(true), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_well_behind_mutual_tls() {
    let secured = Secured::start().await;
    let (json, code) = secured.doctor(&[]);
    assert_eq!(code, 0, "{json}");
    let (_, tls, _) = check(&json, "TLS");
    for said in [
        "TLS 1.3",
        "a certificate for localhost, signed by CN=Root",
        "asked for and taken",
    ] {
        assert!(tls.contains(said), "{tls}");
    }
    let (_, certificate, _) = check(&json, "client certificate");
    assert!(
        certificate.contains("days left") && certificate.contains("belongs to its key"),
        "{certificate}"
    );
    check(&json, "chain");
    check(&json, "authorities");
}

#[test]
fn what_is_not_set_is_told_at_once() {
    let folder = Folder::new();
    let ended = run(folder.d1(&["doctor", "--output", "json"]));
    let json = ended.json();
    let (status, detail, remedy) = check(&json, "configuration");
    assert_eq!((status, ended.code), ("failed", 2));
    for name in ["D1_ISSUER_ID", "D1_ENVIRONMENT", "D1_SIGNING_KEY_FILE"] {
        assert!(detail.contains(name), "{detail}");
    }
    assert!(remedy.contains("config init"), "{remedy}");
    folder.write("d1.toml", "nonsense");
    let ended = run(folder.d1(&["doctor", "--output", "json"]));
    assert_eq!(
        (ended.code, check(&ended.json(), "configuration").0),
        (2, "failed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_certificates_that_cannot_be_used_are_told_with_the_remedy() {
    let secured = Secured::start().await;
    let folder = &secured.folder;
    let p384 = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    folder.write("p384.pem", p384.serialize_pem());
    folder.write("expired.pem", secured.authority.issue_until("client", 2024).pem());
    let (one, other) = (secured.authority.issue("one"), secured.authority.issue("other"));
    folder.write(
        "other-key.pem",
        one.certificate.pem() + &other.key.serialize_pem(),
    );
    for (variable, file, name, said) in [
        ("D1_SIGNING_KEY_FILE", "p384.pem", "signing key", "P-256"),
        (
            "D1_SIGNING_KEY_FILE",
            "none.pem",
            "signing key",
            "cannot read none.pem",
        ),
        (
            "D1_CLIENT_CERT_FILE",
            "expired.pem",
            "client certificate",
            "expired on",
        ),
        (
            "D1_CLIENT_CERT_FILE",
            "other-key.pem",
            "client certificate",
            "does not belong to the certificate",
        ),
        ("D1_CA_FILE", "p384.pem", "authorities", "a private key"),
        (
            "D1_TRUST_ONLY_FILE",
            "ca.pem",
            "authorities",
            "contradict each other",
        ),
    ] {
        let (json, code) = secured.doctor(&[(variable, file)]);
        let (status, detail, remedy) = check(&json, name);
        assert_eq!((status, code), ("failed", 2), "{file}: {json}");
        assert!(detail.contains(said) && !remedy.is_empty(), "{detail} {remedy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_in_the_wrong_order_and_an_early_end_are_warnings() {
    let secured = Secured::start().await;
    let middle = secured.authority.intermediate("Middle");
    let client = middle.issue("client");
    let (leaf, key) = (client.certificate.pem(), client.key.serialize_pem());
    secured
        .folder
        .write("wrong-order.pem", middle.pem() + &leaf + &key);
    let (json, code) = secured.doctor(&[("D1_CLIENT_CERT_FILE", "wrong-order.pem")]);
    assert_eq!((check(&json, "chain").0, code), ("warning", 6), "{json}");
    assert_eq!(check(&json, "TLS").0, "ok", "{json}");
    assert_eq!(json["ok"], false);
    secured
        .folder
        .write("right-order.pem", leaf + &middle.pem() + &key);
    let (json, code) = secured.doctor(&[("D1_CLIENT_CERT_FILE", "right-order.pem")]);
    assert_eq!(
        (check(&json, "chain").1, code),
        ("2 certificates in order", 0),
        "{json}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_be_trusted_or_does_not_trust_us_is_told() {
    let secured = Secured::start().await;
    let stranger = Authority::new("Stranger");
    secured.folder.write("stranger-ca.pem", stranger.pem());
    secured
        .folder
        .write("stranger.pem", stranger.issue("client").pem());
    for (variables, said) in [
        (
            &[("D1_CA_FILE", "stranger-ca.pem")][..],
            "does not chain to a trusted authority",
        ),
        (
            &[("D1_CLIENT_CERT_FILE", "stranger.pem")],
            "does not accept the client certificate",
        ),
        (
            &[("D1_CLIENT_CERT_FILE", "")],
            "demands a client certificate and got none",
        ),
    ] {
        let (json, code) = secured.doctor(variables);
        let (status, detail, remedy) = check(&json, "TLS");
        assert_eq!((status, code), ("failed", 4), "{json}");
        assert!(detail.contains(said) && !remedy.is_empty(), "{detail} {remedy}");
        assert!(!json.to_string().contains("\"token\""), "{json}");
    }
    let elsewhere = Sandbox::builder()
        .tls(secured.authority.server("elsewhere.example", None))
        .start()
        .await
        .unwrap();
    let (json, code) = doctor(&secured.folder, &elsewhere, &[("D1_CA_FILE", "ca.pem")]);
    let (_, detail, _) = check(&json, "TLS");
    assert_eq!(code, 4, "{json}");
    assert!(
        detail.contains("for another host") && detail.contains("elsewhere.example"),
        "{detail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_step_on_the_way_that_fails_is_named() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    // Connections are accepted by the operating system, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (silent, closed) = (
        format!("https://{}", silent.local_addr().unwrap()),
        format!("https://{closed}"),
    );
    let plain = sandbox.banking_url().replace("http://", "https://");
    for (url, name, said) in [
        (silent.as_str(), "TLS", "no answer within 1 s"),
        (&closed, "TCP", "refused"),
        ("https://no-such-host.invalid", "DNS", "no address"),
        (&plain, "TLS", "does not speak TLS"),
    ] {
        let variables = [
            ("D1_BANKING_URL", url),
            ("D1_AUTH_URL", url),
            ("D1_TIMEOUT_SECONDS", "1"),
        ];
        let (json, code) = doctor(&folder, &sandbox, &variables);
        let (status, detail, remedy) = check(&json, name);
        assert_eq!((status, code), ("failed", 4), "{json}");
        assert!(detail.contains(said) && !remedy.is_empty(), "{json}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_is_a_warning() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    sandbox.advance(std::time::Duration::from_secs(3_600));
    let (json, code) = doctor(&folder, &sandbox, &[]);
    let (status, detail, remedy) = check(&json, "clock");
    assert_eq!((status, code), ("warning", 6), "{json}");
    assert!(
        detail.contains("s behind the server's") && remedy.contains("NTP"),
        "{detail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_and_a_refused_call_are_told_with_the_remedy() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    let answer = |status: u16, body: &'static str| {
        let response = http::Response::builder()
            .status(status)
            .body(body.into())
            .unwrap();
        Fault::answer(response)
    };
    for (fault, name, code, said) in [
        (
            answer(400, r#"{"error":"invalid_client"}"#).on(Endpoint::Token),
            "token",
            3,
            "does not know this issuer",
        ),
        (
            answer(400, r#"{"error":"invalid_grant"}"#).on(Endpoint::Token),
            "token",
            3,
            "public half of this key",
        ),
        (Fault::waf_page().on(Endpoint::Token), "token", 3, "D1_AUTH_URL"),
        (
            answer(200, "<html>Sign in</html>").on(Endpoint::Token),
            "token",
            4,
            "something else than D1",
        ),
        (
            Fault::waf_page().on(Endpoint::Cards),
            "call",
            3,
            "a firewall's page",
        ),
        (
            answer(200, "<html>Sign in</html>").on(Endpoint::Cards),
            "call",
            5,
            "something else than D1",
        ),
        (
            Fault::unavailable().on(Endpoint::Cards),
            "call",
            3,
            "try again later",
        ),
    ] {
        sandbox.next(fault);
        let (json, ended) = doctor(&folder, &sandbox, &[]);
        let (status, _, remedy) = check(&json, name);
        assert_eq!((status, ended), ("failed", code), "{json}");
        assert!(remedy.contains(said), "{remedy}");
        assert_eq!(sandbox.pending(), 0);
    }
    let (json, code) = doctor(&folder, &sandbox, &[("D1_KEY_ID", "another")]);
    assert_eq!((check(&json, "token").0, code), ("failed", 3), "{json}");
    let variables = [("D1_ACCESS_TOKEN", "s3cret-t0ken"), ("D1_SIGNING_KEY_FILE", "")];
    let (json, code) = doctor(&folder, &sandbox, &variables);
    assert_eq!((check(&json, "call").0, code), ("failed", 3), "{json}");
    assert!(!json.to_string().contains("s3cret"), "{json}");
}

#[test]
fn a_certificate_of_the_other_environment_is_a_warning() {
    let folder = Folder::new();
    folder.write("client.pem", Authority::new("Vendor").issue("bank_PRD").pem());
    // Nothing leaves this machine: the only way out is a proxy that is not there.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = folder.d1(&[
        "doctor",
        "--output",
        "json",
        "--environment",
        "staging",
        "--issuer-id",
        "is_example",
    ]);
    command
        .env("D1_ACCESS_TOKEN", "t")
        .env("D1_CLIENT_CERT_FILE", "client.pem")
        .env("HTTPS_PROXY", format!("http://{closed}"));
    let ended = run(command);
    let json = ended.json();
    let (status, detail, _) = check(&json, "certificate name");
    assert_eq!((status, ended.code), ("warning", 4), "{json}");
    assert!(detail.contains("PRD, which is production"), "{detail}");
    assert!(check(&json, "TCP").1.starts_with("proxy 127.0.0.1"), "{json}");
}
