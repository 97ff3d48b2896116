//! Memory and rates with a million rows, as ratios within a run: `cargo test --release -p d1-cli --test bulk -- --ignored speed`.

use std::{
    env, fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use d1_client::{
    Client, ConsumerId,
    bulk::BulkOptions,
    sandbox::{Endpoint, Fault},
    types::ConsumerInformation,
};
use futures::{StreamExt, stream};
use serde::Deserialize;

use super::setting::{Ran, Setting, bare};

const ROWS: usize = 1_000_000;
const SENT: usize = 50_000;
/// Of a process, in KiB.
const MEMORY: u64 = 64 * 1024;
/// Of the rate of the csv crate alone, and of the library's bulk alone.
const CHECK: f64 = 0.5;
const IMPORT: f64 = 0.9;
const ROUNDS: usize = 5;
/// How often the memory is looked at.
const LOOKED: Duration = Duration::from_millis(5);

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "consumerId")]
    id: String,
    #[serde(rename = "personalInformation.firstName")]
    first_name: String,
    #[serde(rename = "personalInformation.lastName")]
    last_name: String,
    #[serde(rename = "personalInformation.email")]
    email: Option<String>,
    #[serde(rename = "personalInformation.language")]
    language: Option<String>,
    #[serde(rename = "personalInformation.dateOfBirth")]
    date_of_birth: Option<String>,
    #[serde(rename = "personalInformation.mobilePhoneNumber.countryCode")]
    country_code: Option<String>,
    #[serde(rename = "personalInformation.mobilePhoneNumber.phoneNumber")]
    phone_number: Option<String>,
    #[serde(rename = "personalInformation.residencyAddress.line1")]
    line1: Option<String>,
    #[serde(rename = "personalInformation.residencyAddress.city")]
    city: Option<String>,
    #[serde(rename = "personalInformation.residencyAddress.state")]
    state: Option<String>,
    #[serde(rename = "personalInformation.residencyAddress.zipCode")]
    zip_code: Option<String>,
    #[serde(rename = "personalInformation.residencyAddress.countryCode")]
    country: Option<String>,
}

impl Row {
    fn length(&self) -> usize {
        let optional = [
            &self.email,
            &self.language,
            &self.date_of_birth,
            &self.country_code,
            &self.phone_number,
            &self.line1,
            &self.city,
            &self.state,
            &self.zip_code,
            &self.country,
        ];
        let optional: usize = optional.into_iter().flatten().map(String::len).sum();
        self.id.len() + self.first_name.len() + self.last_name.len() + optional
    }
}

fn write_rows(path: &Path, rows: usize) {
    let mut file = std::io::BufWriter::new(fs::File::create(path).unwrap());
    let person = "personalInformation";
    write!(file, "consumerId,{person}.firstName,{person}.lastName,{person}.email,{person}.language,{person}.dateOfBirth").unwrap();
    for (object, names) in [
        ("mobilePhoneNumber", &["countryCode", "phoneNumber"][..]),
        (
            "residencyAddress",
            &["line1", "city", "state", "zipCode", "countryCode"],
        ),
    ] {
        for name in names {
            write!(file, ",{person}.{object}.{name}").unwrap();
        }
    }
    writeln!(file).unwrap();
    for row in 0..rows {
        writeln!(
            file,
            "consumer-{row:08},Ada,Lovelace,ada.{row}@example.com,eng,1815-12-10,+44,20794{row:05},\"St James's Square, {row}\",London,LND,SW1Y 4JH,GB"
        )
        .unwrap();
    }
}

/// Runs it to its end: the output, how long it took, and its peak memory in KiB, as often as it was looked at.
fn measured(command: &mut Command) -> (Ran, Duration, u64) {
    let start = Instant::now();
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send((child.wait_with_output().unwrap(), start.elapsed())));
    let mut peak = 0;
    loop {
        if let Ok((output, took)) = ended.recv_timeout(LOOKED) {
            return (Ran::of(&output), took, peak);
        }
        let status = fs::read_to_string(&status).unwrap_or_default();
        if let Some(line) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
            peak = line.trim().trim_end_matches(" kB").parse().unwrap();
        }
    }
}

