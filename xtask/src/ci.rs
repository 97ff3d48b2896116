//! `cargo xtask ci`: what must hold, as one list of steps. The fast ones gate every change, `--full` runs them all.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::files::say;
use crate::{Error, cargo};

/// The steps at every change, in this order: what fails soonest first, and what shares artefacts together. Each is a command, as it
/// would be typed in the workspace's folder; words before it with `=` are variables of its environment.
const FAST: [&str; 18] = [
    "cargo fmt --all --check",
    "typos",
    "cargo xtask links",
    "cargo xtask msrv",
    "bash .ci/dependencies",
    "cargo deny check bans licenses sources",
    "cargo xtask plot --check",
    "cargo xtask codegen --check",
    "cargo xtask packages --list",
    "cargo clippy --workspace --all-targets --all-features --quiet -- --deny warnings",
    // The workspace generates the raw client at build time; a test compares it with the committed one, which is what a dependent
    // compiles.
    "cargo test --workspace --all-features --no-fail-fast --quiet",
    // The tests have built the examples, too.
    "target/debug/examples/quickstart",
    "target/debug/examples/issuer",
    // As a dependent has it, without the generator; and with the other TLS provider.
    "cargo check --quiet --package d1-generated --no-default-features",
    "cargo check --quiet --package d1-client --no-default-features --features ring,raw",
    "RUSTDOCFLAGS=--deny=warnings cargo doc --quiet --workspace --no-deps --all-features",
    "cargo xtask public-api --check",
    // Instructions of a call, counted, and the pace of bulks in simulated time; times are for an idle machine, not for here.
    "cargo xtask bench --check instructions pace",
];

/// What follows with `--full`: on a schedule and before a release.
const FULL: [&str; 5] = [
    // The README's first command, as it stands there.
    "cargo run --quiet --example quickstart",
    // No features, the default ones, each, all.
    "cargo hack clippy --quiet --each-feature --package d1-codegen --package d1-generated --package d1-sandbox --package d1-client --package d1-cli -- --deny warnings",
    "cargo test --quiet --package d1-client --no-default-features --features ring --lib --test signing_key_files --test client_certificates",
    "cargo xtask packages",
    "cargo xtask release --dry-run",
];

/// What is checked nowhere, and why. Printed, so that nobody takes silence for a check.
const NOT_CHECKED: [&str; 2] = [
    "not built: the declared Rust version; only its manifest value is compared with those of the dependencies",
    "not checked: security advisories; their database is in no package registry",
];

/// Runs the steps, and prints a line for each with its time. Ends at the first that fails.
///
/// # Errors
/// The step that failed.
pub fn run(root: &Path, full: bool, out: &mut impl Write) -> Result<(), Error> {
    let begun = Instant::now();
    let mut lines: Vec<String> = Vec::new();
    let mut result = Ok(());
    let slow = if full { &FULL[..] } else { &[] };
    for command in FAST.iter().chain(slow) {
        say(out, &format!("\n== {command}"))?;
        let started = Instant::now();
        result = run_step(root, command);
        let said = if result.is_ok() { "" } else { "  FAILED" };
        lines.push(format!("{}  {command}{said}", minutes(started.elapsed())));
        if result.is_err() {
            break;
        }
    }
    say(out, "")?;
    for line in lines {
        say(out, &line)?;
    }
    say(out, &format!("{}  in all", minutes(begun.elapsed())))?;
    for line in NOT_CHECKED {
        say(out, line)?;
    }
    result
}

fn run_step(root: &Path, command: &str) -> Result<(), Error> {
    let mut words = command.split(' ').peekable();
    let mut variables = Vec::new();
    while let Some(variable) = words.peek().and_then(|word| word.split_once('=')) {
        variables.push(variable);
        words.next();
    }
    let program = words.next().unwrap_or_default();
    let mut process = match program.strip_prefix("target/") {
        Some(file) => cargo::program(root, &cargo::target_folder(root)?.join(file)),
        None if program == "cargo" => cargo::command(root),
        None => cargo::program(root, Path::new(program)),
    };
    cargo::succeed(process.args(words).envs(variables), command)
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:3}:{:02}", seconds / 60, seconds % 60)
}

/// The steps' commands as people read them: those of the fast gate, then those that only `--full` runs.
#[must_use]
pub fn list() -> String {
    let of = |steps: &[&str]| -> String { steps.iter().map(|step| format!("  {step}\n")).collect() };
    format!("fast:\n{}only with --full:\n{}", of(&FAST), of(&FULL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_its_variables_and_fails_with_its_command() {
        let root = std::env::current_dir().unwrap();
        assert_eq!(run_step(&root, "D1_TEST_OF_A_STEP=1 cargo --version"), Ok(()));
        let failed = run_step(&root, "cargo no-such-command").unwrap_err();
        assert_eq!(failed.file, "cargo no-such-command");
    }
}
