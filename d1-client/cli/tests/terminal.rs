//! At a terminal: what is asked, what is coloured.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod support;

use std::process::Command;

use d1_client::sandbox::{Sandbox, example_card};
use rexpect::session::{PtySession, spawn_command};
use support::Folder;

/// Only where `d1` hangs; no test depends on how long anything takes.
const LONGEST_MS: u64 = 60_000;

fn at_terminal(
    folder: &Folder,
    sandbox: &Sandbox,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> PtySession {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("d1"));
    command
        .args(arguments)
        .env_clear()
        .env("TERM", "xterm-256color")
        .env("HOME", folder.path("home"))
        .envs(folder.variables(sandbox))
        .envs(environment.iter().copied())
        .current_dir(folder.path(""));
    spawn_command(command, Some(LONGEST_MS)).unwrap()
}

/// The rest of what it says, and its exit code.
fn end(mut session: PtySession) -> (String, i32) {
    let rest = session.exp_eof().unwrap();
    // `Exited(Pid(123), 4)`; rexpect does not export the type.
    let status = format!("{:?}", session.process().wait().unwrap());
    let code = status
        .strip_prefix("Exited(")
        .and_then(|rest| rest.rsplit_once(", "))
        .unwrap()
        .1;
    (rest, code.trim_end_matches(')').parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_asks_for_the_id_again() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    let registered = at_terminal(&folder, &sandbox, &["consumer", "register", "c-1"], &[]);
    assert_eq!(end(registered).1, 0);

    let mut session = at_terminal(&folder, &sandbox, &["consumer", "delete", "c-1"], &[]);
    let asked = session.exp_string("Type c-1 to go on: ").unwrap();
    assert!(
        asked.contains("Delete consumer c-1") && asked.contains("cannot be undone"),
        "{asked}"
    );
    assert!(asked.contains(sandbox.banking_url()), "{asked}");
    session.send_line("yes").unwrap();
    let (said, code) = end(session);
    assert!(code == 4 && said.contains("nothing was sent"), "{code} {said}");
    assert!(!sandbox.consumer("c-1").unwrap().deleted);

    let mut session = at_terminal(&folder, &sandbox, &["consumer", "delete", "c-1"], &[]);
    session.exp_string("Type c-1 to go on: ").unwrap();
    session.send_line("c-1").unwrap();
    let (said, code) = end(session);
    assert!(code == 0 && said.contains("deleted c-1"), "{code} {said}");
    assert!(sandbox.consumer("c-1").unwrap().deleted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_in_production_says_so() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    let certified = rcgen::generate_simple_self_signed(["PRD".to_owned()]).unwrap();
    folder.write(
        "client.pem",
        certified.cert.pem() + &certified.signing_key.serialize_pem(),
    );
    let arguments = [
        "consumer",
        "delete",
        "c-1",
        "--environment",
        "production",
        "--client-cert-file",
        "client.pem",
    ];
    let mut session = at_terminal(&folder, &sandbox, &arguments, &[("NO_COLOR", "1")]);
    let asked = session.exp_string("Type c-1 to go on: ").unwrap();
    assert!(
        asked.contains("in PRODUCTION (real people and real cards)"),
        "{asked}"
    );
    session.send_control('d').unwrap();
    let (said, code) = end(session);
    assert!(code == 4 && said.contains("nothing was sent"), "{code} {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_coloured_unless_no_color_is_set() {
    let (folder, sandbox) = (Folder::new(), Sandbox::start().await);
    sandbox.seed_card("c-1", example_card("card-1"));
    let arguments = ["consumer", "cards", "c-1"];
    let (coloured, _) = end(at_terminal(&folder, &sandbox, &arguments, &[]));
    assert!(coloured.contains("\u{1b}[32mACTIVE"), "{coloured:?}");
    let (plain, _) = end(at_terminal(&folder, &sandbox, &arguments, &[("NO_COLOR", "1")]));
    assert!(plain.contains("ACTIVE") && !plain.contains('\u{1b}'), "{plain:?}");
}