#[test]
#[ignore = "measures"]
fn speed_of_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    write_rows(&path, ROWS);
    let (mut best, mut most) = (0.0_f64, 0);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let mut rows = csv::Reader::from_path(&path).unwrap();
        let length: usize = rows.deserialize::<Row>().map(|row| row.unwrap().length()).sum();
        let alone = start.elapsed();
        assert!(length > 0);
        let mut check = bare(folder.path());
        let (ran, took, peak) =
            measured(check.args(["bulk", "register", "a.csv", "--check", "--output", "json"]));
        assert_eq!(ran.json["records"], ROWS, "{}", ran.stderr);
        let ratio = alone.as_secs_f64() / took.as_secs_f64();
        println!("csv alone {alone:?}, check {took:?}: {ratio:.2}; peak {peak} KiB");
        (best, most) = (best.max(ratio), most.max(peak));
    }
    assert!(best >= CHECK, "{best}");
    assert!(most > 0 && most < MEMORY, "{most} KiB");
}

/// As fast as this machine's D1 answers: what an import costs in all.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn speed_of_the_import() {
    import(Setting::new().await, SENT).await;
}

/// From a D1 that takes as long as one does over a network.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn speed_of_the_import_over_a_network() {
    let setting = Setting::new().await;
    let late = Fault::latency(Duration::from_millis(20)).on(Endpoint::Register);
    setting.sandbox.rate(1000, 1, late);
    import(setting, SENT / 5).await;
}

async fn import(setting: Setting, rows: usize) {
    write_rows(&setting.path("a.csv"), rows);
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        setting.sandbox.clear_requests();
        let mut library = Command::new(env::current_exe().unwrap());
        library.args(["--exact", "speed::library_bulk", "--ignored", "--nocapture"]);
        library.env("D1_SPEED_FILE", setting.path("a.csv"));
        let of_sandbox = setting.command([]);
        library.envs(
            of_sandbox
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        let output = tokio::task::spawn_blocking(move || library.output())
            .await
            .unwrap()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let rate = text.lines().find_map(|line| line.split("rate ").nth(1)).unwrap();
        let alone: f64 = rate.trim().parse().unwrap();

        setting.sandbox.clear_requests();
        let journal = format!("j{round}");
        let mut import = setting.command(["register", "a.csv", "--output", "json", "--journal", &journal]);
        let (ran, _, peak) = tokio::task::spawn_blocking(move || measured(&mut import))
            .await
            .unwrap();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let rate = ran.json["records_a_second"].as_f64().unwrap();
        println!(
            "library {alone:.0}/s, import {rate:.0}/s: {:.2}; peak {peak} KiB",
            rate / alone
        );
        assert!(peak < MEMORY, "{peak} KiB");
        ratios.push(rate / alone);
    }
    ratios.sort_by(f64::total_cmp);
    assert!(ratios[ROUNDS / 2] >= IMPORT, "{ratios:?}");
}

/// The library's bulk alone, in a process of its own.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of speed_of_the_import"]
async fn library_bulk() {
    let Some(path) = env::var_os("D1_SPEED_FILE") else {
        return;
    };
    let mut rows = csv::Reader::from_path(path).unwrap();
    let people: Vec<_> = rows
        .deserialize::<Row>()
        .map(|row| {
            let row = row.unwrap();
            let json = serde_json::json!({ "personalInformation": {
                "firstName": row.first_name, "lastName": row.last_name, "email": row.email,
                "language": row.language, "dateOfBirth": row.date_of_birth,
                "mobilePhoneNumber": { "countryCode": row.country_code, "phoneNumber": row.phone_number },
                "residencyAddress": {
                    "line1": row.line1, "city": row.city, "state": row.state, "zipCode": row.zip_code, "countryCode": row.country,
                },
            } });
            let body = ConsumerInformation::from_json(json.to_string()).unwrap();
            (ConsumerId::new(row.id).unwrap(), body)
        })
        .collect();
    let client = Client::from_env().unwrap();
    let mut results = client.register_many(stream::iter(people), BulkOptions::new());
    while let Some((_, result)) = results.next().await {
        result.unwrap();
    }
    println!("rate {}", results.summary().throughput());
}
