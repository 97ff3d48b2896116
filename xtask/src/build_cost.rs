//! `cargo xtask build-cost`: what a clean build costs a crate that depends on this client, against reqwest, serde and tokio
//! alone.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::files::say;
use crate::measurement::Measurement;
use crate::{Error, cargo};

/// The name of this in the list of thresholds.
pub const NAME: &str = "build-cost";

/// A crate with these dependencies and tokio, in the versions of the workspace's lock file. `D1_CLIENT` is the path of this
/// workspace's.
struct ClientUnderTest {
    /// What the names of its measurements begin with.
    prefix: &'static str,
    /// Whose dependencies at run time are counted.
    package: &'static str,
    dependencies: &'static str,
}

/// What the others are compared with, first: the HTTP client with its default TLS.
const CLIENTS: [ClientUnderTest; 4] = [
    ClientUnderTest {
        prefix: "reqwest_",
        package: "reqwest",
        dependencies: r#"reqwest = { version = "*", features = ["json"] }
serde = { version = "*", features = ["derive"] }"#,
    },
    ClientUnderTest {
        prefix: "",
        package: "d1-client",
        dependencies: r#"d1-client = { path = "D1_CLIENT" }"#,
    },
    ClientUnderTest {
        prefix: "codegen_",
        package: "d1-client",
        dependencies: r#"d1-client = { path = "D1_CLIENT", features = ["build-time-codegen"] }"#,
    },
    ClientUnderTest {
        prefix: "ring_",
        package: "d1-client",
        dependencies: r#"d1-client = { path = "D1_CLIENT", default-features = false, features = ["ring"] }"#,
    },
];

/// For asynchronous calls.
const TOKIO: &str = r#"tokio = { version = "*", features = ["macros", "rt-multi-thread"] }"#;

/// What is measured, and its unit.
const MEASURED: [(&str, &str); 4] = [
    ("build_wall", "s"),
    // Of all processes together.
    ("build_cpu", "s"),
    // Compiled, for the build too.
    ("build_crates", "crates"),
    // Of the client at run time, itself among them.
    ("run_crates", "crates"),
];

/// What a build took, as in [`MEASURED`].
type Cost = [f64; MEASURED.len()];

/// Builds each client `rounds` times in a target folder of its own, with everything downloaded before, and prints a
/// line for each measurement: `name value unit ratio-to-reqwest`. Of several rounds the least counts: what disturbs a build
/// only adds to it. A build before the first is not counted: it finds the toolchain and the sources on disk.
///
/// # Errors
/// A build that fails; a system that does not report processor time.
pub fn run(root: &Path, rounds: usize, out: &mut impl Write) -> Result<Vec<Measurement>, Error> {
    build(root, &CLIENTS[0])?;
    let mut costs = [[f64::INFINITY; MEASURED.len()]; CLIENTS.len()];
    for round in 0..rounds.max(1) {
        for place in 0..CLIENTS.len() {
            let index = (round + place) % CLIENTS.len();
            let cost = build(root, &CLIENTS[index])?;
            for (least, value) in costs[index].iter_mut().zip(cost) {
                *least = least.min(value);
            }
        }
    }
    let mut measured = Vec::new();
    for (client, cost) in CLIENTS.iter().zip(costs) {
        for ((name, unit), (value, reference)) in MEASURED.iter().zip(cost.iter().zip(costs[0])) {
            let ratio = value / reference;
            let line = format!("{}{name} {value:.1} {unit} {ratio:.3}", client.prefix);
            say(out, &line)?;
            measured.extend(Measurement::of(&line));
        }
    }
    Ok(measured)
}

