//! Keys and certificate requests, as OpenSSL sees them; the token; completions and manual pages; standard output.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod support;

use std::{os::unix::fs::PermissionsExt as _, process::Command};

use support::{Folder, run};

fn mode(folder: &Folder, name: &str) -> u32 {
    std::fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777
}

fn openssl(folder: &Folder, arguments: &str) -> String {
    let output = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder.path(""))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_signing_key_is_for_its_owner_alone_and_never_overwritten() {
    let folder = Folder::new();
    let ended = run(folder.d1(&["key", "new", "--output", "json"]));
    assert_eq!(
        (ended.code, mode(&folder, "signing-key.pem")),
        (0, 0o600),
        "{}",
        ended.stderr
    );
    let json = ended.json();
    assert_eq!(json["file"], "signing-key.pem");
    assert_eq!(
        openssl(&folder, "pkey -in signing-key.pem -pubout"),
        json["public_key_pem"].as_str().unwrap()
    );
    let key = folder.read("signing-key.pem");
    let ended = run(folder.d1(&["key", "new"]));
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(
        ended.stderr.contains("signing-key.pem exists"),
        "{}",
        ended.stderr
    );
    assert_eq!(folder.read("signing-key.pem"), key);
    let ended = run(folder.d1(&["key", "new", "--out", "no-folder/key.pem"]));
    assert_eq!(ended.code, 2, "{}", ended.stderr);
}

