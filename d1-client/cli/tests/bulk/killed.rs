//! Runs that are ended in the middle.

use std::{collections::HashSet, fs, io::Write, path::PathBuf, process::Stdio, time::Duration};

use d1_client::sandbox::{Endpoint, Fault};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::json;

use super::setting::{Ran, Setting, journal, people};

/// Waits until the journal has so many results more than before.
pub(crate) async fn until_done(path: PathBuf, more: usize) {
    let done = || {
        fs::read_to_string(&path)
            .unwrap_or_default()
            .matches("{\"done\"")
            .count()
    };
    let before = done();
    while done() < before + more {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_five_times_registers_everybody() {
    const PEOPLE: usize = 20_000;
    const IN_EACH_RUN: usize = 3_300;
    // As many requests as the sandbox remembers.
    const REMEMBERED: usize = 10_000;
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(PEOPLE));
    let path = setting.path("a.ndjson.d1-journal");
    let mut done: HashSet<String> = HashSet::new();
    for round in 0..=5 {
        setting.sandbox.clear_requests();
        let mut command = setting.command(["register", "a.ndjson", "--output", "json"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        if round < 5 {
            until_done(path.clone(), IN_EACH_RUN).await;
            // SIGKILL.
            child.kill().unwrap();
        }
        let ran = tokio::task::spawn_blocking(move || child.wait_with_output())
            .await
            .unwrap()
            .unwrap();
        // What was in the journal as done before this run came in no request of it.
        assert!(setting.sandbox.requests().len() < REMEMBERED);
        let requests = setting.requests(Endpoint::Register);
        assert!(!done.iter().any(|id| requests.contains_key(id)), "round {round}");
        let lines = journal(&path);
        done = lines
            .iter()
            .filter_map(|line| Some(line["done"].as_str()?.to_owned()))
            .collect();
        let recorded = lines.iter().filter(|line| line["done"].is_string()).count();
        assert_eq!(recorded, done.len(), "each is done once");
        if round == 5 {
            let ran = Ran::of(&ran);
            assert_eq!(ran.code, Some(0), "{}", ran.stderr);
            let number = |name: &str| ran.json[name].as_u64().unwrap() as usize;
            assert_eq!(number("records"), PEOPLE);
            assert_eq!(number("done") + number("done_before"), PEOPLE);
            assert!(number("done_before") >= 5 * IN_EACH_RUN);
        }
    }
    assert_eq!((setting.registered(), done.len()), (PEOPLE, PEOPLE));
}

#[tokio::test(flavor = "multi_thread")]
async fn deletions_in_flight_when_it_is_killed_are_not_sent_again_unasked() {
    let setting = Setting::new().await;
    setting.write(
        "a.ndjson",
        people(500).replace(
            ",\"personalInformation\":{\"firstName\":\"Ada\",\"lastName\":\"Lovelace\"}",
            "",
        ),
    );
    assert_eq!(
        setting
            .run(&["register", "a.ndjson", "--journal", "r"])
            .await
            .code,
        Some(0)
    );
    setting.sandbox.rate(
        1000,
        1,
        Fault::latency(Duration::from_millis(20)).on(Endpoint::Delete),
    );
    let mut child = setting
        .command(["delete", "a.ndjson"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until_done(setting.path("a.ndjson.d1-journal"), 50).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let ran = setting.run(&["delete", "a.ndjson"]).await;
    assert_eq!(ran.code, Some(6), "{}", ran.stderr);
    let unknown = ran.json["unknown"].as_u64().unwrap();
    assert!(unknown > 0);
    assert!(
        setting
            .requests(Endpoint::Delete)
            .values()
            .all(|count| *count == 1)
    );

    let ran = setting.run(&["reconcile", "a.ndjson"]).await;
    assert_eq!(
        (ran.code, &ran.json["asked"]),
        (Some(0), &json!(unknown)),
        "{}",
        ran.stderr
    );
    let ran = setting.run(&["delete", "a.ndjson"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        setting
            .sandbox
            .consumers()
            .iter()
            .all(|consumer| consumer.deleted)
    );
    assert!(
        setting
            .requests(Endpoint::Delete)
            .values()
            .all(|count| *count == 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_finishes_what_is_in_flight_and_says_how_to_go_on() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(2_000));
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        setting.sandbox.rate(
            1000,
            1,
            Fault::latency(Duration::from_millis(20)).on(Endpoint::Register),
        );
        let mut command = setting.command(["register", "a.ndjson", "--output", "json"]);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        until_done(setting.path("a.ndjson.d1-journal"), 50).await;
        kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
        let output = tokio::task::spawn_blocking(move || child.wait_with_output())
            .await
            .unwrap()
            .unwrap();
        let ran = Ran::of(&output);
        assert_eq!(
            (ran.code, &ran.json["interrupted"]),
            (Some(6), &json!(true)),
            "{}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("run the same command again"),
            "{}",
            ran.stderr
        );
        let number = |name: &str| ran.json[name].as_u64().unwrap();
        assert_eq!(number("unknown") + number("refused"), 0);
        assert_eq!(number("done") + number("done_before") + number("not_sent"), 2_000);
        assert_eq!(
            setting.registered() as u64,
            number("done") + number("done_before")
        );
        setting.sandbox.clear_faults();
    }
    let ran = setting.run(&["register", "a.ndjson"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        setting
            .requests(Endpoint::Register)
            .values()
            .all(|count| *count == 1)
    );
    assert_eq!(setting.registered(), 2_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_ends_a_run_whose_standard_input_is_idle() {
    let setting = Setting::new().await;
    let mut command = setting.command(["register", "-", "--format", "ndjson", "--journal", "j"]);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = pipes.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(people(2).as_bytes()).unwrap();
    until_done(setting.path("j"), 2).await;
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGINT).unwrap();
    let ended = tokio::task::spawn_blocking(move || child.wait()).await.unwrap();
    assert_eq!(ended.unwrap().code(), Some(6));
    drop(input);
}
