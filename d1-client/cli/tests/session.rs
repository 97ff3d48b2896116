//! The README's session, run. `D1_UPDATE_SESSION=1` writes what came.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod process;

use std::{fmt::Write as _, fs, path::Path, process::Command};

use process::{Serving, text};

const BEGIN: &str = "<!-- session -->\n";
const END: &str = "<!-- /session -->";

/// The commands, each with what it does to the reader.
const COMMANDS: [&str; 12] = [
    "d1 doctor",
    "d1 consumer register c-1f6e --first-name Ada --last-name Lovelace --language eng",
    "d1 consumer register c-2b07 --first-name '' --language english",
    "d1 consumer cards c-1f6e",
    "cat customers.csv",
    "d1 bulk register customers.csv",
    "sed -i 's/,$/,Hopper/' customers.csv",
    "d1 bulk register customers.csv",
    "d1 bulk register customers.csv",
    "d1 consumer delete c-1f6e --yes --reason 'account closed'",
    "d1 consumer cards c-1f6e",
    "d1 consumer cards c-1f6e --output json; echo $?",
];

/// Ports, ids, times and rates differ from run to run.
fn settled(session: &str) -> String {
    let mut settled = String::new();
    for line in session.split_inclusive('\n') {
        let timed = ["records/s", "ahead", "good for"]
            .iter()
            .any(|text| line.contains(text));
        for word in line.split_inclusive([' ', '\n', ',', ')', ':', '/', '"', '}']) {
            let (word, end) = word.split_at(word.len() - 1);
            let is_number = |byte: u8| byte.is_ascii_digit() || (byte == b'.' && timed);
            let is_id = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
            let varies = !word.is_empty()
                && (word.bytes().all(is_number) && (timed || word.len() > 3)
                    || word.len() == 36 && word.bytes().all(is_id));
            settled.push_str(if varies { "*" } else { word });
            settled.push_str(end);
        }
    }
    settled
}

#[test]
fn the_readmes_session_is_what_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "consumerId,personalInformation.firstName,personalInformation.lastName\nc-4d21,Mary,Somerville\nc-9a90,Grace,\n";
    fs::write(folder.path().join("customers.csv"), rows).unwrap();
    let sandbox = Serving::start(&["sandbox"]);
    let binary = Path::new(env!("CARGO_BIN_EXE_d1")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let mut session = String::new();
    for command in COMMANDS {
        let shell = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {command}")])
            .current_dir(folder.path())
            .envs(sandbox.variables())
            .env("PATH", &path)
            .output()
            .unwrap();
        write!(session, "$ {command}\n{}", text(&shell.stdout)).unwrap();
        if !session.ends_with('\n') {
            session.push('\n');
        }
    }
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let page = fs::read_to_string(&readme).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (told, after) = rest.split_once(END).unwrap();
    let now = format!("```console\n{session}```\n");
    if std::env::var_os("D1_UPDATE_SESSION").is_some() {
        fs::write(&readme, format!("{before}{BEGIN}{now}{END}{after}")).unwrap();
    } else {
        assert_eq!(settled(told), settled(&now));
    }
}
