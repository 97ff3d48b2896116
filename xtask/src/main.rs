//! `cargo xtask`: the commands for work on this repository.

use std::io::stdout;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Parser, Subcommand};
use time::OffsetDateTime;
use xtask::codegen::{self, Options};
use xtask::measurement::{self, Measurement};
use xtask::{Error, bench, build_cost, ci, links, msrv, packages, plot, public_api, release};

/// The commands for work on this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Make d1-generated/openapi.json and the committed client from the vendor's documents in openapi/.
    ///
    /// Always prints what changed between the committed vendor documents and the ones used. An error ends the run with
    /// exit code 1, and nothing is written.
    Codegen(codegen::Options),
    /// Run the benches of tests/benches and print a line for each measurement: name, value, unit, ratio to reqwest by hand.
    ///
    /// All clients of a bench are measured in one run, and take turns where time is. Instructions are counted by
    /// valgrind. The table goes to bench.md in the target folder.
    Bench {
        /// Only these: instructions, allocations, wall, throughput, bulk, loopback, pace.
        #[arg(value_name = "BENCH")]
        only: Vec<String>,
        /// Exit with 1 when a measurement misses its threshold in tests/benches/thresholds.json, and name it.
        #[arg(long)]
        check: bool,
    },
    /// Build the client from nothing, as one who depends on it does, and print what that costs against reqwest, serde and
    /// tokio alone: wall time, processor time, crates.
    BuildCost {
        /// How often each is built; the least counts. On a machine that others share, one time says little.
        #[arg(long, value_name = "N", default_value_t = 2)]
        rounds: usize,
        /// Exit with 1 when a measurement misses its threshold in tests/benches/thresholds.json, and name it.
        #[arg(long)]
        check: bool,
    },
    /// Write what a dependent can name to public-api.txt beside each library's manifest: one line per item, with all
    /// features. A change of it is then seen in review.
    PublicApi {
        /// Write nothing; exit with 1 when a list is out of date, and show how.
        #[arg(long)]
        check: bool,
    },
    /// Everything that must hold, step by step, with a line for each and its time. Ends at the first step that fails.
    ///
    /// .ci/run installs what the steps need, and runs this.
    Ci {
        /// Also what is too slow for every change: each feature alone, packages, the other TLS provider, benches.
        #[arg(long)]
        full: bool,
        /// Only print the steps.
        #[arg(long)]
        list: bool,
    },
    /// Build each published crate from its package alone, outside the workspace, with its default features, with none, with each and
    /// with all, and install the programs among them.
    Packages {
        /// Only make the packages, and check which files they hold.
        #[arg(long)]
        list: bool,
    },
    /// Check that the declared Rust version is at least what the locked dependencies declare. Nothing is built with it.
    Msrv,
    /// Check the links between our own pages. Links to other sites are not followed.
    Links,
    /// Draw what the client costs: tests/benches/cost-light.svg and cost-dark.svg, from tests/benches/measured.txt.
    Plot {
        /// Write nothing; exit with 1 when a picture is out of date, and name it.
        #[arg(long)]
        check: bool,
    },
    /// Release all published crates: set the version, close the changelog's section, commit, tag, publish in order.
    Release(release::Options),
}

fn main() -> ExitCode {
    if let Some(code) = public_api::stand_in_for_rustdoc() {
        return code;
    }
    let root = codegen::workspace_root();
    match Arguments::parse().chore {
        Chore::Codegen(mut options) => {
            options.today = today();
            run_codegen(&root, &options)
        }
        Chore::Bench { only, check } => bench::named(&only).and_then(|benches| {
            let measurements = bench::run(&root, &benches, &mut stdout().lock())?;
            check_thresholds(&root, &benches, &measurements, check)
        }),
        Chore::BuildCost { rounds, check } => build_cost::run(&root, rounds, &mut stdout().lock())
            .and_then(|measurements| check_thresholds(&root, &[build_cost::NAME], &measurements, check)),
        Chore::PublicApi { check } => {
            public_api::run(&root, check).map(|stale| exit_code(&stale, "cargo xtask public-api"))
        }
        Chore::Ci { list: true, .. } => {
            print!("{}", ci::list());
            Ok(ExitCode::SUCCESS)
        }
        Chore::Ci { full, .. } => ci::run(&root, full, &mut stdout()).map(|()| ExitCode::SUCCESS),
        Chore::Packages { list } => {
            packages::run(&root, list, &mut stdout().lock()).map(|()| ExitCode::SUCCESS)
        }
        Chore::Msrv => msrv::run(&root).map(|line| {
            println!("{line}");
            ExitCode::SUCCESS
        }),
        Chore::Links => links::run(&root).map(|broken| {
            if broken.is_empty() {
                println!("every link to a file or a heading leads somewhere");
            }
            none_of("broken", &broken)
        }),
        Chore::Plot { check } => plot::run(&root, check).map(|stale| exit_code(&stale, "cargo xtask plot")),
        Chore::Release(options) => {
            release::run(&root, &options, &today(), &mut stdout().lock()).map(|()| ExitCode::SUCCESS)
        }
    }
    .unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

fn run_codegen(root: &Path, options: &Options) -> Result<ExitCode, Error> {
    let stale = codegen::run(root, options, &mut stdout().lock())?;
    let stale: Vec<String> = stale
        .iter()
        .map(|stale| format!("{}: {}", stale.file, stale.what))
        .collect();
    Ok(exit_code(&stale, "cargo xtask codegen"))
}

/// Names what is stale, and the command that repairs it.
fn exit_code(stale: &[String], command: &str) -> ExitCode {
    let code = none_of("stale", stale);
    if !stale.is_empty() {
        eprintln!("error: the committed files are out of date: run {command}");
    }
    code
}

/// Names what should not be.
fn none_of(what: &str, found: &[String]) -> ExitCode {
    for found in found {
        eprintln!("{what}: {found}");
    }
    ExitCode::from(u8::from(!found.is_empty()))
}

/// Prints the measurements that miss their thresholds, if `check` is set.
fn check_thresholds(
    root: &Path,
    benches: &[&str],
    measurements: &[Measurement],
    check: bool,
) -> Result<ExitCode, Error> {
    if !check {
        return Ok(ExitCode::SUCCESS);
    }
    let missed = measurement::missed(root, benches, measurements)?;
    Ok(none_of("missed", &missed))
}

/// Today's date (UTC).
fn today() -> String {
    date(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// The date (UTC) as `YYYY-MM-DD`, this long after 1970 began.
fn date(since_1970: Duration) -> String {
    (OffsetDateTime::UNIX_EPOCH + since_1970).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_know_leap_years() {
        // Seconds as `date -u -d … +%s` gives them.
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (951_868_799, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_735_603_200, "2024-12-31"),
            (1_735_689_600, "2025-01-01"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(Duration::from_secs(seconds)), expected);
        }
    }
}
