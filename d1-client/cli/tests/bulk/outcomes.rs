//! What becomes of items that are not done, and what there is to do about them.

use std::{
    io::Write,
    process::{Output, Stdio},
    time::Duration,
};

use d1_client::sandbox::{Endpoint, Fault};
use serde_json::json;

use super::{
    killed::until_done,
    setting::{Ran, Setting, people},
};

/// Runs `d1 bulk …` with this standard input.
async fn piped(setting: &Setting, args: &[&str], input: &str) -> Ran {
    let mut command = setting.command(args.iter().copied().chain(["--output", "json"]));
    let input = input.to_owned();
    let run = move || -> Output {
        let pipes = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        // It may end before it has read all.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    };
    Ran::of(&tokio::task::spawn_blocking(run).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_tells_what_became_of_them() {
    for (status, code, exit, counted) in [
        (403, "AUTHORIZER_FORBIDDEN", 3, "refused"),
        (500, "INTERNAL_ERROR", 5, "unknown"),
    ] {
        let setting = Setting::new().await;
        setting.write("a.ndjson", people(3));
        setting
            .sandbox
            .rate(1000, 1, Fault::error(status, code).on(Endpoint::Register));
        let ran = setting.run(&["register", "a.ndjson"]).await;
        assert_eq!(ran.code, Some(exit), "{}", ran.stderr);
        assert_eq!(ran.json[counted], 3);
        let listed = &ran.json[format!("{counted}_records")];
        assert_eq!(listed.as_array().unwrap().len(), 3);
        assert_eq!(listed[0]["code"], code);
        assert!(
            ran.stderr
                .starts_with("error: 3 of 3 records are not done\nhint: "),
            "{}",
            ran.stderr
        );

        // Some of them.
        setting.sandbox.clear_faults();
        setting
            .sandbox
            .next(Fault::error(status, code).on(Endpoint::Register));
        let ran = setting.run(&["register", "a.ndjson"]).await;
        assert_eq!((ran.code, &ran.json["done"]), (Some(6), &json!(2)));
        // What is done is not sent again.
        let ran = setting.run(&["register", "a.ndjson"]).await;
        assert_eq!(
            (ran.code, &ran.json["done"], &ran.json["done_before"]),
            (Some(0), &json!(1), &json!(2))
        );
        let ran = setting.run(&["register", "a.ndjson"]).await;
        assert_eq!((ran.code, &ran.json["requests"]), (Some(0), &json!(0)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_nothing_is_sent() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(3));
    setting.sandbox.set_key(setting.sandbox.key_id(), None);
    let ran = setting.run(&["register", "a.ndjson"]).await;
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(setting.requests(Endpoint::Register).is_empty());
    assert!(setting.journal("a.ndjson.d1-journal").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_update_is_not_sent_again_unasked() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(3));
    assert_eq!(
        setting
            .run(&["register", "a.ndjson", "--journal", "r"])
            .await
            .code,
        Some(0)
    );
    let lost = || Fault::reset_after_reading().on(Endpoint::Update).after_applying();
    setting.sandbox.rate(1000, 1, lost());
    let ran = setting.run(&["update", "a.ndjson"]).await;
    assert_eq!(
        (ran.code, &ran.json["unknown"]),
        (Some(5), &json!(3)),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("d1 bulk reconcile a.ndjson.d1-journal"),
        "{}",
        ran.stderr
    );

    setting.sandbox.clear_faults();
    setting.sandbox.clear_requests();
    let ran = setting.run(&["reconcile", "a.ndjson"]).await;
    assert_eq!(
        (ran.code, &ran.json["unknown"]),
        (Some(5), &json!(["c-0", "c-1", "c-2"]))
    );
    assert!(ran.stderr.contains("an update cannot be known"));
    let ran = setting.run(&["update", "a.ndjson"]).await;
    assert_eq!((ran.code, &ran.json["unknown"]), (Some(5), &json!(3)));
    assert!(setting.requests(Endpoint::Update).is_empty());

    let ran = setting.run(&["update", "a.ndjson", "--resend-unknown"]).await;
    assert_eq!((ran.code, &ran.json["done"]), (Some(0), &json!(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_without_a_record_is_refused_as_a_file_is() {
    let setting = Setting::new().await;
    let header = "consumerId,personalInformation.firstName,personalInformation.lastName\n";
    for (format, content, expected) in [
        ("csv", header, "line 1: the input has no records"),
        ("csv", "", "line 1: the input is empty"),
        ("ndjson", "\n \n", "line 1: the input has no records"),
        ("csv", "name\nAda\n", "line 1: the header"),
    ] {
        let said = format!("error: {expected}");
        let name = format!("a.{format}");
        setting.write(&name, content);
        let of_file = setting.run(&["register", &name]).await;
        let args = ["register", "-", "--format", format, "--journal", "j"];
        let ran = piped(&setting, &args, content).await;
        for ran in [of_file, ran] {
            assert_eq!(ran.code, Some(2), "{content:?} {}", ran.stderr);
            assert!(ran.stderr.starts_with(&said), "{content:?} {}", ran.stderr);
            assert!(
                ran.stderr.contains("\nhint: nothing was sent: "),
                "{}",
                ran.stderr
            );
        }
    }
    assert!(setting.requests(Endpoint::Register).is_empty());
    // A shard without a record is no input without one.
    let row = format!("{header}c-1,Ada,Lovelace\n");
    let mut codes = Vec::new();
    for shard in ["0/2", "1/2"] {
        let args = [
            "register",
            "-",
            "--format",
            "csv",
            "--journal",
            &shard.replace('/', "-"),
            "--shard",
            shard,
        ];
        codes.push(piped(&setting, &args, &row).await.code);
    }
    assert_eq!(codes, [Some(0), Some(0)]);
    assert_eq!(setting.registered(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn that_a_consumer_exists_does_not_prove_a_registration() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(2));
    let lost = Fault::reset_before_reading().on(Endpoint::Register);
    assert_eq!(
        setting
            .run(&["register", "a.ndjson", "--journal", "r"])
            .await
            .code,
        Some(0)
    );
    setting.sandbox.rate(1000, 1, lost);
    let ran = setting
        .run(&["register", "a.ndjson", "--item-timeout", "1"])
        .await;
    assert_eq!(ran.json["unknown"], json!(2), "{}", ran.stderr);
    setting.sandbox.clear_faults();
    let ran = setting.run(&["reconcile", "a.ndjson"]).await;
    assert_eq!(
        (ran.code, &ran.json["exist"], &ran.json["done"]),
        (Some(0), &json!(2), &json!(0))
    );
    setting.sandbox.clear_requests();
    let ran = setting.run(&["register", "a.ndjson"]).await;
    assert_eq!((ran.code, &ran.json["done"]), (Some(0), &json!(2)));
    assert_eq!(setting.requests(Endpoint::Register).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_is_asked_about_unknown_deletions() {
    let setting = Setting::new().await;
    setting.write(
        "a.ndjson",
        "{\"consumerId\":\"gone\"}\n{\"consumerId\":\"there\"}\n",
    );
    assert_eq!(
        setting
            .run(&["register", "a.ndjson", "--journal", "r"])
            .await
            .code,
        Some(0)
    );
    setting.write(
        "b.ndjson",
        "{\"consumerId\":\"gone\"}\n{\"consumerId\":\"there\"}\n{\"consumerId\":\"never\"}\n",
    );
    // One at a time: the first is deleted and its answer lost, the others are lost before.
    setting
        .sandbox
        .next(Fault::reset_after_reading().on(Endpoint::Delete).after_applying());
    setting
        .sandbox
        .rate(1000, 1, Fault::error(500, "INTERNAL_ERROR").on(Endpoint::Delete));
    let ran = setting.run(&["delete", "b.ndjson", "--ceiling", "1"]).await;
    assert_eq!(
        (ran.code, &ran.json["unknown"]),
        (Some(5), &json!(3)),
        "{}",
        ran.stderr
    );
    setting.sandbox.clear_faults();

    let ran = setting.run(&["reconcile", "b.ndjson.d1-journal"]).await;
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert_eq!(
        (&ran.json["asked"], &ran.json["done"], &ran.json["not_done"]),
        (&json!(3), &json!(1), &json!(1))
    );
    // An unknown consumer is not a proof of deletion.
    assert_eq!(ran.json["unknown"], json!(["never"]));

    setting.sandbox.clear_requests();
    let ran = setting.run(&["delete", "b.ndjson"]).await;
    assert_eq!(
        (&ran.json["done"], &ran.json["done_before"], &ran.json["unknown"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(
        setting.requests(Endpoint::Delete),
        [("there".to_owned(), 1)].into()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_needs_a_journal_and_stops_at_the_first_bad_row() {
    let setting = Setting::new().await;
    let args = ["register", "-", "--format", "csv"];
    let header = "consumerId,personalInformation.firstName,personalInformation.lastName\n";
    let rows = format!("{header}c-1,Ada,Lovelace\nc-2,<Secret>,Turing\nc-3,Charles,Babbage\n");
    let ran = piped(&setting, &args, &rows).await;
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("standard input needs --journal"),
        "{}",
        ran.stderr
    );

    let args = [&args[..], &["--journal", "j"]].concat();
    let ran = piped(&setting, &args, &rows).await;
    assert_eq!(
        (ran.code, &ran.json["done"]),
        (Some(6), &json!(1)),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .contains("line 3, column 2: personalInformation.firstName must match"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("Secret"));
    assert_eq!(setting.registered(), 1);

    // Mended, with the same journal.
    let ran = piped(&setting, &args, &rows.replace("<Secret>", "Alan")).await;
    assert_eq!(
        (ran.code, &ran.json["done"], &ran.json["done_before"]),
        (Some(0), &json!(2), &json!(1)),
        "{}",
        ran.stderr
    );
    assert_eq!(setting.requests(Endpoint::Register)["c-1"], 1);

    let ran = piped(
        &setting,
        &["register", "-", "--format", "csv", "--journal", "k"],
        &format!("{header}c-1,A,B\nc-1,A,B\n"),
    )
    .await;
    assert_eq!(ran.code, Some(6));
    assert!(
        ran.stderr.contains("line 3, column 1: consumerId comes again"),
        "{}",
        ran.stderr
    );
    let ran = piped(
        &setting,
        &["register", "-", "--format", "csv", "--journal", "l"],
        "c-1,A,B\n",
    )
    .await;
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_person_is_in_what_is_printed_or_kept() {
    let setting = Setting::new().await;
    let person = "{\"consumerId\":\"c-1\",\"personalInformation\":{\"firstName\":\"Verysecret\",\"lastName\":\"Verysecret\"}}\n";
    setting.write("a.ndjson", person);
    setting
        .sandbox
        .next(Fault::error(400, "FIELD_INVALID_VALUE").on(Endpoint::Register));
    for _ in 0..2 {
        for format in ["human", "json"] {
            let mut command = setting.command(["register", "a.ndjson", "--output", format]);
            let output = tokio::task::spawn_blocking(move || command.output())
                .await
                .unwrap()
                .unwrap();
            let said = [output.stdout, output.stderr].concat();
            assert!(!String::from_utf8(said).unwrap().contains("Verysecret"));
        }
    }
    let journal = std::fs::read_to_string(setting.path("a.ndjson.d1-journal")).unwrap();
    assert!(
        journal.contains("c-1") && !journal.contains("Verysecret"),
        "{journal}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_waited_for_and_every_answer_counted_once() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(500));
    setting
        .sandbox
        .rate(200, 5, Fault::unavailable().on(Endpoint::Register));
    setting.sandbox.rate(
        150,
        7,
        Fault::reset_after_reading()
            .on(Endpoint::Register)
            .after_applying(),
    );
    setting
        .sandbox
        .rate(100, 9, Fault::latency(Duration::from_millis(5)));
    let ran = setting.run(&["register", "a.ndjson"]).await;
    assert_eq!(
        (ran.code, &ran.json["done"]),
        (Some(0), &json!(500)),
        "{}",
        ran.stderr
    );
    assert!(ran.json["requests"].as_u64().unwrap() > 500);
    assert_eq!(setting.registered(), 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_d1_no_longer_knows_ends_the_run() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(2_000));
    setting.sandbox.rate(
        1000,
        1,
        Fault::latency(Duration::from_millis(20)).on(Endpoint::Register),
    );
    let mut command = setting.command(["register", "a.ndjson", "--output", "json", "--item-timeout", "5"]);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until_done(setting.path("a.ndjson.d1-journal"), 50).await;
    setting.sandbox.set_key(setting.sandbox.key_id(), None);
    setting.sandbox.revoke_tokens();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output())
        .await
        .unwrap()
        .unwrap();
    let ran = Ran::of(&output);
    assert_eq!(ran.code, Some(6), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("of 2000 records are not done: "),
        "{}",
        ran.stderr
    );
    // It was not tried for each of them.
    assert!(setting.requests(Endpoint::Register).len() < 1_500);
}
