//! Arguments that cannot be used: exit code 2, one line that names the argument and not its value, and a hint.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod support;

use std::time::Duration;

use support::Folder;

/// Only where `d1` hangs; no test depends on how long anything takes.
const LONGEST: Duration = Duration::from_secs(60);

/// What is not as it must be, over all cases.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    /// Runs it: standard error must be an error and a hint, and name `expected`.
    fn refused(&mut self, folder: &Folder, arguments: &[&str], expected: &[&str]) {
        let output = folder.d1(arguments).timeout(LONGEST).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let lines: Vec<&str> = said.lines().collect();
        let is_clear =
            matches!(lines[..], [error, hint] if error.starts_with("error: ") && hint.starts_with("hint: "));
        // A value may be somebody's name.
        let is_told = ["Lovelace", "s3cret", "Not A Name", "not-a-url"]
            .iter()
            .any(|value| said.contains(value));
        let is_named = expected.iter().all(|part| said.contains(part)) && !is_told;
        if output.status.code() != Some(2) || !output.stdout.is_empty() || !is_clear || !is_named {
            self.0
                .push(format!("{arguments:?} {expected:?} {:?}\n{said}", output.status));
        }
    }
}

impl Drop for Wrong {
    fn drop(&mut self) {
        assert!(
            self.0.is_empty() || std::thread::panicking(),
            "{}",
            self.0.join("\n")
        );
    }
}

#[test]
fn a_number_out_of_its_range_is_refused_with_the_flag_and_the_range() {
    const ABSURD: [&str; 15] = [
        "",
        "-1",
        "-0",
        "-1e9",
        "nan",
        "-nan",
        "inf",
        "-inf",
        "1e-300",
        "1e300",
        "0x10",
        "1_000",
        " 1",
        "18446744073709551615",
        "340282366920938463463374607431768211456",
    ];
    let folder = Folder::new();
    let mut wrong = Wrong::default();
    folder.write("a.csv", "consumerId\nc-1\n");
    let input = ["bulk", "register", "a.csv"];
    let plan = ["bulk", "plan", "a.csv"];
    let manifest = ["bulk", "manifest"];
    let check = ["issuer", "check", "http://127.0.0.1:1"];
    let serve = ["issuer", "serve", "a.csv"];
    let cases: [(&[&str], &str, &str, &[&str]); 14] = [
        (
            &input,
            "--rate",
            "a number from 0.01 to 1000000",
            &["0", "1e-9", "0.009", "1000001"],
        ),
        (
            &input,
            "--ceiling",
            "a whole number from 1 to 10000",
            &["0", "10001", "1.5"],
        ),
        (
            &input,
            "--item-timeout",
            "a whole number from 1 to 86400",
            &["0", "86401"],
        ),
        (
            &input,
            "--shards",
            "a whole number from 1 to 100000",
            &["0", "100001", "1000000000"],
        ),
        (
            &input,
            "--timeout-seconds",
            "a whole number from 1 to 86400",
            &["0", "86401"],
        ),
        (
            &plan,
            "--shards",
            "a whole number from 1 to 100000",
            &["0", "1000000000", "4294967295"],
        ),
        (
            &plan,
            "--parallelism",
            "a whole number from 1 to 100000",
            &["0", "4294967295"],
        ),
        (&plan, "--rate", "a number from 0.01 to 1000000", &["0", "1e-9"]),
        (
            &manifest,
            "--shards",
            "a whole number from 1 to 100000",
            &["0", "4294967295"],
        ),
        (
            &manifest,
            "--parallelism",
            "a whole number from 1 to 100000",
            &["0"],
        ),
        (
            &manifest,
            "--rate",
            "a number from 0.01 to 1000000",
            &["0", "1e-9"],
        ),
        (
            &check,
            "--timeout",
            "a whole number from 1 to 86400",
            &["0", "86401"],
        ),
        (&serve, "--port", "a whole number from 0 to 65535", &["65536"]),
        (
            &["sandbox"],
            "--port",
            "a whole number from 0 to 65535",
            &["65536"],
        ),
    ];
    for (command, flag, range, more) in cases {
        for value in ABSURD.iter().chain(more) {
            // An empty setting counts as not set.
            if value.is_empty() && flag == "--timeout-seconds" {
                continue;
            }
            let given = format!("{flag}={value}");
            wrong.refused(&folder, &[command, &[&given]].concat(), &[flag, range]);
        }
        // Not taken for a flag.
        wrong.refused(&folder, &[command, &[flag, "-1"]].concat(), &[flag, range]);
    }
    folder.write("d1.toml", "[profile.default]\ntimeout_seconds = -1\n");
    wrong.refused(&folder, &["token"], &["d1.toml:2", "from 1 to 86400"]);
}