fn build(root: &Path, client: &ClientUnderTest) -> Result<Cost, Error> {
    let folder = package(root, client).map_err(|error| failed(&format!("cannot be prepared: {error}")))?;
    let cargo = |arguments: &[&str]| {
        let mut command = cargo::command(folder.path());
        command
            .args(arguments)
            .env("CARGO_TARGET_DIR", folder.path().join("target"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| changes_a_build(name)) {
            command.env_remove(name);
        }
        // A compiler's cache works in a process of its own, and does not work twice.
        command
            .env("RUSTC_WRAPPER", "")
            .env("CARGO_BUILD_RUSTC_WRAPPER", "");
        cargo::output(&mut command, NAME, "")
    };
    cargo(&["fetch", "--quiet"])?;

    let (begun, before) = (Instant::now(), processor_time()?);
    let messages = cargo(&["build", "--quiet", "--offline", "--message-format=json"])?;
    let (wall, processor) = (begun.elapsed(), processor_time()?.saturating_sub(before));
    let tree = ["tree", "--quiet", "--offline", "--edges=normal", "--prefix=none"];
    let tree = cargo(&[&tree[..], &["--package", client.package]].concat())?;
    Ok([
        wall.as_secs_f64(),
        processor.as_secs_f64(),
        crates(&messages) as f64,
        run_crates(&tree) as f64,
    ])
}

/// The settings with which this workspace is built do not apply here.
fn changes_a_build(variable: &OsStr) -> bool {
    let name = variable.to_string_lossy();
    let prefixes = [
        "CARGO_PROFILE_",
        "CARGO_BUILD_",
        "CARGO_INCREMENTAL",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTFLAGS",
    ];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// A binary that does nothing, with the client's dependencies in the versions of the workspace.
fn package(root: &Path, client: &ClientUnderTest) -> std::io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let path = root.join("d1-client").display().to_string();
    let dependencies = client.dependencies.replace("D1_CLIENT", &path);
    let manifest = format!(
        "[package]\nname = \"costs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n{TOKIO}\n\n[workspace]\n"
    );
    fs::write(folder.path().join("Cargo.toml"), manifest)?;
    fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock"))?;
    fs::create_dir(folder.path().join("src"))?;
    fs::write(folder.path().join("src/main.rs"), "fn main() {}\n")?;
    Ok(folder)
}

/// How many packages were compiled.
fn crates(messages: &[u8]) -> usize {
    let compiled = messages.split(|byte| *byte == b'\n').filter_map(|line| {
        let message: Value = serde_json::from_slice(line).ok()?;
        let compiled = message["reason"] == "compiler-artifact";
        compiled.then(|| message["package_id"].as_str().map(str::to_owned))?
    });
    compiled.collect::<BTreeSet<_>>().len()
}

/// How many packages a tree names; one that stands in it again has a mark behind it.
fn run_crates(tree: &[u8]) -> usize {
    let tree = String::from_utf8_lossy(tree);
    let packages = tree.lines().filter(|line| !line.is_empty());
    packages
        .map(|line| line.trim_end_matches(" (*)"))
        .collect::<BTreeSet<_>>()
        .len()
}

/// Of all processes that we waited for, and those that they waited for.
#[cfg(unix)]
fn processor_time() -> Result<Duration, Error> {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeVal,
    };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| failed(&error.to_string()))?;
    let micros =
        |time: TimeVal| u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).unwrap_or_default();
    Ok(Duration::from_micros(
        micros(usage.user_time()) + micros(usage.system_time()),
    ))
}

#[cfg(not(unix))]
fn processor_time() -> Result<Duration, Error> {
    Err(failed("the processor time of a build is measured on Unix only"))
}

fn failed(what: &str) -> Error {
    Error::new(NAME, "", what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_counts_once_however_many_artifacts_it_has() {
        let messages = br#"{"reason":"compiler-artifact","package_id":"a#1"}
{"reason":"compiler-artifact","package_id":"a#1"}
{"reason":"build-script-executed","package_id":"b#1"}
{"reason":"compiler-artifact","package_id":"b#1"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(crates(messages), 2);
    }

    #[test]
    fn a_crate_counts_once_wherever_it_stands_in_the_tree() {
        let tree = b"a v1.0.0 (/a)\nb v1.0.0\nc v2.0.0\nb v1.0.0 (*)\nc v1.0.0\n\n";
        assert_eq!(run_crates(tree), 4);
    }

    #[cfg(unix)]
    #[test]
    fn what_a_child_takes_is_counted() {
        let before = processor_time().unwrap();
        // Counts to a hundred thousand.
        let counting = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        assert!(
            std::process::Command::new("sh")
                .args(["-c", counting])
                .status()
                .unwrap()
                .success()
        );
        assert!(processor_time().unwrap() > before);
    }
}
