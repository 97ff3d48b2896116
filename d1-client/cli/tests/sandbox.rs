//! `d1 sandbox` as a process.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod process;

use std::{fs, net::TcpListener, path::Path, process::Command};

use process::{Serving, d1, run, text};
use serde_json::{Value, json};

fn get(url: &str) -> Value {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { reqwest::get(url).await.unwrap().json().await.unwrap() })
}

#[test]
fn its_variables_are_all_that_a_client_needs() {
    let sandbox = Serving::start(&["sandbox"]);
    let checked = d1().arg("doctor").envs(sandbox.variables()).output().unwrap();
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    let listed = get(&format!("{}requests", sandbox.control_url()));
    let mut requests = listed["requests"].as_array().unwrap().iter();
    let token = requests.find(|request| request["endpoint"] == "token").unwrap();
    assert_eq!(token["body"], "redacted");

    let key = Path::new(sandbox.variable("D1_SIGNING_KEY_FILE")).to_owned();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(sandbox.end());
    assert!(!key.exists());
}

#[test]
fn behind_tls_it_demands_the_certificate_that_it_made() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("new");
    let sandbox = Serving::start(&["sandbox", "--tls", folder.to_str().unwrap()]);
    assert!(
        sandbox
            .variable("D1_BANKING_URL")
            .starts_with("https://localhost:")
    );
    let checked = d1().arg("doctor").envs(sandbox.variables()).output().unwrap();
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    let mut bare = d1();
    bare.arg("doctor").envs(sandbox.variables());
    let refused = bare
        .env_remove("D1_CLIENT_CERT_FILE")
        .env_remove("D1_CLIENT_KEY_FILE")
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(4), "{}", text(&refused.stderr));
}

#[test]
fn a_shell_takes_over_what_it_prints() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("it's a key.pem");
    let mut command = d1();
    command
        .args(["sandbox", "--issuer-id", "is_example", "--key-file"])
        .arg(&key);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut printed = String::new();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    while let Some(Ok(line)) = lines.next() {
        printed.push_str(&line);
        printed.push('\n');
        if line.contains("until interrupted") {
            break;
        }
    }
    let script = format!("{printed}\n\"{}\" doctor", env!("CARGO_BIN_EXE_d1"));
    let checked = Command::new("sh").args(["-c", &script]).output().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(checked.status.success(), "{printed}{}", text(&checked.stderr));
    assert!(key.exists());
}

#[test]
fn seeded_consumers_are_known_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed.json");
    let person = json!({"firstName": "Ada", "lastName": "Lovelace"});
    let consumers = json!({"consumers": [{"consumerId": "c-1", "personalInformation": person}]});
    fs::write(&seed, consumers.to_string()).unwrap();
    let sandbox = Serving::start(&["sandbox", "--seed", seed.to_str().unwrap()]);
    let known = get(&format!("{}consumers/c-1", sandbox.control_url()));
    assert_eq!(known["personalInformation"], person);

    for (wrong, said) in [
        (
            r#"{"consumers": [{"consumerId": "c-1", "personalInformation": {"firstName": "Ada"}}]}"#,
            "lastName",
        ),
        (r#"{"consumers": {"Ada": 1}}"#, "list `consumers`"),
        ("{\n\"Ada\"", "line 2"),
        ("", "line 1"),
    ] {
        fs::write(&seed, wrong).unwrap();
        let failed = run(&["sandbox", "--seed", seed.to_str().unwrap()]);
        let error = text(&failed.stderr);
        assert_eq!(failed.status.code(), Some(2), "{error}");
        assert!(error.contains(said) && !error.contains("Ada"), "{error}");
        assert!(failed.stdout.is_empty());
    }
}

/// A service that nobody is told of is of no use.
#[cfg(target_os = "linux")]
#[test]
fn it_ends_if_its_variables_cannot_be_written() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let failed = d1().arg("sandbox").stdout(full).output().unwrap();
    assert_eq!(failed.status.code(), Some(6));
    assert!(text(&failed.stderr).contains("standard output cannot be written"));
}

#[test]
fn what_it_cannot_use_is_said_and_nothing_is_served() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for arguments in [
        &["sandbox", "--port", &port][..],
        &["sandbox", "--issuer-id", "short"],
        &["sandbox", "--seed", "/nonexistent"],
        &["sandbox", "--trust-key", "k1"],
        &["sandbox", "--trust-key", "k1=/nonexistent"],
        &["sandbox", "--key-file", "/nonexistent/key.pem"],
        &["sandbox", "--tls", "/dev/null/folder"],
    ] {
        let failed = run(arguments);
        assert_eq!(failed.status.code(), Some(2), "{arguments:?}");
        assert!(
            failed.stdout.is_empty() && failed.stderr.starts_with(b"error: "),
            "{arguments:?}"
        );
    }
}
