//! The Kubernetes Job: by Kubernetes' own schemas, and run as processes of this machine.
//!
//! `D1_INTEROP_PYTHON` names a Python with `requirements.txt` (CI makes it); without it the schemas are not asked.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
};

use d1_client::sandbox::Endpoint;
use serde_json::{Value, json};

use super::{
    killed::until_done,
    setting::{Setting, bare, people},
};

const PEOPLE: usize = 8_000;
const SHARDS: usize = 8;

fn manifest(args: &[&str], folder: &Path) -> String {
    let output = bare(folder)
        .args(["bulk", "manifest"])
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn kubernetes_takes_the_manifest() {
    let Some(python) = std::env::var_os("D1_INTEROP_PYTHON") else {
        eprintln!("skipped: D1_INTEROP_PYTHON is not set");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for args in [
        &["--shards", "8"][..],
        &[
            "--shards",
            "100",
            "--parallelism",
            "4",
            "--operation",
            "delete",
            "--rate",
            "50",
        ],
    ] {
        let validate = |manifest: &str| {
            fs::write(folder.path().join("job.yaml"), manifest).unwrap();
            let mut validator = Command::new(&python);
            validator.args(["-m", "kubernetes_validate", "--strict", "job.yaml"]);
            validator.current_dir(folder.path()).output().unwrap()
        };
        let manifest = manifest(args, folder.path());
        let taken = validate(&manifest);
        assert!(taken.status.success(), "{taken:?}");
        // The schemas do refuse.
        let refused = validate(&manifest.replace("completions:", "shards:"));
        assert!(!refused.status.success(), "{refused:?}");
    }
}

#[test]
fn a_rate_is_shared_and_the_shards_are_completions() {
    let folder = tempfile::tempdir().unwrap();
    let args = [
        "--shards",
        "100",
        "--parallelism",
        "4",
        "--operation",
        "delete",
        "--rate",
        "50",
        "--output",
        "json",
    ];
    let job: Value = serde_json::from_str(&manifest(&args, folder.path())).unwrap();
    let spec = &job["spec"];
    assert_eq!(
        (&spec["completions"], &spec["parallelism"]),
        (&json!(100), &json!(4))
    );
    let args = spec["template"]["spec"]["containers"][0]["args"]
        .as_array()
        .unwrap();
    assert!(
        args.contains(&json!("--shards=100")) && args.contains(&json!("--rate=12.5")),
        "{args:?}"
    );
}

/// The Job's command, with the folders of this machine in place of the volumes.
struct Pods<'a> {
    setting: &'a Setting,
    args: Vec<String>,
}

impl Pods<'_> {
    fn start(&self, index: usize) -> Child {
        let mut command = self.setting.command([]);
        command.env("JOB_COMPLETION_INDEX", index.to_string());
        // All but the `bulk` that is there already.
        command.args(&self.args[1..]);
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_processes_register_everybody_once_though_some_are_killed() {
    let setting = Setting::new().await;
    fs::create_dir(setting.path("journal")).unwrap();
    setting.write("consumers.ndjson", people(PEOPLE));
    let job: Value = serde_json::from_str(&manifest(
        &["--shards", "8", "--output", "json"],
        &setting.path(""),
    ))
    .unwrap();
    let args = job["spec"]["template"]["spec"]["containers"][0]["args"]
        .as_array()
        .unwrap();
    let local = |arg: &Value| {
        let folder = setting.path("");
        let folder = folder.to_str().unwrap().trim_end_matches('/');
        arg.as_str()
            .unwrap()
            .replace("/input", folder)
            .replace("/journal", &format!("{folder}/journal"))
    };
    let pods = Pods {
        setting: &setting,
        args: args.iter().map(local).collect(),
    };
    let mut running: HashMap<usize, Child> = (0..SHARDS).map(|index| (index, pods.start(index))).collect();
    for killed in [1, 4, 6] {
        let journal = setting.path(&format!("journal/consumers.ndjson.{killed}-of-8.d1-journal"));
        until_done(journal, 50).await;
        let mut child = running.remove(&killed).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        running.insert(killed, pods.start(killed));
    }
    let ended = tokio::task::spawn_blocking(move || {
        let codes = running
            .into_values()
            .map(|mut child| child.wait().unwrap().code());
        codes.collect::<Vec<_>>()
    });
    assert_eq!(ended.await.unwrap(), [Some(0); SHARDS]);
    assert_eq!(setting.registered(), PEOPLE);
    // Of what was done, nothing was sent again: only what was in flight when its process was killed.
    let twice = setting
        .requests(Endpoint::Register)
        .into_values()
        .filter(|count| *count > 1)
        .count();
    assert!(twice <= 3 * 128, "{twice}");
    let done = (0..SHARDS).map(|index| {
        let journal = setting.journal(&format!("journal/consumers.ndjson.{index}-of-8.d1-journal"));
        journal.iter().filter(|line| line["done"].is_string()).count()
    });
    assert_eq!(done.sum::<usize>(), PEOPLE, "each is done once");
    // Without the number of shards each pod would send everything.
    let mut command = setting.command(["register", "consumers.ndjson"]);
    let output = command.env("JOB_COMPLETION_INDEX", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
