//! What a client is built from, and what the builder says of what is missing or wrong.

#![allow(clippy::unwrap_used)]

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use d1_client::{
    BaseUrl, BuildError, Client, ClientBuilder, Environment, IdentityDefect, Operation, ProxyDefect,
    RootsDefect, SigningKey, StaticToken, TimeoutSetting, UrlDefect, auth::KeyError,
};
use d1_tests::{
    calls,
    certificates::SelfSigned,
    loopback::{Recorder, issuer},
    wire::{Reply, Wire},
};
use httpmock::MockServer;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P384_SHA384};

fn said(builder: ClientBuilder) -> String {
    builder.build().expect_err("it cannot be built").to_string()
}

fn staging() -> ClientBuilder {
    Client::builder(issuer())
        .environment(Environment::Staging)
        .token_source(StaticToken::new("t0ken"))
}

/// A key and a certificate for it, in PEM.
fn certificate_and_key() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["issuer.example".to_owned()]).unwrap();
    (certificate.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

#[test]
fn what_is_missing_is_named_with_the_call_that_gives_it() {
    let builder = || Client::builder(issuer());
    let environment = said(builder());
    assert!(
        environment.starts_with("no environment: give `.environment("),
        "{environment}"
    );
    let source = said(builder().environment(Environment::Staging));
    assert!(
        source.starts_with("no token source: give `.token_source("),
        "{source}"
    );
    for environment in [Environment::Staging, Environment::Production] {
        let builder = builder().environment(environment);
        let identity = said(builder.token_source(StaticToken::new("t0ken")));
        assert!(identity.contains("give `.identity_files("), "{identity}");
        assert!(identity.contains("`.without_client_certificate()`"), "{identity}");
    }
}

#[test]
fn a_client_is_built_with_a_certificate_or_expressly_without() {
    let (certificate, key) = certificate_and_key();
    assert!(
        staging()
            .identity_pem(format!("{certificate}{key}"))
            .build()
            .is_ok()
    );
    assert!(
        staging()
            .identity_pem(format!("{key}\n{certificate}"))
            .build()
            .is_ok()
    );
    assert!(staging().without_client_certificate().build().is_ok());
    assert!(
        staging()
            .without_client_certificate()
            .add_root_pem(certificate)
            .build()
            .is_ok()
    );
}

#[test]
fn a_client_certificate_that_cannot_be_used_is_refused_without_a_word_of_it() {
    let (certificate, key) = certificate_and_key();
    let (other_certificate, other_key) = certificate_and_key();
    let truncated = format!("{certificate}{}", &key[..key.len() / 2]);
    for (pem, why) in [
        ("", "the PEM contains no CERTIFICATE"),
        ("client-cert.pem", "the PEM contains no CERTIFICATE"),
        (&key, "the PEM contains no CERTIFICATE"),
        (&certificate, "the PEM contains no private key"),
        (&truncated, "PEM block 2 (line "),
        (
            "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
            "PEM block 1 (line 1) cannot be read: the text between its first and its last line is not complete Base64",
        ),
        (
            &format!("{certificate}{other_key}"),
            "the private key does not belong to the certificate (found: certificate 1): ",
        ),
    ] {
        let error = said(staging().identity_pem(pem));
        assert!(
            error.starts_with(&format!("the client certificate: {why}")),
            "{error}"
        );
    }
    let roots = said(staging().without_client_certificate().add_root_pem(&other_key));
    assert_eq!(
        roots,
        "the certificate authorities: PEM block 1 (line 1) is a private key: leave only certificates"
    );
    let _ = other_certificate;
}

#[test]
fn a_signing_key_of_another_kind_is_refused_by_its_name() {
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let (certificate, key) = certificate_and_key();
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let rsa = key.replace("PRIVATE KEY", "RSA PRIVATE KEY");
    for (pem, name) in [
        (p384.serialize_pem().as_str(), "a P-384 key"),
        (&certificate, "a certificate"),
        (&encrypted, "an encrypted private key"),
        (&rsa, "an RSA private key"),
        (&p384.public_key_pem(), "a public key"),
    ] {
        let error = BuildError::from(SigningKey::from_pem("kid-1", pem).unwrap_err()).to_string();
        assert!(error.starts_with("the signing key: this is "), "{error}");
        assert!(error.contains(name), "{error}");
    }
    let no_id = SigningKey::from_pem("", &key).unwrap_err();
    assert_eq!(no_id, KeyError::NoKeyId);
}

#[test]
fn a_token_never_travels_in_clear() {
    for url in [
        "http://d1.example",
        "http://10.0.0.1:8080",
        "http://localhost.d1.example",
        "HTTP://D1.EXAMPLE",
        "http://127.0.0.1.d1.example",
        "http://[2001:db8::1]",
    ] {
        for environment in [
            Environment::custom(url, "https://d1.example"),
            Environment::custom("https://d1.example", url),
        ] {
            let error = environment.unwrap_err();
            assert!(matches!(error, BuildError::Url { .. }));
            assert!(error.to_string().contains("use https://"), "{error}");
        }
    }
    for url in [
        "http://localhost:1",
        "http://127.0.0.1",
        "http://[::1]:8080/x",
        "https://d1.example/",
    ] {
        assert!(Environment::custom(url, url).is_ok(), "{url}");
    }
}

#[test]
fn a_base_url_is_absolute_and_holds_nothing_but_host_and_path() {
    for (url, why) in [
        ("d1.example", "is not an absolute URL"),
        ("", "is not an absolute URL"),
        ("ftp://d1.example", "is neither https:// nor http://"),
        ("https://me:s3cret@d1.example", "holds a user name or a password"),
        ("https://d1.example/?key=s3cret", "holds a query or a fragment"),
        ("https://d1.example/#s3cret", "holds a query or a fragment"),
    ] {
        let error = Environment::custom(url, "https://d1.example")
            .unwrap_err()
            .to_string();
        assert_eq!(error, format!("the banking base URL {why}"));
        let error = Environment::custom("https://d1.example", url)
            .unwrap_err()
            .to_string();
        assert_eq!(error, format!("the auth base URL {why}"));
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    use std::time::Duration;

    let builder = || staging().without_client_certificate();
    for (builder, why) in [
        (
            builder().timeout(Duration::ZERO),
            "the time-out must be longer than zero",
        ),
        (
            builder().attempt_timeout(Duration::ZERO),
            "the attempt time-out must be longer than zero",
        ),
        (
            builder().connect_timeout(Duration::ZERO),
            "the connect time-out must be longer than zero",
        ),
        (
            builder().user_agent_suffix("acme\r\nx-evil: 1"),
            "the user agent's suffix holds more than visible ASCII and spaces",
        ),
        (
            builder().user_agent_suffix("münster/1"),
            "the user agent's suffix holds more than visible ASCII and spaces",
        ),
        (builder().proxy("not a url"), "the proxy's URL cannot be used"),
        (
            builder().proxy("ftp://proxy.example:21"),
            "the proxy's URL is neither http:// nor https://",
        ),
    ] {
        assert_eq!(said(builder), why);
    }
    assert!(
        builder()
            .timeout(Duration::MAX)
            .attempt_timeout(Duration::MAX)
            .build()
            .is_ok()
    );
}

#[test]
fn what_cannot_work_is_told_by_a_kind_that_can_be_matched() {
    use std::time::Duration;

    let refused = |builder: ClientBuilder| builder.build().expect_err("it cannot be built");
    let builder = || staging().without_client_certificate();
    assert!(matches!(
        refused(builder().attempt_timeout(Duration::ZERO)),
        BuildError::Timeout(TimeoutSetting::Attempt)
    ));
    assert!(matches!(
        refused(builder().user_agent_suffix("münster/1")),
        BuildError::UserAgent
    ));
    for (proxy, defect) in [
        ("not a url", ProxyDefect::NotAUrl),
        ("ftp://proxy.example:21", ProxyDefect::Scheme),
    ] {
        let error = refused(builder().proxy(proxy));
        assert!(
            matches!(error, BuildError::Proxy(found) if found == defect),
            "{error}"
        );
    }
    let error = Environment::Staging
        .with_consumer_v1("https://d1.example")
        .unwrap_err();
    assert!(matches!(
        error,
        BuildError::Url {
            url: BaseUrl::ConsumerV1,
            defect: UrlDefect::NotCustom,
        }
    ));

    let ((certificate, key), (_, another)) = (certificate_and_key(), certificate_and_key());
    for (pem, defect) in [
        (String::new(), IdentityDefect::NoCertificate),
        (certificate.clone(), IdentityDefect::NoKey),
        (format!("{certificate}{another}"), IdentityDefect::OtherKey),
        (
            format!("{certificate}{key}{another}"),
            IdentityDefect::SeveralKeys,
        ),
        (
            certificate.replace("-----END", "-----end"),
            IdentityDefect::Unreadable,
        ),
    ] {
        let error = refused(staging().identity_pem(pem));
        assert!(
            matches!(error, BuildError::Identity { defect: found, .. } if found == defect),
            "{error}"
        );
    }
    for (builder, defect) in [
        (builder().add_root_pem(""), RootsDefect::Empty),
        (builder().add_root_pem(&key), RootsDefect::Unsupported),
        (
            builder().add_root_pem(&certificate).trust_only_pem(&certificate),
            RootsDefect::Contradiction,
        ),
    ] {
        let error = refused(builder);
        assert!(
            matches!(error, BuildError::Roots { defect: found, .. } if found == defect),
            "{error}"
        );
    }
}

/// Variables can be set safely in a process of one's own only: this is that process.
#[tokio::test]
#[ignore = "the child of the tests below"]
async fn child() {
    let client = match Client::from_env() {
        Ok(client) => client,
        Err(error) => return println!("said: {error}"),
    };
    match calls::call(&client, Operation::ListCards).await {
        Ok(done) => println!("said: status {}", done.status),
        Err(error) => println!("said: {error}"),
    }
}

/// What the child says with these variables set, and no others of ours.
fn with_variables<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut child = Command::new(env::current_exe().unwrap());
    child
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .stderr(Stdio::inherit());
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("D1_") || name.to_ascii_lowercase().ends_with("_proxy") {
            child.env_remove(name);
        }
    }
    let output = child.envs(variables).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let line = said.lines().find_map(|line| line.split_once("said: "));
    line.expect("the child says something").1.to_owned()
}

