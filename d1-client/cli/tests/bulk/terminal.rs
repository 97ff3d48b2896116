//! At a terminal: progress, and a question before anything is deleted.

use std::{
    fs::File,
    io::{Read, Write},
    process::{Child, Command, Stdio},
};

use nix::pty::{OpenptyResult, Winsize, openpty};

use super::setting::{Setting, people};

const SIZE: Winsize = Winsize {
    ws_row: 24,
    ws_col: 100,
    ws_xpixel: 0,
    ws_ypixel: 0,
};

/// The command with a terminal for its input and its errors.
fn at_a_terminal(mut command: Command) -> (Child, File) {
    let OpenptyResult { master, slave } = openpty(&SIZE, None).unwrap();
    command
        .stdin(slave.try_clone().unwrap())
        .stderr(slave)
        .stdout(Stdio::piped());
    (command.spawn().unwrap(), master.into())
}

fn xterm(mut command: Command) -> Command {
    command.env("TERM", "xterm");
    command
}

/// Everything that is shown until the process ends.
fn shown(terminal: &mut File) -> String {
    let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
    // The end is an error: nobody holds the other side any more.
    while let Ok(length @ 1..) = terminal.read(&mut buffer) {
        text.extend_from_slice(&buffer[..length]);
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_shown_at_a_terminal_alone() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(3_000));
    let (mut child, mut terminal) = at_a_terminal(xterm(setting.command(["register", "a.ndjson"])));
    let progress = tokio::task::spawn_blocking(move || shown(&mut terminal))
        .await
        .unwrap();
    assert!(child.wait().unwrap().success());
    for part in ["register custom [", "/3000", "/s, ETA", "in flight", "0 retries"] {
        assert!(progress.contains(part), "{part}: {progress:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_the_check_is_is_shown_at_a_terminal_alone() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(30_000));
    setting.write("short.ndjson", people(3));
    let check = |command: &[&str], term: &str| {
        let mut command = setting.command(command.iter().copied());
        command.env("TERM", term);
        let (mut child, mut terminal) = at_a_terminal(command);
        let said = shown(&mut terminal);
        assert!(child.wait().unwrap().success(), "{said}");
        said
    };
    for args in [
        &["register", "a.ndjson", "--check"][..],
        &["plan", "a.ndjson", "--rate", "9"],
    ] {
        let progress = check(args, "xterm");
        for part in ["check [", " MiB/", "/s, ETA "] {
            assert!(progress.contains(part), "{args:?} {part}: {progress:?}");
        }
        assert_eq!(check(args, "dumb"), "", "a dumb terminal");
    }
    assert_eq!(check(&["register", "short.ndjson", "--check"], "xterm"), "");
    let ran = setting.run(&["register", "a.ndjson", "--check"]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_asked_for_with_the_environment() {
    let setting = Setting::new().await;
    setting.write("a.csv", "consumerId\nc-1\nc-2\n");
    assert_eq!(
        setting.run(&["register", "a.csv", "--journal", "r"]).await.code,
        Some(0)
    );
    for (answer, code, deleted) in [("no\n", 4, 0), ("2\n", 0, 2)] {
        let (mut child, mut terminal) = at_a_terminal(xterm(setting.command(["delete", "a.csv"])));
        terminal.write_all(answer.as_bytes()).unwrap();
        let asked = tokio::task::spawn_blocking(move || shown(&mut terminal))
            .await
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{asked}");
        assert!(
            asked.contains(
                "Delete the 2 consumers of a.csv, with their cards, for issuer is_sandbox in http://"
            ),
            "{asked}"
        );
        let gone = setting.sandbox.consumers();
        assert_eq!(gone.iter().filter(|consumer| consumer.deleted).count(), deleted);
    }
}