#[test]
fn an_argument_of_the_wrong_form_is_refused_without_its_value() {
    let folder = Folder::new();
    let mut wrong = Wrong::default();
    folder.write(
        "people.json",
        "{\"consumerId\":\"c-1\",\"firstName\":\"A\",\"lastName\":\"B\"}",
    );
    folder.write(
        "odd.json",
        "{\"consumerId\":\"Ada Lovelace\",\"firstName\":\"A\",\"lastName\":\"B\"}",
    );
    folder.write("junk.pem", "junk");
    folder.write("a.csv", "consumerId\nc-1\n");
    let check = |more: &[&'static str]| {
        [
            &[
                "issuer",
                "check",
                "--issuer-id",
                "is_example",
                "--consumer",
                "c-1",
            ],
            more,
        ]
        .concat()
    };
    let serve = |more: &[&'static str]| {
        [
            &["issuer", "serve", "--issuer-id", "is_example", "--behind-gateway"],
            more,
        ]
        .concat()
    };
    let manifest = |more: &[&'static str]| [&["bulk", "manifest", "--shards", "2"], more].concat();
    let url = "http://127.0.0.1:1";
    let cases = [
        (check(&["not-a-url"]), "<URL>"),
        (check(&["issuer.example:443"]), "<URL>"),
        (check(&["ftp://issuer.example"]), "<URL>"),
        (check(&["https://user:s3cret@issuer.example"]), "<URL>"),
        (check(&["https://"]), "<URL>"),
        (check(&[url, "--prefix", "a b"]), "--prefix"),
        (check(&[url, "--token-path", "/"]), "--token-path"),
        (check(&[url, "--consumer", "Ada Lovelace"]), "--consumer"),
        (check(&[url, "--unknown", "Ada Lovelace"]), "--unknown"),
        (check(&[url, "--card", "a&b=c"]), "--card"),
        (check(&[url, "--d1-cert-file", "junk.pem"]), "--d1-key-file"),
        (serve(&["people.json", "--prefix", "http://a"]), "--prefix"),
        (serve(&["people.json", "--host", "localhost"]), "--host"),
        (
            vec![
                "issuer",
                "serve",
                "people.json",
                "--issuer-id",
                "is_é",
                "--behind-gateway",
            ],
            "issuer id",
        ),
        (serve(&["odd.json"]), "record 1: consumerId"),
        (vec!["sandbox", "--trust-key", "key"], "--trust-key"),
        (vec!["sandbox", "--trust-key", "=junk.pem"], "--trust-key"),
        (vec!["sandbox", "--trust-key", "a=junk.pem"], "public half"),
        (vec!["sandbox", "--allow-host", "http://sandbox"], "--allow-host"),
        (vec!["sandbox", "--host", "nowhere"], "--host"),
        (vec!["sandbox", "--issuer-id", "short"], "issuer id"),
        (vec!["sandbox", "--profile", "none"], "profile"),
        (manifest(&["--name", "Not A Name"]), "--name"),
        (
            manifest(&[
                "--name",
                "a-name-of-sixty-two-characters-which-leaves-no-room-for-indexes",
            ]),
            "--name",
        ),
        (manifest(&["--secret", "a/b"]), "--secret"),
        (manifest(&["--config-map", ""]), "--config-map"),
        (manifest(&["--input-claim", "A"]), "--input-claim"),
        (manifest(&["--journal-claim", "-"]), "--journal-claim"),
        (manifest(&["--file", "../a.csv"]), "--file"),
        (manifest(&["--file", "/a.csv"]), "--file"),
        (manifest(&["--file", "consumers"]), "format"),
        (manifest(&["--image", "a b"]), "--image"),
        (manifest(&["--rate", "0.01"]), "--rate"),
        (vec!["bulk", "register", "a.csv", "--shard", "8/8"], "--shard"),
        (vec!["bulk", "register", "a.csv", "--shard", "Ada"], "--shard"),
        (vec!["bulk", "register", "a.csv", "--user-id", ""], "--user-id"),
        (vec!["completions", "cobol"], "<SHELL>"),
        (vec!["token", "--output", "xml"], "--output"),
    ];
    for (arguments, expected) in cases {
        wrong.refused(&folder, &arguments, &[expected]);
    }
}

#[cfg(unix)]
#[test]
fn arguments_need_not_be_unicode() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let folder = Folder::new();
    let odd = OsStr::from_bytes(b"caf\xe9");
    for arguments in [
        &["consumer", "cards"][..],
        &["consumer", "register", "c-1", "--first-name"],
        &["sandbox", "--issuer-id"],
        &["sandbox", "--seed"],
        &["bulk", "register", "--format", "csv"],
        &["bulk", "plan", "--rate", "1", "--format", "csv"],
        &["bulk", "reconcile"],
        &["token", "--profile"],
        &["token", "--config"],
        &["issuer", "check"],
        &["completions"],
        &["token", "--environment"],
        &["token", "--signing-key-file"],
    ] {
        let mut command = folder.d1(arguments);
        command.arg(odd).timeout(LONGEST);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert_eq!(said.matches("error: ").count(), 1, "{arguments:?}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_read_without_an_end() {
    let folder = Folder::new();
    let mut wrong = Wrong::default();
    for arguments in [
        &["token", "--config", "/dev/zero"][..],
        &["key", "csr", "--common-name", "a", "--key", "/dev/zero"],
        &["sandbox", "--trust-key", "a=/dev/zero"],
        &["sandbox", "--seed", "/dev/zero"],
        &[
            "issuer",
            "serve",
            "/dev/zero",
            "--issuer-id",
            "is_example",
            "--behind-gateway",
        ],
    ] {
        wrong.refused(&folder, arguments, &["cannot read /dev/zero: it has more than "]);
    }
}

#[cfg(unix)]
#[test]
fn what_is_read_more_than_once_is_a_file() {
    let folder = Folder::new();
    let mut wrong = Wrong::default();
    let made = |name: &str| {
        let made = std::process::Command::new("mkfifo")
            .arg(folder.path(name))
            .status();
        assert!(made.unwrap().success());
    };
    made("pipe.csv");
    made("pipe");
    made("key.pem");
    made("a.csv.d1-journal");
    folder.write("a.csv", "consumerId\nc-1\n");
    // Nobody writes into these pipes: opening one to read it would not return.
    for (arguments, expected) in [
        (
            &["bulk", "register", "pipe.csv"][..],
            "pipe.csv is not a regular file",
        ),
        (&["bulk", "register", "pipe"], "say - for standard input"),
        (
            &["bulk", "delete", "pipe.csv", "--check"],
            "say - for standard input",
        ),
        (
            &["bulk", "plan", "pipe.csv", "--rate", "1"],
            "pipe.csv is not a regular file",
        ),
        (
            &["bulk", "plan", "a.csv"],
            "a.csv.d1-journal is not a regular file",
        ),
        (
            &["bulk", "plan", "a.csv", "--journal", "pipe"],
            "pipe is not a regular file",
        ),
        (
            &["token", "--signing-key-file", "key.pem"],
            "--signing-key-file names a pipe or a device",
        ),
        (
            &["token", "--ca-file", "/dev/null"],
            "--ca-file names a pipe or a device",
        ),
    ] {
        wrong.refused(&folder, arguments, &[expected]);
    }
    // Of a pipe that has a writer nothing is lost, and no journal is kept beside a descriptor.
    for (input, file) in [
        ("cat a.csv |", "/dev/stdin"),
        ("cat a.csv |", "/proc/self/fd/0"),
        ("", "/dev/stdin < a.csv"),
        ("", "/dev/fd/3 3< a.csv"),
    ] {
        let script = format!("{input} \"$0\" bulk register --format csv --check {file}");
        let shell = std::process::Command::new("sh")
            .args(["-c", &script])
            .arg(assert_cmd::cargo::cargo_bin!("d1"))
            .current_dir(folder.path(""))
            .output()
            .unwrap();
        let said = String::from_utf8(shell.stderr).unwrap();
        assert_eq!(shell.status.code(), Some(2), "{script}: {said}");
        assert!(
            said.contains("is not a regular file") && said.contains("hint: a file is read twice: say -"),
            "{script}: {said}"
        );
    }
}
