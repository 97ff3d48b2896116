//! The journal: what it is of, who writes it, and what happens if it cannot be written.

use std::{collections::HashSet, fs, process::Command};

use d1_client::sandbox::Endpoint;
use serde_json::json;

use super::setting::{Ran, Setting, people};

#[tokio::test(flavor = "multi_thread")]
async fn every_consumer_is_recorded_before_it_is_sent_and_when_it_is_done() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(100));
    assert_eq!(setting.run(&["register", "a.ndjson"]).await.code, Some(0));
    let journal = setting.journal("a.ndjson.d1-journal");
    let first = &journal[0];
    assert_eq!(
        (&first["d1_journal"], &first["operation"], &first["shard"]),
        (&json!(1), &json!("register"), &json!("0/1"))
    );
    assert_eq!(
        (&first["environment"], &first["issuer"]),
        (&json!(setting.sandbox.banking_url()), &json!("is_sandbox"))
    );
    assert!(first["input"].as_str().unwrap().starts_with("sha256:"));
    let of = |name: &str| {
        journal
            .iter()
            .filter_map(|line| line[name].as_str())
            .collect::<Vec<_>>()
    };
    let (sent, done) = (of("sent"), of("done"));
    assert_eq!((sent.len(), done.len()), (100, 100));
    assert_eq!(sent.iter().collect::<HashSet<_>>(), done.iter().collect());
    let place = |name: &str, id: &str| journal.iter().position(|line| line[name] == id).unwrap();
    assert!(sent.iter().all(|id| place("sent", id) < place("done", id)));
    let last = journal.last().unwrap();
    assert_eq!(last["run"]["items"], 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_something_else_is_refused_and_nothing_is_sent() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(3));
    assert_eq!(
        setting
            .run(&["register", "a.ndjson", "--journal", "j"])
            .await
            .code,
        Some(0)
    );
    setting.sandbox.clear_requests();
    let before = fs::read(setting.path("j")).unwrap();
    setting.write("b.ndjson", people(4));
    setting.write("other", "no journal\n");
    for (args, expected) in [
        (
            &["update", "a.ndjson", "--journal", "j"][..],
            "the journal j is of another operation",
        ),
        (
            &["register", "b.ndjson", "--journal", "j"],
            "the journal j is of another input",
        ),
        (
            &["register", "a.ndjson", "--journal", "j", "--shard", "0/2"],
            "the journal j is of another shard",
        ),
        (
            &["register", "a.ndjson", "--journal", "other"],
            "other exists, and is not a journal",
        ),
        (
            &["register", "a.ndjson", "--journal", "/dev/full"],
            "the journal /dev/full is not a regular file",
        ),
        (
            &["register", "a.ndjson", "--journal", "missing/j"],
            "the journal missing/j cannot be written",
        ),
    ] {
        let ran = setting.run(args).await;
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
    assert!(setting.sandbox.requests().is_empty());
    assert_eq!(fs::read(setting.path("j")).unwrap(), before);
    assert_eq!(fs::read(setting.path("other")).unwrap(), b"no journal\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_d1_of_no_name_has_another_journal() {
    let (one, other) = (Setting::new().await, Setting::new().await);
    one.write("a.ndjson", people(3));
    assert_eq!(one.run(&["register", "a.ndjson"]).await.code, Some(0));
    let (input, journal) = (one.path("a.ndjson"), one.path("a.ndjson.d1-journal"));
    let arguments = [
        "register",
        input.to_str().unwrap(),
        "--journal",
        journal.to_str().unwrap(),
    ];
    let ran = other.run(&arguments).await;
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("of another environment"), "{}", ran.stderr);
    assert!(other.sandbox.consumers().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_journal_is_left_as_it_is() {
    let setting = Setting::new().await;
    let input = "{\"consumerId\":\"c-1\"}";
    setting.write("a.ndjson", input);
    setting.write("notes.txt", "no line break");
    for (journal, content) in [("notes.txt", "no line break"), ("a.ndjson", input)] {
        let ran = setting.run(&["register", "a.ndjson", "--journal", journal]).await;
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains("is not a journal"), "{}", ran.stderr);
        assert_eq!(std::fs::read_to_string(setting.path(journal)).unwrap(), content);
    }
    // What a killed process leaves of a first line.
    setting.write("cut", "{\"d1_jour");
    let ran = setting.run(&["register", "a.ndjson", "--journal", "cut"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_has_one_writer() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(3));
    let journal = fs::File::create(setting.path("j")).unwrap();
    fs4::FileExt::lock(&journal).unwrap();
    let ran = setting.run(&["register", "a.ndjson", "--journal", "j"]).await;
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("the journal j is in use by another process"),
        "{}",
        ran.stderr
    );
    drop(journal);
    assert_eq!(
        setting
            .run(&["register", "a.ndjson", "--journal", "j"])
            .await
            .code,
        Some(0)
    );
}

/// Runs it by a shell script, whose `"$@"` it is.
async fn scripted(setting: &Setting, wrapper: &[&str], script: &str, args: &[&str]) -> Ran {
    let command = setting.command(args.iter().copied().chain(["--output", "json"]));
    let words = [wrapper, &["sh", "-c", script, "sh"]].concat();
    let mut scripted = Command::new(words[0]);
    scripted.args(&words[1..]);
    scripted.arg(command.get_program()).args(command.get_args());
    scripted
        .current_dir(command.get_current_dir().unwrap())
        .env_clear();
    scripted.env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    scripted.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let output = tokio::task::spawn_blocking(move || scripted.output())
        .await
        .unwrap();
    Ran::of(&output.unwrap())
}

fn assert_recorded(setting: &Setting, journal: &str, ran: &Ran) {
    assert!([2, 4, 5, 6].contains(&ran.code.unwrap()), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("a.ndjson.d1-journal cannot be written"),
        "{}",
        ran.stderr
    );
    let journal = setting.journal(journal);
    let recorded: HashSet<&str> = journal.iter().filter_map(|line| line["sent"].as_str()).collect();
    let sent = setting.requests(Endpoint::Register);
    assert!(sent.keys().all(|id| recorded.contains(id.as_str())));
}

/// The kernel refuses to let the journal grow.
#[tokio::test(flavor = "multi_thread")]
async fn when_the_journal_cannot_grow_nothing_is_sent_unrecorded() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(2_000));
    for blocks in [0, 1, 8, 64] {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let ran = scripted(&setting, &[], &script, &["register", "a.ndjson"]).await;
        assert_recorded(&setting, "a.ndjson.d1-journal", &ran);
        assert!(setting.registered() < 2_000);
    }
    // With room it goes on.
    let ran = setting.run(&["register", "a.ndjson"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(setting.registered(), 2_000);
}

/// A file system of 64 KiB, mounted where only the process sees it.
#[tokio::test(flavor = "multi_thread")]
async fn when_the_disk_is_full_nothing_is_sent_unrecorded() {
    let unshare = ["unshare", "--user", "--map-root-user", "--mount"];
    let allowed = Command::new("unshare")
        .args([&unshare[1..], &["true"]].concat())
        .status();
    if !allowed.is_ok_and(|status| status.success()) {
        eprintln!("skipped: a file system cannot be mounted here");
        return;
    }
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(4_000));
    fs::create_dir(setting.path("small")).unwrap();
    let script = "mount -t tmpfs -o size=64k tmpfs small && \"$@\"; code=$?; cp small/* kept; exit $code";
    let ran = scripted(
        &setting,
        &unshare,
        script,
        &["register", "a.ndjson", "--journal", "small"],
    )
    .await;
    assert_recorded(&setting, "kept", &ran);
    assert!((1..4_000).contains(&setting.registered()));

    fs::rename(setting.path("kept"), setting.path("a.ndjson.d1-journal")).unwrap();
    let ran = setting.run(&["register", "a.ndjson"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(setting.registered(), 4_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_have_journals_of_their_own_and_cover_the_file() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(200));
    for index in 0..3 {
        let shard = format!("{index}/3");
        let ran = setting.run(&["register", "a.ndjson", "--shard", &shard]).await;
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(
            setting
                .path(&format!("a.ndjson.{index}-of-3.d1-journal"))
                .exists()
        );
    }
    assert_eq!(setting.registered(), 200);
    assert!(
        setting
            .requests(Endpoint::Register)
            .values()
            .all(|count| *count == 1)
    );

    // The rates that they saw.
    let ran = setting
        .run(&["plan", "a.ndjson", "--shards", "8", "--parallelism", "4"])
        .await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let (rate, seconds) = (
        ran.json["records_a_second"].as_f64().unwrap(),
        ran.json["seconds"].as_f64().unwrap(),
    );
    let largest = ran.json["records_of_largest_shard"].as_f64().unwrap();
    assert!(rate > 0.0 && (25.0..60.0).contains(&largest));
    assert!((seconds * rate - 2.0 * largest).abs() < 0.001);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_a_rate_says_what_is_missing() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(8));
    let ran = setting.run(&["plan", "a.ndjson", "--shards", "8"]).await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("no rate was seen yet"), "{}", ran.stderr);
    let ran = setting.run(&["plan", "a.ndjson", "--rate", "2"]).await;
    assert_eq!(
        (&ran.json["records"], &ran.json["seconds"]),
        (&json!(8), &json!(4.0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_another_version_is_left_as_it_is() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(2));
    assert_eq!(setting.run(&["register", "a.ndjson"]).await.code, Some(0));
    let name = "a.ndjson.d1-journal";
    let text = fs::read_to_string(setting.path(name)).unwrap();
    let other = text.replacen("{\"d1_journal\":1", "{\"d1_journal\":2", 1);
    setting.write(name, &other);
    for args in [
        &["register", "a.ndjson"][..],
        &["reconcile", "a.ndjson"],
        &["plan", "a.ndjson"],
    ] {
        let ran = setting.run(args).await;
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(
            ran.stderr.contains("is of another version"),
            "{args:?} {}",
            ran.stderr
        );
        assert_eq!(fs::read_to_string(setting.path(name)).unwrap(), other);
    }
    let ran = setting.run(&["reconcile", "b.ndjson"]).await;
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("there is no journal b.ndjson.d1-journal"),
        "{}",
        ran.stderr
    );
    assert!(!setting.path("b.ndjson.d1-journal").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_takes_rates_that_can_be_and_of_its_file_alone() {
    let setting = Setting::new().await;
    setting.write("a.ndjson", people(8));
    let header = json!({
        "d1_journal": 1, "operation": "register", "environment": "staging", "issuer": "is_sandbox",
        "input": "stdin", "shard": "0/1",
    });
    let journal = |runs: &[(&str, &str)]| {
        let runs = runs.iter();
        let runs =
            runs.map(|(items, seconds)| format!("{{\"run\":{{\"items\":{items},\"seconds\":{seconds}}}}}\n"));
        format!("{header}\n{}", runs.collect::<String>())
    };
    const MOST: &str = "18446744073709551615";
    // Of another file, for all the same beginning.
    setting.write("a.ndjson.gz.d1-journal", journal(&[("8", "1.0")]));
    for runs in [
        &[("8", "-1.0")][..],
        &[("0", "1.0")],
        &[("8", "0.0")],
        &[(MOST, "1e308"), (MOST, "1e307"), (MOST, "1e308"), (MOST, "1e307")],
    ] {
        setting.write("a.ndjson.d1-journal", journal(runs));
        let ran = setting.run(&["plan", "a.ndjson"]).await;
        let is_known = ran.code == Some(0) && ran.json["seconds"].as_f64().is_some();
        assert!(
            is_known || ran.stderr.contains("no rate was seen yet"),
            "{runs:?} {}",
            ran.stderr
        );
    }
    setting.write("a.ndjson.0-of-2.d1-journal", journal(&[("9", "3.0")]));
    setting.write(
        "a.ndjson.d1-journal",
        journal(&[("3", "1.0"), ("6", "2.0"), ("3", "1.0")]),
    );
    let ran = setting.run(&["plan", "a.ndjson"]).await;
    assert_eq!(ran.json["records_a_second"], json!(3.0), "{}", ran.stderr);
}

/// A name may hold what moves the cursor, or no text at all.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn an_odd_name_is_taken_and_printed_in_one_line() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let setting = Setting::new().await;
    for name in [&b"a\n\x1b[2Jb.ndjson"[..], b"caf\xe9.ndjson"] {
        let name = OsStr::from_bytes(name);
        fs::write(setting.path("").join(name), people(2)).unwrap();
        let mut command = setting.command(["register"]);
        command.arg(name);
        let output = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        let lines: Vec<&str> = said.lines().collect();
        assert!(
            matches!(lines[..], [_, _, journal] if journal.starts_with("journal: ")),
            "{said:?}"
        );
        assert!(!said.contains('\x1b'), "{said:?}");
    }
}