#[test]
fn a_request_is_signed_by_its_key_which_is_new_or_given() {
    let folder = Folder::new();
    let name = [
        "key",
        "csr",
        "--common-name",
        "bank-PPR",
        "--organization",
        "Bank",
        "--country",
        "GB",
    ];
    let ended = run(folder.d1(&name));
    assert_eq!(
        (ended.code, mode(&folder, "client-key.pem")),
        (0, 0o600),
        "{}",
        ended.stderr
    );
    let request = openssl(&folder, "req -in client.csr -noout -verify -text");
    for said in [
        "C = GB, O = Bank, CN = bank-PPR",
        "prime256v1",
        "ecdsa-with-SHA256",
    ] {
        assert!(request.contains(said), "{request}");
    }
    let public = openssl(&folder, "req -in client.csr -noout -pubkey");
    assert_eq!(openssl(&folder, "pkey -in client-key.pem -pubout"), public);
    let renewed = [&name[..], &["--key", "client-key.pem", "--out", "renewed.csr"]].concat();
    assert_eq!(run(folder.d1(&renewed)).code, 0);
    assert_eq!(openssl(&folder, "req -in renewed.csr -noout -pubkey"), public);
    // The vendor also signs for RSA keys.
    openssl(
        &folder,
        "genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem",
    );
    let of_rsa = [&name[..], &["--key", "rsa.pem", "--out", "rsa.csr"]].concat();
    assert_eq!(run(folder.d1(&of_rsa)).code, 0);
    openssl(&folder, "req -in rsa.csr -noout -verify");
    // Neither file is written if one of them is in the way.
    let ended = run(folder.d1(&[&name[..], &["--out", "other.csr"]].concat()));
    assert_eq!(
        (ended.code, folder.path("other.csr").exists()),
        (2, false),
        "{}",
        ended.stderr
    );
    for wrong in [
        &["--country", "England"][..],
        &["--organization", ""],
        &["--key", "client.csr"],
    ] {
        let ended = run(folder.d1(&[&name[..4], wrong, &["--out", "wrong.csr"]].concat()));
        assert_eq!(
            (ended.code, folder.path("wrong.csr").exists()),
            (2, false),
            "{}",
            ended.stderr
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_only_when_it_is_asked_for() {
    use d1_client::sandbox::{Endpoint, Sandbox};

    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    let ended = run(folder.d1_on(&sandbox, &["token"]));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(
        ended.stdout,
        "expires in 900 s\nscopes: d1\nit is opaque: there are no claims to read\n"
    );
    // Nothing but the token was asked for.
    let asked: Vec<_> = sandbox
        .requests()
        .into_iter()
        .map(|request| request.endpoint)
        .collect();
    assert_eq!(asked, [Some(Endpoint::Token)]);
    let ended = run(folder.d1_on(&sandbox, &["token", "--reveal", "--output", "json"]));
    let json = ended.json();
    assert_eq!(
        (json["expires_in"].as_i64(), json["token"].as_str().map(str::len)),
        (Some(900), Some(32))
    );

    // {"iss":"is_example","exp":4102444800,"x":"a\u001b[2J"}
    let payload = "eyJpc3MiOiJpc19leGFtcGxlIiwiZXhwIjo0MTAyNDQ0ODAwLCJ4IjoiYVx1MDAxYlsySiJ9";
    let token = format!("eyJhbGciOiJFUzI1NiJ9.{payload}.c2lnbmF0dXJl");
    let mut command = folder.d1_on(&sandbox, &["token"]);
    command
        .env("D1_ACCESS_TOKEN", &token)
        .env_remove("D1_SIGNING_KEY_FILE");
    let ended = run(command);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for said in ["expires in ", "iss    is_example", "x      a\\u{1b}[2J"] {
        assert!(ended.stdout.contains(said), "{}", ended.stdout);
    }
    assert!(
        !ended.stdout.contains(payload) && !ended.stdout.contains('\u{1b}'),
        "{}",
        ended.stdout
    );

    // {"exp":-1e300}, {"exp":1e300}
    for (payload, said) in [
        ("eyJleHAiOi0xZTMwMH0", "has expired "),
        ("eyJleHAiOjFlMzAwfQ", "expires in "),
    ] {
        for format in ["human", "json"] {
            let mut command = folder.d1_on(&sandbox, &["token", "--output", format]);
            command
                .env("D1_ACCESS_TOKEN", format!("e30.{payload}.c2ln"))
                .env_remove("D1_SIGNING_KEY_FILE");
            let ended = run(command);
            assert_eq!(ended.code, 0, "{}", ended.stderr);
            assert!(
                format == "json" || ended.stdout.starts_with(said),
                "{}",
                ended.stdout
            );
        }
    }

    sandbox.set_key(sandbox.key_id(), None);
    let ended = run(folder.d1_on(&sandbox, &["token"]));
    assert_eq!((ended.code, ended.stdout.as_str()), (3, ""), "{}", ended.stderr);
}

#[test]
fn completions_and_manual_pages_need_no_configuration() {
    let folder = Folder::new();
    folder.write("d1.toml", "nonsense");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = run(folder.d1(&["completions", shell]));
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(
            ended.stdout.contains("doctor") && ended.stdout.contains("issuer-id"),
            "{shell}"
        );
    }
    let ended = run(folder.d1(&["man"]));
    assert!(
        ended.code == 0 && ended.stdout.contains(".TH d1 1"),
        "{}",
        ended.stderr
    );
    let ended = run(folder.d1(&["man", "pages/man1"]));
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{}", ended.stderr);
    assert!(
        folder
            .read("pages/man1/d1-consumer-register.1")
            .contains("first\\-name")
    );
}

#[test]
fn a_reader_that_has_enough_is_no_failure_and_a_full_disk_is_one() {
    let folder = Folder::new();
    let ended = |stdout: std::process::Stdio| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("d1"));
        command
            .args(["completions", "zsh"])
            .current_dir(folder.path(""))
            .stdout(stdout);
        let output = command
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(ended(writer.into()), (Some(0), String::new()));
    if let Ok(full) = std::fs::File::create("/dev/full") {
        let (code, said) = ended(full.into());
        assert_eq!(code, Some(6));
        assert!(
            said.starts_with("error: done, but standard output cannot be written"),
            "{said}"
        );
    }
}
