//! `d1 issuer` as processes: one serves, another asks as D1 does.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod process;

use std::{
    fs,
    path::{Path, PathBuf},
};

use process::{Serving, d1, text};
use serde_json::Value;
use tempfile::TempDir;

const ISSUER: [&str; 2] = ["--issuer-id", "is_example"];

fn folder_with(name: &str, content: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    fs::write(&file, content).unwrap();
    (folder, file)
}

/// Both forms of a record, one a line.
const RECORDS: &str = r#"{"consumerId":"c-ada","firstName":"Ada","lastName":"Lovelace","language":"en-GB"}
{"consumerId":"c-alan","personalInformation":{"firstName":"Alan","lastName":"Turing"},"preferences":{}}
"#;

fn check(url: &str, more: &[&str]) -> (Option<i32>, Value, String) {
    let mut command = d1();
    command
        .args(["--output", "json", "issuer", "check", url])
        .args(ISSUER)
        .args(more);
    let output = command
        .env("D1_ISSUER_CLIENT_SECRET", "a secret")
        .output()
        .unwrap();
    let said = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code(), said, text(&output.stderr))
}

#[test]
fn what_one_serves_the_other_finds_to_conform() {
    let (_folder, file) = folder_with("consumers.ndjson", RECORDS);
    let (_secrets, secret) = folder_with("secret", "a secret\n");
    let mut command = d1();
    command
        .args(["--output", "json", "issuer", "serve"])
        .arg(&file)
        .args(ISSUER);
    command
        .args(["--client-id", "d1", "--client-secret-file"])
        .arg(&secret);
    let serving = Serving::of(&mut command);
    let url = serving.said["url"].as_str().unwrap();
    assert_eq!(serving.said["consumers"], 2);

    let file = file.to_str().unwrap();
    let (code, said, error) = check(url, &["--client-id", "d1", "--expect", file]);
    assert_eq!(code, Some(0), "{error}{said}");
    assert_eq!(said["passed"], true);
    let left_out: Vec<_> = said["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["ran"] == false)
        .collect();
    assert!(
        left_out
            .iter()
            .all(|check| check["name"].as_str().unwrap().starts_with("tls.")),
        "{left_out:?}"
    );

    let (_other, other) = folder_with(
        "other.json",
        r#"[{"consumerId":"c-ada","firstName":"Grace","lastName":"Hopper"}]"#,
    );
    let (code, said, error) = check(url, &["--client-id", "d1", "--expect", other.to_str().unwrap()]);
    assert_eq!(code, Some(3));
    assert!(error.contains("consumer.data"), "{error}");
    for value in ["Ada", "Lovelace", "Grace", "Hopper", "a secret"] {
        assert!(
            !error.contains(value) && !said.to_string().contains(value),
            "{value}"
        );
    }
    let (code, _, error) = check(url, &["--consumer", "c-ada"]);
    assert_eq!(code, Some(3), "without a token: {error}");
}

#[test]
fn a_prefix_is_a_path_whatever_its_slashes() {
    let (_folder, file) = folder_with("consumers.ndjson", RECORDS);
    for (given, prefix) in [("foo", "/foo"), ("/foo/bar/", "/foo/bar"), ("/", "")] {
        let arguments = [
            "issuer",
            "serve",
            file.to_str().unwrap(),
            "--behind-gateway",
            "--prefix",
            given,
        ];
        let serving = Serving::start(&[&arguments[..], &ISSUER].concat());
        assert_eq!(serving.said["prefix"], prefix);
        let people = ["--consumer", "c-ada", "--consumer", "c-alan", "--prefix", given];
        let (_, said, error) = check(serving.said["url"].as_str().unwrap(), &people);
        let checks = said["checks"].as_array().unwrap_or_else(|| panic!("{error}"));
        let known = checks
            .iter()
            .find(|check| check["name"] == "consumer.known")
            .unwrap();
        assert_eq!(known["findings"], serde_json::json!([]));
    }
}

#[test]
fn behind_mutual_tls_the_certificate_of_d1_is_demanded() {
    let (folder, file) = folder_with("consumers.ndjson", RECORDS);
    let tls = folder.path().to_str().unwrap();
    // Only for its certificates.
    assert!(Serving::start(&["sandbox", "--tls", tls]).end());
    let at = |name: &str| Path::new(tls).join(name).to_str().unwrap().to_owned();
    let (ca, certificate, key) = (
        at("sandbox-ca.pem"),
        at("sandbox-server.pem"),
        at("sandbox-server-key.pem"),
    );
    let mut serve = vec!["issuer", "serve", file.to_str().unwrap()];
    serve.extend(ISSUER);
    serve.extend(["--tls-cert", &certificate, "--tls-key", &key, "--client-ca", &ca]);
    let serving = Serving::start(&serve);
    let url = serving.said["url"].as_str().unwrap();
    assert!(url.starts_with("https://localhost:"));

    let (certificate, key) = (at("sandbox-client.pem"), at("sandbox-client-key.pem"));
    let ours = [
        "--service-ca-file",
        &ca,
        "--d1-cert-file",
        &certificate,
        "--d1-key-file",
        &key,
    ];
    let people = ["--consumer", "c-ada", "--consumer", "c-alan"];
    let (_, said, error) = check(url, &[&ours[..], &people].concat());
    let failed: Vec<_> = said["checks"]
        .as_array()
        .unwrap_or_else(|| panic!("{error}"))
        .iter()
        .filter(|check| check["findings"] != serde_json::json!([]))
        .map(|check| check["name"].as_str().unwrap())
        .collect();
    assert!(failed.iter().all(|name| name.ends_with("_token")), "{failed:?}");
    let (code, _, error) = check(url, &[&["--service-ca-file", &ca], &people[..]].concat());
    assert_eq!(code, Some(4), "{error}");
    let (code, _, _) = check(url, &people);
    assert_eq!(code, Some(4), "an authority that nobody knows");
}

#[test]
fn what_cannot_be_used_is_said_by_place_and_never_by_value() {
    for (content, said) in [
        ("", "holds no consumer"),
        ("{\"consumerId\":\"c-1\",\n\"Ada\"", "line 2"),
        ("{\"firstName\":\"Ada\"}", "record 1: consumerId"),
        (
            "{\"consumerId\":\"c-1\",\"firstName\":\"Ada\",\"lastName\":\"\"}",
            "lastName",
        ),
        (
            "{\"consumerId\":\"c-1\",\"personalInformation\":{\"firstName\":\"Ada\"}}",
            "lastName",
        ),
        (
            "{\"consumerId\":\"c-1\",\"firstName\":\"Ada\",\"lastName\":\"L\"}\n{\"consumerId\":\"c-1\",\"firstName\":\"Ada\",\"lastName\":\"L\"}",
            "record 2: consumerId",
        ),
        ("[\"Ada\"]", "record 1"),
        (
            "{\"consumers\":[{\"consumerId\":\"c-1\",\"personalInformation\":null}]}",
            "personalInformation",
        ),
    ] {
        let (_folder, file) = folder_with("consumers.json", content);
        let mut command = d1();
        command
            .args(["issuer", "serve"])
            .arg(&file)
            .args(ISSUER)
            .arg("--behind-gateway");
        let failed = command.output().unwrap();
        let error = text(&failed.stderr);
        assert_eq!(failed.status.code(), Some(2), "{content}: {error}");
        assert!(error.contains(said) && !error.contains("Ada"), "{error}");
    }
    let (_folder, file) = folder_with("consumers.json", RECORDS);
    let file = file.to_str().unwrap();
    for (arguments, said) in [
        (
            &["issuer", "serve", file, "--issuer-id", "is_example"][..],
            "how D1 is recognized",
        ),
        (&["issuer", "serve", file, "--behind-gateway"], "D1_ISSUER_ID"),
        (
            &[
                "issuer",
                "serve",
                file,
                "--issuer-id",
                "short",
                "--behind-gateway",
            ],
            "issuer id",
        ),
        (
            &[
                "issuer",
                "serve",
                file,
                "--issuer-id",
                "is_example",
                "--client-id",
                "d1",
            ],
            "client secret",
        ),
        (
            &[
                "issuer",
                "check",
                "http://127.0.0.1:1",
                "--issuer-id",
                "is_example",
            ],
            "--consumer",
        ),
    ] {
        let failed = process::run(arguments);
        let error = text(&failed.stderr);
        assert_eq!(failed.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.contains(said), "{error}");
    }
    let (code, _, error) = check("http://127.0.0.1:1", &["--consumer", "c-1"]);
    assert_eq!(code, Some(4), "{error}");
}
