//! `cargo xtask bench`: runs the benches of `tests/benches`, prints their measurements, and writes them to a table.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::measurement::{Measurement, table};
use crate::{Error, cargo, files};

/// The bench that counts instructions.
const INSTRUCTIONS: &str = "instructions";

/// All of them, the quick ones first.
const BENCHES: [&str; 7] = [
    INSTRUCTIONS,
    "allocations",
    "wall",
    "throughput",
    "bulk",
    "loopback",
    "pace",
];

/// The table, in the target folder.
const TABLE: &str = "bench.md";

/// Runs the benches, those named or all, and prints each measurement as it comes: `name value unit ratio-to-reqwest`, `-`
/// where there is nothing to compare with. The table of what was run goes to `bench.md` in the target folder.
///
/// # Errors
/// A bench that fails; no valgrind for the one that needs it, reported before anything is run.
pub fn run(root: &Path, benches: &[&str], out: &mut impl Write) -> Result<Vec<Measurement>, Error> {
    if benches.contains(&INSTRUCTIONS) && !has_valgrind() {
        let others = BENCHES[1..].join(" ");
        let what = format!(
            "is missing, and counts the instructions: install it, or name the other benches ({others})"
        );
        return Err(Error::new("valgrind", "", what));
    }
    let folder = cargo::target_folder(root)?;
    let mut measurements = Vec::new();
    for bench in benches {
        measurements.extend(measurements_of(root, bench, out)?);
        // After each: if a later one fails, what was measured is there.
        files::write(&folder, TABLE, &table(&measurements))?;
    }
    Ok(measurements)
}

/// The benches of these names, all of them if none is named, in their order.
///
/// # Errors
/// A name that is not a bench.
pub fn named(only: &[String]) -> Result<Vec<&'static str>, Error> {
    if let Some(unknown) = only.iter().find(|name| !BENCHES.contains(&name.as_str())) {
        let what = format!("is not a bench; the benches are {}", BENCHES.join(", "));
        return Err(Error::new(unknown, "", what));
    }
    let wanted = |bench: &&str| only.is_empty() || only.iter().any(|name| name == bench);
    Ok(BENCHES.into_iter().filter(wanted).collect())
}

fn has_valgrind() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

fn measurements_of(root: &Path, bench: &str, out: &mut impl Write) -> Result<Vec<Measurement>, Error> {
    let failed = |what: &str| Error::new(format!("tests/benches/{bench}.rs"), "", what.to_owned());
    let mut process = cargo::command(root)
        .args(["bench", "--quiet", "--package", "d1-benches", "--bench", bench])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(&format!("cargo cannot be started: {error}")))?;
    let mut measurements = Vec::new();
    if let Some(output) = process.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(measurement) = Measurement::of(&line) {
                // Nobody reads any more (a closed pipe): the table will do.
                let _ = writeln!(out, "{line}");
                measurements.push(measurement);
            }
        }
    }
    match process.wait() {
        Ok(status) if status.success() && !measurements.is_empty() => Ok(measurements),
        Ok(status) if status.success() => Err(failed("printed no measurement")),
        _ => Err(failed("failed")),
    }
}