fn written(directory: &Path, name: &str, content: &str) -> String {
    let path = directory.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_whole_client_comes_from_variables() {
    let d1 = MockServer::start_async().await;
    let (tokens, cards) = (Recorder::default(), Recorder::default());
    calls::token_endpoint(&d1, &tokens);
    calls::answer(&d1, Operation::ListCards, &cards, |then| {
        then.status(200).body("{}")
    });
    let directory = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate_and_key();
    let signing_key = written(directory.path(), "signing-key.pem", &key);
    let certificate_file = written(directory.path(), "client.pem", &certificate);
    let url = d1.base_url();

    let said = with_variables([
        ("D1_ISSUER_ID", "is_example"),
        ("D1_BANKING_URL", &url),
        ("D1_AUTH_URL", &url),
        ("D1_KEY_ID", "kid-1"),
        ("D1_SIGNING_KEY_FILE", &signing_key),
        ("D1_AGGREGATOR_ID", "ag_example"),
        ("D1_CLIENT_CERT_FILE", &certificate_file),
        ("D1_CLIENT_KEY_FILE", &signing_key),
        ("D1_CA_FILE", &certificate_file),
        ("D1_TIMEOUT_SECONDS", "20"),
        ("D1_ENVIRONMENT", ""),
    ]);

    assert_eq!(said, "status 200");
    assert_eq!((tokens.count(), cards.count()), (1, 1));
    let form = tokens.only().body_string();
    assert!(
        form.contains("jwt-bearer&assertion=eyJ"),
        "the assertion of a JWT bearer grant"
    );
    assert_eq!(cards.only().headers()["authorization"], "Bearer token-1");
}

#[test]
fn variables_that_are_missing_or_wrong_are_named_without_their_values() {
    let directory = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate_and_key();
    let key = written(directory.path(), "key.pem", &key);
    let certificate = written(directory.path(), "certificate.pem", &certificate);
    const ISSUER: (&str, &str) = ("D1_ISSUER_ID", "is_example");
    const STAGING: (&str, &str) = ("D1_ENVIRONMENT", "staging");
    const TOKEN: (&str, &str) = ("D1_ACCESS_TOKEN", "s3cret");
    for (variables, start) in [
        (vec![], "D1_ISSUER_ID is not set: "),
        (
            vec![("D1_ISSUER_ID", "s3cret")],
            "D1_ISSUER_ID: must be exactly 10 characters long",
        ),
        (
            vec![ISSUER],
            "D1_ENVIRONMENT is not set: staging or production, or D1_BANKING_URL",
        ),
        (
            vec![ISSUER, ("D1_ENVIRONMENT", "s3cret")],
            "D1_ENVIRONMENT: is neither staging nor production",
        ),
        (
            vec![ISSUER, ("D1_BANKING_URL", "http://localhost")],
            "D1_AUTH_URL is not set: ",
        ),
        (
            vec![
                ISSUER,
                ("D1_BANKING_URL", "http://s3cret.example"),
                ("D1_AUTH_URL", "http://localhost"),
            ],
            "the banking base URL is http:// to another machine",
        ),
        (vec![ISSUER, STAGING], "D1_SIGNING_KEY_FILE is not set: "),
        (
            vec![ISSUER, STAGING, ("D1_SIGNING_KEY_FILE", &key)],
            "D1_KEY_ID is not set: ",
        ),
        (
            vec![
                ISSUER,
                STAGING,
                ("D1_KEY_ID", "kid-1"),
                ("D1_SIGNING_KEY_FILE", &certificate),
            ],
            "the signing key: this is a certificate",
        ),
        (
            vec![
                ISSUER,
                STAGING,
                ("D1_KEY_ID", "kid-1"),
                ("D1_SIGNING_KEY_FILE", "/no/such.pem"),
            ],
            "D1_SIGNING_KEY_FILE: cannot read /no/such.pem: entity not found",
        ),
        (
            vec![ISSUER, STAGING, TOKEN],
            "no client certificate, and D1 demands mutual TLS",
        ),
        (
            vec![ISSUER, STAGING, TOKEN, ("D1_CLIENT_KEY_FILE", &key)],
            "D1_CLIENT_CERT_FILE is not set: the certificate of D1_CLIENT_KEY_FILE",
        ),
        (
            vec![ISSUER, STAGING, TOKEN, ("D1_SIGNING_KEY_FILE", &key)],
            "D1_ACCESS_TOKEN: is set, and so is D1_SIGNING_KEY_FILE",
        ),
        (
            vec![ISSUER, STAGING, TOKEN, ("D1_TIMEOUT_SECONDS", "1.5")],
            "D1_TIMEOUT_SECONDS: is not a whole number",
        ),
        (
            vec![ISSUER, STAGING, TOKEN, ("D1_CA_FILE", &key)],
            "the certificate authorities: PEM block 1 (line 1) is a private key",
        ),
    ] {
        // One that fails only as it is built needs everything else: a certificate.
        let needs_identity = start.starts_with("the certificate authorities");
        let identity = [
            ("D1_CLIENT_CERT_FILE", &*certificate),
            ("D1_CLIENT_KEY_FILE", &*key),
        ];
        let identity = identity.into_iter().filter(|_| needs_identity);
        let said = with_variables(variables.into_iter().chain(identity));
        assert!(said.starts_with(start), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_on_this_machine_goes_past_the_proxy_that_the_environment_names() {
    let d1 = MockServer::start_async().await;
    d1.mock_async(|_, then| drop(then.status(200).body("{}"))).await;
    let proxy = MockServer::start_async().await;
    let seen = proxy.mock_async(|_, then| drop(then.status(502))).await;
    let (d1, proxy_url) = (d1.base_url(), proxy.base_url());
    let said = with_variables([
        ("D1_ISSUER_ID", "is_example"),
        ("D1_BANKING_URL", &*d1),
        ("D1_AUTH_URL", &*d1),
        ("D1_ACCESS_TOKEN", "t0ken"),
        ("HTTP_PROXY", &*proxy_url),
        ("http_proxy", &*proxy_url),
        ("ALL_PROXY", &*proxy_url),
    ]);
    assert_eq!(said, "status 200");
    assert_eq!(seen.calls(), 0);
}

/// Where the operating system's authorities are is itself a variable, which `D1_TRUST_ONLY_FILE` makes good for nothing.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn only_the_authorities_that_were_chosen_are_trusted_whatever_else_is_set() {
    let (ours, another) = (SelfSigned::for_loopback(), SelfSigned::for_loopback());
    let d1 = Wire::start_tls(ours.server(b"http/1.1"), |_| Reply::json(200, "{}")).await;
    let directory = tempfile::tempdir().unwrap();
    let ours = written(directory.path(), "ours.pem", &ours.pem());
    let another = written(directory.path(), "another.pem", &another.pem());
    let url = d1.origin();
    let untrusted = "the server's certificate does not chain to a trusted root";
    for (variables, trusted) in [
        (vec![("SSL_CERT_FILE", &ours)], true),
        (vec![("SSL_CERT_FILE", &another)], false),
        (vec![("SSL_CERT_FILE", &another), ("D1_CA_FILE", &ours)], true),
        (
            vec![("SSL_CERT_FILE", &ours), ("D1_TRUST_ONLY_FILE", &another)],
            false,
        ),
        (
            vec![("SSL_CERT_FILE", &another), ("D1_TRUST_ONLY_FILE", &ours)],
            true,
        ),
    ] {
        let mut all = vec![
            ("D1_ISSUER_ID", "is_example"),
            ("D1_BANKING_URL", &*url),
            ("D1_AUTH_URL", &*url),
            ("D1_ACCESS_TOKEN", "t0ken\n"),
        ];
        all.extend(variables.iter().map(|(name, path)| (*name, path.as_str())));
        let said = with_variables(all);
        assert!(
            if trusted {
                said == "status 200"
            } else {
                said.contains(untrusted)
            },
            "{variables:?}: {said}"
        );
    }
    let contradiction = with_variables([
        ("D1_ISSUER_ID", "is_example"),
        ("D1_BANKING_URL", &*url),
        ("D1_AUTH_URL", &*url),
        ("D1_ACCESS_TOKEN", "t0ken"),
        ("D1_CA_FILE", &*ours),
        ("D1_TRUST_ONLY_FILE", &*ours),
    ]);
    assert!(contradiction.contains("contradict each other"), "{contradiction}");
}

#[test]
fn white_space_at_the_end_of_a_variable_is_no_part_of_it() {
    let said = with_variables([
        ("D1_ISSUER_ID", "is_example\r\n"),
        ("D1_ENVIRONMENT", "staging\n"),
        ("D1_ACCESS_TOKEN", "t0ken\n"),
        ("D1_TIMEOUT_SECONDS", "1 "),
    ]);
    assert!(said.starts_with("no client certificate"), "{said}");
    let said = with_variables([
        ("D1_ISSUER_ID", "is_exampl\n\u{202e}"),
        ("D1_ENVIRONMENT", "staging"),
    ]);
    assert!(said.starts_with("D1_ISSUER_ID: must be exactly"), "{said}");
}

#[test]
fn a_signing_key_comes_from_one_place() {
    let directory = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate_and_key();
    let kid = written(directory.path(), "kid", "kid-1\n");
    let pem = written(directory.path(), "kid-7.pem", &key);
    let certificate = written(directory.path(), "certificate.crt", &certificate);
    let folder = directory.path().to_str().unwrap();
    let say = |variables: &[(&'static str, &str)]| {
        let rest = [
            ("D1_ISSUER_ID", "is_example"),
            ("D1_BANKING_URL", "http://127.0.0.1:9"),
            ("D1_AUTH_URL", "http://127.0.0.1:9"),
            ("D1_TIMEOUT_SECONDS", "1"),
            ("D1_CLIENT_CERT_FILE", &*certificate),
            ("D1_CLIENT_KEY_FILE", &*pem),
        ];
        with_variables(rest.into_iter().chain(variables.iter().copied()))
    };
    for (variables, start) in [
        (
            &[("D1_KEY_ID_FILE", &*kid), ("D1_SIGNING_KEY_FILE", &*pem)][..],
            "list_cards: no access token: no connection",
        ),
        (
            &[("D1_SIGNING_KEY_DIR", folder)],
            "list_cards: no access token: no connection",
        ),
        (
            &[
                ("D1_KEY_ID_FILE", &kid),
                ("D1_KEY_ID", "kid-1"),
                ("D1_SIGNING_KEY_FILE", &pem),
            ],
            "D1_KEY_ID: is set, and so is",
        ),
        (
            &[("D1_SIGNING_KEY_DIR", folder), ("D1_KEY_ID", "kid-1")],
            "D1_KEY_ID: is set, and D1_SIGNING_KEY_DIR",
        ),
        (
            &[("D1_SIGNING_KEY_DIR", folder), ("D1_SIGNING_KEY_FILE", &pem)],
            "D1_SIGNING_KEY_FILE: is set, and",
        ),
        (
            &[("D1_SIGNING_KEY_DIR", "/no/such")],
            "D1_SIGNING_KEY_DIR: cannot read /no/such: entity not found",
        ),
        (
            &[("D1_KEY_ID_FILE", "/no/kid"), ("D1_SIGNING_KEY_FILE", &pem)],
            "D1_KEY_ID_FILE: cannot read /no/kid: ",
        ),
        (
            &[("D1_KEY_ID_FILE", &kid), ("D1_SIGNING_KEY_FILE", "/no/key")],
            "D1_SIGNING_KEY_FILE: cannot read /no/key: ",
        ),
        (
            &[("D1_SIGNING_KEY_DIR", folder), ("D1_ACCESS_TOKEN", "t")],
            "D1_ACCESS_TOKEN: is set, and so is D1_SIGNING_KEY_DIR",
        ),
        (
            &[("D1_KEY_ID", "kid 1"), ("D1_SIGNING_KEY_FILE", &pem)],
            "the signing key: the key id (kid) holds a blank",
        ),
        (
            &[
                ("D1_KEY_ID", "kid-1"),
                ("D1_SIGNING_KEY_FILE", &pem),
                ("D1_AGGREGATOR_ID", "ag example"),
            ],
            "the token source: the aggregator id is empty, or holds more",
        ),
    ] {
        let said = say(variables);
        assert!(said.starts_with(start), "{variables:?}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_named_and_not_skipped() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env("D1_ISSUER_ID", OsStr::from_bytes(b"is_exampl\xff"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("said: D1_ISSUER_ID: is not Unicode"), "{said}");
}
